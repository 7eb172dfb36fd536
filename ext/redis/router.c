/*
 * Every command is an attempt: it goes to a node, and what the reply means decides what comes next.
 * strata_router_run() tells the whole story; run() is its loop. All attempts that are due leave in
 * one dispatch: one pipeline for each node, all under way at once.
 *
 * Nothing but a redirect or a new map gives a command another node: one that does not own the slot
 * could only send it back. A plain read may also change once between the master and a replica.
 *
 * Redirects end by a count for each command, by a budget of the host, and where they return: to the
 * node that answered, or to the first one that was asked in the same way. A malformed redirect, one
 * of another slot and one that leads nowhere are protocol errors.
 *
 * A server has not done what it refuses, so a refused command may be sent again: once.
 */
#include "redis/router.h"

#include <stdio.h>
#include <string.h>

#include "net/socket.h"
#include "node/terms/deadline.h"
#include "node/dispatch.h"
#include "node/io_loop.h"
#include "os/clock.h"
#include "os/process.h"
#include "protocol/redirect.h"
#include "protocol/error_reply.h"
#include "redis/advice.h"
#include "redis/attempt.h"
#include "redis/first_node.h"
#include "redis/replacement.h"
#include "node/node_advice.h"

/* usec, so that commands which were refused together do not come back together */
enum { MIN_PAUSE = 10000, MAX_PAUSE = 30000 };

static const strata_redis_carried no_carried;

static const char asking_command[] = "*1\r\n$6\r\nASKING\r\n";

/* What a reply means for its command. */
typedef enum {
	DONE,          /* it is the result */
	MOVED,         /* another node owns the slot */
	ASK,           /* another node has this key already */
	RETRY_LATER,   /* the same node, in a moment */
	RETRY_FRESH,   /* the same node, over a new connection */
	RETRY_OWNER,   /* the owner of the slot by a newer map */
	TO_OTHER_ROLE, /* to the master where a replica cannot say; also the other way */
	UNANSWERED,    /* no reply came */
	FAILED         /* nothing else is to be tried */
} meaning;

/* A reply as it was understood. */
typedef struct {
	const strata_resp_reply *reply; /* NULL: its words are not to be quoted */
	strata_redirect redirect;       /* of MOVED and ASK */
	strata_result result;           /* if nothing else is tried */
	const char *why;                /* the same in words, which those of the reply follow */
	strata_advice advice;
} answer;

/* ---- attempts ---- */

static void open_attempt(strata_attempt *opened, strata_redis_command *command)
{
	*opened = (strata_attempt){ .command = command, .is_open = true };
	command->result = STRATA_OK;
	command->broke = STRATA_OK;
	command->reply = NULL;
	command->is_mismatched = false;
	command->node_name = "redis";
}

/* Because of what the node answered: counted and explained in the node's name. */
static void fail(const strata_request_ctx *ctx, strata_attempt *attempt, const answer *answer)
{
	char words[104] = "";
	strata_protocol_error error = { .lasts = answer->advice.lasts };

	if (answer->reply != NULL) {
		strata_resp_print_error(answer->reply, words, sizeof(words));
	}
	strata_attempt_complete(attempt, answer->result,
		answer->result == STRATA_SERVER ? answer->reply : NULL);
	strata_stats_add_reason(strata_node_stats(attempt->node), answer->result);
	snprintf(error.text, sizeof(error.text), "redis %s: %s%s%s", strata_node_name(attempt->node),
		answer->why, words, answer->advice.text);
	strata_node_note_error(attempt->node, answer->result, &error, ctx->now);
	strata_call_explain(ctx->call, "%s", error.text);
	if (error.lasts) {
		strata_node_log_misconfigured(attempt->node, answer->result, ctx->now);
		strata_call_note_misconfigured(ctx->call, error.text);
	}
}

