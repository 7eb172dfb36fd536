/* location: where a server is, by the address that it was named by, or those of its name now. */
#ifndef STRATA_NODE_LOCATION_H
#define STRATA_NODE_LOCATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "net/tls_look.h"
#include "net/address.h"
#include "health/outcome.h"
#include "net/resolver/name.h"
#include "node/terms/client_options.h"

/* Of one node, and of its thread. */
typedef struct {
	strata_name *name; /* NULL: the addresses are those for good */
	strata_usec max_age;
	uint16_t port;
	uint64_t version;              /* of what is known of the name, that the addresses are from */
	strata_address_list addresses; /* with the port; empty: none is known yet */
	strata_result result;          /* why there is none, for good; OK where there is a name */
	const char *cause;             /* the same in words */
	struct strata_tls_look *look;  /* under way; NULL: none */
	uint32_t look_process;         /* generation of the process that began it */
} strata_location;

/*
 * host is a name, an address or the path of a unix socket. Only a name is ever looked up, and not
 * yet. False when out of memory.
 */
STRATA_MUST_CHECK bool strata_location_init(strata_location *location,
	const strata_client_options *options, const char *host, uint16_t port);
void strata_location_fini(strata_location *location);

/* Was it named by an address, which stays what it is? */
static inline bool strata_location_is_fixed(const strata_location *location)
{
	return location->name == NULL;
}

/*
 * Goes by what is known of the name now, and has it looked up where that is due. OK where there is
 * an address. MISS: not yet, and strata_location_fd() is readable when it is time to ask again.
 * Else there is none now, and *cause says why.
 */
STRATA_MUST_CHECK strata_result strata_location_find(strata_location *location, strata_usec now,
	const char **cause);
int strata_location_fd(const strata_location *location);

/*
 * What the DSN should say instead, where connecting failed: the name servers know of no address, or
 * a path leads to no socket. NULL: nothing speaks against the DSN.
 */
const char *strata_location_advice(const strata_location *location);

/* Is it a unix socket? */
bool strata_location_is_path(const strata_location *location);

/*
 * Begins to look whether the server at this address speaks TLS, or answers this command in the
 * clear; goes on with it, and is over with what it found. No call waits for that.
 */
void strata_location_begin_look(strata_location *location, const strata_address *address,
	strata_view command, strata_usec now);
bool strata_location_end_look(strata_location *location, strata_usec now, strata_tls_speech *out);

/* Since when the addresses are what they are, monotonic; 0: for good, or none is known. */
strata_msec strata_location_since(const strata_location *location);

/* Is the server still at this address? */
bool strata_location_holds(const strata_location *location, const strata_address *address);

/* The index of the address to begin with. */
uint32_t strata_location_first(const strata_location *location);

/*
 * How an exchange went that opened a connection to this address (NULL: over one that had been
 * open). Where it answered, other connections begin with that address, and where it failed, with
 * the next one. A failure has the name looked up once more.
 */
void strata_location_learn(const strata_location *location, const strata_address *address,
	strata_outcome outcome, strata_usec now);

/* Something speaks against the addresses: they are looked up once more. */
void strata_location_expire(const strata_location *location, strata_usec now);

#endif
