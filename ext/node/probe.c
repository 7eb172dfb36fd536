/*
 * No call waits for a probe: it is begun by a call that is refused, and looked at by the next calls
 * that come along, which may be much later. So what counts is what lies in the socket when it is
 * looked at. An echo that came in time is not lost because the next look is late. A step that is
 * not there a timeout after the one before it was seen never will be.
 *
 * That a connection can be opened proves nothing: the kernel of a stopped server accepts it. Nor
 * does an echo, where the node had said that it cannot serve: a cluster that is down echoes.
 */
#include "node/probe.h"

#include <stdio.h>
#include <stdlib.h>

#include "os/clock.h"
#include "protocol/nonce.h"
#include "net/socket.h"

enum { ROUNDS = 2, MOST_REPLIES = 2 };

struct strata_probe {
	strata_peer *peer;
	strata_connection *connection;
	strata_probe_question question;
	uint64_t turn;
	uint32_t rounds;      /* that were answered */
	strata_result result; /* so far */
	strata_usec moved_at; /* when it last went on, which only happens while a call looks */
	strata_nonce nonce;
	strata_exchange exchange;
	void *replies[MOST_REPLIES]; /* about its service, where that is asked, then the echo */
};

uint64_t strata_probe_turn(const strata_probe *probe)
{
	return probe->turn;
}

void strata_probe_take_turn(strata_probe *probe, uint64_t turn)
{
	probe->turn = turn;
}

strata_protocol_error *strata_probe_error(strata_probe *probe)
{
	return &probe->exchange.error;
}

const strata_connection *strata_probe_connection(const strata_probe *probe)
{
	return probe->connection;
}

static bool asks_service(const strata_probe *probe)
{
	return probe->question == STRATA_PROBE_SERVICE && probe->peer->protocol->ask_service != NULL;
}

static bool compose(strata_probe *probe)
{
	const strata_protocol *protocol = probe->peer->protocol;
	strata_buffer *request = &probe->exchange.request;

	request->size = 0;
	probe->nonce = strata_nonce_new();
	if (strata_connection_is_bare(probe->connection) && protocol->why_closed == NULL) {
		probe->nonce.text[0] = '\0';
	}
	return (!asks_service(probe) || protocol->ask_service(request) == 0) &&
		   protocol->ask_nonce(request, strata_view_of(probe->nonce.text)) == 0;
}

static strata_result ask(strata_probe *probe, strata_usec now)
{
	const strata_peer *peer = probe->peer;

	strata_arena_reset(probe->exchange.arena);
	if (!compose(probe)) {
		return STRATA_NO_MEMORY;
	}
	probe->exchange.deadline = now + peer->options->operation_timeout;
	return strata_connection_begin(probe->connection, &probe->exchange, now,
		&probe->exchange.error);
}

strata_connection *strata_probe_end(strata_probe *probe)
{
	strata_connection *connection = probe->connection;

	strata_buffer_fini(&probe->exchange.request);
	strata_arena_free(probe->exchange.arena);
	free(probe);
	return connection;
}

strata_probe *strata_probe_new(strata_connection *connection, strata_peer *peer,
	strata_probe_question question, uint64_t turn, strata_usec now)
{
	strata_probe *probe = calloc(1, sizeof(*probe));

	if (probe == NULL) {
		strata_connection_free(connection);
		return NULL;
	}
	probe->peer = peer;
	probe->connection = connection;
	probe->question = question;
	probe->turn = turn;
	probe->exchange = (strata_exchange){
		.expected = asks_service(probe) ? 2 : 1,
		.replies = probe->replies,
		.arena = strata_arena_new(),
	};
	if (probe->exchange.arena == NULL) {
		strata_connection_free(strata_probe_end(probe));
		return NULL;
	}
	probe->result = ask(probe, now);
	probe->moved_at = now;
	return probe;
}

static strata_usec longest_step(const strata_client_options *options)
{
	return options->operation_timeout > options->connect_timeout ? options->operation_timeout
																 : options->connect_timeout;
}

static bool is_late(const strata_probe *probe, strata_usec now)
{
	return now - probe->moved_at >= longest_step(probe->peer->options) ||
		   strata_connection_may_go_on(probe->connection, now);
}

/*
 * A nonce was on its way when the connection became bare, and was closed for that as well: nothing
 * else comes to tell so while the node is out.
 */
static void note_bare(const strata_probe *probe, strata_usec now)
{
	if (probe->result == STRATA_CONNECTION && probe->nonce.text[0] != '\0' &&
		strata_connection_is_bare(probe->connection) && probe->peer->breaker != NULL) {
		strata_breaker_note_bare(probe->peer->breaker, strata_msec_of(now));
	}
}

/* One turn of the poll loop. False when there is nothing to go on with yet. */
static bool advance(strata_probe *probe, strata_usec now)
{
	struct pollfd wanted = strata_connection_poll(probe->connection);
	strata_protocol_error *error = &probe->exchange.error;

	if (poll(&wanted, 1, 0) > 0) {
		probe->result = strata_connection_advance(probe->connection, wanted.revents, now, error);
		probe->moved_at = now;
		note_bare(probe, now);
		return true;
	}
	if (!is_late(probe, now)) {
		return false;
	}
	probe->result = strata_connection_give_up(probe->connection, now, error);
	probe->moved_at = now;
	return true;
}

/* The exchange under way as far as it goes. True when it is done, however it went. */
static bool go_on(strata_probe *probe, strata_usec now)
{
	while (probe->result == STRATA_OK && !strata_connection_is_clean(probe->connection)) {
		if (!advance(probe, now)) {
			return false;
		}
	}
	return true;
}

/* Over a new connection an error is an answer too: that PING is refused hinders no reads. */
static strata_result classify(const strata_probe *probe)
{
	const strata_protocol *protocol = probe->peer->protocol;
	void *echo = probe->replies[probe->exchange.expected - 1];
	strata_result result = protocol->check_nonce(echo, strata_view_of(probe->nonce.text));

	if (result != STRATA_OK && result != STRATA_SERVER) {
		return result;
	}
	return asks_service(probe) ? protocol->check_service(probe->replies[0]) : STRATA_OK;
}

static strata_result check(strata_probe *probe)
{
	const strata_peer *peer = probe->peer;
	strata_result result = classify(probe);

	if (result != STRATA_OK) {
		snprintf(probe->exchange.error.text, sizeof(probe->exchange.error.text), "%s %s: %s",
			peer->protocol->name, peer->name, strata_result_text(result));
	}
	return result;
}

bool strata_probe_look(strata_probe *probe, strata_usec now, strata_result *result)
{
	while (go_on(probe, now)) {
		if (probe->result == STRATA_OK) {
			probe->result = check(probe);
		}
		if (probe->result != STRATA_OK || ++probe->rounds >= ROUNDS) {
			*result = probe->result;
			return true;
		}
		probe->result = ask(probe, now);
	}
	*result = STRATA_OK;
	return false;
}

void strata_probe_wait(strata_probe *probe, strata_usec *now, strata_usec until)
{
	strata_result unused;

	while (!strata_probe_look(probe, *now, &unused) && *now < until) {
		struct pollfd wanted = strata_connection_poll(probe->connection);
		strata_usec step = strata_connection_deadline(probe->connection);
		int cause;

		step = step > *now && step < until ? step : until;
		if (strata_socket_wait(&wanted, 1, step, &cause) != STRATA_OK) {
			return;
		}
		*now = strata_clock_usec();
	}
}
