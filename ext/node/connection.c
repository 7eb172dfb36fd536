/*
 * A connection goes one way and only its last two states repeat:
 *
 *     NEW -> NAMING -> OPENING -> HANDSHAKE -> CLEAN <-> BUSY   anything else -> poisoned -> freed
 *
 * Close by default: the poison mark is set before the first byte of a handshake or of a command is
 * written, and complete() takes it away, after the last expected reply was parsed and if no byte is
 * left over. There is no list of errors after which a connection must be closed, because such a
 * list is never complete: a timeout, a signal, a reader that gave up or a caller that never came
 * back all leave the mark where it is, and what is marked is only good for
 * strata_connection_free().
 * A handshake is written and read like the commands. Reading comes first, and both happen in one
 * poll loop: a server may answer megabytes before it has read all of them. A side that insists on
 * writing first would wait for a peer that waits, too.
 * One receive for each turn of the poll loop: a peer that sends faster than we read must not keep
 * us here past the deadline, which only the loop looks at.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/connection.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "os/process.h"
#include "node/terms/deadline.h"
#include "node/terms/lifetime.h"
#include "node/reply_check.h"
#include "net/stream.h"

enum { RECEIVE_SIZE = 64 * 1024 };
_Static_assert((int) RECEIVE_SIZE >= (int) STRATA_TLS_RECORD, "a record must fit");

typedef enum { NEW, NAMING, OPENING, HANDSHAKE, CLEAN, BUSY } phase;

typedef struct {
	strata_buffer request;
	uint32_t expected; /* replies */
	void **replies;    /* in the arena of the exchange */
} handshake;

struct strata_connection {
	strata_peer *peer;
	phase phase;
	bool poisoned;
	bool has_heard;       /* a byte came since the exchange began */
	bool is_unproven;     /* it was to prove itself, and the node gives no echo now */
	bool is_bare;         /* the server is sent only what is needed: see protocol.h */
	bool was_closed;      /* by the server, before it became bare */
	bool asks_why;        /* it is opened again only to see what the server knows */
	strata_stream stream; /* closed while NEW */
	uint32_t generation;  /* of the process that opened it */
	void *reader;

	strata_exchange *exchange; /* of the caller, from begin to clean */
	strata_nonce_place place;  /* of the nonces around its commands */
	strata_nonce nonce;        /* where there is a place */
	strata_buffer wrapped;     /* the commands with their nonces, where there are any */
	strata_lifetime lifetime;
	strata_opening_deadline opening; /* for what is between NAMING and CLEAN */
	handshake handshake;
	size_t sent;        /* bytes of the request that is being written */
	uint32_t replies;   /* to it that came so far, echoes included */
	uint32_t exchanges; /* begun so far */

	char incoming[RECEIVE_SIZE]; /* not initialised: most of its pages are never touched */
};

/* What is being written now: the handshake, or the commands with their nonces. */
static strata_view request_of(const strata_connection *connection)
{
	const strata_buffer *bytes = &connection->exchange->request;

	if (connection->phase == HANDSHAKE) {
		bytes = &connection->handshake.request;
	} else if (connection->place != STRATA_NONCE_NOWHERE) {
		bytes = &connection->wrapped;
	}
	return (strata_view){ bytes->data, bytes->size };
}

static bool has_unsent(const strata_connection *connection)
{
	return connection->sent < request_of(connection).size;
}

static const char *phase_text(const strata_connection *connection)
{
	switch (connection->phase) {
		case NAMING: return "resolving the name";
		case NEW:
		case OPENING: return strata_stream_phase_text(&connection->stream);
		case HANDSHAKE: return "greeting";
		case CLEAN:
		case BUSY: break;
	}
	if (connection->was_closed && !connection->asks_why) {
		return "greeting";
	}
	return has_unsent(connection) ? "sending" : "waiting for a reply";
}

