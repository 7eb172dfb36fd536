/*
 * Nothing but a redirect or a new map ever gives an errand another node. What ends one that is sent
 * around is a count and a memory: the same node asked the same way twice is a loop, and so is a
 * node that answers MOVED with its own address. A loop is seen at its second round, not when the
 * count or the time is used up.
 *
 * What a server refuses it did not do, so that it may be asked again where that can help: once,
 * however it was refused.
 *
 * A malformed redirect, one of another slot and one that leads nowhere end the errand as the
 * protocol errors they are: whoever follows them asks a node that nobody named.
 */
#include "redis/errand.h"

#include "os/clock.h"
#include "os/process.h"
#include "protocol/redirect.h"
#include "protocol/refusal.h"

/* usec, so that those who were refused together do not come back together */
enum { SHORTEST_PAUSE = 10000, LONGEST_PAUSE = 30000 };

void strata_errand_open(strata_errand *errand, strata_redis_command *command)
{
	*errand = (strata_errand){ .command = command, .is_open = true };
	command->result = STRATA_OK;
	command->broke = STRATA_OK;
	command->reply = NULL;
	command->distrusted = false;
	command->node_name = "redis";
}

void strata_errand_finish(strata_errand *errand, strata_result result,
	const strata_resp_reply *reply)
{
	errand->is_open = false;
	errand->command->result = result;
	errand->command->reply = reply;
}

uint32_t strata_errand_owed(const strata_errand *errand)
{
	return errand->asking ? 2 : 1;
}

/* Because of what the node answered: it is counted there and told in its name. */
static void fail(const strata_errand_scope *scope, strata_errand *errand, strata_result result,
	const char *why)
{
	strata_errand_finish(errand, result, NULL);
	strata_stats_add_reason(strata_node_stats(errand->node), result);
	strata_call_explain(scope->call, "redis %s: %s", strata_node_name(errand->node), why);
}

/* With the words of the error reply after ours. */
static void fail_quoting(const strata_errand_scope *scope, strata_errand *errand,
	strata_result result, const char *why, const strata_resp_reply *reply)
{
	char words[128];
	char sentence[192];

	strata_resp_print_error(reply, words, sizeof(words));
	snprintf(sentence, sizeof(sentence), "%s%s", why, words);
	fail(scope, errand, result, sentence);
}

bool strata_errand_is_due(const strata_errand *errand)
{
	return errand->is_open && !errand->seeks_owner && errand->wait_until == 0;
}

static strata_node *other_node(const strata_errand_scope *scope, const strata_errand *errand)
{
	uint16_t slot = errand->command->slot;
	strata_node *owner;

	if (!errand->is_stand_in) {
		return strata_cluster_pick_replica(scope->cluster, slot, STRATA_REPLICA_MASTER_FAILED);
	}
	return strata_cluster_owner(scope->cluster, slot, &owner) == STRATA_OK ? owner : NULL;
}

static bool may_switch(const strata_errand_scope *scope, const strata_errand *errand)
{
	return scope->cluster != NULL && errand->command->is_plain_read && !errand->has_switched;
}

bool strata_errand_can_switch(const strata_errand_scope *scope, const strata_errand *errand)
{
	return may_switch(scope, errand) && other_node(scope, errand) != NULL;
}

bool strata_errand_switch(const strata_errand_scope *scope, strata_errand *errand)
{
	strata_node *other = NULL;

	if (may_switch(scope, errand) && strata_clock_usec() < scope->deadline) {
		other = other_node(scope, errand);
	}
	if (other == NULL) {
		return false;
	}
	errand->node = other;
	errand->is_stand_in = !errand->is_stand_in;
	errand->has_switched = true;
	errand->asking = false;
	return true;
}

/* ---- redirects ---- */

static bool was_asked(const strata_errand *errand, const strata_node *node, bool asking)
{
	for (const strata_errand_visit *visit = errand->visits; visit != NULL; visit = visit->former) {
		if (visit->node == node && visit->asking == asking) {
			return true;
		}
	}
	return false;
}