static void succeed(strata_attempt *attempt, const strata_resp_reply *reply)
{
	if (attempt->command->is_removal) {
		strata_node_took_write(attempt->node);
	}
	strata_attempt_complete(attempt, STRATA_OK, reply);
}

/* The error reply is the result after all. */
static void fail_refused(const strata_request_ctx *ctx, strata_attempt *attempt)
{
	const strata_resp_reply *reply = attempt->error_reply;

	fail(ctx, attempt,
		&(answer){ .reply = reply,
			.result = strata_error_reply_classify(reply).result,
			.why = "",
			.advice = strata_advice_about(ctx, attempt->node, reply) });
}

static bool is_due(const strata_attempt *attempt)
{
	return attempt->is_open && !attempt->needs_owner && attempt->wait_until == 0;
}

/* Replies that the node owes: 2 when ASKING goes first. */
static uint32_t expected_of(const strata_attempt *attempt)
{
	return attempt->is_asking ? 2 : 1;
}

/* ---- master and replica ---- */

static strata_node *node_of_other_role(const strata_request_ctx *ctx, const strata_attempt *attempt)
{
	uint16_t slot = attempt->command->slot;
	strata_node *owner;

	if (!attempt->is_replica) {
		return strata_cluster_pick_replica(ctx->cluster, slot, STRATA_REPLICA_MASTER_FAILED,
			ctx->now);
	}
	return strata_cluster_owner(ctx->cluster, slot, &owner) == STRATA_OK ? owner : NULL;
}

static bool may_switch(const strata_request_ctx *ctx, const strata_attempt *attempt)
{
	return ctx->cluster != NULL && attempt->command->is_plain_read && !attempt->has_switched;
}

/* False when there is no such node, no time, or it has been done before. */
static bool switch_role(const strata_request_ctx *ctx, strata_attempt *attempt)
{
	strata_node *other = NULL;

	if (may_switch(ctx, attempt) && ctx->now < ctx->deadline.ends_at) {
		other = node_of_other_role(ctx, attempt);
	}
	if (other == NULL) {
		return false;
	}
	attempt->node = other;
	attempt->is_replica = !attempt->is_replica;
	attempt->has_switched = true;
	attempt->is_asking = false;
	return true;
}

/* ---- classifying replies ---- */

static meaning failed(answer *answer, strata_result result, const char *why)
{
	answer->result = result;
	answer->why = why;
	answer->advice = (strata_advice){ .text = "" };
	return FAILED;
}

/* The one that carried it. */
static strata_exchange *exchange_of(const strata_request_ctx *ctx, const strata_attempt *attempt)
{
	return &ctx->last->exchanges[attempt->exchange];
}

/* An error reply that is no redirect. */
static meaning classify_error_reply(const strata_request_ctx *ctx, strata_attempt *attempt,
	answer *answer)
{
	strata_error_reply error_reply = strata_error_reply_classify(answer->reply);

	if (ctx->cluster != NULL && error_reply.suspects) {
		strata_cluster_mark_stale(ctx->cluster, STRATA_REFRESH_URGENT, ctx->now);
	}
	if (error_reply.suspects) {
		strata_node_look_up_again(attempt->node, ctx->now);
	}
	if (error_reply.result == STRATA_NOT_READY) {
		strata_node_is_not_ready(attempt->node, ctx->now);
	}
	if (error_reply.renews) {
		strata_io_loop_renew(exchange_of(ctx, attempt), ctx->now);
	}
	exchange_of(ctx, attempt)->is_stale |= error_reply.closes;
	attempt->error_reply = answer->reply;
	(void) failed(answer, error_reply.result, "");
	answer->advice = strata_advice_about(ctx, attempt->node, answer->reply);
	if (attempt->is_retried) {
		return FAILED;
	}
	attempt->is_retried = true;
	switch (error_reply.action) {
		case STRATA_RETRY_NONE: return FAILED;
		case STRATA_RETRY_MASTER: return TO_OTHER_ROLE;
		case STRATA_RETRY_LATER: return RETRY_LATER;
		case STRATA_RETRY_FRESH: return RETRY_FRESH;
		case STRATA_RETRY_NEW_OWNER: break;
	}
	return ctx->cluster != NULL ? RETRY_OWNER : FAILED;
}

