/*
 * 1,024 entries, found by a second array of names, which is short enough to be looked through:
 *
 *     names    [ name 0 | name 1 | ... ]        from the place that the hash says, round
 *     entries  [ owner, version, end, ... ]     of the same index
 *
 * What an entry says, in the words of its state:
 *
 *     FREE       nothing. So is HELD, UNBOUND or ABANDONED past its end
 *     ASKING     the owner asks the server for this version, for all of its host
 *     HELD       the owner holds it, as long as it lives
 *     UNBOUND    held, whatever process lives: of a lock of the host only
 *     ABANDONED  the server may have this version, and no process wants it
 *
 * One robust mutex guards all changes. It is held for a microsecond or two: no change takes another
 * system call than to wake a waiter. Every order of stores is such that what a killed process
 * leaves behind is an entry of a dead owner, or a free one: that is never a second holder, and
 * there is nothing to repair.
 *
 * Ordering: event is raised after what it tells of, and read under the mutex before the state is.
 * So a waiter that sleeps on an older event is woken, or does not fall asleep. Waiters look at the
 * owner, too, each time they wake: a dead process raises nothing.
 */
#include "host/table/lock_table.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "os/clock.h"
#include "os/futex.h"
#include "os/mutex.h"

enum {
	MUTEX_MAX_WAIT = 100000, /* usec; a process may be stopped while it holds the mutex */
	LOOK_INTERVAL = 20000,   /* usec */
	SILENCE = 250            /* msec without a question, after which a turn is another's to take */
};

typedef enum { FREE, ASKING, HELD, UNBOUND, ABANDONED } state;

/* Written under the mutex, read without it by waiters. */
typedef struct {
	alignas(64) _Atomic uint64_t owner;
	_Atomic uint64_t version;
	_Atomic uint64_t former;     /* of a dead process, removed at the server before ASKING began */
	_Atomic uint64_t end;        /* boot clock */
	_Atomic uint64_t asks_until; /* ASKING: a question may be under way until then */
	_Atomic uint32_t state;
	_Atomic uint32_t event;
} entry;

typedef struct {
	alignas(64) strata_mutex mutex;
	_Atomic uint64_t raised; /* the last number of strata_lock_table_raise() */
	alignas(64) _Atomic uint64_t names[STRATA_LOCK_TABLE_SIZE]; /* 0: never used */
	entry entries[STRATA_LOCK_TABLE_SIZE];
} shared_table;

struct strata_lock_table {
	strata_process_slots *slots;
	shared_table *shared;
	bool is_shared;
};

strata_result strata_lock_table_new(strata_host *host, strata_process_slots *slots,
	strata_lock_table **out)
{
	strata_lock_table *table = calloc(1, sizeof(*table));
	strata_result result = STRATA_NO_MEMORY;

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	table->slots = slots;
	table->is_shared = strata_host_is_shared(host);
	table->shared = strata_host_alloc(host, sizeof(shared_table));
	if (table->shared != NULL) {
		result = strata_host_init_lock(host, &table->shared->mutex);
	}
	if (result != STRATA_OK) {
		free(table);
		return result;
	}
	*out = table;
	return STRATA_OK;
}

void strata_lock_table_free(strata_lock_table *table)
{
	free(table);
}

bool strata_lock_table_is_shared(const strata_lock_table *table)
{
	return table->is_shared;
}

/* ---- the mutex ---- */

static bool lock(strata_lock_table *table)
{
	strata_mutex_outcome outcome = strata_mutex_lock(&table->shared->mutex, MUTEX_MAX_WAIT);

	if (outcome == STRATA_MUTEX_INHERITED) {
		strata_mutex_repaired(&table->shared->mutex);
	}
	return outcome != STRATA_MUTEX_BUSY;
}

static void unlock(strata_lock_table *table)
{
	strata_mutex_unlock(&table->shared->mutex);
}

/* ---- entries ---- */

static bool is_over(const entry *looked_at, strata_msec now)
{
	return atomic_load(&looked_at->end) <= now;
}

static bool lives(const strata_lock_table *table, const entry *looked_at)
{
	return strata_process_slots_is_alive(table->slots, atomic_load(&looked_at->owner));
}

/* Does the entry say nothing, without a look at the owner? */
static bool is_free(const entry *looked_at, strata_msec now)
{
	switch ((state) atomic_load(&looked_at->state)) {
		case FREE: return true;
		case ASKING: return false;
		case HELD:
		case UNBOUND:
		case ABANDONED: return is_over(looked_at, now);
	}
	return true;
}

