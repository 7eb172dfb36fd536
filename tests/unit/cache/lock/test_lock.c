/*
 * Two hosts over one server, step by step, in one process. What another process of a host does is
 * done by a child, of which the host's table hears and the server, being private, does not.
 */
#include "cache/lock/lock.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/process.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { TTL = 60000 };

typedef struct {
	strata_host *host;
	strata_process_slots *slots;
	strata_database database;
	fake_tier local;
} host;

static remote_fixture fixture;
static fake_tier redis;
static strata_tier redis_tier;
static host a, b;
static strata_call call;
static strata_item item;

static void open_host(host *self)
{
	strata_database *database = &self->database;

	REQUIRE(strata_host_new(&self->host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(self->host, &self->slots) == STRATA_OK);
	*database = (strata_database){ .tier_count = 2 };
	REQUIRE(strata_lock_table_new(self->host, self->slots, &database->locks) == STRATA_OK);
	fake_tier_init(&self->local, STRATA_TIER_LOCAL, &database->tiers[0]);
	database->tiers[1] = redis_tier;
	database->tiers[1].stats = strata_stats_row_of(fixture.stats, STRATA_STATS_TIER, "test",
		"redis", STRATA_REGISTRY_COMMON);
}

static void close_host(host *self)
{
	strata_lock_table_free(self->database.locks);
	strata_process_slots_free(self->slots);
	strata_host_free(self->host);
}

static void begin(void)
{
	remote_fixture_begin(&fixture);
	fake_tier_init(&redis, STRATA_TIER_REDIS, &redis_tier);
	open_host(&a);
	open_host(&b);
}

static void end(void)
{
	close_host(&a);
	close_host(&b);
	remote_fixture_end(&fixture);
}

static uint64_t count(strata_counter counter)
{
	strata_stats_sum sums[8];
	uint32_t rows = strata_stats_read(fixture.stats, sums, 8);
	uint64_t sum = 0;

	for (uint32_t i = 0; i < rows && i < 8; i++) {
		sum += sums[i].counters[counter];
	}
	return sum;
}

static strata_lock lock_of(const char *token)
{
	return (strata_lock){ .key = strata_view_of("lock:k"),
		.token = strata_view_of(token),
		.ttl = TTL,
		.may_wait = true };
}

static void new_call(void)
{
	call = (strata_call){ .arena = fixture.arena, .now = strata_clock_msec() };
}

static strata_lock_state tries(host *self, strata_lock *lock)
{
	new_call();
	return strata_lock_try(&self->database, &call, lock, &item);
}

static strata_result releases(host *self, strata_lock *lock)
{
	new_call();
	strata_lock_release(&self->database, &call, lock, &item);
	return item.result;
}

static strata_result refreshes(host *self, strata_lock *lock)
{
	new_call();
	strata_lock_refresh(&self->database, &call, lock, TTL, &item);
	return item.result;
}

/* ---- one after another ---- */

static void the_deepest_tier_has_the_word_and_no_other_is_asked(void)
{
	strata_lock one = lock_of("one"), two = lock_of("two");

	begin();
	CHECK(tries(&a, &one) == STRATA_LOCK_GOT && strata_lock_is_held(&one));
	CHECK(fake_diary_is("R.add lock:k; ") && fake_tier_holds(&redis, "lock:k", "one"));
	CHECK(call.generation == STRATA_GENERATION_OF_LOCKS);
	CHECK(tries(&b, &two) == STRATA_LOCK_WAITS && fake_diary_is("R.add lock:k; R.get lock:k; "));
	CHECK(refreshes(&a, &one) == STRATA_OK && fake_diary_is("R.cmp lock:k; "));
	CHECK(releases(&a, &one) == STRATA_OK && fake_diary_is("R.cmpdel lock:k; "));
	CHECK(!strata_lock_is_held(&one) && refreshes(&a, &one) == STRATA_NOT_STORED);
	CHECK(fake_diary_is("R.cmp lock:k; "));
	CHECK(tries(&b, &two) == STRATA_LOCK_GOT && fake_diary_is("R.get lock:k; R.add lock:k; "));
	CHECK(releases(&a, &one) == STRATA_NOT_STORED && fake_tier_holds(&redis, "lock:k", "two"));
	CHECK(count(STRATA_COUNT_LOCKS_ACQUIRED) == 2 && count(STRATA_COUNT_LOCKS_WAITED) == 1);
	CHECK(count(STRATA_COUNT_LOCKS_LOST) == 0 && fake_diary_says_anything());
	end();
}

static void nothing_is_asked_while_a_process_of_the_host_has_it(void)
{
	strata_lock one = lock_of("one"), two = lock_of("two");

	begin();
	CHECK(tries(&a, &one) == STRATA_LOCK_GOT && fake_diary_is("R.add lock:k; "));
	CHECK(tries(&a, &two) == STRATA_LOCK_WAITS && tries(&a, &two) == STRATA_LOCK_WAITS);
	CHECK(!fake_diary_says_anything() && !strata_lock_sleep(a.database.locks, &two, 1000));
	CHECK(releases(&a, &one) == STRATA_OK && strata_lock_sleep(a.database.locks, &two, 1000));
	CHECK(tries(&a, &two) == STRATA_LOCK_GOT);
	CHECK(fake_diary_is("R.cmpdel lock:k; R.add lock:k; "));
	end();
}

static void the_same_token_takes_up(void)
{
	strata_lock one = lock_of("one"), same = lock_of("one");

	begin();
	CHECK(tries(&a, &one) == STRATA_LOCK_GOT && fake_diary_is("R.add lock:k; "));
	CHECK(tries(&a, &one) == STRATA_LOCK_GOT && fake_diary_is("R.cmp lock:k; "));
	CHECK(tries(&b, &same) == STRATA_LOCK_GOT);
	CHECK(fake_diary_is("R.add lock:k; R.get lock:k; R.cmp lock:k; "));
	CHECK(releases(&b, &same) == STRATA_OK && releases(&a, &one) == STRATA_NOT_STORED);
	CHECK(count(STRATA_COUNT_LOCKS_LOST) == 1 && fake_diary_says_anything());
	end();
}

/* ---- what the dead leave ---- */

/* A process of the host that holds the lock under this token, as the table knows, and dies. */
static void one_dies_with(host *self, const char *token)
{
	pid_t child = fork();

	if (child == 0) {
		strata_lock lock = lock_of(token);

		_exit(tries(self, &lock) == STRATA_LOCK_GOT ? 0 : 1);
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
}

static void what_a_dead_process_held_is_released(void)
{
	strata_lock dead = lock_of("dead"), mine = lock_of("mine");

	begin();
	one_dies_with(&a, "dead");
	/* The server has it: so the other host sees. */
	CHECK(tries(&b, &dead) == STRATA_LOCK_GOT && fake_diary_is("R.add lock:k; "));
	CHECK(tries(&a, &mine) == STRATA_LOCK_GOT);
	CHECK(fake_diary_is("R.cmpdel lock:k; R.add lock:k; "));
	CHECK(fake_tier_holds(&redis, "lock:k", "mine") && count(STRATA_COUNT_LOCKS_FREED) == 1);
	end();
}

static strata_lock late;

static void put_late(void)
{
	fake_tier_hold(&redis, "lock:k", "dead");
	fake_tier_entry(&redis, "lock:k")->version = late.place.version;
	redis.after_change = NULL;
}

static void what_a_dead_process_asked_for_may_come_late(void)
{
	strata_lock mine = lock_of("mine");

	begin();
	late = lock_of("dead");
	CHECK(tries(&b, &late) == STRATA_LOCK_GOT && releases(&b, &late) == STRATA_OK);
	one_dies_with(&a, "dead");
	CHECK(fake_diary_says_anything());
	redis.after_change = put_late;
	CHECK(tries(&a, &mine) == STRATA_LOCK_GOT);
	CHECK(fake_diary_is("R.cmpdel lock:k; R.add lock:k; R.get lock:k; R.cmpdel lock:k; "
						"R.add lock:k; "));
	end();
}

/* ---- failures ---- */

static void an_answer_that_is_lost_is_taken_back(void)
{
	strata_lock mine = lock_of("mine"), next = lock_of("next");

	begin();
	redis.verdicts[FAKE_PUT] = STRATA_TIMEOUT;
	CHECK(tries(&a, &mine) == STRATA_LOCK_FAILED && item.result == STRATA_TIMEOUT);
	CHECK(fake_diary_is("R.add lock:k; R.cmpdel lock:k; ") && !strata_lock_is_held(&mine));
	/* It may still come. */
	redis.verdicts[FAKE_PUT] = STRATA_OK;
	CHECK(tries(&a, &next) == STRATA_LOCK_GOT);
	CHECK(fake_diary_is("R.cmpdel lock:k; R.add lock:k; "));
	CHECK(count(STRATA_COUNT_LOCKS_FREED) == 0);
	end();
}

static void what_was_not_asked_is_not_taken_back(void)
{
	strata_lock mine = lock_of("mine");

	begin();
	redis.verdicts[FAKE_PUT] = STRATA_BREAKER_OPEN;
	CHECK(tries(&a, &mine) == STRATA_LOCK_FAILED && item.result == STRATA_BREAKER_OPEN);
	CHECK(fake_diary_is("R.add lock:k; ") && strata_lock_table_used(a.database.locks) == 0);
	end();
}

static void what_could_not_be_released_is_removed_by_the_next(void)
{
	strata_lock mine = lock_of("mine"), next = lock_of("next");

	begin();
	CHECK(tries(&a, &mine) == STRATA_LOCK_GOT);
	redis.verdicts[FAKE_REMOVE] = STRATA_TIMEOUT;
	CHECK(releases(&a, &mine) == STRATA_TIMEOUT && fake_diary_says_anything());
	CHECK(tries(&a, &next) == STRATA_LOCK_FAILED && item.result == STRATA_TIMEOUT);
	CHECK(fake_diary_is("R.cmpdel lock:k; "));
	redis.verdicts[FAKE_REMOVE] = STRATA_OK;
	CHECK(tries(&a, &next) == STRATA_LOCK_GOT);
	CHECK(fake_diary_is("R.cmpdel lock:k; R.add lock:k; "));
	end();
}

static void what_is_no_lock_is_said_and_left(void)
{
	strata_lock mine = lock_of("mine");

	begin();
	fake_tier_hold(&redis, "lock:k", "other");
	redis.verdicts[FAKE_GET] = STRATA_FOREIGN;
	CHECK(tries(&a, &mine) == STRATA_LOCK_FAILED && item.result == STRATA_FOREIGN);
	CHECK(fake_tier_holds(&redis, "lock:k", "other"));
	CHECK(strata_lock_table_used(a.database.locks) == 0 && fake_diary_says_anything());
	end();
}

static void a_refresh_that_fails_leaves_the_time_as_it_is(void)
{
	strata_lock mine = lock_of("mine");
	strata_msec until;

	begin();
	CHECK(tries(&a, &mine) == STRATA_LOCK_GOT);
	until = mine.held_until;
	redis.verdicts[FAKE_PUT] = STRATA_TIMEOUT;
	CHECK(refreshes(&a, &mine) == STRATA_TIMEOUT && mine.held_until == until);
	CHECK(tries(&a, &mine) == STRATA_LOCK_FAILED && mine.held_until == until);
	CHECK(strata_lock_table_has(a.database.locks, &mine.place) && fake_diary_says_anything());
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(the_deepest_tier_has_the_word_and_no_other_is_asked);
	RUN(nothing_is_asked_while_a_process_of_the_host_has_it);
	RUN(the_same_token_takes_up);
	RUN(what_a_dead_process_held_is_released);
	RUN(what_a_dead_process_asked_for_may_come_late);
	RUN(an_answer_that_is_lost_is_taken_back);
	RUN(what_was_not_asked_is_not_taken_back);
	RUN(what_could_not_be_released_is_removed_by_the_next);
	RUN(what_is_no_lock_is_said_and_left);
	RUN(a_refresh_that_fails_leaves_the_time_as_it_is);
	return unit_end();
}
