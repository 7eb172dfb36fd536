#include "net/stream.h"

#include <errno.h>

void strata_stream_init(strata_stream *stream, strata_usec longest_wait)
{
	*stream = (strata_stream){ .fd = -1, .cause = "", .longest_wait = longest_wait };
}

static void forget(strata_stream *stream)
{
	strata_tls_stream_free(stream->tls);
	stream->tls = NULL;
	stream->fd = -1;
	stream->state = STRATA_STREAM_CLOSED;
}

void strata_stream_close(strata_stream *stream)
{
	strata_socket_close(stream->fd);
	forget(stream);
}

void strata_stream_reset(strata_stream *stream)
{
	strata_socket_reset(stream->fd);
	forget(stream);
}

static strata_result explain(strata_stream *stream, strata_result result, int cause)
{
	stream->cause = result == STRATA_OK ? "" : strata_socket_cause(cause);
	return result;
}

static strata_result explain_tls(strata_stream *stream, strata_result result)
{
	stream->cause = strata_tls_stream_cause(stream->tls);
	return result;
}

/* ---- opening ---- */

/* Tries the remaining addresses. Reports the cause of the last one. */
static strata_result connect_next(strata_stream *stream, strata_result result, int cause)
{
	const strata_address_list *addresses = &stream->addresses;

	strata_stream_close(stream);
	stream->state = STRATA_STREAM_CONNECTING;
	while (result != STRATA_OK && stream->tried < addresses->count) {
		stream->at = (stream->target.first + stream->tried++) % addresses->count;
		result = strata_socket_begin_connect(&addresses->items[stream->at], &stream->fd, &cause);
	}
	return explain(stream, result, cause);
}

strata_result strata_stream_begin(strata_stream *stream, strata_stream_target target)
{
	stream->target = target;
	stream->addresses = *target.addresses;
	stream->tried = 0;
	return connect_next(stream, STRATA_CONNECTION, 0);
}

uint32_t strata_stream_left(const strata_stream *stream)
{
	return stream->state == STRATA_STREAM_CONNECTING ? stream->addresses.count - stream->tried : 0;
}

strata_result strata_stream_go_on(strata_stream *stream)
{
	return connect_next(stream, STRATA_TIMEOUT, ETIMEDOUT);
}

const strata_address *strata_stream_address(const strata_stream *stream)
{
	return &stream->addresses.items[stream->at];
}

static strata_result shake_hands(strata_stream *stream)
{
	bool is_done;
	strata_result result = strata_tls_stream_shake_hands(stream->tls, &is_done);

	if (is_done) {
		stream->state = STRATA_STREAM_OPEN;
	}
	return explain_tls(stream, result);
}

static strata_result secure(strata_stream *stream)
{
	const strata_stream_target *target = &stream->target;

	stream->state = STRATA_STREAM_SECURING;
	stream->tls = strata_tls_stream_new(target->tls, target->host, target->memory, stream->fd);
	if (stream->tls == NULL) {
		stream->cause = strata_result_text(STRATA_NO_MEMORY);
		return STRATA_NO_MEMORY;
	}
	return shake_hands(stream);
}

static strata_result finish_connect(strata_stream *stream)
{
	int cause;
	strata_result result = strata_socket_finish_connect(stream->fd, &cause);

	if (result != STRATA_OK) {
		return connect_next(stream, result, cause);
	}
	if (stream->target.tls != NULL) {
		return secure(stream);
	}
	stream->state = STRATA_STREAM_OPEN;
	/* A shorter wait would be mostly the rounding of the kernel. */
	stream->lets_wait = stream->longest_wait > STRATA_SOCKET_TICK &&
						strata_socket_let_wait(stream->fd, stream->longest_wait) == 0;
	return STRATA_OK;
}

strata_result strata_stream_advance(strata_stream *stream, bool *is_open)
{
	strata_result result = STRATA_OK;

	switch (stream->state) {
		case STRATA_STREAM_CONNECTING: result = finish_connect(stream); break;
		case STRATA_STREAM_SECURING: result = shake_hands(stream); break;
		case STRATA_STREAM_CLOSED:
		case STRATA_STREAM_OPEN: break;
	}
	*is_open = stream->state == STRATA_STREAM_OPEN;
	return result;
}

const char *strata_stream_phase_text(const strata_stream *stream)
{
	return stream->state == STRATA_STREAM_SECURING ? "TLS handshake" : "connecting";
}

/* ---- open ---- */

struct pollfd strata_stream_poll(const strata_stream *stream, strata_socket_interest interest)
{
	struct pollfd wanted = { .fd = stream->fd, .events = POLLIN };

	if (stream->state == STRATA_STREAM_CONNECTING) {
		wanted.events = POLLOUT;
	} else if (stream->tls != NULL) {
		wanted.events = strata_tls_stream_events(stream->tls, interest);
	} else if (interest == STRATA_SOCKET_SENDS_AND_RECEIVES) {
		wanted.events = POLLIN | POLLOUT;
	}
	return wanted;
}

bool strata_stream_may_receive(const strata_stream *stream, short revents)
{
	return stream->tls != NULL || (revents & ~POLLOUT) != 0;
}

bool strata_stream_may_send(const strata_stream *stream, short revents)
{
	return stream->tls != NULL || (revents & POLLOUT) != 0;
}

strata_result strata_stream_send(strata_stream *stream, strata_view bytes, size_t *sent)
{
	strata_result result;
	int cause;

	if (stream->tls != NULL) {
		return explain_tls(stream, strata_tls_stream_send(stream->tls, bytes, sent));
	}
	result = strata_socket_send(stream->fd, bytes, sent, &cause);
	return explain(stream, result, cause);
}

strata_result strata_stream_receive(strata_stream *stream, char *room, size_t size,
	size_t *received)
{
	strata_result result;
	int cause;

	if (stream->tls != NULL) {
		return explain_tls(stream, strata_tls_stream_receive(stream->tls, room, size, received));
	}
	result = stream->is_awaited ? strata_socket_await(stream->fd, room, size, received, &cause)
								: strata_socket_receive(stream->fd, room, size, received, &cause);
	stream->is_awaited = false;
	return explain(stream, result, cause);
}

bool strata_stream_await(strata_stream *stream, strata_usec now, strata_usec deadline)
{
	/* The longer a timer of the kernel, the coarser it is: by an eighth at most. */
	strata_usec longest = stream->longest_wait + stream->longest_wait / 8 + STRATA_SOCKET_TICK;

	stream->is_awaited = stream->lets_wait && now + longest <= deadline;
	return stream->is_awaited;
}

bool strata_stream_is_quiet(const strata_stream *stream)
{
	return stream->tls != NULL ? strata_tls_stream_is_quiet(stream->tls)
							   : strata_socket_is_quiet(stream->fd);
}
