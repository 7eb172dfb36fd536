#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/pins.h"

#include <sys/wait.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "os/process.h"

#include "unit.h"

enum { NOW = 5000000, BLOCK = 77 };

static strata_host *host;
static strata_process_slots *slots;
static strata_pins *pins;
static pthread_barrier_t all_begun, all_may_end;

static const _Atomic uint32_t no, yes = 1;
static const strata_pin_bound boundless = { .allowance = UINT64_MAX, .is_shut = &no };
static const strata_pin_bound bounded = { .allowance = 1000, .is_shut = &no };
static const strata_pin_bound shut = { .allowance = 1000, .is_shut = &yes };

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_pins_new(host, slots, &pins) == STRATA_OK);
}

static void end(void)
{
	strata_pins_free(pins);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

/* A child that does this, then waits to be killed. */
static pid_t child_after(void (*task)(void))
{
	int pipes[2];
	char byte;
	pid_t child;

	REQUIRE(pipe(pipes) == 0);
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		(void) alarm(60);
		task();
		(void) !write(pipes[1], "x", 1);
		for (;;) {
			(void) pause();
		}
	}
	(void) close(pipes[1]);
	REQUIRE(read(pipes[0], &byte, 1) == 1);
	(void) close(pipes[0]);
	return child;
}

static void end_child(pid_t child)
{
	REQUIRE(kill(child, SIGKILL) == 0);
	REQUIRE(waitpid(child, NULL, 0) == child);
}

static void a_block_is_held_from_add_to_remove(void)
{
	begin();
	CHECK(!strata_pins_holds(pins, BLOCK, NOW));
	CHECK(strata_pins_add(pins, BLOCK, 1, 0, &boundless) == STRATA_PIN_NEW);
	CHECK(strata_pins_holds(pins, BLOCK, NOW) && !strata_pins_holds(pins, BLOCK + 1, NOW));
	CHECK(strata_pins_add(pins, BLOCK, 1, 0, &boundless) == STRATA_PIN_KEPT);
	CHECK(strata_pins_count_mine(pins) == 1);
	strata_pins_remove(pins, BLOCK, 1);
	CHECK(!strata_pins_holds(pins, BLOCK, NOW) && strata_pins_count_mine(pins) == 0);
	strata_pins_remove(pins, BLOCK, 1);
	CHECK(strata_pins_count_mine(pins) == 0);
	end();
}

static void a_block_is_found_beside_gaps_and_never_pinned_twice(void)
{
	begin();
	for (uint64_t block = 1; block <= 300; block++) {
		CHECK(strata_pins_add(pins, block, 1, 0, &boundless) == STRATA_PIN_NEW);
	}
	for (uint64_t block = 1; block <= 300; block += 2) {
		strata_pins_remove(pins, block, 1);
	}
	for (uint64_t block = 2; block <= 300; block += 2) {
		CHECK(strata_pins_holds(pins, block, NOW) && !strata_pins_holds(pins, block - 1, NOW));
		CHECK(strata_pins_add(pins, block, 1, 0, &boundless) == STRATA_PIN_KEPT);
	}
	CHECK(strata_pins_count_mine(pins) == 150);
	end();
}

static void a_full_table_refuses_and_forgets_nothing(void)
{
	uint64_t blocks[STRATA_PINS_EACH];
	uint32_t count = 0;

	begin();
	for (uint64_t block = 1; block < 5000; block++) {
		if (strata_pins_add(pins, block << 7, 1, 0, &boundless) != STRATA_PIN_NONE) {
			REQUIRE(count < STRATA_PINS_EACH);
			blocks[count++] = block << 7;
		}
	}
	CHECK(count > STRATA_PINS_EACH / 2 && count == strata_pins_count_mine(pins));
	for (uint32_t i = 0; i < count; i++) {
		CHECK(strata_pins_holds(pins, blocks[i], NOW));
	}
	strata_pins_begin_request(pins);
	CHECK(strata_pins_count_mine(pins) == 0 && !strata_pins_holds(pins, blocks[0], NOW));
	end();
}

