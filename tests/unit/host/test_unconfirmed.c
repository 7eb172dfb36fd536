/* unit: -DSTRATA_FAILPOINTS */
/*
 * Removals by name, of one process and of many, of processes that are killed at each failpoint
 * or stopped with the lock in hand, and under damage. The rule that all tests come back to: a name
 * that was noted is unconfirmed or struck by its confirmation, or else there was an overflow.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/unconfirmed.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failpoint.h"
#include "os/clock.h"
#include "os/map.h"

#include "unit.h"

enum { PATIENCE = 60 /* seconds */ };

static strata_host *host;
static strata_unconfirmed_table *table;
static strata_unconfirmed *unconfirmed;
static strata_arena *arena;

/* Which failpoint of this process kills or stops it, counted from 1; 0: none does. */
static __thread unsigned dies_at;
static __thread bool stops;

void strata_failpoint(const char *name)
{
	(void) name;
	if (dies_at > 0 && --dies_at == 0) {
		(void) raise(stops ? SIGSTOP : SIGKILL);
	}
}

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_unconfirmed_table_new(host, &table) == STRATA_OK);
	unconfirmed = strata_unconfirmed_of(table, 1, "memcached a:1");
	REQUIRE(unconfirmed != NULL);
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
}

static void end(void)
{
	strata_arena_free(arena);
	strata_unconfirmed_table_free(table);
	strata_host_free(host);
}

static strata_view number_name(char room[32], int number)
{
	snprintf(room, 32, "name:%d", number);
	return strata_view_of(room);
}

static void add(const char *name)
{
	(void) strata_unconfirmed_add(unconfirmed, strata_view_of(name), STRATA_UNCONFIRMED_NOW);
}

static strata_unconfirmed_state state_of(const char *name)
{
	return strata_unconfirmed_find(unconfirmed, strata_view_of(name)).state;
}

static strata_unconfirmed_view look(void)
{
	strata_unconfirmed_view view;

	REQUIRE(strata_unconfirmed_look(table, 0, &view));
	return view;
}

static bool has_overflowed(void)
{
	return !strata_unconfirmed_believes(unconfirmed, 1, strata_clock_wall_msec());
}

/* Takes and confirms whatever is due. */
static uint32_t replay(void)
{
	strata_unconfirmed_name names[16];
	uint32_t count = strata_unconfirmed_take(unconfirmed, arena, names, 16);

	for (uint32_t i = 0; i < count; i++) {
		strata_unconfirmed_confirm(unconfirmed, &names[i]);
	}
	return count;
}

/* ---- one process ---- */

static void a_name_is_unconfirmed_until_it_was_removed_twice(void)
{
	strata_unconfirmed_name name;

	begin();
	CHECK(!strata_unconfirmed_any(unconfirmed));
	add("n:d:1:key");
	CHECK(strata_unconfirmed_any(unconfirmed));
	CHECK(state_of("n:d:1:key") == STRATA_UNCONFIRMED_NOW);
	CHECK(state_of("n:d:1:other") == STRATA_UNCONFIRMED_NONE);
	CHECK(look().names == 1);
	REQUIRE(strata_unconfirmed_take(unconfirmed, arena, &name, 1) == 1);
	CHECK(strata_view_equal(name.name, strata_view_of("n:d:1:key")));
	strata_unconfirmed_confirm(unconfirmed, &name);
	CHECK(state_of("n:d:1:key") == STRATA_UNCONFIRMED_LATER);
	CHECK(strata_unconfirmed_take(unconfirmed, arena, &name, 1) == 0);
	name = strata_unconfirmed_find(unconfirmed, strata_view_of("n:d:1:key"));
	strata_unconfirmed_confirm(unconfirmed, &name);
	CHECK(!strata_unconfirmed_any(unconfirmed));
	CHECK(look().replayed == 2);
	CHECK(!has_overflowed());
	end();
}

static void what_is_noted_anew_is_not_struck_by_an_older_answer(void)
{
	strata_unconfirmed_name name;

	begin();
	add("key");
	REQUIRE(strata_unconfirmed_take(unconfirmed, arena, &name, 1) == 1);
	add("key");
	strata_unconfirmed_confirm(unconfirmed, &name);
	CHECK(state_of("key") == STRATA_UNCONFIRMED_NOW);
	strata_unconfirmed_supersede(unconfirmed, &name);
	CHECK(state_of("key") == STRATA_UNCONFIRMED_NOW);
	CHECK(look().names == 1);
	name = strata_unconfirmed_find(unconfirmed, strata_view_of("key"));
	strata_unconfirmed_supersede(unconfirmed, &name);
	CHECK(!strata_unconfirmed_any(unconfirmed));
	end();
}

