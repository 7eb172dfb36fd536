/* Two processes are two copies of one shared: nothing else is between them. */
#include "redis/cluster/shared_slot_map.h"

#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"
#include "redis/cluster/local_slot_map.h"
#include "unit.h"

/* Of one of the two buffers. */
enum { WORDS = STRATA_PUBLISHED_WORDS(sizeof(strata_slot_map)) / 2 };

static strata_shared_slot_map *shared;
static strata_local_slot_map one, other;
static strata_slot_map map;

static void begin(void)
{
	void *memory;

	REQUIRE(strata_map_lazy(sizeof(*shared), &memory) == STRATA_OK);
	shared = memory;
	one = (strata_local_slot_map){ 0 };
	other = (strata_local_slot_map){ 0 };
	REQUIRE(strata_local_slot_map_init(&one, shared) && strata_local_slot_map_init(&other, shared));
}

static void end(void)
{
	strata_local_slot_map_fini(&one);
	strata_local_slot_map_fini(&other);
	strata_map_free(shared, sizeof(*shared));
}

static strata_endpoint place(const char *host, uint16_t port)
{
	strata_endpoint endpoint;

	memset(&endpoint, 'x', sizeof(endpoint));
	REQUIRE(strata_endpoint_read(&endpoint, strata_view_of(host), port));
	return endpoint;
}

/* All slots in turn to so many masters at ports from this one. */
static void make_map(uint16_t first_port, uint16_t masters)
{
	strata_slot_map_clear(&map);
	for (uint16_t i = 0; i < masters; i++) {
		strata_endpoint at = place("10.0.0.1", (uint16_t) (first_port + i));

		REQUIRE(strata_slot_map_add(&map, &at) == i);
	}
	for (uint32_t slot = 0; slot < STRATA_SLOT_COUNT; slot++) {
		map.master_of[slot] = (uint16_t) (slot % masters);
	}
	map.covered = STRATA_SLOT_COUNT;
}

static bool owns(strata_local_slot_map *copy, uint16_t slot, const char *host, uint16_t port)
{
	uint16_t index = strata_local_slot_map_owner(copy, slot);

	return index < copy->map->node_count &&
		   strata_endpoint_is_at(&copy->map->nodes[index].at, host, port);
}

static bool move(strata_local_slot_map *copy, uint16_t slot, const char *host, uint16_t port)
{
	strata_endpoint to = place(host, port);

	return strata_local_slot_map_move(copy, slot, &to) != STRATA_SLOT_NO_NODE;
}

static bool both_updated(void)
{
	return strata_local_slot_map_update(&one) == STRATA_SLOT_MAP_REPLACED &&
		   strata_local_slot_map_update(&other) == STRATA_SLOT_MAP_REPLACED;
}

static void what_one_process_publishes_all_have(void)
{
	begin();
	CHECK(strata_local_slot_map_update(&one) == STRATA_SLOT_MAP_UNCHANGED && one.mapped == 0);
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1));
	CHECK(both_updated() && one.mapped == 3);
	CHECK(owns(&one, 4, "10.0.0.1", 7001) && owns(&other, 5, "10.0.0.1", 7002));
	CHECK(strata_local_slot_map_update(&one) == STRATA_SLOT_MAP_UNCHANGED);
	end();
}

static void the_same_map_again_is_no_news(void)
{
	begin();
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1) &&
		  strata_shared_slot_map_version(shared) == 1);
	CHECK(!strata_shared_slot_map_publish(shared, &map, 2) &&
		  strata_shared_slot_map_version(shared) == 1);
	CHECK(shared->refreshed_at == 2);
	map.master_of[9] = STRATA_SLOT_NO_NODE;
	CHECK(strata_shared_slot_map_publish(shared, &map, 3) &&
		  strata_shared_slot_map_version(shared) == 2);
	end();
}

