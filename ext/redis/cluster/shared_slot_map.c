/*
 * The map itself is a published blob (host/published.h), copied by each thread. What does not check
 * is fetched anew, and no command is served from it.
 *
 * An override is one word a slot: the version in its upper 48 bits, an index in the lower 16. The
 * version keeps a process that stalled from undoing what was learnt later. It may replace what is
 * older than its map, and what no process can have written.
 *
 * An added node is claimed by its version, filled, and counts once its check is right. Two
 * processes may add the same node twice, and a killed one leaves a node that never counts until the
 * next map. Without room a redirect is followed again each time.
 *
 * Records of the table live as long as the host. Most pages of one are never touched, and cost no
 * memory.
 */
#include "redis/cluster/shared_slot_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "host/registry.h"
#include "os/clock.h"
#include "os/root_directory.h"

enum { CONFIRM_AFTER = 30000 /* msec */, MAP_COUNT = 8 };

enum { TENTH_OF_REDIRECT = STRATA_TOKEN / 10 };

static const strata_token_bucket_size redirects_size = { .rate = 20, .most = 200 };

/* Versions have so many bits in an override. */
static const uint64_t version_mask = UINT64_MAX >> 16;

/* A refresh that does not end is over after one interval. */
enum {
	REFRESH_INTERVAL = 1000,
	LONGEST_LAZY = 10000,
	LONGEST_URGENT = 2000,
	FIRST_AGAIN = 100 /* msec */
};

