/* strata_status(): what all processes of this host have counted so far, as one array. */
#include "api/status/status.h"

#include "php_strata.h"

#include "api/status/configuration.h"
#include "api/status/heap_map.h"
#include "api/status/nodes.h"
#include "api/status/policies.h"
#include "api/status/prefixes.h"
#include "api/status/rings.h"
#include "api/status/segment.h"
#include "api/status/shadow.h"
#include "api/status/slot_masters.h"
#include "api/request/databases.h"
#include "api/request/globals.h"
#include "api/request/memo.h"
#include "api/request/topology.h"
#include "base/compression.h"
#include "conf/ini.h"
#include "health/breaker.h"
#include "health/clock_difference.h"
#include "os/clock.h"

enum { SPARE_ROWS = 16 /* that are made while they are being read */ };

static void add_number(zval *array, const char *name, uint64_t number)
{
	add_assoc_long(array, name, (zend_long) number);
}

/* NULL becomes null. */
static void add_text(zval *array, const char *name, const char *text)
{
	if (text != NULL) {
		add_assoc_string(array, name, text);
	} else {
		add_assoc_null(array, name);
	}
}

/* The array under this name, made if it is not there yet. */
static zval *section(zval *array, const char *name)
{
	zval *found = zend_symtable_str_find(Z_ARRVAL_P(array), name, strlen(name));
	zval fresh;

	if (found != NULL) {
		return found;
	}
	array_init(&fresh);
	return zend_symtable_str_update(Z_ARRVAL_P(array), name, strlen(name), &fresh);
}

static void add_host(zval *status)
{
	zval *host = section(status, "host");

	add_assoc_bool(host, "shared", strata_host_is_shared(strata_process_runtime.host));
	add_number(host, "processes", strata_process_slots_used(strata_process_runtime.slots));
	add_number(host, "leases", strata_leases_held(strata_process_runtime.leases));
	add_number(host, "spin_permits", strata_spin_permits(strata_process_runtime.spin));
	add_number(host, "locks", strata_lock_table_used(strata_process_runtime.locks));
}

static void add_local(zval *status)
{
	zval *local = section(status, "local");
	strata_store_usage usage = { 0 };

	if (strata_process_runtime.store != NULL) {
		strata_store_read_usage(strata_process_runtime.store, &usage);
	}
	add_assoc_bool(local, "enabled", strata_process_runtime.store != NULL);
	add_number(local, "size", usage.size);
	add_number(local, "used", usage.used);
	add_number(local, "free", usage.free);
	add_number(local, "retired", usage.retired);
	add_number(local, "pinned", usage.pinned);
	add_number(local, "largest_free", usage.largest_free);
	add_number(local, "entries", usage.entries);
	add_number(local, "evicted", usage.evicted);
	add_number(local, "evicted_large", usage.evicted_large);
	add_number(local, "evicted_share", usage.evicted_share);
	add_number(local, "refused_held", usage.refused_held);
	add_number(local, "expired", usage.expired);
	add_number(local, "outdated", usage.outdated);
	add_number(local, "repairs", usage.repairs);
	add_number(local, "damages", usage.damages);
	add_number(local, "lock_timeouts", usage.lock_timeouts);
	add_number(local, "shards", usage.shards);
	add_number(local, "copying", usage.copying);
	add_number(local, "value_limit", usage.value_limit);
	add_assoc_bool(local, "two_views", strata_process_runtime.view != strata_process_runtime.heap);
	add_number(local, "memo", strata_memo_size());
	strata_api_add_heap_map(local);
}

static void add_reasons(zval *row, const strata_stats_sum *sum)
{
	zval *reasons = section(row, "reasons");

	for (unsigned result = 0; result < STRATA_RESULT_COUNT; result++) {
		if (sum->reasons[result] > 0) {
			add_number(reasons, strata_result_name((strata_result) result), sum->reasons[result]);
		}
	}
}