static void what_is_due_later_does_not_hide_what_is_due_now(void)
{
	strata_unconfirmed_name name;

	begin();
	(void) strata_unconfirmed_add(unconfirmed, strata_view_of("a"), STRATA_UNCONFIRMED_LATER);
	CHECK(strata_unconfirmed_take(unconfirmed, arena, &name, 1) == 0);
	add("b");
	REQUIRE(strata_unconfirmed_take(unconfirmed, arena, &name, 1) == 1);
	CHECK(strata_view_equal(name.name, strata_view_of("b")));
	add("a");
	CHECK(state_of("a") == STRATA_UNCONFIRMED_NOW);
	(void) strata_unconfirmed_add(unconfirmed, strata_view_of("a"), STRATA_UNCONFIRMED_LATER);
	CHECK(state_of("a") == STRATA_UNCONFIRMED_NOW);
	REQUIRE(strata_unconfirmed_take(unconfirmed, arena, &name, 1) == 1);
	CHECK(strata_view_equal(name.name, strata_view_of("a")));
	end();
}

static void what_one_process_took_is_not_given_to_another(void)
{
	strata_unconfirmed_name names[16];
	char room[32];

	begin();
	for (int i = 0; i < 20; i++) {
		(void) strata_unconfirmed_add(unconfirmed, number_name(room, i), STRATA_UNCONFIRMED_NOW);
	}
	CHECK(strata_unconfirmed_take(unconfirmed, arena, names, 16) == 16);
	(void) usleep(10000);
	CHECK(strata_unconfirmed_take(unconfirmed, arena, names, 16) == 4);
	(void) usleep(10000);
	CHECK(strata_unconfirmed_take(unconfirmed, arena, names, 16) == 0);
	(void) usleep(1100000);
	CHECK(strata_unconfirmed_take(unconfirmed, arena, names, 16) == 16);
	end();
}

static void a_name_without_room_is_an_overflow(void)
{
	char name[1024];
	char *longer;
	int i = 0;

	begin();
	memset(name, 'x', sizeof(name));
	for (i = 0; i < 1000 && !has_overflowed(); i++) {
		memcpy(name, &i, sizeof(i));
		(void) strata_unconfirmed_add(unconfirmed, (strata_view){ name, sizeof(name) },
			STRATA_UNCONFIRMED_NOW);
	}
	CHECK(i > 150 && i < 200);
	CHECK(look().overflows == 1);
	CHECK(look().names == (unsigned) i - 1);
	end();
	begin();
	longer = calloc(1, STRATA_UNCONFIRMED_LONGEST_NAME + 1);
	REQUIRE(longer != NULL);
	(void) strata_unconfirmed_add(unconfirmed,
		(strata_view){ longer, STRATA_UNCONFIRMED_LONGEST_NAME + 1 }, STRATA_UNCONFIRMED_NOW);
	CHECK(has_overflowed());
	CHECK(strata_unconfirmed_any(unconfirmed));
	free(longer);
	end();
}

static void many_names_find_room_and_come_back(void)
{
	char room[32];
	uint32_t noted = 0;
	strata_unconfirmed_name name;

	begin();
	for (int i = 0; i < 1200; i++) {
		(void) strata_unconfirmed_add(unconfirmed, number_name(room, i), STRATA_UNCONFIRMED_NOW);
	}
	CHECK(!has_overflowed());
	CHECK(look().names == 1200);
	for (int i = 0; i < 1200; i++) {
		name = strata_unconfirmed_find(unconfirmed, number_name(room, i));
		noted += name.state == STRATA_UNCONFIRMED_NOW;
		strata_unconfirmed_supersede(unconfirmed, &name);
	}
	CHECK(noted == 1200);
	CHECK(!strata_unconfirmed_any(unconfirmed));
	end();
}

static void an_overflow_judges_by_age(void)
{
	strata_msec wall = strata_clock_wall_msec();

	begin();
	CHECK(strata_unconfirmed_believes(unconfirmed, 1, wall));
	CHECK(strata_unconfirmed_believes(unconfirmed, 0, wall));
	(void) strata_unconfirmed_overflow(unconfirmed);
	CHECK(!strata_unconfirmed_believes(unconfirmed, wall - 1000, wall));
	CHECK(strata_unconfirmed_believes(unconfirmed, wall + 10000, wall));
	CHECK(!strata_unconfirmed_believes(unconfirmed, 0, wall + 500000));
	CHECK(strata_unconfirmed_believes(unconfirmed, 0, wall + 700000));
	add("key");
	CHECK(look().names == 1);
	CHECK(replay() == 1);
	CHECK(strata_unconfirmed_any(unconfirmed));
	end();
}

