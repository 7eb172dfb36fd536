/*
 * One try to open a session, of which the lock and the record are had in one step:
 *
 *     open ── the turn of the host (cache/lock) ──▶ another request of this host has it: WAITS
 *       │
 *     tier's open ── OK or MISS ──▶ GOT, with the lock as claimed
 *       ├ another's ──▶ WAITS
 *       └ OK, a pointer, which no request locks ──▶ the same under the id in it
 *
 * No write that was confirmed is lost: none goes over it that had not read it. For each write is
 * one step at one server: it compares and changes, and nothing comes between. It is done where the
 * lock is the writer's token, or where there is no lock and the record is still the one it read.
 * Let A be late:
 *
 *     A  open: token a, reads 1 ............ store: 2 over 1 ──▶ is it done?
 *     B            (a has ended)
 *
 *   - B has opened: the lock is b, so A is refused, and B stores over 1, which it has read.
 *   - B has opened and closed: there is no lock, and the record is not 1. A is refused.
 *   - B has opened, closed, and written nothing: no lock, and still 1. A's is an honest write. The
 *     same where the lock was evicted, and no other request came.
 *   - A's own store comes after A was told that it failed: one of these three. So the lock may be
 *     given back at once.
 *   - B has removed the record (a logout), and the lock with it: there is neither lock nor 1.
 *
 * The lock lies in the record: evicted, they are gone together. On Redis and on one host this looks
 * like a removal, so A is refused. memcached evicts more, and marks what was removed: where
 * nothing is, and no mark, A's is stored, and goes over nothing. Where B has stored since, A is
 * refused. A lock that was lost alone leaves both honest, until the first of them has stored.
 *
 * No version is used twice: it is random, and 0 only where nothing was. No token is: what was asked
 * without an answer has a token of its own, so that nothing late becomes the lock of a writer.
 *
 * A failover goes back to an earlier moment of the same server, since Redis replicates what it has
 * done in that order: the last writes may be lost, though confirmed. No further one is. A request
 * that read what is lost finds another version, and not its lock, and is refused; one that opened
 * before has the record that it read, and stores over that.
 */
#include "cache/session/session.h"

#include <stddef.h>
#include <string.h>

#include "cache/session/local_session.h"
#include "os/clock.h"
#include "os/process.h"

enum {
	MARK = 0xFFFFFE, /* of the bits of a token, which is never 0 */
	MOST_HOPS = 8,
	POINTER_LIFE = 30000 /* msec */
};

bool strata_session_is_id(strata_view id)
{
	bool is_id = id.size > 0 && id.size <= STRATA_SESSION_LONGEST_ID;

	for (size_t i = 0; is_id && i < id.size; i++) {
		char c = id.data[i];

		is_id = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				c == ',' || c == '-';
	}
	return is_id;
}

/* ---- one question ---- */

static strata_session *session_of(strata_lock *lock)
{
	return (strata_session *) (void *) ((char *) lock - offsetof(strata_session, lock));
}

/* The record under this id: nothing is known of it, and its lock is not ours. */
static void point_to(strata_session *session, strata_view id)
{
	session->key[0] = '{';
	memcpy(session->key + 1, id.data, id.size);
	session->key[id.size + 1] = '}';
	session->lock.key = (strata_view){ session->key, id.size + 2 };
	session->lock.held_until = 0;
	session->lock.pause = 0;
	session->record = (strata_session_record){
		.token = session->record.token,
		.lock_ttl = session->lock.ttl,
		.life = session->life,
		.guard = session->record.guard,
	};
}

strata_view strata_session_id(const strata_session *session)
{
	return (strata_view){ session->lock.key.data + 1, session->lock.key.size - 2 };
}

/* Bits of a token that say on which host it was made, as its processes alone compute them. */
static uint64_t mark_of(const strata_database *database)
{
	return database->keyspace.local_id & MARK;
}

static void mark_token(const strata_database *database, strata_session *session)
{
	uint64_t token = (session->lock.place.version & ~(uint64_t) MARK) | mark_of(database);

	session->lock.place.version = token;
	session->record.token = session->record.token != 0 ? token : 0;
}

