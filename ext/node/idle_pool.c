/*
 * The idle connections of a node are a stack of two: the one used last is the one whose socket
 * and buffers are warm, and the one least likely to have been closed by the other side. Two are
 * enough for a thread that asks the same node twice at once. More are opened where more are needed,
 * and closed when they come back.
 */
#include "node/idle_pool.h"

static void close_for(strata_connection *connection, strata_stats_row *row, strata_counter cause)
{
	strata_stats_add(row, cause, 1);
	strata_connection_free(connection);
}

/* Closing an idle connection is not what it was kept for, so it counts as one that failed. */
static void discard(strata_connection *connection, strata_stats_row *row, strata_counter cause)
{
	strata_connection_poison(connection);
	close_for(connection, row, cause);
}

strata_connection *strata_idle_pool_take(strata_idle_pool *pool, strata_stats_row *row,
	strata_usec now)
{
	while (pool->count > 0) {
		strata_connection *last = pool->connections[--pool->count];

		if (strata_connection_is_over(last, now)) {
			close_for(last, row, STRATA_COUNT_CLOSED_AGED);
		} else if (strata_connection_is_fit(last)) {
			return last;
		} else {
			discard(last, row, STRATA_COUNT_CLOSED_UNFIT);
		}
	}
	return NULL;
}

void strata_idle_pool_keep(strata_idle_pool *pool, strata_connection *connection,
	strata_stats_row *row)
{
	if (!strata_connection_is_clean(connection)) {
		close_for(connection, row, STRATA_COUNT_CLOSED_FAILED);
	} else if (pool->count == STRATA_IDLE_POOL_MOST) {
		close_for(connection, row, STRATA_COUNT_CLOSED_SURPLUS);
	} else {
		pool->connections[pool->count++] = connection;
	}
}

void strata_idle_pool_drop(strata_idle_pool *pool, strata_stats_row *row)
{
	while (pool->count > 0) {
		discard(pool->connections[--pool->count], row, STRATA_COUNT_CLOSED_DROPPED);
	}
}

void strata_idle_pool_fini(strata_idle_pool *pool)
{
	while (pool->count > 0) {
		strata_connection_free(pool->connections[--pool->count]);
	}
}
