/* memcached_session_store: writes and renews records of sessions, where the guard allows it. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_SESSION_STORE_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_SESSION_STORE_H

#include "tier/session.h"

/* Verbs of strata_session_ops. */
void strata_memcached_session_store(struct strata_tier *tier, strata_call *call,
	strata_session_record *record);
void strata_memcached_session_renew(struct strata_tier *tier, strata_call *call,
	strata_session_record *record);

/*
 * How long after its open a session may be stored where nothing is any more: it was evicted, since
 * a removal leaves a tombstone for at least as long.
 */
strata_msec strata_memcached_session_memory(const strata_session_record *record);

#endif
