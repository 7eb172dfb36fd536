/*
 * A run is a list of errands, one for each command, that are sent out in hops until none is left:
 *
 *     route every command to the owner of its slot
 *     while any errand is open:
 *         hop: one pipeline for each node that an open errand is to go to, all under way at once
 *         settle every errand by its reply: done, or open again with another node
 *
 * A hop after the first carries only what was redirected, or refused for the moment. Nothing but a
 * redirect or a new map ever gives an errand another node: one that does not own the slot could
 * only send it back.
 *
 * The connections stay with the hop until the round is released, so that the caller may distrust
 * them for a value of another key. Only a later hop to the same node takes its connection over,
 * else a redirect would cost a connect and an AUTH; distrusting the later one also closes the idle
 * ones.
 */
#include "redis/redis.h"

#include "os/clock.h"
#include "redis/errand.h"
#include "node/exchange.h"
#include "node/patience.h"
#include "redis/redis_pool.h"
#include "redis/routing.h"

/* What a hop remembers of one exchange. */
typedef struct {
	const char *name;   /* of the node, in the arena: it outlives the node */
	uint32_t settled;   /* replies given to their errands so far */
	bool is_held;       /* its exchange is yet to be released */
	bool is_distrusted; /* a reply came that its command cannot have */
	bool is_doubted;    /* a value came that is another key's */
	bool is_stale;      /* the connections to this node are to be opened anew */
} lane;

typedef struct hop {
	struct hop *former;
	strata_exchange *exchanges;
	lane *lanes;
	uint32_t count; /* of each */
} hop;

struct strata_redis_round {
	strata_errand_scope scope;
	strata_node *server;       /* of a standalone one, else NULL */
	strata_sentinel *sentinel; /* who says where the server is; NULL: nobody need */
	strata_patience patience;
	hop *last;
	strata_errand *errands;
	size_t count;
};

static const char asking[] = "*1\r\n$6\r\nASKING\r\n";

/* ---- replies ---- */

static void fail_open(strata_redis_round *round, strata_result result, const char *why)
{
	for (size_t i = 0; i < round->count; i++) {
		if (round->errands[i].is_open) {
			strata_errand_finish(&round->errands[i], result, NULL);
			strata_call_explain(round->scope.call, "%s", why);
		}
	}
}

/* No reply came. The exchange has counted the reason already, once for all of its commands. */
static void settle_unanswered(strata_redis_round *round, strata_errand *errand,
	const strata_exchange *exchange)
{
	strata_sentinel_lost(round->sentinel, errand->node, exchange->result);
	if (round->scope.cluster != NULL && exchange->result != STRATA_NO_MEMORY) {
		strata_cluster_mark_failed(round->scope.cluster, errand->node, strata_clock_usec());
	}
	if (!strata_errand_switch(&round->scope, errand)) {
		strata_errand_finish(errand, exchange->result, NULL);
		strata_call_explain(round->scope.call, "%s", exchange->error.text);
	}
}

static void settle(strata_redis_round *round, strata_errand *errand)
{
	const strata_exchange *exchange = &round->last->exchanges[errand->lane];
	lane *lane = &round->last->lanes[errand->lane];
	uint32_t owed = strata_errand_owed(errand);

	errand->command->node_name = lane->name;
	errand->command->broke = exchange->result;
	if (exchange->received - lane->settled < owed) {
		lane->settled = exchange->received;
		settle_unanswered(round, errand, exchange);
		return;
	}
	strata_errand_settle(&round->scope, errand, exchange->replies + lane->settled);
	lane->settled += owed;
	lane->is_distrusted |= errand->is_distrusted;
	lane->is_stale |= errand->is_stale;
	lane->is_stale |= strata_sentinel_is_demoted(round->sentinel, errand->node,
		exchange->replies[lane->settled - 1]);
}

/* ---- hops ---- */

/* Gives every errand that is due the lane of its node. Returns how many lanes that takes. */
static uint32_t choose_lanes(strata_redis_round *round, strata_node **nodes)
{
	uint32_t count = 0;

	for (size_t i = 0; i < round->count; i++) {
		strata_errand *errand = &round->errands[i];
		uint32_t lane = 0;

		if (!strata_errand_is_due(errand)) {
			continue;
		}
		while (lane < count && nodes[lane] != errand->node) {
			lane++;
		}
		nodes[lane] = errand->node;
		errand->lane = lane;
		count = lane == count ? count + 1 : count;
	}
	return count;
}

