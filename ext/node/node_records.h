/* node_records — what a thread has of the host for one of its nodes: its breaker and its row. */
#ifndef STRATA_NODE_NODE_RECORDS_H
#define STRATA_NODE_NODE_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "health/breaker.h"
#include "health/outcome.h"
#include "node/connection.h"
#include "stats/stats.h"

/*
 * Where the name of a node comes from, which decides what the host keeps of it. What is hostile
 * may name as many nodes as it likes, and must not use up the records of others.
 */
typedef enum {
	STRATA_NODE_CONFIGURED, /* a breaker and a row of statistics are reserved for it */
	STRATA_NODE_DISCOVERED, /* named by a server that was asked for its peers */
	STRATA_NODE_REDIRECTED  /* named by a redirect alone: gets both after its first answer */
} strata_node_origin;

/* All zeroes has none, and may be given back. Of one thread. */
typedef struct strata_node_records {
	strata_peer *peer; /* of the node: where its breaker and its row are written */
	strata_node_origin origin;
	strata_stats *stats;      /* NULL: nothing is counted */
	strata_stats_row *staged; /* counts of one that has no row yet; NULL: none */
	bool has_any;             /* as far as there were any */
	bool is_visitor;          /* it cannot hold them, and asks for them at each use */
	bool is_probed;           /* the caller's note: they are in use without an operation */
	uint32_t process;         /* generation of the process that asked for them */
	uint32_t entered;         /* the caller's count: operations under way */
	strata_usec used_at;      /* when one last began */
	strata_usec search_at;    /* not before that for a breaker that was not to be had */
	bool has_breaker;
	strata_breaker breaker;
	struct strata_node_records *next, *former; /* in the list of all of this thread */
} strata_node_records;

/* Asks for them. The peer must outlive them, and stats may be NULL. */
void strata_node_records_init(strata_node_records *records, strata_peer *peer,
	strata_node_origin origin, strata_stats *stats, strata_usec now);
void strata_node_records_fini(strata_node_records *records);

/* An operation begins: asks for those that are missing, and lets go of unused ones of others. */
void strata_node_records_use(strata_node_records *records, strata_usec now);

/* Asks for them anew. */
void strata_node_records_find(strata_node_records *records, strata_usec now);

/* Were they asked for in this process? */
bool strata_node_records_are_held(const strata_node_records *records);

/* May the breaker be read and written now? */
bool strata_node_records_has_breaker(const strata_node_records *records);

/* Another source names the node too; the better one counts. */
void strata_node_records_confirm(strata_node_records *records, strata_node_origin origin);

/*
 * An operation on a node that a redirect alone had named ended so. One that answered is a node,
 * whatever named it, and gets records of its own.
 */
void strata_node_records_leave_unproven(strata_node_records *records, strata_outcome outcome,
	strata_usec now);

#endif
