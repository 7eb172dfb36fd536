/* stream: bytes to and from one peer, in the clear or through TLS. */
#ifndef STRATA_NET_STREAM_H
#define STRATA_NET_STREAM_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "base/view.h"
#include "net/address.h"
#include "net/socket.h"
#include "net/tls.h"
#include "net/tls_stream.h"

/* Where to connect, and how. All of it but the addresses outlives the stream. */
typedef struct {
	const strata_address_list *addresses; /* to be tried in order, and in a circle */
	uint32_t first;                       /* index of the one to begin with */
	const strata_tls *tls;                /* NULL: in the clear, and the rest is ignored */
	const char *host;                     /* as strata_tls_stream_new() wants it */
	strata_tls_memory *memory;
} strata_stream_target;

typedef enum {
	STRATA_STREAM_CLOSED,
	STRATA_STREAM_CONNECTING,
	STRATA_STREAM_SECURING, /* the handshake of TLS */
	STRATA_STREAM_OPEN
} strata_stream_state;

typedef struct {
	strata_stream_state state;
	int fd; /* -1: none */
	strata_address_list addresses;
	uint32_t at;              /* index of the address that is tried, or was reached */
	uint32_t tried;           /* addresses so far, that one included */
	strata_tls_stream *tls;   /* NULL: in the clear, or not reached yet */
	bool lets_wait;           /* a receive can wait for bytes by itself */
	bool is_awaited;          /* the next receive does */
	strata_usec longest_wait; /* in one receive */
	const char *cause;        /* why the last call failed, in words */
	strata_stream_target target;
} strata_stream;

/* longest_wait: for strata_stream_await(); 0: it never waits. */
void strata_stream_init(strata_stream *stream, strata_usec longest_wait);

/* close() and nothing else, as strata_socket_close() says. */
void strata_stream_close(strata_stream *stream);

/* The same as strata_socket_reset() says. */
void strata_stream_reset(strata_stream *stream);

/* Begins to open it. */
STRATA_MUST_CHECK strata_result strata_stream_begin(strata_stream *stream,
	strata_stream_target target);

/* How many addresses are left to try, should this one not answer; 0 once one was reached. */
uint32_t strata_stream_left(const strata_stream *stream);

/* Leaves the address that does not answer for the next one; there must be one. */
STRATA_MUST_CHECK strata_result strata_stream_go_on(strata_stream *stream);

/* The address that is tried, or was reached. */
const strata_address *strata_stream_address(const strata_stream *stream);

/* Continues, whenever the socket is ready: to the next address, to the handshake, to the end. */
STRATA_MUST_CHECK strata_result strata_stream_advance(strata_stream *stream, bool *is_open);

/* The phase before it is open, in words. */
const char *strata_stream_phase_text(const strata_stream *stream);

/*
 * What to poll for, and what the outcome allows to try. With TLS each direction may wait for the
 * other.
 */
struct pollfd strata_stream_poll(const strata_stream *stream, strata_socket_interest interest);
bool strata_stream_may_receive(const strata_stream *stream, short revents);
bool strata_stream_may_send(const strata_stream *stream, short revents);

/* As much as goes without waiting, 0 bytes included. room has at least STRATA_TLS_RECORD bytes. */
STRATA_MUST_CHECK strata_result strata_stream_send(strata_stream *stream, strata_view bytes,
	size_t *sent);
STRATA_MUST_CHECK strata_result strata_stream_receive(strata_stream *stream, char *room,
	size_t size, size_t *received);

/*
 * Makes the next receive wait for bytes by itself, for at most longest_wait, instead of a poll
 * before it. False where it cannot, or might wait past the deadline. The caller asks again when it
 * ends without bytes.
 */
bool strata_stream_await(strata_stream *stream, strata_usec now, strata_usec deadline);

/* Open, with nothing to read: neither bytes, nor an end, nor an error. */
bool strata_stream_is_quiet(const strata_stream *stream);

#endif
