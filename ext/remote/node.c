/*
 * The idle connections of a node are a stack of two: the one used last is the one whose socket
 * and buffers are warm, and the one least likely to have been closed by the other side. Two are
 * enough for a thread that asks the same node twice in one round; whoever needs more opens more
 * and they are closed when they come back.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "remote/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_IDLE = 2 };

struct strata_node {
	strata_peer peer; /* its addresses are empty until the first connect */
	char *host;
	uint16_t port;
	char *name;
	strata_connection *idle[MOST_IDLE]; /* the one used last at the end */
	uint32_t idle_count;
};

static char *name_of(const char *host, uint16_t port)
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

strata_node *strata_node_new(const strata_wire *wire, const strata_wire_options *options,
	const char *host, uint16_t port, strata_stats *stats)
{
	strata_node *node = calloc(1, sizeof(*node));

	if (node == NULL) {
		return NULL;
	}
	node->host = strdup(host);
	node->port = port;
	node->name = name_of(host, port);
	if (node->host == NULL || node->name == NULL) {
		strata_node_free(node);
		return NULL;
	}
	node->peer = (strata_peer){ .wire = wire, .options = options, .name = node->name };
	if (stats != NULL) {
		node->peer.stats = strata_stats_row_of(stats, STRATA_STATS_NODE, wire->name, node->name);
	}
	return node;
}

void strata_node_free(strata_node *node)
{
	if (node == NULL) {
		return;
	}
	while (node->idle_count > 0) {
		strata_connection_free(node->idle[--node->idle_count]);
	}
	strata_address_list_fini(&node->peer.addresses);
	free(node->name);
	free(node->host);
	free(node);
}

const char *strata_node_name(const strata_node *node)
{
	return node->name;
}

const char *strata_node_host(const strata_node *node)
{
	return node->host;
}

uint16_t strata_node_port(const strata_node *node)
{
	return node->port;
}

strata_stats_row *strata_node_stats(const strata_node *node)
{
	return node->peer.stats;
}

/* Closing an idle connection is not what it was kept for, so it counts as one that failed. */
static void discard(strata_connection *connection)
{
	strata_connection_poison(connection);
	strata_connection_free(connection);
}

void strata_node_drop_idle(strata_node *node)
{
	while (node->idle_count > 0) {
		discard(node->idle[--node->idle_count]);
	}
}

static strata_result resolve(strata_node *node, strata_wire_error *error)
{
	const char *cause;
	strata_result result =
		strata_address_resolve(node->host, node->port, &node->peer.addresses, &cause);

	if (result != STRATA_OK) {
		snprintf(error->text, sizeof(error->text), "%s %s: resolving the name: %s",
			node->peer.wire->name, node->name, cause);
	}
	return result;
}

static strata_result new_connection(strata_node *node, strata_connection **out,
	strata_wire_error *error)
{
	if (node->peer.addresses.count == 0) {
		strata_result result = resolve(node, error);

		if (result != STRATA_OK) {
			return result;
		}
	}
	*out = strata_connection_new(&node->peer);
	if (*out == NULL) {
		snprintf(error->text, sizeof(error->text), "%s %s: %s", node->peer.wire->name, node->name,
			strata_result_text(STRATA_NO_MEMORY));
		return STRATA_NO_MEMORY;
	}
	return STRATA_OK;
}

strata_result strata_node_acquire(strata_node *node, strata_connection **out,
	strata_wire_error *error)
{
	*out = NULL;
	while (node->idle_count > 0) {
		strata_connection *last = node->idle[--node->idle_count];

		if (strata_connection_is_fit(last)) {
			*out = last;
			return STRATA_OK;
		}
		discard(last);
	}
	return new_connection(node, out, error);
}

void strata_node_release(strata_node *node, strata_connection *connection)
{
	if (strata_connection_is_clean(connection) && node->idle_count < MOST_IDLE) {
		node->idle[node->idle_count++] = connection;
	} else {
		strata_connection_free(connection);
	}
}
