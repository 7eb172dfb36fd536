/*
 * The breaker and the row of statistics are records in shared memory. The thread holds them while
 * it uses the node, and lets go of them when it did not for a while, or frees the node. A thread
 * has several nodes of one name (under other roles and databases), which may share a record: the
 * last one lets go of it. A child of fork() holds nothing of its parent's, and asks for them anew.
 */
#include "node/node_records.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "base/thread.h"
#include "os/process.h"

enum {
	TIDY_INTERVAL = 10000000, /* usec between looks for nodes that are not used */
	UNUSED = 30000000,        /* usec after which a node's records are let go of */
	SEARCH_AGAIN = 1000000    /* usec until records are asked for again that were not to be had */
};

/* Those of all nodes of this thread, and when it last looked which of them are not used. */
static STRATA_THREAD_LOCAL strata_node_records *all_records;
static STRATA_THREAD_LOCAL strata_usec tidied_at;

static strata_registry_share share_of(const strata_node_records *records)
{
	return records->origin == STRATA_NODE_CONFIGURED ? STRATA_REGISTRY_RESERVED
													 : STRATA_REGISTRY_COMMON;
}

static void find_breaker(strata_node_records *records)
{
	const strata_client_options *options = records->peer->options;
	char group[32];

	if (options->breaker_table == NULL) {
		return;
	}
	/* So that a password which one database has wrong does not open the breaker of another one. */
	snprintf(group, sizeof(group), "%s %08x", records->peer->protocol->name,
		(unsigned) (strata_credentials_id(options) & UINT32_MAX));
	records->has_breaker = strata_breaker_of(options->breaker_table, group, records->peer->name,
		share_of(records), &options->limits, &records->breaker);
	records->peer->breaker = records->has_breaker ? &records->breaker : NULL;
	records->is_visitor = records->has_breaker && !records->breaker.is_held;
}

static void find_row(strata_node_records *records)
{
	if (records->stats != NULL) {
		records->peer->stats = strata_stats_row_of(records->stats, STRATA_STATS_NODE,
			records->peer->protocol->name, records->peer->name, share_of(records));
	}
}

/* Without a row of its own it counts with all others that have none. */
static void use_no_records(strata_node_records *records)
{
	records->has_breaker = false;
	records->is_visitor = false;
	records->peer->breaker = NULL;
	records->peer->stats = records->stats != NULL ? strata_stats_departed(records->stats) : NULL;
}

/* It is not known yet whether what it counts will be its own. */
static void stage_counts(strata_node_records *records)
{
	if (records->stats != NULL && records->staged == NULL) {
		records->staged = strata_stats_row_new();
	}
	if (records->staged != NULL) {
		records->peer->stats = records->staged;
	}
}

static void unstage_counts(strata_node_records *records, strata_stats_row *to)
{
	if (records->staged != NULL) {
		strata_stats_move(records->staged, to);
	}
}

static bool is_without(const strata_node_records *records)
{
	return (records->peer->options->breaker_table != NULL && !records->has_breaker) ||
		   (records->stats != NULL && strata_stats_is_same_row(records->stats, records->peer->stats,
										  strata_stats_departed(records->stats)));
}

/* Where tables are full, they are searched again after a while, and not by each operation. */
static void search_again(strata_node_records *records, strata_usec now)
{
	if (!is_without(records)) {
		records->search_at = 0;
		return;
	}
	if (records->search_at == 0) {
		strata_anomalies_add(records->peer->options->anomalies, records->peer->name,
			"has no breaker: all are taken", NULL);
	}
	records->search_at = now + SEARCH_AGAIN;
}

void strata_node_records_find(strata_node_records *records, strata_usec now)
{
	if (records->process != strata_process_generation()) {
		records->entered = 0;
	}
	records->has_any = true;
	records->process = strata_process_generation();
	use_no_records(records);
	if (records->origin == STRATA_NODE_REDIRECTED) {
		stage_counts(records);
	} else {
		find_row(records);
		unstage_counts(records, records->peer->stats);
		find_breaker(records);
		search_again(records, now);
	}
}