/* A replica sends reads to its master when the connection is not, or no longer, one for reads. */
static bool lost_readonly(const strata_request_ctx *ctx, const strata_attempt *attempt,
	const strata_redirect *redirect)
{
	return attempt->is_replica && redirect->kind == STRATA_REDIRECT_MOVED &&
		   strata_cluster_names_owner(ctx->cluster, redirect, attempt->node);
}

/* The map is right: the connection is closed, and the master answers. */
static meaning leave_replica(const strata_request_ctx *ctx, const strata_attempt *attempt,
	answer *answer)
{
	strata_node_log_event(attempt->node, "lost READONLY", NULL);
	exchange_of(ctx, attempt)->is_stale = true;
	/* It may be the replica of another master by now. */
	strata_cluster_mark_stale(ctx->cluster, STRATA_REFRESH_LAZY, ctx->now);
	(void) failed(answer, STRATA_REDIRECTS, "the replica does not serve reads: ");
	return TO_OTHER_ROLE;
}

/* The map says more of its nodes than a redirect does. */
static meaning seek_unknown(const strata_request_ctx *ctx, strata_attempt *attempt, answer *answer)
{
	(void) failed(answer, STRATA_NO_OWNER, "a redirect to a node without a known address: ");
	strata_cluster_mark_stale(ctx->cluster, STRATA_REFRESH_URGENT, ctx->now);
	if (attempt->is_retried) {
		return FAILED;
	}
	attempt->is_retried = true;
	attempt->error_reply = answer->reply;
	return RETRY_OWNER;
}

static meaning classify_redirect(const strata_request_ctx *ctx, strata_attempt *attempt,
	answer *answer)
{
	if (ctx->cluster == NULL) {
		answer->reply = NULL;
		return failed(answer, STRATA_UNSUPPORTED, "is a cluster node: use redis-cluster://");
	}
	if (answer->redirect.slot != attempt->command->slot) {
		return failed(answer, STRATA_PROTOCOL, "a redirect of another slot: ");
	}
	if (lost_readonly(ctx, attempt, &answer->redirect)) {
		return leave_replica(ctx, attempt, answer);
	}
	if (!strata_cluster_can_locate(ctx->cluster, &answer->redirect, attempt->node)) {
		return seek_unknown(ctx, attempt, answer);
	}
	return answer->redirect.kind == STRATA_REDIRECT_MOVED ? MOVED : ASK;
}

static meaning classify_error(const strata_request_ctx *ctx, strata_attempt *attempt,
	answer *answer)
{
	exchange_of(ctx, attempt)->is_stale |=
		strata_sentinel_is_demoted(ctx->sentinel, attempt->node, answer->reply);
	if (strata_redirect_parse(answer->reply->text, &answer->redirect) != STRATA_OK) {
		return failed(answer, STRATA_PROTOCOL, "a malformed redirect: ");
	}
	return answer->redirect.kind == STRATA_REDIRECT_NONE
			   ? classify_error_reply(ctx, attempt, answer)
			   : classify_redirect(ctx, attempt, answer);
}

/* ASKING was not answered with OK. Another reply than an error belongs to another command. */
static meaning classify_asking(const strata_request_ctx *ctx, strata_attempt *attempt,
	answer *answer)
{
	if (answer->reply->type == STRATA_RESP_ERROR) {
		return classify_error_reply(ctx, attempt, answer);
	}
	exchange_of(ctx, attempt)->verdict = STRATA_MISMATCH;
	answer->reply = NULL;
	return failed(answer, STRATA_PROTOCOL, "ASKING was not answered with OK");
}

