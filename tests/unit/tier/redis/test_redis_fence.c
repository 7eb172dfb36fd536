#include "os/clock.h"
#include "tier/envelope.h"

#include "redis_tier_fixture.h"

enum { LIFE = 600000 };

static void begin(void)
{
	begin_with(1, STRATA_REDIS_STANDALONE);
}

/* ---- items ---- */

static strata_item with_text(const char *key, const char *text)
{
	strata_msec now = strata_clock_wall_msec();

	return (strata_item){ .key = strata_view_of(key),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) },
		.created_at = now,
		.expires_at = now + 60000,
		.fresh_until = now + 60000,
		.version = 0x1234 };
}

static strata_item asking(const char *key, uint64_t owner, uint64_t version)
{
	return (strata_item){ .key = strata_view_of(key),
		.value.codec = STRATA_CODEC_NULL,
		.fence = { .owner = owner, .end = strata_clock_wall_msec() + 5000, .version = version } };
}

static bool took(strata_item *item, strata_result result, strata_fence_state state)
{
	strata_item *const one[] = { item };

	tier.ops->take_fence(&tier, &call, one, 1);
	return item->result == result && item->fence.state == state;
}

static strata_result get(strata_item *item)
{
	strata_item *const one[] = { item };

	tier.ops->get(&tier, &call, one, 1);
	return item->result;
}

static strata_result put_over(strata_item *item)
{
	strata_item *const one[] = { item };

	tier.ops->put_over_fence(&tier, &call, one, 1);
	return item->result;
}

static strata_result put_text(const char *key, const char *text, const strata_fence *fence)
{
	strata_item item = with_text(key, text);

	item.fence = *fence;
	return put_over(&item);
}

static strata_result leave(const strata_fence *fence, strata_msec end)
{
	strata_item item = with_text("a", "");
	strata_item *const one[] = { &item };

	item.fence = *fence;
	item.fence.end = end;
	tier.ops->leave_fence(&tier, &call, one, 1);
	return item.result;
}

static bool holds_text(const char *key, const char *text)
{
	strata_item item = asking(key, 0, 0);

	return get(&item) == STRATA_OK && strata_view_equal(item.value.bytes, strata_view_of(text));
}

static void server_gets(const strata_item *item)
{
	strata_view sealed = strata_envelope_seal(fixture.arena, &keyspace, GENERATION, item);

	toy_redis_hold(&toys[0], "db:7:a", sealed.data, sealed.size);
	toy_redis_live(&toys[0], "db:7:a", 7);
}

/* As if another host had stored it, with a soft end that has passed. */
static strata_item hold_stale(void)
{
	strata_item item = with_text("a", "old");

	item.created_at -= 10000;
	item.fresh_until = item.created_at + 5000;
	server_gets(&item);
	return item;
}

/* ---- where nothing is ---- */

static void one_round_leaves_a_placeholder_where_nothing_is(void)
{
	strata_item first = asking("a", 1, 0), second = asking("a", 2, 0), seen = asking("a", 0, 0);

	begin();
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	CHECK(heard("proof db:7:a; SET db:7:a NX; GET db:7:a; "));
	CHECK(toy_redis_key(&toys[0], "db:7:a").life == LIFE);
	CHECK(took(&second, STRATA_MISS, STRATA_FENCE_HELD));
	CHECK(heard("SET db:7:a NX; GET db:7:a; "));
	CHECK(first.fence.version != 0 && second.fence.version == first.fence.version);
	CHECK(second.fence.owner == 1 && second.fence.end == first.fence.end);
	CHECK(get(&seen) == STRATA_MISS && seen.fence.state == STRATA_FENCE_HELD);
	CHECK(seen.fence.version == first.fence.version && seen.fence.owner == 1);
	end();
}

static void what_was_computed_is_stored_over_the_fence(void)
{
	strata_item first = asking("a", 1, 0);

	begin();
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	CHECK(put_text("a", "new", &first.fence) == STRATA_OK && holds_text("a", "new"));
	CHECK(toy_redis_key(&toys[0], "db:7:a").life > 59000);
	/* Its fence is gone now, like that of a caller that comes too late. */
	CHECK(put_text("a", "newer", &first.fence) == STRATA_NOT_STORED && holds_text("a", "new"));
	end();
}

