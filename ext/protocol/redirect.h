/* redirect: where a MOVED or an ASK sends the command. */
#ifndef STRATA_PROTOCOL_REDIRECT_H
#define STRATA_PROTOCOL_REDIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/view.h"
#include "net/endpoint.h"

typedef enum {
	STRATA_REDIRECT_NONE,  /* another error */
	STRATA_REDIRECT_MOVED, /* the slot is there from now on */
	STRATA_REDIRECT_ASK    /* this one command, there, after ASKING */
} strata_redirect_kind;

typedef struct {
	strata_redirect_kind kind;
	uint16_t slot;
	bool is_unknown;    /* "?": the node that sent it knows no address of the kind it is to tell */
	strata_endpoint to; /* its host is empty when it is unknown, or the one that answered */
} strata_redirect;

/*
 * Reads the text of an error reply. OK for a redirect and for any other error, as kind says.
 * PROTOCOL for a redirect that leads nowhere: to a slot or port that does not exist, or to a host
 * that is malformed.
 */
STRATA_MUST_CHECK strata_result strata_redirect_parse(strata_view text, strata_redirect *out);

#endif