static bool remember_visit(const strata_errand_scope *scope, strata_errand *errand)
{
	strata_errand_visit *visit = strata_arena_alloc(scope->call->arena, sizeof(*visit));

	if (visit == NULL) {
		return false;
	}
	visit->former = errand->visits;
	visit->node = errand->node;
	visit->asking = errand->asking;
	errand->visits = visit;
	return true;
}

/*
 * Opens the errand again, with the node that the redirect leads to, unless it was there before.
 * After ASK the way of asking differs, so that a node which does not own the slot yet may be asked
 * plainly, in error, and then properly.
 */
static void go_on(const strata_errand_scope *scope, strata_errand *errand,
	const strata_redirect *redirect, strata_node *target, const strata_resp_reply *reply)
{
	bool asking = redirect->kind == STRATA_REDIRECT_ASK;

	if (!remember_visit(scope, errand)) {
		fail(scope, errand, STRATA_NO_MEMORY, strata_result_text(STRATA_NO_MEMORY));
		return;
	}
	if (was_asked(errand, target, asking) || (target == errand->node && !asking)) {
		fail_quoting(scope, errand, STRATA_REDIRECTS, "redirect loop: ", reply);
		return;
	}
	if (!strata_cluster_take_redirect(scope->cluster, strata_clock_usec())) {
		fail_quoting(scope, errand, STRATA_REDIRECTS,
			"redirects of this host are used up: ", reply);
		return;
	}
	strata_stats_add(strata_node_stats(errand->node), STRATA_COUNT_REDIRECTS, 1);
	errand->redirects++;
	errand->node = target;
	errand->asking = asking;
	errand->is_stand_in = false;
	errand->is_open = true;
}

static void follow(const strata_errand_scope *scope, strata_errand *errand,
	const strata_redirect *redirect, const strata_resp_reply *reply)
{
	strata_node *target;
	strata_result result;

	if (errand->redirects == scope->max_redirects) {
		strata_cluster_mark_stale(scope->cluster, STRATA_REFRESH_URGENT, strata_clock_usec());
		fail_quoting(scope, errand, STRATA_REDIRECTS, "too many redirects, the last: ", reply);
		return;
	}
	result =
		strata_cluster_follow(scope->cluster, redirect, errand->node, strata_clock_usec(), &target);
	if (result != STRATA_OK) {
		fail_quoting(scope, errand, result, "a redirect that cannot be followed: ", reply);
		return;
	}
	/*
	 * A node that names itself is another one than the map means: its name leads elsewhere by now.
	 */
	errand->is_stale = target == errand->node;
	go_on(scope, errand, redirect, target, reply);
}

/* A replica sends reads to its master where the connection is not, or no longer, one for reads. */
static bool lost_its_role(const strata_errand_scope *scope, const strata_errand *errand,
	const strata_redirect *redirect)
{
	return errand->is_stand_in && redirect->kind == STRATA_REDIRECT_MOVED &&
		   strata_cluster_names_owner(scope->cluster, redirect, errand->node);
}

/* Nothing is wrong with the map: it is the connection that is closed, and the master answers. */
static void leave_replica(const strata_errand_scope *scope, strata_errand *errand,
	const strata_resp_reply *reply)
{
	strata_node_tell(errand->node, "lost READONLY", NULL);
	errand->is_stale = true;
	/* It may be the replica of another master by now. */
	strata_cluster_mark_stale(scope->cluster, STRATA_REFRESH_LAZY, strata_clock_usec());
	if (!strata_errand_switch(scope, errand)) {
		fail_quoting(scope, errand, STRATA_REDIRECTS, "the replica does not serve reads: ", reply);
	}
}

static void redirect(const strata_errand_scope *scope, strata_errand *errand,
	const strata_redirect *redirect, const strata_resp_reply *reply)
{
	if (scope->cluster == NULL) {
		fail(scope, errand, STRATA_UNSUPPORTED, "is a cluster node: use redis-cluster://");
	} else if (redirect->slot != errand->command->slot) {
		fail_quoting(scope, errand, STRATA_PROTOCOL, "a redirect of another slot: ", reply);
	} else if (lost_its_role(scope, errand, redirect)) {
		leave_replica(scope, errand, reply);
	} else {
		follow(scope, errand, redirect, reply);
	}
}