static void pins_are_ignored_a_second_after_the_request(void)
{
	begin();
	CHECK(strata_pins_add(pins, BLOCK, 1, 0, &boundless) == STRATA_PIN_NEW);
	strata_pins_end_request(pins, NOW);
	CHECK(strata_pins_holds(pins, BLOCK, NOW) && strata_pins_holds(pins, BLOCK, NOW + 1000));
	CHECK(strata_pins_add(pins, BLOCK + 1, 1, 0, &boundless) == STRATA_PIN_NONE);
	CHECK(!strata_pins_holds(pins, BLOCK, NOW + 1001));
	/* Void is void: no clock that goes back brings them to life. */
	CHECK(!strata_pins_holds(pins, BLOCK, NOW));
	strata_pins_begin_request(pins);
	CHECK(strata_pins_add(pins, BLOCK + 1, 1, 0, &boundless) == STRATA_PIN_NEW);
	CHECK(!strata_pins_holds(pins, BLOCK, NOW + 9000));
	CHECK(strata_pins_holds(pins, BLOCK + 1, NOW + 9000));
	end();
}

static void add_block(void)
{
	REQUIRE(strata_pins_add(pins, BLOCK, 1, 0, &boundless) == STRATA_PIN_NEW);
}

static void a_killed_process_holds_nothing(void)
{
	uint64_t listed[8];
	pid_t child;

	begin();
	child = child_after(add_block);
	CHECK(strata_pins_holds(pins, BLOCK, NOW));
	CHECK(strata_pins_list(pins, NOW, listed, 8) == 1 && listed[0] == BLOCK);
	end_child(child);
	CHECK(strata_pins_list(pins, NOW, listed, 8) == 0);
	CHECK(!strata_pins_holds(pins, BLOCK, NOW));
	end();
}

static void a_stopped_process_holds_what_it_held(void)
{
	pid_t child;

	begin();
	child = child_after(add_block);
	REQUIRE(kill(child, SIGSTOP) == 0);
	REQUIRE(waitpid(child, NULL, WUNTRACED) == child);
	CHECK(strata_pins_holds(pins, BLOCK, NOW + 3600000));
	end_child(child);
	CHECK(!strata_pins_holds(pins, BLOCK, NOW));
	end();
}

static void *add_in_thread(void *block)
{
	return (void *) (uintptr_t) (strata_pins_add(pins, (uintptr_t) block, 1, 0, &boundless) ==
									 STRATA_PIN_NEW &&
								 strata_pins_holds(pins, (uintptr_t) block, NOW) &&
								 strata_pins_count_mine(pins) == 1);
}

static void threads_have_tables_of_their_own_that_end_with_them(void)
{
	pthread_t thread;
	void *good;

	begin();
	add_block();
	for (uintptr_t block = 100; block < 110; block++) {
		REQUIRE(pthread_create(&thread, NULL, add_in_thread, (void *) block) == 0);
		REQUIRE(pthread_join(thread, &good) == 0);
		CHECK(good != NULL);
		CHECK(!strata_pins_holds(pins, block, NOW));
	}
	CHECK(strata_pins_holds(pins, BLOCK, NOW) && strata_pins_count_mine(pins) == 1);
	end();
}

static void do_nothing(void)
{
}

static void a_child_holds_what_the_forking_thread_held(void)
{
	pid_t child;

	begin();
	add_block();
	child = child_after(do_nothing);
	strata_pins_begin_request(pins);
	CHECK(strata_pins_count_mine(pins) == 0 && strata_pins_holds(pins, BLOCK, NOW));
	end_child(child);
	CHECK(!strata_pins_holds(pins, BLOCK, NOW));
	end();
}

static void a_child_that_begins_a_request_lets_go(void)
{
	pid_t child;

	begin();
	add_block();
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		bool held = strata_pins_holds(pins, BLOCK, NOW);

		strata_pins_begin_request(pins);
		_exit(held ? 0 : 1);
	}
	strata_pins_begin_request(pins);
	{
		int status;

		REQUIRE(waitpid(child, &status, 0) == child);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	CHECK(!strata_pins_holds(pins, BLOCK, NOW));
	end();
}

static void many_forks_while_something_is_held_use_up_nothing(void)
{
	begin();
	add_block();
	for (int i = 0; i < 500; i++) {
		pid_t child = fork();

		REQUIRE(child >= 0);
		if (child == 0) {
			_exit(strata_pins_holds(pins, BLOCK, NOW) ? 0 : 1);
		}
		REQUIRE(waitpid(child, NULL, 0) == child);
	}
	{
		pid_t child = child_after(do_nothing);

		strata_pins_begin_request(pins);
		CHECK(strata_pins_holds(pins, BLOCK, NOW));
		end_child(child);
	}
	CHECK(!strata_pins_holds(pins, BLOCK, NOW));
	end();
}

/* Children that live at the same time, and the last of them begun before the first has ended. */
enum { MANY = 300 };

