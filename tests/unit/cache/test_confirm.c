/*
 * What another host's clear() costs a call that changes something, and what becomes of it. The
 * number of the call is read along with its commands, in the same write.
 */
#include "cache/confirm.h"

#include "cache/change.h"
#include "cache/read.h"
#include "cache/removal.h"
#include "cache/write.h"
#include "os/clock.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { OLD = 50, NEW = 60, START = 1000000, SECOND = 1000 };

static remote_fixture fixture;
static strata_generations *generations;
static strata_database database;
static fake_tier local, memcached, redis;
static strata_call call;
static strata_item item;
static strata_item *const one[] = { &item };

static void begin(void)
{
	static fake_tier *const fakes[] = { &local, &memcached, &redis };

	remote_fixture_begin(&fixture);
	REQUIRE(strata_generations_new(fixture.host, &generations) == STRATA_OK);
	database = (strata_database){ .tier_count = 3 };
	REQUIRE(strata_keyspace_init(&database.keyspace, "test", "", strata_view_of(""), 1000) ==
			STRATA_OK);
	database.generation = strata_generations_of(generations, database.keyspace.namespace_id);
	call = (strata_call){ .arena = fixture.arena, .now = START };
	for (int i = 0; i < 3; i++) {
		fake_tier_init(fakes[i], (strata_tier_kind) i, &database.tiers[i]);
		database.tiers[i].stats = strata_stats_row_of(fixture.stats, STRATA_STATS_TIER, "test",
			database.tiers[i].ops->name, STRATA_REGISTRY_COMMON);
	}
	fake_tier_hold_copies(&redis, OLD);
	redis.clock = strata_clock_wall_msec() * 1000;
	CHECK(strata_cache_prepare(&database, &call) == STRATA_OK && call.generation == OLD);
	(void) fake_diary_says_anything();
}

static void end(void)
{
	strata_generations_free(generations);
	remote_fixture_end(&fixture);
}

static void another_host_clears_once_more(void)
{
	fake_tier_hold_copies(&redis, NEW + 1);
	redis.before_raise = NULL;
}

static uint64_t in_use;

static void note_number_in_use(void)
{
	in_use = strata_generation_value(database.generation);
	redis.before_raise = NULL;
}

static void another_process_hears(void)
{
	(void) strata_generation_raise(database.generation, NEW);
	redis.after_change = NULL;
}

static void the_old_value_is_out_of_reach(void)
{
	redis.count = 0;
	redis.after_get = NULL;
}

/* A fake tier knows no generations, and would have under the new one what came under the old. */
static void let_nothing_be_filled(void)
{
	local.verdicts[FAKE_FILL] = memcached.verdicts[FAKE_FILL] = STRATA_TOO_LARGE;
}

static void set_copies(uint64_t first, uint64_t second, uint64_t third)
{
	redis.copies[0] = first;
	redis.copies[1] = second;
	redis.copies[2] = third;
}

static void break_copies(strata_result first, strata_result second, strata_result third)
{
	redis.copy_verdicts[0] = first;
	redis.copy_verdicts[1] = second;
	redis.copy_verdicts[2] = third;
}

static void name(const char *key)
{
	item = (strata_item){ .key = strata_view_of(key),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("new") },
		.result = STRATA_CORRUPT };
	call.error[0] = '\0';
}

static strata_result remove_it(void)
{
	name("a");
	strata_cache_remove(&database, &call, one, 1);
	return item.result;
}

static strata_result put_it(strata_put_mode mode)
{
	name("a");
	strata_cache_put(&database, &call, one, 1, mode);
	return item.result;
}

static strata_result get_it(void)
{
	name("a");
	strata_cache_get(&database, &call, one, 1);
	return item.result;
}

/* ---- what it costs ---- */

static void a_change_asks_nothing_of_its_own(void)
{
	begin();
	CHECK(put_it(STRATA_PUT_SET) == STRATA_OK && fake_diary_is("R.set a; M.del a; L.fill a; "));
	CHECK(remove_it() == STRATA_OK && fake_diary_is("R.del a; M.del a; L.del a; "));
	CHECK(redis.checks == 2 && redis.questions == 0);
	CHECK(memcached.checks == 0 && local.checks == 0);
	CHECK(get_it() == STRATA_MISS && redis.checks == 2);
	end();
}

/* The number was read since the call began. */
static void the_first_call_of_a_host_proves_nothing_twice(void)
{
	begin();
	database.generation = strata_generations_of(generations, 1234);
	database.own_refresh = 0;
	CHECK(remove_it() == STRATA_OK);
	CHECK(fake_diary_is("R.read+clock; R.del a; M.del a; L.del a; ") && redis.checks == 0);
	end();
}

static void the_question_of_each_second_goes_along_with_what_is_sent(void)
{
	begin();
	call.now += SECOND;
	CHECK(get_it() == STRATA_MISS && fake_diary_is("L.get a; M.get a; R.get a; "));
	CHECK(redis.questions == 1);
	CHECK(get_it() == STRATA_MISS && redis.questions == 1);
	call.now += SECOND;
	CHECK(remove_it() == STRATA_OK && redis.questions == 2 && redis.checks == 0);
	CHECK(remove_it() == STRATA_OK && redis.questions == 2 && redis.checks == 1);
	end();
}

