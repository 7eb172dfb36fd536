/*
 * Connections stay with their dispatch until the release, so that the caller may still report a
 * value of another key. Only a later dispatch to the same node takes its connection over, else a
 * redirect would cost a connect and an AUTH. A mismatch that is found on the later one closes the
 * idle ones, too.
 */
#include "node/dispatch.h"

#include <assert.h>

#include "node/io_loop.h"

strata_dispatch *strata_dispatch_new(strata_call *call, size_t most_nodes, strata_dispatch *former)
{
	strata_dispatch *dispatch = strata_arena_alloc(call->arena, sizeof(*dispatch));

	if (dispatch == NULL) {
		return NULL;
	}
	*dispatch = (strata_dispatch){
		.former = former,
		.exchanges = strata_arena_alloc(call->arena, most_nodes * sizeof(*dispatch->exchanges)),
		.room = (uint32_t) most_nodes,
		.arena = call->arena,
		.is_urgent = call->is_urgent,
		.probe_wait = call->probe_wait,
	};
	return dispatch->exchanges != NULL ? dispatch : NULL;
}

static const char *copy_name(strata_dispatch *dispatch, const strata_node *node)
{
	strata_view name = strata_arena_copy(dispatch->arena, strata_view_of(strata_node_name(node)));

	return name.data != NULL ? name.data : "";
}

uint32_t strata_dispatch_exchange_with(strata_dispatch *dispatch, strata_node *node)
{
	uint32_t index = 0;

	while (index < dispatch->count && dispatch->exchanges[index].node != node) {
		index++;
	}
	if (index == dispatch->count) {
		assert(dispatch->count < dispatch->room);
		dispatch->exchanges[dispatch->count++] = (strata_exchange){ .node = node,
			.is_urgent = dispatch->is_urgent,
			.probe_wait = dispatch->probe_wait,
			.node_name = copy_name(dispatch, node) };
	}
	return index;
}

static void release(strata_exchange *exchange)
{
	if (exchange->is_held) {
		exchange->is_held = false;
		strata_io_loop_release(exchange);
	}
}

/* The exchange with this node whose connection is held; NULL when there is none. */
static strata_exchange *find_held(strata_dispatch *dispatch, const strata_node *node)
{
	for (uint32_t i = 0; i < dispatch->count; i++) {
		if (dispatch->exchanges[i].is_held && dispatch->exchanges[i].node == node) {
			return &dispatch->exchanges[i];
		}
	}
	return NULL;
}

/* So that the dispatch finds the connections to its nodes idle. */
static void release_former(const strata_dispatch *dispatch)
{
	for (strata_dispatch *former = dispatch->former; former != NULL; former = former->former) {
		for (uint32_t i = 0; i < dispatch->count; i++) {
			strata_exchange *held = find_held(former, dispatch->exchanges[i].node);

			if (held != NULL) {
				release(held);
			}
		}
	}
}

void strata_dispatch_run(strata_dispatch *dispatch, strata_usec deadline, strata_usec *now)
{
	release_former(dispatch);
	strata_io_loop_run(dispatch->exchanges, dispatch->count, deadline, dispatch->arena, now);
	for (uint32_t i = 0; i < dispatch->count; i++) {
		dispatch->exchanges[i].is_held = true;
	}
	strata_dispatch_discard(dispatch);
}

void strata_dispatch_discard(strata_dispatch *dispatch)
{
	for (uint32_t i = 0; i < dispatch->count; i++) {
		strata_buffer_fini(&dispatch->exchanges[i].request);
	}
}

strata_wait_end strata_dispatch_end(const strata_dispatch *dispatch)
{
	for (; dispatch != NULL; dispatch = dispatch->former) {
		for (uint32_t i = 0; i < dispatch->count; i++) {
			if (dispatch->exchanges[i].result != STRATA_OK) {
				return STRATA_WAIT_UNANSWERED;
			}
		}
	}
	return STRATA_WAIT_ANSWERED;
}

void strata_dispatch_mark_key_mismatch(strata_dispatch *dispatch, const strata_node *node)
{
	for (; dispatch != NULL; dispatch = dispatch->former) {
		strata_exchange *held = find_held(dispatch, node);

		if (held != NULL) {
			held->verdict =
				held->verdict == STRATA_MISMATCH ? STRATA_MISMATCH : STRATA_KEY_MISMATCH;
			return;
		}
	}
}

void strata_dispatch_release(strata_dispatch *dispatch)
{
	for (; dispatch != NULL; dispatch = dispatch->former) {
		for (uint32_t i = 0; i < dispatch->count; i++) {
			release(&dispatch->exchanges[i]);
		}
	}
}
