/*
 * One caller of each host asks the server, for all of its host; the others sleep until it is their
 * turn (host/table/lock_table.h). One that gets the lock ends the turn with that: while a living
 * process of the host holds it, no process of that host has anything to ask.
 *
 *     try: enter ── held here, or another caller asks ──▶ WAITS, asleep
 *       │ the turn
 *     what the dead left behind is removed
 *       │
 *     add ── stored ──▶ GOT
 *       │ something is there
 *     look ── ours by its version ──▶ compare: taken up ──▶ GOT
 *       ├ nothing ──▶ add
 *       ├ what the dead left, late ──▶ removed, add
 *       └ another holder's ──▶ WAITS: looks again after 5 to 50 ms
 *
 * Time counts from the moment before a question is sent, by a clock that no process sets. The
 * server's time begins later. So of a lock that is lost by its time, its holder knows first.
 *
 * An add without an answer may have been done, or may still be. It is taken back at once. What that
 * cannot be said of, the host remembers as it does what dead processes left.
 */
#include "cache/lock/lock.h"

#include <string.h>

#include "base/hash.h"
#include "os/clock.h"
#include "os/process.h"

enum {
	FIRST_PAUSE = 5000,    /* usec */
	LONGEST_PAUSE = 50000, /* usec */
	LATE = 1000            /* msec: what a server may still do after the end of a question */
};

/* Numbers under which a hash is of one kind only. */
static const uint64_t seed_of_token = 0x6C6F636B746F6B65;
static const uint64_t seed_of_fence = 0x6C6F636B66656E63;

strata_view strata_lock_key(strata_arena *arena, strata_view name)
{
	static const char before[] = "lock:";
	size_t size = sizeof(before) - 1 + name.size;
	char *key = strata_arena_alloc(arena, size);

	if (key == NULL) {
		return (strata_view){ NULL, 0 };
	}
	memcpy(key, before, sizeof(before) - 1);
	memcpy(key + sizeof(before) - 1, name.data, name.size);
	return (strata_view){ key, size };
}

/* ---- one question ---- */

static const strata_lock_kind *kind_of(const strata_lock *lock);

void strata_lock_prepare(const strata_database *database, strata_call *call, strata_lock *lock)
{
	call->generation = kind_of(lock)->generation;
	lock->scope = strata_database_is_shared(database) ? STRATA_LOCK_OF_FLEET : STRATA_LOCK_OF_HOST;
	/* The question, and taking it back. */
	lock->place.question_time = 2 * strata_msec_of(database->settings.operation_timeout);
	lock->place.name = strata_hash_of(lock->key, database->keyspace.local_id) | 1;
	if (lock->token.data != NULL) {
		lock->place.version = strata_hash_of(lock->token, seed_of_token) | 1;
	}
}

static void count(strata_database *database, strata_counter counter)
{
	const strata_tier *deepest = strata_database_deepest(database);

	if (deepest != NULL) {
		strata_stats_add(deepest->stats, counter, 1);
	}
}

static strata_item item_of(const strata_lock *lock, strata_msec ttl)
{
	strata_msec now = strata_clock_wall_msec();

	return (strata_item){ .key = lock->key,
		.value = { .codec = STRATA_CODEC_STRING, .bytes = lock->token },
		.created_at = now,
		.expires_at = now + ttl,
		.version = lock->place.version };
}

/* Of this version, if it is there. */
static strata_result remove_version(strata_database *database, strata_call *call,
	const strata_lock *lock, uint64_t version)
{
	strata_tier *deepest = strata_database_deepest(database);
	const strata_cas_token seen = { .version = version };
	strata_item item = item_of(lock, lock->ttl);

	deepest->ops->compare_and_remove(deepest, call, &item, &seen);
	strata_stats_add_reason(deepest->stats, item.result);
	return item.result;
}

/* Gives what is there under the lock's version another end. */
static void compare(strata_database *database, strata_call *call, const strata_lock *lock,
	strata_msec ttl, strata_item *item)
{
	strata_tier *deepest = strata_database_deepest(database);
	const strata_cas_token seen = { .version = lock->place.version };

	*item = item_of(lock, ttl);
	deepest->ops->compare(deepest, call, item, &seen);
	strata_stats_add_reason(deepest->stats, item->result);
}

/* ---- taking ---- */

