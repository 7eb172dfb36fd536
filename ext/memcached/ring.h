/* ring — which memcached server does this key live on? */
#ifndef STRATA_MEMCACHED_RING_H
#define STRATA_MEMCACHED_RING_H

#include <stdint.h>

#include "base/result.h"
#include "base/view.h"

/*
 * Ketama, weighted, computed by libmemcached from the configured servers and never changed: a dead
 * server's keys are misses, and no other server's. The same servers as php-memcached finds with
 * Memcached::OPT_LIBKETAMA_COMPATIBLE.
 */
typedef struct strata_ring strata_ring;

typedef struct {
	const char *host; /* or the path of a unix socket */
	uint16_t port;
	uint32_t weight;
} strata_ring_server;

STRATA_MUST_CHECK strata_result strata_ring_new(const strata_ring_server *servers, uint32_t count,
	strata_ring **out);
void strata_ring_free(strata_ring *ring);

/* The index of the server, in the order given to strata_ring_new(). Any bytes, any length. */
uint32_t strata_ring_pick(const strata_ring *ring, strata_view key);

#endif
