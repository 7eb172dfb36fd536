/* advice: what an operator is told beside the error of a Redis server, where that is not enough. */
#ifndef STRATA_REDIS_ADVICE_H
#define STRATA_REDIS_ADVICE_H

#include "protocol/resp.h"
#include "redis/attempt.h"

typedef struct {
	char text[112]; /* follows the words of the server; empty: they say enough */
	bool lasts;     /* no waiting heals it, whatever its result says */
} strata_advice;

/* Of a server that answered a command with this error, which is no redirect. */
strata_advice strata_advice_about(const strata_request_ctx *ctx, strata_node *node,
	const strata_resp_reply *error);

#endif
