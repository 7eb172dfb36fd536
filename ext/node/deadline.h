/*
 * deadline: how long one step of a call may wait for servers. All steps of a call together wait for
 * operation_timeout at most, and all calls of a request for request_budget.
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
 * Reads the clock: began is now. The step gets its share of what the call has left, or what the
 * request has left where that is less. TIMEOUT when the call has none, BUDGET when the request has
 * none, with the cause told in the call: then no server is to be asked.
 */
STRATA_MUST_CHECK strata_result strata_deadline_begin(strata_deadline *deadline, strata_call *call,
	const strata_client_options *options);

/* The waiting is over now; it is charged to the call and to the request's budget. */
void strata_deadline_end(const strata_deadline *deadline, strata_call *call, strata_wait_end end,
	strata_usec now);

#endif