static void a_set_or_a_delete_voids_the_fence(void)
{
	strata_item first = asking("a", 1, 0), set = with_text("a", "set");
	strata_item *const one[] = { &set };

	begin();
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	tier.ops->put(&tier, &call, one, 1, STRATA_PUT_SET);
	CHECK(put_text("a", "computed", &first.fence) == STRATA_NOT_STORED && holds_text("a", "set"));
	tier.ops->remove(&tier, &call, one, 1);
	CHECK(put_text("a", "computed", &first.fence) == STRATA_NOT_STORED);
	CHECK(toy_redis_key(&toys[0], "db:7:a").size == 0);
	first.fence.version = 0;
	CHECK(put_text("a", "computed", &first.fence) == STRATA_NOT_STORED);
	end();
}

static void an_integer_is_stored_in_an_envelope(void)
{
	strata_item first = asking("a", 1, 0), item = with_text("a", "");

	begin();
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = -5 };
	item.fence = first.fence;
	CHECK(put_over(&item) == STRATA_OK && !item.is_enveloped);
	CHECK(toy_redis_key(&toys[0], "db:7:a").size == STRATA_ENVELOPE_SIZE + 8);
	CHECK(get(&item) == STRATA_OK && item.value.integer == -5 && item.is_enveloped);
	CHECK(item.version == 0x1234 && item.fence.version == 0x1234);
	end();
}

/* ---- leases that end ---- */

static void a_lease_that_ended_is_taken_over_and_its_fence_stays(void)
{
	strata_item first = asking("a", 1, 0), second = asking("a", 2, 0), third = asking("a", 3, 0);

	begin();
	first.fence.end = strata_clock_wall_msec();
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	CHECK(took(&second, STRATA_MISS, STRATA_FENCE_TAKEN));
	CHECK(heard("proof db:7:a; SET db:7:a NX; GET db:7:a; SET db:7:a NX; GET db:7:a; "
				"lease db:7:a; "));
	CHECK(second.fence.version == first.fence.version && second.fence.owner == 2);
	CHECK(took(&third, STRATA_MISS, STRATA_FENCE_HELD) && third.fence.owner == 2);
	/* The first one was slow, and still stores: nothing happened to the key. */
	CHECK(put_text("a", "of the first", &first.fence) == STRATA_OK);
	CHECK(put_text("a", "of the second", &second.fence) == STRATA_NOT_STORED);
	CHECK(holds_text("a", "of the first"));
	end();
}

static void a_lease_is_given_back_now_or_after_a_pause(void)
{
	strata_item first = asking("a", 1, 0), second = asking("a", 2, 0), third = asking("a", 3, 0);
	strata_msec now = strata_clock_wall_msec();

	begin();
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	CHECK(leave(&first.fence, now) == STRATA_OK);
	CHECK(took(&second, STRATA_MISS, STRATA_FENCE_TAKEN));
	CHECK(leave(&first.fence, now) == STRATA_NOT_STORED);
	CHECK(leave(&second.fence, now + 30000) == STRATA_OK);
	CHECK(took(&third, STRATA_MISS, STRATA_FENCE_HELD) && third.fence.end == now + 30000);
	CHECK(third.fence.version == first.fence.version);
	end();
}

static strata_view others[1];

static void somebody_takes_it_over(toy_redis *toy, const char *verb)
{
	if (strcmp(verb, "lease") == 0) {
		toy_redis_hold_locked(toy, "db:7:a", others[0].data, others[0].size);
	}
}

