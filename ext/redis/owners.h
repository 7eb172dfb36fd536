/* owners — which masters does a cluster have, and how is a command without a key sent to one? */
#ifndef STRATA_REDIS_OWNERS_H
#define STRATA_REDIS_OWNERS_H

#include <stdint.h>

#include "redis/cluster/cluster.h"

/* A command for this slot goes there. */
typedef struct {
	const char *name; /* of the node; valid until the next run */
	uint16_t slot;    /* one that it owns */
} strata_owner;

/*
 * The owners of slots, as the map says that is known now: nobody is asked. Each of them once; as many
 * as there is room for. Returns how many; 0 while there is no map.
 */
uint32_t strata_owners_of(strata_cluster *cluster, strata_owner *masters, uint32_t room);

#endif
