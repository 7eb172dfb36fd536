#include "database/runtime.h"

#include "os/cpus.h"
#include "os/map.h"
#include "os/process.h"
#include "redis/sentinel/master_table.h"

static strata_result init_control(strata_runtime *runtime)
{
	strata_result result = strata_host_new(&runtime->host);

	if (result == STRATA_OK) {
		result = strata_process_slots_new(runtime->host, &runtime->slots);
	}
	if (result == STRATA_OK) {
		result = strata_pins_new(runtime->host, runtime->slots, &runtime->pins);
	}
	if (result == STRATA_OK) {
		result = strata_leases_new(runtime->host, runtime->slots, &runtime->leases);
	}
	if (result == STRATA_OK) {
		result = strata_lock_table_new(runtime->host, runtime->slots, &runtime->locks);
	}
	if (result == STRATA_OK) {
		result =
			strata_spin_new(runtime->host, runtime->slots, strata_cpus_usable(), &runtime->spin);
	}
	if (result == STRATA_OK) {
		result = strata_generations_new(runtime->host, &runtime->generations);
	}
	if (result == STRATA_OK) {
		result = strata_tag_table_new(runtime->host, &runtime->tag_table);
	}
	if (result == STRATA_OK) {
		result = strata_published_config_new(runtime->host, &runtime->config);
	}
	if (result == STRATA_OK) {
		result = strata_stats_new(runtime->host, runtime->slots, &runtime->stats);
	}
	if (result == STRATA_OK) {
		result = strata_database_users_new(runtime->host, &runtime->database_users);
	}
	return result;
}

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

strata_result strata_runtime_init(strata_runtime *runtime, size_t heap_size,
	strata_heap_backing backing)
{
	strata_result result;

	*runtime = (strata_runtime){ .heap_size = heap_size,
		.root = strata_root_directory_look(),
		.user = strata_process_user() };
	result = strata_process_random(&runtime->secret, sizeof(runtime->secret));
	if (result == STRATA_OK) {
		result = strata_process_watch_forks();
	}
	if (result == STRATA_OK) {
		result = init_control(runtime);
	}
	if (result == STRATA_OK) {
		result = init_servers(runtime);
	}
	if (result != STRATA_OK) {
		strata_runtime_fini(runtime);
		return result;
	}
	if (heap_size > 0 && init_heap(runtime, backing) != STRATA_OK) {
		strata_map_free_views(runtime->heap, runtime->view, heap_size);
		runtime->heap = NULL;
		runtime->view = NULL;
	}
	return STRATA_OK;
}

bool strata_runtime_heap_failed(const strata_runtime *runtime)
{
	return runtime->heap_size > 0 && runtime->store == NULL;
}

void strata_runtime_fini(strata_runtime *runtime)
{
	strata_store_free(runtime->store);
	strata_map_free_views(runtime->heap, runtime->view, runtime->heap_size);
	strata_confirmed_table_free(runtime->confirmed);
	strata_under_way_free(runtime->under_way);
	strata_unconfirmed_table_free(runtime->unconfirmed);
	strata_name_table_free(runtime->names);
	strata_master_table_free(runtime->masters);
	strata_anomalies_free(runtime->anomalies);
	strata_slot_map_table_free(runtime->slot_maps);
	strata_breaker_table_free(runtime->breaker_table);
	strata_database_users_free(runtime->database_users);
	strata_stats_free(runtime->stats);
	strata_published_config_free(runtime->config);
	strata_tag_table_free(runtime->tag_table);
	strata_generations_free(runtime->generations);
	strata_spin_free(runtime->spin);
	strata_lock_table_free(runtime->locks);
	strata_leases_free(runtime->leases);
	strata_pins_free(runtime->pins);
	strata_process_slots_free(runtime->slots);
	strata_host_free(runtime->host);
	*runtime = (strata_runtime){ 0 };
}
