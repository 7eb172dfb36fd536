/* dns_query: one name looked up, through c-ares, without ever waiting. */
#ifndef STRATA_NET_RESOLVER_DNS_QUERY_H
#define STRATA_NET_RESOLVER_DNS_QUERY_H

#include <stdbool.h>

#include "base/result.h"
#include "base/time.h"
#include "net/address.h"

/*
 * Follows what resolv.conf, nsswitch.conf and the hosts file say when it begins. Belongs to one
 * thread. A child of fork() may only free it.
 */
typedef struct strata_dns_query strata_dns_query;

enum { STRATA_DNS_ERROR_ROOM = 96 /* bytes, the NUL included */ };

/* How it ended. */
typedef struct {
	/*
	 * OK with an address at least. TIMEOUT: no server answered. CONNECTION: the servers say that
	 * there is no such name or no address, or they cannot say. NO_MEMORY.
	 */
	strata_result result;
	strata_address_list addresses;     /* without ports, IPv6 and IPv4 in the order of RFC 6724 */
	char error[STRATA_DNS_ERROR_ROOM]; /* the result in words; empty when OK */
} strata_dns_answer;

/*
 * Do these words of an answer say that there is no such name, or no address of it? They are the
 * word of a name server, as no other ones are.
 */
bool strata_dns_error_is_final(const char *error);

/*
 * Some name servers never answer for one of the two families. Is the answer for the other one
 * enough, after 0.4 s, or is it all or nothing, until the time is over?
 */
typedef enum { STRATA_DNS_BOTH_FAMILIES, STRATA_DNS_EITHER_FAMILY } strata_dns_wish;

/* Begins, and may be over at once. NULL when out of memory or of file descriptors. */
strata_dns_query *strata_dns_query_new(const char *host, strata_dns_wish wish, strata_usec now);

/* Readable whenever strata_dns_query_advance() has something to do. */
int strata_dns_query_fd(const strata_dns_query *query);

/* As far as it goes without waiting. True when it is over, after 5 s at the latest. */
bool strata_dns_query_advance(strata_dns_query *query, strata_usec now);

/* Of one that is over. */
const strata_dns_answer *strata_dns_query_answer(const strata_dns_query *query);

/* Sends nothing: the parent of a forked child may still use the sockets. NULL is allowed. */
void strata_dns_query_free(strata_dns_query *query);

#endif
