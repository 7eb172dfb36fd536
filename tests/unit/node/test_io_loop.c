#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/io_loop.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "line_protocol.h"
#include "os/clock.h"
#include "remote_fixture.h"
#include "scripted_server.h"
#include "unit.h"

/* The request is more than the kernel holds for two sockets, so that somebody has to wait. */
enum { LARGE = 4 * 1024 * 1024, REQUEST = 4 * LARGE, SHORT_USEC = 200 * 1000 };

static remote_fixture fixture;

static strata_node *node_at(const char *host, uint16_t port)
{
	strata_node *node = strata_node_new(&line_protocol, &fixture.options, host, port,
		STRATA_NODE_CONFIGURED, fixture.stats);

	REQUIRE(node != NULL);
	return node;
}

static strata_node *begin(scripted_server *server)
{
	remote_fixture_begin(&fixture);
	return node_at("127.0.0.1", scripted_server_port(server));
}

static void end(strata_node *node, scripted_server *server)
{
	strata_node_free(node);
	CHECK(scripted_server_end(server));
	remote_fixture_end(&fixture);
}

static strata_exchange asking(strata_node *node, const char *request, uint32_t expected)
{
	strata_exchange exchange = { .node = node, .expected = expected };

	REQUIRE(strata_buffer_append(&exchange.request, strata_view_of(request)) == 0);
	return exchange;
}

static void run(strata_exchange *exchanges, size_t count, strata_usec longest)
{
	strata_usec deadline = remote_fixture_deadline(longest);
	strata_usec now = strata_clock_usec();

	strata_io_loop_run(exchanges, count, deadline, fixture.arena, &now);
	for (size_t i = 0; i < count; i++) {
		strata_buffer_fini(&exchanges[i].request);
	}
}

static bool said(const strata_exchange *exchange, uint32_t index, const char *text)
{
	return index < exchange->received &&
		   strata_view_equal(*(strata_view *) exchange->replies[index], strata_view_of(text));
}

/* One question and its answer, from beginning to end. */
static strata_result ask(strata_node *node, const char *request, const char *answer)
{
	strata_exchange exchange = asking(node, request, 1);

	run(&exchange, 1, FIXTURE_PATIENCE_USEC);
	if (exchange.result == STRATA_OK) {
		CHECK(said(&exchange, 0, answer));
		CHECK(exchange.error.text[0] == '\0');
	}
	strata_io_loop_release(&exchange);
	CHECK(exchange.connection == NULL);
	return exchange.result;
}

/* Asks, and waits until what the script does then has reached the idle connection. */
static void ask_and_await_unfitness(strata_node *node, scripted_server *server)
{
	strata_exchange exchange = asking(node, "one\n", 1);
	strata_usec limit = remote_fixture_deadline(FIXTURE_PATIENCE_USEC);
	const strata_connection *idle;

	run(&exchange, 1, FIXTURE_PATIENCE_USEC);
	idle = exchange.connection;
	REQUIRE(idle != NULL);
	strata_io_loop_release(&exchange);
	CHECK(strata_connection_is_clean(idle));
	scripted_server_open_gate(server);
	while (strata_connection_is_fit(idle) && strata_clock_usec() < limit) {
		usleep(1000);
	}
}

static void a_node_is_named_as_people_write_it(void)
{
	strata_node *nodes[3];

	remote_fixture_begin(&fixture);
	nodes[0] = node_at("10.0.1.1", 11211);
	nodes[1] = node_at("fe80::1", 6379);
	nodes[2] = node_at("/run/redis.sock", 0);
	CHECK(strcmp(strata_node_name(nodes[0]), "10.0.1.1:11211") == 0);
	CHECK(strcmp(strata_node_name(nodes[1]), "[fe80::1]:6379") == 0);
	CHECK(strcmp(strata_node_name(nodes[2]), "/run/redis.sock") == 0);
	CHECK(strcmp(strata_node_host(nodes[1]), "fe80::1") == 0);
	CHECK(strata_node_port(nodes[1]) == 6379);
	for (int i = 0; i < 3; i++) {
		strata_node_free(nodes[i]);
	}
	remote_fixture_end(&fixture);
}

static void one_connection_serves_one_run_after_another(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SEND("1\n"), EXPECT("two\n"),
		SEND("2\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);

	CHECK(ask(node, "one\n", "1") == STRATA_OK);
	CHECK(ask(node, "two\n", "2") == STRATA_OK);
	CHECK(scripted_server_accepted(server) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CONNECTS) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_OPERATIONS) == 2);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 0);
	end(node, server);
}

