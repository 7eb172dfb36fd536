/* refusal — a server answered with an error: what does that mean for the command, the connection and the map? */
#ifndef STRATA_PROTOCOL_REFUSAL_H
#define STRATA_PROTOCOL_REFUSAL_H

#include <stdbool.h>

#include "base/result.h"
#include "protocol/resp.h"

/* None of these commands was executed, so that every one of them may be sent again. */
typedef enum {
	STRATA_REFUSAL_FINAL,     /* it is the answer */
	STRATA_REFUSAL_LATER,     /* the same question, in a moment */
	STRATA_REFUSAL_FRESH,     /* the same question over a new connection */
	STRATA_REFUSAL_NEW_OWNER, /* whoever owns the slot by a newer map */
	STRATA_REFUSAL_MASTER     /* this replica cannot say: its master can */
} strata_refusal_next;

typedef struct {
	strata_result result; /* where nothing else is tried */
	strata_refusal_next next;
	bool closes;   /* the connection is not what it should be */
	bool suspects; /* the slot map may be old */
} strata_refusal;

/* Of an error reply that is no redirect. */
strata_refusal strata_refusal_of(const strata_resp_reply *reply);

#endif
