/*
 * The way of every verb of this tier: items to commands, each routed to the owner of its slot,
 * replies to items. Several keys are a pipeline of single-key commands for each node, never MGET,
 * which a cluster refuses across slots and which would tie one key's fate to another's.
 *
 * A reply of Redis says nothing about its question but its type. A type that the command cannot
 * have (a value that is no string is an error, not another type) is therefore the reply of another
 * one.
 */
#include "tier/redis/redis_batch.h"

#include "base/compiler.h"
#include "base/digits.h"
#include "os/clock.h"
#include "protocol/slots.h"
#include "tier/envelope.h"
#include "tier/redis/redis_copies.h"
#include "tier/remote_key.h"

strata_redis_batch strata_redis_batch_of(const strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_generation_check *check = strata_generation_check_take(call);
	size_t reads = strata_generation_check_reads(check, strata_redis_copies_count(tier->kind));
	strata_tag_check *tag_check = strata_tag_check_take(call);
	size_t in_front = reads + strata_tag_check_reads(tag_check);
	strata_redis_command *all =
		strata_arena_alloc(call->arena, (in_front + count) * sizeof(strata_redis_command));

	return (strata_redis_batch){
		.tier = tier,
		.call = call,
		.prefix = strata_remote_prefix(call->arena, tier->keyspace, call->generation),
		.generation = call->generation,
		.believes_old = strata_generation_is_fixed(call->generation),
		.wall = strata_clock_wall_msec(),
		.items = items,
		.count = count,
		.commands = all == NULL ? NULL : all + in_front,
		.check = check,
		.reads = reads,
		.tag_check = tag_check,
		.tag_reads = in_front - reads,
	};
}

static bool are_all_there(const strata_view *arguments, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (arguments[i].data == NULL) {
			return false;
		}
	}
	return true;
}

/* False when out of memory. */
static bool compose(strata_redis_batch *batch, const strata_view *arguments, size_t count,
	size_t key, strata_redis_command *command)
{
	size_t before = batch->bytes.size;

	if (!are_all_there(arguments, count) ||
		strata_resp_compose(&batch->bytes, arguments, count) != 0) {
		return false;
	}
	*command = (strata_redis_command){
		.bytes.size = batch->bytes.size - before,
		.name = arguments[key],
		.slot = batch->tier->kind == STRATA_REDIS_CLUSTER ? strata_slots_of_key(arguments[key]) : 0,
	};
	return true;
}

void strata_redis_batch_add(strata_redis_batch *batch, const strata_view *arguments, size_t count,
	size_t key)
{
	if (batch->commands == NULL) {
		return;
	}
	if (!compose(batch, arguments, count, key, &batch->commands[batch->added])) {
		batch->commands = NULL;
		return;
	}
	batch->added++;
}

void strata_redis_batch_take_back(strata_redis_batch *batch)
{
	for (size_t i = 0; batch->commands != NULL && i < batch->added; i++) {
		batch->commands[i].is_removal = true;
	}
}

/* ---- arguments ---- */

strata_view strata_redis_batch_name(const strata_redis_batch *batch, const strata_item *item)
{
	bool is_plain = strata_keyspace_names_plainly(batch->tier->keyspace, batch->generation);

	return strata_remote_key(batch->call->arena, batch->prefix,
		is_plain ? strata_remote_key_written(item->key) : item->key);
}

strata_view strata_redis_batch_sealed(const strata_redis_batch *batch, const strata_item *item)
{
	const strata_keyspace *keyspace = batch->tier->keyspace;

	return strata_envelope_write(batch->call->arena, keyspace, batch->generation,
		keyspace->text_form, item)
		.bytes;
}

strata_view strata_redis_batch_number(const strata_redis_batch *batch, int64_t number)
{
	strata_digits room;

	return strata_arena_copy(batch->call->arena, strata_digits_of_signed(number, &room));
}

strata_view strata_redis_batch_life(const strata_redis_batch *batch, strata_msec expires_at)
{
	if (expires_at == STRATA_NEVER) {
		return strata_redis_batch_number(batch, 0);
	}
	return strata_redis_batch_number(batch,
		expires_at > batch->wall ? (int64_t) (expires_at - batch->wall) : 1);
}

/* ---- asking ---- */

static void complete(strata_item *item, strata_result result, const char *node)
{
	item->result = result;
	item->tier = STRATA_TIER_REDIS;
	item->node = node;
}

