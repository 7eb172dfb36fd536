#include "conf/resolve.h"

#include <stdlib.h>

#include "conf/dsn.h"
#include "conf/dsn_mask.h"

/* How near to a database the place is where a text stands, from far to near. */
typedef enum { CONFIGURED_FOR_ALL, FILED_FOR_ALL, CONFIGURED_FOR_IT, FILED_FOR_IT } nearness;

typedef struct {
	const strata_sources *sources;
	const char *database;
} question;

static const char *const for_all = "default";

static strata_view filed(const question *question, const char *database,
	const strata_setting *setting)
{
	return question->sources->topology == NULL
			   ? (strata_view){ NULL, 0 }
			   : strata_topology_text(question->sources->topology, database, setting);
}

static strata_view text_at(const question *question, const strata_setting *setting, nearness where)
{
	switch (where) {
		case FILED_FOR_IT: return filed(question, question->database, setting);
		case CONFIGURED_FOR_IT: return question->sources->configured(question->database, setting);
		case FILED_FOR_ALL: return filed(question, for_all, setting);
		case CONFIGURED_FOR_ALL: break;
	}
	return question->sources->configured(NULL, setting);
}

/* The options of default are the common ones, wherever they stand. */
static strata_view nearest(const question *question, const strata_setting *setting, nearness *where)
{
	bool is_for_all =
		setting->scope == STRATA_SCOPE_HOST || strcmp(question->database, for_all) == 0;

	for (*where = is_for_all ? FILED_FOR_ALL : FILED_FOR_IT; *where > CONFIGURED_FOR_ALL;
		 --*where) {
		strata_view text = text_at(question, setting, *where);

		if (text.data != NULL) {
			return text;
		}
	}
	return text_at(question, setting, CONFIGURED_FOR_ALL);
}

static int resolve_options(const question *question, strata_settings *out)
{
	size_t count;
	const strata_setting *settings = strata_settings_table(&count);
	char error[STRATA_SETTINGS_ERROR];
	nearness where;

	for (size_t i = 0; i < count; i++) {
		strata_view text = nearest(question, &settings[i], &where);

		/* What was accepted once is understood again: only memory can be missing. */
		if (settings[i].kind != STRATA_SETTING_LIST &&
			!strata_settings_apply(out, &settings[i], text, error)) {
			return -1;
		}
	}
	return 0;
}

/* ---- passwords ---- */

/* A file that is named nearer to the database than a password goes before that. */
static bool wants_password_file(const question *question, const strata_settings *settings,
	nearness *of_file)
{
	nearness of_password;

	nearest(question, strata_settings_find(strata_view_of("password_file")), of_file);
	nearest(question, strata_settings_find(strata_view_of("password")), &of_password);
	if (settings->password_file[0] == '\0' || settings->redis[0] == '\0' ||
		strata_dsn_mask_finds_password(strata_view_of(settings->redis))) {
		return false;
	}
	return settings->password[0] == '\0' || *of_file > of_password;
}

static int resolve_password(const question *question, strata_settings *out,
	strata_password_trouble *trouble)
{
	char error[STRATA_SETTINGS_ERROR];
	nearness where;
	char *password;
	bool applied;

	if (!wants_password_file(question, out, &where)) {
		return 0;
	}
	trouble->is_own = where >= CONFIGURED_FOR_IT;
	password = strata_password_file_read(out->password_file, trouble->why);
	applied = strata_settings_apply(out, strata_settings_find(strata_view_of("password")),
		strata_view_of(password != NULL ? password : ""), error);
	free(password);
	return applied ? 0 : -1;
}

int strata_resolve(const strata_sources *sources, const char *database, strata_settings *out,
	strata_password_trouble *trouble)
{
	question question = { sources, database };

	*trouble = (strata_password_trouble){ 0 };
	if (strata_settings_init(out) != 0) {
		return -1;
	}
	if (resolve_options(&question, out) != 0 || resolve_password(&question, out, trouble) != 0) {
		strata_settings_fini(out);
		return -1;
	}
	return 0;
}