/* "outcomes.ok" is "ok" in a section of its own. */
static void add_counter(zval *row, const char *name, uint64_t count)
{
	const char *dot = strchr(name, '.');
	char of[32];

	if (dot == NULL) {
		add_number(row, name, count);
		return;
	}
	snprintf(of, sizeof(of), "%.*s", (int) (dot - name), name);
	row = section(row, of);
	name = dot + 1;
	/* Times are counted in microseconds, and shown in seconds. */
	if (strncmp(name, "seconds_", 8) == 0) {
		add_assoc_double(row, name, (double) count / 1000000);
	} else {
		add_number(row, name, count);
	}
}

static void add_counters(zval *row, const strata_stats_sum *sum)
{
	for (unsigned counter = 0; counter < STRATA_COUNTER_COUNT; counter++) {
		if (strata_counter_is_of((strata_counter) counter, sum->kind)) {
			add_counter(row, strata_counter_name((strata_counter) counter), sum->counters[counter]);
		}
	}
	add_reasons(row, sum);
}

/* Seconds until a moment, as a script may compare and print them. */
static void add_seconds_left(zval *row, strata_msec until, strata_msec now)
{
	if (until == 0) {
		add_assoc_null(row, "seconds_left");
	} else {
		add_assoc_double(row, "seconds_left", until > now ? (double) (until - now) / 1000 : 0);
	}
}

/* Seconds that the clock of the node is ahead; null where it was never asked for. */
static void add_clock(zval *row, const char *node)
{
	int64_t difference = strata_clock_difference_of(strata_process_runtime.breaker_table, node);

	if (difference == 0) {
		add_assoc_null(row, "clock_difference");
	} else {
		add_assoc_double(row, "clock_difference", (double) difference / 1000000);
	}
}

static void add_breaker(zval *row, const char *node)
{
	strata_msec now = strata_msec_of(strata_clock_usec());
	strata_breaker_view view;

	if (!strata_breaker_look_at_worst(strata_process_runtime.breaker_table, node, now, &view)) {
		return;
	}
	add_assoc_string(row, "state", strata_breaker_state_name(view.state));
	add_assoc_string(row, "cause", strata_breaker_cause_name(view.cause));
	add_seconds_left(row, view.until, now);
	add_number(row, "times_open", view.attempt);
	add_number(row, "in_flight", view.inflight);
	add_number(row, "limit", view.limit);
	add_assoc_double(row, "shed", view.shed);
	add_assoc_bool(row, "suspected", view.is_suspected);
	add_clock(row, node);
}

/*
 * Milliseconds that this share of the operations did not take longer than; null where nothing was
 * answered.
 */
static void add_times(zval *row, const strata_stats_sum *sum)
{
	static const struct {
		const char *name;
		double share;
	} shares[] = { { "p50", 0.5 }, { "p95", 0.95 }, { "p99", 0.99 } };
	zval *times = section(row, "milliseconds");

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		strata_usec time = strata_stats_percentile(sum, shares[i].share);

		if (time == 0) {
			add_assoc_null(times, shares[i].name);
		} else {
			add_assoc_double(times, shares[i].name, (double) time / 1000);
		}
	}
}

/* What was asked for and how it ended, where that ever happened. */
static void add_operations(zval *row, const strata_stats_sum *sum)
{
	zval *operations = section(row, "operations");

	for (int operation = 0; operation < STRATA_OPERATION_COUNT; operation++) {
		const char *name = strata_operation_name((strata_operation) operation);

		for (int ending = 0; ending < STRATA_ENDED_COUNT; ending++) {
			if (sum->endings[operation][ending] > 0) {
				add_number(section(operations, name),
					strata_ending_name((strata_operation) operation, (strata_ending) ending),
					sum->endings[operation][ending]);
			}
		}
	}
	add_number(row, "value_bytes_read", sum->size_sums[STRATA_SIZE_READ]);
	add_number(row, "value_bytes_stored", sum->size_sums[STRATA_SIZE_STORED]);
}