static meaning classify(const strata_request_ctx *ctx, strata_attempt *attempt, answer *answer)
{
	strata_exchange *exchange = exchange_of(ctx, attempt);
	void *const *replies = exchange->replies + exchange->taken;
	uint32_t expected = expected_of(attempt);

	attempt->command->node_name = exchange->node_name;
	attempt->command->broke = exchange->result;
	if (exchange->received - exchange->taken < expected) {
		exchange->taken = exchange->received;
		return UNANSWERED;
	}
	exchange->taken += expected;
	answer->reply = replies[0];
	if (attempt->is_asking && !strata_resp_is_ok(answer->reply)) {
		return classify_asking(ctx, attempt, answer);
	}
	answer->reply = replies[expected - 1];
	return answer->reply->type == STRATA_RESP_ERROR ? classify_error(ctx, attempt, answer) : DONE;
}

/* ---- what comes next ---- */

/* MOVED may not name the node that sent it, and no redirect the first node asked in that way. */
static bool is_loop(const strata_attempt *attempt, const strata_node *target, bool is_asking)
{
	return target == attempt->first[is_asking ? STRATA_ASKING : STRATA_PLAIN] ||
		   (target == attempt->node && !is_asking);
}

static void remember_first(strata_attempt *attempt)
{
	const strata_node **first = &attempt->first[attempt->is_asking ? STRATA_ASKING : STRATA_PLAIN];

	*first = *first == NULL ? attempt->node : *first;
}

/* May this redirect be followed to its target? Else the answer says why not. */
static bool may_follow(const strata_request_ctx *ctx, strata_attempt *attempt, answer *answer,
	strata_node **target)
{
	bool is_asking = answer->redirect.kind == STRATA_REDIRECT_ASK;
	strata_result result;

	if (attempt->command->is_advice) {
		(void) failed(answer, STRATA_REDIRECTS, "not worth a redirect: ");
		return false;
	}
	if (attempt->redirects == ctx->max_redirects) {
		strata_cluster_mark_stale(ctx->cluster, STRATA_REFRESH_URGENT, ctx->now);
		(void) failed(answer, STRATA_REDIRECTS, "too many redirects, the last: ");
		return false;
	}
	result =
		strata_cluster_follow(ctx->cluster, &answer->redirect, attempt->node, ctx->now, target);
	if (result != STRATA_OK) {
		(void) failed(answer, result, "a redirect that cannot be followed: ");
		return false;
	}
	/*
	 * A node that names itself is another one than the map means: its name leads elsewhere by now.
	 */
	exchange_of(ctx, attempt)->is_stale |= *target == attempt->node;
	remember_first(attempt);
	if (is_loop(attempt, *target, is_asking)) {
		(void) failed(answer, STRATA_REDIRECTS, "redirect loop: ");
		return false;
	}
	if (!strata_cluster_take_redirect(ctx->cluster, ctx->now)) {
		(void) failed(answer, STRATA_REDIRECTS, "redirects of this host are used up: ");
		return false;
	}
	return true;
}

static void follow(const strata_request_ctx *ctx, strata_attempt *attempt, answer *answer)
{
	strata_node *target;

	if (!may_follow(ctx, attempt, answer, &target)) {
		fail(ctx, attempt, answer);
		return;
	}
	strata_stats_add(strata_node_stats(attempt->node), STRATA_COUNT_REDIRECTS, 1);
	attempt->redirects++;
	attempt->node = target;
	attempt->is_asking = answer->redirect.kind == STRATA_REDIRECT_ASK;
	attempt->is_replica = false;
}

static void retry_later(const strata_request_ctx *ctx, strata_attempt *attempt)
{
	strata_usec pause = MIN_PAUSE + strata_process_random_word() % (MAX_PAUSE - MIN_PAUSE);

	if (ctx->now + pause < ctx->deadline.ends_at) {
		attempt->wait_until = ctx->now + pause;
	} else {
		fail_refused(ctx, attempt);
	}
}

