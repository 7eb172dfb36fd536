/*
 * The keys of a space stand in the order of their counts, the greatest first, so that the one to be
 * replaced is the last. One that is counted changes places with the first of those that had its
 * count, and the order holds. One byte of each hash lies beside them: memchr() finds a key there,
 * or says that there is none, in a few instructions.
 *
 * All of that is under the space's robust mutex, which is tried once. A process that dies in there
 * leaves what the next one empties. Only what is hot is read without it: a word with a bit for each
 * hot key, 0 where there is none, and their hashes. Any bytes may stand there: at worst a key that
 * is not hot is taken for one, and its copies live some seconds longer.
 */
#include "stats/hot_keys.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/mutex.h"

enum {
	KEPT = STRATA_HOT_KEYS_KEPT,
	SPACES = STRATA_HOT_KEYS_SPACES,
	HOT = STRATA_HOT_KEYS_HOT,
	HALVED = STRATA_HOT_KEYS_HALVED,
	MOST_HALVINGS = 32,    /* after so many nothing is left */
	IDLE = 600000,         /* msec after which a space may lose its table to another one */
	READ_MAX_WAIT = 20000, /* usec; only a stopped process keeps the mutex so long */
	NAME = 64,
	SPACE = 72
};

typedef struct {
	uint64_t hash;
	uint32_t count;
	uint32_t error;
	uint32_t text; /* its place */
} ranked;

typedef struct {
	uint32_t size; /* bytes of the whole key, or one more than are kept */
	char bytes[STRATA_HOT_KEY_LONGEST];
} text;

struct strata_hot_keys_table {
	/* Read by all. */
	alignas(64) _Atomic uint64_t hot; /* bits by hash; 0: no key is */
	_Atomic uint64_t space;           /* 0: free */
	_Atomic uint64_t halve_at;        /* msec; what is hot is so for one interval more */
	_Atomic uint64_t hashes[HOT];     /* 0: none */

	/* Under the mutex. */
	alignas(64) strata_mutex lock;
	char database[NAME]; /* empty: to be written */
	char name_space[SPACE];
	uint64_t total; /* of the sample, halved like the counts */
	uint32_t used;
	uint8_t tags[KEPT]; /* by rank: the lowest byte of the hash */
	ranked keys[KEPT];
	text texts[KEPT];
};

struct strata_hot_keys {
	strata_hot_keys_table *tables; /* in shared memory */
};

static bool init_locks(strata_host *host, strata_hot_keys_table *tables)
{
	for (int i = 0; i < SPACES; i++) {
		if (strata_host_init_lock(host, &tables[i].lock) != STRATA_OK) {
			return false;
		}
	}
	return true;
}

strata_result strata_hot_keys_new(strata_host *host, strata_hot_keys **out)
{
	strata_hot_keys *hot_keys = calloc(1, sizeof(*hot_keys));

	*out = NULL;
	if (hot_keys == NULL) {
		return STRATA_NO_MEMORY;
	}
	hot_keys->tables = strata_host_alloc(host, SPACES * sizeof(*hot_keys->tables));
	if (hot_keys->tables == NULL || !init_locks(host, hot_keys->tables)) {
		free(hot_keys);
		return STRATA_NO_MEMORY;
	}
	*out = hot_keys;
	return STRATA_OK;
}

void strata_hot_keys_free(strata_hot_keys *hot_keys)
{
	free(hot_keys);
}

/* ---- the table of a space ---- */

static void publish_none(strata_hot_keys_table *table)
{
	atomic_store_explicit(&table->hot, 0, memory_order_relaxed);
	for (int i = 0; i < HOT; i++) {
		atomic_store_explicit(&table->hashes[i], 0, memory_order_relaxed);
	}
}

static void empty_locked(strata_hot_keys_table *table)
{
	publish_none(table);
	table->database[0] = '\0';
	table->total = 0;
	table->used = 0;
}

