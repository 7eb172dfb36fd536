/*
 * 4096 entries in buckets of 8. An entry belongs to a key as long as a place in it is held:
 *
 *     bucket of the key     +-----+------------+-----------+-------+
 *     entries 0..7      ->  | key | holders[0] | holders[1]| event |
 *                           +-----+------------+-----------+-------+
 *
 * A holder is an owner number of process_slot, so a place whose holder died is known to be free
 * without any clock. An entry without holders can become the entry of another key.
 *
 * The locks guard one thing, the choice of entries and places in take(). Giving a place back takes
 * no lock. A place with the number of a living owner is changed by that owner alone. A dead
 * holder's number is exchanged for 0 by the process that notices. So a release cannot be lost, even
 * if a process is stopped inside take().
 *
 * Ordering: event is raised before a place becomes free and again after it. A process that
 * sleeps on a value read before it saw the places taken is therefore woken, or finds another value.
 * That holds even if the process that gives the place back is killed between the steps.
 */
#include "host/lease.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "os/clock.h"
#include "os/futex.h"
#include "os/mutex.h"

enum {
	ENTRY_COUNT = 4096,
	BUCKET_SIZE = 8,
	BUCKET_COUNT = ENTRY_COUNT / BUCKET_SIZE,
	LOCK_COUNT = 64,
	PLACE_COUNT = 2,
	LOCK_MAX_WAIT = 2000, /* usec */
	LOOK_INTERVAL = 50000 /* usec */
};

typedef struct {
	alignas(64) _Atomic uint64_t key; /* written under the bucket's lock, while no place is held */
	_Atomic uint64_t holders[PLACE_COUNT]; /* owners; 0: free; set under the lock, freed without */
	_Atomic uint32_t event;                /* raised around every place that becomes free */
} entry;

typedef struct {
	struct {
		alignas(64) strata_mutex mutex;
	} locks[LOCK_COUNT]; /* the lock of bucket b is b % LOCK_COUNT */
	entry entries[ENTRY_COUNT];
} table;

struct strata_leases {
	strata_process_slots *slots;
	table *table; /* in shared memory */
};

strata_result strata_leases_new(strata_host *host, strata_process_slots *slots, strata_leases **out)
{
	strata_leases *leases = calloc(1, sizeof(*leases));
	strata_result result = STRATA_NO_MEMORY;

	*out = NULL;
	if (leases == NULL) {
		return STRATA_NO_MEMORY;
	}
	leases->slots = slots;
	leases->table = strata_host_alloc(host, sizeof(table));
	if (leases->table != NULL) {
		result = STRATA_OK;
	}
	for (int i = 0; i < LOCK_COUNT && result == STRATA_OK; i++) {
		result = strata_mutex_init(&leases->table->locks[i].mutex);
	}
	if (result != STRATA_OK) {
		free(leases);
		return result;
	}
	*out = leases;
	return STRATA_OK;
}

void strata_leases_free(strata_leases *leases)
{
	free(leases);
}

/* Frees the place if it is still this owner's. Wakes no waiter. */
static bool clear_place(entry *held, int place, strata_process_owner owner)
{
	bool cleared;

	atomic_fetch_add(&held->event, 1);
	cleared = atomic_compare_exchange_strong(&held->holders[place], &owner, 0);
	atomic_fetch_add(&held->event, 1);
	return cleared;
}

/* Frees the places of holders that died; returns how many places are still held. */
static uint32_t count_living(strata_leases *leases, entry *held)
{
	uint32_t living = 0;

	for (int place = 0; place < PLACE_COUNT; place++) {
		strata_process_owner owner = atomic_load(&held->holders[place]);

		if (owner == 0) {
			continue;
		}
		if (strata_process_slots_is_alive(leases->slots, owner)) {
			living++;
		} else {
			(void) clear_place(held, place, owner);
		}
	}
	return living;
}

static bool is_held_by(entry *held, strata_process_owner owner)
{
	return atomic_load(&held->holders[0]) == owner || atomic_load(&held->holders[1]) == owner;
}

static bool is_free(entry *candidate)
{
	return atomic_load(&candidate->holders[0]) == 0 && atomic_load(&candidate->holders[1]) == 0;
}

static uint32_t bucket_of(uint64_t key)
{
	return (uint32_t) (key >> 32) % BUCKET_COUNT;
}

/*
 * Every step of take() leaves a valid entry behind, so a lock whose owner died guards nothing half
 * done. What that owner held elsewhere under this lock is given back at once.
 */
static void repair(strata_leases *leases, uint32_t lock)
{
	for (uint32_t bucket = lock; bucket < BUCKET_COUNT; bucket += LOCK_COUNT) {
		for (uint32_t i = 0; i < BUCKET_SIZE; i++) {
			(void) count_living(leases, &leases->table->entries[bucket * BUCKET_SIZE + i]);
		}
	}
}

static bool lock_bucket(strata_leases *leases, uint32_t bucket)
{
	uint32_t lock = bucket % LOCK_COUNT;
	strata_mutex *mutex = &leases->table->locks[lock].mutex;
	strata_mutex_outcome outcome = strata_mutex_lock(mutex, LOCK_MAX_WAIT);

	if (outcome == STRATA_MUTEX_INHERITED) {
		repair(leases, lock);
		strata_mutex_repaired(mutex);
	}
	return outcome != STRATA_MUTEX_BUSY;
}

