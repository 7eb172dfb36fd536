/*
 *     | header, a page | control | heap |
 *
 * The sizes are those that the process asks for, and the file must have just these; nothing that
 * stands in it is needed to find a part. Two things are read from the header, under a check: where
 * the view of the heap is mapped, since images hold addresses there, and the secret.
 *
 * A process that gets the file alone prepares it: it says that the segment is not ready, has the
 * caller mend what is there, and says that it is. Then it takes the lock that others share, and
 * uses the segment like any of them. Between the two locks another process may be alone. That one
 * prepares once more, which costs time and nothing else, as the first one holds nothing there yet.
 *
 * The address is chosen at random when the segment is made: above what executables, heaps and
 * libraries use, and below the stack. Where it is taken in a process, that one does without.
 *
 * Ordering: ready is stored with release after the last byte that was prepared, and read with
 * acquire under the shared lock.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/segment/segment.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "host/segment/segment_stamp.h"
#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"

enum {
	PAGE = 4096,
	READY = 0x52454459,
	LONGEST_WAIT = 10000, /* msec that another process may take to prepare */
	LOOK_AGAIN = 5,       /* msec */
	LOOK_INTERVAL = 1000  /* msec between two looks for the name */
};

static const uint64_t magic = 0x61746172747367C1;
static const uint64_t lowest_address = 0x200000000000;
static const uint64_t address_room = 0x100000000000; /* 16 TiB of places to choose from */
static const uint64_t address_step = 1 << 21;        /* bytes: a large page */

typedef struct header {
	uint64_t magic;
	uint64_t stamp;
	uint64_t address; /* of the view */
	uint64_t secret;
	uint64_t made_at; /* msec by the wall clock */
	uint64_t check;   /* over these */
	_Atomic uint32_t ready;
} header;

struct strata_segment {
	strata_segment_place place;
	strata_segment_memory memory;
	header *header; /* at the start of the writable mapping */
	size_t size;    /* bytes of all */
	uint64_t stamp;
	int file;
	char *path; /* of the file */
	strata_segment_history history;
	_Atomic uint64_t looked_at; /* msec: when the name was looked for */
	atomic_bool is_lost;
};

static size_t page_rounded(size_t size)
{
	return (size + PAGE - 1) & ~(size_t) (PAGE - 1);
}

static uint64_t check_of(const header *header)
{
	return strata_hash_of((strata_view){ (const char *) header, offsetof(struct header, check) },
		magic);
}

/* ---- mapping ---- */

static void unmap(strata_segment *segment)
{
	if (segment->header != NULL) {
		strata_map_free(segment->header, segment->size);
	}
	if (segment->memory.view != NULL) {
		strata_map_free((void *) (uintptr_t) segment->memory.view, segment->memory.heap_size);
	}
	segment->header = NULL;
	segment->memory.view = NULL;
}

static void leave(strata_segment *segment)
{
	unmap(segment);
	if (segment->file >= 0) {
		(void) close(segment->file);
	}
	segment->file = -1;
}

static bool map_writable(strata_segment *segment)
{
	void *all;

	if (strata_map_file(segment->file, segment->size, &all) != STRATA_OK) {
		return false;
	}
	segment->header = all;
	segment->memory.control = (char *) all + PAGE;
	segment->memory.heap = (char *) all + PAGE + segment->memory.control_size;
	return true;
}

static bool map_view(strata_segment *segment)
{
	return strata_map_view_at(segment->file, PAGE + segment->memory.control_size,
			   segment->memory.heap_size, (uintptr_t) segment->header->address,
			   &segment->memory.view) == STRATA_OK;
}

/* ---- preparing ---- */

static bool is_whole(const strata_segment *segment)
{
	const header *header = segment->header;

	return header->magic == magic && header->stamp == segment->stamp &&
		   header->check == check_of(header);
}

static bool write_header(strata_segment *segment)
{
	uint64_t random[2];
	header *header = segment->header;

	if (strata_process_random(random, sizeof(random)) != STRATA_OK) {
		return false;
	}
	header->magic = magic;
	header->stamp = segment->stamp;
	header->address = lowest_address + random[0] % (address_room / address_step) * address_step;
	header->secret = random[1];
	header->made_at = strata_clock_wall_msec();
	header->check = check_of(header);
	return true;
}

static bool prepare(strata_segment *segment, const strata_segment_wish *wish,
	strata_segment_condition condition)
{
	strata_result result;

	segment->memory.secret = segment->header->secret;
	atomic_store(&segment->header->ready, 0);
	result = wish->prepare(&segment->memory, condition);
	if (result == STRATA_OK) {
		atomic_store_explicit(&segment->header->ready, READY, memory_order_release);
	}
	return result == STRATA_OK;
}