static void the_same_map_takes_back_what_redirects_said_before(void)
{
	begin();
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1) && both_updated());
	CHECK(move(&one, 4, "10.0.0.1", 7999) && owns(&other, 4, "10.0.0.1", 7999));
	CHECK(strata_shared_slot_map_publish(shared, &map, 2) && both_updated());
	CHECK(owns(&one, 4, "10.0.0.1", 7001) && owns(&other, 4, "10.0.0.1", 7001));
	CHECK(!strata_shared_slot_map_publish(shared, &map, 3));
	end();
}

static void what_one_process_learns_of_a_slot_all_know(void)
{
	begin();
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1) && both_updated());
	CHECK(move(&one, 4, "10.0.0.1", 7002));
	CHECK(owns(&other, 4, "10.0.0.1", 7002) && owns(&other, 1, "10.0.0.1", 7001));
	CHECK(move(&other, 4, "10.0.0.1", 7000) && owns(&one, 4, "10.0.0.1", 7000));
	CHECK(strata_local_slot_map_update(&other) == STRATA_SLOT_MAP_UNCHANGED);
	end();
}

static void so_is_a_node_that_the_map_does_not_name(void)
{
	begin();
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1) && both_updated());
	CHECK(move(&one, 4, "fe80::1", 7009) && move(&one, 5, "fe80::1", 7009));
	CHECK(move(&other, 6, "b", 7009) && move(&other, 7, "fe80::1", 7009));
	CHECK(owns(&other, 4, "fe80::1", 7009) && owns(&other, 5, "fe80::1", 7009));
	CHECK(owns(&one, 6, "b", 7009) && owns(&one, 7, "fe80::1", 7009));
	CHECK(one.map->node_count == 5 && other.map->node_count == 5);
	end();
}

static void of_seventeen_such_nodes_the_last_is_known_to_one_process_only(void)
{
	begin();
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1) && both_updated());
	CHECK(move(&other, 20, "10.0.0.1", 7000));
	for (uint16_t i = 0; i <= STRATA_ADDED_NODES; i++) {
		CHECK(move(&one, (uint16_t) (4 + i), "a", (uint16_t) (1 + i)));
	}
	CHECK(owns(&other, 19, "a", 16) && owns(&one, 20, "a", 17));
	CHECK(owns(&other, 20, "10.0.0.1", 7002) || owns(&other, 20, "10.0.0.1", 7000));
	end();
}

static void a_new_map_ends_what_was_noted_of_the_old_one(void)
{
	begin();
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1) && both_updated());
	CHECK(move(&one, 4, "10.0.0.1", 7002) && move(&one, 5, "a", 1));
	make_map(8000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 2) && both_updated());
	CHECK(owns(&other, 4, "10.0.0.1", 8001) && owns(&one, 5, "10.0.0.1", 8002));
	CHECK(one.map->node_count == 3);
	end();
}

/* A worker that stood still knows an old map, and must not undo what was learnt since. */
static void who_knows_an_old_map_only_overwrites_nothing_newer(void)
{
	begin();
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1) && both_updated());
	make_map(8000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 2));
	CHECK(strata_local_slot_map_update(&other) == STRATA_SLOT_MAP_REPLACED);
	CHECK(move(&other, 4, "10.0.0.1", 8000));
	CHECK(move(&one, 4, "10.0.0.1", 7002) && move(&one, 7, "10.0.0.1", 7002));
	CHECK(owns(&other, 4, "10.0.0.1", 8000) && owns(&other, 7, "10.0.0.1", 8001));
	CHECK(strata_local_slot_map_update(&one) == STRATA_SLOT_MAP_REPLACED);
	CHECK(owns(&one, 4, "10.0.0.1", 8000) && owns(&one, 7, "10.0.0.1", 8001));
	end();
}

static void a_small_map_needs_a_second_node_or_half_a_minute(void)
{
	begin();
	CHECK(!strata_shared_slot_map_is_confirmed(shared, 100, 5000));
	CHECK(!strata_shared_slot_map_is_confirmed(shared, 100, 6000));
	CHECK(strata_shared_slot_map_is_confirmed(shared, 200, 7000));
	CHECK(!strata_shared_slot_map_is_confirmed(shared, 100, 34999));
	CHECK(strata_shared_slot_map_is_confirmed(shared, 100, 35000));
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1));
	CHECK(!strata_shared_slot_map_is_confirmed(shared, 200, 36000));
	end();
}

