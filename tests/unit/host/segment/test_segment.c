/*
 * A segment in a directory of its own on /dev/shm, where every system has a tmpfs. Others are
 * processes of their own: one process can map a segment once, as its address is taken then.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/segment/segment.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "os/map.h"

#include "unit.h"

enum { CONTROL = 8192, HEAP = 65536, STRANGER = 12345 };

static char directory[64], path[80], error[STRATA_SEGMENT_ERROR];
static strata_segment_condition prepared_as;
static int prepared;
static bool dies_preparing;

static strata_result prepare(const strata_segment_memory *memory,
	strata_segment_condition condition)
{
	prepared++;
	prepared_as = condition;
	if (dies_preparing) {
		(void) kill(getpid(), SIGKILL);
	}
	if (condition == STRATA_SEGMENT_NEW) {
		memcpy(memory->heap, "made", 5);
	}
	return STRATA_OK;
}

static strata_segment_wish wish(void)
{
	return (strata_segment_wish){
		.path = path,
		.mode = 0600,
		.build = "unit",
		.layout = 7,
		.control_size = CONTROL,
		.heap_size = HEAP,
		.prepare = prepare,
	};
}

static strata_segment *open_segment(void)
{
	strata_segment_wish wanted = wish();

	prepared = 0;
	return strata_segment_open(&wanted, error);
}

static strata_segment *require_segment(void)
{
	strata_segment *segment = open_segment();

	if (segment == NULL) {
		fprintf(stderr, "%s\n", error);
	}
	REQUIRE(segment != NULL);
	return segment;
}

static void begin(void)
{
	snprintf(directory, sizeof(directory), "/dev/shm/strata_unit_XXXXXX");
	REQUIRE(mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/www", directory);
}

/* The name of a file in there that is not this one; false: there is none. */
static bool find_file(char found[300], const char *but)
{
	DIR *listed = opendir(directory);
	const struct dirent *entry;
	bool is_found = false;

	REQUIRE(listed != NULL);
	while (!is_found && (entry = readdir(listed)) != NULL) {
		snprintf(found, 300, "%s/%.200s", directory, entry->d_name);
		is_found = entry->d_name[0] != '.' && (but == NULL || strcmp(found, but) != 0);
	}
	(void) closedir(listed);
	return is_found;
}

static void end(void)
{
	char left[300];

	while (find_file(left, NULL)) {
		REQUIRE(unlink(left) == 0);
	}
	REQUIRE(rmdir(directory) == 0);
}

