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

	/*
	 * What decides its places in place of host and port, so that those may change. The same places
	 * as those of a host of this name at port 11211. NULL: host and port decide.
	 */
	const char *name;
} strata_ring_server;

/*
 * The same for two lists exactly when each key has the same places under both: of names or
 * addresses, weights, order, and on how many servers a value is kept. No two hosts of a fleet may
 * differ in it.
 */
uint64_t strata_ring_fingerprint(const strata_ring_server *servers, uint32_t count,
	uint32_t replicas);

STRATA_MUST_CHECK strata_result strata_ring_new(const strata_ring_server *servers, uint32_t count,
	strata_ring **out);
void strata_ring_free(strata_ring *ring);

/* The index of the server, in the order given to strata_ring_new(). Any bytes, any length. */
uint32_t strata_ring_pick(const strata_ring *ring, strata_view key);

/*
 * Another server, by the ring too, so that it is the same on all hosts. The same one where there is
 * no other.
 */
uint32_t strata_ring_pick_second(const strata_ring *ring, strata_view key);

#endif
