#include "api/metrics/host.h"

#include "php_strata.h"

#include "api/request/globals.h"
#include "base/compression.h"
#include "database/in_force.h"
#include "os/clock.h"
#include "os/process.h"

/* One sample without labels. */
static void add(strata_metrics_text *text, const strata_metric_family *family, uint64_t value)
{
	strata_metrics_text_family(text, family);
	strata_metrics_text_number(text, NULL, value);
}

/* The wall clock may have been set back. */
static void add_age(strata_metrics_text *text, const strata_metric_family *family,
	strata_msec since)
{
	strata_msec now = strata_clock_wall_msec();

	strata_metrics_text_family(text, family);
	strata_metrics_text_seconds(text, NULL, now > since ? (now - since) * 1000 : 0);
}

static void add_build(strata_metrics_text *text)
{
	static const strata_metric_family family = { "strata_build", STRATA_METRIC_INFO, NULL,
		"What this strata was built as." };
	strata_metric_labels labels = { 0 };
	const char *zstd = strata_compression_library();

	strata_metric_labels_add(&labels, "version", PHP_STRATA_VERSION);
	strata_metric_labels_add(&labels, "php", PHP_VERSION);
	strata_metric_labels_add(&labels, "zstd", zstd != NULL ? zstd : "");
	strata_metrics_text_family(text, &family);
	strata_metrics_text_number(text, &labels, 1);
	strata_metric_labels_free(&labels);
}

static void add_processes(strata_metrics_text *text)
{
	static const strata_metric_family shared = { "strata_host_shared", STRATA_METRIC_GAUGE, NULL,
		"1: processes of the host share memory, and these figures are of all of them." };
	static const strata_metric_family processes = { "strata_host_processes", STRATA_METRIC_GAUGE,
		NULL, "Processes and threads that looked at a value in place or asked a server." };
	static const strata_metric_family leases = { "strata_host_leases", STRATA_METRIC_GAUGE, NULL,
		"Leases of the host that remember() holds." };
	static const strata_metric_family locks = { "strata_host_locks", STRATA_METRIC_GAUGE, NULL,
		"Locks that processes of the host hold or wait for." };
	static const strata_metric_family permits = { "strata_host_spin_permits", STRATA_METRIC_GAUGE,
		NULL, "How many processes may spin at once." };
	const strata_runtime *runtime = &strata_process_runtime;

	add(text, &shared, strata_host_is_shared(runtime->host) ? 1 : 0);
	add(text, &processes, strata_process_slots_used(runtime->slots));
	add(text, &leases, strata_leases_held(runtime->leases));
	add(text, &locks, strata_lock_table_used(runtime->locks));
	add(text, &permits, strata_spin_permits(runtime->spin));
}

/* ---- the heap ---- */

#define GAUGE(name, unit, member, help) \
	{ \
		{ "strata_local_" name, STRATA_METRIC_GAUGE, unit, help }, \
			offsetof(strata_store_usage, member) \
	}
#define COUNTER(name, member, help) \
	{ \
		{ "strata_local_" name, STRATA_METRIC_COUNTER, NULL, help }, \
			offsetof(strata_store_usage, member) \
	}

/* All are 64 bits wide. */
static const struct {
	strata_metric_family family;
	size_t offset;
} heap_figures[] = {
	GAUGE("size_bytes", "bytes", size, "The heap with its index."),
	GAUGE("used_bytes", "bytes", used, "Blocks in use."),
	GAUGE("free_bytes", "bytes", free, "Free blocks."),
	GAUGE("retired_bytes", "bytes", retired,
		"Of those used: replaced or removed, and perhaps still held by a reader."),
	GAUGE("pinned_bytes", "bytes", pinned, "Blocks that requests look at."),
	GAUGE("value_limit_bytes", "bytes", value_limit, "The largest value that the heap accepts."),
	GAUGE("entries", NULL, entries, "Values in the heap."),
	COUNTER("evicted", evicted, "Valid values removed to make room."),
	COUNTER("evicted_large", evicted_large, "Of those: for one large value."),
	COUNTER("evicted_share", evicted_share, "Of those: by local_share."),
	COUNTER("refused_held", refused_held, "Writes refused because readers hold the room."),
	COUNTER("expired", expired, "Values removed because they ended."),
	COUNTER("outdated", outdated, "Of those: because of a clear()."),
	COUNTER("repairs", repairs, "Repairs of a shard."),
	COUNTER("damages", damages, "Places given up because something else wrote there."),
	COUNTER("lock_timeouts", lock_timeouts, "Operations given up because a shard stayed locked."),
};

#undef GAUGE
#undef COUNTER

