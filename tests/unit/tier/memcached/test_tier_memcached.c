#include "tier/memcached/memcached.h"

#include "os/clock.h"
#include "tier/envelope.h"
#include "tier/remote_key.h"

#include "fake_memcached.h"
#include "remote_fixture.h"
#include "unit.h"

enum { GENERATION = 7, DAY = 24 * 3600, MOST_NODES = 3, SHORT_USEC = 300 * 1000 };

static remote_fixture fixture;
static fake_memcached fakes[MOST_NODES];
static unsigned node_count;
static strata_keyspace keyspace;
static strata_call call;
static strata_tier tier;

static void begin_with(unsigned nodes)
{
	strata_ring_server servers[MOST_NODES];
	strata_memcached *pool;

	remote_fixture_begin(&fixture);
	node_count = nodes;
	for (unsigned i = 0; i < nodes; i++) {
		fake_memcached_start(&fakes[i]);
		servers[i] = (strata_ring_server){ "127.0.0.1", fake_memcached_port(&fakes[i]), 1, NULL };
	}
	REQUIRE(strata_keyspace_init(&keyspace, "db", "", strata_view_of("secret"), 1000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .generation = GENERATION };
	REQUIRE(
		strata_memcached_new(servers, nodes, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	REQUIRE(strata_tier_memcached_init(&tier, pool, &keyspace, STRATA_MEMCACHED_DEEPEST) == 0);
}

static void begin(void)
{
	begin_with(1);
}

static void end(void)
{
	tier.ops->fini(&tier);
	strata_keyspace_fini(&keyspace);
	for (unsigned i = 0; i < node_count; i++) {
		CHECK(fake_memcached_end(&fakes[i]));
	}
	remote_fixture_end(&fixture);
}

static bool heard(const char *commands)
{
	return fake_memcached_heard(&fakes[0], commands);
}

/* ---- items ---- */

static strata_item named(const char *key)
{
	return (strata_item){ .key = strata_view_of(key), .value.codec = STRATA_CODEC_NULL };
}

static strata_item with_text(const char *key, const char *text, strata_msec ttl)
{
	strata_item item = named(key);

	item.value = (strata_value){ .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) };
	item.created_at = strata_clock_wall_msec();
	item.expires_at = ttl == 0 ? STRATA_NEVER : item.created_at + ttl;
	item.fresh_until = item.expires_at;
	item.version = 0x1234;
	return item;
}

static strata_item with_integer(const char *key, int64_t integer, strata_msec ttl)
{
	strata_item item = with_text(key, "", ttl);

	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = integer };
	return item;
}

static strata_result put(strata_item *item, strata_put_mode mode)
{
	strata_item *const one[] = { item };

	tier.ops->put(&tier, &call, one, 1, mode);
	return item->result;
}

static strata_result put_text(const char *key, const char *text, strata_msec ttl)
{
	strata_item item = with_text(key, text, ttl);

	return put(&item, STRATA_PUT_SET);
}

static strata_result get(strata_item *item)
{
	strata_item *const one[] = { item };

	tier.ops->get(&tier, &call, one, 1);
	return item->result;
}

static bool holds_text(const char *key, const char *text)
{
	strata_item item = named(key);

	return get(&item) == STRATA_OK && item.value.codec == STRATA_CODEC_STRING &&
		   strata_view_equal(item.value.bytes, strata_view_of(text));
}

/* As the server holds it, or is said to. */
static bool server_holds(const char *name, const char *digits)
{
	fake_item item = fake_memcached_item(&fakes[0], name);

	return item.size == strlen(digits) && memcmp(item.value, digits, item.size) == 0;
}

static uint32_t server_ttl(const char *name)
{
	return fake_memcached_item(&fakes[0], name).ttl;
}

static void server_gets(const char *name, const char *digits)
{
	fake_memcached_hold(&fakes[0], name, digits, strlen(digits));
}

/* A sealed value of another life, as if another host had stored it. */
static strata_view sealed(const char *key, const char *text, strata_msec expires_at)
{
	strata_item item = with_text(key, text, 0);

	item.expires_at = expires_at;
	return strata_envelope_seal(fixture.arena, &keyspace, GENERATION, &item);
}

/* ---- get, put, remove ---- */

static void what_was_put_is_got_and_removed(void)
{
	strata_item item;
	strata_item *const one[] = { &item };

	begin();
	CHECK(put_text("a", "value", 60000) == STRATA_OK);
	item = named("a");
	CHECK(get(&item) == STRATA_OK);
	CHECK(strata_view_equal(item.value.bytes, strata_view_of("value")) && item.version == 0x1234);
	CHECK(item.expires_at == item.created_at + 60000 && item.fresh_until == item.expires_at);
	CHECK(item.tier == STRATA_TIER_MEMCACHED && strncmp(item.node, "127.0.0.1:", 10) == 0);
	tier.ops->remove(&tier, &call, one, 1);
	CHECK(item.result == STRATA_OK);
	tier.ops->remove(&tier, &call, one, 1);
	CHECK(item.result == STRATA_MISS);
	CHECK(get(&item) == STRATA_MISS);
	CHECK(heard("ms db:7:a S; mg db:7:a; md db:7:a; md db:7:a; mg db:7:a; "));
	CHECK(fake_memcached_connections(&fakes[0]) == 1);
	end();
}

static void integers_are_digits_there(void)
{
	strata_item item = with_integer("n", -42, 0);

	begin();
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	CHECK(server_holds("db:7:n", "-42"));
	item = named("n");
	CHECK(get(&item) == STRATA_OK && item.value.codec == STRATA_CODEC_INTEGER &&
		  item.value.integer == -42 && item.version == 0 && item.expires_at == STRATA_NEVER);
	end();
}

static void conditions_are_those_of_the_mode(void)
{
	strata_item item = with_text("a", "1", 0);

	begin();
	CHECK(put(&item, STRATA_PUT_REPLACE) == STRATA_NOT_STORED);
	CHECK(put(&item, STRATA_PUT_ADD) == STRATA_OK);
	item = with_text("a", "2", 0);
	CHECK(put(&item, STRATA_PUT_ADD) == STRATA_NOT_STORED && holds_text("a", "1"));
	CHECK(put(&item, STRATA_PUT_REPLACE) == STRATA_OK && holds_text("a", "2"));
	end();
}

static void a_key_too_long_for_the_server_is_hashed(void)
{
	char key[400];
	strata_view hashed;

	begin();
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	hashed = strata_remote_key_hashed(fixture.arena,
		strata_remote_prefix(fixture.arena, &keyspace, GENERATION), strata_view_of(key));
	CHECK(put_text(key, "long", 0) == STRATA_OK && holds_text(key, "long"));
	CHECK(fake_memcached_item(&fakes[0], hashed.data).size > 0);
	end();
}

static void what_is_not_ours_is_said_to_be_so(void)
{
	strata_item item = named("a");
	strata_view whole;

	begin();
	server_gets("db:7:a", "a:0:{}");
	CHECK(get(&item) == STRATA_FOREIGN && item.value.bytes.size == 0);
	whole = sealed("a", "value", STRATA_NEVER);
	fake_memcached_hold(&fakes[0], "db:7:a", whole.data, whole.size - 1);
	CHECK(get(&item) == STRATA_CORRUPT);
	CHECK(heard("mg db:7:a; mg db:7:a; ") && fake_memcached_connections(&fakes[0]) == 1);
	end();
}

/* ---- times ---- */

static uint32_t sent_ttl(const strata_item *original)
{
	strata_item item = *original;

	char name[32];

	snprintf(name, sizeof(name), "db:7:%s", item.key.data);
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	return server_ttl(name);
}

/* The server drops it up to a second before its time to live is over; the envelope knows better. */
static void a_sealed_value_is_kept_until_its_envelope_says_so(void)
{
	strata_item item;

	begin();
	item = with_text("a", "", 0);
	CHECK(sent_ttl(&item) == 0);
	item = with_text("a", "", 5000);
	CHECK(sent_ttl(&item) == 6);
	item = with_text("a", "", 4200);
	CHECK(sent_ttl(&item) == 6);
	item = with_text("a", "", 1);
	CHECK(sent_ttl(&item) >= 1 && sent_ttl(&item) <= 2);
	item.expires_at = 5;
	CHECK(sent_ttl(&item) == 1);
	end();
}

static void an_integer_does_not_outlive_what_was_asked_for(void)
{
	strata_item item;

	begin();
	item = with_integer("n", 1, 0);
	CHECK(sent_ttl(&item) == 0);
	item = with_integer("n", 1, 5000);
	CHECK(sent_ttl(&item) == 5);
	item = with_integer("n", 1, 4200);
	CHECK(sent_ttl(&item) == 5);
	item.expires_at = 5;
	CHECK(sent_ttl(&item) == 1);
	end();
}

/* What is longer than 30 days is a Unix time, of which the server reads 31 bits. */
static void long_lives_are_unix_times_and_very_long_ones_have_no_end(void)
{
	strata_msec now = strata_clock_wall_msec();
	strata_item item;

	begin();
	item = with_integer("n", 1, (strata_msec) 30 * DAY * 1000);
	CHECK(sent_ttl(&item) == 30 * DAY);
	item = with_integer("n", 1, (strata_msec) 31 * DAY * 1000);
	CHECK(sent_ttl(&item) >= now / 1000 + 31 * DAY - 1 &&
		  sent_ttl(&item) <= now / 1000 + 31 * DAY + 60);
	item = with_integer("n", 1, (strata_msec) 36600 * DAY * 1000);
	CHECK(sent_ttl(&item) == 0);
	item = with_text("a", "", (strata_msec) 36600 * DAY * 1000);
	CHECK(sent_ttl(&item) == 0);
	/* In the first second that 31 bits do not hold, which 32 would. */
	item.expires_at = ((strata_msec) INT32_MAX + 1) * 1000;
	CHECK(sent_ttl(&item) == 0);
	end();
}

static strata_msec life_of_integer(int64_t seconds_left)
{
	strata_msec now = strata_clock_wall_msec();
	strata_item item = named("n");

	fake_memcached_say_left(&fakes[0], seconds_left);
	CHECK(get(&item) == STRATA_OK);
	return item.expires_at == STRATA_NEVER ? 0 : (item.expires_at - now) / 1000;
}

static void an_integer_ends_when_the_server_says(void)
{
	begin();
	server_gets("db:7:n", "5");
	CHECK(life_of_integer(-1) == 0);
	CHECK(life_of_integer(50) == 50);
	CHECK(life_of_integer(1) == 1);
	CHECK(life_of_integer(0) == 1);
	end();
}

/* ---- what is over by its envelope, while the server still has it ---- */

static void hold_what_is_over(const char *key, const char *name)
{
	strata_view over = sealed(key, "over", strata_clock_wall_msec() - 1);

	fake_memcached_hold(&fakes[0], name, over.data, over.size);
}

static void what_is_over_is_a_miss_and_an_add_takes_its_place(void)
{
	strata_item item = with_text("a", "new", 0);

	begin();
	hold_what_is_over("a", "db:7:a");
	CHECK(get(&(strata_item){ .key = strata_view_of("a") }) == STRATA_MISS);
	CHECK(put(&item, STRATA_PUT_ADD) == STRATA_OK);
	CHECK(heard("mg db:7:a; ms db:7:a E; mg db:7:a; ms db:7:a S C; "));
	CHECK(holds_text("a", "new"));
	end();
}

static void in_a_batch_only_what_is_over_is_replaced(void)
{
	strata_item items[3] = { with_text("a", "new", 0), with_text("b", "new", 0),
		with_text("c", "new", 0) };
	strata_item *const list[] = { &items[0], &items[1], &items[2] };

	begin();
	CHECK(put_text("a", "there", 0) == STRATA_OK);
	hold_what_is_over("b", "db:7:b");
	tier.ops->put(&tier, &call, list, 3, STRATA_PUT_ADD);
	CHECK(items[0].result == STRATA_NOT_STORED && items[1].result == STRATA_OK &&
		  items[2].result == STRATA_OK);
	CHECK(holds_text("a", "there") && holds_text("b", "new") && holds_text("c", "new"));
	CHECK(strata_view_equal(items[0].value.bytes, strata_view_of("new")));
	end();
}

/*
 * What somebody else stores while we are at it; sealed beforehand, since it is the server's thread
 * that does it.
 */
static strata_view others[2];

static void somebody_sets_b(fake_memcached *fake, const char *verb)
{
	static int sets;

	if (strcmp(verb, "ms") == 0 && ++sets == 2) {
		fake_memcached_hold_locked(fake, "db:7:b", others[0].data, others[0].size);
	}
}

static void who_is_faster_is_not_overwritten_by_an_add(void)
{
	strata_item item = with_text("b", "new", 0);

	begin();
	hold_what_is_over("b", "db:7:b");
	others[0] = sealed("b", "faster", STRATA_NEVER);
	fake_memcached_let(&fakes[0], somebody_sets_b);
	CHECK(put(&item, STRATA_PUT_ADD) == STRATA_NOT_STORED);
	fake_memcached_let(&fakes[0], NULL);
	CHECK(holds_text("b", "faster"));
	end();
}

/* ---- values of other keys ---- */

static void begin_with_lies(unsigned lies)
{
	begin();
	CHECK(put_text("a", "of a", 0) == STRATA_OK && put_text("b", "of b", 0) == STRATA_OK);
	fake_memcached_lie(&fakes[0], lies);
	(void) heard("ms db:7:a S; ms db:7:b S; ");
}

static void a_value_of_another_key_is_asked_for_again_on_a_fresh_connection(void)
{
	begin_with_lies(1);
	CHECK(holds_text("b", "of b"));
	CHECK(heard("mg db:7:b; mg db:7:b; "));
	CHECK(fake_memcached_connections(&fakes[0]) == 2);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 1);
	end();
}

