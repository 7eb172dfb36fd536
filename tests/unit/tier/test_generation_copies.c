#include "tier/generation_copies.h"

#include "unit.h"

static strata_generation_copies copies;

static void note(strata_result result, int64_t integer)
{
	strata_item copy = { .result = result,
		.value = { .codec = STRATA_CODEC_INTEGER, .integer = integer } };

	strata_generation_copies_note(&copies, &copy);
}

static void sum_up(void)
{
	strata_generation_copies_sum_up(&copies, STRATA_GENERATION_LIMIT);
}

static void the_greatest_that_can_be_read_counts(void)
{
	strata_generation_copies_init(&copies);
	note(STRATA_OK, 30);
	note(STRATA_OK, 50);
	note(STRATA_TIMEOUT, 0);
	sum_up();
	CHECK(copies.greatest == 50 && copies.lowest == 30 && copies.readable == 2);
	CHECK(strata_generation_copies_verdict(&copies) == STRATA_OK);
}

static void a_copy_that_is_gone_is_readable_and_holds_nothing(void)
{
	strata_generation_copies_init(&copies);
	note(STRATA_MISS, 0);
	note(STRATA_OK, 50);
	sum_up();
	CHECK(copies.greatest == 50 && copies.lowest == 0 && copies.readable == 2);
}

static void what_is_no_generation_is_worth_nothing(void)
{
	strata_value text = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("50") };

	CHECK(strata_generation_copies_held(STRATA_OK, &text) == 0);
	strata_generation_copies_init(&copies);
	note(STRATA_OK, -5);
	note(STRATA_OK, 0);
	note(STRATA_FOREIGN, 70);
	sum_up();
	CHECK(copies.greatest == 0 && copies.lowest == 0 && copies.readable == 3);
	/* No clock says so; and one more than the last 64-bit number would be less than the first. */
	strata_generation_copies_init(&copies);
	note(STRATA_OK, INT64_MAX);
	note(STRATA_OK, (int64_t) STRATA_GENERATION_LIMIT + 1);
	sum_up();
	CHECK(copies.greatest == 0);
	note(STRATA_OK, (int64_t) STRATA_GENERATION_LIMIT);
	sum_up();
	CHECK(copies.greatest == STRATA_GENERATION_LIMIT && !copies.is_any_ahead);
}

static void what_is_ahead_of_the_limit_counts_as_absent(void)
{
	strata_generation_copies_init(&copies);
	note(STRATA_OK, 30);
	note(STRATA_OK, 50);
	note(STRATA_OK, 51);
	strata_generation_copies_sum_up(&copies, 50);
	CHECK(copies.greatest == 50 && copies.lowest == 0 && copies.is_any_ahead);
	strata_generation_copies_sum_up(&copies, 51);
	CHECK(copies.greatest == 51 && copies.lowest == 30 && !copies.is_any_ahead);
	strata_generation_copies_sum_up(&copies, 29);
	CHECK(copies.greatest == 0 && copies.lowest == 0 && copies.is_any_ahead);
}

static void the_limit_follows_the_clock_of_the_server_where_it_is_known(void)
{
	strata_generation_copies_init(&copies);
	CHECK(strata_generation_copies_limit(&copies) == STRATA_GENERATION_LIMIT);
	copies.clock = 1000;
	CHECK(strata_generation_copies_limit(&copies) == 60001000);
}

static void where_none_can_be_read_the_failure_is_told(void)
{
	strata_generation_copies_init(&copies);
	note(STRATA_TIMEOUT, 0);
	note(STRATA_REFUSED, 0);
	sum_up();
	CHECK(copies.readable == 0 && copies.count == 2 && copies.greatest == 0 && copies.lowest == 0);
	CHECK(strata_generation_copies_verdict(&copies) == STRATA_REFUSED);
	strata_generation_copies_init(&copies);
	CHECK(strata_generation_copies_verdict(&copies) == STRATA_UNCONFIGURED);
}

static void all_copies_must_take_it(void)
{
	strata_generation_copies_init(&copies);
	CHECK(strata_generation_copies_raised(&copies, 50) == STRATA_UNCONFIGURED);
	note(STRATA_OK, 50);
	note(STRATA_OK, 60);
	sum_up();
	CHECK(strata_generation_copies_raised(&copies, 50) == STRATA_OK);
	CHECK(strata_generation_copies_raised(&copies, 51) == STRATA_BUSY);
	note(STRATA_UNSUPPORTED, 0);
	sum_up();
	CHECK(strata_generation_copies_raised(&copies, 50) == STRATA_UNSUPPORTED);
}

int main(void)
{
	RUN(the_greatest_that_can_be_read_counts);
	RUN(a_copy_that_is_gone_is_readable_and_holds_nothing);
	RUN(what_is_no_generation_is_worth_nothing);
	RUN(what_is_ahead_of_the_limit_counts_as_absent);
	RUN(the_limit_follows_the_clock_of_the_server_where_it_is_known);
	RUN(where_none_can_be_read_the_failure_is_told);
	RUN(all_copies_must_take_it);
	return unit_end();
}
