/*
 * entry — what a block holds that is not free: header, value and key in one piece. Every
 * function here wants the shard locked.
 */
#ifndef STRATA_STORE_ENTRY_H
#define STRATA_STORE_ENTRY_H

#include "os/clock.h"
#include "store/block/heap.h"
#include "store/block/store_types.h"

/*
 * In shared memory, at the start of the block. The value follows, aligned as the block is, and the
 * key follows the value: so a size that was damaged moves the place where the key is looked for,
 * and the entry is not found instead of being cut. Behind the key, wherever that ends, stand the
 * tags, and then the check.
 */
typedef struct {
	strata_block block;
	_Atomic uint32_t next; /* place of the next entry in the chain; derived */
	uint32_t hash;         /* of the key; selects the chain */
	uint64_t namespace_id; /* see strata_store_key */
	uint64_t generation;   /* see strata_store_key */
	uint64_t created_at;   /* see strata_record */
	uint64_t expires_at;   /* see strata_life */
	uint64_t fresh_until;  /* see strata_life */
	uint32_t kept_for;     /* see strata_life */
	uint32_t cost_msec;    /* see strata_record */
	uint64_t dead_at;      /* see strata_life */
	uint64_t version;      /* see strata_record */
	uint32_t shard_epoch;  /* of the moment when it was written */
	uint32_t value_size;   /* bytes; 8 for an integer, which lies there as an int64_t */
	uint32_t key_size;     /* bytes */
	uint16_t seal;         /* a check over sizes, codec and hash, none of which ever changes */
	uint8_t codec;         /* strata_codec_id */
	uint8_t extras;        /* words behind the key: two for each tag, one for a check */
} strata_entry;

/*
 * For readers without the lock: word by word, as others may write there. It is believed when the
 * word of the bucket is still the same.
 */
static inline void strata_entry_copy_header(const strata_entry *entry, strata_entry *copy)
{
	typedef uint64_t __attribute__((may_alias)) any_word;
	const volatile any_word *from = (const volatile any_word *) entry;
	any_word *to = (any_word *) copy;

	for (size_t i = 0; i < sizeof(*entry) / sizeof(any_word); i++) {
		to[i] = from[i];
	}
	/* A number is read after its version. */
	atomic_thread_fence(memory_order_acquire);
}

/* A key as it is looked for. */
typedef struct {
	const strata_store_key *key;
	uint32_t hash;   /* of the key, for the index; another part of it chose the shard */
	strata_msec now; /* monotonic; what is dead by then is not there */
	uint8_t share;   /* for a write; as in strata_record */
	/*
	 * For a write: of the shard when it began. A removal that cannot have the lock raises that of
	 * the shard. What the holder of the lock writes then must not outlive the removal.
	 */
	uint32_t shard_epoch;
	bool *meets_tags; /* for a write: becomes true where its mode meets tags; NULL: not asked */
} strata_lookup;

static inline strata_entry *strata_entry_at(const strata_shard *shard, uint32_t place)
{
	return (strata_entry *) strata_block_at(shard, place);
}

/*
 * Is there a live entry at this place whose sizes can be believed? The other functions here may be
 * called only for a place where there is one.
 */
bool strata_entry_is_sound(const strata_shard *shard, uint32_t place);

/* What of a header says how its block is to be read, and the check over it. */
typedef struct {
	uint32_t hash;
	uint32_t value_size;
	uint32_t key_size;
	uint16_t seal;
	uint8_t codec;
	uint8_t extras;
} strata_entry_sizes;

/* Each is read once: what was checked must be what is used. */
static inline strata_entry_sizes strata_entry_sizes_of(const volatile strata_entry *entry)
{
	return (strata_entry_sizes){ entry->hash, entry->value_size, entry->key_size, entry->seal,
		entry->codec, entry->extras };
}

/* Every bit of the sum reaches the upper ones of the product. */
static inline uint16_t strata_entry_seal_of(const strata_shard *shard, strata_entry_sizes sizes)
{
	uint64_t both = (uint64_t) sizes.value_size << 32 | (uint64_t) sizes.key_size << 8;

	both = (both | sizes.codec) ^
		   ((uint64_t) sizes.extras << 32 | sizes.hash) * 0xD6E8FEB86659FD93 ^ shard->seed;
	return (uint16_t) (both * 0x9E3779B97F4A7C15 >> 48);
}

/* What the extras are. So the size of both is one shift, in which no hit has to tell them apart. */
static inline bool strata_entry_has_check(strata_entry_sizes sizes)
{
	return (sizes.extras & 1) != 0;
}

static inline bool strata_entry_has_tags(uint8_t extras)
{
	return extras > 1;
}

static inline uint16_t strata_entry_tag_count(strata_entry_sizes sizes)
{
	return sizes.extras / 2;
}

/* Units of the block that an entry needs. */
static inline uint32_t strata_entry_units(size_t key_size, size_t value_size, uint8_t extras)
{
	size_t size = sizeof(strata_entry) + key_size + value_size + (size_t) extras * sizeof(uint64_t);

	return (uint32_t) ((size + STRATA_UNIT_SIZE - 1) / STRATA_UNIT_SIZE);
}

