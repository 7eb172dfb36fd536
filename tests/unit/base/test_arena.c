#include "base/arena.h"

#include <stdint.h>

#include "unit.h"

static strata_arena *arena;

static void begin(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
}

static void end(void)
{
	strata_arena_free(arena);
}

static void everything_is_aligned_for_any_type(void)
{
	begin();
	for (size_t size = 0; size < 200; size++) {
		void *start = strata_arena_alloc(arena, size);

		CHECK(start != NULL && (uintptr_t) start % _Alignof(max_align_t) == 0);
	}
	end();
}

/* Sizes from less than a chunk to more than one, so that chunks of both kinds are begun. */
static void what_was_handed_out_stays_as_it_was_written(void)
{
	enum { COUNT = 64 };
	unsigned char *blocks[COUNT];

	begin();
	for (size_t i = 0; i < COUNT; i++) {
		blocks[i] = strata_arena_alloc(arena, i * i * 40);
		REQUIRE(blocks[i] != NULL);
		memset(blocks[i], (int) i, i * i * 40);
	}
	for (size_t i = 0; i < COUNT; i++) {
		for (size_t at = 0; at < i * i * 40; at++) {
			REQUIRE(blocks[i][at] == i);
		}
	}
	end();
}

static void a_copy_is_followed_by_a_nul_that_does_not_count(void)
{
	strata_view copy;

	begin();
	copy = strata_arena_copy(arena, (strata_view){ "a\0bc", 3 });
	CHECK(copy.size == 3 && memcmp(copy.data, "a\0b\0", 4) == 0);
	copy = strata_arena_copy(arena, (strata_view){ NULL, 0 });
	CHECK(copy.size == 0 && copy.data != NULL && copy.data[0] == '\0');
	end();
}

static void what_cannot_be_had_is_null_and_spoils_nothing(void)
{
	begin();
	CHECK(strata_arena_alloc(arena, SIZE_MAX) == NULL);
	CHECK(strata_arena_alloc(arena, SIZE_MAX - 8) == NULL);
	CHECK(strata_arena_reserve(arena, SIZE_MAX) == -1);
	CHECK(strata_arena_copy(arena, (strata_view){ "", SIZE_MAX }).data == NULL);
	CHECK(strata_arena_alloc(arena, 10) != NULL);
	end();
}

static void what_was_reserved_lies_where_the_last_one_ended(void)
{
	char *first, *second;

	begin();
	CHECK(strata_arena_reserve(arena, 100 * 1024) == 0);
	first = strata_arena_alloc(arena, 64);
	second = strata_arena_alloc(arena, 100 * 1024 - 64);
	CHECK(second == first + 64);
	end();
}

static void after_a_reset_the_same_memory_is_used_again(void)
{
	void *first;

	begin();
	first = strata_arena_alloc(arena, 16);
	strata_arena_reset(arena);
	CHECK(strata_arena_alloc(arena, 16) == first);
	first = strata_arena_alloc(arena, 500 * 1024);
	REQUIRE(first != NULL);
	strata_arena_reset(arena);
	CHECK(strata_arena_alloc(arena, 500 * 1024) == first);
	end();
}

static void what_is_charged_stays_within_what_was_allowed(void)
{
	begin();
	CHECK(strata_arena_charge(arena, SIZE_MAX) && strata_arena_charge(arena, SIZE_MAX));
	strata_arena_allow(arena, 100);
	CHECK(strata_arena_charge(arena, 60) && !strata_arena_has_refused(arena));
	CHECK(!strata_arena_charge(arena, 41) && strata_arena_has_refused(arena));
	CHECK(strata_arena_charge(arena, 40) && !strata_arena_charge(arena, 1));
	/* Nothing else counts, and a reset ends it. */
	CHECK(strata_arena_alloc(arena, 5000) != NULL);
	strata_arena_reset(arena);
	CHECK(strata_arena_charge(arena, SIZE_MAX - 1) && !strata_arena_has_refused(arena));
	end();
}

static void freeing_no_arena_is_allowed(void)
{
	strata_arena_free(NULL);
}

int main(void)
{
	RUN(everything_is_aligned_for_any_type);
	RUN(what_was_handed_out_stays_as_it_was_written);
	RUN(a_copy_is_followed_by_a_nul_that_does_not_count);
	RUN(what_cannot_be_had_is_null_and_spoils_nothing);
	RUN(what_was_reserved_lies_where_the_last_one_ended);
	RUN(after_a_reset_the_same_memory_is_used_again);
	RUN(what_is_charged_stays_within_what_was_allowed);
	RUN(freeing_no_arena_is_allowed);
	return unit_end();
}
