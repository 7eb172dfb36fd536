/*
 * deadline: how long one step of a call may wait for servers, and one connection may go on opening.
 * All steps of a call together wait for operation_timeout at most, and all calls of a request for
 * request_budget.
 */
#ifndef STRATA_NODE_TERMS_DEADLINE_H
#define STRATA_NODE_TERMS_DEADLINE_H

#include "base/call.h"
#include "node/terms/client_options.h"

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

/* Of a connection that opens. Absolute, and never beyond that of the exchange it opens for. */
typedef struct {
	strata_usec ends_at; /* for all from the name to the end of the handshake */
	strata_usec address; /* for the address that is tried, where others are left */
	uint32_t tried;      /* addresses, when that was set */
} strata_opening_deadline;

/* The earlier one of the end of the exchange and that of opening. */
strata_usec strata_opening_deadline_of(const strata_opening_deadline *opening,
	strata_usec exchange);

/*
 * Another address is tried: the tried-th, with so many left behind it. It gets a share of the time:
 * a half where one more is left, a third where there are more, all of it where none is. So the last
 * ones of many get little, but never nothing.
 */
void strata_opening_deadline_share(strata_opening_deadline *opening, uint32_t tried, uint32_t left,
	strata_usec exchange, strata_usec now);

#endif
