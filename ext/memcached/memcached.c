/*
 * The servers answer in order, so reply number n of an exchange should be the answer to its command
 * number n. That it is, its key and its opaque must say. The opaques of a call count up from a
 * random number: they are all different, and no reply that lingers from another call can know them.
 *
 *     commands  a b c d e          exchange 0 (node 2): a c d -> replies 1 2 3
 *                                  exchange 1 (node 0): b e   -> replies 1 2
 *
 * An exchange that breaks stays broken. After a reply for another question nothing behind it can be
 * believed, whatever it says. An ERROR carries neither key nor opaque, so that it goes by its
 * position alone. That is enough where the server has surely read the whole command
 * (strata_meta_error_is_in_step): what comes behind proves itself again, and the connection is
 * kept, because closing it for each value that a full server refuses would cost all other keys of
 * that server. After any other ERROR, to a set, the value may have been read as commands, whose
 * replies are still to come: the rest fails with it, and the connection is closed.
 *
 * A server takes values up to a limit of its own, its -I. The first value that is refused for its
 * size has one process of the host ask for that limit ("stats settings"), and what cannot fit is
 * not sent from then on. While there are such values, one process asks anew every five seconds.
 * With what it refuses the server removes what it had. So where that must stay, the limit is asked
 * for before the first value that it could concern.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "memcached/memcached.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "host/under_way.h"
#include "memcached/carried.h"
#include "node/terms/deadline.h"
#include "node/dispatch.h"
#include "os/clock.h"
#include "os/process.h"
#include "protocol/memcached_protocol.h"
#include "node/node_advice.h"

/* Bytes. */
enum {
	HEADER_OF_ITEM = 64,  /* what a server adds to key and value, which counts for its limit */
	SMALLEST_LIMIT = 1024 /* servers take no lower -I */
};

struct strata_memcached {
	const strata_client_options *options;
	strata_ring *ring;
	strata_node **nodes;              /* in the order configured, which is that of the ring */
	strata_unconfirmed **unconfirmed; /* what each of them owes */
	uint32_t count;
};

/* One call's commands, from its run to its release. */
struct strata_memcached_replies {
	strata_memcached *pool;
	strata_call *call;
	strata_memcached_command *commands;
	size_t count;
	strata_memcached_carried carried;
	strata_dispatch *dispatch;
};

/* ---- the pool ---- */

/* Over TLS or not, it is the same server, and its names say whose they are. */
static strata_unconfirmed *unconfirmed_by(const strata_memcached *pool, const strata_node *node)
{
	char name[128];

	if (pool->options->unconfirmed == NULL) {
		return NULL;
	}
	snprintf(name, sizeof(name), "%s %s", strata_memcached_protocol.name, strata_node_name(node));
	return strata_unconfirmed_of(pool->options->unconfirmed,
		strata_hash_of(strata_view_of(name), 0), name);
}