static void a_unix_socket_is_a_node_too(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SEND("1\n"), END };
	scripted_server *server = scripted_server_start_unix(script, NULL);
	strata_node *node;

	remote_fixture_begin(&fixture);
	node = node_at(scripted_server_path(server), 0);
	CHECK(ask(node, "one\n", "1") == STRATA_OK);
	end(node, server);
}

static bool open_gate(int fd, void *first)
{
	(void) fd;
	scripted_server_open_gate(*(scripted_server **) first);
	return true;
}

static void two_nodes_are_asked_before_either_answers(void)
{
	static scripted_server *first, *second;
	static const scripted_step waiting[] = { EXPECT("a\n"), AWAIT_GATE, SEND("1\n"), END };
	static const scripted_step prompt[] = { EXPECT("b\n"), ACT(open_gate, &first), SEND("2\n"),
		END };
	strata_node *node, *other;
	strata_exchange both[2];

	first = scripted_server_start(waiting, NULL);
	second = scripted_server_start(prompt, NULL);
	node = begin(first);
	other = node_at("127.0.0.1", scripted_server_port(second));
	both[0] = asking(node, "a\n", 1);
	both[1] = asking(other, "b\n", 1);
	/* Less than the gate waits: the first answers in time only if the second was asked. */
	run(both, 2, 3 * 1000 * 1000);
	CHECK(both[0].result == STRATA_OK && said(&both[0], 0, "1"));
	CHECK(both[1].result == STRATA_OK && said(&both[1], 0, "2"));
	strata_io_loop_release(&both[0]);
	strata_io_loop_release(&both[1]);
	strata_node_free(other);
	CHECK(scripted_server_end(second));
	end(node, first);
}

static void one_dead_node_leaves_the_others_their_answers(void)
{
	static const scripted_step silent[] = { EXPECT("a\n"), LEAVE };
	static const scripted_step prompt[] = { EXPECT("b\n"), SEND("2\n"), END };
	uint16_t port = 0;
	int reserved = scripted_refusing_port(&port);
	scripted_server *dead = scripted_server_start(silent, NULL);
	scripted_server *living = scripted_server_start(prompt, NULL);
	strata_node *node = begin(dead);
	strata_node *refusing = node_at("127.0.0.1", port);
	strata_node *other = node_at("127.0.0.1", scripted_server_port(living));
	strata_exchange all[3] = { asking(node, "a\n", 1), asking(refusing, "r\n", 1),
		asking(other, "b\n", 1) };

	run(all, 3, 1000 * 1000);
	CHECK(all[0].result == STRATA_TIMEOUT);
	CHECK(all[1].result == STRATA_REFUSED);
	CHECK(all[2].result == STRATA_OK && said(&all[2], 0, "2"));
	for (int i = 0; i < 3; i++) {
		strata_io_loop_release(&all[i]);
	}
	strata_node_free(refusing);
	strata_node_free(other);
	close(reserved);
	CHECK(scripted_server_end(living));
	end(node, dead);
}

static void two_exchanges_with_one_node_have_a_connection_each(void)
{
	static const scripted_step first[] = { EXPECT("a\n"), SEND("1\n"), EXPECT("d\n"), SEND("4\n"),
		END };
	static const scripted_step second[] = { EXPECT("b\n"), SEND("2\n"), EXPECT("c\n"), SEND("3\n"),
		END };
	scripted_server *server = scripted_server_start(first, second, NULL);
	strata_node *node = begin(server);
	strata_exchange both[2] = { asking(node, "a\n", 1), asking(node, "b\n", 1) };

	run(both, 2, FIXTURE_PATIENCE_USEC);
	CHECK(both[0].result == STRATA_OK && said(&both[0], 0, "1"));
	CHECK(both[1].result == STRATA_OK && said(&both[1], 0, "2"));
	CHECK(both[0].connection != both[1].connection);
	strata_io_loop_release(&both[0]);
	strata_io_loop_release(&both[1]);
	/* Both were kept, and the one that came back last goes first. */
	both[0] = asking(node, "c\n", 1);
	both[1] = asking(node, "d\n", 1);
	run(both, 2, FIXTURE_PATIENCE_USEC);
	CHECK(said(&both[0], 0, "3") && said(&both[1], 0, "4"));
	strata_io_loop_release(&both[0]);
	strata_io_loop_release(&both[1]);
	CHECK(scripted_server_accepted(server) == 2);
	end(node, server);
}

