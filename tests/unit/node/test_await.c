#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "line_protocol.h"
#include "os/clock.h"
#include "node/io_loop.h"
#include "net/socket.h"
#include "remote_fixture.h"
#include "scripted_server.h"
#include "unit.h"

enum { OPERATION_USEC = 200 * 1000 };

static int cause;

/* ---- one socket ---- */

typedef struct {
	int ours;
	int theirs;
} pair;

static pair connected_pair(strata_usec longest)
{
	int ends[2];

	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
	REQUIRE(strata_socket_let_wait(ends[0], longest) == 0);
	return (pair){ ends[0], ends[1] };
}

static void close_pair(pair pair)
{
	strata_socket_close(pair.ours);
	strata_socket_close(pair.theirs);
}

static void an_await_ends_with_nothing_when_its_time_is_over(void)
{
	pair pair = connected_pair(50 * 1000);
	strata_usec before = strata_clock_usec();
	char room[8];
	size_t count;

	CHECK(strata_socket_await(pair.ours, room, sizeof(room), &count, &cause) == STRATA_OK);
	CHECK(count == 0);
	CHECK(strata_clock_usec() - before >= 40 * 1000);
	close_pair(pair);
}

static void an_await_ends_with_the_bytes_or_the_end(void)
{
	pair pair = connected_pair(10 * 1000 * 1000);
	char room[8];
	size_t count;

	REQUIRE(write(pair.theirs, "ab", 2) == 2);
	CHECK(strata_socket_await(pair.ours, room, sizeof(room), &count, &cause) == STRATA_OK);
	CHECK(count == 2 && memcmp(room, "ab", 2) == 0);
	REQUIRE(shutdown(pair.theirs, SHUT_WR) == 0);
	CHECK(strata_socket_await(pair.ours, room, sizeof(room), &count, &cause) == STRATA_CONNECTION);
	CHECK(count == 0 && cause == 0);
	close_pair(pair);
}

/* What is not meant to wait does not, on a socket that could. */
static void nothing_else_waits(void)
{
	static char much[1024 * 1024];
	pair pair = connected_pair(10 * 1000 * 1000);
	strata_usec before = strata_clock_usec();
	size_t count = 1;
	char room[8];

	CHECK((fcntl(pair.ours, F_GETFL) & O_NONBLOCK) == 0);
	CHECK(strata_socket_is_quiet(pair.ours));
	CHECK(strata_socket_receive(pair.ours, room, sizeof(room), &count, &cause) == STRATA_OK);
	CHECK(count == 0);
	while (strata_socket_send(pair.ours, (strata_view){ much, sizeof(much) }, &count, &cause) ==
			   STRATA_OK &&
		   count > 0) {
	}
	CHECK(cause == 0 && count == 0);
	CHECK(strata_clock_usec() - before < 10 * 1000 * 1000);
	close_pair(pair);
}

/* ---- an exchange ---- */

static remote_fixture fixture;

static strata_node *begin(scripted_server *server)
{
	remote_fixture_begin(&fixture);
	fixture.options.operation_timeout = OPERATION_USEC;
	return strata_node_new(&line_protocol, &fixture.options, "127.0.0.1",
		scripted_server_port(server), STRATA_NODE_CONFIGURED, fixture.stats);
}

static void end(strata_node *node, scripted_server *server)
{
	strata_node_free(node);
	CHECK(scripted_server_end(server));
	remote_fixture_end(&fixture);
}

/* With all the time that an operation may take, so that the wait happens in the receive. */
static strata_result ask(strata_node *node, strata_usec *took)
{
	strata_exchange exchange = { .node = node, .expected = 1 };
	strata_usec before = strata_clock_usec();
	strata_usec now = before;

	REQUIRE(strata_buffer_append(&exchange.request, strata_view_of("one\n")) == 0);
	strata_io_loop_run(&exchange, 1, before + OPERATION_USEC, fixture.arena, &now);
	*took = strata_clock_usec() - before;
	strata_buffer_fini(&exchange.request);
	strata_io_loop_release(&exchange);
	return exchange.result;
}

static void a_silent_server_is_given_up_at_the_deadline(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);
	strata_usec took;

	REQUIRE(node != NULL);
	CHECK(ask(node, &took) == STRATA_TIMEOUT);
	CHECK(took >= OPERATION_USEC);
	end(node, server);
}

static void a_trickle_is_given_up_at_the_deadline(void)
{
	static const scripted_step script[] = { EXPECT("one\n"),
		DRIP("a reply that would take more than ten seconds, one byte at a time\n", 150), LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);
	strata_usec took;

	REQUIRE(node != NULL);
	CHECK(ask(node, &took) == STRATA_TIMEOUT);
	CHECK(took >= OPERATION_USEC);
	end(node, server);
}

static void a_reply_that_comes_after_the_wait_is_still_in_time(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SLEEP(OPERATION_USEC / 1000 * 6 / 10),
		SEND("1\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);
	strata_usec took;

	REQUIRE(node != NULL);
	/* Unless this machine was away for longer than that. */
	CHECK(ask(node, &took) == STRATA_OK || took >= OPERATION_USEC);
	end(node, server);
}

static _Atomic bool is_over;
static _Atomic unsigned signals;

static void count_signal(int number)
{
	(void) number;
	signals++;
}

static void *disturb(void *sleeper)
{
	while (!is_over) {
		struct timespec pause = { 0, 2000000 };

		pthread_kill(*(pthread_t *) sleeper, SIGUSR1);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static void signals_neither_end_an_exchange_nor_lengthen_it(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), LEAVE };
	const struct sigaction counting = { .sa_handler = count_signal };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_node *node = begin(server);
	pthread_t self = pthread_self(), other;
	strata_usec took;

	REQUIRE(node != NULL);
	sigaction(SIGUSR1, &counting, NULL);
	REQUIRE(pthread_create(&other, NULL, disturb, &self) == 0);
	CHECK(ask(node, &took) == STRATA_TIMEOUT);
	CHECK(took >= OPERATION_USEC);
	is_over = true;
	pthread_join(other, NULL);
	CHECK(signals > 1);
	end(node, server);
}

int main(void)
{
	RUN(an_await_ends_with_nothing_when_its_time_is_over);
	RUN(an_await_ends_with_the_bytes_or_the_end);
	RUN(nothing_else_waits);
	RUN(a_silent_server_is_given_up_at_the_deadline);
	RUN(a_trickle_is_given_up_at_the_deadline);
	RUN(a_reply_that_comes_after_the_wait_is_still_in_time);
	RUN(signals_neither_end_an_exchange_nor_lengthen_it);
	return unit_end();
}
