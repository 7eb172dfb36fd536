/*
 * How a database learns its generation, keeps the copies of it up, and raises it to clear itself.
 */
#include "cache/generation.h"

#include "os/clock.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { START = 1000000, SECOND = 1000 };

static remote_fixture fixture;
static strata_generations *generations;
static fake_tier local, redis;
static strata_call call;

static uint64_t microseconds(void)
{
	return strata_clock_wall_msec() * 1000;
}

/* What stands for a thread: its view of the database, with the same copies behind it. */
static strata_database open_database(void)
{
	strata_database database = { .tier_count = 2 };

	REQUIRE(strata_keyspace_init(&database.keyspace, "test", "", strata_view_of(""), 1000) ==
			STRATA_OK);
	fake_tier_init(&local, STRATA_TIER_LOCAL, &database.tiers[0]);
	database.tiers[1] = (strata_tier){ .ops = &redis.ops, .state = &redis };
	return database;
}

static strata_database open_shared_database(void)
{
	strata_database database = open_database();

	database.generation = strata_generations_of(generations, database.keyspace.namespace_id);
	REQUIRE(database.generation != NULL);
	return database;
}

static void begin(void)
{
	strata_tier unused;

	remote_fixture_begin(&fixture);
	REQUIRE(strata_generations_new(fixture.host, &generations) == STRATA_OK);
	fake_tier_init(&redis, STRATA_TIER_REDIS, &unused);
	redis.clock = microseconds();
	call = (strata_call){ .arena = fixture.arena, .now = START };
}

static void end(void)
{
	strata_generations_free(generations);
	remote_fixture_end(&fixture);
}

static void set_copies(uint64_t first, uint64_t second, uint64_t third)
{
	redis.copies[0] = first;
	redis.copies[1] = second;
	redis.copies[2] = third;
}

static bool copies_are(uint64_t first, uint64_t second, uint64_t third)
{
	return redis.copies[0] == first && redis.copies[1] == second && redis.copies[2] == third;
}

static void break_copies(strata_result first, strata_result second, strata_result third)
{
	redis.copy_verdicts[0] = first;
	redis.copy_verdicts[1] = second;
	redis.copy_verdicts[2] = third;
}

static void break_all(void)
{
	break_copies(STRATA_TIMEOUT, STRATA_TIMEOUT, STRATA_TIMEOUT);
}

/* What the next call sees. */
static uint64_t prepared(strata_database *database)
{
	call.generation = 12345;
	CHECK(strata_cache_prepare(database, &call) == STRATA_OK);
	return call.generation;
}

/* ---- learning ---- */

static void the_first_generation_is_now_and_every_copy_has_it(void)
{
	strata_database database;
	uint64_t before = microseconds(), generation;

	begin();
	database = open_shared_database();
	generation = prepared(&database);
	CHECK(generation >= before - SECOND && generation <= microseconds());
	CHECK(copies_are(generation, generation, generation));
	CHECK(fake_diary_is("R.read+clock; R.raise; "));
	end();
}

static void the_greatest_copy_counts_and_the_others_are_raised_to_it(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(40, 0, 50);
	CHECK(prepared(&database) == 50);
	CHECK(copies_are(50, 50, 50));
	CHECK(fake_diary_is("R.read+clock; R.raise; "));
	end();
}

static void copies_that_agree_are_left_alone(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50);
	CHECK(fake_diary_is("R.read+clock; "));
	call.now += SECOND;
	CHECK(prepared(&database) == 50 && fake_diary_is("R.read; "));
	end();
}

static void a_copy_that_cannot_be_read_is_neither_missed_nor_raised(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(60, 50, 50);
	break_copies(STRATA_TIMEOUT, STRATA_OK, STRATA_OK);
	CHECK(prepared(&database) == 50);
	CHECK(fake_diary_is("R.read+clock; "));
	end();
}

