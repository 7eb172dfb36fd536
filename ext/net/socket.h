/* socket — a stream to a peer on which only strata_socket_wait() and strata_socket_await() wait. */
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
 * Whatever fails says why in *cause: an errno, or 0 when the peer closed the connection. REFUSED,
 * TIMEOUT and CONNECTION are told apart there and then.
 */

/*
 * Begins to connect: *fd is a non-blocking socket, closed on exec, that becomes writable when
 * strata_socket_finish_connect() can tell how it went; -1 on failure.
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
 * One system call where waiting and receiving are two, for who waits for nothing else. After
 * strata_socket_let_wait(), which is for connected sockets and returns 0, or -1, an await waits for
 * bytes for this long, and up to an eighth and STRATA_SOCKET_TICK longer, as coarse as the kernel's
 * clock is; then, or when a signal comes in between, it is OK with 0 bytes.
 */
enum { STRATA_SOCKET_TICK = 10000 /* usec */ };
int strata_socket_let_wait(int fd, strata_usec longest);
STRATA_MUST_CHECK strata_result strata_socket_await(int fd, char *room, size_t size,
	size_t *received, int *cause);

/* What is wanted of a connection: its bytes always, and room for some where there are any to send. */
typedef enum { STRATA_SOCKET_RECEIVES, STRATA_SOCKET_SENDS_AND_RECEIVES } strata_socket_interest;

/* Connected, with nothing to read: neither bytes, nor an end, nor an error. One system call. */
bool strata_socket_is_quiet(int fd);

/*
 * Waits until one of these is ready or the deadline (strata_clock_usec) has passed, and goes on
 * waiting when a signal comes in between. No revents are set when the deadline passed.
 */
STRATA_MUST_CHECK strata_result strata_socket_wait(struct pollfd *sockets, size_t count,
	strata_usec deadline, int *cause);

/* The cause in words; never NULL. */
const char *strata_socket_cause(int cause);

/*
 * close() and nothing else: no shutdown(), no farewell. A forked child shares the connection with
 * its parent, and only close() ends the one's use of it without ending the other's.
 */
void strata_socket_close(int fd);

#endif
