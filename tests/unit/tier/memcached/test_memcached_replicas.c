#include "tier/memcached/memcached_replicas.h"

#include <unistd.h>

#include "host/unconfirmed.h"
#include "os/clock.h"
#include "tier/memcached/memcached.h"

#include "fake_memcached.h"
#include "remote_fixture.h"
#include "unit.h"

enum { GENERATION = 7 };

static remote_fixture fixture;
static strata_unconfirmed_table *names;
static fake_memcached fakes[2];
static fake_memcached *first, *second; /* by the places of the key */
static int refusing[2];                /* the socket at the port of one that is down; else -1 */
static strata_keyspace keyspace;
static strata_call call;
static strata_tier tier;

static const char key[] = "key";
static const char name[] = "db:7:key";

typedef enum { NAMES_ARE_KEPT, NO_NAMES } keeping;

/* By their ring names the servers have the same places whatever their ports. */
static void begin(keeping keeping)
{
	strata_ring_server servers[2] = { { "127.0.0.1", 0, 1, "a" }, { "127.0.0.1", 0, 1, "b" } };
	strata_memcached *pool;
	uint32_t place;

	remote_fixture_begin(&fixture);
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &names) == STRATA_OK);
	fixture.options.unconfirmed = keeping == NAMES_ARE_KEPT ? names : NULL;
	for (size_t i = 0; i < 2; i++) {
		fake_memcached_start(&fakes[i]);
		servers[i].port = fake_memcached_port(&fakes[i]);
		refusing[i] = -1;
	}
	REQUIRE(strata_keyspace_init(&keyspace, "db", "", strata_view_of("secret"), 1000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .generation = GENERATION };
	REQUIRE(strata_memcached_new(servers, 2, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	place = strata_memcached_pick(pool, strata_view_of(key));
	first = &fakes[place];
	second = &fakes[1 - place];
	REQUIRE(strata_memcached_pick_second(pool, strata_view_of(key)) == 1 - place);
	REQUIRE(strata_tier_memcached_init(&tier, pool, &keyspace, STRATA_MEMCACHED_DEEPEST) == 0);
	strata_memcached_replicas_begin(&tier);
}

/* Nothing listens at its port any more, and no server of another test will. */
static void take_down(fake_memcached *fake)
{
	uint16_t port = fake_memcached_port(fake);

	scripted_server_hang_up(fake->server);
	CHECK(fake_memcached_end(fake));
	refusing[fake - fakes] = scripted_refusing_port(&port);
}

static void end(void)
{
	tier.ops->fini(&tier);
	strata_keyspace_fini(&keyspace);
	for (size_t i = 0; i < 2; i++) {
		CHECK(refusing[i] >= 0 ? close(refusing[i]) == 0 : fake_memcached_end(&fakes[i]));
	}
	strata_unconfirmed_table_free(names);
	remote_fixture_end(&fixture);
}

/* ---- what is asked ---- */

static strata_item item_of(const char *text)
{
	return (strata_item){ .key = strata_view_of(key),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) },
		.created_at = strata_clock_wall_msec(),
		.version = 0x1234 };
}

static strata_result put(strata_item *item, strata_put_mode mode)
{
	strata_item *const one[] = { item };

	tier.ops->put(&tier, &call, one, 1, mode);
	return item->result;
}

static strata_result set(const char *text)
{
	strata_item item = item_of(text);

	return put(&item, STRATA_PUT_SET);
}

static strata_result remove_key(void)
{
	strata_item item = item_of("");
	strata_item *const one[] = { &item };

	tier.ops->remove(&tier, &call, one, 1);
	return item.result;
}

static strata_result get(strata_item *item)
{
	strata_item *const one[] = { item };

	*item = (strata_item){ .key = strata_view_of(key) };
	tier.ops->get(&tier, &call, one, 1);
	return item->result;
}

static bool reads(const char *text)
{
	strata_item item;

	return get(&item) == STRATA_OK && strata_view_equal(item.value.bytes, strata_view_of(text));
}

/* ---- what is there ---- */

static bool holds(fake_memcached *fake, const char *text)
{
	fake_item item = fake_memcached_item(fake, name);
	size_t size = strlen(text);

	return item.size >= size && size > 0 && memcmp(item.value + item.size - size, text, size) == 0;
}

static bool holds_nothing(fake_memcached *fake)
{
	return fake_memcached_item(fake, name).size == 0;
}

/* ---- sets ---- */

static void a_set_takes_three_rounds(void)
{
	begin(NAMES_ARE_KEPT);
	CHECK(set("value") == STRATA_OK);
	CHECK(fake_memcached_heard(second, "ms db:7:key S; ms db:7:key S C; "));
	CHECK(fake_memcached_heard(first, "ms db:7:key S; "));
	CHECK(holds(first, "value") && holds(second, "value") && reads("value"));
	end();
}

