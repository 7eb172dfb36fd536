/*
 * An adapter between items and meta commands: items to commands, one parallel round, replies to
 * items. Which server a key lives on follows from the user's key alone, so that it is where the
 * fleet's other clients would put it.
 */
#include "tier/memcached.h"

#include <stdlib.h>

#include "os/clock.h"
#include "tier/envelope.h"
#include "tier/remote_key.h"

enum {
	LONGEST_RELATIVE =
		30 * 24 * 3600, /* seconds; longer lives are given as Unix times (protocol.txt) */
	SWAP_TRIES = 8,     /* how often a read-modify-write is tried against others */
	COPIES = 3          /* of the generation */
};

typedef struct {
	strata_memcached *pool;
	const strata_scope *scope;
} memcached;

static void settle(strata_item *item, strata_result result, const char *node)
{
	item->result = result;
	item->tier = STRATA_TIER_MEMCACHED;
	item->node = node;
}

static void settle_all(strata_item *const *items, size_t count, strata_result result)
{
	for (size_t i = 0; i < count; i++) {
		settle(items[i], result, NULL);
	}
}

/* Whole seconds, rounded up: the envelope knows the moment exactly, the server must only not be earlier. */
static uint32_t server_ttl(strata_msec expires_at)
{
	strata_msec wall = strata_clock_wall_msec();
	uint64_t seconds;

	if (expires_at == STRATA_NEVER) {
		return 0;
	}
	if (expires_at <= wall) {
		return 1;
	}
	seconds = (expires_at - wall + 999) / 1000;
	if (seconds <= LONGEST_RELATIVE) {
		return (uint32_t) seconds;
	}
	return (expires_at + 999) / 1000 > UINT32_MAX ? 0 : (uint32_t) ((expires_at + 999) / 1000);
}

static strata_view name_of(memcached *self, strata_call *call, strata_view key)
{
	strata_view name = strata_remote_key(call->arena, self->scope, call->generation, key);

	if (name.data != NULL && !strata_meta_key_fits(name)) {
		name = strata_remote_key_hashed(call->arena, self->scope, call->generation, key);
	}
	return name;
}

/* One command for each item, addressed but with nothing of its verb yet. NULL when out of memory. */
static strata_memcached_command *address(memcached *self, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_memcached_command *commands = strata_arena_alloc(call->arena, count * sizeof(*commands));

	for (size_t i = 0; commands != NULL && i < count; i++) {
		commands[i] = (strata_memcached_command){
			.request.key = name_of(self, call, items[i]->key),
			.node = strata_memcached_pick(self->pool, items[i]->key),
		};
		if (commands[i].request.key.data == NULL) {
			return NULL;
		}
	}
	return commands;
}

/* One command whose reply holds nothing but what its struct copies: released at once. */
static void run_one(memcached *self, strata_call *call, strata_memcached_command *command)
{
	strata_memcached_release(strata_memcached_run(self->pool, call, command, 1));
}

/* ---- get ---- */

/* An integer has no envelope; the server says, to the second, how long it has left. */
static strata_msec integer_end(int64_t seconds_left, strata_msec wall)
{
	return seconds_left < 0 ? STRATA_NEVER : wall + ((strata_msec) seconds_left + 1) * 1000;
}

/* Did somebody's reply come for this question? The connection must hear of it before its release. */
static strata_result read_value(memcached *self, strata_memcached_command *command,
	strata_msec wall, strata_item *item)
{
	strata_result result;

	if (command->result != STRATA_OK) {
		return command->result;
	}
	if (command->reply.code == STRATA_META_EN) {
		return STRATA_MISS;
	}
	if (command->reply.code != STRATA_META_VA) {
		return STRATA_PROTOCOL;
	}
	result = strata_envelope_open(self->scope, wall, command->reply.value, item);
	command->distrusted = result == STRATA_DESYNC;
	if (result == STRATA_OK && item->value.codec == STRATA_CODEC_INTEGER) {
		item->expires_at = integer_end(command->reply.ttl, wall);
	}
	return result;
}

