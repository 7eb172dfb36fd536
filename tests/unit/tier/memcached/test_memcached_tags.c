/* The numbers of tags on memcached, with cas and without, and what a server may say to that. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tier/memcached/memcached.h"

#include <string.h>

#include "os/clock.h"
#include "tier/generation_check.h"

#include "fake_memcached.h"
#include "remote_fixture.h"
#include "unit.h"

#define NAME_7 "db:tag:0000000000000007"
#define NAME_8 "db:tag:0000000000000008"

enum { DAY = 86400 /* seconds */ };

static const uint64_t next = 1000, apart = 1 << 20;

static remote_fixture fixture;
static strata_keyspace keyspace;
static strata_tier tier;
static fake_memcached server;
static strata_call call;

static void begin(void)
{
	strata_ring_server one;
	strata_memcached *pool;

	remote_fixture_begin(&fixture);
	fake_memcached_start(&server);
	one = (strata_ring_server){ "127.0.0.1", fake_memcached_port(&server), 1, NULL };
	REQUIRE(strata_keyspace_init(&keyspace, "db", "", strata_view_of("secret"), 1000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .generation = 7 };
	REQUIRE(strata_memcached_new(&one, 1, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	REQUIRE(strata_tier_memcached_init(&tier, pool, &keyspace, STRATA_MEMCACHED_DEEPEST) == 0);
}

static void end(void)
{
	tier.ops->fini(&tier);
	strata_keyspace_fini(&keyspace);
	CHECK(fake_memcached_end(&server));
	remote_fixture_end(&fixture);
}

static void hold(const char *name, const char *text)
{
	fake_memcached_hold(&server, name, text, strlen(text));
}

static bool heard(const char *commands)
{
	return fake_memcached_heard(&server, commands);
}

static strata_tag_question ask(uint64_t id, uint64_t least, uint64_t made)
{
	strata_tag_question question = { .id = id, .least = least, .next = made };
	strata_tag_question *const one[] = { &question };

	tier.ops->read_tags(&tier, &call, one, 1);
	return question;
}

static strata_tag_question raise_tag(uint64_t id, uint64_t made)
{
	strata_tag_question question = { .id = id, .next = made };
	strata_tag_question *const one[] = { &question };

	tier.ops->raise_tags(&tier, &call, one, 1);
	return question;
}

static bool is(strata_tag_question question, strata_result result, uint64_t number)
{
	return question.result == result && question.number == number;
}

static void a_number_is_read_and_made_where_none_is(void)
{
	begin();
	hold(NAME_7, "500");
	CHECK(is(ask(7, 0, next), STRATA_OK, 500) && heard("mg " NAME_7 "; "));
	CHECK(is(ask(8, 0, 0), STRATA_MISS, 0) && heard("mg " NAME_8 "; "));
	CHECK(is(ask(8, 0, next), STRATA_OK, next) && heard("mg " NAME_8 "; ms " NAME_8 " E; "));
	CHECK(fake_memcached_item(&server, NAME_8).ttl == 30 * DAY);
	CHECK(is(ask(8, 0, next + 5), STRATA_OK, next) && heard("mg " NAME_8 "; "));
	CHECK(is(ask(8, next + 1, next + 5), STRATA_OK, next + 5));
	end();
}

static void a_raise_goes_past_what_is_there(void)
{
	begin();
	hold(NAME_7, "500");
	CHECK(is(raise_tag(7, next), STRATA_OK, next) && is(raise_tag(7, next), STRATA_OK, next + 1));
	CHECK(is(raise_tag(8, next), STRATA_OK, next));
	end();
}

static void what_is_no_number_is_missing(void)
{
	static const char *const texts[] = { "text", "-5", "0", "007", "5 ", "", "5.0",
		"9223372036854775808", "1000000000000000000", "18446744073709551617" };

	begin();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		hold(NAME_7, texts[i]);
		CHECK(is(ask(7, 0, 0), STRATA_MISS, 0));
		CHECK(is(ask(7, 0, next + i), STRATA_OK, next + i));
	}
	hold(NAME_7, "999999999999999999");
	CHECK(is(ask(7, 0, 0), STRATA_OK, STRATA_TAG_LIMIT));
	CHECK(is(raise_tag(7, next), STRATA_OK, next));
	end();
}

/* What another host does between the look and the swap. */
static void another_raises_it(fake_memcached *fake, const char *verb)
{
	static int left;

	if (strcmp(verb, "ms") == 0 && left++ < 3) {
		char digits[24];

		snprintf(digits, sizeof(digits), "%d", 2000 + left);
		fake_memcached_hold_locked(fake, NAME_7, digits, strlen(digits));
	}
}

static void the_host_that_was_faster_is_seen(void)
{
	begin();
	hold(NAME_7, "500");
	fake_memcached_let(&server, another_raises_it);
	CHECK(is(raise_tag(7, next), STRATA_OK, 2004));
	end();
}

static void without_cas_a_set_has_to_do(void)
{
	strata_tag_question raised;

	begin();
	fake_memcached_lose_cas(&server);
	CHECK(is(ask(7, 0, next), STRATA_OK, next));
	raised = raise_tag(7, next);
	CHECK(raised.result == STRATA_OK && raised.number > next && raised.number < next + 2 + apart);
	CHECK(is(ask(7, 0, next), STRATA_OK, raised.number));
	end();
}

static void an_error_is_no_number(void)
{
	begin();
	hold(NAME_7, "500");
	fake_memcached_fail(&server, "SERVER_ERROR out of order");
	CHECK(is(ask(7, 0, next), STRATA_SERVER, 0));
	CHECK(is(ask(7, 0, next), STRATA_OK, 500));
	end();
}

static void an_old_number_lives_on(void)
{
	uint64_t now = strata_clock_wall_msec() * 1000;
	char digits[24];

	begin();
	snprintf(digits, sizeof(digits), "%llu",
		(unsigned long long) (now - 11 * UINT64_C(1000000) * DAY));
	hold(NAME_7, digits);
	for (int i = 0; i < 25600 && fake_memcached_item(&server, NAME_7).ttl == 0; i++) {
		REQUIRE(ask(7, 0, now).result == STRATA_OK);
		strata_arena_reset(fixture.arena);
	}
	CHECK(fake_memcached_item(&server, NAME_7).ttl == 30 * DAY);
	CHECK(strcmp(fake_memcached_item(&server, NAME_7).value, digits) == 0);
	end();
}

static void numbers_travel_with_a_get(void)
{
	strata_tag_question along[] = { { .id = 7 }, { .id = 8 } };
	strata_tag_question *const list[] = { &along[0], &along[1] };
	strata_tag_check check = { .questions = list, .count = 2 };
	strata_generation_check generation = strata_generation_check_of(STRATA_CHECK_ALL_COPIES);
	strata_item item = { .key = strata_view_of("k") };
	strata_item *const one[] = { &item };

	begin();
	hold(NAME_7, "500");
	hold("db:generation", "7");
	call.tag_check = &check;
	call.check = &generation;
	tier.ops->get(&tier, &call, one, 1);
	CHECK(item.result == STRATA_MISS && call.tag_check == NULL && check.is_sent);
	CHECK(is(along[0], STRATA_OK, 500) && is(along[1], STRATA_MISS, 0));
	CHECK(generation.copies.numbers[0] == 7);
	CHECK(heard("mg " NAME_7 "; mg " NAME_8 "; mg db:generation; mg db:7:k; "));
	end();
}

int main(void)
{
	RUN(a_number_is_read_and_made_where_none_is);
	RUN(a_raise_goes_past_what_is_there);
	RUN(what_is_no_number_is_missing);
	RUN(the_host_that_was_faster_is_seen);
	RUN(without_cas_a_set_has_to_do);
	RUN(an_error_is_no_number);
	RUN(an_old_number_lives_on);
	RUN(numbers_travel_with_a_get);
	return unit_end();
}