static bool lock(strata_hot_keys_table *table, strata_usec max_wait)
{
	switch (strata_mutex_lock(&table->lock, max_wait)) {
		case STRATA_MUTEX_TAKEN: break;
		case STRATA_MUTEX_INHERITED:
			empty_locked(table);
			strata_mutex_repaired(&table->lock);
			break;
		case STRATA_MUTEX_BUSY: return false;
	}
	/* Every index below is bounded by it. */
	table->used = table->used < KEPT ? table->used : KEPT;
	return true;
}

static uint64_t space_of(const strata_hot_keys_table *table)
{
	return atomic_load_explicit(&table->space, memory_order_relaxed);
}

/* Was it not used for long? A moment that is further ahead than an interval is damage. */
static bool is_idle(const strata_hot_keys_table *table, strata_msec now)
{
	uint64_t halve_at = atomic_load_explicit(&table->halve_at, memory_order_relaxed);

	return halve_at > now + HALVED || halve_at + IDLE < now;
}

/* Takes the table of a space that was not used for long. */
static strata_hot_keys_table *take_over(strata_hot_keys *hot_keys, uint64_t space, strata_msec now)
{
	for (int i = 0; i < SPACES; i++) {
		strata_hot_keys_table *table = &hot_keys->tables[i];

		if (is_idle(table, now) && lock(table, 0)) {
			empty_locked(table);
			atomic_store(&table->space, space);
			atomic_store_explicit(&table->halve_at, now + HALVED, memory_order_relaxed);
			strata_mutex_unlock(&table->lock);
			return table;
		}
	}
	return NULL;
}

static strata_hot_keys_table *table_of(strata_hot_keys *hot_keys, uint64_t space)
{
	for (int i = 0; i < SPACES; i++) {
		if (space_of(&hot_keys->tables[i]) == space) {
			return &hot_keys->tables[i];
		}
	}
	return NULL;
}

static strata_hot_keys_table *find_or_claim(strata_hot_keys *hot_keys, uint64_t space,
	strata_msec now)
{
	strata_hot_keys_table *found = table_of(hot_keys, space);

	for (int i = 0; i < SPACES && found == NULL; i++) {
		uint64_t seen = 0;

		if (atomic_compare_exchange_strong(&hot_keys->tables[i].space, &seen, space) ||
			seen == space) {
			found = &hot_keys->tables[i];
		}
	}
	return found != NULL ? found : take_over(hot_keys, space, now);
}

/* ---- what is hot ---- */

/* At least so many of the sample were of it. */
static uint32_t least_of(const ranked *key)
{
	return key->error < key->count ? key->count - key->error : 0;
}

static bool is_hot(const strata_hot_keys_table *table, const ranked *key)
{
	uint64_t least = least_of(key);

	return least >= STRATA_HOT_KEYS_LEAST && least * STRATA_HOT_KEYS_SHARE >= table->total;
}

static uint64_t bit_of(uint64_t hash)
{
	return (uint64_t) 1 << (hash >> 58);
}

/* The word comes last where it grows, and at once where it shrinks: both are hints. */
static void publish_locked(strata_hot_keys_table *table)
{
	uint64_t bits = 0;
	uint32_t count = 0;

	for (uint32_t i = 0; i < table->used && count < HOT; i++) {
		if (is_hot(table, &table->keys[i])) {
			bits |= bit_of(table->keys[i].hash);
			atomic_store_explicit(&table->hashes[count++], table->keys[i].hash,
				memory_order_relaxed);
		}
	}
	for (; count < HOT; count++) {
		atomic_store_explicit(&table->hashes[count], 0, memory_order_relaxed);
	}
	atomic_store_explicit(&table->hot, bits, memory_order_relaxed);
}

static bool is_published(const strata_hot_keys_table *table, uint64_t hash)
{
	if ((atomic_load_explicit(&table->hot, memory_order_relaxed) & bit_of(hash)) == 0) {
		return false;
	}
	for (int i = 0; i < HOT; i++) {
		if (atomic_load_explicit(&table->hashes[i], memory_order_relaxed) == hash) {
			return true;
		}
	}
	return false;
}