static void a_value_of_another_key_is_never_returned(void)
{
	strata_item item = named("b");

	begin_with_lies(2);
	CHECK(get(&item) == STRATA_DESYNC && item.value.bytes.size == 0 && item.version == 0);
	CHECK(heard("mg db:7:b; mg db:7:b; "));
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 2);
	CHECK(holds_text("b", "of b"));
	CHECK(fake_memcached_connections(&fakes[0]) == 3);
	end();
}

static void only_what_was_mixed_up_is_asked_for_again(void)
{
	strata_item items[2] = { named("a"), named("b") };
	strata_item *const list[] = { &items[0], &items[1] };

	begin_with_lies(2);
	tier.ops->get(&tier, &call, list, 2);
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_OK);
	CHECK(heard("mg db:7:a; mg db:7:b; mg db:7:b; "));
	end();
}

/* ---- touch ---- */

static strata_result touch(strata_item *item)
{
	tier.ops->touch(&tier, &call, item);
	return item->result;
}

static void a_touch_gives_the_value_its_new_end_and_nothing_else(void)
{
	strata_item item = with_text("a", "", 90000);
	strata_item seen = named("a");
	strata_item asked;

	begin();
	CHECK(put_text("a", "value", 5000) == STRATA_OK);
	item.version = 0x5678;
	asked = item;
	CHECK(touch(&item) == STRATA_OK);
	CHECK(heard("ms db:7:a S; mg db:7:a; ms db:7:a S C; "));
	CHECK(get(&seen) == STRATA_OK);
	CHECK(strata_view_equal(seen.value.bytes, strata_view_of("value")) && seen.version == 0x5678);
	CHECK(seen.expires_at == asked.expires_at && server_ttl("db:7:a") >= 90);
	CHECK(item.expires_at == asked.expires_at && item.value.codec == asked.value.codec &&
		  item.version == asked.version && item.created_at == asked.created_at);
	end();
}

