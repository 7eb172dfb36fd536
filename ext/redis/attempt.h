/*
 * attempt: one command of Redis on its way to its answer, and the request that it is part of. For
 * the files of this folder.
 */
#ifndef STRATA_REDIS_ATTEMPT_H
#define STRATA_REDIS_ATTEMPT_H

#include "node/terms/deadline.h"
#include "node/dispatch.h"
#include "redis/carried.h"
#include "redis/redis_client.h"
#include "redis/redis_command.h"

/* The two ways in which a node is asked. */
enum { STRATA_PLAIN, STRATA_ASKING, STRATA_WAYS };

typedef struct {
	strata_redis_command *command;
	strata_node *node;                     /* to be asked, or asked last; NULL: none was found */
	const strata_node *first[STRATA_WAYS]; /* the first node that was asked in each way */
	const strata_resp_reply *error_reply;  /* its error reply, if nothing comes of another try */
	strata_usec wait_until;                /* not to be sent before; 0: at once */
	uint32_t exchange;                     /* of the last dispatch, that carries it */
	uint32_t redirects;
	bool is_open;      /* to be sent, or waiting for its reply */
	bool is_asking;    /* ASKING goes first */
	bool is_replica;   /* node is a replica, asked in its master's place */
	bool has_switched; /* between master and replica, as may be done once */
	bool is_retried;   /* it was refused once, and sent again */
	bool needs_owner;  /* goes to the owner of its slot by a newer map */
	bool is_carried;   /* a removal that is owed, in front of the caller's commands */
} strata_attempt;

struct strata_request_ctx {
	strata_cluster *cluster;   /* NULL: no redirect can be followed */
	strata_sentinel *sentinel; /* NULL: the server is fixed */
	strata_node *server;       /* NULL: a cluster, or the master is unknown */
	uint32_t max_redirects;
	strata_call *call;
	strata_deadline deadline;
	strata_usec now; /* after the last wait */
	strata_dispatch *last;
	strata_redis_carried carried;
	strata_attempt *attempts; /* of what is carried, then those of the caller */
	size_t count;
};

void strata_attempt_complete(strata_attempt *attempt, strata_result result,
	const strata_resp_reply *reply);

/* All that are not complete come to this, for this reason. */
void strata_attempts_fail(strata_request_ctx *ctx, strata_result result, const char *why);

#endif
