/*
 * Three questions a server, each over the connection of the one before:
 *
 *     HELLO, INFO, CLUSTER INFO     what is it, and how is it set up?
 *     TIME                          alone, since the time that it takes is its uncertainty
 *     every command                 what may this user do? (server_rights.c)
 *
 * HELLO without a version changes nothing and is allowed to every user; INFO is not, and what only
 * that tells is then not known. Replies of one server are judged by it alone. Servers that know few
 * commands, such as proxies, are asked none of these.
 */
#include "redis/server_check.h"

#include <stdio.h>
#include <stdlib.h>

#include "conf/text/quantity.h"
#include "node/question/question.h"
#include "os/clock.h"
#include "protocol/redis_protocol.h"
#include "protocol/resp.h"
#include "redis/cluster/slot_map.h"
#include "redis/server_rights.h"

enum { MOST_QUESTIONS = 3 };

/* One server on its way. */
typedef struct {
	strata_findings *findings;
	const strata_check_order *order;
	const strata_client_options *options;
	strata_node *node;
	strata_redis_place place;
	bool is_replica; /* by the slot map */
	strata_checked_node *checked;
	strata_view info; /* the reply to INFO; empty: none */
} visit;

/* ---- asking ---- */

typedef struct {
	strata_view words[3];
	size_t count;
} question;

/* True with the replies. Out of memory and a server that is not reached are noted. */
static bool ask(const visit *visit, const question *questions, uint32_t count,
	strata_answer *answer)
{
	strata_buffer request = { 0 };

	for (uint32_t i = 0; i < count; i++) {
		if (strata_resp_compose(&request, questions[i].words, questions[i].count) != 0) {
			strata_buffer_fini(&request);
			visit->findings->has_failed = true;
			return false;
		}
	}
	strata_question_ask(visit->node, &request, count, STRATA_QUESTION_KEEPS, visit->order->time,
		visit->findings->arena, answer);
	visit->checked->result = answer->result;
	visit->checked->error = answer->error;
	return answer->result == STRATA_OK;
}

/* The value of a name in a flat list of names and values; NULL: it is not there. */
static const strata_resp_reply *value_in(const strata_resp_reply *list, const char *name)
{
	const strata_resp_reply *at = strata_resp_element(list, 0);

	while (at != NULL && at->next != NULL) {
		if (at->type == STRATA_RESP_STRING && strata_view_equal(at->text, strata_view_of(name))) {
			return at->next;
		}
		at = at->next->next;
	}
	return NULL;
}

static bool is_text(const strata_resp_reply *reply)
{
	return reply != NULL &&
		   (reply->type == STRATA_RESP_STRING || reply->type == STRATA_RESP_STATUS);
}

/* The value of a line "name:value" of INFO; size 0: it is not there. */
static strata_view line_of(strata_view text, const char *name)
{
	size_t size = strlen(name);
	const char *at = text.data, *end = text.data + text.size;

	while (at != NULL && at < end) {
		const char *stop = memchr(at, '\n', (size_t) (end - at));

		stop = stop != NULL ? stop : end;
		if ((size_t) (stop - at) > size && memcmp(at, name, size) == 0 && at[size] == ':') {
			return strata_view_trimmed(
				(strata_view){ at + size + 1, (size_t) (stop - at) - size - 1 });
		}
		at = stop + 1;
	}
	return (strata_view){ "", 0 };
}

static bool number_of(const visit *visit, const char *name, uint64_t *number)
{
	strata_view text = line_of(visit->info, name);

	*number = 0;
	return text.size > 0 && strata_quantity_count(text, number) == STRATA_QUANTITY_OK;
}

static void note_line(const visit *visit, const char *fact, const char *name)
{
	strata_view text = line_of(visit->info, name);

	if (text.size > 0) {
		strata_findings_note(visit->findings, visit->checked, fact, text);
	}
}

static void note_number(const visit *visit, const char *fact, const char *name)
{
	uint64_t number;

	if (number_of(visit, name, &number)) {
		strata_findings_note_integer(visit->findings, visit->checked, fact, (int64_t) number);
	}
}

