#include "database/runtime.h"

#include <stdio.h>

#include "os/cpus.h"
#include "os/map.h"
#include "os/process.h"
#include "redis/sentinel/master_table.h"
#include "store/layout.h"

/* What is known of servers. */
static strata_result init_servers(strata_runtime *runtime)
{
	strata_result result =
		strata_breaker_table_new(runtime->host, runtime->slots, &runtime->breaker_table);

	if (result == STRATA_OK) {
		result = strata_slot_map_table_new(runtime->host, &runtime->slot_maps);
	}
	if (result == STRATA_OK) {
		result = strata_anomalies_new(runtime->host, &runtime->anomalies);
	}
	if (result == STRATA_OK) {
		result = strata_master_table_new(runtime->host, &runtime->masters);
	}
	if (result == STRATA_OK) {
		result = strata_name_table_new(runtime->host, runtime->slots, &runtime->names);
	}
	if (result == STRATA_OK) {
		result = strata_unconfirmed_table_new(runtime->host, &runtime->unconfirmed);
	}
	if (result == STRATA_OK) {
		result = strata_under_way_new(runtime->host, runtime->slots, runtime->unconfirmed,
			&runtime->under_way);
	}
	if (result == STRATA_OK) {
		result = strata_confirmed_table_new(runtime->host, &runtime->confirmed);
	}
	if (result == STRATA_OK) {
		result = strata_refusals_new(runtime->host, &runtime->refusals);
	}
	return result;
}

/* What is known of databases that move. */
static strata_result init_moves(strata_runtime *runtime)
{
	strata_result result = strata_unconfirmed_table_new(runtime->host, &runtime->changes);

	if (result == STRATA_OK) {
		result = strata_differences_table_new(runtime->host, &runtime->differences);
	}
	return result;
}

static strata_map_backing map_backing(strata_heap_backing backing)
{
	switch (backing) {
		case STRATA_HEAP_RESERVED: return STRATA_MAP_RESERVED;
		case STRATA_HEAP_LAZY: break;
	}
	return STRATA_MAP_LAZY;
}

/* ---- a named segment ---- */

static void take_tables(strata_runtime *runtime, const strata_shared_tables *tables)
{
	runtime->generations = tables->generations;
	runtime->pins = tables->pins;
	runtime->leases = tables->leases;
	runtime->locks = tables->locks;
	runtime->tag_table = tables->tag_table;
}

static void free_tables(strata_runtime *runtime)
{
	strata_shared_tables tables = {
		.generations = runtime->generations,
		.pins = runtime->pins,
		.leases = runtime->leases,
		.locks = runtime->locks,
		.tag_table = runtime->tag_table,
	};

	strata_shared_tables_free(&tables);
	take_tables(runtime, &(strata_shared_tables){ 0 });
}

static strata_result join_tables(strata_runtime *runtime, const strata_shared_layout *layout)
{
	const strata_segment_memory *memory = strata_segment_memory_of(runtime->segment);
	strata_shared_tables tables = { 0 };
	strata_result result =
		strata_host_new_in(memory->control, layout->kept, STRATA_HOST_JOINED, &runtime->kept);

	if (result == STRATA_OK) {
		result = strata_host_new_in((char *) memory->control + layout->kept,
			memory->control_size - layout->kept, STRATA_HOST_JOINED, &runtime->passing);
	}
	if (result == STRATA_OK) {
		result = strata_shared_tables_new(runtime->kept, runtime->passing, NULL, &tables);
		runtime->segment_slots = tables.slots;
		take_tables(runtime, &tables);
	}
	return result;
}

static strata_result join_heap(strata_runtime *runtime)
{
	const strata_segment_memory *memory = strata_segment_memory_of(runtime->segment);

	runtime->heap = memory->heap;
	runtime->view = memory->view;
	runtime->heap_size = memory->heap_size;
	runtime->secret = memory->secret;
	return strata_store_open(memory->heap, memory->view, memory->heap_size, runtime->pins,
		STRATA_STORE_JOINED, &runtime->store);
}

