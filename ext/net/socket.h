/* socket: non-blocking connections to a peer; only wait, spin and await wait. */
#ifndef STRATA_NET_SOCKET_H
#define STRATA_NET_SOCKET_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/result.h"
#include "base/time.h"
#include "base/view.h"
#include "net/address.h"

/*
 * A failure says why in *cause: an errno, or 0 when the peer closed the connection. The result
 * tells REFUSED, TIMEOUT and CONNECTION apart.
 */

/*
 * Begins to connect. *fd is a non-blocking socket, closed on exec, or -1 on failure. It becomes
 * writable when strata_socket_finish_connect() can tell the outcome.
 */
STRATA_MUST_CHECK strata_result strata_socket_begin_connect(const strata_address *address, int *fd,
	int *cause);
STRATA_MUST_CHECK strata_result strata_socket_finish_connect(int fd, int *cause);

/* As much as goes without waiting, 0 bytes included. */
STRATA_MUST_CHECK strata_result strata_socket_send(int fd, strata_view bytes, size_t *sent,
	int *cause);
STRATA_MUST_CHECK strata_result strata_socket_receive(int fd, char *room, size_t size,
	size_t *received, int *cause);

/*
 * One system call instead of a wait and a receive, for a caller that waits for nothing else.
 *
 * strata_socket_let_wait() is for connected sockets and returns 0, or -1. After it an await waits
 * for bytes for this long. The kernel's coarse clock adds up to an eighth and STRATA_SOCKET_TICK.
 * Then, or after a signal, the await is OK with 0 bytes.
 */
enum { STRATA_SOCKET_TICK = 10000 /* usec */ };
int strata_socket_let_wait(int fd, strata_usec longest);
STRATA_MUST_CHECK strata_result strata_socket_await(int fd, char *room, size_t size,
	size_t *received, int *cause);

/* The interest of a caller in a connection, for a poll. */
typedef enum { STRATA_SOCKET_RECEIVES, STRATA_SOCKET_SENDS_AND_RECEIVES } strata_socket_interest;

/* Connected, with nothing to read: neither bytes, nor an end, nor an error. One system call. */
bool strata_socket_is_quiet(int fd);

/*
 * Waits until one of these is ready or the deadline (strata_clock_usec) has passed. A signal does
 * not end the wait. No revents are set when the deadline passed.
 */
STRATA_MUST_CHECK strata_result strata_socket_wait(struct pollfd *sockets, size_t count,
	strata_usec deadline, int *cause);

/*
 * The same without sleeping, for a wait that may be short: it looks again and again, at least once,
 * until one of these is ready or this moment has passed. False: none is. *now is the moment of the
 * last look.
 */
STRATA_MUST_CHECK bool strata_socket_spin(struct pollfd *sockets, size_t count, strata_usec until,
	strata_usec *now);

/* The cause in words; never NULL. */
const char *strata_socket_cause(int cause);

/*
 * close() and nothing else: no shutdown(), no farewell. A forked child shares the connection with
 * its parent, and only close() leaves the connection of the other process alone.
 */
void strata_socket_close(int fd);

/*
 * The same, but what was not sent yet is thrown away, and the peer is told that the connection is
 * broken (SO_LINGER 0). Not for one that another process goes on using.
 */
void strata_socket_reset(int fd);

#endif