static void somebody_sets_a_twice(fake_memcached *fake, const char *verb)
{
	static int sets;

	if (strcmp(verb, "ms") == 0 && ++sets <= 2) {
		const strata_view *other = &others[sets - 1];

		fake_memcached_hold_locked(fake, "db:7:a", other->data, other->size);
	}
}

static void a_touch_loses_no_value_that_came_in_between(void)
{
	strata_item item = with_text("a", "", 90000);

	begin();
	CHECK(put_text("a", "first", 5000) == STRATA_OK);
	(void) heard("ms db:7:a S; ");
	others[0] = sealed("a", "second", STRATA_NEVER);
	others[1] = sealed("a", "third", STRATA_NEVER);
	fake_memcached_let(&fakes[0], somebody_sets_a_twice);
	CHECK(touch(&item) == STRATA_OK);
	fake_memcached_let(&fakes[0], NULL);
	CHECK(heard("mg db:7:a; ms db:7:a S C; mg db:7:a; ms db:7:a S C; mg db:7:a; ms db:7:a S C; "));
	CHECK(holds_text("a", "third"));
	end();
}

static void somebody_always_sets_a(fake_memcached *fake, const char *verb)
{
	fake->heard[0] = '\0';
	if (strcmp(verb, "ms") == 0) {
		fake_memcached_hold_locked(fake, "db:7:a", others[0].data, others[0].size);
	}
}