/*
 * Nothing in a number, or in what others wrote, says which key it belongs to: it is known by its
 * place among the replies. Where some of them never came, one before it may be missing, and it is
 * that of the key behind.
 */
static bool is_out_of_place(const strata_redis_command *command, const strata_item *item)
{
	return command->broke != STRATA_OK && command->reply->type == STRATA_RESP_STRING &&
		   (item->value.codec == STRATA_CODEC_INTEGER || item->is_foreign);
}

/* While the connection is still ours, so that it hears of what cannot be believed. */
static void complete_by(const strata_redis_batch *batch, strata_redis_command *command,
	strata_item *item, strata_redis_classifier classify)
{
	strata_result result = command->result;

	if (result == STRATA_OK) {
		result = classify(batch, command->reply, item);
		command->is_mismatched = result == STRATA_DESYNC;
		if (result == STRATA_TOO_LARGE) {
			strata_envelope_explain(batch->call, "redis", command->node_name);
		}
	}
	if (result == STRATA_OK && is_out_of_place(command, item)) {
		item->value = (strata_value){ 0 };
		result = command->broke;
	}
	item->is_from_replica = command->is_from_replica;
	complete(item, result, command->node_name);
}

/* ---- what is sent along ---- */

/*
 * The reads of the generation go first, so that the reply to the last command of a connection stays
 * that of an item. They are MGETs of one name each: no verb of an item is answered with an array,
 * so that a reply that is out of place shows. Where MGET is refused, GET has to do.
 */
static void add_read(strata_redis_batch *batch, size_t places_before, strata_view name)
{
	strata_view mget[] = { strata_view_of(batch->tier->redis->lacks_mget ? "GET" : "MGET"), name };
	strata_redis_command *command;

	if (batch->commands == NULL) {
		return;
	}
	command = batch->commands - places_before;
	if (!compose(batch, mget, 2, 1, command)) {
		batch->commands = NULL;
		return;
	}
	command->is_repeatable = true;
}

static void add_copy(strata_redis_batch *batch, size_t index, size_t copy)
{
	add_read(batch, batch->reads - index,
		strata_redis_copies_name(batch->call->arena, batch->tier->keyspace, batch->tier->kind,
			copy));
}

static void add_tag_reads(strata_redis_batch *batch)
{
	for (size_t i = 0; i < batch->tag_reads; i++) {
		add_read(batch, batch->reads + batch->tag_reads - i,
			strata_remote_key_of_tag(batch->call->arena, batch->tier->keyspace,
				batch->tag_check->questions[i]->id));
	}
}

/* Is one of them read from a node that is asked for nothing else? */
static bool add_reads(strata_redis_batch *batch)
{
	strata_redis_copy_choice choice;

	if (batch->commands == NULL || batch->check == NULL) {
		return false;
	}
	if (batch->check->scope == STRATA_CHECK_ONE_COPY) {
		choice = strata_redis_copies_choose(batch->tier->redis, batch->commands, batch->added);
		add_copy(batch, 0, choice.copy);
		return choice.is_apart;
	}
	for (size_t i = 0; i < batch->reads; i++) {
		add_copy(batch, i, i);
	}
	return false;
}

static const strata_resp_reply *only_of(const strata_redis_batch *batch,
	const strata_resp_reply *reply)
{
	return batch->tier->redis->lacks_mget ? reply : strata_resp_element(reply, 0);
}

static strata_result classify_copy(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	const strata_resp_reply *only = only_of(batch, reply);

	return only == NULL ? STRATA_DESYNC : strata_redis_classify_read(batch, only, item);
}

static strata_result classify_tag(const strata_redis_batch *batch, const strata_resp_reply *reply,
	strata_item *item)
{
	const strata_resp_reply *only = only_of(batch, reply);

	return only == NULL ? STRATA_DESYNC : strata_redis_classify_tag(batch, only, item);
}

/* Before the reads of the generation are noted, which may find out that MGET is refused. */
static STRATA_NOINLINE bool note_tag_reads(const strata_redis_batch *batch)
{
	bool is_any_refused = false;

	for (size_t i = 0; i < batch->tag_reads; i++) {
		strata_item number = { .value.codec = STRATA_CODEC_NULL };

		complete_by(batch, batch->commands - batch->reads - batch->tag_reads + i, &number,
			classify_tag);
		strata_tag_question_complete(batch->tag_check->questions[i], &number);
		batch->tag_check->is_sent = true;
		is_any_refused |= number.result == STRATA_UNSUPPORTED;
	}
	return is_any_refused;
}