static uint32_t home_of(uint64_t name)
{
	return (uint32_t) (name >> 32) % STRATA_LOCK_TABLE_SIZE;
}

static entry *find_locked(const strata_lock_table *table, uint64_t name)
{
	shared_table *shared = table->shared;
	uint32_t home = home_of(name);

	for (uint32_t i = 0; i < STRATA_LOCK_TABLE_SIZE; i++) {
		uint32_t index = (home + i) % STRATA_LOCK_TABLE_SIZE;

		if (atomic_load_explicit(&shared->names[index], memory_order_relaxed) == name) {
			return &shared->entries[index];
		}
	}
	return NULL;
}

static bool is_of_dead(const strata_lock_table *table, const entry *looked_at)
{
	state said = (state) atomic_load(&looked_at->state);

	return (said == HELD || said == ASKING) && !lives(table, looked_at);
}

static uint32_t find_free_locked(const strata_lock_table *table, uint32_t home)
{
	strata_msec now = strata_clock_boot_msec();

	for (uint32_t i = 0; i < STRATA_LOCK_TABLE_SIZE; i++) {
		uint32_t index = (home + i) % STRATA_LOCK_TABLE_SIZE;

		if (is_free(&table->shared->entries[index], now)) {
			return index;
		}
	}
	return STRATA_LOCK_TABLE_SIZE;
}

static uint32_t find_dead_locked(const strata_lock_table *table)
{
	uint32_t index = 0;

	while (index < STRATA_LOCK_TABLE_SIZE && !is_of_dead(table, &table->shared->entries[index])) {
		index++;
	}
	return index;
}

/* Where none is free, the one of a dead process: what it may hold at a server ends by its time. */
static entry *make_locked(strata_lock_table *table, uint64_t name)
{
	uint32_t index = find_free_locked(table, home_of(name));
	entry *made;

	if (index == STRATA_LOCK_TABLE_SIZE) {
		index = find_dead_locked(table);
	}
	if (index == STRATA_LOCK_TABLE_SIZE) {
		return NULL;
	}
	made = &table->shared->entries[index];
	atomic_store(&made->state, FREE);
	atomic_store(&made->version, 0);
	atomic_store(&made->former, 0);
	atomic_store(&table->shared->names[index], name);
	return made;
}

static void tell(entry *changed)
{
	atomic_fetch_add(&changed->event, 1);
}

static void occupy_locked(entry *taken, state state, strata_process_owner owner, uint64_t version)
{
	/* An owner that is dead by then makes everything else of no matter. */
	atomic_store(&taken->owner, owner);
	atomic_store(&taken->version, version);
	atomic_store(&taken->state, state);
}

static void free_locked(entry *freed)
{
	atomic_store(&freed->state, FREE);
	atomic_store(&freed->version, 0);
	atomic_store(&freed->former, 0);
	atomic_store(&freed->owner, 0);
	tell(freed);
}

/* ---- entering ---- */

static bool has_version(const entry *looked_at, const strata_lock_place *place)
{
	return atomic_load(&looked_at->version) == place->version;
}

static strata_lock_entry_state enter_of_host_locked(strata_lock_table *table, entry *found,
	strata_lock_place *place, strata_process_owner mine, strata_msec until)
{
	bool is_vacant = is_free(found, strata_clock_boot_msec());
	bool was_left = !is_vacant && is_of_dead(table, found);

	if (!is_vacant && !was_left && !has_version(found, place)) {
		return STRATA_LOCK_HELD;
	}
	place->is_of_dead = was_left;
	atomic_store(&found->end, until);
	occupy_locked(found, HELD, mine, place->version);
	return STRATA_LOCK_TAKEN;
}

/*
 * Not while a question may be under way: the caller that has the turn then would not know what that
 * leaves at the server, and could not be told.
 */
static bool is_silent(const entry *asked, strata_msec now)
{
	return now >= atomic_load(&asked->asks_until) + SILENCE;
}

/* Does another caller of this host hold the lock of the fleet, or ask for it? */
static bool is_busy(const strata_lock_table *table, const entry *found,
	const strata_lock_place *place, strata_process_owner mine, strata_msec now)
{
	switch ((state) atomic_load(&found->state)) {
		case FREE:
		case UNBOUND:
		case ABANDONED: return false;
		case ASKING:
			return atomic_load(&found->owner) != mine && lives(table, found) &&
				   !is_silent(found, now);
		case HELD: return !has_version(found, place) && !is_over(found, now) && lives(table, found);
	}
	return false;
}

