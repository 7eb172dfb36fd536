/*
 * A word for each slot, the version in its upper 48 bits and an index in the lower 16. The version is
 * what keeps a worker that stood still for a while from undoing what was learnt after it: it may
 * write over what is older than the map that it knows, and over what no process can have written.
 *
 * A newcomer is claimed by its version, filled, and counts once its check is that of its bytes. Two
 * workers may add the same one twice, and one that is killed meanwhile leaves one that never counts
 * until the next map: there are sixteen, and without any a redirect is followed again each time.
 */
#include "redis/cluster/slot_moves.h"

#include <string.h>

#include "base/hash.h"

static const uint64_t version_mask = UINT64_MAX >> 16;

/* Newer by no more than a cluster can be in years. */
static bool is_newer(uint64_t noted, uint64_t version)
{
	return ((noted - version - 1) & version_mask) < 1 << 24;
}

void strata_slot_moves_note(strata_slot_moves *moves, uint64_t version, uint16_t slot,
	uint16_t index)
{
	_Atomic uint64_t *word = &moves->slots[slot];
	uint64_t seen = atomic_load_explicit(word, memory_order_relaxed);
	uint64_t noted = index == STRATA_SLOT_NOBODY ? 0 : version << 16 | index;

	if (is_newer(atomic_load_explicit(&moves->latest, memory_order_acquire), version)) {
		return;
	}
	do {
		if (seen != 0 && is_newer(seen >> 16, version)) {
			return;
		}
	} while (!atomic_compare_exchange_weak(word, &seen, noted));
	atomic_store_explicit(&moves->latest, version, memory_order_release);
}

bool strata_slot_moves_are_there(const strata_slot_moves *moves, uint64_t version)
{
	return atomic_load_explicit(&moves->latest, memory_order_acquire) == version;
}

uint16_t strata_slot_moves_of(const strata_slot_moves *moves, uint64_t version, uint16_t slot)
{
	uint64_t noted;

	if (!strata_slot_moves_are_there(moves, version)) {
		return STRATA_SLOT_NOBODY;
	}
	noted = atomic_load_explicit(&moves->slots[slot], memory_order_relaxed);
	return noted >> 16 == (version & version_mask) ? (uint16_t) noted : STRATA_SLOT_NOBODY;
}

static uint64_t check_of(const strata_endpoint *node, uint64_t version)
{
	return strata_hash_of((strata_view){ (const char *) node, sizeof(*node) }, version);
}

bool strata_slot_moves_newcomer(const strata_slot_moves *moves, uint64_t version, uint16_t index,
	strata_endpoint *out)
{
	uint32_t number = (uint32_t) index - STRATA_SLOT_MAP_NODES;
	uint64_t words[STRATA_NEWCOMER_WORDS];
	strata_endpoint read;

	if (index < STRATA_SLOT_MAP_NODES || number >= STRATA_NEWCOMERS ||
		atomic_load_explicit(&moves->newcomers[number].version, memory_order_acquire) != version) {
		return false;
	}
	for (uint32_t i = 0; i < STRATA_NEWCOMER_WORDS; i++) {
		words[i] = atomic_load_explicit(&moves->newcomers[number].place[i], memory_order_acquire);
	}
	memcpy(&read, words, sizeof(read));
	if (atomic_load_explicit(&moves->newcomers[number].check, memory_order_acquire) !=
		check_of(&read, version)) {
		return false;
	}
	return read.host[0] != '\0' &&
		   strata_endpoint_read(out,
			   (strata_view){ read.host, strnlen(read.host, sizeof(read.host)) }, read.port);
}

static void fill(strata_slot_moves *moves, uint32_t number, uint64_t version,
	const strata_endpoint *node)
{
	strata_endpoint clean = { .port = node->port };
	uint64_t words[STRATA_NEWCOMER_WORDS] = { 0 };

	/* Nothing but the name: behind its end there may be anything. */
	memcpy(clean.host, node->host, strnlen(node->host, sizeof(clean.host) - 1));
	memcpy(words, &clean, sizeof(clean));
	for (uint32_t i = 0; i < STRATA_NEWCOMER_WORDS; i++) {
		atomic_store_explicit(&moves->newcomers[number].place[i], words[i], memory_order_release);
	}
	atomic_store_explicit(&moves->newcomers[number].check, check_of(&clean, version),
		memory_order_release);
}

static uint16_t find(const strata_slot_moves *moves, uint64_t version, const strata_endpoint *node)
{
	strata_endpoint there;

	for (uint16_t i = 0; i < STRATA_NEWCOMERS; i++) {
		uint16_t index = (uint16_t) (STRATA_SLOT_MAP_NODES + i);

		if (strata_slot_moves_newcomer(moves, version, index, &there) &&
			strata_endpoint_is_at(&there, node->host, node->port)) {
			return index;
		}
	}
	return STRATA_SLOT_NOBODY;
}

uint16_t strata_slot_moves_add(strata_slot_moves *moves, uint64_t version,
	const strata_endpoint *node)
{
	uint16_t found = find(moves, version, node);

	for (uint16_t i = 0; found == STRATA_SLOT_NOBODY && i < STRATA_NEWCOMERS; i++) {
		uint64_t seen = atomic_load_explicit(&moves->newcomers[i].version, memory_order_relaxed);

		if (seen != version &&
			atomic_compare_exchange_strong(&moves->newcomers[i].version, &seen, version)) {
			fill(moves, i, version, node);
			found = (uint16_t) (STRATA_SLOT_MAP_NODES + i);
		}
	}
	return found;
}
