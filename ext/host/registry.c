/*
 *     head | word word word ... | holders ... | record | record | record ...
 *
 * The word of a record says whose it is, and in its two lowest bits how far that goes:
 *
 *     free -> emptying -> claimed -> closing -> emptying -> free
 *                            ^----------'
 *
 * Only the process that has the mutex changes a word, and each change leaves a whole state. So a
 * process killed anywhere leaves little to repair: a record that was being closed is as good as
 * claimed, and one that was being filled or emptied is emptied by the next process.
 *
 * Holders are one bit per process slot. A slot has many threads one after the other, so the head
 * knows the last one that used each slot here: a bit counts if that thread lives. A thread that is
 * the first of its kind in a slot clears the bits of its predecessor, under the mutex.
 *
 * Ordering: a word is stored with release after the record was prepared, and loaded with acquire.
 * Holding and closing are sequentially consistent, because each writes its own word and then reads
 * the other one's: the thread sees that the record is being closed, or the closer sees the bit.
 */
#include "host/registry.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "host/gate.h"
#include "os/clock.h"
#include "os/mutex.h"

enum {
	LOCK_MAX_WAIT = 100000, /* usec; only a stopped process keeps the mutex so long */
	SWEEP_INTERVAL = 1000,  /* msec after a search for records to give back that found none */
	CACHE_LINE = 64,
	HOLDER_WORDS = STRATA_PROCESS_SLOT_COUNT / 64,
	MOST_TRIES = 8 /* records that are taken hold of while they are being given back */
};

typedef enum { FREE = 0, CLAIMED = 1, CLOSING = 2, EMPTYING = 3 } record_state;

static const uint64_t state_mask = 3;

/* Stands in for the key that would look like a free record. */
static const uint64_t zero_key = 0xC2B2AE3D27D4EB4C;

typedef struct {
	_Atomic uint64_t bits[HOLDER_WORDS]; /* by process slot */
} holders;

typedef struct {
	alignas(CACHE_LINE) strata_mutex lock;     /* guards changes of words and of holders */
	alignas(CACHE_LINE) strata_gate sweeps[2]; /* of all records, and of those not reserved */
	_Atomic uint64_t last_user[STRATA_PROCESS_SLOT_COUNT]; /* by process slot, the process */
} head;

struct strata_registry {
	strata_registry_shape shape;
	strata_process_slots *slots; /* NULL: nothing is given back */

	/* In shared memory. */
	head *head;
	_Atomic uint64_t *words;
	holders *holders; /* NULL without slots */
	char *records;
};

static size_t stride_of(const strata_registry_shape *shape)
{
	return (shape->size + CACHE_LINE - 1) & ~(size_t) (CACHE_LINE - 1);
}

static bool place(strata_registry *registry, strata_host *host)
{
	uint32_t count = registry->shape.count;

	registry->head = strata_host_alloc(host, sizeof(head));
	registry->words = strata_host_alloc(host, count * sizeof(registry->words[0]));
	registry->holders =
		registry->slots == NULL ? NULL : strata_host_alloc(host, count * sizeof(holders));
	registry->records = strata_host_alloc(host, count * stride_of(&registry->shape));
	return registry->head != NULL && registry->words != NULL && registry->records != NULL &&
		   (registry->slots == NULL || registry->holders != NULL) &&
		   strata_host_init_lock(host, &registry->head->lock) == STRATA_OK;
}

strata_result strata_registry_new(strata_host *host, strata_process_slots *slots,
	const strata_registry_shape *shape, strata_registry **out)
{
	strata_registry *registry = calloc(1, sizeof(*registry));

	*out = NULL;
	if (registry == NULL) {
		return STRATA_NO_MEMORY;
	}
	registry->shape = *shape;
	registry->slots = slots;
	if (!place(registry, host)) {
		free(registry);
		return STRATA_NO_MEMORY;
	}
	*out = registry;
	return STRATA_OK;
}

void strata_registry_free(strata_registry *registry)
{
	free(registry);
}

/* ---- words ---- */

/* All bits of the key are mixed into those that tell records apart: some keys are small numbers. */
static uint64_t word_of(uint64_t key)
{
	uint64_t mixed = (key ^ key >> 32) * 0x9E3779B97F4A7C15;
	uint64_t kept = (mixed ^ mixed >> 32) & ~state_mask;

	return (kept == 0 ? zero_key : kept) | CLAIMED;
}

static record_state state_of(uint64_t word)
{
	return (record_state) (word & state_mask);
}

static uint64_t in_state(uint64_t word, record_state state)
{
	return (word & ~state_mask) | (uint64_t) state;
}