/* NULL with the item's result, where there is no tier. */
static strata_tier *begin(strata_database *database, strata_call *call, strata_session *session)
{
	strata_tier *tier = strata_database_keeper(database);

	strata_lock_prepare(database, call, &session->lock);
	mark_token(database, session);
	session->record.item = (strata_item){ .key = session->lock.key,
		.result = tier == NULL ? STRATA_UNCONFIGURED : STRATA_OK };
	if (tier != NULL) {
		session->record.item.tier = tier->ops->kind;
	}
	return tier;
}

void strata_session_count(strata_database *database, strata_counter counter, uint64_t amount)
{
	const strata_tier *tier = strata_database_keeper(database);

	if (tier != NULL) {
		strata_stats_add(tier->stats, counter, amount);
	}
}

static bool is_of_host(const strata_session *session)
{
	return session->lock.scope == STRATA_LOCK_OF_HOST;
}

/* ---- the lock ---- */

/* The lock of this token, whichever request took it. */
static strata_result remove_token(strata_database *database, strata_call *call,
	const strata_lock *lock, uint64_t version)
{
	strata_tier *tier = strata_database_keeper(database);
	strata_session_record record = { .item.key = lock->key,
		.token = version,
		.lock_ttl = lock->ttl,
		.is_locked = true };

	tier->ops->sessions->leave(tier, call, &record);
	strata_stats_add_reason(tier->stats, record.item.result);
	return record.item.result;
}

/*
 * A lock of this host, though none of its processes has it, or the caller would not have the turn:
 * a master that replaced another brought it back, or what a dead process asked for came late. Where
 * that is another host with the same mark, its write finds no lock, and compares the version.
 */
static bool is_left_behind(const strata_database *database, const strata_session *session)
{
	uint64_t holder = session->record.holder;

	return holder != 0 && (holder & MARK) == mark_of(database);
}

static void ask(strata_database *database, strata_call *call, strata_session *session)
{
	strata_tier *tier = begin(database, call, session);

	session->record.life = session->life;
	tier->ops->sessions->open(tier, call, &session->record, session->claim);
	strata_stats_add_reason(tier->stats, session->record.item.result);
}

static strata_lock_state state_of(strata_result result)
{
	return result == STRATA_OK || result == STRATA_MISS ? STRATA_LOCK_GOT
		   : result == STRATA_NOT_STORED                ? STRATA_LOCK_WAITS
														: STRATA_LOCK_FAILED;
}

/* What was asked under the old one may still be done: so it must never be the lock of a writer. */
static void choose_token(strata_session *session)
{
	session->lock.place.version = strata_process_random_word() | 1;
	session->record.token =
		session->record.guard == STRATA_SESSION_BY_LOCK ? session->lock.place.version : 0;
}

static strata_lock_state take(strata_database *database, strata_call *call, strata_lock *lock,
	strata_item *item)
{
	strata_session *session = session_of(lock);
	bool was_locked = session->record.is_locked;
	strata_msec sent_at = strata_clock_boot_msec();

	session->record.holder = 0;
	ask(database, call, session);
	if (item->result == STRATA_NOT_STORED && is_left_behind(database, session) &&
		remove_token(database, call, lock, session->record.holder) == STRATA_OK) {
		sent_at = strata_clock_boot_msec();
		ask(database, call, session);
	}
	if (strata_result_class_of(item->result) == STRATA_FAILURE && !was_locked) {
		strata_lock_take_back(database, call, lock, sent_at + lock->ttl);
		choose_token(session);
	}
	if (state_of(item->result) != STRATA_LOCK_FAILED) {
		lock->held_until = session->record.is_locked ? sent_at + lock->ttl : 0;
	}
	return state_of(item->result);
}

static const strata_lock_kind kind = {
	.generation = STRATA_GENERATION_OF_SESSIONS,
	.waited = STRATA_COUNT_SESSION_WAITS,
	.take = take,
	.remove = remove_token,
};

void strata_session_init(strata_session *session, strata_view id, strata_msec life,
	strata_msec lock_ttl, strata_session_guard guard)
{
	memset(session, 0, sizeof(*session));
	memcpy(session->id, id.data, id.size);
	session->id_size = (uint32_t) id.size;
	session->life = life;
	session->lock.kind = &kind;
	session->lock.ttl = lock_ttl;
	session->lock.may_wait = true;
	session->record.guard = guard;
	choose_token(session);
	point_to(session, id);
}

/* ---- opening ---- */

