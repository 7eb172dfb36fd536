#include "os/clock.h"
#include "protocol/slots.h"
#include "tier/envelope.h"

#include "redis_tier_fixture.h"

static void begin(void)
{
	begin_with(1, STRATA_REDIS_STANDALONE);
}

static void begin_cluster(void)
{
	begin_with(3, STRATA_REDIS_CLUSTER);
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

static strata_result remove_one(const char *key)
{
	strata_item item = named(key);
	strata_item *const one[] = { &item };

	tier.ops->remove(&tier, &call, one, 1);
	return item.result;
}

static bool holds_text(const char *key, const char *text)
{
	strata_item item = named(key);

	return get(&item) == STRATA_OK && item.value.codec == STRATA_CODEC_STRING &&
		   strata_view_equal(item.value.bytes, strata_view_of(text));
}

static bool server_holds(const char *name, const char *digits)
{
	toy_key key = toy_redis_key(&toys[0], name);

	return key.size == strlen(digits) && memcmp(key.value, digits, key.size) == 0;
}

static void server_gets(const char *name, const char *digits)
{
	toy_redis_hold(&toys[0], name, digits, strlen(digits));
}

/* Within a second of it: the time between asking the clock twice is not ours. */
static bool server_keeps_for(const char *name, int64_t msec)
{
	int64_t life = toy_redis_key(&toys[0], name).life;

	return life <= msec && life > msec - 1000;
}

static strata_view sealed(const char *key, const char *text, uint64_t version)
{
	strata_item item = with_text(key, text, 0);

	item.version = version;
	return strata_envelope_seal(fixture.arena, &keyspace, GENERATION, &item);
}

/* ---- get, put, remove ---- */

static void what_was_put_is_got_and_removed(void)
{
	strata_item item = named("a");

	begin();
	CHECK(put_text("a", "value", 60000) == STRATA_OK);
	CHECK(get(&item) == STRATA_OK);
	CHECK(strata_view_equal(item.value.bytes, strata_view_of("value")) && item.version == 0x1234);
	CHECK(item.expires_at == item.created_at + 60000);
	CHECK(item.tier == STRATA_TIER_REDIS && strncmp(item.node, "127.0.0.1:", 10) == 0);
	CHECK(server_keeps_for("db:7:a", 60000));
	CHECK(remove_one("a") == STRATA_OK && remove_one("a") == STRATA_MISS);
	CHECK(get(&item) == STRATA_MISS);
	CHECK(heard("SET db:7:a; GET db:7:a; UNLINK db:7:a; UNLINK db:7:a; GET db:7:a; "));
	end();
}

static void integers_are_digits_there(void)
{
	strata_item item = with_text("n", "", 0);

	begin();
	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = -42 };
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK && server_holds("db:7:n", "-42"));
	CHECK(toy_redis_key(&toys[0], "db:7:n").life == 0);
	item = named("n");
	CHECK(get(&item) == STRATA_OK && item.value.integer == -42 && item.version == 0);
	end();
}

static void conditions_are_those_of_the_mode(void)
{
	strata_item item = with_text("a", "1", 5000);

	begin();
	CHECK(put(&item, STRATA_PUT_REPLACE) == STRATA_NOT_STORED);
	CHECK(put(&item, STRATA_PUT_ADD) == STRATA_OK);
	item = with_text("a", "2", 0);
	CHECK(put(&item, STRATA_PUT_ADD) == STRATA_NOT_STORED && holds_text("a", "1"));
	CHECK(put(&item, STRATA_PUT_REPLACE) == STRATA_OK && holds_text("a", "2"));
	CHECK(heard(
		"put db:7:a; GETRANGE db:7:a; SET db:7:a NX; GETRANGE db:7:a; SET db:7:a NX; GET db:7:a; "
		"put db:7:a; GET db:7:a; "));
	end();
}

static void what_ends_now_is_given_a_millisecond(void)
{
	strata_item item = with_text("a", "1", 0);

	begin();
	item.expires_at = 5;
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	CHECK(toy_redis_key(&toys[0], "db:7:a").life == 1);
	end();
}

