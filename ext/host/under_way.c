/*
 *     heads   | owner, bytes | owner, bytes | ...       by process slot, to be looked at
 *     areas   | note note note | note ...               8 KiB for each, touched by the first note
 *
 * An area is written by its owner alone, without a lock. A note counts once the head's bytes reach
 * past it, and a note that is struck has no size of its own any more. So a thread that is killed
 * anywhere leaves whole notes.
 *
 * What a dead owner left is taken over by a compare-and-swap of the owner: by the next thread with
 * that slot, or by the process that looks. One that is killed while it does that is a dead owner
 * too, and the next one notes the names once more, which is no harm.
 *
 * Ordering: notes are written before the bytes, with release; the dead write no more.
 */
#include "host/under_way.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/failpoint.h"
#include "os/clock.h"

enum {
	AREA_SIZE = 8192,      /* bytes */
	LOOK_INTERVAL = 100000 /* usec */
};

typedef struct {
	_Atomic uint64_t owner;
	_Atomic uint32_t bytes;  /* of notes; 0: none */
	_Atomic uint32_t cursor; /* of the owner: where it looks for the next one to be struck */
	_Atomic uint64_t more;   /* pools, one bit each, of which more is under way */
	_Atomic uint64_t spare;
} head;

/* The name follows, and fills up to 8 bytes. */
typedef struct {
	_Atomic uint16_t size; /* bytes of the name; 0: it is struck */
	uint16_t room;         /* bytes of the whole note */
	uint16_t pool;
	uint16_t spare;
} note;

typedef struct {
	alignas(64) _Atomic uint64_t look_at; /* monotonic, usec */
	alignas(64) head heads[STRATA_PROCESS_SLOT_COUNT];
	alignas(64) char areas[STRATA_PROCESS_SLOT_COUNT][AREA_SIZE];
} shared;

_Static_assert(STRATA_UNCONFIRMED_POOLS <= 64, "a bit of head.more for each pool");

struct strata_under_way {
	strata_process_slots *slots;
	strata_unconfirmed_table *unconfirmed;
	shared *shared;
};

strata_result strata_under_way_new(strata_host *host, strata_process_slots *slots,
	strata_unconfirmed_table *unconfirmed, strata_under_way **out)
{
	strata_under_way *under_way = calloc(1, sizeof(*under_way));

	*out = NULL;
	if (under_way == NULL) {
		return STRATA_NO_MEMORY;
	}
	*under_way = (strata_under_way){ slots, unconfirmed, strata_host_alloc(host, sizeof(shared)) };
	if (under_way->shared == NULL) {
		free(under_way);
		return STRATA_NO_MEMORY;
	}
	*out = under_way;
	return STRATA_OK;
}

void strata_under_way_free(strata_under_way *under_way)
{
	free(under_way);
}

/* ---- notes ---- */

static note *note_at(strata_under_way *under_way, uint32_t slot, uint32_t at)
{
	return (note *) &under_way->shared->areas[slot][at];
}

static strata_view name_of(const note *asked)
{
	return (strata_view){ (const char *) (asked + 1), atomic_load(&asked->size) };
}

static uint32_t bytes_in(const head *asked)
{
	uint32_t bytes = atomic_load_explicit(&asked->bytes, memory_order_acquire);

	return bytes <= AREA_SIZE ? bytes : AREA_SIZE;
}

/* Does a note begin there? Not where damage says so. */
static bool is_sound(const note *asked, uint32_t at, uint32_t end)
{
	return end - at >= sizeof(*asked) && asked->room >= sizeof(*asked) && asked->room <= end - at &&
		   asked->room % 8 == 0 && atomic_load(&asked->size) <= asked->room - sizeof(*asked) &&
		   asked->pool < STRATA_UNCONFIRMED_POOLS;
}

static void clear(head *cleared)
{
	atomic_store(&cleared->more, 0);
	atomic_store(&cleared->cursor, 0);
	atomic_store_explicit(&cleared->bytes, 0, memory_order_release);
}

/* All that stands there becomes unconfirmed. Where notes end early, all pools overflow. */
static void hand_over(strata_under_way *under_way, uint32_t slot)
{
	head *mine = &under_way->shared->heads[slot];
	uint32_t end = bytes_in(mine);
	uint64_t more = atomic_load(&mine->more);

	for (uint32_t at = 0; at < end;) {
		const note *seen = note_at(under_way, slot, at);

		if (!is_sound(seen, at, end)) {
			more = UINT64_MAX;
			break;
		}
		if (atomic_load(&seen->size) > 0) {
			(void) strata_unconfirmed_add(strata_unconfirmed_at(under_way->unconfirmed, seen->pool),
				name_of(seen), STRATA_UNCONFIRMED_NOW);
		}
		at += seen->room;
	}
	STRATA_FAILPOINT("under_way: handed over, and not cleared");
	for (uint32_t place = 0; place < STRATA_UNCONFIRMED_POOLS; place++) {
		if ((more >> place & 1) != 0) {
			(void) strata_unconfirmed_overflow(
				strata_unconfirmed_at(under_way->unconfirmed, place));
		}
	}
	clear(mine);
}

/* ---- owners ---- */