static void of_two_that_take_over_one_gets_it(void)
{
	strata_item first = asking("a", 1, 0), second = asking("a", 2, 0);
	strata_fence faster;

	begin();
	first.fence.end = strata_clock_wall_msec();
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	faster = first.fence;
	faster.owner = 9;
	faster.end = strata_clock_wall_msec() + 5000;
	others[0] = strata_envelope_placeholder(fixture.arena, &keyspace, GENERATION,
		strata_clock_wall_msec(), first.key, &faster);
	toy_redis_let(&toys[0], somebody_takes_it_over);
	CHECK(took(&second, STRATA_MISS, STRATA_FENCE_HELD) && second.fence.owner == 9);
	toy_redis_let(&toys[0], NULL);
	end();
}

/* ---- values ---- */

static void a_value_that_lives_is_not_to_be_refreshed(void)
{
	strata_item item = with_text("a", "value"), first = asking("a", 1, 0);
	strata_item other = asking("a", 1, 0x4321);

	begin();
	server_gets(&item);
	CHECK(took(&first, STRATA_OK, STRATA_FENCE_NONE));
	CHECK(strata_view_equal(first.value.bytes, strata_view_of("value")));
	CHECK(first.version == 0x1234 && first.expires_at == item.expires_at);
	CHECK(took(&other, STRATA_OK, STRATA_FENCE_NONE));
	CHECK(holds_text("a", "value"));
	end();
}

static void a_stale_value_is_refreshed_under_a_lease_in_its_header(void)
{
	strata_item first = asking("a", 1, 0), second = asking("a", 2, 0), seen = asking("a", 0, 0);

	begin();
	(void) hold_stale();
	CHECK(get(&seen) == STRATA_STALE && seen.fence.state == STRATA_FENCE_NONE);
	CHECK(took(&first, STRATA_STALE, STRATA_FENCE_TAKEN) && first.fence.version == 0x1234);
	CHECK(strata_view_equal(first.value.bytes, strata_view_of("old")));
	CHECK(took(&second, STRATA_STALE, STRATA_FENCE_HELD) && second.fence.owner == 1);
	CHECK(strata_view_equal(second.value.bytes, strata_view_of("old")));
	CHECK(get(&seen) == STRATA_STALE && seen.fence.state == STRATA_FENCE_HELD);
	CHECK(put_text("a", "new", &first.fence) == STRATA_OK && holds_text("a", "new"));
	end();
}

static void a_value_is_refreshed_early_for_a_caller_that_saw_it(void)
{
	strata_item item = with_text("a", "value"), first = asking("a", 1, 0x1234);
	strata_item second = asking("a", 2, 0x1234);

	begin();
	server_gets(&item);
	CHECK(took(&first, STRATA_OK, STRATA_FENCE_TAKEN) && first.fence.version == 0x1234);
	CHECK(took(&second, STRATA_OK, STRATA_FENCE_HELD));
	CHECK(holds_text("a", "value"));
	CHECK(put_text("a", "new", &first.fence) == STRATA_OK && holds_text("a", "new"));
	end();
}

/* The server keeps it for the time of a computation, and no shorter than before. */
static void a_life_at_the_server_is_extended_and_never_shortened(void)
{
	strata_item first = asking("a", 1, 0), item;

	begin();
	(void) hold_stale();
	CHECK(took(&first, STRATA_STALE, STRATA_FENCE_TAKEN));
	CHECK(toy_redis_key(&toys[0], "db:7:a").life == LIFE);
	for (int i = 0; i < 2; i++) {
		item = with_text("a", "long");
		item.expires_at = i == 0 ? STRATA_NEVER : item.expires_at + LIFE;
		server_gets(&item);
		first = asking("a", 1, 0x1234);
		CHECK(took(&first, STRATA_OK, STRATA_FENCE_TAKEN));
		CHECK(toy_redis_key(&toys[0], "db:7:a").life == 7);
	}
	end();
}

static void a_value_that_is_over_is_as_good_as_a_placeholder(void)
{
	strata_item item = with_text("a", "over"), first = asking("a", 1, 0);

	begin();
	item.expires_at = item.fresh_until = item.created_at - 1;
	server_gets(&item);
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN) && first.fence.version == 0x1234);
	CHECK(first.value.bytes.size == 0 && first.version == 0);
	CHECK(put_text("a", "new", &first.fence) == STRATA_OK && holds_text("a", "new"));
	end();
}

