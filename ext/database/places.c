/*
 * The login of the first place (user, password, sentinel_user, sentinel_password) is never that of
 * the shadow: it is not sent to servers that it was not meant for. strata.replicas holds for the
 * shadow where it can, so that a move between memcached and Redis needs no other change.
 */
#include "database/places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database/plain_names.h"

/* ---- what contradicts what ---- */

static bool names_servers(const char *memcached, const char *redis)
{
	return memcached[0] != '\0' || redis[0] != '\0';
}

static bool is_same_text(const char *one, const char *other)
{
	return strcmp(one != NULL ? one : "", other != NULL ? other : "") == 0;
}

static bool is_same_server(const strata_dsn_server *one, const strata_dsn_server *other)
{
	return one->port == other->port && strcmp(one->host, other->host) == 0;
}

/* A server that both name; NULL: there is none, or another master or database is meant there. */
static const strata_dsn_server *shared_server(const strata_dsn *one, const strata_dsn *other)
{
	if (one->database != other->database || !is_same_text(one->master, other->master)) {
		return NULL;
	}
	for (uint32_t i = 0; i < one->count; i++) {
		for (uint32_t j = 0; j < other->count; j++) {
			if (is_same_server(&one->servers[i], &other->servers[j])) {
				return &one->servers[i];
			}
		}
	}
	return NULL;
}

/*
 * Names in both places are the same, and so are those of generations: what is removed in one would
 * be gone in the other one.
 */
static bool are_apart(const char *first, const char *shadow, const char *directive,
	char why[STRATA_PLACES_OBJECTION])
{
	char unused[STRATA_DSN_ERROR];
	strata_dsn one = { 0 }, other = { 0 };
	const strata_dsn_server *shared = NULL;

	if (first[0] != '\0' && shadow[0] != '\0' &&
		strata_dsn_parse(strata_view_of(first), &one, unused) &&
		strata_dsn_parse(strata_view_of(shadow), &other, unused)) {
		shared = shared_server(&one, &other);
	}
	if (shared != NULL) {
		snprintf(why, STRATA_PLACES_OBJECTION,
			"%.100s:%u is a server of %s too, and a value would be in both places at once; "
			"accepted: other servers",
			shared->host, shared->port, directive);
	}
	strata_dsn_fini(&one);
	strata_dsn_fini(&other);
	return shared == NULL;
}

static bool object(const char *sentence, char why[STRATA_PLACES_OBJECTION])
{
	snprintf(why, STRATA_PLACES_OBJECTION, "%s", sentence);
	return false;
}

static bool is_for_sessions(const char *name)
{
	return strcmp(name, "sessions") == 0;
}

static bool has_both(const strata_settings *settings, const char **directive,
	char why[STRATA_PLACES_OBJECTION])
{
	*directive = "strata.shadow_mode";
	if (!names_servers(settings->shadow_memcached, settings->shadow_redis)) {
		return object("no server of a shadow is named; accepted: off, or strata.shadow_redis or "
					  "strata.shadow_memcached with servers",
			why);
	}
	return names_servers(settings->memcached, settings->redis) ||
		   object("no server is named that the shadow stands beside; accepted: off, or "
				  "strata.redis or strata.memcached with servers",
			   why);
}

bool strata_places_fit(const char *name, const strata_settings *settings, const char **directive,
	char why[STRATA_PLACES_OBJECTION])
{
	*directive = "strata.shadow_mode";
	why[0] = '\0';
	if (settings->shadow_mode == STRATA_SHADOW_MODE_OFF) {
		return true;
	}
	if (is_for_sessions(name)) {
		return object("records of sessions are not mirrored, so that the database sessions stays "
					  "where it is; accepted: strata.sessions.shadow_mode = off",
			why);
	}
	if (!has_both(settings, directive, why)) {
		return false;
	}
	if (strata_plain_names_are_wanted(name, settings)) {
		return object("values under plain names have no version to be compared by, and "
					  "strata.format or strata.foreign asks for such names; accepted: off",
			why);
	}
	*directive = "strata.shadow_memcached";
	if (!are_apart(settings->memcached, settings->shadow_memcached, "strata.memcached", why)) {
		return false;
	}
	*directive = "strata.shadow_redis";
	return are_apart(settings->redis, settings->shadow_redis, "strata.redis", why);
}

/* ---- exchanging ---- */

static void swap(char **one, char **other)
{
	char *before = *one;

	*one = *other;
	*other = before;
}