static bool was_placeholder_before;

static void look_at_second(fake_memcached *fake, const char *verb)
{
	(void) fake;
	(void) verb;
	was_placeholder_before = !holds_nothing(second) && !holds(second, "old");
}

static void the_old_value_is_gone_at_the_second_place_before_the_first_has_the_new_one(void)
{
	begin(NAMES_ARE_KEPT);
	CHECK(set("old") == STRATA_OK && holds(second, "old"));
	fake_memcached_let(first, look_at_second);
	CHECK(set("new") == STRATA_OK && was_placeholder_before);
	end();
}

static void lose_second(fake_memcached *fake, const char *verb)
{
	(void) fake;
	(void) verb;
	pthread_mutex_lock(&second->lock);
	fake_memcached_lose_locked(second, name);
	pthread_mutex_unlock(&second->lock);
}

/* A removal that overlaps takes the first place, too, perhaps before the set does. */
static void what_was_removed_meanwhile_does_not_come_back_at_the_second_place(void)
{
	begin(NAMES_ARE_KEPT);
	fake_memcached_let(first, lose_second);
	CHECK(set("value") == STRATA_OK);
	CHECK(holds(first, "value") && holds_nothing(second));
	CHECK(fake_memcached_heard(second, "ms db:7:key S; ms db:7:key S C; "));
	end();
}

static void replace_second(fake_memcached *fake, const char *verb)
{
	(void) fake;
	(void) verb;
	fake_memcached_hold(second, name, "other", 5);
}

/* It may be older or newer than what is at the first place: no server can tell. */
static void what_another_set_left_meanwhile_at_the_second_place_is_removed(void)
{
	begin(NAMES_ARE_KEPT);
	fake_memcached_let(first, replace_second);
	CHECK(set("value") == STRATA_OK);
	CHECK(holds(first, "value") && holds_nothing(second));
	CHECK(fake_memcached_heard(second, "ms db:7:key S; ms db:7:key S C; md db:7:key; "));
	end();
}

static void what_the_server_counts_has_one_place(void)
{
	strata_item item = item_of("");

	begin(NAMES_ARE_KEPT);
	CHECK(set("old") == STRATA_OK);
	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 42 };
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	CHECK(holds(first, "42") && holds_nothing(second));
	end();
}

static void an_enveloped_integer_has_two(void)
{
	strata_item item = item_of("");

	begin(NAMES_ARE_KEPT);
	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 42 };
	item.is_enveloped = true;
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	CHECK(fake_memcached_item(first, name).size == fake_memcached_item(second, name).size);
	end();
}

static void a_server_without_cas_keeps_no_second_place(void)
{
	begin(NAMES_ARE_KEPT);
	CHECK(set("old") == STRATA_OK);
	fake_memcached_lose_cas(second);
	CHECK(set("new") == STRATA_OK);
	CHECK(holds(first, "new") && !holds(second, "old") && !holds(second, "new"));
	end();
}

/* ---- removals ---- */

static bool was_there_before;

static void look_for_value(fake_memcached *fake, const char *verb)
{
	(void) fake;
	(void) verb;
	was_there_before = holds(second, "value");
}

/* The other way round, a set in between would be left at the second place only. */
static void a_removal_takes_the_first_place_before_the_second(void)
{
	begin(NAMES_ARE_KEPT);
	CHECK(set("value") == STRATA_OK);
	fake_memcached_let(first, look_for_value);
	CHECK(remove_key() == STRATA_OK && was_there_before);
	CHECK(holds_nothing(first) && holds_nothing(second));
	CHECK(remove_key() == STRATA_MISS);
	end();
}

static void what_is_changed_in_place_leaves_nothing_at_the_second(void)
{
	strata_item item = item_of("other");
	strata_cas_token seen = { .version = 0x1234 };

	begin(NAMES_ARE_KEPT);
	CHECK(set("value") == STRATA_OK && put(&item, STRATA_PUT_REPLACE) == STRATA_OK);
	CHECK(holds(first, "other") && holds_nothing(second));
	CHECK(set("value") == STRATA_OK);
	tier.ops->compare(&tier, &call, &item, &seen);
	CHECK(item.result == STRATA_OK && holds(first, "other") && holds_nothing(second));
	CHECK(set("value") == STRATA_OK);
	tier.ops->touch(&tier, &call, &item);
	CHECK(item.result == STRATA_OK && holds(first, "value") && holds_nothing(second));
	CHECK(set("value") == STRATA_OK && put(&item, STRATA_PUT_ADD) == STRATA_NOT_STORED);
	CHECK(holds(first, "value") && holds(second, "value"));
	end();
}

