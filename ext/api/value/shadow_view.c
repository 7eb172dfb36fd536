/*
 * Which place answers is decided where a database is opened, and counts are found by its record.
 * So it is opened here, rather than that settings are read and understood once more.
 */
#include "api/value/shadow_view.h"

#include "api/request/databases.h"
#include "api/request/globals.h"
#include "conf/ini.h"
#include "database/mirror.h"

static bool has_shadow(const strata_settings *settings)
{
	return settings->shadow_redis[0] != '\0' || settings->shadow_memcached[0] != '\0';
}

/* Most databases have none: they are not opened for this. */
static bool is_configured(uint32_t database)
{
	strata_password_trouble unused;
	strata_settings settings;
	bool is_so;

	if (strata_ini_try(strata_ini_database_name(database), STRATA_G(topology), &settings,
			&unused) != 0) {
		return false;
	}
	is_so = has_shadow(&settings);
	strata_settings_fini(&settings);
	return is_so;
}

static uint64_t count_waiting(const strata_mirror *mirror)
{
	strata_unconfirmed_view view;

	if (mirror->changes == NULL) {
		return 0;
	}
	(void) strata_unconfirmed_look(strata_process_runtime.changes,
		strata_unconfirmed_place(strata_process_runtime.changes, mirror->changes), &view);
	return view.names;
}

bool strata_shadow_look(uint32_t database, strata_shadow_view *out)
{
	char unused[STRATA_DATABASE_ERROR];
	const strata_database *opened;
	const strata_mirror *mirror;

	*out = (strata_shadow_view){ .name = strata_ini_database_name(database) };
	opened = is_configured(database) ? strata_api_try_database(database, unused) : NULL;
	if (opened == NULL) {
		return false;
	}
	mirror = opened->mirror;
	out->database = opened;
	out->mode = opened->settings.shadow_mode;
	if (mirror != NULL) {
		out->follower = mirror->other;
		out->leads = mirror->mode == STRATA_SHADOW_MODE_LEAD;
		out->is_at_once = mirror->is_at_once;
		out->differences = mirror->differences;
		out->waiting = count_waiting(mirror);
	}
	return true;
}

const char *strata_shadow_mode_name(uint64_t mode)
{
	switch (mode) {
		case STRATA_SHADOW_MODE_WRITE: return "write";
		case STRATA_SHADOW_MODE_COMPARE: return "compare";
		case STRATA_SHADOW_MODE_LEAD: return "lead";
	}
	return "off";
}