/* Only reads. */
static strata_lock_state look(strata_database *database, strata_call *call, strata_session *session)
{
	session->claim = STRATA_SESSION_CLAIM_NOTHING;
	if (begin(database, call, session) == NULL) {
		return STRATA_LOCK_FAILED;
	}
	if (is_of_host(session)) {
		strata_local_session_open(database, call, &session->lock, &session->record, session->claim);
	} else {
		ask(database, call, session);
	}
	return state_of(session->record.item.result);
}

/* Under the present key. Where an id leads to, no lock is taken where nothing is. */
static strata_lock_state open_key(strata_database *database, strata_call *call,
	strata_session *session, strata_session_claim claim)
{
	strata_lock_state state;

	if (claim == STRATA_SESSION_CLAIM_NOTHING || session->record.guard != STRATA_SESSION_BY_LOCK) {
		return look(database, call, session);
	}
	session->claim = session->hops > 0 ? STRATA_SESSION_CLAIM_FOUND : claim;
	if (begin(database, call, session) == NULL) {
		return STRATA_LOCK_FAILED;
	}
	state = strata_lock_contend(database, call, &session->lock, &session->record.item);
	if (state == STRATA_LOCK_GOT && is_of_host(session)) {
		strata_local_session_open(database, call, &session->lock, &session->record, session->claim);
		state = state_of(session->record.item.result);
	}
	return state;
}

static bool is_pointer(const strata_session *session)
{
	return session->record.item.result == STRATA_OK &&
		   session->record.item.value.codec == STRATA_CODEC_MOVED;
}

/* From a pointer, or from where nothing is, to the next key. */
static void go_on(strata_session *session)
{
	strata_view next = session->record.item.value.bytes;

	if (is_pointer(session) && session->hops < MOST_HOPS && strata_session_is_id(next)) {
		point_to(session, next);
		session->hops++;
	} else {
		point_to(session, (strata_view){ session->id, session->id_size });
		session->hops = 0;
		session->is_dead_end = true;
	}
}

/*
 * A pointer that leads nowhere is no record. There is no lock of it to be had: what is stored over
 * it is stored over what was seen.
 */
static void count_as_none(strata_session *session)
{
	session->record.item.result = STRATA_MISS;
	session->record.item.value = (strata_value){ .codec = STRATA_CODEC_NULL };
}

/* Has an id led to where nothing is? */
static bool is_lost(const strata_session *session)
{
	return session->hops > 0 && session->record.item.result == STRATA_MISS;
}

strata_lock_state follow(strata_database *database, strata_call *call, strata_session *session,
	strata_session_claim claim)
{
	strata_lock_state state = open_key(database, call, session, claim);

	while (state == STRATA_LOCK_GOT && !session->is_dead_end &&
		   (is_pointer(session) || is_lost(session))) {
		go_on(session);
		state = open_key(database, call, session, claim);
	}
	if (state == STRATA_LOCK_GOT) {
		if (is_pointer(session)) {
			count_as_none(session);
		}
		session->is_moved = session->hops > 0;
	}
	return state;
}

strata_lock_state strata_session_open(strata_database *database, strata_call *call,
	strata_session *session, strata_session_claim claim)
{
	strata_lock_state state = follow(database, call, session, claim);

	if (state == STRATA_LOCK_GOT) {
		strata_session_count(database, STRATA_COUNT_SESSIONS_OPENED, 1);
	}
	return state;
}

bool strata_session_sleep(strata_lock_table *table, strata_session *session, strata_usec max_wait)
{
	return strata_lock_sleep(table, &session->lock, max_wait);
}

void strata_session_give_up(strata_lock_table *table, strata_session *session)
{
	strata_lock_give_up(table, &session->lock);
}

/* ---- changing ---- */

/* What the server said of a change says what has become of the lock, too. */
static void note_change(strata_database *database, strata_call *call, strata_session *session,
	strata_msec until)
{
	strata_session_record *record = &session->record;
	strata_result result = record->item.result;

	strata_stats_add_reason(strata_database_keeper(database)->stats, result);
	if (result == STRATA_OK && record->after == STRATA_SESSION_LOCK_TAKEN) {
		record->is_locked = true;
		strata_lock_note_held(database->locks, &session->lock, until);
	} else if (result == STRATA_OK || result == STRATA_NOT_STORED || result == STRATA_MISS) {
		/* Of what is gone, the lock is. */
		record->is_locked = false;
		strata_lock_note_released(database->locks, &session->lock);
	} else if (strata_result_class_of(result) == STRATA_FAILURE && record->is_locked) {
		record->is_locked = false;
		strata_lock_take_back(database, call, &session->lock, session->lock.held_until);
		session->lock.held_until = 0;
	}
}

