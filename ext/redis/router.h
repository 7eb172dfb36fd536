/* router — sends commands to the nodes of their slots and follows MOVED, ASK and retries. */
#ifndef STRATA_REDIS_ROUTER_H
#define STRATA_REDIS_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/call.h"
#include "protocol/resp.h"
#include "redis/redis_client.h"

typedef struct {
	strata_view bytes;  /* one formatted command, from strata_resp_compose() */
	uint16_t slot;      /* of its key; ignored by a standalone server */
	bool is_plain_read; /* a replica may answer it, and it may be asked twice */

	strata_result result; /* OK when a reply other than an error came; SERVER for an error reply */
	const strata_resp_reply *reply; /* valid when OK or SERVER, else NULL */
	const char *node_name;          /* of the last node asked; never NULL after the run */
	strata_result broke; /* OK, or why replies behind this one never came: it may be theirs */
	bool is_mismatched;  /* set by the caller before the release: the value is another key's */
} strata_redis_command;

/* Commands on their way, with the connections that carried them. */
typedef struct strata_request_ctx strata_request_ctx;

/*
 * Sends every command to the owner of its slot, all nodes in parallel. Follows at most
 * client->max_redirects MOVED and ASK replies for each, under one deadline (operation_timeout from
 * now). Only redirected and refused commands are sent again. A write never goes to another node
 * because the owner is down. Every command's result is written, and call->error says why the last
 * failure failed. Returns NULL only when out of memory: then every command is NO_MEMORY and there
 * is nothing to release.
 */
strata_request_ctx *strata_router_run(strata_redis_client *client, strata_call *call,
	strata_redis_command *commands, size_t count);

/* Gives the connections back; closes those of a command marked is_mismatched. NULL is allowed. */
void strata_router_release(strata_request_ctx *ctx);

#endif
