#include "tier/memcached/memcached_session_places.h"

#include "os/clock.h"
#include "os/process.h"
#include "tier/envelope.h"
#include "tier/memcached/memcached_swap.h"

/* Milliseconds: what clocks of hosts differ by, and what others may yet write, is less. */
enum { LONGEST_LATE = 60 * 1000, AFTER_LOCK = 2 * 1000 };

strata_places strata_places_of(const strata_memcached_tier *tier, strata_call *call,
	strata_session_record *record)
{
	strata_places places = { .tier = tier, .call = call, .record = record, .count = 1 };

	call->generation = STRATA_GENERATION_OF_SESSIONS;
	places.nodes[0] = strata_memcached_pick(tier->pool, record->item.key);
	if (tier->first_place != NULL) {
		places.nodes[1] = strata_memcached_pick_second(tier->pool, record->item.key);
		places.count += places.nodes[1] != places.nodes[0];
	}
	return places;
}

bool strata_places_is_out(strata_result result)
{
	return result == STRATA_BREAKER_OPEN || result == STRATA_TIMEOUT || result == STRATA_REFUSED ||
		   result == STRATA_CONNECTION;
}

void strata_places_complete(const strata_places *places, strata_result result, const char *node)
{
	places->record->item.result = result;
	places->record->item.tier = STRATA_TIER_MEMCACHED;
	places->record->item.node = node;
}

/* ---- looking ---- */

/* A value that is none of this version's records was written by another program, or a later one. */
static strata_result classify_look(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	strata_result result = strata_memcached_classify_read(batch, command, item);

	if (result == STRATA_STALE) {
		result = STRATA_OK;
	}
	if (result == STRATA_OK && item->value.codec != STRATA_CODEC_STRING &&
		item->value.codec != STRATA_CODEC_MOVED) {
		result = STRATA_FOREIGN;
	}
	return result;
}

/* A placeholder's version is odd where it is no more than a lock. */
static strata_held_kind content_of(const strata_held *held)
{
	if (held->item.result == STRATA_OK) {
		return STRATA_HELD_RECORD;
	}
	if (held->item.result != STRATA_MISS) {
		return STRATA_HELD_UNKNOWN;
	}
	if (held->stored.data == NULL) {
		return STRATA_HELD_NOTHING;
	}
	return held->item.fence.version % 2 == 1 ? STRATA_HELD_LOCK : STRATA_HELD_TOMBSTONE;
}

static void note_held(strata_held *held, const strata_memcached_command *command)
{
	const strata_meta_reply *reply = &command->reply;
	bool is_there = command->result == STRATA_OK && reply->code == STRATA_META_VA;

	held->stored = is_there ? reply->value : (strata_view){ NULL, 0 };
	if (is_there && reply->value.size == 0) {
		held->stored.data = "";
	}
	held->cas = reply->cas;
	held->left = reply->ttl < 0 ? STRATA_NEVER : (strata_msec) reply->ttl * 1000;
	held->kind = content_of(held);
	if (held->kind > STRATA_HELD_LOCK) {
		held->written = strata_envelope_created(held->stored);
	}
	if (!reply->is_marked) {
		held->owner = held->item.fence.owner;
		held->is_locked = held->item.fence.state == STRATA_FENCE_HELD;
	}
}

/* Of the places that are listed. */
static void look_at(strata_places *places, const uint32_t *list, uint32_t count)
{
	strata_item *items[STRATA_PLACES_MOST] = { NULL };
	strata_memcached_batch batch;

	for (uint32_t i = 0; i < count; i++) {
		strata_held *held = &places->held[list[i]];

		*held = (strata_held){ .item = { .key = places->record->item.key,
								   .value.codec = STRATA_CODEC_NULL } };
		items[i] = &held->item;
	}
	batch = strata_memcached_batch_of(places->tier, places->call, items, count, STRATA_META_LOOK);
	for (uint32_t i = 0; batch.commands != NULL && i < count; i++) {
		batch.commands[i].node = places->nodes[list[i]];
	}
	places->call->waited = 0;
	strata_memcached_batch_run(&batch, classify_look);
	for (uint32_t i = 0; batch.commands != NULL && i < count; i++) {
		note_held(&places->held[list[i]], &batch.commands[i]);
	}
}

