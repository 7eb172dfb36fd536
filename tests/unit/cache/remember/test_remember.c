/* One computation for many processes, whatever becomes of the one that computes. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cache/remember/remember.h"

#include <sys/wait.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "cache/write.h"
#include "os/clock.h"
#include "os/map.h"

#include "unit.h"

enum { HEAP = 4 << 20, MOST = 8, LONG_WAIT = 20 * 1000 * 1000, SHORT_WAIT = 100 * 1000 };

static strata_runtime runtime;
static strata_database database;
static pid_t children[MOST];
static int child_count;
static const char *key;

static struct {
	_Atomic int computing; /* at this moment */
	_Atomic int most;      /* the most at any moment */
	_Atomic int computed;
	_Atomic int found;
	_Atomic int wrong; /* found something else */
	_Atomic int busy;
	_Atomic strata_usec longest; /* before a computation */
	_Atomic bool is_gate_open;
} * shared;

static void begin(const char *name)
{
	key = name;
	child_count = 0;
	memset(shared, 0, sizeof(*shared));
	database.settings.lease_wait = LONG_WAIT;
}

/* ---- what a process does ---- */

typedef enum { STORE, FAIL, DIE } behaviour;

static void pause_shortly(void)
{
	usleep(1000);
}

static strata_call new_call(void)
{
	strata_call call = { .arena = strata_arena_new(), .now = strata_clock_msec() };

	REQUIRE(call.arena != NULL);
	return call;
}

/* NULL: as a set does. */
static void store(strata_call *call, strata_item *item, strata_computation *computation)
{
	strata_item *const one[] = { item };

	item->value =
		(strata_value){ .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("computed") };
	strata_cache_stamp(&database, item, 60000);
	if (computation != NULL) {
		strata_computation_store(&database, call, item, computation);
	} else {
		strata_cache_put(&database, call, one, 1, STRATA_PUT_SET);
	}
}

static void compute(strata_call *call, strata_memory *memory, behaviour behaviour)
{
	int now = ++shared->computing;
	int most = shared->most;

	while (most < now && !atomic_compare_exchange_weak(&shared->most, &most, now)) {
	}
	shared->computed++;
	while (!shared->is_gate_open) {
		pause_shortly();
	}
	if (behaviour == DIE) {
		kill(getpid(), SIGKILL);
	}
	strata_computation_stop(&memory->computation);
	if (behaviour == STORE) {
		store(call, memory->item, &memory->computation);
	} else {
		strata_computation_leave(&database, call, memory->item->key, &memory->computation, 0);
	}
	shared->computing--;
}

/* To the end of the wait, if there is one. */
static strata_remember_state begin_and_wait(strata_call *call, strata_memory *memory)
{
	strata_remember_begin(&database, call, &memory, 1);
	while (memory->state == STRATA_REMEMBER_WAIT) {
		while (strata_remember_sleep(database.leases, memory) == STRATA_SLEEP_ON) {
		}
		*memory->item = (strata_item){ .key = strata_view_of(key) };
		call->now = strata_clock_msec();
		strata_remember_resume(&database, call, memory);
	}
	return memory->state;
}

static void remember(behaviour behaviour)
{
	strata_item item = { .key = strata_view_of(key) };
	strata_memory memory = { .item = &item };
	strata_call call = new_call();
	strata_usec begun = strata_clock_usec();
	strata_usec waited;

	if (begin_and_wait(&call, &memory) == STRATA_REMEMBER_COMPUTE) {
		waited = strata_clock_usec() - begun;
		shared->longest = shared->longest < waited ? waited : shared->longest;
		strata_computation_start(&memory.computation);
		compute(&call, &memory, behaviour);
	} else if (memory.state == STRATA_REMEMBER_BUSY) {
		shared->busy++;
	} else {
		shared->found++;
		shared->wrong += !strata_view_equal(item.value.bytes, strata_view_of("computed"));
	}
	strata_remember_end(database.leases, &memory);
	strata_arena_free(call.arena);
}

static void start(behaviour behaviour)
{
	pid_t child = fork();

	REQUIRE(child >= 0);
	if (child == 0) {
		(void) alarm(60);
		remember(behaviour);
		_exit(0);
	}
	children[child_count++] = child;
}

