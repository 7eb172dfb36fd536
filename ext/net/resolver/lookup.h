/* lookup: one name looked up, through c-ares, without ever waiting. */
#ifndef STRATA_NET_RESOLVER_LOOKUP_H
#define STRATA_NET_RESOLVER_LOOKUP_H

#include <stdbool.h>

#include "base/result.h"
#include "base/time.h"
#include "net/address.h"

/*
 * Follows what resolv.conf, nsswitch.conf and the hosts file say when it begins. Belongs to one
 * thread. A child of fork() may only free it.
 */
typedef struct strata_lookup strata_lookup;

enum { STRATA_LOOKUP_ERROR_ROOM = 96 /* bytes, the NUL included */ };

/* How it ended. */
typedef struct {
	/*
	 * OK with an address at least. TIMEOUT: no server answered. CONNECTION: the servers say that
	 * there is no such name or no address, or they cannot say. NO_MEMORY.
	 */
	strata_result result;
	strata_address_list addresses;        /* without ports, IPv6 and IPv4 in the order of RFC 6724 */
	char error[STRATA_LOOKUP_ERROR_ROOM]; /* the result in words; empty when OK */
} strata_lookup_end;

/* Begins, and may be over at once. NULL when out of memory or of file descriptors. */
strata_lookup *strata_lookup_new(const char *host, strata_usec now);

/* Readable whenever strata_lookup_advance() has something to do. */
int strata_lookup_fd(const strata_lookup *lookup);

/* As far as it goes without waiting. True when it is over, after 5 s at the latest. */
bool strata_lookup_advance(strata_lookup *lookup, strata_usec now);

/* Of one that is over. */
const strata_lookup_end *strata_lookup_result(const strata_lookup *lookup);

/* Sends nothing: the parent of a forked child may still use the sockets. NULL is allowed. */
void strata_lookup_free(strata_lookup *lookup);

#endif
