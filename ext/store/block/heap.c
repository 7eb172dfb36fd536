/*
 * The blocks of a shard lie side by side and cover all of its heap:
 *
 *     place 1                                                          end
 *     | LIVE    | FREE        | LIVE  | LIVE           | FREE  | LIVE  |
 *
 * A block begins with its size and the size of the block on its left, so both neighbours can be
 * found and joined with when it becomes free. At the border between the two rings of a shard (see
 * evict.c) a block begins, always: none is joined with one of the other ring. Free blocks of main
 * are also in doubly linked lists by size, with a bit map of the lists that are not empty. Small
 * sizes have a list each; larger ones share lists, eight to every power of two. In the nursery a
 * hand takes what it comes by, and nothing is looked for.
 *
 * Any process may be killed between any two stores. So the walk from place 1 to the end by sizes is
 * the truth, valid after every single store, and everything else (lists, bit map, left sizes) is
 * derived and made anew by repair. A split writes the right header inside the left block first,
 * then shrinks the left one by one store; a join enlarges the left one by one store.
 *
 * Nothing read from the heap is believed: a place becomes a pointer only after its header passed
 * the check, which includes the place itself and a seed that no writer of values knows. What fails
 * marks the shard as damaged, and the operation goes on without it.
 *
 * Ordering: the lock orders changes of the heap; a reader has no lock and believes nothing until
 * the index says that nothing has changed (see reader.c). A kill stops a process between two
 * instructions, so what counts for a crash is the order in which the compiler emits the stores, and
 * signal fences fix that.
 */
#include "store/block/heap.h"

#include "base/failpoint.h"

/* Sizes below this many units have a free list each. */
enum { EXACT_CLASSES = 32, SUBCLASS_BITS = 3, LIST_PROBES = 16 };

typedef struct {
	strata_block block;
	uint32_t next; /* in the free list; places, 0: none */
	uint32_t previous;
} free_block;

static free_block *free_at(const strata_shard *shard, uint32_t place)
{
	return (free_block *) strata_block_at(shard, place);
}

void strata_block_set_state(strata_shard *shard, uint32_t place, strata_block_state state)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&strata_block_at(shard, place)->state, state, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

bool strata_block_is_being_written(const strata_shard *shard, uint32_t place)
{
	strata_process_owner owner =
		atomic_load_explicit(&strata_block_at(shard, place)->owner, memory_order_relaxed);

	return owner != 0 && shard->pins != NULL && strata_pins_owner_is_alive(shard->pins, owner);
}

void strata_heap_set_extent(strata_shard *shard, uint32_t place, uint32_t units)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&strata_block_at(shard, place)->extent,
		strata_block_extent_of(shard, place, units), memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

/* Free lists. */

static uint32_t class_of(uint32_t units)
{
	uint32_t top;

	if (units < EXACT_CLASSES) {
		return units;
	}
	top = 31 - (uint32_t) __builtin_clz(units);
	return EXACT_CLASSES + ((top - 5) << SUBCLASS_BITS) +
		   (units >> (top - SUBCLASS_BITS) & ((1U << SUBCLASS_BITS) - 1));
}

static void set_head(strata_shard *shard, uint32_t class, uint32_t place)
{
	uint64_t bit = (uint64_t) 1 << class % 64;

	shard->head->free_lists[class] = place;
	if (place == 0) {
		shard->head->filled[class / 64] &= ~bit;
	} else {
		shard->head->filled[class / 64] |= bit;
	}
}

/* The place is that of a free block, or 0. Anything else is damage, and counts as 0. */
static uint32_t checked(strata_shard *shard, uint32_t place)
{
	if (place != 0 && strata_block_units_in(shard, place, STRATA_BLOCK_FREE) == 0) {
		shard->is_damaged = true;
		return 0;
	}
	return place;
}

static uint32_t first_of(strata_shard *shard, uint32_t class)
{
	return checked(shard, shard->head->free_lists[class]);
}

void strata_heap_forget_lists(strata_shard *shard)
{
	for (uint32_t class = 0; class < STRATA_CLASS_COUNT; class ++) {
		set_head(shard, class, 0);
	}
}

static void list(strata_shard *shard, uint32_t place)
{
	uint32_t class = class_of(strata_block_units(shard, place));
	uint32_t next = first_of(shard, class);

	free_at(shard, place)->next = next;
	free_at(shard, place)->previous = 0;
	if (next != 0) {
		free_at(shard, next)->previous = place;
	}
	set_head(shard, class, place);
}

void strata_heap_list(strata_shard *shard, uint32_t place)
{
	if (place < shard->border) {
		list(shard, place);
	}
}