/* Can these be the sizes of an entry in a block of this many units? */
static inline bool strata_entry_fits(const strata_shard *shard, strata_entry_sizes sizes,
	uint32_t units)
{
	return sizes.seal == strata_entry_seal_of(shard, sizes) &&
		   strata_entry_units(sizes.key_size, sizes.value_size, sizes.extras) <= units &&
		   (sizes.codec != STRATA_CODEC_INTEGER || sizes.value_size == sizeof(int64_t));
}

/*
 * Does a value of this kind get a check? Not a number, which changes in its place: unless entries
 * outlive all processes. There the check is over all of the entry, and changes with it.
 */
static inline bool strata_entry_wants_check(const strata_shard *shard, uint8_t codec)
{
	return shard->is_lasting || (shard->verifies && codec != STRATA_CODEC_INTEGER);
}

/* The extras of an entry for this record. */
static inline uint8_t strata_entry_extras_of(const strata_shard *shard, const strata_record *record)
{
	bool has_check = strata_entry_wants_check(shard, (uint8_t) record->value.codec);

	return (uint8_t) (2 * record->tag_count + has_check);
}

/*
 * Are these the bytes that were stored there as the value? True also of one that has no check. The
 * entry need not be still there: then the answer means nothing. Where entries are lasting, that of
 * the header is checked, too, so a change of it may say no without the lock.
 */
bool strata_entry_is_whole(const strata_shard *shard, uint32_t place, strata_entry_sizes sizes,
	const char *bytes);

/*
 * For a process that is alone with a sound entry that others left: is all of it as it was stored or
 * changed last? No also where its process was killed in the middle of a change.
 */
bool strata_entry_is_genuine(const strata_shard *shard, uint32_t place);

/* The key of a sound entry, with its namespace and generation. */
strata_store_key strata_entry_key(const strata_shard *shard, uint32_t place);

/* Writes all of the entry into a block of state WRITING, which is large enough. Needs no lock. */
void strata_entry_write(strata_shard *shard, uint32_t place, const strata_lookup *lookup,
	const strata_record *record);

/* Is it the one that is looked for, dead or alive? */
bool strata_entry_is_of(const strata_shard *shard, uint32_t place, const strata_lookup *lookup);

/* Are two sound entries of the same key? */
bool strata_entry_is_same(const strata_shard *shard, uint32_t place, uint32_t other);

/*
 * Does any process hold the block of an entry that is out of reach, or was? Of one that no reader
 * marked that is known without a look at what processes hold.
 */
bool strata_entry_is_held(const strata_shard *shard, uint32_t place);

/* Not to be served: dead, a placeholder, or of an epoch of the shard that is over. */
bool strata_entry_is_over(const strata_entry *entry, uint32_t epoch, strata_msec now);

/* Not even kept. */
bool strata_entry_is_gone(const strata_entry *entry, uint32_t epoch, strata_msec now);

/*
 * Is it over as of now? The clock is looked at only for an entry that has an end. A placeholder has
 * one: it was dead when it was written.
 */
static inline bool strata_entry_is_over_now(const strata_entry *entry, uint32_t epoch)
{
	strata_msec dead_at = *(const volatile strata_msec *) &entry->dead_at;

	return entry->shard_epoch != epoch ||
		   (dead_at != STRATA_NEVER && dead_at <= strata_clock_msec());
}

static inline char *strata_entry_value(const strata_shard *shard, uint32_t place)
{
	return (char *) (strata_entry_at(shard, place) + 1);
}

/* Where the value lies in the read-only view, which images are placed for. */
static inline const char *strata_entry_view(const strata_shard *shard, uint32_t place)
{
	return shard->view + (size_t) place * STRATA_UNIT_SIZE + sizeof(strata_entry);
}

/* Another write of the same value, by one store. */
void strata_entry_set_version(strata_shard *shard, uint32_t place, uint64_t version);

/* Each word of it is stored for itself: a reader, or a kill, may find some as they were. */
void strata_entry_set_life(strata_shard *shard, uint32_t place, const strata_life *life);
void strata_entry_read_life(const strata_entry *entry, strata_life *out);

/* The tags of the entry, which the header says are so many. It need not be still there. */
void strata_entry_read_tags(const strata_shard *shard, uint32_t place, strata_entry_sizes sizes,
	strata_tag *out);

/* Everything of a record that stands in the header. */
void strata_entry_describe(const strata_entry *entry, strata_record *out);

/* The same with the value, whose bytes are valid as long as the shard is locked. Not the tags. */
void strata_entry_read(const strata_shard *shard, uint32_t place, strata_record *out);

/* For STRATA_CODEC_INTEGER. Each store is one instruction, and the new number has a new version. */
int64_t strata_entry_integer(const strata_shard *shard, uint32_t place);
void strata_entry_set_integer(strata_shard *shard, uint32_t place, int64_t integer);

#endif
