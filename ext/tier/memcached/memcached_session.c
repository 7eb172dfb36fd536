/*
 * Owner and end of the lock stand in the header of the record (tier/envelope.c), so that taking it
 * changes the item's cas. Whatever is stored compares that:
 *
 *     open    mg -> ms C<cas> of the same bytes with the lock; where nothing is, an add of a
 *             placeholder with it
 *     store   ms C<cas of the open> -> HD; or EX: mg, and the guard decides by what is there now
 *     renew   md I T<life> C<cas>
 *     leave   md I C<cas>; of a placeholder md C<cas>
 *     remove  ms C<cas> of a tombstone
 *
 * An item that was marked as stale (I) since it was stored bears no lock any more: so the lock is
 * given back, or the life renewed, without the value being sent. The server gives it another cas.
 *
 * Taking the lock gives the record its whole life anew, since that costs nothing. A pointer to
 * where the session went is not locked, and ends when it would.
 *
 * What a stopped server executes late compares a cas of its past. Where anything was confirmed
 * since, it finds another one, and changes nothing. Only a write BY_NOTHING does not compare.
 *
 * Evicted is not removed: a write that finds nothing is honest, and is made, if the session was
 * opened lately. So a removal leaves a tombstone, for as long. A lock over it leaves that there.
 */
#include "tier/memcached/memcached_session.h"

#include "os/clock.h"
#include "tier/memcached/memcached_session_places.h"
#include "tier/memcached/memcached_session_store.h"

enum { TRIES = 8 /* where others change the same record all the time */ };

/* ---- open ---- */

static bool is_record(const strata_held *held)
{
	return held != NULL && held->kind == STRATA_HELD_RECORD;
}

/* One that another lock is in, or that is behind, proves nothing by staying as it is. */
static uint64_t cas_to_compare(const strata_places *places, uint32_t at)
{
	const strata_held *newest = strata_places_newest(places), *held = &places->held[at];
	bool is_newest = newest == NULL || newest->item.fence.version == held->item.fence.version;

	return is_newest && !strata_places_are_locked(places) ? held->cas : 0;
}

/* Leaves in the record what was seen. */
static void note_seen(const strata_places *places, uint32_t at)
{
	strata_session_record *record = places->record;
	const strata_held *newest = strata_places_newest(places);
	bool is_there = is_record(newest);
	strata_view key = record->item.key;

	record->item = (strata_item){ .key = key, .value.codec = STRATA_CODEC_NULL };
	if (is_there) {
		record->item = newest->item;
	}
	record->seen = is_there ? newest->item.version : 0;
	record->left = is_there ? newest->left : 0;
	record->written = newest == NULL ? 0 : newest->written;
	record->was_removed = newest != NULL && !is_there;
	record->is_at_second = at == 1;
	record->opened_at = strata_clock_boot_msec();
	record->cas = cas_to_compare(places, at);
	record->second_cas = at == 0 && places->count > 1 ? places->held[1].cas : 0;
	strata_places_complete(places, is_there ? STRATA_OK : STRATA_MISS, places->held[at].item.node);
}

/* A value that is not to be returned. */
static void note_locked(const strata_places *places, uint32_t at)
{
	strata_session_record *record = places->record;

	record->item = (strata_item){ .key = record->item.key, .value.codec = STRATA_CODEC_NULL };
	record->is_locked = false;
	record->holder = places->held[at].is_locked ? places->held[at].owner : 0;
	strata_places_complete(places, STRATA_NOT_STORED, places->held[at].item.node);
}

static bool is_to_be_locked(const strata_places *places, strata_session_claim claim)
{
	const strata_held *newest = strata_places_newest(places);
	bool is_pointer = is_record(newest) && newest->item.value.codec == STRATA_CODEC_MOVED;

	switch (claim) {
		case STRATA_SESSION_CLAIM_NOTHING: return false;
		case STRATA_SESSION_CLAIM_FOUND: return is_record(newest) && !is_pointer;
		case STRATA_SESSION_CLAIM_ALWAYS: break;
	}
	return !is_pointer;
}