static void a_writer_that_dies_changes_nothing(void)
{
	begin();
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1) && both_updated());
	for (size_t i = 0; i < WORDS; i += 3) {
		shared->words[i] = i;
	}
	other.version = 0;
	CHECK(strata_local_slot_map_update(&other) == STRATA_SLOT_MAP_REPLACED);
	CHECK(owns(&other, 4, "10.0.0.1", 7001));
	end();
}

static void a_map_with_one_wrong_byte_is_not_believed_and_makes_room_for_the_next(void)
{
	begin();
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1));
	CHECK(strata_local_slot_map_update(&one) == STRATA_SLOT_MAP_REPLACED);
	shared->words[WORDS + 100] ^= 1 << 8;
	CHECK(strata_local_slot_map_update(&other) == STRATA_SLOT_MAP_DAMAGED && other.mapped == 0);
	CHECK(owns(&one, 4, "10.0.0.1", 7001));
	CHECK(strata_shared_slot_map_publish(shared, &map, 2));
	CHECK(both_updated() && owns(&other, 4, "10.0.0.1", 7001));
	end();
}

static uint64_t state;

static uint64_t draw(void)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return state >> 24;
}

static void flip_bytes(void)
{
	char *bytes = (char *) shared;

	for (int i = 0; i < 200; i++) {
		/* Half of them at the start, where everything is counted. */
		size_t size =
			draw() % 2 == 0 ? offsetof(strata_shared_slot_map, overrides) + 4096 : sizeof(*shared);

		bytes[draw() % size] = (char) draw();
	}
}

/* Whatever is copied is one of the maps that were published, or nothing. */
static void use_damaged(strata_local_slot_map *copy, uint64_t round)
{
	uint16_t slot = (uint16_t) (draw() % STRATA_SLOT_COUNT);
	uint64_t turn;

	(void) strata_local_slot_map_update(copy);
	if (copy->mapped > 0) {
		uint16_t index = strata_local_slot_map_owner(copy, slot);

		CHECK(copy->mapped == 3);
		CHECK(index < copy->map->node_count || index == STRATA_SLOT_NO_NODE);
		CHECK(move(copy, slot, "10.0.0.2", (uint16_t) (1 + draw() % 500)));
		CHECK(strata_local_slot_map_owner(copy, slot) < copy->map->node_count);
	}
	(void) !strata_shared_slot_map_take_refresh(shared, STRATA_REFRESH_LAZY, round * 1000, &turn);
	(void) !strata_shared_slot_map_take_redirect(shared, round * 1000);
	strata_shared_slot_map_wait(shared, 0);
	(void) strata_shared_slot_map_is_confirmed(shared, draw(), round * 1000);
}

static void random_bytes_cost_a_question_and_nothing_else(void)
{
	begin();
	for (state = 1; state < 300; state += 100) {
		for (uint64_t round = 1; round < 300; round++) {
			flip_bytes();
			use_damaged(&one, round);
			use_damaged(&other, round);
			make_map((uint16_t) (7000 + round % 5), 3);
			(void) strata_shared_slot_map_publish(shared, &map, round);
			CHECK(strata_local_slot_map_update(&one) != STRATA_SLOT_MAP_DAMAGED);
			CHECK(owns(&one, 4, "10.0.0.1", (uint16_t) (7001 + round % 5)) ||
				  strata_slot_overrides_find(&shared->overrides, one.version, 4) !=
					  STRATA_SLOT_NO_NODE);
		}
	}
	end();
}