/* What may have taken all the time of the call has a little of it back. */
static void lend_time(strata_call *call)
{
	call->waited = call->waited > STRATA_BUDGET_RESERVE ? call->waited - STRATA_BUDGET_RESERVE : 0;
}

/* The reason of the failure before this is what the caller is told. */
void strata_lock_take_back(strata_database *database, strata_call *call, strata_lock *lock,
	strata_msec until)
{
	char error[sizeof(call->error)];
	bool is_urgent = call->is_urgent;

	memcpy(error, call->error, sizeof(error));
	lend_time(call);
	call->is_urgent = true;
	if (kind_of(lock)->remove(database, call, lock, lock->place.version) == STRATA_OK) {
		strata_lock_table_leave(database->locks, &lock->place);
		strata_lock_note_released(database->locks, lock);
	} else {
		strata_lock_table_abandon(database->locks, &lock->place, until + LATE);
	}
	call->is_urgent = is_urgent;
	memcpy(call->error, error, sizeof(error));
}

static void add(strata_database *database, strata_call *call, strata_lock *lock, strata_item *item)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_msec sent_at = strata_clock_boot_msec();
	strata_item *const one[] = { item };

	*item = item_of(lock, lock->ttl);
	deepest->ops->put(deepest, call, one, 1, STRATA_PUT_ADD);
	strata_stats_add_reason(deepest->stats, item->result);
	if (item->result == STRATA_OK) {
		lock->held_until = sent_at + lock->ttl;
	} else if (strata_result_class_of(item->result) == STRATA_FAILURE) {
		strata_lock_take_back(database, call, lock, sent_at + lock->ttl);
	}
}

static void take_up(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	strata_msec sent_at = strata_clock_boot_msec();

	compare(database, call, lock, lock->ttl, item);
	if (item->result == STRATA_OK) {
		lock->held_until = sent_at + lock->ttl;
	}
}

static bool is_former(const strata_lock *lock, uint64_t version)
{
	for (int i = 0; i < STRATA_LOCK_FORMERS; i++) {
		if (version != 0 && lock->place.formers[i] == version) {
			return true;
		}
	}
	return false;
}

/* A list and the like is no value that Redis could show. */
static bool is_of_another_type(const strata_call *call, const strata_item *seen)
{
	return seen->result == STRATA_SERVER &&
		   strata_view_contains(strata_view_of(call->error), "WRONGTYPE");
}

/* Something is there, or was a moment ago. OK, or NOT_STORED: another holder's, or why not. */
static void take_after_look(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_item seen = { .key = lock->key, .value.codec = STRATA_CODEC_NULL };
	strata_item *const one[] = { &seen };
	bool is_value, may_be_ours;

	deepest->ops->get(deepest, call, one, 1);
	is_value = seen.result == STRATA_OK || seen.result == STRATA_STALE;
	/* A replica may say what was. */
	may_be_ours = seen.version == lock->place.version || (seen.is_from_replica && lock->pause == 0);
	if (seen.result == STRATA_MISS) {
		add(database, call, lock, item);
	} else if (is_value && is_former(lock, seen.version)) {
		(void) remove_version(database, call, lock, seen.version);
		add(database, call, lock, item);
	} else if (is_value && may_be_ours) {
		take_up(database, call, lock, item);
	} else {
		*item = seen;
		item->result = is_value                          ? STRATA_NOT_STORED
					   : is_of_another_type(call, &seen) ? STRATA_FOREIGN
														 : seen.result;
	}
}

/* As above. */
static void add_or_look(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	bool is_first = lock->pause == 0;

	if (is_first && strata_lock_is_held(lock)) {
		take_up(database, call, lock, item);
		if (item->result != STRATA_NOT_STORED) {
			return;
		}
		count(database, STRATA_COUNT_LOCKS_LOST);
	}
	if (is_first) {
		add(database, call, lock, item);
	}
	if (!is_first || item->result == STRATA_NOT_STORED) {
		take_after_look(database, call, lock, item);
	}
}

static strata_lock_state take(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	add_or_look(database, call, lock, item);
	return item->result == STRATA_OK           ? STRATA_LOCK_GOT
		   : item->result == STRATA_NOT_STORED ? STRATA_LOCK_WAITS
											   : STRATA_LOCK_FAILED;
}