/* What the place of the lock is to hold from now on. */
static strata_place_step taking(const strata_places *places, uint32_t at)
{
	const strata_session_record *record = places->record;
	const strata_held *newest = strata_places_newest(places);
	strata_msec life = 0;
	strata_view bytes;

	if (newest == NULL) {
		bytes = strata_places_placeholder(places);
	} else {
		bytes = strata_places_locked(places, newest->stored);
		life = is_record(newest) ? record->life : newest->left;
	}
	return strata_places_storing(bytes, strata_places_life_with_lock(record, life),
		STRATA_OVER_SEEN, places->held[at].cas);
}

/* The second place has what the first one has, for as long. */
static strata_place_step following(const strata_places *places)
{
	const strata_held *newest = strata_places_newest(places), *second = &places->held[1];
	strata_msec life = places->record->life;

	if (places->count == 1 || newest == NULL || second->kind == STRATA_HELD_UNKNOWN) {
		return (strata_place_step){ .is_sent = false };
	}
	if (second->item.fence.version != newest->item.fence.version) {
		return strata_places_storing(strata_places_unlocked(places, newest->stored),
			is_record(newest) ? life : newest->left, STRATA_OVER_SEEN, second->cas);
	}
	return (strata_place_step){ .is_sent = is_record(newest),
		.request = { .verb = STRATA_META_TOUCH, .ttl = strata_places_seconds(life) } };
}

/* A server without cas took an add, and nothing could be stored over that. */
static void take_back(strata_places *places, uint32_t at)
{
	strata_place_step steps[STRATA_PLACES_MOST] = { 0 };

	steps[at] = (strata_place_step){ .is_sent = true, .request.verb = STRATA_META_DELETE };
	strata_places_run(places, steps);
	strata_places_refuse(places, steps[at].node);
}

/* Some servers do not say which cas an item has that they store. */
static void note_taken(strata_places *places, uint32_t at, const strata_place_step *step)
{
	strata_session_record *record = places->record;

	record->cas = step->reply.cas;
	if (record->cas == 0) {
		strata_places_look(places);
		if (strata_places_lacks_cas(places, at)) {
			take_back(places, at);
			return;
		}
		record->cas = strata_places_is_ours(places, at) ? places->held[at].cas : 0;
	}
	record->is_locked = true;
	if (record->seen != 0) {
		record->left = record->life;
	}
}

/* False: another caller was faster. Else it is taken, or the record says why it is not. */
static bool take(strata_places *places, uint32_t at)
{
	strata_place_step steps[STRATA_PLACES_MOST] = { 0 };

	if (strata_places_lacks_cas(places, at)) {
		strata_places_refuse(places, places->held[at].item.node);
		return true;
	}
	if (at == 0) {
		steps[1] = following(places);
	}
	steps[at] = taking(places, at);
	strata_places_run(places, steps);
	strata_places_add_dropped(places, steps, at);
	if (strata_place_step_is_lost(&steps[at])) {
		return false;
	}
	if (at == 0 && steps[1].request.verb == STRATA_META_SET) {
		places->record->second_cas = steps[1].reply.cas;
	}
	if (steps[at].result == STRATA_OK) {
		note_taken(places, at, &steps[at]);
	} else {
		strata_places_complete(places, steps[at].result, steps[at].node);
	}
	return true;
}

static void open(strata_tier *tier, strata_call *call, strata_session_record *record,
	strata_session_claim claim)
{
	strata_places places = strata_places_of(tier->state, call, record);
	uint32_t at = 0;

	for (int i = 0; i < TRIES; i++) {
		strata_places_look(&places);
		at = strata_places_of_lock(&places);
		if (places.held[at].kind == STRATA_HELD_UNKNOWN) {
			strata_places_complete(&places, places.held[at].item.result, places.held[at].item.node);
			return;
		}
		if (claim != STRATA_SESSION_CLAIM_NOTHING && strata_places_are_locked(&places)) {
			break;
		}
		note_seen(&places, at);
		if (!is_to_be_locked(&places, claim)) {
			record->is_locked = strata_places_is_ours(&places, at);
			return;
		}
		if (take(&places, at)) {
			return;
		}
	}
	note_locked(&places, at);
}

