#include "health/notes/replica_watch.h"

enum {
	FAILOVER = 10000, /* msec that a planned one may take */
	FIRST = 1000      /* msec; a host that starts in the middle of one is told too early */
};

void strata_replica_watch_taken(strata_replica_watch *watch)
{
	if (atomic_load_explicit(&watch->has_taken, memory_order_relaxed) == 0) {
		atomic_store_explicit(&watch->has_taken, 1, memory_order_relaxed);
	}
	if (atomic_load_explicit(&watch->refused_since, memory_order_relaxed) != 0) {
		atomic_store_explicit(&watch->refused_since, 0, memory_order_relaxed);
	}
}

bool strata_replica_watch_stays(strata_replica_watch *watch, strata_msec now)
{
	strata_msec since = atomic_load_explicit(&watch->refused_since, memory_order_relaxed);
	bool has_taken = atomic_load_explicit(&watch->has_taken, memory_order_relaxed) != 0;

	if (since == 0 || since > now) {
		atomic_store_explicit(&watch->refused_since, now, memory_order_relaxed);
		return false;
	}
	return now - since >= (has_taken ? FAILOVER : FIRST);
}
