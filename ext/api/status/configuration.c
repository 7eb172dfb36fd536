#include "api/status/configuration.h"

#include "ext/standard/info.h"

#include "api/request/globals.h"
#include "conf/ini.h"
#include "database/places.h"

/* For the caller to free. Returns how many; *seen is NULL where memory is short. */
static uint32_t read_refusals(strata_refusal **seen)
{
	*seen = calloc(STRATA_REFUSALS_KEPT, sizeof(**seen));
	return *seen == NULL
			   ? 0
			   : strata_refusals_read(strata_process_runtime.refusals, *seen, STRATA_REFUSALS_KEPT);
}

static void add_refused(zval *section)
{
	strata_refusal *seen;
	uint32_t count = read_refusals(&seen);
	zval list;

	array_init(&list);
	for (uint32_t i = 0; i < count; i++) {
		zval one;

		array_init(&one);
		add_assoc_string(&one, "directive", seen[i].directive);
		add_assoc_string(&one, "place", strata_place_name(seen[i].place));
		add_assoc_string(&one, "sentence", seen[i].sentence);
		add_assoc_double(&one, "first", (double) seen[i].first / 1000);
		add_assoc_double(&one, "last", (double) seen[i].last / 1000);
		add_assoc_long(&one, "count", (zend_long) seen[i].count);
		add_next_index_zval(&list, &one);
	}
	free(seen);
	add_assoc_zval(section, "refused", &list);
	add_assoc_long(section, "not_kept",
		(zend_long) strata_refusals_not_kept(strata_process_runtime.refusals));
}

/* One that is open was tried. The databases of another user's set are none of this one. */
static const strata_database *opened(uint32_t database)
{
	return STRATA_G(databases) != NULL ? STRATA_G(databases)[database] : NULL;
}

static bool is_refused(uint32_t index, const strata_settings *settings, char *why, size_t room)
{
	const strata_database *database = opened(index);
	const char *refused = database != NULL ? database->settings.refused : settings->refused;
	strata_servers_error error;

	if (refused != NULL) {
		snprintf(why, room, "%s", refused);
		return true;
	}
	if (database != NULL ||
		strata_places_check_servers(strata_ini_database_name(index), settings, &error)) {
		return false;
	}
	snprintf(why, room, "%s: %s", error.directive, error.text);
	return true;
}

bool strata_api_is_unconfigured(uint32_t database, char *why, size_t room)
{
	strata_password_trouble unused;
	strata_settings settings;
	bool is_so;

	if (strata_ini_try(strata_ini_database_name(database), STRATA_G(topology), &settings,
			&unused) != 0) {
		return false;
	}
	is_so = is_refused(database, &settings, why, room);
	strata_settings_fini(&settings);
	return is_so;
}

static void add_setting(zval *options, const char *database, const strata_settings *settings,
	const strata_setting *setting)
{
	bool is_refused;
	char *text = strata_ini_text(database, STRATA_G(topology), settings, setting, &is_refused);

	if (text == NULL || is_refused) {
		add_assoc_null(options, setting->name);
	} else {
		add_assoc_string(options, setting->name, text);
	}
	free(text);
}

static void add_settings(zval *all, const char *database, const strata_settings *settings)
{
	size_t count;
	const strata_setting *table = strata_settings_table(&count);
	bool is_default = strcmp(database, "default") == 0;
	zval options;

	array_init(&options);
	for (size_t i = 0; i < count; i++) {
		if (is_default || table[i].scope == STRATA_SCOPE_DATABASE) {
			add_setting(&options, database, settings, &table[i]);
		}
	}
	add_assoc_zval(all, database, &options);
}

/* Its settings are found out once for both: that costs more than all that is shown of them. */
static void add_database(zval *unconfigured, zval *all, uint32_t database)
{
	const char *name = strata_ini_database_name(database);
	strata_password_trouble unused;
	strata_settings settings;
	char why[STRATA_REFUSAL_SENTENCE];

	if (strata_ini_try(name, STRATA_G(topology), &settings, &unused) != 0) {
		return;
	}
	if (is_refused(database, &settings, why, sizeof(why))) {
		add_assoc_string(unconfigured, name, why);
	}
	add_settings(all, name, &settings);
	strata_settings_fini(&settings);
}

void strata_api_add_configuration(zval *status)
{
	zval section, unconfigured, settings;

	array_init(&section);
	add_refused(&section);
	array_init(&unconfigured);
	array_init(&settings);
	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		add_database(&unconfigured, &settings, i);
	}
	add_assoc_zval(&section, "unconfigured", &unconfigured);
	add_assoc_zval(&section, "settings", &settings);
	add_assoc_zval(status, "configuration", &section);
}

void strata_api_print_refused(void)
{
	strata_refusal *seen;
	uint32_t count = read_refusals(&seen);
	uint64_t not_kept = strata_refusals_not_kept(strata_process_runtime.refusals);
	char label[32], more[64], line[sizeof(strata_refusal)];

	for (uint32_t i = 0; i < count; i++) {
		snprintf(label, sizeof(label), "refused in %s", strata_place_name(seen[i].place));
		snprintf(line, sizeof(line), "%s: %s", seen[i].directive, seen[i].sentence);
		php_info_print_table_row(2, label, line);
	}
	if (not_kept > 0) {
		snprintf(more, sizeof(more), "%llu times", (unsigned long long) not_kept);
		php_info_print_table_row(2, "refused, and no room to keep it", more);
	}
	free(seen);
}