/* ---- replies ---- */

/* The server's own words are the cause. */
void strata_errand_give_up(const strata_errand_scope *scope, strata_errand *errand)
{
	const strata_resp_reply *reply = errand->refusal;
	strata_result result = strata_refusal_of(reply).result;

	fail_quoting(scope, errand, result, "", reply);
	errand->command->reply = result == STRATA_SERVER ? reply : NULL;
}

/* False when there is not so much time left. */
static bool wait_a_moment(const strata_errand_scope *scope, strata_errand *errand)
{
	strata_usec pause = strata_process_random_word() % (LONGEST_PAUSE - SHORTEST_PAUSE);

	errand->wait_until = strata_clock_usec() + SHORTEST_PAUSE + pause;
	if (errand->wait_until < scope->deadline) {
		return true;
	}
	errand->wait_until = 0;
	return false;
}

/* False when nothing is left to be tried. The errand stays open else. */
static bool try_again(const strata_errand_scope *scope, strata_errand *errand,
	strata_refusal_next next)
{
	if (errand->is_retried) {
		return false;
	}
	errand->is_retried = true;
	switch (next) {
		case STRATA_REFUSAL_FINAL: return false;
		case STRATA_REFUSAL_MASTER: return strata_errand_switch(scope, errand);
		case STRATA_REFUSAL_LATER: return wait_a_moment(scope, errand);
		case STRATA_REFUSAL_FRESH: return true;
		case STRATA_REFUSAL_NEW_OWNER: break;
	}
	errand->seeks_owner = scope->cluster != NULL;
	errand->asking = false;
	return errand->seeks_owner;
}

static void refuse(const strata_errand_scope *scope, strata_errand *errand,
	const strata_resp_reply *reply)
{
	strata_refusal refusal = strata_refusal_of(reply);

	if (scope->cluster != NULL && refusal.suspects) {
		strata_cluster_mark_stale(scope->cluster, STRATA_REFRESH_URGENT, strata_clock_usec());
	}
	if (refusal.result == STRATA_NOT_READY) {
		strata_node_is_not_ready(errand->node);
	}
	errand->is_stale = refusal.closes;
	errand->refusal = reply;
	if (!try_again(scope, errand, refusal.next)) {
		strata_errand_give_up(scope, errand);
	}
}

static void settle_by_reply(const strata_errand_scope *scope, strata_errand *errand,
	const strata_resp_reply *reply)
{
	strata_redirect to;

	if (reply->type != STRATA_RESP_ERROR) {
		strata_errand_finish(errand, STRATA_OK, reply);
	} else if (strata_redirect_parse(reply->text, &to) != STRATA_OK) {
		fail_quoting(scope, errand, STRATA_PROTOCOL, "a malformed redirect: ", reply);
	} else if (to.kind != STRATA_REDIRECT_NONE) {
		redirect(scope, errand, &to, reply);
	} else {
		refuse(scope, errand, reply);
	}
}

/* The first of two replies. Another one than OK or an error belongs to another command. */
static bool check_asking(const strata_errand_scope *scope, strata_errand *errand,
	const strata_resp_reply *reply)
{
	if (strata_resp_is_ok(reply)) {
		return true;
	}
	if (reply->type == STRATA_RESP_ERROR) {
		refuse(scope, errand, reply);
	} else {
		errand->is_distrusted = true;
		fail(scope, errand, STRATA_PROTOCOL, "ASKING was not answered with OK");
	}
	return false;
}

void strata_errand_settle(const strata_errand_scope *scope, strata_errand *errand,
	void *const *replies)
{
	errand->is_distrusted = false;
	errand->is_stale = false;
	if (!errand->asking) {
		settle_by_reply(scope, errand, replies[0]);
	} else if (check_asking(scope, errand, replies[0])) {
		settle_by_reply(scope, errand, replies[1]);
	}
}
