/*
 * Connections stay with what was sent until the release, so that the caller may still report a
 * value of another key. Only a later pipeline to the same node takes its connection over, else a
 * redirect would cost a connect and an AUTH. A mismatch found on the later one closes the idle
 * ones, too.
 */
#include "redis/pipelines.h"

#include "os/clock.h"

static const char asking_command[] = "*1\r\n$6\r\nASKING\r\n";

/*
 * Gives every attempt that is due the pipeline of its node. Returns how many pipelines that takes.
 */
static uint32_t group_by_node(strata_request_ctx *ctx, strata_node **nodes)
{
	uint32_t count = 0;

	for (size_t i = 0; i < ctx->count; i++) {
		strata_attempt *attempt = &ctx->attempts[i];
		uint32_t index = 0;

		if (!strata_attempt_is_due(attempt)) {
			continue;
		}
		while (index < count && nodes[index] != attempt->node) {
			index++;
		}
		nodes[index] = attempt->node;
		attempt->pipeline = index;
		count = index == count ? count + 1 : count;
	}
	return count;
}

static void open_pipeline(strata_request_ctx *ctx, strata_pipelines *sent, uint32_t index,
	strata_node *node)
{
	strata_view name = strata_arena_copy(ctx->call->arena, strata_view_of(strata_node_name(node)));

	sent->exchanges[index] = (strata_exchange){ .node = node, .is_urgent = ctx->call->is_urgent };
	sent->pipelines[index] = (strata_pipeline){ .name = name.data != NULL ? name.data : "redis" };
}

/* NULL when out of memory. */
static strata_pipelines *new_dispatch(strata_request_ctx *ctx)
{
	strata_arena *arena = ctx->call->arena;
	strata_node **nodes = strata_arena_alloc(arena, ctx->count * sizeof(strata_node *));
	strata_pipelines *made = strata_arena_alloc(arena, sizeof(*made));

	if (nodes == NULL || made == NULL) {
		return NULL;
	}
	made->former = ctx->last;
	made->count = group_by_node(ctx, nodes);
	made->exchanges = strata_arena_alloc(arena, made->count * sizeof(*made->exchanges));
	made->pipelines = strata_arena_alloc(arena, made->count * sizeof(*made->pipelines));
	if (made->exchanges == NULL || made->pipelines == NULL) {
		return NULL;
	}
	for (uint32_t i = 0; i < made->count; i++) {
		open_pipeline(ctx, made, i, nodes[i]);
	}
	return made;
}

static bool compose(const strata_attempt *attempt, strata_exchange *exchange)
{
	strata_view first = { asking_command, attempt->is_asking ? sizeof(asking_command) - 1 : 0 };
	strata_buffer *request = &exchange->request;

	if (strata_buffer_reserve(request, first.size + attempt->command->bytes.size) != 0 ||
		strata_buffer_append(request, first) != 0 ||
		strata_buffer_append(request, attempt->command->bytes) != 0) {
		return false;
	}
	exchange->owed += strata_attempt_expected(attempt);
	exchange->happens_once |= !attempt->command->is_plain_read;
	return true;
}

/* All or nothing: false when out of memory. */
static bool compose_all(strata_request_ctx *ctx, const strata_pipelines *sent)
{
	for (size_t i = 0; i < ctx->count; i++) {
		const strata_attempt *attempt = &ctx->attempts[i];

		if (strata_attempt_is_due(attempt) &&
			!compose(attempt, &sent->exchanges[attempt->pipeline])) {
			return false;
		}
	}
	return true;
}

static strata_trust trust_of(const strata_pipeline *pipeline)
{
	if (pipeline->is_mismatched) {
		return STRATA_DISTRUSTED;
	}
	return pipeline->is_key_mismatched ? STRATA_DOUBTED : STRATA_TRUSTED;
}

static void release_pipeline(const strata_pipelines *sent, uint32_t index)
{
	strata_exchange *exchange = &sent->exchanges[index];
	strata_pipeline *pipeline = &sent->pipelines[index];

	if (!pipeline->is_held) {
		return;
	}
	pipeline->is_held = false;
	strata_exchange_release(exchange, trust_of(pipeline));
	if (pipeline->is_stale) {
		strata_node_drop_idle(exchange->node);
	}
}

/* The pipeline to this node whose connection is held; the sent's count when there is none. */
static uint32_t find_held(const strata_pipelines *sent, const strata_node *node)
{
	uint32_t index = 0;

	while (index < sent->count &&
		   !(sent->pipelines[index].is_held && sent->exchanges[index].node == node)) {
		index++;
	}
	return index;
}

/* So that the sent finds the connections to its nodes idle. */
static void release_former(const strata_pipelines *sent)
{
	for (const strata_pipelines *former = sent->former; former != NULL; former = former->former) {
		for (uint32_t i = 0; i < sent->count; i++) {
			uint32_t index = find_held(former, sent->exchanges[i].node);

			if (index < former->count) {
				release_pipeline(former, index);
			}
		}
	}
}

static void send_composed(strata_request_ctx *ctx, strata_pipelines *sent, strata_usec deadline)
{
	release_former(sent);
	strata_exchange_run(sent->exchanges, sent->count, deadline, ctx->call->arena);
	ctx->now = strata_clock_usec();
	for (uint32_t i = 0; i < sent->count; i++) {
		sent->pipelines[i].is_held = true;
	}
	ctx->last = sent;
}

bool strata_pipelines_send(strata_request_ctx *ctx, strata_usec deadline)
{
	strata_pipelines *sent = new_dispatch(ctx);
	bool is_composed = sent != NULL && compose_all(ctx, sent);

	if (is_composed) {
		send_composed(ctx, sent, deadline);
	}
	for (uint32_t i = 0; sent != NULL && i < sent->count; i++) {
		strata_buffer_fini(&sent->exchanges[i].request);
	}
	return is_composed;
}

bool strata_pipelines_are_answered(const strata_request_ctx *ctx)
{
	for (const strata_pipelines *sent = ctx->last; sent != NULL; sent = sent->former) {
		for (uint32_t i = 0; i < sent->count; i++) {
			if (sent->exchanges[i].result != STRATA_OK) {
				return false;
			}
		}
	}
	return true;
}

/* Of whatever sent: where a later one took the connection over, it is reported there. */
static void mark_key_mismatch(const strata_request_ctx *ctx, const strata_node *node)
{
	for (const strata_pipelines *sent = ctx->last; sent != NULL; sent = sent->former) {
		uint32_t index = find_held(sent, node);

		if (index < sent->count) {
			sent->pipelines[index].is_key_mismatched = true;
			return;
		}
	}
}

void strata_pipelines_release(strata_request_ctx *ctx)
{
	for (size_t i = 0; i < ctx->count; i++) {
		if (ctx->attempts[i].command->is_mismatched) {
			mark_key_mismatch(ctx, ctx->attempts[i].node);
		}
	}
	for (const strata_pipelines *sent = ctx->last; sent != NULL; sent = sent->former) {
		for (uint32_t i = 0; i < sent->count; i++) {
			release_pipeline(sent, i);
		}
	}
}
