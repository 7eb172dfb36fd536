/*
 * purge — what clear() left behind in the shared tiers of a database: how much is it, and away with
 * it.
 */
#ifndef STRATA_CACHE_SERVERS_PURGE_H
#define STRATA_CACHE_SERVERS_PURGE_H

#include "base/call.h"
#include "database/database.h"

/*
 * One bounded part of the work; the next call goes on. UNCONFIGURED: no tier of the database needs
 * any, because all of them make room for themselves. Else OK, or why a node could not be asked, in
 * call->error too; what was done all the same is in *out.
 */
STRATA_MUST_CHECK strata_result strata_cache_purge(strata_database *database, strata_call *call,
	const strata_purge_order *order, strata_purge *out);

#endif
