#include "cache/change.h"

#include "cache/batch.h"
#include "cache/confirm.h"
#include "cache/removal.h"
#include "cache/tagged.h"
#include "database/route.h"

static void touch_on_route(strata_database *database, strata_call *call, strata_item *item)
{
	strata_tier *deepest = strata_cache_prepare_deepest(database, call, item);
	strata_item *const one[] = { item };
	strata_confirmation confirmation;

	if (deepest == NULL) {
		return;
	}
	strata_confirm_begin(&confirmation, database, call);
	do {
		strata_cache_announce(database, call, one, 1);
		call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
		strata_tagged_touch(database, call, item);
		call->later_steps = 0;
		strata_batch_count_writes(deepest, call, STRATA_OPERATION_TOUCH, one, 1);
	} while (strata_confirm_again(&confirmation, one, 1));
	strata_cache_drop_changed(database, call, item);
	strata_cache_conclude(database, call, one, 1);
}

void strata_cache_touch(strata_database *database, strata_call *call, strata_item *item)
{
	strata_route before = strata_route_enter(database, strata_route_of(database, item->key));

	touch_on_route(database, call, item);
	strata_route_leave(database, before);
}

static void increment_on_route(strata_database *database, strata_call *call, strata_item *item,
	int64_t by, int64_t initial)
{
	strata_tier *deepest = strata_cache_prepare_deepest(database, call, item);
	strata_item *const one[] = { item };
	strata_confirmation confirmation;

	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER };
	if (deepest == NULL) {
		return;
	}
	strata_confirm_begin(&confirmation, database, call);
	do {
		strata_cache_announce(database, call, one, 1);
		call->later_steps = strata_database_count_shared(database, database->tier_count - 1);
		strata_tagged_increment(database, call, item, by, initial);
		call->later_steps = 0;
		strata_batch_count_writes(deepest, call, STRATA_OPERATION_INCREMENT, one, 1);
	} while (strata_confirm_again(&confirmation, one, 1));
	if (item->result != STRATA_OK) {
		item->value.integer = 0;
	}
	strata_cache_drop_changed(database, call, item);
	strata_cache_conclude(database, call, one, 1);
}

void strata_cache_increment(strata_database *database, strata_call *call, strata_item *item,
	int64_t by, int64_t initial)
{
	strata_route before = strata_route_enter(database, strata_route_of(database, item->key));

	increment_on_route(database, call, item, by, initial);
	strata_route_leave(database, before);
}