static void open_gate_and_wait(void)
{
	shared->is_gate_open = true;
	while (child_count > 0) {
		REQUIRE(waitpid(children[--child_count], NULL, 0) > 0);
	}
}

/* ---- what can be seen of it ---- */

static uint64_t counted(strata_counter counter)
{
	strata_stats_sum sums[8];
	uint32_t rows = strata_stats_read(runtime.stats, sums, 8);
	uint64_t total = 0;

	for (uint32_t i = 0; i < rows && i < 8; i++) {
		total += sums[i].counters[counter];
	}
	return total;
}

static uint64_t waits_before;

static void await_computing(int count)
{
	while (shared->computing < count) {
		pause_shortly();
	}
}

static void await_waiting(uint64_t count)
{
	while (counted(STRATA_COUNT_LEASE_WAITS) - waits_before < count) {
		pause_shortly();
	}
}

/* ---- the tests ---- */

static void what_is_there_is_found_without_a_lease(void)
{
	strata_item item = { .key = strata_view_of("there") };
	strata_memory memory = { .item = &item };
	strata_call call = new_call();
	uint64_t computations = counted(STRATA_COUNT_COMPUTATIONS);

	begin("there");
	store(&call, &item, NULL);
	CHECK(begin_and_wait(&call, &memory) == STRATA_REMEMBER_FOUND);
	CHECK(strata_view_equal(item.value.bytes, strata_view_of("computed")));
	CHECK(!memory.computation.holds_lease && strata_leases_held(runtime.leases) == 0);
	strata_remember_end(database.leases, &memory);
	CHECK(counted(STRATA_COUNT_COMPUTATIONS) == computations);
	strata_arena_free(call.arena);
}

static void one_computes_and_the_others_get_its_value(void)
{
	uint64_t computations = counted(STRATA_COUNT_COMPUTATIONS);

	begin("one");
	waits_before = counted(STRATA_COUNT_LEASE_WAITS);
	for (int i = 0; i < 6; i++) {
		start(STORE);
	}
	await_waiting(5);
	open_gate_and_wait();
	CHECK(shared->computed == 1 && shared->found == 5 && shared->wrong == 0);
	CHECK(counted(STRATA_COUNT_COMPUTATIONS) - computations == 1);
	CHECK(counted(STRATA_COUNT_LEASE_WAITS) - waits_before == 5);
	CHECK(strata_leases_held(runtime.leases) == 0);
}

static void when_one_fails_the_next_computes_and_never_two_at_once(void)
{
	begin("fails");
	waits_before = counted(STRATA_COUNT_LEASE_WAITS);
	for (int i = 0; i < 4; i++) {
		start(FAIL);
	}
	await_waiting(3);
	open_gate_and_wait();
	CHECK(shared->computed == 4 && shared->found == 0 && shared->most == 1);
	CHECK(strata_leases_held(runtime.leases) == 0);
}

static void when_one_dies_the_next_computes(void)
{
	begin("dies");
	waits_before = counted(STRATA_COUNT_LEASE_WAITS);
	start(DIE);
	await_computing(1);
	start(STORE);
	start(STORE);
	await_waiting(2);
	open_gate_and_wait();
	CHECK(shared->computed == 2 && shared->found == 1 && shared->wrong == 0);
	CHECK(counted(STRATA_COUNT_LEASE_WAITS) - waits_before == 2);
}

/* All but the first wait as long as they may, and not longer: the first is stuck. */
static void check_overflow(const char *name, strata_usec lease_wait, int computing)
{
	begin(name);
	waits_before = counted(STRATA_COUNT_LEASE_WAITS);
	database.settings.lease_wait = lease_wait;
	start(STORE);
	await_computing(1);
	for (int i = 0; i < 4; i++) {
		start(STORE);
	}
	await_computing(computing);
	usleep(2 * SHORT_WAIT);
	CHECK(shared->computing == computing);
	open_gate_and_wait();
	CHECK(shared->computed == computing && shared->busy == 5 - computing);
	CHECK(shared->found == 0 && shared->wrong == 0);
	CHECK(shared->longest < lease_wait + 10 * SHORT_WAIT);
	CHECK(strata_leases_held(runtime.leases) == 0);
}

