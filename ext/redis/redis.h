/* redis — one server, who is the master, or a cluster: commands go to who owns their slot, MOVED and ASK included. */
#ifndef STRATA_REDIS_REDIS_H
#define STRATA_REDIS_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/call.h"
#include "net/endpoint.h"
#include "protocol/resp.h"
#include "redis/sentinel/sentinel.h"
#include "stats/stats.h"

/* Belongs to one thread and one database. */
typedef struct strata_redis strata_redis;

typedef enum { STRATA_REDIS_STANDALONE, STRATA_REDIS_CLUSTER } strata_redis_kind;

typedef struct {
	strata_view bytes;  /* one formatted command, from strata_resp_compose() */
	uint16_t slot;      /* of its key; ignored by a standalone server */
	bool is_plain_read; /* a replica may answer it, and it may be asked twice */

	strata_result result; /* OK when a reply other than an error came; SERVER for an error reply */
	const strata_resp_reply *reply; /* valid when OK or SERVER, else NULL */
	const char *node_name;          /* of the last node asked; never NULL after the run */
	strata_result broke; /* OK, or why replies behind this one never came: it may be theirs */
	bool distrusted;     /* set by the caller before the release: the value is another key's */
} strata_redis_command;

/* A run's connections, held until its release. */
typedef struct strata_redis_round strata_redis_round;

/* seeds: the one server, or nodes of the cluster to learn the slot map from. */
STRATA_MUST_CHECK strata_result strata_redis_new(strata_redis_kind kind,
	const strata_hostport *seeds, uint32_t count, const strata_wire_options *options,
	uint32_t max_redirects, strata_stats *stats, strata_redis **out);
void strata_redis_free(strata_redis *redis);

/*
 * A standalone server that is the master at any time. The name, user and password must outlive it.
 */
STRATA_MUST_CHECK strata_result strata_redis_new_watched(const strata_sentinel_watchers *watchers,
	const strata_wire_options *options, strata_stats *stats, strata_redis **out);

/*
 * Sends every command to the owner of its slot, all nodes in parallel, and follows at most
 * max_redirects MOVED and ASK replies for each, under one deadline (options->operation_timeout from
 * now). Only redirected commands are sent again. A command is never sent to another node because
 * its owner is down. Every command's result is written, and call->error says why the last failure
 * failed. Returns NULL only when out of memory: every command is then NO_MEMORY and there is
 * nothing to release.
 */
strata_redis_round *strata_redis_run(strata_redis *redis, strata_call *call,
	strata_redis_command *commands, size_t count);

/*
 * Gives the connections back; closes those on which a command is marked distrusted. NULL is
 * allowed.
 */
void strata_redis_release(strata_redis_round *round);

/* The nodes behind it, for redis/cluster/cluster.h; NULL for a standalone server. */
struct strata_cluster *strata_redis_cluster(const strata_redis *redis);

#endif
