#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "stats/suspects.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { NOW = 5000000, APART = STRATA_SUSPECTS_APART };

static strata_host *host;
static strata_arena *arena;
static strata_suspects *suspects;

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	suspects = strata_host_alloc(host, strata_suspects_size());
	REQUIRE(suspects != NULL && strata_suspects_init(host, suspects) == STRATA_OK);
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
}

static void end(void)
{
	strata_arena_free(arena);
	strata_host_free(host);
}

static strata_suspect_verdict look(const char *key, uint64_t pair, strata_msec now)
{
	return strata_suspects_look(suspects, strata_view_of(key), pair, now);
}

static void two_looks_apart_at_the_same_pair_prove_it(void)
{
	begin();
	CHECK(look("a", 1, NOW) == STRATA_SUSPECT_HELD);
	CHECK(look("a", 1, NOW + APART - 1) == STRATA_SUSPECT_HELD);
	CHECK(look("a", 1, NOW + APART) == STRATA_SUSPECT_PROVEN);
	CHECK(look("a", 1, NOW + APART + 1) == STRATA_SUSPECT_HELD);
	end();
}

static void another_pair_begins_anew(void)
{
	begin();
	CHECK(look("a", 1, NOW) == STRATA_SUSPECT_HELD);
	CHECK(look("a", 2, NOW + APART) == STRATA_SUSPECT_HELD);
	CHECK(look("a", 1, NOW + 2 * APART - 1) == STRATA_SUSPECT_HELD);
	CHECK(look("a", 1, NOW + 3 * APART) == STRATA_SUSPECT_PROVEN);
	end();
}

static void what_is_equal_is_held_no_more(void)
{
	strata_view keys[4];

	begin();
	CHECK(look("a", 1, NOW) == STRATA_SUSPECT_HELD);
	strata_suspects_clear(suspects, strata_view_of("a"));
	CHECK(strata_suspects_take(suspects, arena, keys, 4, NOW + APART) == 0);
	CHECK(look("a", 1, NOW + APART) == STRATA_SUSPECT_HELD);
	end();
}

static void those_that_are_due_are_taken_once_a_second(void)
{
	strata_view keys[4];

	begin();
	CHECK(look("a", 1, NOW) == STRATA_SUSPECT_HELD && look("b", 1, NOW + 5) == STRATA_SUSPECT_HELD);
	CHECK(strata_suspects_take(suspects, arena, keys, 4, NOW + APART - 1) == 0);
	CHECK(strata_suspects_take(suspects, arena, keys, 4, NOW + APART) == 1);
	CHECK(strata_view_equal(keys[0], strata_view_of("a")));
	CHECK(strata_suspects_take(suspects, arena, keys, 4, NOW + APART + 500) == 1);
	CHECK(strata_view_equal(keys[0], strata_view_of("b")));
	CHECK(strata_suspects_take(suspects, arena, keys, 1, NOW + APART + 2000) == 1);
	end();
}

static void those_that_always_change_make_room(void)
{
	char key[16];

	begin();
	for (int i = 0; i < STRATA_SUSPECTS_MOST; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		CHECK(look(key, 1, NOW) == STRATA_SUSPECT_HELD);
	}
	CHECK(look("more", 1, NOW + 1) == STRATA_SUSPECT_LOST);
	CHECK(look("more", 1, NOW + STRATA_SUSPECTS_LONGEST) == STRATA_SUSPECT_HELD);
	end();
}

static void a_long_key_is_not_held(void)
{
	static char key[STRATA_SUSPECTS_KEY + 1];

	begin();
	CHECK(strata_suspects_look(suspects, (strata_view){ key, sizeof(key) }, 1, NOW) ==
		  STRATA_SUSPECT_LOST);
	CHECK(strata_suspects_look(suspects, (strata_view){ key, sizeof(key) - 1 }, 1, NOW) ==
		  STRATA_SUSPECT_HELD);
	end();
}

static void a_killed_process_leaves_a_list_that_goes_on(void)
{
	begin();
	for (int i = 0; i < 20; i++) {
		pid_t child = fork();
		strata_msec now = NOW + (strata_msec) i * 10 * APART;

		if (child == 0) {
			for (uint64_t j = 0;; j++) {
				(void) look(j % 2 == 0 ? "a" : "b", j, now);
			}
		}
		usleep((useconds_t) (300 + i * 53));
		REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
		CHECK(look("c", 1, now) == STRATA_SUSPECT_HELD);
		CHECK(look("c", 1, now + APART) == STRATA_SUSPECT_PROVEN);
	}
	end();
}

int main(void)
{
	RUN(two_looks_apart_at_the_same_pair_prove_it);
	RUN(another_pair_begins_anew);
	RUN(what_is_equal_is_held_no_more);
	RUN(those_that_are_due_are_taken_once_a_second);
	RUN(those_that_always_change_make_room);
	RUN(a_long_key_is_not_held);
	RUN(a_killed_process_leaves_a_list_that_goes_on);
	return unit_end();
}
