/*
 * The times of a file come from the kernel's tick, a few milliseconds long: a program that writes
 * twice within one leaves the same stamp. So a file that was changed within the last seconds is
 * called young, and is to be read again. The time of the last change of rights and names is in the
 * stamp too: it cannot be set back, as the other one can.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"

enum { YOUNG = 3 /* seconds; file systems that count in steps of two are no rarity */ };

static bool fail(char *error, const char *reason)
{
	snprintf(error, STRATA_FILE_ERROR, "%s", reason);
	return false;
}

static strata_file_state state_of(const struct stat *seen)
{
	uint64_t words[] = { seen->st_dev, seen->st_ino, (uint64_t) seen->st_size, seen->st_mode,
		seen->st_uid, (uint64_t) seen->st_mtim.tv_sec, (uint64_t) seen->st_mtim.tv_nsec,
		(uint64_t) seen->st_ctim.tv_sec, (uint64_t) seen->st_ctim.tv_nsec };
	strata_view bytes = { (const char *) words, sizeof(words) };

	return (strata_file_state){
		.stamp = strata_hash_of(bytes, 0) | 1, /* never 0 */
		.is_young = time(NULL) - seen->st_ctim.tv_sec < YOUNG,
		.is_for_all = (seen->st_mode & S_IROTH) != 0,
		.is_open_to_write = (seen->st_mode & (S_IWGRP | S_IWOTH)) != 0,
		.owner = (uint32_t) seen->st_uid,
	};
}

static bool compare(const struct stat *seen, strata_file_state *out, char *error)
{
	if (!S_ISREG(seen->st_mode)) {
		return fail(error, "it is not a file");
	}
	*out = state_of(seen);
	return true;
}

bool strata_file_look(const char *path, strata_file_state *out, char error[STRATA_FILE_ERROR])
{
	struct stat seen;

	error[0] = '\0';
	*out = (strata_file_state){ 0 };
	return stat(path, &seen) == 0 ? compare(&seen, out, error) : fail(error, strerror(errno));
}

bool strata_file_is_missing(const char *path)
{
	struct stat seen;

	return stat(path, &seen) != 0 && errno == ENOENT;
}

static bool look_at(int file, strata_file_state *out, char *error)
{
	struct stat seen;

	*out = (strata_file_state){ 0 };
	return fstat(file, &seen) == 0 ? compare(&seen, out, error) : fail(error, strerror(errno));
}

/* As many bytes as there are, or room. */
static bool read_bytes(int file, char *bytes, size_t room, size_t *size, char *error)
{
	ssize_t got;

	for (*size = 0; *size < room; *size += (size_t) got) {
		got = read(file, bytes + *size, room - *size);
		if (got < 0 && errno == EINTR) {
			got = 0;
		} else if (got < 0) {
			return fail(error, strerror(errno));
		} else if (got == 0) {
			break;
		}
	}
	return true;
}

static bool read_whole(int file, char *bytes, size_t most, size_t *size, strata_file_state *state,
	char *error)
{
	strata_file_state after;

	if (!look_at(file, state, error) || !read_bytes(file, bytes, most + 1, size, error) ||
		!look_at(file, &after, error)) {
		return false;
	}
	if (*size > most) {
		return fail(error, "it is too large");
	}
	return after.stamp == state->stamp;
}

char *strata_file_read(const char *path, size_t most, size_t *size, strata_file_state *state,
	char error[STRATA_FILE_ERROR])
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *bytes;

	error[0] = '\0';
	*size = 0;
	*state = (strata_file_state){ 0 };
	if (file < 0) {
		(void) fail(error, strerror(errno));
		return NULL;
	}
	bytes = malloc(most + 1);
	if (bytes == NULL || !read_whole(file, bytes, most, size, state, error)) {
		if (bytes == NULL) {
			(void) fail(error, "out of memory");
		}
		free(bytes);
		bytes = NULL;
	}
	(void) close(file);
	return bytes;
}
