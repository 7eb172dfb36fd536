#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "database/config_watcher.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database/in_force.h"
#include "health/breaker.h"
#include "os/clock.h"

#include "unit.h"

static strata_runtime runtime;
static char folder[] = "/tmp/strata_watcher_XXXXXX";
static char path[64], next[64];
static char sentence[STRATA_PUBLISHED_CONFIG_WHY];
static uint32_t trials;

static bool is_database(strata_view name)
{
	return strata_view_equal(name, strata_view_of("default"));
}

/* Says no where a file names this user. */
static bool is_usable(const strata_topology *before, const strata_topology *after,
	char error[STRATA_TOPOLOGY_ERROR])
{
	const strata_setting *user = strata_settings_find(strata_view_of("user"));

	(void) before;
	trials++;
	snprintf(error, STRATA_TOPOLOGY_ERROR, "nobody is no user");
	return !strata_view_equal(strata_topology_text(after, "default", user),
		strata_view_of("nobody"));
}

static const strata_config_watcher watcher = { path, is_database, is_usable };

static void begin(void)
{
	REQUIRE(strata_runtime_init(&runtime, 0, STRATA_HEAP_LAZY) == STRATA_OK);
	trials = 0;
}

static void end(void)
{
	strata_runtime_fini(&runtime);
	(void) unlink(path);
}

static void write_file(const char *text)
{
	FILE *file = fopen(next, "w");

	REQUIRE(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
	REQUIRE(chmod(next, 0600) == 0 && rename(next, path) == 0);
}

static strata_config_news look(void)
{
	return strata_config_watcher_look(&runtime, &watcher, sentence);
}

static bool is_in_force(const char *user)
{
	const strata_setting *setting = strata_settings_find(strata_view_of("user"));
	uint64_t version, moved_at;
	strata_topology topology;
	bool is_right = strata_in_force_read(&runtime, is_database, &topology, &version, &moved_at) &&
					strata_view_equal(strata_topology_text(&topology, "default", setting),
						strata_view_of(user));

	strata_topology_fini(&topology);
	return is_right;
}

static strata_breaker_state state_of(const char *node)
{
	strata_breaker breaker;

	return strata_breaker_find(runtime.breaker_table, node, 0, &breaker)
			   ? strata_breaker_look(&breaker, strata_clock_msec()).state
			   : STRATA_STATE_CLOSED;
}

static bool is_out(const char *node)
{
	return state_of(node) == STRATA_STATE_FORCED_OPEN;
}

static void a_changed_file_is_taken_once(void)
{
	begin();
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("one"));
	CHECK(look() == STRATA_CONFIG_QUIET && trials == 1);
	write_file("[default]\nuser=two");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	CHECK(look() == STRATA_CONFIG_QUIET && trials == 2);
	CHECK(strata_published_config_version(runtime.config) == 2);
	end();
}

/* In the first of the two buffers of shared memory, which the handle points to. */
static void a_text_that_was_damaged_is_published_anew(void)
{
	const char text[] = "[default]\nuser=two";
	char *shared;

	begin();
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	write_file(text);
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	memcpy(&shared, runtime.config, sizeof(shared));
	shared = memmem(shared, STRATA_PUBLISHED_CONFIG_LONGEST, text, strlen(text));
	REQUIRE(shared != NULL);
	shared[strlen(text) - 1] = 'a';
	CHECK(!is_in_force("two") && !is_in_force("twa"));
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	CHECK(look() == STRATA_CONFIG_QUIET);
	end();
}

/* What it names, a password_file for example, may have changed. */
static void a_touched_file_is_taken_anew(void)
{
	begin();
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN && strata_published_config_version(runtime.config) == 2);
	end();
}

/* Twice within one tick of the kernel leaves the same times. */
static void a_file_that_is_written_in_place_again_at_once_is_noticed(void)
{
	begin();
	for (int i = 0; i < 50; i++) {
		FILE *file = fopen(path, "w");

		REQUIRE(file != NULL && fprintf(file, "[default]\nuser=%02d", i) > 0 && fclose(file) == 0);
		CHECK(look() == STRATA_CONFIG_TAKEN || look() == STRATA_CONFIG_EXPOSED);
	}
	CHECK(is_in_force("49"));
	end();
}