static void a_touch_ends_also_when_others_are_always_faster(void)
{
	strata_item item = with_text("a", "", 90000);

	begin();
	CHECK(put_text("a", "first", 5000) == STRATA_OK);
	others[0] = sealed("a", "other", STRATA_NEVER);
	fake_memcached_let(&fakes[0], somebody_always_sets_a);
	CHECK(touch(&item) == STRATA_NOT_STORED);
	end();
}

static void a_touch_of_nothing_is_a_miss(void)
{
	strata_item item = with_text("a", "", 90000);

	begin();
	CHECK(touch(&item) == STRATA_MISS && item.expires_at != 0);
	server_gets("db:7:a", "what others wrote");
	CHECK(touch(&item) == STRATA_FOREIGN);
	hold_what_is_over("a", "db:7:a");
	CHECK(touch(&item) == STRATA_MISS);
	end();
}

static void the_server_alone_knows_when_an_integer_ends(void)
{
	strata_item item = with_text("n", "", 90000);

	begin();
	server_gets("db:7:n", "5");
	CHECK(touch(&item) == STRATA_OK);
	CHECK(heard("mg db:7:n; mg db:7:n T; "));
	CHECK(server_ttl("db:7:n") == 90 && server_holds("db:7:n", "5"));
	end();
}