static void seek_owner(strata_attempt *attempt)
{
	attempt->needs_owner = true;
	attempt->is_asking = false;
}

static void change_role(const strata_request_ctx *ctx, strata_attempt *attempt,
	const answer *answer)
{
	if (!switch_role(ctx, attempt)) {
		fail(ctx, attempt, answer);
	}
}

/* The exchange has counted the reason already, once for all of its commands. */
static void handle_silence(const strata_request_ctx *ctx, strata_attempt *attempt)
{
	const strata_exchange *exchange = exchange_of(ctx, attempt);

	strata_sentinel_lost(ctx->sentinel, attempt->node, exchange->result);
	if (ctx->cluster != NULL && exchange->result != STRATA_NO_MEMORY) {
		strata_cluster_mark_failed(ctx->cluster, attempt->node, ctx->now);
	}
	if (exchange->error.lasts) {
		strata_call_note_misconfigured(ctx->call, exchange->error.text);
	}
	if (!switch_role(ctx, attempt)) {
		strata_attempt_complete(attempt, exchange->result, NULL);
		strata_call_explain(ctx->call, "%s", exchange->error.text);
	}
}

/* ---- dispatch ---- */

static bool compose(strata_dispatch *dispatch, strata_attempt *attempt)
{
	strata_view first = { asking_command, attempt->is_asking ? sizeof(asking_command) - 1 : 0 };
	strata_exchange *exchange;

	attempt->exchange = strata_dispatch_exchange_with(dispatch, attempt->node);
	exchange = &dispatch->exchanges[attempt->exchange];
	exchange->expected += expected_of(attempt);
	exchange->happens_once |= !attempt->command->is_plain_read && !attempt->is_carried &&
							  !attempt->command->is_repeatable;
	return strata_buffer_reserve(&exchange->request, first.size + attempt->command->bytes.size) ==
			   0 &&
		   strata_buffer_append(&exchange->request, first) == 0 &&
		   strata_buffer_append(&exchange->request, attempt->command->bytes) == 0;
}

/* All or nothing: false when out of memory. */
static bool compose_due(strata_request_ctx *ctx, strata_dispatch *dispatch)
{
	for (size_t i = 0; i < ctx->count; i++) {
		if (is_due(&ctx->attempts[i]) && !compose(dispatch, &ctx->attempts[i])) {
			return false;
		}
	}
	return true;
}

/*
 * Half of what is left where a read may still change between replica and master, so that a silent
 * node leaves time for that. The commands that are sent together are all reads, or none is.
 */
static strata_usec deadline_of_dispatch(const strata_request_ctx *ctx)
{
	strata_usec deadline = ctx->deadline.ends_at;
	size_t i = 0;

	while (i < ctx->count && !is_due(&ctx->attempts[i])) {
		i++;
	}
	if (i == ctx->count || !may_switch(ctx, &ctx->attempts[i]) ||
		node_of_other_role(ctx, &ctx->attempts[i]) == NULL) {
		return deadline;
	}
	return ctx->now < deadline ? ctx->now + (deadline - ctx->now) / 2 : deadline;
}

/* Sends every attempt that is due. False when out of memory: then nothing was sent. */
static bool send_due(strata_request_ctx *ctx)
{
	strata_dispatch *dispatch = strata_dispatch_new(ctx->call, ctx->count, ctx->last);

	if (dispatch == NULL) {
		return false;
	}
	if (!compose_due(ctx, dispatch)) {
		strata_dispatch_discard(dispatch);
		return false;
	}
	strata_dispatch_run(dispatch, deadline_of_dispatch(ctx), &ctx->now);
	ctx->last = dispatch;
	return true;
}

/* ---- the loop ---- */

