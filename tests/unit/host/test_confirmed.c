/* unit: -DSTRATA_FAILPOINTS */
/*
 * What masters confirmed, and what becomes of it when one is replaced: each name of its last 5 s is
 * unconfirmed then, once, whatever happened to the ring meanwhile.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/confirmed.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failpoint.h"

#include "unit.h"

enum { OLD = 7, NEW = 8, OTHER = 9, PATIENCE = 60 /* seconds */, NOW = 1000000 };

static strata_host *host;
static strata_unconfirmed_table *unconfirmed_table;
static strata_confirmed_table *table;
static strata_unconfirmed *unconfirmed;
static strata_confirmed *confirmed;

/* Which failpoint of this process kills it, counted from 1; 0: none does. */
static __thread unsigned dies_at;

void strata_failpoint(const char *name)
{
	if (strncmp(name, "confirmed:", 10) == 0 && dies_at > 0 && --dies_at == 0) {
		(void) raise(SIGKILL);
	}
}

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_unconfirmed_table_new(host, &unconfirmed_table) == STRATA_OK);
	REQUIRE(strata_confirmed_table_new(host, &table) == STRATA_OK);
	unconfirmed = strata_unconfirmed_of(unconfirmed_table, 1, "pool");
	confirmed = strata_confirmed_of(table, 1);
	REQUIRE(unconfirmed != NULL && confirmed != NULL);
}

static void end(void)
{
	strata_confirmed_table_free(table);
	strata_unconfirmed_table_free(unconfirmed_table);
	strata_host_free(host);
}

static void add_at(uint32_t master, const char *name, strata_msec now)
{
	strata_confirmed_add(confirmed, master, strata_view_of(name), now);
}

static void add(uint32_t master, const char *name)
{
	add_at(master, name, NOW);
}

static bool is_noted(const char *name)
{
	return strata_unconfirmed_find(unconfirmed, strata_view_of(name)).state ==
		   STRATA_UNCONFIRMED_NOW;
}

static uint32_t replace(uint16_t slot, uint32_t master)
{
	return strata_confirmed_replace(confirmed, slot, master, unconfirmed);
}

static void a_master_that_is_replaced_owes_what_it_confirmed(void)
{
	begin();
	CHECK(strata_confirmed_last_master(confirmed, 5) == 0);
	strata_confirmed_move(confirmed, 5, OLD);
	strata_confirmed_move(confirmed, 6, OLD);
	strata_confirmed_move(confirmed, 7, OTHER);
	add(OLD, "one");
	add(OLD, "a longer name that takes more than one unit of the ring");
	add(OTHER, "of another");
	CHECK(replace(5, NEW) == 2);
	CHECK(strata_confirmed_last_master(confirmed, 5) == NEW);
	CHECK(is_noted("one"));
	CHECK(is_noted("a longer name that takes more than one unit of the ring"));
	CHECK(!is_noted("of another"));
	CHECK(replace(6, NEW) == 0);
	CHECK(strata_confirmed_last_master(confirmed, 6) == NEW);
	end();
}

static void a_slot_that_moves_owes_nothing(void)
{
	begin();
	strata_confirmed_move(confirmed, 5, OLD);
	add(OLD, "one");
	strata_confirmed_move(confirmed, 5, NEW);
	CHECK(!strata_unconfirmed_any(unconfirmed));
	end();
}

static void a_master_that_comes_back_may_be_replaced_again(void)
{
	begin();
	strata_confirmed_move(confirmed, 5, OLD);
	add(OLD, "one");
	CHECK(replace(5, NEW) == 1);
	add(NEW, "two");
	/* Both are the new one's by now. */
	CHECK(replace(5, OLD) == 2);
	add(OLD, "three");
	CHECK(replace(5, NEW) == 3);
	CHECK(is_noted("three"));
	end();
}

static void what_is_older_than_its_last_seconds_is_not_owed(void)
{
	begin();
	strata_confirmed_move(confirmed, 5, OLD);
	add_at(OLD, "early", NOW - 5001);
	add_at(OLD, "just in time", NOW - 5000);
	add_at(OLD, "late", NOW);
	CHECK(replace(5, NEW) == 2);
	CHECK(is_noted("late") && is_noted("just in time"));
	CHECK(!is_noted("early"));
	end();
}

