/*
 * An adapter between items and Redis commands: items to commands, each routed to the owner of its
 * slot, replies to items. Several keys are a pipeline of single-key commands for each node, never
 * MGET, which a cluster refuses across slots and which would tie one key's fate to another's.
 *
 * What must be atomic is one command or one short script. The scripts get their only key as
 * KEYS[1], as a cluster demands.
 */
#include "tier/redis.h"

#include <inttypes.h>
#include <stdlib.h>

#include "os/clock.h"
#include "remote/slots.h"
#include "tier/envelope.h"
#include "tier/remote_key.h"

enum {
	MOST_ARGUMENTS = 8,
	SWAP_TRIES = 8, /* how often a read-modify-write is tried against others */
	COPIES = 3      /* of the generation in a cluster */
};

/*
 * Stores ARGV[2] for ARGV[3] milliseconds (0: for ever) if the envelope that is there now bears the
 * version ARGV[1], which stands at bytes 16 to 23 of it. 1 when it did.
 */
#define SWAP_SCRIPT \
	"if redis.call('GETRANGE',KEYS[1],16,23)~=ARGV[1] then return 0 end " \
	"if ARGV[3]=='0' then redis.call('SET',KEYS[1],ARGV[2]) " \
	"else redis.call('SET',KEYS[1],ARGV[2],'PX',ARGV[3]) end return 1"

_Static_assert(STRATA_ENVELOPE_VERSION_AT == 16 && STRATA_ENVELOPE_VERSION_SIZE == 8,
	"the script above names the bytes of the version");

/* Starts the number at ARGV[1] for ARGV[2] milliseconds if there is none, then adds ARGV[3]. */
#define COUNT_SCRIPT \
	"if redis.call('EXISTS',KEYS[1])==0 then if ARGV[2]=='0' then " \
	"redis.call('SET',KEYS[1],ARGV[1]) else redis.call('SET',KEYS[1],ARGV[1],'PX',ARGV[2]) end " \
	"end " \
	"return redis.call('INCRBY',KEYS[1],ARGV[3])"

/*
 * Hash tags in the slots 2727, 8193 and 13650, the middles of the thirds of the slot space: three
 * masters with a third each keep one copy each. Names cannot follow the layout of the cluster,
 * because all hosts must agree on them at any time.
 */
static const char *const copy_suffixes[COPIES] = { ":{1e}", ":{7e}", ":{4e}" };

typedef struct {
	strata_redis *redis;
	strata_redis_kind kind;
	const strata_scope *scope;
} redis_tier;

static void settle(strata_item *item, strata_result result, const char *node)
{
	item->result = result;
	item->tier = STRATA_TIER_REDIS;
	item->node = node;
}

static void settle_all(strata_item *const *items, size_t count, strata_result result)
{
	for (size_t i = 0; i < count; i++) {
		settle(items[i], result, NULL);
	}
}

static strata_view name_of(const redis_tier *self, strata_call *call, strata_view key)
{
	return strata_remote_key(call->arena, self->scope, call->generation, key);
}

/* A number as an argument of a command; data is NULL when out of memory. */
static strata_view number(strata_call *call, int64_t value)
{
	char digits[24];
	int size = snprintf(digits, sizeof(digits), "%" PRId64, value);

	return strata_arena_copy(call->arena, (strata_view){ digits, (size_t) size });
}

/* How long until then, in milliseconds, as Redis wants it: at least 1. "0" when there is no end. */
static strata_view life(strata_call *call, strata_msec expires_at)
{
	strata_msec wall = strata_clock_wall_msec();

	if (expires_at == STRATA_NEVER) {
		return number(call, 0);
	}
	return number(call, expires_at > wall ? (int64_t) (expires_at - wall) : 1);
}

/* ---- commands ---- */

/*
 * Commands are formatted one behind the other into one buffer, which may move while it grows, so
 * that where each begins is kept as an offset until all of them are there.
 */
typedef struct {
	strata_buffer bytes;
	strata_redis_command *commands;
	size_t count;
} batch;

static void batch_fini(batch *batch)
{
	strata_buffer_fini(&batch->bytes);
}

static int batch_init(batch *batch, strata_call *call, size_t room)
{
	batch->bytes = (strata_buffer){ 0 };
	batch->count = 0;
	batch->commands = strata_arena_alloc(call->arena, room * sizeof(*batch->commands));
	return batch->commands == NULL ? -1 : 0;
}

