/*
 * memcached above a deeper tier: a miss gives one caller the right to fill, and a fill that others
 * were ahead of stores nothing.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tier/memcached/memcached.h"

#include <unistd.h>

#include "os/clock.h"

#include "fake_memcached.h"
#include "remote_fixture.h"
#include "unit.h"

enum { GENERATION = 7, SHORT = 100000, LONG = 300000 /* usec */ };

static remote_fixture fixture;
static strata_keyspace keyspace;
static strata_tier tier;
static fake_memcached server;
static strata_unconfirmed_table *table;
static strata_call call;

static void begin(void)
{
	strata_ring_server one;
	strata_memcached *pool;

	remote_fixture_begin(&fixture);
	fake_memcached_start(&server);
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &table) == STRATA_OK);
	fixture.options.unconfirmed = table;
	one = (strata_ring_server){ "127.0.0.1", fake_memcached_port(&server), 1, NULL };
	REQUIRE(strata_keyspace_init(&keyspace, "db", "", strata_view_of(""), 1000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .generation = GENERATION };
	REQUIRE(strata_memcached_new(&one, 1, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	REQUIRE(strata_tier_memcached_init(&tier, pool, &keyspace, STRATA_MEMCACHED_NEARER) == 0);
}

static void end(void)
{
	tier.ops->fini(&tier);
	strata_keyspace_fini(&keyspace);
	CHECK(fake_memcached_end(&server));
	strata_unconfirmed_table_free(table);
	remote_fixture_end(&fixture);
}

static bool heard(const char *commands)
{
	return fake_memcached_heard(&server, commands);
}

/* A caller that misses the key. */
static strata_item missed(const char *key)
{
	strata_item item = { .key = strata_view_of(key), .fill_token = 99 };
	strata_item *const one[] = { &item };

	tier.ops->get(&tier, &call, one, 1);
	CHECK(item.result == STRATA_MISS);
	return item;
}

/* The same caller has found the value in a deeper tier. */
static strata_result fill(strata_item *item, const char *text)
{
	strata_item *const one[] = { item };

	item->value = (strata_value){ .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) };
	item->created_at = strata_clock_wall_msec();
	item->fresh_until = item->expires_at = STRATA_NEVER;
	item->version = 0x1234;
	tier.ops->fill(&tier, &call, one, 1);
	return item->result;
}

static bool holds(const char *key, const char *text)
{
	strata_item item = { .key = strata_view_of(key) };
	strata_item *const one[] = { &item };

	tier.ops->get(&tier, &call, one, 1);
	return item.result == STRATA_OK && strata_view_equal(item.value.bytes, strata_view_of(text));
}

static void remove_key(const char *key)
{
	strata_item item = { .key = strata_view_of(key) };
	strata_item *const one[] = { &item };

	tier.ops->remove(&tier, &call, one, 1);
}

static void of_many_that_miss_one_may_fill(void)
{
	strata_item first, second;

	begin();
	first = missed("a");
	second = missed("a");
	CHECK(first.fill_token != 0 && second.fill_token == 0);
	CHECK(heard("mg db:7:a N; mg db:7:a N; "));
	CHECK(fake_memcached_item(&server, "db:7:a").ttl == 3);
	CHECK(fill(&first, "value") == STRATA_OK);
	CHECK(heard("ms db:7:a S C; "));
	CHECK(holds("a", "value"));
	end();
}

static void a_hit_gives_no_right(void)
{
	strata_item item;
	strata_item *const one[] = { &item };

	begin();
	item = missed("a");
	CHECK(fill(&item, "value") == STRATA_OK);
	item.fill_token = 99;
	tier.ops->get(&tier, &call, one, 1);
	CHECK(item.result == STRATA_OK && item.fill_token == 0);
	end();
}

static void after_a_removal_a_fill_stores_nothing(void)
{
	strata_item item;

	begin();
	item = missed("a");
	remove_key("a");
	CHECK(fill(&item, "old") == STRATA_NOT_STORED);
	(void) missed("a");
	CHECK(fill(&item, "old") == STRATA_NOT_STORED);
	CHECK(fake_memcached_item(&server, "db:7:a").size == 0);
	end();
}

static void after_another_fill_a_fill_stores_nothing(void)
{
	strata_item slow, fast;

	begin();
	slow = missed("a");
	remove_key("a");
	fast = missed("a");
	CHECK(fill(&fast, "new") == STRATA_OK);
	CHECK(fill(&slow, "old") == STRATA_NOT_STORED);
	CHECK(holds("a", "new"));
	end();
}

static void a_batch_is_asked_in_one_round_and_filled_in_another(void)
{
	strata_item items[3] = { { .key = strata_view_of("a") }, { .key = strata_view_of("b") },
		{ .key = strata_view_of("a") } };
	strata_item *const list[] = { &items[0], &items[1], &items[2] };

	begin();
	tier.ops->get(&tier, &call, list, 3);
	CHECK(items[0].fill_token != 0 && items[1].fill_token != 0 && items[2].fill_token == 0);
	items[0].value = items[1].value =
		(strata_value){ .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("value") };
	tier.ops->fill(&tier, &call, list, 2);
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_OK);
	CHECK(heard("mg db:7:a N; mg db:7:b N; mg db:7:a N; ms db:7:a S C; ms db:7:b S C; "));
	CHECK(fake_memcached_connections(&server) == 1);
	end();
}