strata_tls_doubt strata_connection_tls_doubt(const strata_connection *connection,
	strata_result result)
{
	bool is_greeted = connection->phase == HANDSHAKE ||
					  (connection->is_bare && strata_connection_is_fresh(connection));
	bool is_clear = is_greeted && !connection->asks_why && connection->peer->options->tls == NULL;

	if (result == STRATA_TIMEOUT && connection->phase == OPENING &&
		connection->stream.tls != NULL && !strata_tls_stream_has_heard(connection->stream.tls)) {
		return STRATA_TLS_MAYBE_UNKNOWN;
	}
	if (is_clear && connection->has_heard && result == STRATA_UNSUPPORTED &&
		connection->incoming[0] == 0x15 /* an alert of TLS */) {
		return STRATA_TLS_IS_WANTED;
	}
	return is_clear && !connection->has_heard &&
				   (result == STRATA_CONNECTION || result == STRATA_UNSUPPORTED)
			   ? STRATA_TLS_MAYBE_WANTED
			   : STRATA_TLS_NO_DOUBT;
}

static strata_result fail(strata_connection *connection, strata_result result, const char *cause,
	strata_protocol_error *error)
{
	connection->poisoned = true;
	snprintf(error->text, sizeof(error->text), "%s %s: %s: %s", connection->peer->protocol->name,
		connection->peer->name, phase_text(connection), cause);
	return result;
}

static strata_result check_stream(strata_connection *connection, strata_result result,
	strata_protocol_error *error)
{
	return result == STRATA_OK ? result : fail(connection, result, connection->stream.cause, error);
}

static strata_result fail_for(strata_connection *connection, strata_result result,
	strata_protocol_error *error)
{
	char cause[96];

	if (result == STRATA_TOO_LARGE) {
		return fail(connection, result,
			strata_arena_has_refused(connection->exchange->arena)
				? "the replies to one call are larger than what memory_limit leaves"
				: "the reply is larger than strata.max_value allows",
			error);
	}
	if (result != STRATA_UNSUPPORTED) {
		return fail(connection, result, strata_result_text(result), error);
	}
	snprintf(cause, sizeof(cause),
		"the server does not speak the protocol of %s: "
		"is the scheme right?",
		connection->peer->protocol->name);
	return fail(connection, result, cause, error);
}

/* ---- writing and reading: the same for a handshake and for commands ---- */

static void start(strata_connection *connection, phase phase)
{
	connection->poisoned = true;
	connection->phase = phase;
	connection->has_heard = false;
	connection->sent = 0;
	connection->replies = 0;
	connection->exchange->received = 0;
}

/* Are all replies there, echoes included? */
static bool is_answered(const strata_connection *connection)
{
	uint32_t expected =
		connection->phase == HANDSHAKE
			? connection->handshake.expected
			: connection->exchange->expected + strata_reply_check_echoes(connection->place);

	return connection->replies == expected;
}

/* Without a nonce behind them replies count at once. */
static void keep_reply(strata_connection *connection, uint32_t index, void *reply)
{
	strata_exchange *exchange = connection->exchange;

	exchange->replies[index - ((connection->place & STRATA_NONCE_BEFORE) != 0 ? 1 : 0)] = reply;
	exchange->received += (connection->place & STRATA_NONCE_BEHIND) != 0 ? 0 : 1;
}

static strata_result accept_reply(strata_connection *connection, void *reply)
{
	strata_exchange *exchange = connection->exchange;
	uint32_t index = connection->replies++;
	strata_result why;

	if (connection->phase == HANDSHAKE) {
		connection->handshake.replies[index] = reply;
		return STRATA_OK;
	}
	switch (strata_reply_check(connection->peer->protocol, connection->place, &connection->nonce,
		exchange->expected, index, reply, &why)) {
		case STRATA_REPLY_OF_COMMAND: keep_reply(connection, index, reply); return STRATA_OK;
		case STRATA_REPLY_IS_ECHO: return STRATA_OK;
		case STRATA_REPLY_PROVES: exchange->received = exchange->expected; return STRATA_OK;
		case STRATA_REPLY_REFUSES: connection->is_unproven = true; break;
		case STRATA_REPLY_IS_OUT_OF_STEP: break;
	}
	exchange->received = 0;
	return why;
}

