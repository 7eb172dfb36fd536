/* idle — the connections to one node that nobody uses at the moment. */
#ifndef STRATA_NODE_IDLE_H
#define STRATA_NODE_IDLE_H

#include "node/connection.h"
#include "stats/stats.h"

enum { STRATA_IDLE_MOST = 2 };

/* Belongs to one thread. Zeroes are none. */
typedef struct {
	strata_connection *connections[STRATA_IDLE_MOST]; /* the one used last at the end */
	uint32_t count;
} strata_idle;

/*
 * The one used last that proved fit; those that are not fit, or are over, are closed on the way. NULL when
 * none is left. What is closed, and why, is counted in the row.
 */
strata_connection *strata_idle_take(strata_idle *idle, strata_stats_row *row);

/* Keeps the connection if it is clean and few are idle, else closes it. */
void strata_idle_keep(strata_idle *idle, strata_connection *connection, strata_stats_row *row);

/* Closes all, because their node is not trusted for now. */
void strata_idle_drop(strata_idle *idle, strata_stats_row *row);

/* Closes all, because nobody will need them any more. */
void strata_idle_fini(strata_idle *idle);

#endif