static void no_pool_owes_nothing(void)
{
	strata_unconfirmed_name name;

	begin();
	(void) strata_unconfirmed_add(NULL, strata_view_of("a"), STRATA_UNCONFIRMED_NOW);
	(void) strata_unconfirmed_overflow(NULL);
	name = strata_unconfirmed_find(NULL, strata_view_of("a"));
	CHECK(name.state == STRATA_UNCONFIRMED_NONE);
	strata_unconfirmed_confirm(NULL, &name);
	strata_unconfirmed_supersede(NULL, &name);
	CHECK(strata_unconfirmed_take(NULL, arena, &name, 1) == 0);
	CHECK(strata_unconfirmed_believes(NULL, 0, 1));
	for (uint64_t key = 2; key <= STRATA_UNCONFIRMED_POOLS; key++) {
		REQUIRE(strata_unconfirmed_of(table, key, "x") != NULL);
	}
	CHECK(strata_unconfirmed_of(table, 1000, "x") == NULL);
	CHECK(strata_unconfirmed_of(table, 1, "x") == unconfirmed);
	end();
}

/* ---- processes that die ---- */

static void confirm_some(void)
{
	strata_unconfirmed_name name = strata_unconfirmed_find(unconfirmed, strata_view_of("before"));

	strata_unconfirmed_confirm(unconfirmed, &name);
	add("after");
	strata_unconfirmed_supersede(unconfirmed, &name);
	name = strata_unconfirmed_find(unconfirmed, strata_view_of("before"));
	strata_unconfirmed_supersede(unconfirmed, &name);
}

/* False when it came to its end alive. */
static bool dies_in(void (*task)(void), unsigned at)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		(void) alarm(PATIENCE);
		dies_at = at;
		task();
		_exit(0);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

/* Whatever it was killed in: all is in order for the next process, and nothing blocks it. */
static void a_kill_at_each_failpoint_leaves_a_sound_table(void)
{
	unsigned at = 0;
	bool died = true;

	while (died) {
		unsigned sum;

		begin();
		add("before");
		died = dies_in(confirm_some, ++at);
		add("mine");
		CHECK(state_of("mine") == STRATA_UNCONFIRMED_NOW);
		CHECK(strata_unconfirmed_any(unconfirmed));
		sum = (state_of("before") != STRATA_UNCONFIRMED_NONE) +
			  (state_of("after") != STRATA_UNCONFIRMED_NONE) + 1;
		CHECK(look().names == sum);
		CHECK(!has_overflowed());
		end();
	}
	CHECK(at >= 7);
}

static void add_many(void)
{
	char room[32];

	for (int i = 0;; i++) {
		(void) strata_unconfirmed_add(unconfirmed, number_name(room, i % 100),
			STRATA_UNCONFIRMED_NOW);
		(void) replay();
		strata_arena_reset(arena);
	}
}

static void kills_at_random_leave_a_sound_table(void)
{
	char room[32];
	uint32_t counted = 0;

	begin();
	for (int i = 0; i < 100; i++) {
		pid_t child = fork();

		if (child == 0) {
			(void) alarm(PATIENCE);
			add_many();
		}
		(void) usleep(500 + (unsigned) i * 37 % 1500);
		REQUIRE(kill(child, SIGKILL) == 0);
		REQUIRE(waitpid(child, NULL, 0) == child);
		add("mine");
		CHECK(state_of("mine") == STRATA_UNCONFIRMED_NOW);
	}
	for (int i = 0; i < 100; i++) {
		counted += strata_unconfirmed_find(unconfirmed, number_name(room, i)).state !=
				   STRATA_UNCONFIRMED_NONE;
	}
	CHECK(look().names == counted + 1);
	CHECK(!has_overflowed());
	end();
}

static void add_after(void)
{
	add("after");
}

/* The removal is not lost in silence, and the wait is short. */
static void a_process_stopped_with_the_lock_makes_an_overflow(void)
{
	pid_t child;
	strata_usec began;
	int status;

	begin();
	child = fork();
	if (child == 0) {
		dies_at = 1;
		stops = true;
		add_after();
		_exit(0);
	}
	REQUIRE(waitpid(child, &status, WUNTRACED) == child);
	REQUIRE(WIFSTOPPED(status));
	began = strata_clock_usec();
	add("mine");
	CHECK(strata_clock_usec() - began < 1000000);
	CHECK(has_overflowed());
	CHECK(replay() == 0);
	REQUIRE(kill(child, SIGCONT) == 0);
	REQUIRE(waitpid(child, NULL, 0) == child);
	add("mine");
	CHECK(state_of("mine") == STRATA_UNCONFIRMED_NOW);
	CHECK(state_of("after") == STRATA_UNCONFIRMED_NOW);
	end();
}