/* Nothing goes to the deepest tier then, and of a clear() a host is to hear within a second. */
static void a_hit_of_a_nearer_tier_asks_by_itself(void)
{
	begin();
	fake_tier_hold(&local, "a", "near");
	call.now += SECOND;
	CHECK(get_it() == STRATA_OK && fake_diary_is("L.get a; R.read; "));
	CHECK(get_it() == STRATA_OK && fake_diary_is("L.get a; "));
	end();
}

/* ---- after a clear() elsewhere ---- */

static void what_was_done_under_the_old_number_is_done_again(void)
{
	begin();
	fake_tier_hold_copies(&redis, NEW);
	CHECK(remove_it() == STRATA_OK && call.generation == NEW);
	CHECK(fake_diary_is("R.del a; R.read; R.del a; M.del a; L.del a; ") && redis.checks == 1);
	CHECK(strata_generation_value(database.generation) == NEW);
	/* This host knows now. */
	CHECK(remove_it() == STRATA_OK && fake_diary_is("R.del a; M.del a; L.del a; "));
	end();
}

static void change_it(int verb)
{
	const strata_cas_token seen = { .version = 1 };

	name("a");
	switch (verb) {
		case 0: strata_cache_put(&database, &call, one, 1, STRATA_PUT_SET); break;
		case 1: strata_cache_put(&database, &call, one, 1, STRATA_PUT_ADD); break;
		case 2: strata_cache_put(&database, &call, one, 1, STRATA_PUT_REPLACE); break;
		case 3: strata_cache_remove(&database, &call, one, 1); break;
		case 4: strata_cache_touch(&database, &call, &item); break;
		case 5: strata_cache_compare(&database, &call, &item, &seen); break;
		default: strata_cache_increment(&database, &call, &item, 1, 0); break;
	}
}

static void every_verb_that_changes_something_is_done_again(void)
{
	static const char *const diaries[] = { "R.set a; R.read; R.set a; ",
		"R.add a; R.read; R.add a; ", "R.replace a; R.read; R.replace a; ",
		"R.del a; R.read; R.del a; ", "R.touch a; R.read; R.touch a; ",
		"R.cmp a; R.read; R.cmp a; ", "R.incr a; R.read; R.incr a; " };

	for (int verb = 0; verb < 7; verb++) {
		begin();
		database.tiers[0] = database.tiers[2];
		database.tier_count = 1;
		fake_tier_hold_copies(&redis, NEW);
		change_it(verb);
		CHECK(call.generation == NEW && fake_diary_is(diaries[verb]));
		end();
	}
}

/* Of a clear() that comes after the call began it need not hear. */
static void it_is_done_again_once_at_most(void)
{
	begin();
	set_copies(NEW, NEW, OLD);
	redis.before_raise = another_host_clears_once_more;
	CHECK(remove_it() == STRATA_OK && call.generation == NEW);
	CHECK(fake_diary_is("R.del a; R.read; R.raise; R.del a; M.del a; L.del a; "));
	end();
}

/* Else a host could fill under a number that one which reads that copy knows nothing of. */
static void a_copy_that_lags_is_raised_before_the_number_is_used(void)
{
	begin();
	set_copies(OLD, NEW, NEW);
	redis.before_raise = note_number_in_use;
	call.now += SECOND;
	CHECK(get_it() == STRATA_MISS && in_use == OLD && redis.copies[0] == NEW);
	CHECK(strata_generation_value(database.generation) == NEW);
	end();
}

/* No server has to be asked for what the host knows. */
static void a_number_that_another_process_heard_of_meanwhile_is_taken(void)
{
	begin();
	redis.after_change = another_process_hears;
	fake_tier_hold_copies(&redis, NEW);
	CHECK(remove_it() == STRATA_OK && call.generation == NEW);
	CHECK(fake_diary_is("R.del a; R.del a; M.del a; L.del a; "));
	end();
}

static void a_get_that_is_to_ask_counts_only_under_the_same_number(void)
{
	begin();
	let_nothing_be_filled();
	fake_tier_hold(&redis, "a", "of the old number");
	redis.after_get = the_old_value_is_out_of_reach;
	fake_tier_hold_copies(&redis, NEW);
	call.now += SECOND;
	CHECK(get_it() == STRATA_MISS && call.generation == NEW);
	CHECK(fake_diary_is("L.get a; M.get a; R.get a; L.fill a; M.fill a; "
						"L.get a; M.get a; R.get a; "));
	CHECK(redis.questions == 1);
	end();
}

static void a_get_by_the_last_number_is_good_while_no_copy_answers(void)
{
	begin();
	fake_tier_hold(&memcached, "a", "there");
	break_copies(STRATA_TIMEOUT, STRATA_TIMEOUT, STRATA_TIMEOUT);
	call.now += SECOND;
	CHECK(get_it() == STRATA_OK);
	end();
}

