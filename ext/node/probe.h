/* probe: finds out whether a node answers again, while no call waits for it. */
#ifndef STRATA_NODE_PROBE_H
#define STRATA_NODE_PROBE_H

#include "node/connection.h"

typedef struct strata_probe strata_probe;

/* What the node is asked, twice in a row. */
typedef enum {
	STRATA_PROBE_ECHO,   /* for the echo of a nonce */
	STRATA_PROBE_SERVICE /* also whether it serves, which is what failed when it was asked last */
} strata_probe_question;

/*
 * Begins the handshake with the node over this new connection, which now belongs to the probe, and
 * to ask it. turn is kept for the caller. NULL when out of memory: the connection is then freed.
 */
strata_probe *strata_probe_new(strata_connection *connection, strata_peer *peer,
	strata_probe_question question, uint64_t turn, strata_usec now);

/*
 * Goes as far as it does without waiting. True when it is over: *result is OK when both answers
 * came, else why they did not; a TIMEOUT when a step was not there a timeout after the last one was
 * seen.
 */
bool strata_probe_look(strata_probe *probe, strata_usec now, strata_result *result);

/* Waits for what strata_probe_look() wants to see, but not past that moment; look() then tells. */
void strata_probe_wait(strata_probe *probe, strata_usec *now, strata_usec until);

uint64_t strata_probe_turn(const strata_probe *probe);

/* It goes on for a later turn than the one that it was begun for. */
void strata_probe_take_turn(strata_probe *probe, uint64_t turn);

/* Why it failed, in words, once strata_probe_look() said so. */
strata_protocol_error *strata_probe_error(strata_probe *probe);

/* The probe keeps it. */
const strata_connection *strata_probe_connection(const strata_probe *probe);

/* Gives the connection back, clean once the probe was answered. The probe is freed. */
strata_connection *strata_probe_end(strata_probe *probe);

#endif
