/* tls_stream: bytes through TLS over a non-blocking socket. */
#ifndef STRATA_NET_TLS_STREAM_H
#define STRATA_NET_TLS_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/result.h"
#include "base/view.h"
#include "net/socket.h"
#include "net/tls.h"

typedef struct strata_tls_stream strata_tls_stream;

/* The most that a record holds. A receive needs room for one, so no byte stays behind. */
enum { STRATA_TLS_RECORD = 16384 };

/*
 * Over a connected socket, which stays the caller's. host is that of the node. The server must
 * prove it, unless the settings contain another name. NULL when out of memory.
 */
strata_tls_stream *strata_tls_stream_new(const strata_tls *tls, const char *host,
	strata_tls_memory *memory, int fd);

/*
 * Sends nothing, not even a farewell: the parent of a forked child may still use the connection.
 * Every other peer learns of the end by close(). NULL is allowed.
 */
void strata_tls_stream_free(strata_tls_stream *stream);

/*
 * Continues the handshake, whenever the socket is ready, until it is done. TLS when the server does
 * not speak it or could not prove its name.
 */
STRATA_MUST_CHECK strata_result strata_tls_stream_shake_hands(strata_tls_stream *stream,
	bool *is_done);

/*
 * As much as goes without waiting, 0 bytes included; give the rest again. The end is CONNECTION,
 * with a farewell of the peer or without. TLS when the peer rejects the client before its first
 * byte, PROTOCOL when it breaks TLS later.
 */
STRATA_MUST_CHECK strata_result strata_tls_stream_send(strata_tls_stream *stream, strata_view bytes,
	size_t *sent);
STRATA_MUST_CHECK strata_result strata_tls_stream_receive(strata_tls_stream *stream, char *room,
	size_t size, size_t *received);

/* True when there is nothing to read: neither bytes nor an end. Consumes new tickets of TLS. */
bool strata_tls_stream_is_quiet(strata_tls_stream *stream);

/* The events to poll the socket for. */
short strata_tls_stream_events(const strata_tls_stream *stream, strata_socket_interest interest);

/* True when any byte came from the peer. */
bool strata_tls_stream_has_heard(const strata_tls_stream *stream);

/* Why the last call failed, until the next one. */
const char *strata_tls_stream_cause(const strata_tls_stream *stream);

#endif
