#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "database/config_watcher.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "database/in_force.h"
#include "health/breaker.h"
#include "os/clock.h"

#include "unit.h"

static strata_runtime runtime;
static char folder[] = "/tmp/strata_coming_XXXXXX";
static char path[64], ahead[80], draft[64];
static char sentence[STRATA_PUBLISHED_CONFIG_WHY];

static bool is_database(strata_view name)
{
	return strata_view_equal(name, strata_view_of("default"));
}

/* Says no where a file names this user. */
static bool is_usable(const strata_topology *before, const strata_topology *after,
	char error[STRATA_TOPOLOGY_ERROR])
{
	(void) before;
	snprintf(error, STRATA_TOPOLOGY_ERROR, "nobody is no user");
	return !strata_view_equal(strata_topology_text(after, "default",
								  strata_settings_find(strata_view_of("user"))),
		strata_view_of("nobody"));
}

static const strata_config_watcher watcher = { path, is_database, is_usable };

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(draft, "w");

	REQUIRE(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
	REQUIRE(chmod(draft, 0600) == 0 && rename(draft, name) == 0);
}

/* By so many seconds from now, and options. */
static void write_ahead(int seconds, const char *options)
{
	time_t moment = time(NULL) + seconds;
	char text[512], from[32];
	struct tm parts;

	REQUIRE(gmtime_r(&moment, &parts) != NULL);
	REQUIRE(strftime(from, sizeof(from), "%Y-%m-%dT%H:%M:%SZ", &parts) > 0);
	snprintf(text, sizeof(text), "from = %s\n%s", from, options);
	write_file(ahead, text);
}

static strata_config_news look(void)
{
	return strata_config_watcher_look(&runtime, &watcher, sentence);
}

static strata_config_news look_ahead(void)
{
	return strata_config_watcher_look_ahead(&runtime, &watcher, sentence);
}

/* As when PHP starts. */
static void start(void)
{
	REQUIRE(strata_runtime_init(&runtime, 0, STRATA_HEAP_LAZY) == STRATA_OK);
	(void) look();
	(void) look_ahead();
}

static void begin(void)
{
	write_file(path, "[default]\nuser=one");
	start();
}

static void end(void)
{
	strata_runtime_fini(&runtime);
	(void) unlink(path);
	(void) unlink(ahead);
}

static bool is_in_force(const char *user)
{
	const strata_setting *setting = strata_settings_find(strata_view_of("user"));
	uint64_t version, moved_at;
	strata_topology topology;
	bool is_right = strata_in_force_read(&runtime, is_database, &topology, &version, &moved_at) &&
					strata_view_equal(strata_topology_text(&topology, "default", setting),
						strata_view_of(user)) &&
					version == strata_in_force_version(&runtime);

	strata_topology_fini(&topology);
	return is_right;
}

static const char *problem(void)
{
	static strata_published_config_status status;

	status = strata_published_config_look(runtime.coming);
	return status.why;
}

/* Without any look at a file. */
static void await_moment(void)
{
	strata_msec moment = strata_published_config_moment(runtime.coming);

	REQUIRE(moment != 0 && moment < strata_clock_wall_msec() + 5000);
	while (strata_clock_wall_msec() < moment) {
		CHECK(!strata_published_config_has_come(runtime.coming, strata_clock_wall_msec()) ||
			  strata_clock_wall_msec() >= moment);
		(void) usleep(1000);
	}
}

/* A clock that was set back an hour. */
static bool has_come_an_hour_ago(void)
{
	return strata_published_config_has_come(runtime.coming, strata_clock_wall_msec() - 3600000);
}

static void what_is_to_come_is_in_force_from_its_moment_on(void)
{
	begin();
	CHECK(is_in_force("one"));
	write_ahead(2, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN && is_in_force("one"));
	CHECK(look_ahead() == STRATA_CONFIG_QUIET && look() == STRATA_CONFIG_QUIET);
	await_moment();
	CHECK(is_in_force("two"));
	CHECK(strata_in_force_number(&runtime, strata_in_force_version(&runtime)) == 2);
	end();
}

