/*
 * The cas that the open left is compared first. Where another one is there, or nothing, all places
 * are looked at and the guard decides; then it is tried anew.
 *
 * With two places the first one decides. What is stored there goes to the second one, and only then
 * is it confirmed. There it must not go over the lock or record of a host for which the first place
 * was out: then that host's word stands, and what was stored at the first place is taken back.
 *
 * Where the first place is out, the second one alone is the record's. A write that the first one
 * may have executed, or may execute late, is older than what stands there by then
 * (strata_places_time()), and the next open brings that over.
 */
#include "tier/memcached/memcached_session_store.h"

#include "os/clock.h"
#include "tier/envelope.h"
#include "tier/memcached/memcached_session_places.h"

enum {
	TRIES = 8,              /* where others change the same record all the time */
	SHORTEST_MEMORY = 60000 /* msec */
};

strata_msec strata_memcached_session_memory(const strata_session_record *record)
{
	return record->lock_ttl > SHORTEST_MEMORY ? record->lock_ttl : SHORTEST_MEMORY;
}

/* ---- the guard ---- */

static bool was_opened_lately(const strata_session_record *record)
{
	return strata_clock_boot_msec() < record->opened_at + strata_memcached_session_memory(record);
}

/* There is no lock: is the record what was seen? */
static bool is_unchanged(const strata_places *places)
{
	const strata_session_record *record = places->record;
	const strata_held *newest = strata_places_newest(places);

	if (newest == NULL) {
		return record->seen == 0 || was_opened_lately(record);
	}
	return newest->kind == STRATA_HELD_RECORD ? newest->item.version == record->seen
											  : record->seen == 0 && record->was_removed;
}

/* Is our lock in what was written last, or at least over what was seen? */
static bool is_lock_good(const strata_places *places, uint32_t at)
{
	const strata_held *newest = strata_places_newest(places), *held = &places->held[at];

	return strata_places_is_ours(places, at) &&
		   (newest == NULL || newest == held ||
			   newest->item.fence.version == held->item.fence.version ||
			   newest->item.version == places->record->seen);
}

/* OK; NOT_STORED; or why that is not known. */
static strata_result decide(const strata_places *places, uint32_t at)
{
	const strata_held *held = &places->held[at];

	if (held->kind == STRATA_HELD_UNKNOWN) {
		return strata_result_class_of(held->item.result) == STRATA_ANSWER ? STRATA_NOT_STORED
																		  : held->item.result;
	}
	if (places->record->guard == STRATA_SESSION_BY_NOTHING) {
		return STRATA_OK;
	}
	if (strata_places_are_locked(places)) {
		return STRATA_NOT_STORED;
	}
	if (places->record->guard == STRATA_SESSION_BY_LOCK && is_lock_good(places, at)) {
		return STRATA_OK;
	}
	return is_unchanged(places) ? STRATA_OK : STRATA_NOT_STORED;
}

/* ---- a change under way ---- */

typedef struct {
	strata_places places;
	uint32_t at; /* where it goes */
	uint64_t cas;
	bool is_known; /* cas is of what has to be there; 0: nothing */
} change;

/* Without a cas only a record that was not there is known: an add is stored over nothing. */
static change change_of(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	return (change){ .places = strata_places_of(tier->state, call, record),
		.at = record->is_at_second ? 1 : 0,
		.cas = record->cas,
		.is_known = record->cas != 0 || record->seen == 0 };
}

static void complete_refused(const strata_places *places, const char *node)
{
	places->record->is_locked = false;
	strata_places_complete(places, STRATA_NOT_STORED, node);
}

/* False: there is none, or no need of it. */
static bool go_to_second(change *change, strata_result result)
{
	const strata_session_record *record = change->places.record;

	if (!strata_places_is_out(result) || change->at == 1 || change->places.count == 1) {
		return false;
	}
	change->at = 1;
	change->cas = record->second_cas;
	change->is_known = change->cas != 0 || record->seen == 0;
	return true;
}

static void note_places(const change *change)
{
	const strata_places *places = &change->places;
	const strata_held *newest = strata_places_newest(places);
	strata_session_record *record = places->record;

	if (newest != NULL && newest->written > record->written) {
		record->written = newest->written;
	}
	record->second_cas = change->at == 0 && places->count > 1 ? places->held[1].cas : 0;
}

