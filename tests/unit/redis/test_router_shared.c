/* What the processes of a host learn of a cluster together: two of them, and three nodes. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "redis/router.h"

#include <sys/wait.h>
#include <unistd.h>

#include "fake_redis.h"
#include "os/clock.h"
#include "os/process.h"
#include "host/checked_word.h"
#include "health/breaker_table.h"
#include "redis/cluster/cluster_nodes.h"
#include "redis/cluster/shared_slot_map.h"
#include "redis/cluster/shared_slot_map.h"
#include "protocol/slots.h"
#include "unit.h"

enum { SECOND = 1000000, NODES = 3, MAX_REDIRECTS = 3 };

static strata_call call;
static strata_host *host;
static strata_stats *stats;
static strata_slot_map_table *table;
static strata_shared_slot_map *shared;
static fake_redis nodes[NODES];
static strata_redis_client *one, *other; /* as two processes have them */
static strata_hostport seeds[NODES];
static uint32_t seed_count;

static strata_client_options options = { .connect_timeout = 5 * SECOND,
	.operation_timeout = 5 * SECOND,
	.max_reply = 1 << 20 };

static unsigned port_of(int node)
{
	return fake_redis_port(&nodes[node]);
}

static void print_range(char *out, size_t size, int first, int last, unsigned port)
{
	snprintf(out, size, "*3\r\n:%d\r\n:%d\r\n*2\r\n$9\r\n127.0.0.1\r\n:%u\r\n", first, last, port);
}

static void share_slots(unsigned a, unsigned b, unsigned c)
{
	char ranges[3][80];

	print_range(ranges[0], sizeof(ranges[0]), 0, 5460, a);
	print_range(ranges[1], sizeof(ranges[1]), 5461, 10922, b);
	print_range(ranges[2], sizeof(ranges[2]), 10923, 16383, c);
	for (int i = 0; i < NODES; i++) {
		fake_redis_set_slots(&nodes[i], "*3\r\n%s%s%s", ranges[0], ranges[1], ranges[2]);
	}
}

/* The shared that the processes will share. */
static void find_shared(void)
{
	static strata_cluster_nodes known;

	known = (strata_cluster_nodes){ .options = &options };
	REQUIRE(strata_cluster_nodes_init(&known, seeds, seed_count));
	shared = strata_slot_map_table_claim(table, strata_cluster_nodes_key(&known), "cluster");
	REQUIRE(shared != NULL);
	strata_cluster_nodes_fini(&known);
}

static strata_redis_client *new_process(void)
{
	strata_redis_client *redis;

	REQUIRE(strata_redis_client_new(STRATA_REDIS_CLUSTER, seeds, seed_count, &options,
				MAX_REDIRECTS, stats, &redis) == STRATA_OK);
	return redis;
}

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_stats_new(host, NULL, &stats) == STRATA_OK);
	REQUIRE(strata_slot_map_table_new(host, &table) == STRATA_OK);
	options.slot_maps = table;
	for (int i = 0; i < NODES; i++) {
		fake_redis_start(&nodes[i]);
	}
	share_slots(port_of(0), port_of(1), port_of(2));
	seeds[0] = (strata_hostport){ "127.0.0.1", (uint16_t) port_of(0) };
	seed_count = 1;
	find_shared();
	one = new_process();
	other = new_process();
}

static void end(void)
{
	strata_redis_client_free(one);
	strata_redis_client_free(other);
	for (int i = 0; i < NODES; i++) {
		CHECK(fake_redis_end(&nodes[i]));
	}
	strata_slot_map_table_free(table);
	strata_stats_free(stats);
	strata_host_free(host);
	strata_arena_reset(call.arena);
}

static unsigned maps_asked(void)
{
	return fake_redis_maps(&nodes[0]) + fake_redis_maps(&nodes[1]) + fake_redis_maps(&nodes[2]);
}

static strata_result get(strata_redis_client *redis, const char *key)
{
	strata_view arguments[] = { strata_view_of("GET"), strata_view_of(key) };
	strata_redis_command command = { .slot = strata_slots_of_key(arguments[1]) };
	strata_buffer bytes = { 0 };

	REQUIRE(strata_resp_compose(&bytes, arguments, 2) == 0);
	command.bytes = (strata_view){ bytes.data, bytes.size };
	call.waited = 0;
	strata_router_release(strata_router_run(redis, &call, &command, 1));
	strata_buffer_fini(&bytes);
	return command.result;
}

static bool heard(const char *a, const char *b, const char *c)
{
	bool first = fake_redis_heard(&nodes[0], a);
	bool second = fake_redis_heard(&nodes[1], b);
	bool third = fake_redis_heard(&nodes[2], c);

	return first && second && third;
}

/* As if so much time had gone by since the last question. */
static void let_pass(strata_msec time)
{
	uint64_t word = atomic_load(&shared->refreshes.word);

	atomic_store(&shared->refreshes.word, strata_checked_word_of(word - (time << 20)));
	atomic_store(&shared->refreshed_at, atomic_load(&shared->refreshed_at) - time);
}

/* ---- one map for all ---- */

