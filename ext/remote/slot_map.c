/*
 * CLUSTER SLOTS answers with an array of ranges, each of them an array:
 *
 *     first slot, last slot, master, replica, replica ...
 *
 * and a node is an array again: endpoint, port, node id, metadata. Older servers leave the id and
 * the metadata out, newer ones may add to them, so whatever stands after the port is not looked
 * at, and replicas are not used yet. A node that moved often appears in many ranges.
 *
 * The endpoint is nil or empty when the node is reached under the host that was asked, and "?" when
 * nobody knows where it is: such slots have no owner then, which is better than a wrong one.
 *
 * Slots that no range covers have no owner. Slots that two ranges cover mean that the reply cannot
 * be believed at all.
 */
#include "remote/slot_map.h"

#include <stdio.h>

typedef struct {
	int64_t first;
	int64_t last;
	const strata_resp_reply *master;
} range;

void strata_slot_map_clear(strata_slot_map *map)
{
	map->node_count = 0;
	for (uint32_t slot = 0; slot < STRATA_SLOT_COUNT; slot++) {
		map->owners[slot] = STRATA_SLOT_NOBODY;
	}
}

static uint16_t find(const strata_slot_map *map, const char *host, uint16_t port)
{
	for (uint32_t i = 0; i < map->node_count; i++) {
		if (strata_endpoint_is_at(&map->nodes[i], host, port)) {
			return (uint16_t) i;
		}
	}
	return STRATA_SLOT_NOBODY;
}

bool strata_slot_map_has(const strata_slot_map *map, const char *host, uint16_t port)
{
	return find(map, host, port) != STRATA_SLOT_NOBODY;
}

uint16_t strata_slot_map_add(strata_slot_map *map, const strata_endpoint *node)
{
	uint16_t index = find(map, node->host, node->port);

	if (index != STRATA_SLOT_NOBODY || map->node_count == STRATA_SLOT_MAP_NODES) {
		return index;
	}
	map->nodes[map->node_count] = *node;
	return (uint16_t) map->node_count++;
}

static strata_result refuse(strata_wire_error *error, const char *why)
{
	snprintf(error->text, sizeof(error->text), "CLUSTER SLOTS: %s", why);
	return STRATA_PROTOCOL;
}

static bool read_slot(const strata_resp_reply *reply, int64_t *slot)
{
	*slot = reply != NULL && reply->type == STRATA_RESP_INTEGER ? reply->integer : -1;
	return *slot >= 0 && *slot < STRATA_SLOT_COUNT;
}

static bool read_range(const strata_resp_reply *reply, range *out)
{
	out->master = strata_resp_element(reply, 2);
	return read_slot(strata_resp_element(reply, 0), &out->first) &&
		   read_slot(strata_resp_element(reply, 1), &out->last) && out->first <= out->last;
}

/* Nobody knows where this node is. */
static bool is_unknown(const strata_resp_reply *host)
{
	return host->type == STRATA_RESP_STRING && strata_view_equal(host->text, strata_view_of("?"));
}

static bool read_endpoint(const strata_resp_reply *host, const strata_resp_reply *port,
	const char *asked_host, strata_endpoint *out)
{
	bool named = host->type == STRATA_RESP_STRING;
	strata_view name = named ? host->text : (strata_view){ NULL, 0 };

	return (named || host->type == STRATA_RESP_NIL) && port != NULL &&
		   port->type == STRATA_RESP_INTEGER && strata_endpoint_read(out, name, port->integer) &&
		   strata_endpoint_complete(out, asked_host);
}

/* The index of the master in the map, STRATA_SLOT_NOBODY when nobody knows where it is. */
static strata_result add_master(strata_slot_map *map, const strata_resp_reply *master,
	const char *asked_host, uint16_t *index, strata_wire_error *error)
{
	const strata_resp_reply *host = master == NULL ? NULL : strata_resp_element(master, 0);
	strata_endpoint endpoint;

	*index = STRATA_SLOT_NOBODY;
	if (host == NULL) {
		return refuse(error, "a range of slots without a master");
	}
	if (is_unknown(host)) {
		return STRATA_OK;
	}
	if (!read_endpoint(host, strata_resp_element(master, 1), asked_host, &endpoint)) {
		return refuse(error, "a master with an impossible address");
	}
	*index = strata_slot_map_add(map, &endpoint);
	return *index != STRATA_SLOT_NOBODY ? STRATA_OK : refuse(error, "too many masters");
}

static strata_result assign(strata_slot_map *map, const range *range, uint16_t owner,
	strata_wire_error *error)
{
	for (int64_t slot = range->first; slot <= range->last; slot++) {
		if (map->owners[slot] != STRATA_SLOT_NOBODY) {
			return refuse(error, "two masters for one slot");
		}
		map->owners[slot] = owner;
	}
	return STRATA_OK;
}

static strata_result read_entry(strata_slot_map *map, const strata_resp_reply *entry,
	const char *asked_host, strata_wire_error *error)
{
	range range;
	uint16_t owner;
	strata_result result;

	if (!read_range(entry, &range)) {
		return refuse(error, "a range of slots that do not exist");
	}
	result = add_master(map, range.master, asked_host, &owner, error);
	if (result != STRATA_OK || owner == STRATA_SLOT_NOBODY) {
		return result;
	}
	return assign(map, &range, owner, error);
}

strata_result strata_slot_map_read(strata_slot_map *map, const strata_resp_reply *reply,
	const char *asked_host, strata_wire_error *error)
{
	strata_slot_map_clear(map);
	error->text[0] = '\0';
	if (reply->type != STRATA_RESP_ARRAY) {
		return refuse(error, "not an array");
	}
	for (const strata_resp_reply *entry = reply->first; entry != NULL; entry = entry->next) {
		strata_result result = read_entry(map, entry, asked_host, error);

		if (result != STRATA_OK) {
			return result;
		}
	}
	if (map->node_count == 0) {
		snprintf(error->text, sizeof(error->text), "CLUSTER SLOTS: no slot has a known master");
		return STRATA_NO_OWNER;
	}
	return STRATA_OK;
}