/* In a child that never had the segment of this process. */
static int in_child(int (*task)(void))
{
	int status;
	pid_t child = fork();

	REQUIRE(child >= 0);
	if (child == 0) {
		_exit(task());
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A file of the segment, which no process uses. */
static int make_and_leave(void)
{
	strata_segment_free(require_segment(), STRATA_SEGMENT_UNMAP);
	return 0;
}

static void the_first_makes_it_and_the_next_finds_what_was_left(void)
{
	const strata_segment_memory *memory;
	const void *address;
	strata_segment *segment;
	uint64_t secret;

	begin();
	segment = require_segment();
	CHECK(prepared == 1 && prepared_as == STRATA_SEGMENT_NEW && error[0] == '\0');
	memory = strata_segment_memory_of(segment);
	CHECK(memory->control_size == CONTROL && memory->heap_size == HEAP);
	CHECK(strcmp(memory->view, "made") == 0);
	((char *) memory->heap)[100] = 'x';
	CHECK(((const char *) memory->view)[100] == 'x');
	address = memory->view;
	secret = memory->secret;
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	segment = require_segment();
	memory = strata_segment_memory_of(segment);
	CHECK(prepared == 1 && prepared_as == STRATA_SEGMENT_LEFT);
	CHECK(memory->view == address && memory->secret == secret);
	CHECK(((const char *) memory->view)[100] == 'x');
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	end();
}

static int hold_until_told(int to, int from)
{
	strata_segment *segment = open_segment();
	char told = segment != NULL ? 'y' : 'n';

	REQUIRE(write(to, &told, 1) == 1);
	(void) !read(from, &told, 1);
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	return 0;
}

/* Another process that uses the segment until end_user(). */
static struct {
	pid_t process;
	int to;
} user;

static void begin_user(void)
{
	int there[2], back[2];
	char told = 'n';

	REQUIRE(pipe(there) == 0 && pipe(back) == 0);
	user.process = fork();
	REQUIRE(user.process >= 0);
	if (user.process == 0) {
		(void) close(there[1]);
		_exit(hold_until_told(back[1], there[0]));
	}
	REQUIRE(read(back[0], &told, 1) == 1);
	REQUIRE(told == 'y');
	(void) close(there[0]);
	(void) close(back[0]);
	(void) close(back[1]);
	user.to = there[1];
}

static void end_user(void)
{
	(void) close(user.to);
	REQUIRE(waitpid(user.process, NULL, 0) == user.process);
}

static void what_others_use_is_joined_and_not_prepared(void)
{
	strata_segment *segment;

	begin();
	begin_user();
	segment = require_segment();
	CHECK(prepared == 0);
	CHECK(strcmp(strata_segment_memory_of(segment)->view, "made") == 0);
	end_user();
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	end();
}

/* A master that is replaced ends, and its last workers go on for a while. */
static void a_child_keeps_it_in_use(void)
{
	strata_segment *segment;
	int pipes[2];
	pid_t child;

	begin();
	segment = require_segment();
	REQUIRE(pipe(pipes) == 0);
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		char told;

		(void) close(pipes[1]);
		(void) !read(pipes[0], &told, 1);
		_exit(0);
	}
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	segment = require_segment();
	CHECK(prepared == 0);
	(void) close(pipes[1]);
	(void) close(pipes[0]);
	REQUIRE(waitpid(child, NULL, 0) == child);
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	end();
}

static void of_many_that_come_at_once_one_makes_it(void)
{
	enum { MANY = 6 };
	pid_t children[MANY];
	uint64_t *secrets; /* in shared memory */
	void *shared;
	int start[2];

	begin();
	REQUIRE(strata_map_lazy(4096, &shared) == STRATA_OK && pipe(start) == 0);
	secrets = shared;
	for (int i = 0; i < MANY; i++) {
		children[i] = fork();
		REQUIRE(children[i] >= 0);
		if (children[i] == 0) {
			strata_segment *segment;
			char told;

			(void) close(start[1]);
			(void) !read(start[0], &told, 1);
			segment = open_segment();
			secrets[i] = segment == NULL ? 0 : strata_segment_memory_of(segment)->secret;
			(void) !read(start[0], &told, 1);
			(void) usleep(50000);
			_exit(0);
		}
	}
	(void) close(start[0]);
	(void) close(start[1]);
	for (int i = 0; i < MANY; i++) {
		REQUIRE(waitpid(children[i], NULL, 0) == children[i]);
		CHECK(secrets[i] != 0 && secrets[i] == secrets[0]);
	}
	strata_map_free(shared, 4096);
	end();
}

static int die_preparing(void)
{
	dies_preparing = true;
	(void) open_segment();
	return 0;
}

static void one_that_is_killed_while_it_prepares_is_followed_by_another(void)
{
	char left[300];
	strata_segment *segment;

	begin();
	CHECK(in_child(die_preparing) == -1);
	CHECK(!find_file(left, NULL));
	CHECK(in_child(make_and_leave) == 0);
	CHECK(in_child(die_preparing) == -1);
	segment = require_segment();
	CHECK(prepared == 1 && prepared_as == STRATA_SEGMENT_LEFT);
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	end();
}

static void a_file_that_was_removed_is_lost(void)
{
	strata_segment *segment, *other;
	const void *taken;

	begin();
	segment = require_segment();
	taken = strata_segment_memory_of(segment)->view;
	CHECK(!strata_segment_look_for_loss(segment, 5000));
	REQUIRE(unlink(strata_segment_path(segment)) == 0);
	CHECK(!strata_segment_look_for_loss(segment, 5999));
	CHECK(strata_segment_look_for_loss(segment, 6000));
	CHECK(strata_segment_was_lost(segment));
	other = require_segment();
	CHECK(prepared_as == STRATA_SEGMENT_NEW && strata_segment_memory_of(other)->view != taken);
	CHECK(!strata_segment_look_for_loss(other, 6000));
	strata_segment_free(other, STRATA_SEGMENT_UNMAP);
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	end();
}

static void files_of_other_stamps_go_unless_they_are_in_use(void)
{
	strata_segment_wish wanted = wish();
	strata_segment *segment;
	char mine[300], other[300];

	begin();
	begin_user();
	wanted.layout = 8;
	segment = strata_segment_open(&wanted, error);
	REQUIRE(segment != NULL);
	snprintf(mine, sizeof(mine), "%s", strata_segment_path(segment));
	CHECK(find_file(other, mine));
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	end_user();
	segment = strata_segment_open(&wanted, error);
	REQUIRE(segment != NULL);
	CHECK(!find_file(other, mine));
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	end();
}

static void an_address_that_is_taken_is_said(void)
{
	strata_segment *segment, *other;

	begin();
	segment = require_segment();
	other = open_segment();
	CHECK(other == NULL && strstr(error, "cannot be mapped at its address") != NULL);
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	end();
}

/* ---- damage ---- */

static void a_damaged_header_is_replaced(void)
{
	char left[300];
	strata_segment *segment;

	for (int i = 0; i < 40; i += 3) {
		char byte;
		int file;

		begin();
		CHECK(in_child(make_and_leave) == 0);
		REQUIRE(find_file(left, NULL));
		file = open(left, O_RDWR);
		REQUIRE(file >= 0 && pread(file, &byte, 1, i) == 1);
		byte ^= 0x41;
		REQUIRE(pwrite(file, &byte, 1, i) == 1 && close(file) == 0);
		segment = require_segment();
		CHECK(prepared_as == STRATA_SEGMENT_NEW);
		strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
		end();
	}
}

/* ---- what is refused ---- */

static bool is_refused(const char *why)
{
	strata_segment *segment = open_segment();

	if (segment == NULL && strstr(error, why) != NULL && strstr(error, "accepted: ") != NULL) {
		return true;
	}
	fprintf(stderr, "%s, not %s\n", segment == NULL ? error : "no refusal", why);
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	return false;
}

static void places_that_others_reach_are_refused(void)
{
	struct stat seen;

	begin();
	REQUIRE(chmod(directory, 0770) == 0);
	CHECK(is_refused("can be written by others, its rights are 0770"));
	/* The bit that saves the way there does not save the directory itself. */
	REQUIRE(chmod(directory, 01777) == 0);
	CHECK(is_refused("can be written by others, its rights are 1777"));
	REQUIRE(chmod(directory, 0700) == 0);
	if (geteuid() == 0) {
		REQUIRE(chown(directory, STRANGER, (gid_t) -1) == 0);
		CHECK(is_refused("belongs to user 12345"));
		REQUIRE(chown(directory, 0, (gid_t) -1) == 0);
	}
	end();
	snprintf(path, sizeof(path), "/tmp/www");
	CHECK(is_refused("lies in a directory for temporary files"));
	snprintf(path, sizeof(path), "/tmp/../var/tmp/www");
	CHECK(is_refused("lies in a directory for temporary files"));
	snprintf(path, sizeof(path), "/dev/shm/strata_unit_none/www");
	CHECK(is_refused("cannot be opened: No such file or directory"));
	if (geteuid() == 0 && stat("/usr", &seen) == 0 && seen.st_uid == 0) {
		snprintf(path, sizeof(path), "/usr/www");
		CHECK(is_refused("is not on a tmpfs"));
	}
	snprintf(path, sizeof(path), "/dev/shm/");
	CHECK(is_refused("is no name of a file"));
}

/* Makes the file, changes it, and says whether it is refused so. */
static void refuse_file(void (*change)(const char *left), const char *why)
{
	char left[300];

	begin();
	CHECK(in_child(make_and_leave) == 0);
	REQUIRE(find_file(left, NULL));
	change(left);
	CHECK(is_refused(why));
	CHECK(strstr(error, strrchr(left, '/') + 1) != NULL);
	end();
}

static void truncate_it(const char *left)
{
	REQUIRE(truncate(left, 4096) == 0);
}

static void enlarge_it(const char *left)
{
	REQUIRE(truncate(left, 1 << 20) == 0);
}

static void open_it_to_all(const char *left)
{
	REQUIRE(chmod(left, 0606) == 0);
}

static void name_it_twice(const char *left)
{
	char second[320];

	snprintf(second, sizeof(second), "%s.copy", left);
	REQUIRE(link(left, second) == 0);
}

static void make_it_a_link(const char *left)
{
	char target[320];

	snprintf(target, sizeof(target), "%s.target", left);
	REQUIRE(rename(left, target) == 0 && symlink(target, left) == 0);
}

static void make_it_a_pipe(const char *left)
{
	REQUIRE(unlink(left) == 0 && mkfifo(left, 0600) == 0);
}

static void give_it_away(const char *left)
{
	REQUIRE(chown(left, STRANGER, (gid_t) -1) == 0);
}

static void files_that_others_may_have_put_there_are_refused(void)
{
	refuse_file(truncate_it, "has 4096 bytes");
	refuse_file(enlarge_it, "has 1048576 bytes");
	refuse_file(open_it_to_all, "can be written by all users");
	refuse_file(name_it_twice, "has a second name");
	refuse_file(make_it_a_link, "is a link");
	refuse_file(make_it_a_pipe, "is not a plain file");
	if (geteuid() == 0) {
		refuse_file(give_it_away, "belongs to user 12345");
	}
}

static void rights_and_group_are_those_that_are_wanted(void)
{
	strata_segment_wish wanted = wish();
	strata_segment *segment;
	struct stat seen;

	begin();
	wanted.mode = 0660;
	wanted.group = geteuid() == 0 ? "daemon" : "";
	segment = strata_segment_open(&wanted, error);
	REQUIRE(segment != NULL && stat(strata_segment_path(segment), &seen) == 0);
	CHECK((seen.st_mode & 07777) == 0660);
	CHECK(geteuid() != 0 || seen.st_gid == 1);
	strata_segment_free(segment, STRATA_SEGMENT_UNMAP);
	end();
	begin();
	wanted.group = "no_such_group";
	CHECK(strata_segment_open(&wanted, error) == NULL);
	CHECK(strstr(error, "there is no group \"no_such_group\"") != NULL);
	end();
}

/* Its memory lies where the view is to be. */
#ifdef __SANITIZE_THREAD__
int main(void)
{
	RUN(places_that_others_reach_are_refused);
	return unit_end();
}
#else
int main(void)
{
	RUN(the_first_makes_it_and_the_next_finds_what_was_left);
	RUN(what_others_use_is_joined_and_not_prepared);
	RUN(a_child_keeps_it_in_use);
	RUN(of_many_that_come_at_once_one_makes_it);
	RUN(one_that_is_killed_while_it_prepares_is_followed_by_another);
	RUN(a_file_that_was_removed_is_lost);
	RUN(files_of_other_stamps_go_unless_they_are_in_use);
	RUN(an_address_that_is_taken_is_said);
	RUN(a_damaged_header_is_replaced);
	RUN(places_that_others_reach_are_refused);
	RUN(files_that_others_may_have_put_there_are_refused);
	RUN(rights_and_group_are_those_that_are_wanted);
	return unit_end();
}
#endif
