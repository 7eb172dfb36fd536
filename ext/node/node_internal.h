/* node_internal — what a node is made of: for node.c and node_advice.c alone. */
#ifndef STRATA_NODE_NODE_INTERNAL_H
#define STRATA_NODE_NODE_INTERNAL_H

#include "health/breaker_table.h"
#include "health/size_limit.h"
#include "node/idle_pool.h"
#include "node/node_records.h"
#include "node/probe.h"

typedef struct strata_node strata_node;

struct strata_node {
	strata_peer peer;
	char *host;
	uint16_t port;
	char *name;
	strata_tls_memory tls_memory;
	strata_idle_pool idle;
	strata_node_records records;
	strata_size_limit own_size_limit; /* where there is no breaker that all share */
	strata_probe *probe;              /* under way; NULL: none */
	strata_node *next_probing;        /* in the list of nodes of this thread that have one */
	bool has_repeated;                /* its last error, since it was asked last */
	uint32_t generation;              /* of the process that began it */
	uint32_t connected_in;            /* generation of the process that opened a connection last */
};

/* May its breaker be read and written now? */
static inline bool strata_node_has_breaker(const strata_node *node)
{
	return strata_node_records_has_breaker(&node->records);
}

/* Of a node that has a breaker. */
static inline strata_breaker_notes *strata_node_notes_of(const strata_node *node)
{
	return strata_breaker_notes_of(&node->records.breaker);
}

#endif
