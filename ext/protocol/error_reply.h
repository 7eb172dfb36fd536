/* error_reply: what an error reply of Redis means for the command, the connection and the map. */
#ifndef STRATA_PROTOCOL_ERROR_REPLY_H
#define STRATA_PROTOCOL_ERROR_REPLY_H

#include <stdbool.h>

#include "base/result.h"
#include "protocol/resp.h"

/* None of these commands was executed, so that every one of them may be sent again. */
typedef enum {
	STRATA_RETRY_NONE,      /* it is the answer */
	STRATA_RETRY_LATER,     /* the same question, in a moment */
	STRATA_RETRY_FRESH,     /* the same question over a new connection */
	STRATA_RETRY_NEW_OWNER, /* whoever owns the slot by a newer map */
	STRATA_RETRY_MASTER     /* this replica cannot say: its master can */
} strata_retry_action;

typedef struct {
	strata_result result; /* where nothing else is tried */
	strata_retry_action action;
	bool closes;   /* the connection is not what it should be */
	bool suspects; /* the slot map may be old */
} strata_error_reply;

/* Of an error reply that is no redirect. */
strata_error_reply strata_error_reply_classify(const strata_resp_reply *reply);

#endif
