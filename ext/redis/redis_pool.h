/* redis_pool — what a database's commands go to: a server, a cluster or whoever is the master. */
#ifndef STRATA_REDIS_REDIS_POOL_H
#define STRATA_REDIS_REDIS_POOL_H

#include "redis/cluster/cluster.h"
#include "redis/redis.h"
#include "redis/sentinel/sentinel.h"

/* Read by redis.c; one of the last three is not NULL. */
struct strata_redis {
	const strata_wire_options *options;
	uint32_t max_redirects;
	strata_node *server;
	strata_cluster *cluster;
	strata_sentinel *sentinel;
};

#endif
