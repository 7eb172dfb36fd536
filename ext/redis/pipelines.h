/* pipelines — sends the commands that are due, one pipeline for each node, all at once. */
#ifndef STRATA_REDIS_PIPELINES_H
#define STRATA_REDIS_PIPELINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/call.h"
#include "node/exchange.h"
#include "node/patience.h"
#include "redis/redis_client.h"
#include "redis/redis_command.h"

/* The two ways in which a node is asked. */
enum { STRATA_ASK_PLAINLY, STRATA_ASK_ASKING, STRATA_ASK_WAYS };

/* One command on its way. */
typedef struct {
	strata_redis_command *command;
	strata_node *node; /* to be asked, or asked last; NULL: none was found */
	const strata_node *first[STRATA_ASK_WAYS]; /* the first node that was asked in each way */
	const strata_resp_reply *error_reply; /* its error reply, if nothing comes of another try */
	strata_usec wait_until;               /* not to be sent before; 0: at once */
	uint32_t pipeline;                    /* that carries it */
	uint32_t redirects;
	bool is_open;      /* to be sent, or waiting for its reply */
	bool is_asking;    /* ASKING goes first */
	bool is_replica;   /* node is a replica, asked in its master's place */
	bool has_switched; /* between master and replica, as may be done once */
	bool is_retried;   /* it was refused once, and sent again */
	bool needs_owner;  /* goes to the owner of its slot by a newer map */
} strata_attempt;

/* What is known of one exchange. */
typedef struct {
	const char *name;       /* of the node, in the arena: it outlives the node */
	uint32_t taken;         /* replies given to their attempts so far */
	bool is_held;           /* its exchange is yet to be released */
	bool is_mismatched;     /* a reply came that its command cannot have */
	bool is_key_mismatched; /* a value came that is another key's */
	bool is_stale;          /* the connections to this node are to be opened anew */
} strata_pipeline;

/* All that left together. */
typedef struct strata_pipelines {
	struct strata_pipelines *former;
	strata_exchange *exchanges;
	strata_pipeline *pipelines;
	uint32_t count; /* of each */
} strata_pipelines;

struct strata_request_ctx {
	strata_cluster *cluster;   /* NULL: no redirect can be followed */
	strata_sentinel *sentinel; /* NULL: the server is fixed */
	strata_node *server;       /* NULL: a cluster, or the master is unknown */
	uint32_t max_redirects;
	strata_call *call;
	strata_patience patience;
	strata_usec now; /* after the last wait */
	strata_pipelines *last;
	strata_attempt *attempts;
	size_t count;
};

static inline bool strata_attempt_is_due(const strata_attempt *attempt)
{
	return attempt->is_open && !attempt->needs_owner && attempt->wait_until == 0;
}

/* Replies that the node owes: 2 when ASKING goes first. */
static inline uint32_t strata_attempt_expected(const strata_attempt *attempt)
{
	return attempt->is_asking ? 2 : 1;
}

/*
 * Sends every attempt that is due and reads the replies. False, and nothing sent, without memory.
 */
STRATA_MUST_CHECK bool strata_pipelines_send(strata_request_ctx *ctx, strata_usec deadline);

/* Did every node that was asked give all replies? */
bool strata_pipelines_are_answered(const strata_request_ctx *ctx);

/* Gives all connections back; closes those of commands that the caller marked is_mismatched. */
void strata_pipelines_release(strata_request_ctx *ctx);

#endif
