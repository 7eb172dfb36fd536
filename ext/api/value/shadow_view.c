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

/* Settings are costly to find out, and most databases are open and have none. */
static bool is_configured(uint32_t database)
{
	const strata_database *opened =
		STRATA_G(databases) != NULL ? STRATA_G(databases)[database] : NULL;
	strata_password_trouble unused;
	strata_settings settings;
	bool is_so;

	if (opened != NULL) {
		return has_shadow(&opened->settings);
	}
	if (strata_ini_try(strata_ini_database_name(database), STRATA_G(topology), &settings,
			&unused) != 0) {
		return false;
	}
	is_so = has_shadow(&settings);
	strata_settings_fini(&settings);
	return is_so;
}

/* Is this directive about the shadow of this database, or of all that say nothing themselves? */
static bool is_of_shadow(const char *directive, const char *database)
{
	char own[96];
	size_t size = (size_t) snprintf(own, sizeof(own), "strata.%s.shadow_", database);

	return strncmp(directive, own, size) == 0 ||
		   strncmp(directive, "strata.shadow_", sizeof("strata.shadow_") - 1) == 0;
}

/* What was said of it when the database was opened. */
static void find_refusal(const char *database, char *out, size_t room)
{
	strata_refusal *seen = calloc(STRATA_REFUSALS_KEPT, sizeof(*seen));
	uint32_t count = seen == NULL ? 0
								  : strata_refusals_read(strata_process_runtime.refusals, seen,
										STRATA_REFUSALS_KEPT);

	snprintf(out, room, "the shadow may not lead; PHP's log says why");
	for (uint32_t i = 0; i < count; i++) {
		if (is_of_shadow(seen[i].directive, database)) {
			snprintf(out, room, "%s", seen[i].sentence);
		}
	}
	free(seen);
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
		out->waiting = strata_mirror_noted(&mirror->changes) + strata_mirror_noted(&mirror->former);
	}
	if (out->mode == STRATA_SHADOW_MODE_LEAD && !out->leads) {
		find_refusal(out->name, out->refused, sizeof(out->refused));
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
