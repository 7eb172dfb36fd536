/*
 * OpenSSL would use write(), which kills the process by SIGPIPE where the peer is gone. So it gets
 * the functions of net/socket.h as a BIO. They also bring the errno of a failure into the message.
 *
 * Either direction may have to wait for the other one. A key update is answered in the middle of
 * reading, and half a ticket delays writing. The stream keeps what each direction waits for, and
 * tries both after each poll. Nothing is read ahead and a receive takes a whole record, so poll()
 * misses nothing.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/tls_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Records for each call: a fast peer must not hold the process past a deadline. */
enum { MOST_RECORDS = 16, NAME_SHOWN = 60 };

enum { TAIL = 2 /* bytes of a request of several records that go in one of their own */ };

struct strata_tls_stream {
	SSL *ssl;
	BIO_METHOD *method;
	strata_tls_memory *memory;
	int fd;
	bool is_secured;
	bool is_long;            /* what is being sent takes several records */
	bool has_heard;          /* from the socket */
	bool has_received;       /* through TLS */
	strata_result transport; /* the result of the socket in the last call */
	int transport_cause;
	short reading_awaits;
	short writing_awaits;
	char name[NAME_SHOWN];
	char cause[160];
};

/* ---- the socket, as OpenSSL sees it ---- */

/*
 * The first failure of a call counts. OpenSSL answers the end of a connection with an alert. It
 * does not matter whether that could still be written.
 */
static int note(strata_tls_stream *stream, strata_result result, int cause)
{
	if (stream->transport == STRATA_OK) {
		stream->transport = result;
		stream->transport_cause = cause;
	}
	return cause == 0 ? 0 : -1;
}

static int read_socket(BIO *bio, char *room, int size)
{
	strata_tls_stream *stream = BIO_get_data(bio);
	size_t received;
	int cause;
	strata_result result =
		strata_socket_receive(stream->fd, room, (size_t) size, &received, &cause);

	BIO_clear_retry_flags(bio);
	if (result != STRATA_OK) {
		return note(stream, result, cause);
	}
	if (received == 0) {
		BIO_set_retry_read(bio);
		return -1;
	}
	stream->has_heard = true;
	return (int) received;
}

static int write_socket(BIO *bio, const char *bytes, int size)
{
	strata_tls_stream *stream = BIO_get_data(bio);
	size_t sent;
	int cause;
	strata_result result =
		strata_socket_send(stream->fd, (strata_view){ bytes, (size_t) size }, &sent, &cause);

	BIO_clear_retry_flags(bio);
	if (result != STRATA_OK) {
		return note(stream, result, cause);
	}
	if (sent == 0) {
		BIO_set_retry_write(bio);
		return -1;
	}
	return (int) sent;
}

static long control_socket(BIO *bio, int command, long number, void *pointer)
{
	const strata_tls_stream *stream = BIO_get_data(bio);

	(void) number;
	(void) pointer;
	switch (command) {
		case BIO_CTRL_FLUSH: return 1;
		case BIO_CTRL_EOF: return stream->transport != STRATA_OK;
		default: return 0;
	}
}

static BIO_METHOD *new_method(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "strata");

	if (method != NULL && (BIO_meth_set_read(method, read_socket) != 1 ||
							  BIO_meth_set_write(method, write_socket) != 1 ||
							  BIO_meth_set_ctrl(method, control_socket) != 1)) {
		BIO_meth_free(method);
		method = NULL;
	}
	return method;
}

static bool attach_socket(strata_tls_stream *stream)
{
	BIO *bio;

	stream->method = new_method();
	bio = stream->method != NULL ? BIO_new(stream->method) : NULL;
	if (bio == NULL) {
		return false;
	}
	BIO_set_data(bio, stream);
	BIO_set_init(bio, 1);
	SSL_set_bio(stream->ssl, bio, bio);
	return true;
}

/* ---- words ---- */

static strata_result say(strata_tls_stream *stream, strata_result result, const char *words)
{
	snprintf(stream->cause, sizeof(stream->cause), "%s", words);
	return result;
}

