#include "node/terms/lifetime.h"

#include "os/process.h"

enum { DATED_AFTER = 5000000 /* usec */ };

strata_lifetime strata_lifetime_begin(strata_usec now)
{
	return (strata_lifetime){ now, now, 80 + (uint32_t) (strata_process_random_word() % 41) };
}

/* A moment that another read of the clock put ahead is now. */
static strata_usec since(strata_usec moment, strata_usec now)
{
	return now > moment ? now - moment : 0;
}

void strata_lifetime_mark_used(strata_lifetime *lifetime, strata_usec now)
{
	lifetime->used_at = now;
}

bool strata_lifetime_is_dated(const strata_lifetime *lifetime, strata_usec now)
{
	return since(lifetime->opened_at, now) >= DATED_AFTER;
}

bool strata_lifetime_is_over(const strata_lifetime *lifetime, const strata_client_options *options,
	strata_usec now)
{
	strata_usec most = options->max_lifetime * lifetime->lifetime_share / 100;

	return (most != 0 && since(lifetime->opened_at, now) >= most) ||
		   (options->idle_close != 0 && since(lifetime->used_at, now) >= options->idle_close);
}

bool strata_lifetime_wants_proof(const strata_lifetime *lifetime,
	const strata_client_options *options, strata_usec now)
{
	return options->check_after_idle != 0 &&
		   since(lifetime->used_at, now) >= options->check_after_idle;
}
