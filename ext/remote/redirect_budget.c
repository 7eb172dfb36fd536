/*
 *     bits 63..20   when the bucket was last filled by the clock, in milliseconds
 *     bits 19..0    what is missing in it, in tenths of a redirect
 *
 * A full bucket is the usual one, and costs an operation no more than a look. A moment that lies
 * ahead, which only damage writes, counts as now.
 */
#include "remote/redirect_budget.h"

enum {
	ROOM = 2000,     /* tenths of a redirect */
	REDIRECT = 10,   /* likewise; an operation earns one */
	PER_SECOND = 200 /* likewise */
};

static const uint64_t missing_mask = (1 << 20) - 1;

static uint64_t missing_in(uint64_t word)
{
	uint64_t missing = word & missing_mask;

	return missing < ROOM ? missing : ROOM;
}

static uint64_t pack(strata_msec filled_at, uint64_t missing)
{
	return filled_at << 20 | missing;
}

static uint64_t less(uint64_t missing, uint64_t amount)
{
	return missing > amount ? missing - amount : 0;
}

void strata_redirect_budget_earn(strata_redirect_budget *budget, uint64_t operations)
{
	uint64_t seen = atomic_load_explicit(budget, memory_order_relaxed);

	while (missing_in(seen) != 0 && !atomic_compare_exchange_weak(budget, &seen,
										pack(seen >> 20, less(missing_in(seen), operations)))) {
	}
}

/* As the clock has filled it by now. Whole tenths only: the rest of the time is kept. */
static uint64_t filled(uint64_t word, strata_msec now)
{
	strata_msec since = word >> 20;
	uint64_t tenths;

	if (missing_in(word) == 0 || since > now) {
		return pack(now, missing_in(word));
	}
	tenths = (now - since) * PER_SECOND / 1000;
	return tenths >= missing_in(word)
			   ? pack(now, 0)
			   : pack(since + tenths * 1000 / PER_SECOND, missing_in(word) - tenths);
}

bool strata_redirect_budget_take(strata_redirect_budget *budget, strata_msec now)
{
	uint64_t seen = atomic_load_explicit(budget, memory_order_relaxed);

	for (;;) {
		uint64_t word = filled(seen, now);

		if (missing_in(word) + REDIRECT > ROOM) {
			/* So that a moment which nobody wrote is gone. */
			(void) atomic_compare_exchange_strong(budget, &seen, word);
			return false;
		}
		if (atomic_compare_exchange_weak(budget, &seen, word + REDIRECT)) {
			return true;
		}
	}
}
