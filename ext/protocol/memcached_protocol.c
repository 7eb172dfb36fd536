/*
 * The handshake is "version", since a server that is too old would not fail otherwise. Before
 * 1.6.18 a miss came back as a bare EN, without key and opaque.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "protocol/memcached_protocol.h"

#include <stdio.h>
#include <string.h>

#include "protocol/meta.h"
#include "protocol/meta_reader.h"

/* ---- nonces ---- */

/* No value has this prefix: keys of values begin with a namespace and a database. */
static const char nonce_prefix[] = "strata-nonce:";

/* A get of a key that cannot exist: the miss repeats it. */
static int ask_nonce(strata_buffer *out, strata_view nonce)
{
	char key[STRATA_META_KEY_LIMIT];
	int size = snprintf(key, sizeof(key), "%s%.*s", nonce_prefix, (int) nonce.size, nonce.data);
	strata_meta_request request = { .verb = STRATA_META_GET, .key = { key, (size_t) size } };

	return strata_meta_compose(out, &request);
}

static strata_result check_nonce(const void *reply, strata_view nonce)
{
	const strata_meta_reply *said = reply;
	size_t prefix = sizeof(nonce_prefix) - 1;

	return said->code == STRATA_META_EN && said->key.size == prefix + nonce.size &&
				   memcmp(said->key.data + prefix, nonce.data, nonce.size) == 0
			   ? STRATA_OK
			   : STRATA_DESYNC;
}

/* ---- handshake ---- */

/* A nonce that need not be one: a server that answers it knows meta commands. */
static const char handshake_nonce[] = "handshake";

static const char why_closed[] = "the server does not speak the text protocol with the meta "
								 "commands of memcached 1.6.18 or newer";

/* Proxies know "version" and no meta command. */
static strata_result compose_handshake(const strata_connection_setup *setup, strata_buffer *out,
	uint32_t *expected, bool *sends_auth)
{
	*expected = setup->is_bare ? 2 : 1;
	*sends_auth = false;
	return strata_buffer_append(out, strata_view_of("version\r\n")) == 0 &&
				   (!setup->is_bare || ask_nonce(out, strata_view_of(handshake_nonce)) == 0)
			   ? STRATA_OK
			   : STRATA_NO_MEMORY;
}

/* The first bytes of an unknown peer, printable, for a message. */
static const char *quoted(strata_view said, char *room, size_t size)
{
	size_t count = said.size < size - 1 ? said.size : size - 1;

	for (size_t i = 0; i < count; i++) {
		room[i] = said.data[i] >= ' ' && said.data[i] < 0x7F ? said.data[i] : '?';
	}
	room[count] = '\0';
	return room;
}

static bool is_old(const unsigned version[3])
{
	static const unsigned oldest[3] = { 1, 6, 18 };

	for (int i = 0; i < 3; i++) {
		if (version[i] != oldest[i]) {
			return version[i] < oldest[i];
		}
	}
	return false;
}

static strata_result refuse_handshake(strata_view said, strata_protocol_error *error)
{
	char room[80];

	quoted(said, room, sizeof(room));
	if (strata_view_starts(said, strata_view_of("CLIENT_ERROR unauthenticated"))) {
		snprintf(error->text, sizeof(error->text),
			"the server asks for a password, which strata cannot give to memcached yet");
		return STRATA_AUTH;
	}
	if (strata_view_starts(said, strata_view_of("ERROR Too many open connections"))) {
		snprintf(error->text, sizeof(error->text), "%s", strata_result_text(STRATA_FULL));
		return STRATA_FULL;
	}
	if (strata_view_starts(said, strata_view_of("ERROR ")) ||
		strata_view_starts(said, strata_view_of("SERVER_ERROR"))) {
		snprintf(error->text, sizeof(error->text), "the server says: %s", room);
		return STRATA_SERVER;
	}
	snprintf(error->text, sizeof(error->text),
		"this is not memcached: asked for its version, it says: %.72s%s", room,
		said.size > 0 && said.data[0] == '-' ? " (is it Redis? Then use redis://)" : "");
	return STRATA_UNSUPPORTED;
}

static strata_result check_handshake(const strata_connection_setup *setup, void *const *replies,
	uint32_t count, strata_protocol_error *error)
{
	const strata_meta_reply *reply = replies[0];
	unsigned version[3];

	error->text[0] = '\0';
	if (sscanf(reply->value.data, "VERSION %u.%u.%u", &version[0], &version[1], &version[2]) != 3) {
		return refuse_handshake(reply->value, error);
	}
	if (is_old(version)) {
		snprintf(error->text, sizeof(error->text),
			"this is memcached %u.%u.%u, and strata needs 1.6.18 or newer", version[0], version[1],
			version[2]);
		return STRATA_UNSUPPORTED;
	}
	if (setup->is_bare && count > 1 &&
		check_nonce(replies[1], strata_view_of(handshake_nonce)) != STRATA_OK) {
		snprintf(error->text, sizeof(error->text), "%s", why_closed);
		return STRATA_UNSUPPORTED;
	}
	return STRATA_OK;
}

const strata_protocol strata_memcached_protocol = {
	.name = "memcached",
	.compose_handshake = compose_handshake,
	.why_closed = why_closed,
	.check_handshake = check_handshake,
	.ask_nonce = ask_nonce,
	.check_nonce = check_nonce,
	.reader_new = strata_meta_reader_new,
	.reader_free = strata_meta_reader_free,
	.feed = strata_meta_reader_feed,
	.take = strata_meta_reader_take,
	.is_drained = strata_meta_reader_is_drained,
};