static strata_result add_nodes(strata_memcached *pool, const strata_ring_server *servers,
	uint32_t count, strata_stats *stats)
{
	pool->nodes = calloc(count, sizeof(*pool->nodes));
	pool->unconfirmed = calloc(count, sizeof(*pool->unconfirmed));
	if (pool->nodes == NULL || pool->unconfirmed == NULL) {
		return STRATA_NO_MEMORY;
	}
	while (pool->count < count) {
		const strata_ring_server *server = &servers[pool->count];
		strata_node *node = strata_node_new(&strata_memcached_protocol, pool->options, server->host,
			server->port, STRATA_NODE_CONFIGURED, stats);

		if (node == NULL) {
			return STRATA_NO_MEMORY;
		}
		pool->unconfirmed[pool->count] = unconfirmed_by(pool, node);
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
	free(pool->unconfirmed);
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

struct strata_node *strata_memcached_node(const strata_memcached *pool, uint32_t node)
{
	return pool->nodes[node];
}

bool strata_memcached_is_healthy(const strata_memcached *pool, uint32_t node, strata_usec now)
{
	return strata_node_is_healthy(pool->nodes[node], now);
}

uint32_t strata_memcached_pick_second(const strata_memcached *pool, strata_view key)
{
	return strata_ring_pick_second(pool->ring, key);
}

bool strata_memcached_keeps_names(const strata_memcached *pool, uint32_t node)
{
	return pool->unconfirmed[node] != NULL;
}

/* ---- sending ---- */

static bool is_read(const strata_memcached_command *command)
{
	switch (command->request.verb) {
		case STRATA_META_GET:
		case STRATA_META_VIVIFY: /* twice, it only keeps a value from being filled for a moment */
		case STRATA_META_LOOK:
		case STRATA_META_INSPECT:
		case STRATA_META_SETTINGS:
		case STRATA_META_COUNTS: return true;
		case STRATA_META_SET:
		case STRATA_META_DELETE:
		case STRATA_META_MARK:
		case STRATA_META_TOUCH:
		case STRATA_META_INCREMENT: break;
	}
	return false;
}

static bool compose(strata_dispatch *dispatch, strata_memcached_command *command, strata_node *node)
{
	strata_exchange *exchange;

	command->exchange = strata_dispatch_exchange_with(dispatch, node);
	exchange = &dispatch->exchanges[command->exchange];
	exchange->expected++;
	exchange->happens_once |= !is_read(command) && !command->is_carried;
	return strata_meta_compose(&exchange->request, &command->request) == 0;
}

static strata_size_limit *limit_of(const strata_memcached *pool,
	const strata_memcached_command *command)
{
	return strata_node_size_limit(pool->nodes[command->node]);
}

/* What an item takes: at least, or, where a refusal would do harm, with the server's own header. */
static uint64_t size_of(const strata_memcached_command *command)
{
	return command->request.key.size + command->request.value.size +
		   (command->keeps_former ? HEADER_OF_ITEM : 0);
}

/* What is sent to a server of an unknown limit might be refused. */
static bool needs_limit(const strata_memcached *pool, const strata_memcached_command *command)
{
	return command->keeps_former && command->request.verb == STRATA_META_SET &&
		   size_of(command) >= SMALLEST_LIMIT &&
		   strata_size_limit_most(limit_of(pool, command)) == UINT64_MAX;
}

static bool is_too_large(const strata_memcached *pool, const strata_memcached_command *command)
{
	return command->request.verb == STRATA_META_SET &&
		   size_of(command) > strata_size_limit_most(limit_of(pool, command));
}

static bool key_fits(const strata_memcached_command *command)
{
	return command->request.verb == STRATA_META_SETTINGS ||
		   strata_meta_key_fits(command->request.key);
}

/* Decided once, because other processes change the limit. */
static void choose_what_to_send(const strata_memcached *pool, strata_memcached_command *command)
{
	bool can_be_sent = key_fits(command) && !is_too_large(pool, command);

	command->result = can_be_sent ? STRATA_OK : STRATA_TOO_LARGE;
}

/* False when out of memory. */
static bool compose_each(strata_memcached_replies *replies, strata_memcached_command *commands,
	size_t count, uint32_t opaque)
{
	for (size_t i = 0; i < count; i++) {
		strata_memcached_command *command = &commands[i];

		command->request.opaque = opaque++;
		choose_what_to_send(replies->pool, command);
		if (command->result == STRATA_OK &&
			!compose(replies->dispatch, command, replies->pool->nodes[command->node])) {
			return false;
		}
	}
	return true;
}

static bool compose_all(strata_memcached_replies *replies)
{
	const strata_memcached_carried *carried = &replies->carried;
	uint32_t opaque = (uint32_t) strata_process_random_word();

	return compose_each(replies, carried->commands, carried->count, opaque) &&
		   compose_each(replies, replies->commands, replies->count,
			   opaque + (uint32_t) carried->count);
}

/* ---- replies ---- */

static const char *word_of(strata_meta_verb verb)
{
	switch (verb) {
		case STRATA_META_GET:
		case STRATA_META_VIVIFY:
		case STRATA_META_LOOK:
		case STRATA_META_INSPECT: return "get";
		case STRATA_META_SET: return "set";
		case STRATA_META_DELETE: return "delete";
		case STRATA_META_MARK: return "mark";
		case STRATA_META_TOUCH: return "touch";
		case STRATA_META_INCREMENT: return "increment";
		case STRATA_META_SETTINGS: return "settings";
		case STRATA_META_COUNTS: return "stats";
	}
	return "";
}

/* Rare enough to read the clock for it. */
static void note_error(const strata_exchange *exchange, const strata_memcached_command *command,
	const char *cause)
{
	strata_protocol_error error = { .text = "" };

	snprintf(error.text, sizeof(error.text), "%s %s: %s: %.128s", strata_memcached_protocol.name,
		strata_node_name(exchange->node), word_of(command->request.verb), cause);
	strata_node_note_error(exchange->node, command->result, &error, strata_clock_usec());
}

static void explain(strata_call *call, const strata_memcached_command *command, const char *cause)
{
	strata_call_explain(call, "%s %s: %s: %s", strata_memcached_protocol.name, command->node_name,
		word_of(command->request.verb), cause);
}

static void explain_size(const strata_memcached *pool, const strata_memcached_command *command,
	strata_call *call)
{
	char cause[160];

	snprintf(cause, sizeof(cause),
		"the value takes %" PRIu64 " bytes, and the server stores at most %" PRIu64
		" (its option -I)",
		size_of(command), strata_size_limit_most(limit_of(pool, command)));
	explain(call, command, cause);
}

/* The settings alone come without an opaque, and nothing else looks like them. */
static bool is_answer_to(const strata_meta_reply *reply, const strata_meta_request *request)
{
	if (request->verb == STRATA_META_SETTINGS || reply->code == STRATA_META_SETTINGS_END) {
		return request->verb == STRATA_META_SETTINGS && reply->code == STRATA_META_SETTINGS_END;
	}
	return reply->has_opaque && reply->opaque == request->opaque &&
		   strata_view_equal(reply->key, request->key);
}

/* What it said can be doubted: the connection is used no more. */
static void poison(strata_exchange *exchange)
{
	if (exchange->connection != NULL) {
		strata_connection_poison(exchange->connection);
	}
}

static void take_error(strata_exchange *exchange, strata_memcached_command *command,
	const strata_meta_reply *reply, strata_call *call)
{
	command->result =
		strata_meta_error_is_too_large(reply->value) ? STRATA_TOO_LARGE : STRATA_SERVER;
	command->reply = *reply;
	if (!strata_meta_error_is_in_step(&command->request, reply->value)) {
		exchange->broken = STRATA_SERVER;
		poison(exchange);
	}
	strata_stats_add_reason(strata_node_stats(exchange->node), command->result);
	note_error(exchange, command, reply->value.data);
	explain(call, command, reply->value.data);
}

/* The first reply of an exchange that is not believed. Its value goes nowhere. */
static void refuse_reply(strata_exchange *exchange, strata_memcached_command *command,
	strata_call *call)
{
	command->result = STRATA_DESYNC;
	exchange->verdict = STRATA_MISMATCH;
	exchange->broken = STRATA_DESYNC;
	poison(exchange);
	note_error(exchange, command, strata_result_text(STRATA_DESYNC));
	explain(call, command, strata_result_text(STRATA_DESYNC));
}

/* No reply is left: the exchange knows why. */
static void miss_reply(strata_exchange *exchange, strata_call *call)
{
	assert(exchange->result != STRATA_OK);
	exchange->broken = exchange->result;
	if (exchange->error.lasts) {
		strata_call_note_misconfigured(call, exchange->error.text);
	}
	strata_call_explain(call, "%s", exchange->error.text);
}

/* After an ERROR the rest of its exchange shows that reply, the last one that was taken. */
static void fail_behind(const strata_exchange *exchange, strata_memcached_command *command)
{
	const strata_meta_reply *last =
		exchange->taken > 0 ? exchange->replies[exchange->taken - 1] : NULL;

	command->result = exchange->broken;
	if (last != NULL && last->code == STRATA_META_ERROR) {
		command->reply = *last;
	}
}

static void complete(strata_exchange *exchange, strata_memcached_command *command,
	strata_call *call)
{
	const strata_meta_reply *reply;

	if (exchange->broken == STRATA_OK && exchange->taken == exchange->received) {
		miss_reply(exchange, call);
	}
	if (exchange->broken != STRATA_OK) {
		fail_behind(exchange, command);
		return;
	}
	reply = exchange->replies[exchange->taken++];
	if (reply->code == STRATA_META_ERROR) {
		take_error(exchange, command, reply, call);
	} else if (!is_answer_to(reply, &command->request)) {
		refuse_reply(exchange, command, call);
	} else {
		command->reply = *reply;
	}
}

/* It was not sent. */
static void explain_unsent(const strata_memcached *pool, const strata_memcached_command *command,
	strata_call *call)
{
	if (key_fits(command)) {
		explain_size(pool, command, call);
	} else {
		explain(call, command, "memcached takes keys of at most 250 bytes");
	}
}

static void complete_each(strata_memcached_replies *replies, strata_memcached_command *commands,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strata_memcached_command *command = &commands[i];

		if (command->result == STRATA_OK) {
			complete(&replies->dispatch->exchanges[command->exchange], command, replies->call);
		} else {
			explain_unsent(replies->pool, command, replies->call);
		}
	}
}

/* It is confirmed, or noted by now. */
static void strike(const strata_memcached *pool, const strata_memcached_command *command)
{
	if (command->is_removal) {
		(void) strata_under_way_strike(pool->options->under_way, command->unconfirmed,
			command->request.key);
	}
}

static bool are_all_answered(const strata_memcached_replies *replies)
{
	for (size_t i = 0; i < replies->count; i++) {
		if (replies->commands[i].result != STRATA_OK) {
			return false;
		}
	}
	return true;
}

/* What fails of the carried ones alone is no news to the caller. */
static void complete_behind(strata_memcached_replies *replies)
{
	char *error = replies->call->error;
	char former[sizeof(replies->call->error)];

	memcpy(former, error, sizeof(former));
	complete_each(replies, replies->carried.commands, replies->carried.count);
	strata_memcached_carried_complete(&replies->carried);
	complete_each(replies, replies->commands, replies->count);
	if (are_all_answered(replies)) {
		memcpy(error, former, sizeof(former));
	}
}

static void complete_all(strata_memcached_replies *replies)
{
	if (replies->carried.count > 0) {
		complete_behind(replies);
	} else {
		complete_each(replies, replies->commands, replies->count);
	}
	for (size_t i = 0; i < replies->count; i++) {
		strata_memcached_command *command = &replies->commands[i];

		if (command->is_removal || strata_unconfirmed_any(command->unconfirmed)) {
			strata_memcached_carried_classify(&replies->carried, command, i,
				replies->pool->nodes[command->node], replies->call);
			strike(replies->pool, command);
		}
	}
}

/* ---- the limit of a server ---- */

/* One round trip, without an item. What is not answered leaves things as they are. */
static void ask_for_limit(strata_memcached *pool, strata_call *call, uint32_t node)
{
	strata_memcached_command command = { .request.verb = STRATA_META_SETTINGS, .node = node };
	strata_memcached_replies *replies = strata_memcached_run(pool, call, &command, 1);

	if (command.result == STRATA_OK) {
		strata_size_limit_learn(limit_of(pool, &command), command.reply.largest_item);
	} else if (command.result == STRATA_SERVER) {
		strata_size_limit_learn(limit_of(pool, &command), 0);
	}
	strata_memcached_release(replies);
}

/*
 * Before a value is refused here: the server may have been started anew, with another limit. And
 * before one is sent whose refusal would take along what is there.
 */
static void ask_anew(strata_memcached *pool, strata_call *call,
	const strata_memcached_command *commands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if ((is_too_large(pool, &commands[i]) || needs_limit(pool, &commands[i])) &&
			strata_size_limit_may_ask(limit_of(pool, &commands[i]), strata_clock_msec())) {
			ask_for_limit(pool, call, commands[i].node);
		}
	}
}

