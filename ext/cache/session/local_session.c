/*
 * The table has the lock and the store the record, so a change is no single step. It is one for all
 * that: the lock is had for the change, for as long as a lock lives, and the record is swapped only
 * against the version that was read.
 *
 *     enter     the lock is ours, or is free: ours from now on. Another's: refused
 *     compare   what is there is what was read: stored. Another version, or nothing: refused, also
 *               where the lock is ours. A request wrote that without a lock, or was stopped between
 *               enter and compare for the whole life of one: what it was told was stored, stays
 *     release
 *
 * On a server the lock is gone with the record, and no record ends before its lock. So here: what
 * was removed or evicted is not stored anew, and open() makes a life that is about to end outlast
 * the lock.
 */
#include "cache/session/local_session.h"

#include "os/clock.h"
#include "tier/local.h"

static strata_tier *tier_of(strata_database *database)
{
	return strata_database_keeper(database);
}

static void read_item(strata_tier *tier, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };

	tier->ops->get(tier, call, one, 1);
}

static strata_msec left_of(const strata_item *item)
{
	strata_msec wall = strata_clock_wall_msec();

	return item->expires_at == STRATA_NEVER ? STRATA_NEVER
		   : item->expires_at > wall        ? item->expires_at - wall
											: 0;
}

/* ---- the lock, for a change ---- */

typedef enum { LOCK_REFUSED, LOCK_LENT, LOCK_OURS } lock_state;

/* LENT: it was free, and is ours for the change. REFUSED with the item's result. */
static lock_state enter(strata_database *database, strata_lock *lock, strata_session_record *record)
{
	strata_lock_place *place = &lock->place;
	strata_msec until = strata_clock_boot_msec() + lock->ttl;
	bool is_ours = strata_lock_table_has(database->locks, place);
	strata_lock_entry_state entered;

	if (record->guard == STRATA_SESSION_BY_NOTHING) {
		return LOCK_LENT;
	}
	entered = strata_lock_table_enter(database->locks, place, STRATA_LOCK_OF_HOST, until);
	if (entered == STRATA_LOCK_TAKEN) {
		lock->held_until = until;
		return is_ours ? LOCK_OURS : LOCK_LENT;
	}
	record->item.result = entered == STRATA_LOCK_HELD ? STRATA_NOT_STORED : STRATA_BUSY;
	return LOCK_REFUSED;
}

/* After a change, or none. A refusal has changed nothing here: the lock stays, if it was ours. */
static void complete(strata_database *database, strata_lock *lock, strata_session_record *record,
	lock_state state)
{
	strata_result result = record->item.result;
	bool is_kept = state == LOCK_OURS && strata_result_class_of(result) == STRATA_REFUSAL;

	record->item.tier = STRATA_TIER_LOCAL;
	record->item.node = NULL;
	strata_stats_add_reason(tier_of(database)->stats, result);
	if (result == STRATA_OK && record->after == STRATA_SESSION_LOCK_TAKEN) {
		record->is_locked = true;
	} else if (!is_kept) {
		record->is_locked = false;
		strata_lock_note_released(database->locks, lock);
	}
}

/* ---- changes ---- */

static void put(strata_tier *tier, strata_call *call, strata_item *item, strata_put_mode mode)
{
	strata_item *const one[] = { item };

	tier->ops->put(tier, call, one, 1, mode);
}

static void swap(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	const strata_cas_token seen = { .version = record->seen };

	if (record->guard == STRATA_SESSION_BY_NOTHING) {
		put(tier, call, &record->item, STRATA_PUT_SET);
	} else if (seen.version == 0) {
		put(tier, call, &record->item, STRATA_PUT_ADD);
	} else {
		tier->ops->compare(tier, call, &record->item, &seen);
	}
}

