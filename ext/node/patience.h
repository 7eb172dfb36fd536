/* patience — how long may a round of commands take: its own timeout, and what the request has left? */
#ifndef STRATA_NODE_PATIENCE_H
#define STRATA_NODE_PATIENCE_H

#include "base/call.h"
#include "node/client_options.h"

typedef struct {
	strata_usec began;
	strata_usec deadline; /* monotonic and absolute */
} strata_patience;

/* False, with the cause told in the call, when the request has no time left: nobody is to be asked. */
STRATA_MUST_CHECK bool strata_patience_begin(strata_patience *patience, strata_call *call,
	const strata_client_options *options);

/* The round is over. answered: everybody who was asked gave all replies. */
void strata_patience_end(const strata_patience *patience, strata_call *call, bool answered);

#endif
