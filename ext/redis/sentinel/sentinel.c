/*
 * What is known of the master lies in shared memory (master_table.h), so that a host asks its
 * sentinels and not every thread. A thread keeps the node it uses and the version it took it from:
 *
 *     version unchanged          the node is the master: two loads, no lock
 *     version changed, address not   the node stays, with its connections
 *     address changed            another node; the old one loses its connections at once
 *
 * The sentinels are asked every second for as long as the master is in use, and not only after a
 * failure. After a planned failover the old master goes on accepting writes for some ten seconds,
 * and all of them are lost, before the sentinels make it a replica. The call that finds the
 * question due pays for it with half of what is left of its deadline, so that a silent sentinel
 * leaves time for the command. Sentinels are ordinary nodes, with breakers, rows and nonces, and
 * all of them are asked in one exchange.
 *
 * No sentinel is trusted alone (sentinel_vote.h), nor are all of them. The server they name must
 * say itself that it is the master before it gets a command (protocol/redis_handshake.h). One that
 * says otherwise is not asked again before the sentinels were.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "redis/sentinel/sentinel.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "os/clock.h"
#include "node/io_loop.h"
#include "node/terms/client_options.h"
#include "protocol/redis_protocol.h"
#include "redis/sentinel/master_table.h"
#include "redis/sentinel/sentinel_vote.h"
#include "node/node_advice.h"

enum { MAX_REPLY = 64 * 1024 };

/* Was the master, and commands that are under way may still use it. */
typedef struct retired_node {
	strata_node *node;
	struct retired_node *next;
} retired_node;

struct strata_sentinel {
	const char *name;
	strata_protocol protocol;             /* as all of Redis, under another name */
	strata_client_options options;        /* of the sentinels */
	strata_client_options master_options; /* of the servers that they name */
	strata_stats *stats;
	strata_node **nodes; /* the sentinels */
	uint32_t count;
	strata_master_record *record; /* what the host knows */
	bool is_private;              /* what only we know */
	strata_node *node;            /* the master, as of version; NULL: never known */
	uint64_t version;
	strata_result result; /* of that version */
	strata_protocol_error error;
	retired_node *retired;
	uint32_t refs;
};

/* What one question is made of, in the arena. */
typedef struct {
	strata_exchange *exchanges;
	strata_sentinel_answer *answers;
	strata_result result;        /* why the last sentinel that was not understood was not */
	strata_protocol_error error; /* the same in words, its name included */
} inquiry;

/* ---- life ---- */

static void free_retired(strata_sentinel *sentinel)
{
	while (sentinel->retired != NULL) {
		retired_node *next = sentinel->retired->next;

		strata_node_free(sentinel->retired->node);
		free(sentinel->retired);
		sentinel->retired = next;
	}
}

void strata_sentinel_free(strata_sentinel *sentinel)
{
	if (sentinel == NULL) {
		return;
	}
	free_retired(sentinel);
	strata_node_free(sentinel->node);
	for (uint32_t i = 0; i < sentinel->count; i++) {
		strata_node_free(sentinel->nodes[i]);
	}
	free(sentinel->nodes);
	if (sentinel->is_private) {
		strata_master_record_free(sentinel->record);
	}
	free(sentinel);
}

static uint64_t mix(uint64_t key, const char *text)
{
	return strata_hash_of(strata_view_of(text), key);
}

/*
 * Other sentinels, another order or another login have a record of their own: why sentinels refuse
 * one password says nothing about another.
 */
static uint64_t key_of(const strata_sentinel_watchers *watchers,
	const strata_client_options *options)
{
	uint64_t key = strata_credentials_id(options) ^ (options->tls != NULL);

	for (uint32_t i = 0; i < watchers->count; i++) {
		key = mix(key ^ watchers->sentinels[i].port, watchers->sentinels[i].host);
	}
	return mix(key, watchers->name);
}

static strata_master_record *record_of(strata_sentinel *sentinel,
	const strata_sentinel_watchers *watchers)
{
	uint64_t key = key_of(watchers, &sentinel->options);
	strata_master_record *shared =
		watchers->masters == NULL ? NULL : strata_master_table_claim(watchers->masters, key);

	sentinel->is_private = shared == NULL;
	return shared != NULL ? shared : strata_master_record_new();
}