/* ---- what is not ours ---- */

static void what_is_not_ours_gives_way_to_a_placeholder(void)
{
	strata_item value = with_text("a", "value"), first = asking("a", 1, 0);
	strata_item second = asking("a", 2, 0);
	strata_view sealed;

	begin();
	toy_redis_hold(&toys[0], "db:7:a", "a:0:{}", 6);
	CHECK(took(&first, STRATA_FOREIGN, STRATA_FENCE_TAKEN));
	CHECK(took(&second, STRATA_MISS, STRATA_FENCE_HELD) &&
		  second.fence.version == first.fence.version);
	CHECK(put_text("a", "new", &first.fence) == STRATA_OK && holds_text("a", "new"));
	sealed = strata_envelope_seal(fixture.arena, &keyspace, GENERATION, &value);
	toy_redis_hold(&toys[0], "db:7:a", sealed.data, sealed.size - 1);
	first = asking("a", 1, 0);
	CHECK(took(&first, STRATA_CORRUPT, STRATA_FENCE_TAKEN));
	CHECK(put_text("a", "new", &first.fence) == STRATA_OK && holds_text("a", "new"));
	toy_redis_hold(&toys[0], "db:7:a", "", 0);
	first = asking("a", 1, 0);
	CHECK(took(&first, STRATA_FOREIGN, STRATA_FENCE_TAKEN));
	end();
}

static void a_number_is_replaced_for_a_caller_that_saw_it(void)
{
	strata_item first = asking("a", 1, 0), seen = asking("a", 0, 0), other = asking("a", 1, 0);

	begin();
	toy_redis_hold(&toys[0], "db:7:a", "42", 2);
	CHECK(took(&first, STRATA_OK, STRATA_FENCE_NONE) && first.value.integer == 42);
	CHECK(get(&seen) == STRATA_OK && seen.fence.version != 0);
	other.fence.version = seen.fence.version;
	CHECK(took(&other, STRATA_OK, STRATA_FENCE_TAKEN) && other.value.integer == 42);
	CHECK(get(&seen) == STRATA_MISS && seen.fence.state == STRATA_FENCE_HELD);
	CHECK(put_text("a", "new", &other.fence) == STRATA_OK && holds_text("a", "new"));
	end();
}

static void a_value_of_another_key_takes_no_place(void)
{
	strata_item first = asking("a", 1, 0), b = with_text("b", "of b");
	strata_item *const one[] = { &b };

	begin();
	tier.ops->put(&tier, &call, one, 1, STRATA_PUT_SET);
	toy_redis_lie(&toys[0], 1);
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	CHECK(toy_redis_connections(&toys[0]) == 2 && holds_text("b", "of b"));
	CHECK(put_text("a", "of a", &first.fence) == STRATA_OK && holds_text("a", "of a"));
	end();
}

/* ---- servers that cannot ---- */

static void without_scripts_no_placeholder_is_left(void)
{
	strata_item first = asking("a", 1, 0), second = asking("a", 2, 0);

	begin();
	toy_redis_refuse(&toys[0], "EVAL");
	CHECK(took(&first, STRATA_UNSUPPORTED, STRATA_FENCE_NONE));
	CHECK(
		strstr(call.error, "EVAL") != NULL && strstr(call.error, "computes is not stored") != NULL);
	CHECK(took(&second, STRATA_UNSUPPORTED, STRATA_FENCE_NONE));
	CHECK(heard("proof db:7:a; ") && toy_redis_key(&toys[0], "db:7:a").size == 0);
	CHECK(put_text("a", "new", &first.fence) == STRATA_UNSUPPORTED);
	end();
}

static void refuse_next(toy_redis *toy, const char *verb)
{
	if (strcmp(verb, "SET") == 0) {
		toy->reply = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
	}
}

