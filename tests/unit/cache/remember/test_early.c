/* How often a value is computed anew before its life is over. */
#include "cache/remember/early.h"

#include "unit.h"

enum { TRIES = 20000, NOW = 1000000 };

/* Of a value that takes a second to compute and has so many milliseconds left. */
static int times_due(strata_msec left, double beta)
{
	strata_item item = { .cost_msec = 1000, .fresh_until = NOW + left };
	int due = 0;

	for (int i = 0; i < TRIES; i++) {
		due += strata_early_is_due(&item, beta, NOW);
	}
	return due;
}

/* exp(-left / (beta * cost)) of them, by several standard deviations. */
static void the_chance_falls_with_the_time_that_is_left(void)
{
	CHECK(times_due(0, 1) == TRIES);
	CHECK(times_due(1000, 1) > TRIES * 0.33 && times_due(1000, 1) < TRIES * 0.41);
	CHECK(times_due(3000, 1) > TRIES * 0.035 && times_due(3000, 1) < TRIES * 0.065);
	CHECK(times_due(60000, 1) == 0);
}

static void a_greater_beta_is_earlier_and_0_is_never(void)
{
	CHECK(times_due(3000, 3) > TRIES * 0.33 && times_due(3000, 3) < TRIES * 0.41);
	CHECK(times_due(0, 0) == 0 && times_due(0, -1) == 0);
}

static void what_was_not_computed_or_has_no_end_is_never_due(void)
{
	strata_item item = { .cost_msec = 0, .fresh_until = 1 };

	CHECK(!strata_early_is_due(&item, 1, NOW));
	item = (strata_item){ .cost_msec = UINT32_MAX, .fresh_until = STRATA_NEVER };
	CHECK(!strata_early_is_due(&item, 1e300, NOW));
	/* The earliest that there is: no number overflows. */
	item.fresh_until = UINT64_MAX;
	(void) strata_early_is_due(&item, 1e300, NOW);
}

int main(void)
{
	RUN(the_chance_falls_with_the_time_that_is_left);
	RUN(a_greater_beta_is_earlier_and_0_is_never);
	RUN(what_was_not_computed_or_has_no_end_is_never_due);
	return unit_end();
}
