/*
 * deadline: how long one call may wait for servers: its own timeout, and what the request has left.
 */
#ifndef STRATA_NODE_DEADLINE_H
#define STRATA_NODE_DEADLINE_H

#include "base/call.h"
#include "node/client_options.h"

typedef struct {
	strata_usec began;
	strata_usec ends_at; /* monotonic and absolute */
} strata_deadline;

/*
 * Reads the clock: began is now. False, with the cause told in the call, when the request has no
 * time left: then no server is to be asked.
 */
STRATA_MUST_CHECK bool strata_deadline_begin(strata_deadline *deadline, strata_call *call,
	const strata_client_options *options);

/* The waiting is over now; it is charged to the request's budget. */
void strata_deadline_end(const strata_deadline *deadline, strata_call *call, strata_wait_end end,
	strata_usec now);

#endif