static void take_off_list(strata_shard *shard, uint32_t place)
{
	uint32_t class = class_of(strata_block_units(shard, place));
	uint32_t next = checked(shard, free_at(shard, place)->next);
	uint32_t previous = checked(shard, free_at(shard, place)->previous);

	if (next != 0) {
		free_at(shard, next)->previous = previous;
	}
	if (previous != 0) {
		free_at(shard, previous)->next = next;
	} else if (shard->head->free_lists[class] == place) {
		set_head(shard, class, next);
	} else {
		shard->is_damaged = true;
	}
}

static void unlist(strata_shard *shard, uint32_t place)
{
	if (place < shard->border) {
		take_off_list(shard, place);
	}
}

/* Among the first few of the list in which blocks may be too small. */
static uint32_t search_list(strata_shard *shard, uint32_t class, uint32_t units)
{
	uint32_t place = first_of(shard, class);

	for (int i = 0; i < LIST_PROBES && place != 0; i++) {
		if (strata_block_units(shard, place) >= units) {
			return place;
		}
		place = checked(shard, free_at(shard, place)->next);
	}
	return 0;
}

/* The first list from this one on that is not empty; STRATA_CLASS_COUNT when there is none. */
static uint32_t next_filled(const strata_shard *shard, uint32_t class)
{
	uint32_t word = class / 64;
	uint64_t bits;

	if (class >= STRATA_CLASS_COUNT) {
		return STRATA_CLASS_COUNT;
	}
	bits = shard->head->filled[word] & UINT64_MAX << class % 64;
	while (bits == 0 && ++word < STRATA_CLASS_WORDS) {
		bits = shard->head->filled[word];
	}
	return bits == 0 ? STRATA_CLASS_COUNT : word * 64 + (uint32_t) __builtin_ctzll(bits);
}

static uint32_t find_free(strata_shard *shard, uint32_t units)
{
	uint32_t class = class_of(units);
	uint32_t place = search_list(shard, class, units);

	while (place == 0 && (class = next_filled(shard, class + 1)) < STRATA_CLASS_COUNT) {
		/* Every block of a later list is large enough, unless the list is damaged. */
		place = search_list(shard, class, units);
	}
	return place;
}

/* Blocks. */

/* Tells the block after this one how far it is to go left. */
static void tell_right(strata_shard *shard, uint32_t place, uint32_t units)
{
	uint32_t right = place + units;

	if (right >= shard->end) {
		return;
	}
	if (strata_block_units(shard, right) == 0) {
		shard->is_damaged = true;
		return;
	}
	strata_block_at(shard, right)->left = units;
}

/* Cuts a free, unlisted block down to this size if what is left over can be a block. */
static void split(strata_shard *shard, uint32_t place, uint32_t units)
{
	uint32_t whole = strata_block_units(shard, place);
	uint32_t right = place + units;
	uint32_t rest;

	if (whole < units + STRATA_BLOCK_SMALLEST) {
		return;
	}
	rest = whole - units;
	strata_block_at(shard, right)->left = units;
	strata_block_set_state(shard, right, STRATA_BLOCK_FREE);
	strata_heap_set_extent(shard, right, rest);
	STRATA_FAILPOINT("split: right header written");
	strata_heap_set_extent(shard, place, units);
	STRATA_FAILPOINT("split: left shrunk");
	tell_right(shard, right, rest);
	strata_heap_list(shard, right);
	STRATA_FAILPOINT("split: right listed");
}

static void follow_join(uint32_t *hand, uint32_t left, uint32_t right)
{
	if (*hand == right) {
		*hand = left;
	}
}

/* Two free, unlisted neighbours become one. */
static void join(strata_shard *shard, uint32_t left, uint32_t right)
{
	uint32_t units = strata_block_units(shard, left) + strata_block_units(shard, right);

	STRATA_FAILPOINT("join: begin");
	strata_heap_set_extent(shard, left, units);
	STRATA_FAILPOINT("join: left enlarged");
	/* No stale number may find the header that was. */
	atomic_store_explicit(&strata_block_at(shard, right)->extent, 0, memory_order_relaxed);
	tell_right(shard, left, units);
	follow_join(&shard->head->hand, left, right);
	follow_join(&shard->head->nursery_hand, left, right);
	follow_join(&shard->head->dead_hand, left, right);
	follow_join(&shard->head->share_hand, left, right);
	STRATA_FAILPOINT("join: end");
}

/* The place of the free block on the left and in the same ring, or 0. */
static uint32_t free_left_of(strata_shard *shard, uint32_t place)
{
	uint32_t distance = strata_block_at(shard, place)->left;
	uint32_t left;

	if (distance == 0 || place == shard->border) {
		return 0;
	}
	left = distance < place ? place - distance : 0;
	if (strata_block_units(shard, left) != distance) {
		shard->is_damaged = true;
		return 0;
	}
	return strata_block_units_in(shard, left, STRATA_BLOCK_FREE) == 0 ? 0 : left;
}