static void stop_for_a_while(fake_memcached *fake, const char *verb)
{
	(void) fake;
	if (strcmp(verb, "ms") == 0) {
		usleep(LONG);
	}
}

/* The caller has given up, and then the server goes on and does what it was sent. */
static void a_fill_that_was_not_answered_is_removed_by_the_next_command(void)
{
	strata_item item;

	begin();
	item = missed("a");
	fake_memcached_let(&server, stop_for_a_while);
	fixture.options.operation_timeout = SHORT;
	CHECK(fill(&item, "old") == STRATA_TIMEOUT);
	fixture.options.operation_timeout = FIXTURE_PATIENCE_USEC;
	fake_memcached_let(&server, NULL);
	CHECK(fake_memcached_item(&server, "db:7:a").size > 0);
	CHECK(heard("mg db:7:a N; ms db:7:a S C; "));
	(void) missed("b");
	CHECK(heard("md db:7:a; mg db:7:b N; "));
	(void) missed("a");
	end();
}

static void a_fill_that_was_refused_leaves_nothing_to_do(void)
{
	strata_item item;

	begin();
	item = missed("a");
	remove_key("a");
	CHECK(fill(&item, "old") == STRATA_NOT_STORED);
	item = missed("b");
	fake_memcached_fail(&server, "SERVER_ERROR out of memory storing object");
	CHECK(fill(&item, "old") == STRATA_SERVER);
	(void) heard("");
	(void) missed("a");
	CHECK(heard("mg db:7:a N; "));
	end();
}

/* An empty value that another program stored is none of ours, and no miss of ours either. */
static void an_empty_value_of_others_is_foreign(void)
{
	strata_item item = { .key = strata_view_of("a") };
	strata_item *const one[] = { &item };

	begin();
	fake_memcached_hold(&server, "db:7:a", "", 0);
	tier.ops->get(&tier, &call, one, 1);
	CHECK(item.result == STRATA_FOREIGN && item.fill_token == 0);
	end();
}

/* memcached 1.6.18 would name such a key in raw bytes, line ends included. */
static void a_key_that_would_travel_in_base64_is_hashed(void)
{
	strata_item item;

	begin();
	item = missed("a b\r\n");
	CHECK(item.fill_token != 0 && fill(&item, "value") == STRATA_OK);
	CHECK(holds("a b\r\n", "value"));
	CHECK(strncmp(server.items[0].key, "db:7#", 5) == 0 && strlen(server.items[0].key) == 5 + 32);
	end();
}

static void without_cas_there_is_no_right_and_a_notice(void)
{
	begin();
	CHECK(missed("a").fill_token != 0 && call.notice == NULL);
	fake_memcached_lose_cas(&server);
	CHECK(missed("b").fill_token == 0);
	CHECK(call.notice != NULL && strstr(call.notice, "started with -C") != NULL);
	CHECK(strstr(call.notice, "127.0.0.1:") != NULL);
	end();
}

static void without_vivify_nothing_is_found_and_a_notice_says_so(void)
{
	strata_item item = { .key = strata_view_of("a"), .fill_token = 99 };
	strata_item *const one[] = { &item };

	begin();
	fake_memcached_lose_vivify(&server);
	tier.ops->get(&tier, &call, one, 1);
	CHECK(item.result == STRATA_UNSUPPORTED && item.fill_token == 0);
	CHECK(call.notice != NULL && strstr(call.notice, "N of mg") != NULL);
	/* Nothing went wrong with the connection. */
	tier.ops->get(&tier, &call, one, 1);
	CHECK(fake_memcached_connections(&server) == 1);
	end();
}

int main(void)
{
	RUN(of_many_that_miss_one_may_fill);
	RUN(a_hit_gives_no_right);
	RUN(after_a_removal_a_fill_stores_nothing);
	RUN(after_another_fill_a_fill_stores_nothing);
	RUN(a_batch_is_asked_in_one_round_and_filled_in_another);
	RUN(a_fill_that_was_not_answered_is_removed_by_the_next_command);
	RUN(a_fill_that_was_refused_leaves_nothing_to_do);
	RUN(an_empty_value_of_others_is_foreign);
	RUN(a_key_that_would_travel_in_base64_is_hashed);
	RUN(without_cas_there_is_no_right_and_a_notice);
	RUN(without_vivify_nothing_is_found_and_a_notice_says_so);
	return unit_end();
}
