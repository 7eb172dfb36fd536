/* outcome — how an operation went, seen from the network, whatever the node answered. */
#ifndef STRATA_HEALTH_OUTCOME_H
#define STRATA_HEALTH_OUTCOME_H

#include "base/result.h"

typedef enum {
	STRATA_OUTCOME_OK,        /* a whole reply, an error reply included */
	STRATA_OUTCOME_HARD,      /* no connection could be made, and that was said at once */
	STRATA_OUTCOME_SOFT,      /* a timeout, or the end of a connection that had been used */
	STRATA_OUTCOME_STALE,     /* an idle connection was found closed by its first use */
	STRATA_OUTCOME_PROTOCOL,  /* something else than a reply to the question came */
	STRATA_OUTCOME_NOT_READY, /* the handshake was answered: it cannot serve yet */
	STRATA_OUTCOME_AUTH,      /* the credentials were not accepted */
	STRATA_OUTCOME_FULL,      /* the node has its maximum number of clients */
	STRATA_OUTCOME_LOCAL      /* trouble of this host: memory, descriptors, a late wake-up */
} strata_outcome;

/* When the operation ended. */
typedef enum {
	STRATA_WHILE_CONNECTING, /* or during the handshake */
	STRATA_WHILE_STALE, /* on a connection that had been idle, before anything that proves it */
	STRATA_WHILE_ASKING
} strata_outcome_moment;

strata_outcome strata_outcome_of(strata_result result, strata_outcome_moment moment);

#endif
