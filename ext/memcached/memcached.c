/*
 * A round has one lane for each node that is asked: the commands for that node in the order given,
 * one exchange, and how far the replies have been believed. The servers answer in order, so reply
 * number n of a lane should be the answer to its command number n; that it is, its key and its
 * opaque must say. The opaques of a round count up from a random number: they are all different,
 * and no reply that lingers from another round can know them.
 *
 *     commands  a b c d e          lane 0 (node 2): a c d -> replies 1 2 3
 *                                  lane 1 (node 0): b e   -> replies 1 2
 *
 * A lane that breaks stays broken. After a reply for another question nothing behind it can be
 * believed, whatever it says. After an ERROR, which carries neither key nor opaque, the position
 * is all that is left to go by, and that is not enough: the command it stands for has failed, the
 * rest fails with it, and the connection is closed although nothing is owed. Unless it stands alone:
 * where one reply was owed, one came, and the command was a single line, there is nothing that it
 * could be out of step with. A set is never that harmless, for its value may have been read as
 * commands, whose replies are still to come.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "memcached/memcached.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "os/process.h"
#include "node/connection.h"
#include "node/exchange.h"
#include "node/node.h"
#include "node/patience.h"
#include "protocol/memcached_protocol.h"

struct strata_memcached {
	const strata_client_options *options;
	strata_ring *ring;
	strata_node **nodes; /* in the order configured, which is that of the ring */
	uint32_t count;
};

typedef struct {
	uint32_t next;        /* index of the reply that the next command of the lane should have */
	strata_result broken; /* what all further commands come to; OK while replies are believed */
	const strata_meta_reply *error; /* the ERROR reply that broke it, else NULL */
	strata_trust trust;
} lane;

enum { NO_LANE = UINT32_MAX };

struct strata_memcached_round {
	strata_memcached *pool;
	strata_memcached_command *commands;
	size_t count;
	strata_exchange *exchanges; /* one for each lane */
	lane *lanes;
	uint32_t lane_count;
	uint32_t *lane_of; /* by node, NO_LANE where none */
	bool is_urgent;
};

/* ---- the pool ---- */

static strata_result add_nodes(strata_memcached *pool, const strata_ring_server *servers,
	uint32_t count, strata_stats *stats)
{
	pool->nodes = calloc(count, sizeof(*pool->nodes));
	if (pool->nodes == NULL) {
		return STRATA_NO_MEMORY;
	}
	while (pool->count < count) {
		const strata_ring_server *server = &servers[pool->count];
		strata_node *node = strata_node_new(&strata_memcached_protocol, pool->options, server->host,
			server->port, stats);

		if (node == NULL) {
			return STRATA_NO_MEMORY;
		}
		pool->nodes[pool->count++] = node;
	}
	return STRATA_OK;
}

strata_result strata_memcached_new(const strata_ring_server *servers, uint32_t count,
	const strata_client_options *options, strata_stats *stats, strata_memcached **out)
{
	strata_memcached *pool = calloc(1, sizeof(*pool));
	strata_result result;

	*out = NULL;
	if (pool == NULL) {
		return STRATA_NO_MEMORY;
	}
	pool->options = options;
	result = strata_ring_new(servers, count, &pool->ring);
	if (result == STRATA_OK) {
		result = add_nodes(pool, servers, count, stats);
	}
	if (result != STRATA_OK) {
		strata_memcached_free(pool);
		return result;
	}
	*out = pool;
	return STRATA_OK;
}

void strata_memcached_free(strata_memcached *pool)
{
	if (pool == NULL) {
		return;
	}
	while (pool->count > 0) {
		strata_node_free(pool->nodes[--pool->count]);
	}
	free(pool->nodes);
	strata_ring_free(pool->ring);
	free(pool);
}

uint32_t strata_memcached_count(const strata_memcached *pool)
{
	return pool->count;
}

uint32_t strata_memcached_pick(const strata_memcached *pool, strata_view key)
{
	return strata_ring_pick(pool->ring, key);
}

/* ---- before the run ---- */

