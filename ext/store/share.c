/*
 * Every entry counts for its space, in a number for each known space and shard. Only who has a share
 * of less than all is held to it, and only when it writes: a hand of its own goes over the blocks and
 * takes, of what belongs to the space, whatever is over or was not asked for since it came by. Who is
 * at its limit holds at least nearly its share of the shard, so the hand finds something soon.
 *
 * A space that found no room in the table of spaces is not counted, and not held to anything.
 */
#include "store/share.h"

#include "store/failpoint.h"
#include "store/index.h"

enum { ALL = 100 };

/* Where the space is counted; NULL when it is not known. */
static uint32_t *taken_by(strata_shard *shard, uint64_t space)
{
	int index = strata_spaces_index(shard->spaces, space);

	return index < 0 ? NULL : &shard->head->taken[index];
}

static uint32_t *taken_of(strata_shard *shard, uint32_t place)
{
	return taken_by(shard, strata_entry_at(shard, place)->space);
}

void strata_share_add(strata_shard *shard, uint32_t place)
{
	uint32_t *taken = taken_of(shard, place);

	if (taken != NULL) {
		*taken += strata_block_units(shard, place);
	}
}

void strata_share_subtract(strata_shard *shard, uint32_t place)
{
	uint32_t *taken = taken_of(shard, place);
	uint32_t units = strata_block_units(shard, place);

	/* A space that became known after the entry was written was never counted for it. */
	if (taken != NULL) {
		*taken = *taken > units ? *taken - units : 0;
	}
}

void strata_share_forget(strata_shard *shard)
{
	memset(shard->head->taken, 0, sizeof(shard->head->taken));
	shard->head->share_hand = 1;
}

uint32_t strata_share_limit(const strata_shard *shard, const strata_lookup *lookup)
{
	return lookup->share == 0 || lookup->share >= ALL
			   ? shard->end
			   : (uint32_t) ((uint64_t) shard->end * lookup->share / ALL);
}

/* May the entry of the space at this place go? An image that is looked at would free nothing. */
static bool may_go(strata_shard *shard, uint32_t place, const strata_lookup *lookup,
	bool is_patient)
{
	const strata_entry *entry = strata_entry_at(shard, place);
	_Atomic uint8_t *mark = strata_shard_mark_of(shard, place);

	if (entry->codec == STRATA_CODEC_IMAGE && strata_shard_is_held(shard, place)) {
		return false;
	}
	if (is_patient && atomic_load_explicit(mark, memory_order_relaxed) != 0 &&
		!strata_entry_is_over(entry, atomic_load(&shard->head->generation), lookup->now)) {
		atomic_store_explicit(mark, 0, memory_order_relaxed);
		return false;
	}
	return true;
}

/* Deals with the block under the hand. Returns its place, or that of the free block it became part of. */
static uint32_t clear_own(strata_shard *shard, uint32_t place, const strata_lookup *lookup,
	bool is_patient)
{
	uint32_t cleared = 0;

	if (strata_entry_is_sound(shard, place) &&
		strata_entry_at(shard, place)->space == lookup->key->space &&
		may_go(shard, place, lookup, is_patient)) {
		strata_shard_count(&shard->head->evicted, 1);
		strata_shard_count(&shard->head->evicted_share, 1);
		STRATA_FAILPOINT("share: chosen");
		cleared = strata_index_drop(shard, place);
	}
	return cleared == 0 ? place : cleared;
}

/* Once around, or until there is room. False when something was found that is no block. */
static bool go_around(strata_shard *shard, const strata_lookup *lookup, uint32_t most,
	bool is_patient)
{
	const uint32_t *taken = taken_by(shard, lookup->key->space);
	uint64_t passed = 0;

	while (*taken > most && passed < shard->end) {
		uint32_t place = shard->head->share_hand < shard->end ? shard->head->share_hand : 1;

		if (strata_block_units(shard, place) == 0) {
			shard->is_damaged = true;
			return false;
		}
		passed += strata_block_units(shard, place);
		place = clear_own(shard, place, lookup, is_patient);
		shard->head->share_hand = place + strata_block_units(shard, place);
	}
	return true;
}

/* What was counted may have been damaged; nothing else makes it wrong for long. */
static void count_again(strata_shard *shard, uint64_t space)
{
	uint32_t *taken = taken_by(shard, space);
	uint32_t units = 0;

	for (uint32_t place = 1; strata_block_units(shard, place) != 0;
		 place += strata_block_units(shard, place)) {
		if (strata_entry_is_sound(shard, place) && strata_entry_at(shard, place)->space == space) {
			units += strata_block_units(shard, place);
		}
	}
	*taken = units;
}

bool strata_share_make_room(strata_shard *shard, const strata_lookup *lookup, uint32_t units)
{
	uint32_t limit = strata_share_limit(shard, lookup);
	const uint32_t *taken = limit == shard->end ? NULL : taken_by(shard, lookup->key->space);

	if (taken == NULL) {
		return true;
	}
	if (units > limit) {
		return false;
	}
	if (*taken > limit - units && go_around(shard, lookup, limit - units, true) &&
		go_around(shard, lookup, limit - units, false) && *taken > limit - units) {
		count_again(shard, lookup->key->space);
	}
	return *taken <= limit - units;
}
