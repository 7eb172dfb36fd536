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

static uint64_t microseconds(void)
{
	return strata_clock_wall_msec() * 1000;
}

/* ---- learning ---- */

static void the_first_generation_is_now_and_every_copy_has_it(void)
{
	strata_database database;
	uint64_t before = microseconds(), generation;

	begin();
	database = open_shared_database();
	generation = prepared(&database);
	CHECK(generation >= before && generation <= microseconds());
	CHECK(copies_are(generation, generation, generation));
	CHECK(fake_diary_is("R.read; R.raise; "));
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
	CHECK(fake_diary_is("R.read; R.raise; "));
	end();
}

static void copies_that_agree_are_left_alone(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50);
	CHECK(fake_diary_is("R.read; "));
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
	CHECK(fake_diary_is("R.read; "));
	end();
}

/* The host still knows, and tells the servers that do not. */
static void copies_that_come_back_empty_are_raised_to_what_the_host_knows(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50);
	set_copies(0, 0, 0);
	call.now += SECOND;
	CHECK(prepared(&database) == 50);
	CHECK(prepared(&database) == 50 && copies_are(50, 50, 50));
	end();
}

/* An old backup, say. */
static void the_host_never_goes_back(void)
{
	strata_database database;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50);
	set_copies(30, 30, 30);
	call.now += 2 * SECOND;
	CHECK(prepared(&database) == 50);
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

static void threads_of_one_host_share_the_question(void)
{
	strata_database first, second;

	begin();
	first = open_shared_database();
	second = open_shared_database();
	set_copies(50, 50, 50);
	(void) prepared(&first);
	call.now += SECOND;
	CHECK(fake_diary_is("R.read; "));
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

static void clearing_raises_the_copies_beyond_now(void)
{
	strata_database database;
	uint64_t before = microseconds();

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(strata_cache_clear(&database, &call) == STRATA_OK);
	CHECK(redis.copies[0] >= before && redis.copies[0] <= microseconds());
	CHECK(prepared(&database) == redis.copies[0]);
	end();
}

/* By a clock that is ahead of ours. */
static void clearing_raises_beyond_a_generation_of_the_future(void)
{
	strata_database database;
	uint64_t future = microseconds() + 3600000000U;

	begin();
	database = open_shared_database();
	set_copies(future, future, future);
	CHECK(strata_cache_clear(&database, &call) == STRATA_OK);
	CHECK(copies_are(future + 1, future + 1, future + 1));
	CHECK(strata_cache_clear(&database, &call) == STRATA_OK);
	CHECK(copies_are(future + 2, future + 2, future + 2));
	end();
}

static void a_clear_that_most_copies_did_not_take_failed_but_this_host_moved_on(void)
{
	strata_database database;
	uint64_t cleared;

	begin();
	database = open_shared_database();
	set_copies(50, 50, 50);
	CHECK(prepared(&database) == 50);
	break_all();
	CHECK(strata_cache_clear(&database, &call) == STRATA_TIMEOUT);
	cleared = prepared(&database);
	CHECK(cleared > 50 && copies_are(50, 50, 50));
	/* What could not be told is told when it can be. */
	break_copies(STRATA_OK, STRATA_OK, STRATA_OK);
	call.now += 2 * SECOND;
	CHECK(prepared(&database) == cleared && copies_are(cleared, cleared, cleared));
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
	RUN(copies_that_come_back_empty_are_raised_to_what_the_host_knows);
	RUN(the_host_never_goes_back);
	RUN(what_the_host_knows_is_good_while_the_deepest_tier_is_down);
	RUN(until_it_is_learned_there_is_none);
	RUN(a_database_without_a_shared_tier_asks_nobody);
	RUN(it_is_asked_for_at_most_once_a_second);
	RUN(threads_of_one_host_share_the_question);
	RUN(a_thread_on_its_own_asks_once_a_second_too);
	RUN(clearing_raises_the_copies_beyond_now);
	RUN(clearing_raises_beyond_a_generation_of_the_future);
	RUN(a_clear_that_most_copies_did_not_take_failed_but_this_host_moved_on);
	RUN(another_host_hears_of_it_within_a_second);
	RUN(without_a_shared_tier_the_host_alone_is_cleared);
	return unit_end();
}