/* What the host used and the servers have lost is never used again: see cache/generation.c. */
static void copies_that_come_back_empty_get_a_new_one(void)
{
	strata_database database;
	uint64_t generation;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50);
	set_copies(0, 0, 0);
	call.now += SECOND;
	(void) fake_diary_says_anything();
	generation = prepared(&database);
	CHECK(fake_diary_is("R.read; R.read+clock; R.raise; "));
	CHECK(generation == redis.clock && copies_are(generation, generation, generation));
	end();
}

/* A master that was replaced by a replica which had not heard of the clear(). */
static void copies_that_hold_less_than_the_host_knew_get_a_new_one(void)
{
	strata_database database;
	uint64_t future;

	begin();
	database = open_shared_database();
	future = redis.clock + 5;
	set_copies(future, future, future);
	CHECK(prepared(&database) == future);
	set_copies(30, 30, 30);
	call.now += 2 * SECOND;
	CHECK(prepared(&database) == future + 1 && copies_are(future + 1, future + 1, future + 1));
	end();
}

/* Whoever asks later gets it from there, and nothing is written. */
static void one_copy_that_holds_what_the_host_knew_is_enough(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50);
	set_copies(0, 50, 0);
	call.now += SECOND;
	CHECK(prepared(&database) == 50 && copies_are(50, 50, 50));
	end();
}

static void another_host_makes_one(void)
{
	redis.before_raise = NULL;
	redis.copies[1] = redis.clock - 7;
}

static void two_hosts_that_make_one_at_the_same_time_use_the_same(void)
{
	strata_database here, there;

	begin();
	here = open_shared_database();
	there = open_database();
	redis.before_raise = another_host_makes_one;
	CHECK(prepared(&here) == redis.clock && fake_diary_is("R.read+clock; R.raise; R.raise; "));
	CHECK(copies_are(redis.clock, redis.clock, redis.clock));
	CHECK(prepared(&there) == redis.clock);
	end();
}

/* ---- numbers that no clock says ---- */

static void a_number_far_ahead_of_the_server_is_absent_and_swapped_out(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(redis.clock + 61000000, redis.clock + 61000000, redis.clock + 61000000);
	CHECK(prepared(&database) == redis.clock);
	CHECK(copies_are(redis.clock, redis.clock, redis.clock));
	call.now += SECOND;
	set_copies(redis.clock, redis.clock + 61000000, redis.clock);
	CHECK(prepared(&database) == redis.clock);
	CHECK(copies_are(redis.clock, redis.clock, redis.clock));
	end();
}

static void a_minute_is_not_far(void)
{
	strata_database database;
	uint64_t ahead;

	begin();
	database = open_shared_database();
	ahead = redis.clock + 60000000;
	set_copies(ahead, ahead, ahead);
	CHECK(prepared(&database) == ahead && copies_are(ahead, ahead, ahead));
	end();
}

/* The clock of this host says that it is far ahead; that of the server has the last word. */
static void a_host_whose_clock_is_behind_uses_the_number_of_the_others(void)
{
	strata_database database;
	uint64_t theirs;

	begin();
	database = open_shared_database();
	redis.clock += 3600000000;
	theirs = redis.clock - 5;
	set_copies(theirs, theirs, theirs);
	CHECK(prepared(&database) == theirs);
	for (int i = 0; i < 3; i++) {
		call.now += SECOND;
		CHECK(prepared(&database) == theirs && copies_are(theirs, theirs, theirs));
	}
	CHECK(strata_cache_clear(&database, &call) == STRATA_OK);
	CHECK(prepared(&database) == redis.clock);
	end();
}

/* As by a server whose clock was set back, or by the release before this one. */
static void what_the_host_knew_is_given_up_where_it_is_far_ahead(void)
{
	strata_database database;
	uint64_t wrong;

	begin();
	database = open_shared_database();
	wrong = redis.clock + 7200000000;
	redis.clock = wrong;
	CHECK(prepared(&database) == wrong);
	redis.clock = microseconds();
	call.now += SECOND;
	CHECK(prepared(&database) == redis.clock);
	CHECK(copies_are(redis.clock, redis.clock, redis.clock));
	CHECK(strata_generation_floor(database.generation) == redis.clock);
	end();
}

