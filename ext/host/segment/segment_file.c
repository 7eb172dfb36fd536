/*
 * A user that may write the file can run code as each that reads values from it. So one counts only
 * where no stranger can have put it, or anything on the way to it: directories up to the root are
 * looked at before one is opened, and a file before it is mapped.
 *
 * A file is made without a name, filled, and given its name when it is ready. What a process leaves
 * that is killed before that, is gone with it. Of two that make one at the same time, one is second
 * to give the name, and uses the file of the other.
 *
 * flock() says whether a file is in use. The lock belongs to the open file, which children share,
 * and ends with the last process that has it, however that one ends. It is never unlocked, as that
 * would end it for all of them.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/segment/segment_file.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/map.h"

enum {
	TMPFS = 0x01021994,
	STAMP_DIGITS = 16,
	LONGEST_BASE = STRATA_SEGMENT_NAME - STAMP_DIGITS - 2,
	GROUP_ROOM = 16384
};

__attribute__((format(printf, 2, 3))) static bool refuse(char error[STRATA_SEGMENT_ERROR],
	const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, STRATA_SEGMENT_ERROR, format, arguments);
	va_end(arguments);
	return false;
}

/* ---- the directory ---- */

static bool is_owner(uint32_t user)
{
	return user == 0 || user == geteuid();
}

/* Those whose directories and files are accepted. */
static const char *accepted_users(char text[48])
{
	snprintf(text, 48, geteuid() == 0 ? "root" : "root or of user %u", (unsigned) geteuid());
	return text;
}

/* In one with the sticky bit no stranger can take the next name on the way for another. */
static bool check_directory(const char *path, const struct stat *seen, bool is_last,
	char error[STRATA_SEGMENT_ERROR])
{
	bool is_safe_way = !is_last && (seen->st_mode & S_ISVTX) != 0;
	char users[48];

	if (!is_owner(seen->st_uid)) {
		return refuse(error, "the directory \"%s\" belongs to user %u; accepted: one of %s", path,
			(unsigned) seen->st_uid, accepted_users(users));
	}
	if ((seen->st_mode & (S_IWGRP | S_IWOTH)) != 0 && !is_safe_way) {
		return refuse(error,
			"the directory \"%s\" can be written by others, its rights are %04o; accepted: 0755 or "
			"less",
			path, (unsigned) seen->st_mode & 07777);
	}
	return true;
}

/* From the root to the directory itself, whose real name this is. */
static bool check_way(char *directory, char error[STRATA_SEGMENT_ERROR])
{
	struct stat seen;

	for (char *at = directory; at != NULL;) {
		char *slash = strchr(at + 1, '/');
		bool is_last = slash == NULL;
		bool is_root = at == directory && directory[1] != '\0';

		if (is_root && (stat("/", &seen) != 0 || !check_directory("/", &seen, false, error))) {
			return false;
		}
		if (slash != NULL) {
			*slash = '\0';
		}
		if (stat(directory, &seen) != 0) {
			return refuse(error,
				"the directory \"%s\" cannot be looked at: %s; accepted: one that is there",
				directory, strerror(errno));
		}
		if (!check_directory(directory, &seen, is_last, error)) {
			return false;
		}
		if (slash != NULL) {
			*slash = '/';
		}
		at = slash;
	}
	return true;
}