static void leave_segment(strata_runtime *runtime)
{
	strata_segment_end end = STRATA_SEGMENT_UNMAP;

	strata_store_free(runtime->store);
	free_tables(runtime);
	strata_process_slots_free(runtime->segment_slots);
	if (runtime->passing != NULL && strata_host_must_stay(runtime->passing)) {
		end = STRATA_SEGMENT_LEAVE;
	}
	strata_host_free(runtime->passing);
	strata_host_free(runtime->kept);
	strata_segment_free(runtime->segment, end);
	runtime->store = NULL;
	runtime->segment_slots = NULL;
	runtime->passing = NULL;
	runtime->kept = NULL;
	runtime->segment = NULL;
	runtime->heap = NULL;
	runtime->view = NULL;
}

/* Without it, tables and heap are the host's own. */
static void join_segment(strata_runtime *runtime, const strata_segment_wish *wish)
{
	strata_segment_wish complete = *wish;
	strata_shared_layout layout;
	uint64_t secret = runtime->secret;
	size_t heap_size = runtime->heap_size;

	snprintf(runtime->segment_error, sizeof(runtime->segment_error),
		"\"%s\" cannot be opened: memory is short; accepted: a smaller strata.memory", wish->path);
	if (strata_shared_tables_measure(&layout) != STRATA_OK) {
		return;
	}
	complete.layout = layout.stamp ^ strata_layout_stamp(runtime->heap_size);
	complete.control_size = layout.kept + layout.passing;
	complete.heap_size = runtime->heap_size;
	complete.prepare = strata_shared_tables_prepare;
	runtime->segment = strata_segment_open(&complete, runtime->segment_error);
	if (runtime->segment != NULL &&
		(join_tables(runtime, &layout) != STRATA_OK || join_heap(runtime) != STRATA_OK)) {
		snprintf(runtime->segment_error, sizeof(runtime->segment_error),
			"\"%s\" is damaged, or memory is short; accepted: a new one, when all have ended",
			strata_segment_path(runtime->segment));
		leave_segment(runtime);
		runtime->secret = secret;
		runtime->heap_size = heap_size;
	}
}

/* ---- the host's own ---- */

static strata_result init_tables(strata_runtime *runtime)
{
	strata_shared_tables tables;
	strata_result result =
		strata_shared_tables_new(runtime->host, runtime->host, runtime->slots, &tables);

	take_tables(runtime, &tables);
	return result;
}

static strata_result init_control(strata_runtime *runtime)
{
	strata_result result = strata_host_new(&runtime->host);

	if (result == STRATA_OK) {
		result = strata_process_slots_new(runtime->host, &runtime->slots);
	}
	if (result == STRATA_OK && runtime->segment == NULL) {
		result = init_tables(runtime);
	}
	if (result == STRATA_OK) {
		result =
			strata_spin_new(runtime->host, runtime->slots, strata_cpus_usable(), &runtime->spin);
	}
	if (result == STRATA_OK) {
		result = strata_published_config_new(runtime->host, &runtime->config);
	}
	if (result == STRATA_OK) {
		result = strata_published_config_new(runtime->host, &runtime->edited);
	}
	if (result == STRATA_OK) {
		result = strata_published_config_new(runtime->host, &runtime->coming);
	}
	if (result == STRATA_OK) {
		result = strata_followed_new(runtime->host, &runtime->followed);
	}
	if (result == STRATA_OK) {
		result = strata_stats_new(runtime->host, runtime->slots, &runtime->stats);
	}
	if (result == STRATA_OK) {
		result = strata_prefixes_new(runtime->host, &runtime->prefixes);
	}
	if (result == STRATA_OK) {
		result = strata_hot_keys_new(runtime->host, &runtime->hot_keys);
	}
	if (result == STRATA_OK) {
		result = strata_database_users_new(runtime->host, &runtime->database_users);
	}
	return result;
}