/* Two write at once, and one reads all the time: it sees whole maps only. */
static void processes_that_publish_at_once_leave_a_whole_map(void)
{
	pid_t children[2];
	int status;

	begin();
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		REQUIRE(children[i] >= 0);
		if (children[i] == 0) {
			for (int round = 0; round < 200; round++) {
				make_map((uint16_t) (7000 + 100 * i + round % 7), (uint16_t) (3 + i));
				(void) strata_shared_slot_map_publish(shared, &map, 1);
			}
			_exit(0);
		}
	}
	for (int i = 0; i < 2000; i++) {
		if (strata_local_slot_map_update(&one) == STRATA_SLOT_MAP_REPLACED) {
			uint16_t port = one.map->nodes[0].at.port;

			CHECK(one.mapped == (port < 7100 ? 3 : 4));
			CHECK(owns(&one, 2, "10.0.0.1", (uint16_t) (port + 2)));
		}
	}
	for (int i = 0; i < 2; i++) {
		REQUIRE(waitpid(children[i], &status, 0) == children[i] && status == 0);
	}
	make_map(9000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1));
	CHECK(strata_local_slot_map_update(&other) == STRATA_SLOT_MAP_REPLACED &&
		  owns(&other, 0, "10.0.0.1", 9000));
	end();
}

static void who_waits_is_woken_by_whoever_asked(void)
{
	uint64_t turn;
	pid_t child;
	int status;

	begin();
	CHECK(strata_shared_slot_map_take_refresh(shared, STRATA_REFRESH_URGENT, strata_clock_msec(),
			  &turn) == STRATA_GATE_TAKEN);
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		strata_shared_slot_map_wait(shared, 10000000);
		_exit(strata_local_slot_map_update(&other) == STRATA_SLOT_MAP_REPLACED ? 0 : 1);
	}
	make_map(7000, 3);
	CHECK(strata_shared_slot_map_publish(shared, &map, 1));
	strata_shared_slot_map_end_refresh(shared, turn, STRATA_GATE_CHANGED, STRATA_OK);
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	end();
}

static void every_cluster_has_one_map(void)
{
	strata_host *host;
	strata_slot_map_table *table;
	strata_slot_map_status view;
	strata_shared_slot_map *first;

	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_slot_map_table_new(host, &table) == STRATA_OK);
	CHECK(!strata_slot_map_table_describe(table, 0, 1, &view));
	first = strata_slot_map_table_claim(table, 7, "a:7000");
	CHECK(first != NULL && strata_slot_map_table_claim(table, 8, "b:7000") != first);
	CHECK(strata_slot_map_table_claim(table, 7, "c:7000") == first);
	for (uint64_t key = 9; key < 15; key++) {
		CHECK(strata_slot_map_table_claim(table, key, "") != NULL);
	}
	CHECK(strata_slot_map_table_claim(table, 15, "") == NULL);
	make_map(7000, 3);
	map.master_of[0] = STRATA_SLOT_NO_NODE;
	map.covered--;
	CHECK(strata_shared_slot_map_publish(first, &map, 1000));
	CHECK(strata_slot_map_table_describe(table, 0, 1500, &view));
	CHECK(strcmp(view.name, "a:7000") == 0 && view.version == 1 && view.age == 500);
	CHECK(view.nodes == 3 && view.uncovered == 1 && view.failures == 0);
	CHECK(!strata_slot_map_table_describe(table, 8, 1500, &view));
	strata_slot_map_table_free(table);
	strata_host_free(host);
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(what_one_process_publishes_all_have);
	RUN(the_same_map_again_is_no_news);
	RUN(the_same_map_takes_back_what_redirects_said_before);
	RUN(what_one_process_learns_of_a_slot_all_know);
	RUN(so_is_a_node_that_the_map_does_not_name);
	RUN(of_seventeen_such_nodes_the_last_is_known_to_one_process_only);
	RUN(a_new_map_ends_what_was_noted_of_the_old_one);
	RUN(who_knows_an_old_map_only_overwrites_nothing_newer);
	RUN(a_small_map_needs_a_second_node_or_half_a_minute);
	RUN(a_writer_that_dies_changes_nothing);
	RUN(a_map_with_one_wrong_byte_is_not_believed_and_makes_room_for_the_next);
	RUN(random_bytes_cost_a_question_and_nothing_else);
	RUN(processes_that_publish_at_once_leave_a_whole_map);
	RUN(who_waits_is_woken_by_whoever_asked);
	RUN(every_cluster_has_one_map);
	return unit_end();
}
