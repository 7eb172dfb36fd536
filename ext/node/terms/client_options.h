/* client_options: what all nodes of one tier and database have in common. */
#ifndef STRATA_NODE_TERMS_CLIENT_OPTIONS_H
#define STRATA_NODE_TERMS_CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "health/breaker.h"
#include "protocol/protocol.h"
#include "stats/anomalies.h"

#define STRATA_SPIN_AUTO UINT64_MAX /* as strata.spin says it */

/* They outlive the nodes. */
typedef struct {
	strata_connection_setup setup;

	strata_usec connect_timeout;   /* for connecting and the handshake together */
	strata_usec operation_timeout; /* for one call in all, connecting included */
	strata_usec request_budget;    /* for all waiting of one request; 0: no limit */
	strata_usec resolve_every;     /* a name in use is looked up again; 0: only where it fails */
	strata_usec probe_max_wait;    /* that a call has for a probe of a node that was out; 0: none */

	/*
	 * What a wait for replies spins before it sleeps: 0 never, a time always for so long, and
	 * STRATA_SPIN_AUTO where and as long as the host and the node allow it.
	 */
	strata_usec spin;
	struct strata_spin *spin_permits; /* NULL: auto is never */

	strata_usec check_after_idle; /* a connection idle for that long proves itself by a nonce */
	strata_usec idle_close;       /* idle for that long it is closed; 0: never */
	strata_usec max_lifetime;     /* as old as that, give or take a fifth, likewise */

	bool is_strict;         /* every reply is proven by a nonce behind it */
	size_t max_reply;       /* bytes: a reply that grows past this ends the connection */
	uint32_t replica_reads; /* see conf/settings.h */

	struct strata_breaker_table *breaker_table; /* NULL: nodes are asked whatever happened before */
	strata_breaker_limits limits;
	struct strata_slot_map_table *slot_maps;  /* NULL: each thread learns a cluster's slots alone */
	struct strata_name_table *names;          /* NULL: each thread looks names up alone */
	struct strata_confirmed_table *confirmed; /* NULL: none is repeated at a new master */
	struct strata_under_way *under_way;       /* NULL: nor one whose process died */
	struct strata_unconfirmed_table
		*unconfirmed;             /* NULL: no removal is noted that was not confirmed */
	const struct strata_tls *tls; /* NULL: in the clear */
	strata_anomalies *anomalies;  /* NULL: none are kept */
} strata_client_options;

/*
 * A number that tells credentials apart, and reveals nothing of them: of the user and the password,
 * each of which may be missing.
 */
uint64_t strata_credentials_id(const strata_client_options *options);

#endif
