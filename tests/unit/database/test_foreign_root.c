#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "database/runtime.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/resolver/name_table.h"
#include "redis/sentinel/master_table.h"

#include "unit.h"

static strata_runtime runtime;

enum { NAME = 1, MAP = 2, MASTER = 4, ALL = 7 };

/* What the process shares under one and the same name. */
typedef struct {
	const void *name, *map, *master;
} records;

static records acquire(void)
{
	return (records){ strata_name_table_acquire(runtime.names, "redis.example"),
		strata_slot_map_table_claim(runtime.slot_maps, 77, "redis.example:1"),
		strata_master_table_claim(runtime.masters, 77) };
}

/* Which of them a child has in common with its parent, after it did this. */
static int shared_with_child(bool (*act)(void))
{
	records ours = acquire();
	pid_t child = fork();
	int status;

	if (child == 0) {
		records theirs;

		/* In a container, root may lack the right to: then there is nothing to see. */
		if (!act()) {
			_exit(0);
		}
		theirs = acquire();
		REQUIRE(theirs.name != NULL && theirs.map != NULL && theirs.master != NULL);
		_exit((theirs.name == ours.name ? NAME : 0) | (theirs.map == ours.map ? MAP : 0) |
			  (theirs.master == ours.master ? MASTER : 0));
	}
	REQUIRE(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool do_nothing(void)
{
	return true;
}

static bool change_root(void)
{
	return chroot("/tmp") == 0 && chdir("/") == 0;
}

static bool leave_mounts(void)
{
	return unshare(CLONE_NEWNS) == 0;
}

static void a_process_that_sees_other_files_shares_nothing_by_name(void)
{
	REQUIRE(strata_runtime_init(&runtime, 0, STRATA_HEAP_LAZY) == STRATA_OK);
	CHECK(shared_with_child(do_nothing) == ALL);
	if (geteuid() == 0) {
		CHECK(shared_with_child(change_root) == 0);
		CHECK(shared_with_child(leave_mounts) == 0);
	}
	strata_runtime_fini(&runtime);
}

static void a_directory_is_known_again(void)
{
	strata_root_directory here = strata_root_directory_look();
	strata_root_directory other = here;
	const strata_root_directory nowhere = { 0 };

	CHECK(here.inode != 0 && strata_root_directory_is_same(here, strata_root_directory_look()));
	CHECK(strata_root_directory_mark(here) == 0);
	other.inode++;
	CHECK(!strata_root_directory_is_same(here, other) && strata_root_directory_mark(other) != 0);
	CHECK(!strata_root_directory_is_same(nowhere, nowhere));
}

int main(void)
{
	RUN(a_process_that_sees_other_files_shares_nothing_by_name);
	RUN(a_directory_is_known_again);
	return unit_end();
}