static inline void note_reads(const strata_redis_batch *batch)
{
	bool is_any_refused = batch->tag_reads > 0 && note_tag_reads(batch);

	for (size_t i = 0; i < batch->reads; i++) {
		strata_item copy = { .value.codec = STRATA_CODEC_NULL };

		complete_by(batch, batch->commands - batch->reads + i, &copy, classify_copy);
		strata_generation_copies_note(&batch->check->copies, &copy);
		batch->check->is_sent = true;
		is_any_refused |= copy.result == STRATA_UNSUPPORTED;
	}
	batch->tier->redis->lacks_mget |= is_any_refused;
}

/* ---- the run ---- */

/* Each in the order in which it was composed. */
static const char *place_bytes(strata_redis_command *commands, size_t count, const char *at)
{
	for (size_t i = 0; i < count; i++) {
		commands[i].bytes.data = at;
		at += commands[i].bytes.size;
	}
	return at;
}

static void run(strata_redis_batch *batch, bool is_read_apart, strata_redis_classifier classify)
{
	size_t in_front = batch->reads + batch->tag_reads;
	strata_redis_command *all = batch->commands - in_front;
	const char *at = place_bytes(batch->commands, batch->added, batch->bytes.data);
	strata_request_ctx *round;

	at = place_bytes(batch->commands - batch->reads, batch->reads, at);
	(void) place_bytes(all, batch->tag_reads, at);
	/* A copy that is waited for alone leaves time for another one to be asked. */
	batch->call->later_steps += is_read_apart;
	round = strata_router_run(batch->tier->redis, batch->call, all, in_front + batch->added);
	batch->call->later_steps -= is_read_apart;
	for (size_t i = 0; i < batch->added; i++) {
		complete_by(batch, &batch->commands[i], batch->items[i], classify);
	}
	note_reads(batch);
	strata_router_release(round);
}

void strata_redis_batch_run(strata_redis_batch *batch, strata_redis_classifier classify)
{
	bool is_read_apart = add_reads(batch);

	add_tag_reads(batch);
	if (batch->commands != NULL) {
		run(batch, is_read_apart, classify);
	} else {
		for (size_t i = 0; i < batch->count; i++) {
			complete(batch->items[i], STRATA_NO_MEMORY, NULL);
		}
	}
	strata_buffer_fini(&batch->bytes);
}

strata_result strata_redis_classify_read(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	const strata_unconfirmed *unconfirmed = batch->tier->redis->unconfirmed;
	strata_result result;

	if (reply->type == STRATA_RESP_NIL) {
		return STRATA_MISS;
	}
	if (reply->type != STRATA_RESP_STRING) {
		return STRATA_DESYNC;
	}
	result = strata_envelope_read(batch->call->arena, batch->tier->keyspace, batch->generation,
		batch->wall, batch->tier->keyspace->text_form, &(strata_plain_stored){ reply->text, 0 },
		item);
	if (strata_unconfirmed_any(unconfirmed) && !batch->believes_old &&
		(result == STRATA_OK || result == STRATA_STALE) &&
		!strata_unconfirmed_believes(unconfirmed, item->created_at, batch->wall)) {
		return STRATA_MISS;
	}
	return result;
}

strata_result strata_redis_classify_tag(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	uint64_t number;

	(void) batch;
	if (reply->type == STRATA_RESP_NIL) {
		return STRATA_MISS;
	}
	if (reply->type != STRATA_RESP_STRING) {
		return STRATA_DESYNC;
	}
	number = strata_tag_number_of(reply->text);
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = (int64_t) number };
	return number == 0 ? STRATA_NOT_INTEGER : STRATA_OK;
}

/* A list or a hash is what another program keeps under a plain name. */
static void note_other_types(const strata_redis_batch *batch)
{
	if (batch->commands == NULL ||
		!strata_keyspace_names_plainly(batch->tier->keyspace, batch->generation)) {
		return;
	}
	for (size_t i = 0; i < batch->added; i++) {
		if (batch->commands[i].result == STRATA_SERVER &&
			strata_resp_is_error(batch->commands[i].reply, "WRONGTYPE")) {
			batch->items[i]->result = STRATA_FOREIGN;
		}
	}
}

static void get_once(const strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, bool from_anybody)
{
	strata_redis_batch batch = strata_redis_batch_of(tier, call, items, count);

	for (size_t i = 0; i < count; i++) {
		strata_view get[] = { strata_view_of("GET"), strata_redis_batch_name(&batch, items[i]) };

		strata_redis_batch_add(&batch, get, 2, 1);
	}
	for (size_t i = 0; batch.commands != NULL && i < batch.added; i++) {
		batch.commands[i].is_plain_read = from_anybody;
	}
	strata_redis_batch_run(&batch, strata_redis_classify_read);
	note_other_types(&batch);
}