static void a_touch_sees_through_a_value_of_another_key(void)
{
	strata_item item = with_text("b", "", 90000);

	begin_with_lies(1);
	CHECK(touch(&item) == STRATA_OK && holds_text("b", "of b") && holds_text("a", "of a"));
	end();
}

/* ---- increment ---- */

static strata_result count(const char *key, int64_t by, int64_t initial, int64_t *sum)
{
	strata_item item = with_text(key, "", 50000);
	strata_msec expires_at = item.expires_at;

	tier.ops->increment(&tier, &call, &item, by, initial);
	CHECK(item.value.codec == STRATA_CODEC_INTEGER && item.expires_at == expires_at);
	*sum = item.value.integer;
	return item.result;
}

static bool counts_to(const char *key, int64_t by, int64_t initial, int64_t expected)
{
	int64_t sum;

	return count(key, by, initial, &sum) == STRATA_OK && sum == expected;
}

static bool is_refused(const char *key, int64_t by, int64_t initial, strata_result expected)
{
	int64_t sum = 1;

	return count(key, by, initial, &sum) == expected && sum == 0;
}

static void upwards_the_server_counts(void)
{
	begin();
	CHECK(counts_to("n", 5, 10, 15));
	CHECK(counts_to("n", 5, 10, 20));
	CHECK(counts_to("n", 0, 0, 20));
	CHECK(heard("ma db:7:n I; ma db:7:n I; ma db:7:n I; "));
	CHECK(server_ttl("db:7:n") == 50 && server_holds("db:7:n", "20"));
	end();
}

static void below_zero_we_count_and_keep_the_connection(void)
{
	begin();
	CHECK(counts_to("n", -5, 2, -3));
	CHECK(heard("mg db:7:n; ms db:7:n E; ") && server_holds("db:7:n", "-3"));
	CHECK(counts_to("n", 1, 0, -2));
	CHECK(heard("ma db:7:n I; mg db:7:n; ms db:7:n S C; "));
	CHECK(counts_to("n", 2, 0, 0));
	CHECK(heard("ma db:7:n I; mg db:7:n; ms db:7:n S C; "));
	CHECK(counts_to("n", 2, 0, 2));
	CHECK(heard("ma db:7:n I; "));
	CHECK(fake_memcached_connections(&fakes[0]) == 1);
	end();
}

static void a_number_keeps_its_end_when_we_count(void)
{
	begin();
	CHECK(counts_to("n", -1, 0, -1) && server_ttl("db:7:n") == 50);
	fake_memcached_say_left(&fakes[0], 20);
	CHECK(counts_to("n", -1, 0, -2) && server_ttl("db:7:n") == 20);
	fake_memcached_say_left(&fakes[0], -1);
	CHECK(counts_to("n", -1, 0, -3) && server_ttl("db:7:n") == 0);
	end();
}

