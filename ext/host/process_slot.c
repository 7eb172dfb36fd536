/*
 * A slot is alive as long as its life mutex is held. The thread that takes the slot locks the mutex
 * and never unlocks it; when the thread ends, however it ends, the kernel marks the mutex, and the
 * next process that tries it knows for certain. Process ids could not tell: they are reused, and
 * they mean something else in another namespace.
 *
 *     free:   mutex not held                     process 0
 *     alive:  mutex held by the thread           process set, serial = the owner number's
 *     dead:   mutex marked, or no longer held    process set until it is noticed
 *
 * Only the holder of the mutex changes serial and process. The serial is raised at both ends of a
 * use, when the slot is taken and when it is found dead, so an owner number is never valid twice.
 *
 * Which slot is the thread's own stands in thread-local memory, beside the fork generation: a child
 * inherits the memory, but not the mutexes, and has to take a slot of its own. A thread that found
 * no slot remembers that as well: to try all mutexes at every hit would cost thousands of times as
 * much as the hit.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/process_slot.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/thread.h"
#include "host/gate.h"
#include "os/clock.h"
#include "os/mutex.h"
#include "os/process.h"

typedef struct {
	alignas(64) strata_mutex life;
	_Atomic uint64_t serial;  /* of the present use; changed by the holder of life */
	_Atomic uint32_t process; /* id, for counting; 0 when free; changed by the holder of life */
} slot;

/* In shared memory, and advisory. */
typedef struct {
	strata_gate counts;
	_Atomic uint32_t living; /* when last counted */
} census;

struct strata_process_slots {
	strata_host *host;
	slot *table; /* STRATA_PROCESS_SLOT_COUNT slots in shared memory */
	census *census;
	uint64_t identity; /* of this handle: an address may be used again, this number is not */
};

typedef struct {
	uint64_t identity; /* of the handle; 0: this entry is free */
	uint32_t fork_generation;
	strata_process_owner owner; /* 0: there was none to be had */
	strata_msec looked_at;      /* when that was */
} own_slot;

/*
 * One process has one handle; the other entries are for programs that open several hosts, like
 * tests.
 */
enum {
	OWN_SLOT_COUNT = 4,
	INDEX_BITS = 16,
	LOOK_AGAIN_AFTER = 1000, /* msec */
	COUNT_INTERVAL = 100     /* msec */
};

static STRATA_THREAD_LOCAL own_slot own_slots[OWN_SLOT_COUNT];

static _Atomic uint64_t last_identity;

static strata_process_owner owner_of(uint32_t index, uint64_t serial)
{
	return serial << INDEX_BITS | (index + 1);
}

/* NULL for 0 and for numbers that no slot ever had. */
static slot *slot_of(const strata_process_slots *slots, strata_process_owner owner)
{
	uint32_t number = (uint32_t) (owner & ((1U << INDEX_BITS) - 1));

	return number == 0 || number > STRATA_PROCESS_SLOT_COUNT ? NULL : &slots->table[number - 1];
}

strata_result strata_process_slots_new(strata_host *host, strata_process_slots **out)
{
	strata_process_slots *slots = calloc(1, sizeof(*slots));
	strata_result result = STRATA_NO_MEMORY;

	*out = NULL;
	if (slots == NULL) {
		return STRATA_NO_MEMORY;
	}
	slots->host = host;
	slots->identity = atomic_fetch_add(&last_identity, 1) + 1;
	slots->table = strata_host_alloc(host, STRATA_PROCESS_SLOT_COUNT * sizeof(slot));
	slots->census = strata_host_alloc(host, sizeof(census));
	if (slots->table != NULL && slots->census != NULL) {
		result = STRATA_OK;
	}
	for (int i = 0; i < STRATA_PROCESS_SLOT_COUNT && result == STRATA_OK; i++) {
		result = strata_host_init_lock(host, &slots->table[i].life);
	}
	if (result != STRATA_OK) {
		free(slots);
		return result;
	}
	*out = slots;
	return STRATA_OK;
}

/* Takes the mutex of a slot that no living thread has. */
static bool seize(slot *taken)
{
	strata_mutex_outcome outcome = strata_mutex_lock(&taken->life, 0);

	if (outcome == STRATA_MUTEX_INHERITED) {
		strata_mutex_repaired(&taken->life);
	}
	return outcome != STRATA_MUTEX_BUSY;
}

/* The caller holds the slot's mutex, and gives it back here. */
static void vacate(slot *taken)
{
	atomic_fetch_add(&taken->serial, 1);
	atomic_store(&taken->process, 0);
	strata_mutex_unlock(&taken->life);
}

static strata_process_owner take_slot(strata_process_slots *slots)
{
	uint32_t process = strata_process_id();

	/* Neighbouring process ids start at neighbouring slots, so they seldom try the same one. */
	for (uint32_t i = 0; i < STRATA_PROCESS_SLOT_COUNT; i++) {
		uint32_t index = (process + i) % STRATA_PROCESS_SLOT_COUNT;
		slot *taken = &slots->table[index];

		if (seize(taken)) {
			atomic_store(&taken->process, process);
			return owner_of(index, atomic_fetch_add(&taken->serial, 1) + 1);
		}
	}
	return 0;
}

