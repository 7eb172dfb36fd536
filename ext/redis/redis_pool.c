#include "redis/redis_pool.h"

#include <stdlib.h>

strata_result strata_redis_new(strata_redis_kind kind, const strata_hostport *seeds, uint32_t count,
	const strata_wire_options *options, uint32_t max_redirects, strata_stats *stats,
	strata_redis **out)
{
	strata_redis *redis = calloc(1, sizeof(*redis));
	strata_result result = STRATA_NO_MEMORY;

	*out = NULL;
	if (redis == NULL) {
		return STRATA_NO_MEMORY;
	}
	redis->options = options;
	redis->max_redirects = max_redirects;
	switch (kind) {
		case STRATA_REDIS_STANDALONE:
			redis->server =
				strata_node_new(&strata_resp_wire, options, seeds[0].host, seeds[0].port, stats);
			result = redis->server != NULL ? STRATA_OK : STRATA_NO_MEMORY;
			break;
		case STRATA_REDIS_CLUSTER:
			result = strata_cluster_new(seeds, count, options, stats, &redis->cluster);
			break;
	}
	if (result != STRATA_OK) {
		free(redis);
		return result;
	}
	*out = redis;
	return STRATA_OK;
}

void strata_redis_free(strata_redis *redis)
{
	if (redis == NULL) {
		return;
	}
	strata_node_free(redis->server);
	strata_cluster_free(redis->cluster);
	strata_sentinel_free(redis->sentinel);
	free(redis);
}

strata_result strata_redis_new_watched(const strata_sentinel_watchers *watchers,
	const strata_wire_options *options, strata_stats *stats, strata_redis **out)
{
	strata_redis *redis = calloc(1, sizeof(*redis));
	strata_result result;

	*out = NULL;
	if (redis == NULL) {
		return STRATA_NO_MEMORY;
	}
	redis->options = options;
	result = strata_sentinel_new(watchers, options, stats, &redis->sentinel);
	if (result != STRATA_OK) {
		free(redis);
		return result;
	}
	*out = redis;
	return STRATA_OK;
}

strata_cluster *strata_redis_cluster(const strata_redis *redis)
{
	return redis->cluster;
}