/*
 * What a dead process, or one without an answer, may have left at the server. A caller that is only
 * slow may have the lock by now: what it asks for must not be removed.
 */
static void inherit_locked(const strata_lock_table *table, entry *found, strata_lock_place *place,
	strata_msec now)
{
	state before = (state) atomic_load(&found->state);
	bool is_dead = (before == HELD || before == ASKING) && !lives(table, found);
	bool is_left = is_dead || before == ABANDONED;

	if (is_over(found, now) || !(is_left || before == ASKING)) {
		atomic_store(&found->version, 0);
		atomic_store(&found->former, 0);
		return;
	}
	if (!is_left || has_version(found, place)) {
		atomic_store(&found->version, 0);
	}
	place->formers[0] = atomic_load(&found->version);
	place->formers[1] = atomic_load(&found->former);
	place->is_of_dead = is_dead;
}

static strata_lock_entry_state enter_of_fleet_locked(strata_lock_table *table, entry *found,
	strata_lock_place *place, strata_process_owner mine)
{
	strata_msec now = strata_clock_boot_msec();

	if (is_busy(table, found, place, mine, now)) {
		return STRATA_LOCK_HELD;
	}
	inherit_locked(table, found, place, now);
	atomic_store(&found->asks_until, now + place->question_time);
	/* The version is still that of the former one: should this process die, it is not forgotten. */
	occupy_locked(found, ASKING, mine, atomic_load(&found->version));
	return STRATA_LOCK_TURN;
}

static strata_lock_entry_state enter_locked(strata_lock_table *table, strata_lock_place *place,
	strata_lock_scope scope, strata_process_owner mine, strata_msec until)
{
	entry *found = find_locked(table, place->name);

	if (found == NULL) {
		found = make_locked(table, place->name);
	}
	if (found == NULL) {
		return STRATA_LOCK_FULL;
	}
	place->entry = (uint32_t) (found - table->shared->entries);
	/* Before the state is looked at: a change after that raises it again. */
	place->seen = atomic_load(&found->event);
	switch (scope) {
		case STRATA_LOCK_OF_HOST: return enter_of_host_locked(table, found, place, mine, until);
		case STRATA_LOCK_OF_FLEET: break;
	}
	return enter_of_fleet_locked(table, found, place, mine);
}

strata_lock_entry_state strata_lock_table_enter(strata_lock_table *table, strata_lock_place *place,
	strata_lock_scope scope, strata_msec until)
{
	strata_process_owner mine = strata_process_slots_mine(table->slots);
	strata_lock_entry_state state;

	*place = (strata_lock_place){ .name = place->name,
		.version = place->version,
		.question_time = place->question_time,
		.entry = STRATA_LOCK_TABLE_SIZE };
	if (mine == 0) {
		return STRATA_LOCK_ALONE;
	}
	if (!lock(table)) {
		return STRATA_LOCK_HELD;
	}
	state = enter_locked(table, place, scope, mine, until);
	unlock(table);
	return state;
}

/* ---- asking ---- */

static bool is_asked_by(const entry *found, strata_process_owner owner)
{
	return atomic_load(&found->state) == ASKING && atomic_load(&found->owner) == owner;
}

static bool ask_locked(strata_lock_table *table, const strata_lock_place *place, strata_msec until)
{
	entry *found = find_locked(table, place->name);

	if (found == NULL || !is_asked_by(found, strata_process_slots_mine(table->slots))) {
		return false;
	}
	atomic_store(&found->asks_until, strata_clock_boot_msec() + place->question_time);
	atomic_store(&found->end, until);
	if (!has_version(found, place)) {
		atomic_store(&found->former, place->formers[0]);
		atomic_store(&found->version, place->version);
	}
	return true;
}

bool strata_lock_table_ask(strata_lock_table *table, const strata_lock_place *place,
	strata_msec until)
{
	bool is_ours = false;

	if (lock(table)) {
		is_ours = ask_locked(table, place, until);
		unlock(table);
	}
	return is_ours;
}