static void what_is_no_number_is_left_alone(void)
{
	begin();
	CHECK(put_text("a", "text", 0) == STRATA_OK);
	CHECK(is_refused("a", 1, 0, STRATA_NOT_INTEGER));
	CHECK(is_refused("a", -1, 0, STRATA_NOT_INTEGER));
	CHECK(holds_text("a", "text"));
	server_gets("db:7:b", "what others wrote");
	CHECK(is_refused("b", 1, 0, STRATA_NOT_INTEGER));
	end();
}

static void a_sum_past_the_end_is_taken_back(void)
{
	begin();
	server_gets("db:7:n", "9223372036854775800");
	CHECK(counts_to("n", 7, 0, INT64_MAX));
	CHECK(is_refused("n", 1, 0, STRATA_OVERFLOW));
	CHECK(heard("ma db:7:n I; ma db:7:n I; ma db:7:n D; "));
	CHECK(server_holds("db:7:n", "9223372036854775807"));
	end();
}

/* The server would wrap around, or leave spaces behind the digits when it goes back. */
static void large_steps_are_ours(void)
{
	begin();
	server_gets("db:7:n", "5");
	CHECK(counts_to("n", INT64_MAX - 5, 0, INT64_MAX));
	CHECK(is_refused("n", INT64_MAX, 0, STRATA_OVERFLOW));
	CHECK(heard("mg db:7:n; ms db:7:n S C; mg db:7:n; "));
	CHECK(server_holds("db:7:n", "9223372036854775807"));
	end();
}

/* ---- without cas ---- */

static void without_cas_nothing_is_compared_and_a_life_only_gets_shorter(void)
{
	strata_cas_token token = { .is_integer = false };
	strata_item item = with_text("a", "new", 90000);
	strata_item seen = named("a");

	begin();
	fake_memcached_lose_cas(&fakes[0]);
	CHECK(put_text("a", "value", 50000) == STRATA_OK);
	CHECK(get(&seen) == STRATA_OK);
	token.version = seen.version;
	tier.ops->compare(&tier, &call, &item, &token);
	CHECK(item.result == STRATA_UNSUPPORTED && strstr(call.error, "started with -C") != NULL);
	token.version++;
	tier.ops->compare(&tier, &call, &item, &token);
	CHECK(item.result == STRATA_NOT_STORED && holds_text("a", "value"));
	CHECK(touch(&item) == STRATA_UNSUPPORTED);
	item = with_text("a", "", 40000);
	CHECK(touch(&item) == STRATA_OK && server_ttl("db:7:a") == 40);
	CHECK(counts_to("n", -5, 2, -3));
	CHECK(is_refused("n", -5, 2, STRATA_UNSUPPORTED));
	end();
}

static void a_first_sum_that_does_not_fit_stores_nothing(void)
{
	begin();
	CHECK(is_refused("n", 1, INT64_MAX, STRATA_OVERFLOW));
	CHECK(is_refused("n", -1, INT64_MIN, STRATA_OVERFLOW));
	CHECK(server_holds("db:7:n", ""));
	end();
}

static void somebody_counts_too(fake_memcached *fake, const char *verb)
{
	static int sets;

	if (strcmp(verb, "ms") == 0 && ++sets <= 3) {
		char digits[16];

		snprintf(digits, sizeof(digits), "%d", -100 * sets);
		fake_memcached_hold_locked(fake, "db:7:n", digits, strlen(digits));
	}
}

static void nobody_elses_count_is_lost(void)
{
	begin();
	server_gets("db:7:n", "-1");
	fake_memcached_let(&fakes[0], somebody_counts_too);
	CHECK(counts_to("n", -1, 0, -301));
	CHECK(server_holds("db:7:n", "-301"));
	end();
}

static void somebody_always_counts(fake_memcached *fake, const char *verb)
{
	fake->heard[0] = '\0';
	if (strcmp(verb, "ms") == 0) {
		fake_memcached_hold_locked(fake, "db:7:n", "-7", 2);
	}
}

static void counting_ends_also_when_others_are_always_faster(void)
{
	begin();
	server_gets("db:7:n", "-1");
	fake_memcached_let(&fakes[0], somebody_always_counts);
	CHECK(is_refused("n", -1, 0, STRATA_BUSY));
	end();
}

static void a_server_in_trouble_is_not_taken_for_an_answer(void)
{
	begin();
	fake_memcached_fail(&fakes[0], "SERVER_ERROR out of memory");
	CHECK(is_refused("n", 1, 0, STRATA_SERVER));
	CHECK(heard("ma db:7:n I; "));
	end();
}

