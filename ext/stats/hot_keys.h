/*
 * hot_keys — the keys of each database that are used most, by a sample of its operations.
 *
 * Space-Saving (A. Metwally, D. Agrawal, A. El Abbadi, "Efficient computation of frequent and top-k
 * elements in data streams", ICDT 2005) with 128 keys for each database and namespace. Every 10 s
 * all counts are halved, so that a count is about twice what the sample held of the key in the last
 * 10 s, and what is over fades. A key that comes when all 128 are taken takes the place of the one
 * with the smallest count, and that count with it: its error.
 *
 * A key is hot when, beyond its error, 16 of the sample were of it lately, and one in 64 of all.
 */
#ifndef STRATA_STATS_HOT_KEYS_H
#define STRATA_STATS_HOT_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "base/view.h"
#include "host/host.h"
#include "stats/prefixes.h"
#include "stats/printable.h"

typedef struct strata_hot_keys strata_hot_keys;

enum {
	STRATA_HOT_KEYS_KEPT = 128,     /* of each space */
	STRATA_HOT_KEYS_SPACES = 64,    /* spaces that have keys at a time */
	STRATA_HOT_KEY_LONGEST = 128,   /* bytes of a key that are kept to be shown */
	STRATA_HOT_KEYS_HALVED = 10000, /* msec between two halvings */
	STRATA_HOT_KEYS_LEAST = 16,     /* of the sample, for a key to be hot */
	STRATA_HOT_KEYS_SHARE = 64,     /* one in so many of all, for a key to be hot */
	STRATA_HOT_KEYS_HOT = 64        /* so that this many may be at once */
};

/* Of one space, in shared memory. */
typedef struct strata_hot_keys_table strata_hot_keys_table;

/* Printable, see strata_printable_write(); what was cut ends in three dots. */
typedef struct {
	uint64_t space;
	char database[64];
	char name_space[72];
	char key[STRATA_HOT_KEY_LONGEST * STRATA_PRINTABLE_GROWTH + 4];
	uint64_t hash;  /* of the whole key: what is shown where keys are not */
	uint64_t count; /* of the sample, at most */
	uint64_t error; /* at least count - error were of the key */
	bool is_hot;
} strata_hot_key;

STRATA_MUST_CHECK strata_result strata_hot_keys_new(strata_host *host, strata_hot_keys **out);
void strata_hot_keys_free(strata_hot_keys *hot_keys);

/*
 * One of the sample. Keys are told apart as a whole, and shown by what the script wrote of them.
 * now is coarse and monotonic. Where the lock of the space is taken nothing is noted.
 */
void strata_hot_keys_add(strata_hot_keys *hot_keys, const strata_prefix_space *space,
	strata_view key, strata_view shown, strata_msec now);

/*
 * Is this key hot now? One load where no key of the space is. *found is the caller's to keep for
 * the next question, and NULL before the first one.
 */
bool strata_hot_keys_is_hot(strata_hot_keys *hot_keys, uint64_t space,
	const strata_hot_keys_table **found, strata_view key, strata_msec now);

/*
 * Fills at most room keys, those of each space in the order of their counts; returns how many were
 * filled. Waits at most 20 ms for a space that is being written, and then leaves it out.
 */
uint32_t strata_hot_keys_read(strata_hot_keys *hot_keys, strata_hot_key *out, uint32_t room,
	strata_msec now);

/* How many of them there is room for: all of each space that is in use. */
uint32_t strata_hot_keys_used(const strata_hot_keys *hot_keys);

#endif