static void keys_of_a_cluster_go_to_the_owners_of_their_slots(void)
{
	static const char *const keys[] = { "{1e}a", "{7e}a", "{4e}a", "{1e}b" };
	strata_item items[4];
	strata_item *list[4];

	begin_cluster();
	for (int i = 0; i < 4; i++) {
		items[i] = with_text(keys[i], keys[i], 0);
		list[i] = &items[i];
	}
	tier.ops->put(&tier, &call, list, 4, STRATA_PUT_SET);
	for (int i = 0; i < 4; i++) {
		CHECK(items[i].result == STRATA_OK && holds_text(keys[i], keys[i]));
	}
	CHECK(toy_redis_key(&toys[0], "db:7:{1e}a").size > 0);
	CHECK(toy_redis_key(&toys[0], "db:7:{1e}b").size > 0);
	CHECK(toy_redis_key(&toys[1], "db:7:{7e}a").size > 0);
	CHECK(toy_redis_key(&toys[2], "db:7:{4e}a").size > 0);
	end();
}

/* ---- replies that cannot be ours ---- */

static void begin_with_lies(unsigned lies)
{
	begin();
	CHECK(put_text("a", "of a", 0) == STRATA_OK && put_text("b", "of b", 0) == STRATA_OK);
	toy_redis_lie(&toys[0], lies);
	(void) heard("SET db:7:a; SET db:7:b; ");
}

static void a_value_of_another_key_is_asked_for_again_on_a_fresh_connection(void)
{
	begin_with_lies(1);
	CHECK(holds_text("b", "of b"));
	CHECK(heard("GET db:7:b; GET db:7:b; "));
	CHECK(toy_redis_connections(&toys[0]) == 2);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 1);
	end();
}

static void a_value_of_another_key_is_never_returned(void)
{
	strata_item item = named("b");

	begin_with_lies(2);
	CHECK(get(&item) == STRATA_DESYNC && item.value.bytes.size == 0 && item.version == 0);
	CHECK(heard("GET db:7:b; GET db:7:b; "));
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 2);
	CHECK(holds_text("b", "of b") && toy_redis_connections(&toys[0]) == 3);
	end();
}

static void only_what_was_mixed_up_is_asked_for_again(void)
{
	strata_item items[2] = { named("a"), named("b") };
	strata_item *const list[] = { &items[0], &items[1] };

	begin_with_lies(2);
	tier.ops->get(&tier, &call, list, 2);
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_OK);
	CHECK(heard("GET db:7:a; GET db:7:b; GET db:7:b; "));
	end();
}

/*
 * Whatever type of reply a command cannot have belongs to another one, and so do all that follow.
 */
static void a_reply_of_an_impossible_type_ends_the_connection(void)
{
	strata_item item = named("a");

	begin();
	CHECK(put_text("a", "value", 0) == STRATA_OK);
	toy_redis_say(&toys[0], ":1\r\n");
	CHECK(holds_text("a", "value") && toy_redis_connections(&toys[0]) == 2);
	toy_redis_say(&toys[0], "+QUEUED\r\n");
	CHECK(holds_text("a", "value") && toy_redis_connections(&toys[0]) == 3);
	toy_redis_say(&toys[0], "$5\r\nvalue\r\n");
	CHECK(put_text("a", "value", 0) == STRATA_DESYNC);
	toy_redis_say(&toys[0], "+QUEUED\r\n");
	CHECK(put_text("a", "value", 0) == STRATA_DESYNC);
	toy_redis_say(&toys[0], "+OK\r\n");
	CHECK(remove_one("a") == STRATA_DESYNC);
	toy_redis_say(&toys[0], "$5\r\nvalue\r\n");
	tier.ops->increment(&tier, &call, &item, 1, 0);
	CHECK(item.result == STRATA_DESYNC && item.value.integer == 0);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 6);
	CHECK(get(&item) == STRATA_OK && toy_redis_connections(&toys[0]) == 7);
	end();
}

