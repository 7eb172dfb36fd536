#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "redis/redis_client.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "os/clock.h"
#include "protocol/redis_protocol.h"

/* NULL when out of memory. */
static strata_redis_client *new_client(const strata_client_options *options, uint32_t max_redirects)
{
	strata_redis_client *client = calloc(1, sizeof(*client));

	if (client != NULL) {
		client->options = options;
		client->max_redirects = max_redirects;
	}
	return client;
}

/*
 * The pool is that of the connections: the same servers under the same login, and one database of
 * theirs. The first server names it.
 */
static void find_removals(strata_redis_client *client, const char *kind,
	const strata_hostport *servers, uint32_t count, const char *master)
{
	const strata_client_options *options = client->options;
	uint64_t key = strata_credentials_id(options) ^ options->setup.database;
	char name[96];

	if (options->unconfirmed == NULL || count == 0) {
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		key = strata_hash_of(strata_view_of(servers[i].host), key + servers[i].port);
	}
	if (master != NULL) {
		snprintf(name, sizeof(name), "%s %s", kind, master);
	} else {
		snprintf(name, sizeof(name), "%s %s:%u", kind, servers[0].host, (unsigned) servers[0].port);
	}
	key = strata_hash_of(strata_view_of(name), key);
	client->unconfirmed = strata_unconfirmed_of(options->unconfirmed, key, name);
}

/* Where one master may replace another. */
static void find_confirmed(strata_redis_client *client)
{
	const strata_client_options *options = client->options;

	if (options->confirmed != NULL && client->unconfirmed != NULL) {
		client->confirmed =
			strata_confirmed_of(options->confirmed, (uint64_t) (uintptr_t) client->unconfirmed);
	}
}

static strata_result finish(strata_redis_client *client, strata_result result,
	strata_redis_client **out)
{
	if (result == STRATA_OK) {
		*out = client;
	} else {
		free(client);
	}
	return result;
}

strata_result strata_redis_client_new(strata_redis_kind kind, const strata_hostport *seeds,
	uint32_t count, const strata_client_options *options, uint32_t max_redirects,
	strata_stats *stats, strata_redis_client **out)
{
	strata_redis_client *client = new_client(options, max_redirects);
	strata_result result = STRATA_NO_MEMORY;

	*out = NULL;
	if (client == NULL) {
		return STRATA_NO_MEMORY;
	}
	find_removals(client, kind == STRATA_REDIS_CLUSTER ? "redis cluster" : "redis", seeds, count,
		NULL);
	switch (kind) {
		case STRATA_REDIS_STANDALONE:
			client->server = strata_node_new(&strata_redis_protocol, options, seeds[0].host,
				seeds[0].port, STRATA_NODE_CONFIGURED, stats);
			result = client->server != NULL ? STRATA_OK : STRATA_NO_MEMORY;
			break;
		case STRATA_REDIS_CLUSTER:
			find_confirmed(client);
			result = strata_cluster_new(seeds, count, options, stats, &client->cluster);
			break;
	}
	return finish(client, result, out);
}

strata_result strata_redis_client_new_watched(const strata_sentinel_watchers *watchers,
	const strata_client_options *options, strata_stats *stats, strata_redis_client **out)
{
	strata_redis_client *client = new_client(options, 0);

	*out = NULL;
	if (client == NULL) {
		return STRATA_NO_MEMORY;
	}
	find_removals(client, "redis master", watchers->sentinels, watchers->count, watchers->name);
	find_confirmed(client);
	return finish(client, strata_sentinel_new(watchers, options, stats, &client->sentinel), out);
}

void strata_redis_client_free(strata_redis_client *client)
{
	if (client == NULL) {
		return;
	}
	strata_node_free(client->server);
	strata_cluster_free(client->cluster);
	strata_sentinel_free(client->sentinel);
	free(client);
}

strata_cluster *strata_redis_client_cluster(const strata_redis_client *client)
{
	return client->cluster;
}

strata_node *strata_redis_client_owner(const strata_redis_client *client, uint16_t slot)
{
	strata_node *owner;

	if (client->cluster == NULL ||
		strata_cluster_owner(client->cluster, slot, &owner) != STRATA_OK) {
		return NULL;
	}
	return owner;
}

bool strata_redis_client_is_bare(const strata_redis_client *client)
{
	return client->server != NULL && strata_node_is_bare(client->server, strata_clock_usec());
}