void strata_places_look(strata_places *places)
{
	static const uint32_t all[STRATA_PLACES_MOST] = { 0, 1 };
	uint32_t again[STRATA_PLACES_MOST], mismatched = 0;

	look_at(places, all, places->count);
	for (uint32_t i = 0; i < places->count; i++) {
		if (places->held[i].item.result == STRATA_DESYNC) {
			again[mismatched++] = i;
		}
	}
	if (mismatched > 0) {
		look_at(places, again, mismatched);
	}
}

/* ---- what is there ---- */

uint32_t strata_places_of_lock(const strata_places *places)
{
	return places->count > 1 && strata_places_is_out(places->held[0].item.result) ? 1 : 0;
}

const strata_held *strata_places_newest(const strata_places *places)
{
	const strata_held *found = NULL;

	for (uint32_t i = 0; i < places->count; i++) {
		const strata_held *held = &places->held[i];

		if (held->kind >= STRATA_HELD_TOMBSTONE &&
			(found == NULL || held->written > found->written)) {
			found = held;
		}
	}
	return found;
}

/* A place that was out holds what was there before: no word of it counts, nor a lock in it. */
static bool is_behind(const strata_held *held, const strata_held *newest)
{
	return held->kind >= STRATA_HELD_TOMBSTONE && held->written < newest->written;
}

bool strata_places_are_locked(const strata_places *places)
{
	const strata_held *newest = strata_places_newest(places);

	for (uint32_t i = 0; i < places->count; i++) {
		const strata_held *held = &places->held[i];

		if (held->is_locked && held->owner != places->record->token && !is_behind(held, newest)) {
			return true;
		}
	}
	return false;
}

bool strata_places_is_ours(const strata_places *places, uint32_t at)
{
	return places->record->token != 0 && places->held[at].owner == places->record->token;
}

bool strata_places_lacks_cas(const strata_places *places, uint32_t at)
{
	return places->held[at].stored.data != NULL && places->held[at].cas == 0;
}

void strata_places_refuse(const strata_places *places, const char *node)
{
	strata_item item = { .node = node };

	strata_memcached_swap_refuse(places->call, &item);
	strata_call_explain_more(places->call,
		" (sessions do without it where strata.session_lock is off)");
	strata_places_complete(places, STRATA_UNSUPPORTED, node);
}

/* ---- what is written ---- */

static strata_fence lock_of(const strata_session_record *record)
{
	return (
		strata_fence){ .owner = record->token, .end = strata_clock_wall_msec() + record->lock_ttl };
}

strata_view strata_places_unlocked(const strata_places *places, strata_view stored)
{
	return strata_envelope_with_lease(places->call->arena, stored, &(strata_fence){ .owner = 0 });
}

strata_view strata_places_locked(const strata_places *places, strata_view stored)
{
	strata_fence lock = lock_of(places->record);

	return strata_envelope_with_lease(places->call->arena, stored, &lock);
}

strata_msec strata_places_life_with_lock(const strata_session_record *record, strata_msec life)
{
	strata_msec least = record->lock_ttl + AFTER_LOCK;

	return life > least ? life : least;
}

/* The version of a tombstone is even, and of no other placeholder. */
static strata_view placeholder(const strata_places *places, strata_msec written,
	const strata_fence *fence)
{
	return strata_envelope_placeholder(places->call->arena, places->tier->keyspace,
		places->call->generation, written, places->record->item.key, fence);
}

strata_view strata_places_placeholder(const strata_places *places)
{
	strata_fence fence = lock_of(places->record);

	fence.version = strata_process_random_word() | 1;
	return placeholder(places, strata_clock_wall_msec(), &fence);
}

strata_view strata_places_tombstone(const strata_places *places, strata_msec written)
{
	strata_fence fence = { .version = (strata_process_random_word() | 2) & ~(uint64_t) 1 };

	return placeholder(places, written, &fence);
}