static void what_is_not_ours_is_said_to_be_so(void)
{
	strata_item item = named("a");
	strata_view whole;

	begin();
	server_gets("db:7:a", "a:0:{}");
	CHECK(get(&item) == STRATA_FOREIGN && item.value.bytes.size == 0);
	whole = sealed("a", "value", 1);
	toy_redis_hold(&toys[0], "db:7:a", whole.data, whole.size - 1);
	CHECK(get(&item) == STRATA_CORRUPT);
	CHECK(heard("GET db:7:a; GET db:7:a; ") && toy_redis_connections(&toys[0]) == 1);
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
	CHECK(heard("SET db:7:a; GET db:7:a; swap db:7:a; "));
	CHECK(get(&seen) == STRATA_OK);
	CHECK(strata_view_equal(seen.value.bytes, strata_view_of("value")) && seen.version == 0x5678);
	CHECK(seen.expires_at == asked.expires_at && server_keeps_for("db:7:a", 90000));
	CHECK(item.expires_at == asked.expires_at && item.value.codec == asked.value.codec &&
		  item.version == asked.version && item.created_at == asked.created_at);
	end();
}

/*
 * What somebody else stores while we are at it; sealed beforehand, since it is the server's thread
 * that does it.
 */
static strata_view others[2];

static void somebody_sets_a_twice(toy_redis *toy, const char *verb)
{
	static int swaps;

	if (strcmp(verb, "swap") == 0 && ++swaps <= 2) {
		toy_redis_hold_locked(toy, "db:7:a", others[swaps - 1].data, others[swaps - 1].size);
	}
}

static void a_touch_loses_no_value_that_came_in_between(void)
{
	strata_item item = with_text("a", "", 90000);

	begin();
	CHECK(put_text("a", "first", 5000) == STRATA_OK);
	(void) heard("SET db:7:a; ");
	others[0] = sealed("a", "second", 2);
	others[1] = sealed("a", "third", 3);
	toy_redis_let(&toys[0], somebody_sets_a_twice);
	CHECK(touch(&item) == STRATA_OK);
	toy_redis_let(&toys[0], NULL);
	CHECK(heard("GET db:7:a; swap db:7:a; GET db:7:a; swap db:7:a; GET db:7:a; swap db:7:a; "));
	CHECK(holds_text("a", "third"));
	end();
}

static void somebody_always_sets_a(toy_redis *toy, const char *verb)
{
	static unsigned turn;

	toy->heard[0] = '\0';
	if (strcmp(verb, "swap") == 0) {
		toy_redis_hold_locked(toy, "db:7:a", others[turn % 2].data, others[turn % 2].size);
		turn++;
	}
}

static void a_touch_ends_also_when_others_are_always_faster(void)
{
	strata_item item = with_text("a", "", 90000);

	begin();
	CHECK(put_text("a", "first", 5000) == STRATA_OK);
	others[0] = sealed("a", "second", 2);
	others[1] = sealed("a", "third", 3);
	toy_redis_let(&toys[0], somebody_always_sets_a);
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
	end();
}

static void the_server_alone_knows_when_an_integer_ends(void)
{
	strata_item item = with_text("n", "", 90000);

	begin();
	server_gets("db:7:n", "5");
	CHECK(touch(&item) == STRATA_OK);
	CHECK(server_keeps_for("db:7:n", 90000) && server_holds("db:7:n", "5"));
	item.expires_at = STRATA_NEVER;
	CHECK(touch(&item) == STRATA_OK && toy_redis_key(&toys[0], "db:7:n").life == 0);
	CHECK(touch(&item) == STRATA_OK);
	CHECK(heard(
		"GET db:7:n; PEXPIRE db:7:n; GET db:7:n; PERSIST db:7:n; GET db:7:n; PERSIST db:7:n; "));
	end();
}

static void a_touch_sees_through_a_value_of_another_key(void)
{
	strata_item item = with_text("b", "", 90000);

	begin_with_lies(1);
	CHECK(touch(&item) == STRATA_OK && holds_text("b", "of b") && holds_text("a", "of a"));
	end();
}

/* ---- without scripts ---- */

static void begin_without_scripts(void)
{
	begin();
	toy_redis_refuse(&toys[0], "EVAL");
	CHECK(put_text("a", "value", 5000) == STRATA_OK);
	(void) heard("SET db:7:a; ");
}

/* What is there stays there, byte by byte: whether it was compressed, and by which zstd. */
static bool is_touched_in_place(size_t compress_from_then, size_t compress_from_now)
{
	char text[401];
	strata_item item = with_text("a", "", 90000);
	bool is_touched;

	begin_without_scripts();
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	keyspace.compress_from = compress_from_then;
	REQUIRE(put_text("a", text, 5000) == STRATA_OK);
	keyspace.compress_from = compress_from_now;
	is_touched = touch(&item) == STRATA_OK && holds_text("a", text) &&
				 server_keeps_for("db:7:a", 90000) &&
				 (toy_redis_key(&toys[0], "db:7:a").size < 200) == (compress_from_then > 0);
	end();
	keyspace.compress_from = 0;
	return is_touched;
}

