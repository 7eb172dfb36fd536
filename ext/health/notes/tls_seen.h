/* tls_seen — what a look at the port of a node found lately: does it speak TLS? */
#ifndef STRATA_HEALTH_NOTES_TLS_SEEN_H
#define STRATA_HEALTH_NOTES_TLS_SEEN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/gate.h"

enum {
	STRATA_TLS_SEEN_FOR = 600000, /* msec; the server may be another one by then */
	STRATA_TLS_SEEN_LOOKS = 60000 /* msec between looks of the host */
};

/* In shared memory; all zeroes is a node that was not looked at. For messages alone. */
typedef struct strata_tls_seen {
	_Atomic uint64_t until[2]; /* msec: it speaks in the clear, it speaks TLS */
	strata_gate looks;
} strata_tls_seen;

typedef enum { STRATA_SEEN_CLEAR, STRATA_SEEN_TLS } strata_tls_sight;

/* Whatever was seen before is forgotten. */
void strata_tls_seen_note(strata_tls_seen *seen, strata_tls_sight what, strata_msec now);

/* The end of a sentence about a server that speaks TLS, or does not, and is asked otherwise. */
const char *strata_tls_seen_advice(strata_tls_sight what);

/* That, once a look has found that it is not as it is asked; NULL: it is not known, or it is. */
const char *strata_tls_seen_doubt(const strata_tls_seen *seen, strata_tls_sight asked_by,
	strata_msec now);

/* Is it the caller's turn to look? */
static inline STRATA_MUST_CHECK bool strata_tls_seen_may_look(strata_tls_seen *seen,
	strata_msec now)
{
	return strata_gate_pass(&seen->looks, STRATA_TLS_SEEN_LOOKS, now);
}

#endif
