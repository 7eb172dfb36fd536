/* What a cluster says to CLUSTER SLOTS. */
#include "fuzz.h"
#include "protocol/redis_protocol.h"
#include "redis/cluster/slot_map.h"

enum { MAX_REPLY = 64 * 1024 };

static strata_slot_map map;

static void check_map(void)
{
	MUST(map.node_count > 0 && map.node_count <= STRATA_SLOT_MAP_NODES);
	MUST(strata_slot_map_is_sound(&map));
	for (uint32_t i = 0; i < map.node_count; i++) {
		const strata_endpoint *node = &map.nodes[i].at;

		MUST(memchr(node->host, '\0', sizeof(node->host)) != NULL && node->host[0] != '\0');
		MUST(node->port != 0);
		MUST(strata_slot_map_find(&map, node->host, node->port) != STRATA_SLOT_NO_NODE);
	}
	for (unsigned slot = 0; slot < STRATA_SLOT_COUNT; slot++) {
		MUST(map.master_of[slot] == STRATA_SLOT_NO_NODE || map.master_of[slot] < map.node_count);
	}
}

static uint64_t digest(uint64_t digest, const void *reply)
{
	strata_protocol_error said;
	strata_result result;

	memset(&map, 'x', sizeof(map));
	result = strata_slot_map_read(&map, reply, "10.0.0.1", &said);
	MUST(memchr(said.text, '\0', sizeof(said.text)) != NULL);
	MUST((result == STRATA_OK) == (said.text[0] == '\0'));
	if (result == STRATA_OK) {
		check_map();
	}
	return fuzz_mix(digest, result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void) fuzz_read(&strata_redis_protocol, MAX_REPLY, (strata_view){ (const char *) data, size },
		digest);
	return 0;
}