static strata_result send_some(strata_connection *connection, strata_protocol_error *error)
{
	strata_view request = request_of(connection);
	strata_view rest = { request.data + connection->sent, request.size - connection->sent };
	size_t sent;
	strata_result result = strata_stream_send(&connection->stream, rest, &sent);

	connection->sent += sent;
	strata_stats_add(connection->peer->stats, STRATA_COUNT_BYTES_SENT, sent);
	return check_stream(connection, result, error);
}

/* Takes as many replies as are complete, and never more than are expected. */
static strata_result collect(strata_connection *connection)
{
	strata_arena *arena = connection->exchange->arena;
	strata_result result = STRATA_OK;

	while (result == STRATA_OK && !is_answered(connection)) {
		void *reply;

		result = connection->peer->protocol->take(connection->reader, arena, &reply);
		if (result != STRATA_OK || reply == NULL) {
			return result;
		}
		result = accept_reply(connection, reply);
	}
	return result;
}

static strata_result receive_some(strata_connection *connection, strata_protocol_error *error)
{
	strata_view bytes = { connection->incoming, 0 };
	strata_result result =
		strata_stream_receive(&connection->stream, connection->incoming, RECEIVE_SIZE, &bytes.size);

	if (result != STRATA_OK || bytes.size == 0) {
		return check_stream(connection, result, error);
	}
	connection->has_heard = true;
	strata_stats_add(connection->peer->stats, STRATA_COUNT_BYTES_RECEIVED, bytes.size);
	result =
		connection->peer->protocol->feed(connection->reader, connection->exchange->arena, bytes);
	if (result == STRATA_OK) {
		result = collect(connection);
	}
	return result == STRATA_OK ? STRATA_OK : fail_for(connection, result, error);
}

/*
 * Bytes after the last expected reply mean that one side miscounted. Which reply answers which
 * command is then unknown: none of them counts.
 */
static strata_result check_drained(strata_connection *connection, strata_protocol_error *error)
{
	if (connection->peer->protocol->is_drained(connection->reader)) {
		return STRATA_OK;
	}
	connection->exchange->received = 0;
	return fail(connection, STRATA_PROTOCOL, "the server sent more than it was asked for", error);
}

static strata_result complete(strata_connection *connection, strata_protocol_error *error)
{
	strata_result result = check_drained(connection, error);

	if (result == STRATA_OK) {
		connection->phase = CLEAN;
		connection->poisoned = false;
	}
	return result;
}

/* It is bare, and answered: so what was left out was what it closed the connection for. */
static void note_bare(strata_connection *connection, strata_usec now)
{
	const strata_peer *peer = connection->peer;

	if (!connection->was_closed || !strata_connection_is_fresh(connection)) {
		return;
	}
	strata_anomalies_add(peer->options->anomalies, peer->name, "wants a bare greeting", NULL);
	if (peer->breaker != NULL) {
		strata_breaker_note_bare(peer->breaker, strata_msec_of(now));
	}
}

static strata_result end_exchange(strata_connection *connection, strata_usec now,
	strata_protocol_error *error)
{
	strata_result result = complete(connection, error);

	if (result == STRATA_OK) {
		note_bare(connection, now);
		connection->exchange = NULL;
	}
	return result;
}

/* A server that closes the connection over what it does not know is not asked for an echo. */
static bool lacks_echo(const strata_connection *connection)
{
	return connection->is_bare && connection->peer->protocol->why_closed == NULL;
}

/* Behind the commands in strict mode, and while the node is suspected. */
static strata_nonce_place choose_place(const strata_connection *connection, strata_usec now)
{
	const strata_peer *peer = connection->peer;
	strata_nonce_place place = STRATA_NONCE_NOWHERE;

	if (!strata_connection_is_fresh(connection) && !lacks_echo(connection) &&
		strata_lifetime_wants_proof(&connection->lifetime, peer->options, now)) {
		place = STRATA_NONCE_BEFORE;
	}
	if (peer->options->is_strict ||
		(peer->breaker != NULL &&
			strata_breaker_is_suspected(peer->breaker, strata_msec_of(now)))) {
		place |= STRATA_NONCE_BEHIND;
	}
	return place;
}