static void unlock_bucket(strata_leases *leases, uint32_t bucket)
{
	strata_mutex_unlock(&leases->table->locks[bucket % LOCK_COUNT].mutex);
}

static entry *find_key_locked(entry *bucket, uint64_t key)
{
	for (int i = 0; i < BUCKET_SIZE; i++) {
		if (atomic_load(&bucket[i].key) == key && !is_free(&bucket[i])) {
			return &bucket[i];
		}
	}
	return NULL;
}

static entry *find_free_locked(strata_leases *leases, entry *bucket)
{
	for (int i = 0; i < BUCKET_SIZE; i++) {
		if (is_free(&bucket[i])) {
			return &bucket[i];
		}
	}
	for (int i = 0; i < BUCKET_SIZE; i++) {
		if (count_living(leases, &bucket[i]) == 0) {
			return &bucket[i];
		}
	}
	return NULL;
}

static void occupy_locked(entry *taken, strata_process_owner owner)
{
	int place = atomic_load(&taken->holders[0]) == 0 ? 0 : 1;

	atomic_store(&taken->holders[place], owner);
}

/* Fills all of *lease but the key. */
static strata_lease_state take_locked(strata_leases *leases, uint32_t places,
	strata_process_owner mine, strata_lease *lease)
{
	entry *bucket = &leases->table->entries[bucket_of(lease->key) * BUCKET_SIZE];
	entry *found = find_key_locked(bucket, lease->key);

	if (found == NULL) {
		found = find_free_locked(leases, bucket);
		if (found == NULL) {
			return STRATA_LEASE_NONE;
		}
		atomic_store(&found->key, lease->key);
	}
	lease->entry = (uint32_t) (found - leases->table->entries);
	/* Before the places are looked at: one that becomes free later changes the event again. */
	lease->seen = atomic_load(&found->event);
	if (is_held_by(found, mine)) {
		return STRATA_LEASE_OURS;
	}
	if (count_living(leases, found) >= places) {
		return STRATA_LEASE_HELD;
	}
	occupy_locked(found, mine);
	lease->owner = mine;
	return STRATA_LEASE_TAKEN;
}

strata_lease_state strata_lease_take(strata_leases *leases, uint64_t key, uint32_t places,
	strata_lease *lease)
{
	strata_process_owner mine = strata_process_slots_mine(leases->slots);
	uint32_t bucket = bucket_of(key);
	strata_lease_state state;

	*lease = (strata_lease){ .key = key };
	if (mine == 0 || !lock_bucket(leases, bucket)) {
		return STRATA_LEASE_NONE;
	}
	state = take_locked(leases, places < PLACE_COUNT ? places : PLACE_COUNT, mine, lease);
	unlock_bucket(leases, bucket);
	return state;
}

static bool has_news(entry *watched, const strata_lease *lease)
{
	return atomic_load(&watched->event) != lease->seen || atomic_load(&watched->key) != lease->key;
}

void strata_lease_wait(strata_leases *leases, const strata_lease *lease, strata_usec max_wait)
{
	entry *watched = &leases->table->entries[lease->entry % ENTRY_COUNT];
	strata_usec now = strata_clock_usec();
	strata_usec end = now + max_wait;

	while (now < end && !has_news(watched, lease)) {
		strata_usec left = end - now;

		strata_futex_wait(&watched->event, lease->seen,
			left < LOOK_INTERVAL ? left : LOOK_INTERVAL);
		if (!has_news(watched, lease) && count_living(leases, watched) == 0) {
			return;
		}
		now = strata_clock_usec();
	}
}

static void release_places(entry *held, strata_process_owner owner)
{
	for (int place = 0; place < PLACE_COUNT; place++) {
		if (atomic_load(&held->holders[place]) == owner && clear_place(held, place, owner)) {
			strata_futex_wake(&held->event);
		}
	}
}

void strata_lease_release(strata_leases *leases, const strata_lease *lease)
{
	entry *held = &leases->table->entries[lease->entry % ENTRY_COUNT];

	/* A forked child has a copy of its parent's lease, but is another process. */
	if (lease->owner == 0 || lease->owner != strata_process_slots_mine(leases->slots) ||
		atomic_load(&held->key) != lease->key) {
		return;
	}
	release_places(held, lease->owner);
}

void strata_lease_release_mine(strata_leases *leases)
{
	strata_process_owner mine = strata_process_slots_mine(leases->slots);

	for (uint32_t i = 0; mine != 0 && i < ENTRY_COUNT; i++) {
		release_places(&leases->table->entries[i], mine);
	}
}

uint32_t strata_leases_held(const strata_leases *leases)
{
	uint32_t held = 0;

	for (uint32_t i = 0; i < ENTRY_COUNT; i++) {
		for (int place = 0; place < PLACE_COUNT; place++) {
			held += atomic_load_explicit(&leases->table->entries[i].holders[place],
						memory_order_relaxed) != 0;
		}
	}
	return held;
}
