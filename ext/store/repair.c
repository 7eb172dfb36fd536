/*
 * One walk over the blocks by their sizes, which are valid whatever was interrupted (see heap.c):
 *
 *   - a live entry that passes its checks goes into the index again;
 *   - a block that a live process writes without the lock, or that one still looks at although it
 *     is an entry no more, stays as it is and is not found;
 *   - everything else, half-written blocks included, is free, and neighbours become one block,
 *     except at the border of the two rings, where one begins whatever lies there;
 *   - where no block is found although one must begin there, something else than strata has written
 *     into the heap: all up to the next header that passes its check becomes free.
 *
 * First of all one entry too many is retired: that of a key that was just being given a new one.
 *
 * Free lists, left sizes, index, hands and the counts of what is there are made on the way. Ghosts
 * and marks stay as they are: any are valid. A repair
 * that is killed has changed nothing but derived data and free blocks; the next one begins again.
 */
#include "store/repair.h"

#include "base/failpoint.h"
#include "store/index.h"
#include "store/share.h"

typedef struct {
	uint32_t place;    /* of the block under consideration */
	uint32_t last;     /* of the block before it; 0: none */
	uint32_t units;    /* of the block before it */
	bool last_is_free; /* and not yet listed */
	uint32_t hand;     /* where main's hand was */
	uint32_t nursery_hand;
} walk;

/* A free block is complete when something else follows it. */
static void finish_free(strata_shard *shard, const walk *walk)
{
	if (walk->last_is_free) {
		strata_heap_list(shard, walk->last);
	}
}

static void advance(strata_shard *shard, walk *walk, uint32_t units, bool is_free)
{
	strata_block_at(shard, walk->place)->left = walk->units;
	if (walk->place <= walk->hand) {
		shard->head->hand = walk->place;
	}
	if (walk->place >= shard->border && walk->place <= walk->nursery_hand) {
		shard->head->nursery_hand = walk->place;
	}
	walk->last = walk->place;
	walk->units = units;
	walk->last_is_free = is_free;
	walk->place += units;
}

static void enlarge_last(strata_shard *shard, walk *walk, uint32_t units)
{
	uint32_t absorbed = walk->place;

	walk->units += units;
	walk->place += units;
	strata_heap_set_extent(shard, walk->last, walk->units);
	STRATA_FAILPOINT("repair: joined");
	atomic_store_explicit(&strata_block_at(shard, absorbed)->extent, 0, memory_order_relaxed);
}

/* Too little for a block, so it was never one: it belongs to the one before. */
static void add_remainder(strata_shard *shard, walk *walk)
{
	uint32_t rest = strata_shard_ring_end(shard, walk->place) - walk->place;

	if (!walk->last_is_free) {
		strata_shard_count(&shard->head->used, rest);
	}
	enlarge_last(shard, walk, rest);
}

static void keep(strata_shard *shard, walk *walk, uint32_t units)
{
	finish_free(shard, walk);
	strata_index_add(shard, walk->place);
	strata_share_add(shard, walk->place);
	strata_shard_count(&shard->head->used, units);
	strata_shard_count(&shard->head->entries, 1);
	advance(shard, walk, units, false);
	STRATA_FAILPOINT("repair: kept");
}

static void keep_aside(strata_shard *shard, walk *walk, uint32_t units)
{
	bool is_retired = strata_block_units_in(shard, walk->place, STRATA_BLOCK_RETIRED) != 0;

	finish_free(shard, walk);
	strata_shard_count(&shard->head->used, units);
	if (is_retired) {
		strata_shard_count_retired(shard, units);
		strata_share_add(shard, walk->place);
	}
	advance(shard, walk, units, false);
	STRATA_FAILPOINT("repair: kept aside");
}

static bool is_in_use(const strata_shard *shard, uint32_t place)
{
	if (strata_block_units_in(shard, place, STRATA_BLOCK_WRITING) != 0) {
		return strata_block_is_being_written(shard, place);
	}
	return strata_block_units_in(shard, place, STRATA_BLOCK_RETIRED) != 0 &&
		   strata_entry_is_held(shard, place);
}

static void make_free(strata_shard *shard, walk *walk, uint32_t units)
{
	strata_block_set_state(shard, walk->place, STRATA_BLOCK_FREE);
	STRATA_FAILPOINT("repair: freed");
	if (walk->last_is_free && walk->place != shard->border) {
		enlarge_last(shard, walk, units);
	} else {
		finish_free(shard, walk);
		advance(shard, walk, units, true);
	}
}

/* A check holds by accident once in 2^32 places, and no writer of values can make one up. */
static uint32_t next_block(const strata_shard *shard, uint32_t place)
{
	uint32_t end = strata_shard_ring_end(shard, place);
	uint32_t next = place + STRATA_BLOCK_SMALLEST;

	while (next < end && strata_block_units(shard, next) == 0) {
		next++;
	}
	return next < end ? next : end;
}

