#include "api/request/session_source.h"

#include "Zend/zend_exceptions.h"

#include "api/request/databases.h"
#include "api/request/exceptions.h"
#include "conf/names.h"

static bool refuse(const strata_database *database, strata_view name, const char *why)
{
	zend_throw_exception_ex(strata_configuration_exception, 0,
		"database %s, strata.session_read_from: database %.*s %s", database->name, (int) name.size,
		name.data, why);
	return false;
}

/* Opens the database of this name. */
static bool open_source(const strata_database *database, strata_view name,
	strata_session_source *out)
{
	zend_string *text = zend_string_init(name.data, name.size, 0);
	uint32_t index;
	bool is_known = strata_api_find_database(text, &index);

	zend_string_release(text);
	if (!is_known) {
		return refuse(database, name, "is not there; strata.databases must name it");
	}
	out->database = strata_api_database(index);
	if (out->database == NULL) {
		return false;
	}
	return strata_database_is_shared(out->database) ||
		   refuse(database, name, "has no server; accepted: one with memcached or redis");
}

bool strata_api_session_source(const strata_database *database, strata_session_source *out)
{
	strata_view text = strata_view_of(database->settings.session_read_from);
	strata_view name;

	*out = (strata_session_source){ NULL, { NULL, 0 } };
	/* What the settings hold was accepted before. */
	if (strata_names_split_source(text, &name, &out->prefix) != NULL || text.size == 0) {
		return true;
	}
	if (open_source(database, name, out)) {
		return true;
	}
	out->database = NULL;
	return false;
}