static void a_bad_file_keeps_the_last_good_one_and_is_said_once(void)
{
	char expected[200];

	begin();
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	write_file("[default]\nusr=two");
	CHECK(look() == STRATA_CONFIG_REJECTED && is_in_force("one"));
	snprintf(expected, sizeof(expected), "%s, line 2: there is no option usr; did you mean user?",
		path);
	CHECK(strcmp(sentence, expected) == 0);
	CHECK(look() == STRATA_CONFIG_QUIET);
	write_file("[default]\nusr=two");
	CHECK(look() == STRATA_CONFIG_QUIET && look() == STRATA_CONFIG_QUIET);
	CHECK(strcmp(strata_published_config_look(runtime.config).why, expected) == 0);
	write_file("[default]\nuser=two");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	CHECK(strata_published_config_look(runtime.config).why[0] == '\0');
	end();
}

static void what_fails_its_trial_is_refused(void)
{
	begin();
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	write_file("disabled=h:1\n[default]\nuser=nobody");
	CHECK(look() == STRATA_CONFIG_REJECTED && is_in_force("one") && !is_out("h:1"));
	CHECK(strstr(sentence, "nobody is no user") != NULL);
	CHECK(look() == STRATA_CONFIG_QUIET);
	end();
}

static void a_missing_file_is_said_once_and_taken_when_it_is_there(void)
{
	begin();
	CHECK(look() == STRATA_CONFIG_REJECTED);
	CHECK(strstr(sentence, "cannot be read: No such file or directory") != NULL);
	CHECK(look() == STRATA_CONFIG_QUIET && strata_published_config_version(runtime.config) == 0);
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("one"));
	REQUIRE(unlink(path) == 0);
	CHECK(look() == STRATA_CONFIG_REJECTED && look() == STRATA_CONFIG_QUIET && is_in_force("one"));
	end();
}

/* What a worker of another user finds, who shares the memory. */
static strata_config_news look_as_nobody(const char *in_force)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		strata_config_news news;

		REQUIRE(setuid(65534) == 0);
		news = look();
		REQUIRE(is_in_force(in_force));
		_exit(100 + (int) news);
	}
	REQUIRE(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	return (strata_config_news) (WEXITSTATUS(status) - 100);
}

static void who_may_not_read_the_file_goes_by_what_others_read(void)
{
	if (geteuid() != 0) {
		return;
	}
	begin();
	REQUIRE(chmod(folder, 0711) == 0);
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	CHECK(look() == STRATA_CONFIG_QUIET && look_as_nobody("one") == STRATA_CONFIG_QUIET);
	write_file("[default]\nuser=two");
	CHECK(look_as_nobody("one") == STRATA_CONFIG_REJECTED);
	CHECK(look_as_nobody("one") == STRATA_CONFIG_QUIET);
	CHECK(strstr(strata_published_config_look(runtime.config).why, "Permission denied") != NULL);
	CHECK(look() == STRATA_CONFIG_TAKEN &&
		  strata_published_config_look(runtime.config).why[0] == '\0');
	end();
}

/* Looks of both kinds in turn: it is said once, and nobody takes anything over for that. */
static void who_may_not_even_see_the_file_says_so_once(void)
{
	if (geteuid() != 0) {
		return;
	}
	begin();
	REQUIRE(chmod(folder, 0700) == 0);
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	CHECK(look_as_nobody("one") == STRATA_CONFIG_REJECTED);
	for (int i = 0; i < 3; i++) {
		CHECK(look() == STRATA_CONFIG_QUIET);
		CHECK(strata_published_config_look(runtime.config).why[0] == '\0');
		CHECK(look_as_nobody("one") == STRATA_CONFIG_QUIET);
		CHECK(strata_published_config_look(runtime.config).why[0] != '\0');
	}
	CHECK(strata_published_config_version(runtime.config) == 1);
	end();
}

static void disabled_nodes_are_out_while_they_stand_there(void)
{
	begin();
	write_file("disabled = h:1, h:2");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_out("h:1") && is_out("h:2"));
	write_file("disabled = h:2");
	CHECK(look() == STRATA_CONFIG_TAKEN && !is_out("h:1") && is_out("h:2"));
	write_file("[default");
	CHECK(look() == STRATA_CONFIG_REJECTED && is_out("h:2"));
	write_file("");
	CHECK(look() == STRATA_CONFIG_TAKEN && !is_out("h:2"));
	end();
}