/* ---- what is it? ---- */

static bool is(strata_view text, const char *word)
{
	return strata_view_equal(text, strata_view_of(word));
}

/* As HELLO or else INFO says it: size 0 where neither does. */
static strata_view said_of(const visit *visit, const strata_resp_reply *hello, const char *name,
	const char *in_info)
{
	const strata_resp_reply *value = value_in(hello, name);

	return is_text(value) ? value->text : line_of(visit->info, in_info);
}

static void say_replica(const visit *visit)
{
	strata_view host = line_of(visit->info, "master_host");
	strata_view port = line_of(visit->info, "master_port");

	switch (visit->place) {
		case STRATA_PLACE_SERVER:
			strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
				"it is a replica%s%.*s%s%.*s and refuses every write: name its master in the DSN, "
				"or "
				"the sentinels by redis-sentinel://",
				host.size > 0 ? " of " : "", (int) host.size, host.data, host.size > 0 ? ":" : "",
				(int) port.size, port.data);
			break;
		case STRATA_PLACE_CLUSTER:
			if (!visit->is_replica) {
				strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
					"it is a replica, and the slot map of this host has it as a master: a failover "
					"is under way; if this stays, look at CLUSTER NODES");
			}
			break;
		case STRATA_PLACE_WATCHED:
			strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
				"the sentinels name it as the master, and it is a replica: look at SENTINEL "
				"MASTER");
			break;
	}
}

static void inspect_role(const visit *visit, strata_view role)
{
	if (is(role, "slave") || is(role, "replica")) {
		say_replica(visit);
	} else if (visit->is_replica && is(role, "master")) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"it is a master, and the slot map of this host has it as a replica: a failover is "
			"under "
			"way; if this stays, look at CLUSTER NODES");
	}
	if (is(line_of(visit->info, "master_link_status"), "down")) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"its link to its master is down: it answers reads with what is old, and must not be "
			"promoted");
	}
}

/* Says so where it is none. */
static bool is_data_server(const visit *visit, const strata_resp_reply *hello)
{
	strata_view mode = said_of(visit, hello, "mode", "redis_mode");

	if (is(mode, "sentinel")) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
			"it is a sentinel, which holds no values: use redis-sentinel://%s/<name of the master>",
			visit->checked->name);
		return false;
	}
	if (is(mode, "cluster") && visit->place == STRATA_PLACE_SERVER) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
			"it is a node of a cluster, and holds only some of the keys: use redis-cluster://%s",
			visit->checked->name);
	}
	return true;
}

static void inspect_identity(const visit *visit, const strata_resp_reply *hello)
{
	strata_view software = said_of(visit, hello, "server", "server_name");
	strata_view version = said_of(visit, hello, "version", "redis_version");
	strata_view valkey = line_of(visit->info, "valkey_version");
	strata_view role = said_of(visit, hello, "role", "role");
	strata_view mode = said_of(visit, hello, "mode", "redis_mode");

	software = software.size > 0 ? software : strata_view_of(valkey.size > 0 ? "valkey" : "redis");
	version = valkey.size > 0 ? valkey : version;
	strata_findings_note(visit->findings, visit->checked, "software", software);
	if (version.size > 0) {
		strata_findings_note(visit->findings, visit->checked, "version", version);
	}
	if (role.size > 0) {
		strata_findings_note(visit->findings, visit->checked, "role",
			is(role, "slave") ? strata_view_of("replica") : role);
	}
	if (mode.size > 0) {
		strata_findings_note(visit->findings, visit->checked, "mode", mode);
	}
	inspect_role(visit, role);
}

/* ---- how is it set up? ---- */

static void inspect_connections(const visit *visit)
{
	uint64_t most, now;

	if (!number_of(visit, "maxclients", &most) || !number_of(visit, "connected_clients", &now)) {
		return;
	}
	if (most < visit->order->most_inflight) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"it takes %llu clients (maxclients), and this host alone may have %u operations under "
			"way there (strata.max_inflight): raise the one or lower the other",
			(unsigned long long) most, visit->order->most_inflight);
	} else if (now * 10 >= most * 9) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"%llu of %llu clients (maxclients) are connected: raise maxclients, or have fewer "
			"workers; each keeps a connection or two",
			(unsigned long long) now, (unsigned long long) most);
	}
}

