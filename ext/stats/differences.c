/*
 * A record is found by the id of its space, which is claimed by a compare-and-swap and never given
 * back: moves are rare, and an operator wants to see what came of one afterwards.
 *
 * Counts are added and nothing else, so no process that dies loses or doubles one. A row of a
 * prefix is found by its hash without a lock. It is made under the mutex, its text first and its
 * hash last, with release: one that was left half made is not there yet, and is made anew.
 *
 * Keys that differ stand in the order in which they were seen, the newest first, all under the
 * mutex. It is tried once where a request is under way. A process that dies in there leaves what
 * the next one empties: the counts have all of it. Any bytes may stand there; sizes are bounded.
 */
#include "stats/differences.h"

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/mutex.h"

enum {
	SPACES = STRATA_DIFFERENCES_SPACES,
	PREFIXES = STRATA_DIFFERENCES_PREFIXES,
	KEPT = STRATA_DIFFERENCES_KEPT,
	CLASSES = STRATA_DIFFERENCE_CLASSES,
	COUNTS = STRATA_MIRROR_COUNTS,
	OTHER = 0,
	ALONE = 1024,         /* places of a hash, for databases and namespaces */
	READ_MAX_WAIT = 20000 /* usec; only a stopped process keeps the mutex so long */
};

typedef struct {
	_Atomic uint64_t hash; /* 0: free */
	uint32_t size;
	char text[STRATA_PREFIX_LONGEST];
	alignas(64) _Atomic uint64_t counts[CLASSES];
} prefix_row;

typedef struct {
	uint64_t hash, version, other_version;
	strata_msec seen_at;
	uint32_t class;
	uint32_t size; /* bytes of the whole key, or one more than are kept */
	char text[STRATA_DIFFERENCES_KEY];
} kept_key;

struct strata_differences {
	alignas(64) _Atomic uint64_t space; /* 0: free */
	_Atomic uint64_t counted[COUNTS];
	_Atomic uint64_t closed_until; /* monotonic, msec: a turn is under way, or a pause */
	_Atomic uint64_t told[STRATA_DIFFERENCES_DIRECTIONS];
	_Atomic uint64_t keep_at; /* monotonic, msec */
	_Atomic uint64_t fills; /* the second in the upper half, and how many were let through in it */
	prefix_row rows[PREFIXES];

	/* Under the mutex. */
	alignas(64) strata_mutex lock;
	uint32_t used;
	kept_key keys[KEPT];

	strata_suspects *suspects; /* of this record: shared memory stays where it was mapped */
};

struct strata_differences_table {
	strata_differences *records; /* in shared memory, as are these */
	_Atomic uint64_t *alone;
};

strata_msec strata_differences_told(const strata_differences *differences, uint32_t direction)
{
	return differences == NULL
			   ? 0
			   : atomic_load(&differences->told[direction % STRATA_DIFFERENCES_DIRECTIONS]);
}

void strata_differences_tell(strata_differences *differences, uint32_t direction,
	strata_msec dropped_at)
{
	if (differences != NULL) {
		atomic_store(&differences->told[direction % STRATA_DIFFERENCES_DIRECTIONS], dropped_at);
	}
}

bool strata_differences_is_to_be_kept(const strata_differences *differences, strata_msec now)
{
	return differences != NULL && atomic_load(&differences->keep_at) <= now;
}

void strata_differences_keep(strata_differences *differences, strata_msec next_at)
{
	if (differences != NULL) {
		atomic_store(&differences->keep_at, next_at);
	}
}

strata_suspects *strata_differences_suspects(strata_differences *differences)
{
	return differences == NULL ? NULL : differences->suspects;
}

/* To whole cache lines. */
static size_t suspects_size(void)
{
	return (strata_suspects_size() + 63) / 64 * 64;
}