static uint64_t load_word(const strata_registry *registry, uint32_t place)
{
	return atomic_load_explicit(&registry->words[place], memory_order_acquire);
}

/* The first with this word from that place on, or count. */
static uint32_t place_of_word_from(const strata_registry *registry, uint32_t place, uint64_t word)
{
	while (place < registry->shape.count && load_word(registry, place) != word) {
		place++;
	}
	return place;
}

static uint32_t place_of_word(const strata_registry *registry, uint64_t word)
{
	return place_of_word_from(registry, 0, word);
}

static void *record_at(const strata_registry *registry, uint32_t place)
{
	return registry->records + place * stride_of(&registry->shape);
}

/* NULL for count. */
static void *record_or_null(const strata_registry *registry, uint32_t place)
{
	return place < registry->shape.count ? record_at(registry, place) : NULL;
}

static uint32_t place_of_record(const strata_registry *registry, const void *record)
{
	return (uint32_t) ((size_t) ((const char *) record - registry->records) /
					   stride_of(&registry->shape));
}

/* ---- what others left ---- */

static bool is_zero(const strata_registry *registry, uint32_t place)
{
	const uint64_t *content = record_at(registry, place);
	uint64_t bits = 0;

	for (size_t i = 0; i < stride_of(&registry->shape) / sizeof(*content); i++) {
		bits |= content[i];
	}
	return bits == 0;
}

bool strata_registry_is_sound(const strata_registry *registry,
	bool (*read_key)(const void *record, uint64_t *key))
{
	for (uint32_t place = 0; place < registry->shape.count; place++) {
		uint64_t word = load_word(registry, place);
		uint64_t key = 0;

		if (word == FREE ? !is_zero(registry, place)
						 : !read_key(record_at(registry, place), &key) || word != word_of(key) ||
							   place_of_word(registry, word) != place) {
			return false;
		}
	}
	return true;
}

/* ---- holding ---- */

typedef struct {
	_Atomic uint64_t *bits;
	uint64_t mask;
} holder_bit;

static holder_bit bit_of(const strata_registry *registry, uint32_t place, uint32_t slot)
{
	return (holder_bit){ &registry->holders[place].bits[slot / 64], (uint64_t) 1 << slot % 64 };
}

static _Atomic uint64_t *owner_at(const strata_registry *registry, strata_process_owner owner)
{
	return &registry->head->last_user[strata_process_slot_index(owner)];
}

/* Without the mutex. False when the record is not to be had in this way. */
static bool hold(const strata_registry *registry, uint32_t place, uint64_t word,
	strata_process_owner me)
{
	holder_bit bit;
	uint64_t before;

	if (registry->slots == NULL) {
		return true;
	}
	if (atomic_load(owner_at(registry, me)) != me) {
		return false;
	}
	bit = bit_of(registry, place, strata_process_slot_index(me));
	before = atomic_fetch_or(bit.bits, bit.mask);
	if (atomic_load(&registry->words[place]) == word) {
		return true;
	}
	if ((before & bit.mask) == 0) {
		atomic_fetch_and(bit.bits, ~bit.mask);
	}
	return false;
}

/* What the thread that had this slot before held. A free record is held by none. */
static void clear_slot_locked(const strata_registry *registry, uint32_t slot)
{
	for (uint32_t i = 0; i < registry->shape.count; i++) {
		holder_bit bit = bit_of(registry, i, slot);

		if (load_word(registry, i) != FREE && (atomic_load(bit.bits) & bit.mask) != 0) {
			atomic_fetch_and(bit.bits, ~bit.mask);
		}
	}
}

static void hold_locked(const strata_registry *registry, uint32_t place, strata_process_owner me)
{
	holder_bit bit;

	if (me == 0) {
		return;
	}
	if (atomic_load(owner_at(registry, me)) != me) {
		clear_slot_locked(registry, strata_process_slot_index(me));
		atomic_store(owner_at(registry, me), me);
	}
	bit = bit_of(registry, place, strata_process_slot_index(me));
	atomic_fetch_or(bit.bits, bit.mask);
}

/* Clears the bits of the dead that it meets. */
static bool is_held_locked(const strata_registry *registry, uint32_t place)
{
	for (uint32_t i = 0; i < HOLDER_WORDS; i++) {
		uint64_t bits = atomic_load(&registry->holders[place].bits[i]);

		for (; bits != 0; bits &= bits - 1) {
			uint32_t slot = i * 64 + (uint32_t) __builtin_ctzll(bits);
			holder_bit bit = bit_of(registry, place, slot);

			if (strata_process_slots_is_alive(registry->slots,
					atomic_load(&registry->head->last_user[slot]))) {
				return true;
			}
			atomic_fetch_and(bit.bits, ~bit.mask);
		}
	}
	return false;
}

