#include "redis/cluster/cluster_slots.h"

#include <stdio.h>

#include "node/io_loop.h"
#include "os/clock.h"
#include "protocol/error_reply.h"
#include "node/node_advice.h"

static strata_result explain(strata_protocol_error *error, const strata_node *node,
	strata_result result, const char *why)
{
	snprintf(error->text, sizeof(error->text), "redis %s: %.160s", strata_node_name(node), why);
	return result;
}

static strata_result refused(const strata_node *node, const strata_resp_reply *reply,
	strata_protocol_error *error)
{
	char words[128];

	if (strata_resp_is_error(reply, "ERR This instance has cluster support disabled")) {
		return explain(error, node, STRATA_UNSUPPORTED, "is not a cluster: use redis://");
	}
	if (strata_resp_is_error(reply, "ERR unknown")) {
		return explain(error, node, STRATA_UNSUPPORTED,
			"does not know CLUSTER SLOTS: use redis://, or redis-sentinel:// for sentinels");
	}
	strata_resp_print_error(reply, words, sizeof(words));
	return explain(error, node, strata_error_reply_classify(reply).result, words);
}

static strata_result read_map(strata_slot_map *map, const strata_node *node,
	const strata_resp_reply *reply, strata_protocol_error *error)
{
	strata_protocol_error said;
	strata_result result;

	if (reply->type == STRATA_RESP_ERROR) {
		return refused(node, reply, error);
	}
	result = strata_slot_map_read(map, reply, strata_node_host(node), &said);
	return result == STRATA_OK ? STRATA_OK : explain(error, node, result, said.text);
}

strata_result strata_cluster_slots_run(strata_node *node, strata_slot_map *map,
	strata_usec deadline, strata_arena *arena, strata_protocol_error *error)
{
	strata_exchange exchange = { .node = node, .expected = 1 };
	const strata_view command[] = { strata_view_of("CLUSTER"), strata_view_of("SLOTS") };
	strata_usec now = strata_clock_usec();
	strata_result result;

	if (strata_resp_compose(&exchange.request, command, 2) != 0) {
		return explain(error, node, STRATA_NO_MEMORY, strata_result_text(STRATA_NO_MEMORY));
	}
	strata_stats_add(strata_node_stats(node), STRATA_COUNT_REFRESHES, 1);
	strata_io_loop_run(&exchange, 1, deadline, arena, &now);
	strata_buffer_fini(&exchange.request);
	result = exchange.result;
	*error = exchange.error;
	if (result == STRATA_OK) {
		result = read_map(map, node, exchange.replies[0], error);
		if (result != STRATA_OK) {
			strata_stats_add_reason(strata_node_stats(node), result);
			strata_node_note_error(node, result, error, now);
		}
	}
	strata_io_loop_release(&exchange);
	return result;
}
