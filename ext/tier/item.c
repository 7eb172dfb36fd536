#include "tier/item.h"

strata_item **strata_items_with(strata_arena *arena, strata_item *const *items, size_t count,
	strata_result result, size_t *found)
{
	strata_item **chosen;
	size_t wanted = 0;

	*found = 0;
	for (size_t i = 0; i < count; i++) {
		wanted += items[i]->result == result;
	}
	chosen = wanted == 0 ? NULL : strata_arena_alloc(arena, wanted * sizeof(strata_item *));
	for (size_t i = 0; chosen != NULL && i < count; i++) {
		if (items[i]->result == result) {
			chosen[(*found)++] = items[i];
		}
	}
	return chosen;
}
