#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "conf/resolve.h"

#include <stdio.h>
#include <stdlib.h>

#include "conf/directive.h"
#include "conf/dsn.h"
#include "conf/dsn_mask.h"
#include "conf/policies.h"

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
		setting->scope != STRATA_SCOPE_DATABASE || strcmp(question->database, for_all) == 0;

	for (*where = is_for_all ? FILED_FOR_ALL : FILED_FOR_IT; *where > CONFIGURED_FOR_ALL;
		 --*where) {
		strata_view text = text_at(question, setting, *where);

		if (text.data != NULL) {
			return text;
		}
	}
	return text_at(question, setting, CONFIGURED_FOR_ALL);
}

/* ---- policies ---- */

/* Those that stand in one place. */
static void policies_at(const question *question, const strata_setting *setting, nearness where,
	strata_policies *out)
{
	const strata_topology *file = question->sources->topology;
	char error[STRATA_POLICY_ERROR];

	out->count = 0;
	switch (where) {
		case FILED_FOR_IT:
		case FILED_FOR_ALL:
			if (file != NULL) {
				strata_topology_policies(file, where == FILED_FOR_IT ? question->database : for_all,
					out);
			}
			return;
		case CONFIGURED_FOR_IT:
		case CONFIGURED_FOR_ALL: break;
	}
	/* What was accepted once is understood again. */
	(void) strata_policies_parse(text_at(question, setting, where), out, error);
}

/*
 * Adds what no nearer place says. What there is no room for goes into the text all the same, so
 * that the database cannot be opened and says why.
 */
static int add_policies(const strata_policies *found, strata_policies *nearer, strata_buffer *text)
{
	int failed = 0;

	for (uint32_t i = 0; i < found->count; i++) {
		if (strata_policies_have(nearer, found->items[i].prefix)) {
			continue;
		}
		failed |= strata_buffer_print(text, "%s", text->size > 0 ? "; " : "");
		failed |= strata_policy_print(&found->items[i], text);
		if (nearer->count < STRATA_POLICIES_MOST) {
			nearer->items[nearer->count++] = found->items[i];
		}
	}
	return failed;
}

/* Each prefix is an option of its own, of which the nearest place counts. */
static int resolve_policies(const question *question, const strata_setting *setting,
	strata_settings *out)
{
	bool is_for_all = strcmp(question->database, for_all) == 0;
	strata_policies found, nearer = { .count = 0 };
	char error[STRATA_SETTINGS_ERROR];
	strata_buffer text = { 0 };
	int failed = 0;

	for (int where = FILED_FOR_IT; where >= CONFIGURED_FOR_ALL; where--) {
		if (!is_for_all || where == FILED_FOR_ALL || where == CONFIGURED_FOR_ALL) {
			policies_at(question, setting, (nearness) where, &found);
			failed |= add_policies(&found, &nearer, &text);
		}
	}
	failed |= !strata_settings_apply(out, setting, (strata_view){ text.data, text.size }, error);
	strata_buffer_fini(&text);
	return failed ? -1 : 0;
}

/* ---- options ---- */

static int resolve_option(const question *question, const strata_setting *setting,
	strata_settings *out)
{
	char error[STRATA_SETTINGS_ERROR];
	nearness where;

	if (setting->kind == STRATA_SETTING_LIST) {
		return 0;
	}
	if (setting->kind == STRATA_SETTING_POLICIES) {
		return resolve_policies(question, setting, out);
	}
	/* What was accepted once is understood again: only memory can be missing. */
	return strata_settings_apply(out, setting, nearest(question, setting, &where), error) ? 0 : -1;
}

static int resolve_options(const question *question, strata_settings *out)
{
	size_t count;
	const strata_setting *settings = strata_settings_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (resolve_option(question, &settings[i], out) != 0) {
			return -1;
		}
	}
	return 0;
}

/* ---- refusals ---- */

/* Of the place itself. */
static const char *refusal_at(const question *question, const strata_setting *setting,
	nearness where)
{
	const strata_sources *sources = question->sources;

	switch (where) {
		case CONFIGURED_FOR_IT: return sources->refused(question->database, setting);
		case CONFIGURED_FOR_ALL: return sources->refused(NULL, setting);
		case FILED_FOR_IT:
		case FILED_FOR_ALL: break;
	}
	return NULL;
}