/* Bits that a thread left which was killed while it took hold of what was there before. */
static void clear_holders_locked(const strata_registry *registry, uint32_t place)
{
	for (uint32_t i = 0; i < HOLDER_WORDS && registry->slots != NULL; i++) {
		atomic_store(&registry->holders[place].bits[i], 0);
	}
}

/* ---- giving back ---- */

static void empty_locked(const strata_registry *registry, uint32_t place)
{
	_Atomic uint64_t *content = record_at(registry, place);

	atomic_store(&registry->words[place], EMPTYING);
	for (size_t i = 0; i < stride_of(&registry->shape) / sizeof(*content); i++) {
		atomic_store_explicit(&content[i], 0, memory_order_relaxed);
	}
	atomic_store(&registry->words[place], FREE);
}

static bool give_back_locked(const strata_registry *registry, uint32_t place)
{
	uint64_t word = load_word(registry, place);

	/* The first look is for not disturbing those that hold it. */
	if (is_held_locked(registry, place)) {
		return false;
	}
	atomic_store(&registry->words[place], in_state(word, CLOSING));
	if (is_held_locked(registry, place)) {
		atomic_store(&registry->words[place], word);
		return false;
	}
	if (registry->shape.on_give_back != NULL) {
		registry->shape.on_give_back(registry->shape.user, record_at(registry, place));
	}
	empty_locked(registry, place);
	return true;
}

static bool may_give_back_locked(const strata_registry *registry, uint32_t place, uint64_t *used_at)
{
	const strata_registry_shape *shape = &registry->shape;

	*used_at = 0;
	return shape->may_give_back == NULL ||
		   shape->may_give_back(shape->user, record_at(registry, place), used_at);
}

/* From this place on, the one that is held by none and that was used longest ago; or count. */
static uint32_t pick_idle_locked(const strata_registry *registry, uint32_t first)
{
	uint32_t picked = registry->shape.count;
	uint64_t oldest = UINT64_MAX;

	for (uint32_t place = first; place < registry->shape.count; place++) {
		uint64_t used_at;

		if (may_give_back_locked(registry, place, &used_at) && used_at < oldest &&
			!is_held_locked(registry, place)) {
			picked = place;
			oldest = used_at;
		}
	}
	return picked;
}

/* A place from this one on that became free, or count. */
static uint32_t sweep_locked(const strata_registry *registry, uint32_t first)
{
	strata_msec now = strata_clock_msec();
	strata_gate *sweeps = &registry->head->sweeps[first > 0];

	if (registry->slots == NULL || !strata_gate_is_due(sweeps, SWEEP_INTERVAL, now)) {
		return registry->shape.count;
	}
	for (int i = 0; i < MOST_TRIES; i++) {
		uint32_t place = pick_idle_locked(registry, first);

		if (place == registry->shape.count) {
			break;
		}
		if (give_back_locked(registry, place)) {
			return place;
		}
	}
	(void) !strata_gate_pass(sweeps, SWEEP_INTERVAL, now);
	return registry->shape.count;
}

/* ---- claiming ---- */

/* What a process that died left half closed or half emptied. */
static void finish_locked(const strata_registry *registry)
{
	for (uint32_t place = 0; place < registry->shape.count; place++) {
		uint64_t word = load_word(registry, place);

		switch (state_of(word)) {
			case CLOSING: atomic_store(&registry->words[place], in_state(word, CLAIMED)); break;
			case EMPTYING: empty_locked(registry, place); break;
			case FREE:
			case CLAIMED: break;
		}
	}
}

static bool lock(const strata_registry *registry)
{
	switch (strata_mutex_lock(&registry->head->lock, LOCK_MAX_WAIT)) {
		case STRATA_MUTEX_TAKEN: break;
		case STRATA_MUTEX_INHERITED: strata_mutex_repaired(&registry->head->lock); break;
		case STRATA_MUTEX_BUSY: return false;
	}
	finish_locked(registry);
	return true;
}

static uint32_t first_for(const strata_registry *registry, const void *names)
{
	const strata_registry_shape *shape = &registry->shape;

	return shape->is_reserved == NULL || shape->is_reserved(names) ? 0 : shape->reserved;
}

