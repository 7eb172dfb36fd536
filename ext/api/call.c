#include "api/call.h"

#include "SAPI.h"
#include "Zend/zend_exceptions.h"

#include "api/errors.h"
#include "api/topology.h"
#include "cache/local.h"
#include "conf/ini.h"
#include "os/clock.h"
#include "os/process.h"
#include "node/node.h"

/* ---- arenas ---- */

static strata_lent_arena *new_arena(void)
{
	strata_lent_arena *fresh = malloc(sizeof(*fresh));

	if (fresh != NULL) {
		*fresh = (strata_lent_arena){ .arena = strata_arena_new() };
		if (fresh->arena == NULL) {
			free(fresh);
			fresh = NULL;
		}
	}
	return fresh;
}

static strata_lent_arena *lend_arena(void)
{
	strata_lent_arena *lent = STRATA_G(idle);

	if (lent != NULL) {
		STRATA_G(idle) = lent->next;
	} else {
		lent = new_arena();
	}
	if (lent != NULL) {
		lent->previous = NULL;
		lent->next = STRATA_G(lent);
		if (lent->next != NULL) {
			lent->next->previous = lent;
		}
		STRATA_G(lent) = lent;
	}
	return lent;
}

static void unlink_lent(strata_lent_arena *lent)
{
	if (lent->previous != NULL) {
		lent->previous->next = lent->next;
	} else {
		STRATA_G(lent) = lent->next;
	}
	if (lent->next != NULL) {
		lent->next->previous = lent->previous;
	}
}

static void free_arena(strata_lent_arena *lent)
{
	strata_arena_free(lent->arena);
	free(lent);
}

static uint32_t idle_count(void)
{
	uint32_t count = 0;

	for (strata_lent_arena *at = STRATA_G(idle); at != NULL; at = at->next) {
		count++;
	}
	return count;
}

static void return_arena(strata_lent_arena *lent)
{
	unlink_lent(lent);
	if (idle_count() >= STRATA_ARENAS_KEPT) {
		free_arena(lent);
		return;
	}
	strata_arena_reset(lent->arena);
	lent->next = STRATA_G(idle);
	STRATA_G(idle) = lent;
}

/* ---- databases ---- */

bool strata_api_find_database(zend_string *name, uint32_t *index)
{
	for (*index = 0; *index < strata_ini_database_count(); (*index)++) {
		if (zend_string_equals_cstr(name, strata_ini_database_name(*index),
				strlen(strata_ini_database_name(*index)))) {
			return true;
		}
	}
	return false;
}

static bool make_room(void)
{
	uint32_t count = strata_ini_database_count();

	if (STRATA_G(databases) == NULL) {
		STRATA_G(databases) = calloc(count, sizeof(*STRATA_G(databases)));
		STRATA_G(has_warned) = calloc(count, sizeof(*STRATA_G(has_warned)));
		STRATA_G(database_count) = count;
		STRATA_G(opened_in) = strata_process_generation();
	}
	return STRATA_G(databases) != NULL && STRATA_G(has_warned) != NULL;
}

/*
 * What only this host has is out of date where the file named servers since it was stored: others may
 * have written there meanwhile.
 */
static void outdate(strata_database *database)
{
	if (!strata_database_is_shared(database) && database->generation != NULL) {
		(void) strata_generation_raise(database->generation, STRATA_G(moved_at));
	}
}

/* Takes the settings over. NULL with a sentence in error. */
static strata_database *new_database(const char *name, strata_settings *settings,
	char error[STRATA_DATABASE_ERROR])
{
	strata_database *database = calloc(1, sizeof(*database));

	if (database == NULL) {
		strata_settings_fini(settings);
		snprintf(error, STRATA_DATABASE_ERROR, "out of memory");
		return NULL;
	}
	if (!strata_database_init(database, &strata_the_environment, name, settings, error)) {
		free(database);
		return NULL;
	}
	outdate(database);
	return database;
}

/* Settings are read here and not in MINIT, because php-fpm applies a pool's own values in between. */
static strata_database *open_database(uint32_t index)
{
	const char *name = strata_ini_database_name(index);
	char error[STRATA_DATABASE_ERROR] = "out of memory";
	strata_database *database = NULL;
	strata_settings settings;

	if (strata_ini_resolve(name, STRATA_G(topology), &settings) == 0) {
		database = new_database(name, &settings, error);
	}
	if (database == NULL) {
		zend_throw_exception(strata_configuration_exception, error, 0);
	}
	return database;
}

static void close_database(strata_database *database)
{
	strata_database_fini(database);
	free(database);
}