/* Takes over what a dead owner left. False when the area is another living thread's. */
static bool take_over(strata_under_way *under_way, uint32_t slot, strata_process_owner me)
{
	head *taken = &under_way->shared->heads[slot];
	strata_process_owner former = atomic_load(&taken->owner);

	if (former != 0 && strata_process_slots_is_alive(under_way->slots, former)) {
		return former == me;
	}
	if (!atomic_compare_exchange_strong(&taken->owner, &former, me)) {
		return false;
	}
	if (bytes_in(taken) > 0 || atomic_load(&taken->more) != 0) {
		hand_over(under_way, slot);
	}
	return true;
}

/* The area of the calling thread, or NULL. */
static head *own_head(strata_under_way *under_way, uint32_t *slot)
{
	strata_process_owner me = strata_process_slots_mine(under_way->slots);
	head *mine;

	if (me == 0) {
		return NULL;
	}
	*slot = strata_process_slot_index(me);
	mine = &under_way->shared->heads[*slot];
	return atomic_load(&mine->owner) == me || take_over(under_way, *slot, me) ? mine : NULL;
}

/* ---- exported ---- */

void strata_under_way_add(strata_under_way *under_way, const strata_unconfirmed *pool,
	strata_view name)
{
	uint32_t slot, at, room;
	note *added;
	head *mine;

	if (under_way == NULL || pool == NULL) {
		return;
	}
	mine = own_head(under_way, &slot);
	if (mine == NULL) {
		return;
	}
	at = bytes_in(mine);
	room = (uint32_t) (sizeof(*added) + (name.size + 7) / 8 * 8);
	if (name.size == 0 || name.size > STRATA_UNCONFIRMED_LONGEST_NAME || room > AREA_SIZE - at) {
		atomic_fetch_or(&mine->more,
			(uint64_t) 1 << strata_unconfirmed_place(under_way->unconfirmed, pool));
		return;
	}
	added = note_at(under_way, slot, at);
	added->room = (uint16_t) room;
	added->pool = (uint16_t) strata_unconfirmed_place(under_way->unconfirmed, pool);
	memcpy(added + 1, name.data, name.size);
	atomic_store(&added->size, (uint16_t) name.size);
	STRATA_FAILPOINT("under_way: written, and does not count");
	atomic_store_explicit(&mine->bytes, at + room, memory_order_release);
	STRATA_FAILPOINT("under_way: counts");
}

/* From the cursor on to the end. */
static note *find_from(strata_under_way *under_way, uint32_t slot, uint32_t at, uint32_t pool,
	strata_view name)
{
	uint32_t end = bytes_in(&under_way->shared->heads[slot]);

	while (at < end) {
		note *seen = note_at(under_way, slot, at);

		if (!is_sound(seen, at, end)) {
			return NULL;
		}
		if (seen->pool == pool && strata_view_equal(name_of(seen), name)) {
			return seen;
		}
		at += seen->room;
	}
	return NULL;
}

bool strata_under_way_strike(strata_under_way *under_way, const strata_unconfirmed *pool,
	strata_view name)
{
	uint32_t slot, cursor, place;
	note *found;
	head *mine;

	if (!strata_under_way_any(under_way) || pool == NULL || name.size == 0) {
		return false;
	}
	mine = own_head(under_way, &slot);
	if (mine == NULL) {
		return false;
	}
	place = strata_unconfirmed_place(under_way->unconfirmed, pool);
	cursor = atomic_load(&mine->cursor);
	found = find_from(under_way, slot, cursor, place, name);
	if (found == NULL) {
		found = find_from(under_way, slot, 0, place, name);
	}
	if (found == NULL) {
		return false;
	}
	atomic_store(&found->size, 0);
	STRATA_FAILPOINT("under_way: struck");
	atomic_store(&mine->cursor,
		(uint32_t) ((char *) found - under_way->shared->areas[slot]) + found->room);
	return true;
}

bool strata_under_way_any(strata_under_way *under_way)
{
	uint32_t slot;
	head *mine = under_way == NULL ? NULL : own_head(under_way, &slot);

	return mine != NULL && (bytes_in(mine) > 0 || atomic_load(&mine->more) != 0);
}

/* The pools of which more was under way are not told: their removals were noted one by one. */
void strata_under_way_end(strata_under_way *under_way)
{
	uint32_t slot;
	head *mine = under_way == NULL ? NULL : own_head(under_way, &slot);

	if (mine == NULL) {
		return;
	}
	atomic_store(&mine->more, 0);
	if (bytes_in(mine) > 0) {
		hand_over(under_way, slot);
	}
}

void strata_under_way_look(strata_under_way *under_way, strata_usec now)
{
	strata_process_owner me;
	uint64_t look_at;

	if (under_way == NULL) {
		return;
	}
	look_at = atomic_load_explicit(&under_way->shared->look_at, memory_order_relaxed);
	/* Damage: a moment further ahead than one interval. */
	if ((now < look_at && look_at <= now + LOOK_INTERVAL) ||
		!atomic_compare_exchange_strong(&under_way->shared->look_at, &look_at,
			now + LOOK_INTERVAL)) {
		return;
	}
	me = strata_process_slots_mine(under_way->slots);
	for (uint32_t slot = 0; me != 0 && slot < STRATA_PROCESS_SLOT_COUNT; slot++) {
		head *seen = &under_way->shared->heads[slot];
		strata_process_owner owner = atomic_load_explicit(&seen->owner, memory_order_relaxed);

		if (owner != 0 && owner != me && (bytes_in(seen) > 0 || atomic_load(&seen->more) != 0) &&
			take_over(under_way, slot, me)) {
			/* The next thread with this slot finds it free. */
			atomic_store(&seen->owner, 0);
		}
	}
}
