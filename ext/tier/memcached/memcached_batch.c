/*
 * The way of every verb of this tier: items to commands, one parallel round, replies to items.
 * Which server a key lives on follows from the user's key alone, so that it is where the fleet's
 * other clients would put it.
 *
 * memcached counts time in ticks of a second: what is to live for n seconds is gone after more than
 * n - 1 and at most n of them. A value whose envelope knows its end to the millisecond is therefore
 * kept for one second more, so that the envelope decides. A plain integer has nothing but the
 * server's time, and rather ends early than outlives what was asked for.
 */
#include "tier/memcached/memcached_batch.h"

#include "os/clock.h"
#include "tier/envelope.h"
#include "tier/memcached/memcached_copies.h"
#include "tier/remote_key.h"

/* Seconds. Longer lives are given as Unix times (protocol.txt, "Expiration times"). */
enum { LONGEST_RELATIVE = 30 * 24 * 3600 };

strata_memcached_batch strata_memcached_batch_blank(const strata_memcached_tier *tier,
	strata_call *call, strata_item *const *items, size_t count)
{
	strata_generation_check *check = strata_generation_check_take(call);
	size_t reads = strata_generation_check_reads(check, strata_memcached_copies_count(tier->pool));
	strata_tag_check *tag_check = strata_tag_check_take(call);
	size_t in_front = reads + strata_tag_check_reads(tag_check);
	strata_memcached_command *all =
		strata_arena_alloc(call->arena, (in_front + count) * sizeof(*all));

	for (size_t i = 0; all != NULL && i < in_front + count; i++) {
		all[i] = (strata_memcached_command){ .result = STRATA_NO_MEMORY };
	}
	return (strata_memcached_batch){
		.tier = tier,
		.call = call,
		.generation = call->generation,
		.believes_old = strata_generation_is_fixed(call->generation),
		.wall = strata_clock_wall_msec(),
		.items = items,
		.commands = all == NULL ? NULL : all + in_front,
		.count = count,
		.check = check,
		.reads = reads,
		.tag_check = tag_check,
		.tag_reads = in_front - reads,
	};
}

/* memcached 1.6.18 makes an item of a key in base64, and then names it in raw bytes. */
static bool can_be_vivified(strata_view name)
{
	return strata_meta_key_is_plain(name);
}

/* What cannot be named plainly was refused before (api/request/plain.h). */
static strata_view plain_name_of(strata_arena *arena, strata_view prefix, strata_view key)
{
	strata_view name = strata_remote_key(arena, prefix, key);

	return strata_meta_key_fits(name) ? name : (strata_view){ NULL, 0 };
}

static strata_view name_of(const strata_memcached_batch *batch, strata_view prefix, strata_view key)
{
	const strata_memcached_tier *tier = batch->tier;
	strata_arena *arena = batch->call->arena;
	strata_view name;

	if (strata_keyspace_names_plainly(tier->keyspace, batch->generation)) {
		return plain_name_of(arena, prefix, strata_remote_key_written(key));
	}
	name = strata_remote_key(arena, prefix, key);
	if (name.data != NULL &&
		(!strata_meta_key_fits(name) || (tier->is_nearer && !can_be_vivified(name)))) {
		name = strata_remote_key_hashed(arena, prefix, key);
	}
	return name;
}

strata_memcached_batch strata_memcached_batch_of(const strata_memcached_tier *tier,
	strata_call *call, strata_item *const *items, size_t count, strata_meta_verb verb)
{
	strata_memcached_batch batch = strata_memcached_batch_blank(tier, call, items, count);
	strata_view prefix = strata_remote_prefix(call->arena, tier->keyspace, call->generation);
	bool is_plain = strata_keyspace_names_plainly(tier->keyspace, call->generation);

	for (size_t i = 0; batch.commands != NULL && i < count; i++) {
		strata_memcached_command *command = &batch.commands[i];

		command->request.verb = verb;
		command->request.wants_flags = is_plain;
		command->request.key = name_of(&batch, prefix, items[i]->key);
		command->node = strata_memcached_pick(tier->pool,
			is_plain ? strata_remote_key_written(items[i]->key) : items[i]->key);
		if (command->request.key.data == NULL) {
			batch.commands = NULL;
		}
	}
	return batch;
}

bool strata_memcached_batch_name_tag(const strata_memcached_tier *tier, strata_call *call,
	uint64_t id, strata_memcached_command *command)
{
	strata_view name = strata_remote_key_of_tag(call->arena, tier->keyspace, id);

	if (name.data == NULL) {
		return false;
	}
	command->request.key = name;
	command->node = strata_memcached_pick(tier->pool, name);
	return true;
}

/* ---- time ---- */

/*
 * Servers read the number as a signed one of 32 bits, and some say yes to a larger one and drop the
 * item at once, so that an end after 2038 is none.
 */
