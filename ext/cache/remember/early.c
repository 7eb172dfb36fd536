#include "cache/remember/early.h"

#include <math.h>

#include "os/process.h"

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