static strata_item item_of(const strata_session *session, strata_value value)
{
	return (strata_item){ .key = session->lock.key,
		.value = value,
		.created_at = strata_clock_wall_msec(),
		.fresh_until = STRATA_NEVER,
		.expires_at = STRATA_NEVER,
		.version = strata_process_random_word() | 1,
		.is_enveloped = true };
}

static void write(strata_database *database, strata_call *call, strata_session *session,
	strata_value value, strata_session_after after)
{
	strata_session_record *record = &session->record;
	strata_tier *tier = begin(database, call, session);
	strata_msec until = strata_clock_boot_msec() + session->lock.ttl;

	if (tier == NULL) {
		return;
	}
	call->is_urgent = true;
	record->item = item_of(session, value);
	record->after = record->token != 0 ? after : STRATA_SESSION_LOCK_LEFT;
	record->life = value.codec == STRATA_CODEC_MOVED ? POINTER_LIFE : session->life;
	if (is_of_host(session)) {
		strata_local_session_write(database, call, &session->lock, &session->record);
		return;
	}
	tier->ops->sessions->store(tier, call, record);
	if (record->item.result == STRATA_OK) {
		record->seen = record->item.version;
		record->left = record->life;
	}
	note_change(database, call, session, until);
}

static void count_write(strata_database *database, strata_result result)
{
	if (result == STRATA_OK) {
		strata_session_count(database, STRATA_COUNT_SESSIONS_WRITTEN, 1);
	} else if (result == STRATA_NOT_STORED) {
		strata_session_count(database, STRATA_COUNT_SESSIONS_REFUSED, 1);
	}
}

void strata_session_store(strata_database *database, strata_call *call, strata_session *session,
	strata_view bytes, strata_session_after after)
{
	const strata_value value = { .codec = STRATA_CODEC_STRING, .bytes = bytes };

	write(database, call, session, value, after);
	count_write(database, session->record.item.result);
}

/* No record ends before its lock: so taking that may have made it live longer than it is to. */
static strata_msec left_at_server(const strata_session *session)
{
	strata_msec left = session->record.left;

	return session->record.is_locked && left < session->lock.ttl ? session->lock.ttl : left;
}

/* Is a tenth of its life over, or is it longer than it is to be? */
static bool is_due(const strata_session *session)
{
	strata_msec left = left_at_server(session), life = session->life;

	return left == STRATA_NEVER || (left < life ? life - left : left - life) >= life / 10;
}

static void renew(strata_database *database, strata_call *call, strata_session *session)
{
	strata_session_record *record = &session->record;
	strata_tier *tier = begin(database, call, session);

	if (tier == NULL) {
		return;
	}
	call->is_urgent = true;
	record->life = session->life;
	record->after = STRATA_SESSION_LOCK_LEFT;
	if (is_of_host(session)) {
		strata_local_session_renew(database, call, &session->lock, &session->record);
		return;
	}
	tier->ops->sessions->renew(tier, call, record);
	if (record->item.result == STRATA_OK) {
		record->left = record->life;
	}
	note_change(database, call, session, 0);
}

void strata_session_renew(strata_database *database, strata_call *call, strata_session *session,
	bool *is_skipped)
{
	bool is_there = session->record.seen != 0;
	bool due = is_there && is_due(session);
	strata_item *item = &session->record.item;

	if (!is_there) {
		item->result = STRATA_MISS;
	} else if (due) {
		renew(database, call, session);
	} else {
		strata_session_leave(database, call, session);
	}
	*is_skipped = !due || item->result != STRATA_OK;
	if (item->result == STRATA_NOT_STORED) {
		/* The request that has it, or has changed it, gives it its life. */
		item->result = STRATA_OK;
	}
	if (item->result == STRATA_OK) {
		strata_session_count(database, STRATA_COUNT_SESSIONS_SKIPPED, 1);
	}
}

void strata_session_skip(strata_database *database, strata_call *call, strata_session *session)
{
	strata_session_leave(database, call, session);
	strata_session_count(database, STRATA_COUNT_SESSIONS_SKIPPED, 1);
}

/* ---- the end ---- */