static pid_t fork_one(int begun, int end)
{
	pid_t child = fork();
	char byte;

	REQUIRE(child >= 0);
	if (child == 0) {
		bool held = strata_pins_holds(pins, BLOCK, NOW) && strata_pins_count_mine(pins) == 2;

		(void) alarm(120);
		(void) !write(begun, held ? "y" : "n", 1);
		(void) !read(end, &byte, 1);
		_exit(held && strata_pins_holds(pins, BLOCK, NOW) ? 0 : 1);
	}
	return child;
}

static uint32_t end_all(const pid_t *children, int end)
{
	uint32_t good = 0;
	int status;

	(void) close(end);
	for (int i = 0; i < MANY; i++) {
		REQUIRE(waitpid(children[i], &status, 0) == children[i]);
		good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	return good;
}

static void hundreds_of_living_children_hold_what_their_parent_held(void)
{
	static pid_t children[MANY];
	int begun[2], ending[2];
	uint32_t held = 0;
	char byte;

	begin();
	add_block();
	CHECK(strata_pins_add(pins, BLOCK + 1, 1, 0, &boundless) == STRATA_PIN_NEW);
	REQUIRE(pipe(begun) == 0 && pipe(ending) == 0);
	for (int i = 0; i < MANY; i++) {
		children[i] = fork_one(begun[1], ending[0]);
	}
	strata_pins_begin_request(pins);
	/* Also while some of them are on their way. */
	CHECK(strata_pins_holds(pins, BLOCK, NOW) && strata_pins_holds(pins, BLOCK + 1, NOW));
	for (int i = 0; i < MANY && read(begun[0], &byte, 1) == 1; i++) {
		held += byte == 'y';
	}
	CHECK(held == MANY);
	CHECK(strata_pins_holds(pins, BLOCK, NOW) && !strata_pins_holds(pins, BLOCK + 2, NOW));
	for (int i = 0; i < MANY; i++) {
		REQUIRE(write(ending[1], "x", 1) == 1);
	}
	CHECK(end_all(children, ending[1]) == MANY);
	/* All of them have arrived, so that nothing waits for any. */
	CHECK(!strata_pins_holds(pins, BLOCK, NOW) && !strata_pins_holds(pins, BLOCK + 1, NOW));
	(void) close(begun[0]);
	(void) close(begun[1]);
	(void) close(ending[0]);
	end();
}

/* What a thread pins between two forks is in the spare that its children share. */
static void children_on_their_way_share_what_holds_for_them(void)
{
	pid_t children[40];

	begin();
	for (uint64_t i = 0; i < 40; i++) {
		CHECK(strata_pins_add(pins, 1000 + i, 1, 0, &boundless) == STRATA_PIN_NEW);
		children[i] = fork();
		REQUIRE(children[i] >= 0);
		if (children[i] == 0) {
			_exit(strata_pins_count_mine(pins) == i + 1 && strata_pins_holds(pins, 1000 + i, NOW)
					  ? 0
					  : 1);
		}
	}
	for (int i = 0; i < 40; i++) {
		int status;

		REQUIRE(waitpid(children[i], &status, 0) == children[i]);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	strata_pins_begin_request(pins);
	for (uint64_t i = 0; i < 40; i++) {
		CHECK(!strata_pins_holds(pins, 1000 + i, NOW));
	}
	end();
}

static void *hold_a_slot(void *unused)
{
	(void) strata_process_slots_mine(slots);
	(void) pthread_barrier_wait(&all_begun);
	(void) pthread_barrier_wait(&all_may_end);
	return unused;
}

static void a_child_without_a_slot_holds_too_until_it_lets_go(void)
{
	enum { OTHERS = STRATA_PROCESS_SLOT_COUNT - 1 };
	static pthread_t threads[OTHERS];
	pthread_attr_t small;
	int let_go[2], has_let_go[2];
	pid_t child;
	char byte;

	begin();
	add_block();
	REQUIRE(pipe(let_go) == 0 && pipe(has_let_go) == 0);
	REQUIRE(pthread_barrier_init(&all_begun, NULL, OTHERS + 1) == 0);
	REQUIRE(pthread_barrier_init(&all_may_end, NULL, OTHERS + 1) == 0);
	REQUIRE(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 256 * 1024) == 0);
	for (int i = 0; i < OTHERS; i++) {
		REQUIRE(pthread_create(&threads[i], &small, hold_a_slot, NULL) == 0);
	}
	(void) pthread_barrier_wait(&all_begun);
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		bool is_without = strata_process_slots_mine(slots) == 0;

		(void) alarm(60);
		(void) !read(let_go[0], &byte, 1);
		strata_pins_begin_request(pins);
		(void) !write(has_let_go[1], is_without ? "y" : "n", 1);
		_exit(0);
	}
	strata_pins_begin_request(pins);
	CHECK(strata_pins_holds(pins, BLOCK, NOW));
	REQUIRE(write(let_go[1], "x", 1) == 1 && read(has_let_go[0], &byte, 1) == 1);
	CHECK(byte == 'y' && !strata_pins_holds(pins, BLOCK, NOW));
	REQUIRE(waitpid(child, NULL, 0) == child);
	(void) pthread_barrier_wait(&all_may_end);
	for (int i = 0; i < OTHERS; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	(void) pthread_attr_destroy(&small);
	end();
}

static void a_thread_with_its_allowance_gets_no_new_pin(void)
{
	begin();
	CHECK(strata_pins_add(pins, 1, 600, 0, &bounded) == STRATA_PIN_NEW);
	CHECK(strata_pins_add(pins, 2, 600, 0, &bounded) == STRATA_PIN_NEW);
	CHECK(strata_pins_add(pins, 3, 1, 0, &bounded) == STRATA_PIN_NONE);
	CHECK(strata_pins_add(pins, 2, 600, 0, &bounded) == STRATA_PIN_KEPT);
	strata_pins_remove(pins, 1, 600);
	CHECK(strata_pins_add(pins, 3, 1, 0, &bounded) == STRATA_PIN_NEW);
	CHECK(strata_pins_add(pins, 4, 1, 0, &shut) == STRATA_PIN_NONE);
	strata_pins_begin_request(pins);
	CHECK(strata_pins_add(pins, 4, 5000, 0, &bounded) == STRATA_PIN_NEW);
	end();
}

static void one_look_answers_for_many_blocks(void)
{
	strata_pins_asked asked[] = { { .block = 1 }, { .block = 2 }, { .block = 3, .is_held = true } };

	begin();
	CHECK(strata_pins_add(pins, 2, 1, 0, &boundless) == STRATA_PIN_NEW);
	CHECK(strata_pins_look(pins, asked, 3, NOW) == 1);
	CHECK(!asked[0].is_held && asked[1].is_held && !asked[2].is_held);
	strata_pins_remove(pins, 2, 1);
	CHECK(strata_pins_look(pins, asked, 3, NOW) == 1 && !asked[1].is_held);
	end();
}

/* What was written after a thread's last pin is not among its pins, whatever its number. */
static void a_block_written_after_every_pin_is_not_held(void)
{
	strata_pins_asked asked[] = { { .block = BLOCK, .written = 70 },
		{ .block = BLOCK, .written = 71 } };

	begin();
	CHECK(strata_pins_add(pins, BLOCK, 1, 70, &boundless) == STRATA_PIN_NEW);
	(void) strata_pins_look(pins, asked, 2, NOW);
	CHECK(asked[0].is_held && !asked[1].is_held);
	CHECK(strata_pins_holds(pins, BLOCK, NOW));
	/* An older one takes nothing from that. */
	CHECK(strata_pins_add(pins, BLOCK + 1, 1, 9, &boundless) == STRATA_PIN_NEW);
	(void) strata_pins_look(pins, asked, 2, NOW);
	CHECK(asked[0].is_held && !asked[1].is_held);
	/* The next request begins anew. */
	strata_pins_begin_request(pins);
	CHECK(strata_pins_add(pins, BLOCK, 1, 9, &boundless) == STRATA_PIN_NEW);
	(void) strata_pins_look(pins, asked, 2, NOW);
	CHECK(!asked[0].is_held && !asked[1].is_held);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_block_is_held_from_add_to_remove);
	RUN(a_block_is_found_beside_gaps_and_never_pinned_twice);
	RUN(a_full_table_refuses_and_forgets_nothing);
	RUN(pins_are_ignored_a_second_after_the_request);
	RUN(a_killed_process_holds_nothing);
	RUN(a_stopped_process_holds_what_it_held);
	RUN(threads_have_tables_of_their_own_that_end_with_them);
	RUN(a_child_holds_what_the_forking_thread_held);
	RUN(a_child_that_begins_a_request_lets_go);
	RUN(many_forks_while_something_is_held_use_up_nothing);
	RUN(hundreds_of_living_children_hold_what_their_parent_held);
	RUN(children_on_their_way_share_what_holds_for_them);
	RUN(a_child_without_a_slot_holds_too_until_it_lets_go);
	RUN(a_thread_with_its_allowance_gets_no_new_pin);
	RUN(one_look_answers_for_many_blocks);
	RUN(a_block_written_after_every_pin_is_not_held);
	return unit_end();
}