static void one_question_is_enough_for_two_processes(void)
{
	begin();
	CHECK(get(one, "foo") == STRATA_OK && get(other, "hello") == STRATA_OK);
	CHECK(maps_asked() == 1);
	CHECK(heard("/[GET hello]", "", "/[GET foo]"));
	end();
}

static void moved_of_one_teaches_the_other(void)
{
	begin();
	CHECK(get(other, "hello") == STRATA_OK);
	fake_redis_reply(&nodes[2], "-MOVED 12182 127.0.0.1:%u\r\n", port_of(1));
	CHECK(get(one, "foo") == STRATA_OK && get(other, "foo") == STRATA_OK);
	CHECK(heard("/[GET hello]", "/[GET foo]/[GET foo]", "/[GET foo]"));
	CHECK(maps_asked() == 1);
	end();
}

static void what_one_asked_for_the_other_need_not(void)
{
	begin();
	CHECK(get(one, "hello") == STRATA_OK && get(other, "hello") == STRATA_OK);
	share_slots(port_of(0), port_of(1), port_of(1));
	fake_redis_reply(&nodes[2], "-MOVED 12182 127.0.0.1:%u\r\n", port_of(1));
	CHECK(get(other, "foo") == STRATA_OK);
	let_pass(1000);
	CHECK(get(other, "hello") == STRATA_OK && maps_asked() == 2);
	CHECK(get(one, "somekey") == STRATA_OK && get(one, "foo") == STRATA_OK);
	CHECK(maps_asked() == 2);
	CHECK(heard("/[GET hello]/[GET hello]/[GET hello]", "/[GET foo]/[GET somekey]/[GET foo]",
		"/[GET foo]"));
	end();
}

static void suspicion_of_both_is_one_question(void)
{
	begin();
	CHECK(get(one, "hello") == STRATA_OK && get(other, "hello") == STRATA_OK);
	fake_redis_reply(&nodes[2], "-CLUSTERDOWN The cluster is down\r\n");
	CHECK(get(one, "foo") == STRATA_NOT_READY);
	fake_redis_reply(&nodes[2], "-CLUSTERDOWN The cluster is down\r\n");
	CHECK(get(other, "foo") == STRATA_NOT_READY);
	usleep(20000);
	let_pass(1000);
	for (int i = 0; i < 10; i++) {
		CHECK(get(one, "foo") == STRATA_OK && get(other, "foo") == STRATA_OK);
	}
	CHECK(maps_asked() == 2);
	end();
}

static void an_old_map_is_asked_for_again(void)
{
	begin();
	CHECK(get(one, "hello") == STRATA_OK);
	let_pass(47000);
	CHECK(get(one, "hello") == STRATA_OK && maps_asked() == 1);
	let_pass(26000);
	CHECK(get(one, "hello") == STRATA_OK && get(other, "hello") == STRATA_OK);
	CHECK(maps_asked() == 2 && strata_shared_slot_map_version(shared) == 1);
	end();
}

/* ---- the first map ---- */

static void who_starts_while_another_asks_waits_for_its_map(void)
{
	uint64_t turn;
	pid_t child;
	int status;

	begin();
	REQUIRE(strata_shared_slot_map_take_refresh(shared, STRATA_REFRESH_URGENT, strata_clock_msec(),
				&turn) == STRATA_GATE_TAKEN);
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		static strata_slot_map map;
		strata_endpoint at = { "127.0.0.1", (uint16_t) port_of(0) };

		usleep(5000);
		strata_slot_map_clear(&map);
		(void) strata_slot_map_add(&map, &at);
		memset(map.master_of, 0, sizeof(map.master_of));
		(void) strata_shared_slot_map_publish(shared, &map, strata_clock_msec());
		strata_shared_slot_map_end_refresh(shared, turn, STRATA_GATE_CHANGED, STRATA_OK);
		_exit(0);
	}
	for (int i = 0; i < 100 && get(one, "foo") != STRATA_OK; i++) {
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(get(one, "foo") == STRATA_OK && maps_asked() == 0);
	end();
}

static void a_failure_of_one_is_not_repeated_by_the_other(void)
{
	begin();
	fake_redis_set_slots(&nodes[0], "-NOPERM this user has no permissions\r\n");
	CHECK(get(one, "foo") == STRATA_AUTH && get(other, "foo") == STRATA_AUTH);
	CHECK(strstr(call.error, "another process of this host") != NULL);
	CHECK(maps_asked() == 1);
	let_pass(1000);
	share_slots(port_of(0), port_of(1), port_of(2));
	CHECK(get(other, "foo") == STRATA_OK && get(one, "foo") == STRATA_OK);
	end();
}

/* ---- who is asked ---- */