void strata_local_session_write(strata_database *database, strata_call *call, strata_lock *lock,
	strata_session_record *record)
{
	strata_tier *tier = tier_of(database);
	lock_state state = enter(database, lock, record);

	if (state != LOCK_REFUSED) {
		record->item.expires_at = record->item.created_at + record->life;
		swap(tier, call, record);
	}
	if (record->item.result == STRATA_TOO_LARGE) {
		strata_tier_local_explain(tier, call, &record->item);
	}
	if (record->item.result == STRATA_OK) {
		record->seen = record->item.version;
		record->left = record->life;
	}
	complete(database, lock, record, state);
}

/* The bytes as they are, under the same version, with another end. */
static strata_result renew_what_was_seen(strata_tier *tier, strata_call *call,
	const strata_session_record *record, strata_msec life)
{
	strata_item item = { .key = record->item.key };
	strata_cas_token there;
	bool is_seen;

	read_item(tier, call, &item);
	if (item.result != STRATA_OK) {
		return item.result;
	}
	there = (strata_cas_token){ .version = item.version };
	is_seen = there.version == record->seen || record->guard == STRATA_SESSION_BY_NOTHING;
	item.expires_at = strata_clock_wall_msec() + life;
	item.result = STRATA_NOT_STORED;
	if (is_seen) {
		tier->ops->compare(tier, call, &item, &there);
	}
	strata_tier_local_release(tier, &item);
	return item.result;
}

void strata_local_session_renew(strata_database *database, strata_call *call, strata_lock *lock,
	strata_session_record *record)
{
	lock_state state = enter(database, lock, record);

	if (state != LOCK_REFUSED) {
		record->item.result = renew_what_was_seen(tier_of(database), call, record, record->life);
	}
	if (record->item.result == STRATA_OK) {
		record->left = record->life;
	}
	complete(database, lock, record, state);
}

/* ---- opening and ending ---- */

void strata_local_session_open(strata_database *database, strata_call *call, strata_lock *lock,
	strata_session_record *record, strata_session_claim claim)
{
	strata_tier *tier = tier_of(database);
	bool is_there, is_answered, is_pointer;

	record->item = (strata_item){ .key = lock->key };
	read_item(tier, call, &record->item);
	if (record->item.value.bytes.data == NULL) {
		record->item.value.bytes = strata_view_of("");
	}
	strata_stats_add_reason(tier->stats, record->item.result);
	is_there = record->item.result == STRATA_OK;
	is_answered = is_there || record->item.result == STRATA_MISS;
	is_pointer = is_there && record->item.value.codec == STRATA_CODEC_MOVED;
	record->seen = is_there ? record->item.version : 0;
	record->left = is_there ? left_of(&record->item) : 0;
	record->is_locked = is_there ? claim != STRATA_SESSION_CLAIM_NOTHING && !is_pointer
								 : claim == STRATA_SESSION_CLAIM_ALWAYS && is_answered;
	if (!record->is_locked) {
		strata_lock_note_released(database->locks, lock);
	} else if (is_there && record->left < lock->ttl) {
		/* Without effect where it is gone by now: then it was over before it was opened. */
		(void) renew_what_was_seen(tier, call, record, lock->ttl);
	}
}

void strata_local_session_leave(strata_database *database, strata_lock *lock,
	strata_session_record *record)
{
	bool was_ours = strata_lock_table_release(database->locks, &lock->place);

	record->item.result = was_ours ? STRATA_OK : STRATA_NOT_STORED;
	record->is_locked = false;
	lock->held_until = 0;
}

void strata_local_session_remove(strata_database *database, strata_call *call, strata_lock *lock,
	strata_session_record *record)
{
	strata_tier *tier = tier_of(database);
	strata_item *const one[] = { &record->item };

	strata_lock_table_revoke(database->locks, &lock->place);
	record->is_locked = false;
	record->seen = 0;
	lock->held_until = 0;
	tier->ops->remove(tier, call, one, 1);
	strata_stats_add_reason(tier->stats, record->item.result);
}
