/* redis_command — one command, and what came of it. */
#ifndef STRATA_REDIS_REDIS_COMMAND_H
#define STRATA_REDIS_REDIS_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/view.h"
#include "protocol/resp.h"

typedef struct {
	strata_view bytes;  /* one formatted command, from strata_resp_compose() */
	uint16_t slot;      /* of its key; ignored by a standalone server */
	bool is_plain_read; /* a replica may answer it, and it may be asked twice */
	bool is_repeatable; /* it may be asked twice, but only the master answers it */
	bool is_advice;     /* the call does without its answer: no redirect is followed for it */
	strata_view name;   /* of its key, as long as the call lives */

	/*
	 * It takes a value back: a delete, or a set that replaces whatever is there. Where the server
	 * does not confirm it the removal is owed (host/unconfirmed.h). A write that must not be undone
	 * is none: of a lock, a counter, a session, a generation.
	 */
	bool is_removal;

	/*
	 * OK when a reply other than an error came; SERVER for an error reply. NOT_READY also where
	 * the name is to be removed before anything is believed of it.
	 */
	strata_result result;
	const strata_resp_reply *reply; /* valid when OK; NULL else, but for the error of the server */
	bool is_from_replica;           /* the reply is, which may be old */
	const char *node_name;          /* of the last node asked; never NULL after the run */
	strata_result broke; /* OK, or why replies behind this one never came: it may be theirs */
	bool is_mismatched;  /* set by the caller before the release: the value is another key's */
} strata_redis_command;

/* Commands on their way, with the connections that carried them. */
typedef struct strata_request_ctx strata_request_ctx;

#endif
