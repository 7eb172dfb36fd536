/* error_reply: what an error reply of Redis means for the command, the connection and the map. */
#ifndef STRATA_PROTOCOL_ERROR_REPLY_H
#define STRATA_PROTOCOL_ERROR_REPLY_H

#include <stdbool.h>

#include "base/result.h"
#include "protocol/resp.h"

/* None of these commands was executed, so each of them may be sent again. */
typedef enum {
	STRATA_RETRY_NONE,      /* it is the answer */
	STRATA_RETRY_LATER,     /* the same command, in a moment */
	STRATA_RETRY_FRESH,     /* the same command over a new connection */
	STRATA_RETRY_NEW_OWNER, /* to the owner of the slot by a newer map */
	STRATA_RETRY_MASTER     /* to the master: this replica cannot answer */
} strata_retry_action;

typedef struct {
	strata_result result; /* where nothing else is tried */
	strata_retry_action action;
	bool closes;   /* the connection is not what it should be */
	bool renews;   /* the server is not, and serves what it can */
	bool suspects; /* the slot map may be old */
} strata_error_reply;

/* For an error reply that is no redirect. */
strata_error_reply strata_error_reply_classify(const strata_resp_reply *reply);

#endif