/* By the map that there is after asking, if the gate lets this process ask. */
static void find_new_owner(strata_request_ctx *ctx, strata_attempt *attempt)
{
	strata_protocol_error unused;
	strata_node *owner;

	attempt->needs_owner = false;
	if (strata_first_node_learn(ctx, &unused) == STRATA_OK &&
		strata_cluster_owner(ctx->cluster, attempt->command->slot, &owner) == STRATA_OK &&
		owner != attempt->node) {
		attempt->node = owner;
	} else {
		fail_refused(ctx, attempt);
	}
}

/* Sleeps until the first attempt is to be sent, and makes it due. False when none is left. */
static bool wait_for_due(strata_request_ctx *ctx)
{
	strata_usec moment = 0;
	int unused;

	for (size_t i = 0; i < ctx->count; i++) {
		const strata_attempt *attempt = &ctx->attempts[i];

		if (attempt->is_open && (moment == 0 || attempt->wait_until < moment)) {
			moment = attempt->wait_until;
		}
	}
	if (moment == 0) {
		return false;
	}
	/* A wait that fails is a short one. */
	(void) !strata_socket_wait(NULL, 0, moment, &unused);
	ctx->now = strata_clock_usec();
	for (size_t i = 0; i < ctx->count; i++) {
		if (ctx->attempts[i].wait_until <= moment) {
			ctx->attempts[i].wait_until = 0;
		}
	}
	return true;
}

/* Sees to it that attempts are due. False when none is open. */
static bool prepare(strata_request_ctx *ctx)
{
	bool is_any_open = false;
	bool is_any_due = false;

	for (size_t i = 0; i < ctx->count; i++) {
		is_any_open |= ctx->attempts[i].is_open;
	}
	/* Sending what cannot be answered in time would only cost a connection. */
	if (is_any_open && ctx->last != NULL && ctx->now >= ctx->deadline.ends_at) {
		strata_attempts_fail(ctx, STRATA_TIMEOUT, "redis: timed out following redirects");
		return false;
	}
	for (size_t i = 0; i < ctx->count && is_any_open; i++) {
		if (ctx->attempts[i].is_open && ctx->attempts[i].needs_owner) {
			find_new_owner(ctx, &ctx->attempts[i]);
		}
		is_any_due |= is_due(&ctx->attempts[i]);
	}
	return is_any_due || (is_any_open && wait_for_due(ctx));
}

/* The first attempt that is due, from this one on. NULL when there is none. */
static strata_attempt *next_due(const strata_request_ctx *ctx, strata_attempt *from)
{
	strata_attempt *end = ctx->attempts + ctx->count;

	while (from < end && !is_due(from)) {
		from++;
	}
	return from < end ? from : NULL;
}

/* The story of a command. Whatever is open after its reply goes out with the next dispatch. */
static void run(strata_request_ctx *ctx)
{
	while (prepare(ctx)) {
		if (!send_due(ctx)) {
			strata_attempts_fail(ctx, STRATA_NO_MEMORY, strata_result_text(STRATA_NO_MEMORY));
			return;
		}
		for (strata_attempt *sent = next_due(ctx, ctx->attempts); sent != NULL;
			 sent = next_due(ctx, sent + 1)) {
			answer answer;

			switch (classify(ctx, sent, &answer)) {
				case DONE: succeed(sent, answer.reply); break;
				case MOVED:
				case ASK: follow(ctx, sent, &answer); break;
				case RETRY_LATER: retry_later(ctx, sent); break;
				case RETRY_FRESH: break; /* its exchange is stale already */
				case RETRY_OWNER: seek_owner(sent); break;
				case TO_OTHER_ROLE: change_role(ctx, sent, &answer); break;
				case UNANSWERED: handle_silence(ctx, sent); break;
				case FAILED: fail(ctx, sent, &answer); break;
			}
		}
	}
}

/* ---- exported ---- */

