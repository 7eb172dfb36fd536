/*
 * The lowest bit of the version says which of two maps counts. A writer fills the other one and
 * raises the version. A reader copies, and believes the copy when its check is that of the bytes
 * and of the version. So a killed writer changes nothing. A writer that stalled and returns
 * overwrites a map that then fails its check, like random bytes do. What fails its check is fetched
 * anew.
 *
 * Ordering: the words of a map are written before the version that makes it count (release), and
 * the version is read before them (acquire). The words have no order among themselves: the check
 * stands for that.
 *
 * An override is one word a slot: the version in its upper 48 bits, an index in the lower 16. The
 * version keeps a process that stalled from undoing what was learnt later. It may replace what is
 * older than its map, and what no process can have written.
 *
 * An added node is claimed by its version, filled, and counts once its check is right. Two
 * processes may add the same node twice, and a killed one leaves a node that never counts until the
 * next map. Without room a redirect is followed again each time.
 *
 * Records of the table are claimed by their key, from the front, by one compare-and-swap, and never
 * given back. Most pages of a record are never touched, and cost no memory.
 */
#include "redis/cluster/shared_slot_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/clock.h"
#include "os/futex.h"

enum { TRIES = 3, CONFIRM_AFTER = 30000 /* msec */, MAP_COUNT = 8 };

enum { TENTH_OF_REDIRECT = STRATA_TOKEN / 10 };

static const strata_token_bucket_size redirects_size = { .rate = 20, .most = 200 };

/* Versions have so many bits in an override. */
static const uint64_t version_mask = UINT64_MAX >> 16;

struct strata_slot_map_table {
	strata_shared_slot_map *maps; /* MAP_COUNT of them in shared memory */
};

/* ---- overrides ---- */

/* Newer by no more than a cluster can be in years. */
static bool is_newer(uint64_t noted, uint64_t version)
{
	return ((noted - version - 1) & version_mask) < 1 << 24;
}

void strata_slot_overrides_set(strata_slot_overrides *overrides, uint64_t version, uint16_t slot,
	uint16_t index)
{
	_Atomic uint64_t *word = &overrides->slots[slot];
	uint64_t seen = atomic_load_explicit(word, memory_order_relaxed);
	uint64_t noted = index == STRATA_SLOT_NO_NODE ? 0 : version << 16 | index;

	if (is_newer(atomic_load_explicit(&overrides->latest, memory_order_acquire), version)) {
		return;
	}
	do {
		if (seen != 0 && is_newer(seen >> 16, version)) {
			return;
		}
	} while (!atomic_compare_exchange_weak(word, &seen, noted));
	atomic_store_explicit(&overrides->latest, version, memory_order_release);
}

bool strata_slot_overrides_exist(const strata_slot_overrides *overrides, uint64_t version)
{
	return atomic_load_explicit(&overrides->latest, memory_order_acquire) == version;
}

uint16_t strata_slot_overrides_find(const strata_slot_overrides *overrides, uint64_t version,
	uint16_t slot)
{
	uint64_t noted;

	if (!strata_slot_overrides_exist(overrides, version)) {
		return STRATA_SLOT_NO_NODE;
	}
	noted = atomic_load_explicit(&overrides->slots[slot], memory_order_relaxed);
	return noted >> 16 == (version & version_mask) ? (uint16_t) noted : STRATA_SLOT_NO_NODE;
}

static uint64_t check_of_node(const strata_endpoint *node, uint64_t version)
{
	return strata_hash_of((strata_view){ (const char *) node, sizeof(*node) }, version);
}

