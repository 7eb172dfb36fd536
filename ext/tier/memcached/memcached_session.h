/* memcached_session: records of sessions on memcached, each in one item with its lock. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_SESSION_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_SESSION_H

#include "tier/session.h"

/*
 * For a tier that is the deepest, whose state is a strata_memcached_tier. With two places (see
 * memcached_replicas.h) both are asked, and the second one is the record's where the first is out.
 */
extern const strata_session_ops strata_memcached_session_ops;

#endif
