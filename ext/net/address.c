/*
 * A numeric address is tried first with AI_NUMERICHOST, which cannot reach the network. Most
 * installations list addresses and must not depend on DNS, nor on its speed. Only what is left is a
 * name. getaddrinfo() has no deadline, so the caller asks once and keeps the answer for the life of
 * the node.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/address.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static strata_result path_address(const char *path, strata_address_list *out, const char **cause)
{
	struct sockaddr_un unix_address = { .sun_family = AF_UNIX };
	size_t size = strlen(path) + 1;

	if (size > sizeof(unix_address.sun_path)) {
		*cause = "the path of the unix socket is too long";
		return STRATA_CONNECTION;
	}
	out->items = calloc(1, sizeof(*out->items));
	if (out->items == NULL) {
		return STRATA_NO_MEMORY;
	}
	memcpy(unix_address.sun_path, path, size);
	memcpy(&out->items[0].bytes, &unix_address, sizeof(unix_address));
	out->items[0].size = sizeof(unix_address);
	out->count = 1;
	return STRATA_OK;
}

static int look_up(const char *host, uint16_t port, int flags, struct addrinfo **found)
{
	const struct addrinfo wanted = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = flags | AI_NUMERICSERV,
	};
	char service[sizeof("65535")];

	snprintf(service, sizeof(service), "%u", (unsigned) port);
	return getaddrinfo(host, service, &wanted, found);
}

static strata_result keep(const struct addrinfo *found, strata_address_list *out)
{
	uint32_t count = 0;

	for (const struct addrinfo *each = found; each != NULL; each = each->ai_next) {
		count++;
	}
	out->items = calloc(count, sizeof(*out->items));
	if (out->items == NULL) {
		return STRATA_NO_MEMORY;
	}
	for (; found != NULL; found = found->ai_next) {
		strata_address *next = &out->items[out->count++];

		memcpy(&next->bytes, found->ai_addr, found->ai_addrlen);
		next->size = found->ai_addrlen;
	}
	return STRATA_OK;
}

static strata_result host_addresses(const char *host, uint16_t port, strata_address_list *out,
	const char **cause)
{
	struct addrinfo *found = NULL;
	int error = look_up(host, port, AI_NUMERICHOST, &found);
	strata_result result;

	if (error == EAI_NONAME) {
		error = look_up(host, port, 0, &found);
	}
	if (error == EAI_MEMORY) {
		return STRATA_NO_MEMORY;
	}
	if (error != 0) {
		*cause = error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
		return STRATA_CONNECTION;
	}
	result = keep(found, out);
	freeaddrinfo(found);
	return result;
}

strata_result strata_address_resolve(const char *host, uint16_t port, strata_address_list *out,
	const char **cause)
{
	strata_result result;

	*out = (strata_address_list){ 0 };
	*cause = strata_result_text(STRATA_NO_MEMORY);
	result =
		host[0] == '/' ? path_address(host, out, cause) : host_addresses(host, port, out, cause);
	if (result == STRATA_OK) {
		*cause = "";
	}
	return result;
}

void strata_address_list_fini(strata_address_list *list)
{
	free(list->items);
	*list = (strata_address_list){ 0 };
}