static void at_most_two_connections_are_kept(void)
{
	static const scripted_step script[] = { EXPECT("x\n"), SEND("y\n"), END };
	static const scripted_step twice[] = { EXPECT("x\n"), SEND("y\n"), EXPECT("x\n"), SEND("y\n"),
		END };
	scripted_server *server = scripted_server_start(twice, twice, script, script, NULL);
	strata_node *node = begin(server);
	strata_exchange three[3];

	for (int i = 0; i < 3; i++) {
		three[i] = asking(node, "x\n", 1);
	}
	run(three, 3, FIXTURE_PATIENCE_USEC);
	for (int i = 0; i < 3; i++) {
		CHECK(three[i].result == STRATA_OK);
		strata_io_loop_release(&three[i]);
		three[i] = asking(node, "x\n", 1);
	}
	run(three, 3, FIXTURE_PATIENCE_USEC);
	for (int i = 0; i < 3; i++) {
		CHECK(three[i].result == STRATA_OK);
		strata_io_loop_release(&three[i]);
	}
	CHECK(scripted_server_accepted(server) == 4);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 0);
	end(node, server);
}

static void a_reply_that_comes_too_late_meets_nobody(void)
{
	static const scripted_step late[] = { EXPECT("one\n"), AWAIT_GATE, SEND("1\n"), END };
	static const scripted_step fresh[] = { EXPECT("two\n"), SEND("2\n"), END };
	scripted_server *server = scripted_server_start(late, fresh, NULL);
	strata_node *node = begin(server);
	strata_exchange exchange = asking(node, "one\n", 1);

	run(&exchange, 1, SHORT_USEC);
	CHECK(exchange.result == STRATA_TIMEOUT);
	CHECK(exchange.connection == NULL && exchange.received == 0);
	CHECK(strstr(exchange.error.text, ": waiting for a reply: timed out") != NULL);
	strata_io_loop_release(&exchange);
	scripted_server_open_gate(server);
	CHECK(ask(node, "two\n", "2") == STRATA_OK);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 1);
	CHECK(remote_fixture_reason(&fixture, STRATA_TIMEOUT) == 1);
	end(node, server);
}

static void a_trickle_does_not_stretch_the_deadline(void)
{
	static const scripted_step script[] = { EXPECT("one\n"),
		DRIP("a reply that is long enough to take seconds, one byte at a time, as it comes here\n",
			20),
		LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);
	strata_exchange exchange = asking(node, "one\n", 1);

	run(&exchange, 1, SHORT_USEC);
	CHECK(exchange.result == STRATA_TIMEOUT);
	CHECK(exchange.received == 0);
	strata_io_loop_release(&exchange);
	end(node, server);
}

static void a_deadline_that_has_passed_costs_no_connection(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SEND("1\n"), EXPECT("two\n"),
		SEND("2\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);
	strata_exchange exchange;

	CHECK(ask(node, "one\n", "1") == STRATA_OK);
	exchange = asking(node, "lost\n", 1);
	run(&exchange, 1, 0);
	CHECK(exchange.result == STRATA_TIMEOUT);
	strata_io_loop_release(&exchange);
	CHECK(ask(node, "two\n", "2") == STRATA_OK);
	CHECK(scripted_server_accepted(server) == 1);
	end(node, server);
}

static void a_cut_reply_is_no_reply(void)
{
	static const scripted_step script[] = { EXPECT("a\nb\n"), SEND("1\nhal"), CLOSE };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);
	strata_exchange exchange = asking(node, "a\nb\n", 2);

	run(&exchange, 1, FIXTURE_PATIENCE_USEC);
	CHECK(exchange.result == STRATA_CONNECTION);
	CHECK(exchange.received == 1 && said(&exchange, 0, "1"));
	CHECK(exchange.connection == NULL);
	CHECK(strstr(exchange.error.text, "the server closed the connection") != NULL);
	strata_io_loop_release(&exchange);
	end(node, server);
}

static void a_reset_is_a_broken_connection(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), RESET };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);

	CHECK(ask(node, "one\n", "") == STRATA_CONNECTION);
	CHECK(remote_fixture_reason(&fixture, STRATA_CONNECTION) == 1);
	end(node, server);
}