/* The arguments begin with the verb; key says which of them decides about the slot. */
static int batch_add(batch *batch, const strata_view *arguments, size_t count, size_t key)
{
	size_t before = batch->bytes.size;

	for (size_t i = 0; i < count; i++) {
		if (arguments[i].data == NULL) {
			return -1;
		}
	}
	if (strata_resp_compose(&batch->bytes, arguments, count) != 0) {
		return -1;
	}
	batch->commands[batch->count++] = (strata_redis_command){
		.bytes.size = batch->bytes.size - before,
		.slot = strata_slots_of_key(arguments[key]),
	};
	return 0;
}

/* Release what it returns (NULL is allowed) once the replies were looked at. */
static strata_redis_round *batch_run(const redis_tier *self, strata_call *call, batch *batch)
{
	const char *at = batch->bytes.data;

	for (size_t i = 0; i < batch->count; i++) {
		batch->commands[i].bytes.data = at;
		at += batch->commands[i].bytes.size;
	}
	return strata_redis_run(self->redis, call, batch->commands, batch->count);
}

/*
 * One command and its reply, or NULL when out of memory. The reply lives in the arena; the command
 * holds its result.
 */
static const strata_redis_command *ask(const redis_tier *self, strata_call *call,
	const strata_view *arguments, size_t count, size_t key)
{
	batch one;
	bool composed = batch_init(&one, call, 1) == 0 && batch_add(&one, arguments, count, key) == 0;

	if (composed) {
		strata_redis_release(batch_run(self, call, &one));
	}
	batch_fini(&one);
	return composed ? &one.commands[0] : NULL;
}

/* ---- get ---- */

static strata_result read_value(const redis_tier *self, strata_redis_command *command,
	strata_msec wall, strata_item *item)
{
	strata_result result;

	if (command->result != STRATA_OK) {
		return command->result;
	}
	if (command->reply->type == STRATA_RESP_NIL) {
		return STRATA_MISS;
	}
	if (command->reply->type != STRATA_RESP_STRING) {
		return STRATA_PROTOCOL;
	}
	result = strata_envelope_open(self->scope, wall, command->reply->text, item);
	command->distrusted = result == STRATA_DESYNC;
	return result;
}

static void get_round(const redis_tier *self, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_msec wall = strata_clock_wall_msec();
	strata_redis_round *round;
	batch gets;
	bool composed = batch_init(&gets, call, count) == 0;

	for (size_t i = 0; composed && i < count; i++) {
		strata_view get[] = { strata_view_of("GET"), name_of(self, call, items[i]->key) };

		composed = batch_add(&gets, get, 2, 1) == 0;
	}
	if (!composed) {
		settle_all(items, count, STRATA_NO_MEMORY);
		batch_fini(&gets);
		return;
	}
	round = batch_run(self, call, &gets);
	for (size_t i = 0; i < count; i++) {
		strata_redis_command *command = &gets.commands[i];

		settle(items[i], read_value(self, command, wall, items[i]), command->node_name);
	}
	strata_redis_release(round);
	batch_fini(&gets);
}

/*
 * A value that belongs to another key says that the connection lied, not that the key is gone, so
 * it is asked for once more on a fresh connection.
 */
static void get(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	strata_item **again;
	size_t distrusted;

	get_round(tier->state, call, items, count);
	again = strata_items_with(call->arena, items, count, STRATA_DESYNC, &distrusted);
	if (distrusted > 0) {
		get_round(tier->state, call, again, distrusted);
	}
}

/* ---- put, remove ---- */

static strata_result stored(const strata_redis_command *command)
{
	if (command->result != STRATA_OK) {
		return command->result;
	}
	switch (command->reply->type) {
		case STRATA_RESP_STATUS: return STRATA_OK;
		case STRATA_RESP_NIL: return STRATA_NOT_STORED;
		case STRATA_RESP_ERROR:
		case STRATA_RESP_INTEGER:
		case STRATA_RESP_STRING:
		case STRATA_RESP_ARRAY: break;
	}
	return STRATA_PROTOCOL;
}

static int add_set(const redis_tier *self, strata_call *call, batch *batch, const strata_item *item,
	strata_put_mode mode)
{
	strata_view set[MOST_ARGUMENTS] = { strata_view_of("SET"), name_of(self, call, item->key),
		strata_envelope_seal(call->arena, self->scope, call->generation, item) };
	size_t count = 3;

	if (item->expires_at != STRATA_NEVER) {
		set[count++] = strata_view_of("PX");
		set[count++] = life(call, item->expires_at);
	}
	if (mode != STRATA_PUT_SET) {
		set[count++] = strata_view_of(mode == STRATA_PUT_ADD ? "NX" : "XX");
	}
	return batch_add(batch, set, count, 1);
}