struct strata_slot_map_table {
	strata_registry *maps;
	strata_root_directory root; /* of the process that made the table */
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

/* published.h has no handle for reading alone: readers cast, and write nothing. */
static strata_published published_of(const strata_shared_slot_map *shared)
{
	strata_shared_slot_map *record = (strata_shared_slot_map *) shared;

	return (strata_published){ &record->head, record->words, sizeof(strata_slot_map) };
}

uint64_t strata_shared_slot_map_version(const strata_shared_slot_map *shared)
{
	return strata_published_version(published_of(shared));
}

strata_result strata_shared_slot_map_read(const strata_shared_slot_map *shared,
	strata_slot_map *map, uint64_t *version)
{
	size_t size;
	strata_result result = strata_published_read(published_of(shared), map, &size, version);

	if (result != STRATA_OK) {
		return result;
	}
	return size >= offsetof(strata_slot_map, nodes) && strata_slot_map_is_sound(map) &&
				   strata_slot_map_size(map) == size
			   ? STRATA_OK
			   : STRATA_CORRUPT;
}

/* ---- publishing ---- */

bool strata_shared_slot_map_publish(strata_shared_slot_map *shared, const strata_slot_map *map,
	strata_msec asked_at)
{
	strata_published published = published_of(shared);
	strata_view blob = { (const char *) map, strata_slot_map_size(map) };
	uint64_t version = strata_published_version(published);
	bool is_news = !strata_published_holds(published, blob) ||
				   strata_slot_overrides_exist(&shared->overrides, version);

	/* A process that loses the race was slow: what the other one learnt is as new. */
	if (is_news) {
		is_news = strata_published_publish(published, version, blob);
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

/* ---- refreshing ---- */

/* No seed answered in time. What is refused would be refused again in a moment. */
static bool was_too_late(const strata_shared_slot_map *shared, strata_msec now)
{
	return atomic_load_explicit(&shared->failures, memory_order_relaxed) > 0 &&
		   strata_shared_slot_map_failure(shared) == STRATA_TIMEOUT &&
		   !strata_shared_slot_map_is_refreshing(shared, now);
}

static strata_gate_pace pace_of(const strata_shared_slot_map *shared,
	strata_refresh_urgency urgency, strata_msec now)
{
	strata_gate_pace pace = { .interval = REFRESH_INTERVAL, .longest = LONGEST_LAZY };

	switch (urgency) {
		case STRATA_REFRESH_LAZY: break;
		case STRATA_REFRESH_URGENT: pace.longest = LONGEST_URGENT; break;
		case STRATA_REFRESH_FIRST:
			pace.interval = was_too_late(shared, now) ? FIRST_AGAIN : REFRESH_INTERVAL;
			pace.longest = pace.interval;
			break;
	}
	return pace;
}

strata_gate_answer strata_shared_slot_map_take_refresh(strata_shared_slot_map *shared,
	strata_refresh_urgency urgency, strata_msec now, uint64_t *ticket)
{
	return strata_gate_take(&shared->refreshes, pace_of(shared, urgency, now), now, ticket);
}

void strata_shared_slot_map_end_refresh(strata_shared_slot_map *shared, uint64_t ticket,
	strata_gate_outcome outcome, strata_result result)
{
	strata_gate_end(&shared->refreshes, ticket, outcome);
	if (result == STRATA_OK) {
		atomic_store_explicit(&shared->failures, 0, memory_order_relaxed);
	} else {
		atomic_fetch_add_explicit(&shared->failures, 1, memory_order_relaxed);
		atomic_store_explicit(&shared->failure, (uint32_t) result, memory_order_relaxed);
	}
	strata_published_signal(published_of(shared));
}

bool strata_shared_slot_map_is_refreshing(const strata_shared_slot_map *shared, strata_msec now)
{
	return strata_gate_is_held(&shared->refreshes, REFRESH_INTERVAL, now);
}

void strata_shared_slot_map_reset_backoff(strata_shared_slot_map *shared)
{
	strata_gate_reset_backoff(&shared->refreshes);
}

strata_result strata_shared_slot_map_failure(const strata_shared_slot_map *shared)
{
	uint32_t failure = atomic_load_explicit(&shared->failure, memory_order_relaxed);

	return failure > STRATA_OK && failure < STRATA_RESULT_COUNT ? (strata_result) failure
																: STRATA_NO_OWNER;
}

void strata_shared_slot_map_wait(strata_shared_slot_map *shared, strata_usec max_wait)
{
	uint32_t event = strata_published_event(published_of(shared));

	if (strata_shared_slot_map_is_refreshing(shared, strata_clock_msec())) {
		strata_published_wait(published_of(shared), event, max_wait);
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

static void write_name(void *user, void *record, const void *names)
{
	strata_shared_slot_map *shared = record;

	(void) user;
	memcpy(shared->name, names, strnlen(names, sizeof(shared->name) - 1));
}

strata_result strata_slot_map_table_new(strata_host *host, strata_slot_map_table **out)
{
	static const strata_registry_shape shape = { .size = sizeof(strata_shared_slot_map),
		.count = MAP_COUNT,
		.on_claim = write_name };
	strata_slot_map_table *table = calloc(1, sizeof(*table));
	strata_result result;

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	result = strata_registry_new(host, NULL, &shape, &table->maps);
	if (result != STRATA_OK) {
		free(table);
		return result;
	}
	table->root = strata_root_directory_look();
	*out = table;
	return STRATA_OK;
}

void strata_slot_map_table_free(strata_slot_map_table *table)
{
	if (table != NULL) {
		strata_registry_free(table->maps);
		free(table);
	}
}

strata_shared_slot_map *strata_slot_map_table_claim(strata_slot_map_table *table, uint64_t key,
	const char *name)
{
	return strata_registry_acquire(table->maps, key ^ strata_root_directory_mark(table->root),
		name);
}

/* From the head of a map. */
static void count_nodes(const strata_shared_slot_map *shared, strata_slot_map_status *status)
{
	strata_slot_map_counts counts;

	if (strata_published_peek(published_of(shared), &counts, sizeof(counts))) {
		status->nodes = counts.nodes < STRATA_SLOT_MAP_NODES ? counts.nodes : STRATA_SLOT_MAP_NODES;
		status->uncovered =
			counts.covered < STRATA_SLOT_COUNT ? STRATA_SLOT_COUNT - counts.covered : 0;
	}
}

const strata_shared_slot_map *strata_slot_map_table_at(const strata_slot_map_table *table,
	uint32_t number)
{
	return strata_registry_at(table->maps, number);
}

bool strata_slot_map_table_describe(const strata_slot_map_table *table, uint32_t number,
	strata_msec now, strata_slot_map_status *out)
{
	const strata_shared_slot_map *shared = strata_slot_map_table_at(table, number);
	strata_msec refreshed;

	*out = (strata_slot_map_status){ .uncovered = STRATA_SLOT_COUNT };
	if (shared == NULL) {
		return false;
	}
	refreshed = atomic_load_explicit(&shared->refreshed_at, memory_order_acquire);
	out->age = refreshed < now ? now - refreshed : 0;
	memcpy(out->name, shared->name, sizeof(out->name) - 1);
	out->failures = atomic_load_explicit(&shared->failures, memory_order_relaxed);
	out->version = strata_shared_slot_map_version(shared);
	count_nodes(shared, out);
	return true;
}