/* What stands there is as true where it is held by a living process, and newer. */
static void hold_locked(strata_lock_table *table, const strata_lock_place *place, strata_msec until)
{
	strata_process_owner mine = strata_process_slots_mine(table->slots);
	strata_msec now = strata_clock_boot_msec();
	entry *found = find_locked(table, place->name);

	if (found == NULL) {
		found = make_locked(table, place->name);
	}
	if (found == NULL || until <= now ||
		(atomic_load(&found->state) == HELD && is_busy(table, found, place, mine, now))) {
		return;
	}
	atomic_store(&found->end, until);
	atomic_store(&found->former, 0);
	occupy_locked(found, HELD, mine, place->version);
	tell(found);
}

void strata_lock_table_hold(strata_lock_table *table, const strata_lock_place *place,
	strata_msec until)
{
	if (lock(table)) {
		hold_locked(table, place, until);
		unlock(table);
	}
}

/* What is still to be removed at the server stays for the next caller. */
static void leave_locked(entry *found)
{
	if (atomic_load(&found->version) == 0) {
		free_locked(found);
	} else {
		atomic_store(&found->state, ABANDONED);
		tell(found);
	}
}

/* Some waiter goes on in the place of the caller. */
static void wake_one(strata_lock_table *table, uint32_t index)
{
	if (index < STRATA_LOCK_TABLE_SIZE) {
		strata_futex_wake_one(&table->shared->entries[index].event);
	}
}

void strata_lock_table_leave(strata_lock_table *table, const strata_lock_place *place)
{
	strata_process_owner mine = strata_process_slots_mine(table->slots);
	uint32_t index = STRATA_LOCK_TABLE_SIZE;
	entry *found;

	if (!lock(table)) {
		return;
	}
	found = find_locked(table, place->name);
	if (found != NULL && is_asked_by(found, mine)) {
		if (has_version(found, place)) {
			atomic_store(&found->version, 0);
		}
		leave_locked(found);
		index = (uint32_t) (found - table->shared->entries);
	}
	unlock(table);
	wake_one(table, index);
}

void strata_lock_table_leave_all(strata_lock_table *table)
{
	strata_process_owner mine = strata_process_slots_mine(table->slots);

	if (mine == 0 || !lock(table)) {
		return;
	}
	for (uint32_t i = 0; i < STRATA_LOCK_TABLE_SIZE; i++) {
		entry *found = &table->shared->entries[i];

		if (is_asked_by(found, mine)) {
			leave_locked(found);
			strata_futex_wake(&found->event);
		}
	}
	unlock(table);
}

static bool abandon_locked(strata_lock_table *table, const strata_lock_place *place,
	strata_msec until, entry **abandoned)
{
	entry *found = find_locked(table, place->name);
	strata_process_owner mine = strata_process_slots_mine(table->slots);
	bool is_ours;

	*abandoned = found;
	if (found == NULL) {
		return false;
	}
	is_ours = is_asked_by(found, mine) ||
			  (atomic_load(&found->state) == HELD && has_version(found, place));
	if (is_ours) {
		atomic_store(&found->end, until);
		occupy_locked(found, ABANDONED, 0, place->version);
		tell(found);
	}
	return is_ours;
}

void strata_lock_table_abandon(strata_lock_table *table, const strata_lock_place *place,
	strata_msec until)
{
	entry *abandoned;

	if (!lock(table)) {
		return;
	}
	if (abandon_locked(table, place, until, &abandoned)) {
		strata_futex_wake_one(&abandoned->event);
	}
	unlock(table);
}

/* ---- waiting ---- */

/* Is there reason to enter again? */
static bool has_news(const strata_lock_table *table, entry *watched, const strata_lock_place *place)
{
	uint32_t index = (uint32_t) (watched - table->shared->entries);
	strata_msec now = strata_clock_boot_msec();

	if (atomic_load(&watched->event) != place->seen ||
		atomic_load(&table->shared->names[index]) != place->name || is_free(watched, now)) {
		return true;
	}
	switch ((state) atomic_load(&watched->state)) {
		case FREE:
		case ABANDONED: return true;
		case UNBOUND: return false;
		case ASKING: return !lives(table, watched) || is_silent(watched, now);
		case HELD: return !lives(table, watched);
	}
	return true;
}

/* The caller that asks is only told that another process released the lock. */
static bool is_told(const entry *watched, const strata_lock_place *place)
{
	return atomic_load(&watched->event) != place->seen;
}

