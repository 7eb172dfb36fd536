/* item — one key of a batch on its way through the tiers, and what became of it. */
#ifndef STRATA_TIER_ITEM_H
#define STRATA_TIER_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/result.h"
#include "base/tag.h"
#include "base/time.h"
#include "base/value.h"
#include "tier/fence.h"

/* In the order in which a get asks them; the numbers index tables. */
typedef enum {
	STRATA_TIER_LOCAL,
	STRATA_TIER_MEMCACHED,
	STRATA_TIER_REDIS,
	STRATA_TIER_COUNT
} strata_tier_kind;

/* When a write takes place. */
typedef enum {
	STRATA_PUT_SET,    /* whatever is there */
	STRATA_PUT_ADD,    /* only if nothing is there */
	STRATA_PUT_REPLACE /* only if something is there */
} strata_put_mode;

struct strata_store_cursor;

/* What the local tier has beyond the others: images, pins, and knowledge of its own memory. */
typedef struct {
	strata_value image; /* for a write: the value as PHP keeps it in memory; codec 0: none */
	const struct strata_store_cursor *cursor; /* for a get: where a peek stopped; NULL: nowhere */

	/* From a get. */
	const void *origin; /* for which address the image in value was placed */
	uint64_t block;     /* what this read pinned, and may release; 0: nothing */
	size_t size;        /* bytes of the value in it */
	bool is_pinned;     /* by this read or an earlier one: the value lies where it is stored */
	uint64_t seen;      /* what a fill must still find unchanged */
} strata_local_hit;

/*
 * The caller fills key, and for a write the second group. A tier writes result, node and, where a
 * value was found, the second group. Every byte that a view points at lives as long as the call.
 */
typedef struct {
	/*
	 * As the user wrote it, 1 byte to 64 KiB. In a namespace a prefix of 18 bytes stands before
	 * that, and "~:" before a key of the root that begins with "~" (api/request/space.h).
	 */
	strata_view key;

	strata_value value;
	strata_msec created_at;  /* wall clock; 0 where unknown: an integer has no envelope */
	strata_msec fresh_until; /* wall clock: soft expiry; STRATA_NEVER */
	strata_msec expires_at;  /* wall clock: hard expiry; STRATA_NEVER, also where unknown */
	uint32_t cost_msec;      /* how long the value took to compute; 0 where it was not computed */
	uint64_t version;        /* random, the same in every tier that one write reaches */

	/*
	 * From a get: version, owner and end of the placeholder that made it a MISS, or of the value;
	 * HELD where that lease has not ended. For take_fence(), put_over_fence() and leave_fence().
	 */
	strata_fence fence;
	uint64_t
		fill_token;    /* from a get of a nearer tier that missed: what a fill shows; 0: no fill */
	bool is_enveloped; /* for a write: an integer too, which servers then cannot count */
	bool adds_nothing; /* for increment: where no number is, none is stored, and that is a MISS */
	/*
	 * From a get: without an envelope, and no number that servers count. It has no version, no age,
	 * and nothing that says whose it is. fence.version tells which was seen, as of digits.
	 */
	bool is_foreign;
	bool is_from_replica;  /* a replica gave it, whose master may hold another one by now */
	bool is_kept_on_error; /* OK only because deeper tiers failed: past local_ttl, say */

	/*
	 * From add, replace, touch and increment, with NOT_STORED: a value with tags is there, and
	 * whether that is one is not for the tier to say. Nothing was changed.
	 */
	bool is_tagged_there;

	/*
	 * What the value depends on. For a write: numbers that are 0 are read before it. From a get:
	 * as they stand beside the value, which the caller has to judge (cache/tags.h).
	 */
	uint16_t tag_count;
	strata_tag *tags;

	strata_local_hit local; /* for the local tier alone; zeroes: nothing of the kind */

	strata_result result;
	strata_tier_kind tier; /* which tier gave the result */
	const char *node;      /* the node's name; NULL for the local tier */
} strata_item;

/* Is it kept as plain digits, which servers can count? */
static inline bool strata_item_is_digits(const strata_item *item)
{
	return item->value.codec == STRATA_CODEC_INTEGER && !item->is_enveloped && item->tag_count == 0;
}

/* Does nothing but the server say when it ends? */
static inline bool strata_item_is_ended_by_server(const strata_item *item)
{
	return strata_item_is_digits(item) || item->is_foreign;
}

/* Does it bear none, or numbers with all of them? Else it must not be stored. */
static inline bool strata_item_is_numbered(const strata_item *item)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		if (item->tags[i].number == 0) {
			return false;
		}
	}
	return true;
}

/* Does any of them bear tags? */
static inline bool strata_items_bear_tags(strata_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (items[i]->tag_count > 0) {
			return true;
		}
	}
	return false;
}

/* The token of a compare-and-set: the version that the caller expects under the key. */
typedef struct {
	uint64_t version; /* of the write; 0 where there is none */
	bool is_integer; /* which servers count: those have no version, and are known by their number */
	int64_t integer;
} strata_cas_token;

/*
 * Those of the items that have this result, in their order, in the arena; *found is how many. When
 * out of memory, none.
 */
strata_item **strata_items_with(strata_arena *arena, strata_item *const *items, size_t count,
	strata_result result, size_t *found);

#endif