static void inspect_memory_of_cache(const visit *visit, uint64_t most, strata_view policy)
{
	if (most == 0) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"it has no maxmemory: what has no end of life stays until the machine has no memory "
			"left; set maxmemory, and maxmemory-policy allkeys-lfu or allkeys-lru");
	} else if (is(policy, "noeviction")) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"maxmemory-policy is noeviction: once it is full every write fails; set allkeys-lfu or "
			"allkeys-lru for a cache");
	}
}

static void inspect_memory(const visit *visit)
{
	strata_view policy = line_of(visit->info, "maxmemory_policy");
	uint64_t most;

	if (!number_of(visit, "maxmemory", &most) || policy.size == 0) {
		return;
	}
	switch (visit->order->use) {
		case STRATA_USE_CACHE: inspect_memory_of_cache(visit, most, policy); break;
		case STRATA_USE_SESSIONS:
			if (most != 0 && !is(policy, "noeviction")) {
				strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
					"maxmemory-policy is %.*s: once it is full it removes sessions, and users are "
					"logged out; set noeviction, and enough maxmemory, where sessions are",
					(int) policy.size, policy.data);
			}
			break;
	}
}

static void inspect_cluster(const visit *visit, const strata_resp_reply *reply)
{
	strata_view state = is_text(reply) ? line_of(reply->text, "cluster_state") : (strata_view){ 0 };
	strata_view slots = is_text(reply) ? line_of(reply->text, "cluster_slots_ok") : state;

	if (state.size == 0) {
		strata_findings_list(visit->findings, &visit->checked->unseen, "CLUSTER INFO");
		return;
	}
	strata_findings_note(visit->findings, visit->checked, "cluster_state", state);
	strata_findings_note(visit->findings, visit->checked, "slots", slots);
	if (!is(state, "ok")) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
			"it says that its cluster is down, with %.*s of 16384 slots served: look at CLUSTER "
			"NODES "
			"and redis-cli --cluster check",
			(int) slots.size, slots.data);
	}
}

static void note_info(const visit *visit)
{
	if (visit->info.size == 0) {
		strata_findings_list(visit->findings, &visit->checked->unseen, "INFO");
		return;
	}
	note_number(visit, "connections", "connected_clients");
	note_number(visit, "connections_most", "maxclients");
	note_number(visit, "memory", "used_memory");
	note_number(visit, "memory_most", "maxmemory");
	note_line(visit, "eviction", "maxmemory_policy");
	inspect_connections(visit);
	inspect_memory(visit);
}

/* ---- the clock ---- */

static void compare_clock(const visit *visit)
{
	const question time = { { strata_view_of("TIME") }, 1 };
	const strata_resp_reply *seconds, *rest;
	strata_answer answer;
	uint64_t whole, micro;

	if (!ask(visit, &time, 1, &answer)) {
		return;
	}
	visit->checked->took = answer.took;
	seconds = strata_resp_element(answer.replies[0], 0);
	rest = seconds != NULL ? seconds->next : NULL;
	if (!is_text(seconds) || !is_text(rest) ||
		strata_quantity_count(seconds->text, &whole) != STRATA_QUANTITY_OK ||
		strata_quantity_count(rest->text, &micro) != STRATA_QUANTITY_OK ||
		whole > UINT64_MAX / 4000000) {
		strata_findings_list(visit->findings, &visit->checked->unseen, "TIME");
		return;
	}
	strata_findings_compare_clock(visit->findings, visit->checked, whole * 1000000 + micro,
		answer.sent_at, answer.took, 0);
	strata_node_note_clock(visit->node, visit->checked->clock.difference,
		visit->checked->clock.uncertainty);
}

/* ---- one server ---- */

static bool begin(visit *visit, const char *protocol)
{
	visit->checked =
		strata_findings_add_node(visit->findings, strata_node_name(visit->node), protocol);
	return visit->checked != NULL;
}

