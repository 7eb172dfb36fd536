#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char folder[] = "/tmp/strata_file_XXXXXX";
static char path[64];
static char error[STRATA_FILE_ERROR];
static strata_file_state state;

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	REQUIRE(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static uint64_t stamp(void)
{
	return strata_file_look(path, &state, error) ? state.stamp : 0;
}

static bool reads(const char *expected, size_t most)
{
	size_t size;
	char *bytes = strata_file_read(path, most, &size, &state, error);
	bool is_right = expected == NULL ? bytes == NULL
									 : bytes != NULL && size == strlen(expected) &&
										   memcmp(bytes, expected, size) == 0;

	free(bytes);
	return is_right;
}

static void a_file_that_stays_keeps_its_stamp(void)
{
	uint64_t first;

	write_file("one");
	first = stamp();
	CHECK(first != 0 && stamp() == first && state.is_young);
	CHECK(reads("one", 100) && state.stamp == first);
}

static void another_file_has_another_stamp(void)
{
	uint64_t first;
	char other[80];

	write_file("one");
	first = stamp();
	write_file("three");
	CHECK(stamp() != first);
	first = stamp();
	snprintf(other, sizeof(other), "%s.new", path);
	REQUIRE(rename(path, other) == 0);
	write_file("three");
	REQUIRE(rename(other, path) == 0);
	CHECK(stamp() != 0);
	first = stamp();
	REQUIRE(chmod(path, 0600) == 0);
	CHECK(stamp() != first && !state.is_for_all);
	REQUIRE(chmod(path, 0644) == 0);
	CHECK(stamp() != 0 && state.is_for_all);
}

static void a_file_is_read_whole_or_not_at_all(void)
{
	write_file("12345");
	CHECK(reads("12345", 5));
	CHECK(reads(NULL, 4) && strcmp(error, "it is too large") == 0);
	write_file("");
	CHECK(reads("", 5) && reads("", 0));
}

static void what_is_no_file_is_named(void)
{
	REQUIRE(unlink(path) == 0);
	CHECK(stamp() == 0 && strcmp(error, "No such file or directory") == 0);
	CHECK(reads(NULL, 10) && strcmp(error, "No such file or directory") == 0);
	REQUIRE(mkdir(path, 0700) == 0);
	CHECK(stamp() == 0 && strcmp(error, "it is not a file") == 0);
	CHECK(reads(NULL, 10) && strcmp(error, "it is not a file") == 0);
	REQUIRE(rmdir(path) == 0);
	/* Nobody will ever write there, and nobody may wait for it. */
	REQUIRE(mkfifo(path, 0600) == 0);
	CHECK(reads(NULL, 10) && strcmp(error, "it is not a file") == 0);
	REQUIRE(unlink(path) == 0);
}

int main(void)
{
	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/file", folder);
	RUN(a_file_that_stays_keeps_its_stamp);
	RUN(another_file_has_another_stamp);
	RUN(a_file_is_read_whole_or_not_at_all);
	RUN(what_is_no_file_is_named);
	REQUIRE(rmdir(folder) == 0);
	return unit_end();
}