static void a_server_that_is_full_has_no_fence_and_still_answers(void)
{
	strata_item first = asking("a", 1, 0), value = with_text("a", "value");

	begin();
	toy_redis_let(&toys[0], refuse_next);
	CHECK(took(&first, STRATA_SERVER, STRATA_FENCE_NONE) && strstr(call.error, "OOM") != NULL);
	server_gets(&value);
	first = asking("a", 1, 0);
	CHECK(took(&first, STRATA_OK, STRATA_FENCE_NONE));
	toy_redis_let(&toys[0], NULL);
	end();
}

/* ---- many ---- */

static void many_are_taken_and_stored_in_one_round_each(void)
{
	static const char *const keys[] = { "{1e}a", "{7e}a", "{4e}a", "{1e}b" };
	strata_item items[4], values[4];
	strata_item *list[4], *stored[4];

	begin_with(3, STRATA_REDIS_CLUSTER);
	for (int i = 0; i < 4; i++) {
		items[i] = asking(keys[i], 1, 0);
		list[i] = &items[i];
		values[i] = with_text(keys[i], keys[i]);
		stored[i] = &values[i];
	}
	tier.ops->take_fence(&tier, &call, list, 4);
	CHECK(heard("proof db:7:{1e}a; SET db:7:{1e}a NX; GET db:7:{1e}a; SET db:7:{1e}b NX; "
				"GET db:7:{1e}b; "));
	CHECK(toy_redis_heard(&toys[1], "SET db:7:{7e}a NX; GET db:7:{7e}a; "));
	for (int i = 0; i < 4; i++) {
		CHECK(items[i].result == STRATA_MISS && items[i].fence.state == STRATA_FENCE_TAKEN);
		values[i].fence = items[i].fence;
	}
	values[1].fence.version++;
	tier.ops->put_over_fence(&tier, &call, stored, 4);
	for (int i = 0; i < 4; i++) {
		CHECK(values[i].result == (i == 1 ? STRATA_NOT_STORED : STRATA_OK));
		CHECK(holds_text(keys[i], keys[i]) == (i != 1));
	}
	end();
}

/* ---- other verbs over a placeholder ---- */

static void begin_with_placeholder(void)
{
	strata_item first = asking("a", 1, 0);

	begin();
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	(void) heard("proof db:7:a; SET db:7:a NX; GET db:7:a; ");
}

static strata_result put(strata_item *item, strata_put_mode mode)
{
	strata_item *const one[] = { item };

	tier.ops->put(&tier, &call, one, 1, mode);
	return item->result;
}

static void an_add_stores_over_a_placeholder(void)
{
	strata_item item = with_text("a", "added"), again = with_text("a", "again");

	begin_with_placeholder();
	CHECK(put(&item, STRATA_PUT_ADD) == STRATA_OK && holds_text("a", "added"));
	CHECK(heard("GETRANGE db:7:a; SET db:7:a NX; put db:7:a; GET db:7:a; "));
	CHECK(put(&again, STRATA_PUT_ADD) == STRATA_NOT_STORED && holds_text("a", "added"));
	CHECK(heard("GETRANGE db:7:a; SET db:7:a NX; GET db:7:a; "));
	end();
}

static void an_add_in_a_batch_stores_over_what_is_no_value(void)
{
	strata_item items[3] = { with_text("a", "1"), with_text("b", "2"), with_text("c", "3") };
	strata_item *const list[] = { &items[0], &items[1], &items[2] };
	strata_item b = with_text("b", "there");

	begin_with_placeholder();
	CHECK(put(&b, STRATA_PUT_SET) == STRATA_OK);
	tier.ops->put(&tier, &call, list, 3, STRATA_PUT_ADD);
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_NOT_STORED &&
		  items[2].result == STRATA_OK);
	CHECK(holds_text("a", "1") && holds_text("b", "there") && holds_text("c", "3"));
	end();
}

static void a_replace_finds_no_value_there(void)
{
	strata_item item = with_text("a", "new"), b = with_text("b", "there");
	strata_item seen = asking("a", 0, 0);

	begin_with_placeholder();
	CHECK(put(&item, STRATA_PUT_REPLACE) == STRATA_NOT_STORED);
	CHECK(get(&seen) == STRATA_MISS && seen.fence.state == STRATA_FENCE_HELD);
	CHECK(put(&b, STRATA_PUT_REPLACE) == STRATA_NOT_STORED);
	CHECK(put(&b, STRATA_PUT_SET) == STRATA_OK);
	b = with_text("b", "newer");
	CHECK(put(&b, STRATA_PUT_REPLACE) == STRATA_OK && holds_text("b", "newer"));
	end();
}