static void get_round(memcached *self, strata_call *call, strata_item *const *items, size_t count)
{
	strata_memcached_command *commands = address(self, call, items, count);
	strata_msec wall = strata_clock_wall_msec();
	strata_memcached_round *round;

	if (commands == NULL) {
		settle_all(items, count, STRATA_NO_MEMORY);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		commands[i].request.verb = STRATA_META_GET;
	}
	round = strata_memcached_run(self->pool, call, commands, count);
	for (size_t i = 0; i < count; i++) {
		settle(items[i], read_value(self, &commands[i], wall, items[i]), commands[i].node_name);
	}
	strata_memcached_release(round);
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

/* ---- put ---- */

static strata_result stored(const strata_memcached_command *command)
{
	if (command->result != STRATA_OK) {
		return command->result;
	}
	switch (command->reply.code) {
		case STRATA_META_HD: return STRATA_OK;
		case STRATA_META_NS:
		case STRATA_META_EX:
		case STRATA_META_NF: return STRATA_NOT_STORED;
		case STRATA_META_VA:
		case STRATA_META_EN:
		case STRATA_META_ERROR: break;
	}
	return STRATA_PROTOCOL;
}

static char mode_letter(strata_put_mode mode)
{
	switch (mode) {
		case STRATA_PUT_SET: return 'S';
		case STRATA_PUT_ADD: return 'E';
		case STRATA_PUT_REPLACE: return 'R';
	}
	return 'S';
}

static int fill_set(memcached *self, strata_call *call, const strata_item *item, char mode,
	strata_meta_request *request)
{
	request->verb = STRATA_META_SET;
	request->mode = mode;
	request->ttl = server_ttl(item->expires_at);
	request->value = strata_envelope_seal(call->arena, self->scope, call->generation, item);
	return request->value.data == NULL ? -1 : 0;
}

static void put(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count,
	strata_put_mode mode)
{
	memcached *self = tier->state;
	strata_memcached_command *commands = address(self, call, items, count);

	for (size_t i = 0; commands != NULL && i < count; i++) {
		if (fill_set(self, call, items[i], mode_letter(mode), &commands[i].request) != 0) {
			commands = NULL;
		}
	}
	if (commands == NULL) {
		settle_all(items, count, STRATA_NO_MEMORY);
		return;
	}
	strata_memcached_release(strata_memcached_run(self->pool, call, commands, count));
	for (size_t i = 0; i < count; i++) {
		settle(items[i], stored(&commands[i]), commands[i].node_name);
	}
}

/* ---- remove ---- */

static strata_result removed(const strata_memcached_command *command)
{
	if (command->result != STRATA_OK) {
		return command->result;
	}
	switch (command->reply.code) {
		case STRATA_META_HD: return STRATA_OK;
		case STRATA_META_NF: return STRATA_MISS;
		case STRATA_META_EX: return STRATA_NOT_STORED;
		case STRATA_META_VA:
		case STRATA_META_EN:
		case STRATA_META_NS:
		case STRATA_META_ERROR: break;
	}
	return STRATA_PROTOCOL;
}

static void remove_all(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	memcached *self = tier->state;
	strata_memcached_command *commands = address(self, call, items, count);

	if (commands == NULL) {
		settle_all(items, count, STRATA_NO_MEMORY);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		commands[i].request.verb = STRATA_META_DELETE;
	}
	strata_memcached_release(strata_memcached_run(self->pool, call, commands, count));
	for (size_t i = 0; i < count; i++) {
		settle(items[i], removed(&commands[i]), commands[i].node_name);
	}
}

/* ---- read, modify, write ---- */

/* The item as it is now, and in *cas what the server must still hold for a swap. */
static void read_for_swap(memcached *self, strata_call *call, strata_item *item, uint64_t *cas)
{
	strata_item *const one[] = { item };
	strata_memcached_command *command = address(self, call, one, 1);
	strata_memcached_round *round;

	*cas = 0;
	if (command == NULL) {
		settle(item, STRATA_NO_MEMORY, NULL);
		return;
	}
	command->request.verb = STRATA_META_GET;
	round = strata_memcached_run(self->pool, call, command, 1);
	settle(item, read_value(self, command, strata_clock_wall_msec(), item), command->node_name);
	if (command->result == STRATA_OK) {
		*cas = command->reply.cas;
	}
	strata_memcached_release(round);
}

/* Stores the item only if the server still holds what cas stands for, or, with cas 0, nothing. */
static void swap(memcached *self, strata_call *call, strata_item *item, uint64_t cas)
{
	strata_item *const one[] = { item };
	strata_memcached_command *command = address(self, call, one, 1);

	if (command == NULL ||
		fill_set(self, call, item, cas == 0 ? 'E' : 'S', &command->request) != 0) {
		settle(item, STRATA_NO_MEMORY, NULL);
		return;
	}
	command->request.cas = cas;
	run_one(self, call, command);
	settle(item, stored(command), command->node_name);
}

/* An integer has no envelope to rewrite: the server alone knows its end. */
static void touch_integer(memcached *self, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };
	strata_memcached_command *command = address(self, call, one, 1);

	if (command == NULL) {
		settle(item, STRATA_NO_MEMORY, NULL);
		return;
	}
	command->request.verb = STRATA_META_TOUCH;
	command->request.ttl = server_ttl(item->expires_at);
	run_one(self, call, command);
	settle(item, command->result, command->node_name);
	if (command->result == STRATA_OK && command->reply.code != STRATA_META_HD) {
		item->result = STRATA_MISS;
	}
}