static void open_lane(strata_redis_round *round, hop *hop, uint32_t index, strata_node *node)
{
	strata_view name =
		strata_arena_copy(round->scope.call->arena, strata_view_of(strata_node_name(node)));

	hop->exchanges[index] =
		(strata_exchange){ .node = node, .is_urgent = round->scope.call->is_urgent };
	hop->lanes[index] = (lane){ .name = name.data != NULL ? name.data : "redis" };
}

/* NULL when out of memory. */
static hop *new_hop(strata_redis_round *round)
{
	strata_arena *arena = round->scope.call->arena;
	strata_node **nodes = strata_arena_alloc(arena, round->count * sizeof(strata_node *));
	hop *hop = strata_arena_alloc(arena, sizeof(*hop));

	if (nodes == NULL || hop == NULL) {
		return NULL;
	}
	hop->former = round->last;
	hop->count = choose_lanes(round, nodes);
	hop->exchanges = strata_arena_alloc(arena, hop->count * sizeof(*hop->exchanges));
	hop->lanes = strata_arena_alloc(arena, hop->count * sizeof(*hop->lanes));
	if (hop->exchanges == NULL || hop->lanes == NULL) {
		return NULL;
	}
	for (uint32_t i = 0; i < hop->count; i++) {
		open_lane(round, hop, i, nodes[i]);
	}
	return hop;
}

static bool compose(const strata_errand *errand, strata_exchange *exchange)
{
	strata_view first = { asking, errand->asking ? sizeof(asking) - 1 : 0 };
	strata_buffer *request = &exchange->request;

	if (strata_buffer_reserve(request, first.size + errand->command->bytes.size) != 0 ||
		strata_buffer_append(request, first) != 0 ||
		strata_buffer_append(request, errand->command->bytes) != 0) {
		return false;
	}
	exchange->owed += strata_errand_owed(errand);
	exchange->happens_once |= !errand->command->is_plain_read;
	return true;
}

/*
 * Puts every errand that is due into its pipeline. What there is no memory for is not sent at all.
 */
static bool compose_all(strata_redis_round *round, const hop *hop)
{
	for (size_t i = 0; i < round->count; i++) {
		const strata_errand *errand = &round->errands[i];

		if (strata_errand_is_due(errand) && !compose(errand, &hop->exchanges[errand->lane])) {
			return false;
		}
	}
	return true;
}

static strata_trust trust_of(const lane *lane)
{
	if (lane->is_distrusted) {
		return STRATA_DISTRUSTED;
	}
	return lane->is_doubted ? STRATA_DOUBTED : STRATA_TRUSTED;
}

static void release_lane(const hop *hop, uint32_t index)
{
	strata_exchange *exchange = &hop->exchanges[index];
	lane *lane = &hop->lanes[index];

	if (!lane->is_held) {
		return;
	}
	lane->is_held = false;
	strata_exchange_release(exchange, trust_of(lane));
	if (lane->is_stale) {
		strata_node_drop_idle(exchange->node);
	}
}

/*
 * The index of the lane to this node whose connection is held; the hop's count when there is none.
 */
static uint32_t held_lane(const hop *hop, const strata_node *node)
{
	uint32_t index = 0;

	while (
		index < hop->count && !(hop->lanes[index].is_held && hop->exchanges[index].node == node)) {
		index++;
	}
	return index;
}

/* So that the hop finds the connections to its nodes idle. */
static void release_former(const hop *hop)
{
	for (const struct hop *former = hop->former; former != NULL; former = former->former) {
		for (uint32_t i = 0; i < hop->count; i++) {
			uint32_t index = held_lane(former, hop->exchanges[i].node);

			if (index < former->count) {
				release_lane(former, index);
			}
		}
	}
}

static void send_hop(strata_redis_round *round, hop *hop)
{
	release_former(hop);
	strata_exchange_run(hop->exchanges, hop->count,
		strata_routing_deadline(&round->scope, round->errands, round->count),
		round->scope.call->arena);
	for (uint32_t i = 0; i < hop->count; i++) {
		hop->lanes[i].is_held = true;
	}
	round->last = hop;
	for (size_t i = 0; i < round->count; i++) {
		if (strata_errand_is_due(&round->errands[i])) {
			settle(round, &round->errands[i]);
		}
	}
}

static void run_hop(strata_redis_round *round)
{
	hop *hop = new_hop(round);

	if (hop != NULL && compose_all(round, hop)) {
		send_hop(round, hop);
	} else {
		fail_open(round, STRATA_NO_MEMORY, strata_result_text(STRATA_NO_MEMORY));
	}
	for (uint32_t i = 0; hop != NULL && i < hop->count; i++) {
		strata_buffer_fini(&hop->exchanges[i].request);
	}
}

