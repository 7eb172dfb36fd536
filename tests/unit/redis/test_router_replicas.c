/* One master with two replicas, and who answers a read. */
#include "redis/router.h"

#include <unistd.h>

#include "conf/settings.h"
#include "fake_redis.h"
#include "os/process.h"
#include "redis/cluster/replica_reads.h"
#include "protocol/slots.h"
#include "unit.h"

enum { SECOND = 1000000, NODES = 3, MASTER = 0 };

static strata_budget budget;
static strata_call call = { .budget = &budget };
static strata_host *host;
static strata_stats *stats;
static fake_redis nodes[NODES];
static strata_redis_client *redis;
static strata_result result;
static bool is_from_replica; /* the last reply */

static strata_client_options options = { .connect_timeout = 5 * SECOND,
	.operation_timeout = 5 * SECOND,
	.max_reply = 1 << 20 };

static unsigned port_of(int node)
{
	return fake_redis_port(&nodes[node]);
}

/* All slots belong to the first of these ports, and the others are its replicas. */
static void tell_slots(unsigned a, unsigned b, unsigned c)
{
	for (int i = 0; i < NODES; i++) {
		fake_redis_set_slots(&nodes[i],
			"*1\r\n*5\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:%u\r\n*2\r\n$9\r\n127.0.0.1\r\n:"
			"%u\r\n"
			"*2\r\n$9\r\n127.0.0.1\r\n:%u\r\n",
			a, b, c);
	}
}

static void begin(uint32_t policy)
{
	strata_hostport seed;

	options.replica_reads = policy;
	for (int i = 0; i < NODES; i++) {
		fake_redis_start(&nodes[i]);
	}
	tell_slots(port_of(0), port_of(1), port_of(2));
	seed = (strata_hostport){ "127.0.0.1", (uint16_t) port_of(MASTER) };
	REQUIRE(strata_redis_client_new(STRATA_REDIS_CLUSTER, &seed, 1, &options, 3, stats, &redis) ==
			STRATA_OK);
	strata_budget_fill(&budget);
}

static void end(void)
{
	strata_redis_client_free(redis);
	for (int i = 0; i < NODES; i++) {
		CHECK(fake_redis_end(&nodes[i]));
	}
	strata_arena_reset(call.arena);
}

/* The node that answered, -1 when none did. */
static int ask(const char *verb, const char *key, bool is_plain_read)
{
	strata_view arguments[] = { strata_view_of(verb), strata_view_of(key) };
	strata_redis_command command = { .slot = strata_slots_of_key(arguments[1]),
		.is_plain_read = is_plain_read };
	strata_buffer bytes = { 0 };
	int answered = -1;

	REQUIRE(strata_resp_compose(&bytes, arguments, 2) == 0);
	command.bytes = (strata_view){ bytes.data, bytes.size };
	call.waited = 0;
	strata_router_release(strata_router_run(redis, &call, &command, 1));
	strata_buffer_fini(&bytes);
	result = command.result;
	for (int i = 0; i < NODES && result == STRATA_OK; i++) {
		char name[32];

		snprintf(name, sizeof(name), "127.0.0.1:%u", port_of(i));
		answered = strcmp(command.node_name, name) == 0 ? i : answered;
	}
	is_from_replica = command.is_from_replica;
	return answered;
}

static int get(const char *key)
{
	return ask("GET", key, true);
}

static int set(const char *key)
{
	return ask("SET", key, false);
}

static unsigned accepted(int node)
{
	return scripted_server_accepted(nodes[node].server);
}

static void by_default_replicas_are_not_asked(void)
{
	begin(STRATA_REPLICA_READS_OFF);
	for (int i = 0; i < 10; i++) {
		CHECK(get("key") == MASTER);
	}
	CHECK(accepted(1) == 0 && accepted(2) == 0);
	end();
}

static void preferred_replicas_answer_plain_reads_and_nothing_else(void)
{
	int seen[NODES] = { 0 };

	begin(STRATA_REPLICA_READS_PREFER);
	for (int i = 0; i < 10; i++) {
		int node = get("key");

		REQUIRE(node >= 0);
		seen[node]++;
		CHECK(is_from_replica);
		CHECK(ask("GET", "counter", false) == MASTER && !is_from_replica);
	}
	CHECK(seen[MASTER] == 0 && seen[1] > 0 && seen[2] > 0);
	CHECK(accepted(1) == 1 && accepted(2) == 1);
	end();
}

static void any_means_the_master_too(void)
{
	int seen[NODES] = { 0 };

	begin(STRATA_REPLICA_READS_ANY);
	for (int i = 0; i < 60; i++) {
		int node = get("key");

		REQUIRE(node >= 0);
		seen[node]++;
	}
	CHECK(seen[0] == 20 && seen[1] == 20 && seen[2] == 20);
	end();
}

static void on_error_they_answer_only_for_a_master_that_does_not(void)
{
	begin(STRATA_REPLICA_READS_ON_ERROR);
	CHECK(get("key") == MASTER);
	/* An idle connection that ends is followed by a new one to the same node. */
	fake_redis_reply(&nodes[MASTER], FAKE_CLOSE);
	CHECK(get("key") == MASTER);
	fake_redis_reply(&nodes[MASTER], FAKE_CLOSE);
	fake_redis_reply(&nodes[MASTER], FAKE_CLOSE);
	CHECK(get("key") > MASTER);
	CHECK(get("key") == MASTER);
	fake_redis_reply(&nodes[MASTER], "-LOADING Redis is loading the dataset in memory\r\n");
	CHECK(get("key") > MASTER);
	fake_redis_reply(&nodes[MASTER], FAKE_CLOSE);
	CHECK(set("key") == -1 && result == STRATA_CONNECTION);
	end();
}

