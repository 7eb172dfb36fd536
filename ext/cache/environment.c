#include "cache/environment.h"

#include "os/map.h"
#include "os/process.h"
#include "redis/sentinel/master_table.h"

static strata_result init_control(strata_environment *environment)
{
	strata_result result = strata_host_new(&environment->host);

	if (result == STRATA_OK) {
		result = strata_process_slots_new(environment->host, &environment->slots);
	}
	if (result == STRATA_OK) {
		result = strata_pins_new(environment->host, environment->slots, &environment->pins);
	}
	if (result == STRATA_OK) {
		result = strata_leases_new(environment->host, environment->slots, &environment->leases);
	}
	if (result == STRATA_OK) {
		result = strata_generations_new(environment->host, &environment->generations);
	}
	if (result == STRATA_OK) {
		result = strata_published_config_new(environment->host, &environment->config);
	}
	if (result == STRATA_OK) {
		result = strata_stats_new(environment->host, &environment->stats);
	}
	if (result == STRATA_OK) {
		result =
			strata_breaker_table_new(environment->host, environment->slots, &environment->breakers);
	}
	if (result == STRATA_OK) {
		result = strata_slot_map_table_new(environment->host, &environment->slot_maps);
	}
	if (result == STRATA_OK) {
		result = strata_anomalies_new(environment->host, &environment->anomalies);
	}
	if (result == STRATA_OK) {
		result = strata_master_table_new(environment->host, &environment->masters);
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

static strata_result init_heap(strata_environment *environment, strata_heap_backing backing)
{
	strata_result result = strata_map_two_views(environment->heap_size, map_backing(backing),
		&environment->heap, &environment->view);

	if (result == STRATA_OK) {
		result = strata_store_new(environment->heap, environment->view, environment->heap_size,
			environment->pins, &environment->store);
	}
	return result;
}

strata_result strata_environment_init(strata_environment *environment, size_t heap_size,
	strata_heap_backing backing)
{
	strata_result result;

	*environment = (strata_environment){ .heap_size = heap_size };
	result = strata_process_watch_forks();
	if (result == STRATA_OK) {
		result = init_control(environment);
	}
	if (result != STRATA_OK) {
		strata_environment_fini(environment);
		return result;
	}
	if (heap_size > 0 && init_heap(environment, backing) != STRATA_OK) {
		strata_map_free_views(environment->heap, environment->view, heap_size);
		environment->heap = NULL;
		environment->view = NULL;
	}
	return STRATA_OK;
}

bool strata_environment_heap_failed(const strata_environment *environment)
{
	return environment->heap_size > 0 && environment->store == NULL;
}

void strata_environment_fini(strata_environment *environment)
{
	strata_store_free(environment->store);
	strata_map_free_views(environment->heap, environment->view, environment->heap_size);
	strata_master_table_free(environment->masters);
	strata_anomalies_free(environment->anomalies);
	strata_slot_map_table_free(environment->slot_maps);
	strata_breaker_table_free(environment->breakers);
	strata_stats_free(environment->stats);
	strata_published_config_free(environment->config);
	strata_generations_free(environment->generations);
	strata_leases_free(environment->leases);
	strata_pins_free(environment->pins);
	strata_process_slots_free(environment->slots);
	strata_host_free(environment->host);
	*environment = (strata_environment){ 0 };
}
