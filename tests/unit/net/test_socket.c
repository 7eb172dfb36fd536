#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

#include "os/clock.h"
#include "scripted_server.h"
#include "unit.h"

enum { PATIENCE_USEC = 10 * 1000 * 1000 };

static int cause;

static strata_address loopback(uint16_t port)
{
	strata_address address;
	const char *words;

	REQUIRE(strata_address_read("127.0.0.1", port, &address, &words) == STRATA_OK);
	return address;
}

static void await(int fd, short events)
{
	struct pollfd polled = { .fd = fd, .events = events };

	REQUIRE(
		strata_socket_wait(&polled, 1, strata_clock_usec() + PATIENCE_USEC, &cause) == STRATA_OK);
	REQUIRE(polled.revents != 0);
}

static int connected(uint16_t port)
{
	strata_address address = loopback(port);
	int fd;

	REQUIRE(strata_socket_begin_connect(&address, &fd, &cause) == STRATA_OK);
	await(fd, POLLOUT);
	REQUIRE(strata_socket_finish_connect(fd, &cause) == STRATA_OK);
	return fd;
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);

	REQUIRE(getsockopt(fd, level, name, &value, &size) == 0);
	return value;
}

static void a_connection_never_blocks_is_closed_on_exec_and_kept_alive(void)
{
	static const scripted_step script[] = { END };
	scripted_server *server = scripted_server_start(script, NULL);
	int fd = connected(scripted_server_port(server));

	CHECK((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
	CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	CHECK(option(fd, IPPROTO_TCP, TCP_NODELAY) != 0);
	CHECK(option(fd, SOL_SOCKET, SO_KEEPALIVE) != 0);
	CHECK(option(fd, IPPROTO_TCP, TCP_KEEPIDLE) == 15);
	CHECK(option(fd, IPPROTO_TCP, TCP_KEEPINTVL) == 5);
	CHECK(option(fd, IPPROTO_TCP, TCP_KEEPCNT) == 3);
	CHECK(option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT) == 2000);
	strata_socket_close(fd);
	CHECK(scripted_server_end(server));
}

static void bytes_go_both_ways(void)
{
	static const scripted_step script[] = { EXPECT("question"), SEND("answer"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	int fd = connected(scripted_server_port(server));
	char room[64];
	size_t count;

	CHECK(strata_socket_is_quiet(fd));
	CHECK(strata_socket_receive(fd, room, sizeof(room), &count, &cause) == STRATA_OK);
	CHECK(count == 0);
	CHECK(strata_socket_send(fd, strata_view_of("question"), &count, &cause) == STRATA_OK);
	CHECK(count == 8);
	await(fd, POLLIN);
	CHECK(!strata_socket_is_quiet(fd));
	CHECK(strata_socket_receive(fd, room, sizeof(room), &count, &cause) == STRATA_OK);
	CHECK(count == 6 && memcmp(room, "answer", 6) == 0);
	CHECK(strata_socket_is_quiet(fd));
	strata_socket_close(fd);
	CHECK(scripted_server_end(server));
}

static void a_port_nobody_listens_on_is_refused(void)
{
	uint16_t port = 0;
	int reserved = scripted_refusing_port(&port);
	strata_address address = loopback(port);
	int fd;
	strata_result result = strata_socket_begin_connect(&address, &fd, &cause);

	if (result == STRATA_OK) {
		await(fd, POLLOUT);
		result = strata_socket_finish_connect(fd, &cause);
	}
	CHECK(result == STRATA_REFUSED);
	CHECK(cause == ECONNREFUSED);
	strata_socket_close(fd);
	close(reserved);
}

static void a_closed_peer_is_not_quiet_and_has_its_own_words(void)
{
	static const scripted_step script[] = { CLOSE };
	scripted_server *server = scripted_server_start(script, NULL);
	int fd = connected(scripted_server_port(server));
	char room[8];
	size_t count;

	await(fd, POLLIN);
	CHECK(!strata_socket_is_quiet(fd));
	CHECK(strata_socket_receive(fd, room, sizeof(room), &count, &cause) == STRATA_CONNECTION);
	CHECK(cause == 0);
	CHECK(strcmp(strata_socket_cause(cause), "the server closed the connection") == 0);
	strata_socket_close(fd);
	CHECK(scripted_server_end(server));
}

static void writing_to_a_reset_connection_fails_without_a_signal(void)
{
	static const scripted_step script[] = { RESET };
	scripted_server *server = scripted_server_start(script, NULL);
	int fd = connected(scripted_server_port(server));
	size_t count;

	await(fd, POLLIN);
	CHECK(!strata_socket_is_quiet(fd));
	CHECK(strata_socket_send(fd, strata_view_of("x"), &count, &cause) == STRATA_CONNECTION);
	CHECK(count == 0 && cause != 0);
	strata_socket_close(fd);
	CHECK(scripted_server_end(server));
}

static void without_a_free_descriptor_the_cause_is_said(void)
{
	struct rlimit before, none;
	strata_address address = loopback(1);
	int fd;

	REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
	none = (struct rlimit){ 0, before.rlim_max };
	REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
	CHECK(strata_socket_begin_connect(&address, &fd, &cause) == STRATA_EXHAUSTED);
	REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
	CHECK(fd == -1 && cause == EMFILE);
	CHECK(strcmp(strata_socket_cause(cause), strerror(EMFILE)) == 0);
}

/* ---- signals ---- */

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

static void signals_neither_end_a_wait_nor_lengthen_it(void)
{
	static const scripted_step script[] = { END };
	const struct sigaction counting = { .sa_handler = count_signal };
	scripted_server *server = scripted_server_start(script, NULL);
	struct pollfd polled = { .fd = connected(scripted_server_port(server)), .events = POLLIN };
	pthread_t self = pthread_self(), other;
	strata_usec deadline = strata_clock_usec() + 60 * 1000;

	sigaction(SIGUSR1, &counting, NULL);
	is_over = false;
	REQUIRE(pthread_create(&other, NULL, disturb, &self) == 0);
	CHECK(strata_socket_wait(&polled, 1, deadline, &cause) == STRATA_OK);
	CHECK(polled.revents == 0);
	CHECK(strata_clock_usec() >= deadline);
	is_over = true;
	pthread_join(other, NULL);
	CHECK(signals > 1);
	strata_socket_close(polled.fd);
	CHECK(scripted_server_end(server));
}

int main(void)
{
	RUN(a_connection_never_blocks_is_closed_on_exec_and_kept_alive);
	RUN(bytes_go_both_ways);
	RUN(a_port_nobody_listens_on_is_refused);
	RUN(a_closed_peer_is_not_quiet_and_has_its_own_words);
	RUN(writing_to_a_reset_connection_fails_without_a_signal);
	RUN(without_a_free_descriptor_the_cause_is_said);
	RUN(signals_neither_end_a_wait_nor_lengthen_it);
	return unit_end();
}
