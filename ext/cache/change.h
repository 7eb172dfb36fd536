/* change: changes a value in place, in the deepest tier. */
#ifndef STRATA_CACHE_CHANGE_H
#define STRATA_CACHE_CHANGE_H

#include "base/call.h"
#include "database/database.h"

/*
 * These take a call whose arena and now are set, write the result of every item, and leave the
 * sentence of the last failure in call->error. They run no PHP code and use no memory of PHP.
 */

/* New ends of life in the deepest tier; nearer copies are dropped. OK, MISS or why not. */
void strata_cache_touch(strata_database *database, strata_call *call, strata_item *item);

/*
 * In the deepest tier; nearer copies are dropped. OK with the sum in item->value; MISS where
 * nothing is there and the item adds nothing; or why not.
 */
void strata_cache_increment(strata_database *database, strata_call *call, strata_item *item,
	int64_t by, int64_t initial);

#endif