static void without_scripts_a_touch_compresses_nothing_anew(void)
{
	CHECK(is_touched_in_place(100, 100));
	CHECK(is_touched_in_place(100, 0));
	CHECK(is_touched_in_place(0, 100));
}

static void without_scripts_a_touch_overwrites_the_envelope_in_place(void)
{
	strata_item item = with_text("a", "", 90000);
	strata_item seen = named("a");

	begin_without_scripts();
	CHECK(touch(&item) == STRATA_OK);
	CHECK(heard("GET db:7:a; swap db:7:a; SETRANGE db:7:a; PEXPIRE db:7:a; "));
	CHECK(get(&seen) == STRATA_OK && holds_text("a", "value"));
	CHECK(seen.expires_at == item.expires_at && server_keeps_for("db:7:a", 90000));
	item = with_text("a", "", 0);
	CHECK(touch(&item) == STRATA_OK && toy_redis_key(&toys[0], "db:7:a").life == 0);
	end();
}

static void somebody_replaces_a(toy_redis *toy, const char *verb)
{
	if (strcmp(verb, "SETRANGE") == 0) {
		toy_redis_hold_locked(toy, "db:7:a", others[0].data, others[0].size);
	}
}

/* Not by a wrong value: by a miss. */
static void what_came_in_between_is_lost_as_if_evicted(void)
{
	strata_item item = with_text("a", "", 90000);
	strata_item seen = named("a");

	begin_without_scripts();
	others[0] = sealed("a", "other", 2);
	toy_redis_let(&toys[0], somebody_replaces_a);
	CHECK(touch(&item) == STRATA_OK);
	CHECK(get(&seen) == STRATA_CORRUPT);
	toy_redis_let(&toys[0], NULL);
	CHECK(put_text("a", "value", 5000) == STRATA_OK);
	others[0] = sealed("a", "a longer one", 2);
	toy_redis_let(&toys[0], somebody_replaces_a);
	CHECK(touch(&item) == STRATA_MISS);
	CHECK(toy_redis_key(&toys[0], "db:7:a").size == 0);
	end();
}

static void somebody_removes_a(toy_redis *toy, const char *verb)
{
	if (strcmp(verb, "SETRANGE") == 0 && toy->count > 0) {
		toy->count = 0;
	}
}

static void what_was_removed_in_between_stays_removed(void)
{
	strata_item item = with_text("a", "", 90000);

	begin_without_scripts();
	toy_redis_let(&toys[0], somebody_removes_a);
	CHECK(touch(&item) == STRATA_MISS && toy_redis_key(&toys[0], "db:7:a").size == 0);
	toy_redis_let(&toys[0], NULL);
	/* One without bytes would be whole again: its end is only brought forward. */
	CHECK(put_text("a", "", 50000) == STRATA_OK);
	(void) heard("");
	CHECK(touch(&item) == STRATA_UNSUPPORTED);
	item = with_text("a", "", 4000);
	CHECK(touch(&item) == STRATA_OK && server_keeps_for("db:7:a", 4000));
	end();
}

static void what_takes_a_script_says_so(void)
{
	strata_cas_token token = { .version = 1 };
	strata_item item = with_text("a", "new", 90000);

	begin_without_scripts();
	toy_redis_refuse(&toys[0], "SETRANGE");
	tier.ops->compare(&tier, &call, &item, &token);
	CHECK(item.result == STRATA_UNSUPPORTED);
	CHECK(strstr(call.error, "(compareAndSet() takes EVAL, GETRANGE and SET)") != NULL);
	CHECK(touch(&item) == STRATA_UNSUPPORTED && strstr(call.error, "(touch() takes") != NULL);
	item = with_text("a", "", 4000);
	CHECK(touch(&item) == STRATA_OK && server_keeps_for("db:7:a", 4000));
	tier.ops->increment(&tier, &call, &item, 1, 5);
	CHECK(item.result == STRATA_UNSUPPORTED && strstr(call.error, "(a counter takes") != NULL);
	CHECK(holds_text("a", "value"));
	end();
}