static bool is_below(const char *path, const char *directory)
{
	size_t size = strlen(directory);

	return strncmp(path, directory, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* Services have a /tmp of their own each (PrivateTmp), and cleaners take away what lies there. */
static bool is_temporary(const char *path)
{
	return is_below(path, "/tmp") || is_below(path, "/var/tmp");
}

static bool is_tmpfs(int directory)
{
	struct statfs seen;

	return fstatfs(directory, &seen) == 0 && (unsigned long) seen.f_type == TMPFS;
}

/* real: the directory without links. */
static bool enter(strata_segment_place *place, char *real, char error[STRATA_SEGMENT_ERROR])
{
	struct stat seen;

	if (is_temporary(place->path) || is_temporary(real)) {
		return refuse(error,
			"\"%s\" lies in a directory for temporary files; accepted: a tmpfs such as /run",
			place->path);
	}
	if (!check_way(real, error)) {
		return false;
	}
	place->directory = open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (place->directory < 0 || fstat(place->directory, &seen) != 0) {
		return refuse(error,
			"the directory \"%s\" cannot be opened: %s; accepted: one that this user may read",
			real, strerror(errno));
	}
	place->owner = seen.st_uid;
	return is_tmpfs(place->directory) ||
		   refuse(error, "\"%s\" is not on a tmpfs; accepted: a directory of one, such as /run",
			   place->path);
}

static bool split(strata_segment_place *place, char directory[PATH_MAX],
	char error[STRATA_SEGMENT_ERROR])
{
	const char *slash = strrchr(place->path, '/');
	size_t size = slash == NULL ? 0 : (size_t) (slash - place->path);
	const char *base = slash == NULL ? "" : slash + 1;

	if (slash == NULL || base[0] == '\0' || strcmp(base, ".") == 0 || strcmp(base, "..") == 0) {
		return refuse(error, "\"%s\" is no name of a file; accepted: one such as /run/strata/www",
			place->path);
	}
	if (size >= PATH_MAX || strlen(base) > LONGEST_BASE) {
		return refuse(error,
			"the name of a file of %zu bytes in a directory of %zu is too long; accepted: at most "
			"%d "
			"bytes, in one of at most %d",
			strlen(base), size, LONGEST_BASE, PATH_MAX - 1);
	}
	memcpy(directory, place->path, size);
	strcpy(directory + size, size == 0 ? "/" : "");
	strcpy(place->base, base);
	return true;
}

bool strata_segment_place_open(strata_segment_place *place, uint64_t stamp,
	char error[STRATA_SEGMENT_ERROR])
{
	char directory[PATH_MAX], *real;
	bool is_open;

	place->directory = -1;
	error[0] = '\0';
	if (!split(place, directory, error)) {
		return false;
	}
	snprintf(place->name, sizeof(place->name), "%.*s.%016" PRIx64,
		(int) sizeof(place->name) - STAMP_DIGITS - 2, place->base, stamp);
	real = realpath(directory, NULL);
	if (real == NULL) {
		return refuse(error,
			"the directory \"%s\" cannot be opened: %s; accepted: one that is there, such as /run",
			directory, strerror(errno));
	}
	is_open = enter(place, real, error);
	free(real);
	if (!is_open) {
		strata_segment_place_close(place);
	}
	return is_open;
}

void strata_segment_place_close(strata_segment_place *place)
{
	if (place->directory >= 0) {
		(void) close(place->directory);
	}
	place->directory = -1;
}

/* ---- a file that is there ---- */

static strata_segment_file_state refuse_file(const strata_segment_place *place, char *error,
	const char *wrong, const char *accepted)
{
	(void) refuse(error, "the file %s beside \"%s\" %s; accepted: %s", place->name, place->path,
		wrong, accepted);
	return STRATA_SEGMENT_FILE_REFUSED;
}

static strata_segment_file_state check_file(const strata_segment_place *place,
	const struct stat *seen, size_t size, char error[STRATA_SEGMENT_ERROR])
{
	char wrong[128], accepted[128], users[48];

	if (!S_ISREG(seen->st_mode)) {
		return refuse_file(place, error, "is not a plain file", "one that strata made");
	}
	if (seen->st_nlink == 0) {
		return STRATA_SEGMENT_FILE_MISSING;
	}
	if (seen->st_nlink != 1) {
		return refuse_file(place, error, "has a second name", "one that strata made");
	}
	if (!is_owner(seen->st_uid) && seen->st_uid != place->owner) {
		snprintf(wrong, sizeof(wrong), "belongs to user %u", (unsigned) seen->st_uid);
		snprintf(accepted, sizeof(accepted), "one of %s", accepted_users(users));
		return refuse_file(place, error, wrong, accepted);
	}
	if ((seen->st_mode & S_IWOTH) != 0) {
		return refuse_file(place, error, "can be written by all users", "rights such as 0660");
	}
	if (seen->st_size < 0 || (uint64_t) seen->st_size != size) {
		snprintf(wrong, sizeof(wrong), "has %lld bytes", (long long) seen->st_size);
		snprintf(accepted, sizeof(accepted), "%zu bytes, or none of that name", size);
		return refuse_file(place, error, wrong, accepted);
	}
	return STRATA_SEGMENT_FILE_OPEN;
}

strata_segment_file_state strata_segment_file_open(const strata_segment_place *place, size_t size,
	int *file, char error[STRATA_SEGMENT_ERROR])
{
	strata_segment_file_state state;
	struct stat seen;

	/* A pipe that was put there must not make the start wait. */
	*file = openat(place->directory, place->name,
		O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*file < 0 && errno == ENOENT) {
		return STRATA_SEGMENT_FILE_MISSING;
	}
	if (*file < 0 && errno == ELOOP) {
		return refuse_file(place, error, "is a link", "a plain file that strata made");
	}
	if (*file < 0 && errno == EISDIR) {
		return refuse_file(place, error, "is not a plain file", "one that strata made");
	}
	if (*file < 0 || fstat(*file, &seen) != 0) {
		char wrong[128];

		snprintf(wrong, sizeof(wrong), "cannot be opened to write: %s", strerror(errno));
		state = refuse_file(place, error, wrong,
			"one of this user, or of its group with strata.segment_mode = 0660");
	} else {
		state = check_file(place, &seen, size, error);
	}
	if (state != STRATA_SEGMENT_FILE_OPEN && *file >= 0) {
		(void) close(*file);
		*file = -1;
	}
	return state;
}

bool strata_segment_file_is_linked(int file)
{
	struct stat seen;

	return fstat(file, &seen) == 0 && seen.st_nlink > 0;
}

void strata_segment_file_unlink(const strata_segment_place *place, const char *name, int file)
{
	struct stat named, held;

	if (fstatat(place->directory, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
		fstat(file, &held) == 0 && named.st_ino == held.st_ino && named.st_dev == held.st_dev) {
		(void) unlinkat(place->directory, name, 0);
	}
}

bool strata_segment_file_lock(int file, strata_segment_company company)
{
	int how = LOCK_SH;
	int locked;

	switch (company) {
		case STRATA_SEGMENT_ALONE: how = LOCK_EX; break;
		case STRATA_SEGMENT_WITH_OTHERS: break;
	}
	do {
		locked = flock(file, how | LOCK_NB);
	} while (locked != 0 && errno == EINTR);
	return locked == 0;
}

/* ---- a new file ---- */

bool strata_segment_file_reserve(const strata_segment_place *place, int file, size_t size,
	char error[STRATA_SEGMENT_ERROR])
{
	int taken;

	do {
		taken = fallocate(file, 0, 0, (off_t) size);
	} while (taken != 0 && errno == EINTR);
	return taken == 0 ||
		   refuse(error,
			   "%zu bytes cannot be had beside \"%s\": %s; accepted: a smaller strata.memory, or a "
			   "larger tmpfs",
			   size, place->path, strerror(errno));
}

/* A larger file ends the process with SIGXFSZ, and one that the container has no room for, too. */
static bool may_be_made(const strata_segment_place *place, size_t size,
	char error[STRATA_SEGMENT_ERROR])
{
	if (!strata_map_may_be_file(size)) {
		return refuse(error,
			"\"%s\" would have %zu bytes, and this process may make no file as large (ulimit -f); "
			"accepted: a smaller strata.memory, or no such limit",
			place->path, size);
	}
	return strata_map_is_available(size) || refuse(error,
												"\"%s\" would take %zu bytes, and the system has "
												"not as much memory left; accepted: a "
												"smaller strata.memory",
												place->path, size);
}

static bool set_group(const strata_segment_place *place, int file, char error[STRATA_SEGMENT_ERROR])
{
	char room[GROUP_ROOM];
	struct group group, *found = NULL;

	if (place->group == NULL || place->group[0] == '\0') {
		return true;
	}
	if (getgrnam_r(place->group, &group, room, sizeof(room), &found) != 0 || found == NULL) {
		return refuse(error,
			"there is no group \"%s\" for strata.segment_group; accepted: the name of a group",
			place->group);
	}
	return fchown(file, (uid_t) -1, found->gr_gid) == 0 ||
		   refuse(error,
			   "\"%s\" cannot be given to the group \"%s\": %s; accepted: a group of this user",
			   place->path, place->group, strerror(errno));
}

static bool dress(const strata_segment_place *place, int file, size_t size,
	char error[STRATA_SEGMENT_ERROR])
{
	return strata_segment_file_reserve(place, file, size, error) && set_group(place, file, error) &&
		   (fchmod(file, place->mode) == 0 ||
			   refuse(error, "\"%s\" cannot be given the rights %04o: %s", place->path,
				   (unsigned) place->mode, strerror(errno)));
}

bool strata_segment_file_make(const strata_segment_place *place, size_t size, int *file,
	char error[STRATA_SEGMENT_ERROR])
{
	*file = -1;
	if (!may_be_made(place, size, error)) {
		return false;
	}
	*file = openat(place->directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*file < 0) {
		return refuse(error,
			"no file can be made for \"%s\": %s; accepted: a directory that this user may write, "
			"or a file that another PHP made",
			place->path, strerror(errno));
	}
	if (dress(place, *file, size, error)) {
		return true;
	}
	(void) close(*file);
	*file = -1;
	return false;
}

strata_segment_file_state strata_segment_file_link(const strata_segment_place *place, int file,
	char error[STRATA_SEGMENT_ERROR])
{
	char way[64];

	snprintf(way, sizeof(way), "/proc/self/fd/%d", file);
	if (linkat(AT_FDCWD, way, place->directory, place->name, AT_SYMLINK_FOLLOW) == 0) {
		return STRATA_SEGMENT_FILE_OPEN;
	}
	if (errno == EEXIST) {
		return STRATA_SEGMENT_FILE_MISSING;
	}
	snprintf(way, sizeof(way), "cannot be given its name: %.30s", strerror(errno));
	return refuse_file(place, error, way, "a tmpfs that has room for names, and a /proc");
}

/* ---- files of other stamps ---- */

static bool is_of_segment(const strata_segment_place *place, const char *name)
{
	size_t size = strlen(place->base);

	if (strncmp(name, place->base, size) != 0 || name[size] != '.' ||
		strlen(name) != size + 1 + STAMP_DIGITS || strcmp(name, place->name) == 0) {
		return false;
	}
	for (const char *digit = name + size + 1; *digit != '\0'; digit++) {
		if (!isxdigit((unsigned char) *digit) || isupper((unsigned char) *digit)) {
			return false;
		}
	}
	return true;
}

static void sweep_one(const strata_segment_place *place, const char *name)
{
	int file =
		openat(place->directory, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat seen;

	if (file < 0) {
		return;
	}
	if (fstat(file, &seen) == 0 && S_ISREG(seen.st_mode) && is_owner(seen.st_uid) &&
		strata_segment_file_lock(file, STRATA_SEGMENT_ALONE)) {
		strata_segment_file_unlink(place, name, file);
	}
	(void) close(file);
}

void strata_segment_file_sweep(const strata_segment_place *place)
{
	int copy = openat(place->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listed = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;

	if (listed == NULL) {
		if (copy >= 0) {
			(void) close(copy);
		}
		return;
	}
	while ((entry = readdir(listed)) != NULL) {
		if (is_of_segment(place, entry->d_name)) {
			sweep_one(place, entry->d_name);
		}
	}
	(void) closedir(listed);
}