/* NULL when out of memory. */
static strata_request_ctx *new_ctx(strata_redis_client *client, strata_call *call,
	strata_redis_command *commands, size_t count)
{
	strata_redis_carried carried = strata_redis_carry(client, call, commands, count);
	strata_request_ctx *ctx = strata_arena_alloc(call->arena, sizeof(*ctx));
	strata_attempt *attempts =
		strata_arena_alloc(call->arena, (carried.count + count) * sizeof(*attempts));

	if (ctx == NULL || attempts == NULL) {
		return NULL;
	}
	*ctx = (strata_request_ctx){
		.cluster = client->cluster,
		.sentinel = client->sentinel,
		.server = client->server,
		.max_redirects = client->max_redirects,
		.call = call,
		.carried = carried,
		.attempts = attempts,
		.count = carried.count + count,
	};
	for (size_t i = 0; i < carried.count; i++) {
		open_attempt(attempts++, &carried.commands[i]);
		attempts[-1].is_carried = true;
	}
	for (size_t i = 0; i < count; i++) {
		open_attempt(&attempts[i], &commands[i]);
	}
	return ctx;
}

static void refuse_all(strata_call *call, strata_redis_command *commands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		commands[i].result = STRATA_NO_MEMORY;
		commands[i].reply = NULL;
		commands[i].node_name = "redis";
	}
	strata_call_explain(call, "redis: %s", strata_result_text(STRATA_NO_MEMORY));
}

static void route_and_run(const strata_redis_client *client, strata_request_ctx *ctx)
{
	ctx->now = ctx->deadline.began;
	strata_first_nodes_find(ctx);
	strata_replacement_look(client, ctx);
	run(ctx);
}

/* No time is left; the call says whose. */
static void refuse_open(strata_request_ctx *ctx, strata_result result)
{
	for (size_t i = 0; i < ctx->count; i++) {
		strata_attempt_complete(&ctx->attempts[i], result, NULL);
	}
}

static bool are_all_answered(const strata_redis_command *commands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (commands[i].result != STRATA_OK) {
			return false;
		}
	}
	return true;
}

strata_request_ctx *strata_router_run(strata_redis_client *client, strata_call *call,
	strata_redis_command *commands, size_t count)
{
	strata_request_ctx *ctx = new_ctx(client, call, commands, count);
	char former[sizeof(call->error)];
	strata_result result;

	if (ctx == NULL) {
		refuse_all(call, commands, count);
		strata_redis_carried_complete(&no_carried, client, call, commands, count);
		return NULL;
	}
	memcpy(former, call->error, ctx->carried.count > 0 ? sizeof(former) : 0);
	if (ctx->cluster != NULL) {
		strata_cluster_ref(ctx->cluster);
	}
	strata_sentinel_ref(ctx->sentinel);
	result = strata_deadline_begin(&ctx->deadline, call, client->options);
	if (result == STRATA_OK) {
		route_and_run(client, ctx);
		strata_deadline_end(&ctx->deadline, call, strata_dispatch_end(ctx->last), ctx->now);
	} else {
		refuse_open(ctx, result);
	}
	/* What fails of the carried ones alone is no news to the caller. */
	if (ctx->carried.count > 0 && are_all_answered(commands, count)) {
		memcpy(call->error, former, sizeof(former));
	}
	strata_redis_carried_complete(&ctx->carried, client, call, commands, count);
	return ctx;
}

void strata_router_release(strata_request_ctx *ctx)
{
	if (ctx == NULL) {
		return;
	}
	for (size_t i = 0; i < ctx->count; i++) {
		if (ctx->attempts[i].command->is_mismatched) {
			strata_dispatch_mark_key_mismatch(ctx->last, ctx->attempts[i].node);
		}
	}
	strata_dispatch_release(ctx->last);
	if (ctx->cluster != NULL) {
		strata_cluster_unref(ctx->cluster);
	}
	strata_sentinel_unref(ctx->sentinel);
}
