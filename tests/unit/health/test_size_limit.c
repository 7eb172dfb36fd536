#include "health/size_limit.h"

#include "unit.h"

static strata_size_limit limit;

static void nothing_is_known_at_first(void)
{
	limit = (strata_size_limit){ 0 };
	CHECK(strata_size_limit_most(&limit) == UINT64_MAX);
}

static void what_was_refused_is_too_large(void)
{
	limit = (strata_size_limit){ 0 };
	strata_size_limit_refused(&limit, 5000);
	CHECK(strata_size_limit_most(&limit) == 4999);
	strata_size_limit_refused(&limit, 6000);
	CHECK(strata_size_limit_most(&limit) == 4999);
	strata_size_limit_refused(&limit, 4999);
	CHECK(strata_size_limit_most(&limit) == 4998);
}

static void the_servers_word_replaces_what_was_known(void)
{
	limit = (strata_size_limit){ 0 };
	strata_size_limit_refused(&limit, 5000);
	strata_size_limit_learn(&limit, 1 << 20);
	CHECK(strata_size_limit_most(&limit) == 1 << 20);
	strata_size_limit_learn(&limit, 4000);
	CHECK(strata_size_limit_most(&limit) == 4000);
	strata_size_limit_learn(&limit, 0);
	CHECK(strata_size_limit_most(&limit) == UINT64_MAX);
}

static void one_caller_asks_every_five_seconds(void)
{
	limit = (strata_size_limit){ 0 };
	CHECK(strata_size_limit_may_ask(&limit, 100000));
	CHECK(!strata_size_limit_may_ask(&limit, 100000));
	CHECK(!strata_size_limit_may_ask(&limit, 104999));
	CHECK(strata_size_limit_may_ask(&limit, 105000));
}

static void damage_refuses_nothing_for_long(void)
{
	memset(&limit, 0xFF, sizeof(limit));
	CHECK(strata_size_limit_may_ask(&limit, 100000));
	strata_size_limit_learn(&limit, 1 << 20);
	CHECK(strata_size_limit_most(&limit) == 1 << 20);
	limit.smallest_refused = 5;
	CHECK(strata_size_limit_most(&limit) == UINT64_MAX);
}

int main(void)
{
	RUN(nothing_is_known_at_first);
	RUN(what_was_refused_is_too_large);
	RUN(the_servers_word_replaces_what_was_known);
	RUN(one_caller_asks_every_five_seconds);
	RUN(damage_refuses_nothing_for_long);
	return unit_end();
}