/* The envelope holds the end of the value too, so it is read, given its new end, and swapped. */
static void touch(strata_tier *tier, strata_call *call, strata_item *item)
{
	memcached *self = tier->state;
	strata_msec expires_at = item->expires_at;
	uint64_t version = item->version;

	for (int i = 0; i < SWAP_TRIES; i++) {
		uint64_t cas;

		read_for_swap(self, call, item, &cas);
		if (item->result != STRATA_OK) {
			return;
		}
		item->expires_at = expires_at;
		item->fresh_until = expires_at;
		item->version = version;
		if (item->value.codec == STRATA_CODEC_INTEGER) {
			touch_integer(self, call, item);
			return;
		}
		swap(self, call, item, cas);
		if (item->result != STRATA_NOT_STORED) {
			return;
		}
	}
}

/* ---- increment ---- */

static strata_memcached_command *counting(memcached *self, strata_call *call, strata_item *item,
	uint64_t delta)
{
	strata_item *const one[] = { item };
	strata_memcached_command *command = address(self, call, one, 1);

	if (command == NULL) {
		settle(item, STRATA_NO_MEMORY, NULL);
		return NULL;
	}
	command->request.verb = STRATA_META_INCREMENT;
	command->request.delta = delta;
	return command;
}

/* memcached counts to 2^64 - 1, PHP to 2^63 - 1: what went past PHP's end is taken back. */
static void take_back(memcached *self, strata_call *call, strata_item *item, uint64_t delta)
{
	strata_memcached_command *command = counting(self, call, item, delta);

	if (command == NULL) {
		return;
	}
	command->request.subtract = true;
	run_one(self, call, command);
	settle(item, command->result == STRATA_OK ? STRATA_OVERFLOW : command->result,
		command->node_name);
}

/* True when the server could count; it cannot where the number is negative, or is none. */
static bool count_on_server(memcached *self, strata_call *call, strata_item *item, uint64_t by,
	uint64_t first)
{
	strata_memcached_command *command = counting(self, call, item, by);
	strata_view digits;

	if (command == NULL) {
		return true;
	}
	command->request.autoviv = true;
	command->request.initial = first;
	command->request.ttl = server_ttl(item->expires_at);
	run_one(self, call, command);
	if (command->result == STRATA_SERVER) {
		return false;
	}
	settle(item, command->result, command->node_name);
	if (item->result != STRATA_OK) {
		return true;
	}
	digits = command->reply.value;
	if (command->reply.code != STRATA_META_VA) {
		item->result = STRATA_PROTOCOL;
	} else if (strata_envelope_open(self->scope, 0, digits, item) != STRATA_OK) {
		take_back(self, call, item, by);
	}
	return true;
}

/* The sum into the item, or why there is none; *end is when the number ends that was counted on. */
static strata_result add(strata_item *item, int64_t by, int64_t initial, strata_msec *end)
{
	bool is_there = item->result == STRATA_OK && item->value.codec == STRATA_CODEC_INTEGER;
	int64_t sum;

	if (!is_there && item->result != STRATA_MISS) {
		bool answered = strata_result_class_of(item->result) == STRATA_ANSWER;

		return answered ? STRATA_NOT_INTEGER : item->result;
	}
	if (is_there) {
		*end = item->expires_at;
	}
	if (__builtin_add_overflow(is_there ? item->value.integer : initial, by, &sum)) {
		return STRATA_OVERFLOW;
	}
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = sum };
	return STRATA_OK;
}