bool strata_lock_table_sleep(strata_lock_table *table, strata_lock_place *place,
	strata_usec max_wait)
{
	bool is_known = place->entry < STRATA_LOCK_TABLE_SIZE;
	entry *watched = is_known ? &table->shared->entries[place->entry] : NULL;
	_Atomic uint32_t never = 0;
	bool is_ours, is_news;

	max_wait = max_wait < LOOK_INTERVAL ? max_wait : LOOK_INTERVAL;
	if (watched == NULL) {
		/* The mutex was not to be had: its holder is stopped, and tells of nothing. */
		strata_futex_wait(&never, 0, max_wait);
		return true;
	}
	is_ours = is_asked_by(watched, strata_process_slots_mine(table->slots));
	is_news = is_ours ? is_told(watched, place) : has_news(table, watched, place);
	if (!is_news) {
		strata_futex_wait(&watched->event, place->seen, max_wait);
		is_news = is_ours ? is_told(watched, place) : has_news(table, watched, place);
	}
	place->seen = atomic_load(&watched->event);
	return is_news;
}

/* ---- holding ---- */

/* The entry that is held under the caller's version, or NULL. */
static entry *held_locked(const strata_lock_table *table, const strata_lock_place *place)
{
	entry *found = find_locked(table, place->name);

	if (found == NULL || !has_version(found, place) || is_over(found, strata_clock_boot_msec())) {
		return NULL;
	}
	switch ((state) atomic_load(&found->state)) {
		case HELD:
		case UNBOUND: return found;
		case FREE:
		case ASKING:
		case ABANDONED: break;
	}
	return NULL;
}

bool strata_lock_table_has(strata_lock_table *table, const strata_lock_place *place)
{
	bool is_held = false;

	if (lock(table)) {
		is_held = held_locked(table, place) != NULL;
		unlock(table);
	}
	return is_held;
}

bool strata_lock_table_extend(strata_lock_table *table, const strata_lock_place *place,
	strata_msec until)
{
	entry *held = NULL;

	if (lock(table)) {
		held = held_locked(table, place);
		if (held != NULL) {
			atomic_store(&held->end, until);
		}
		unlock(table);
	}
	return held != NULL;
}

/*
 * Of what is held by none of this host's processes only the one that asks a server hears; but which
 * of those that sleep that is, the kernel does not know.
 */
static bool release_locked(strata_lock_table *table, const strata_lock_place *place)
{
	entry *held = held_locked(table, place);
	entry *known = held != NULL ? held : find_locked(table, place->name);

	if (held != NULL) {
		free_locked(held);
		strata_futex_wake_one(&held->event);
	} else if (known != NULL && atomic_load(&known->state) == ASKING) {
		tell(known);
		strata_futex_wake(&known->event);
	}
	return held != NULL;
}

bool strata_lock_table_release(strata_lock_table *table, const strata_lock_place *place)
{
	bool was_held = false;

	if (lock(table)) {
		was_held = release_locked(table, place);
		unlock(table);
	}
	return was_held;
}

static bool is_held_of_host(const entry *found)
{
	switch ((state) atomic_load(&found->state)) {
		case HELD:
		case UNBOUND: return true;
		case FREE:
		case ASKING:
		case ABANDONED: break;
	}
	return false;
}

void strata_lock_table_revoke(strata_lock_table *table, const strata_lock_place *place)
{
	entry *found;

	if (!lock(table)) {
		return;
	}
	found = find_locked(table, place->name);
	if (found != NULL && is_held_of_host(found)) {
		free_locked(found);
		strata_futex_wake_one(&found->event);
	}
	unlock(table);
}

void strata_lock_table_unbind(strata_lock_table *table, const strata_lock_place *place,
	strata_lock_scope scope)
{
	entry *held;

	if (!lock(table)) {
		return;
	}
	held = held_locked(table, place);
	if (held != NULL && scope == STRATA_LOCK_OF_HOST) {
		atomic_store(&held->state, UNBOUND);
	} else if (held != NULL) {
		free_locked(held);
		strata_futex_wake_one(&held->event);
	}
	unlock(table);
}

uint64_t strata_lock_table_raise(strata_lock_table *table, strata_usec now)
{
	uint64_t last = atomic_load(&table->shared->raised);
	uint64_t next;

	do {
		next = last < now ? now : last + 1;
	} while (!atomic_compare_exchange_weak(&table->shared->raised, &last, next));
	return next;
}

uint32_t strata_lock_table_used(const strata_lock_table *table)
{
	strata_msec now = strata_clock_boot_msec();
	uint32_t used = 0;

	for (uint32_t i = 0; i < STRATA_LOCK_TABLE_SIZE; i++) {
		used += !is_free(&table->shared->entries[i], now);
	}
	return used;
}