/* None reaches across the border. */
static uint32_t units_at(const strata_shard *shard, uint32_t place)
{
	uint32_t units = strata_block_units(shard, place);

	return units > strata_shard_ring_end(shard, place) - place ? 0 : units;
}

/* What lies here is lost; the walk goes on behind it. */
static void give_up_gap(strata_shard *shard, walk *walk)
{
	uint32_t gap = next_block(shard, walk->place) - walk->place;

	strata_shard_count(&shard->head->damages, 1);
	strata_block_set_state(shard, walk->place, STRATA_BLOCK_FREE);
	strata_heap_set_extent(shard, walk->place, gap);
	STRATA_FAILPOINT("repair: gave up");
}

/*
 * What others left in a file is kept if it is as they stored it. Its key must be new to the index:
 * of two entries of one key, the older one may be what a removal or a set has ended.
 */
static bool is_to_be_believed(strata_shard *shard, uint32_t place)
{
	const strata_entry *entry = strata_entry_at(shard, place);
	strata_store_key key;
	strata_lookup lookup = { .key = &key, .hash = entry->hash };

	if (!strata_entry_is_genuine(shard, place) ||
		entry->shard_epoch != atomic_load(&shard->head->epoch)) {
		strata_shard_count(&shard->head->damages, 1);
		return false;
	}
	key = strata_entry_key(shard, place);
	strata_namespaces_note(shard->namespaces, key.namespace_id, key.generation);
	shard->has_twins |= strata_index_find(shard, &lookup) != 0;
	return true;
}

static bool may_stay(strata_shard *shard, uint32_t place)
{
	return !shard->is_checked || is_to_be_believed(shard, place);
}

static void visit(strata_shard *shard, walk *walk)
{
	uint32_t units = units_at(shard, walk->place);
	uint32_t rest = strata_shard_ring_end(shard, walk->place) - walk->place;

	if (units == 0 && rest < STRATA_BLOCK_SMALLEST) {
		add_remainder(shard, walk);
	} else if (units == 0) {
		give_up_gap(shard, walk);
	} else if (strata_entry_is_sound(shard, walk->place) && may_stay(shard, walk->place)) {
		keep(shard, walk, units);
	} else if (is_in_use(shard, walk->place)) {
		keep_aside(shard, walk, units);
	} else {
		make_free(shard, walk, units);
	}
}

/* The new one is there: the old one's time is over. */
static void finish_replace(strata_shard *shard)
{
	uint64_t pending = atomic_load(&shard->head->pending_replace);
	uint32_t successor = (uint32_t) (pending >> 32);
	uint32_t old = (uint32_t) pending;

	if (successor != old && strata_entry_is_sound(shard, successor) &&
		strata_entry_is_sound(shard, old) && strata_entry_is_same(shard, successor, old)) {
		strata_block_set_state(shard, old, STRATA_BLOCK_RETIRED);
		STRATA_FAILPOINT("repair: succession settled");
	}
	atomic_store(&shard->head->pending_replace, 0);
}

void strata_repair(strata_shard *shard)
{
	walk walk = { .place = 1,
		.hand = shard->head->hand,
		.nursery_hand = shard->head->nursery_hand };

	STRATA_FAILPOINT("repair: begin");
	finish_replace(shard);
	strata_heap_forget_lists(shard);
	strata_index_clear(shard);
	atomic_store(&shard->head->retired, 0);
	atomic_store(&shard->head->is_copying, 0);
	atomic_store(&shard->head->used, 0);
	atomic_store(&shard->head->entries, 0);
	shard->head->hand = 1;
	shard->head->nursery_hand = shard->border;
	shard->head->dead_hand = 1;
	shard->head->finds_dead = 0;
	shard->head->relief_hand = 1;
	shard->head->held_seen = 0;
	shard->head->held_before = 0;
	shard->head->staged = 0;
	shard->head->unseen_count = 0;
	shard->head->unseen_units = 0;
	strata_share_forget(shard);
	while (walk.place < shard->end) {
		visit(shard, &walk);
	}
	finish_free(shard, &walk);
	shard->is_damaged = false;
	strata_shard_count(&shard->head->repairs, 1);
	STRATA_FAILPOINT("repair: end");
}

bool strata_repair_lock(strata_shard *shard, strata_usec max_wait)
{
	switch (strata_shard_lock(shard, max_wait)) {
		case STRATA_MUTEX_TAKEN: return true;
		case STRATA_MUTEX_INHERITED:
			strata_repair(shard);
			strata_mutex_repaired(&shard->head->lock);
			return true;
		case STRATA_MUTEX_BUSY: break;
	}
	return false;
}

bool strata_repair_lock_or_count(strata_shard *shard, strata_usec max_wait)
{
	bool locked = strata_repair_lock(shard, max_wait);

	if (!locked) {
		atomic_fetch_add(&shard->head->lock_timeouts, 1);
	}
	return locked;
}

void strata_repair_unlock(strata_shard *shard)
{
	if (shard->is_damaged) {
		strata_repair(shard);
	}
	strata_shard_unlock(shard);
}