static int empty(strata_settings *settings, const char *option)
{
	char error[STRATA_SETTINGS_ERROR];
	const strata_setting *setting = strata_settings_find(strata_view_of(option));

	return strata_settings_apply(settings, setting, strata_view_of(""), error) ? 0 : -1;
}

/* Two values of each are for memcached as the deepest tier, on two servers at least. */
static void suit_replicas(strata_settings *settings)
{
	char error[STRATA_DSN_ERROR];
	strata_dsn dsn = { 0 };
	bool has_two = settings->redis[0] == '\0' &&
				   strata_dsn_parse(strata_view_of(settings->memcached), &dsn, error) &&
				   dsn.count > 1;

	strata_dsn_fini(&dsn);
	settings->replicas = has_two ? settings->replicas : 1;
}

/* The servers of the shadow become those of the settings, and the other way round. */
static int exchange(strata_settings *settings)
{
	int failed = 0;

	swap(&settings->redis, &settings->shadow_redis);
	swap(&settings->memcached, &settings->shadow_memcached);
	failed |= empty(settings, "user");
	failed |= empty(settings, "password");
	failed |= empty(settings, "password_file");
	failed |= empty(settings, "sentinel_user");
	failed |= empty(settings, "sentinel_password");
	suit_replicas(settings);
	return failed;
}

static bool is_led_by_shadow(const char *name, const strata_settings *settings)
{
	char why[STRATA_PLACES_OBJECTION];
	const char *directive;

	return settings->refused == NULL && settings->shadow_mode == STRATA_SHADOW_MODE_LEAD &&
		   strata_places_fit(name, settings, &directive, why);
}

int strata_places_choose(const char *name, strata_settings *settings)
{
	return is_led_by_shadow(name, settings) ? exchange(settings) : 0;
}

/* Of the place that follows; *out is empty where that fails. */
static int choose_follower(const char *name, const strata_settings *settings, strata_settings *out)
{
	int failed = strata_settings_copy(settings, out);

	if (failed != 0) {
		return failed;
	}
	if (!is_led_by_shadow(name, settings)) {
		failed |= exchange(out);
	}
	failed |= empty(out, "shadow_redis");
	failed |= empty(out, "shadow_memcached");
	out->shadow_mode = STRATA_SHADOW_MODE_OFF;
	if (failed != 0) {
		strata_settings_fini(out);
	}
	return failed;
}

/* ---- opening ---- */

/* "database <name>, strata.<option>: <why>" */
static void read_error(const char *error, strata_servers_error *notice)
{
	const char *directive = strstr(error, ", strata.");
	const char *end = directive != NULL ? strstr(directive, ": ") : NULL;

	snprintf(notice->directive, sizeof(notice->directive), "strata.shadow_mode");
	if (end == NULL) {
		snprintf(notice->text, sizeof(notice->text), "the place that follows is not used: %.200s",
			error);
		return;
	}
	snprintf(notice->text, sizeof(notice->text),
		"the place that follows is not used, by %.*s: %.200s", (int) (end - directive - 2),
		directive + 2, end + 2);
}

/* Takes the settings over. NULL with a notice. */
static strata_database *open_follower(const strata_database *database,
	const strata_runtime *runtime, strata_settings *settings, strata_servers_error *notice)
{
	strata_database *other = calloc(1, sizeof(*other));
	char error[STRATA_DATABASE_ERROR] = "out of memory";

	if (other == NULL) {
		strata_settings_fini(settings);
	} else if (!strata_database_init_following(other, runtime, database->name, settings, error)) {
		free(other);
		other = NULL;
	}
	if (other == NULL) {
		read_error(error, notice);
	}
	return other;
}

/* A place that follows never takes the database away. */
static void open_mirror(strata_database *database, const strata_runtime *runtime,
	strata_settings *following, strata_servers_error *notice)
{
	strata_database *other = open_follower(database, runtime, following, notice);

	if (other == NULL || strata_mirror_begin(database, runtime, other)) {
		return;
	}
	strata_database_fini(other);
	free(other);
	read_error("out of memory", notice);
}

static void warn_of_share(const strata_settings *settings, strata_servers_error *notice)
{
	if (settings->shadow_mode == STRATA_SHADOW_MODE_LEAD && settings->shadow_share < 100) {
		snprintf(notice->directive, sizeof(notice->directive), "strata.shadow_share");
		snprintf(notice->text, sizeof(notice->text),
			"is %u%%, so that the place that answered before is without the other keys when it "
			"answers again; accepted, and 100%% keeps it whole",
			(unsigned) settings->shadow_share);
	}
}