/* Is what stands nearest refused? *is_own: for this database, and not for all. */
static const char *refusal_of(const question *question, const strata_setting *setting, bool *is_own)
{
	bool is_for_all = strcmp(question->database, for_all) == 0;

	for (int where = is_for_all ? FILED_FOR_ALL : FILED_FOR_IT; where >= CONFIGURED_FOR_ALL;
		 where--) {
		const char *sentence = NULL;

		if (is_for_all && where == CONFIGURED_FOR_IT) {
			continue;
		}
		sentence = refusal_at(question, setting, (nearness) where);
		if (sentence != NULL || text_at(question, setting, (nearness) where).data != NULL) {
			*is_own = where == CONFIGURED_FOR_IT;
			return sentence;
		}
	}
	return NULL;
}

static bool is_of_shadow(const strata_setting *setting)
{
	return strncmp(setting->name, "shadow_", 7) == 0;
}

/* A shadow that only follows takes no database away. */
static int follow_refusal(const question *question, const strata_setting *setting,
	const char *sentence, bool is_own, strata_settings *out)
{
	char directive[STRATA_DIRECTIVE];

	if (is_of_shadow(setting) && out->shadow_mode != STRATA_SHADOW_MODE_LEAD) {
		out->shadow_mode = STRATA_SHADOW_MODE_OFF;
		return 0;
	}
	strata_directive_name(directive, is_own ? question->database : NULL, setting);
	return strata_settings_refuse(out, directive, sentence);
}

static int follow_refusals(const question *question, strata_settings *out)
{
	size_t count;
	const strata_setting *settings = strata_settings_table(&count);
	int failed = 0;
	bool is_own;

	/* The first one is enough. */
	for (size_t i = 0; i < count && question->sources->refused != NULL; i++) {
		const char *sentence = settings[i].scope == STRATA_SCOPE_DATABASE
								   ? refusal_of(question, &settings[i], &is_own)
								   : NULL;

		if (sentence != NULL) {
			failed |= follow_refusal(question, &settings[i], sentence, is_own, out);
		}
	}
	return failed;
}

/* A database must not be this host's alone until its servers are known. */
static int follow_awaited(const question *question, strata_settings *out)
{
	char sentence[1024];

	if (question->sources->awaited == NULL || out->redis[0] != '\0' || out->memcached[0] != '\0') {
		return 0;
	}
	snprintf(sentence, sizeof(sentence),
		"%s was not taken over yet, and php.ini names no server for this database",
		question->sources->awaited);
	return strata_settings_refuse(out, STRATA_DIRECTIVE_PREFIX "topology", sentence);
}

/* ---- passwords for servers that only the file names ---- */

static bool is_filed(nearness where)
{
	return where == FILED_FOR_ALL || where == FILED_FOR_IT;
}

static bool names(const strata_dsn *dsn, const strata_dsn_server *wanted)
{
	for (uint32_t i = 0; i < dsn->count; i++) {
		if (dsn->servers[i].port == wanted->port &&
			strcmp(dsn->servers[i].host, wanted->host) == 0) {
			return true;
		}
	}
	return false;
}

/* Is each server of the one text in the other one too? */
static bool covers(strata_view known, strata_view wanted)
{
	char error[STRATA_DSN_ERROR];
	strata_dsn known_dsn, wanted_dsn;
	bool is_known = strata_dsn_parse(wanted, &wanted_dsn, error);

	/* An empty text parses to no server. */
	(void) strata_dsn_parse(known, &known_dsn, error);
	for (uint32_t i = 0; is_known && i < wanted_dsn.count; i++) {
		is_known = names(&known_dsn, &wanted_dsn.servers[i]);
	}
	strata_dsn_fini(&known_dsn);
	strata_dsn_fini(&wanted_dsn);
	return is_known;
}

/* Does a server stand in the file that php.ini does not name for this database? */
static bool has_filed_server(const question *question)
{
	const strata_setting *redis = strata_settings_find(strata_view_of("redis"));
	nearness where;
	strata_view text = nearest(question, redis, &where);
	strata_view configured = text_at(question, redis, CONFIGURED_FOR_IT);

	if (!is_filed(where) || text.size == 0) {
		return false;
	}
	if (configured.data == NULL) {
		configured = text_at(question, redis, CONFIGURED_FOR_ALL);
	}
	return !covers(configured, text);
}

