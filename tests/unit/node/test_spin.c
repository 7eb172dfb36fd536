/* Waits for replies that spin before they sleep: what they meet, what they miss, and which may. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/io_loop.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <sys/socket.h>
#include <unistd.h>

#include "health/breaker_table.h"
#include "host/table/spin.h"
#include "line_protocol.h"
#include "net/socket.h"
#include "os/clock.h"
#include "remote_fixture.h"
#include "scripted_server.h"
#include "unit.h"

enum {
	LONG = 5 * 1000 * 1000, /* usec: what comes at all comes within it */
	SHORT = 1,
	OPERATION_USEC = 100 * 1000
};

static remote_fixture fixture;
static strata_process_slots *slots;
static strata_breaker_table *table;
static strata_spin *permits;

static void begin(strata_usec spin, uint32_t cpus)
{
	remote_fixture_begin(&fixture);
	REQUIRE(strata_process_slots_new(fixture.host, &slots) == STRATA_OK);
	REQUIRE(strata_breaker_table_new(fixture.host, slots, &table) == STRATA_OK);
	REQUIRE(strata_spin_new(fixture.host, slots, cpus, &permits) == STRATA_OK);
	fixture.options.breaker_table = table;
	fixture.options.limits = (strata_breaker_limits){ 64, 1000, 10000 };
	fixture.options.spin = spin;
	fixture.options.spin_permits = permits;
}

static void end(void)
{
	strata_spin_free(permits);
	strata_breaker_table_free(table);
	strata_process_slots_free(slots);
	remote_fixture_end(&fixture);
}

static strata_node *node_of(scripted_server *server)
{
	strata_node *node = strata_node_new(&line_protocol, &fixture.options, "127.0.0.1",
		scripted_server_port(server), STRATA_NODE_CONFIGURED, fixture.stats);

	REQUIRE(node != NULL);
	return node;
}

static strata_exchange exchange_with(strata_node *node)
{
	strata_exchange exchange = { .node = node, .expected = 1 };

	REQUIRE(strata_buffer_append(&exchange.request, strata_view_of("one\n")) == 0);
	return exchange;
}

static void run(strata_exchange *exchanges, size_t count, strata_usec time)
{
	strata_usec now = strata_clock_usec();

	strata_io_loop_run(exchanges, count, now + time, fixture.arena, &now);
	for (size_t i = 0; i < count; i++) {
		strata_buffer_fini(&exchanges[i].request);
		strata_io_loop_release(&exchanges[i]);
	}
}

static strata_result ask(strata_node *node, strata_usec time)
{
	strata_exchange exchange = exchange_with(node);

	run(&exchange, 1, time);
	return exchange.result;
}

static void expect_spins(uint64_t begun, uint64_t met, uint64_t refused)
{
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SPINS) == begun);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SPINS_MET) == met);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SPINS_REFUSED) == refused);
}

/* One question to a server with this script. */
static strata_result ask_once(const scripted_step *script, strata_usec time)
{
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = node_of(server);
	strata_result result = ask(node, time);

	strata_node_free(node);
	CHECK(scripted_server_end(server));
	return result;
}

/* ---- forced ---- */

static void a_reply_is_met(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SLEEP(20), SEND("1\n"), END };

	begin(LONG, 1);
	CHECK(ask_once(script, FIXTURE_PATIENCE_USEC) == STRATA_OK);
	expect_spins(1, 1, 0);
	end();
}

static void a_reply_after_the_spin_is_waited_for_asleep(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SLEEP(50), SEND("1\n"), END };

	begin(SHORT, 1);
	CHECK(ask_once(script, FIXTURE_PATIENCE_USEC) == STRATA_OK);
	expect_spins(1, 0, 0);
	end();
}

static void a_reply_in_two_parts_is_met_twice(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SLEEP(20), SEND("lo"), SLEEP(20),
		SEND("ng\n"), END };

	begin(LONG, 1);
	CHECK(ask_once(script, FIXTURE_PATIENCE_USEC) == STRATA_OK);
	expect_spins(2, 2, 0);
	end();
}

/* What is slow now would be slow again. */
static void a_spin_in_vain_is_the_last_one_of_its_call(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SLEEP(50), SEND("lo"), SLEEP(50),
		SEND("ng\n"), END };

	begin(SHORT, 1);
	CHECK(ask_once(script, FIXTURE_PATIENCE_USEC) == STRATA_OK);
	expect_spins(1, 0, 0);
	end();
}