static const strata_lock_kind kind_of_scripts = {
	.generation = STRATA_GENERATION_OF_LOCKS,
	.waited = STRATA_COUNT_LOCKS_WAITED,
	.take = take,
	.remove = remove_version,
};

static const strata_lock_kind *kind_of(const strata_lock *lock)
{
	return lock->kind != NULL ? lock->kind : &kind_of_scripts;
}

/* ---- the turn of the host ---- */

static strata_lock_state note_wait(strata_database *database, strata_lock *lock)
{
	if (lock->may_wait && !lock->has_waited) {
		lock->has_waited = true;
		count(database, kind_of(lock)->waited);
	}
	return STRATA_LOCK_WAITS;
}

/* The next question, a little earlier or later by chance. */
static void plan_question(strata_lock *lock)
{
	strata_usec pause = lock->pause == 0 ? FIRST_PAUSE : lock->pause + lock->pause / 2;

	lock->pause = pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
	lock->poll_at =
		strata_clock_usec() + lock->pause - strata_process_random_word() % (lock->pause / 4);
}

/* False with the item's result where that is not known to have been done. */
static bool remove_formers(strata_database *database, strata_call *call, const strata_lock *lock,
	strata_item *item)
{
	for (int i = 0; i < STRATA_LOCK_FORMERS; i++) {
		if (lock->place.formers[i] == 0) {
			continue;
		}
		item->result = kind_of(lock)->remove(database, call, lock, lock->place.formers[i]);
		if (strata_result_class_of(item->result) != STRATA_ANSWER) {
			item->tier = strata_database_deepest(database)->ops->kind;
			return false;
		}
		if (item->result == STRATA_OK && lock->place.is_of_dead) {
			count(database, STRATA_COUNT_LOCKS_FREED);
		}
	}
	return true;
}

/* GOT: the lock of the host, or the turn to ask for one of the fleet. */
static strata_lock_state enter(strata_database *database, strata_lock *lock, strata_msec until)
{
	switch (strata_lock_table_enter(database->locks, &lock->place, lock->scope, until)) {
		case STRATA_LOCK_TAKEN:
		case STRATA_LOCK_TURN: return STRATA_LOCK_GOT;
		case STRATA_LOCK_HELD: return note_wait(database, lock);
		case STRATA_LOCK_FULL: return STRATA_LOCK_NO_ROOM;
		case STRATA_LOCK_ALONE: break;
	}
	return STRATA_LOCK_NO_SLOT;
}

/* GOT: the turn, with nothing of the dead left at the server. */
static strata_lock_state enter_for_fleet(strata_database *database, strata_call *call,
	strata_lock *lock, strata_item *item)
{
	strata_lock_state state = enter(database, lock, 0);

	lock->is_asking = state == STRATA_LOCK_GOT;
	if (lock->is_asking && !remove_formers(database, call, lock, item)) {
		strata_lock_give_up(database->locks, lock);
		return STRATA_LOCK_FAILED;
	}
	return state;
}

static bool may_ask(strata_database *database, const strata_lock *lock)
{
	return lock->is_asking && strata_lock_table_ask(database->locks, &lock->place,
								  strata_clock_boot_msec() + lock->ttl + LATE);
}

static strata_lock_state conclude(strata_database *database, strata_lock *lock,
	strata_lock_state state)
{
	if (state == STRATA_LOCK_WAITS) {
		plan_question(lock);
		return note_wait(database, lock);
	}
	if (strata_lock_is_held(lock)) {
		/* Also where it was to be taken up once more, and stays what it was. */
		strata_lock_table_hold(database->locks, &lock->place, lock->held_until);
	}
	if (state == STRATA_LOCK_GOT && lock->held_until != 0) {
		lock->is_asking = false;
		return STRATA_LOCK_GOT;
	}
	strata_lock_give_up(database->locks, lock);
	return state;
}

static strata_lock_state try_fleet(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	strata_lock_state state = STRATA_LOCK_GOT;

	if (!may_ask(database, lock)) {
		lock->pause = 0;
		state = enter_for_fleet(database, call, lock, item);
	}
	if (state != STRATA_LOCK_GOT) {
		return state;
	}
	if (!may_ask(database, lock)) {
		/* Another caller has taken the turn since. */
		lock->is_asking = false;
		return note_wait(database, lock);
	}
	if (lock->pause > 0) {
		/* The wait as a whole has an end: what it asks meanwhile is no cost of the request. */
		call->budget = NULL;
	}
	return conclude(database, lock, kind_of(lock)->take(database, call, lock, item));
}

