/*
 * name: a host name as one thread uses it, and its addresses as the processes of the host know
 * them.
 */
#ifndef STRATA_NET_RESOLVER_NAME_H
#define STRATA_NET_RESOLVER_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "net/resolver/name_table.h"
#include "stats/anomalies.h"

typedef struct strata_name strata_name;

/*
 * The same for all callers of this thread; each of them closes it. Nothing is looked up yet. Where
 * table is NULL, or has no room, only this thread knows what it finds. NULL when out of memory.
 */
strata_name *strata_name_open(strata_name_table *table, strata_anomalies *anomalies,
	const char *host);

/* NULL is allowed. */
void strata_name_close(strata_name *name);

typedef enum {
	STRATA_NAME_KNOWN,   /* there are addresses, however old */
	STRATA_NAME_PENDING, /* there are none yet: this thread or another process is looking */
	STRATA_NAME_UNKNOWN  /* the name was looked up a moment ago, and there were none */
} strata_name_state;

/*
 * What is known now. Begins to look the name up where that is due and the caller's turn: when
 * nothing is known, when something speaks against what is known, and when it is older than max_age
 * (0: however old it is). Goes on with that, and never waits.
 */
strata_name_state strata_name_look(strata_name *name, strata_usec max_age, strata_usec now);

/* As of the last look. Valid until the next one. */
const strata_name_view *strata_name_known(const strata_name *name);

/* Of a name that is PENDING: readable when it is time for the next look. -1: there is none. */
int strata_name_fd(strata_name *name);

/* Something speaks against the addresses. The next looks have the name looked up once more. */
void strata_name_expire(strata_name *name, strata_usec now);

/* As strata_name_record_first() and _prefer(). */
uint32_t strata_name_first(const strata_name *name, uint16_t port);
void strata_name_prefer(strata_name *name, uint16_t port, const strata_address *address);

/*
 * Goes on with what this thread has begun to look up. Costs nothing where there is none, and is
 * called wherever a request or a call begins or ends.
 */
void strata_names_go_on(void);

#endif
