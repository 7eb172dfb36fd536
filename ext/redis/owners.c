/*
 * A master is addressed by one of its slots, so that nothing else has to know a second way of sending:
 * whoever owns the slot when the command goes out gets it. That may be another node by then, and the
 * caller finds out by the name in the command.
 */
#include "redis/owners.h"

#include <string.h>

#include "protocol/slots.h"

static bool is_listed(const strata_owner *owners, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(owners[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

uint32_t strata_owners_of(strata_cluster *cluster, strata_owner *owners, uint32_t room)
{
	const strata_node *former = NULL;
	uint32_t count = 0;

	strata_cluster_hold(cluster);
	for (uint32_t slot = 0; slot < STRATA_SLOT_COUNT && count < room; slot++) {
		strata_node *owner;

		/* Neighbours mostly have the same one. */
		if (strata_cluster_owner(cluster, (uint16_t) slot, &owner) != STRATA_OK ||
			owner == former) {
			continue;
		}
		former = owner;
		if (!is_listed(owners, count, strata_node_name(owner))) {
			owners[count++] = (strata_owner){ strata_node_name(owner), (uint16_t) slot };
		}
	}
	strata_cluster_release(cluster);
	return count;
}