static void a_failed_question_leaves_the_map_and_the_next_goes_to_somebody_else(void)
{
	begin();
	CHECK(get(one, "hello") == STRATA_OK);
	for (int i = 0; i < NODES; i++) {
		fake_redis_set_slots(&nodes[i], "*0\r\n");
	}
	strata_redis_client_free(one);
	one = new_process();
	for (unsigned round = 0; round < 2; round++) {
		fake_redis_reply(&nodes[2], "-CLUSTERDOWN Hash slot not served\r\n");
		CHECK(get(one, "foo") == STRATA_NO_OWNER);
		let_pass(1000);
		CHECK(get(one, "hello") == STRATA_OK && get(one, "foo{}{bar}") == STRATA_OK);
		CHECK(maps_asked() == 2 + round);
	}
	for (int i = 0; i < NODES; i++) {
		CHECK(fake_redis_maps(&nodes[i]) <= (i == 0 ? 2 : 1));
	}
	CHECK(strata_shared_slot_map_version(shared) == 1);
	end();
}

/* Whoever got the slot knows of it, and of what moved along with it. */
static void after_moved_the_new_owner_is_asked(void)
{
	for (int i = 0; i < 5; i++) {
		begin();
		CHECK(get(one, "hello") == STRATA_OK);
		let_pass(1000);
		fake_redis_reply(&nodes[2], "-MOVED 12182 127.0.0.1:%u\r\n", port_of(1));
		CHECK(get(one, "foo") == STRATA_OK && get(one, "hello") == STRATA_OK);
		CHECK(fake_redis_maps(&nodes[1]) == 1 && maps_asked() == 2);
		end();
	}
}

static void when_all_known_nodes_fail_the_seeds_are_asked(void)
{
	begin();
	CHECK(get(one, "hello") == STRATA_OK);
	share_slots(port_of(1), port_of(1), port_of(2));
	let_pass(80000);
	CHECK(get(one, "hello") == STRATA_OK && strata_shared_slot_map_version(shared) == 2);
	fake_redis_set_slots(&nodes[1], "*0\r\n");
	fake_redis_set_slots(&nodes[2], "*0\r\n");
	share_slots(port_of(2), port_of(1), port_of(2));
	fake_redis_set_slots(&nodes[1], "*0\r\n");
	fake_redis_set_slots(&nodes[2], "*0\r\n");
	for (int i = 0; i < 5 && strata_shared_slot_map_version(shared) == 2; i++) {
		let_pass(80000);
		CHECK(get(one, "hello") == STRATA_OK);
	}
	CHECK(strata_shared_slot_map_version(shared) == 3);
	end();
}

/* All slots to node 0, which has this id, with node 1 as its replica, which has that one. */
static void tell_ids(const char *master, const char *replica)
{
	for (int i = 0; i < NODES; i++) {
		fake_redis_set_slots(&nodes[i],
			"*1\r\n*4\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:%u\r\n$1\r\n%s\r\n"
			"*3\r\n$9\r\n127.0.0.1\r\n:%u\r\n$1\r\n%s\r\n",
			port_of(0), master, port_of(1), replica);
	}
}

static void another_node_at_an_address_is_met_over_a_new_connection(void)
{
	begin();
	tell_ids("a", "b");
	CHECK(get(one, "hello") == STRATA_OK && get(one, "hello") == STRATA_OK);
	tell_ids("a", "c");
	let_pass(80000);
	CHECK(get(one, "hello") == STRATA_OK && get(one, "hello") == STRATA_OK);
	CHECK(strata_shared_slot_map_version(shared) == 2);
	CHECK(scripted_server_accepted(nodes[0].server) == 1);
	tell_ids("d", "c");
	let_pass(80000);
	CHECK(get(one, "hello") == STRATA_OK && get(one, "hello") == STRATA_OK);
	CHECK(scripted_server_accepted(nodes[0].server) == 2);
	end();
}

static void half_a_map_of_one_node_is_not_believed(void)
{
	char range[80];

	begin();
	CHECK(get(one, "hello") == STRATA_OK);
	print_range(range, sizeof(range), 0, 5460, port_of(0));
	for (int i = 0; i < NODES; i++) {
		fake_redis_set_slots(&nodes[i], "*1\r\n%s", range);
	}
	let_pass(80000);
	CHECK(get(one, "hello") == STRATA_OK && get(one, "foo") == STRATA_OK);
	CHECK(strata_shared_slot_map_version(shared) == 1 && maps_asked() == 2);
	let_pass(80000);
	CHECK(get(one, "hello") == STRATA_OK);
	CHECK(strata_shared_slot_map_version(shared) == 2 && maps_asked() == 3);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	call.arena = strata_arena_new();
	REQUIRE(call.arena != NULL);
	RUN(one_question_is_enough_for_two_processes);
	RUN(moved_of_one_teaches_the_other);
	RUN(what_one_asked_for_the_other_need_not);
	RUN(suspicion_of_both_is_one_question);
	RUN(an_old_map_is_asked_for_again);
	RUN(who_starts_while_another_asks_waits_for_its_map);
	RUN(a_failure_of_one_is_not_repeated_by_the_other);
	RUN(a_failed_question_leaves_the_map_and_the_next_goes_to_somebody_else);
	RUN(after_moved_the_new_owner_is_asked);
	RUN(when_all_known_nodes_fail_the_seeds_are_asked);
	RUN(another_node_at_an_address_is_met_over_a_new_connection);
	RUN(half_a_map_of_one_node_is_not_believed);
	strata_arena_free(call.arena);
	return unit_end();
}
