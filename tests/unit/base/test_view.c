#include "base/view.h"

#include "unit.h"

static void views_are_equal_by_their_bytes(void)
{
	CHECK(strata_view_equal(strata_view_of("abc"), (strata_view){ "abcd", 3 }));
	CHECK(!strata_view_equal(strata_view_of("abc"), strata_view_of("abd")));
	CHECK(!strata_view_equal(strata_view_of("abc"), strata_view_of("ab")));
	CHECK(strata_view_equal((strata_view){ "a\0b", 3 }, (strata_view){ "a\0b", 3 }));
	CHECK(!strata_view_equal((strata_view){ "a\0b", 3 }, (strata_view){ "a\0c", 3 }));
	CHECK(strata_view_equal((strata_view){ NULL, 0 }, strata_view_of("")));
}

static void a_word_is_found_wherever_it_stands(void)
{
	CHECK(strata_view_contains(strata_view_of("one two"), "one"));
	CHECK(strata_view_contains(strata_view_of("one two"), "two"));
	CHECK(strata_view_contains(strata_view_of("one two"), "e t"));
	CHECK(strata_view_contains(strata_view_of("aab"), "ab"));
	CHECK(strata_view_contains(strata_view_of(""), ""));
	CHECK(!strata_view_contains(strata_view_of("one tw"), "two"));
	CHECK(!strata_view_contains((strata_view){ NULL, 0 }, "a"));
	/* What lies behind the end is not looked at. */
	CHECK(!strata_view_contains((strata_view){ "one two", 6 }, "two"));
}

static void a_text_starts_with_its_prefixes(void)
{
	CHECK(strata_view_starts(strata_view_of("abc"), strata_view_of("ab")));
	CHECK(strata_view_starts(strata_view_of("abc"), strata_view_of("abc")));
	CHECK(strata_view_starts(strata_view_of("abc"), (strata_view){ NULL, 0 }));
	CHECK(strata_view_starts((strata_view){ NULL, 0 }, (strata_view){ NULL, 0 }));
	CHECK(!strata_view_starts(strata_view_of("abc"), strata_view_of("b")));
	CHECK(!strata_view_starts((strata_view){ "abc", 2 }, strata_view_of("abc")));
}

int main(void)
{
	RUN(views_are_equal_by_their_bytes);
	RUN(a_word_is_found_wherever_it_stands);
	RUN(a_text_starts_with_its_prefixes);
	return unit_end();
}
