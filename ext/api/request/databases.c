#include "api/request/databases.h"

#include "Zend/zend_exceptions.h"

#include "api/request/exceptions.h"
#include "cache/local.h"
#include "conf/ini.h"
#include "os/process.h"

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
		STRATA_G(warned) = calloc(count, sizeof(*STRATA_G(warned)));
		STRATA_G(database_count) = count;
		STRATA_G(opened_in) = strata_process_generation();
	}
	return STRATA_G(databases) != NULL && STRATA_G(warned) != NULL;
}

/*
 * What only this host has is out of date where the file named servers since it was stored: others
 * may have written there meanwhile.
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
	if (!strata_database_init(database, &strata_process_runtime, name, settings, error)) {
		free(database);
		return NULL;
	}
	outdate(database);
	return database;
}

/*
 * Settings are read here and not in MINIT, because php-fpm applies a pool's own values in between.
 */
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

/*
 * A warning may run calls of the script, which go over to the same or to more: so what there was is
 * asked after it.
 */
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
	STRATA_G(warned)[index] = 0;
	strata_cache_flush_counts(old);
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

strata_database *strata_api_database(uint32_t index)
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

void strata_api_flush_counts(void)
{
	for (uint32_t i = 0; STRATA_G(databases) != NULL && i < STRATA_G(database_count); i++) {
		if (STRATA_G(databases)[i] != NULL) {
			strata_cache_flush_counts(STRATA_G(databases)[i]);
		}
	}
}

void strata_api_close_databases(zend_strata_globals *globals)
{
	for (uint32_t i = 0; i < globals->database_count && globals->databases != NULL; i++) {
		if (globals->databases[i] != NULL) {
			close_database(globals->databases[i]);
		}
	}
	free(globals->databases);
	free(globals->warned);
	globals->databases = NULL;
	globals->warned = NULL;
}