static void an_end_is_met_as_an_end(void)
{
	static const scripted_step closes[] = { EXPECT("one\n"), SLEEP(20), CLOSE };
	static const scripted_step resets[] = { EXPECT("one\n"), SLEEP(20), RESET };

	begin(LONG, 1);
	CHECK(ask_once(closes, FIXTURE_PATIENCE_USEC) == STRATA_CONNECTION);
	CHECK(ask_once(resets, FIXTURE_PATIENCE_USEC) == STRATA_CONNECTION);
	end();
}

static void no_spin_goes_past_the_deadline(void)
{
	static const scripted_step silent[] = { EXPECT("one\n"), LEAVE };
	strata_usec before = strata_clock_usec();
	strata_usec took;

	begin(LONG, 1);
	CHECK(ask_once(silent, OPERATION_USEC) == STRATA_TIMEOUT);
	took = strata_clock_usec() - before;
	CHECK(took >= OPERATION_USEC && took < LONG);
	expect_spins(1, 0, 0);
	end();
}

static void a_trickle_ends_at_the_deadline(void)
{
	static const scripted_step script[] = { EXPECT("one\n"),
		DRIP("a reply that would take more than ten seconds, one byte at a time\n", 150), LEAVE };
	strata_usec before = strata_clock_usec();

	begin(LONG, 1);
	CHECK(ask_once(script, OPERATION_USEC) == STRATA_TIMEOUT);
	CHECK(strata_clock_usec() - before < LONG);
	end();
}

static void signals_neither_end_a_spin_nor_lengthen_it(void)
{
	static const scripted_step silent[] = { EXPECT("one\n"), LEAVE };
	const struct sigaction ignoring = { .sa_handler = SIG_DFL };
	struct sigaction counting = { .sa_handler = SIG_IGN };
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, never = { { 0, 0 }, { 0, 0 } };

	sigaction(SIGALRM, &counting, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	no_spin_goes_past_the_deadline();
	begin(LONG, 1);
	CHECK(ask_once(silent, OPERATION_USEC) == STRATA_TIMEOUT);
	end();
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &ignoring, NULL);
}

/* The latency is what the reply took, the spin included. */
static void a_spin_is_time_that_the_node_took(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SEND("1\n"), EXPECT("one\n"),
		SLEEP(30), SEND("2\n"), END };
	scripted_server *server;
	strata_node *node;
	strata_stats_sum sums[4];

	begin(LONG, 1);
	server = scripted_server_start(script, NULL);
	node = node_of(server);
	CHECK(ask(node, FIXTURE_PATIENCE_USEC) == STRATA_OK);
	CHECK(ask(node, FIXTURE_PATIENCE_USEC) == STRATA_OK);
	REQUIRE(strata_stats_read(fixture.stats, sums, 4) >= 1);
	CHECK(strata_stats_percentile(&sums[0], 1.0) >= 30 * 1000 * 3 / 4);
	strata_node_free(node);
	CHECK(scripted_server_end(server));
	end();
}

static void nothing_but_replies_is_spun_for(void)
{
	static const scripted_step script[] = { SLEEP(20), EXPECT("HELLO me\n"), SLEEP(20),
		SEND("WELCOME\n"), EXPECT("one\n"), SEND("1\n"), END };

	begin(LONG, 1);
	fixture.options.setup.user = "me";
	CHECK(ask_once(script, FIXTURE_PATIENCE_USEC) == STRATA_OK);
	expect_spins(1, 1, 0);
	end();
}

/* ---- several nodes ---- */

static void run_two(const scripted_step *first, const scripted_step *second, strata_usec time,
	strata_result results[2])
{
	scripted_server *servers[] = { scripted_server_start(first, NULL),
		scripted_server_start(second, NULL) };
	strata_node *nodes[] = { node_of(servers[0]), node_of(servers[1]) };
	strata_exchange exchanges[] = { exchange_with(nodes[0]), exchange_with(nodes[1]) };

	run(exchanges, 2, time);
	for (int i = 0; i < 2; i++) {
		results[i] = exchanges[i].result;
		strata_node_free(nodes[i]);
		CHECK(scripted_server_end(servers[i]));
	}
}

static void the_replies_of_two_nodes_are_met(void)
{
	static const scripted_step sooner[] = { EXPECT("one\n"), SLEEP(20), SEND("1\n"), END };
	static const scripted_step later[] = { EXPECT("one\n"), SLEEP(60), SEND("2\n"), END };
	strata_result results[2];

	begin(LONG, 1);
	run_two(sooner, later, FIXTURE_PATIENCE_USEC, results);
	CHECK(results[0] == STRATA_OK && results[1] == STRATA_OK);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SPINS_MET) >= 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SPINS) ==
		  remote_fixture_count(&fixture, STRATA_COUNT_SPINS_MET));
	end();
}

