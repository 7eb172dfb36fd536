/* server_check: goes to all servers of a pool, and sees what is wrong with them. */
#ifndef STRATA_MEMCACHED_SERVER_CHECK_H
#define STRATA_MEMCACHED_SERVER_CHECK_H

#include "memcached/memcached.h"
#include "stats/findings.h"

/*
 * Adds a node for each server to the findings, one after the other. A server takes order->time at
 * most for each of two questions. Nothing is changed on any of them.
 */
void strata_memcached_check(const strata_memcached *pool, const strata_check_order *order,
	strata_findings *findings);

#endif