static uint32_t protocol_ttl(strata_msec wall, uint64_t seconds)
{
	uint64_t unix_time = wall / 1000 + seconds;

	if (seconds <= LONGEST_RELATIVE) {
		return (uint32_t) seconds;
	}
	return unix_time > INT32_MAX ? 0 : (uint32_t) unix_time;
}

uint32_t strata_memcached_batch_seconds(const strata_memcached_batch *batch, uint64_t seconds)
{
	return protocol_ttl(batch->wall, seconds);
}

/* Rounded up. */
static uint64_t seconds_left(strata_msec wall, strata_msec expires_at)
{
	return expires_at <= wall ? 0 : (expires_at - wall + 999) / 1000;
}

uint32_t strata_memcached_batch_ttl(const strata_memcached_batch *batch, strata_msec expires_at)
{
	uint64_t seconds = seconds_left(batch->wall, expires_at);

	if (expires_at == STRATA_NEVER) {
		return 0;
	}
	return protocol_ttl(batch->wall, seconds == 0 ? 1 : seconds);
}

static uint32_t sealed_ttl(const strata_memcached_batch *batch, strata_msec expires_at)
{
	if (expires_at == STRATA_NEVER) {
		return 0;
	}
	return protocol_ttl(batch->wall, seconds_left(batch->wall, expires_at) + 1);
}

/* Of an integer, by what the server says to the second; 0 seconds left are less than one. */
static strata_msec integer_end(int64_t left, strata_msec wall)
{
	if (left < 0) {
		return STRATA_NEVER;
	}
	return wall + (left == 0 ? 1 : (strata_msec) left) * 1000;
}

/* ---- storing ---- */

void strata_memcached_batch_store(strata_memcached_batch *batch, size_t index, char mode,
	uint64_t cas)
{
	const strata_item *item = batch->items[index];
	bool is_ended_by_server =
		strata_item_is_digits(item) ||
		strata_keyspace_writes_plainly(batch->tier->keyspace, batch->generation);
	strata_plain_stored stored;
	strata_meta_request *request;

	if (batch->commands == NULL) {
		return;
	}
	request = &batch->commands[index].request;
	request->verb = STRATA_META_SET;
	request->mode = mode;
	request->cas = cas;
	request->ttl = is_ended_by_server ? strata_memcached_batch_ttl(batch, item->expires_at)
									  : sealed_ttl(batch, item->expires_at);
	stored = strata_envelope_write(batch->call->arena, batch->tier->keyspace, batch->generation,
		STRATA_PLAIN_FLAGS, item);
	request->value = stored.bytes;
	request->flags = stored.flags;
	if (request->value.data == NULL) {
		batch->commands = NULL;
	}
}

void strata_memcached_batch_take_back(strata_memcached_batch *batch)
{
	for (size_t i = 0; batch->commands != NULL && i < batch->count; i++) {
		batch->commands[i].is_removal = true;
	}
}

/* ---- asking ---- */

static void complete(strata_item *item, strata_result result, const char *node)
{
	item->result = result;
	item->tier = STRATA_TIER_MEMCACHED;
	item->node = node;
}

/* While the connection is still ours, so that it hears of what cannot be believed. */
static void complete_by(const strata_memcached_batch *batch, strata_memcached_command *command,
	strata_item *item, strata_memcached_classifier classify)
{
	strata_result result = command->result;

	if (result == STRATA_OK) {
		result = classify(batch, command, item);
		command->is_mismatched = result == STRATA_DESYNC || result == STRATA_PROTOCOL;
		if (result == STRATA_TOO_LARGE) {
			strata_envelope_explain(batch->call, "memcached", command->node_name);
		}
	}
	complete(item, result, command->node_name);
}

/* ---- what is sent along ---- */

/*
 * The reads of the generation go first. Behind a large value they could lie in one TLS record with
 * its end: memcached 1.6.18 takes the value out of that record, and then waits for the socket.
 */
static void name_read(const strata_memcached_batch *batch, strata_view name, size_t index,
	size_t copy)
{
	strata_memcached_command *command = batch->commands - batch->reads + index;

	command->request = (strata_meta_request){ .verb = STRATA_META_GET, .key = name };
	command->node = strata_memcached_copies_node(batch->tier->pool, batch->tier->keyspace, copy);
}

/* Is one of them on a server that is asked for nothing else? */
static bool add_reads(strata_memcached_batch *batch)
{
	const strata_memcached_tier *tier = batch->tier;
	strata_memcached_copy_choice choice;
	strata_view name;

	if (batch->commands == NULL || batch->check == NULL) {
		return false;
	}
	name = strata_remote_key_of_generation(batch->call->arena, tier->keyspace, "");
	if (name.data == NULL) {
		batch->commands = NULL;
		return false;
	}
	if (batch->check->scope == STRATA_CHECK_ONE_COPY) {
		choice = strata_memcached_copies_choose(tier->pool, tier->keyspace, batch->commands,
			batch->count);
		name_read(batch, name, 0, choice.copy);
		return choice.is_apart;
	}
	for (size_t i = 0; i < batch->reads; i++) {
		name_read(batch, name, i, i);
	}
	return false;
}