static void add_row(zval *status, const strata_stats_sum *sum)
{
	zval *row;

	switch (sum->kind) {
		case STRATA_STATS_TIER:
			row = section(section(section(status, "databases"), sum->group), sum->name);
			add_counters(row, sum);
			add_operations(row, sum);
			break;
		case STRATA_STATS_NODE:
			row = section(section(status, "nodes"), sum->name);
			if (sum->group[0] != '\0') {
				add_assoc_string(row, "protocol", sum->group);
			} else {
				add_assoc_null(row, "protocol");
			}
			add_breaker(row, sum->name);
			add_times(row, sum);
			add_assoc_double(row, "seconds", (double) sum->time_sum / 1000000);
			add_counters(row, sum);
			strata_api_add_past(row, sum->name);
			break;
		case STRATA_STATS_POLICY: break;
	}
}

/* Of the local tier, over all databases; null where nothing was asked. */
static void add_hit_ratio(zval *status, const strata_stats_sum *sums, uint32_t count)
{
	zval *local = section(status, "local");
	uint64_t hits = 0, gets = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (sums[i].kind == STRATA_STATS_TIER && strcmp(sums[i].name, "local") == 0) {
			hits += sums[i].counters[STRATA_COUNT_HITS];
			gets += sums[i].counters[STRATA_COUNT_HITS] + sums[i].counters[STRATA_COUNT_MISSES];
		}
	}
	if (gets == 0) {
		add_assoc_null(local, "hit_ratio");
	} else {
		add_assoc_double(local, "hit_ratio", (double) hits / (double) gets);
	}
}

/* A database that this process has not used yet is there too, with no tiers. */
static void add_rows(zval *status)
{
	uint32_t room = strata_stats_read(strata_process_runtime.stats, NULL, 0) + SPARE_ROWS;
	strata_stats_sum *sums = safe_emalloc(room, sizeof(*sums), 0);
	uint32_t count = strata_stats_read(strata_process_runtime.stats, sums, room);

	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		section(section(status, "databases"), strata_ini_database_name(i));
	}
	section(status, "nodes");
	for (uint32_t i = 0; i < count && i < room; i++) {
		add_row(status, &sums[i]);
	}
	add_hit_ratio(status, sums, MIN(count, room));
	strata_api_add_policies(status, sums, MIN(count, room));
	efree(sums);
}

/* What is known of the slots of each Redis Cluster, by the seed that was named first. */
static void add_clusters(zval *status)
{
	zval *clusters = section(status, "clusters");
	strata_msec now = strata_msec_of(strata_clock_usec());
	strata_slot_map_status view;

	for (uint32_t i = 0;
		 strata_slot_map_table_describe(strata_process_runtime.slot_maps, i, now, &view); i++) {
		zval *cluster = section(clusters, view.name);

		add_number(cluster, "version", view.version);
		add_assoc_double(cluster, "seconds_old", (double) view.age / 1000);
		add_number(cluster, "nodes", view.nodes);
		add_number(cluster, "slots_without_owner", view.uncovered);
		add_number(cluster, "failed_refreshes", view.failures);
		strata_api_add_slot_masters(cluster, i);
	}
}

/* Seconds since a moment; null where it never was. */
static void add_age(zval *row, const char *name, strata_msec since, strata_msec now)
{
	if (since == 0) {
		add_assoc_null(row, name);
	} else {
		add_assoc_double(row, name, now > since ? (double) (now - since) / 1000 : 0);
	}
}

static void add_name(zval *names, const strata_name_status *status, strata_msec now)
{
	const strata_name_view *view = &status->view;
	zval *name = section(names, status->host);
	zval *addresses = section(name, "addresses");

	for (uint32_t i = 0; i < view->addresses.count; i++) {
		char text[STRATA_ADDRESS_TEXT_ROOM];

		strata_address_print(&view->addresses.items[i], text);
		add_next_index_string(addresses, text);
	}
	add_age(name, "seconds_old", view->answered_at, now);
	add_age(name, "seconds_unchanged", view->addresses.count > 0 ? view->since : 0, now);
	if (view->error[0] == '\0') {
		add_assoc_null(name, "error");
	} else {
		add_assoc_string(name, "error", view->error);
	}
}

