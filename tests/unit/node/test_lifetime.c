/* How old a connection is, and what follows from that. */
#include "node/terms/lifetime.h"

#include "unit.h"

enum { SECOND = 1000000, OPENED = 100 * SECOND };

static void is_dated_by_its_age_and_not_by_its_use(void)
{
	strata_lifetime lifetime = strata_lifetime_begin(OPENED);

	CHECK(!strata_lifetime_is_dated(&lifetime, OPENED));
	CHECK(!strata_lifetime_is_dated(&lifetime, OPENED + 4 * SECOND));
	strata_lifetime_mark_used(&lifetime, OPENED + 4 * SECOND);
	CHECK(strata_lifetime_is_dated(&lifetime, OPENED + 5 * SECOND));
}

static void clock_that_is_read_late_makes_nothing_dated(void)
{
	strata_lifetime lifetime = strata_lifetime_begin(OPENED);

	CHECK(!strata_lifetime_is_dated(&lifetime, OPENED - SECOND));
}

int main(void)
{
	RUN(is_dated_by_its_age_and_not_by_its_use);
	RUN(clock_that_is_read_late_makes_nothing_dated);
	return unit_end();
}