static bool was_refused(const strata_memcached_command *command)
{
	return command->result == STRATA_TOO_LARGE && command->request.verb == STRATA_META_SET &&
		   command->reply.code == STRATA_META_ERROR;
}

/*
 * After the release, when the connections can be used again. What was refused is too large,
 * whatever the server says its limit is.
 */
static void learn_limits(const strata_memcached_replies *replies)
{
	for (size_t i = 0; i < replies->count; i++) {
		const strata_memcached_command *command = &replies->commands[i];
		strata_size_limit *limit = limit_of(replies->pool, command);

		if (was_refused(command)) {
			if (strata_size_limit_may_ask(limit, strata_clock_msec())) {
				ask_for_limit(replies->pool, replies->call, command->node);
			}
			strata_size_limit_refused(limit, size_of(command));
		}
		if (was_refused(command) && strata_size_limit_most(limit) != UINT64_MAX) {
			explain_size(replies->pool, command, replies->call);
		}
	}
}

/* ---- the run ---- */

static void reset(strata_memcached *pool, strata_memcached_command *commands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert(commands[i].node < pool->count);
		commands[i].result = STRATA_OK;
		commands[i].reply = (strata_meta_reply){ 0 };
		commands[i].node_name = strata_node_name(pool->nodes[commands[i].node]);
		commands[i].unconfirmed = pool->unconfirmed[commands[i].node];
		commands[i].is_mismatched = false;
	}
}