static strata_lock_state try_host(strata_database *database, strata_lock *lock, strata_item *item)
{
	strata_msec until = strata_clock_boot_msec() + lock->ttl;
	strata_lock_state state;

	/* Other starts of PHP may hold it in another table. */
	if (!strata_database_may_be_of_host(database)) {
		item->result = STRATA_UNCONFIGURED;
		return STRATA_LOCK_FAILED;
	}
	if (!strata_lock_table_is_shared(database->locks)) {
		return STRATA_LOCK_NO_HOST;
	}
	state = enter(database, lock, until);
	if (state != STRATA_LOCK_GOT) {
		return state;
	}
	if (lock->place.is_of_dead) {
		count(database, STRATA_COUNT_LOCKS_FREED);
	}
	lock->held_until = until;
	return STRATA_LOCK_GOT;
}

strata_lock_state strata_lock_contend(strata_database *database, strata_call *call,
	strata_lock *lock, strata_item *item)
{
	strata_lock_prepare(database, call, lock);
	return lock->scope == STRATA_LOCK_OF_FLEET ? try_fleet(database, call, lock, item)
											   : try_host(database, lock, item);
}

strata_lock_state strata_lock_try(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	strata_lock_state state;

	*item = item_of(lock, lock->ttl);
	item->result = STRATA_NOT_STORED;
	state = strata_lock_contend(database, call, lock, item);
	if (state == STRATA_LOCK_GOT) {
		item->result = STRATA_OK;
		lock->fence = 0;
		count(database, STRATA_COUNT_LOCKS_ACQUIRED);
	}
	return state;
}

bool strata_lock_sleep(strata_lock_table *table, strata_lock *lock, strata_usec max_wait)
{
	strata_usec now = strata_clock_usec();

	if (!lock->is_asking) {
		return strata_lock_table_sleep(table, &lock->place, max_wait);
	}
	if (now >= lock->poll_at) {
		return true;
	}
	max_wait = max_wait < lock->poll_at - now ? max_wait : lock->poll_at - now;
	return strata_lock_table_sleep(table, &lock->place, max_wait) ||
		   strata_clock_usec() >= lock->poll_at;
}

void strata_lock_give_up(strata_lock_table *table, strata_lock *lock)
{
	if (lock->is_asking) {
		strata_lock_table_leave(table, &lock->place);
	}
	lock->is_asking = false;
	lock->pause = 0;
}

/* ---- holding ---- */

bool strata_lock_is_held(const strata_lock *lock)
{
	return lock->held_until > strata_clock_boot_msec();
}

void strata_lock_note_held(strata_lock_table *table, strata_lock *lock, strata_msec until)
{
	lock->held_until = until;
	strata_lock_table_hold(table, &lock->place, until);
}

void strata_lock_note_released(strata_lock_table *table, strata_lock *lock)
{
	if (lock->held_until != 0) {
		strata_lock_table_release(table, &lock->place);
	}
	lock->held_until = 0;
}

/* The server, or the host, says that it is not ours. */
static void note_lost(strata_database *database, strata_lock *lock)
{
	if (lock->held_until != 0) {
		count(database, STRATA_COUNT_LOCKS_LOST);
	}
	lock->held_until = 0;
	lock->fence = 0;
}

static void complete_here(strata_item *item, bool is_done)
{
	item->result = is_done ? STRATA_OK : STRATA_NOT_STORED;
	item->tier = STRATA_TIER_LOCAL;
}

void strata_lock_release(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	bool is_shared;

	strata_lock_prepare(database, call, lock);
	is_shared = lock->scope == STRATA_LOCK_OF_FLEET;
	call->is_urgent = true;
	*item = item_of(lock, lock->ttl);
	if (is_shared) {
		item->tier = strata_database_deepest(database)->ops->kind;
		item->result = remove_version(database, call, lock, lock->place.version);
	}
	if (is_shared && strata_result_class_of(item->result) != STRATA_ANSWER) {
		strata_lock_abandon(database->locks, lock);
		return;
	}
	if (is_shared) {
		strata_lock_table_release(database->locks, &lock->place);
	} else {
		complete_here(item, strata_lock_table_release(database->locks, &lock->place));
	}
	if (item->result == STRATA_OK) {
		lock->held_until = 0;
		lock->fence = 0;
	} else {
		note_lost(database, lock);
	}
}