static void after_lease_wait_all_that_waited_compute(void)
{
	check_overflow("overflow", SHORT_WAIT, 5);
	CHECK(counted(STRATA_COUNT_LEASE_WAITS) - waits_before == 4);
}

static void without_lease_wait_they_compute_at_once(void)
{
	check_overflow("at once", 0, 5);
}

static void by_throw_two_of_them_do_and_the_others_are_told(void)
{
	database.settings.lease_overflow = STRATA_LEASE_OVERFLOW_THROW;
	check_overflow("throw", SHORT_WAIT, 3);
	database.settings.lease_overflow = STRATA_LEASE_OVERFLOW_COMPUTE;
}

static void a_nested_call_for_the_same_key_computes_stores_and_releases_nothing(void)
{
	strata_item item = { .key = strata_view_of("nested") };
	strata_memory outer = { .item = &item }, inner = { .item = &item };
	strata_call call = new_call();

	begin("nested");
	CHECK(begin_and_wait(&call, &outer) == STRATA_REMEMBER_COMPUTE);
	CHECK(begin_and_wait(&call, &inner) == STRATA_REMEMBER_COMPUTE);
	CHECK(outer.computation.holds_lease && !inner.computation.holds_lease);
	store(&call, &item, &inner.computation);
	CHECK(item.result == STRATA_NOT_STORED);
	strata_remember_end(database.leases, &inner);
	CHECK(strata_leases_held(runtime.leases) == 1);
	store(&call, &item, &outer.computation);
	CHECK(item.result == STRATA_OK);
	strata_remember_end(database.leases, &outer);
	strata_remember_end(database.leases, &outer);
	CHECK(strata_leases_held(runtime.leases) == 0);
	strata_arena_free(call.arena);
}

static void other_keys_do_not_wait(void)
{
	begin("busy");
	start(STORE);
	await_computing(1);
	waits_before = counted(STRATA_COUNT_LEASE_WAITS);
	key = "other";
	start(STORE);
	await_computing(2);
	CHECK(counted(STRATA_COUNT_LEASE_WAITS) == waits_before);
	open_gate_and_wait();
	CHECK(shared->computed == 2);
}

static void without_a_tier_everybody_computes(void)
{
	strata_item item = { .key = strata_view_of("nowhere") };
	strata_memory memory = { .item = &item };
	strata_call call = new_call();

	begin("nowhere");
	database.tier_count = 0;
	CHECK(begin_and_wait(&call, &memory) == STRATA_REMEMBER_COMPUTE);
	store(&call, &item, &memory.computation);
	CHECK(item.result == STRATA_NOT_STORED);
	strata_remember_end(database.leases, &memory);
	database.tier_count = 1;
	strata_arena_free(call.arena);
}

int main(void)
{
	strata_settings settings;
	char error[STRATA_DATABASE_ERROR];
	void *memory;

	REQUIRE(strata_runtime_init(&runtime, HEAP, STRATA_HEAP_LAZY) == STRATA_OK);
	REQUIRE(strata_settings_init(&settings) == 0);
	REQUIRE(strata_database_init(&database, &runtime, "test", &settings, error));
	REQUIRE(database.tier_count == 1);
	REQUIRE(strata_map_lazy(sizeof(*shared), &memory) == STRATA_OK);
	shared = memory;
	RUN(what_is_there_is_found_without_a_lease);
	RUN(one_computes_and_the_others_get_its_value);
	RUN(when_one_fails_the_next_computes_and_never_two_at_once);
	RUN(when_one_dies_the_next_computes);
	RUN(after_lease_wait_all_that_waited_compute);
	RUN(without_lease_wait_they_compute_at_once);
	RUN(by_throw_two_of_them_do_and_the_others_are_told);
	RUN(a_nested_call_for_the_same_key_computes_stores_and_releases_nothing);
	RUN(other_keys_do_not_wait);
	RUN(without_a_tier_everybody_computes);
	strata_map_free(shared, sizeof(*shared));
	strata_database_fini(&database);
	strata_runtime_fini(&runtime);
	return unit_end();
}