static uint32_t free_right_of(strata_shard *shard, uint32_t place)
{
	uint32_t right = place + strata_block_units(shard, place);

	return right == shard->border || strata_block_units_in(shard, right, STRATA_BLOCK_FREE) == 0
			   ? 0
			   : right;
}

static void format_ring(strata_shard *shard, uint32_t place, uint32_t end, uint32_t left)
{
	strata_block_at(shard, place)->left = left;
	strata_block_set_state(shard, place, STRATA_BLOCK_FREE);
	strata_heap_set_extent(shard, place, end - place);
	strata_heap_list(shard, place);
}

void strata_heap_format(strata_shard *shard)
{
	strata_heap_forget_lists(shard);
	format_ring(shard, 1, shard->border, 0);
	if (shard->border < shard->end) {
		format_ring(shard, shard->border, shard->end, shard->border - 1);
	}
	shard->head->hand = 1;
	shard->head->dead_hand = 1;
	shard->head->nursery_hand = shard->border;
	shard->head->share_hand = 1;
	shard->head->staged = 0;
}

/* A free, unlisted block is cut to this size, and taken. */
static void begin_writing(strata_shard *shard, uint32_t place, uint32_t units,
	strata_process_owner owner)
{
	split(shard, place, units);
	strata_block_set_state(shard, place, STRATA_BLOCK_WRITING);
	strata_shard_count(&shard->head->used, strata_block_units(shard, place));
	atomic_store_explicit(&strata_block_at(shard, place)->owner, owner, memory_order_relaxed);
	STRATA_FAILPOINT("take: taken");
}

uint32_t strata_heap_take(strata_shard *shard, uint32_t units, strata_process_owner owner)
{
	uint32_t place = find_free(shard, units);

	if (place == 0) {
		return 0;
	}
	unlist(shard, place);
	STRATA_FAILPOINT("take: unlisted");
	begin_writing(shard, place, units, owner);
	return place;
}

uint32_t strata_heap_take_at(strata_shard *shard, uint32_t place, uint32_t units,
	strata_process_owner owner)
{
	begin_writing(shard, place, units, owner);
	return place;
}

uint32_t strata_heap_take_staged(strata_shard *shard, strata_shard_ring ring, uint32_t units,
	strata_process_owner owner)
{
	uint32_t place = shard->head->staged;

	if (place == 0 || strata_shard_ring_of(shard, place) != ring ||
		strata_block_units_in(shard, place, STRATA_BLOCK_WRITING) != units) {
		return 0;
	}
	shard->head->staged = 0;
	atomic_store_explicit(&strata_block_at(shard, place)->owner, owner, memory_order_relaxed);
	STRATA_FAILPOINT("take: taken");
	return place;
}

void strata_heap_stage(strata_shard *shard, uint32_t place)
{
	uint32_t before = shard->head->staged;

	/* Without an owner: the next hand or repair may free it. */
	atomic_store_explicit(&strata_block_at(shard, place)->owner, 0, memory_order_relaxed);
	strata_block_set_state(shard, place, STRATA_BLOCK_WRITING);
	STRATA_FAILPOINT("put by: said");
	shard->head->staged = place;
	if (before != 0 && before != place &&
		strata_block_units_in(shard, before, STRATA_BLOCK_WRITING) != 0 &&
		!strata_block_is_being_written(shard, before)) {
		(void) strata_heap_give(shard, before);
	}
}

uint32_t strata_heap_give(strata_shard *shard, uint32_t place)
{
	uint32_t left, right;

	if (shard->head->staged == place) {
		shard->head->staged = 0;
	}
	strata_shard_count(&shard->head->used, -(int64_t) strata_block_units(shard, place));
	strata_block_set_state(shard, place, STRATA_BLOCK_FREE);
	STRATA_FAILPOINT("give: free");
	right = free_right_of(shard, place);
	if (right != 0) {
		unlist(shard, right);
		join(shard, place, right);
	}
	left = free_left_of(shard, place);
	if (left != 0) {
		unlist(shard, left);
		join(shard, left, place);
		place = left;
	}
	strata_heap_list(shard, place);
	STRATA_FAILPOINT("give: listed");
	return place;
}

uint32_t strata_heap_largest(const strata_shard *shard)
{
	uint32_t largest = 0;

	for (uint32_t class = STRATA_CLASS_COUNT; class -- > 0 && largest == 0;) {
		uint32_t place = shard->head->free_lists[class];
		uint32_t units = strata_block_units_in(shard, place, STRATA_BLOCK_FREE);

		for (int i = 0; i < LIST_PROBES && units != 0; i++) {
			largest = units > largest ? units : largest;
			place = free_at(shard, place)->next;
			units = strata_block_units_in(shard, place, STRATA_BLOCK_FREE);
		}
	}
	return largest;
}
