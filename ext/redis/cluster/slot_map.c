/*
 * CLUSTER SLOTS answers with an array of ranges, each of them an array:
 *
 *     first slot, last slot, master, replica, replica ...
 *
 * and a node is an array again: endpoint, port, node id, metadata. Older servers leave the id and
 * the metadata out, newer ones may add to them, so nothing after the id is looked at. A master
 * whose slots do not lie side by side appears in many ranges.
 *
 * The endpoint is nil or empty when the node is reached under the host that was asked, and "?" when
 * its place is unknown: such slots have no owner then, which is better than a wrong one.
 *
 * Slots that no range covers have no owner. Slots that two ranges cover mean that the reply cannot
 * be believed at all. A replica that cannot be understood is left out: nothing depends on it. So
 * replicas come after all masters, and never take the room of one.
 *
 * Servers list ranges and replicas in an order that differs from one node to the next, and whether
 * a map is news is decided by its bytes. So the nodes are put in order, masters first and replicas
 * in the order of their masters, and what is not used of a name is zero.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif
#include "redis/cluster/slot_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

typedef struct {
	int64_t first;
	int64_t last;
	const strata_resp_reply *master;
} range;

void strata_slot_map_clear(strata_slot_map *map)
{
	map->node_count = 0;
	map->covered = 0;
	for (uint32_t slot = 0; slot < STRATA_SLOT_COUNT; slot++) {
		map->master_of[slot] = STRATA_SLOT_NO_NODE;
	}
}

uint16_t strata_slot_map_find(const strata_slot_map *map, const char *host, uint16_t port)
{
	for (uint32_t i = 0; i < map->node_count; i++) {
		if (strata_endpoint_is_at(&map->nodes[i].at, host, port)) {
			return (uint16_t) i;
		}
	}
	return STRATA_SLOT_NO_NODE;
}

bool strata_slot_map_is_master(const strata_slot_map *map, uint16_t index)
{
	return map->nodes[index].master == STRATA_SLOT_NO_NODE;
}

static uint16_t add(strata_slot_map *map, const strata_endpoint *at, uint16_t master)
{
	uint16_t index = strata_slot_map_find(map, at->host, at->port);
	strata_slot_map_node *node = &map->nodes[map->node_count];

	if (index != STRATA_SLOT_NO_NODE || map->node_count == STRATA_SLOT_MAP_NODES) {
		return index;
	}
	memset(node, 0, sizeof(*node));
	memcpy(node->at.host, at->host, strnlen(at->host, sizeof(at->host) - 1));
	node->at.port = at->port;
	node->master = master;
	return (uint16_t) map->node_count++;
}

uint16_t strata_slot_map_add(strata_slot_map *map, const strata_endpoint *node)
{
	return add(map, node, STRATA_SLOT_NO_NODE);
}

size_t strata_slot_map_size(const strata_slot_map *map)
{
	return offsetof(strata_slot_map, nodes) + map->node_count * sizeof(map->nodes[0]);
}

static strata_result refuse(strata_protocol_error *error, const char *why)
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

/* The kind of address that the cluster prefers is not known of this node. */
static bool is_unknown(const strata_resp_reply *host)
{
	return host->type == STRATA_RESP_STRING && strata_view_equal(host->text, strata_view_of("?"));
}

/* What the metadata behind a node's id say under this name; a view of nothing: not said. */
static strata_view metadata_of(const strata_resp_reply *node, const char *name)
{
	const strata_resp_reply *list = strata_resp_element(node, 3);
	const strata_resp_reply *said = list == NULL ? NULL : strata_resp_element(list, 0);

	while (said != NULL && said->next != NULL) {
		if (said->type == STRATA_RESP_STRING && said->next->type == STRATA_RESP_STRING &&
			strata_view_equal(said->text, strata_view_of(name)) && !is_unknown(said->next)) {
			return said->next->text;
		}
		said = said->next->next;
	}
	return (strata_view){ NULL, 0 };
}

/*
 * A host that is not said (NULL or empty) is the one that was asked: so the protocol has it. One
 * that is unknown stands in the metadata in another form, the address first; else it is likewise
 * the one that was asked.
 */
