/* segment — memory with a name, which unrelated processes share and which outlives them all. */
#ifndef STRATA_HOST_SEGMENT_SEGMENT_H
#define STRATA_HOST_SEGMENT_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "host/segment/segment_file.h"

typedef struct strata_segment strata_segment;

/* The parts of a segment as this process maps them. Sizes are those that it asked for. */
typedef struct {
	void *control;       /* aligned to a page; zeroed when the segment was made */
	size_t control_size; /* bytes */
	void *heap;          /* aligned to a page; zeroed when the segment was made */
	const void *view;    /* the heap where it can only be read: of one address in all processes */
	size_t heap_size;    /* bytes */
	uint64_t secret;     /* random, the same for all processes */
} strata_segment_memory;

typedef enum { STRATA_SEGMENT_NEW, STRATA_SEGMENT_LEFT } strata_segment_condition;

typedef struct {
	const char *path;    /* the full name that was configured, without a stamp */
	const char *group;   /* of a file that is made; empty: none is named */
	uint32_t mode;       /* rights of a file that is made */
	const char *build;   /* see strata_segment_shape */
	uint64_t layout;     /* see strata_segment_shape */
	size_t control_size; /* bytes */
	size_t heap_size;    /* bytes */

	/*
	 * Called by the one process that is alone with the segment. With what is NEW all is zeroes; of
	 * what was LEFT any byte may be anything. No other process uses it before this is over.
	 */
	strata_result (
		*prepare)(const strata_segment_memory *memory, strata_segment_condition condition);
} strata_segment_wish;

/*
 * Opens the segment of this path and stamp, makes it where it is missing, and prepares it where no
 * other process uses it. Before the first fork. NULL with a sentence in error: file, what is wrong,
 * what is accepted.
 */
strata_segment *strata_segment_open(const strata_segment_wish *wish,
	char error[STRATA_SEGMENT_ERROR]);

const strata_segment_memory *strata_segment_memory_of(const strata_segment *segment);

/* The name of the file. */
const char *strata_segment_path(const strata_segment *segment);

/*
 * Was the file removed? Later processes have another one then, with other values: so nothing must
 * be served from this one any more, nor stored there. Looks once a second, by a system call.
 */
bool strata_segment_look_for_loss(strata_segment *segment, strata_msec now);

/* What the looks of this process have found so far. */
bool strata_segment_was_lost(const strata_segment *segment);

/* What this process met when it opened the segment. */
typedef enum {
	STRATA_SEGMENT_MET_NOTHING, /* it made the file */
	STRATA_SEGMENT_MET_LEFT,    /* it was alone, with what others had left */
	STRATA_SEGMENT_MET_OTHERS   /* they were using it */
} strata_segment_meeting;

typedef struct {
	strata_segment_meeting met;
	strata_msec made_at;   /* by the wall clock: the file */
	strata_msec opened_at; /* by the wall clock: by this process or the one it descends from */
} strata_segment_history;

strata_segment_history strata_segment_history_of(const strata_segment *segment);

/* What becomes of the mappings. */
typedef enum {
	STRATA_SEGMENT_UNMAP,
	STRATA_SEGMENT_LEAVE /* threads of this process hold mutexes there */
} strata_segment_end;

/* Ends the use by this process. The others and the file stay. */
void strata_segment_free(strata_segment *segment, strata_segment_end end);

#endif