/* True: it may be made, over what is there now. Else the record has its result. */
static bool find_out(change *change)
{
	strata_places *places = &change->places;
	const strata_held *held;
	strata_result result;

	strata_places_look(places);
	change->at = strata_places_of_lock(places);
	held = &places->held[change->at];
	change->cas = held->cas;
	change->is_known = true;
	result = decide(places, change->at);
	if (result == STRATA_NOT_STORED) {
		complete_refused(places, held->item.node);
	} else if (result != STRATA_OK) {
		strata_places_complete(places, result, held->item.node);
	} else if (strata_places_lacks_cas(places, change->at)) {
		strata_places_refuse(places, held->item.node);
		result = STRATA_UNSUPPORTED;
	}
	note_places(change);
	return result == STRATA_OK;
}

/* Else others were faster, or the first place is out, and it is to be tried again. */
static bool is_settled(change *change, const strata_place_step *step)
{
	if (strata_place_step_is_lost(step)) {
		change->is_known = false;
		return false;
	}
	return !go_to_second(change, step->result);
}

/* ---- store ---- */

static strata_view sealed(const strata_places *places, strata_msec written)
{
	strata_item item = places->record->item;

	item.created_at = written;
	item.fresh_until = STRATA_NEVER;
	item.expires_at = STRATA_NEVER;
	item.tag_count = 0;
	return strata_envelope_seal(places->call->arena, places->tier->keyspace,
		places->call->generation, &item);
}

static strata_place_step storing(const strata_places *places, strata_view bytes,
	strata_places_over over, uint64_t cas)
{
	const strata_session_record *record = places->record;

	if (record->after == STRATA_SESSION_LOCK_LEFT || bytes.data == NULL) {
		return strata_places_storing(bytes, record->life, over, cas);
	}
	return strata_places_storing(strata_places_locked(places, bytes),
		strata_places_life_with_lock(record, record->life), over, cas);
}

static void note_stored(const strata_places *places, uint32_t at, const strata_place_step *step,
	strata_msec written)
{
	strata_session_record *record = places->record;

	record->seen = record->item.version;
	record->cas = step->reply.cas;
	record->is_at_second = at == 1;
	record->was_removed = false;
	record->written = written;
	record->left = record->life;
	record->opened_at = strata_clock_boot_msec();
	record->is_locked = record->after == STRATA_SESSION_LOCK_TAKEN;
	strata_places_complete(places, STRATA_OK, step->node);
}

/*
 * What is later at the first place has been stored over this write by a caller that had read it,
 * and may be at the second place before it.
 */
static bool is_overtaken(const strata_places *places, strata_msec written)
{
	const strata_held *first = &places->held[0], *second = &places->held[1];

	return first->written <= written && second->kind != STRATA_HELD_UNKNOWN &&
		   ((second->is_locked && second->owner != places->record->token) ||
			   second->written > written);
}

/* To the second place. False: a host for which the first one was out has been there meanwhile. */
static bool follow(strata_places *places, strata_view bytes, strata_msec written)
{
	strata_session_record *record = places->record;

	for (int i = 0; i < TRIES; i++) {
		strata_place_step steps[STRATA_PLACES_MOST] = { 0 };

		steps[1] = strata_places_storing(bytes, record->life, STRATA_OVER_SEEN, record->second_cas);
		strata_places_run(places, steps);
		record->second_cas = steps[1].reply.cas;
		if (!strata_place_step_is_lost(&steps[1])) {
			return true;
		}
		strata_places_look(places);
		if (is_overtaken(places, written)) {
			/* Its answers are of two moments: what was later there is at the first place now. */
			strata_places_look(places);
			if (is_overtaken(places, written)) {
				return false;
			}
		}
		record->second_cas = places->held[1].cas;
	}
	return true;
}

/* As long as it is what the look behind it has found there. */
static void take_back_first(strata_places *places)
{
	strata_session_record *record = places->record;
	const strata_held *first = &places->held[0];
	strata_place_step steps[STRATA_PLACES_MOST] = { 0 };

	steps[0] =
		(strata_place_step){ .is_sent = first->kind == STRATA_HELD_RECORD &&
										first->item.version == record->seen && first->cas != 0,
			.request = { .verb = STRATA_META_DELETE, .cas = first->cas } };
	strata_places_run(places, steps);
	complete_refused(places, record->item.node);
}

/* False: to be tried again. Else the record has its result. */
static bool store_once(change *change)
{
	strata_places *places = &change->places;
	uint32_t at = change->at;
	strata_place_step steps[STRATA_PLACES_MOST] = { 0 };
	strata_msec written = strata_places_time(places->record,
		at == 0 ? STRATA_LATER_THAN_SEEN : STRATA_LATER_THAN_ALL);
	strata_view bytes = sealed(places, written);

	steps[at] = storing(places, bytes, STRATA_OVER_SEEN, change->cas);
	strata_places_run(places, steps);
	strata_places_add_dropped(places, steps, at);
	if (!is_settled(change, &steps[at])) {
		return false;
	}
	if (steps[at].result != STRATA_OK) {
		strata_places_complete(places, steps[at].result, steps[at].node);
		return true;
	}
	note_stored(places, at, &steps[at], written);
	if (at == 0 && places->count > 1 && !follow(places, bytes, written)) {
		take_back_first(places);
	}
	return true;
}

