/* redis_session: records of sessions on Redis, each with its lock in its own header. */
#ifndef STRATA_TIER_REDIS_REDIS_SESSION_H
#define STRATA_TIER_REDIS_REDIS_SESSION_H

#include "tier/session.h"

extern const strata_session_ops strata_redis_session_ops;

#endif
