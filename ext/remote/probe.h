/* probe — does a node answer again? Found out without anybody waiting for it. */
#ifndef STRATA_REMOTE_PROBE_H
#define STRATA_REMOTE_PROBE_H

#include "remote/connection.h"

typedef struct strata_probe strata_probe;

/*
 * Begins to greet the node over this new connection, which now belongs to the probe, and to ask it for
 * the echo of a nonce, twice in a row. turn is kept for the caller. NULL when out of memory: the
 * connection is then freed.
 */
strata_probe *strata_probe_new(strata_connection *connection, const strata_peer *peer,
	uint64_t turn);

typedef enum { STRATA_PROBE_GOING, STRATA_PROBE_ANSWERED, STRATA_PROBE_FAILED } strata_probe_state;

/*
 * Goes as far as it does without waiting. FAILED with the cause in words when it cannot go on, and when
 * no echo was there an operation_timeout after it was asked for.
 */
strata_probe_state strata_probe_look(strata_probe *probe, strata_wire_error *error);

/* Waits for as much as strata_probe_look() wants to see, but not past that moment. */
void strata_probe_wait(strata_probe *probe, strata_usec until);

uint64_t strata_probe_turn(const strata_probe *probe);

/* Gives the connection back, clean once the probe was answered. The probe is freed. */
strata_connection *strata_probe_end(strata_probe *probe);

#endif
