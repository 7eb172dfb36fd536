/*
 * As in memcached/carried.c: names that the call asks for are removed in front of its commands, and
 * a few that are due with them. A cluster is one pool, whose names find their node by their slot
 * when they are repeated. So those that are due go only where the call goes anyway (first_node.c).
 */
#include "redis/carried.h"

#include "base/buffer.h"
#include "os/clock.h"
#include "protocol/error_reply.h"
#include "protocol/slots.h"

enum { MOST_DUE = 16 /* names that are carried for others */ };

static const size_t none = SIZE_MAX;

/* ---- what to carry ---- */

static bool make_room(strata_redis_carried *carried, strata_arena *arena, size_t count)
{
	size_t most = count + MOST_DUE;

	carried->commands = strata_arena_alloc(arena, most * sizeof(*carried->commands));
	carried->names = strata_arena_alloc(arena, most * sizeof(*carried->names));
	carried->carrier = strata_arena_alloc(arena, count * sizeof(*carried->carrier));
	carried->found = strata_arena_alloc(arena, count * sizeof(*carried->found));
	return carried->commands != NULL && carried->names != NULL && carried->carrier != NULL &&
		   carried->found != NULL;
}

static strata_view compose(strata_arena *arena, strata_view name)
{
	strata_view unlink[] = { strata_view_of("UNLINK"), name };
	strata_buffer bytes = { 0 };
	strata_view copy = { 0 };

	if (strata_resp_compose(&bytes, unlink, 2) == 0) {
		copy = strata_arena_copy(arena, (strata_view){ bytes.data, bytes.size });
	}
	strata_buffer_fini(&bytes);
	return copy;
}

/* False when out of memory. */
static bool add(strata_redis_carried *carried, const strata_redis_client *client,
	strata_arena *arena, const strata_unconfirmed_name *name)
{
	strata_redis_command *command = &carried->commands[carried->count];

	*command = (strata_redis_command){
		.bytes = compose(arena, name->name),
		.name = name->name,
		.slot = client->cluster != NULL ? strata_slots_of_key(name->name) : 0,
		.node_name = "redis",
	};
	carried->names[carried->count] = *name;
	if (command->bytes.data == NULL) {
		return false;
	}
	carried->count++;
	return true;
}

/* What the call asks for, and must not be answered before it is removed. */
static void add_asked(strata_redis_carried *carried, const strata_redis_client *client,
	strata_arena *arena, strata_redis_command *command, size_t index)
{
	strata_unconfirmed_name *found = &carried->found[index];

	carried->carrier[index] = none;
	*found = strata_unconfirmed_find(client->unconfirmed, command->name);
	found->name = command->name;
	if (found->state != STRATA_UNCONFIRMED_NOW || command->is_removal) {
		return;
	}
	command->is_plain_read = false;
	if (add(carried, client, arena, found)) {
		carried->carrier[index] = carried->count - 1;
	}
}

static void add_due(strata_redis_carried *carried, const strata_redis_client *client,
	strata_arena *arena)
{
	strata_unconfirmed_name due[MOST_DUE];
	uint32_t count = strata_unconfirmed_take(client->unconfirmed, arena, due, MOST_DUE);

	for (uint32_t i = 0; i < count; i++) {
		if (!add(carried, client, arena, &due[i])) {
			return;
		}
	}
}

strata_redis_carried strata_redis_carry(const strata_redis_client *client, strata_call *call,
	strata_redis_command *commands, size_t count)
{
	strata_redis_carried carried = { 0 };

	if (!strata_unconfirmed_any(client->unconfirmed) ||
		(client->server != NULL && strata_node_is_out(client->server, strata_clock_usec())) ||
		!make_room(&carried, call->arena, count)) {
		return (strata_redis_carried){ 0 };
	}
	for (size_t i = 0; i < count; i++) {
		add_asked(&carried, client, call->arena, &commands[i], i);
	}
	carried.asked = carried.count;
	add_due(&carried, client, call->arena);
	return carried;
}

/* ---- what came of it ---- */

