/* endpoint: a server, as it was configured or as a node of a cluster named it. */
#ifndef STRATA_NET_ENDPOINT_H
#define STRATA_NET_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

/* A server as it was configured. The text is the caller's. */
typedef struct {
	const char *host; /* a name, an address, or the path of a unix socket */
	uint16_t port;    /* without meaning for a socket */
} strata_hostport;

enum { STRATA_ENDPOINT_HOST_ROOM = 256 }; /* bytes, the NUL included */

/* Plain bytes without a pointer, so that it may lie in shared memory. */
typedef struct {
	char
		host[STRATA_ENDPOINT_HOST_ROOM]; /* a name or an address, NUL-terminated; empty: not said */
	uint16_t port;                       /* 1..65535 */
} strata_endpoint;

/*
 * Takes what a server sent. False when there is no such port, or when the host is malformed, as "?"
 * is, by which a server says that it does not know it. Do not use out then.
 */
bool strata_endpoint_read(strata_endpoint *out, strata_view host, int64_t port);

/*
 * A node that does not name its host means the one it was asked under. False when that is the path
 * of a socket, which does not tell where a port is.
 */
bool strata_endpoint_complete(strata_endpoint *endpoint, const char *asked_host);

/* "host:port", "[address]:port" or the path, for the caller to free. NULL when out of memory. */
char *strata_endpoint_name(const char *host, uint16_t port);

bool strata_endpoint_is_at(const strata_endpoint *endpoint, const char *host, uint16_t port);

#endif
