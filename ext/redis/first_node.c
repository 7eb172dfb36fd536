#include "redis/first_node.h"

static bool lacks_owner(const strata_request_ctx *ctx)
{
	strata_node *owner;

	for (size_t i = 0; i < ctx->count; i++) {
		if (!ctx->attempts[i].is_carried &&
			strata_cluster_owner(ctx->cluster, ctx->attempts[i].command->slot, &owner) ==
				STRATA_NO_OWNER) {
			return true;
		}
	}
	return false;
}

strata_result strata_first_node_learn(strata_request_ctx *ctx, strata_protocol_error *error)
{
	return strata_cluster_learn(ctx->cluster, &ctx->now, ctx->deadline.ends_at, ctx->call->arena,
		error);
}

static strata_result learn_masters(strata_request_ctx *ctx, strata_protocol_error *error)
{
	strata_result result = strata_first_node_learn(ctx, error);

	if (result == STRATA_OK && lacks_owner(ctx)) {
		strata_cluster_mark_stale(ctx->cluster, STRATA_REFRESH_URGENT, ctx->now);
		result = strata_first_node_learn(ctx, error);
	}
	return result;
}

static void route(const strata_request_ctx *ctx, strata_attempt *attempt)
{
	uint16_t slot = attempt->command->slot;
	strata_result result = strata_cluster_owner(ctx->cluster, slot, &attempt->node);

	if (result != STRATA_OK) {
		strata_attempt_complete(attempt, result, NULL);
		if (attempt->is_carried) {
			return;
		}
		strata_call_explain(ctx->call, "redis: slot %u: %s", (unsigned) slot,
			strata_result_text(result));
	} else if (attempt->command->is_plain_read) {
		strata_node *replica =
			strata_cluster_pick_replica(ctx->cluster, slot, STRATA_REPLICA_BY_CHOICE, ctx->now);

		attempt->is_replica = replica != NULL;
		attempt->node = replica != NULL ? replica : attempt->node;
	} else {
		strata_cluster_note_write(ctx->cluster, slot, ctx->now);
	}
}

static bool asks_node(const strata_request_ctx *ctx, const strata_node *node)
{
	for (size_t i = 0; i < ctx->count; i++) {
		if (!ctx->attempts[i].is_carried && ctx->attempts[i].is_open &&
			ctx->attempts[i].node == node) {
			return true;
		}
	}
	return false;
}

/* No call waits for a node that it does not ask: the removal stays owed. */
static void leave_out_strangers(strata_request_ctx *ctx)
{
	for (size_t i = 0; i < ctx->count && ctx->attempts[i].is_carried; i++) {
		if (ctx->attempts[i].is_open && !asks_node(ctx, ctx->attempts[i].node)) {
			strata_attempt_complete(&ctx->attempts[i], STRATA_NOT_READY, NULL);
		}
	}
}

static void fail_all(strata_request_ctx *ctx, strata_result result,
	const strata_protocol_error *error)
{
	if (error->lasts) {
		strata_call_note_misconfigured(ctx->call, error->text);
	}
	strata_attempts_fail(ctx, result, error->text);
}

static void route_by_slot(strata_request_ctx *ctx)
{
	strata_protocol_error error = { .text = "" };
	strata_result result = learn_masters(ctx, &error);
	const char *source = strata_node_name(strata_cluster_last_source(ctx->cluster));
	strata_view name = strata_arena_copy(ctx->call->arena, strata_view_of(source));

	for (size_t i = 0; i < ctx->count; i++) {
		ctx->attempts[i].command->node_name = name.data != NULL ? name.data : "redis";
		if (result == STRATA_OK) {
			route(ctx, &ctx->attempts[i]);
		}
	}
	if (result != STRATA_OK) {
		fail_all(ctx, result, &error);
	}
	leave_out_strangers(ctx);
}

static void route_to_server(strata_request_ctx *ctx)
{
	for (size_t i = 0; i < ctx->count && ctx->server != NULL; i++) {
		ctx->attempts[i].node = ctx->server;
		ctx->attempts[i].command->node_name = strata_node_name(ctx->server);
	}
}

static void route_to_master(strata_request_ctx *ctx)
{
	strata_protocol_error error = { .text = "" };
	strata_result result = strata_sentinel_find(ctx->sentinel, &ctx->now, ctx->deadline.ends_at,
		ctx->call->arena, &ctx->server, &error);

	if (result != STRATA_OK) {
		fail_all(ctx, result, &error);
	}
	route_to_server(ctx);
}

void strata_first_nodes_find(strata_request_ctx *ctx)
{
	if (ctx->cluster != NULL) {
		strata_cluster_begin(ctx->cluster,
			ctx->call->budget != NULL ? ctx->call->budget->requests : 0, ctx->count, ctx->now);
		route_by_slot(ctx);
	} else if (ctx->sentinel != NULL) {
		route_to_master(ctx);
	} else {
		route_to_server(ctx);
	}
}