static bool is_any_open(const strata_redis_round *round)
{
	for (size_t i = 0; i < round->count; i++) {
		if (round->errands[i].is_open) {
			return true;
		}
	}
	return false;
}

static void run_hops(strata_redis_round *round)
{
	while (is_any_open(round)) {
		/* Sending what cannot be answered in time would only cost a connection. */
		if (round->last != NULL && strata_clock_usec() >= round->patience.deadline) {
			fail_open(round, STRATA_TIMEOUT, "redis: timed out following redirects");
			return;
		}
		if (strata_routing_go_on(&round->scope, round->errands, round->count)) {
			run_hop(round);
		}
	}
}

/* ---- routing ---- */

static void route_to_master(strata_redis_round *round)
{
	strata_wire_error error;
	strata_result result = strata_sentinel_find(round->sentinel, round->patience.deadline,
		round->scope.call->arena, &round->server, &error);

	if (result != STRATA_OK) {
		fail_open(round, result, error.text);
	}
}

static void route(strata_redis_round *round)
{
	if (round->scope.cluster != NULL) {
		strata_routing_begin(&round->scope, round->errands, round->count);
		return;
	}
	if (round->sentinel != NULL) {
		route_to_master(round);
	}
	for (size_t i = 0; i < round->count && round->server != NULL; i++) {
		round->errands[i].node = round->server;
		round->errands[i].command->node_name = strata_node_name(round->server);
	}
}

/* ---- exported ---- */

/* NULL when out of memory. */
static strata_redis_round *new_round(strata_redis *redis, strata_call *call,
	strata_redis_command *commands, size_t count)
{
	strata_redis_round *round = strata_arena_alloc(call->arena, sizeof(*round));
	strata_errand *errands = strata_arena_alloc(call->arena, count * sizeof(*errands));

	if (round == NULL || errands == NULL) {
		return NULL;
	}
	*round = (strata_redis_round){
		.scope = { redis->cluster, redis->max_redirects, call, 0 },
		.server = redis->server,
		.sentinel = redis->sentinel,
		.errands = errands,
		.count = count,
	};
	for (size_t i = 0; i < count; i++) {
		strata_errand_open(&errands[i], &commands[i]);
	}
	return round;
}

static bool is_answered(const strata_redis_round *round)
{
	for (const hop *hop = round->last; hop != NULL; hop = hop->former) {
		for (uint32_t i = 0; i < hop->count; i++) {
			if (hop->exchanges[i].result != STRATA_OK) {
				return false;
			}
		}
	}
	return true;
}

strata_redis_round *strata_redis_run(strata_redis *redis, strata_call *call,
	strata_redis_command *commands, size_t count)
{
	strata_redis_round *round = new_round(redis, call, commands, count);

	if (round == NULL) {
		for (size_t i = 0; i < count; i++) {
			commands[i].result = STRATA_NO_MEMORY;
			commands[i].reply = NULL;
			commands[i].node_name = "redis";
		}
		strata_call_explain(call, "redis: %s", strata_result_text(STRATA_NO_MEMORY));
		return NULL;
	}
	if (redis->cluster != NULL) {
		strata_cluster_ref(redis->cluster);
		strata_cluster_begin(redis->cluster, call->budget != NULL ? call->budget->requests : 0,
			count, strata_clock_usec());
	}
	strata_sentinel_hold(redis->sentinel);
	if (strata_patience_begin(&round->patience, call, redis->options)) {
		round->scope.deadline = round->patience.deadline;
		route(round);
		run_hops(round);
		strata_patience_end(&round->patience, call, is_answered(round));
	} else {
		fail_open(round, STRATA_BUDGET, strata_result_text(STRATA_BUDGET));
	}
	return round;
}

/* Of whatever hop: a connection that a later hop took over is distrusted there. */
static void distrust(const strata_redis_round *round, const strata_node *node)
{
	for (const hop *hop = round->last; hop != NULL; hop = hop->former) {
		uint32_t index = held_lane(hop, node);

		if (index < hop->count) {
			hop->lanes[index].is_doubted = true;
			return;
		}
	}
}

void strata_redis_release(strata_redis_round *round)
{
	if (round == NULL) {
		return;
	}
	for (size_t i = 0; i < round->count; i++) {
		if (round->errands[i].command->distrusted) {
			distrust(round, round->errands[i].node);
		}
	}
	for (const hop *hop = round->last; hop != NULL; hop = hop->former) {
		for (uint32_t i = 0; i < hop->count; i++) {
			release_lane(hop, i);
		}
	}
	if (round->scope.cluster != NULL) {
		strata_cluster_unref(round->scope.cluster);
	}
	strata_sentinel_release(round->sentinel);
}
