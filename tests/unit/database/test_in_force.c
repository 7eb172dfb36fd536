#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "database/in_force.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "database/config_watcher.h"
#include "os/clock.h"

#include "unit.h"

static strata_runtime runtime;
static char folder[] = "/tmp/strata_in_force_XXXXXX";
static char path[64], draft[64];
static char sentence[STRATA_PUBLISHED_CONFIG_WHY];

static bool is_database(strata_view name)
{
	return strata_view_equal(name, strata_view_of("default"));
}

static bool is_usable(const strata_topology *before, const strata_topology *after,
	char error[STRATA_TOPOLOGY_ERROR])
{
	(void) before;
	(void) after;
	error[0] = '\0';
	return true;
}

static const strata_config_watcher watcher = { path, is_database, is_usable };

static void write_file(const char *text)
{
	FILE *file = fopen(draft, "w");

	REQUIRE(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
	REQUIRE(chmod(draft, 0600) == 0 && rename(draft, path) == 0);
}

static strata_config_news look(void)
{
	return strata_config_watcher_look(&runtime, &watcher, sentence);
}

static void begin(void)
{
	REQUIRE(strata_runtime_init(&runtime, 0, STRATA_HEAP_LAZY) == STRATA_OK);
	write_file("[default]\nredis=redis://a:1");
	CHECK(look() == STRATA_CONFIG_TAKEN);
}

static void end(void)
{
	strata_runtime_fini(&runtime);
	(void) unlink(path);
}

static bool names(const strata_topology *topology, const char *redis)
{
	const strata_setting *setting = strata_settings_find(strata_view_of("redis"));

	return strata_view_equal(strata_topology_text(topology, "default", setting),
		strata_view_of(redis));
}

static bool is_in_force(const char *redis)
{
	uint64_t version, moved_at;
	strata_topology topology;
	bool is_right = strata_in_force_read(&runtime, is_database, &topology, &version, &moved_at) &&
					names(&topology, redis) && version == strata_in_force_version(&runtime);

	strata_topology_fini(&topology);
	return is_right;
}

/* For a thread that goes by what is in force. */
static bool is_on_the_other_side(const char *redis)
{
	uint64_t other = strata_in_force_other(&runtime, strata_in_force_version(&runtime));
	strata_topology topology;
	bool is_right = other != 0 &&
					strata_in_force_read_version(&runtime, is_database, other, &topology) &&
					names(&topology, redis);

	if (other != 0) {
		strata_topology_fini(&topology);
	}
	return is_right;
}

static void await_edit(void)
{
	strata_msec moment = strata_published_config_moment(runtime.edited);

	REQUIRE(moment != 0 && moment <= strata_clock_wall_msec() + STRATA_SWITCH_NOTICE);
	while (strata_clock_wall_msec() < moment) {
		(void) usleep(10000);
	}
}

static void an_edit_of_servers_is_known_before_it_counts(void)
{
	begin();
	CHECK(!strata_in_force_is_switching(&runtime));
	write_file("[default]\nredis=redis://b:1");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("redis://a:1"));
	CHECK(look() == STRATA_CONFIG_QUIET);
	CHECK(strata_in_force_is_switching(&runtime) && is_on_the_other_side("redis://b:1"));
	await_edit();
	CHECK(is_in_force("redis://b:1") && is_on_the_other_side("redis://a:1"));
	CHECK(strata_in_force_number(&runtime, strata_in_force_version(&runtime)) == 2);
	CHECK(strata_in_force_is_switching(&runtime) && !strata_in_force_is_to_be_kept(&runtime));
	end();
}

static void an_edit_that_leaves_places_as_they_are_counts_at_once(void)
{
	begin();
	write_file("[default]\nredis=redis://a:1\nuser=x");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	CHECK(strata_published_config_moment(runtime.edited) == 0);
	CHECK(!strata_in_force_is_switching(&runtime));
	CHECK(strata_in_force_version(&runtime) == 2);
	end();
}