static void a_touch_makes_no_placeholder_live_longer(void)
{
	strata_item item = with_text("a", "");

	begin_with_placeholder();
	item.expires_at += 90000000;
	tier.ops->touch(&tier, &call, &item);
	CHECK(item.result == STRATA_MISS && toy_redis_key(&toys[0], "db:7:a").life == LIFE);
	end();
}

static bool holds_digits(const char *digits)
{
	toy_key there = toy_redis_key(&toys[0], "db:7:a");

	return there.size == strlen(digits) && memcmp(there.value, digits, there.size) == 0;
}

static bool counts_to(const char *key, int64_t by, int64_t initial, int64_t expected)
{
	strata_item item = with_text(key, "");

	tier.ops->increment(&tier, &call, &item, by, initial);
	return item.result == STRATA_OK && item.value.integer == expected;
}

static void a_counter_begins_anew_over_a_placeholder(void)
{
	begin_with_placeholder();
	CHECK(counts_to("a", 5, 10, 15) && holds_digits("15"));
	CHECK(counts_to("a", 1, 10, 16) && holds_digits("16"));
	end();
	begin_with_placeholder();
	CHECK(counts_to("a", -5, 0, -5) && holds_digits("-5"));
	end();
}

static void a_number_that_was_computed_is_counted_in_its_envelope(void)
{
	strata_item item = with_text("a", ""), seen = asking("a", 0, 0);
	uint64_t version;

	begin();
	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 40 };
	item.is_enveloped = true;
	item.cost_msec = 77;
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	CHECK(counts_to("a", 2, 0, 42));
	CHECK(get(&seen) == STRATA_OK && seen.value.integer == 42 && seen.is_enveloped);
	CHECK(seen.version != 0x1234 && seen.expires_at == item.expires_at && seen.cost_msec == 77);
	version = seen.version;
	CHECK(counts_to("a", -43, 0, -1));
	CHECK(get(&seen) == STRATA_OK && seen.value.integer == -1 && seen.version != version);
	CHECK(toy_redis_key(&toys[0], "db:7:a").life > 59 &&
		  toy_redis_key(&toys[0], "db:7:a").life <= 60 * 1000 + 1);
	tier.ops->increment(&tier, &call, &item, INT64_MIN, 0);
	CHECK(item.result == STRATA_OVERFLOW);
	CHECK(get(&seen) == STRATA_OK && seen.value.integer == -1);
	/* A touch keeps it in there, too. */
	item = with_text("a", "");
	item.expires_at = item.fresh_until = item.created_at + 90000;
	tier.ops->touch(&tier, &call, &item);
	CHECK(item.result == STRATA_OK && get(&seen) == STRATA_OK && seen.is_enveloped);
	CHECK(seen.value.integer == -1 && seen.expires_at == item.expires_at);
	end();
}

static void a_number_in_an_envelope_is_compared_as_a_number(void)
{
	const strata_cas_token of_40 = { .is_integer = true, .integer = 40 };
	strata_item item = with_text("a", "");

	begin();
	item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 40 };
	item.is_enveloped = true;
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	item = with_text("a", "forty");
	tier.ops->compare(&tier, &call, &item, &of_40);
	CHECK(item.result == STRATA_OK && holds_text("a", "forty"));
	tier.ops->compare(&tier, &call, &item, &of_40);
	CHECK(item.result == STRATA_NOT_STORED);
	end();
}

static strata_result discard(const char *key, strata_cas_token token)
{
	strata_item item = asking(key, 0, 0);

	tier.ops->compare_and_remove(&tier, &call, &item, &token);
	return item.result;
}

