/* envelope: what stands before every value: its key, seal, end of life, and tags. */
#ifndef STRATA_TIER_ENVELOPE_H
#define STRATA_TIER_ENVELOPE_H

#include "base/arena.h"
#include "base/call.h"
#include "tier/item.h"
#include "tier/keyspace.h"

enum {
	STRATA_ENVELOPE_SIZE = 96,
	STRATA_ENVELOPE_LEASE_AT = 8, /* where the 16 bytes of owner and end begin */
	STRATA_ENVELOPE_LEASE_SIZE = 16,
	STRATA_ENVELOPE_VERSION_AT = 56, /* where the 8 bytes of the write's version begin */
	STRATA_ENVELOPE_VERSION_SIZE = 8
};

/*
 * The bytes that a shared tier keeps for this item: an envelope with its tags and the value,
 * compressed where the keyspace says so and an eighth is saved, or, for an integer that is not to
 * be enveloped and has no tags, its plain decimal digits, so that the server can count it. In the
 * arena; data is NULL when out of memory.
 */
strata_view strata_envelope_seal(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation, const strata_item *item);

/*
 * The bytes of a placeholder for this key, with the version, owner and end of the fence; now is by
 * the wall clock. In the arena; data is NULL when out of memory.
 */
strata_view strata_envelope_placeholder(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation, strata_msec now, strata_view key, const strata_fence *fence);

/*
 * The same for a server, which may keep flags beside the bytes; with STRATA_FORMAT_PLAIN what other
 * programs read. form is that of the server, with plain names. data is NULL when out of memory.
 */
strata_plain_stored strata_envelope_write(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation, strata_plain_form form, const strata_item *item);

/* The flags beside an envelope or placeholder, which no other program shall take for a value. */
uint32_t strata_envelope_flags(const strata_keyspace *keyspace, uint64_t generation,
	strata_plain_form form);

/* How many bytes such an envelope and the value have, compressed where the value was when read. */
size_t strata_envelope_size(const strata_item *item);

/* Owner and end as they stand in an envelope, to be written into one that is there. */
void strata_envelope_lease(const strata_fence *fence, char bytes[STRATA_ENVELOPE_LEASE_SIZE]);

/* A copy of what is stored, with owner and end of the fence. In the arena; data NULL as above. */
strata_view strata_envelope_with_lease(strata_arena *arena, strata_view stored,
	const strata_fence *fence);

/* The version as it stands in an envelope, for scripts that compare it on the server. */
void strata_envelope_version(uint64_t version, char bytes[STRATA_ENVELOPE_VERSION_SIZE]);

/*
 * What a shared tier returned for item->key under this generation. Fills the item's second group
 * and returns OK, or STALE past its soft end; or leaves the group zeroed and returns why not:
 *   FOREIGN        no envelope as this version writes them, and no integer
 *   OTHER_KEY      sealed under another fingerprint_key, or with one where there is none here
 *   CORRUPT        the checksum or the MAC is wrong, or what was compressed does not unpack
 *   DESYNC         sealed for another key: the reply of another question, never to be returned
 *   UNKNOWN_CODEC  a codec of a later version, or compressed where there is no zstd
 *   TOO_LARGE      compressed, and larger than max_value or than what the arena may be charged
 *   MISS           its time is over (now is by the wall clock), or it is a placeholder
 *   NO_MEMORY      for the MAC, for the tags, or for what was compressed
 * In item->fence stand the version and the lease of the value, or of what made it a MISS; else
 * zeroes. Of plain digits the version there is a hash of them: it tells which were seen.
 * The value's bytes stay where they are, inside stored, or are in the arena, as its tags are. Those
 * are not judged here. Nothing says of an integer whose it is.
 */
STRATA_MUST_CHECK strata_result strata_envelope_open(strata_arena *arena,
	const strata_keyspace *keyspace, uint64_t generation, strata_msec now, strata_view stored,
	strata_item *item);

/*
 * The same of what may be another program's: with plain names and no envelope it is read as that
 * wrote it (is_foreign, unless it is a number), or FOREIGN and the like as of plain/plain.h.
 */
STRATA_MUST_CHECK strata_result strata_envelope_read(strata_arena *arena,
	const strata_keyspace *keyspace, uint64_t generation, strata_msec now, strata_plain_form form,
	const strata_plain_stored *stored, strata_item *item);

/* The sentence about a TOO_LARGE of strata_envelope_open(). */
void strata_envelope_explain(strata_call *call, const char *tier, const char *node);

/*
 * Does this envelope, all that is known of what is stored, say that nothing is there? It is a
 * placeholder, or stale, or over. The seal is not looked at: good enough to ask further.
 */
bool strata_envelope_looks_absent(const strata_keyspace *keyspace, uint64_t generation,
	strata_msec now, strata_view header, strata_view key);

/*
 * When it was written (wall clock), as it says: also of a placeholder. Of what
 * strata_envelope_open() has found to be an envelope of its key; 0 where it is none.
 */
strata_msec strata_envelope_created(strata_view stored);

/* Do tags stand behind this header? The seal is not looked at, as above. */
bool strata_envelope_bears_tags(strata_view header);

/* How such a script knows an envelope: its first 8 bytes. */
strata_view strata_envelope_magic(void);

#endif
