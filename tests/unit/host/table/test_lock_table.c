#include "host/table/lock_table.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"

#include "unit.h"

/* Long enough for any machine, and never waited for in full by a test that passes. */
enum { LONG = 20000000, LIFE = 60000 /* msec */ };

static strata_host *host;
static strata_process_slots *slots;
static strata_lock_table *table;

static struct {
	_Atomic int state;       /* what a child got; -1: not yet */
	_Atomic uint64_t inside; /* the version of the holder that came last */
	_Atomic int intruders;   /* that came while another one was inside */
	_Atomic int done;
} * shared;

static void begin(void)
{
	void *memory;

	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_lock_table_new(host, slots, &table) == STRATA_OK);
	REQUIRE(strata_map_lazy(sizeof(*shared), &memory) == STRATA_OK);
	shared = memory;
	shared->state = -1;
}

static void end(void)
{
	strata_map_free(shared, sizeof(*shared));
	strata_lock_table_free(table);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static strata_msec in(strata_msec life)
{
	return strata_clock_boot_msec() + life;
}

static strata_lock_place place_of(uint64_t name, uint64_t version)
{
	return (strata_lock_place){ .name = name, .version = version };
}

static strata_lock_entry_state takes(strata_lock_place *place)
{
	return strata_lock_table_enter(table, place, STRATA_LOCK_OF_HOST, in(LIFE));
}

static strata_lock_entry_state asks(strata_lock_place *place)
{
	return strata_lock_table_enter(table, place, STRATA_LOCK_OF_FLEET, 0);
}

static void sleep_until_killed(void)
{
	/* Should the test itself come to an early end. */
	(void) alarm(60);
	for (;;) {
		(void) pause();
	}
}

/* A child that does this, tells what came of it, and then sleeps until it is killed. */
static pid_t child_that(int (*does)(void))
{
	pid_t child;

	shared->state = -1;
	child = fork();
	if (child == 0) {
		shared->state = does();
		sleep_until_killed();
	}
	while (shared->state < 0) {
		(void) usleep(200);
	}
	return child;
}

static void end_child(pid_t child)
{
	REQUIRE(kill(child, SIGKILL) == 0);
	REQUIRE(waitpid(child, NULL, 0) == child);
}

/* ---- a lock of the host ---- */

static int takes_7_as_1(void)
{
	strata_lock_place place = place_of(7, 1);

	return (int) takes(&place);
}

static void one_version_has_a_lock_of_the_host(void)
{
	strata_lock_place mine = place_of(7, 1), other = place_of(7, 3), apart = place_of(9, 3);

	begin();
	CHECK(takes(&mine) == STRATA_LOCK_TAKEN && takes(&other) == STRATA_LOCK_HELD);
	CHECK(takes(&mine) == STRATA_LOCK_TAKEN && takes(&apart) == STRATA_LOCK_TAKEN);
	CHECK(strata_lock_table_has(table, &mine) && !strata_lock_table_has(table, &other));
	CHECK(!strata_lock_table_release(table, &other) && strata_lock_table_used(table) == 2);
	CHECK(strata_lock_table_release(table, &mine) && !strata_lock_table_release(table, &mine));
	CHECK(takes(&other) == STRATA_LOCK_TAKEN && !strata_lock_table_has(table, &mine));
	end();
}

static void what_is_over_is_free(void)
{
	strata_lock_place mine = place_of(7, 1), other = place_of(7, 3);

	begin();
	CHECK(strata_lock_table_enter(table, &mine, STRATA_LOCK_OF_HOST, in(1)) == STRATA_LOCK_TAKEN);
	(void) usleep(2000);
	CHECK(!strata_lock_table_has(table, &mine) && strata_lock_table_used(table) == 0);
	CHECK(!strata_lock_table_extend(table, &mine, in(LIFE)));
	CHECK(takes(&other) == STRATA_LOCK_TAKEN && !other.is_of_dead);
	CHECK(!strata_lock_table_release(table, &mine) && strata_lock_table_has(table, &other));
	end();
}

static void extending_moves_the_end(void)
{
	strata_lock_place mine = place_of(7, 1), other = place_of(7, 3);

	begin();
	CHECK(strata_lock_table_enter(table, &mine, STRATA_LOCK_OF_HOST, in(50)) == STRATA_LOCK_TAKEN);
	CHECK(strata_lock_table_extend(table, &mine, in(LIFE)));
	(void) usleep(60000);
	CHECK(takes(&other) == STRATA_LOCK_HELD);
	end();
}

static void dead_holder_has_nothing(void)
{
	strata_lock_place mine = place_of(7, 3);
	pid_t child;

	begin();
	child = child_that(takes_7_as_1);
	CHECK(shared->state == STRATA_LOCK_TAKEN && takes(&mine) == STRATA_LOCK_HELD);
	CHECK(!strata_lock_table_sleep(table, &mine, 1000));
	end_child(child);
	CHECK(strata_lock_table_sleep(table, &mine, LONG));
	CHECK(takes(&mine) == STRATA_LOCK_TAKEN && mine.is_of_dead);
	end();
}

static int takes_and_unbinds(void)
{
	strata_lock_place place = place_of(7, 1);
	strata_lock_entry_state state = takes(&place);

	strata_lock_table_unbind(table, &place, STRATA_LOCK_OF_HOST);
	return (int) state;
}

static void what_is_not_bound_outlives_its_process(void)
{
	strata_lock_place other = place_of(7, 3), same = place_of(7, 1);

	begin();
	end_child(child_that(takes_and_unbinds));
	CHECK(takes(&other) == STRATA_LOCK_HELD && !strata_lock_table_sleep(table, &other, 1000));
	CHECK(takes(&same) == STRATA_LOCK_TAKEN && !same.is_of_dead);
	CHECK(strata_lock_table_release(table, &same) && takes(&other) == STRATA_LOCK_TAKEN);
	end();
}

static void full_table_refuses_and_frees_what_the_dead_held(void)
{
	strata_lock_place one_more = place_of(7, 3), first = place_of((uint64_t) 1 << 40, 1);
	pid_t child;

	begin();
	child = child_that(takes_7_as_1);
	for (uint64_t i = 1; i < STRATA_LOCK_TABLE_SIZE; i++) {
		/* All of them want the same place. */
		strata_lock_place place = place_of(((uint64_t) 1 << 40) + i, 1);

		CHECK(takes(&place) == STRATA_LOCK_TAKEN);
	}
	CHECK(strata_lock_table_used(table) == STRATA_LOCK_TABLE_SIZE);
	CHECK(takes(&first) == STRATA_LOCK_FULL && takes(&one_more) == STRATA_LOCK_HELD);
	end_child(child);
	CHECK(takes(&first) == STRATA_LOCK_TAKEN && takes(&one_more) == STRATA_LOCK_FULL);
	end();
}

/* ---- a lock of the fleet ---- */

static void one_caller_asks_for_its_host(void)
{
	strata_lock_place mine = place_of(7, 1);

	begin();
	CHECK(asks(&mine) == STRATA_LOCK_TURN && strata_lock_table_ask(table, &mine, in(LIFE)));
	CHECK(mine.formers[0] == 0 && mine.formers[1] == 0);
	if (fork() == 0) {
		strata_lock_place other = place_of(7, 3);

		_exit(asks(&other) == STRATA_LOCK_HELD ? 0 : 1);
	}
	(void) wait(&(int){ 0 });
	strata_lock_table_hold(table, &mine, in(LIFE));
	CHECK(strata_lock_table_has(table, &mine));
	strata_lock_table_leave(table, &mine);
	CHECK(strata_lock_table_has(table, &mine) && strata_lock_table_release(table, &mine));
	end();
}

static int asks_for_7_as_1(void)
{
	strata_lock_place place = place_of(7, 1);
	strata_lock_entry_state state = asks(&place);

	return strata_lock_table_ask(table, &place, in(LIFE)) ? (int) state : 99;
}

static int holds_7_as_1(void)
{
	strata_lock_place place = place_of(7, 1);
	int state = asks_for_7_as_1();

	strata_lock_table_hold(table, &place, in(LIFE));
	return state;
}

static void next_caller_inherits_what_the_dead_left(void)
{
	strata_lock_place mine = place_of(7, 3);
	pid_t child;

	begin();
	child = child_that(holds_7_as_1);
	CHECK(shared->state == STRATA_LOCK_TURN && asks(&mine) == STRATA_LOCK_HELD);
	end_child(child);
	CHECK(strata_lock_table_sleep(table, &mine, LONG) && asks(&mine) == STRATA_LOCK_TURN);
	CHECK(mine.formers[0] == 1 && mine.is_of_dead);
	strata_lock_table_leave(table, &mine);
	/* It was not removed yet. */
	CHECK(asks(&mine) == STRATA_LOCK_TURN && mine.formers[0] == 1);
	CHECK(strata_lock_table_ask(table, &mine, in(LIFE)));
	strata_lock_table_leave(table, &mine);
	CHECK(asks(&mine) == STRATA_LOCK_TURN && mine.formers[0] == 0);
	end();
}

static int inherits_and_asks_as_3(void)
{
	strata_lock_place place = place_of(7, 3);
	strata_lock_entry_state state = asks(&place);

	return strata_lock_table_ask(table, &place, in(LIFE)) && place.formers[0] == 1 ? (int) state
																				   : 99;
}

static int inherits_as_3(void)
{
	strata_lock_place place = place_of(7, 3);

	return (int) asks(&place);
}

static void heirs_that_die_hand_on_what_they_inherited(void)
{
	strata_lock_place mine = place_of(7, 5);

	begin();
	end_child(child_that(asks_for_7_as_1));
	end_child(child_that(inherits_as_3));
	CHECK(asks(&mine) == STRATA_LOCK_TURN && mine.formers[0] == 1);
	strata_lock_table_leave(table, &mine);
	end_child(child_that(inherits_and_asks_as_3));
	CHECK(asks(&mine) == STRATA_LOCK_TURN && mine.formers[0] == 3 && mine.formers[1] == 1);
	end();
}

static void caller_that_is_silent_loses_its_turn_and_nothing_more(void)
{
	strata_lock_place mine = place_of(7, 3);
	pid_t child;

	begin();
	child = child_that(asks_for_7_as_1);
	CHECK(asks(&mine) == STRATA_LOCK_HELD);
	while (!strata_lock_table_sleep(table, &mine, LONG)) {
	}
	/* It may have got the lock by now, and only be slow: what it asked for is not to be removed. */
	CHECK(asks(&mine) == STRATA_LOCK_TURN && mine.formers[0] == 0 && mine.formers[1] == 0);
	end_child(child);
	CHECK(strata_lock_table_ask(table, &mine, in(LIFE)));
	end();
}

static int asks_for_7_as_3_in_a_while(void)
{
	strata_lock_place place = place_of(7, 3);

	/* Longer than a caller may be silent. */
	(void) usleep(350 * 1000);
	return (int) asks(&place);
}

/* What it leaves is not forgotten, however late it hears that there is no answer. */
static void caller_keeps_its_turn_while_its_question_may_be_under_way(void)
{
	strata_lock_place mine = place_of(7, 1), other = place_of(7, 5);

	begin();
	mine.question_time = 60 * 1000;
	CHECK(asks(&mine) == STRATA_LOCK_TURN && strata_lock_table_ask(table, &mine, in(LIFE)));
	end_child(child_that(asks_for_7_as_3_in_a_while));
	CHECK(shared->state == STRATA_LOCK_HELD);
	strata_lock_table_abandon(table, &mine, in(LIFE));
	CHECK(asks(&other) == STRATA_LOCK_TURN && other.formers[0] == 1);
	end();
}

static void what_is_abandoned_is_removed_by_the_next(void)
{
	strata_lock_place mine = place_of(7, 1), other = place_of(7, 3);

	begin();
	CHECK(asks(&mine) == STRATA_LOCK_TURN && strata_lock_table_ask(table, &mine, in(LIFE)));
	strata_lock_table_abandon(table, &mine, in(LIFE));
	CHECK(asks(&other) == STRATA_LOCK_TURN && other.formers[0] == 1 && !other.is_of_dead);
	CHECK(strata_lock_table_ask(table, &other, in(LIFE)));
	strata_lock_table_hold(table, &other, in(LIFE));
	strata_lock_table_abandon(table, &other, in(0));
	CHECK(asks(&mine) == STRATA_LOCK_TURN && mine.formers[0] == 0);
	end();
}

static void late_word_of_the_server_does_not_hide_a_newer_holder(void)
{
	strata_lock_place late = place_of(7, 1);
	pid_t child;

	begin();
	child = child_that(holds_7_as_1);
	late.version = 3;
	strata_lock_table_hold(table, &late, in(LIFE));
	CHECK(!strata_lock_table_has(table, &late));
	end_child(child);
	strata_lock_table_hold(table, &late, in(LIFE));
	CHECK(strata_lock_table_has(table, &late));
	end();
}

static void turns_of_a_thread_end_together(void)
{
	strata_lock_place one = place_of(7, 1), two = place_of(8, 1), held = place_of(9, 1);

	begin();
	CHECK(asks(&one) == STRATA_LOCK_TURN && asks(&two) == STRATA_LOCK_TURN);
	CHECK(takes(&held) == STRATA_LOCK_TAKEN);
	strata_lock_table_leave_all(table);
	CHECK(!strata_lock_table_ask(table, &one, in(LIFE)) &&
		  !strata_lock_table_ask(table, &two, in(LIFE)));
	CHECK(strata_lock_table_has(table, &held));
	end();
}

static void numbers_rise(void)
{
	begin();
	CHECK(strata_lock_table_raise(table, 1000) == 1000);
	CHECK(strata_lock_table_raise(table, 1000) == 1001);
	CHECK(strata_lock_table_raise(table, 10) == 1002);
	end();
}

/* ---- kills ---- */

enum { WORKERS = 8, KILLS = 400 };

/* What a holder wrote is still there when it leaves: no other one was let in. */
static void work(uint64_t version)
{
	for (uint64_t turn = 0;; turn++) {
		strata_lock_place place = place_of(7, version + turn * 2 * WORKERS);

		while (takes(&place) != STRATA_LOCK_TAKEN) {
			while (!strata_lock_table_sleep(table, &place, LONG)) {
			}
		}
		shared->inside = place.version;
		(void) usleep(50);
		shared->intruders += shared->inside != place.version;
		shared->done++;
		(void) strata_lock_table_release(table, &place);
	}
}

static pid_t start_worker(int number)
{
	pid_t child = fork();

	if (child == 0) {
		(void) alarm(60);
		work(1 + 2 * (uint64_t) number);
	}
	return child;
}

static void holders_that_are_killed_let_one_other_in(void)
{
	pid_t workers[WORKERS];

	begin();
	for (int i = 0; i < WORKERS; i++) {
		workers[i] = start_worker(i);
	}
	for (int i = 0; i < KILLS; i++) {
		int done = shared->done;

		end_child(workers[i % WORKERS]);
		workers[i % WORKERS] = start_worker(i % WORKERS);
		for (int waited = 0; shared->done == done && waited < LONG; waited += 200) {
			(void) usleep(200);
		}
		REQUIRE(shared->done != done);
	}
	for (int i = 0; i < WORKERS; i++) {
		end_child(workers[i]);
	}
	CHECK(shared->intruders == 0 && shared->done > KILLS);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(one_version_has_a_lock_of_the_host);
	RUN(what_is_over_is_free);
	RUN(extending_moves_the_end);
	RUN(dead_holder_has_nothing);
	RUN(what_is_not_bound_outlives_its_process);
	RUN(full_table_refuses_and_frees_what_the_dead_held);
	RUN(one_caller_asks_for_its_host);
	RUN(next_caller_inherits_what_the_dead_left);
	RUN(heirs_that_die_hand_on_what_they_inherited);
	RUN(caller_that_is_silent_loses_its_turn_and_nothing_more);
	RUN(caller_keeps_its_turn_while_its_question_may_be_under_way);
	RUN(what_is_abandoned_is_removed_by_the_next);
	RUN(late_word_of_the_server_does_not_hide_a_newer_holder);
	RUN(turns_of_a_thread_end_together);
	RUN(numbers_rise);
	RUN(holders_that_are_killed_let_one_other_in);
	return unit_end();
}
