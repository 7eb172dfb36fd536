/* dispatch: the commands of one call, one exchange for each node, all under way at once. */
#ifndef STRATA_NODE_DISPATCH_H
#define STRATA_NODE_DISPATCH_H

#include <stddef.h>

#include "base/call.h"
#include "node/exchange.h"
#include "node/node.h"

/*
 * Lives in the arena of its call. Commands that are sent again, because of a redirect, go with a
 * dispatch of their own, which has the earlier ones as former.
 */
typedef struct strata_dispatch {
	struct strata_dispatch *former; /* NULL: the first one of its call */
	strata_exchange *exchanges;
	uint32_t count;
	uint32_t room;
	strata_arena *arena;
	bool is_urgent;
	strata_usec probe_wait;
} strata_dispatch;

/* For at most this many nodes. NULL when out of memory. */
strata_dispatch *strata_dispatch_new(strata_call *call, size_t most_nodes, strata_dispatch *former);

/* The index of the exchange with this node, which is opened at the first command for it. */
uint32_t strata_dispatch_exchange_with(strata_dispatch *dispatch, strata_node *node);

/*
 * Sends everything and takes the replies, as strata_io_loop_run() does. Connections to the same
 * nodes that former dispatches hold are given back before, so that they are used again. The
 * requests are freed. *now is the present moment, and the one after the last wait when it returns.
 */
void strata_dispatch_run(strata_dispatch *dispatch, strata_usec deadline, strata_usec *now);

/* Frees the requests of a dispatch that is not run. */
void strata_dispatch_discard(strata_dispatch *dispatch);

/* ---- of the dispatch and all former ones; NULL is allowed ---- */

/* Did every node give all of its replies? */
strata_wait_end strata_dispatch_end(const strata_dispatch *dispatch);

/*
 * A value that came from this node is another key's. The latest exchange with it that is held says
 * so.
 */
void strata_dispatch_mark_key_mismatch(strata_dispatch *dispatch, const strata_node *node);

/* Gives all connections back. */
void strata_dispatch_release(strata_dispatch *dispatch);

#endif