/* ---- increment ---- */

static bool counts_to(const char *key, int64_t by, int64_t initial, strata_msec ttl,
	int64_t expected)
{
	strata_item item = with_text(key, "", ttl);
	strata_msec expires_at = item.expires_at;

	tier.ops->increment(&tier, &call, &item, by, initial);
	CHECK(item.expires_at == expires_at);
	return item.result == STRATA_OK && item.value.codec == STRATA_CODEC_INTEGER &&
		   item.value.integer == expected;
}

static bool is_refused(const char *key, int64_t by, int64_t initial, strata_msec ttl,
	strata_result expected)
{
	strata_item item = with_text(key, "", ttl);

	tier.ops->increment(&tier, &call, &item, by, initial);
	return item.result == expected && item.value.codec == STRATA_CODEC_INTEGER &&
		   item.value.integer == 0;
}

static void one_command_counts_where_nothing_else_is_asked_for(void)
{
	begin();
	CHECK(counts_to("n", 5, 0, 0, 5) && counts_to("n", -7, 0, 0, -2));
	CHECK(heard("INCRBY db:7:n; INCRBY db:7:n; ") && server_holds("db:7:n", "-2"));
	end();
}

static void a_script_counts_where_there_is_a_beginning_or_an_end(void)
{
	begin();
	CHECK(counts_to("n", 5, 10, 60000, 15) && server_keeps_for("db:7:n", 60000));
	CHECK(counts_to("n", 5, 10, 0, 20) && server_keeps_for("db:7:n", 60000));
	CHECK(counts_to("m", 5, 10, 0, 15) && toy_redis_key(&toys[0], "db:7:m").life == 0);
	CHECK(heard("count db:7:n; count db:7:n; count db:7:m; "));
	end();
}

/* Lua's numbers would have lost the last digits. */
static void sums_of_64_bits_come_back_whole(void)
{
	begin();
	CHECK(counts_to("n", 1, INT64_MAX - 3, 60000, INT64_MAX - 2));
	CHECK(counts_to("n", 1, 0, 60000, INT64_MAX - 1));
	CHECK(counts_to("n", 1, 0, 0, INT64_MAX));
	CHECK(counts_to("m", 0, INT64_MIN, 60000, INT64_MIN));
	end();
}