/* Else two hosts whose clocks differ would swap out each other's numbers for ever. */
static void where_the_server_tells_no_time_no_number_is_too_far_ahead(void)
{
	strata_database database;
	uint64_t ahead = microseconds() + 3600000000;

	begin();
	database = open_shared_database();
	redis.clock = 0;
	set_copies(ahead, ahead, ahead);
	CHECK(prepared(&database) == ahead && copies_are(ahead, ahead, ahead));
	end();
}

/* ---- tiers that do not take a number ---- */

static void where_none_can_be_made_there_is_none_and_the_words_say_why(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	redis.raise_verdict = STRATA_UNSUPPORTED;
	for (int i = 0; i < 2; i++) {
		call.error[0] = '\0';
		CHECK(strata_cache_prepare(&database, &call) == STRATA_NO_GENERATION);
		CHECK(call.generation == 0 && strcmp(call.error, "fake: raising is refused") == 0);
	}
	redis.raise_verdict = STRATA_SERVER;
	call.now += SECOND;
	CHECK(strata_cache_prepare(&database, &call) == STRATA_NO_GENERATION);
	redis.raise_verdict = STRATA_TIMEOUT;
	call.now += SECOND;
	CHECK(strata_cache_prepare(&database, &call) == STRATA_TIMEOUT);
	redis.raise_verdict = STRATA_OK;
	call.error[0] = '\0';
	call.now += SECOND;
	CHECK(prepared(&database) == redis.clock && call.error[0] == '\0');
	end();
}

static void a_number_that_is_there_is_used_where_none_can_be_made(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	redis.raise_verdict = STRATA_UNSUPPORTED;
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50 && call.error[0] == '\0');
	end();
}

/* Its log would hold nothing else. */
static void a_tier_that_refuses_a_repair_is_left_alone_for_a_minute(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	redis.raise_verdict = STRATA_UNSUPPORTED;
	set_copies(50, 0, 0);
	CHECK(prepared(&database) == 50 && fake_diary_is("R.read+clock; R.raise; "));
	call.now += 59 * SECOND;
	CHECK(prepared(&database) == 50 && fake_diary_is("R.read; "));
	call.now += SECOND;
	CHECK(prepared(&database) == 50 && fake_diary_is("R.read; R.raise; "));
	end();
}

/* Going on with it would part this host from those that know another one. */
static void what_the_servers_lost_is_not_used_on_where_they_take_no_other(void)
{
	strata_database database, thread;

	begin();
	database = open_shared_database();
	thread = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50 && prepared(&thread) == 50);
	redis.raise_verdict = STRATA_SERVER;
	set_copies(0, 40, 0);
	call.now += SECOND;
	CHECK(strata_cache_prepare(&database, &call) == STRATA_NO_GENERATION);
	/* For the local tier, which lost nothing. */
	CHECK(call.generation == 50);
	CHECK(strata_cache_prepare(&thread, &call) == STRATA_NO_GENERATION);
	/* The old number comes back, as after the server's restart: the tier stands for it again. */
	set_copies(50, 50, 50);
	call.now += SECOND;
	CHECK(prepared(&database) == 50 && prepared(&thread) == 50);
	end();
}

static void what_the_host_knows_is_good_while_the_deepest_tier_is_down(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50);
	break_all();
	call.now += 10 * SECOND;
	CHECK(prepared(&database) == 50);
	end();
}

static void until_it_is_learned_there_is_none(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	break_all();
	CHECK(strata_cache_prepare(&database, &call) == STRATA_TIMEOUT && call.generation == 0);
	set_copies(50, 50, 50);
	break_copies(STRATA_OK, STRATA_OK, STRATA_OK);
	CHECK(strata_cache_prepare(&database, &call) == STRATA_TIMEOUT && call.generation == 0);
	call.now += SECOND;
	CHECK(prepared(&database) == 50);
	end();
}

