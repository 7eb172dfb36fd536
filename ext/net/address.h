/* address: the addresses behind a name, in the order in which to try them. */
#ifndef STRATA_NET_ADDRESS_H
#define STRATA_NET_ADDRESS_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/result.h"

typedef struct {
	struct sockaddr_storage bytes;
	socklen_t size; /* bytes of it in use */
} strata_address;

/* All zeroes is a valid, empty list. */
typedef struct {
	strata_address *items;
	uint32_t count;
} strata_address_list;

/*
 * host is a name, an address or the path of a unix socket, which begins with /. Addresses and paths
 * are never looked up. A name goes to the system's resolver, which waits as long as the system is
 * configured to. CONNECTION, with the reason in words in *cause, or NO_MEMORY leave an empty list.
 */
STRATA_MUST_CHECK strata_result strata_address_resolve(const char *host, uint16_t port,
	strata_address_list *out, const char **cause);

/* Frees the memory and leaves a valid, empty list. */
void strata_address_list_fini(strata_address_list *list);

#endif