void strata_session_leave(strata_database *database, strata_call *call, strata_session *session)
{
	strata_session_record *record = &session->record;
	strata_tier *tier = begin(database, call, session);

	if (tier == NULL || !record->is_locked) {
		return;
	}
	call->is_urgent = true;
	if (is_of_host(session)) {
		strata_local_session_leave(database, &session->lock, record);
		return;
	}
	tier->ops->sessions->leave(tier, call, record);
	strata_stats_add_reason(tier->stats, record->item.result);
	record->is_locked = false;
	if (strata_result_class_of(record->item.result) == STRATA_ANSWER) {
		strata_lock_note_released(database->locks, &session->lock);
	} else {
		strata_lock_abandon(database->locks, &session->lock);
	}
}

void strata_session_abandon(strata_lock_table *table, strata_session *session)
{
	if (session->lock.is_asking || session->lock.held_until != 0) {
		strata_lock_abandon(table, &session->lock);
	}
	session->record.is_locked = false;
}

/* What the server is asked to remove under this key. */
static void remove_record(strata_database *database, strata_call *call, strata_session *session)
{
	strata_session_record *record = &session->record;
	strata_tier *tier = begin(database, call, session);

	if (tier == NULL) {
		return;
	}
	call->is_urgent = true;
	if (is_of_host(session)) {
		strata_local_session_remove(database, call, &session->lock, &session->record);
		return;
	}
	record->after = STRATA_SESSION_LOCK_LEFT;
	tier->ops->sessions->remove(tier, call, record);
	if (record->item.result == STRATA_OK || record->item.result == STRATA_MISS) {
		record->seen = 0;
	}
	note_change(database, call, session, 0);
}

/*
 * A request that is late does not know that another one has moved the session. The record that the
 * pointer leads to is ended first: while it is there, it can be found by the old id.
 */
static strata_result remove_where_it_leads(strata_database *database, strata_call *call,
	const strata_session *session)
{
	strata_session moved;

	strata_session_init(&moved, strata_session_id(session), session->life, session->lock.ttl,
		STRATA_SESSION_BY_NOTHING);
	if (follow(database, call, &moved, STRATA_SESSION_CLAIM_NOTHING) == STRATA_LOCK_GOT &&
		moved.is_moved) {
		remove_record(database, call, &moved);
		return moved.record.item.result;
	}
	return STRATA_OK;
}

void strata_session_remove(strata_database *database, strata_call *call, strata_session *session)
{
	strata_result ended = STRATA_OK;

	if (!strata_lock_is_held(&session->lock)) {
		ended = remove_where_it_leads(database, call, session);
	}
	remove_record(database, call, session);
	if (strata_result_class_of(ended) != STRATA_ANSWER) {
		session->record.item.result = ended;
	}
}

/* Can another request come by the old id, or is there nothing to be found, and no lock? */
static bool leads_to_us(const strata_session *from)
{
	return from->record.is_locked || from->record.seen != 0 || from->is_imported;
}

/*
 * In one step with the guard. A record that is to end leads to nothing first: a removal by itself
 * would end what another request has stored there since.
 */
static void lead_on(strata_database *database, strata_call *call, strata_session *from,
	const strata_session *to, strata_session_lead lead)
{
	const strata_value pointer = { .codec = STRATA_CODEC_MOVED,
		.bytes = lead == STRATA_SESSION_TO_NEW ? strata_session_id(to) : strata_view_of("") };

	write(database, call, from, pointer, STRATA_SESSION_LOCK_LEFT);
	if (from->record.item.result == STRATA_OK && lead == STRATA_SESSION_TO_NOTHING) {
		remove_record(database, call, from);
	}
	if (from->record.item.result == STRATA_MISS) {
		from->record.item.result = STRATA_OK;
	}
}

void strata_session_move(strata_database *database, strata_call *call, strata_session *from,
	strata_session *to, strata_view bytes, strata_session_lead lead)
{
	strata_session_store(database, call, to, bytes, STRATA_SESSION_LOCK_TAKEN);
	if (to->record.item.result != STRATA_OK || !leads_to_us(from)) {
		return;
	}
	lead_on(database, call, from, to, lead);
	if (from->record.item.result == STRATA_NOT_STORED) {
		strata_session_count(database, STRATA_COUNT_SESSIONS_REFUSED, 1);
		remove_record(database, call, to);
		to->record.seen = 0;
	}
	to->record.item.result = from->record.item.result;
	to->record.item.node = from->record.item.node;
}