static void a_database_without_a_shared_tier_asks_nobody(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	database.tier_count = 1;
	CHECK(prepared(&database) == 0);
	CHECK(fake_diary_is(""));
	end();
}

/* ---- asking again ---- */

/* In this many calls, each so long after the one before. */
static size_t reads_in(strata_database *database, int calls, strata_msec apart)
{
	size_t reads = 0;

	(void) fake_diary_says_anything();
	for (int i = 0; i < calls; i++) {
		call.now += apart;
		(void) prepared(database);
		reads += fake_diary_says_anything();
	}
	return reads;
}

static void it_is_asked_for_at_most_once_a_second(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	(void) reads_in(&database, 2, SECOND);
	CHECK(reads_in(&database, 30, 100) == 3);
	end();
}

static void while_no_answer_comes_every_call_asks(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	database.settings.operation_timeout = 1000000;
	set_copies(50, 50, 50);
	(void) prepared(&database);
	break_all();
	call.now += SECOND - 100;
	CHECK(reads_in(&database, 9, 100) == 1); /* It may still be on its way. */
	call.now += SECOND;
	CHECK(reads_in(&database, 9, 10) == 9);
	break_copies(STRATA_OK, STRATA_OK, STRATA_OK);
	CHECK(reads_in(&database, 9, 10) == 1);
	end();
}

static void threads_of_one_host_share_the_question(void)
{
	strata_database first, second;

	begin();
	first = open_shared_database();
	second = open_shared_database();
	set_copies(50, 50, 50);
	(void) prepared(&first);
	call.now += SECOND;
	CHECK(fake_diary_is("R.read+clock; "));
	CHECK(prepared(&first) == 50 && fake_diary_is("R.read; "));
	CHECK(prepared(&second) == 50 && fake_diary_is(""));
	end();
}

static void a_thread_on_its_own_asks_once_a_second_too(void)
{
	strata_database database;

	begin();
	database = open_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50);
	CHECK(reads_in(&database, 30, 100) == 3);
	end();
}

/* ---- clearing ---- */

static void clearing_raises_the_copies_to_the_time_of_the_server(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	redis.clock -= 30000000;
	CHECK(strata_cache_clear(&database, &call) == STRATA_OK);
	CHECK(copies_are(redis.clock, redis.clock, redis.clock));
	CHECK(prepared(&database) == redis.clock);
	end();
}

/* By a clock that is a little ahead of the server's, or in the same microsecond. */
static void clearing_raises_beyond_a_generation_of_the_future(void)
{
	strata_database database;
	uint64_t future;

	begin();
	database = open_shared_database();
	future = redis.clock + 5;
	set_copies(future, future, future);
	CHECK(strata_cache_clear(&database, &call) == STRATA_OK);
	CHECK(copies_are(future + 1, future + 1, future + 1));
	CHECK(strata_cache_clear(&database, &call) == STRATA_OK);
	CHECK(copies_are(future + 2, future + 2, future + 2));
	end();
}

static void a_clear_that_no_copy_took_failed_and_this_host_stays_with_the_others(void)
{
	strata_database here, there;

	begin();
	here = open_shared_database();
	there = open_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&here) == 50 && prepared(&there) == 50);
	redis.raise_verdict = STRATA_UNSUPPORTED;
	CHECK(strata_cache_clear(&here, &call) == STRATA_NO_GENERATION);
	CHECK(strcmp(call.error, "fake: raising is refused") == 0);
	redis.raise_verdict = STRATA_OK;
	break_all();
	CHECK(strata_cache_clear(&here, &call) == STRATA_TIMEOUT);
	break_copies(STRATA_OK, STRATA_OK, STRATA_OK);
	for (int i = 0; i < 3; i++) {
		CHECK(prepared(&here) == 50 && prepared(&there) == 50 && copies_are(50, 50, 50));
		call.now += SECOND;
	}
	end();
}

