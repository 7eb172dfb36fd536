/* The bucket of redirects that all processes of a host share. */
#include "redis/cluster/shared_slot_map.h"

#include "unit.h"

static strata_shared_slot_map shared;

/* How many redirects may be followed at this moment. */
static unsigned drain(strata_msec now)
{
	unsigned taken = 0;

	while (taken < 100000 && strata_shared_slot_map_take_redirect(&shared, now)) {
		taken++;
	}
	return taken;
}

static void a_full_bucket_holds_two_hundred(void)
{
	shared.redirects = 0;
	CHECK(drain(5000000) == 200);
	CHECK(drain(5000000) == 0);
}

static void twenty_come_back_a_second(void)
{
	shared.redirects = 0;
	CHECK(drain(5000000) == 200);
	CHECK(drain(5001000) == 20);
	CHECK(drain(5001049) == 0);
	CHECK(drain(5001050) == 1);
	CHECK(drain(5011050) == 200);
	CHECK(drain(6011050) == 200);
}

/* Asked at every tick, the rest of a tick must not get lost. */
static void time_is_not_lost_however_often_it_is_asked(void)
{
	unsigned taken = 0;

	shared.redirects = 0;
	CHECK(drain(5000000) == 200);
	for (strata_msec now = 5000001; now <= 5010000; now++) {
		taken += strata_shared_slot_map_take_redirect(&shared, now);
	}
	CHECK(taken == 200);
}

static void ten_operations_earn_one(void)
{
	shared.redirects = 0;
	CHECK(drain(5000000) == 200);
	strata_shared_slot_map_earn_redirects(&shared, 9, 5000000);
	CHECK(drain(5000000) == 0);
	strata_shared_slot_map_earn_redirects(&shared, 1, 5000000);
	CHECK(drain(5000000) == 1);
	for (int i = 0; i < 1000; i++) {
		strata_shared_slot_map_earn_redirects(&shared, 1, 5000000);
	}
	CHECK(drain(5000000) == 100);
	strata_shared_slot_map_earn_redirects(&shared, 1000000, 5000000);
	CHECK(drain(5000000) == 200);
}

static void a_storm_costs_a_tenth_and_twenty_a_second(void)
{
	unsigned followed = 0;

	shared.redirects = 0;
	CHECK(drain(5000000) == 200);
	for (strata_msec now = 5000001; now <= 5010000; now++) {
		for (int i = 0; i < 10; i++) {
			strata_shared_slot_map_earn_redirects(&shared, 1, now);
			followed += strata_shared_slot_map_take_redirect(&shared, now);
		}
	}
	CHECK(followed == 10000 + 200);
}

static void any_number_in_the_word_is_a_bucket(void)
{
	for (uint64_t i = 1; i < 100000; i++) {
		shared.redirects = i * 0x9E3779B97F4A7C15;
		CHECK(drain(5000000) <= 200);
		CHECK(drain(5001000) >= 20);
	}
}

int main(void)
{
	RUN(a_full_bucket_holds_two_hundred);
	RUN(twenty_come_back_a_second);
	RUN(time_is_not_lost_however_often_it_is_asked);
	RUN(ten_operations_earn_one);
	RUN(a_storm_costs_a_tenth_and_twenty_a_second);
	RUN(any_number_in_the_word_is_a_bucket);
	return unit_end();
}
