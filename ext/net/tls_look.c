#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/tls_look.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "net/socket.h"

enum { LONGEST = 5000000 /* usec */, COMMAND = 96, FIRST_WORDS = 8 };

struct strata_tls_look {
	int fd;
	bool is_sent;
	strata_usec began;
	size_t size;
	char bytes[COMMAND];
};

/*
 * RFC 5246: a record of 83 bytes with a ClientHello of TLS 1.2, whose random bytes are none. It
 * offers six ciphers, the usual curves and signatures, and no session.
 */
static const char hello[] = "\x16\x03\x01\x00\x53\x01\x00\x00\x4f\x03\x03"
							"strata looks whether this is TLS"
							"\x00\x00\x0c\xc0\x2f\xc0\x30\x00\x9c\x00\x9d\x00\x2f\x00\x35\x01\x00"
							"\x00\x1a\x00\x0a\x00\x04\x00\x02\x00\x1d\x00\x0b\x00\x02\x01\x00"
							"\x00\x0d\x00\x08\x00\x06\x04\x01\x04\x03\x05\x01";
_Static_assert(sizeof(hello) - 1 == 88, "as long as its lengths say");
_Static_assert(sizeof(hello) - 1 <= COMMAND, "it must fit");

static bool is_ready(const strata_tls_look *look, short events)
{
	struct pollfd wanted = { .fd = look->fd, .events = events };

	return poll(&wanted, 1, 0) > 0;
}

/* As soon as it is connected. False when it could not be sent. */
static bool send_it(strata_tls_look *look)
{
	size_t sent;
	int unused;

	if (look->is_sent || !is_ready(look, POLLOUT)) {
		return true;
	}
	look->is_sent = true;
	return strata_socket_finish_connect(look->fd, &unused) == STRATA_OK &&
		   strata_socket_send(look->fd, (strata_view){ look->bytes, look->size }, &sent, &unused) ==
			   STRATA_OK &&
		   sent == look->size;
}

strata_tls_look *strata_tls_look_new(const strata_address *address, strata_view command,
	strata_usec now)
{
	strata_view sent = command.size > 0 ? command : (strata_view){ hello, sizeof(hello) - 1 };
	strata_tls_look *look = sent.size <= COMMAND ? calloc(1, sizeof(*look)) : NULL;
	int unused;

	if (look == NULL) {
		return NULL;
	}
	look->began = now;
	look->size = sent.size;
	memcpy(look->bytes, sent.data, sent.size);
	if (strata_socket_begin_connect(address, &look->fd, &unused) != STRATA_OK) {
		free(look);
		return NULL;
	}
	if (!send_it(look)) {
		strata_tls_look_free(look);
		return NULL;
	}
	return look;
}

void strata_tls_look_free(strata_tls_look *look)
{
	if (look != NULL) {
		strata_socket_close(look->fd);
		free(look);
	}
}

/* A record of TLS begins with its kind, here an alert or a handshake, and the major version 3. */
static strata_tls_speech classify(const char *words, size_t size)
{
	if (size == 0) {
		return STRATA_SPEAKS_UNKNOWN;
	}
	return (words[0] == 0x15 || words[0] == 0x16) && (size == 1 || words[1] == 3)
			   ? STRATA_SPEAKS_TLS
			   : STRATA_SPEAKS_CLEAR;
}

bool strata_tls_look_advance(strata_tls_look *look, strata_usec now, strata_tls_speech *out)
{
	char words[FIRST_WORDS];
	size_t size;
	int unused;

	*out = STRATA_SPEAKS_UNKNOWN;
	if (!send_it(look)) {
		return true;
	}
	if (!look->is_sent || !is_ready(look, POLLIN)) {
		return now - look->began > LONGEST;
	}
	if (strata_socket_receive(look->fd, words, sizeof(words), &size, &unused) == STRATA_OK) {
		*out = classify(words, size);
	}
	return true;
}