static void set_options(strata_sentinel *sentinel, const strata_sentinel_watchers *watchers,
	const strata_client_options *options)
{
	sentinel->protocol = strata_redis_protocol;
	sentinel->protocol.name = "sentinel";
	sentinel->options = *options;
	sentinel->options.setup.user = watchers->user;
	sentinel->options.setup.password = watchers->password;
	sentinel->options.setup.database = 0;
	sentinel->options.max_reply = MAX_REPLY;
	/* The others answer while one is found out about. */
	sentinel->options.probe_max_wait = 0;
	sentinel->master_options = *options;
	sentinel->master_options.setup.wants_master = true;
}

static bool add_nodes(strata_sentinel *sentinel, const strata_sentinel_watchers *watchers)
{
	sentinel->nodes = calloc(watchers->count, sizeof(*sentinel->nodes));
	for (uint32_t i = 0; sentinel->nodes != NULL && i < watchers->count; i++) {
		strata_node *node =
			strata_node_new(&sentinel->protocol, &sentinel->options, watchers->sentinels[i].host,
				watchers->sentinels[i].port, STRATA_NODE_CONFIGURED, sentinel->stats);

		if (node == NULL) {
			return false;
		}
		sentinel->nodes[sentinel->count++] = node;
	}
	return sentinel->nodes != NULL;
}

strata_result strata_sentinel_new(const strata_sentinel_watchers *watchers,
	const strata_client_options *options, strata_stats *stats, strata_sentinel **out)
{
	strata_sentinel *sentinel = calloc(1, sizeof(*sentinel));

	*out = NULL;
	if (sentinel == NULL) {
		return STRATA_NO_MEMORY;
	}
	sentinel->name = watchers->name;
	sentinel->stats = stats;
	set_options(sentinel, watchers, options);
	sentinel->record = record_of(sentinel, watchers);
	if (sentinel->record == NULL || !add_nodes(sentinel, watchers)) {
		strata_sentinel_free(sentinel);
		return STRATA_NO_MEMORY;
	}
	*out = sentinel;
	return STRATA_OK;
}

void strata_sentinel_ref(strata_sentinel *sentinel)
{
	if (sentinel != NULL && sentinel->refs++ == 0) {
		free_retired(sentinel);
	}
}

void strata_sentinel_unref(strata_sentinel *sentinel)
{
	if (sentinel != NULL) {
		sentinel->refs--;
	}
}

/* ---- asking ---- */

/* NULL when out of memory. */
static inquiry *new_inquiry(const strata_sentinel *sentinel, const strata_buffer *request,
	strata_arena *arena)
{
	inquiry *inquiry = strata_arena_alloc(arena, sizeof(*inquiry));

	if (inquiry == NULL) {
		return NULL;
	}
	inquiry->exchanges = strata_arena_alloc(arena, sentinel->count * sizeof(strata_exchange));
	inquiry->answers = strata_arena_alloc(arena, sentinel->count * sizeof(strata_sentinel_answer));
	if (inquiry->exchanges == NULL || inquiry->answers == NULL) {
		return NULL;
	}
	inquiry->result = STRATA_NO_OWNER;
	inquiry->error.text[0] = '\0';
	for (uint32_t i = 0; i < sentinel->count; i++) {
		inquiry->exchanges[i] = (strata_exchange){ .node = sentinel->nodes[i],
			.request = *request,
			.expected = STRATA_SENTINEL_QUESTIONS };
		inquiry->answers[i] = (strata_sentinel_answer){ .kind = STRATA_SENTINEL_SILENT };
	}
	return inquiry;
}

