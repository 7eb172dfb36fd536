/* By the map of this host and the redirects since, which may be older than what the nodes know. */
#include "api/status/slot_masters.h"

#include "api/request/globals.h"
#include "redis/cluster/slot_masters.h"

enum { RANGES_SHOWN = 64 /* of each node */ };

/* A new section under the name of the node, or the one that is there. */
static zval *section_of(zval *list, const strata_endpoint *node)
{
	char *name = strata_endpoint_name(node->host, node->port);
	zval *found, row;

	if (name == NULL) {
		return NULL;
	}
	found = zend_symtable_str_find(Z_ARRVAL_P(list), name, strlen(name));
	if (found == NULL) {
		array_init(&row);
		found = zend_symtable_str_update(Z_ARRVAL_P(list), name, strlen(name), &row);
	}
	free(name);
	return found;
}

static void add_range(zval *ranges, const strata_slot_range *range)
{
	char text[16];

	if (range->first == range->last) {
		snprintf(text, sizeof(text), "%u", range->first);
	} else {
		snprintf(text, sizeof(text), "%u-%u", range->first, range->last);
	}
	add_next_index_string(ranges, text);
}

static void add_master(zval *masters, const strata_slot_masters *found, uint32_t node)
{
	zval *row = NULL, ranges;
	uint32_t slots = 0, count = 0;

	for (uint32_t i = 0; i < found->range_count; i++) {
		const strata_slot_range *range = &found->ranges[i];

		if (range->node != node) {
			continue;
		}
		if (count++ == 0) {
			array_init(&ranges);
		}
		slots += (uint32_t) range->last - range->first + 1;
		if (count <= RANGES_SHOWN) {
			add_range(&ranges, range);
		}
	}
	if (count > 0 && (row = section_of(masters, &found->nodes[node])) != NULL) {
		add_assoc_long(row, "slots", slots);
		add_assoc_zval(row, "ranges", &ranges);
		add_assoc_long(row, "more_ranges", count > RANGES_SHOWN ? count - RANGES_SHOWN : 0);
	} else if (count > 0) {
		zval_ptr_dtor(&ranges);
	}
}

/* Under the name of each replica that of its master. */
static void add_replica(zval *replicas, const strata_slot_masters *found, uint32_t node)
{
	uint16_t master = found->replicates[node];
	char *name = strata_endpoint_name(found->nodes[node].host, found->nodes[node].port);
	char *of = master < found->node_count
				   ? strata_endpoint_name(found->nodes[master].host, found->nodes[master].port)
				   : NULL;

	if (name != NULL && of != NULL) {
		add_assoc_string(replicas, name, of);
	}
	free(name);
	free(of);
}

void strata_api_add_slot_masters(zval *cluster, uint32_t number)
{
	strata_slot_masters found;
	strata_result result =
		strata_slot_masters_read(strata_process_runtime.slot_maps, number, &found);
	zval masters, replicas;

	array_init(&masters);
	array_init(&replicas);
	for (uint32_t i = 0; result == STRATA_OK && i < found.node_count; i++) {
		add_master(&masters, &found, i);
		add_replica(&replicas, &found, i);
	}
	add_assoc_zval(cluster, "masters", &masters);
	add_assoc_zval(cluster, "replicas", &replicas);
	strata_slot_masters_fini(&found);
}