bool strata_slot_overrides_read_node(const strata_slot_overrides *overrides, uint64_t version,
	uint16_t index, strata_endpoint *out)
{
	uint32_t number = (uint32_t) index - STRATA_SLOT_MAP_NODES;
	uint64_t words[STRATA_ADDED_NODE_WORDS];
	strata_endpoint read;

	if (index < STRATA_SLOT_MAP_NODES || number >= STRATA_ADDED_NODES ||
		atomic_load_explicit(&overrides->added[number].version, memory_order_acquire) != version) {
		return false;
	}
	for (uint32_t i = 0; i < STRATA_ADDED_NODE_WORDS; i++) {
		words[i] = atomic_load_explicit(&overrides->added[number].place[i], memory_order_acquire);
	}
	memcpy(&read, words, sizeof(read));
	if (atomic_load_explicit(&overrides->added[number].check, memory_order_acquire) !=
		check_of_node(&read, version)) {
		return false;
	}
	return read.host[0] != '\0' &&
		   strata_endpoint_read(out,
			   (strata_view){ read.host, strnlen(read.host, sizeof(read.host)) }, read.port);
}

static void fill_node(strata_slot_overrides *overrides, uint32_t number, uint64_t version,
	const strata_endpoint *node)
{
	strata_endpoint clean = { .port = node->port };
	uint64_t words[STRATA_ADDED_NODE_WORDS] = { 0 };

	/* Nothing but the name: behind its end there may be anything. */
	memcpy(clean.host, node->host, strnlen(node->host, sizeof(clean.host) - 1));
	memcpy(words, &clean, sizeof(clean));
	for (uint32_t i = 0; i < STRATA_ADDED_NODE_WORDS; i++) {
		atomic_store_explicit(&overrides->added[number].place[i], words[i], memory_order_release);
	}
	atomic_store_explicit(&overrides->added[number].check, check_of_node(&clean, version),
		memory_order_release);
}

static uint16_t find_node(const strata_slot_overrides *overrides, uint64_t version,
	const strata_endpoint *node)
{
	strata_endpoint there;

	for (uint16_t i = 0; i < STRATA_ADDED_NODES; i++) {
		uint16_t index = (uint16_t) (STRATA_SLOT_MAP_NODES + i);

		if (strata_slot_overrides_read_node(overrides, version, index, &there) &&
			strata_endpoint_is_at(&there, node->host, node->port)) {
			return index;
		}
	}
	return STRATA_SLOT_NO_NODE;
}

uint16_t strata_slot_overrides_add_node(strata_slot_overrides *overrides, uint64_t version,
	const strata_endpoint *node)
{
	uint16_t found = find_node(overrides, version, node);

	for (uint16_t i = 0; found == STRATA_SLOT_NO_NODE && i < STRATA_ADDED_NODES; i++) {
		uint64_t seen = atomic_load_explicit(&overrides->added[i].version, memory_order_relaxed);

		if (seen != version &&
			atomic_compare_exchange_strong(&overrides->added[i].version, &seen, version)) {
			fill_node(overrides, i, version, node);
			found = (uint16_t) (STRATA_SLOT_MAP_NODES + i);
		}
	}
	return found;
}

/* ---- reading the map ---- */

strata_shared_slot_map *strata_shared_slot_map_new(void)
{
	return calloc(1, sizeof(strata_shared_slot_map));
}

uint64_t strata_shared_slot_map_version(const strata_shared_slot_map *shared)
{
	return atomic_load_explicit(&shared->version, memory_order_acquire);
}

static size_t words_of(const strata_slot_map *map)
{
	return (strata_slot_map_size(map) + 7) / 8;
}

static uint64_t check_of(const strata_slot_map *map, uint64_t version)
{
	return strata_hash_of((strata_view){ (const char *) map, strata_slot_map_size(map) }, version);
}

static void copy_words(const _Atomic uint64_t *from, char *to, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		uint64_t word = atomic_load_explicit(&from[i], memory_order_relaxed);

		memcpy(to + i * 8, &word, 8);
	}
}

/* Into the map, as far as it claims to go. */
static bool copy(const strata_shared_slot_map *shared, uint64_t version, strata_slot_map *map)
{
	const _Atomic uint64_t *words = shared->maps[version & 1].words;
	uint64_t check = atomic_load_explicit(&shared->maps[version & 1].check, memory_order_relaxed);
	size_t head = offsetof(strata_slot_map, nodes) / 8;

	copy_words(words, (char *) map, 0, head);
	if (map->node_count > STRATA_SLOT_MAP_NODES) {
		return false;
	}
	copy_words(words, (char *) map, head, words_of(map));
	return check_of(map, version) == check && strata_slot_map_is_sound(map);
}

