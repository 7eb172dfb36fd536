/*
 * AI_NUMERICHOST cannot reach the network, and reads what no parser of our own should: an IPv6
 * address with the name of an interface, say. What it does not know is a name.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

static strata_result read_path(const char *path, strata_address *out, const char **cause)
{
	size_t size = strlen(path) + 1;

	if (size > sizeof(out->bytes.path.sun_path)) {
		*cause = "the path of the unix socket is too long";
		return STRATA_CONNECTION;
	}
	out->bytes.path.sun_family = AF_UNIX;
	memcpy(out->bytes.path.sun_path, path, size);
	out->size = sizeof(out->bytes.path);
	return STRATA_OK;
}

static strata_result read_number(const char *host, uint16_t port, strata_address *out)
{
	const struct addrinfo wanted = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	};
	struct addrinfo *found;
	char service[sizeof("65535")];

	snprintf(service, sizeof(service), "%u", (unsigned) port);
	switch (getaddrinfo(host, service, &wanted, &found)) {
		case 0: break;
		case EAI_MEMORY: return STRATA_NO_MEMORY;
		default: return STRATA_MISS;
	}
	memcpy(&out->bytes, found->ai_addr, found->ai_addrlen);
	out->size = found->ai_addrlen;
	freeaddrinfo(found);
	return STRATA_OK;
}

strata_result strata_address_read(const char *host, uint16_t port, strata_address *out,
	const char **cause)
{
	strata_result result;

	memset(out, 0, sizeof(*out));
	*cause = "";
	if (host[0] == '/') {
		return read_path(host, out, cause);
	}
	result = read_number(host, port, out);
	if (result == STRATA_NO_MEMORY) {
		*cause = strata_result_text(result);
	}
	return result;
}

bool strata_address_equal(const strata_address *one, const strata_address *other)
{
	return one->size == other->size && memcmp(&one->bytes, &other->bytes, one->size) == 0;
}

uint32_t strata_address_list_find(const strata_address_list *list, const strata_address *address)
{
	uint32_t index = 0;

	while (index < list->count && !strata_address_equal(&list->items[index], address)) {
		index++;
	}
	return index;
}

void strata_address_print(const strata_address *address, char text[STRATA_ADDRESS_TEXT_ROOM])
{
	const void *number = &address->bytes.ipv4.sin_addr;

	switch (address->bytes.any.sa_family) {
		case AF_UNIX:
			snprintf(text, STRATA_ADDRESS_TEXT_ROOM, "%s", address->bytes.path.sun_path);
			return;
		case AF_INET6: number = &address->bytes.ipv6.sin6_addr; break;
		default: break;
	}
	if (inet_ntop(address->bytes.any.sa_family, number, text, STRATA_ADDRESS_TEXT_ROOM) == NULL) {
		text[0] = '\0';
	}
}