/* What was found hot is so for one interval more than it was looked at last. */
static bool is_hot_now(const strata_hot_keys_table *table, strata_view key, strata_msec now)
{
	return is_published(table, strata_hash_of(key, 0)) &&
		   now <= atomic_load_explicit(&table->halve_at, memory_order_relaxed) + HALVED;
}

bool strata_hot_keys_is_hot(strata_hot_keys *hot_keys, uint64_t space,
	const strata_hot_keys_table **found, strata_view key, strata_msec now)
{
	if (*found == NULL || space_of(*found) != space) {
		*found = table_of(hot_keys, space);
	}
	return *found != NULL && atomic_load_explicit(&(*found)->hot, memory_order_relaxed) != 0 &&
		   is_hot_now(*found, key, now);
}

/* ---- counting ---- */

static void halve_once(strata_hot_keys_table *table)
{
	uint32_t used = 0;

	table->total /= 2;
	for (uint32_t i = 0; i < table->used; i++) {
		table->keys[i].count /= 2;
		table->keys[i].error /= 2;
		used += table->keys[i].count > 0;
	}
	/* They are in order. */
	table->used = used;
}

/* As often as the interval has passed since the last time. */
static void halve_locked(strata_hot_keys_table *table, strata_msec now)
{
	uint64_t halve_at = atomic_load_explicit(&table->halve_at, memory_order_relaxed);
	uint64_t times;

	if (now < halve_at && halve_at <= now + HALVED) {
		return;
	}
	times = halve_at < now && halve_at != 0 ? (now - halve_at) / HALVED + 1 : 1;
	for (uint64_t i = 0; i < times && i < MOST_HALVINGS; i++) {
		halve_once(table);
	}
	atomic_store_explicit(&table->halve_at, now + HALVED, memory_order_relaxed);
	publish_locked(table);
}

/* The rank of the key, or used. */
static uint32_t rank_of(const strata_hot_keys_table *table, uint64_t hash)
{
	uint32_t rank = 0;

	while (rank < table->used) {
		const uint8_t *at = memchr(table->tags + rank, (int) (hash & 255), table->used - rank);

		if (at == NULL) {
			break;
		}
		rank = (uint32_t) (at - table->tags);
		if (table->keys[rank].hash == hash) {
			return rank;
		}
		rank++;
	}
	return table->used;
}

/* The first rank with this count or less, by halves. */
static uint32_t first_with(const strata_hot_keys_table *table, uint32_t count, uint32_t end)
{
	uint32_t first = 0;

	while (first < end) {
		uint32_t middle = (first + end) / 2;

		if (table->keys[middle].count > count) {
			first = middle + 1;
		} else {
			end = middle;
		}
	}
	return first;
}

static void put(strata_hot_keys_table *table, uint32_t rank, ranked key)
{
	table->keys[rank] = key;
	table->tags[rank] = (uint8_t) (key.hash & 255);
}

/* Returns its new rank. */
static uint32_t count_one(strata_hot_keys_table *table, uint32_t rank)
{
	uint32_t first = first_with(table, table->keys[rank].count, rank);
	ranked counted = table->keys[rank];

	if (counted.count < UINT32_MAX) {
		counted.count++;
	}
	if (first != rank) {
		put(table, rank, table->keys[first]);
	}
	put(table, first, counted);
	return first;
}

static void write_key(strata_hot_keys_table *table, uint32_t place, strata_view shown)
{
	text *text = &table->texts[place];
	size_t size = shown.size < sizeof(text->bytes) ? shown.size : sizeof(text->bytes);

	text->size = (uint32_t) (size < shown.size ? size + 1 : size);
	memcpy(text->bytes, shown.data, size);
}

/*
 * A place that is not in use by a key. Those of the keys are told from each other by what stands in
 * them, so they are a permutation unless memory was damaged, and then a text is wrong.
 */
static uint32_t free_text(const strata_hot_keys_table *table)
{
	bool is_taken[KEPT] = { false };
	uint32_t place = 0;

	for (uint32_t i = 0; i < table->used; i++) {
		is_taken[table->keys[i].text % KEPT] = true;
	}
	while (place < KEPT - 1 && is_taken[place]) {
		place++;
	}
	return place;
}

