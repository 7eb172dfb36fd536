/* What a page shows of a cluster: the map, and what single redirects have said since. */
#include "redis/cluster/slot_masters.h"

#include "unit.h"

enum { MASTERS = 3, REPLICA = 3, FIRST_PORT = 7000, ADDED_PORT = 7009, THIRD = 5461 };

static strata_host *host;
static strata_slot_map_table *table;
static strata_shared_slot_map *shared;
static strata_slot_map map;
static strata_slot_masters masters;

static strata_endpoint place(uint16_t port)
{
	strata_endpoint endpoint;

	REQUIRE(strata_endpoint_read(&endpoint, strata_view_of("10.0.0.1"), port));
	return endpoint;
}

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_slot_map_table_new(host, &table) == STRATA_OK);
	shared = strata_slot_map_table_claim(table, 1, "10.0.0.1:7000");
	REQUIRE(shared != NULL);
}

static void end(void)
{
	strata_slot_masters_fini(&masters);
	strata_slot_map_table_free(table);
	strata_host_free(host);
}

/* Three masters with a third of the slots each; the fourth node replicates the second. */
static void publish(void)
{
	strata_slot_map_clear(&map);
	for (uint16_t i = 0; i <= REPLICA; i++) {
		strata_endpoint at = place((uint16_t) (FIRST_PORT + i));

		REQUIRE(strata_slot_map_add(&map, &at) == i);
	}
	map.nodes[REPLICA].master = 1;
	for (uint32_t slot = 0; slot < STRATA_SLOT_COUNT; slot++) {
		map.master_of[slot] = (uint16_t) (slot / THIRD < MASTERS ? slot / THIRD : MASTERS - 1);
	}
	map.covered = STRATA_SLOT_COUNT;
	REQUIRE(strata_shared_slot_map_publish(shared, &map, 1));
}

static void look(void)
{
	strata_slot_masters_fini(&masters);
	REQUIRE(strata_slot_masters_read(table, 0, &masters) == STRATA_OK);
}

static bool is_range(uint32_t number, uint16_t first, uint16_t last, uint16_t port)
{
	strata_slot_range range = { 0 };

	if (number < masters.range_count) {
		range = masters.ranges[number];
	}
	return range.first == first && range.last == last && range.node < masters.node_count &&
		   strata_endpoint_is_at(&masters.nodes[range.node], "10.0.0.1", port);
}

static void redirect(uint16_t slot, uint16_t port)
{
	strata_endpoint to = place(port);
	uint64_t version = strata_shared_slot_map_version(shared);
	uint16_t index = strata_slot_map_find(&map, "10.0.0.1", port);

	if (index == STRATA_SLOT_NO_NODE) {
		index = strata_slot_overrides_add_node(&shared->overrides, version, &to);
	}
	REQUIRE(index != STRATA_SLOT_NO_NODE);
	strata_slot_overrides_set(&shared->overrides, version, slot, index);
}

static void without_a_map_there_is_nothing(void)
{
	begin();
	CHECK(strata_slot_masters_read(table, 0, &masters) == STRATA_MISS && masters.nodes == NULL);
	CHECK(strata_slot_masters_read(table, 1, &masters) == STRATA_MISS && masters.ranges == NULL);
	end();
}

static void slots_side_by_side_are_one_range(void)
{
	begin();
	publish();
	look();
	CHECK(masters.node_count == 4 && masters.range_count == 3);
	CHECK(is_range(0, 0, THIRD - 1, 7000) && is_range(1, THIRD, 2 * THIRD - 1, 7001));
	CHECK(is_range(2, 2 * THIRD, STRATA_SLOT_COUNT - 1, 7002));
	CHECK(masters.replicates[0] == STRATA_SLOT_NO_NODE && masters.replicates[REPLICA] == 1);
	end();
}

static void slots_without_an_owner_are_in_no_range(void)
{
	begin();
	publish();
	map.master_of[10] = STRATA_SLOT_NO_NODE;
	map.covered--;
	REQUIRE(strata_shared_slot_map_publish(shared, &map, 2));
	look();
	CHECK(masters.range_count == 4 && is_range(0, 0, 9, 7000) && is_range(1, 11, THIRD - 1, 7000));
	end();
}

static void a_redirect_to_a_known_node_splits_a_range(void)
{
	begin();
	publish();
	redirect(10, 7002);
	look();
	CHECK(masters.node_count == 4 && masters.range_count == 5);
	CHECK(is_range(0, 0, 9, 7000) && is_range(1, 10, 10, 7002) && is_range(2, 11, THIRD - 1, 7000));
	end();
}

/* It stands behind those of the map, and is a master. */
static void so_does_one_to_a_node_that_the_map_does_not_name(void)
{
	begin();
	publish();
	redirect(10, ADDED_PORT);
	redirect(11, ADDED_PORT);
	look();
	CHECK(masters.node_count == 5 && masters.replicates[4] == STRATA_SLOT_NO_NODE);
	CHECK(is_range(0, 0, 9, 7000) && is_range(1, 10, 11, ADDED_PORT));
	end();
}

static void any_number_noted_by_damage_is_the_map_s_owner(void)
{
	begin();
	publish();
	for (uint32_t index = map.node_count; index < STRATA_SLOT_NO_NODE; index++) {
		if (index % 16384 == 5 || index == STRATA_SLOT_MAP_NODES + STRATA_ADDED_NODES) {
			strata_slot_overrides_set(&shared->overrides, 1, (uint16_t) (index % 5000),
				(uint16_t) index);
		}
	}
	look();
	CHECK(masters.node_count == 4 && masters.range_count == 3 && is_range(0, 0, THIRD - 1, 7000));
	end();
}

static void a_map_that_does_not_check_is_said_to_be_damaged(void)
{
	begin();
	publish();
	memset((void *) shared->words, 0x5A, sizeof(shared->words));
	CHECK(strata_slot_masters_read(table, 0, &masters) == STRATA_CORRUPT);
	CHECK(masters.nodes == NULL && masters.node_count == 0 && masters.range_count == 0);
	end();
}

int main(void)
{
	RUN(without_a_map_there_is_nothing);
	RUN(slots_side_by_side_are_one_range);
	RUN(slots_without_an_owner_are_in_no_range);
	RUN(a_redirect_to_a_known_node_splits_a_range);
	RUN(so_does_one_to_a_node_that_the_map_does_not_name);
	RUN(any_number_noted_by_damage_is_the_map_s_owner);
	RUN(a_map_that_does_not_check_is_said_to_be_damaged);
	return unit_end();
}