/* The number is lost, and no new one can be made: what was found may have been deleted. */
static void a_get_under_a_number_that_is_lost_finds_nothing(void)
{
	begin();
	let_nothing_be_filled();
	fake_tier_hold(&redis, "a", "there");
	fake_tier_hold_copies(&redis, 0);
	redis.raise_verdict = STRATA_UNSUPPORTED;
	call.now += SECOND;
	CHECK(get_it() == STRATA_NO_GENERATION && item.tier == STRATA_TIER_REDIS);
	end();
}

/* ---- copies that cannot be read ---- */

static void where_one_copy_is_away_the_others_are_asked(void)
{
	begin();
	break_copies(STRATA_TIMEOUT, STRATA_OK, STRATA_OK);
	CHECK(remove_it() == STRATA_OK && call.error[0] == '\0');
	CHECK(fake_diary_is("R.del a; R.read; M.del a; L.del a; "));
	fake_tier_hold_copies(&redis, NEW);
	CHECK(remove_it() == STRATA_OK && call.generation == NEW);
	CHECK(fake_diary_is("R.del a; R.read; R.del a; M.del a; L.del a; "));
	end();
}

static void a_copy_that_holds_nothing_is_made_anew_from_the_others(void)
{
	begin();
	set_copies(0, OLD, OLD);
	CHECK(remove_it() == STRATA_OK && call.generation == OLD && redis.copies[0] == OLD);
	CHECK(fake_diary_is("R.del a; R.read; R.raise; M.del a; L.del a; "));
	CHECK(remove_it() == STRATA_OK && fake_diary_is("R.del a; M.del a; L.del a; "));
	end();
}

static void copies_that_are_all_gone_get_a_new_number_and_the_removal_goes_there(void)
{
	begin();
	fake_tier_hold_copies(&redis, 0);
	CHECK(remove_it() == STRATA_OK && call.generation == redis.clock);
	CHECK(fake_diary_is("R.del a; R.read; R.read+clock; R.raise; R.del a; M.del a; L.del a; "));
	end();
}

static void where_no_copy_can_be_read_nothing_is_confirmed(void)
{
	begin();
	break_copies(STRATA_TIMEOUT, STRATA_TIMEOUT, STRATA_CONNECTION);
	for (int verb = 0; verb < 7; verb++) {
		fake_tier_hold_integer(&redis, "a", 5);
		change_it(verb);
		CHECK(item.result == STRATA_CONNECTION && item.tier == STRATA_TIER_REDIS);
		CHECK(verb < 6 || item.value.integer == 0);
	}
	end();
}

/* Else nearer copies would be taken for as right as before. */
static void a_change_that_is_not_confirmed_was_asked_for_all_the_same(void)
{
	begin();
	break_copies(STRATA_BREAKER_OPEN, STRATA_BREAKER_OPEN, STRATA_BREAKER_OPEN);
	fake_tier_hold_integer(&local, "a", 5);
	change_it(6);
	CHECK(item.result == STRATA_TIMEOUT && fake_tier_lacks(&local, "a"));
	end();
}

/* A key on a node that is down costs no question to the others. */
static void what_failed_is_not_to_be_proven(void)
{
	begin();
	redis.verdicts[FAKE_REMOVE] = STRATA_BREAKER_OPEN;
	break_copies(STRATA_BREAKER_OPEN, STRATA_OK, STRATA_OK);
	CHECK(remove_it() == STRATA_BREAKER_OPEN);
	CHECK(fake_diary_is("R.del a; M.del a; L.del a; "));
	end();
}

int main(void)
{
	RUN(a_change_asks_nothing_of_its_own);
	RUN(the_first_call_of_a_host_proves_nothing_twice);
	RUN(the_question_of_each_second_goes_along_with_what_is_sent);
	RUN(a_hit_of_a_nearer_tier_asks_by_itself);
	RUN(what_was_done_under_the_old_number_is_done_again);
	RUN(every_verb_that_changes_something_is_done_again);
	RUN(it_is_done_again_once_at_most);
	RUN(a_copy_that_lags_is_raised_before_the_number_is_used);
	RUN(a_number_that_another_process_heard_of_meanwhile_is_taken);
	RUN(a_get_that_is_to_ask_counts_only_under_the_same_number);
	RUN(a_get_by_the_last_number_is_good_while_no_copy_answers);
	RUN(a_get_under_a_number_that_is_lost_finds_nothing);
	RUN(where_one_copy_is_away_the_others_are_asked);
	RUN(a_copy_that_holds_nothing_is_made_anew_from_the_others);
	RUN(copies_that_are_all_gone_get_a_new_number_and_the_removal_goes_there);
	RUN(where_no_copy_can_be_read_nothing_is_confirmed);
	RUN(a_change_that_is_not_confirmed_was_asked_for_all_the_same);
	RUN(what_failed_is_not_to_be_proven);
	return unit_end();
}