static void note_user(const visit *visit)
{
	const char *user = visit->options->setup.user;

	strata_findings_note(visit->findings, visit->checked, "user",
		strata_view_of(user != NULL ? user : "default"));
}

/* PING, or a read where that is not known: that it answers is all that there is to learn. */
static void visit_proxy(const visit *visit)
{
	const question read = { { strata_view_of("GET"), visit->order->key }, 2 };
	strata_answer answer;

	if (ask(visit, &read, 1, &answer)) {
		visit->checked->took = answer.took;
		strata_findings_note(visit->findings, visit->checked, "mode", strata_view_of("proxy"));
		strata_findings_list(visit->findings, &visit->checked->unseen, "everything but GET");
	}
}

static void visit_server(visit *visit)
{
	const question questions[MOST_QUESTIONS] = {
		{ { strata_view_of("HELLO") }, 1 },
		{ { strata_view_of("INFO") }, 1 },
		{ { strata_view_of("CLUSTER"), strata_view_of("INFO") }, 2 },
	};
	bool is_of_cluster = visit->place == STRATA_PLACE_CLUSTER;
	const strata_resp_reply *info;
	strata_answer answer;

	if (!begin(visit, strata_redis_protocol.name)) {
		return;
	}
	if (strata_node_is_bare(visit->node, strata_clock_usec())) {
		visit_proxy(visit);
		return;
	}
	if (!ask(visit, questions, is_of_cluster ? 3 : 2, &answer)) {
		return;
	}
	info = answer.replies[1];
	visit->info = is_text(info) ? info->text : (strata_view){ "", 0 };
	note_user(visit);
	inspect_identity(visit, answer.replies[0]);
	if (!is_data_server(visit, answer.replies[0])) {
		return;
	}
	note_info(visit);
	if (is_of_cluster) {
		inspect_cluster(visit, answer.replies[2]);
	}
	compare_clock(visit);
	strata_server_rights_try(visit->findings, visit->checked, visit->node, visit->order,
		visit->place, visit->options);
}

/* ---- clusters ---- */

static void visit_cluster(visit *visit, strata_cluster *cluster)
{
	strata_cluster_peer *peers = strata_arena_alloc(visit->findings->arena,
		STRATA_SLOT_MAP_NODES * sizeof(strata_cluster_peer));
	strata_usec now = strata_clock_usec();
	strata_protocol_error error;
	uint32_t count;

	if (peers == NULL) {
		visit->findings->has_failed = true;
		return;
	}
	strata_cluster_ref(cluster);
	if (strata_cluster_learn(cluster, &now, now + visit->order->time, visit->findings->arena,
			&error) != STRATA_OK) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, NULL,
			"no node tells which slots it owns: %s", error.text);
	}
	count = strata_cluster_list_peers(cluster, peers, STRATA_SLOT_MAP_NODES);
	for (uint32_t i = 0; i < count; i++) {
		visit->node = peers[i].node;
		visit->is_replica = peers[i].is_replica;
		visit_server(visit);
	}
	strata_cluster_unref(cluster);
}

/* ---- sentinels ---- */

static void inspect_quorum(const visit *visit, const strata_resp_reply *reply, const char *master)
{
	if (is_text(reply)) {
		strata_findings_note(visit->findings, visit->checked, "quorum", reply->text);
	} else if (strata_resp_is_error(reply, "NOQUORUM")) {
		char words[160];

		strata_resp_print_error(reply, words, sizeof(words));
		strata_findings_note(visit->findings, visit->checked, "quorum", strata_view_of(words));
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
			"a master that dies now is not replaced (%s): start the sentinels that are missing",
			words);
	} else if (strata_resp_is_error(reply, "ERR No such master")) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
			"it watches no master \"%.64s\": name the one that SENTINEL MASTERS lists, behind the "
			"/ of "
			"the DSN",
			master);
	} else {
		strata_findings_list(visit->findings, &visit->checked->unseen, "SENTINEL CKQUORUM");
	}
}

