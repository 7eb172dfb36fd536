/* routing: the node that each attempt of a request goes to first. */
#ifndef STRATA_REDIS_ROUTING_H
#define STRATA_REDIS_ROUTING_H

#include "redis/attempt.h"

/* Attempts for which there is none are completed. */
void strata_routing_find_nodes(strata_request_ctx *ctx);

/* Asks for a slot map if that is due; see strata_cluster_learn(). */
STRATA_MUST_CHECK strata_result strata_routing_learn(strata_request_ctx *ctx,
	strata_protocol_error *error);

#endif