/* A new key. Where all are taken, that with the smallest count goes, and its count stays. */
static uint32_t add_key(strata_hot_keys_table *table, uint64_t hash, strata_view shown)
{
	ranked key = { .hash = hash };

	if (table->used < KEPT) {
		key.text = free_text(table);
		table->used++;
	} else {
		key.text = table->keys[KEPT - 1].text % KEPT;
		key.count = table->keys[KEPT - 1].count;
		key.error = key.count;
	}
	put(table, table->used - 1, key);
	write_key(table, key.text, shown);
	return table->used - 1;
}

static void write_names(strata_hot_keys_table *table, const strata_prefix_space *space)
{
	if (table->database[0] == '\0') {
		(void) strncpy(table->database, space->database, NAME - 1);
		(void) strncpy(table->name_space, space->name_space, SPACE - 1);
	}
}

static void add_locked(strata_hot_keys_table *table, uint64_t hash, strata_view shown,
	strata_msec now)
{
	uint32_t rank;

	halve_locked(table, now);
	rank = rank_of(table, hash);
	if (rank == table->used) {
		rank = add_key(table, hash, shown);
	}
	table->total++;
	rank = count_one(table, rank);
	if (is_hot(table, &table->keys[rank]) && !is_published(table, hash)) {
		publish_locked(table);
	}
}

void strata_hot_keys_add(strata_hot_keys *hot_keys, const strata_prefix_space *space,
	strata_view key, strata_view shown, strata_msec now)
{
	strata_hot_keys_table *table = find_or_claim(hot_keys, space->id, now);

	if (table == NULL || !lock(table, 0)) {
		return;
	}
	/* It may have become another's. */
	if (space_of(table) == space->id) {
		write_names(table, space);
		add_locked(table, strata_hash_of(key, 0), shown, now);
	}
	strata_mutex_unlock(&table->lock);
}

/* ---- reading ---- */

static void print_key(char *out, size_t room, const text *text)
{
	size_t size = text->size < sizeof(text->bytes) ? text->size : sizeof(text->bytes);

	strata_printable_write((strata_view){ text->bytes, size }, out, room - 3);
	if (text->size > sizeof(text->bytes)) {
		memcpy(out + strlen(out), "...", 4);
	}
}

static void read_key(const strata_hot_keys_table *table, const ranked *key, strata_hot_key *out)
{
	strata_view database = { table->database, strnlen(table->database, NAME - 1) };
	strata_view name_space = { table->name_space, strnlen(table->name_space, SPACE - 1) };

	out->space = space_of(table);
	strata_printable_write(database, out->database, sizeof(out->database));
	strata_printable_write(name_space, out->name_space, sizeof(out->name_space));
	print_key(out->key, sizeof(out->key), &table->texts[key->text % KEPT]);
	out->hash = key->hash;
	out->count = key->count;
	out->error = key->error < key->count ? key->error : key->count;
	out->is_hot = is_hot(table, key);
}

uint32_t strata_hot_keys_read(strata_hot_keys *hot_keys, strata_hot_key *out, uint32_t room,
	strata_msec now)
{
	uint32_t count = 0;

	for (int i = 0; i < SPACES; i++) {
		strata_hot_keys_table *table = &hot_keys->tables[i];

		if (space_of(table) == 0 || !lock(table, READ_MAX_WAIT)) {
			continue;
		}
		halve_locked(table, now);
		for (uint32_t rank = 0; rank < table->used && count < room; rank++) {
			read_key(table, &table->keys[rank], &out[count++]);
		}
		strata_mutex_unlock(&table->lock);
	}
	return count;
}

uint32_t strata_hot_keys_used(const strata_hot_keys *hot_keys)
{
	uint32_t used = 0;

	for (int i = 0; i < SPACES; i++) {
		used += space_of(&hot_keys->tables[i]) != 0;
	}
	return used * KEPT;
}