static strata_result increment(void)
{
	strata_item item = item_of("");

	tier.ops->increment(&tier, &call, &item, 1, 0);
	return item.result;
}

/* Its first place lost the value that it had, as by eviction. */
static void a_number_that_is_made_takes_the_second_place_away(void)
{
	begin(NAMES_ARE_KEPT);
	CHECK(set("value") == STRATA_OK);
	pthread_mutex_lock(&first->lock);
	fake_memcached_lose_locked(first, name);
	pthread_mutex_unlock(&first->lock);
	CHECK(increment() == STRATA_OK && holds(first, "1") && holds_nothing(second));
	(void) fake_memcached_heard(second, "");
	CHECK(increment() == STRATA_OK && holds(first, "2"));
	CHECK(fake_memcached_heard(second, ""));
	end();
}

/* ---- one place out ---- */

static void a_miss_is_one_and_a_failure_asks_the_second_place(void)
{
	strata_item item;

	begin(NAMES_ARE_KEPT);
	CHECK(set("value") == STRATA_OK);
	pthread_mutex_lock(&first->lock);
	fake_memcached_lose_locked(first, name);
	pthread_mutex_unlock(&first->lock);
	CHECK(get(&item) == STRATA_MISS);
	CHECK(set("value") == STRATA_OK);
	take_down(first);
	CHECK(reads("value"));
	end();
}

static void where_the_second_place_has_nothing_the_failure_stands(void)
{
	strata_item item;

	begin(NAMES_ARE_KEPT);
	take_down(first);
	CHECK(strata_result_class_of(get(&item)) == STRATA_FAILURE);
	end();
}

static void with_the_first_place_out_the_second_has_the_word(void)
{
	begin(NAMES_ARE_KEPT);
	CHECK(set("old") == STRATA_OK);
	take_down(first);
	CHECK(set("new") == STRATA_OK && reads("new"));
	CHECK(remove_key() == STRATA_OK && holds_nothing(second));
	CHECK(increment() != STRATA_OK && holds_nothing(second));
	end();
}

static void with_the_second_place_out_the_first_has_the_word(void)
{
	begin(NAMES_ARE_KEPT);
	CHECK(set("old") == STRATA_OK);
	take_down(second);
	CHECK(set("new") == STRATA_OK && reads("new"));
	CHECK(remove_key() == STRATA_OK && holds_nothing(first));
	end();
}

/* What is not noted would come back. */
static void where_no_names_are_kept_both_must_confirm(void)
{
	begin(NO_NAMES);
	CHECK(set("old") == STRATA_OK);
	take_down(second);
	CHECK(strata_result_class_of(set("new")) == STRATA_FAILURE);
	CHECK(strata_result_class_of(remove_key()) == STRATA_FAILURE);
	end();
	begin(NO_NAMES);
	CHECK(set("old") == STRATA_OK);
	take_down(first);
	CHECK(strata_result_class_of(set("new")) == STRATA_FAILURE && reads("new"));
	CHECK(strata_result_class_of(remove_key()) == STRATA_FAILURE && holds_nothing(second));
	end();
}

/* It is up, and did not do it. */
static void a_place_that_refuses_is_not_out(void)
{
	begin(NAMES_ARE_KEPT);
	fake_memcached_fail(second, "SERVER_ERROR out of memory storing object");
	CHECK(set("value") == STRATA_SERVER);
	end();
}

int main(void)
{
	RUN(a_set_takes_three_rounds);
	RUN(the_old_value_is_gone_at_the_second_place_before_the_first_has_the_new_one);
	RUN(what_was_removed_meanwhile_does_not_come_back_at_the_second_place);
	RUN(what_another_set_left_meanwhile_at_the_second_place_is_removed);
	RUN(what_the_server_counts_has_one_place);
	RUN(an_enveloped_integer_has_two);
	RUN(a_server_without_cas_keeps_no_second_place);
	RUN(a_removal_takes_the_first_place_before_the_second);
	RUN(what_is_changed_in_place_leaves_nothing_at_the_second);
	RUN(a_number_that_is_made_takes_the_second_place_away);
	RUN(a_miss_is_one_and_a_failure_asks_the_second_place);
	RUN(where_the_second_place_has_nothing_the_failure_stands);
	RUN(with_the_first_place_out_the_second_has_the_word);
	RUN(with_the_second_place_out_the_first_has_the_word);
	RUN(where_no_names_are_kept_both_must_confirm);
	RUN(a_place_that_refuses_is_not_out);
	return unit_end();
}
