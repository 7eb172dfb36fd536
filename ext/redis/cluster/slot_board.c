/*
 * Two maps, and a version whose lowest bit says which of them counts. Who has a new one writes it over
 * the other and raises the version. Readers copy, and believe the copy when its check is that of the
 * bytes and of the version: a writer that is killed changes nothing, one that stood still and comes
 * back writes over a map that does not check any more, and random bytes are found in the same way. What
 * does not check is asked for anew; nobody is served from it. The copies are the workers' own, so
 * that one operation never sees two maps.
 *
 * Ordering: the words of a map are written before the version that makes it count (release), and
 * the version is read before them (acquire). Words are read and written one by one, without an order
 * among them, because the check stands for that.
 */
#include "redis/cluster/slot_board.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/clock.h"
#include "os/futex.h"

enum { TRIES = 3, DOUBT = 30000 /* msec */ };

/* The versions of moves have so many bits. */
static const uint64_t version_mask = UINT64_MAX >> 16;

strata_slot_board *strata_slot_board_new(void)
{
	return calloc(1, sizeof(strata_slot_board));
}

uint64_t strata_slot_board_version(const strata_slot_board *board)
{
	return atomic_load_explicit(&board->version, memory_order_acquire);
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
static bool copy(const strata_slot_board *board, uint64_t version, strata_slot_map *map)
{
	const _Atomic uint64_t *words = board->maps[version & 1].words;
	uint64_t check = atomic_load_explicit(&board->maps[version & 1].check, memory_order_relaxed);
	size_t head = offsetof(strata_slot_map, nodes) / 8;

	copy_words(words, (char *) map, 0, head);
	if (map->node_count > STRATA_SLOT_MAP_NODES) {
		return false;
	}
	copy_words(words, (char *) map, head, words_of(map));
	return check_of(map, version) == check && strata_slot_map_is_sound(map);
}

strata_result strata_slot_board_read(const strata_slot_board *board, strata_slot_map *map,
	uint64_t *version)
{
	for (int i = 0; i < TRIES; i++) {
		*version = strata_slot_board_version(board);
		if (*version == 0) {
			return STRATA_MISS;
		}
		if (copy(board, *version, map)) {
			return STRATA_OK;
		}
	}
	return STRATA_CORRUPT;
}

/* Both numbers lie in one word. */
void strata_slot_board_count(const strata_slot_board *board, uint32_t *nodes, uint32_t *uncovered)
{
	const _Atomic uint64_t *words = board->maps[strata_slot_board_version(board) & 1].words;
	uint64_t word = atomic_load_explicit(&words[offsetof(strata_slot_map, node_count) / 8],
		memory_order_relaxed);
	uint32_t counts[2];

	memcpy(counts, &word, sizeof(counts));
	*nodes = counts[0] < STRATA_SLOT_MAP_NODES ? counts[0] : STRATA_SLOT_MAP_NODES;
	*uncovered = counts[1] < STRATA_SLOT_COUNT ? STRATA_SLOT_COUNT - counts[1] : 0;
}

/* ---- publishing ---- */

static bool holds(const strata_slot_board *board, uint64_t version, const strata_slot_map *map)
{
	const char *bytes = (const char *) map;

	if (version == 0 || atomic_load_explicit(&board->maps[version & 1].check,
							memory_order_relaxed) != check_of(map, version)) {
		return false;
	}
	for (size_t i = 0; i < words_of(map); i++) {
		uint64_t word =
			atomic_load_explicit(&board->maps[version & 1].words[i], memory_order_relaxed);

		if (memcmp(bytes + i * 8, &word, 8) != 0) {
			return false;
		}
	}
	return true;
}

static void fill(strata_slot_board *board, uint64_t version, const strata_slot_map *map)
{
	const char *bytes = (const char *) map;

	for (size_t i = 0; i < words_of(map); i++) {
		uint64_t word;

		memcpy(&word, bytes + i * 8, 8);
		atomic_store_explicit(&board->maps[version & 1].words[i], word, memory_order_relaxed);
	}
	atomic_store_explicit(&board->maps[version & 1].check, check_of(map, version),
		memory_order_relaxed);
}

bool strata_slot_board_publish(strata_slot_board *board, const strata_slot_map *map,
	strata_msec asked_at)
{
	uint64_t version = strata_slot_board_version(board);
	bool is_news =
		!holds(board, version, map) || strata_slot_moves_are_there(&board->moves, version);

	if (is_news) {
		uint64_t next = (version + 1) & version_mask;

		next = next == 0 ? 2 - (version & 1) : next;
		fill(board, next, map);
		/* Who lost the race was slow, and what the other one learnt is as new. */
		is_news = atomic_compare_exchange_strong(&board->version, &version, next);
	}
	atomic_store_explicit(&board->refreshed_at, asked_at, memory_order_release);
	atomic_store_explicit(&board->doubter, 0, memory_order_relaxed);
	return is_news;
}

bool strata_slot_board_is_confirmed(strata_slot_board *board, uint64_t node, strata_msec now)
{
	uint64_t doubter = atomic_load_explicit(&board->doubter, memory_order_acquire);
	strata_msec since = atomic_load_explicit(&board->doubted_at, memory_order_relaxed);

	if (doubter == 0 || since > now) {
		atomic_store_explicit(&board->doubted_at, now, memory_order_relaxed);
		atomic_store_explicit(&board->doubter, node | 1, memory_order_release);
		return false;
	}
	return doubter != (node | 1) || now - since >= DOUBT;
}

/* ---- waiting ---- */

void strata_slot_board_tell(strata_slot_board *board, strata_result result)
{
	if (result == STRATA_OK) {
		atomic_store_explicit(&board->failures, 0, memory_order_relaxed);
	} else {
		atomic_fetch_add_explicit(&board->failures, 1, memory_order_relaxed);
		atomic_store_explicit(&board->failure, (uint32_t) result, memory_order_relaxed);
	}
	atomic_fetch_add_explicit(&board->event, 1, memory_order_release);
	strata_futex_wake(&board->event);
}

void strata_slot_board_wait(strata_slot_board *board, strata_usec patience)
{
	strata_usec now = strata_clock_usec();
	strata_usec end = now + patience;
	uint32_t seen = atomic_load_explicit(&board->event, memory_order_acquire);

	while (now < end && atomic_load_explicit(&board->event, memory_order_acquire) == seen &&
		   strata_refresh_turn_is_taken(&board->turn, strata_clock_msec())) {
		strata_futex_wait(&board->event, seen, end - now);
		now = strata_clock_usec();
	}
}