static strata_result init_heap(strata_runtime *runtime, strata_heap_backing backing)
{
	strata_result result = strata_map_two_views(runtime->heap_size, map_backing(backing),
		&runtime->heap, &runtime->view);

	if (result == STRATA_OK) {
		result = strata_store_new(runtime->heap, runtime->view, runtime->heap_size, runtime->pins,
			&runtime->store);
	}
	return result;
}

strata_result strata_runtime_init_named(strata_runtime *runtime, size_t heap_size,
	strata_heap_backing backing, const strata_segment_wish *wish)
{
	strata_result result;

	*runtime = (strata_runtime){ .heap_size = heap_size,
		.root = strata_root_directory_look(),
		.user = strata_process_user() };
	result = strata_process_random(&runtime->secret, sizeof(runtime->secret));
	if (result == STRATA_OK) {
		result = strata_process_random(runtime->token_key, sizeof(runtime->token_key));
	}
	if (result == STRATA_OK) {
		result = strata_process_watch_forks();
	}
	if (result == STRATA_OK && wish != NULL && heap_size > 0) {
		join_segment(runtime, wish);
	} else if (wish != NULL) {
		snprintf(runtime->segment_error, sizeof(runtime->segment_error),
			"\"%s\" is not used, since strata.memory is 0; accepted: 1M or more", wish->path);
	}
	if (result == STRATA_OK) {
		result = init_control(runtime);
	}
	if (result == STRATA_OK) {
		result = init_servers(runtime);
	}
	if (result == STRATA_OK) {
		result = init_moves(runtime);
	}
	if (result != STRATA_OK) {
		strata_runtime_fini(runtime);
		return result;
	}
	if (heap_size > 0 && runtime->segment == NULL && init_heap(runtime, backing) != STRATA_OK) {
		strata_map_free_views(runtime->heap, runtime->view, heap_size);
		runtime->heap = NULL;
		runtime->view = NULL;
	}
	return STRATA_OK;
}

strata_result strata_runtime_init(strata_runtime *runtime, size_t heap_size,
	strata_heap_backing backing)
{
	return strata_runtime_init_named(runtime, heap_size, backing, NULL);
}

strata_store *strata_runtime_usable_store(const strata_runtime *runtime)
{
	return runtime->segment != NULL && strata_segment_was_lost(runtime->segment) ? NULL
																				 : runtime->store;
}

bool strata_runtime_withholds_values(const strata_runtime *runtime, uint32_t user)
{
	return runtime->segment != NULL && user == 0;
}

bool strata_runtime_heap_failed(const strata_runtime *runtime)
{
	return runtime->heap_size > 0 && runtime->store == NULL;
}

void strata_runtime_fini(strata_runtime *runtime)
{
	if (runtime->segment == NULL) {
		strata_store_free(runtime->store);
		strata_map_free_views(runtime->heap, runtime->view, runtime->heap_size);
	}
	strata_differences_table_free(runtime->differences);
	strata_unconfirmed_table_free(runtime->changes);
	strata_refusals_free(runtime->refusals);
	strata_confirmed_table_free(runtime->confirmed);
	strata_under_way_free(runtime->under_way);
	strata_unconfirmed_table_free(runtime->unconfirmed);
	strata_name_table_free(runtime->names);
	strata_master_table_free(runtime->masters);
	strata_anomalies_free(runtime->anomalies);
	strata_slot_map_table_free(runtime->slot_maps);
	strata_breaker_table_free(runtime->breaker_table);
	strata_database_users_free(runtime->database_users);
	strata_hot_keys_free(runtime->hot_keys);
	strata_prefixes_free(runtime->prefixes);
	strata_stats_free(runtime->stats);
	strata_followed_free(runtime->followed);
	strata_published_config_free(runtime->coming);
	strata_published_config_free(runtime->edited);
	strata_published_config_free(runtime->config);
	if (runtime->segment != NULL) {
		leave_segment(runtime);
	}
	free_tables(runtime);
	strata_spin_free(runtime->spin);
	strata_process_slots_free(runtime->slots);
	strata_host_free(runtime->host);
	*runtime = (strata_runtime){ 0 };
}