static bool init_parts(strata_host *host, strata_differences *records)
{
	char *suspects = strata_host_alloc(host, SPACES * suspects_size());

	for (int i = 0; i < SPACES && suspects != NULL; i++) {
		strata_suspects *own = (void *) (suspects + (size_t) i * suspects_size());

		if (strata_host_init_lock(host, &records[i].lock) != STRATA_OK ||
			strata_suspects_init(host, own) != STRATA_OK) {
			return false;
		}
		records[i].suspects = own;
	}
	return suspects != NULL;
}

strata_result strata_differences_table_new(strata_host *host, strata_differences_table **out)
{
	strata_differences_table *table = calloc(1, sizeof(*table));

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	table->records = strata_host_alloc(host, SPACES * sizeof(*table->records));
	table->alone = strata_host_alloc(host, ALONE * sizeof(*table->alone));
	if (table->records == NULL || table->alone == NULL || !init_parts(host, table->records)) {
		free(table);
		return STRATA_NO_MEMORY;
	}
	*out = table;
	return STRATA_OK;
}

void strata_differences_table_free(strata_differences_table *table)
{
	free(table);
}

strata_differences *strata_differences_of(strata_differences_table *table,
	const strata_prefix_space *space)
{
	for (int i = 0; i < SPACES; i++) {
		uint64_t seen = atomic_load_explicit(&table->records[i].space, memory_order_relaxed);

		if (seen == 0 &&
			atomic_compare_exchange_strong(&table->records[i].space, &seen, space->id)) {
			seen = space->id;
		}
		if (seen == space->id) {
			return &table->records[i];
		}
	}
	return NULL;
}

_Atomic uint64_t *strata_differences_alone(strata_differences_table *table,
	const strata_prefix_space *space)
{
	return &table->alone[space->id % ALONE];
}

/* ---- counts ---- */

static void add(_Atomic uint64_t *count, uint64_t by)
{
	atomic_fetch_add_explicit(count, by, memory_order_relaxed);
}

static uint64_t load(const _Atomic uint64_t *count)
{
	return atomic_load_explicit(count, memory_order_relaxed);
}

void strata_differences_count(strata_differences *differences, strata_mirror_count what,
	uint64_t by)
{
	if (differences != NULL && by > 0) {
		add(&differences->counted[what], by);
	}
}

uint64_t strata_differences_counted(const strata_differences *differences, strata_mirror_count what)
{
	return differences == NULL ? 0 : load(&differences->counted[what]);
}

uint64_t strata_differences_total(const strata_differences *differences,
	strata_difference_class class)
{
	uint64_t sum = 0;

	for (int i = 0; i < PREFIXES && differences != NULL; i++) {
		sum += load(&differences->rows[i].counts[class]);
	}
	return sum;
}

/* ---- pace ---- */

bool strata_differences_may_fill(strata_differences *differences, uint32_t a_second,
	strata_msec now)
{
	uint64_t second = (uint64_t) (uint32_t) (now / 1000) << 32;
	uint64_t seen, wanted;

	if (differences == NULL) {
		return true;
	}
	seen = atomic_load_explicit(&differences->fills, memory_order_relaxed);
	do {
		wanted = (seen >> 32 << 32) == second ? seen + 1 : second + 1;
		if ((uint32_t) wanted > a_second) {
			return false;
		}
	} while (!atomic_compare_exchange_weak_explicit(&differences->fills, &seen, wanted,
		memory_order_relaxed, memory_order_relaxed));
	return true;
}

/* ---- turns ---- */

/* Further ahead than any that is ever set: damage. */
static bool is_closed(uint64_t until, strata_msec now)
{
	return now < until && until <= now + STRATA_DIFFERENCES_PAUSE;
}

bool strata_differences_may_turn(const strata_differences *differences, strata_msec now)
{
	return differences == NULL || !is_closed(load(&differences->closed_until), now);
}