static void what_was_written_in_this_request_is_read_from_the_master(void)
{
	begin(STRATA_REPLICA_READS_PREFER);
	CHECK(get("key") > MASTER && set("key") == MASTER);
	CHECK(get("key") == MASTER && get("key") == MASTER && get("other") > MASTER);
	strata_budget_fill(&budget);
	CHECK(get("key") > MASTER);
	end();
}

static void a_replica_that_sends_to_its_master_is_asked_over_a_new_connection(void)
{
	unsigned maps;

	begin(STRATA_REPLICA_READS_PREFER);
	tell_slots(port_of(0), port_of(1), port_of(1));
	CHECK(get("foo") == 1);
	maps = fake_redis_maps(&nodes[0]);
	fake_redis_reply(&nodes[1], "-MOVED 12182 127.0.0.1:%u\r\n", port_of(MASTER));
	CHECK(get("foo") == MASTER);
	CHECK(get("foo") == 1 && accepted(1) == 2);
	usleep(1100000);
	/* It may have another master by now. */
	CHECK(get("foo") == 1 && fake_redis_maps(&nodes[0]) <= maps + 1);
	end();
}

static void a_replica_that_knows_of_another_master_is_followed(void)
{
	begin(STRATA_REPLICA_READS_PREFER);
	tell_slots(port_of(0), port_of(1), port_of(1));
	CHECK(get("foo") == 1);
	fake_redis_reply(&nodes[1], "-MOVED 12182 127.0.0.1:%u\r\n", port_of(2));
	CHECK(get("foo") == 2);
	CHECK(set("foo") == 2);
	end();
}

static void a_replica_without_its_master_leaves_the_read_to_it(void)
{
	static const char *const words[] = { "LOADING x",
		"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'." };

	begin(STRATA_REPLICA_READS_PREFER);
	tell_slots(port_of(0), port_of(1), port_of(1));
	for (int i = 0; i < 2; i++) {
		fake_redis_reply(&nodes[1], "-%s\r\n", words[i]);
		CHECK(get("key") == MASTER);
	}
	fake_redis_reply(&nodes[1], FAKE_CLOSE);
	fake_redis_reply(&nodes[1], FAKE_CLOSE);
	CHECK(get("key") == MASTER && get("key") == 1);
	end();
}

static void a_silent_node_leaves_half_of_the_time_for_the_other(void)
{
	begin(STRATA_REPLICA_READS_PREFER);
	tell_slots(port_of(0), port_of(1), port_of(1));
	CHECK(get("key") == 1 && set("other") == MASTER && get("other") == MASTER);
	options.operation_timeout = SECOND;
	fake_redis_reply(&nodes[1], FAKE_SILENCE);
	CHECK(get("key") == MASTER);
	end();
	begin(STRATA_REPLICA_READS_ON_ERROR);
	CHECK(get("key") == MASTER);
	fake_redis_reply(&nodes[MASTER], FAKE_SILENCE);
	CHECK(get("key") > MASTER);
	options.operation_timeout = 5 * SECOND;
	end();
}

static void a_replica_that_cannot_be_reached_is_no_obstacle(void)
{
	uint16_t port = 0;
	int refusing = scripted_refusing_port(&port);

	begin(STRATA_REPLICA_READS_PREFER);
	tell_slots(port_of(0), port, port);
	for (int i = 0; i < 10; i++) {
		CHECK(get("key") == MASTER);
	}
	end();
	close(refusing);
}

static void a_master_without_replicas_answers_itself(void)
{
	begin(STRATA_REPLICA_READS_PREFER);
	for (int i = 0; i < NODES; i++) {
		fake_redis_set_slots(&nodes[i],
			"*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:%u\r\n", port_of(MASTER));
	}
	CHECK(get("key") == MASTER && get("key") == MASTER);
	end();
}

/* ---- what was written ---- */

static void writes_are_forgotten_with_their_request_or_when_long_past(void)
{
	static strata_replica_reads reads;

	strata_replica_reads_begin(&reads, 1, 5000);
	strata_replica_reads_note_write(&reads, 77, 5000);
	CHECK(strata_replica_reads_was_written(&reads, 77));
	CHECK(!strata_replica_reads_was_written(&reads, 76));
	strata_replica_reads_begin(&reads, 1, 15000);
	CHECK(strata_replica_reads_was_written(&reads, 77));
	strata_replica_reads_begin(&reads, 1, 15001);
	CHECK(!strata_replica_reads_was_written(&reads, 77));
	strata_replica_reads_note_write(&reads, 16383, 15001);
	strata_replica_reads_begin(&reads, 2, 15002);
	CHECK(!strata_replica_reads_was_written(&reads, 16383));
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	call.arena = strata_arena_new();
	REQUIRE(call.arena != NULL);
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_stats_new(host, NULL, &stats) == STRATA_OK);
	RUN(by_default_replicas_are_not_asked);
	RUN(preferred_replicas_answer_plain_reads_and_nothing_else);
	RUN(any_means_the_master_too);
	RUN(on_error_they_answer_only_for_a_master_that_does_not);
	RUN(what_was_written_in_this_request_is_read_from_the_master);
	RUN(a_replica_that_sends_to_its_master_is_asked_over_a_new_connection);
	RUN(a_replica_that_knows_of_another_master_is_followed);
	RUN(a_replica_without_its_master_leaves_the_read_to_it);
	RUN(a_silent_node_leaves_half_of_the_time_for_the_other);
	RUN(a_replica_that_cannot_be_reached_is_no_obstacle);
	RUN(a_master_without_replicas_answers_itself);
	RUN(writes_are_forgotten_with_their_request_or_when_long_past);
	strata_stats_free(stats);
	strata_host_free(host);
	strata_arena_free(call.arena);
	return unit_end();
}
