/*
 * Two kinds are carried to a server that owes removals: those of names that the call itself asks
 * for, so that it can be answered, and a few that are due, so that all of them are done soon.
 *
 *     call asks for a and x, and a is unconfirmed       md a, md p, md q | mg a, mg x
 *
 * They go in the same write and in front, so that what comes behind is answered after them. A
 * server that is out gets none: the call will be refused there anyway.
 */
#include "memcached/carried.h"

#include <string.h>

#include "os/clock.h"

enum { MOST_DUE = 16 /* names that are carried for others, to one server */ };

static const size_t none = SIZE_MAX;

/* ---- what to carry ---- */

static bool has_unconfirmed(const strata_memcached_command *commands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strata_unconfirmed_any(commands[i].unconfirmed)) {
			return true;
		}
	}
	return false;
}

/* The first command of the call that goes to its node. */
static bool is_first_of_node(const strata_memcached_command *commands, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (commands[i].node == commands[index].node) {
			return false;
		}
	}
	return true;
}

static bool make_room(strata_memcached_carried *carried, strata_arena *arena, size_t count,
	size_t most)
{
	carried->commands = strata_arena_alloc(arena, most * sizeof(*carried->commands));
	carried->names = strata_arena_alloc(arena, most * sizeof(*carried->names));
	carried->carrier = strata_arena_alloc(arena, count * sizeof(*carried->carrier));
	carried->found = strata_arena_alloc(arena, count * sizeof(*carried->found));
	return carried->commands != NULL && carried->names != NULL && carried->carrier != NULL &&
		   carried->found != NULL;
}

static void add(strata_memcached_carried *carried, const strata_unconfirmed_name *name,
	const strata_memcached_command *beside)
{
	strata_memcached_command *command = &carried->commands[carried->count];

	*command = (strata_memcached_command){
		.request = { .verb = STRATA_META_DELETE, .key = name->name },
		.node = beside->node,
		.unconfirmed = beside->unconfirmed,
		.node_name = beside->node_name,
		.is_carried = true,
	};
	carried->names[carried->count++] = *name;
}

/* What the call asks for, and must not be answered before it is removed. */
static void add_asked(strata_memcached_carried *carried, const strata_memcached_command *command,
	size_t index, bool is_out)
{
	strata_unconfirmed_name *found = &carried->found[index];

	carried->carrier[index] = none;
	*found = (strata_unconfirmed_name){ .state = STRATA_UNCONFIRMED_NONE };
	if (!strata_unconfirmed_any(command->unconfirmed) || command->request.key.size == 0) {
		return;
	}
	*found = strata_unconfirmed_find(command->unconfirmed, command->request.key);
	found->name = command->request.key;
	if (found->state == STRATA_UNCONFIRMED_NOW && !command->is_removal && !is_out) {
		carried->carrier[index] = carried->count;
		add(carried, found, command);
	}
}

static void add_due(strata_memcached_carried *carried, strata_arena *arena,
	const strata_memcached_command *beside)
{
	strata_unconfirmed_name due[MOST_DUE];
	uint32_t count = strata_unconfirmed_take(beside->unconfirmed, arena, due, MOST_DUE);

	for (uint32_t i = 0; i < count; i++) {
		add(carried, &due[i], beside);
	}
}

strata_memcached_carried strata_memcached_carry(strata_call *call,
	const strata_memcached_command *commands, size_t count, strata_node *const *nodes)
{
	strata_memcached_carried carried = { 0 };
	strata_usec now;

	if (!has_unconfirmed(commands, count) ||
		!make_room(&carried, call->arena, count, count * (1 + MOST_DUE))) {
		return (strata_memcached_carried){ 0 };
	}
	now = strata_clock_usec();
	for (size_t i = 0; i < count; i++) {
		add_asked(&carried, &commands[i], i, strata_node_is_out(nodes[commands[i].node], now));
	}
	for (size_t i = 0; i < count; i++) {
		if (strata_unconfirmed_any(commands[i].unconfirmed) && is_first_of_node(commands, i) &&
			!strata_node_is_out(nodes[commands[i].node], now)) {
			add_due(&carried, call->arena, &commands[i]);
		}
	}
	return carried;
}

/* ---- what came of it ---- */

static bool is_confirmed(const strata_memcached_command *command)
{
	strata_meta_code code = command->reply.code;

	return command->result == STRATA_OK &&
		   (code == STRATA_META_HD ||
			   (code == STRATA_META_NF && command->request.verb == STRATA_META_DELETE));
}

void strata_memcached_carried_complete(const strata_memcached_carried *carried)
{
	for (size_t i = 0; i < carried->count; i++) {
		if (is_confirmed(&carried->commands[i])) {
			strata_unconfirmed_confirm(carried->commands[i].unconfirmed, &carried->names[i]);
		}
	}
}

/* A value that the server does not take, or a key, has changed nothing there. */
void strata_memcached_carried_note_unsent(const strata_memcached_command *command,
	const strata_node *node)
{
	if (command->is_removal && command->result != STRATA_TOO_LARGE &&
		strata_unconfirmed_add(command->unconfirmed, command->request.key,
			STRATA_UNCONFIRMED_NOW)) {
		strata_node_log_event(node, "removals overflowed", NULL);
	}
}

/* A full server does not take the value. The old one is gone all the same. */
static bool has_only_removed(const strata_memcached_command *command)
{
	return command->result == STRATA_SERVER && command->reply.code == STRATA_META_ERROR &&
		   strata_meta_error_has_removed(&command->request, command->reply.value);
}

static void classify_removal(const strata_memcached_command *command,
	const strata_unconfirmed_name *found, const strata_node *node)
{
	if (has_only_removed(command)) {
		if (found->state == STRATA_UNCONFIRMED_NOW) {
			strata_unconfirmed_confirm(command->unconfirmed, found);
		}
	} else if (!is_confirmed(command)) {
		strata_memcached_carried_note_unsent(command, node);
	} else if (found->state != STRATA_UNCONFIRMED_NONE &&
			   command->request.verb == STRATA_META_SET) {
		strata_unconfirmed_supersede(command->unconfirmed, found);
	} else if (found->state == STRATA_UNCONFIRMED_NOW) {
		strata_unconfirmed_confirm(command->unconfirmed, found);
	}
}

/* That nothing is there is no old value. */
static bool shows_value(const strata_memcached_command *command)
{
	return command->result == STRATA_OK && command->reply.code != STRATA_META_EN &&
		   command->reply.code != STRATA_META_NF;
}

static bool was_removed_before(const strata_memcached_carried *carried, size_t index)
{
	size_t carrier = carried->carrier == NULL ? none : carried->carrier[index];

	return carrier != none && is_confirmed(&carried->commands[carrier]);
}

void strata_memcached_carried_classify(const strata_memcached_carried *carried,
	strata_memcached_command *command, size_t index, const strata_node *node, strata_call *call)
{
	strata_unconfirmed_name found = { .state = STRATA_UNCONFIRMED_NONE };

	if (carried->found != NULL) {
		found = carried->found[index];
	} else if (strata_unconfirmed_any(command->unconfirmed)) {
		found = strata_unconfirmed_find(command->unconfirmed, command->request.key);
	}
	if (command->is_removal) {
		classify_removal(command, &found, node);
	} else if (found.state == STRATA_UNCONFIRMED_NOW && shows_value(command) &&
			   !was_removed_before(carried, index)) {
		command->result = STRATA_NOT_READY;
		strata_call_explain(call, "memcached %s: a removal of this key is not confirmed yet",
			command->node_name);
	}
}