/* ---- generation ---- */

static const char *const copy_name = "db:generation";

enum { LIMIT = 100000 };

static strata_generation_copies raised; /* what the copies held after raise_to() */

static strata_generation_copies read_copies(void)
{
	strata_generation_copies copies;

	CHECK(tier.ops->read_generation(&tier, &call, STRATA_GENERATION_ALONE, &copies) == STRATA_OK);
	CHECK(copies.clock == 0);
	strata_generation_copies_sum_up(&copies, LIMIT);
	return copies;
}

static strata_result order(uint64_t least, uint64_t next)
{
	const strata_generation_order order = { least, next, LIMIT };

	call.error[0] = '\0';
	return tier.ops->raise_generation(&tier, &call, &order, &raised);
}

static strata_result raise_to(uint64_t generation)
{
	return order(generation, generation);
}

static void set_copy(unsigned node, const char *digits)
{
	fake_memcached_hold(&fakes[node], copy_name, digits, strlen(digits));
}

static bool copy_is(unsigned node, const char *digits)
{
	fake_item item = fake_memcached_item(&fakes[node], copy_name);

	return item.size == strlen(digits) && memcmp(item.value, digits, item.size) == 0;
}

static void each_server_keeps_a_copy(void)
{
	strata_generation_copies copies;

	begin_with(3);
	copies = read_copies();
	CHECK(copies.readable == 3 && copies.greatest == 0 && copies.lowest == 0);
	CHECK(raise_to(500) == STRATA_OK);
	CHECK(copy_is(0, "500") && copy_is(1, "500") && copy_is(2, "500"));
	copies = read_copies();
	CHECK(copies.readable == 3 && copies.greatest == 500 && copies.lowest == 500);
	end();
}

static void one_server_keeps_one_copy(void)
{
	begin();
	CHECK(raise_to(500) == STRATA_OK && copy_is(0, "500"));
	CHECK(read_copies().readable == 1);
	end();
}

static void a_copy_that_holds_more_is_not_lowered(void)
{
	begin_with(3);
	set_copy(0, "600");
	set_copy(1, "400");
	set_copy(2, "what others wrote");
	CHECK(raise_to(500) == STRATA_OK);
	CHECK(copy_is(0, "600") && copy_is(1, "500") && copy_is(2, "500"));
	end();
}

static void another_host_clears(fake_memcached *fake, const char *verb)
{
	static int sets;

	if (strcmp(verb, "ms") == 0 && ++sets == 1) {
		fake_memcached_hold_locked(fake, copy_name, "700", 3);
	}
}

static void another_hosts_clear_is_not_undone_by_a_repair(void)
{
	begin();
	set_copy(0, "400");
	fake_memcached_let(&fakes[0], another_host_clears);
	CHECK(raise_to(500) == STRATA_OK);
	CHECK(copy_is(0, "700"));
	CHECK(heard("mg db:generation; ms db:generation S C; mg db:generation; "));
	end();
}

static void with_one_of_three_away_it_is_read_but_not_raised(void)
{
	begin_with(3);
	set_copy(1, "400");
	fake_memcached_fail(&fakes[0], "SERVER_ERROR out of memory");
	CHECK(read_copies().readable == 2);
	fake_memcached_fail(&fakes[0], "SERVER_ERROR out of memory");
	CHECK(raise_to(500) == STRATA_SERVER);
	CHECK(raised.readable == 2 && raised.greatest == 500 && raised.lowest == 500);
	CHECK(copy_is(0, "") && copy_is(1, "500") && copy_is(2, "500"));
	end();
}

/* Another host made one in the meantime, which is as new. */
static void a_copy_that_will_do_stays_as_it_is_and_is_given_back(void)
{
	begin();
	set_copy(0, "450");
	CHECK(order(401, 500) == STRATA_OK && raised.greatest == 450);
	CHECK(order(451, 500) == STRATA_OK && raised.greatest == 500 && copy_is(0, "500"));
	end();
}

static void a_copy_over_the_limit_is_swapped_out(void)
{
	begin();
	set_copy(0, "100001");
	CHECK(order(401, 500) == STRATA_OK && raised.greatest == 500 && copy_is(0, "500"));
	CHECK(heard("mg db:generation; ms db:generation S C; "));
	end();
}