static void a_clock_that_steps_back_does_not_undo_it(void)
{
	begin();
	write_ahead(-1, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	CHECK(is_in_force("two") && has_come_an_hour_ago());
	write_ahead(-1, "[default]\nuser=two");
	CHECK(look_ahead() != STRATA_CONFIG_REJECTED && has_come_an_hour_ago());
	end();
}

/* Nor an edit of it: it is not in force. */
static void a_file_that_is_touched_does_not_undo_it(void)
{
	begin();
	write_ahead(-60, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	write_file(path, "[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	write_file(path, "[default]\nuser=three");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	end();
}

static void a_host_that_starts_anew_goes_by_the_files(void)
{
	begin();
	write_ahead(-60, "[default]\nuser=two");
	strata_runtime_fini(&runtime);
	start();
	CHECK(is_in_force("two"));
	strata_runtime_fini(&runtime);
	write_ahead(60, "[default]\nuser=two");
	start();
	CHECK(is_in_force("one"));
	end();
}

static void its_text_may_become_that_of_the_file(void)
{
	begin();
	write_ahead(-60, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	write_file(path, "[default]\nuser=two");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	REQUIRE(unlink(ahead) == 0);
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	CHECK(look_ahead() == STRATA_CONFIG_QUIET && problem()[0] == '\0');
	end();
}

static void what_is_removed_before_its_moment_does_not_come(void)
{
	begin();
	write_ahead(1, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	REQUIRE(unlink(ahead) == 0);
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	CHECK(strata_published_config_moment(runtime.coming) == 0);
	(void) sleep(1);
	CHECK(look_ahead() == STRATA_CONFIG_QUIET && is_in_force("one"));
	end();
}

static void what_is_removed_after_it_gives_way_to_the_file(void)
{
	uint64_t version, moved_at;
	strata_topology topology;

	begin();
	write_ahead(-60, "[default]\nredis=redis://a:1");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	CHECK(strata_in_force_read(&runtime, is_database, &topology, &version, &moved_at));
	CHECK(moved_at == topology.from && moved_at != 0);
	strata_topology_fini(&topology);
	REQUIRE(unlink(ahead) == 0);
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN && is_in_force("one"));
	/* Other servers were asked meanwhile. */
	CHECK(strata_in_force_read(&runtime, is_database, &topology, &version, &moved_at));
	CHECK(moved_at / 1000 + 5000 > strata_clock_wall_msec());
	strata_topology_fini(&topology);
	end();
}

/* The line was left in, or the file is away altogether: what is in force stays. */
static void it_gives_way_to_no_file_that_cannot_be_taken(void)
{
	begin();
	write_ahead(-60, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	REQUIRE(rename(ahead, path) == 0);
	CHECK(look() == STRATA_CONFIG_REJECTED && strstr(sentence, "from") != NULL);
	CHECK(strstr(sentence, STRATA_CONFIG_NEXT) != NULL);
	CHECK(look_ahead() != STRATA_CONFIG_TAKEN && is_in_force("two"));
	REQUIRE(unlink(path) == 0);
	CHECK(look_ahead() == STRATA_CONFIG_QUIET && is_in_force("two"));
	write_file(path, "[default]\nuser=three");
	(void) look();
	(void) look_ahead();
	CHECK(is_in_force("three"));
	end();
}

static void what_is_wrong_does_not_come_and_is_said_once(void)
{
	begin();
	write_ahead(60, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	write_file(ahead, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_REJECTED && strstr(sentence, "from") != NULL);
	CHECK(strstr(sentence, ahead) != NULL && problem()[0] != '\0');
	CHECK(look_ahead() == STRATA_CONFIG_QUIET);
	CHECK(strata_published_config_moment(runtime.coming) == 0);
	write_ahead(60, "[default]\nuser=nobody");
	CHECK(look_ahead() == STRATA_CONFIG_REJECTED && strstr(sentence, "nobody") != NULL);
	write_file(ahead, "from = tomorrow");
	CHECK(look_ahead() == STRATA_CONFIG_REJECTED && strstr(sentence, "2026-12-01T03:00:00Z"));
	REQUIRE(unlink(ahead) == 0);
	(void) look_ahead();
	CHECK(problem()[0] == '\0' && is_in_force("one"));
	end();
}

static void a_later_moment_waits_until_what_is_in_force_is_written_down(void)
{
	begin();
	write_ahead(-60, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	write_ahead(60, "[default]\nuser=three");
	CHECK(look_ahead() == STRATA_CONFIG_REJECTED && is_in_force("two"));
	write_file(path, "[default]\nuser=two");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	write_ahead(60, "[default]\nuser=three");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	CHECK(problem()[0] == '\0');
	end();
}

static bool is_out(const char *node)
{
	strata_breaker breaker;

	return strata_breaker_find(runtime.breaker_table, node, 0, &breaker) &&
		   strata_breaker_look(&breaker, strata_clock_msec()).state == STRATA_STATE_FORCED_OPEN;
}

static void its_disabled_nodes_are_out_from_then_on(void)
{
	write_file(path, "disabled = 10.0.0.1:1");
	start();
	write_ahead(2, "disabled = 10.0.0.2:1");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	CHECK(is_out("10.0.0.1:1") && !is_out("10.0.0.2:1"));
	await_moment();
	(void) look();
	(void) look_ahead();
	CHECK(!is_out("10.0.0.1:1") && is_out("10.0.0.2:1"));
	REQUIRE(unlink(ahead) == 0);
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	CHECK(is_out("10.0.0.1:1") && !is_out("10.0.0.2:1"));
	end();
}

/* A process that was killed before it announced the moment, or damage. */
static void a_moment_that_was_lost_is_announced_anew(void)
{
	begin();
	write_ahead(60, "[default]\nuser=two");
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	strata_published_config_cancel(runtime.coming);
	CHECK(look_ahead() == STRATA_CONFIG_QUIET);
	CHECK(strata_published_config_moment(runtime.coming) != 0);
	end();
}

static void it_is_judged_like_the_file(void)
{
	begin();
	write_ahead(60, "[default]\nuser=two");
	REQUIRE(chmod(ahead, 0666) == 0);
	CHECK(look_ahead() == STRATA_CONFIG_REJECTED);
	REQUIRE(chmod(ahead, 0600) == 0);
	CHECK(look_ahead() == STRATA_CONFIG_TAKEN);
	end();
}

int main(void)
{
	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/topology.ini", folder);
	snprintf(ahead, sizeof(ahead), "%s" STRATA_CONFIG_NEXT, path);
	snprintf(draft, sizeof(draft), "%s/draft", folder);
	RUN(what_is_to_come_is_in_force_from_its_moment_on);
	RUN(a_clock_that_steps_back_does_not_undo_it);
	RUN(a_file_that_is_touched_does_not_undo_it);
	RUN(a_host_that_starts_anew_goes_by_the_files);
	RUN(its_text_may_become_that_of_the_file);
	RUN(what_is_removed_before_its_moment_does_not_come);
	RUN(what_is_removed_after_it_gives_way_to_the_file);
	RUN(it_gives_way_to_no_file_that_cannot_be_taken);
	RUN(what_is_wrong_does_not_come_and_is_said_once);
	RUN(a_later_moment_waits_until_what_is_in_force_is_written_down);
	RUN(its_disabled_nodes_are_out_from_then_on);
	RUN(a_moment_that_was_lost_is_announced_anew);
	RUN(it_is_judged_like_the_file);
	REQUIRE(rmdir(folder) == 0);
	return unit_end();
}