static void refuse_all(const strata_memcached *pool, strata_memcached_command *commands,
	size_t count, strata_result result)
{
	for (size_t i = 0; i < count; i++) {
		commands[i].result = result;
		strata_memcached_carried_note_unsent(&commands[i], pool->nodes[commands[i].node]);
		strike(pool, &commands[i]);
	}
}

static strata_memcached_replies *new_run(strata_memcached *pool, strata_call *call,
	strata_memcached_command *commands, size_t count)
{
	strata_memcached_replies *replies = strata_arena_alloc(call->arena, sizeof(*replies));
	size_t most_nodes = count < pool->count ? count : pool->count;

	if (replies == NULL) {
		return NULL;
	}
	*replies = (strata_memcached_replies){
		.pool = pool,
		.call = call,
		.commands = commands,
		.count = count,
		.carried = strata_memcached_carry(call, commands, count, pool->nodes),
		.dispatch = strata_dispatch_new(call, most_nodes, NULL),
	};
	if (replies->dispatch == NULL) {
		return NULL;
	}
	if (!compose_all(replies)) {
		strata_dispatch_discard(replies->dispatch);
		return NULL;
	}
	return replies;
}

strata_memcached_replies *strata_memcached_run(strata_memcached *pool, strata_call *call,
	strata_memcached_command *commands, size_t count)
{
	strata_memcached_replies *replies;
	strata_deadline deadline;
	strata_result result;
	strata_usec now;

	reset(pool, commands, count);
	ask_anew(pool, call, commands, count);
	replies = new_run(pool, call, commands, count);
	if (replies == NULL) {
		refuse_all(pool, commands, count, STRATA_NO_MEMORY);
		strata_call_explain(call, "%s: %s", strata_memcached_protocol.name,
			strata_result_text(STRATA_NO_MEMORY));
		return NULL;
	}
	result = strata_deadline_begin(&deadline, call, pool->options);
	if (result != STRATA_OK) {
		strata_dispatch_discard(replies->dispatch);
		refuse_all(pool, commands, count, result);
		return NULL;
	}
	now = deadline.began;
	strata_under_way_look(pool->options->under_way, now);
	strata_dispatch_run(replies->dispatch, deadline.ends_at, &now);
	strata_deadline_end(&deadline, call, strata_dispatch_end(replies->dispatch), now);
	complete_all(replies);
	return replies;
}