bool strata_differences_begin_turn(strata_differences *differences, strata_msec longest,
	strata_msec now)
{
	uint64_t seen = differences == NULL ? 0 : load(&differences->closed_until);

	return differences == NULL ||
		   (!is_closed(seen, now) &&
			   atomic_compare_exchange_strong(&differences->closed_until, &seen, now + longest));
}

void strata_differences_end_turn(strata_differences *differences, strata_msec not_before)
{
	if (differences != NULL) {
		atomic_store_explicit(&differences->closed_until, not_before, memory_order_relaxed);
	}
}

/* ---- the mutex ---- */

static bool lock(strata_differences *differences, strata_usec max_wait)
{
	switch (strata_mutex_lock(&differences->lock, max_wait)) {
		case STRATA_MUTEX_TAKEN: break;
		case STRATA_MUTEX_INHERITED:
			differences->used = 0;
			strata_mutex_repaired(&differences->lock);
			break;
		case STRATA_MUTEX_BUSY: return false;
	}
	/* Every index below is bounded by it. */
	differences->used = differences->used < KEPT ? differences->used : KEPT;
	return true;
}

/* ---- prefixes ---- */

static uint64_t hash_of_row(const prefix_row *row)
{
	return atomic_load_explicit(&row->hash, memory_order_acquire);
}

/* The row of the prefix, or the first one that is free; OTHER where there is neither. */
static uint32_t find_row(const strata_differences *differences, uint64_t hash)
{
	for (uint32_t i = 1; i < PREFIXES; i++) {
		uint64_t seen = hash_of_row(&differences->rows[i]);

		if (seen == hash || seen == 0) {
			return i;
		}
	}
	return OTHER;
}

static void make_row_locked(prefix_row *row, uint64_t hash, strata_view prefix)
{
	row->size = (uint32_t) prefix.size;
	memcpy(row->text, prefix.data, prefix.size);
	atomic_store_explicit(&row->hash, hash, memory_order_release);
}

static prefix_row *row_of(strata_differences *differences, strata_view prefix)
{
	uint64_t hash = strata_hash_of(prefix, 0) | 1;
	uint32_t place = find_row(differences, hash);

	assert(prefix.size <= STRATA_PREFIX_LONGEST);
	if (place == OTHER || hash_of_row(&differences->rows[place]) == hash) {
		return &differences->rows[place];
	}
	if (!lock(differences, 0)) {
		return &differences->rows[OTHER];
	}
	place = find_row(differences, hash);
	if (place != OTHER && hash_of_row(&differences->rows[place]) == 0) {
		make_row_locked(&differences->rows[place], hash, prefix);
	}
	strata_mutex_unlock(&differences->lock);
	return &differences->rows[place];
}

/* ---- keys ---- */

/* Where the key stands, or the place that is to be given up for it. */
static uint32_t place_of_locked(const strata_differences *differences, uint64_t hash)
{
	uint32_t place = 0;

	while (place < differences->used && differences->keys[place].hash != hash) {
		place++;
	}
	return place < KEPT ? place : KEPT - 1;
}

static void write_key(kept_key *key, const strata_difference *difference)
{
	size_t whole = difference->key.size;
	size_t size = whole < sizeof(key->text) ? whole : sizeof(key->text);

	*key = (kept_key){ .hash = difference->hash,
		.version = difference->version,
		.other_version = difference->other_version,
		.seen_at = difference->seen_at,
		.class = difference->class,
		.size = (uint32_t) (size < whole ? size + 1 : size) };
	memcpy(key->text, difference->key.data, size);
}

static void keep(strata_differences *differences, const strata_difference *difference)
{
	uint32_t place;

	if (!lock(differences, 0)) {
		return;
	}
	place = place_of_locked(differences, difference->hash);
	if (place == differences->used) {
		differences->used++;
	}
	memmove(&differences->keys[1], &differences->keys[0], place * sizeof(kept_key));
	write_key(&differences->keys[0], difference);
	strata_mutex_unlock(&differences->lock);
}