static void put(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count,
	strata_put_mode mode)
{
	redis_tier *self = tier->state;
	batch sets;
	bool composed = batch_init(&sets, call, count) == 0;

	for (size_t i = 0; composed && i < count; i++) {
		composed = add_set(self, call, &sets, items[i], mode) == 0;
	}
	if (composed) {
		strata_redis_release(batch_run(self, call, &sets));
		for (size_t i = 0; i < count; i++) {
			settle(items[i], stored(&sets.commands[i]), sets.commands[i].node_name);
		}
	} else {
		settle_all(items, count, STRATA_NO_MEMORY);
	}
	batch_fini(&sets);
}

/* For the commands that answer how many keys they changed. */
static strata_result changed(const strata_redis_command *command)
{
	if (command->result != STRATA_OK) {
		return command->result;
	}
	if (command->reply->type != STRATA_RESP_INTEGER) {
		return STRATA_PROTOCOL;
	}
	return command->reply->integer > 0 ? STRATA_OK : STRATA_MISS;
}

static void remove_all(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	redis_tier *self = tier->state;
	batch unlinks;
	bool composed = batch_init(&unlinks, call, count) == 0;

	for (size_t i = 0; composed && i < count; i++) {
		strata_view unlink[] = { strata_view_of("UNLINK"), name_of(self, call, items[i]->key) };

		composed = batch_add(&unlinks, unlink, 2, 1) == 0;
	}
	if (composed) {
		strata_redis_release(batch_run(self, call, &unlinks));
		for (size_t i = 0; i < count; i++) {
			settle(items[i], changed(&unlinks.commands[i]), unlinks.commands[i].node_name);
		}
	} else {
		settle_all(items, count, STRATA_NO_MEMORY);
	}
	batch_fini(&unlinks);
}

/* ---- touch ---- */

static void settle_change(strata_item *item, const strata_redis_command *command)
{
	settle(item, command == NULL ? STRATA_NO_MEMORY : changed(command),
		command == NULL ? NULL : command->node_name);
}

/* An integer has no envelope to rewrite: the server alone knows its end. */
static void touch_integer(const redis_tier *self, strata_call *call, strata_item *item)
{
	strata_view name = name_of(self, call, item->key);
	strata_view expire[] = { strata_view_of("PEXPIRE"), name, life(call, item->expires_at) };
	strata_view persist[] = { strata_view_of("PERSIST"), name };

	if (item->expires_at != STRATA_NEVER) {
		settle_change(item, ask(self, call, expire, 3, 1));
		return;
	}
	settle_change(item, ask(self, call, persist, 2, 1));
	if (item->result == STRATA_MISS) {
		item->result = STRATA_OK; /* PERSIST says 0 also to a key that never had an end. */
	}
}

/* Stores the item only if the server still holds this version of it. */
static void swap(const redis_tier *self, strata_call *call, strata_item *item, uint64_t version)
{
	char bytes[STRATA_ENVELOPE_VERSION_SIZE];
	strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(SWAP_SCRIPT), strata_view_of("1"),
		name_of(self, call, item->key), { bytes, sizeof(bytes) },
		strata_envelope_seal(call->arena, self->scope, call->generation, item),
		life(call, item->expires_at) };

	strata_envelope_version(version, bytes);
	settle_change(item, ask(self, call, eval, 7, 3));
	if (item->result == STRATA_MISS) {
		item->result = STRATA_NOT_STORED;
	}
}

/* The envelope holds the end of the value too, so it is read, given its new end, and swapped. */
static void touch(strata_tier *tier, strata_call *call, strata_item *item)
{
	strata_msec expires_at = item->expires_at;
	uint64_t version = item->version;

	for (int i = 0; i < SWAP_TRIES; i++) {
		strata_item *const one[] = { item };
		uint64_t seen;

		get(tier, call, one, 1);
		if (item->result != STRATA_OK) {
			return;
		}
		seen = item->version;
		item->expires_at = expires_at;
		item->fresh_until = expires_at;
		item->version = version;
		if (item->value.codec == STRATA_CODEC_INTEGER) {
			touch_integer(tier->state, call, item);
			return;
		}
		swap(tier->state, call, item, seen);
		if (item->result != STRATA_NOT_STORED) {
			return;
		}
	}
}

/* ---- increment ---- */

/* Redis says in words why it did not count; the words are part of its interface since 1.0. */
static strata_result counted(const strata_redis_command *command)
{
	if (command->result == STRATA_SERVER &&
		strata_view_contains(command->reply->text, "would overflow")) {
		return STRATA_OVERFLOW;
	}
	if (command->result == STRATA_SERVER &&
		(strata_view_contains(command->reply->text, "not an integer") ||
			strata_view_contains(command->reply->text, "WRONGTYPE"))) {
		return STRATA_NOT_INTEGER;
	}
	if (command->result == STRATA_OK && command->reply->type != STRATA_RESP_INTEGER) {
		return STRATA_PROTOCOL;
	}
	return command->result;
}