strata_result strata_shared_slot_map_read(const strata_shared_slot_map *shared,
	strata_slot_map *map, uint64_t *version)
{
	for (int i = 0; i < TRIES; i++) {
		*version = strata_shared_slot_map_version(shared);
		if (*version == 0) {
			return STRATA_MISS;
		}
		if (copy(shared, *version, map)) {
			return STRATA_OK;
		}
	}
	return STRATA_CORRUPT;
}

/* ---- publishing ---- */

static bool holds(const strata_shared_slot_map *shared, uint64_t version,
	const strata_slot_map *map)
{
	const char *bytes = (const char *) map;

	if (version == 0 || atomic_load_explicit(&shared->maps[version & 1].check,
							memory_order_relaxed) != check_of(map, version)) {
		return false;
	}
	for (size_t i = 0; i < words_of(map); i++) {
		uint64_t word =
			atomic_load_explicit(&shared->maps[version & 1].words[i], memory_order_relaxed);

		if (memcmp(bytes + i * 8, &word, 8) != 0) {
			return false;
		}
	}
	return true;
}

static void fill(strata_shared_slot_map *shared, uint64_t version, const strata_slot_map *map)
{
	const char *bytes = (const char *) map;

	for (size_t i = 0; i < words_of(map); i++) {
		uint64_t word;

		memcpy(&word, bytes + i * 8, 8);
		atomic_store_explicit(&shared->maps[version & 1].words[i], word, memory_order_relaxed);
	}
	atomic_store_explicit(&shared->maps[version & 1].check, check_of(map, version),
		memory_order_relaxed);
}

bool strata_shared_slot_map_publish(strata_shared_slot_map *shared, const strata_slot_map *map,
	strata_msec asked_at)
{
	uint64_t version = strata_shared_slot_map_version(shared);
	bool is_news =
		!holds(shared, version, map) || strata_slot_overrides_exist(&shared->overrides, version);

	if (is_news) {
		uint64_t next = (version + 1) & version_mask;

		next = next == 0 ? 2 - (version & 1) : next;
		fill(shared, next, map);
		/* A writer that loses the race was slow: what the other one learnt is as new. */
		is_news = atomic_compare_exchange_strong(&shared->version, &version, next);
	}
	atomic_store_explicit(&shared->refreshed_at, asked_at, memory_order_release);
	atomic_store_explicit(&shared->small_map_source, 0, memory_order_relaxed);
	return is_news;
}

bool strata_shared_slot_map_is_confirmed(strata_shared_slot_map *shared, uint64_t node,
	strata_msec now)
{
	uint64_t source = atomic_load_explicit(&shared->small_map_source, memory_order_acquire);
	strata_msec since = atomic_load_explicit(&shared->small_map_at, memory_order_relaxed);

	if (source == 0 || since > now) {
		atomic_store_explicit(&shared->small_map_at, now, memory_order_relaxed);
		atomic_store_explicit(&shared->small_map_source, node | 1, memory_order_release);
		return false;
	}
	return source != (node | 1) || now - since >= CONFIRM_AFTER;
}

/* ---- waiting ---- */

void strata_shared_slot_map_end_refresh(strata_shared_slot_map *shared, strata_result result)
{
	if (result == STRATA_OK) {
		atomic_store_explicit(&shared->failures, 0, memory_order_relaxed);
	} else {
		atomic_fetch_add_explicit(&shared->failures, 1, memory_order_relaxed);
		atomic_store_explicit(&shared->failure, (uint32_t) result, memory_order_relaxed);
	}
	atomic_fetch_add_explicit(&shared->event, 1, memory_order_release);
	strata_futex_wake(&shared->event);
}