static void what_cannot_be_counted_is_left_alone(void)
{
	begin();
	server_gets("db:7:n", "9223372036854775807");
	CHECK(is_refused("n", 1, 0, 0, STRATA_OVERFLOW));
	CHECK(is_refused("n", 1, 0, 60000, STRATA_OVERFLOW));
	CHECK(server_holds("db:7:n", "9223372036854775807"));
	CHECK(is_refused("m", 1, INT64_MAX, 60000, STRATA_OVERFLOW));
	CHECK(is_refused("m", -1, INT64_MIN, 0, STRATA_OVERFLOW));
	CHECK(toy_redis_key(&toys[0], "db:7:m").size == 0);
	server_gets("db:7:t", "text");
	CHECK(is_refused("t", 1, 0, 0, STRATA_NOT_INTEGER));
	CHECK(is_refused("t", 1, 0, 60000, STRATA_NOT_INTEGER));
	toy_redis_say(&toys[0],
		"-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
	CHECK(is_refused("t", 1, 0, 0, STRATA_NOT_INTEGER));
	toy_redis_say(&toys[0], "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
	CHECK(is_refused("n", 1, 0, 0, STRATA_SERVER));
	CHECK(toy_redis_connections(&toys[0]) == 1);
	end();
}

/* ---- generation ---- */

static const char *const copy_names[] = { "db:generation:{1e}", "db:generation:{7e}",
	"db:generation:{4e}" };

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

static bool copy_is(unsigned node, const char *digits)
{
	toy_key key = toy_redis_key(&toys[node], copy_names[node]);

	return key.size == strlen(digits) && memcmp(key.value, digits, key.size) == 0;
}

/* All hosts must look in the same places at any time, whatever the layout of the cluster. */
static void copies_lie_in_the_middles_of_the_thirds(void)
{
	static const unsigned middles[] = { 2727, 8193, 13650 };

	for (unsigned i = 0; i < 3; i++) {
		CHECK(strata_slots_of_key(strata_view_of(copy_names[i])) == middles[i]);
	}
}

static void each_third_of_a_cluster_keeps_a_copy(void)
{
	strata_generation_copies copies;

	begin_cluster();
	copies = read_copies();
	CHECK(copies.readable == 3 && copies.greatest == 0 && copies.lowest == 0);
	CHECK(raise_to(500) == STRATA_OK);
	CHECK(copy_is(0, "500") && copy_is(1, "500") && copy_is(2, "500"));
	copies = read_copies();
	CHECK(copies.greatest == 500 && copies.lowest == 500);
	CHECK(toy_redis_heard(&toys[1],
		"GET db:generation:{7e}; raise db:generation:{7e}; GET db:generation:{7e}; "));
	end();
}

static void a_standalone_server_keeps_one_copy(void)
{
	begin();
	CHECK(raise_to(500) == STRATA_OK && server_holds("db:generation", "500"));
	CHECK(read_copies().readable == 1);
	end();
}

static void a_copy_that_holds_more_is_not_lowered(void)
{
	begin_cluster();
	toy_redis_hold(&toys[0], copy_names[0], "600", 3);
	toy_redis_hold(&toys[1], copy_names[1], "400", 3);
	CHECK(raise_to(500) == STRATA_OK);
	CHECK(copy_is(0, "600") && copy_is(1, "500") && copy_is(2, "500"));
	end();
}

static void with_one_of_three_in_trouble_it_is_read_but_not_raised(void)
{
	static const char trouble[] = "-LOADING Redis is loading the dataset in memory\r\n";

	begin_cluster();
	toy_redis_hold(&toys[1], copy_names[1], "400", 3);
	toy_redis_say(&toys[0], trouble);
	CHECK(read_copies().readable == 2);
	toy_redis_say(&toys[0], trouble);
	CHECK(raise_to(500) == STRATA_NOT_READY);
	CHECK(raised.readable == 2 && raised.greatest == 500 && raised.lowest == 500);
	CHECK(copy_is(0, "") && copy_is(1, "500") && copy_is(2, "500"));
	end();
}

/* Another host made one in the meantime, which is as new. */
static void a_copy_that_will_do_stays_as_it_is_and_is_given_back(void)
{
	begin();
	toy_redis_hold(&toys[0], "db:generation", "450", 3);
	CHECK(order(401, 500) == STRATA_OK && raised.greatest == 450 && raised.lowest == 450);
	CHECK(order(451, 500) == STRATA_OK && raised.greatest == 500);
	CHECK(server_holds("db:generation", "500"));
	end();
}

static void a_copy_over_the_limit_is_swapped_out(void)
{
	begin();
	toy_redis_hold(&toys[0], "db:generation", "100001", 6);
	CHECK(order(401, 500) == STRATA_OK && raised.greatest == 500);
	CHECK(server_holds("db:generation", "500"));
	toy_redis_hold(&toys[0], "db:generation", "100000", 6);
	CHECK(order(401, 500) == STRATA_OK && raised.greatest == 100000);
	end();
}

static void the_clock_is_that_of_the_first_server_that_tells_it(void)
{
	strata_generation_copies copies;

	begin_cluster();
	toy_redis_hold(&toys[2], copy_names[2], "400", 3);
	toy_redis_refuse(&toys[0], "TIME");
	toy_redis_tell_time(&toys[1], 1800000000000042);
	toy_redis_tell_time(&toys[2], 1700000000000000);
	CHECK(
		tier.ops->read_generation(&tier, &call, STRATA_GENERATION_AND_CLOCK, &copies) == STRATA_OK);
	CHECK(copies.clock == 1800000000000042 && copies.readable == 3);
	strata_generation_copies_sum_up(&copies, LIMIT);
	CHECK(copies.greatest == 400);
	end();
}

static void without_scripts_a_copy_is_made_where_there_is_none(void)
{
	begin();
	toy_redis_refuse(&toys[0], "EVAL");
	CHECK(order(1, 500) == STRATA_OK && raised.greatest == 500);
	CHECK(server_holds("db:generation", "500"));
	CHECK(heard("raise db:generation; SET db:generation NX; GET db:generation; "));
	/* The second host gets what the first one made. */
	CHECK(order(1, 600) == STRATA_OK && raised.greatest == 500);
	end();
}

static void without_scripts_no_copy_is_raised_and_the_refusal_says_what_it_takes(void)
{
	begin();
	toy_redis_refuse(&toys[0], "EVAL");
	toy_redis_hold(&toys[0], "db:generation", "400", 3);
	CHECK(order(401, 500) == STRATA_UNSUPPORTED && raised.greatest == 0);
	CHECK(server_holds("db:generation", "400"));
	CHECK(strstr(call.error, "'EVAL' command (user \"default\")") != NULL);
	CHECK(strstr(call.error, "(a new generation takes EVAL, GET and SET)") != NULL);
	toy_redis_hold(&toys[0], "db:generation", "900000", 6);
	CHECK(order(1, 500) == STRATA_UNSUPPORTED && raised.greatest == 0);
	end();
}

static void a_cluster_without_scripts_has_one_copy(void)
{
	begin_cluster();
	for (unsigned i = 0; i < 3; i++) {
		toy_redis_refuse(&toys[i], "EVAL");
	}
	CHECK(order(1, 500) == STRATA_UNSUPPORTED);
	CHECK(raised.greatest == 500 && raised.readable == 1);
	CHECK(copy_is(0, "500") && copy_is(1, "") && copy_is(2, ""));
	CHECK(read_copies().greatest == 500);
	end();
}

static void where_nothing_can_be_written_none_is_made(void)
{
	begin();
	toy_redis_refuse(&toys[0], "EVAL");
	toy_redis_refuse(&toys[0], "SET");
	CHECK(order(1, 500) == STRATA_UNSUPPORTED && raised.greatest == 0 && raised.readable == 0);
	CHECK(strstr(call.error, "'SET' command") != NULL);
	end();
}

int main(void)
{
	RUN(what_was_put_is_got_and_removed);
	RUN(integers_are_digits_there);
	RUN(conditions_are_those_of_the_mode);
	RUN(what_ends_now_is_given_a_millisecond);
	RUN(keys_of_a_cluster_go_to_the_owners_of_their_slots);
	RUN(a_value_of_another_key_is_asked_for_again_on_a_fresh_connection);
	RUN(a_value_of_another_key_is_never_returned);
	RUN(only_what_was_mixed_up_is_asked_for_again);
	RUN(a_reply_of_an_impossible_type_ends_the_connection);
	RUN(what_is_not_ours_is_said_to_be_so);
	RUN(a_touch_gives_the_value_its_new_end_and_nothing_else);
	RUN(a_touch_loses_no_value_that_came_in_between);
	RUN(a_touch_ends_also_when_others_are_always_faster);
	RUN(a_touch_of_nothing_is_a_miss);
	RUN(the_server_alone_knows_when_an_integer_ends);
	RUN(a_touch_sees_through_a_value_of_another_key);
	RUN(without_scripts_a_touch_overwrites_the_envelope_in_place);
	RUN(without_scripts_a_touch_compresses_nothing_anew);
	RUN(what_came_in_between_is_lost_as_if_evicted);
	RUN(what_was_removed_in_between_stays_removed);
	RUN(what_takes_a_script_says_so);
	RUN(one_command_counts_where_nothing_else_is_asked_for);
	RUN(a_script_counts_where_there_is_a_beginning_or_an_end);
	RUN(sums_of_64_bits_come_back_whole);
	RUN(what_cannot_be_counted_is_left_alone);
	RUN(copies_lie_in_the_middles_of_the_thirds);
	RUN(each_third_of_a_cluster_keeps_a_copy);
	RUN(a_standalone_server_keeps_one_copy);
	RUN(a_copy_that_holds_more_is_not_lowered);
	RUN(with_one_of_three_in_trouble_it_is_read_but_not_raised);
	RUN(a_copy_that_will_do_stays_as_it_is_and_is_given_back);
	RUN(a_copy_over_the_limit_is_swapped_out);
	RUN(the_clock_is_that_of_the_first_server_that_tells_it);
	RUN(without_scripts_a_copy_is_made_where_there_is_none);
	RUN(without_scripts_no_copy_is_raised_and_the_refusal_says_what_it_takes);
	RUN(a_cluster_without_scripts_has_one_copy);
	RUN(where_nothing_can_be_written_none_is_made);
	return unit_end();
}
