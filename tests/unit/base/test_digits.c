#include "base/digits.h"

#include "unit.h"

static bool is(strata_view digits, const char *text)
{
	return strata_view_equal(digits, strata_view_of(text));
}

static void numbers_have_no_leading_zero(void)
{
	strata_digits room;

	CHECK(is(strata_digits_of(0, &room), "0"));
	CHECK(is(strata_digits_of(7, &room), "7"));
	CHECK(is(strata_digits_of(10, &room), "10"));
	CHECK(is(strata_digits_of(99, &room), "99"));
	CHECK(is(strata_digits_of(100, &room), "100"));
	CHECK(is(strata_digits_of(1000, &room), "1000"));
	CHECK(is(strata_digits_of(98765, &room), "98765"));
	CHECK(is(strata_digits_of(UINT64_MAX, &room), "18446744073709551615"));
}

static void only_negative_numbers_have_a_sign(void)
{
	strata_digits room;

	CHECK(is(strata_digits_of_signed(0, &room), "0"));
	CHECK(is(strata_digits_of_signed(-1, &room), "-1"));
	CHECK(is(strata_digits_of_signed(INT64_MAX, &room), "9223372036854775807"));
	CHECK(is(strata_digits_of_signed(INT64_MIN, &room), "-9223372036854775808"));
}

int main(void)
{
	RUN(numbers_have_no_leading_zero);
	RUN(only_negative_numbers_have_a_sign);
	return unit_end();
}
