/*
 * Two processes that have nothing in common but the name of a segment: the second one is this
 * program, begun anew, so its mappings lie elsewhere.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "database/runtime.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "os/clock.h"
#include "store/repair.h"
#include "store/store_internal.h"

#include "store_audit.h"
#include "store_values.h"

enum { HEAP = 4 << 20, NOW = 1000000 };

static char directory[64], path[80];
static strata_runtime runtime;
static strata_arena *arena;

static void open_runtime(void)
{
	strata_segment_wish wish = { .path = path, .mode = 0600, .build = "unit" };

	REQUIRE(strata_runtime_init_named(&runtime, HEAP, STRATA_HEAP_LAZY, &wish) == STRATA_OK);
	if (runtime.segment == NULL) {
		fprintf(stderr, "%s\n", runtime.segment_error);
	}
	REQUIRE(runtime.segment != NULL && runtime.store != NULL);
}

static void begin(void)
{
	arena = strata_arena_new();
	snprintf(directory, sizeof(directory), "/dev/shm/strata_unit_XXXXXX");
	REQUIRE(arena != NULL && mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/www", directory);
	open_runtime();
}

static void end(void)
{
	REQUIRE(unlink(strata_segment_path(runtime.segment)) == 0);
	strata_runtime_fini(&runtime);
	REQUIRE(rmdir(directory) == 0);
	strata_arena_free(arena);
}

static strata_result put_number(uint32_t number, uint32_t version)
{
	numbered_key key;
	strata_record record = value_number(number, version, 100);

	record.life.dead_at = STRATA_NEVER;
	return strata_store_put(runtime.store, key_number(&key, number), NOW, STRATA_STORE_SET,
		&record);
}

static strata_result get_number(uint32_t number, strata_record *found)
{
	numbered_key key;

	return strata_store_get(runtime.store, key_number(&key, number), NOW, STRATA_READ_COPY, arena,
		found);
}

/* ---- what the other process does ---- */

static void put_and_leave(void)
{
	REQUIRE(put_number(1, 7) == STRATA_OK);
}

static void die_with_all_locks(void)
{
	for (uint32_t i = 0; i < runtime.store->shard_count; i++) {
		REQUIRE(strata_repair_lock(&runtime.store->shards[i], 0));
		/* What the next owner has to make anew. */
		runtime.store->shards[i].head->filled[0] = ~runtime.store->shards[i].head->filled[0];
	}
	(void) kill(getpid(), SIGKILL);
}