static strata_result add_nonces(strata_connection *connection, strata_usec now)
{
	const strata_peer *peer = connection->peer;
	strata_buffer *request = &connection->exchange->request;
	strata_nonce_place wanted = choose_place(connection, now);

	connection->place = strata_reply_check_place(peer->protocol, wanted);
	strata_stats_add(peer->stats, STRATA_COUNT_NONCES, wanted != STRATA_NONCE_NOWHERE ? 1 : 0);
	if (connection->place == STRATA_NONCE_NOWHERE) {
		return STRATA_OK;
	}
	connection->nonce = strata_nonce_new();
	connection->wrapped.size = 0;
	return strata_reply_check_compose(&connection->wrapped, peer->protocol, connection->place,
		&connection->nonce, (strata_view){ request->data, request->size });
}

static strata_result begin_exchange(strata_connection *connection, strata_usec now,
	strata_protocol_error *error)
{
	strata_result result;

	strata_stats_add(connection->peer->stats, STRATA_COUNT_OPERATIONS,
		connection->exchange->expected);
	start(connection, BUSY);
	result = add_nonces(connection, now);
	return result == STRATA_OK ? send_some(connection, error) : fail_for(connection, result, error);
}

/* ---- handshake ---- */

static strata_connection_setup setup_of(const strata_connection *connection)
{
	strata_connection_setup setup = connection->peer->options->setup;

	setup.is_bare = connection->is_bare;
	return setup;
}

static strata_result compose_handshake(strata_connection *connection, bool *sends_auth)
{
	const strata_peer *peer = connection->peer;
	handshake *handshake = &connection->handshake;
	strata_connection_setup setup = setup_of(connection);
	strata_result result = peer->protocol->compose_handshake(&setup, &handshake->request,
		&handshake->expected, sends_auth);

	if (result != STRATA_OK) {
		return result;
	}
	handshake->replies = strata_arena_alloc(connection->exchange->arena,
		handshake->expected * sizeof(*handshake->replies));
	return handshake->replies != NULL ? STRATA_OK : STRATA_NO_MEMORY;
}

static strata_result begin_handshake(strata_connection *connection, strata_usec now,
	strata_protocol_error *error)
{
	bool sends_auth = false;
	strata_result result;

	strata_stats_add(connection->peer->stats, STRATA_COUNT_CONNECTS, 1);
	start(connection, HANDSHAKE);
	result = compose_handshake(connection, &sends_auth);
	if (result != STRATA_OK) {
		return fail_for(connection, result, error);
	}
	if (connection->handshake.expected == 0) {
		return begin_exchange(connection, now, error);
	}
	strata_stats_add(connection->peer->stats, STRATA_COUNT_AUTHS, sends_auth ? 1 : 0);
	return send_some(connection, error);
}

/* What the replies say comes before what follows them: it names the cause better. */
static strata_result end_handshake(strata_connection *connection, strata_usec now,
	strata_protocol_error *error)
{
	const strata_peer *peer = connection->peer;
	strata_protocol_error said = { .text = "" };
	strata_connection_setup setup = setup_of(connection);
	strata_result result = peer->protocol->check_handshake(&setup, connection->handshake.replies,
		connection->replies, &said);

	strata_buffer_fini(&connection->handshake.request);
	error->lasts = said.lasts;
	if (result != STRATA_OK) {
		return fail(connection, result, said.text, error);
	}
	if (connection->asks_why) {
		connection->phase = BUSY;
		return fail_for(connection, STRATA_CONNECTION, error);
	}
	result = complete(connection, error);
	return result == STRATA_OK ? begin_exchange(connection, now, error) : result;
}

/* ---- opening ---- */

static strata_usec opening_deadline(const strata_connection *connection)
{
	return strata_opening_deadline_of(&connection->opening, connection->exchange->deadline);
}