/* ---- damage ---- */

/* Any byte of the record that is no lock: nothing crashes, and what is lost is an overflow. */
static void a_flipped_byte_loses_nothing_in_silence(void)
{
	uint64_t state = 42;
	unsigned lost = 0;

	for (int round = 0; round < 400; round++) {
		strata_unconfirmed_name name = { 0 };
		char *bytes;
		size_t at;
		uint32_t taken;

		begin();
		add("victim");
		name = strata_unconfirmed_find(unconfirmed, strata_view_of("victim"));
		bytes = (char *) unconfirmed;
		state = state * 6364136223846793005 + 1442695040888963407;
		/* The head, or its entry. */
		at = (state >> 33) % 2 == 0 ? (state >> 40) % 32 : 0;
		if (at == 0) {
			/* Where the entry of the victim lies: its hash stands there. */
			for (at = 64; memcmp(bytes + at, &name.hash, sizeof(name.hash)) != 0; at += 8) {
			}
			at += (state >> 40) % 32;
		}
		bytes[at] ^= (char) (1 + (state >> 50) % 255);
		taken = strata_unconfirmed_take(unconfirmed, arena, &name, 1);
		add("mine");
		lost += state_of("victim") == STRATA_UNCONFIRMED_NONE && taken == 0;
		CHECK(state_of("victim") != STRATA_UNCONFIRMED_NONE || has_overflowed() ||
			  (taken == 1 && strata_view_equal(name.name, strata_view_of("victim"))));
		CHECK(state_of("mine") == STRATA_UNCONFIRMED_NOW);
		end();
	}
	CHECK(lost > 0);
}

/* ---- threads ---- */

static void *work(void *number)
{
	strata_arena *own = strata_arena_new();
	char room[32];

	for (int i = 0; i < 3000 && own != NULL; i++) {
		strata_unconfirmed_name name;
		strata_view text = number_name(room, (int) (intptr_t) number * 1000 + i % 50);

		(void) strata_unconfirmed_add(unconfirmed, text, STRATA_UNCONFIRMED_NOW);
		name = strata_unconfirmed_find(unconfirmed, text);
		if (i % 3 == 0 && strata_unconfirmed_take(unconfirmed, own, &name, 1) == 0) {
			continue;
		}
		strata_unconfirmed_confirm(unconfirmed, &name);
		strata_arena_reset(own);
	}
	strata_arena_free(own);
	return NULL;
}

static void threads_agree_on_what_is_unconfirmed(void)
{
	pthread_t threads[4];
	char room[32];
	uint32_t counted = 0;

	begin();
	for (intptr_t i = 0; i < 4; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, work, (void *) i) == 0);
	}
	for (int i = 0; i < 4; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	for (int i = 0; i < 4000; i++) {
		counted += strata_unconfirmed_find(unconfirmed, number_name(room, i)).state !=
				   STRATA_UNCONFIRMED_NONE;
	}
	if (!has_overflowed()) {
		CHECK(look().names == counted);
	}
	end();
}

/* ---- changes ---- */

static void begins(const char *name)
{
	CHECK(strata_unconfirmed_begin(unconfirmed, strata_view_of(name)));
}

static void ends(const char *name, strata_change_outcome outcome)
{
	CHECK(strata_unconfirmed_end(unconfirmed, strata_view_of(name), outcome));
}

/* Takes and settles what is due. */
static uint32_t settle(void)
{
	strata_unconfirmed_name names[16];
	uint32_t count = strata_unconfirmed_take(unconfirmed, arena, names, 16);

	for (uint32_t i = 0; i < count; i++) {
		strata_unconfirmed_complete(unconfirmed, &names[i]);
	}
	return count;
}

static void a_change_that_is_over_is_due_at_once_and_settled_once(void)
{
	begin();
	begins("key");
	CHECK(state_of("key") == STRATA_UNCONFIRMED_LATER);
	CHECK(strata_unconfirmed_now(unconfirmed) == 0);
	CHECK(settle() == 0);
	ends("key", STRATA_CHANGE_OVER);
	CHECK(state_of("key") == STRATA_UNCONFIRMED_NOW);
	CHECK(strata_unconfirmed_now(unconfirmed) == 1);
	CHECK(settle() == 1);
	CHECK(strata_unconfirmed_now(unconfirmed) == 0);
	CHECK(!strata_unconfirmed_any(unconfirmed));
	CHECK(look().noted == 1 && look().replayed == 1 && look().overflows == 0);
	end();
}