static void an_edit_that_another_one_follows_counts_until_then(void)
{
	begin();
	write_file("[default]\nredis=redis://b:1");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	await_edit();
	CHECK(is_in_force("redis://b:1"));
	write_file("[default]\nredis=redis://c:1");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("redis://b:1"));
	CHECK(is_on_the_other_side("redis://c:1"));
	await_edit();
	CHECK(is_in_force("redis://c:1") && is_on_the_other_side("redis://b:1"));
	CHECK(strata_in_force_number(&runtime, strata_in_force_version(&runtime)) == 3);
	end();
}

static void an_edit_that_is_taken_back_does_not_come(void)
{
	begin();
	write_file("[default]\nredis=redis://b:1");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	write_file("[default]\nredis=redis://a:1");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("redis://a:1"));
	CHECK(strata_published_config_moment(runtime.edited) == 0);
	end();
}

/* Its number and its text stay. The window is closed here as if all were through. */
static void an_edit_that_is_over_becomes_the_text_of_the_file(void)
{
	uint64_t version, moved_at, later;
	strata_topology topology;

	begin();
	write_file("[default]\nredis=redis://b:1");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	await_edit();
	CHECK(strata_in_force_read(&runtime, is_database, &topology, &version, &moved_at));
	strata_topology_fini(&topology);
	strata_published_config_close(runtime.edited);
	CHECK(strata_in_force_is_to_be_kept(&runtime));
	CHECK(look() == STRATA_CONFIG_QUIET && is_in_force("redis://b:1"));
	CHECK(strata_published_config_moment(runtime.edited) == 0);
	CHECK(strata_in_force_version(&runtime) == 2 && !strata_in_force_is_switching(&runtime));
	CHECK(strata_in_force_read(&runtime, is_database, &topology, &version, &later));
	CHECK(later == moved_at);
	strata_topology_fini(&topology);
	end();
}

static void a_living_request_of_before_holds_a_switch_open(void)
{
	int pipes[2];
	pid_t child;
	char byte;

	begin();
	REQUIRE(pipe(pipes) == 0);
	child = fork();
	if (child == 0) {
		strata_followed_note(runtime.followed, strata_process_slots_mine(runtime.slots), 1);
		(void) !write(pipes[1], "x", 1);
		(void) pause();
		_exit(0);
	}
	REQUIRE(read(pipes[0], &byte, 1) == 1);
	CHECK(strata_followed_by_others(runtime.followed, runtime.slots, 2));
	CHECK(!strata_followed_by_others(runtime.followed, runtime.slots, 1));
	REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
	CHECK(!strata_followed_by_others(runtime.followed, runtime.slots, 2));
	end();
}

static void a_request_that_is_over_holds_nothing_open(void)
{
	strata_process_owner mine;

	begin();
	mine = strata_process_slots_mine(runtime.slots);
	strata_followed_note(runtime.followed, mine, 1);
	CHECK(strata_followed_by_others(runtime.followed, runtime.slots, 2));
	strata_followed_note(runtime.followed, mine, 0);
	CHECK(!strata_followed_by_others(runtime.followed, runtime.slots, 2));
	strata_followed_note(runtime.followed, 0, 1);
	CHECK(!strata_followed_by_others(runtime.followed, runtime.slots, 2));
	end();
}

int main(void)
{
	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/topology.ini", folder);
	snprintf(draft, sizeof(draft), "%s/draft", folder);
	RUN(an_edit_of_servers_is_known_before_it_counts);
	RUN(an_edit_that_leaves_places_as_they_are_counts_at_once);
	RUN(an_edit_that_another_one_follows_counts_until_then);
	RUN(an_edit_that_is_taken_back_does_not_come);
	RUN(an_edit_that_is_over_becomes_the_text_of_the_file);
	RUN(a_living_request_of_before_holds_a_switch_open);
	RUN(a_request_that_is_over_holds_nothing_open);
	REQUIRE(rmdir(folder) == 0);
	return unit_end();
}