void strata_differences_note(strata_differences *differences, const strata_difference *difference)
{
	if (differences == NULL) {
		return;
	}
	add(&differences->counted[STRATA_MIRROR_COMPARED], 1);
	add(&row_of(differences, strata_prefix_of(difference->key, difference->depth))
			 ->counts[difference->class],
		1);
	if (difference->class != STRATA_DIFFERENCE_EQUAL) {
		keep(differences, difference);
	}
}

/* ---- reading ---- */

bool strata_differences_row_at(const strata_differences *differences, uint32_t place,
	strata_differences_row *out)
{
	strata_view text = strata_view_of(STRATA_PREFIX_OTHER);
	const prefix_row *row;

	*out = (strata_differences_row){ .prefix = "" };
	if (differences == NULL || place >= PREFIXES) {
		return false;
	}
	row = &differences->rows[place];
	if (place != OTHER) {
		if (hash_of_row(row) == 0) {
			return false;
		}
		text = (strata_view){ row->text,
			row->size < sizeof(row->text) ? row->size : sizeof(row->text) };
	}
	strata_printable_write(text, out->prefix, sizeof(out->prefix));
	for (int i = 0; i < CLASSES; i++) {
		out->counts[i] = load(&row->counts[i]);
	}
	return true;
}

static void print_key(const kept_key *key, strata_differences_key *out)
{
	size_t size = key->size < sizeof(key->text) ? key->size : sizeof(key->text);

	out->hash = key->hash;
	out->version = key->version;
	out->other_version = key->other_version;
	out->seen_at = key->seen_at;
	out->class = (strata_difference_class) (key->class < CLASSES ? key->class : 0);
	strata_printable_write((strata_view){ key->text, size }, out->key, sizeof(out->key) - 3);
	if (key->size > sizeof(key->text)) {
		memcpy(out->key + strlen(out->key), "...", 4);
	}
}

bool strata_differences_key_at(const strata_differences *differences, uint32_t place,
	strata_differences_key *out)
{
	/* What is locked is shared memory: to read there changes the mutex, and nothing else. */
	strata_differences *shared = (strata_differences *) differences;
	bool is_there;

	*out = (strata_differences_key){ .key = "" };
	if (shared == NULL || !lock(shared, READ_MAX_WAIT)) {
		return false;
	}
	is_there = place < shared->used;
	if (is_there) {
		print_key(&shared->keys[place], out);
	}
	strata_mutex_unlock(&shared->lock);
	return is_there;
}

/* ---- words ---- */

const char *strata_difference_class_name(strata_difference_class class)
{
	switch (class) {
		case STRATA_DIFFERENCE_EQUAL: break;
		case STRATA_DIFFERENCE_MISSING: return "missing";
		case STRATA_DIFFERENCE_SURPLUS: return "surplus";
		case STRATA_DIFFERENCE_OLDER: return "older";
		case STRATA_DIFFERENCE_NEWER: return "newer";
		case STRATA_DIFFERENCE_VALUE: return "value";
		case STRATA_DIFFERENCE_END: return "end";
		case STRATA_DIFFERENCE_FOREIGN: return "foreign";
		case STRATA_DIFFERENCE_CLASSES: break;
	}
	return "equal";
}

const char *strata_mirror_count_name(strata_mirror_count what)
{
	switch (what) {
		case STRATA_MIRROR_COPIED: break;
		case STRATA_MIRROR_REMOVED: return "removed";
		case STRATA_MIRROR_RAISED: return "raised";
		case STRATA_MIRROR_FILLED: return "filled";
		case STRATA_MIRROR_FAILED: return "failed";
		case STRATA_MIRROR_DROPPED: return "dropped";
		case STRATA_MIRROR_COMPARED: return "compared";
		case STRATA_MIRROR_LEFT_OUT: return "left_out";
		case STRATA_MIRROR_COUNTS: break;
	}
	return "copied";
}