static void inspect_watchers(const visit *visit, const strata_resp_reply *reply)
{
	const strata_resp_reply *others = value_in(reply, "num-other-sentinels");
	uint64_t count;

	if (!is_text(others) || strata_quantity_count(others->text, &count) != STRATA_QUANTITY_OK) {
		if (strata_resp_is_error(reply, "NOPERM")) {
			strata_findings_list(visit->findings, &visit->checked->forbidden, "SENTINEL MASTER");
		}
		return;
	}
	strata_findings_note_integer(visit->findings, visit->checked, "sentinels", (int64_t) count + 1);
	if (count < 2) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_WARNING, visit->checked,
			"only %llu sentinels watch the master: with fewer than three, no failover survives the "
			"loss of a machine",
			(unsigned long long) count + 1);
	}
}

/* By which requests are asked where the master is. */
static void inspect_address(const visit *visit, const strata_resp_reply *reply)
{
	if (strata_resp_is_error(reply, "ERR unknown")) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
			"it is no sentinel: use redis:// or redis-cluster://");
	} else if (strata_resp_is_error(reply, "NOPERM")) {
		strata_findings_list(visit->findings, &visit->checked->forbidden,
			"SENTINEL GET-MASTER-ADDR-BY-NAME");
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, visit->checked,
			"the user of the sentinels may not ask where the master is: ACL SETUSER <user> "
			"+sentinel|get-master-addr-by-name +sentinel|master");
	}
}

static void visit_sentinel(visit *visit, const strata_sentinel *sentinel)
{
	strata_view name = strata_view_of(strata_sentinel_master_name(sentinel));
	const question questions[] = {
		{ { strata_view_of("SENTINEL"), strata_view_of("GET-MASTER-ADDR-BY-NAME"), name }, 3 },
		{ { strata_view_of("SENTINEL"), strata_view_of("CKQUORUM"), name }, 3 },
		{ { strata_view_of("SENTINEL"), strata_view_of("MASTER"), name }, 3 },
		{ { strata_view_of("INFO") }, 1 },
	};
	strata_answer answer;

	if (!begin(visit, "sentinel") || !ask(visit, questions, 4, &answer)) {
		return;
	}
	visit->checked->took = answer.took;
	visit->info = is_text(answer.replies[3]) ? ((const strata_resp_reply *) answer.replies[3])->text
											 : (strata_view){ "", 0 };
	note_line(visit, "version", "redis_version");
	strata_findings_note(visit->findings, visit->checked, "role", strata_view_of("sentinel"));
	inspect_address(visit, answer.replies[0]);
	inspect_quorum(visit, answer.replies[1], name.data);
	inspect_watchers(visit, answer.replies[2]);
}

static void visit_watched(visit *visit, strata_sentinel *sentinel)
{
	strata_usec now = strata_clock_usec();
	strata_protocol_error error;
	strata_result result;

	strata_sentinel_ref(sentinel);
	for (uint32_t i = 0; (visit->node = strata_sentinel_watcher(sentinel, i)) != NULL; i++) {
		visit_sentinel(visit, sentinel);
	}
	now = strata_clock_usec();
	result = strata_sentinel_find(sentinel, &now, now + visit->order->time, visit->findings->arena,
		&visit->node, &error);
	if (result != STRATA_OK) {
		strata_findings_say(visit->findings, STRATA_SEVERITY_ERROR, NULL,
			"the sentinels give no master: %s", error.text);
	}
	if (visit->node != NULL) {
		visit_server(visit);
	}
	strata_sentinel_unref(sentinel);
}

/* ---- exported ---- */

void strata_redis_check(strata_redis_client *client, const strata_check_order *order,
	strata_findings *findings)
{
	visit visit = {
		.findings = findings,
		.order = order,
		.options = client->options,
		.node = client->server,
		.info = { "", 0 },
	};

	if (client->cluster != NULL) {
		visit.place = STRATA_PLACE_CLUSTER;
		visit_cluster(&visit, client->cluster);
	} else if (client->sentinel != NULL) {
		visit.place = STRATA_PLACE_WATCHED;
		visit_watched(&visit, client->sentinel);
	} else {
		visit.place = STRATA_PLACE_SERVER;
		visit_server(&visit);
	}
}