/* Empties the option if it is php.ini that has it. Returns 0, or -1 when out of memory. */
static int withhold(const question *question, const char *option, bool is_missed,
	strata_settings *out, strata_password_trouble *trouble)
{
	const strata_setting *setting = strata_settings_find(strata_view_of(option));
	char error[STRATA_SETTINGS_ERROR];
	nearness where;
	strata_view text = nearest(question, setting, &where);

	if (is_filed(where) || text.size == 0) {
		return 0;
	}
	if (is_missed) {
		trouble->is_own = where >= CONFIGURED_FOR_IT;
		trouble->withheld = setting;
	}
	return strata_settings_apply(out, setting, strata_view_of(""), error) ? 0 : -1;
}

/* Does the file have its say about the password, be it that there is none? */
static bool has_filed_password(const question *question)
{
	nearness of_password, of_file;

	nearest(question, strata_settings_find(strata_view_of("password")), &of_password);
	nearest(question, strata_settings_find(strata_view_of("password_file")), &of_file);
	return is_filed(of_password) || is_filed(of_file);
}

/*
 * A file that moves a database elsewhere need not know what php.ini holds for it: so it must not
 * be enough to have that sent to a server of its choice.
 */
static int withhold_passwords(const question *question, strata_settings *out,
	strata_password_trouble *trouble)
{
	strata_view redis = strata_view_of(out->redis);
	bool is_missed = !has_filed_password(question) && !strata_dsn_mask_finds_password(redis);
	bool is_watched = strata_view_starts(redis, strata_view_of("redis-sentinel:")) ||
					  strata_view_starts(redis, strata_view_of("rediss-sentinel:"));

	if (!has_filed_server(question)) {
		return 0;
	}
	return withhold(question, "sentinel_password", is_watched, out, trouble) != 0 ||
				   withhold(question, "password_file", is_missed, out, trouble) != 0 ||
				   withhold(question, "password", is_missed, out, trouble) != 0
			   ? -1
			   : 0;
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

/* For the caller to free; NULL with a trouble. */
static char *read_password(const strata_settings *settings, nearness where,
	strata_password_trouble *trouble)
{
	char why[STRATA_PASSWORD_FILE_ERROR];
	char *password = strata_password_file_read(settings->password_file, why);

	trouble->is_own = where >= CONFIGURED_FOR_IT;
	trouble->is_filed = is_filed(where);
	if (password == NULL) {
		snprintf(trouble->why, sizeof(trouble->why), "\"%.160s\" cannot be read: %s",
			settings->password_file, why);
	}
	return password;
}

static int refuse_password_file(const question *question, strata_settings *out,
	const strata_password_trouble *trouble)
{
	char directive[STRATA_DIRECTIVE], sentence[STRATA_FILE_REFUSAL + 64];

	strata_directive_name(directive, trouble->is_own ? question->database : NULL,
		strata_settings_find(strata_view_of("password_file")));
	snprintf(sentence, sizeof(sentence), "%s; no server is asked without it", trouble->why);
	return strata_settings_refuse(out, directive, sentence);
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
	password = read_password(out, where, trouble);
	if (password == NULL) {
		return refuse_password_file(question, out, trouble);
	}
	applied = strata_settings_apply(out, strata_settings_find(strata_view_of("password")),
		strata_view_of(password), error);
	explicit_bzero(password, strlen(password));
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
	if (resolve_options(&question, out) != 0 || follow_refusals(&question, out) != 0 ||
		follow_awaited(&question, out) != 0 || withhold_passwords(&question, out, trouble) != 0 ||
		resolve_password(&question, out, trouble) != 0) {
		strata_settings_fini(out);
		return -1;
	}
	return 0;
}

strata_view strata_resolve_text(const strata_sources *sources, const char *database,
	const strata_settings *settings, const strata_setting *setting, bool *is_refused)
{
	question question = { sources, database };
	const char *text = strata_settings_text(settings, setting);
	nearness where;
	bool is_own;

	*is_refused = sources->refused != NULL && setting->scope == STRATA_SCOPE_DATABASE &&
				  refusal_of(&question, setting, &is_own) != NULL;
	return text != NULL ? strata_view_of(text) : nearest(&question, setting, &where);
}
