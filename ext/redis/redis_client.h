/* redis_client — where commands go: one server, a cluster, or a watched master. */
#ifndef STRATA_REDIS_REDIS_CLIENT_H
#define STRATA_REDIS_REDIS_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "host/confirmed.h"
#include "host/unconfirmed.h"
#include "net/endpoint.h"
#include "redis/cluster/cluster.h"
#include "redis/sentinel/sentinel.h"
#include "stats/stats.h"

/* Belongs to one thread and one database. One of the last three is not NULL. */
typedef struct {
	const strata_client_options *options;
	uint32_t max_redirects;
	strata_node *server;
	strata_cluster *cluster;
	strata_sentinel *sentinel; /* names the server that is the master */
	bool lacks_mget;           /* the caller's note: its user may not run it, or nothing knows it */
	strata_confirmed *confirmed; /* by its masters; NULL: it has one for ever, or none are kept */
	strata_unconfirmed *unconfirmed; /* removals that all of this owes; NULL: none are noted */
} strata_redis_client;

typedef enum { STRATA_REDIS_STANDALONE, STRATA_REDIS_CLUSTER } strata_redis_kind;

/* seeds: the one server, or nodes of the cluster to learn the slot map from. */
STRATA_MUST_CHECK strata_result strata_redis_client_new(strata_redis_kind kind,
	const strata_hostport *seeds, uint32_t count, const strata_client_options *options,
	uint32_t max_redirects, strata_stats *stats, strata_redis_client **out);

/* For the master that sentinels name. Its name, user and password must outlive the client. */
STRATA_MUST_CHECK strata_result
strata_redis_client_new_watched(const strata_sentinel_watchers *watchers,
	const strata_client_options *options, strata_stats *stats, strata_redis_client **out);

void strata_redis_client_free(strata_redis_client *client);

/* The cluster behind it; NULL for a server. */
strata_cluster *strata_redis_client_cluster(const strata_redis_client *client);

/*
 * The node that owns a slot, as far as is known without asking; NULL: not known, or no cluster. It
 * is valid until the next command.
 */
strata_node *strata_redis_client_owner(const strata_redis_client *client, uint16_t slot);

/* Is it a server that may not know all commands, such as a proxy? See strata_node_is_bare(). */
bool strata_redis_client_is_bare(const strata_redis_client *client);

#endif
