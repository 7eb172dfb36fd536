/* One computation for many processes, whatever becomes of the one that computes. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cache/remember.h"

#include <sys/wait.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/map.h"

#include "fake_tier.h"
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

static void store(strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };

	item->value =
		(strata_value){ .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("computed") };
	strata_cache_stamp(&database, item, 60000);
	strata_cache_put(&database, call, one, 1, STRATA_PUT_SET);
}

static void compute(strata_call *call, strata_item *item, behaviour behaviour)
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
	if (behaviour == STORE) {
		store(call, item);
	}
	shared->computing--;
}

static void remember(behaviour behaviour)
{
	strata_item item = { .key = strata_view_of(key), .value.codec = STRATA_CODEC_NULL };
	strata_call call = new_call();
	strata_computation computation;

	if (strata_remember_begin(&database, &call, &item, &computation) == STRATA_REMEMBER_COMPUTE) {
		compute(&call, &item, behaviour);
		strata_remember_end(database.leases, &computation);
	} else {
		shared->found++;
		shared->wrong += !strata_view_equal(item.value.bytes, strata_view_of("computed"));
	}
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
	strata_call call = new_call();
	uint64_t computations = counted(STRATA_COUNT_COMPUTATIONS);
	strata_computation computation;

	begin("there");
	store(&call, &item);
	CHECK(strata_remember_begin(&database, &call, &item, &computation) == STRATA_REMEMBER_FOUND);
	CHECK(strata_view_equal(item.value.bytes, strata_view_of("computed")));
	CHECK(!computation.holds_lease && strata_leases_held(runtime.leases) == 0);
	strata_remember_end(database.leases, &computation);
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

/* The first of them is stuck. */
static void check_takeover(const char *name, strata_usec lease_wait)
{
	uint64_t misses;

	begin(name);
	waits_before = counted(STRATA_COUNT_LEASE_WAITS);
	database.settings.lease_wait = lease_wait;
	start(STORE);
	await_computing(1);
	start(STORE);
	start(STORE);
	await_computing(2);
	misses = counted(STRATA_COUNT_MISSES);
	usleep(3 * SHORT_WAIT);
	CHECK(shared->computing == 2);
	/* Who is third looks again from time to time, and sleeps in between. */
	CHECK(counted(STRATA_COUNT_MISSES) - misses <= 20);
	open_gate_and_wait();
	CHECK(shared->computed == 2 && shared->most == 2 && shared->found == 1 && shared->wrong == 0);
	CHECK(counted(STRATA_COUNT_LEASE_WAITS) - waits_before <= 2);
}

static void after_lease_wait_one_more_computes_and_no_third(void)
{
	check_takeover("takeover", SHORT_WAIT);
}

static void without_lease_wait_a_second_computes_at_once_and_no_third(void)
{
	check_takeover("at once", 0);
}

static void a_nested_call_for_the_same_key_computes_and_releases_nothing(void)
{
	strata_item item = { .key = strata_view_of("nested") };
	strata_call call = new_call();
	strata_computation outer, inner;

	begin("nested");
	CHECK(strata_remember_begin(&database, &call, &item, &outer) == STRATA_REMEMBER_COMPUTE);
	CHECK(strata_remember_begin(&database, &call, &item, &inner) == STRATA_REMEMBER_COMPUTE);
	CHECK(outer.holds_lease && !inner.holds_lease);
	strata_remember_end(database.leases, &inner);
	CHECK(strata_leases_held(runtime.leases) == 1);
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

static fake_tier late;

static void somebody_stores_it(void)
{
	fake_tier_hold(&late, "late", "computed");
}

/* Between the miss and the lease, by a process that has given the lease back already. */
static void what_came_before_the_lease_is_found_with_it(void)
{
	strata_item item = { .key = strata_view_of("late") };
	strata_call call = new_call();
	strata_tier tiers[1] = { database.tiers[0] };
	strata_computation computation;

	begin("late");
	fake_tier_init(&late, STRATA_TIER_LOCAL, &database.tiers[0]);
	late.after_get = somebody_stores_it;
	CHECK(strata_remember_begin(&database, &call, &item, &computation) == STRATA_REMEMBER_FOUND);
	CHECK(fake_diary_is("L.get late; L.get late; "));
	CHECK(!computation.holds_lease && strata_leases_held(runtime.leases) == 0);
	database.tiers[0] = tiers[0];
	strata_arena_free(call.arena);
}

static void without_a_tier_everybody_computes(void)
{
	strata_item item = { .key = strata_view_of("nowhere") };
	strata_call call = new_call();
	strata_computation computation;

	begin("nowhere");
	database.tier_count = 0;
	CHECK(strata_remember_begin(&database, &call, &item, &computation) == STRATA_REMEMBER_COMPUTE);
	strata_remember_end(database.leases, &computation);
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
	RUN(after_lease_wait_one_more_computes_and_no_third);
	RUN(without_lease_wait_a_second_computes_at_once_and_no_third);
	RUN(a_nested_call_for_the_same_key_computes_and_releases_nothing);
	RUN(other_keys_do_not_wait);
	RUN(what_came_before_the_lease_is_found_with_it);
	RUN(without_a_tier_everybody_computes);
	strata_map_free(shared, sizeof(*shared));
	strata_database_fini(&database);
	strata_runtime_fini(&runtime);
	return unit_end();
}
