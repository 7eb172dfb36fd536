/*
 * The nursery is reused strictly in the order of places: a hand goes over it, clears what it meets
 * until there is a run long enough, and leaves the new entry there.
 *
 *     border                                                      end
 *     | newest but one | newest | free | oldest | ... | held | ... |
 *                               ^ hand
 *
 * So it needs no lists, and never falls to pieces: a run is what was stored one after the other a
 * turn ago. A block that readers hold breaks the run, and what was cleared before it stays free for
 * a turn. What would be too long a run is not looked for: a block of more than a quarter of the
 * nursery would cost all that came lately.
 */
#include "store/nursery.h"

#include "base/failpoint.h"
#include "store/victim.h"

enum {
	LARGEST_PART = 4,
	MOST_HELD = 256 /* blocks that are held, each of which costs a look at all tables */
};

bool strata_nursery_accepts(const strata_shard *shard, uint32_t units)
{
	return units <= (shard->end - shard->border) / LARGEST_PART;
}

static uint32_t hand_of(const strata_shard *shard)
{
	uint32_t hand = shard->head->nursery_hand;

	return hand >= shard->border && hand < shard->end ? hand : shard->border;
}

static uint32_t free_units(const strata_shard *shard, uint32_t place)
{
	return strata_block_units_in(shard, place, STRATA_BLOCK_FREE);
}

static uint32_t take_at(strata_shard *shard, uint32_t place, uint32_t units,
	strata_process_owner owner)
{
	(void) strata_heap_take_at(shard, place, units, owner);
	STRATA_FAILPOINT("nursery: taken");
	shard->head->nursery_hand = place + strata_block_units(shard, place);
	return place;
}

/*
 * Clears the block at this place, which is the hand's or the one behind the free run there. Where
 * it may not go the hand moves behind it. Returns its units.
 */
static uint32_t step(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	uint32_t units = strata_block_units(shard, place);
	uint32_t cleared;

	if (units == 0) {
		shard->is_damaged = true;
		return 0;
	}
	cleared = strata_victim_clear(shard, search, place);
	STRATA_FAILPOINT("nursery: cleared");
	shard->head->nursery_hand = cleared == 0 ? place + units : cleared;
	return units;
}

uint32_t strata_nursery_take(strata_shard *shard, const strata_lookup *lookup, uint32_t units,
	strata_process_owner owner)
{
	strata_victim_search search = { .lookup = lookup, .choice = STRATA_VICTIM_TURN };
	uint64_t passed = 0;

	/* Marks make a turn two at most. */
	while (!shard->is_damaged && search.held < MOST_HELD &&
		   passed < 2 * (uint64_t) (shard->end - shard->border)) {
		uint32_t hand = hand_of(shard);
		uint32_t free = free_units(shard, hand);

		if (free >= units) {
			return take_at(shard, hand, units, owner);
		}
		if (shard->end - hand < units) {
			shard->head->nursery_hand = shard->border;
			passed += shard->end - hand;
		} else {
			passed += step(shard, &search, hand + free);
		}
	}
	return 0;
}

uint32_t strata_nursery_take_idle(strata_shard *shard, const strata_lookup *lookup, uint32_t units,
	strata_process_owner owner)
{
	strata_victim_search search = { .lookup = lookup, .choice = STRATA_VICTIM_TURN };
	uint32_t hand = hand_of(shard);
	uint32_t cleared;

	if (strata_block_units(shard, hand) == 0) {
		shard->is_damaged = true;
		return 0;
	}
	cleared = strata_victim_clear_dead(shard, &search, hand);
	if (free_units(shard, cleared) < units) {
		return 0;
	}
	return take_at(shard, cleared, units, owner);
}
