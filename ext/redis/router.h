/* router — sends commands to the nodes of their slots and follows MOVED, ASK and retries. */
#ifndef STRATA_REDIS_ROUTER_H
#define STRATA_REDIS_ROUTER_H

#include <stddef.h>

#include "base/call.h"
#include "redis/redis_client.h"
#include "redis/redis_command.h"

/*
 * Sends every command to the owner of its slot, all nodes in parallel. Follows at most
 * client->max_redirects MOVED and ASK replies for each, under one deadline (see
 * strata_deadline_begin()). Only redirected and refused commands are sent again. A write never goes
 * to another node because the owner is down. Every command's result is written, and call->error
 * says why the last failure failed. Returns NULL only when out of memory: then every command is
 * NO_MEMORY and there is nothing to release.
 */
strata_request_ctx *strata_router_run(strata_redis_client *client, strata_call *call,
	strata_redis_command *commands, size_t count);

/* Gives the connections back; closes those of a command marked is_mismatched. NULL is allowed. */
void strata_router_release(strata_request_ctx *ctx);

#endif
