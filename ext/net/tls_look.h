/*
 * tls_look — does a server speak TLS on a port, or in the clear? For messages alone: where one side
 * speaks it and the other does not, neither understands enough to say so.
 *
 * A connection of its own sends what only one of the two kinds answers, and no secret: a
 * ClientHello, to which even a server that has no cipher in common sends a record of TLS; or a
 * command, to which a server in the clear sends words. No call waits for it.
 */
#ifndef STRATA_NET_TLS_LOOK_H
#define STRATA_NET_TLS_LOOK_H

#include <stdbool.h>

#include "base/time.h"
#include "base/view.h"
#include "net/address.h"

typedef struct strata_tls_look strata_tls_look;

typedef enum {
	STRATA_SPEAKS_UNKNOWN, /* it said nothing in time, or could not be reached */
	STRATA_SPEAKS_CLEAR,
	STRATA_SPEAKS_TLS
} strata_tls_speech;

/* Sends this, and a ClientHello where it is empty. NULL when out of memory or of sockets. */
strata_tls_look *strata_tls_look_new(const strata_address *address, strata_view command,
	strata_usec now);

/* NULL is allowed. */
void strata_tls_look_free(strata_tls_look *look);

/* As far as it goes without waiting. True when it is over, after five seconds at the latest. */
bool strata_tls_look_advance(strata_tls_look *look, strata_usec now, strata_tls_speech *out);

#endif