strata_msec strata_places_time(const strata_session_record *record, strata_places_moment moment)
{
	strata_msec wall = strata_clock_wall_msec();
	strata_msec time = wall > record->written ? wall : record->written + 1;

	return moment == STRATA_LATER_THAN_ALL ? time + LONGEST_LATE : time;
}

/* ---- changing ---- */

uint32_t strata_places_seconds(strata_msec life)
{
	const strata_memcached_batch batch = { .wall = strata_clock_wall_msec() };

	/* The server counts in ticks of a second, and drops an item in the last one. */
	return life == STRATA_NEVER
			   ? 0
			   : strata_memcached_batch_seconds(&batch, life / 1000 + (life % 1000 > 0) + 1);
}

strata_place_step strata_places_storing(strata_view bytes, strata_msec life,
	strata_places_over over, uint64_t cas)
{
	/* Where nothing was seen nothing is there. */
	bool is_add = over == STRATA_OVER_SEEN && cas == 0;

	return (strata_place_step){ .is_sent = true,
		.request = { .verb = STRATA_META_SET,
			.value = bytes,
			.mode = is_add ? 'E' : 'S',
			.cas = over == STRATA_OVER_SEEN ? cas : 0,
			.wants_cas = true,
			.ttl = strata_places_seconds(life) } };
}

static strata_result classify_step(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	(void) batch;
	(void) item;
	switch (command->reply.code) {
		case STRATA_META_HD: return STRATA_OK;
		case STRATA_META_NS:
		case STRATA_META_EX: return STRATA_NOT_STORED;
		case STRATA_META_EN:
		case STRATA_META_NF: return STRATA_MISS;
		case STRATA_META_VA:
		case STRATA_META_SETTINGS_END:
		case STRATA_META_ERROR: break;
	}
	return STRATA_PROTOCOL;
}

static bool is_complete(const strata_place_step *step)
{
	return step->request.verb != STRATA_META_SET || step->request.value.data != NULL;
}

static void take_command(strata_memcached_command *command, const strata_place_step *step,
	uint32_t node)
{
	strata_view name = command->request.key;

	command->request = step->request;
	command->request.key = name;
	command->node = node;
}

void strata_places_run(strata_places *places, strata_place_step steps[STRATA_PLACES_MOST])
{
	strata_item items[STRATA_PLACES_MOST];
	strata_item *list[STRATA_PLACES_MOST];
	uint32_t at[STRATA_PLACES_MOST], count = 0;
	strata_memcached_batch batch;

	for (uint32_t i = 0; i < places->count; i++) {
		if (steps[i].is_sent) {
			items[count] = (strata_item){ .key = places->record->item.key };
			list[count] = &items[count];
			at[count++] = i;
		}
	}
	if (count == 0) {
		return;
	}
	batch = strata_memcached_batch_of(places->tier, places->call, list, count, STRATA_META_SET);
	for (uint32_t i = 0; batch.commands != NULL && i < count; i++) {
		if (is_complete(&steps[at[i]])) {
			take_command(&batch.commands[i], &steps[at[i]], places->nodes[at[i]]);
		} else {
			batch.commands = NULL;
		}
	}
	places->call->waited = 0;
	strata_memcached_batch_run(&batch, classify_step);
	for (uint32_t i = 0; i < count; i++) {
		steps[at[i]].result = items[i].result;
		steps[at[i]].node = items[i].node;
		if (batch.commands != NULL) {
			steps[at[i]].reply = batch.commands[i].reply;
		}
	}
}

void strata_places_add_dropped(strata_places *places, strata_place_step steps[STRATA_PLACES_MOST],
	uint32_t at)
{
	strata_place_step *step = &steps[at];
	strata_place_step again[STRATA_PLACES_MOST] = { 0 };

	if (step->result != STRATA_SERVER ||
		!strata_meta_error_has_removed(&step->request, step->reply.value)) {
		return;
	}
	again[at] = *step;
	again[at].request.mode = 'E';
	again[at].request.cas = 0;
	strata_places_run(places, again);
	*step = again[at];
}
