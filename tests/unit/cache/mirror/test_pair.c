#include "cache/mirror/pair.h"

#include "unit.h"

enum { MOMENT = 1700000 };

static strata_item value(const char *text, uint64_t version, strata_msec created_at)
{
	return (strata_item){ .value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) },
		.version = version,
		.fence.version = version,
		.created_at = created_at,
		.expires_at = MOMENT,
		.fresh_until = MOMENT,
		.result = STRATA_OK };
}

static strata_item digits(int64_t number, strata_msec expires_at)
{
	return (strata_item){ .value = { .codec = STRATA_CODEC_INTEGER, .integer = number },
		.expires_at = expires_at,
		.fence.version = 77,
		.result = STRATA_OK };
}

static strata_item with(strata_result result)
{
	return (strata_item){ .value.codec = STRATA_CODEC_NULL, .result = result };
}

static strata_difference_class classify(strata_item answering, strata_item following)
{
	const strata_mirror_pair pair = { .answering = answering, .following = following };

	return strata_mirror_pair_classify(&pair);
}

static void values_are_told_apart_by_version_moment_bytes_and_end(void)
{
	strata_item later = value("a", 1, 10), stale = value("a", 1, 10);

	CHECK(classify(value("a", 1, 10), value("a", 1, 10)) == STRATA_DIFFERENCE_EQUAL);
	CHECK(classify(value("a", 1, 10), value("b", 1, 10)) == STRATA_DIFFERENCE_VALUE);
	CHECK(classify(value("a", 1, 10), value("b", 2, 10)) == STRATA_DIFFERENCE_VALUE);
	CHECK(classify(value("a", 1, 10), value("a", 2, 9)) == STRATA_DIFFERENCE_OLDER);
	CHECK(classify(value("a", 1, 10), value("a", 2, 11)) == STRATA_DIFFERENCE_NEWER);
	later.expires_at += 2001;
	CHECK(classify(value("a", 1, 10), later) == STRATA_DIFFERENCE_END);
	later.expires_at -= 1;
	CHECK(classify(value("a", 1, 10), later) == STRATA_DIFFERENCE_EQUAL);
	later.expires_at = STRATA_NEVER;
	CHECK(classify(later, value("a", 1, 10)) == STRATA_DIFFERENCE_END);
	stale.result = STRATA_STALE;
	CHECK(classify(value("a", 1, 10), stale) == STRATA_DIFFERENCE_EQUAL);
}

static void numbers_that_servers_count_have_no_version(void)
{
	strata_item enveloped = digits(5, MOMENT);

	CHECK(classify(digits(5, MOMENT), digits(5, MOMENT + 1900)) == STRATA_DIFFERENCE_EQUAL);
	CHECK(classify(digits(5, MOMENT), digits(6, MOMENT)) == STRATA_DIFFERENCE_VALUE);
	CHECK(classify(digits(5, MOMENT), digits(5, STRATA_NEVER)) == STRATA_DIFFERENCE_END);
	enveloped.is_enveloped = true;
	CHECK(classify(digits(5, MOMENT), enveloped) == STRATA_DIFFERENCE_VALUE);
	CHECK(classify(enveloped, enveloped) == STRATA_DIFFERENCE_EQUAL);
	CHECK(classify(digits(5, MOMENT), value("5", 1, 1)) == STRATA_DIFFERENCE_VALUE);
}

static void what_is_not_a_value_is_nothing_or_foreign(void)
{
	strata_item placeholder = with(STRATA_MISS), foreign = value("a", 0, 0);

	placeholder.fence.version = 5;
	foreign.is_foreign = true;
	CHECK(classify(with(STRATA_MISS), placeholder) == STRATA_DIFFERENCE_EQUAL);
	CHECK(classify(value("a", 1, 1), placeholder) == STRATA_DIFFERENCE_MISSING);
	CHECK(classify(placeholder, value("a", 1, 1)) == STRATA_DIFFERENCE_SURPLUS);
	CHECK(classify(value("a", 1, 1), with(STRATA_CORRUPT)) == STRATA_DIFFERENCE_FOREIGN);
	CHECK(classify(foreign, with(STRATA_MISS)) == STRATA_DIFFERENCE_FOREIGN);
	CHECK(strata_mirror_pair_sight(&placeholder) == STRATA_SIGHT_PLACEHOLDER);
	CHECK(strata_mirror_pair_sight(&foreign) == STRATA_SIGHT_FOREIGN);
	foreign = with(STRATA_TIMEOUT);
	CHECK(strata_mirror_pair_sight(&foreign) == STRATA_SIGHT_UNKNOWN);
	foreign = with(STRATA_BREAKER_OPEN);
	CHECK(strata_mirror_pair_sight(&foreign) == STRATA_SIGHT_UNKNOWN);
}

int main(void)
{
	RUN(values_are_told_apart_by_version_moment_bytes_and_end);
	RUN(numbers_that_servers_count_have_no_version);
	RUN(what_is_not_a_value_is_nothing_or_foreign);
	return unit_end();
}