static void only_what_was_seen_is_removed(void)
{
	strata_item item = with_text("a", "value"), number = with_text("a", "");

	begin();
	CHECK(discard("a", (strata_cas_token){ .version = 0x1234 }) == STRATA_NOT_STORED);
	CHECK(put(&item, STRATA_PUT_SET) == STRATA_OK);
	CHECK(discard("a", (strata_cas_token){ .version = 0x1235 }) == STRATA_NOT_STORED);
	CHECK(holds_text("a", "value"));
	CHECK(discard("a", (strata_cas_token){ .version = 0x1234 }) == STRATA_OK &&
		  toy_redis_key(&toys[0], "db:7:a").size == 0);
	number.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 7 };
	for (int i = 0; i < 2; i++) {
		number.is_enveloped = i == 1;
		CHECK(put(&number, STRATA_PUT_SET) == STRATA_OK);
		CHECK(discard("a", (strata_cas_token){ .is_integer = true, .integer = 8 }) ==
			  STRATA_NOT_STORED);
		CHECK(discard("a", (strata_cas_token){ .is_integer = true, .integer = 7 }) == STRATA_OK);
		CHECK(toy_redis_key(&toys[0], "db:7:a").size == 0);
	}
	end();
}

static void a_placeholder_is_not_what_was_seen(void)
{
	const strata_cas_token seen = { .version = 0x1234 };
	strata_item item = with_text("a", "new");

	begin_with_placeholder();
	tier.ops->compare(&tier, &call, &item, &seen);
	CHECK(item.result == STRATA_NOT_STORED && discard("a", seen) == STRATA_NOT_STORED);
	end();
}

static void a_delete_takes_the_placeholder_away(void)
{
	strata_item first = asking("a", 1, 0), item = asking("a", 0, 0);
	strata_item *const one[] = { &item };

	begin();
	CHECK(took(&first, STRATA_MISS, STRATA_FENCE_TAKEN));
	tier.ops->remove(&tier, &call, one, 1);
	CHECK(toy_redis_key(&toys[0], "db:7:a").size == 0 &&
		  put_text("a", "computed", &first.fence) == STRATA_NOT_STORED);
	end();
}

int main(void)
{
	RUN(one_round_leaves_a_placeholder_where_nothing_is);
	RUN(what_was_computed_is_stored_over_the_fence);
	RUN(a_set_or_a_delete_voids_the_fence);
	RUN(an_integer_is_stored_in_an_envelope);
	RUN(a_lease_that_ended_is_taken_over_and_its_fence_stays);
	RUN(a_lease_is_given_back_now_or_after_a_pause);
	RUN(of_two_that_take_over_one_gets_it);
	RUN(a_value_that_lives_is_not_to_be_refreshed);
	RUN(a_stale_value_is_refreshed_under_a_lease_in_its_header);
	RUN(a_value_is_refreshed_early_for_a_caller_that_saw_it);
	RUN(a_life_at_the_server_is_extended_and_never_shortened);
	RUN(a_value_that_is_over_is_as_good_as_a_placeholder);
	RUN(what_is_not_ours_gives_way_to_a_placeholder);
	RUN(a_number_is_replaced_for_a_caller_that_saw_it);
	RUN(a_value_of_another_key_takes_no_place);
	RUN(without_scripts_no_placeholder_is_left);
	RUN(a_server_that_is_full_has_no_fence_and_still_answers);
	RUN(many_are_taken_and_stored_in_one_round_each);
	RUN(an_add_stores_over_a_placeholder);
	RUN(an_add_in_a_batch_stores_over_what_is_no_value);
	RUN(a_replace_finds_no_value_there);
	RUN(a_touch_makes_no_placeholder_live_longer);
	RUN(a_counter_begins_anew_over_a_placeholder);
	RUN(a_number_that_was_computed_is_counted_in_its_envelope);
	RUN(a_number_in_an_envelope_is_compared_as_a_number);
	RUN(only_what_was_seen_is_removed);
	RUN(a_placeholder_is_not_what_was_seen);
	RUN(a_delete_takes_the_placeholder_away);
	return unit_end();
}
