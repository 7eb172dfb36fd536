/* routing — who is to be asked next, and not before when? */
#ifndef STRATA_REDIS_ROUTING_H
#define STRATA_REDIS_ROUTING_H

#include "redis/errand.h"

/*
 * Gives every errand the owner of its slot, which may take asking for a map. Those that nobody can
 * be found for are finished, and why is told. Only where there is a cluster.
 */
void strata_routing_begin(const strata_errand_scope *scope, strata_errand *errands, size_t count);

/*
 * Before the next hop: finds owners for those that look for a new one, and waits where all that are
 * left are to be sent later. False when none is left to be sent.
 */
bool strata_routing_go_on(const strata_errand_scope *scope, strata_errand *errands, size_t count);

/*
 * Until when the next hop may take. Where a read may still go from a replica to the master or back,
 * that is half of what is left, so that a silent node leaves the other half for that.
 */
strata_usec strata_routing_deadline(const strata_errand_scope *scope, const strata_errand *errands,
	size_t count);

#endif