static strata_memcached_round *new_round(strata_memcached *pool, strata_arena *arena,
	strata_memcached_command *commands, size_t count)
{
	strata_memcached_round *round = strata_arena_alloc(arena, sizeof(*round));
	size_t most_lanes = count < pool->count ? count : pool->count;

	if (round == NULL) {
		return NULL;
	}
	*round = (strata_memcached_round){
		.pool = pool,
		.commands = commands,
		.count = count,
		.exchanges = strata_arena_alloc(arena, most_lanes * sizeof(*round->exchanges)),
		.lanes = strata_arena_alloc(arena, most_lanes * sizeof(*round->lanes)),
		.lane_of = strata_arena_alloc(arena, pool->count * sizeof(*round->lane_of)),
	};
	if (round->exchanges == NULL || round->lanes == NULL || round->lane_of == NULL) {
		return NULL;
	}
	for (uint32_t i = 0; i < pool->count; i++) {
		round->lane_of[i] = NO_LANE;
	}
	return round;
}

static strata_exchange *exchange_for(strata_memcached_round *round, uint32_t node)
{
	uint32_t index = round->lane_of[node];

	if (index == NO_LANE) {
		index = round->lane_count++;
		round->lane_of[node] = index;
		round->lanes[index] = (lane){ .broken = STRATA_OK, .trust = STRATA_TRUSTED };
		round->exchanges[index] =
			(strata_exchange){ .node = round->pool->nodes[node], .is_urgent = round->is_urgent };
	}
	return &round->exchanges[index];
}

/* A key that cannot be sent settles its command here; see was_sent(). */
static int compose(strata_memcached_round *round, strata_memcached_command *command)
{
	strata_exchange *exchange;

	if (!strata_meta_key_fits(command->request.key)) {
		command->result = STRATA_TOO_LARGE;
		return 0;
	}
	exchange = exchange_for(round, command->node);
	exchange->owed++;
	exchange->happens_once |=
		command->request.verb != STRATA_META_GET && command->request.verb != STRATA_META_LOOK;
	return strata_meta_compose(&exchange->request, &command->request);
}

static bool was_sent(const strata_memcached_command *command)
{
	return command->result != STRATA_TOO_LARGE;
}

static int compose_all(strata_memcached_round *round)
{
	uint32_t opaque = (uint32_t) strata_process_random_word();

	for (size_t i = 0; i < round->count; i++) {
		round->commands[i].request.opaque = opaque++;
		if (compose(round, &round->commands[i]) != 0) {
			return -1;
		}
	}
	return 0;
}

static void free_requests(strata_memcached_round *round)
{
	for (uint32_t i = 0; i < round->lane_count; i++) {
		strata_buffer_fini(&round->exchanges[i].request);
	}
}

/* ---- after the run ---- */

static const char *word_of(strata_meta_verb verb)
{
	switch (verb) {
		case STRATA_META_GET:
		case STRATA_META_LOOK: return "get";
		case STRATA_META_SET: return "set";
		case STRATA_META_DELETE: return "delete";
		case STRATA_META_TOUCH: return "touch";
		case STRATA_META_INCREMENT: return "increment";
	}
	return "";
}

static void explain(strata_call *call, const strata_memcached_command *command, const char *cause)
{
	strata_call_explain(call, "%s %s: %s: %s", strata_memcached_protocol.name, command->node_name,
		word_of(command->request.verb), cause);
}

static bool is_answer_to(const strata_meta_reply *reply, const strata_meta_request *request)
{
	return reply->has_opaque && reply->opaque == request->opaque &&
		   strata_view_equal(reply->key, request->key);
}

static strata_result result_of_error(strata_view line)
{
	static const char too_large[] = "object too large";

	return memmem(line.data, line.size, too_large, sizeof(too_large) - 1) != NULL ? STRATA_TOO_LARGE
																				  : STRATA_SERVER;
}

/* What a connection said can be doubted, so that nobody may use it any more. */
static void poison(strata_exchange *exchange)
{
	if (exchange->connection != NULL) {
		strata_connection_poison(exchange->connection);
	}
}

static bool stands_alone(const strata_exchange *exchange, const strata_meta_request *request)
{
	return exchange->owed == 1 && request->verb != STRATA_META_SET;
}

static void believe_error(lane *lane, strata_exchange *exchange, strata_memcached_command *command,
	const strata_meta_reply *reply, strata_call *call)
{
	command->result = result_of_error(reply->value);
	command->reply = *reply;
	lane->error = reply;
	lane->broken = STRATA_SERVER;
	if (!stands_alone(exchange, &command->request)) {
		poison(exchange);
	}
	strata_stats_add_reason(strata_node_stats(exchange->node), command->result);
	explain(call, command, reply->value.data);
}