static strata_result say_untrusted(strata_tls_stream *stream)
{
	long verdict = SSL_get_verify_result(stream->ssl);

	snprintf(stream->cause, sizeof(stream->cause),
		"the certificate does not prove that it is %s: %s", stream->name,
		X509_verify_cert_error_string(verdict));
	return STRATA_TLS;
}

/* An alert is the word of the peer; any other error was found on this side. */
static strata_result say_refused(strata_tls_stream *stream, int reason, const char *words)
{
	if (reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED) {
		return say(stream, STRATA_TLS,
			"the server wants a certificate of ours, and tls_certificate names none");
	}
	snprintf(stream->cause, sizeof(stream->cause), "%s%s",
		reason > SSL_AD_REASON_OFFSET ? "the server refuses: " : "", words);
	return stream->has_received ? STRATA_PROTOCOL : STRATA_TLS;
}

static strata_result explain(strata_tls_stream *stream)
{
	unsigned long error = ERR_peek_error();
	const char *words = ERR_reason_error_string(error);
	int reason = ERR_GET_REASON(error);

	if (ERR_GET_LIB(error) != ERR_LIB_SSL) {
		return say_refused(stream, 0, words != NULL ? words : "the TLS library failed");
	}
	if (reason == ERR_R_MALLOC_FAILURE) {
		return say(stream, STRATA_NO_MEMORY, strata_result_text(STRATA_NO_MEMORY));
	}
	if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
		return say_untrusted(stream);
	}
	if (reason == SSL_R_WRONG_VERSION_NUMBER && !stream->is_secured) {
		return say(stream, STRATA_TLS,
			"the server does not speak TLS on this port: use redis:// or memcached://");
	}
	return say_refused(stream, reason, words != NULL ? words : "an error without a name");
}

/* ---- calls of OpenSSL ---- */

static void begin(strata_tls_stream *stream)
{
	ERR_clear_error();
	stream->transport = STRATA_OK;
	stream->transport_cause = 0;
	stream->cause[0] = '\0';
}

/* The reason why a call did less than it should. OK when it only has to wait, for *awaits. */
static strata_result classify_failure(strata_tls_stream *stream, int code, short *awaits)
{
	strata_result result;

	switch (SSL_get_error(stream->ssl, code)) {
		case SSL_ERROR_WANT_READ: *awaits = POLLIN; return STRATA_OK;
		case SSL_ERROR_WANT_WRITE: *awaits = POLLOUT; return STRATA_OK;
		case SSL_ERROR_ZERO_RETURN: return say(stream, STRATA_CONNECTION, strata_socket_cause(0));
		default: break;
	}
	if (stream->transport != STRATA_OK) {
		result = say(stream, stream->transport, strata_socket_cause(stream->transport_cause));
	} else {
		result = explain(stream);
	}
	ERR_clear_error();
	return result;
}

/*
 * A server that rejects the client's certificate sends an alert and closes. When that is faster
 * than the first bytes of the client, sending fails. The alert can still be read.
 */
static strata_result hear_last_words(strata_tls_stream *stream, strata_result result)
{
	char cause[sizeof(stream->cause)];
	char byte;
	size_t count;
	int code;

	memcpy(cause, stream->cause, sizeof(cause));
	begin(stream);
	code = SSL_peek_ex(stream->ssl, &byte, 1, &count);
	if (code != 1 && stream->transport == STRATA_OK &&
		SSL_get_error(stream->ssl, code) == SSL_ERROR_SSL) {
		result = explain(stream);
	} else {
		memcpy(stream->cause, cause, sizeof(cause));
	}
	ERR_clear_error();
	return result;
}

/* ---- exported ---- */

strata_tls_stream *strata_tls_stream_new(const strata_tls *tls, const char *host,
	strata_tls_memory *memory, int fd)
{
	strata_tls_stream *stream = calloc(1, sizeof(*stream));

	if (stream == NULL) {
		return NULL;
	}
	stream->fd = fd;
	stream->memory = memory;
	stream->reading_awaits = POLLOUT;
	stream->writing_awaits = POLLOUT;
	snprintf(stream->name, sizeof(stream->name), "%s", strata_tls_name(tls, host));
	stream->ssl = strata_tls_begin(tls, host, memory);
	if (stream->ssl == NULL || !attach_socket(stream)) {
		strata_tls_stream_free(stream);
		ERR_clear_error();
		return NULL;
	}
	return stream;
}