static void add_heap(strata_metrics_text *text)
{
	static const strata_metric_family enabled = { "strata_local_enabled", STRATA_METRIC_GAUGE, NULL,
		"1: there is a local tier." };
	static const strata_metric_family copying = { "strata_local_copying", STRATA_METRIC_GAUGE, NULL,
		"Shards of which readers get copies, since they hold too much there." };
	static const strata_metric_family shards = { "strata_local_shards", STRATA_METRIC_GAUGE, NULL,
		"Parts of the heap." };
	const strata_store *store = strata_process_runtime.store;
	strata_store_usage usage = { 0 };

	if (store != NULL) {
		strata_store_look_at_usage(store, &usage);
	}
	add(text, &enabled, store != NULL ? 1 : 0);
	for (size_t i = 0; i < sizeof(heap_figures) / sizeof(heap_figures[0]); i++) {
		uint64_t value;

		memcpy(&value, (const char *) &usage + heap_figures[i].offset, sizeof(value));
		add(text, &heap_figures[i].family, value);
	}
	add(text, &copying, usage.copying);
	add(text, &shards, usage.shards);
}

/* ---- files ---- */

static void add_segment(strata_metrics_text *text)
{
	static const strata_metric_family serves = { "strata_segment_serves", STRATA_METRIC_GAUGE, NULL,
		"1: this process takes values from the named segment." };
	static const strata_metric_family processes = { "strata_segment_processes", STRATA_METRIC_GAUGE,
		NULL, "Processes of all PHP on the segment." };
	static const strata_metric_family age = { "strata_segment_age_seconds", STRATA_METRIC_GAUGE,
		"seconds", "Time since the file of the segment was made." };
	static const strata_metric_family lost = { "strata_segment_lost", STRATA_METRIC_GAUGE, NULL,
		"1: the file was removed, and the local tier is empty until the next reload." };
	const strata_runtime *runtime = &strata_process_runtime;
	bool is_lost;

	if (runtime->segment == NULL) {
		return;
	}
	is_lost = strata_segment_was_lost(runtime->segment);
	add(text, &serves,
		!is_lost && !strata_runtime_withholds_values(runtime, strata_process_user()) ? 1 : 0);
	add(text, &lost, is_lost ? 1 : 0);
	add(text, &processes, strata_process_slots_used(runtime->segment_slots));
	add_age(text, &age, strata_segment_history_of(runtime->segment).made_at);
}

/* Where there is none, or it is in force already, there is nothing to look forward to. */
static void add_coming(strata_metrics_text *text)
{
	static const strata_metric_family family = { "strata_topology_coming_timestamp_seconds",
		STRATA_METRIC_GAUGE, "seconds",
		"When the topology file that lies beside the other one will be in force." };
	strata_published_config_status coming =
		strata_published_config_look(strata_process_runtime.coming);

	if (coming.from != 0 && !coming.has_come) {
		strata_metrics_text_family(text, &family);
		strata_metrics_text_seconds(text, NULL, coming.from * 1000);
	}
}

static void add_topology(strata_metrics_text *text)
{
	static const strata_metric_family version = { "strata_topology_version", STRATA_METRIC_GAUGE,
		NULL, "Version of the topology file that is in force; 0: none." };
	static const strata_metric_family followed = { "strata_topology_followed", STRATA_METRIC_GAUGE,
		NULL, "The version that this process follows." };
	const strata_runtime *runtime = &strata_process_runtime;
	uint64_t in_force = strata_in_force_version(runtime);

	add(text, &version, strata_in_force_number(runtime, in_force));
	add(text, &followed, strata_in_force_number(runtime, STRATA_G(topology_version)));
}

/* Each place is there, so that an alert sees a 0 become a 1. */
static void add_refusals(strata_metrics_text *text)
{
	static const strata_metric_family refused = { "strata_refused_settings", STRATA_METRIC_GAUGE,
		NULL, "Settings that were refused and are not in force, by place." };
	static const strata_place places[] = { STRATA_PLACE_PHP_INI, STRATA_PLACE_POOL,
		STRATA_PLACE_REQUEST, STRATA_PLACE_TOPOLOGY };
	strata_refusal *seen = safe_emalloc(STRATA_REFUSALS_KEPT, sizeof(*seen), 0);
	uint32_t count =
		strata_refusals_read(strata_process_runtime.refusals, seen, STRATA_REFUSALS_KEPT);

	strata_metrics_text_family(text, &refused);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint64_t here = 0;

		for (uint32_t record = 0; record < count; record++) {
			here += seen[record].place == places[i];
		}
		strata_metrics_text_number_of(text, NULL, "place", strata_place_name(places[i]), here);
	}
	efree(seen);
}

void strata_metrics_add_host(strata_metrics_text *text)
{
	add_build(text);
	add_processes(text);
	add_heap(text);
	add_segment(text);
	add_topology(text);
	add_coming(text);
	add_refusals(text);
}