strata_result strata_shared_slot_map_failure(const strata_shared_slot_map *shared)
{
	uint32_t failure = atomic_load_explicit(&shared->failure, memory_order_relaxed);

	return failure > STRATA_OK && failure < STRATA_RESULT_COUNT ? (strata_result) failure
																: STRATA_NO_OWNER;
}

void strata_shared_slot_map_wait(strata_shared_slot_map *shared, strata_usec max_wait)
{
	strata_usec now = strata_clock_usec();
	strata_usec end = now + max_wait;
	uint32_t seen = atomic_load_explicit(&shared->event, memory_order_acquire);

	while (now < end && atomic_load_explicit(&shared->event, memory_order_acquire) == seen &&
		   strata_refresh_turn_is_taken(&shared->turn, strata_clock_msec())) {
		strata_futex_wait(&shared->event, seen, end - now);
		now = strata_clock_usec();
	}
}

/* ---- redirects ---- */

void strata_shared_slot_map_earn_redirects(strata_shared_slot_map *shared, uint64_t commands,
	strata_msec now)
{
	strata_token_bucket_add(&shared->redirects, redirects_size, commands * TENTH_OF_REDIRECT, now);
}

bool strata_shared_slot_map_take_redirect(strata_shared_slot_map *shared, strata_msec now)
{
	return strata_token_bucket_take(&shared->redirects, redirects_size, now);
}

/* ---- the table ---- */

strata_result strata_slot_map_table_new(strata_host *host, strata_slot_map_table **out)
{
	strata_slot_map_table *table = calloc(1, sizeof(*table));

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	table->maps = strata_host_alloc(host, MAP_COUNT * sizeof(strata_shared_slot_map));
	if (table->maps == NULL) {
		free(table);
		return STRATA_NO_MEMORY;
	}
	*out = table;
	return STRATA_OK;
}

void strata_slot_map_table_free(strata_slot_map_table *table)
{
	free(table);
}

strata_shared_slot_map *strata_slot_map_table_claim(strata_slot_map_table *table, uint64_t key,
	const char *name)
{
	for (uint32_t i = 0; i < MAP_COUNT; i++) {
		strata_shared_slot_map *shared = &table->maps[i];
		uint64_t seen = 0;

		if (atomic_compare_exchange_strong(&shared->key, &seen, key)) {
			memcpy(shared->name, name, strnlen(name, sizeof(shared->name) - 1));
			return shared;
		}
		if (seen == key) {
			return shared;
		}
	}
	return NULL;
}

/* Both counts lie in one word. */
static void count_nodes(const strata_shared_slot_map *shared, strata_slot_map_status *status)
{
	const _Atomic uint64_t *words = shared->maps[status->version & 1].words;
	uint64_t word = atomic_load_explicit(&words[offsetof(strata_slot_map, node_count) / 8],
		memory_order_relaxed);
	uint32_t counts[2];

	memcpy(counts, &word, sizeof(counts));
	status->nodes = counts[0] < STRATA_SLOT_MAP_NODES ? counts[0] : STRATA_SLOT_MAP_NODES;
	status->uncovered = counts[1] < STRATA_SLOT_COUNT ? STRATA_SLOT_COUNT - counts[1] : 0;
}

bool strata_slot_map_table_describe(const strata_slot_map_table *table, uint32_t number,
	strata_msec now, strata_slot_map_status *out)
{
	const strata_shared_slot_map *shared = &table->maps[number < MAP_COUNT ? number : 0];
	strata_msec refreshed = atomic_load_explicit(&shared->refreshed_at, memory_order_acquire);

	*out = (strata_slot_map_status){ .age = refreshed < now ? now - refreshed : 0 };
	if (number >= MAP_COUNT || atomic_load_explicit(&shared->key, memory_order_acquire) == 0) {
		return false;
	}
	memcpy(out->name, shared->name, sizeof(out->name) - 1);
	out->failures = atomic_load_explicit(&shared->failures, memory_order_relaxed);
	out->version = strata_shared_slot_map_version(shared);
	count_nodes(shared, out);
	return true;
}