static void what_did_not_change_is_as_before(void)
{
	begin();
	begins("key");
	ends("key", STRATA_CHANGE_NONE);
	CHECK(!strata_unconfirmed_any(unconfirmed));
	begins("key");
	ends("key", STRATA_CHANGE_OVER);
	begins("key");
	ends("key", STRATA_CHANGE_NONE);
	CHECK(state_of("key") == STRATA_UNCONFIRMED_NOW);
	end();
}

static void an_unknown_outcome_is_looked_at_once_more(void)
{
	strata_unconfirmed_name name;

	begin();
	begins("key");
	ends("key", STRATA_CHANGE_UNKNOWN);
	CHECK(settle() == 1);
	CHECK(state_of("key") == STRATA_UNCONFIRMED_LATER);
	CHECK(settle() == 0);
	name = strata_unconfirmed_find(unconfirmed, strata_view_of("key"));
	strata_unconfirmed_complete(unconfirmed, &name);
	CHECK(state_of("key") == STRATA_UNCONFIRMED_LATER);
	end();
}

static void a_change_under_way_keeps_a_name_that_others_settle(void)
{
	begin();
	begins("key");
	begins("key");
	ends("key", STRATA_CHANGE_OVER);
	CHECK(settle() == 1);
	CHECK(state_of("key") == STRATA_UNCONFIRMED_LATER);
	ends("key", STRATA_CHANGE_OVER);
	(void) usleep(5000);
	CHECK(settle() == 1);
	CHECK(!strata_unconfirmed_any(unconfirmed));
	end();
}

static void a_change_that_begins_keeps_what_was_taken_before(void)
{
	strata_unconfirmed_name name;

	begin();
	begins("key");
	ends("key", STRATA_CHANGE_OVER);
	REQUIRE(strata_unconfirmed_take(unconfirmed, arena, &name, 1) == 1);
	begins("key");
	strata_unconfirmed_complete(unconfirmed, &name);
	CHECK(state_of("key") == STRATA_UNCONFIRMED_NOW);
	end();
}

static void a_process_that_dies_in_a_change_leaves_its_name(void)
{
	pid_t child;
	int status;

	begin();
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		(void) strata_unconfirmed_begin(unconfirmed, strata_view_of("key"));
		(void) raise(SIGKILL);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(state_of("key") == STRATA_UNCONFIRMED_LATER);
	CHECK(!has_overflowed());
	end();
}

static void what_cannot_be_noted_is_an_overflow(void)
{
	char longer[STRATA_UNCONFIRMED_LONGEST_NAME + 2];

	begin();
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	CHECK(!strata_unconfirmed_begin(unconfirmed, strata_view_of(longer)));
	CHECK(!strata_unconfirmed_end(unconfirmed, strata_view_of(longer), STRATA_CHANGE_OVER));
	CHECK(strata_unconfirmed_end(unconfirmed, strata_view_of(longer), STRATA_CHANGE_NONE));
	CHECK(look().overflows == 2);
	CHECK(!strata_unconfirmed_begin(NULL, strata_view_of("key")));
	end();
}

int main(void)
{
	RUN(a_change_that_is_over_is_due_at_once_and_settled_once);
	RUN(what_did_not_change_is_as_before);
	RUN(an_unknown_outcome_is_looked_at_once_more);
	RUN(a_change_under_way_keeps_a_name_that_others_settle);
	RUN(a_change_that_begins_keeps_what_was_taken_before);
	RUN(a_process_that_dies_in_a_change_leaves_its_name);
	RUN(what_cannot_be_noted_is_an_overflow);
	RUN(a_name_is_unconfirmed_until_it_was_removed_twice);
	RUN(what_is_noted_anew_is_not_struck_by_an_older_answer);
	RUN(what_is_due_later_does_not_hide_what_is_due_now);
	RUN(what_one_process_took_is_not_given_to_another);
	RUN(a_name_without_room_is_an_overflow);
	RUN(many_names_find_room_and_come_back);
	RUN(an_overflow_judges_by_age);
	RUN(no_pool_owes_nothing);
	RUN(a_kill_at_each_failpoint_leaves_a_sound_table);
	RUN(kills_at_random_leave_a_sound_table);
	RUN(a_process_stopped_with_the_lock_makes_an_overflow);
	RUN(a_flipped_byte_loses_nothing_in_silence);
	RUN(threads_agree_on_what_is_unconfirmed);
	return unit_end();
}