static void a_refused_connection_is_refused(void)
{
	uint16_t port = 0;
	int reserved = scripted_refusing_port(&port);
	strata_node *node;
	strata_exchange exchange;
	char expected[96];

	remote_fixture_begin(&fixture);
	node = node_at("127.0.0.1", port);
	exchange = asking(node, "one\n", 1);
	run(&exchange, 1, FIXTURE_PATIENCE_USEC);
	snprintf(expected, sizeof(expected), "line 127.0.0.1:%u: connecting: Connection refused",
		(unsigned) port);
	CHECK(exchange.result == STRATA_REFUSED);
	CHECK(strcmp(exchange.error.text, expected) == 0);
	strata_io_loop_release(&exchange);
	CHECK(remote_fixture_reason(&fixture, STRATA_REFUSED) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CONNECTS) == 0);
	strata_node_free(node);
	close(reserved);
	remote_fixture_end(&fixture);
}

static void a_name_that_leads_nowhere_is_a_failed_connection(void)
{
	char name[80];
	strata_node *node;
	strata_exchange exchange;

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	remote_fixture_begin(&fixture);
	node = node_at(name, 1);
	exchange = asking(node, "one\n", 1);
	run(&exchange, 1, FIXTURE_PATIENCE_USEC);
	CHECK(exchange.result == STRATA_CONNECTION);
	CHECK(strstr(exchange.error.text, "resolving the name: ") != NULL);
	strata_io_loop_release(&exchange);
	strata_node_free(node);
	remote_fixture_end(&fixture);
}

static void without_descriptors_the_error_says_so(void)
{
	struct rlimit before, none;
	strata_node *node;
	strata_exchange exchange;

	remote_fixture_begin(&fixture);
	node = node_at("127.0.0.1", 1);
	exchange = asking(node, "one\n", 1);
	REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
	none = (struct rlimit){ 4, before.rlim_max };
	REQUIRE(dup(0) >= 0);
	REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
	run(&exchange, 1, FIXTURE_PATIENCE_USEC);
	REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
	CHECK(exchange.result == STRATA_EXHAUSTED);
	CHECK(strstr(exchange.error.text, "Too many open files") != NULL);
	strata_io_loop_release(&exchange);
	strata_node_free(node);
	remote_fixture_end(&fixture);
}

static void unasked_bytes_while_idle_are_never_a_reply(void)
{
	static const scripted_step chatty[] = { EXPECT("one\n"), SEND("1\n"), AWAIT_GATE,
		SEND("unasked\n"), END };
	static const scripted_step fresh[] = { EXPECT("two\n"), SEND("2\n"), END };
	scripted_server *server = scripted_server_start(chatty, fresh, NULL);
	strata_node *node = begin(server);

	ask_and_await_unfitness(node, server);
	CHECK(ask(node, "two\n", "2") == STRATA_OK);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 1);
	end(node, server);
}

static void a_connection_closed_while_idle_is_replaced_in_silence(void)
{
	static const scripted_step leaving[] = { EXPECT("one\n"), SEND("1\n"), AWAIT_GATE, CLOSE };
	static const scripted_step fresh[] = { EXPECT("two\n"), SEND("2\n"), END };
	scripted_server *server = scripted_server_start(leaving, fresh, NULL);
	strata_node *node = begin(server);

	ask_and_await_unfitness(node, server);
	CHECK(ask(node, "two\n", "2") == STRATA_OK);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CONNECTS) == 2);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 1);
	CHECK(remote_fixture_reason(&fixture, STRATA_CONNECTION) == 0);
	end(node, server);
}

static void distrust_closes_the_connection_and_the_idle_ones(void)
{
	static const scripted_step script[] = { EXPECT("x\n"), SEND("y\n"), END };
	static const scripted_step twice[] = { EXPECT("x\n"), SEND("y\n"), EXPECT("x\n"), SEND("y\n"),
		END };
	scripted_server *server = scripted_server_start(script, twice, script, NULL);
	strata_node *node = begin(server);
	strata_exchange both[2] = { asking(node, "x\n", 1), asking(node, "x\n", 1) };
	strata_exchange one;

	run(both, 2, FIXTURE_PATIENCE_USEC);
	strata_io_loop_release(&both[0]);
	strata_io_loop_release(&both[1]);
	one = asking(node, "x\n", 1);
	run(&one, 1, FIXTURE_PATIENCE_USEC);
	CHECK(one.result == STRATA_OK);
	one.verdict = STRATA_MISMATCH;
	strata_io_loop_release(&one);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 1);
	CHECK(remote_fixture_reason(&fixture, STRATA_DESYNC) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 2);
	CHECK(ask(node, "x\n", "y") == STRATA_OK);
	CHECK(scripted_server_accepted(server) == 3);
	end(node, server);
}