static void die_with_a_lease(void)
{
	strata_lease lease;

	REQUIRE(
		strata_lease_take(runtime.leases, 99, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	(void) kill(getpid(), SIGKILL);
}

static void raise_generation(void)
{
	strata_generation *generation = strata_generations_of(runtime.generations, 5);

	REQUIRE(generation != NULL);
	CHECK(strata_generation_raise(generation, 41) == 41);
}

static const struct {
	const char *name;
	void (*task)(void);
} tasks[] = {
	{ "put_and_leave", put_and_leave },
	{ "die_with_all_locks", die_with_all_locks },
	{ "die_with_a_lease", die_with_a_lease },
	{ "raise_generation", raise_generation },
};

static int run_task(const char *name, const char *where)
{
	snprintf(path, sizeof(path), "%s", where);
	open_runtime();
	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
		if (strcmp(tasks[i].name, name) == 0) {
			tasks[i].task();
		}
	}
	strata_runtime_fini(&runtime);
	return unit_broken;
}

/* The signal that ended it, or 0; it must have done what it had to. */
static int other_process(const char *task)
{
	int status;
	pid_t child = fork();

	REQUIRE(child >= 0);
	if (child == 0) {
		(void) execl("/proc/self/exe", "test_segment_runtime", task, path, (char *) NULL);
		_exit(127);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* ---- sentences ---- */

static void what_one_process_stores_another_finds(void)
{
	strata_record found;

	begin();
	CHECK(get_number(1, &found) == STRATA_MISS);
	CHECK(other_process("put_and_leave") == 0);
	CHECK(get_number(1, &found) == STRATA_OK && is_value_of(&found, 1) && found.created_at == 7);
	end();
}

static void locks_of_a_killed_stranger_are_inherited(void)
{
	strata_store_usage usage;
	strata_record found;

	begin();
	REQUIRE(put_number(1, 1) == STRATA_OK && put_number(2, 1) == STRATA_OK);
	CHECK(other_process("die_with_all_locks") == SIGKILL);
	CHECK(put_number(1, 2) == STRATA_OK);
	CHECK(get_number(1, &found) == STRATA_OK && is_value_of(&found, 1) && found.created_at == 2);
	CHECK(get_number(2, &found) == STRATA_OK && is_value_of(&found, 2));
	audit_store(runtime.store);
	strata_store_read_usage(runtime.store, &usage);
	CHECK(usage.repairs == runtime.store->shard_count);
	end();
}

static void a_lease_of_a_killed_stranger_is_free(void)
{
	strata_lease lease;

	begin();
	CHECK(other_process("die_with_a_lease") == SIGKILL);
	CHECK(strata_lease_take(runtime.leases, 99, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	strata_lease_release(runtime.leases, &lease);
	end();
}

/* Nor does it fall back when all processes have ended in between. */
static void a_generation_is_that_of_all(void)
{
	begin();
	CHECK(other_process("raise_generation") == 0);
	CHECK(strata_generation_value(strata_generations_of(runtime.generations, 5)) == 41);
	strata_runtime_fini(&runtime);
	open_runtime();
	CHECK(strata_generation_value(strata_generations_of(runtime.generations, 5)) == 41);
	CHECK(strata_generation_floor(strata_generations_of(runtime.generations, 5)) == 41);
	end();
}

/* A number that fell would bring back what was cleared. */
static void a_damaged_generation_empties_the_heap(void)
{
	strata_record found;

	begin();
	raise_generation();
	REQUIRE(put_number(1, 1) == STRATA_OK);
	strata_runtime_fini(&runtime);
	open_runtime();
	CHECK(get_number(1, &found) == STRATA_OK);
	atomic_store(&strata_generations_of(runtime.generations, 5)->value, 40);
	strata_runtime_fini(&runtime);
	open_runtime();
	CHECK(get_number(1, &found) == STRATA_MISS);
	CHECK(strata_generation_value(strata_generations_of(runtime.generations, 5)) == 0);
	CHECK(put_number(1, 3) == STRATA_OK);
	end();
}

/* Slots, leases and locks of those that ended say nothing to the next. */
static void any_bytes_in_what_passes_are_no_matter(void)
{
	enum { HEADER = 4096 };
	static char bytes[8 << 20];
	strata_shared_layout layout;
	strata_record found;
	strata_lease lease;
	int file;

	begin();
	REQUIRE(strata_shared_tables_measure(&layout) == STRATA_OK && layout.passing < sizeof(bytes));
	REQUIRE(put_number(1, 1) == STRATA_OK);
	file = open(strata_segment_path(runtime.segment), O_RDWR);
	REQUIRE(file >= 0);
	strata_runtime_fini(&runtime);
	memset(bytes, 0xA5, layout.passing);
	REQUIRE(pwrite(file, bytes, layout.passing, (off_t) (HEADER + layout.kept)) ==
			(ssize_t) layout.passing);
	REQUIRE(close(file) == 0);
	open_runtime();
	CHECK(get_number(1, &found) == STRATA_OK && is_value_of(&found, 1));
	CHECK(strata_lease_take(runtime.leases, 99, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	strata_lease_release(runtime.leases, &lease);
	CHECK(put_number(1, 2) == STRATA_OK);
	end();
}

static void a_segment_that_cannot_be_had_is_told_and_replaced(void)
{
	strata_segment_wish wish = { .path = "/tmp/www", .mode = 0600, .build = "unit" };

	REQUIRE(strata_runtime_init_named(&runtime, HEAP, STRATA_HEAP_LAZY, &wish) == STRATA_OK);
	CHECK(runtime.segment == NULL && runtime.store != NULL);
	CHECK(strstr(runtime.segment_error, "/tmp/www") != NULL);
	CHECK(strata_runtime_usable_store(&runtime) == runtime.store);
	CHECK(!strata_runtime_withholds_values(&runtime, 0));
	CHECK(put_number(1, 1) == STRATA_OK);
	strata_runtime_fini(&runtime);
}

static void root_takes_no_value_of_a_segment(void)
{
	begin();
	CHECK(strata_runtime_withholds_values(&runtime, 0));
	CHECK(!strata_runtime_withholds_values(&runtime, 33));
	end();
}

int main(int count, char **arguments)
{
	if (count == 3) {
		return run_task(arguments[1], arguments[2]);
	}
	RUN(a_segment_that_cannot_be_had_is_told_and_replaced);
#ifndef __SANITIZE_THREAD__
	RUN(what_one_process_stores_another_finds);
	RUN(locks_of_a_killed_stranger_are_inherited);
	RUN(a_lease_of_a_killed_stranger_is_free);
	RUN(a_generation_is_that_of_all);
	RUN(a_damaged_generation_empties_the_heap);
	RUN(any_bytes_in_what_passes_are_no_matter);
	RUN(root_takes_no_value_of_a_segment);
#endif
	return unit_end();
}
