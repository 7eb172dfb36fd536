/* segment_file — the file of a named segment: which one is accepted, and how one is made. */
#ifndef STRATA_HOST_SEGMENT_FILE_H
#define STRATA_HOST_SEGMENT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An error has room for the longest name and what is said of it. */
enum { STRATA_SEGMENT_ERROR = 4608, STRATA_SEGMENT_NAME = 256 };

/* Where the files of a segment lie. Opened by strata_segment_place_open(). */
typedef struct {
	const char *path;  /* as it was configured */
	const char *group; /* of a file that is made; empty: none is named */
	uint32_t mode;     /* of a file that is made */
	int directory;
	char base[STRATA_SEGMENT_NAME]; /* of the path, without the directory */
	char name[STRATA_SEGMENT_NAME]; /* of the file, with the stamp */
	uint32_t owner;                 /* of the directory */
} strata_segment_place;

typedef enum {
	STRATA_SEGMENT_FILE_OPEN,
	STRATA_SEGMENT_FILE_MISSING, /* or it was taken away while it was looked at */
	STRATA_SEGMENT_FILE_REFUSED  /* the error says why, and what is accepted */
} strata_segment_file_state;

/*
 * Opens the directory of a path, which must be on a tmpfs. It and all above it must belong to root
 * or to the effective user, and be writable by no other; above it a directory in which only owners
 * remove what is theirs will do. False with a sentence in error.
 */
bool strata_segment_place_open(strata_segment_place *place, uint64_t stamp,
	char error[STRATA_SEGMENT_ERROR]);
void strata_segment_place_close(strata_segment_place *place);

/*
 * Opens the file to read and write: a plain file of this size and of one name, that belongs to
 * root, the effective user or the owner of the directory, and that not all may write.
 */
strata_segment_file_state strata_segment_file_open(const strata_segment_place *place, size_t size,
	int *file, char error[STRATA_SEGMENT_ERROR]);

/* A file of this size, all of it in memory, without a name yet. False with a sentence. */
bool strata_segment_file_make(const strata_segment_place *place, size_t size, int *file,
	char error[STRATA_SEGMENT_ERROR]);

/* Gives it the name. OPEN; MISSING where another process was first; REFUSED with a sentence. */
strata_segment_file_state strata_segment_file_link(const strata_segment_place *place, int file,
	char error[STRATA_SEGMENT_ERROR]);

/* Takes all of its memory from the system, where it has lost some. False with a sentence. */
bool strata_segment_file_reserve(const strata_segment_place *place, int file, size_t size,
	char error[STRATA_SEGMENT_ERROR]);

/* Does the file have a name still? */
bool strata_segment_file_is_linked(int file);

/* Takes the name away, which must lead to this file. The caller has it alone. */
void strata_segment_file_unlink(const strata_segment_place *place, const char *name, int file);

typedef enum { STRATA_SEGMENT_ALONE, STRATA_SEGMENT_WITH_OTHERS } strata_segment_company;

/*
 * Becomes one of those that use the file, or the one that does. Never waits. False: it is not to be
 * had so now. Children of fork() share it, and it ends with the last of them.
 */
bool strata_segment_file_lock(int file, strata_segment_company company);

/* Removes the files of other stamps that no process uses. */
void strata_segment_file_sweep(const strata_segment_place *place);

#endif
