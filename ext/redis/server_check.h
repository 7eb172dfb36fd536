/* server_check: goes to all servers of a client, sentinels included, and sees what is wrong. */
#ifndef STRATA_REDIS_SERVER_CHECK_H
#define STRATA_REDIS_SERVER_CHECK_H

#include "redis/redis_client.h"
#include "stats/findings.h"

/*
 * Adds a node for each server to the findings, one after the other: of a cluster all that its slot
 * map names, or the seeds where there is none. A server takes order->time at most, twice as long
 * where its user has few rights. Nothing is changed on any of them.
 */
void strata_redis_check(strata_redis_client *client, const strata_check_order *order,
	strata_findings *findings);

#endif