static bool is_confirmed(const strata_redis_command *command)
{
	return command->result == STRATA_OK && command->reply != NULL &&
		   (command->reply->type == STRATA_RESP_INTEGER || strata_resp_is_ok(command->reply));
}

/*
 * Might it be done, or should it have been? Not where the server refuses it for good: the caller
 * was told, and the name would never be read again.
 */
static bool may_be_done_yet(const strata_redis_command *command)
{
	if (command->result == STRATA_SERVER && command->reply != NULL) {
		return strata_error_reply_classify(command->reply).action != STRATA_RETRY_NONE;
	}
	return command->result != STRATA_UNSUPPORTED && command->result != STRATA_AUTH &&
		   command->result != STRATA_TOO_LARGE;
}

/*
 * An error reply says that nothing was done: the caller was told, and what is there is what was
 * there. So it is repeated, and read meanwhile: a server that takes no writes goes on being read.
 */
static strata_unconfirmed_state state_to_note(const strata_redis_command *command,
	const strata_unconfirmed_name *found)
{
	bool is_refused = command->result == STRATA_SERVER && command->reply != NULL;

	return is_refused && found->state != STRATA_UNCONFIRMED_NOW ? STRATA_UNCONFIRMED_LATER
																: STRATA_UNCONFIRMED_NOW;
}

static void classify_removal(const strata_redis_client *client, const strata_redis_command *command,
	const strata_unconfirmed_name *found)
{
	bool is_set = command->result == STRATA_OK && strata_resp_is_ok(command->reply);

	if (!is_confirmed(command)) {
		if (may_be_done_yet(command) && strata_unconfirmed_add(client->unconfirmed, command->name,
											state_to_note(command, found))) {
			strata_anomalies_add(client->options->anomalies, command->node_name,
				"removals overflowed", NULL);
		}
		return;
	}
	if (client->confirmed != NULL) {
		strata_confirmed_add(client->confirmed, strata_confirmed_master(command->node_name),
			command->name, strata_clock_msec());
	}
	if (found->state != STRATA_UNCONFIRMED_NONE && is_set) {
		strata_unconfirmed_supersede(client->unconfirmed, found);
	} else if (found->state == STRATA_UNCONFIRMED_NOW) {
		strata_unconfirmed_confirm(client->unconfirmed, found);
	}
}

static bool was_removed_before(const strata_redis_carried *carried, size_t index)
{
	size_t carrier = carried->carrier == NULL ? none : carried->carrier[index];

	return carrier != none && is_confirmed(&carried->commands[carrier]);
}

/* That nothing is there is no old value. */
static bool shows_value(const strata_redis_command *command)
{
	return command->result == STRATA_OK && command->reply->type != STRATA_RESP_NIL;
}

static void classify(const strata_redis_carried *carried, const strata_redis_client *client,
	strata_call *call, strata_redis_command *command, size_t index)
{
	strata_unconfirmed_name found = { .state = STRATA_UNCONFIRMED_NONE };

	if (carried->found != NULL) {
		found = carried->found[index];
	}
	/* A master that was replaced meanwhile may owe more. */
	if (found.state != STRATA_UNCONFIRMED_NOW && strata_unconfirmed_any(client->unconfirmed)) {
		found = strata_unconfirmed_find(client->unconfirmed, command->name);
	}
	if (command->is_removal) {
		classify_removal(client, command, &found);
	} else if (found.state == STRATA_UNCONFIRMED_NOW && shows_value(command) &&
			   !was_removed_before(carried, index)) {
		command->result = STRATA_NOT_READY;
		command->reply = NULL;
		strata_call_explain(call, "redis %s: a removal of this key is not confirmed yet",
			command->node_name);
	}
}

void strata_redis_carried_complete(const strata_redis_carried *carried,
	const strata_redis_client *client, strata_call *call, strata_redis_command *commands,
	size_t count)
{
	for (size_t i = 0; i < carried->count; i++) {
		if (is_confirmed(&carried->commands[i])) {
			strata_unconfirmed_confirm(client->unconfirmed, &carried->names[i]);
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (commands[i].is_removal || strata_unconfirmed_any(client->unconfirmed)) {
			classify(carried, client, call, &commands[i], i);
		}
	}
}