static bool fail(const strata_segment *segment, const char *what, char *error)
{
	snprintf(error, STRATA_SEGMENT_ERROR, "\"%s\" %s", segment->path, what);
	return false;
}

static const char address_taken[] =
	"cannot be mapped at its address, where this process has something else; accepted: a process "
	"with 47 bits of addresses and without a sanitizer of threads";

/* ---- opening ---- */

typedef enum { DONE, AGAIN, FAILED } attempt;

/* The file has no name yet, so no other process sees it before it is ready. */
static attempt make(strata_segment *segment, const strata_segment_wish *wish, char *error)
{
	strata_segment_file_state state;

	if (!strata_segment_file_make(&segment->place, segment->size, &segment->file, error)) {
		return FAILED;
	}
	if (!map_writable(segment) || !write_header(segment) ||
		!strata_segment_file_lock(segment->file, STRATA_SEGMENT_WITH_OTHERS)) {
		(void) fail(segment, "cannot be mapped: memory is short", error);
		return FAILED;
	}
	if (!map_view(segment)) {
		(void) fail(segment, address_taken, error);
		return FAILED;
	}
	if (!prepare(segment, wish, STRATA_SEGMENT_NEW)) {
		(void) fail(segment, "cannot be prepared: memory is short", error);
		return FAILED;
	}
	state = strata_segment_file_link(&segment->place, segment->file, error);
	return state == STRATA_SEGMENT_FILE_OPEN      ? DONE
		   : state == STRATA_SEGMENT_FILE_MISSING ? AGAIN
												  : FAILED;
}

/* With the file for itself alone. A header that is not whole says nothing of what follows it. */
static attempt take_over(strata_segment *segment, const strata_segment_wish *wish, char *error)
{
	if (!strata_segment_file_reserve(&segment->place, segment->file, segment->size, error)) {
		return FAILED;
	}
	if (!map_writable(segment)) {
		(void) fail(segment, "cannot be mapped: memory is short", error);
		return FAILED;
	}
	if (!is_whole(segment)) {
		strata_segment_file_unlink(&segment->place, segment->place.name, segment->file);
		return strata_segment_file_is_linked(segment->file)
				   ? (fail(segment, "is damaged and cannot be removed; accepted: none of that name",
						  error),
						 FAILED)
				   : AGAIN;
	}
	if (!map_view(segment)) {
		(void) fail(segment, address_taken, error);
		return FAILED;
	}
	if (!prepare(segment, wish, STRATA_SEGMENT_LEFT)) {
		(void) fail(segment, "cannot be prepared: memory is short", error);
		return FAILED;
	}
	return strata_segment_file_lock(segment->file, STRATA_SEGMENT_WITH_OTHERS) ? DONE : AGAIN;
}

static attempt join(strata_segment *segment, char *error)
{
	if (!map_writable(segment)) {
		(void) fail(segment, "cannot be mapped: memory is short", error);
		return FAILED;
	}
	if (atomic_load_explicit(&segment->header->ready, memory_order_acquire) != READY) {
		return AGAIN;
	}
	if (!is_whole(segment)) {
		(void) fail(segment, "is in use and damaged; accepted: a new one, when all have ended",
			error);
		return FAILED;
	}
	segment->memory.secret = segment->header->secret;
	if (!map_view(segment)) {
		(void) fail(segment, address_taken, error);
		return FAILED;
	}
	return DONE;
}

static attempt open_left(strata_segment *segment, const strata_segment_wish *wish, char *error)
{
	if (strata_segment_file_lock(segment->file, STRATA_SEGMENT_ALONE)) {
		segment->history.met = STRATA_SEGMENT_MET_LEFT;
		return take_over(segment, wish, error);
	}
	segment->history.met = STRATA_SEGMENT_MET_OTHERS;
	return strata_segment_file_lock(segment->file, STRATA_SEGMENT_WITH_OTHERS)
			   ? join(segment, error)
			   : AGAIN;
}

static attempt try_once(strata_segment *segment, const strata_segment_wish *wish, char *error)
{
	attempt tried = FAILED;

	segment->history.met = STRATA_SEGMENT_MET_NOTHING;
	switch (strata_segment_file_open(&segment->place, segment->size, &segment->file, error)) {
		case STRATA_SEGMENT_FILE_OPEN: tried = open_left(segment, wish, error); break;
		case STRATA_SEGMENT_FILE_MISSING: tried = make(segment, wish, error); break;
		case STRATA_SEGMENT_FILE_REFUSED: break;
	}
	/* It may have lost its name, or another process was alone with it, until it was locked. */
	if (tried == DONE &&
		(!strata_segment_file_is_linked(segment->file) ||
			atomic_load_explicit(&segment->header->ready, memory_order_acquire) != READY)) {
		tried = AGAIN;
	}
	if (tried != DONE) {
		leave(segment);
	}
	return tried;
}