static void increment(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
	int64_t initial)
{
	const redis_tier *self = tier->state;
	strata_view name = name_of(self, call, item->key);
	strata_view amount = number(call, by);
	strata_view incrby[] = { strata_view_of("INCRBY"), name, amount };
	strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(COUNT_SCRIPT),
		strata_view_of("1"), name, number(call, initial), life(call, item->expires_at), amount };
	bool is_plain = initial == 0 && item->expires_at == STRATA_NEVER;
	const strata_redis_command *command =
		is_plain ? ask(self, call, incrby, 3, 1) : ask(self, call, eval, 7, 3);

	settle(item, command == NULL ? STRATA_NO_MEMORY : counted(command),
		command == NULL ? NULL : command->node_name);
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER };
	if (item->result == STRATA_OK) {
		item->value.integer = command->reply->integer;
	}
}

/* ---- generation ---- */

static size_t copy_count(const redis_tier *self)
{
	return self->kind == STRATA_REDIS_CLUSTER ? COPIES : 1;
}

static strata_view copy_name(const redis_tier *self, strata_call *call, size_t copy)
{
	const char *suffix = self->kind == STRATA_REDIS_CLUSTER ? copy_suffixes[copy] : "";

	return strata_remote_key_of_generation(call->arena, self->scope, suffix);
}

static strata_result read_generation(strata_tier *tier, strata_call *call,
	strata_generation_copies *out)
{
	const redis_tier *self = tier->state;
	strata_redis_round *round;
	batch gets;
	bool composed = batch_init(&gets, call, COPIES) == 0;

	strata_generation_copies_init(out);
	for (size_t i = 0; composed && i < copy_count(self); i++) {
		strata_view get[] = { strata_view_of("GET"), copy_name(self, call, i) };

		composed = batch_add(&gets, get, 2, 1) == 0;
	}
	if (!composed) {
		batch_fini(&gets);
		return STRATA_NO_MEMORY;
	}
	round = batch_run(self, call, &gets);
	for (size_t i = 0; i < gets.count; i++) {
		strata_item copy = { .value.codec = STRATA_CODEC_NULL };
		strata_result result = read_value(self, &gets.commands[i], 0, &copy);

		strata_generation_copies_note(out, result, &copy.value);
	}
	strata_redis_release(round);
	batch_fini(&gets);
	return strata_generation_copies_verdict(out);
}

static strata_result raise_generation(strata_tier *tier, strata_call *call, uint64_t generation)
{
	const redis_tier *self = tier->state;
	strata_view value = number(call, (int64_t) generation);
	strata_result failure = STRATA_OK;
	size_t taken = 0;
	batch sets;
	bool composed = batch_init(&sets, call, COPIES) == 0;

	for (size_t i = 0; composed && i < copy_count(self); i++) {
		strata_view set[] = { strata_view_of("SET"), copy_name(self, call, i), value };

		composed = batch_add(&sets, set, 3, 1) == 0;
	}
	if (!composed) {
		batch_fini(&sets);
		return STRATA_NO_MEMORY;
	}
	strata_redis_release(batch_run(self, call, &sets));
	for (size_t i = 0; i < sets.count; i++) {
		strata_result result = stored(&sets.commands[i]);

		taken += result == STRATA_OK;
		failure = result == STRATA_OK ? failure : result;
	}
	batch_fini(&sets);
	return taken * 2 > copy_count(self) ? STRATA_OK : failure;
}

static void fini(strata_tier *tier)
{
	redis_tier *self = tier->state;

	if (self != NULL) {
		strata_redis_free(self->redis);
		free(self);
	}
	tier->state = NULL;
}

static const strata_tier_ops ops = {
	.kind = STRATA_TIER_REDIS,
	.name = "redis",
	.get = get,
	.put = put,
	.remove = remove_all,
	.touch = touch,
	.increment = increment,
	.read_generation = read_generation,
	.raise_generation = raise_generation,
	.fini = fini,
};

int strata_tier_redis_init(strata_tier *tier, strata_redis *redis, strata_redis_kind kind,
	const strata_scope *scope)
{
	redis_tier *self = malloc(sizeof(*self));

	*tier = (strata_tier){ .ops = &ops, .state = self };
	if (self == NULL) {
		strata_redis_free(redis);
		return -1;
	}
	*self = (redis_tier){ .redis = redis, .kind = kind, .scope = scope };
	return 0;
}
