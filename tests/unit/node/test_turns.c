/* Exchanges that need new connections, where the host may not open all of them at once. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/io_loop.h"

#include <pthread.h>
#include <unistd.h>

#include "health/breaker_table.h"
#include "host/process_slot.h"
#include "line_protocol.h"
#include "os/clock.h"
#include "remote_fixture.h"
#include "scripted_server.h"
#include "unit.h"

enum { MOST = 24, RATE = 10 /* a second: 4 at once, and 4 more for what is urgent */ };

static remote_fixture fixture;
static strata_process_slots *slots;
static strata_breaker_table *table;
static strata_exchange exchanges[MOST];

static strata_node *begin(scripted_server *server, uint32_t rate)
{
	strata_node *node;

	remote_fixture_begin(&fixture);
	REQUIRE(strata_process_slots_new(fixture.host, &slots) == STRATA_OK);
	REQUIRE(strata_breaker_table_new(fixture.host, slots, &table) == STRATA_OK);
	fixture.options.breaker_table = table;
	fixture.options.limits = (strata_breaker_limits){ 64, rate, 10000 };
	node = strata_node_new(&line_protocol, &fixture.options, "127.0.0.1",
		scripted_server_port(server), STRATA_NODE_CONFIGURED, fixture.stats);
	REQUIRE(node != NULL);
	return node;
}

static void end(strata_node *node, scripted_server *server)
{
	strata_node_free(node);
	CHECK(scripted_server_end(server));
	strata_breaker_table_free(table);
	strata_process_slots_free(slots);
	remote_fixture_end(&fixture);
}

/* So many questions at once, each of which needs a connection of its own. Returns the time. */
static strata_usec ask(strata_node *node, size_t count, strata_priority priority,
	strata_usec longest)
{
	strata_usec began = strata_clock_usec();
	strata_usec now = began;

	for (size_t i = 0; i < count; i++) {
		exchanges[i] = (strata_exchange){ .node = node,
			.expected = 1,
			.is_urgent = priority == STRATA_PRIORITY_URGENT };
		REQUIRE(strata_buffer_append(&exchanges[i].request, strata_view_of("ask\n")) == 0);
	}
	strata_io_loop_run(exchanges, count, began + longest, fixture.arena, &now);
	return now - began;
}

static size_t release(size_t count, strata_result result)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		found += exchanges[i].result == result;
		CHECK((exchanges[i].result == STRATA_OK) == (exchanges[i].error.text[0] == '\0'));
		strata_io_loop_release(&exchanges[i]);
		strata_buffer_fini(&exchanges[i].request);
	}
	return found;
}

/* As many connections as any test opens. */
#define FIVE(script)   script, script, script, script, script
#define TWENTY(script) FIVE(script), FIVE(script), FIVE(script), FIVE(script)

static const scripted_step answer[] = { EXPECT("ask\n"), SEND("answer\n"), END };

static void a_connection_waits_for_its_turn(void)
{
	scripted_server *server = scripted_server_start(TWENTY(answer), NULL);
	strata_node *node = begin(server, RATE);
	strata_usec took = ask(node, 6, STRATA_PRIORITY_NORMAL, FIXTURE_PATIENCE_USEC);

	CHECK(release(6, STRATA_OK) == 6);
	CHECK(took >= 190 * 1000);
	CHECK(scripted_server_accepted(server) == 6);
	CHECK(remote_fixture_reason(&fixture, STRATA_CONNECT_RATE) == 0);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_OUTCOME_LOCAL) == 0);
	end(node, server);
}

static void a_turn_that_comes_too_late_is_not_waited_for(void)
{
	scripted_server *server = scripted_server_start(TWENTY(answer), NULL);
	strata_node *node = begin(server, RATE);

	/* The next token comes after 100 ms, and half of the time is less. */
	(void) ask(node, 6, STRATA_PRIORITY_NORMAL, 190 * 1000);
	CHECK(exchanges[5].result == STRATA_CONNECT_RATE);
	CHECK(strstr(exchanges[5].error.text, "as many connections") != NULL);
	CHECK(release(6, STRATA_OK) == 4);
	CHECK(scripted_server_accepted(server) == 4);
	end(node, server);
}

/* Four at once, four more at once, and the rest after half of the time. */
static void what_is_urgent_goes_all_the_same(void)
{
	scripted_server *server = scripted_server_start(TWENTY(answer), NULL);
	strata_node *node = begin(server, RATE);
	strata_usec took = ask(node, 20, STRATA_PRIORITY_URGENT, 2000 * 1000);

	CHECK(release(20, STRATA_OK) == 20);
	CHECK(took >= 990 * 1000 && took < 2000 * 1000);
	CHECK(scripted_server_accepted(server) == 20);
	end(node, server);
}

static void *open_gate(void *server)
{
	usleep(50 * 1000);
	scripted_server_open_gate(server);
	return NULL;
}

/* Eight are shaking hands, and the others are woken when those have ended. */
static void a_handshake_waits_for_others_to_end(void)
{
	static const scripted_step slow[] = { AWAIT_GATE, EXPECT("HELLO user\n"), SEND("WELCOME\n"),
		EXPECT("ask\n"), SEND("answer\n"), END };
	scripted_server *server = scripted_server_start(TWENTY(slow), NULL);
	strata_node *node = begin(server, 1000);
	pthread_t opener;

	fixture.options.setup.user = "user";
	REQUIRE(pthread_create(&opener, NULL, open_gate, server) == 0);
	(void) ask(node, 20, STRATA_PRIORITY_NORMAL, FIXTURE_PATIENCE_USEC);
	CHECK(release(20, STRATA_OK) == 20);
	pthread_join(opener, NULL);
	end(node, server);
}

int main(void)
{
	RUN(a_connection_waits_for_its_turn);
	RUN(a_turn_that_comes_too_late_is_not_waited_for);
	RUN(what_is_urgent_goes_all_the_same);
	RUN(a_handshake_waits_for_others_to_end);
	return unit_end();
}
