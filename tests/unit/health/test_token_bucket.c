#include "health/token_bucket.h"

#include "unit.h"

enum { START = 100000 };

static const strata_token_bucket_size size = { 50, 20 };

static int take_all(strata_token_bucket *bucket, strata_msec now)
{
	int taken = 0;

	while (taken < 1000 && strata_token_bucket_take(bucket, size, now)) {
		taken++;
	}
	return taken;
}

static void a_new_one_is_full_and_holds_no_more(void)
{
	strata_token_bucket bucket = 0;

	CHECK(take_all(&bucket, START) == 20);
	CHECK(take_all(&bucket, START) == 0);
	CHECK(take_all(&bucket, START + 3600 * 1000) == 20);
}

static void tokens_come_with_time(void)
{
	strata_token_bucket bucket = 0;

	CHECK(take_all(&bucket, START) == 20);
	CHECK(take_all(&bucket, START + 19) == 0);
	CHECK(take_all(&bucket, START + 20) == 1);
	CHECK(take_all(&bucket, START + 39) == 0);
	CHECK(take_all(&bucket, START + 120) == 5);
}

/* Each gets a time of its own, and none beyond what it may wait. */
static void tokens_to_come_can_be_booked(void)
{
	strata_token_bucket bucket = 0;
	strata_msec wait;

	CHECK(strata_token_bucket_book(&bucket, size, 0, 0, START, &wait) && wait == 0);
	CHECK(take_all(&bucket, START) == 19);
	CHECK(!strata_token_bucket_book(&bucket, size, 0, 19, START, &wait));
	for (strata_msec i = 1; i <= 5; i++) {
		CHECK(strata_token_bucket_book(&bucket, size, 0, 100, START, &wait) && wait == 20 * i);
	}
	CHECK(!strata_token_bucket_book(&bucket, size, 0, 100, START, &wait));
	CHECK(take_all(&bucket, START + 119) == 0 && take_all(&bucket, START + 120) == 1);
	CHECK(strata_token_bucket_book(&bucket, size, 0, 3600 * 1000, START + 120, &wait));
}

/* What must remain is there for callers that ask for fewer, while the others wait. */
static void a_part_can_be_kept_for_some(void)
{
	strata_token_bucket bucket = 0;
	strata_msec wait;

	for (int i = 0; i < 12; i++) {
		CHECK(strata_token_bucket_book(&bucket, size, 8, 0, START, &wait));
	}
	CHECK(!strata_token_bucket_book(&bucket, size, 8, 19, START, &wait));
	CHECK(strata_token_bucket_book(&bucket, size, 8, 20, START, &wait) && wait == 20);
	for (int i = 0; i < 8; i++) {
		CHECK(strata_token_bucket_book(&bucket, size, 0, 0, START, &wait) && wait == 0);
	}
	CHECK(!strata_token_bucket_book(&bucket, size, 0, 39, START, &wait));
	CHECK(strata_token_bucket_book(&bucket, size, 0, 40, START, &wait) && wait == 40);
}

static void what_is_added_comes_on_top(void)
{
	strata_token_bucket bucket = 0;

	CHECK(take_all(&bucket, START) == 20);
	strata_token_bucket_add(&bucket, size, 2500, START);
	CHECK(take_all(&bucket, START) == 2);
	strata_token_bucket_add(&bucket, size, 500, START);
	CHECK(take_all(&bucket, START) == 1);
	strata_token_bucket_add(&bucket, size, 1000000, START);
	CHECK(take_all(&bucket, START) == 20);
}

static void a_clock_that_is_a_moment_behind_brings_nothing(void)
{
	strata_token_bucket bucket = 0;

	CHECK(take_all(&bucket, START) == 20);
	CHECK(take_all(&bucket, START - 4) == 0);
	CHECK(take_all(&bucket, START + 20) == 1);
	CHECK(take_all(&bucket, START + 10) == 0);
	CHECK(take_all(&bucket, START + 39) == 0);
	CHECK(take_all(&bucket, START + 40) == 1);
}

static void whatever_stands_there_it_is_never_empty_for_long(void)
{
	uint64_t state = 42;

	for (int i = 0; i < 10000; i++) {
		strata_token_bucket bucket;

		state = state * 6364136223846793005 + 1442695040888963407;
		atomic_init(&bucket, state);
		CHECK(take_all(&bucket, START) <= 20);
		CHECK(strata_token_bucket_take(&bucket, size, START + 1000));
	}
}

int main(void)
{
	RUN(a_new_one_is_full_and_holds_no_more);
	RUN(tokens_come_with_time);
	RUN(tokens_to_come_can_be_booked);
	RUN(a_part_can_be_kept_for_some);
	RUN(what_is_added_comes_on_top);
	RUN(a_clock_that_is_a_moment_behind_brings_nothing);
	RUN(whatever_stands_there_it_is_never_empty_for_long);
	return unit_end();
}