static strata_result check_opening(strata_connection *connection, strata_result result,
	strata_usec now, strata_protocol_error *error)
{
	const strata_stream *stream = &connection->stream;

	if (result == STRATA_OK && connection->opening.tried != stream->tried) {
		strata_opening_deadline_share(&connection->opening, stream->tried,
			strata_stream_left(stream), connection->exchange->deadline, now);
	}
	return check_stream(connection, result, error);
}

static strata_result open_further(strata_connection *connection, strata_usec now,
	strata_protocol_error *error)
{
	bool is_open;
	strata_result result = strata_stream_advance(&connection->stream, &is_open);

	return is_open ? begin_handshake(connection, now, error)
				   : check_opening(connection, result, now, error);
}

static strata_result begin_opening(strata_connection *connection, strata_usec now,
	strata_protocol_error *error)
{
	strata_peer *peer = connection->peer;
	strata_result result;

	connection->phase = OPENING;
	connection->opening.ends_at = now + peer->options->connect_timeout;
	connection->opening.tried = 0;
	result = strata_stream_begin(&connection->stream,
		(strata_stream_target){ &peer->location.addresses, strata_location_first(&peer->location),
			peer->options->tls, peer->host, peer->tls_memory });
	return check_opening(connection, result, now, error);
}

/* Stays in this phase until the name has an address. */
static strata_result find_address(strata_connection *connection, strata_usec now,
	strata_protocol_error *error)
{
	const char *cause;
	strata_result result;

	connection->phase = NAMING;
	result = strata_location_find(&connection->peer->location, now, &cause);
	if (result == STRATA_OK) {
		return begin_opening(connection, now, error);
	}
	return result == STRATA_MISS ? STRATA_OK : fail(connection, result, cause, error);
}

/* ---- servers that close connections for what they do not know ---- */

static bool is_first_try(const strata_connection *connection)
{
	return !connection->was_closed && strata_connection_is_fresh(connection);
}

/*
 * Did the server close the connection over its greeting? Or over the first commands, where these
 * are such as servers of its kind may not know?
 */
static bool was_closed_unheard(const strata_connection *connection, strata_result result)
{
	bool is_unheard = connection->phase == BUSY && !connection->has_heard &&
					  connection->peer->protocol->why_closed != NULL;

	return result == STRATA_CONNECTION && is_first_try(connection) &&
		   (connection->phase == HANDSHAKE || is_unheard);
}

/* What has been sent may have been done: then the second connection only tells what is wrong. */
static strata_result open_again(strata_connection *connection, strata_usec now,
	strata_protocol_error *error)
{
	const strata_protocol *protocol = connection->peer->protocol;
	strata_usec ends_at = connection->opening.ends_at;
	strata_result result;

	protocol->reader_free(connection->reader);
	connection->reader = protocol->reader_new(connection->peer->options->max_reply);
	if (connection->reader == NULL) {
		return fail_for(connection, STRATA_NO_MEMORY, error);
	}
	strata_stats_add(connection->peer->stats, STRATA_COUNT_CLOSES, 1);
	strata_stream_close(&connection->stream);
	strata_buffer_fini(&connection->handshake.request);
	connection->asks_why = connection->phase == BUSY;
	connection->is_bare = true;
	connection->was_closed = true;
	result = find_address(connection, now, error);
	connection->opening.ends_at = ends_at;
	return result;
}

static bool is_no_server_of_its_kind(const strata_connection *connection, strata_result result)
{
	return result == STRATA_CONNECTION && connection->was_closed &&
		   connection->phase == HANDSHAKE && connection->peer->protocol->why_closed != NULL;
}

/* The commands may have been too much, too: the next ones leave out what can be. */
static bool closes_commands_too(const strata_connection *connection, strata_result result)
{
	return result == STRATA_CONNECTION && connection->was_closed && connection->phase == BUSY &&
		   !connection->has_heard && lacks_echo(connection) && connection->peer->breaker != NULL;
}

