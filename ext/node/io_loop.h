/* io_loop: runs exchanges with several nodes in one poll loop, under one deadline. */
#ifndef STRATA_NODE_IO_LOOP_H
#define STRATA_NODE_IO_LOOP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/time.h"
#include "node/exchange.h"
#include "node/node.h"

/*
 * Connects and shakes hands where no idle connection is proven usable, writes to all nodes, reads
 * from all of them, and returns when every exchange has its replies or has failed. deadline is
 * monotonic (strata_clock_usec) and absolute: no wait of any kind goes past it, except that an
 * urgent exchange which lost time on this host has STRATA_BUDGET_RESERVE more, up to three times.
 * Every connection is poisoned before its first byte is written and clean only when its last
 * expected reply was parsed and no byte is left over. No PHP code runs here and nothing of Zend is
 * used.
 *
 * *now is the present moment, and the one after the last wait when it returns.
 */
void strata_io_loop_run(strata_exchange *exchanges, size_t count, strata_usec deadline,
	strata_arena *arena, strata_usec *now);

/*
 * The server at the other end is not, or is no longer, what the node should be, while it serves
 * what it can. Perhaps the node is elsewhere by now: its connections are opened anew, but not
 * again and again. Else every command that such a server refuses would cost a connection, and
 * with it the others that it serves.
 */
void strata_io_loop_renew(strata_exchange *exchange, strata_usec now);

/*
 * Gives the connection of one exchange back, by its verdict and is_stale; must follow every run.
 * The replies stay valid (arena). To close a connection without suspicion,
 * strata_connection_poison() it before.
 */
void strata_io_loop_release(strata_exchange *exchange);

#endif