/* What is known of the names of servers. */
static void add_names(zval *status)
{
	zval *names = section(status, "names");
	strata_msec now = strata_msec_of(strata_clock_usec());
	strata_name_status name;

	for (uint32_t i = 0; i < strata_name_table_count(strata_process_runtime.names); i++) {
		if (strata_name_table_describe(strata_process_runtime.names, i, now, &name)) {
			add_name(names, &name, now);
		}
	}
}

/* Of servers that did not confirm removals. */
static void add_unconfirmed(zval *status)
{
	zval *pools = section(status, "unconfirmed");
	strata_msec wall = strata_clock_wall_msec();

	for (uint32_t i = 0; i < STRATA_UNCONFIRMED_POOLS; i++) {
		strata_unconfirmed_view view;
		zval *pool;

		if (!strata_unconfirmed_look(strata_process_runtime.unconfirmed, i, &view) ||
			(view.noted == 0 && view.overflows == 0)) {
			continue;
		}
		pool = section(pools, view.name);
		add_number(pool, "names", view.names);
		add_number(pool, "noted", view.noted);
		add_number(pool, "replayed", view.replayed);
		add_number(pool, "overflows", view.overflows);
		add_age(pool, "seconds_since_overflow", view.overflowed_at, wall);
	}
}

/* A list, the newest first. */
static void add_anomalies(zval *status)
{
	strata_anomaly *seen = safe_emalloc(STRATA_ANOMALIES_KEPT, sizeof(*seen), 0);
	uint32_t count =
		strata_anomalies_read(strata_process_runtime.anomalies, seen, STRATA_ANOMALIES_KEPT);
	zval *list = section(status, "anomalies");

	for (uint32_t i = 0; i < count; i++) {
		zval one;

		array_init(&one);
		add_assoc_double(&one, "time", (double) seen[i].at / 1000);
		add_assoc_string(&one, "node", seen[i].node);
		add_assoc_string(&one, "event", seen[i].event);
		add_next_index_zval(list, &one);
	}
	efree(seen);
}

/* "33, 65534", and dots where there are more than that. */
void strata_api_print_users(const strata_database_users_view *view, char *line, size_t room)
{
	line[0] = '\0';
	for (uint32_t i = 0; i < view->count; i++) {
		size_t used = strlen(line);

		snprintf(line + used, room - used, "%s%u", i > 0 ? ", " : "", view->users[i]);
	}
	if (view->has_more) {
		snprintf(line + strlen(line), room - strlen(line), ", ...");
	}
}

/* Databases on servers that processes of more than one user read and write. */
static void add_mixed_users(zval *status)
{
	zval *mixed = section(status, "mixed_users");
	strata_database_users_view view;

	for (uint32_t i = 0;
		 strata_database_users_look(strata_process_runtime.database_users, i, &view); i++) {
		char line[160];

		if (view.count > 1) {
			strata_api_print_users(&view, line, sizeof(line));
			add_assoc_string(mixed, view.name, line);
		}
	}
}

void strata_api_read_status(zval *status)
{
	strata_api_look_at_segment();
	strata_api_follow_topology();
	strata_api_flush_counts();
	array_init(status);
	add_assoc_string(status, "version", PHP_STRATA_VERSION);
	add_text(status, "zstd", strata_compression_library());
	add_host(status);
	add_local(status);
	strata_api_add_segment(status);
	add_rows(status);
	strata_api_add_shadows(status);
	strata_api_add_prefixes(status);
	strata_api_add_rings(status);
	add_clusters(status);
	add_mixed_users(status);
	add_names(status);
	add_unconfirmed(status);
	add_anomalies(status);
	strata_api_add_topology(status);
	strata_api_add_configuration(status);
}

ZEND_FUNCTION(strata_status)
{
	ZEND_PARSE_PARAMETERS_NONE();

	strata_api_read_status(return_value);
}
