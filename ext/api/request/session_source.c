#include "api/request/session_source.h"

#include "api/request/databases.h"
#include "conf/ini.h"
#include "conf/text/names.h"

static bool refuse(const strata_database *database, strata_view name, const char *why, char *error)
{
	snprintf(error, STRATA_DATABASE_ERROR,
		"database %s, strata.session_read_from: database %.*s %s", database->name, (int) name.size,
		name.data, why);
	return false;
}

/* Opens the database of this name. */
static bool open_source(const strata_database *database, strata_view name,
	strata_session_source *out, char *error)
{
	uint32_t index;

	if (!strata_api_has_database(name, &index)) {
		return refuse(database, name, "is not there; strata.databases must name it", error);
	}
	out->database = strata_api_try_database(index, error);
	if (out->database == NULL) {
		return false;
	}
	return strata_database_is_shared(out->database) ||
		   refuse(database, name, "has no server; accepted: one with memcached or redis", error);
}

bool strata_api_session_source(const strata_database *database, strata_session_source *out,
	char error[STRATA_DATABASE_ERROR])
{
	strata_view text = strata_view_of(database->settings.session_read_from);
	strata_view name;

	*out = (strata_session_source){ NULL, { NULL, 0 } };
	/* What the settings hold was accepted before. */
	if (strata_names_split_source(text, &name, &out->prefix) != NULL || text.size == 0) {
		return true;
	}
	if (open_source(database, name, out, error)) {
		return true;
	}
	out->database = NULL;
	return false;
}