static void take_answer(inquiry *inquiry, uint32_t index)
{
	strata_exchange *exchange = &inquiry->exchanges[index];
	const strata_node *node = exchange->node;
	strata_protocol_error said = { .text = "" };
	strata_result result;

	if (exchange->result != STRATA_OK) {
		inquiry->result = exchange->result;
		inquiry->error = exchange->error;
		return;
	}
	result = strata_sentinel_answer_read(&inquiry->answers[index], exchange->replies, &said);
	if (result != STRATA_OK) {
		strata_stats_add_reason(strata_node_stats(node), result);
		inquiry->result = result;
		inquiry->error = (strata_protocol_error){ .lasts = said.lasts };
		snprintf(inquiry->error.text, sizeof(inquiry->error.text), "sentinel %s: %.160s",
			strata_node_name(node), said.text);
		strata_node_note_error(node, result, &inquiry->error, strata_clock_usec());
		if (strata_result_is_misconfiguration(result)) {
			strata_node_log_misconfigured(node, result, strata_clock_usec());
		}
	}
}

static void tell_move(const strata_sentinel *sentinel, const strata_master_view *known,
	const strata_endpoint *to)
{
	char where[STRATA_ENDPOINT_HOST_ROOM + 8];

	if (known->is_known && !strata_endpoint_is_at(to, known->at.host, known->at.port)) {
		snprintf(where, sizeof(where), "%s:%u", to->host, (unsigned) to->port);
		strata_node_log_event(sentinel->nodes[0], "master moved", where);
	}
}

__attribute__((format(printf, 4, 5))) static void publish_error(const strata_sentinel *sentinel,
	uint64_t ticket, strata_result result, const char *format, ...)
{
	strata_protocol_error why;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why.text, sizeof(why.text), format, arguments);
	va_end(arguments);
	strata_master_record_publish_error(sentinel->record, ticket, result, why.text);
}

static void publish(const strata_sentinel *sentinel, const inquiry *inquiry, uint64_t ticket)
{
	strata_sentinel_vote vote;
	strata_master_view known;

	/* Of a damaged record nothing is known, and this answer replaces it. */
	(void) !strata_master_record_read(sentinel->record, &known);
	vote = strata_sentinel_vote_count(inquiry->answers, sentinel->count, known.epoch);
	switch (vote.verdict) {
		case STRATA_VOTE_AGREED:
			tell_move(sentinel, &known, &vote.master);
			strata_master_record_publish(sentinel->record, ticket, &vote.master, vote.epoch);
			return;
		case STRATA_VOTE_SILENCE:
			publish_error(sentinel, ticket, inquiry->result, "%s", inquiry->error.text);
			return;
		case STRATA_VOTE_UNKNOWN:
			/* A name is configured, so this is nothing that passes. */
			publish_error(sentinel, ticket, STRATA_UNSUPPORTED,
				"the sentinels know no master \"%s\"", sentinel->name);
			return;
		case STRATA_VOTE_TOO_FEW:
		case STRATA_VOTE_SPLIT:
			publish_error(sentinel, ticket, STRATA_NO_OWNER,
				"%u of %u sentinels answered, and where the master \"%s\" is must be said alike "
				"by %u",
				vote.answered, sentinel->count, sentinel->name, vote.needed);
			return;
		case STRATA_VOTE_STALE:
			publish_error(sentinel, ticket, STRATA_NO_OWNER,
				"the sentinels that answer are behind what was known of the master \"%s\"",
				sentinel->name);
			return;
	}
}

static void ask(strata_sentinel *sentinel, uint64_t ticket, strata_usec *now, strata_usec deadline,
	strata_arena *arena)
{
	strata_buffer request = { 0 };
	inquiry *inquiry = NULL;

	if (strata_sentinel_answer_ask(&request, sentinel->name) == 0) {
		inquiry = new_inquiry(sentinel, &request, arena);
	}
	if (inquiry != NULL) {
		strata_io_loop_run(inquiry->exchanges, sentinel->count, deadline, arena, now);
		for (uint32_t i = 0; i < sentinel->count; i++) {
			take_answer(inquiry, i);
			strata_io_loop_release(&inquiry->exchanges[i]);
		}
		publish(sentinel, inquiry, ticket);
	} else {
		publish_error(sentinel, ticket, STRATA_NO_MEMORY, "%s",
			strata_result_text(STRATA_NO_MEMORY));
	}
	strata_buffer_fini(&request);
}

/* ---- following ---- */

