#include "api/session/session_warnings.h"

#include "Zend/zend_smart_str.h"

#include "conf/ini.h"

enum {
	ID_SHOWN = 4,
	ID_PART = 4, /* of an id that is short, less is shown */
	PATH_SHOWN = 64
};

/* "abcd..." */
static const char *shown(strata_view id, char text[ID_SHOWN + 4])
{
	size_t size = id.size / ID_PART < ID_SHOWN ? id.size / ID_PART : ID_SHOWN;

	snprintf(text, ID_SHOWN + 4, "%.*s...", (int) size, id.data);
	return text;
}

static void append_databases(smart_str *text)
{
	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		smart_str_appends(text, i == 0 ? "" : ", ");
		smart_str_appends(text, strata_ini_database_name(i));
	}
}

void strata_session_warn_of_path(strata_view path)
{
	smart_str text = { 0 };
	zend_string *sentence;

	smart_str_appends(&text, "session.save_path = \"");
	smart_str_append_escaped(&text, path.data, path.size < PATH_SHOWN ? path.size : PATH_SHOWN);
	smart_str_appends(&text, path.size <= PATH_SHOWN ? "\"" : "...\"");
	smart_str_appends(&text, path.size == 0 ? ", which stands for sessions," : "");
	smart_str_appends(&text, " names no database of strata; accepted: ");
	append_databases(&text);
	smart_str_appends(&text, " (strata.databases names them)");
	sentence = smart_str_extract(&text);
	php_error_docref(NULL, E_WARNING, "%s", ZSTR_VAL(sentence));
	zend_string_release(sentence);
}

void strata_session_warn_of_id(const strata_opened *opened)
{
	php_error_docref(NULL, E_WARNING,
		"database %s: this cannot be the id of a session; accepted: 1 to %d of A-Z a-z 0-9 , -",
		strata_opened_database(opened), STRATA_SESSION_LONGEST_ID);
}

static const char *sentence_of(const strata_trouble *trouble)
{
	return trouble->why[0] != '\0' ? trouble->why : strata_result_text(trouble->result);
}

/* Settings name their database by themselves. */
static void warn_of_database(const strata_opened *opened, const strata_trouble *trouble)
{
	bool is_named = strncmp(trouble->why, "database ", strlen("database ")) == 0;

	if (is_named) {
		php_error_docref(NULL, E_WARNING, "%s", trouble->why);
	} else {
		php_error_docref(NULL, E_WARNING, "database %s: %s", strata_opened_database(opened),
			sentence_of(trouble));
	}
}

static void warn(const strata_opened *opened, strata_view id, const char *what, const char *why)
{
	char room[ID_SHOWN + 4];

	php_error_docref(NULL, E_WARNING, "database %s: the session \"%s\" %s: %s",
		strata_opened_database(opened), shown(id, room), what, why);
}

static void warn_of_wait(const strata_opened *opened, strata_view id)
{
	char room[ID_SHOWN + 4];

	php_error_docref(NULL, E_WARNING,
		"database %s: another request has had the session \"%s\" for %g s "
		"(strata.session_lock_wait)",
		strata_opened_database(opened), shown(id, room), (double) opened->lock_wait / 1e6);
}

void strata_session_warn_of_opening(const strata_opened *opened, strata_view id,
	const strata_trouble *trouble)
{
	switch (trouble->kind) {
		case STRATA_TROUBLE_NONE:
		case STRATA_TROUBLE_INTERRUPTED: return;
		case STRATA_TROUBLE_DATABASE: warn_of_database(opened, trouble); return;
		case STRATA_TROUBLE_TIME: warn_of_wait(opened, id); return;
		case STRATA_TROUBLE_LOCK:
		case STRATA_TROUBLE_SERVER:
		case STRATA_TROUBLE_RECORD:
		case STRATA_TROUBLE_REFUSED: break;
	}
	warn(opened, id, "cannot be read", sentence_of(trouble));
}

void strata_session_warn_of_loss(const strata_opened *opened, strata_view id, const char *why)
{
	warn(opened, id, "was not stored", why);
}

void strata_session_warn_of_writing(const strata_opened *opened, strata_view id,
	const strata_trouble *trouble)
{
	bool may_be_stored;

	switch (trouble->kind) {
		case STRATA_TROUBLE_NONE:
		case STRATA_TROUBLE_INTERRUPTED: return;
		case STRATA_TROUBLE_DATABASE: warn_of_database(opened, trouble); return;
		case STRATA_TROUBLE_REFUSED:
			strata_session_warn_of_loss(opened, id,
				"another request has got it, changed it or ended it since this one read it "
				"(strata.session_lock_ttl), or the server has lost it");
			return;
		case STRATA_TROUBLE_TIME:
		case STRATA_TROUBLE_LOCK:
		case STRATA_TROUBLE_SERVER:
		case STRATA_TROUBLE_RECORD: break;
	}
	may_be_stored = strata_result_class_of(trouble->result) == STRATA_FAILURE;
	warn(opened, id, may_be_stored ? "may not have been stored" : "was not stored",
		sentence_of(trouble));
}

void strata_session_warn_of_removing(const strata_opened *opened, strata_view id,
	const strata_trouble *trouble)
{
	if (trouble->kind == STRATA_TROUBLE_DATABASE) {
		warn_of_database(opened, trouble);
	} else if (trouble->kind != STRATA_TROUBLE_NONE) {
		warn(opened, id, "was not removed", sentence_of(trouble));
	}
}
