/* file: reads a small file and notices when it changes. */
#ifndef STRATA_OS_FILE_H
#define STRATA_OS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STRATA_FILE_ERROR = 160 };

typedef struct {
	uint64_t
		stamp; /* of device, inode, size, times and rights: another one says that it was changed */
	bool is_young;         /* changed so lately that the next change may leave the same stamp */
	bool is_for_all;       /* every user of this machine may read it */
	bool is_open_to_write; /* its group or all may write it; an ACL shows as the group */
	uint32_t owner;        /* user id */
} strata_file_state;

/* Without opening it. False with the reason in error; *out is then all zeroes. */
bool strata_file_look(const char *path, strata_file_state *out, char error[STRATA_FILE_ERROR]);

/* Is there nothing of that name? False also where that cannot be told. */
bool strata_file_is_missing(const char *path);

/*
 * All of a file of at most so many bytes, for the caller to free, and its state, which is that of
 * the bytes and not of what the name leads to by now. NULL with the reason in error; without one
 * where the file was changed while it was read.
 */
char *strata_file_read(const char *path, size_t most, size_t *size, strata_file_state *state,
	char error[STRATA_FILE_ERROR]);

#endif