/* ---- leave ---- */

/* A placeholder goes; a record or tombstone stays, without the lock. */
static strata_place_step leaving(uint64_t cas, bool is_kept)
{
	return (strata_place_step){ .is_sent = true,
		.request = { .verb = is_kept ? STRATA_META_MARK : STRATA_META_DELETE,
			.cas = cas,
			.keeps_ttl = true } };
}

/*
 * True: the record has its result. A first place that is out may keep the lock: it will be behind.
 */
static bool leave_after_look(strata_places *places)
{
	strata_place_step steps[STRATA_PLACES_MOST] = { 0 };
	const strata_held *held;
	strata_result result = STRATA_NOT_STORED;

	strata_places_look(places);
	held = &places->held[strata_places_of_lock(places)];
	if (held->kind == STRATA_HELD_UNKNOWN &&
		strata_result_class_of(held->item.result) != STRATA_ANSWER) {
		strata_places_complete(places, held->item.result, held->item.node);
		return true;
	}
	for (uint32_t i = 0; i < places->count; i++) {
		if (strata_places_is_ours(places, i)) {
			steps[i] = leaving(places->held[i].cas, places->held[i].kind != STRATA_HELD_LOCK);
		}
	}
	strata_places_run(places, steps);
	for (uint32_t i = 0; i < places->count; i++) {
		if (steps[i].is_sent && strata_place_step_is_lost(&steps[i])) {
			return false;
		}
		result = steps[i].is_sent && result != STRATA_OK ? steps[i].result : result;
	}
	strata_places_complete(places, result, held->item.node);
	return true;
}

/* By what the open left. False: that does not do, or is not known. */
static bool leave_as_opened(strata_places *places)
{
	strata_session_record *record = places->record;
	strata_place_step steps[STRATA_PLACES_MOST] = { 0 };
	uint32_t at = record->is_at_second ? 1 : 0;

	if (!record->is_locked || record->cas == 0) {
		return false;
	}
	steps[at] = leaving(record->cas, record->seen != 0 || record->was_removed);
	strata_places_run(places, steps);
	strata_places_complete(places, steps[at].result, steps[at].node);
	return !strata_place_step_is_lost(&steps[at]) &&
		   (places->count == 1 || at == 1 || !strata_places_is_out(steps[at].result));
}

static void leave(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	strata_places places = strata_places_of(tier->state, call, record);
	bool is_left;

	strata_places_complete(&places, STRATA_NOT_STORED, NULL);
	is_left = leave_as_opened(&places);
	for (int i = 0; i < TRIES && !is_left; i++) {
		is_left = leave_after_look(&places);
	}
	if (!is_left) {
		strata_places_complete(&places, STRATA_NOT_STORED, record->item.node);
	}
	if (strata_result_class_of(record->item.result) == STRATA_ANSWER) {
		record->is_locked = false;
		record->cas = 0;
	}
}

/* ---- remove ---- */

typedef struct {
	strata_places places;
	bool was_there;
	bool is_done[STRATA_PLACES_MOST];
	strata_place_step steps[STRATA_PLACES_MOST]; /* the last one for each place */
} removal;

/* At one place alone a tombstone has to outlive the record that the other one may have kept. */
static strata_msec life_of_tombstone(const removal *removal)
{
	const strata_session_record *record = removal->places.record;
	strata_msec memory = strata_memcached_session_memory(record);

	return removal->places.count == 1 || memory > record->life ? memory : record->life;
}

static void send(removal *removal)
{
	strata_place_step now[STRATA_PLACES_MOST] = { 0 };

	for (uint32_t i = 0; i < removal->places.count; i++) {
		now[i] = removal->steps[i];
	}
	strata_places_run(&removal->places, now);
	for (uint32_t i = 0; i < removal->places.count; i++) {
		strata_places_add_dropped(&removal->places, now, i);
		removal->is_done[i] |= now[i].is_sent && now[i].result == STRATA_OK;
		removal->steps[i] = now[i];
		removal->steps[i].is_sent = false;
	}
}

