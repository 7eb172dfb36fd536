/*
 * The idle connections of a node are a stack of two: the one used last is the one whose socket
 * and buffers are warm, and the one least likely to have been closed by the other side. Two are
 * enough for a thread that asks the same node twice in one round; whoever needs more opens more
 * and they are closed when they come back.
 */
#include "node/idle.h"

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

strata_connection *strata_idle_take(strata_idle *idle, strata_stats_row *row)
{
	while (idle->count > 0) {
		strata_connection *last = idle->connections[--idle->count];

		if (strata_connection_is_over(last)) {
			close_for(last, row, STRATA_COUNT_CLOSED_AGED);
		} else if (strata_connection_is_fit(last)) {
			return last;
		} else {
			discard(last, row, STRATA_COUNT_CLOSED_UNFIT);
		}
	}
	return NULL;
}

void strata_idle_keep(strata_idle *idle, strata_connection *connection, strata_stats_row *row)
{
	if (!strata_connection_is_clean(connection)) {
		close_for(connection, row, STRATA_COUNT_CLOSED_FAILED);
	} else if (idle->count == STRATA_IDLE_MOST) {
		close_for(connection, row, STRATA_COUNT_CLOSED_SURPLUS);
	} else {
		idle->connections[idle->count++] = connection;
	}
}

void strata_idle_drop(strata_idle *idle, strata_stats_row *row)
{
	while (idle->count > 0) {
		discard(idle->connections[--idle->count], row, STRATA_COUNT_CLOSED_DROPPED);
	}
}

void strata_idle_fini(strata_idle *idle)
{
	while (idle->count > 0) {
		strata_connection_free(idle->connections[--idle->count]);
	}
}