/* At all places at once. */
static void store_over_anything(strata_places *places)
{
	strata_place_step steps[STRATA_PLACES_MOST] = { 0 };
	strata_msec written = strata_places_time(places->record, STRATA_LATER_THAN_SEEN);
	strata_view bytes = sealed(places, written);
	uint32_t at = 0;

	for (uint32_t i = 0; i < places->count; i++) {
		steps[i] = storing(places, bytes, STRATA_OVER_ANYTHING, 0);
	}
	strata_places_run(places, steps);
	if (places->count > 1 && strata_places_is_out(steps[0].result)) {
		at = 1;
	}
	if (steps[at].result == STRATA_OK) {
		note_stored(places, at, &steps[at], written);
		places->record->second_cas = at == 0 ? steps[1].reply.cas : 0;
	} else {
		strata_places_complete(places, steps[at].result, steps[at].node);
	}
}

void strata_memcached_session_store(strata_tier *tier, strata_call *call,
	strata_session_record *record)
{
	change change = change_of(tier, call, record);

	if (record->guard == STRATA_SESSION_BY_NOTHING) {
		store_over_anything(&change.places);
		return;
	}
	for (int i = 0; i < TRIES; i++) {
		if ((!change.is_known && !find_out(&change)) || store_once(&change)) {
			return;
		}
	}
	complete_refused(&change.places, change.places.held[0].item.node);
}

/* ---- renew ---- */

/* What is there stays, without its lock or with ours. */
static strata_place_step renewing(const change *change)
{
	const strata_places *places = &change->places;
	const strata_session_record *record = places->record;
	bool is_guarded = record->guard != STRATA_SESSION_BY_NOTHING;

	if (record->after == STRATA_SESSION_LOCK_TAKEN) {
		return strata_places_storing(strata_places_locked(places, places->held[change->at].stored),
			strata_places_life_with_lock(record, record->life), STRATA_OVER_SEEN, change->cas);
	}
	return (strata_place_step){ .is_sent = true,
		.request = { .verb = is_guarded ? STRATA_META_MARK : STRATA_META_TOUCH,
			.cas = change->cas,
			.ttl = strata_places_seconds(record->life) } };
}

static void note_renewed(change *change, const strata_place_step *step)
{
	strata_session_record *record = change->places.record;

	if (step->result == STRATA_OK) {
		record->left = record->life;
		record->cas = step->reply.cas;
		record->is_locked = record->after == STRATA_SESSION_LOCK_TAKEN;
	}
	strata_places_complete(&change->places, step->result, step->node);
}

/* As store_once(). */
static bool renew_once(change *change)
{
	strata_places *places = &change->places;
	uint32_t at = change->at;
	strata_place_step steps[STRATA_PLACES_MOST] = { 0 };
	bool is_miss;

	steps[1] = (strata_place_step){ .is_sent = places->count > 1,
		.request = { .verb = STRATA_META_TOUCH,
			.ttl = strata_places_seconds(places->record->life) } };
	steps[at] = renewing(change);
	strata_places_run(places, steps);
	strata_places_add_dropped(places, steps, at);
	is_miss = places->record->guard == STRATA_SESSION_BY_NOTHING && steps[at].result == STRATA_MISS;
	if (!is_miss && !is_settled(change, &steps[at])) {
		return false;
	}
	note_renewed(change, &steps[at]);
	return true;
}

/* As find_out(). */
static bool find_record(change *change)
{
	const strata_held *held;

	if (!find_out(change)) {
		return false;
	}
	held = &change->places.held[change->at];
	if (held->kind != STRATA_HELD_RECORD) {
		strata_places_complete(&change->places, STRATA_MISS, held->item.node);
		return false;
	}
	return true;
}

void strata_memcached_session_renew(strata_tier *tier, strata_call *call,
	strata_session_record *record)
{
	change change = change_of(tier, call, record);

	/* Bytes that are to be stored again have to be read. A placeholder is not to be renewed. */
	change.is_known =
		record->after == STRATA_SESSION_LOCK_LEFT &&
		((record->cas != 0 && record->seen != 0) || record->guard == STRATA_SESSION_BY_NOTHING);
	for (int i = 0; i < TRIES; i++) {
		if ((!change.is_known && !find_record(&change)) || renew_once(&change)) {
			return;
		}
	}
	complete_refused(&change.places, change.places.held[0].item.node);
}