static void the_clock_of_a_server_shows_in_what_an_item_has_left(void)
{
	strata_generation_copies copies;
	uint64_t seconds = INT32_MAX - 300000000;

	begin();
	set_copy(0, "400");
	fake_memcached_say_left(&fakes[0], 300000000);
	CHECK(
		tier.ops->read_generation(&tier, &call, STRATA_GENERATION_AND_CLOCK, &copies) == STRATA_OK);
	CHECK(copies.clock / 1000000 == seconds && copies.readable == 1);
	CHECK(fake_memcached_item(&fakes[0], "db:generation:clock").ttl == INT32_MAX);
	strata_generation_copies_sum_up(&copies, LIMIT);
	CHECK(copies.greatest == 400);
	/* An item without an end says nothing. */
	fake_memcached_say_left(&fakes[0], -1);
	CHECK(
		tier.ops->read_generation(&tier, &call, STRATA_GENERATION_AND_CLOCK, &copies) == STRATA_OK);
	CHECK(copies.clock == 0);
	end();
}

static void without_cas_a_copy_is_made_and_never_raised(void)
{
	begin();
	fake_memcached_lose_cas(&fakes[0]);
	CHECK(order(1, 500) == STRATA_OK && raised.greatest == 500 && copy_is(0, "500"));
	CHECK(order(1, 600) == STRATA_OK && raised.greatest == 500);
	CHECK(heard("mg db:generation; ms db:generation E; mg db:generation; "));
	CHECK(order(501, 600) == STRATA_UNSUPPORTED && raised.greatest == 0 && copy_is(0, "500"));
	CHECK(strstr(call.error, "started with -C") != NULL);
	CHECK(heard("mg db:generation; "));
	end();
}

int main(void)
{
	RUN(what_was_put_is_got_and_removed);
	RUN(integers_are_digits_there);
	RUN(conditions_are_those_of_the_mode);
	RUN(a_key_too_long_for_the_server_is_hashed);
	RUN(what_is_not_ours_is_said_to_be_so);
	RUN(a_sealed_value_is_kept_until_its_envelope_says_so);
	RUN(an_integer_does_not_outlive_what_was_asked_for);
	RUN(long_lives_are_unix_times_and_very_long_ones_have_no_end);
	RUN(an_integer_ends_when_the_server_says);
	RUN(what_is_over_is_a_miss_and_an_add_takes_its_place);
	RUN(in_a_batch_only_what_is_over_is_replaced);
	RUN(who_is_faster_is_not_overwritten_by_an_add);
	RUN(a_value_of_another_key_is_asked_for_again_on_a_fresh_connection);
	RUN(a_value_of_another_key_is_never_returned);
	RUN(only_what_was_mixed_up_is_asked_for_again);
	RUN(a_touch_gives_the_value_its_new_end_and_nothing_else);
	RUN(a_touch_loses_no_value_that_came_in_between);
	RUN(a_touch_ends_also_when_others_are_always_faster);
	RUN(a_touch_of_nothing_is_a_miss);
	RUN(the_server_alone_knows_when_an_integer_ends);
	RUN(a_touch_sees_through_a_value_of_another_key);
	RUN(upwards_the_server_counts);
	RUN(below_zero_we_count_and_keep_the_connection);
	RUN(a_number_keeps_its_end_when_we_count);
	RUN(what_is_no_number_is_left_alone);
	RUN(a_sum_past_the_end_is_taken_back);
	RUN(large_steps_are_ours);
	RUN(without_cas_nothing_is_compared_and_a_life_only_gets_shorter);
	RUN(a_first_sum_that_does_not_fit_stores_nothing);
	RUN(nobody_elses_count_is_lost);
	RUN(counting_ends_also_when_others_are_always_faster);
	RUN(a_server_in_trouble_is_not_taken_for_an_answer);
	RUN(each_server_keeps_a_copy);
	RUN(one_server_keeps_one_copy);
	RUN(a_copy_that_holds_more_is_not_lowered);
	RUN(another_hosts_clear_is_not_undone_by_a_repair);
	RUN(with_one_of_three_away_it_is_read_but_not_raised);
	RUN(a_copy_that_will_do_stays_as_it_is_and_is_given_back);
	RUN(a_copy_over_the_limit_is_swapped_out);
	RUN(the_clock_of_a_server_shows_in_what_an_item_has_left);
	RUN(without_cas_a_copy_is_made_and_never_raised);
	return unit_end();
}