/* A warning may run calls of the script, which go over to the same or to more: so what there was is asked after it. */
static void reopen(uint32_t index)
{
	const char *name = strata_ini_database_name(index);
	strata_database *old, *database;
	char error[STRATA_DATABASE_ERROR];
	strata_settings settings;

	if (strata_ini_resolve(name, STRATA_G(topology), &settings) != 0) {
		return;
	}
	old = STRATA_G(databases)[index];
	if (strata_settings_equal(&settings, &old->settings)) {
		strata_settings_fini(&settings);
		return;
	}
	database = new_database(name, &settings, error);
	if (database == NULL) {
		zend_error(E_WARNING, "strata.topology: %s; it goes on as it was", error);
		return;
	}
	STRATA_G(databases)[index] = database;
	STRATA_G(has_warned)[index] = false;
	strata_cache_tell_counts(old);
	close_database(old);
}

void strata_api_reopen_databases(void)
{
	for (uint32_t i = 0; STRATA_G(databases) != NULL && i < STRATA_G(database_count); i++) {
		if (STRATA_G(databases)[i] != NULL) {
			reopen(i);
		}
	}
}

static strata_database *database_of(uint32_t index)
{
	if (!make_room()) {
		zend_throw_exception(strata_configuration_exception, "out of memory", 0);
		return NULL;
	}
	if (STRATA_G(databases)[index] == NULL) {
		STRATA_G(databases)[index] = open_database(index);
	}
	return STRATA_G(databases)[index];
}

/* ---- calls ---- */

strata_hand_out strata_api_hand_out_of(const strata_database *database)
{
	switch (database->settings.zero_copy) {
		case STRATA_ZERO_COPY_ON: return STRATA_HAND_OUT_PIN;
		case STRATA_ZERO_COPY_OFF: return STRATA_HAND_OUT_COPY;
	}
	return strata_requests_end ? STRATA_HAND_OUT_PIN : STRATA_HAND_OUT_MEMO;
}

/*
 * Runtimes that serve many requests in one of PHP's tell of a new one by its time, if by anything. 0 says
 * that nobody has asked for the time yet.
 */
static strata_budget *budget_of_request(void)
{
	strata_budget *budget = &STRATA_G(budget);

	budget->refills = !strata_requests_end;
	if (STRATA_G(seen_time) != SG(global_request_time)) {
		STRATA_G(seen_time) = SG(global_request_time);
		if (budget->refills) {
			strata_budget_fill(budget);
		}
	}
	return budget;
}

bool strata_api_begin(strata_api_call *call, uint32_t database)
{
	strata_api_follow_topology();
	if (EG(exception)) {
		return false;
	}
	call->database = database_of(database);
	if (call->database == NULL) {
		return false;
	}
	call->index = database;
	strata_nodes_look_at_probes();
	call->lent = lend_arena();
	if (call->lent == NULL) {
		zend_throw_exception(strata_capacity_exception, "out of memory", 0);
		return false;
	}
	call->hand_out = strata_api_hand_out_of(call->database);
	call->call.arena = call->lent->arena;
	call->call.now = strata_clock_msec();
	call->call.generation = 0;
	call->call.budget = budget_of_request();
	call->call.is_urgent = false;
	call->call.error[0] = '\0';
	return true;
}

void strata_api_end(strata_api_call *call)
{
	return_arena(call->lent);
	call->lent = NULL;
}

void strata_api_tell_counts(void)
{
	for (uint32_t i = 0; STRATA_G(databases) != NULL && i < STRATA_G(database_count); i++) {
		if (STRATA_G(databases)[i] != NULL) {
			strata_cache_tell_counts(STRATA_G(databases)[i]);
		}
	}
}

void strata_api_reclaim(void)
{
	strata_api_tell_counts();
	strata_nodes_look_at_probes();
	while (STRATA_G(lent) != NULL) {
		return_arena(STRATA_G(lent));
	}
	if (STRATA_G(open_turns) > 0) {
		strata_lease_release_mine(strata_the_environment.leases);
		STRATA_G(open_turns) = 0;
	}
}

static void free_arenas(strata_lent_arena *list)
{
	while (list != NULL) {
		strata_lent_arena *next = list->next;

		free_arena(list);
		list = next;
	}
}

void strata_api_forget(zend_strata_globals *globals)
{
	for (uint32_t i = 0; i < globals->database_count && globals->databases != NULL; i++) {
		if (globals->databases[i] != NULL) {
			close_database(globals->databases[i]);
		}
	}
	strata_api_forget_topology(globals);
	free(globals->databases);
	free(globals->has_warned);
	free_arenas(globals->idle);
	free_arenas(globals->lent);
	memset(globals, 0, sizeof(*globals));
}

void strata_api_begin_request(void)
{
	strata_budget_fill(&STRATA_G(budget));
	strata_nodes_look_at_probes();
	if (STRATA_G(databases) != NULL && STRATA_G(opened_in) != strata_process_generation()) {
		strata_api_forget(ZEND_MODULE_GLOBALS_BULK(strata));
	}
	strata_api_follow_topology();
}
