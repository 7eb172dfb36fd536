/*
 * Options of every TCP connection:
 *
 *   TCP_NODELAY         a command is written in one piece and must leave at once
 *   SO_KEEPALIVE 15/5/3 an idle connection to a vanished peer is noticed after 30 seconds
 *   TCP_USER_TIMEOUT    unacknowledged bytes end the connection after 2 seconds
 *
 * A connection works without them, so their errors are ignored. Deadlines do not depend on them:
 * strata_socket_wait() keeps those.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/compiler.h"
#include "os/clock.h"

enum {
	KEEPALIVE_IDLE_SECONDS = 15,
	KEEPALIVE_INTERVAL_SECONDS = 5,
	KEEPALIVE_PROBES = 3,
	UNACKNOWLEDGED_MSEC = 2000
};

static strata_result failure_of(int error)
{
	switch (error) {
		case ECONNREFUSED: return STRATA_REFUSED;
		case ETIMEDOUT: return STRATA_TIMEOUT;
		case ENOMEM: return STRATA_NO_MEMORY;
		case EMFILE:
		case ENFILE:
		case ENOBUFS:
		case EADDRNOTAVAIL: return STRATA_EXHAUSTED;
	}
	return STRATA_CONNECTION;
}

static strata_result fail(int error, int *cause)
{
	*cause = error;
	return failure_of(error);
}

static bool must_wait(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static void set(int fd, int level, int option, int value)
{
	(void) setsockopt(fd, level, option, &value, sizeof(value));
}

static void tune(int fd, int family)
{
	if (family == AF_UNIX) {
		return;
	}
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
	set(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS);
	set(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
	set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MSEC);
}

/*
 * EINTR leaves the connect under way like EINPROGRESS. EAGAIN does not: a unix socket returns it
 * when its backlog is full, and no poll would help.
 */
static bool is_under_way(int error)
{
	return error == EINPROGRESS || error == EINTR;
}

strata_result strata_socket_begin_connect(const strata_address *address, int *fd, int *cause)
{
	const struct sockaddr *target = (const struct sockaddr *) &address->bytes;
	int opened = socket(target->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	*fd = -1;
	*cause = 0;
	if (opened < 0) {
		return fail(errno, cause);
	}
	tune(opened, target->sa_family);
	if (connect(opened, target, address->size) != 0 && !is_under_way(errno)) {
		strata_result result = fail(errno, cause);

		strata_socket_close(opened);
		return result;
	}
	*fd = opened;
	return STRATA_OK;
}

strata_result strata_socket_finish_connect(int fd, int *cause)
{
	int error = 0;
	socklen_t size = sizeof(error);

	*cause = 0;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
		error = errno;
	}
	return error == 0 ? STRATA_OK : fail(error, cause);
}

strata_result strata_socket_send(int fd, strata_view bytes, size_t *sent, int *cause)
{
	ssize_t count = send(fd, bytes.data, bytes.size, MSG_NOSIGNAL | MSG_DONTWAIT);

	*sent = count > 0 ? (size_t) count : 0;
	*cause = 0;
	return count >= 0 || must_wait(errno) ? STRATA_OK : fail(errno, cause);
}

/* Turns the outcome of recv() into a result. */
static strata_result classify_received(ssize_t count, size_t *received, int *cause)
{
	*received = count > 0 ? (size_t) count : 0;
	*cause = 0;
	if (count == 0) {
		return STRATA_CONNECTION;
	}
	return count > 0 || must_wait(errno) ? STRATA_OK : fail(errno, cause);
}

strata_result strata_socket_receive(int fd, char *room, size_t size, size_t *received, int *cause)
{
	return classify_received(recv(fd, room, size, MSG_DONTWAIT), received, cause);
}

/*
 * Calls that must not wait say so each time, so the mode of the socket means nothing to them. A
 * non-blocking socket would ignore SO_RCVTIMEO.
 */
int strata_socket_let_wait(int fd, strata_usec longest)
{
	struct timeval time = { (time_t) (longest / 1000000), (suseconds_t) (longest % 1000000) };
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) != 0) {
		return -1;
	}
	return fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0 ? 0 : -1;
}

strata_result strata_socket_await(int fd, char *room, size_t size, size_t *received, int *cause)
{
	return classify_received(recv(fd, room, size, 0), received, cause);
}

bool strata_socket_is_quiet(int fd)
{
	char byte;
	ssize_t count = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

static struct timespec until(strata_usec deadline)
{
	strata_usec now = strata_clock_usec();
	strata_usec left = deadline > now ? deadline - now : 0;

	return (struct timespec){ (time_t) (left / 1000000), (long) (left % 1000000) * 1000 };
}

strata_result strata_socket_wait(struct pollfd *sockets, size_t count, strata_usec deadline,
	int *cause)
{
	int ready;

	*cause = 0;
	do {
		struct timespec left = until(deadline);

		ready = ppoll(sockets, count, &left, NULL);
	} while (ready < 0 && errno == EINTR);
	return ready >= 0 ? STRATA_OK : fail(errno, cause);
}

/*
 * All that is waited for costs one system call for each look, in the clear or through TLS. Trying
 * to receive instead is no faster, for one socket (23 to 25 us for a round trip over loopback
 * either way) or for three. A yield instead of the pause would hand the core to whatever else is
 * ready, for milliseconds. What fails is left to the wait that follows.
 */
bool strata_socket_spin(struct pollfd *sockets, size_t count, strata_usec until, strata_usec *now)
{
	const struct timespec none = { 0, 0 };

	do {
		int ready = ppoll(sockets, count, &none, NULL);

		*now = strata_clock_usec();
		if (ready != 0 && (ready > 0 || errno != EINTR)) {
			return ready > 0;
		}
		strata_pause();
	} while (*now < until);
	return false;
}

/* Thread-safe: strerror() returns constants for the errors of sockets, in glibc and musl. */
const char *strata_socket_cause(int cause)
{
	return cause == 0 ? "the server closed the connection" : strerror(cause);
}

void strata_socket_close(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

void strata_socket_reset(int fd)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	if (fd >= 0) {
		(void) setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	}
	strata_socket_close(fd);
}