static void what_a_script_says_of_a_disabled_node_ends_at_the_next_look(void)
{
	strata_breaker breaker;

	begin();
	write_file("disabled = h:1");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	REQUIRE(strata_breaker_find(runtime.breaker_table, "h:1", 0, &breaker));
	strata_breaker_force(&breaker, STRATA_STATE_CLOSED, 0, strata_clock_msec());
	CHECK(!is_out("h:1"));
	CHECK(look() == STRATA_CONFIG_QUIET && is_out("h:1"));
	/* Once it is off the list, a script's word stands. */
	strata_breaker_force(&breaker, STRATA_STATE_FORCED_CLOSED, 0, strata_clock_msec());
	write_file("");
	(void) look();
	strata_breaker_force(&breaker, STRATA_STATE_FORCED_OPEN, 0, strata_clock_msec());
	CHECK(look() == STRATA_CONFIG_QUIET && is_out("h:1"));
	end();
}

static void a_node_that_was_foreseen_is_out_under_every_login(void)
{
	strata_breaker_limits limits = { 1, 1, 1 };
	strata_breaker first, second;

	begin();
	write_file("disabled = h:1");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	CHECK(strata_breaker_of(runtime.breaker_table, "memcached", "h:1", STRATA_REGISTRY_COMMON,
		&limits, &first));
	CHECK(strata_breaker_of(runtime.breaker_table, "redis", "h:1", STRATA_REGISTRY_COMMON, &limits,
		&second));
	CHECK(strata_breaker_look(&first, strata_clock_msec()).state == STRATA_STATE_FORCED_OPEN);
	CHECK(strata_breaker_look(&second, strata_clock_msec()).state == STRATA_STATE_FORCED_OPEN);
	write_file("");
	(void) look();
	CHECK(strata_breaker_look(&first, strata_clock_msec()).state == STRATA_STATE_CLOSED);
	CHECK(strata_breaker_look(&second, strata_clock_msec()).state == STRATA_STATE_CLOSED);
	end();
}

static void a_password_that_everybody_may_read_is_warned_of(void)
{
	begin();
	write_file("[default]\npassword=x");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	REQUIRE(chmod(path, 0644) == 0);
	CHECK(look() == STRATA_CONFIG_EXPOSED && look() == STRATA_CONFIG_QUIET);
	CHECK(strstr(sentence, "x,") == NULL);
	write_file("[default]\nuser=x");
	REQUIRE(chmod(path, 0644) == 0);
	CHECK(look() == STRATA_CONFIG_TAKEN);
	end();
}

/* ---- which file is taken ---- */

static void a_file_that_others_may_write_is_refused(void)
{
	static const mode_t modes[] = { 0602, 0620, 0666 };

	begin();
	write_file("[default]\nuser=one");
	CHECK(look() == STRATA_CONFIG_TAKEN);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		write_file("[default]\nuser=two");
		REQUIRE(chmod(path, modes[i]) == 0);
		CHECK(look() == (i == 0 ? STRATA_CONFIG_REJECTED : STRATA_CONFIG_QUIET));
		CHECK(look() == STRATA_CONFIG_QUIET && is_in_force("one"));
	}
	CHECK(strstr(strata_published_config_look(runtime.config).why, "chmod go-w") != NULL);
	REQUIRE(chmod(path, 0640) == 0);
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	end();
}

/* Its text counts for nothing, not even as one that is bad. */
static void a_file_of_another_user_is_refused(void)
{
	if (geteuid() != 0) {
		return;
	}
	begin();
	write_file("[default]\nuser=one");
	REQUIRE(chown(path, 65534, 65534) == 0);
	CHECK(look() == STRATA_CONFIG_REJECTED && trials == 0);
	CHECK(strstr(sentence, "belongs to user 65534; accepted: a file of root or of user 0") != NULL);
	CHECK(look() == STRATA_CONFIG_QUIET && strata_published_config_version(runtime.config) == 0);
	runtime.user = 65534;
	REQUIRE(chmod(path, 0644) == 0);
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("one"));
	runtime.user = 33;
	write_file("[default]\nuser=two");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	end();
}