static bool open_or_make(strata_segment *segment, const strata_segment_wish *wish, char *error)
{
	const struct timespec pause = { .tv_nsec = LOOK_AGAIN * 1000000 };
	strata_msec end = strata_clock_msec() + LONGEST_WAIT;
	attempt tried = AGAIN;

	while (tried == AGAIN && strata_clock_msec() < end) {
		tried = try_once(segment, wish, error);
		if (tried == AGAIN) {
			(void) nanosleep(&pause, NULL);
		}
	}
	if (tried == AGAIN) {
		return fail(segment,
			"is being prepared by another process, for more than 10 s; accepted: one that is ready",
			error);
	}
	return tried == DONE;
}

static bool name_path(strata_segment *segment)
{
	const char *slash = strrchr(segment->place.path, '/');

	return asprintf(&segment->path, "%.*s%s", (int) (slash - segment->place.path + 1),
			   segment->place.path, segment->place.name) > 0;
}

static bool open_at_place(strata_segment *segment, const strata_segment_wish *wish, char *error)
{
	if (!strata_segment_place_open(&segment->place, segment->stamp, error)) {
		return false;
	}
	if (!name_path(segment) || !open_or_make(segment, wish, error)) {
		strata_segment_place_close(&segment->place);
		return false;
	}
	strata_segment_file_sweep(&segment->place);
	strata_segment_place_close(&segment->place);
	return true;
}

strata_segment *strata_segment_open(const strata_segment_wish *wish,
	char error[STRATA_SEGMENT_ERROR])
{
	strata_segment *segment = calloc(1, sizeof(*segment));
	strata_segment_shape shape = { .build = wish->build, .layout = wish->layout };

	snprintf(error, STRATA_SEGMENT_ERROR, "\"%s\" cannot be opened: memory is short", wish->path);
	if (segment == NULL) {
		return NULL;
	}
	segment->file = -1;
	segment->place = (strata_segment_place){ .path = wish->path,
		.group = wish->group,
		.mode = wish->mode,
		.directory = -1 };
	segment->memory.control_size = shape.control_size = page_rounded(wish->control_size);
	segment->memory.heap_size = shape.heap_size = page_rounded(wish->heap_size);
	segment->size = PAGE + segment->memory.control_size + segment->memory.heap_size;
	if (strata_segment_stamp(&shape, &segment->stamp) != STRATA_OK) {
		snprintf(error, STRATA_SEGMENT_ERROR,
			"\"%s\" cannot be shared safely, /proc/self/ns cannot be read; accepted: with /proc",
			wish->path);
		free(segment);
		return NULL;
	}
	if (!open_at_place(segment, wish, error)) {
		free(segment->path);
		free(segment);
		return NULL;
	}
	segment->history.made_at = segment->header->made_at;
	segment->history.opened_at = strata_clock_wall_msec();
	error[0] = '\0';
	return segment;
}

/* ---- using ---- */

strata_segment_history strata_segment_history_of(const strata_segment *segment)
{
	return segment->history;
}

const strata_segment_memory *strata_segment_memory_of(const strata_segment *segment)
{
	return &segment->memory;
}

const char *strata_segment_path(const strata_segment *segment)
{
	return segment->path;
}

bool strata_segment_look_for_loss(strata_segment *segment, strata_msec now)
{
	strata_msec looked_at = atomic_load_explicit(&segment->looked_at, memory_order_relaxed);

	if (now - looked_at >= LOOK_INTERVAL) {
		atomic_store_explicit(&segment->looked_at, now, memory_order_relaxed);
		if (!strata_segment_file_is_linked(segment->file)) {
			atomic_store(&segment->is_lost, true);
		}
	}
	return strata_segment_was_lost(segment);
}

bool strata_segment_was_lost(const strata_segment *segment)
{
	return atomic_load_explicit(&segment->is_lost, memory_order_relaxed);
}

void strata_segment_free(strata_segment *segment, strata_segment_end end)
{
	if (segment == NULL) {
		return;
	}
	switch (end) {
		case STRATA_SEGMENT_UNMAP: unmap(segment); break;
		case STRATA_SEGMENT_LEAVE: break;
	}
	(void) close(segment->file);
	free(segment->path);
	free(segment);
}