static bool retire(strata_sentinel *sentinel)
{
	retired_node *former = malloc(sizeof(*former));

	if (former == NULL) {
		return false;
	}
	*former = (retired_node){ sentinel->node, sentinel->retired };
	sentinel->retired = former;
	strata_node_drop_idle(sentinel->node);
	sentinel->node = NULL;
	return true;
}

static bool move_to(strata_sentinel *sentinel, const strata_endpoint *at)
{
	strata_node *node = strata_node_new(&strata_redis_protocol, &sentinel->master_options, at->host,
		at->port, STRATA_NODE_CONFIGURED, sentinel->stats);

	if (node == NULL || (sentinel->node != NULL && !retire(sentinel))) {
		strata_node_free(node);
		return false;
	}
	sentinel->node = node;
	return true;
}

/* Without memory, or with a damaged record, the next call tries again. */
static void catch_up(strata_sentinel *sentinel)
{
	strata_master_view view;
	bool is_there;

	if (!strata_master_record_read(sentinel->record, &view)) {
		return;
	}
	is_there =
		sentinel->node != NULL && strata_endpoint_is_at(&view.at, strata_node_host(sentinel->node),
									  strata_node_port(sentinel->node));
	if (view.is_known && !is_there && !move_to(sentinel, &view.at)) {
		return;
	}
	sentinel->version = view.version;
	sentinel->result = view.result;
	sentinel->error = view.error;
}

static strata_result explain(strata_protocol_error *error, const char *name, const char *why)
{
	snprintf(error->text, sizeof(error->text), "redis %.64s: %.118s", name, why);
	return STRATA_NO_OWNER;
}

static strata_result check(const strata_sentinel *sentinel, strata_protocol_error *error)
{
	if (sentinel->node == NULL && sentinel->result != STRATA_OK) {
		*error = sentinel->error;
		return sentinel->result;
	}
	if (sentinel->node == NULL) {
		return explain(error, sentinel->name, "no sentinel has said yet where the master is");
	}
	if (strata_master_record_is_demoted(sentinel->record, sentinel->version)) {
		return explain(error, strata_node_name(sentinel->node),
			"says that it is not the master, and the sentinels are not asked again yet");
	}
	return STRATA_OK;
}

/* A question may take half of what is left. */
static void ask_or_wait(strata_sentinel *sentinel, strata_usec *now, strata_usec deadline,
	strata_arena *arena)
{
	strata_usec half = *now < deadline ? (deadline - *now) / 2 : 0;
	uint64_t ticket;

	if (strata_master_record_take(sentinel->record, strata_clock_msec(), &ticket)) {
		ask(sentinel, ticket, now, *now + half, arena);
	} else if (strata_master_record_wait(sentinel->record, half)) {
		*now = strata_clock_usec();
	}
}

strata_result strata_sentinel_find(strata_sentinel *sentinel, strata_usec *now,
	strata_usec deadline, strata_arena *arena, strata_node **out, strata_protocol_error *error)
{
	error->text[0] = '\0';
	ask_or_wait(sentinel, now, deadline, arena);
	if (strata_master_record_version(sentinel->record) != sentinel->version) {
		catch_up(sentinel);
	}
	*out = sentinel->node;
	return check(sentinel, error);
}

strata_node *strata_sentinel_watcher(const strata_sentinel *sentinel, uint32_t nth)
{
	return nth < sentinel->count ? sentinel->nodes[nth] : NULL;
}

const char *strata_sentinel_master_name(const strata_sentinel *sentinel)
{
	return sentinel->name;
}

/* ---- a server that is no master ---- */

void strata_sentinel_lost(strata_sentinel *sentinel, const strata_node *node, strata_result why)
{
	if (sentinel != NULL && node == sentinel->node && why == STRATA_NO_OWNER) {
		strata_master_record_mark_demoted(sentinel->record, sentinel->version);
	}
}

bool strata_sentinel_is_demoted(strata_sentinel *sentinel, const strata_node *node,
	const strata_resp_reply *reply)
{
	if (sentinel == NULL ||
		(!strata_resp_is_error(reply, "READONLY") && !strata_resp_is_error(reply, "MASTERDOWN"))) {
		return false;
	}
	strata_sentinel_lost(sentinel, node, STRATA_NO_OWNER);
	return true;
}
