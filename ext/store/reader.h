/* reader — the reads that take no lock: a fast peek, and the read that goes on where it stopped. */
#ifndef STRATA_STORE_READER_H
#define STRATA_STORE_READER_H

#include "base/arena.h"
#include "store/block/entry.h"

typedef enum {
	STRATA_READ_FOUND,   /* in *out */
	STRATA_READ_NOTHING, /* surely nothing there that may be served; *out tells what is kept */
	STRATA_READ_UNSURE,  /* the chain changed all the time, or is damaged: ask with the lock */
	STRATA_READ_FAILED   /* out of memory */
} strata_read_outcome;

/* Where a copy goes: into the arena, as room is needed. Begins with the arena alone. */
typedef struct {
	strata_arena *arena;
	char *bytes;
	size_t size; /* of bytes; a copy is followed by a NUL */
} strata_read_room;

/* As strata_store_peek(), in one shard; the hash is the whole one of the key. */
STRATA_MUST_CHECK bool strata_read_peek(strata_shard *shard, const strata_store_key *key,
	uint64_t hash, strata_peek_mode mode, strata_store_hit *out);

/*
 * Has the processor fetch what a peek of a key with this hash reads first: the header of the first
 * entry of its chain, and the mark beside it.
 */
void strata_read_fetch_entry(const strata_shard *shard, uint32_t hash);

/*
 * Tries a bounded number of times, and neither waits nor makes a system call but for memory. Fills
 * out->seen in any case. With mode PIN an image is pinned and not copied, if a pin can be had. The
 * cursor is of a peek of the same key, or NULL.
 */
strata_read_outcome strata_read(strata_shard *shard, const strata_lookup *lookup,
	const strata_store_cursor *cursor, strata_read_mode mode, strata_read_room *room,
	strata_record *out);

#endif
