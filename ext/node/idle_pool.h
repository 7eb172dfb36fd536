/* idle_pool: the connections to one node that are not in use. */
#ifndef STRATA_NODE_IDLE_POOL_H
#define STRATA_NODE_IDLE_POOL_H

#include "node/connection.h"
#include "stats/stats.h"

enum { STRATA_IDLE_POOL_MOST = 2 };

/* Belongs to one thread. Zeroes are none. */
typedef struct {
	strata_connection *connections[STRATA_IDLE_POOL_MOST]; /* the one used last at the end */
	uint32_t count;
} strata_idle_pool;

/*
 * The one used last that proved fit; those that are not fit, or are over, are closed on the way.
 * NULL when none is left. What is closed, and why, is counted in the row.
 */
strata_connection *strata_idle_pool_take(strata_idle_pool *pool, strata_stats_row *row,
	strata_usec now);

/* Keeps the connection if it is clean and few are idle, else closes it. */
void strata_idle_pool_keep(strata_idle_pool *pool, strata_connection *connection,
	strata_stats_row *row);

/* Closes all, because their node is not trusted for now. */
void strata_idle_pool_drop(strata_idle_pool *pool, strata_stats_row *row);

/* Closes all, because they are needed no more. */
void strata_idle_pool_fini(strata_idle_pool *pool);

#endif