void strata_memcached_release(strata_memcached_replies *replies)
{
	if (replies == NULL) {
		return;
	}
	for (size_t i = 0; i < replies->count; i++) {
		if (replies->commands[i].is_mismatched) {
			strata_dispatch_mark_key_mismatch(replies->dispatch,
				replies->pool->nodes[replies->commands[i].node]);
		}
	}
	strata_dispatch_release(replies->dispatch);
	learn_limits(replies);
}

/* ---- what is announced ---- */

void strata_memcached_announce(strata_memcached *pool, const strata_memcached_command *commands,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strata_under_way_add(pool->options->under_way, pool->unconfirmed[commands[i].node],
			commands[i].request.key);
	}
}

bool strata_memcached_is_announced(const strata_memcached *pool)
{
	return strata_under_way_any(pool->options->under_way);
}

static bool has_changed_nothing(strata_result result)
{
	return result == STRATA_NOT_STORED || result == STRATA_MISS || result == STRATA_TOO_LARGE ||
		   strata_result_is_unasked(result);
}

void strata_memcached_conclude(strata_memcached *pool, const strata_memcached_command *command)
{
	strata_unconfirmed *unconfirmed = pool->unconfirmed[command->node];
	bool stands =
		strata_under_way_strike(pool->options->under_way, unconfirmed, command->request.key);
	strata_unconfirmed_state state = STRATA_UNCONFIRMED_NONE;

	if (stands && !has_changed_nothing(command->result)) {
		state = STRATA_UNCONFIRMED_NOW;
	} else if (strata_result_class_of(command->result) == STRATA_FAILURE) {
		state = STRATA_UNCONFIRMED_LATER;
	}
	if (state != STRATA_UNCONFIRMED_NONE &&
		strata_unconfirmed_add(unconfirmed, command->request.key, state)) {
		strata_node_log_event(pool->nodes[command->node], "removals overflowed", NULL);
	}
}

void strata_memcached_end(strata_memcached *pool)
{
	strata_under_way_end(pool->options->under_way);
}
