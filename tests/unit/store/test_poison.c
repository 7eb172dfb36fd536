/* unit: -DSTRATA_POISON */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/store.h"

#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"

#include "store_audit.h"
#include "store_images.h"

enum { SIZE = 1 << 20 };

static strata_host *host;
static strata_process_slots *slots;
static strata_pins *pins;
static strata_store *store;
static strata_arena *arena;
static void *memory;
static const void *view;

static void begin(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_pins_new(host, slots, &pins) == STRATA_OK);
	REQUIRE(strata_map_two_views(SIZE, STRATA_MAP_LAZY, &memory, &view) == STRATA_OK);
	REQUIRE(strata_store_new(memory, view, SIZE, pins, &store) == STRATA_OK);
}

static void end(void)
{
	strata_store_free(store);
	strata_map_free_views(memory, view, SIZE);
	strata_pins_free(pins);
	strata_process_slots_free(slots);
	strata_host_free(host);
	strata_arena_free(arena);
}

static void put(uint32_t version)
{
	numbered_key key;
	strata_record record = image_number(1, version, 300);

	REQUIRE(strata_store_put(store, key_number(&key, 1), strata_clock_msec(), STRATA_STORE_SET,
				&record) == STRATA_OK);
}

static void hold(strata_record *found)
{
	numbered_key key;

	REQUIRE(strata_store_get(store, key_number(&key, 1), strata_clock_msec(), STRATA_READ_PIN,
				arena, found) == STRATA_OK);
	REQUIRE(found->block != 0);
}

static bool is_held_whole(const strata_record *found, uint32_t version)
{
	return is_image_at(found->value.bytes.data, found->value.bytes.size, found->origin, 1, version);
}

/* From the third block of 16 bytes on, where a free block keeps nothing. */
static bool is_poisoned(const strata_record *found)
{
	for (size_t i = 32; i < found->value.bytes.size; i++) {
		if ((unsigned char) found->value.bytes.data[i] != 0xDB) {
			return false;
		}
	}
	return true;
}

static void an_image_is_whole_as_long_as_it_is_held_and_poison_from_then_on(void)
{
	strata_record found;

	begin();
	strata_pins_begin_request(pins);
	put(1);
	hold(&found);
	put(2);
	strata_store_free_retired(store);
	CHECK(is_held_whole(&found, 1));
	strata_pins_begin_request(pins);
	strata_store_free_retired(store);
	CHECK(is_poisoned(&found));
	audit_store(store);
	end();
}

static void an_image_that_nobody_holds_is_poison_as_soon_as_it_is_replaced(void)
{
	strata_record found;

	begin();
	strata_pins_begin_request(pins);
	put(1);
	hold(&found);
	strata_pins_begin_request(pins);
	CHECK(is_held_whole(&found, 1));
	put(2);
	CHECK(is_poisoned(&found));
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(an_image_is_whole_as_long_as_it_is_held_and_poison_from_then_on);
	RUN(an_image_that_nobody_holds_is_poison_as_soon_as_it_is_replaced);
	return unit_end();
}