/* The first reply of a lane that is not believed. Its value goes nowhere. */
static void disbelieve(lane *lane, strata_exchange *exchange, strata_memcached_command *command,
	strata_call *call)
{
	command->result = STRATA_DESYNC;
	lane->trust = STRATA_DISTRUSTED;
	lane->broken = STRATA_DESYNC;
	poison(exchange);
	explain(call, command, strata_result_text(STRATA_DESYNC));
}

/* No reply is left: the exchange knows why. */
static void miss_reply(lane *lane, const strata_exchange *exchange, strata_call *call)
{
	assert(exchange->result != STRATA_OK);
	lane->broken = exchange->result;
	strata_call_explain(call, "%s", exchange->error.text);
}

static void settle(strata_memcached_round *round, strata_memcached_command *command,
	strata_call *call)
{
	uint32_t index = round->lane_of[command->node];
	lane *lane = &round->lanes[index];
	strata_exchange *exchange = &round->exchanges[index];
	const strata_meta_reply *reply;

	if (lane->broken == STRATA_OK && lane->next == exchange->received) {
		miss_reply(lane, exchange, call);
	}
	if (lane->broken != STRATA_OK) {
		command->result = lane->broken;
		command->reply = lane->error != NULL ? *lane->error : (strata_meta_reply){ 0 };
		return;
	}
	reply = exchange->replies[lane->next++];
	if (reply->code == STRATA_META_ERROR) {
		believe_error(lane, exchange, command, reply, call);
	} else if (!is_answer_to(reply, &command->request)) {
		disbelieve(lane, exchange, command, call);
	} else {
		command->reply = *reply;
	}
}

static void settle_all(strata_memcached_round *round, strata_call *call)
{
	for (size_t i = 0; i < round->count; i++) {
		strata_memcached_command *command = &round->commands[i];

		if (was_sent(command)) {
			settle(round, command, call);
		} else {
			explain(call, command, "memcached takes keys of at most 250 bytes");
		}
	}
}

/* ---- the round ---- */

static void reset(strata_memcached *pool, strata_memcached_command *commands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert(commands[i].node < pool->count);
		commands[i].result = STRATA_OK;
		commands[i].reply = (strata_meta_reply){ 0 };
		commands[i].node_name = strata_node_name(pool->nodes[commands[i].node]);
		commands[i].distrusted = false;
	}
}

static void refuse_all(strata_memcached_command *commands, size_t count, strata_result result)
{
	for (size_t i = 0; i < count; i++) {
		commands[i].result = result;
	}
}

static bool is_answered(const strata_memcached_round *round)
{
	for (uint32_t i = 0; i < round->lane_count; i++) {
		if (round->exchanges[i].result != STRATA_OK) {
			return false;
		}
	}
	return true;
}

static strata_memcached_round *out_of_memory(strata_call *call, strata_memcached_command *commands,
	size_t count)
{
	refuse_all(commands, count, STRATA_NO_MEMORY);
	strata_call_explain(call, "%s: %s", strata_memcached_protocol.name,
		strata_result_text(STRATA_NO_MEMORY));
	return NULL;
}

strata_memcached_round *strata_memcached_run(strata_memcached *pool, strata_call *call,
	strata_memcached_command *commands, size_t count)
{
	strata_memcached_round *round;
	strata_patience patience;

	reset(pool, commands, count);
	round = new_round(pool, call->arena, commands, count);
	if (round == NULL) {
		return out_of_memory(call, commands, count);
	}
	round->is_urgent = call->is_urgent;
	if (compose_all(round) != 0) {
		free_requests(round);
		return out_of_memory(call, commands, count);
	}
	if (!strata_patience_begin(&patience, call, pool->options)) {
		free_requests(round);
		refuse_all(commands, count, STRATA_BUDGET);
		return NULL;
	}
	strata_exchange_run(round->exchanges, round->lane_count, patience.deadline, call->arena);
	strata_patience_end(&patience, call, is_answered(round));
	free_requests(round);
	settle_all(round, call);
	return round;
}

void strata_memcached_release(strata_memcached_round *round)
{
	if (round == NULL) {
		return;
	}
	for (size_t i = 0; i < round->count; i++) {
		uint32_t index = round->lane_of[round->commands[i].node];

		if (round->commands[i].distrusted && index != NO_LANE &&
			round->lanes[index].trust == STRATA_TRUSTED) {
			round->lanes[index].trust = STRATA_DOUBTED;
		}
	}
	for (uint32_t i = 0; i < round->lane_count; i++) {
		strata_exchange_release(&round->exchanges[i], round->lanes[i].trust);
	}
}