static bool init_alone(strata_database *database, const strata_runtime *runtime, const char *name,
	strata_settings *settings, char error[STRATA_DATABASE_ERROR])
{
	if (!strata_database_init(database, runtime, name, settings, error)) {
		return false;
	}
	strata_mirror_answer_alone(database, runtime);
	return true;
}

/* The shadow is left out, or the error says why the database cannot be had without it. */
static bool init_without(strata_database *database, const strata_runtime *runtime, const char *name,
	strata_settings *settings, const strata_servers_error *why, char error[STRATA_DATABASE_ERROR])
{
	if (settings->shadow_mode != STRATA_SHADOW_MODE_LEAD || is_for_sessions(name)) {
		return init_alone(database, runtime, name, settings, error);
	}
	strata_settings_fini(settings);
	snprintf(error, STRATA_DATABASE_ERROR, "database %s, %s: %.220s", name, why->directive,
		why->text);
	return false;
}

static bool init_both(strata_database *database, const strata_runtime *runtime, const char *name,
	strata_settings *settings, strata_servers_error *notice, char error[STRATA_DATABASE_ERROR])
{
	strata_settings following;

	if (choose_follower(name, settings, &following) != 0 ||
		strata_places_choose(name, settings) != 0) {
		strata_settings_fini(&following);
		strata_settings_fini(settings);
		snprintf(error, STRATA_DATABASE_ERROR, "database %s: out of memory", name);
		return false;
	}
	if (!strata_database_init(database, runtime, name, settings, error)) {
		strata_settings_fini(&following);
		return false;
	}
	warn_of_share(&database->settings, notice);
	open_mirror(database, runtime, &following, notice);
	return true;
}

bool strata_places_init(strata_database *database, const strata_runtime *runtime, const char *name,
	strata_settings *settings, strata_servers_error *notice, char error[STRATA_DATABASE_ERROR])
{
	char why[STRATA_PLACES_OBJECTION];
	const char *directive;

	*notice = (strata_servers_error){ 0 };
	if (settings->refused != NULL || settings->shadow_mode == STRATA_SHADOW_MODE_OFF) {
		return init_alone(database, runtime, name, settings, error);
	}
	if (strata_places_fit(name, settings, &directive, why)) {
		return init_both(database, runtime, name, settings, notice, error);
	}
	snprintf(notice->directive, sizeof(notice->directive), "%s", directive);
	snprintf(notice->text, sizeof(notice->text), "%s", why);
	return init_without(database, runtime, name, settings, notice, error);
}

bool strata_places_check_servers(const char *name, const strata_settings *settings,
	strata_servers_error *error)
{
	strata_settings answering;
	bool is_usable;

	/* Without memory nothing is known against them. */
	if (strata_settings_copy(settings, &answering) != 0) {
		*error = (strata_servers_error){ 0 };
		return true;
	}
	is_usable = strata_places_choose(name, &answering) != 0 ||
				strata_database_check_servers(&answering, error);
	strata_settings_fini(&answering);
	return is_usable;
}

void strata_places_fini(strata_database *database)
{
	strata_mirror_fini(database);
	strata_database_fini(database);
}

/* ---- looking ---- */

static bool are_following(const strata_database *database, const strata_settings *settings)
{
	char why[STRATA_PLACES_OBJECTION];
	const char *directive;
	bool wants_one = settings->refused == NULL && settings->shadow_mode != STRATA_SHADOW_MODE_OFF &&
					 strata_places_fit(database->name, settings, &directive, why);
	strata_settings following;
	bool is_same;

	if (!wants_one || database->mirror == NULL) {
		return !wants_one && database->mirror == NULL;
	}
	if (choose_follower(database->name, settings, &following) != 0) {
		return true;
	}
	is_same = strata_settings_equal(&following, &database->mirror->other->settings);
	strata_settings_fini(&following);
	return is_same;
}

bool strata_places_are_of(const strata_database *database, const strata_settings *settings)
{
	strata_settings answering;
	bool is_same;

	if (strata_settings_copy(settings, &answering) != 0) {
		return true;
	}
	is_same = strata_places_choose(database->name, &answering) == 0 &&
			  strata_settings_equal(&answering, &database->settings);
	strata_settings_fini(&answering);
	return is_same && are_following(database, settings);
}
