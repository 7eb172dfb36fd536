#include "tier/generation_copies.h"

#include "unit.h"

static strata_generation_copies copies;

static void note(strata_result result, int64_t integer)
{
	strata_item copy = { .result = result,
		.value = { .codec = STRATA_CODEC_INTEGER, .integer = integer } };

	strata_generation_copies_note(&copies, &copy);
}

static void the_greatest_that_can_be_read_counts(void)
{
	strata_generation_copies_init(&copies);
	note(STRATA_OK, 30);
	note(STRATA_OK, 50);
	note(STRATA_TIMEOUT, 0);
	CHECK(copies.greatest == 50 && copies.lowest == 30 && copies.readable == 2);
	CHECK(strata_generation_copies_verdict(&copies) == STRATA_OK);
}

static void a_copy_that_is_gone_is_readable_and_holds_nothing(void)
{
	strata_generation_copies_init(&copies);
	note(STRATA_MISS, 0);
	note(STRATA_OK, 50);
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
	/* No clock says so; and one more than the last 64-bit number would be less than the first. */
	note(STRATA_OK, INT64_MAX);
	note(STRATA_OK, (int64_t) STRATA_GENERATION_LIMIT + 1);
	CHECK(copies.greatest == 0 && copies.lowest == 0 && copies.readable == 5);
	note(STRATA_OK, (int64_t) STRATA_GENERATION_LIMIT);
	CHECK(copies.greatest == STRATA_GENERATION_LIMIT);
}

static void where_none_can_be_read_the_failure_is_told(void)
{
	strata_generation_copies_init(&copies);
	note(STRATA_TIMEOUT, 0);
	note(STRATA_REFUSED, 0);
	CHECK(copies.readable == 0 && copies.greatest == 0);
	CHECK(strata_generation_copies_verdict(&copies) == STRATA_REFUSED);
	strata_generation_copies_init(&copies);
	CHECK(strata_generation_copies_verdict(&copies) == STRATA_UNCONFIGURED);
}

static strata_result raised(strata_result a, strata_result b, strata_result c, size_t count)
{
	strata_item items[3] = { { .result = a }, { .result = b }, { .result = c } };
	strata_item *list[3] = { &items[0], &items[1], &items[2] };

	return strata_generation_copies_raised(list, count);
}

static void most_copies_must_take_it(void)
{
	CHECK(raised(STRATA_OK, STRATA_OK, STRATA_OK, 3) == STRATA_OK);
	CHECK(raised(STRATA_OK, STRATA_TIMEOUT, STRATA_OK, 3) == STRATA_OK);
	CHECK(raised(STRATA_OK, STRATA_TIMEOUT, STRATA_REFUSED, 3) == STRATA_REFUSED);
	CHECK(raised(STRATA_OK, STRATA_TIMEOUT, STRATA_OK, 2) == STRATA_TIMEOUT);
	CHECK(raised(STRATA_OK, STRATA_OK, STRATA_OK, 1) == STRATA_OK);
	CHECK(raised(STRATA_TIMEOUT, STRATA_OK, STRATA_OK, 1) == STRATA_TIMEOUT);
	CHECK(raised(STRATA_OK, STRATA_OK, STRATA_OK, 0) == STRATA_UNCONFIGURED);
}

int main(void)
{
	RUN(the_greatest_that_can_be_read_counts);
	RUN(a_copy_that_is_gone_is_readable_and_holds_nothing);
	RUN(what_is_no_generation_is_worth_nothing);
	RUN(where_none_can_be_read_the_failure_is_told);
	RUN(most_copies_must_take_it);
	return unit_end();
}