void strata_tls_stream_free(strata_tls_stream *stream)
{
	if (stream == NULL) {
		return;
	}
	/* Without these flags OpenSSL would spoil the session for later connections. */
	if (stream->ssl != NULL) {
		SSL_set_shutdown(stream->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	}
	SSL_free(stream->ssl);
	BIO_meth_free(stream->method);
	free(stream);
}

/* A session that led to a failure may be its reason, so it is not offered again. */
strata_result strata_tls_stream_shake_hands(strata_tls_stream *stream, bool *is_done)
{
	strata_result result = STRATA_OK;
	int code;

	begin(stream);
	code = SSL_do_handshake(stream->ssl);
	*is_done = stream->is_secured = code == 1;
	if (code == 1) {
		stream->reading_awaits = POLLIN;
	} else {
		result = classify_failure(stream, code, &stream->reading_awaits);
	}
	if (result != STRATA_OK) {
		strata_tls_memory_fini(stream->memory);
	}
	return result;
}

/*
 * memcached (1.6.18) reads a part of a record, and then waits for the socket before it looks at the
 * rest. At the end of many commands nothing comes, and the last of them are never answered. So the
 * end of a request that takes several records is a record of its own: as long as that lies in the
 * socket the server goes on reading, and it is too short to be read in parts. A request of one
 * record is read as a whole.
 */
static size_t next_record(strata_tls_stream *stream, size_t left)
{
	stream->is_long |= left > STRATA_TLS_RECORD;
	return stream->is_long && left > TAIL ? left - TAIL : left;
}

strata_result strata_tls_stream_send(strata_tls_stream *stream, strata_view bytes, size_t *sent)
{
	*sent = 0;
	begin(stream);
	stream->writing_awaits = POLLOUT;
	for (int i = 0; i < MOST_RECORDS && *sent < bytes.size; i++) {
		size_t written;
		int code = SSL_write_ex(stream->ssl, bytes.data + *sent,
			next_record(stream, bytes.size - *sent), &written);

		if (code != 1) {
			strata_result result = classify_failure(stream, code, &stream->writing_awaits);

			return result == STRATA_CONNECTION && !stream->has_received
					   ? hear_last_words(stream, result)
					   : result;
		}
		*sent += written;
	}
	stream->is_long &= *sent < bytes.size;
	return STRATA_OK;
}

strata_result strata_tls_stream_receive(strata_tls_stream *stream, char *room, size_t size,
	size_t *received)
{
	strata_result result;
	int code;

	*received = 0;
	begin(stream);
	stream->reading_awaits = POLLIN;
	code = SSL_read_ex(stream->ssl, room, size, received);
	if (code == 1) {
		stream->has_received = true;
		return STRATA_OK;
	}
	*received = 0;
	result = classify_failure(stream, code, &stream->reading_awaits);
	/* In TLS 1.3 the alert about the client's certificate comes after the handshake. */
	if (result == STRATA_TLS) {
		strata_tls_memory_fini(stream->memory);
	}
	return result;
}

bool strata_tls_stream_is_quiet(strata_tls_stream *stream)
{
	char byte;
	size_t count;
	int code;
	bool is_quiet;

	begin(stream);
	code = SSL_peek_ex(stream->ssl, &byte, 1, &count);
	is_quiet = code != 1 && SSL_get_error(stream->ssl, code) == SSL_ERROR_WANT_READ;
	ERR_clear_error();
	return is_quiet;
}

short strata_tls_stream_events(const strata_tls_stream *stream, strata_socket_interest interest)
{
	bool sends = stream->is_secured && interest == STRATA_SOCKET_SENDS_AND_RECEIVES;
	short writing = sends ? stream->writing_awaits : 0;

	return (short) (stream->reading_awaits | writing);
}

bool strata_tls_stream_has_heard(const strata_tls_stream *stream)
{
	return stream->has_heard;
}

const char *strata_tls_stream_cause(const strata_tls_stream *stream)
{
	return stream->cause;
}
