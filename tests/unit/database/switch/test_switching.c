#include "database/switch/switching.h"

#include "unit.h"

/* Only the texts that say which servers answer. */
static strata_settings settings(uint64_t mode, char *redis, char *shadow)
{
	return (strata_settings){ .shadow_mode = mode,
		.redis = redis,
		.memcached = "",
		.shadow_redis = shadow,
		.shadow_memcached = "" };
}

static bool begins_anew(strata_settings before, strata_settings after)
{
	return strata_switching_begins_anew(&before, &after);
}

static void the_shadow_answers_where_it_leads(void)
{
	strata_settings led = settings(STRATA_SHADOW_MODE_LEAD, "a", "b");
	strata_settings off = settings(STRATA_SHADOW_MODE_OFF, "a", "b");
	strata_place_servers none = strata_switching_following(&off);

	CHECK(strcmp(strata_switching_answering(&led).redis, "b") == 0);
	CHECK(strcmp(strata_switching_following(&led).redis, "a") == 0);
	CHECK(strcmp(strata_switching_answering(&off).redis, "a") == 0);
	CHECK(!strata_switching_names_servers(&none));
}

static void servers_that_did_not_follow_begin_anew(void)
{
	const uint64_t off = STRATA_SHADOW_MODE_OFF, compare = STRATA_SHADOW_MODE_COMPARE;

	CHECK(begins_anew(settings(off, "a", ""), settings(off, "b", "")));
	CHECK(begins_anew(settings(off, "a", "b"), settings(off, "b", "")));
	CHECK(begins_anew(settings(compare, "a", "b"), settings(off, "c", "")));
}

static void those_that_answered_or_followed_are_warm(void)
{
	const uint64_t off = STRATA_SHADOW_MODE_OFF, compare = STRATA_SHADOW_MODE_COMPARE;

	CHECK(!begins_anew(settings(off, "a", ""), settings(off, "a", "")));
	CHECK(!begins_anew(settings(compare, "a", "b"), settings(STRATA_SHADOW_MODE_LEAD, "a", "b")));
	CHECK(!begins_anew(settings(STRATA_SHADOW_MODE_WRITE, "a", "b"), settings(off, "b", "")));
	CHECK(!begins_anew(settings(STRATA_SHADOW_MODE_LEAD, "a", "b"), settings(off, "a", "")));
}

int main(void)
{
	RUN(the_shadow_answers_where_it_leads);
	RUN(servers_that_did_not_follow_begin_anew);
	RUN(those_that_answered_or_followed_are_warm);
	return unit_end();
}