static uint32_t claim_locked(const strata_registry *registry, uint64_t word, const void *names)
{
	uint32_t first = first_for(registry, names);
	uint32_t place = place_of_word_from(registry, first, FREE);

	if (place == registry->shape.count) {
		place = sweep_locked(registry, first);
	}
	if (place == registry->shape.count) {
		return place;
	}
	/* What on_claim leaves half done is emptied. */
	atomic_store(&registry->words[place], EMPTYING);
	clear_holders_locked(registry, place);
	if (registry->shape.on_claim != NULL) {
		registry->shape.on_claim(registry->shape.user, record_at(registry, place), names);
	}
	atomic_store(&registry->words[place], word);
	return place;
}

/* Without the mutex. NULL when it is not there, or not to be had in this way. */
static void *find_and_hold(const strata_registry *registry, uint64_t word, strata_process_owner me)
{
	uint32_t place = place_of_word(registry, word);
	bool can_hold = registry->slots == NULL || me != 0;

	return place < registry->shape.count && can_hold && hold(registry, place, word, me)
			   ? record_at(registry, place)
			   : NULL;
}

/* While this process waits in vain, another one may have claimed the record. */
static void *find_or_claim(const strata_registry *registry, uint64_t word, strata_process_owner me,
	const void *names)
{
	uint32_t place;

	if (!lock(registry)) {
		return find_and_hold(registry, word, me);
	}
	place = place_of_word(registry, word);
	if (place == registry->shape.count) {
		place = claim_locked(registry, word, names);
	}
	if (place < registry->shape.count && registry->slots != NULL) {
		hold_locked(registry, place, me);
	}
	strata_mutex_unlock(&registry->head->lock);
	return record_or_null(registry, place);
}

void *strata_registry_acquire(strata_registry *registry, uint64_t key, const void *names)
{
	uint64_t word = word_of(key);
	strata_process_owner me = 0;
	void *record;

	if (registry->slots != NULL) {
		me = strata_process_slots_mine(registry->slots);
		if (me == 0) {
			return NULL;
		}
	}
	record = find_and_hold(registry, word, me);
	return record != NULL ? record : find_or_claim(registry, word, me, names);
}

void *strata_registry_visit(strata_registry *registry, uint64_t key, const void *names)
{
	void *record = strata_registry_find(registry, key);

	return record != NULL ? record : find_or_claim(registry, word_of(key), 0, names);
}

void strata_registry_release(strata_registry *registry, const void *record)
{
	strata_process_owner me =
		registry->slots == NULL ? 0 : strata_process_slots_mine(registry->slots);
	holder_bit bit;

	/* The bit of another thread that had this slot before is not this one's to clear. */
	if (me != 0 && atomic_load(owner_at(registry, me)) == me) {
		bit = bit_of(registry, place_of_record(registry, record), strata_process_slot_index(me));
		atomic_fetch_and(bit.bits, ~bit.mask);
	}
}

bool strata_registry_change(strata_registry *registry, uint64_t key,
	void (*act)(void *record, const void *argument), const void *argument)
{
	void *record;

	if (!lock(registry)) {
		return false;
	}
	record = strata_registry_find(registry, key);
	if (record != NULL) {
		act(record, argument);
	}
	strata_mutex_unlock(&registry->head->lock);
	return record != NULL;
}

bool strata_registry_freeze(strata_registry *registry, void (*act)(void *argument), void *argument)
{
	if (!lock(registry)) {
		return false;
	}
	act(argument);
	strata_mutex_unlock(&registry->head->lock);
	return true;
}

void *strata_registry_find(const strata_registry *registry, uint64_t key)
{
	return record_or_null(registry, place_of_word(registry, word_of(key)));
}

void *strata_registry_record_with(const strata_registry *registry, const void *byte)
{
	uintptr_t start = (uintptr_t) registry->records;
	uintptr_t at = (uintptr_t) byte;
	size_t stride = stride_of(&registry->shape);

	return at >= start && at - start < registry->shape.count * stride
			   ? record_at(registry, (uint32_t) ((at - start) / stride))
			   : NULL;
}

bool strata_registry_is_of(const strata_registry *registry, const void *record, uint64_t key)
{
	return load_word(registry, place_of_record(registry, record)) == word_of(key);
}

/* One that is being closed is what it was, and may stay so. */
void *strata_registry_at(const strata_registry *registry, uint32_t place)
{
	record_state state =
		place < registry->shape.count ? state_of(load_word(registry, place)) : FREE;

	return state == CLAIMED || state == CLOSING ? record_at(registry, place) : NULL;
}

uint32_t strata_registry_count(const strata_registry *registry)
{
	return registry->shape.count;
}
