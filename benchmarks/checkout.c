/*
 * checkout.c HOST:PORT — what strata adds to a question to a memcached server, without PHP:
 *
 *   checkout    may the node be asked, a warm connection with its checks, how it went, back again:
 *               everything that node/node.c does for one operation, and no question in between
 *   exchange    a whole question, "mg key v", and its reply through node/io_loop.c
 *   bare loop   the same bytes with one send() and one recv() that waits
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/process.h"
#include "health/breaker_table.h"
#include "node/io_loop.h"
#include "protocol/memcached_protocol.h"
#include "protocol/meta.h"

enum { ROUNDS = 41, CHECKOUTS = 20000, QUESTIONS = 2000 };

static const char question[] = "mg strata:nothing v\r\n";

static strata_node *node;

static void require(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "checkout: %s\n", what);
		exit(1);
	}
}

static double now_usec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

static strata_node *new_node(const char *host, uint16_t port)
{
	static strata_client_options options = {
		.connect_timeout = 1000000,
		.operation_timeout = 1000000,
		.check_after_idle = 10000000,
		.idle_close = 50000000,
		.max_lifetime = 300000000,
		.max_reply = 1 << 20,
		.limits = { 64, 50, 1000 },
	};
	strata_host *shared;
	strata_process_slots *slots;
	strata_stats *stats;

	require(strata_process_watch_forks() == STRATA_OK && strata_host_new(&shared) == STRATA_OK &&
				strata_process_slots_new(shared, &slots) == STRATA_OK &&
				strata_stats_new(shared, slots, &stats) == STRATA_OK &&
				strata_breaker_table_new(shared, slots, &options.breaker_table) == STRATA_OK,
		"no memory to share");
	return strata_node_new(&strata_memcached_protocol, &options, host, port, STRATA_NODE_CONFIGURED,
		stats);
}

static void ask(void)
{
	strata_arena *arena = strata_arena_new();
	strata_exchange exchange = { .node = node, .expected = 1 };
	strata_usec now = strata_clock_usec();

	require(arena != NULL && strata_buffer_append(&exchange.request, strata_view_of(question)) == 0,
		"no memory");
	strata_io_loop_run(&exchange, 1, now + 1000000, arena, &now);
	require(exchange.result == STRATA_OK, exchange.error.text);
	strata_io_loop_release(&exchange);
	strata_buffer_fini(&exchange.request);
	strata_arena_free(arena);
}

static void check_out(void)
{
	strata_connection *connection;
	strata_protocol_error error;
	strata_usec now = strata_clock_usec();

	require(strata_node_enter(node, STRATA_PRIORITY_NORMAL, &now, 0, &error) == STRATA_OK &&
				strata_node_acquire(node, &now, &connection, &error) == STRATA_OK,
		"no connection");
	strata_node_timed(node, 50);
	strata_node_leave(node, STRATA_OUTCOME_OK, now);
	strata_node_release(node, connection);
}

static int bare;

static void connect_bare(const char *host, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1;

	bare = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	require(inet_pton(AF_INET, host, &to.sin_addr) == 1 &&
				connect(bare, (struct sockaddr *) &to, sizeof(to)) == 0 &&
				setsockopt(bare, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0,
		"the server cannot be reached");
}

static void ask_bare(void)
{
	char reply[64];

	require(send(bare, question, sizeof(question) - 1, MSG_NOSIGNAL) > 0 &&
				recv(bare, reply, sizeof(reply), 0) > 0,
		"the server does not answer");
}

static double time_of(void (*act)(void), int times)
{
	double began = now_usec();

	for (int i = 0; i < times; i++) {
		act();
	}
	return (now_usec() - began) / times;
}

static int by_value(const void *one, const void *other)
{
	double difference = *(const double *) one - *(const double *) other;

	return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), by_value);
	return values[ROUNDS / 2];
}

int main(int count, char **arguments)
{
	double checkouts[ROUNDS], exchanges[ROUNDS], loops[ROUNDS];
	char *colon = count == 2 ? strrchr(arguments[1], ':') : NULL;
	uint16_t port;

	require(colon != NULL, "usage: checkout HOST:PORT");
	*colon = '\0';
	port = (uint16_t) atoi(colon + 1);
	node = new_node(arguments[1], port);
	require(node != NULL, "no memory");
	connect_bare(arguments[1], port);
	ask();
	/* In turns, so that what else the machine does meets them all. */
	for (int i = 0; i < ROUNDS; i++) {
		checkouts[i] = time_of(check_out, CHECKOUTS);
		exchanges[i] = time_of(ask, QUESTIONS);
		loops[i] = time_of(ask_bare, QUESTIONS);
	}
	printf("without PHP, medians of %d rounds\n", ROUNDS);
	printf("  %-40s %10.2f us   < 1\n", "checkout, checks and return", median(checkouts));
	printf("  %-40s %10.2f us\n", "exchange with a server", median(exchanges));
	printf("  %-40s %10.2f us   exchange / loop %.2f\n", "bare send and recv loop", median(loops),
		exchanges[ROUNDS / 2] / loops[ROUNDS / 2]);
	return 0;
}