static void a_silent_node_takes_no_reply_of_another(void)
{
	static const scripted_step answers[] = { EXPECT("one\n"), SEND("1\n"), END };
	static const scripted_step silent[] = { EXPECT("one\n"), LEAVE };
	strata_result results[2];

	begin(LONG, 1);
	run_two(silent, answers, 2 * OPERATION_USEC, results);
	CHECK(results[0] == STRATA_TIMEOUT && results[1] == STRATA_OK);
	end();
}

/* ---- auto ---- */

/* As if the node had answered in this time a moment ago, and no spin had been in vain. */
static void learn(scripted_server *server, strata_usec took)
{
	char name[64];
	uint64_t key;
	strata_breaker_entry *record;

	snprintf(name, sizeof(name), "127.0.0.1:%u", scripted_server_port(server));
	record = strata_breaker_table_find(table, name, 0, &key);
	REQUIRE(record != NULL);
	(void) !strata_gate_pass(&record->latency.ticks, 1, strata_msec_of(strata_clock_usec()));
	atomic_store(&record->latency.recent, (uint32_t) took * 16);
	atomic_store(&record->latency.vain, 0);
}

static void ask_auto(uint32_t cpus, strata_usec took)
{
	static const scripted_step script[] = { EXPECT("one\n"), SLEEP(20), SEND("1\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node;

	begin(STRATA_SPIN_AUTO, cpus);
	node = node_of(server);
	learn(server, took);
	CHECK(ask(node, FIXTURE_PATIENCE_USEC) == STRATA_OK);
	strata_node_free(node);
	CHECK(scripted_server_end(server));
}

static void where_strata_decides_a_quick_node_is_spun_for(void)
{
	ask_auto(8, 50);
	expect_spins(1, 0, 0);
	CHECK(strata_spin_taken(permits, strata_clock_usec()) == 0);
	end();
}

static void on_few_processors_never(void)
{
	ask_auto(2, 50);
	expect_spins(0, 0, 0);
	end();
}

static void nor_for_a_node_that_takes_longer(void)
{
	ask_auto(8, 150);
	expect_spins(0, 0, 0);
	end();
}

static _Atomic bool is_over;

static void *keep_taking(void *unused)
{
	while (!is_over) {
		strata_spin_permit permit;

		(void) !strata_spin_begin(permits, strata_clock_usec(), &permit);
	}
	return unused;
}

static bool answer_all(int fd, void *unused)
{
	char line[16];

	(void) unused;
	while (read(fd, line, sizeof(line)) > 0) {
		if (write(fd, "1\n", 2) != 2) {
			return false;
		}
	}
	return true;
}

/* Where others have all permits, some wait asleep, and every one has its reply. */
static void nor_where_all_permits_are_taken(void)
{
	static const scripted_step script[] = { ACT(answer_all, NULL), LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node;
	strata_usec until;
	pthread_t other;

	begin(STRATA_SPIN_AUTO, 4);
	node = node_of(server);
	REQUIRE(pthread_create(&other, NULL, keep_taking, NULL) == 0);
	until = strata_clock_usec() + LONG;
	while (strata_clock_usec() < until &&
		   remote_fixture_count(&fixture, STRATA_COUNT_SPINS_REFUSED) == 0) {
		learn(server, 50);
		CHECK(ask(node, FIXTURE_PATIENCE_USEC) == STRATA_OK);
	}
	is_over = true;
	pthread_join(other, NULL);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_SPINS_REFUSED) > 0);
	strata_node_free(node);
	CHECK(scripted_server_end(server));
	end();
}

int main(void)
{
	RUN(a_reply_is_met);
	RUN(a_reply_after_the_spin_is_waited_for_asleep);
	RUN(a_reply_in_two_parts_is_met_twice);
	RUN(a_spin_in_vain_is_the_last_one_of_its_call);
	RUN(an_end_is_met_as_an_end);
	RUN(no_spin_goes_past_the_deadline);
	RUN(a_trickle_ends_at_the_deadline);
	RUN(signals_neither_end_a_spin_nor_lengthen_it);
	RUN(a_spin_is_time_that_the_node_took);
	RUN(nothing_but_replies_is_spun_for);
	RUN(the_replies_of_two_nodes_are_met);
	RUN(a_silent_node_takes_no_reply_of_another);
	RUN(where_strata_decides_a_quick_node_is_spun_for);
	RUN(on_few_processors_never);
	RUN(nor_for_a_node_that_takes_longer);
	RUN(nor_where_all_permits_are_taken);
	return unit_end();
}