/* Is there nothing more to be done, also as nothing more can be done? */
static bool is_over(const removal *removal)
{
	for (uint32_t i = 0; i < removal->places.count; i++) {
		if (!removal->is_done[i] && strata_place_step_is_lost(&removal->steps[i])) {
			return false;
		}
	}
	return true;
}

/* By what the open left. False: that is not known of all places. */
static bool remove_as_opened(removal *removal)
{
	const strata_places *places = &removal->places;
	const strata_session_record *record = places->record;
	const uint64_t cas[STRATA_PLACES_MOST] = { record->cas, record->second_cas };
	strata_view bytes;

	if (record->is_at_second || cas[0] == 0 || (places->count > 1 && cas[1] == 0)) {
		return false;
	}
	removal->was_there = record->seen != 0;
	bytes = strata_places_tombstone(places, strata_places_time(record, STRATA_LATER_THAN_ALL));
	for (uint32_t i = 0; i < places->count; i++) {
		removal->steps[i] =
			strata_places_storing(bytes, life_of_tombstone(removal), STRATA_OVER_SEEN, cas[i]);
	}
	send(removal);
	return is_over(removal);
}

static strata_msec time_after(const strata_places *places, const strata_held *newest)
{
	strata_session_record *record = places->record;

	if (newest != NULL && newest->written > record->written) {
		record->written = newest->written;
	}
	return strata_places_time(record, STRATA_LATER_THAN_ALL);
}

/* Whatever is there. What cannot be asked now must not be told: it might do it late. */
static bool remove_after_look(removal *removal, strata_places_over over)
{
	strata_places *places = &removal->places;
	const strata_held *newest;
	strata_view bytes;

	strata_places_look(places);
	newest = strata_places_newest(places);
	removal->was_there |= is_record(newest);
	bytes = strata_places_tombstone(places, time_after(places, newest));
	for (uint32_t i = 0; i < places->count; i++) {
		const strata_held *held = &places->held[i];
		bool has_answered = strata_result_class_of(held->item.result) == STRATA_ANSWER;

		removal->steps[i] =
			(strata_place_step){ .result = held->item.result, .node = held->item.node };
		if (has_answered && !removal->is_done[i]) {
			removal->steps[i] = strata_places_storing(bytes, life_of_tombstone(removal),
				strata_places_lacks_cas(places, i) ? STRATA_OVER_ANYTHING : over, held->cas);
		}
	}
	send(removal);
	return is_over(removal);
}

/* One place that has the tombstone is enough where the other one is out. */
static void complete_removal(const removal *removal)
{
	const strata_places *places = &removal->places;
	strata_session_record *record = places->record;
	strata_result result = removal->was_there ? STRATA_OK : STRATA_MISS;
	uint32_t at = 0;

	for (uint32_t i = 0; i < places->count; i++) {
		bool is_enough = places->count > 1 && removal->is_done[1 - i] &&
						 strata_places_is_out(removal->steps[i].result);

		if (!removal->is_done[i] && !is_enough) {
			result = removal->steps[i].result;
			at = i;
		}
	}
	if (strata_result_class_of(result) == STRATA_ANSWER) {
		record->is_locked = false;
		record->cas = record->second_cas = record->seen = 0;
	}
	strata_places_complete(places, result, removal->steps[at].node);
}

/* The last try compares nothing: a logout wins. */
static void remove_record(strata_tier *tier, strata_call *call, strata_session_record *record)
{
	removal removal = { .places = strata_places_of(tier->state, call, record) };
	bool is_complete = remove_as_opened(&removal);

	for (int i = 0; i < TRIES && !is_complete; i++) {
		is_complete =
			remove_after_look(&removal, i < TRIES - 1 ? STRATA_OVER_SEEN : STRATA_OVER_ANYTHING);
	}
	complete_removal(&removal);
}

/* ---- what another program stored ---- */