/* Looks behind a connection that was lost. */
static strata_result look_behind(strata_connection *connection, strata_result result,
	strata_usec now, strata_protocol_error *error)
{
	if (was_closed_unheard(connection, result)) {
		return open_again(connection, now, error);
	}
	if (closes_commands_too(connection, result)) {
		strata_breaker_note_bare(connection->peer->breaker, strata_msec_of(now));
	}
	return is_no_server_of_its_kind(connection, result)
			   ? fail(connection, STRATA_UNSUPPORTED, connection->peer->protocol->why_closed, error)
			   : result;
}

/* ---- exported ---- */

strata_connection *strata_connection_new(strata_peer *peer, strata_usec now)
{
	strata_connection *connection = malloc(sizeof(*connection));

	if (connection == NULL) {
		return NULL;
	}
	memset(connection, 0, offsetof(strata_connection, incoming));
	connection->peer = peer;
	strata_stream_init(&connection->stream, peer->options->operation_timeout / 2);
	connection->generation = strata_process_generation();
	connection->lifetime = strata_lifetime_begin(now);
	connection->is_bare =
		peer->breaker != NULL && strata_breaker_is_bare(peer->breaker, strata_msec_of(now));
	connection->reader = peer->protocol->reader_new(peer->options->max_reply);
	if (connection->reader == NULL) {
		free(connection);
		return NULL;
	}
	return connection;
}

static bool is_inherited(const strata_connection *connection)
{
	return connection->generation != strata_process_generation();
}

/* The caller is told that it failed: as little of its commands as can be is still executed. */
static bool is_left_behind(const strata_connection *connection)
{
	return connection->phase == BUSY && connection->poisoned && !is_inherited(connection);
}

void strata_connection_free(strata_connection *connection)
{
	if (connection == NULL) {
		return;
	}
	if (connection->phase >= HANDSHAKE && connection->poisoned && !is_inherited(connection)) {
		strata_stats_add(connection->peer->stats, STRATA_COUNT_CLOSES, 1);
	}
	if (is_left_behind(connection)) {
		strata_stream_reset(&connection->stream);
	} else {
		strata_stream_close(&connection->stream);
	}
	if (connection->reader != NULL) {
		connection->peer->protocol->reader_free(connection->reader);
	}
	strata_buffer_fini(&connection->handshake.request);
	strata_buffer_fini(&connection->wrapped);
	free(connection);
}

strata_result strata_connection_begin(strata_connection *connection, strata_exchange *exchange,
	strata_usec now, strata_protocol_error *error)
{
	assert(connection->phase == NEW || strata_connection_is_clean(connection));
	connection->exchange = exchange;
	connection->exchanges++;
	return connection->phase == NEW ? find_address(connection, now, error)
									: begin_exchange(connection, now, error);
}

/* Reads and writes as far as it goes, then sees whether all replies are there. */
static strata_result transfer(strata_connection *connection, short revents, strata_usec now,
	strata_protocol_error *error)
{
	strata_result result = STRATA_OK;

	if (strata_stream_may_receive(&connection->stream, revents)) {
		result = receive_some(connection, error);
	}
	if (result == STRATA_OK && has_unsent(connection) &&
		strata_stream_may_send(&connection->stream, revents)) {
		result = send_some(connection, error);
	}
	if (result != STRATA_OK || !is_answered(connection)) {
		return result;
	}
	if (has_unsent(connection)) {
		return check_drained(connection, error);
	}
	return connection->phase == HANDSHAKE ? end_handshake(connection, now, error)
										  : end_exchange(connection, now, error);
}

strata_result strata_connection_advance(strata_connection *connection, short revents,
	strata_usec now, strata_protocol_error *error)
{
	switch (connection->phase) {
		case NAMING: return find_address(connection, now, error);
		case OPENING: return open_further(connection, now, error);
		case HANDSHAKE:
		case BUSY:
			return look_behind(connection, transfer(connection, revents, now, error), now, error);
		case NEW:
		case CLEAN: break;
	}
	return STRATA_OK;
}

