/* published — a blob in shared memory that all processes copy: the newest one. */
#ifndef STRATA_HOST_PUBLISHED_H
#define STRATA_HOST_PUBLISHED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "base/view.h"

/* What stands in shared memory beside the two buffers. All zeroes: nothing was published yet. */
typedef struct {
	_Atomic uint64_t word;  /* version of the blob in force, with a check; see published.c */
	_Atomic uint32_t event; /* waiters sleep on it */
	_Atomic uint64_t sizes[2];
	_Atomic uint64_t checks[2];
} strata_published_head;

/* Words that two buffers of so many bytes take. Only pages that are written become memory. */
#define STRATA_PUBLISHED_WORDS(capacity) (2 * (((capacity) + 7) / 8))

/*
 * A process-private handle, made by hand from where head and buffers are: in a record, or in memory
 * of their own. The process that has no host may have both in private memory.
 */
typedef struct {
	strata_published_head *head;
	_Atomic uint64_t *words; /* STRATA_PUBLISHED_WORDS(capacity) of them */
	size_t capacity;         /* bytes that a blob may have at most */
} strata_published;

/*
 * Versions count from 1 to 2^48 - 1 and begin anew. As long as it is the same, so is the blob. One
 * load.
 */
uint64_t strata_published_version(strata_published published);

/*
 * Copies the blob in force into target, which has room for `capacity` bytes. OK with size and
 * version. MISS: nothing was published, and the version is 0. CORRUPT: what is there is not what a
 * process published, and nothing of it is to be used. Size is 0 then; version is that of the
 * damaged blob, so that a caller need not read it twice. Lock-free.
 */
STRATA_MUST_CHECK strata_result strata_published_read(strata_published published, void *target,
	size_t *size, uint64_t *version);

/*
 * Copies the first size bytes of the blob in force, unchecked: for numbers on a status page, which
 * must not cost a whole copy. False when there are not so many.
 */
STRATA_MUST_CHECK bool strata_published_peek(strata_published published, void *target, size_t size);

/* Is this what is in force, byte for byte, and undamaged? */
bool strata_published_holds(strata_published published, strata_view blob);

/*
 * Puts the blob in force if the one of this version (0: none) still is, and wakes the waiters.
 * False, and the old one stays, when the blob is too long or another process published meanwhile.
 * Read the version before whatever the blob is made from.
 *
 * A process killed in here leaves the old blob or the new one. A process that is stopped in here
 * for so long that others publish twice may damage what they published; that is found like any
 * damage.
 */
STRATA_MUST_CHECK bool strata_published_publish(strata_published published, uint64_t version,
	strata_view blob);

/* A number that changes with each publication and signal: take it before looking, then wait. */
uint32_t strata_published_event(strata_published published);

/* Wakes the waiters though nothing is published: there is nothing to wait for any more. */
void strata_published_signal(strata_published published);

/* Sleeps until the event is another one than this, at most this long. */
void strata_published_wait(strata_published published, uint32_t event, strata_usec max_wait);

#endif
