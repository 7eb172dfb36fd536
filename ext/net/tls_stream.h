/* tls_stream — bytes through TLS over a socket that never makes anybody wait. */
#ifndef STRATA_NET_TLS_STREAM_H
#define STRATA_NET_TLS_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/result.h"
#include "base/view.h"
#include "net/socket.h"
#include "net/tls.h"

typedef struct strata_tls_stream strata_tls_stream;

/* What a record holds at most. Whoever receives gives room for one, so that nothing stays behind. */
enum { STRATA_TLS_RECORD = 16384 };

/*
 * Over a connected socket, which stays the caller's. host is that of the node: it is what the server
 * must prove to be, unless the settings name another. NULL when out of memory.
 */
strata_tls_stream *strata_tls_stream_new(const strata_tls *tls, const char *host,
	strata_tls_memory *memory, int fd);

/*
 * Sends nothing, not even a farewell: the parent of a forked child is still using the connection, and
 * every other peer hears of the end by close(). NULL is allowed.
 */
void strata_tls_stream_free(strata_tls_stream *stream);

/*
 * Goes on with the handshake, as often as it is ready, until it is done. TLS when the server does
 * not speak it or could not prove who it is.
 */
STRATA_MUST_CHECK strata_result strata_tls_stream_shake_hands(strata_tls_stream *stream,
	bool *is_done);

/*
 * As much as goes without waiting, 0 bytes included; what was not sent must be given again. The end
 * is CONNECTION, with the peer's farewell or without. TLS when the peer refuses us before its first
 * byte, PROTOCOL when it breaks TLS later.
 */
STRATA_MUST_CHECK strata_result strata_tls_stream_send(strata_tls_stream *stream, strata_view bytes,
	size_t *sent);
STRATA_MUST_CHECK strata_result strata_tls_stream_receive(strata_tls_stream *stream, char *room,
	size_t size, size_t *received);

/* Nothing to read: neither bytes nor an end. Takes what belongs to TLS itself, such as new tickets. */
bool strata_tls_stream_is_quiet(strata_tls_stream *stream);

/* What to poll the socket for, to shake hands or for this. */
short strata_tls_stream_events(const strata_tls_stream *stream, strata_socket_interest interest);

/* Did anything at all come from the peer? */
bool strata_tls_stream_has_heard(const strata_tls_stream *stream);

/* Why the last call failed, until the next one. */
const char *strata_tls_stream_cause(const strata_tls_stream *stream);

#endif
