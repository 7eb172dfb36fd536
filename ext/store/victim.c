/*
 * What is dead goes: expired, of an older generation, retired and not held any more, left half
 * written by a process that died. A block that readers hold stays, and no writer waits for it. What
 * is reserved for another namespace stays while it is alive. Of what else may go, the ring decides
 * (see evict.c).
 */
#include "store/victim.h"

#include "base/failpoint.h"
#include "store/ghosts.h"
#include "store/index.h"
#include "store/share.h"

static bool is_dead(const strata_shard *shard, uint32_t place, strata_msec now)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return strata_entry_is_over(entry, atomic_load(&shard->head->epoch), now) ||
		   strata_namespaces_is_outdated(shard->namespaces, entry->namespace_id, entry->generation);
}

static uint32_t drop_dead(strata_shard *shard, uint32_t place, strata_msec now)
{
	strata_msec dead_at = strata_entry_at(shard, place)->dead_at;

	strata_shard_count(&shard->head->expired, 1);
	if (dead_at == STRATA_NEVER || dead_at > now) {
		strata_shard_count(&shard->head->outdated, 1);
	}
	return strata_index_drop(shard, place);
}

/*
 * What main's hand meets held tells when readers are to get copies. The nursery's hand comes by so
 * often that it would count the same blocks again and again.
 */
static uint32_t pass_held(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	search->held++;
	if (search->choice != STRATA_VICTIM_TURN) {
		strata_shard_count_held(shard, strata_block_units(shard, place));
	}
	return 0;
}

static uint32_t clear_retired(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	uint32_t cleared = strata_index_free_retired(shard, place);

	return cleared == 0 ? pass_held(shard, search, place) : cleared;
}

/* Neither kept any more, nor a placeholder: a value is on its way to that. */
static bool may_wait(const strata_shard *shard, const strata_victim_search *search, uint32_t place)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	return entry->codec == STRATA_CODEC_ABSENT && search->choice != STRATA_VICTIM_ANY &&
		   !strata_entry_is_gone(entry, atomic_load(&shard->head->epoch), search->lookup->now);
}

/*
 * Asked for, or no more of the shard than an entry of ordinary size: then main takes it at its next
 * fill. What is larger and comes back once a while would cost main many entries.
 */
static void leave_ghost(strata_shard *shard, uint32_t place)
{
	uint64_t entries = atomic_load_explicit(&shard->head->entries, memory_order_relaxed);
	uint64_t used = atomic_load_explicit(&shard->head->used, memory_order_relaxed);

	if (strata_shard_has_mark(shard, place, STRATA_MARK_VISITED) ||
		strata_block_units(shard, place) * entries <= used + used / 4) {
		strata_ghosts_add(shard, strata_entry_at(shard, place)->hash);
	}
}

static uint32_t evict(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	const strata_entry *entry = strata_entry_at(shard, place);

	/* To drop what is held would free nothing. */
	if (strata_codec_is_image(entry->codec) && strata_entry_is_held(shard, place)) {
		return pass_held(shard, search, place);
	}
	if (strata_share_is_reserved(shard, place, search->lookup->key->namespace_id)) {
		search->held++;
		return 0;
	}
	if (search->choice == STRATA_VICTIM_TURN) {
		leave_ghost(shard, place);
	}
	strata_shard_count(&shard->head->evicted, 1);
	strata_shard_count(&shard->head->evicted_large, search->choice == STRATA_VICTIM_ANY ? 1 : 0);
	STRATA_FAILPOINT("evict: chosen");
	return strata_index_drop(shard, place);
}

static uint32_t clear_entry(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	bool is_marked = strata_shard_has_mark(shard, place, STRATA_MARK_VISITED);
	bool dead = is_dead(shard, place, search->lookup->now);

	if (dead && !(is_marked && may_wait(shard, search, place))) {
		return drop_dead(shard, place, search->lookup->now);
	}
	if (is_marked && (dead || search->choice == STRATA_VICTIM_UNASKED)) {
		strata_shard_clear_marks(shard, place, STRATA_MARK_VISITED | STRATA_MARK_LODGER);
		return 0;
	}
	return evict(shard, search, place);
}

static uint32_t clear_lodger(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	if (!strata_shard_has_mark(shard, place, STRATA_MARK_LODGER)) {
		return 0;
	}
	if (strata_shard_has_mark(shard, place, STRATA_MARK_VISITED)) {
		strata_shard_clear_marks(shard, place, STRATA_MARK_LODGER);
		return 0;
	}
	if (strata_shard_has_mark(shard, place, STRATA_MARK_FRESH)) {
		strata_shard_clear_marks(shard, place, STRATA_MARK_FRESH);
		return 0;
	}
	return evict(shard, search, place);
}

static uint32_t clear_dead_entry(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	strata_msec now = search->lookup->now;

	return is_dead(shard, place, now) && !may_wait(shard, search, place)
			   ? drop_dead(shard, place, now)
			   : 0;
}

typedef uint32_t clear_live(strata_shard *shard, strata_victim_search *search, uint32_t place);

static uint32_t clear(strata_shard *shard, strata_victim_search *search, uint32_t place,
	clear_live *clear_live)
{
	switch ((strata_block_state) atomic_load_explicit(&strata_block_at(shard, place)->state,
		memory_order_relaxed)) {
		case STRATA_BLOCK_FREE: return place;
		case STRATA_BLOCK_RETIRED: return clear_retired(shard, search, place);
		case STRATA_BLOCK_WRITING:
			return strata_block_is_being_written(shard, place) ? 0 : strata_heap_give(shard, place);
		case STRATA_BLOCK_LIVE:
			if (strata_entry_is_sound(shard, place)) {
				return clear_live(shard, search, place);
			}
	}
	shard->is_damaged = true;
	return 0;
}

uint32_t strata_victim_clear(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	return clear(shard, search, place, clear_entry);
}

uint32_t strata_victim_clear_dead(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	return clear(shard, search, place, clear_dead_entry);
}

static uint32_t clear_idle_entry(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	uint32_t cleared = clear_dead_entry(shard, search, place);

	return cleared == 0 && strata_entry_is_sound(shard, place) ? clear_lodger(shard, search, place)
															   : cleared;
}

uint32_t strata_victim_clear_idle(strata_shard *shard, strata_victim_search *search, uint32_t place)
{
	return clear(shard, search, place, clear_idle_entry);
}
