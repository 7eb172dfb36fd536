/*
 * 4096 entries in buckets of 8. An entry belongs to a key as long as a place in it is held:
 *
 *     bucket of the key     +-----+-----------+--------+-------+--------+-------------------+
 *     entries 0..7      ->  | key | first | 2 beside   | event | values | what is remembered |
 *                           +-----+-----------+--------+-------+--------+-------------------+
 *
 * A holder is an owner number of process_slot, so a place whose holder died is known to be free
 * without any clock. An entry without holders keeps what it knows of its key until another key of
 * its bucket needs an entry: the one that was used longest ago is taken.
 *
 * The locks guard one thing, the choice of entries and places in take(). Giving a place back takes
 * no lock. A place with the number of a living owner is changed by that owner alone, unless its
 * process is stopped. The number of a dead or stopped holder is exchanged for 0 by the process that
 * notices. So a release cannot be lost, even if a process is stopped inside take().
 *
 * Ordering: event is raised before a place becomes free and again after it. A process that
 * sleeps on a value read before it saw the places taken is therefore woken, or finds another value.
 * That holds even if the process that gives the place back is killed between the steps. values is
 * raised before event: a process that is woken by the one sees the other.
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
	PLACE_COUNT = 3,      /* the first, and two beside it */
	LOCK_MAX_WAIT = 2000, /* usec */
	LOOK_INTERVAL = 20000 /* usec */
};

typedef struct {
	alignas(64) _Atomic uint64_t key; /* written under the bucket's lock, while no place is held */
	_Atomic uint64_t holders[PLACE_COUNT]; /* owners; 0: free; set under the lock, freed without */
	_Atomic uint64_t fence;                /* see strata_lease_fact */
	_Atomic uint32_t used_at; /* low half of the time in msec when it was last asked for */
	_Atomic uint32_t event;   /* raised around every place that becomes free */
	_Atomic uint32_t values;  /* raised with every value that is stored */
	_Atomic uint32_t cost;    /* msec */
	_Atomic uint32_t failures;
	_Atomic uint32_t rest; /* low half of the time in msec; 0: none */
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
		result = strata_host_init_lock(host, &leases->table->locks[i].mutex);
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
	for (int place = 0; place < PLACE_COUNT; place++) {
		if (atomic_load(&held->holders[place]) == owner) {
			return true;
		}
	}
	return false;
}

static bool is_free(entry *candidate)
{
	for (int place = 0; place < PLACE_COUNT; place++) {
		if (atomic_load(&candidate->holders[place]) != 0) {
			return false;
		}
	}
	return true;
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
		if (atomic_load(&bucket[i].key) == key && atomic_load(&bucket[i].used_at) != 0) {
			return &bucket[i];
		}
	}
	return NULL;
}

/* The free one that was used longest ago; places of the dead are freed where there is none. */
static entry *find_free_locked(strata_leases *leases, entry *bucket, uint32_t now)
{
	entry *found = NULL;

	for (int i = 0; i < BUCKET_SIZE; i++) {
		entry *candidate = &bucket[i];

		if (is_free(candidate) && (found == NULL || now - atomic_load(&candidate->used_at) >
														now - atomic_load(&found->used_at))) {
			found = candidate;
		}
	}
	for (int i = 0; i < BUCKET_SIZE && found == NULL; i++) {
		if (count_living(leases, &bucket[i]) == 0) {
			found = &bucket[i];
		}
	}
	return found;
}

/* What was remembered was about another key. Its sleepers see by the key that it is not theirs. */
static void assign_locked(entry *found, uint64_t key)
{
	atomic_store(&found->key, key);
	atomic_store(&found->fence, 0);
	atomic_store(&found->cost, 0);
	atomic_store(&found->failures, 0);
	atomic_store(&found->rest, 0);
}

static bool occupy_locked(entry *taken, strata_lease_place place, strata_process_owner owner)
{
	int first = place == STRATA_LEASE_FIRST ? 0 : 1;
	int end = place == STRATA_LEASE_FIRST ? 1 : PLACE_COUNT;

	for (int i = first; i < end; i++) {
		if (atomic_load(&taken->holders[i]) == 0) {
			atomic_store(&taken->holders[i], owner);
			return true;
		}
	}
	return false;
}

/* Fills all of *lease but the key. */
static strata_lease_state take_locked(strata_leases *leases, strata_lease_place place,
	strata_process_owner mine, strata_lease *lease)
{
	entry *bucket = &leases->table->entries[bucket_of(lease->key) * BUCKET_SIZE];
	entry *found = find_key_locked(bucket, lease->key);
	uint32_t now = (uint32_t) strata_clock_msec() | 1; /* 0 says that it was never used */

	if (found == NULL) {
		found = find_free_locked(leases, bucket, now);
		if (found == NULL) {
			return STRATA_LEASE_NONE;
		}
		assign_locked(found, lease->key);
	}
	atomic_store(&found->used_at, now);
	lease->entry = (uint32_t) (found - leases->table->entries);
	/* Before the places are looked at: one that becomes free later changes the event again. */
	lease->seen = atomic_load(&found->event);
	lease->values = atomic_load(&found->values);
	if (is_held_by(found, mine)) {
		return STRATA_LEASE_OURS;
	}
	(void) count_living(leases, found);
	if (!occupy_locked(found, place, mine)) {
		return STRATA_LEASE_HELD;
	}
	lease->owner = mine;
	/* That a dead holder's place was freed is no news to the next one. */
	lease->seen = atomic_load(&found->event);
	return STRATA_LEASE_TAKEN;
}

