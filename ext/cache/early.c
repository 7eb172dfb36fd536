#include "cache/early.h"

#include <math.h>

#include "os/process.h"

static const double LONGEST_LEAD = 16; /* times the cost: less likely than exp(-16) */

/* In (0, 1]: the logarithm of 0 would make any value due. */
static double chance(void)
{
	return (double) ((strata_process_random_word() >> 11) + 1) / 9007199254740992.0;
}

bool strata_early_is_due(const strata_item *item, double beta, strata_msec now)
{
	double lead;

	if (item->cost_msec == 0 || item->fresh_until == STRATA_NEVER || !(beta > 0)) {
		return false;
	}
	lead = (double) item->cost_msec * beta * -log(chance());
	return (double) now + lead >= (double) item->fresh_until;
}

bool strata_early_may_be_due(strata_msec fresh_until, uint32_t cost_msec, double beta,
	strata_msec now)
{
	return cost_msec != 0 && fresh_until != STRATA_NEVER && beta > 0 &&
		   (double) now + cost_msec * beta * LONGEST_LEAD >= (double) fresh_until;
}