bool strata_node_records_are_held(const strata_node_records *records)
{
	return records->has_any && records->process == strata_process_generation();
}

static bool shares_row(const strata_node_records *records)
{
	for (const strata_node_records *other = all_records; other != NULL; other = other->next) {
		if (other != records && other->stats == records->stats &&
			strata_node_records_are_held(other) &&
			strata_stats_is_same_row(records->stats, other->peer->stats, records->peer->stats)) {
			return true;
		}
	}
	return false;
}

static bool shares_breaker(const strata_node_records *records)
{
	for (const strata_node_records *other = all_records; other != NULL; other = other->next) {
		if (other != records && strata_node_records_are_held(other) && other->has_breaker &&
			other->breaker.record == records->breaker.record) {
			return true;
		}
	}
	return false;
}

static void release_records(strata_node_records *records)
{
	if (strata_node_records_are_held(records)) {
		if (records->has_breaker && !shares_breaker(records)) {
			strata_breaker_release(&records->breaker);
		}
		if (records->stats != NULL && !shares_row(records)) {
			strata_stats_release(records->stats, records->peer->stats);
		}
	}
	records->has_any = false;
	use_no_records(records);
	unstage_counts(records, records->peer->stats);
}

/* What was named once and is not used must not keep others from having a record. */
static STRATA_COLD void release_unused(strata_usec now)
{
	tidied_at = now;
	for (strata_node_records *records = all_records; records != NULL; records = records->next) {
		if (strata_node_records_are_held(records) && records->entered == 0 && !records->is_probed &&
			now > records->used_at && now - records->used_at > UNUSED) {
			release_records(records);
		}
	}
}

static bool lacks_records(const strata_node_records *records, strata_usec now)
{
	return !strata_node_records_are_held(records) || records->is_visitor ||
		   (records->search_at != 0 && now >= records->search_at);
}

void strata_node_records_use(strata_node_records *records, strata_usec now)
{
	records->used_at = now;
	if (lacks_records(records, now)) {
		strata_node_records_find(records, now);
	}
	if (now - tidied_at > TIDY_INTERVAL || now < tidied_at) {
		release_unused(now);
	}
}

bool strata_node_records_has_breaker(const strata_node_records *records)
{
	return records->has_breaker && records->process == strata_process_generation() &&
		   strata_breaker_is_current(&records->breaker);
}

void strata_node_records_confirm(strata_node_records *records, strata_node_origin origin)
{
	if (origin < records->origin) {
		records->has_any &= records->origin != STRATA_NODE_REDIRECTED;
		records->origin = origin;
	}
}

static void list(strata_node_records *records)
{
	records->next = all_records;
	if (all_records != NULL) {
		all_records->former = records;
	}
	all_records = records;
}

static void unlist(strata_node_records *records)
{
	if (records->former != NULL) {
		records->former->next = records->next;
	} else if (all_records == records) {
		all_records = records->next;
	}
	if (records->next != NULL) {
		records->next->former = records->former;
	}
}

void strata_node_records_init(strata_node_records *records, strata_peer *peer,
	strata_node_origin origin, strata_stats *stats, strata_usec now)
{
	*records =
		(strata_node_records){ .peer = peer, .origin = origin, .stats = stats, .used_at = now };
	list(records);
	strata_node_records_find(records, now);
}

void strata_node_records_fini(strata_node_records *records)
{
	if (records->peer != NULL) {
		release_records(records);
		unlist(records);
		free(records->staged);
	}
}

void strata_node_records_leave_unproven(strata_node_records *records, strata_outcome outcome,
	strata_usec now)
{
	if (outcome == STRATA_OUTCOME_OK) {
		strata_node_records_confirm(records, STRATA_NODE_DISCOVERED);
		strata_node_records_find(records, now);
	} else if (records->stats != NULL) {
		unstage_counts(records, strata_stats_departed(records->stats));
	}
}