static void add_tag_reads(strata_memcached_batch *batch)
{
	for (size_t i = 0; batch->commands != NULL && i < batch->tag_reads; i++) {
		strata_memcached_command *command = batch->commands - batch->reads - batch->tag_reads + i;

		if (!strata_memcached_batch_name_tag(batch->tier, batch->call,
				batch->tag_check->questions[i]->id, command)) {
			batch->commands = NULL;
			return;
		}
		command->request.verb = STRATA_META_GET;
	}
}

static void note_tag_reads(const strata_memcached_batch *batch)
{
	for (size_t i = 0; i < batch->tag_reads; i++) {
		strata_item number = { .value.codec = STRATA_CODEC_NULL };

		complete_by(batch, batch->commands - batch->reads - batch->tag_reads + i, &number,
			strata_memcached_classify_tag);
		strata_tag_question_complete(batch->tag_check->questions[i], &number);
		batch->tag_check->is_sent = true;
	}
}

static void note_reads(const strata_memcached_batch *batch)
{
	for (size_t i = 0; i < batch->reads; i++) {
		strata_item copy = { .value.codec = STRATA_CODEC_NULL };

		complete_by(batch, batch->commands - batch->reads + i, &copy,
			strata_memcached_classify_read);
		strata_generation_copies_note(&batch->check->copies, &copy);
		batch->check->is_sent = true;
	}
}

/* ---- the run ---- */

static void run(strata_memcached_batch *batch, bool is_read_apart,
	strata_memcached_classifier classify)
{
	size_t in_front = batch->reads + batch->tag_reads;
	strata_memcached_replies *replies;

	/* A copy that is waited for alone leaves time for another one to be asked. */
	batch->call->later_steps += is_read_apart;
	replies = strata_memcached_run(batch->tier->pool, batch->call, batch->commands - in_front,
		in_front + batch->count);
	batch->call->later_steps -= is_read_apart;
	for (size_t i = 0; i < batch->count; i++) {
		complete_by(batch, &batch->commands[i], batch->items[i], classify);
	}
	note_reads(batch);
	note_tag_reads(batch);
	strata_memcached_release(replies);
}

void strata_memcached_batch_run(strata_memcached_batch *batch, strata_memcached_classifier classify)
{
	bool is_read_apart = add_reads(batch);

	add_tag_reads(batch);
	if (batch->commands != NULL) {
		run(batch, is_read_apart, classify);
		return;
	}
	for (size_t i = 0; i < batch->count; i++) {
		complete(batch->items[i], STRATA_NO_MEMORY, NULL);
	}
}

/*
 * What a get left behind for the one that fills it. An empty value without these flags was stored
 * by another program.
 */
static bool is_unfilled(const strata_meta_reply *reply)
{
	return reply->value.size == 0 && (reply->is_won || reply->is_awaited);
}

strata_result strata_memcached_classify_read(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	const strata_meta_reply *reply = &command->reply;
	strata_result result;

	if (reply->code != STRATA_META_VA) {
		return reply->code == STRATA_META_EN ? STRATA_MISS : STRATA_PROTOCOL;
	}
	if (is_unfilled(reply)) {
		return STRATA_MISS;
	}
	result = strata_envelope_read(batch->call->arena, batch->tier->keyspace, batch->generation,
		batch->wall, STRATA_PLAIN_FLAGS,
		&(strata_plain_stored){ reply->value, (uint32_t) reply->flags }, item);
	if (strata_unconfirmed_any(command->unconfirmed) && !batch->believes_old &&
		(result == STRATA_OK || result == STRATA_STALE) &&
		!strata_unconfirmed_believes(command->unconfirmed, item->created_at, batch->wall)) {
		return STRATA_MISS;
	}
	if (result == STRATA_OK && strata_item_is_ended_by_server(item)) {
		item->expires_at = integer_end(reply->ttl, batch->wall);
	}
	return result;
}

strata_result strata_memcached_classify_tag(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	const strata_meta_reply *reply = &command->reply;
	uint64_t held;

	(void) batch;
	if (reply->code != STRATA_META_VA) {
		return reply->code == STRATA_META_EN ? STRATA_MISS : STRATA_PROTOCOL;
	}
	held = strata_tag_number_of(reply->value);
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = (int64_t) held };
	return held == 0 ? STRATA_NOT_INTEGER : STRATA_OK;
}

strata_result strata_memcached_classify_stored(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	(void) batch;
	(void) item;
	switch (command->reply.code) {
		case STRATA_META_HD: return STRATA_OK;
		case STRATA_META_NS:
		case STRATA_META_EX:
		case STRATA_META_EN:
		case STRATA_META_NF: return STRATA_NOT_STORED;
		case STRATA_META_VA:
		case STRATA_META_SETTINGS_END:
		case STRATA_META_ERROR: break;
	}
	return STRATA_PROTOCOL;
}
