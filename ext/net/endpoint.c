#include "net/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * False for bytes that no name and no address contains, such as those of a path or of a user@host.
 */
static bool is_host_byte(char byte)
{
	return byte > ' ' && byte <= '~' && strchr("?/@\\\"'[]", byte) == NULL;
}

bool strata_endpoint_read(strata_endpoint *out, strata_view host, int64_t port)
{
	if (port < 1 || port > UINT16_MAX || host.size >= STRATA_ENDPOINT_HOST_ROOM) {
		return false;
	}
	for (size_t i = 0; i < host.size; i++) {
		if (!is_host_byte(host.data[i])) {
			return false;
		}
		out->host[i] = host.data[i];
	}
	out->host[host.size] = '\0';
	out->port = (uint16_t) port;
	return true;
}

bool strata_endpoint_complete(strata_endpoint *endpoint, const char *asked_host)
{
	if (endpoint->host[0] != '\0') {
		return true;
	}
	if (asked_host[0] == '/' || strlen(asked_host) >= STRATA_ENDPOINT_HOST_ROOM) {
		return false;
	}
	snprintf(endpoint->host, sizeof(endpoint->host), "%s", asked_host);
	return true;
}

bool strata_endpoint_is_at(const strata_endpoint *endpoint, const char *host, uint16_t port)
{
	return endpoint->port == port && strcmp(endpoint->host, host) == 0;
}

char *strata_endpoint_name(const char *host, uint16_t port)
{
	bool is_ipv6 = strchr(host, ':') != NULL;
	size_t room = strlen(host) + sizeof("[]:65535");
	char *name = malloc(room);

	if (name == NULL) {
		return NULL;
	}
	if (host[0] == '/') {
		snprintf(name, room, "%s", host);
	} else {
		snprintf(name, room, "%s%s%s:%u", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
			(unsigned) port);
	}
	return name;
}