/* One copy has it, and from there all hosts get it. */
static void a_clear_that_some_copies_did_not_take_failed_and_counts_all_the_same(void)
{
	strata_database here, there;

	begin();
	here = open_shared_database();
	there = open_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&here) == 50 && prepared(&there) == 50);
	break_copies(STRATA_OK, STRATA_TIMEOUT, STRATA_OK);
	CHECK(strata_cache_clear(&here, &call) == STRATA_TIMEOUT);
	CHECK(copies_are(redis.clock, 50, redis.clock) && prepared(&here) == redis.clock);
	/* What could not be told is told when it can be. */
	break_copies(STRATA_OK, STRATA_OK, STRATA_OK);
	call.now += SECOND;
	CHECK(prepared(&there) == redis.clock && prepared(&here) == redis.clock);
	CHECK(copies_are(redis.clock, redis.clock, redis.clock));
	end();
}

static void another_host_hears_of_it_within_a_second(void)
{
	strata_database here, there;

	begin();
	here = open_shared_database();
	there = open_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&here) == 50 && prepared(&there) == 50);
	CHECK(strata_cache_clear(&here, &call) == STRATA_OK);
	CHECK(prepared(&there) == 50);
	call.now += SECOND;
	CHECK(prepared(&there) == prepared(&here) && prepared(&there) > 50);
	end();
}

static void without_a_shared_tier_the_host_alone_is_cleared(void)
{
	strata_database database;
	uint64_t first;

	begin();
	database = open_shared_database();
	database.tier_count = 1;
	CHECK(strata_cache_clear(&database, &call) == STRATA_OK);
	first = prepared(&database);
	CHECK(first > 0);
	CHECK(strata_cache_clear(&database, &call) == STRATA_OK);
	CHECK(prepared(&database) > first);
	CHECK(fake_diary_is(""));
	database.tier_count = 0;
	CHECK(strata_cache_clear(&database, &call) == STRATA_UNCONFIGURED);
	end();
}

int main(void)
{
	RUN(the_first_generation_is_now_and_every_copy_has_it);
	RUN(the_greatest_copy_counts_and_the_others_are_raised_to_it);
	RUN(copies_that_agree_are_left_alone);
	RUN(a_copy_that_cannot_be_read_is_neither_missed_nor_raised);
	RUN(copies_that_come_back_empty_get_a_new_one);
	RUN(copies_that_hold_less_than_the_host_knew_get_a_new_one);
	RUN(one_copy_that_holds_what_the_host_knew_is_enough);
	RUN(two_hosts_that_make_one_at_the_same_time_use_the_same);
	RUN(a_number_far_ahead_of_the_server_is_absent_and_swapped_out);
	RUN(a_minute_is_not_far);
	RUN(a_host_whose_clock_is_behind_uses_the_number_of_the_others);
	RUN(what_the_host_knew_is_given_up_where_it_is_far_ahead);
	RUN(where_the_server_tells_no_time_no_number_is_too_far_ahead);
	RUN(where_none_can_be_made_there_is_none_and_the_words_say_why);
	RUN(a_number_that_is_there_is_used_where_none_can_be_made);
	RUN(a_tier_that_refuses_a_repair_is_left_alone_for_a_minute);
	RUN(what_the_servers_lost_is_not_used_on_where_they_take_no_other);
	RUN(what_the_host_knows_is_good_while_the_deepest_tier_is_down);
	RUN(until_it_is_learned_there_is_none);
	RUN(a_database_without_a_shared_tier_asks_nobody);
	RUN(it_is_asked_for_at_most_once_a_second);
	RUN(while_no_answer_comes_every_call_asks);
	RUN(threads_of_one_host_share_the_question);
	RUN(a_thread_on_its_own_asks_once_a_second_too);
	RUN(clearing_raises_the_copies_to_the_time_of_the_server);
	RUN(clearing_raises_beyond_a_generation_of_the_future);
	RUN(a_clear_that_no_copy_took_failed_and_this_host_stays_with_the_others);
	RUN(a_clear_that_some_copies_did_not_take_failed_and_counts_all_the_same);
	RUN(another_host_hears_of_it_within_a_second);
	RUN(without_a_shared_tier_the_host_alone_is_cleared);
	return unit_end();
}
