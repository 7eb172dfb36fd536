/* unit: -DSTRATA_FAILPOINTS */
/*
 * Removals that are under way: a thread that ends its call leaves nothing, and one that is killed
 * at any failpoint leaves each name that counted as unconfirmed.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/under_way.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failpoint.h"
#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"

#include "unit.h"

enum { PATIENCE = 60 /* seconds */ };

static strata_host *host;
static strata_process_slots *slots;
static strata_unconfirmed_table *table;
static strata_unconfirmed *pools[2];
static strata_under_way *under_way;

static struct {
	_Atomic int counted; /* names that the child noted in full */
} * shared;

/* Which failpoint of this process kills it, counted from 1; 0: none does. */
static unsigned dies_at;

void strata_failpoint(const char *name)
{
	if (strcmp(name, "under_way: counts") == 0) {
		shared->counted++;
	}
	if (dies_at > 0 && --dies_at == 0) {
		(void) raise(SIGKILL);
	}
}

static void begin(void)
{
	static bool watches;
	void *memory;

	if (!watches) {
		REQUIRE(strata_process_watch_forks() == STRATA_OK);
		watches = true;
	}
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_unconfirmed_table_new(host, &table) == STRATA_OK);
	pools[0] = strata_unconfirmed_of(table, 1, "a");
	pools[1] = strata_unconfirmed_of(table, 2, "b");
	REQUIRE(strata_under_way_new(host, slots, table, &under_way) == STRATA_OK);
	REQUIRE(strata_map_lazy(sizeof(*shared), &memory) == STRATA_OK);
	shared = memory;
}

static void end(void)
{
	strata_map_free(shared, sizeof(*shared));
	strata_under_way_free(under_way);
	strata_unconfirmed_table_free(table);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static strata_unconfirmed_state state_in(int pool, const char *name)
{
	return strata_unconfirmed_find(pools[pool], strata_view_of(name)).state;
}

static void add(int pool, const char *name)
{
	strata_under_way_add(under_way, pools[pool], strata_view_of(name));
}

static bool strike(int pool, const char *name)
{
	return strata_under_way_strike(under_way, pools[pool], strata_view_of(name));
}

static void look(void)
{
	strata_under_way_look(under_way, strata_clock_usec() + 3600000000);
}

static void what_was_struck_is_gone_and_what_stands_is_unconfirmed(void)
{
	begin();
	CHECK(!strata_under_way_any(under_way));
	add(0, "one");
	add(1, "one");
	add(0, "two");
	CHECK(strata_under_way_any(under_way));
	CHECK(strike(0, "two"));
	CHECK(!strike(0, "two"));
	CHECK(strike(0, "one"));
	strata_under_way_end(under_way);
	CHECK(!strata_under_way_any(under_way));
	CHECK(state_in(0, "one") == STRATA_UNCONFIRMED_NONE);
	CHECK(state_in(0, "two") == STRATA_UNCONFIRMED_NONE);
	CHECK(state_in(1, "one") == STRATA_UNCONFIRMED_NOW);
	CHECK(!strata_unconfirmed_any(pools[0]));
	end();
}

static void names_without_room_are_no_matter_to_the_living(void)
{
	char name[64];

	begin();
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "a name of some length, number %d", i);
		add(0, name);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "a name of some length, number %d", i);
		(void) strike(0, name);
	}
	strata_under_way_end(under_way);
	CHECK(!strata_unconfirmed_any(pools[0]));
	end();
}

static void nothing_notes_nothing(void)
{
	begin();
	strata_under_way_add(NULL, pools[0], strata_view_of("one"));
	CHECK(!strata_under_way_strike(NULL, pools[0], strata_view_of("one")));
	CHECK(!strata_under_way_any(NULL));
	strata_under_way_end(NULL);
	strata_under_way_look(NULL, 1);
	strata_under_way_add(under_way, NULL, strata_view_of("one"));
	CHECK(!strata_under_way_any(under_way));
	end();
}

/* ---- the dead ---- */

static void begin_two(void)
{
	add(0, "one");
	add(1, "two");
	(void) strike(0, "one");
	strata_under_way_end(under_way);
}

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
	return WIFSIGNALED(status);
}