static own_slot *own_slot_of(const strata_process_slots *slots)
{
	for (int i = 0; i < OWN_SLOT_COUNT; i++) {
		if (own_slots[i].identity == slots->identity) {
			return &own_slots[i];
		}
	}
	return NULL;
}

static own_slot *free_own_slot(void)
{
	for (int i = 0; i < OWN_SLOT_COUNT; i++) {
		if (own_slots[i].identity == 0 ||
			own_slots[i].fork_generation != strata_process_generation()) {
			return &own_slots[i];
		}
	}
	return NULL;
}

static strata_process_owner take_own_slot(strata_process_slots *slots)
{
	own_slot *found = own_slot_of(slots);
	strata_process_owner owner;

	if (found == NULL) {
		found = free_own_slot();
	}
	/* A slot that is not remembered could never be given back: better none. */
	owner = found == NULL ? 0 : take_slot(slots);
	if (found != NULL) {
		*found = (own_slot){ slots->identity, strata_process_generation(), owner,
			owner == 0 ? strata_clock_msec() : 0 };
	}
	return owner;
}

strata_process_owner strata_process_slots_mine(strata_process_slots *slots)
{
	const own_slot *found = own_slot_of(slots);

	if (found != NULL && found->fork_generation == strata_process_generation() &&
		(found->owner != 0 || strata_clock_msec() - found->looked_at < LOOK_AGAIN_AFTER)) {
		return found->owner;
	}
	return take_own_slot(slots);
}

/* Other threads of this process cannot be made to let go of their slots. */
static bool others_remain(const strata_process_slots *slots)
{
	uint32_t process = strata_process_id();

	for (uint32_t i = 0; i < STRATA_PROCESS_SLOT_COUNT; i++) {
		slot *taken = &slots->table[i];

		if (atomic_load(&taken->process) != process) {
			continue;
		}
		if (!seize(taken)) {
			return true;
		}
		vacate(taken);
	}
	return false;
}

void strata_process_slots_free(strata_process_slots *slots)
{
	own_slot *found;

	if (slots == NULL) {
		return;
	}
	found = own_slot_of(slots);
	if (found != NULL && found->owner != 0 &&
		found->fork_generation == strata_process_generation()) {
		vacate(slot_of(slots, found->owner));
	}
	if (found != NULL) {
		*found = (own_slot){ 0 };
	}
	if (others_remain(slots)) {
		strata_host_keep_mapped(slots->host);
	}
	free(slots);
}

bool strata_process_slots_is_alive(strata_process_slots *slots, strata_process_owner owner)
{
	slot *asked = slot_of(slots, owner);
	uint64_t serial = owner >> INDEX_BITS;

	if (asked == NULL || atomic_load(&asked->serial) != serial) {
		return false;
	}
	if (!seize(asked)) {
		/* Held: by that thread, or already by the next one, which raises the serial at once. */
		return atomic_load(&asked->serial) == serial;
	}
	vacate(asked);
	return false;
}

bool strata_process_slots_is_stopped(const strata_process_slots *slots, strata_process_owner owner)
{
	slot *asked = slot_of(slots, owner);
	uint32_t process = asked != NULL ? atomic_load(&asked->process) : 0;

	return process != 0 && atomic_load(&asked->serial) == owner >> INDEX_BITS &&
		   strata_process_is_stopped(process);
}

/* Frees the slots of the dead on the way. */
static uint32_t count_living(const strata_process_slots *slots)
{
	uint32_t living = 0;

	for (int i = 0; i < STRATA_PROCESS_SLOT_COUNT; i++) {
		slot *counted = &slots->table[i];

		if (atomic_load_explicit(&counted->process, memory_order_relaxed) == 0) {
			continue;
		}
		if (seize(counted)) {
			vacate(counted);
		} else {
			living++;
		}
	}
	return living;
}

uint32_t strata_process_slots_living(strata_process_slots *slots, strata_msec now)
{
	census *census = slots->census;
	uint32_t living = atomic_load_explicit(&census->living, memory_order_relaxed);

	if (strata_gate_pass(&census->counts, COUNT_INTERVAL, now)) {
		living = count_living(slots);
		atomic_store_explicit(&census->living, living, memory_order_relaxed);
	}
	/* Any number may stand there. */
	living = living < STRATA_PROCESS_SLOT_COUNT ? living : STRATA_PROCESS_SLOT_COUNT;
	return living > 0 ? living : 1;
}

bool strata_process_slots_is_alone(strata_process_slots *slots)
{
	return strata_process_slots_mine(slots) != 0 && count_living(slots) == 1;
}

uint32_t strata_process_slots_used(const strata_process_slots *slots)
{
	uint32_t used = 0;

	for (int i = 0; i < STRATA_PROCESS_SLOT_COUNT; i++) {
		used += atomic_load_explicit(&slots->table[i].process, memory_order_relaxed) != 0;
	}
	return used;
}