/* As Kubernetes shows a ConfigMap: the name is a link into a link to a folder of one version. */
static void links_are_followed_and_what_they_lead_to_is_judged(void)
{
	char version[80], data[80], real[160];

	snprintf(version, sizeof(version), "%s/..version", folder);
	snprintf(data, sizeof(data), "%s/..data", folder);
	snprintf(real, sizeof(real), "%s/topology.ini", version);
	begin();
	REQUIRE(mkdir(version, 0755) == 0 && symlink("..version", data) == 0);
	write_file("[default]\nuser=one");
	REQUIRE(rename(path, real) == 0 && symlink("..data/topology.ini", path) == 0);
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("one"));
	REQUIRE(chmod(real, 0666) == 0);
	CHECK(look() == STRATA_CONFIG_REJECTED && is_in_force("one"));
	/* The link goes over to another version at once. */
	REQUIRE(unlink(path) == 0);
	write_file("[default]\nuser=two");
	CHECK(look() == STRATA_CONFIG_TAKEN && is_in_force("two"));
	REQUIRE(unlink(real) == 0 && rmdir(version) == 0 && unlink(data) == 0);
	end();
}

/* ---- which process looks ---- */

static strata_config_news take_turn(strata_msec now)
{
	return strata_config_watcher_take_turn(&runtime, &watcher, now, sentence);
}

static void only_a_process_with_the_same_root_directory_looks(void)
{
	strata_msec now = 1000000;
	strata_root_directory other;

	begin();
	other = runtime.root;
	write_file("[default]\nuser=one");
	CHECK(take_turn(now) == STRATA_CONFIG_TAKEN && take_turn(now) == STRATA_CONFIG_QUIET);
	for (int i = 0; i < 3; i++) {
		runtime.root = other;
		*(i == 0 ? &runtime.root.device : i == 1 ? &runtime.root.inode : &runtime.root.mount) += 1;
		write_file("[default]\nuser=two");
		now += 2000;
		CHECK(take_turn(now) == STRATA_CONFIG_QUIET && is_in_force("one"));
		/* The turn is still there for a process that may take it. */
		CHECK(strata_published_config_is_due(runtime.config, now));
	}
	runtime.root = other;
	now += 2000;
	CHECK(take_turn(now) == STRATA_CONFIG_TAKEN && is_in_force("two"));
	end();
}

static void that_no_process_looks_is_said_once_until_one_does(void)
{
	strata_msec now = 2000000;

	begin();
	write_file("[default]\nuser=one");
	CHECK(take_turn(now) == STRATA_CONFIG_TAKEN);
	runtime.root.inode++;
	CHECK(take_turn(now += 9000) == STRATA_CONFIG_QUIET);
	CHECK(take_turn(now += 2000) == STRATA_CONFIG_REJECTED && strstr(sentence, path) != NULL);
	CHECK(take_turn(now += 2000) == STRATA_CONFIG_QUIET && is_in_force("one"));
	CHECK(strata_published_config_look(runtime.config).why[0] != '\0');
	runtime.root.inode--;
	CHECK(take_turn(now += 2000) == STRATA_CONFIG_QUIET);
	CHECK(strata_published_config_look(runtime.config).why[0] == '\0');
	end();
}

int main(void)
{
	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/topology.ini", folder);
	snprintf(next, sizeof(next), "%s/next", folder);
	RUN(a_changed_file_is_taken_once);
	RUN(a_text_that_was_damaged_is_published_anew);
	RUN(a_touched_file_is_taken_anew);
	RUN(a_file_that_is_written_in_place_again_at_once_is_noticed);
	RUN(a_bad_file_keeps_the_last_good_one_and_is_said_once);
	RUN(what_fails_its_trial_is_refused);
	RUN(a_missing_file_is_said_once_and_taken_when_it_is_there);
	RUN(who_may_not_read_the_file_goes_by_what_others_read);
	RUN(who_may_not_even_see_the_file_says_so_once);
	RUN(disabled_nodes_are_out_while_they_stand_there);
	RUN(what_a_script_says_of_a_disabled_node_ends_at_the_next_look);
	RUN(a_node_that_was_foreseen_is_out_under_every_login);
	RUN(a_file_that_others_may_write_is_refused);
	RUN(a_file_of_another_user_is_refused);
	RUN(links_are_followed_and_what_they_lead_to_is_judged);
	RUN(only_a_process_with_the_same_root_directory_looks);
	RUN(that_no_process_looks_is_said_once_until_one_does);
	RUN(a_password_that_everybody_may_read_is_warned_of);
	REQUIRE(rmdir(folder) == 0);
	return unit_end();
}
