/* first_node: the node that each attempt of a request goes to first. */
#ifndef STRATA_REDIS_FIRST_NODE_H
#define STRATA_REDIS_FIRST_NODE_H

#include "redis/attempt.h"

/* Attempts for which there is none are completed. */
void strata_first_nodes_find(strata_request_ctx *ctx);

/* Asks for a slot map if that is due; see strata_cluster_learn(). */
STRATA_MUST_CHECK strata_result strata_first_node_learn(strata_request_ctx *ctx,
	strata_protocol_error *error);

#endif