static void a_poisoned_connection_is_closed_at_its_release(void)
{
	static const scripted_step script[] = { EXPECT("x\n"), SEND("y\n"), END };
	scripted_server *server = scripted_server_start(script, script, NULL);
	strata_node *node = begin(server);
	strata_exchange exchange = asking(node, "x\n", 1);

	run(&exchange, 1, FIXTURE_PATIENCE_USEC);
	REQUIRE(exchange.connection != NULL);
	strata_connection_poison(exchange.connection);
	strata_io_loop_release(&exchange);
	CHECK(ask(node, "x\n", "y") == STRATA_OK);
	CHECK(scripted_server_accepted(server) == 2);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 0);
	end(node, server);
}

static void a_child_opens_its_own_connection_and_leaves_the_parents_alone(void)
{
	static const scripted_step parents[] = { EXPECT("one\n"), SEND("1\n"), EXPECT("three\n"),
		SEND("3\n"), END };
	static const scripted_step childs[] = { EXPECT("two\n"), SEND("2\n"), LEAVE };
	scripted_server *server = scripted_server_start(parents, childs, NULL);
	strata_node *node = begin(server);
	int status = 0;
	pid_t child;

	CHECK(ask(node, "one\n", "1") == STRATA_OK);
	child = fork();
	if (child == 0) {
		_exit(ask(node, "two\n", "2") == STRATA_OK ? 0 : 1);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(ask(node, "three\n", "3") == STRATA_OK);
	CHECK(scripted_server_accepted(server) == 2);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 0);
	end(node, server);
}

/* Writes all its megabytes before it reads any: who insists on writing first waits for ever. */
static bool answer_while_asked(int fd, void *context)
{
	static char block[64 * 1024];
	const int little = sizeof(block);
	bool ended = false;

	(void) context;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &little, sizeof(little));
	memset(block, 'r', sizeof(block));
	for (size_t sent = 0; sent < LARGE; sent += sizeof(block)) {
		if (send(fd, block, sizeof(block), MSG_NOSIGNAL) != sizeof(block)) {
			return false;
		}
	}
	while (!ended) {
		ssize_t got = recv(fd, block, sizeof(block), 0);

		if (got <= 0) {
			return false;
		}
		ended = block[got - 1] == '\n';
	}
	return send(fd, "\n", 1, MSG_NOSIGNAL) == 1;
}

static void megabytes_go_both_ways_at_once(void)
{
	static const scripted_step script[] = { ACT(answer_while_asked, NULL), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);
	strata_exchange exchange = { .node = node, .expected = 1 };
	const strata_view *reply;

	REQUIRE(strata_buffer_reserve(&exchange.request, REQUEST + 1) == 0);
	memset(exchange.request.data, 'q', REQUEST);
	exchange.request.data[REQUEST] = '\n';
	exchange.request.size = REQUEST + 1;
	run(&exchange, 1, FIXTURE_PATIENCE_USEC);
	REQUIRE(exchange.result == STRATA_OK && exchange.received == 1);
	reply = exchange.replies[0];
	CHECK(reply->size == LARGE && reply->data[0] == 'r' && reply->data[LARGE - 1] == 'r');
	strata_io_loop_release(&exchange);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_BYTES_SENT) == REQUEST + 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_BYTES_RECEIVED) == LARGE + 1);
	end(node, server);
}

int main(void)
{
	RUN(a_node_is_named_as_people_write_it);
	RUN(one_connection_serves_one_run_after_another);
	RUN(a_unix_socket_is_a_node_too);
	RUN(two_nodes_are_asked_before_either_answers);
	RUN(one_dead_node_leaves_the_others_their_answers);
	RUN(two_exchanges_with_one_node_have_a_connection_each);
	RUN(at_most_two_connections_are_kept);
	RUN(a_reply_that_comes_too_late_meets_nobody);
	RUN(a_trickle_does_not_stretch_the_deadline);
	RUN(a_deadline_that_has_passed_costs_no_connection);
	RUN(a_cut_reply_is_no_reply);
	RUN(a_reset_is_a_broken_connection);
	RUN(a_refused_connection_is_refused);
	RUN(a_name_that_leads_nowhere_is_a_failed_connection);
	RUN(without_descriptors_the_error_says_so);
	RUN(unasked_bytes_while_idle_are_never_a_reply);
	RUN(a_connection_closed_while_idle_is_replaced_in_silence);
	RUN(distrust_closes_the_connection_and_the_idle_ones);
	RUN(a_poisoned_connection_is_closed_at_its_release);
	RUN(a_child_opens_its_own_connection_and_leaves_the_parents_alone);
	RUN(megabytes_go_both_ways_at_once);
	return unit_end();
}