static void count_by_swap(memcached *self, strata_call *call, strata_item *item, int64_t by,
	int64_t initial)
{
	strata_msec first_end = item->expires_at;

	for (int i = 0; i < SWAP_TRIES; i++) {
		strata_msec end = first_end;
		uint64_t cas;

		read_for_swap(self, call, item, &cas);
		item->result = add(item, by, initial, &end);
		if (item->result != STRATA_OK) {
			return;
		}
		item->expires_at = end;
		swap(self, call, item, cas);
		if (item->result != STRATA_NOT_STORED) {
			return;
		}
	}
	item->result = STRATA_BUSY;
}

/*
 * The server's own arithmetic has no negative numbers (it stops at 0), so it is used where it gives
 * the same answer as every other tier: upwards, from a number that is not negative.
 */
static void increment(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
	int64_t initial)
{
	memcached *self = tier->state;
	int64_t first;

	if (by >= 0 && !__builtin_add_overflow(initial, by, &first) && first >= 0 &&
		count_on_server(self, call, item, (uint64_t) by, (uint64_t) first)) {
		return;
	}
	count_by_swap(self, call, item, by, initial);
}

/* ---- generation ---- */

/* One command for each copy, each on a node of its own; *count is how many. NULL when out of memory. */
static strata_memcached_command *address_copies(memcached *self, strata_call *call, size_t *count)
{
	uint32_t nodes = strata_memcached_count(self->pool);
	strata_view name = strata_remote_key_of_generation(call->arena, self->scope, "");
	strata_memcached_command *commands;

	*count = nodes < COPIES ? nodes : COPIES;
	commands = strata_arena_alloc(call->arena, *count * sizeof(*commands));
	if (name.data == NULL || commands == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < *count; i++) {
		commands[i] = (strata_memcached_command){
			.request.key = name,
			.node = (uint32_t) ((self->scope->space + i) % nodes),
		};
	}
	return commands;
}

static strata_result read_generation(strata_tier *tier, strata_call *call,
	strata_generation_copies *out)
{
	memcached *self = tier->state;
	size_t count;
	strata_memcached_command *commands = address_copies(self, call, &count);
	strata_memcached_round *round;

	strata_generation_copies_init(out);
	if (commands == NULL) {
		return STRATA_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		commands[i].request.verb = STRATA_META_GET;
	}
	round = strata_memcached_run(self->pool, call, commands, count);
	for (size_t i = 0; i < count; i++) {
		strata_item copy = { .value.codec = STRATA_CODEC_NULL };
		strata_result result = read_value(self, &commands[i], 0, &copy);

		strata_generation_copies_note(out, result, &copy.value);
	}
	strata_memcached_release(round);
	return strata_generation_copies_verdict(out);
}

static strata_result raise_generation(strata_tier *tier, strata_call *call, uint64_t generation)
{
	memcached *self = tier->state;
	strata_item copy = { .value = { .codec = STRATA_CODEC_INTEGER,
							 .integer = (int64_t) generation } };
	strata_result failure = STRATA_OK;
	size_t count, taken = 0;
	strata_memcached_command *commands = address_copies(self, call, &count);

	for (size_t i = 0; commands != NULL && i < count; i++) {
		if (fill_set(self, call, &copy, 'S', &commands[i].request) != 0) {
			commands = NULL;
		}
	}
	if (commands == NULL) {
		return STRATA_NO_MEMORY;
	}
	strata_memcached_release(strata_memcached_run(self->pool, call, commands, count));
	for (size_t i = 0; i < count; i++) {
		strata_result result = stored(&commands[i]);

		taken += result == STRATA_OK;
		failure = result == STRATA_OK ? failure : result;
	}
	return taken * 2 > count ? STRATA_OK : failure;
}

static void fini(strata_tier *tier)
{
	memcached *self = tier->state;

	if (self != NULL) {
		strata_memcached_free(self->pool);
		free(self);
	}
	tier->state = NULL;
}

static const strata_tier_ops ops = {
	.kind = STRATA_TIER_MEMCACHED,
	.name = "memcached",
	.get = get,
	.put = put,
	.remove = remove_all,
	.touch = touch,
	.increment = increment,
	.read_generation = read_generation,
	.raise_generation = raise_generation,
	.fini = fini,
};

int strata_tier_memcached_init(strata_tier *tier, strata_memcached *pool, const strata_scope *scope)
{
	memcached *self = malloc(sizeof(*self));

	*tier = (strata_tier){ .ops = &ops, .state = self };
	if (self == NULL) {
		strata_memcached_free(pool);
		return -1;
	}
	*self = (memcached){ .pool = pool, .scope = scope };
	return 0;
}