strata_lease_state strata_lease_take(strata_leases *leases, uint64_t key, strata_lease_place place,
	strata_lease *lease)
{
	strata_process_owner mine = strata_process_slots_mine(leases->slots);
	uint32_t bucket = bucket_of(key);
	strata_lease_state state;

	*lease = (strata_lease){ .key = key, .entry = ENTRY_COUNT };
	if (mine == 0 || !lock_bucket(leases, bucket)) {
		return STRATA_LEASE_NONE;
	}
	state = take_locked(leases, place, mine, lease);
	unlock_bucket(leases, bucket);
	return state;
}

/* NULL where it has become another key's, or where there never was one. */
static entry *entry_of(const strata_leases *leases, const strata_lease *lease)
{
	entry *found = &leases->table->entries[lease->entry % ENTRY_COUNT];

	return lease->entry < ENTRY_COUNT && atomic_load(&found->key) == lease->key ? found : NULL;
}

/* ---- waiting ---- */

static strata_lease_news news_of(entry *watched, const strata_lease *lease)
{
	bool is_news = atomic_load(&watched->event) != lease->seen;

	if (atomic_load(&watched->key) != lease->key ||
		atomic_load(&watched->values) != lease->values) {
		return STRATA_LEASE_VALUE;
	}
	return is_news ? STRATA_LEASE_NEWS : STRATA_LEASE_QUIET;
}

/*
 * Does no process hold the first place that could ever give it back? One that was stopped may go on
 * some day, and finds then that its place is another's: its fence says whether it may still store.
 */
static bool is_abandoned(strata_leases *leases, entry *watched)
{
	strata_process_owner owner = atomic_load(&watched->holders[0]);

	if (count_living(leases, watched) == 0 || atomic_load(&watched->holders[0]) == 0) {
		return true;
	}
	return strata_process_slots_is_stopped(leases->slots, owner) && clear_place(watched, 0, owner);
}

/* Without a lease no process says anything. */
static void sleep_alone(strata_usec max_wait)
{
	_Atomic uint32_t never = 0;

	strata_futex_wait(&never, 0, max_wait < LOOK_INTERVAL ? max_wait : LOOK_INTERVAL);
}

strata_lease_news strata_lease_sleep(strata_leases *leases, strata_lease *lease,
	strata_usec max_wait)
{
	entry *watched = entry_of(leases, lease);
	bool is_ours = lease->owner != 0;
	strata_lease_news news;

	if (lease->entry == ENTRY_COUNT) {
		sleep_alone(max_wait);
		return STRATA_LEASE_QUIET;
	}
	if (watched == NULL) {
		return STRATA_LEASE_VALUE;
	}
	if (!is_ours && is_abandoned(leases, watched)) {
		return STRATA_LEASE_NEWS;
	}
	news = news_of(watched, lease);
	if (news == STRATA_LEASE_QUIET) {
		strata_futex_wait(&watched->event, lease->seen,
			max_wait < LOOK_INTERVAL ? max_wait : LOOK_INTERVAL);
		news = news_of(watched, lease);
	}
	if (is_ours) {
		/* A holder goes on sleeping: what was told once is no news the next time. */
		lease->seen = atomic_load(&watched->event);
		lease->values = atomic_load(&watched->values);
	}
	return news;
}

void strata_lease_announce(strata_leases *leases, const strata_lease *lease)
{
	entry *told = entry_of(leases, lease);

	if (told != NULL) {
		atomic_fetch_add(&told->values, 1);
		atomic_fetch_add(&told->event, 1);
		strata_futex_wake(&told->event);
	}
}

/* ---- giving back ---- */

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
	entry *held = entry_of(leases, lease);

	/* A forked child has a copy of its parent's lease, but is another process. */
	if (held != NULL && lease->owner != 0 &&
		lease->owner == strata_process_slots_mine(leases->slots)) {
		release_places(held, lease->owner);
	}
}

void strata_lease_release_mine(strata_leases *leases)
{
	strata_process_owner mine = strata_process_slots_mine(leases->slots);

	for (uint32_t i = 0; mine != 0 && i < ENTRY_COUNT; i++) {
		release_places(&leases->table->entries[i], mine);
	}
}

/* ---- what is remembered ---- */

/* The moment nearest to now whose low half this is; 0 where it is over. */
static strata_msec rest_of(uint32_t low)
{
	strata_msec now = strata_clock_msec();
	uint32_t ahead = low - (uint32_t) now;

	return low == 0 || ahead == 0 || ahead > INT32_MAX ? 0 : now + ahead;
}

uint64_t strata_lease_recall(strata_leases *leases, const strata_lease *lease,
	strata_lease_fact fact)
{
	entry *known = entry_of(leases, lease);

	if (known == NULL) {
		return 0;
	}
	switch (fact) {
		case STRATA_LEASE_FENCE: return atomic_load(&known->fence);
		case STRATA_LEASE_COST: return atomic_load(&known->cost);
		case STRATA_LEASE_FAILURES: return atomic_load(&known->failures);
		case STRATA_LEASE_REST: return rest_of(atomic_load(&known->rest));
	}
	return 0;
}

void strata_lease_note(strata_leases *leases, const strata_lease *lease, strata_lease_fact fact,
	uint64_t number)
{
	entry *known = entry_of(leases, lease);
	uint32_t most = number < UINT32_MAX ? (uint32_t) number : UINT32_MAX;

	if (known == NULL) {
		return;
	}
	switch (fact) {
		case STRATA_LEASE_FENCE: atomic_store(&known->fence, number); break;
		case STRATA_LEASE_COST: atomic_store(&known->cost, most); break;
		case STRATA_LEASE_FAILURES: atomic_store(&known->failures, most); break;
		case STRATA_LEASE_REST: atomic_store(&known->rest, (uint32_t) number); break;
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