/* At whatever server its own way to choose one led it to. In the arena. */
static strata_memcached_batch of_all_servers(strata_tier *tier, strata_call *call, strata_view name,
	strata_meta_verb verb)
{
	const strata_memcached_tier *self = tier->state;
	uint32_t count = strata_memcached_count(self->pool);
	strata_item *items = strata_arena_alloc(call->arena, count * sizeof(*items));
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(strata_item *));
	strata_memcached_batch batch;

	for (uint32_t i = 0; items != NULL && list != NULL && i < count; i++) {
		items[i] = (strata_item){ .key = name, .value.codec = STRATA_CODEC_NULL };
		list[i] = &items[i];
	}
	batch =
		strata_memcached_batch_blank(self, call, list, items != NULL && list != NULL ? count : 0);
	for (uint32_t i = 0; batch.commands != NULL && i < batch.count; i++) {
		batch.commands[i].request = (strata_meta_request){ .verb = verb, .key = name };
		batch.commands[i].node = i;
	}
	return batch;
}

/* Client flags say that the bytes are not the session's own: compressed, or of another type. */
static strata_result classify_foreign(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	const strata_meta_reply *reply = &command->reply;

	if (reply->code != STRATA_META_VA) {
		return reply->code == STRATA_META_EN || reply->code == STRATA_META_NF ? STRATA_MISS
			   : reply->code == STRATA_META_HD                                ? STRATA_OK
																			  : STRATA_PROTOCOL;
	}
	if (reply->flags != 0) {
		strata_call_explain(batch->call,
			"memcached %s: a session of another handler has client flags there: it is compressed, "
			"or no plain string, and cannot be read",
			command->node_name);
		return STRATA_FOREIGN;
	}
	item->value = (strata_value){ .codec = STRATA_CODEC_STRING, .bytes = reply->value };
	item->expires_at = reply->ttl < 0 ? STRATA_NEVER : (strata_msec) reply->ttl * 1000;
	return STRATA_OK;
}

/* What was found counts more than a failure, and that more than nothing. */
static int weight_of(strata_result result)
{
	if (result == STRATA_OK || result == STRATA_FOREIGN) {
		return result == STRATA_OK ? 3 : 2;
	}
	return result == STRATA_MISS ? 0 : 1;
}

/* The one that will live longest, where several are found. */
static const strata_item *choose(const strata_memcached_batch *batch)
{
	const strata_item *chosen = NULL;

	for (size_t i = 0; i < batch->count; i++) {
		const strata_item *item = batch->items[i];
		int more = chosen == NULL ? 1 : weight_of(item->result) - weight_of(chosen->result);

		if (more > 0 || (more == 0 && item->expires_at > chosen->expires_at)) {
			chosen = item;
		}
	}
	return chosen;
}

static void ask_for_foreign(strata_tier *tier, strata_call *call, strata_view name,
	strata_meta_verb verb, strata_session_record *record)
{
	strata_memcached_batch batch = of_all_servers(tier, call, name, verb);
	strata_view key = record->item.key;
	const strata_item *chosen;

	call->waited = 0;
	strata_memcached_batch_run(&batch, classify_foreign);
	chosen = choose(&batch);
	record->item = chosen != NULL
					   ? *chosen
					   : (strata_item){ .result = STRATA_NO_MEMORY, .tier = STRATA_TIER_MEMCACHED };
	record->item.key = key;
	record->left = record->item.expires_at;
}

static void read_foreign(strata_tier *tier, strata_call *call, strata_view name,
	strata_session_record *record)
{
	ask_for_foreign(tier, call, name, STRATA_META_INSPECT, record);
}

/* Where it could not be removed it may be read again. */
static void remove_foreign(strata_tier *tier, strata_call *call, strata_view name,
	strata_session_record *record)
{
	ask_for_foreign(tier, call, name, STRATA_META_DELETE, record);
}

const strata_session_ops strata_memcached_session_ops = {
	.open = open,
	.store = strata_memcached_session_store,
	.renew = strata_memcached_session_renew,
	.leave = leave,
	.remove = remove_record,
	.read_foreign = read_foreign,
	.remove_foreign = remove_foreign,
};