static strata_view host_of(const strata_resp_reply *node, const strata_resp_reply *host)
{
	strata_view name = { NULL, 0 };

	if (is_unknown(host)) {
		name = metadata_of(node, "ip");
		return name.size > 0 ? name : metadata_of(node, "hostname");
	}
	return host->type == STRATA_RESP_STRING ? host->text : name;
}

/* False for no address, and for an impossible one. */
static bool read_endpoint(const strata_resp_reply *node, const char *asked_host,
	strata_endpoint *out)
{
	const strata_resp_reply *host = strata_resp_element(node, 0);
	const strata_resp_reply *port = strata_resp_element(node, 1);

	return host != NULL && (host->type == STRATA_RESP_STRING || host->type == STRATA_RESP_NIL) &&
		   port != NULL && port->type == STRATA_RESP_INTEGER &&
		   strata_endpoint_read(out, host_of(node, host), port->integer) &&
		   strata_endpoint_complete(out, asked_host);
}

/* Servers before 4.0 say none. */
static uint64_t id_of(const strata_resp_reply *node)
{
	const strata_resp_reply *id = strata_resp_element(node, 2);

	return id != NULL && id->type == STRATA_RESP_STRING ? strata_hash_of(id->text, 0) : 0;
}

static strata_result add_master(strata_slot_map *map, const strata_resp_reply *master,
	const char *asked_host, uint16_t *index, strata_protocol_error *error)
{
	strata_endpoint endpoint;

	*index = STRATA_SLOT_NO_NODE;
	if (master == NULL || strata_resp_element(master, 0) == NULL) {
		return refuse(error, "a range of slots without a master");
	}
	if (!read_endpoint(master, asked_host, &endpoint)) {
		return refuse(error, "a master with an impossible address");
	}
	*index = strata_slot_map_add(map, &endpoint);
	if (*index == STRATA_SLOT_NO_NODE) {
		snprintf(error->text, sizeof(error->text),
			"CLUSTER SLOTS: more masters than strata has room for: %d", STRATA_SLOT_MAP_NODES);
		return STRATA_UNSUPPORTED;
	}
	map->nodes[*index].id = id_of(master);
	return STRATA_OK;
}

static strata_result assign(strata_slot_map *map, const range *range, uint16_t owner,
	strata_protocol_error *error)
{
	for (int64_t slot = range->first; slot <= range->last; slot++) {
		if (map->master_of[slot] != STRATA_SLOT_NO_NODE) {
			return refuse(error, "two masters for one slot");
		}
		map->master_of[slot] = owner;
		map->covered++;
	}
	return STRATA_OK;
}

static strata_result read_entry(strata_slot_map *map, const strata_resp_reply *entry,
	const char *asked_host, strata_protocol_error *error)
{
	range range;
	uint16_t owner;
	strata_result result;

	if (!read_range(entry, &range)) {
		return refuse(error, "a range of slots that do not exist");
	}
	result = add_master(map, range.master, asked_host, &owner, error);
	return result == STRATA_OK ? assign(map, &range, owner, error) : result;
}

/* ---- replicas ---- */

static void add_replica(strata_slot_map *map, const strata_resp_reply *replica, uint16_t master,
	const char *asked_host)
{
	strata_endpoint endpoint;
	uint16_t index;

	if (read_endpoint(replica, asked_host, &endpoint)) {
		index = add(map, &endpoint, master);
		if (index != STRATA_SLOT_NO_NODE && map->nodes[index].master == master) {
			map->nodes[index].id = id_of(replica);
		}
	}
}

static void add_replicas(strata_slot_map *map, const strata_resp_reply *entry,
	const char *asked_host)
{
	const strata_resp_reply *node = strata_resp_element(entry, 2);
	int64_t first;
	uint16_t master = read_slot(strata_resp_element(entry, 0), &first) ? map->master_of[first]
																	   : STRATA_SLOT_NO_NODE;

	for (node = node->next; node != NULL && master != STRATA_SLOT_NO_NODE; node = node->next) {
		if (node->type == STRATA_RESP_ARRAY) {
			add_replica(map, node, master, asked_host);
		}
	}
}

/* ---- order ---- */

static int compare_places(const strata_endpoint *a, const strata_endpoint *b)
{
	int by_host = strcmp(a->host, b->host);

	return by_host != 0 ? by_host : (int) a->port - (int) b->port;
}

