/*
 * No call waits for a probe: it is begun by a call that is refused, and looked at by the next calls
 * that come along, which may be much later. So what counts is what lies in the socket when it is
 * looked at. An echo that came in time is not lost because the next look is late. A step that is
 * not there a timeout after the one before it was seen never will be.
 *
 * That a connection can be opened proves nothing: the kernel of a stopped server accepts it.
 */
#include "node/probe.h"

#include <stdlib.h>

#include "os/clock.h"
#include "protocol/nonce.h"
#include "net/socket.h"

enum { ECHOES_WANTED = 2 };

struct strata_probe {
	strata_peer *peer;
	strata_connection *connection;
	uint64_t turn;
	uint32_t echoes;
	strata_result result; /* so far */
	strata_usec moved_at; /* when it last went on, which only happens while a call looks */
	strata_nonce nonce;
	strata_exchange exchange;
	void *replies[1];
};

uint64_t strata_probe_turn(const strata_probe *probe)
{
	return probe->turn;
}

void strata_probe_take_turn(strata_probe *probe, uint64_t turn)
{
	probe->turn = turn;
}

static strata_result ask(strata_probe *probe, strata_usec now)
{
	const strata_peer *peer = probe->peer;
	strata_protocol_error unused;

	probe->nonce = strata_nonce_new();
	probe->exchange.request.size = 0;
	strata_arena_reset(probe->exchange.arena);
	if (peer->protocol->ask_nonce(&probe->exchange.request, strata_view_of(probe->nonce.text)) !=
		0) {
		return STRATA_NO_MEMORY;
	}
	probe->exchange.deadline = now + peer->options->operation_timeout;
	return strata_connection_begin(probe->connection, &probe->exchange, now, &unused);
}

strata_connection *strata_probe_end(strata_probe *probe)
{
	strata_connection *connection = probe->connection;

	strata_buffer_fini(&probe->exchange.request);
	strata_arena_free(probe->exchange.arena);
	free(probe);
	return connection;
}

strata_probe *strata_probe_new(strata_connection *connection, strata_peer *peer, uint64_t turn,
	strata_usec now)
{
	strata_probe *probe = calloc(1, sizeof(*probe));

	if (probe == NULL) {
		strata_connection_free(connection);
		return NULL;
	}
	probe->peer = peer;
	probe->connection = connection;
	probe->turn = turn;
	probe->exchange = (strata_exchange){
		.expected = 1,
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

/* One turn of the poll loop. False when there is nothing to go on with yet. */
static bool advance(strata_probe *probe, strata_usec now)
{
	struct pollfd wanted = strata_connection_poll(probe->connection);
	strata_protocol_error unused;

	if (poll(&wanted, 1, 0) > 0) {
		probe->result = strata_connection_advance(probe->connection, wanted.revents, now, &unused);
		probe->moved_at = now;
		return true;
	}
	if (!is_late(probe, now)) {
		return false;
	}
	probe->result = strata_connection_give_up(probe->connection, now, &unused);
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

static bool is_echo(const strata_probe *probe)
{
	return probe->peer->protocol->is_nonce(probe->replies[0], strata_view_of(probe->nonce.text));
}

bool strata_probe_look(strata_probe *probe, strata_usec now, strata_result *result)
{
	while (go_on(probe, now)) {
		if (probe->result == STRATA_OK && !is_echo(probe)) {
			probe->result = STRATA_DESYNC;
		}
		if (probe->result != STRATA_OK || ++probe->echoes >= ECHOES_WANTED) {
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