struct pollfd strata_connection_poll(const strata_connection *connection)
{
	if (connection->phase == NAMING) {
		return (struct pollfd){ .fd = strata_location_fd(&connection->peer->location),
			.events = POLLIN };
	}
	return strata_stream_poll(&connection->stream, has_unsent(connection));
}

bool strata_connection_awaits_reply(const strata_connection *connection)
{
	return connection->phase == BUSY && !has_unsent(connection);
}

bool strata_connection_await(strata_connection *connection, strata_usec now)
{
	return strata_connection_awaits_reply(connection) &&
		   strata_stream_await(&connection->stream, now, connection->exchange->deadline);
}

strata_usec strata_connection_deadline(const strata_connection *connection)
{
	switch (connection->phase) {
		case OPENING:
			if (strata_stream_left(&connection->stream) > 0) {
				return connection->opening.address;
			}
			break;
		case HANDSHAKE: break;
		case NEW:
		case NAMING:
		case CLEAN:
		case BUSY: return connection->exchange->deadline;
	}
	return opening_deadline(connection);
}

void strata_connection_extend(strata_connection *connection, strata_usec deadline)
{
	connection->opening.ends_at = deadline;
}

bool strata_connection_may_go_on(const strata_connection *connection, strata_usec now)
{
	return connection->phase == OPENING && strata_stream_left(&connection->stream) > 0 &&
		   connection->opening.address <= now && now < opening_deadline(connection);
}

/* One that knows another protocol alone may wait for the rest of what it takes for a command. */
static void expect_closing(const strata_connection *connection, strata_usec now)
{
	const strata_peer *peer = connection->peer;

	if (connection->phase == HANDSHAKE && !connection->has_heard && peer->breaker != NULL &&
		peer->protocol->why_closed != NULL) {
		strata_breaker_note_bare(peer->breaker, strata_msec_of(now));
	}
}

strata_result strata_connection_give_up(strata_connection *connection, strata_usec now,
	strata_protocol_error *error)
{
	if (strata_connection_may_go_on(connection, now)) {
		return check_opening(connection, strata_stream_go_on(&connection->stream), now, error);
	}
	expect_closing(connection, now);
	return fail_for(connection, STRATA_TIMEOUT, error);
}

const strata_address *strata_connection_address(const strata_connection *connection)
{
	return connection->stream.tried > 0 ? strata_stream_address(&connection->stream) : NULL;
}

bool strata_connection_is_clean(const strata_connection *connection)
{
	return connection->phase == CLEAN && !connection->poisoned;
}

bool strata_connection_is_bare(const strata_connection *connection)
{
	return connection->is_bare;
}

bool strata_connection_is_fresh(const strata_connection *connection)
{
	return connection->exchanges <= 1;
}

strata_outcome_moment strata_connection_moment(const strata_connection *connection)
{
	bool is_opened_again = connection->was_closed && !connection->asks_why;

	if (connection->phase < CLEAN || (is_opened_again && strata_connection_is_fresh(connection))) {
		return STRATA_WHILE_CONNECTING;
	}
	if (strata_connection_is_fresh(connection)) {
		return STRATA_WHILE_ASKING;
	}
	return connection->has_heard && !connection->is_unproven ? STRATA_WHILE_ASKING
															 : STRATA_WHILE_STALE;
}

void strata_connection_poison(strata_connection *connection)
{
	connection->poisoned = true;
}

strata_lifetime *strata_connection_lifetime(strata_connection *connection)
{
	return &connection->lifetime;
}

bool strata_connection_is_over(const strata_connection *connection, strata_usec now)
{
	return strata_lifetime_is_over(&connection->lifetime, connection->peer->options, now) ||
		   (lacks_echo(connection) &&
			   strata_lifetime_wants_proof(&connection->lifetime, connection->peer->options, now));
}

bool strata_connection_is_fit(const strata_connection *connection)
{
	const strata_location *location = &connection->peer->location;

	return !is_inherited(connection) &&
		   (strata_location_is_fixed(location) ||
			   strata_location_holds(location, strata_stream_address(&connection->stream))) &&
		   strata_stream_is_quiet(&connection->stream);
}