static int compare_nodes(const void *left, const void *right, void *context)
{
	const strata_slot_map *map = context;
	const strata_slot_map_node *a = &map->nodes[*(const uint16_t *) left];
	const strata_slot_map_node *b = &map->nodes[*(const uint16_t *) right];
	bool is_master = a->master == STRATA_SLOT_NO_NODE;
	int by_master;

	if (is_master != (b->master == STRATA_SLOT_NO_NODE)) {
		return is_master ? -1 : 1;
	}
	by_master =
		is_master ? 0 : compare_places(&map->nodes[a->master].at, &map->nodes[b->master].at);
	return by_master != 0 ? by_master : compare_places(&a->at, &b->at);
}

static uint16_t renumbered(const uint16_t *numbers, uint16_t index)
{
	return index == STRATA_SLOT_NO_NODE ? index : numbers[index];
}

static void put_in_order(strata_slot_map *map)
{
	uint16_t order[STRATA_SLOT_MAP_NODES], numbers[STRATA_SLOT_MAP_NODES];
	strata_slot_map_node *sorted;

	for (uint32_t i = 0; i < map->node_count; i++) {
		order[i] = (uint16_t) i;
	}
	qsort_r(order, map->node_count, sizeof(order[0]), compare_nodes, map);
	sorted = malloc(map->node_count * sizeof(*sorted));
	if (sorted == NULL) {
		return; /* a map in another order is as good, and counts as news once */
	}
	for (uint32_t i = 0; i < map->node_count; i++) {
		sorted[i] = map->nodes[order[i]];
		numbers[order[i]] = (uint16_t) i;
	}
	for (uint32_t i = 0; i < map->node_count; i++) {
		map->nodes[i] = sorted[i];
		map->nodes[i].master = renumbered(numbers, sorted[i].master);
	}
	for (uint32_t slot = 0; slot < STRATA_SLOT_COUNT; slot++) {
		map->master_of[slot] = renumbered(numbers, map->master_of[slot]);
	}
	free(sorted);
}

/* ---- whole maps ---- */

static strata_result read_masters(strata_slot_map *map, const strata_resp_reply *reply,
	const char *asked_host, strata_protocol_error *error)
{
	for (const strata_resp_reply *entry = reply->first; entry != NULL; entry = entry->next) {
		strata_result result = read_entry(map, entry, asked_host, error);

		if (result != STRATA_OK) {
			return result;
		}
	}
	return STRATA_OK;
}

strata_result strata_slot_map_read(strata_slot_map *map, const strata_resp_reply *reply,
	const char *asked_host, strata_protocol_error *error)
{
	strata_result result;

	strata_slot_map_clear(map);
	error->text[0] = '\0';
	if (reply->type != STRATA_RESP_ARRAY) {
		return refuse(error, "not an array");
	}
	result = read_masters(map, reply, asked_host, error);
	if (result != STRATA_OK) {
		return result;
	}
	if (map->node_count == 0) {
		snprintf(error->text, sizeof(error->text), "CLUSTER SLOTS: no slot has a known master");
		return STRATA_NO_OWNER;
	}
	for (const strata_resp_reply *entry = reply->first; entry != NULL; entry = entry->next) {
		add_replicas(map, entry, asked_host);
	}
	put_in_order(map);
	return STRATA_OK;
}

static bool is_sound_node(const strata_slot_map *map, const strata_slot_map_node *node)
{
	strata_endpoint unused;
	size_t size = strnlen(node->at.host, sizeof(node->at.host));

	return size > 0 && size < sizeof(node->at.host) &&
		   (node->master == STRATA_SLOT_NO_NODE || node->master < map->node_count) &&
		   strata_endpoint_read(&unused, (strata_view){ node->at.host, size }, node->at.port);
}

bool strata_slot_map_is_sound(const strata_slot_map *map)
{
	if (map->node_count == 0 || map->node_count > STRATA_SLOT_MAP_NODES) {
		return false;
	}
	for (uint32_t i = 0; i < map->node_count; i++) {
		if (!is_sound_node(map, &map->nodes[i])) {
			return false;
		}
	}
	for (uint32_t slot = 0; slot < STRATA_SLOT_COUNT; slot++) {
		if (map->master_of[slot] != STRATA_SLOT_NO_NODE &&
			map->master_of[slot] >= map->node_count) {
			return false;
		}
	}
	return true;
}
