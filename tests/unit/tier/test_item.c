#include "tier/item.h"

#include "unit.h"

enum { COUNT = 5 };

static strata_arena *arena;
static strata_item items[COUNT];
static strata_item *const list[COUNT] = { &items[0], &items[1], &items[2], &items[3], &items[4] };

static void give(const strata_result results[COUNT])
{
	for (int i = 0; i < COUNT; i++) {
		items[i].result = results[i];
	}
}

static void those_with_the_result_come_in_their_order(void)
{
	size_t found = 99;
	strata_item **chosen;

	give((
		const strata_result[]){ STRATA_MISS, STRATA_OK, STRATA_MISS, STRATA_TIMEOUT, STRATA_MISS });
	chosen = strata_items_with(arena, list, COUNT, STRATA_MISS, &found);
	REQUIRE(found == 3);
	CHECK(chosen[0] == &items[0] && chosen[1] == &items[2] && chosen[2] == &items[4]);
	chosen = strata_items_with(arena, list, COUNT, STRATA_OK, &found);
	REQUIRE(found == 1);
	CHECK(chosen[0] == &items[1]);
}

static void of_none_there_are_none(void)
{
	size_t found = 99;

	give((const strata_result[]){ STRATA_OK, STRATA_OK, STRATA_OK, STRATA_OK, STRATA_OK });
	(void) strata_items_with(arena, list, COUNT, STRATA_MISS, &found);
	CHECK(found == 0);
	found = 99;
	(void) strata_items_with(arena, NULL, 0, STRATA_OK, &found);
	CHECK(found == 0);
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	RUN(those_with_the_result_come_in_their_order);
	RUN(of_none_there_are_none);
	strata_arena_free(arena);
	return unit_end();
}
