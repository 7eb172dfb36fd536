/*
 * Nobody waits for a probe: it is begun by a call that is refused, and looked at by the next calls that
 * come along, which may be much later. So what counts is what lies in the socket when it is looked at,
 * and an echo that came in time is not lost because nobody looked in time.
 *
 * That a connection can be opened proves nothing: the kernel of a stopped server accepts it.
 */
#include "remote/probe.h"

#include <stdlib.h>

#include "os/clock.h"
#include "remote/nonce.h"
#include "remote/socket.h"

enum { ECHOES_WANTED = 2 };

struct strata_probe {
	const strata_peer *peer;
	strata_connection *connection;
	uint64_t turn;
	uint32_t echoes;
	bool has_failed; /* before anybody looked */
	strata_nonce nonce;
	strata_buffer request;
	strata_arena *arena;
	strata_task task;
	void *replies[1];
};

uint64_t strata_probe_turn(const strata_probe *probe)
{
	return probe->turn;
}

static strata_result ask(strata_probe *probe, strata_wire_error *error)
{
	const strata_peer *peer = probe->peer;

	probe->nonce = strata_nonce_new();
	strata_buffer_fini(&probe->request);
	strata_arena_reset(probe->arena);
	if (peer->wire->ask_nonce(&probe->request, strata_view_of(probe->nonce.text)) != 0) {
		return STRATA_NO_MEMORY;
	}
	probe->task = (strata_task){
		.request = { probe->request.data, probe->request.size },
		.owed = 1,
		.replies = probe->replies,
		.arena = probe->arena,
		.deadline = strata_clock_usec() + peer->options->operation_timeout,
	};
	return strata_connection_begin(probe->connection, &probe->task, error);
}

strata_connection *strata_probe_end(strata_probe *probe)
{
	strata_connection *connection = probe->connection;

	strata_buffer_fini(&probe->request);
	strata_arena_free(probe->arena);
	free(probe);
	return connection;
}

strata_probe *strata_probe_new(strata_connection *connection, const strata_peer *peer,
	uint64_t turn)
{
	strata_probe *probe = calloc(1, sizeof(*probe));
	strata_wire_error unused;

	if (probe == NULL) {
		strata_connection_free(connection);
		return NULL;
	}
	probe->peer = peer;
	probe->connection = connection;
	probe->turn = turn;
	probe->arena = strata_arena_new();
	if (probe->arena == NULL) {
		strata_connection_free(strata_probe_end(probe));
		return NULL;
	}
	probe->has_failed = ask(probe, &unused) != STRATA_OK;
	return probe;
}

typedef enum { MOVED, NOTHING_THERE, BROKEN } progress;

/* One turn of the poll loop. */
static progress advance(strata_probe *probe, strata_wire_error *error)
{
	struct pollfd wanted = strata_connection_poll(probe->connection);

	if (poll(&wanted, 1, 0) > 0) {
		strata_result result = strata_connection_advance(probe->connection, wanted.revents, error);

		return result == STRATA_OK ? MOVED : BROKEN;
	}
	if (strata_connection_deadline(probe->connection) <= strata_clock_usec()) {
		(void) strata_connection_give_up(probe->connection, error);
		return BROKEN;
	}
	return NOTHING_THERE;
}

/* The task under way as far as it goes. ANSWERED when it is done. */
static strata_probe_state go_on(strata_probe *probe, strata_wire_error *error)
{
	progress progress = probe->has_failed ? BROKEN : MOVED;

	while (progress == MOVED && !strata_connection_is_clean(probe->connection)) {
		progress = advance(probe, error);
	}
	switch (progress) {
		case MOVED: return STRATA_PROBE_ANSWERED;
		case NOTHING_THERE: return STRATA_PROBE_GOING;
		case BROKEN: break;
	}
	return STRATA_PROBE_FAILED;
}

strata_probe_state strata_probe_look(strata_probe *probe, strata_wire_error *error)
{
	error->text[0] = '\0';
	for (;;) {
		strata_probe_state state = go_on(probe, error);

		if (state != STRATA_PROBE_ANSWERED) {
			return state;
		}
		if (!probe->peer->wire->is_nonce(probe->replies[0], strata_view_of(probe->nonce.text))) {
			return STRATA_PROBE_FAILED;
		}
		if (++probe->echoes >= ECHOES_WANTED) {
			return STRATA_PROBE_ANSWERED;
		}
		if (ask(probe, error) != STRATA_OK) {
			return STRATA_PROBE_FAILED;
		}
	}
}

void strata_probe_wait(strata_probe *probe, strata_usec until)
{
	strata_wire_error unused;

	while (strata_probe_look(probe, &unused) == STRATA_PROBE_GOING && strata_clock_usec() < until) {
		struct pollfd wanted = strata_connection_poll(probe->connection);
		int cause;

		if (strata_socket_wait(&wanted, 1, until, &cause) != STRATA_OK) {
			return;
		}
	}
}