static void refresh_at_server(strata_database *database, strata_call *call, strata_lock *lock,
	strata_msec ttl, strata_item *item)
{
	strata_msec sent_at = strata_clock_boot_msec();

	compare(database, call, lock, ttl, item);
	if (item->result == STRATA_OK) {
		lock->held_until = sent_at + ttl;
		strata_lock_table_extend(database->locks, &lock->place, lock->held_until);
	} else if (strata_result_class_of(item->result) == STRATA_ANSWER) {
		strata_lock_table_release(database->locks, &lock->place);
	}
}

static void refresh_here(strata_database *database, strata_lock *lock, strata_msec ttl,
	strata_item *item)
{
	strata_msec until = strata_clock_boot_msec() + ttl;
	bool is_held = strata_database_may_be_of_host(database) &&
				   strata_lock_table_extend(database->locks, &lock->place, until);

	complete_here(item, is_held);
	if (is_held) {
		lock->held_until = until;
	}
}

void strata_lock_refresh(strata_database *database, strata_call *call, strata_lock *lock,
	strata_msec ttl, strata_item *item)
{
	strata_lock_prepare(database, call, lock);
	*item = item_of(lock, ttl);
	if (lock->scope == STRATA_LOCK_OF_FLEET) {
		refresh_at_server(database, call, lock, ttl, item);
	} else {
		refresh_here(database, lock, ttl, item);
	}
	if (item->result == STRATA_NOT_STORED) {
		note_lost(database, lock);
	}
}

/* ---- the fence ---- */

/*
 * First the number, then the proof. So a holder of before that raises it late is refused, and one
 * that comes later raises it later.
 */
static void raise_at_server(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_tag_question question = { .id = strata_hash_of(lock->key, seed_of_fence),
		.next = strata_clock_wall_msec() * 1000 };
	strata_tag_question *const one[] = { &question };
	strata_msec now;

	deepest->ops->raise_tags(deepest, call, one, 1);
	item->result = question.result;
	item->node = question.node;
	now = strata_clock_boot_msec();
	if (item->result != STRATA_OK) {
		return;
	}
	if (lock->held_until <= now) {
		item->result = STRATA_NOT_STORED;
		return;
	}
	/* The end stays what the holder counts on. */
	compare(database, call, lock, lock->held_until - now, item);
	if (item->result == STRATA_OK) {
		lock->fence = question.number;
	}
}

static void raise_here(strata_database *database, strata_lock *lock, strata_item *item)
{
	uint64_t number = strata_lock_table_raise(database->locks, strata_clock_wall_msec() * 1000);

	complete_here(item, strata_database_may_be_of_host(database) &&
							strata_lock_table_has(database->locks, &lock->place));
	if (item->result == STRATA_OK) {
		lock->fence = number;
	}
}

void strata_lock_raise_fence(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	strata_lock_prepare(database, call, lock);
	*item = item_of(lock, lock->ttl);
	if (!strata_lock_is_held(lock)) {
		item->result = STRATA_NOT_STORED;
	} else if (lock->scope == STRATA_LOCK_OF_FLEET) {
		item->tier = strata_database_deepest(database)->ops->kind;
		raise_at_server(database, call, lock, item);
	} else {
		raise_here(database, lock, item);
	}
	if (item->result == STRATA_NOT_STORED) {
		note_lost(database, lock);
	}
}

/* ---- the end of a process or request ---- */

void strata_lock_unbind(strata_lock_table *table, const strata_lock *lock)
{
	strata_lock_table_unbind(table, &lock->place, lock->scope);
}

void strata_lock_abandon(strata_lock_table *table, strata_lock *lock)
{
	strata_lock_give_up(table, lock);
	if (lock->scope == STRATA_LOCK_OF_HOST) {
		strata_lock_table_release(table, &lock->place);
	} else if (lock->held_until != 0) {
		strata_lock_table_abandon(table, &lock->place, lock->held_until + LATE);
	}
	lock->held_until = 0;
	lock->fence = 0;
}