/* A name that counted and was not struck is unconfirmed as soon as another process looks. */
static void a_kill_at_each_failpoint_leaves_what_counted(void)
{
	bool died = true;

	for (unsigned at = 1; died; at++) {
		int counted;

		begin();
		died = dies_in(begin_two, at);
		counted = shared->counted;
		look();
		if (counted == 1) {
			CHECK(state_in(0, "one") == STRATA_UNCONFIRMED_NOW);
		}
		if (counted == 2) {
			CHECK(state_in(1, "two") == STRATA_UNCONFIRMED_NOW);
		}
		CHECK(at > 1 || counted == 0);
		CHECK(!died || at < 20);
		CHECK(!strata_under_way_any(under_way));
		end();
	}
}

static void die_with_many(void)
{
	char name[64];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "a name of some length, number %d", i);
		add(0, name);
	}
	(void) raise(SIGKILL);
}

static void names_without_room_are_an_overflow_of_the_dead(void)
{
	begin();
	CHECK(dies_in(die_with_many, 0));
	look();
	CHECK(!strata_unconfirmed_believes(pools[0], 1, strata_clock_wall_msec()));
	CHECK(strata_unconfirmed_believes(pools[1], 1, strata_clock_wall_msec()));
	CHECK(state_in(0, "a name of some length, number 0") == STRATA_UNCONFIRMED_NOW);
	end();
}

static void die_with_one(void)
{
	add(0, "one");
	(void) raise(SIGKILL);
}

static void a_kill_while_it_hands_over_loses_nothing(void)
{
	for (unsigned at = 1; at < 8; at++) {
		begin();
		CHECK(dies_in(die_with_one, 0));
		(void) dies_in(look, at);
		look();
		strata_under_way_look(under_way, strata_clock_usec() + 7200000000);
		CHECK(state_in(0, "one") == STRATA_UNCONFIRMED_NOW);
		end();
	}
}

/* The next thread with the slot of the dead one finds its names, without any look. */
static void add_another(void)
{
	add(1, "another");
	(void) strike(1, "another");
	strata_under_way_end(under_way);
}

static void the_next_thread_with_the_slot_hands_over(void)
{
	bool found = false;

	begin();
	CHECK(dies_in(die_with_one, 0));
	/* Slots go by process id, so one of these gets the slot, or a look does. */
	for (int i = 0; i < 3 && !found; i++) {
		(void) dies_in(add_another, 0);
		look();
		found = state_in(0, "one") == STRATA_UNCONFIRMED_NOW;
	}
	CHECK(found);
	end();
}

static void flipped_bytes_of_a_dead_owner_crash_nothing(void)
{
	begin();
	for (unsigned round = 0; round < 200; round++) {
		char *bytes;

		CHECK(dies_in(die_with_one, 0));
		/* The third member of the handle. */
		bytes = *(char **) ((char *) under_way + 2 * sizeof(void *));
		for (unsigned i = 0; i < 8; i++) {
			bytes[64 + (round * 7919 + i * 104729) % (1024 * 32)] ^= (char) (round | 1);
		}
		strata_under_way_look(under_way, strata_clock_usec() + 3600000000 * (round + 1));
	}
	end();
}

/* ---- threads ---- */

static void *work(void *number)
{
	char name[32];

	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "%d:%d", (int) (intptr_t) number, i % 7);
		add(i % 2, name);
		if (i % 3 != 0) {
			CHECK(strike(i % 2, name));
		}
		strata_under_way_end(under_way);
		strata_under_way_look(under_way, strata_clock_usec());
	}
	return NULL;
}

static void threads_have_areas_of_their_own(void)
{
	pthread_t threads[4];

	begin();
	for (intptr_t i = 0; i < 4; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, work, (void *) i) == 0);
	}
	for (int i = 0; i < 4; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	CHECK(state_in(0, "0:0") == STRATA_UNCONFIRMED_NOW);
	end();
}

int main(void)
{
	RUN(what_was_struck_is_gone_and_what_stands_is_unconfirmed);
	RUN(names_without_room_are_no_matter_to_the_living);
	RUN(nothing_notes_nothing);
	RUN(a_kill_at_each_failpoint_leaves_what_counted);
	RUN(names_without_room_are_an_overflow_of_the_dead);
	RUN(a_kill_while_it_hands_over_loses_nothing);
	RUN(the_next_thread_with_the_slot_hands_over);
	RUN(flipped_bytes_of_a_dead_owner_crash_nothing);
	RUN(threads_have_areas_of_their_own);
	return unit_end();
}