/*
 * ---- when numbers end ----
 *
 * Digits do not say when they end, and only the server knows. So PTTL goes along with each GET, for
 * an item of its own whose codec is ABSENT. Where the server refuses it, the end stays unknown.
 */

static strata_result classify_value_or_end(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	if (item->value.codec != STRATA_CODEC_ABSENT) {
		return strata_redis_classify_read(batch, reply, item);
	}
	if (reply->type != STRATA_RESP_INTEGER) {
		return STRATA_DESYNC;
	}
	item->expires_at =
		reply->integer >= 0 ? batch->wall + (strata_msec) reply->integer : STRATA_NEVER;
	return STRATA_OK;
}

/* The items, and behind each the one for its end. NULL when out of memory. */
static strata_item **with_ends(strata_arena *arena, strata_item *const *items, size_t count)
{
	strata_item *ends = strata_arena_alloc(arena, count * sizeof(*ends));
	strata_item **all = strata_arena_alloc(arena, 2 * count * sizeof(*all));

	if (ends == NULL || all == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		ends[i] = (strata_item){ .key = items[i]->key, .value.codec = STRATA_CODEC_ABSENT };
		all[2 * i] = items[i];
		all[2 * i + 1] = &ends[i];
	}
	return all;
}

static void take_end(strata_item *item, const strata_item *end)
{
	bool is_digits = (item->result == STRATA_OK) && !item->is_enveloped &&
					 item->value.codec == STRATA_CODEC_INTEGER;

	if ((is_digits || item->is_foreign) && end->result == STRATA_OK) {
		item->expires_at = end->expires_at;
	}
}

/* Without memory for it, as if the ends were not wanted. */
static void get_with_ends(const strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count, bool from_anybody)
{
	strata_item **all = with_ends(call->arena, items, count);
	strata_redis_batch batch;

	if (all == NULL) {
		get_once(tier, call, items, count, from_anybody);
		return;
	}
	batch = strata_redis_batch_of(tier, call, all, 2 * count);
	for (size_t i = 0; i < count; i++) {
		strata_view name = strata_redis_batch_name(&batch, items[i]);
		strata_view get[] = { strata_view_of("GET"), name };
		strata_view pttl[] = { strata_view_of("PTTL"), name };

		strata_redis_batch_add(&batch, get, 2, 1);
		strata_redis_batch_add(&batch, pttl, 2, 1);
	}
	for (size_t i = 0; batch.commands != NULL && i < batch.added; i++) {
		batch.commands[i].is_plain_read = from_anybody;
		batch.commands[i].is_advice = batch.items[i]->value.codec == STRATA_CODEC_ABSENT;
	}
	strata_redis_batch_run(&batch, classify_value_or_end);
	note_other_types(&batch);
	for (size_t i = 0; i < count; i++) {
		take_end(items[i], all[2 * i + 1]);
	}
}

/*
 * A value that belongs to another key says that the connection lied, not that the key is gone. It
 * was closed, so that a caller that asks again gets another one.
 */
static void get(const strata_redis_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, bool from_anybody)
{
	strata_item **again;
	size_t mismatched;

	if (call->wants_ends) {
		get_with_ends(tier, call, items, count, from_anybody);
	} else {
		get_once(tier, call, items, count, from_anybody);
	}
	again = strata_items_with(call->arena, items, count, STRATA_DESYNC, &mismatched);
	if (mismatched > 0) {
		get_once(tier, call, again, mismatched, from_anybody);
	}
}

void strata_redis_batch_get(const strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	get(tier, call, items, count, true);
}

void strata_redis_batch_get_newest(const strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	get(tier, call, items, count, false);
}

strata_result strata_redis_classify_stored(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	(void) batch;
	(void) item;
	if (reply->type == STRATA_RESP_NIL) {
		return STRATA_NOT_STORED;
	}
	return strata_resp_is_ok(reply) ? STRATA_OK : STRATA_DESYNC;
}

strata_result strata_redis_classify_changed(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	(void) batch;
	(void) item;
	if (reply->type != STRATA_RESP_INTEGER) {
		return STRATA_DESYNC;
	}
	return reply->integer > 0 ? STRATA_OK : STRATA_MISS;
}
