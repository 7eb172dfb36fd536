/* address: where a connection goes, and the few addresses to try for one server. */
#ifndef STRATA_NET_ADDRESS_H
#define STRATA_NET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/result.h"

/* Bytes beyond size do not count. */
typedef struct {
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
		struct sockaddr_un path;
	} bytes;
	socklen_t size; /* bytes in use */
} strata_address;

enum { STRATA_ADDRESSES_MOST = 16, STRATA_ADDRESS_TEXT_ROOM = 128 /* bytes, the NUL included */ };

/* In the order in which to try them. All zeroes is a valid, empty list. */
typedef struct {
	uint32_t count;
	strata_address items[STRATA_ADDRESSES_MOST];
} strata_address_list;

/*
 * What needs no looking up: a numeric address, or the path of a unix socket, which begins with /.
 * MISS when it is a name. CONNECTION, with the reason in words in *cause, when it can be neither.
 */
STRATA_MUST_CHECK strata_result strata_address_read(const char *host, uint16_t port,
	strata_address *out, const char **cause);

/* The same address, port included? */
bool strata_address_equal(const strata_address *one, const strata_address *other);

/* The index of the address in the list, or its count. */
uint32_t strata_address_list_find(const strata_address_list *list, const strata_address *address);

/* The address without its port, for people. */
void strata_address_print(const strata_address *address, char text[STRATA_ADDRESS_TEXT_ROOM]);

#endif