static void the_ring_keeps_the_newest(void)
{
	char name[64];
	uint32_t count;

	begin();
	strata_confirmed_move(confirmed, 5, OLD);
	for (int i = 0; i < 50000; i++) {
		snprintf(name, sizeof(name), "a name of so many bytes, number %d", i);
		add(OLD, name);
	}
	count = replace(5, NEW);
	CHECK(count > 8000 && count < 20000);
	end();
}

static void odd_names_are_left_out(void)
{
	char *longer = calloc(1, 1026);

	begin();
	REQUIRE(longer != NULL);
	memset(longer, 'x', 1025);
	strata_confirmed_move(confirmed, 5, OLD);
	add(OLD, longer);
	add(OLD, "");
	strata_confirmed_add(NULL, OLD, strata_view_of("one"), NOW);
	CHECK(replace(5, NEW) == 0);
	add(NEW, longer + 1);
	CHECK(replace(5, OTHER) == 1);
	free(longer);
	end();
}

/* ---- processes that die ---- */

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

static void add_and_replace(void)
{
	add(OLD, "two");
	(void) replace(5, NEW);
}

/* The next process that finds the former master does it all again. */
static void a_kill_at_each_failpoint_loses_no_name(void)
{
	bool died = true;

	for (unsigned at = 1; died; at++) {
		begin();
		strata_confirmed_move(confirmed, 5, OLD);
		add(OLD, "one");
		died = dies_in(add_and_replace, at);
		if (strata_confirmed_last_master(confirmed, 5) == OLD) {
			(void) replace(5, NEW);
		}
		CHECK(is_noted("one"));
		CHECK(at == 1 || is_noted("two"));
		CHECK(at < 10);
		end();
	}
}

/* ---- damage ---- */

static void flipped_bytes_are_no_names(void)
{
	uint64_t state = 1;

	for (int round = 0; round < 50; round++) {
		unsigned char *bytes;

		begin();
		bytes = (unsigned char *) confirmed;
		strata_confirmed_move(confirmed, 5, OLD);
		for (int i = 0; i < 20; i++) {
			add(OLD, "name");
		}
		for (int i = 0; i < 20; i++) {
			state = state * 6364136223846793005 + 1442695040888963407;
			bytes[STRATA_CONFIRMED_SLOTS * 4 + (state >> 33) % 1500] ^=
				(unsigned char) (state >> 50);
		}
		CHECK(replace(5, NEW) <= 20);
		add(NEW, "other");
		CHECK(replace(5, OTHER) <= 21);
		end();
	}
}

/* ---- threads ---- */

static void *work(void *number)
{
	char name[64];

	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "%d:%d, and more of it", (int) (intptr_t) number, i);
		add(OLD, name);
		if (i % 1000 == 999) {
			(void) replace(5, NEW);
			strata_confirmed_move(confirmed, 5, OLD);
		}
	}
	return NULL;
}

static void threads_write_over_no_name(void)
{
	pthread_t threads[4];

	begin();
	strata_confirmed_move(confirmed, 5, OLD);
	for (intptr_t i = 0; i < 4; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, work, (void *) i) == 0);
	}
	for (int i = 0; i < 4; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	add(OLD, "last");
	(void) replace(5, NEW);
	end();
}

int main(void)
{
	RUN(a_master_that_is_replaced_owes_what_it_confirmed);
	RUN(a_slot_that_moves_owes_nothing);
	RUN(a_master_that_comes_back_may_be_replaced_again);
	RUN(what_is_older_than_its_last_seconds_is_not_owed);
	RUN(the_ring_keeps_the_newest);
	RUN(odd_names_are_left_out);
	RUN(a_kill_at_each_failpoint_loses_no_name);
	RUN(flipped_bytes_are_no_names);
	RUN(threads_write_over_no_name);
	return unit_end();
}
