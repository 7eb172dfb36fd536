/*
 * Two virtual hosts of one Apache worker have settings of their own, and so have the sites behind
 * one php-fpm pool that a web server tells PHP_ADMIN_VALUE for. A worker serves them in turn. So
 * what it opened is kept in sets, one for all settings that were in force together:
 *
 *     a directive changes -> strata_ini_word() does -> strata_api_leave_set(): no set is in force
 *     the first call after that -> the set of this word, or a new one
 *
 * Nothing is compared on the way of a hit: no set is no database, which the fast path asks anyway.
 */
#include "api/request/databases.h"

#include "Zend/zend_exceptions.h"

#include "api/request/exceptions.h"
#include "api/request/memo.h"
#include "api/request/switch.h"
#include "base/compiler.h"
#include "cache/local.h"
#include "cache/mirror/mark.h"
#include "conf/ini.h"
#include "database/places.h"
#include "os/clock.h"
#include "os/process.h"

enum { RETRY_INTERVAL = 1000 /* msec */ };

bool strata_api_has_database(strata_view name, uint32_t *index)
{
	for (*index = 0; *index < strata_ini_database_count(); (*index)++) {
		if (strata_view_equal(strata_view_of(strata_ini_database_name(*index)), name)) {
			return true;
		}
	}
	return false;
}

bool strata_api_find_database(zend_string *name, uint32_t *index)
{
	return strata_api_has_database((strata_view){ ZSTR_VAL(name), ZSTR_LEN(name) }, index);
}

/* ---- one database ---- */

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

strata_return_mode strata_api_return_mode_of(const strata_database *database)
{
	switch (database->settings.zero_copy) {
		case STRATA_ZERO_COPY_ON: return STRATA_RETURN_PIN;
		case STRATA_ZERO_COPY_OFF: return STRATA_RETURN_COPY;
	}
	return strata_requests_end ? STRATA_RETURN_PIN : STRATA_RETURN_MEMO;
}

/* Takes the settings over. NULL with a sentence in error. */
static strata_database *new_database(const char *name, strata_settings *settings,
	char error[STRATA_DATABASE_ERROR])
{
	strata_database *database = calloc(1, sizeof(*database));
	strata_servers_error notice;
	char named[STRATA_DIRECTIVE];

	if (database == NULL) {
		strata_settings_fini(settings);
		snprintf(error, STRATA_DATABASE_ERROR, "out of memory");
		return NULL;
	}
	if (!strata_places_init(database, &strata_process_runtime, name, settings, &notice, error)) {
		free(database);
		return NULL;
	}
	if (notice.text[0] != '\0') {
		strata_ini_refuse_servers(name, notice.directive, notice.text, named);
	}
	database->may_retry_at = strata_clock_msec() + RETRY_INTERVAL;
	/* Only what is returned where it lies has to stay there. */
	database->peek_mode = strata_api_return_mode_of(database) == STRATA_RETURN_PIN
							  ? STRATA_PEEK_PIN
							  : STRATA_PEEK_LOOK;
	outdate(database);
	strata_api_enter_switch(database);
	return database;
}

static bool read_settings(const char *name, strata_settings *settings,
	char error[STRATA_DATABASE_ERROR])
{
	if (strata_ini_resolve(name, STRATA_G(topology), settings) != 0) {
		snprintf(error, STRATA_DATABASE_ERROR, "out of memory");
		return false;
	}
	return true;
}

/* The exception says it: "database <name>, strata.<option>: <why>". */
static void note_contradiction(const char *name, const char *error)
{
	const char *start = strstr(error, ", strata.");
	const char *end = start != NULL ? strstr(start, ": ") : NULL;
	char directive[64];

	if (end == NULL) {
		return;
	}
	snprintf(directive, sizeof(directive), "%.*s", (int) (end - start - 2), start + 2);
	strata_ini_note_servers(name, directive, end + 2);
}

/*
 * It could not be opened. Where that is for its servers, as for a file of TLS that cannot be read,
 * it is opened as refused, which is said in a log; else options contradict each other, and error
 * has a sentence about that.
 */
static strata_database *open_refused(const char *name, char error[STRATA_DATABASE_ERROR])
{
	char named[STRATA_DIRECTIVE];
	strata_servers_error why;
	strata_settings settings;

	if (!read_settings(name, &settings, error)) {
		return NULL;
	}
	if (strata_places_check_servers(name, &settings, &why)) {
		strata_settings_fini(&settings);
		note_contradiction(name, error);
		return NULL;
	}
	strata_ini_refuse_servers(name, why.directive, why.text, named);
	if (strata_settings_refuse(&settings, named, why.text) != 0) {
		strata_settings_fini(&settings);
		return NULL;
	}
	return new_database(name, &settings, error);
}

static void close_database(strata_mirror_turns *turns, strata_database *database)
{
	strata_mirror_turns_forget(turns, database);
	strata_places_fini(database);
	free(database);
}

/* ---- a shadow that is to lead ---- */

static const char mode_directive[] = "strata.shadow_mode";

/* Is it kept from that, though the settings say so? Once a second that is looked at again. */
static bool is_kept_from_leading(const strata_database *database)
{
	return database->mirror != NULL && database->settings.shadow_mode == STRATA_SHADOW_MODE_LEAD &&
		   database->mirror->mode == STRATA_SHADOW_MODE_COMPARE;
}

static bool may_lead(strata_database *database, char why[STRATA_MIRROR_MARK_ERROR])
{
	strata_arena *arena = strata_arena_new();
	bool may = true;

	why[0] = '\0';
	if (arena != NULL) {
		may = strata_mirror_mark_allows_lead(database, arena, why);
		strata_arena_free(arena);
	}
	return may;
}

/* Takes the settings over: the place that answered before goes on, and the shadow follows it. */
static strata_database *new_kept_from_leading(const char *name, strata_settings *settings,
	const char *why, char error[STRATA_DATABASE_ERROR])
{
	char named[STRATA_DIRECTIVE];
	strata_database *database;

	settings->shadow_mode = STRATA_SHADOW_MODE_COMPARE;
	database = new_database(name, settings, error);
	if (database != NULL) {
		database->settings.shadow_mode = STRATA_SHADOW_MODE_LEAD;
		strata_api_enter_switch(database);
		strata_ini_refuse_servers(name, mode_directive, why, named);
	}
	return database;
}

/* A shadow that is turned off misses what comes from here on, and must not lead after that. */
static void leave_shadow(strata_database *old, const strata_database *now)
{
	strata_arena *arena;

	if (old->mirror == NULL || old->mirror->mode == STRATA_SHADOW_MODE_OFF ||
		now->settings.shadow_mode != STRATA_SHADOW_MODE_OFF) {
		return;
	}
	arena = strata_arena_new();
	if (arena != NULL) {
		strata_mirror_mark_end(old, arena);
		strata_arena_free(arena);
	}
}

static void withdraw_refusal(const char *name)
{
	char named[STRATA_DIRECTIVE];
	strata_place place = strata_ini_place(name, mode_directive, named);

	strata_refusals_withdraw(strata_process_runtime.refusals, place, named);
}

/* The same as new_database(), where it is looked at whether the shadow may lead. */
static strata_database *new_checked(const char *name, strata_settings *settings,
	char error[STRATA_DATABASE_ERROR])
{
	strata_database *database = new_database(name, settings, error);
	char why[STRATA_MIRROR_MARK_ERROR];

	if (database == NULL || database->mirror == NULL ||
		database->mirror->mode != STRATA_SHADOW_MODE_LEAD) {
		return database;
	}
	if (may_lead(database, why)) {
		withdraw_refusal(name);
		return database;
	}
	close_database(&STRATA_G(turns), database);
	return read_settings(name, settings, error) ? new_kept_from_leading(name, settings, why, error)
												: NULL;
}

/*
 * Settings are read here and not in MINIT, because php-fpm applies a pool's own values in between.
 */
static strata_database *open_database(uint32_t index, char error[STRATA_DATABASE_ERROR])
{
	const char *name = strata_ini_database_name(index);
	strata_database *database;
	strata_settings settings;

	if (!read_settings(name, &settings, error)) {
		return NULL;
	}
	database = new_checked(name, &settings, error);
	return database != NULL ? database : open_refused(name, error);
}

static void reopen(uint32_t index)
{
	const char *name = strata_ini_database_name(index);
	strata_database *old, *database;
	char error[STRATA_DATABASE_ERROR], said[STRATA_DATABASE_ERROR + 64];
	strata_settings settings;

	if (strata_ini_resolve(name, STRATA_G(topology), &settings) != 0) {
		return;
	}
	old = STRATA_G(databases)[index];
	if (strata_places_are_of(old, &settings)) {
		strata_settings_fini(&settings);
		return;
	}
	if (settings.refused != NULL && old->settings.refused == NULL) {
		snprintf(error, sizeof(error), "database %s: %s", name, settings.refused);
		strata_settings_fini(&settings);
		database = NULL;
	} else {
		database = new_checked(name, &settings, error);
	}
	if (database == NULL) {
		snprintf(said, sizeof(said), "%s; it goes on as it was", error);
		strata_ini_refuse(STRATA_PLACE_TOPOLOGY, STRATA_INI_LATER, "strata.topology", said);
		return;
	}
	STRATA_G(databases)[index] = database;
	leave_shadow(old, database);
	strata_cache_flush_counts(old);
	close_database(&STRATA_G(turns), old);
}

void strata_api_reopen_databases(void)
{
	strata_settings_set *set = STRATA_G(set);

	if (set == NULL || set->topology_version == STRATA_G(topology_version)) {
		return;
	}
	set->topology_version = STRATA_G(topology_version);
	for (uint32_t i = 0; i < STRATA_G(database_count); i++) {
		if (set->databases[i] != NULL) {
			reopen(i);
		}
	}
}

/* ---- sets ---- */

static void close_set(strata_mirror_turns *turns, strata_settings_set *set, uint32_t count)
{
	for (uint32_t i = 0; set->databases != NULL && i < count; i++) {
		if (set->databases[i] != NULL) {
			close_database(turns, set->databases[i]);
		}
	}
	free(set->databases);
	*set = (strata_settings_set){ 0 };
}

void strata_api_set_fast_path(void)
{
	STRATA_G(peeked) = STRATA_G(transactions) == NULL ? STRATA_G(databases) : NULL;
}

void strata_api_leave_set(void)
{
	strata_api_flush_counts();
	STRATA_G(databases) = NULL;
	STRATA_G(peeked) = NULL;
	STRATA_G(set) = NULL;
}

static bool has_lost_segment(void)
{
	const strata_segment *segment = strata_process_runtime.segment;

	return segment != NULL && strata_segment_was_lost(segment);
}

/* Once a process. */
static void say_lost(void)
{
	static atomic_bool was_said;
	char *sentence;

	if (!atomic_exchange(&was_said, true)) {
		spprintf(&sentence, 0,
			"\"%s\" was removed; this PHP goes on without local tier; accepted: a reload, which "
			"makes a new one",
			strata_segment_path(strata_process_runtime.segment));
		strata_ini_refuse(STRATA_PLACE_PHP_INI, STRATA_INI_LATER, "strata.segment", sentence);
		efree(sentence);
	}
}

STRATA_NOINLINE void strata_api_watch_segment(void)
{
	if (strata_segment_look_for_loss(strata_process_runtime.segment, strata_clock_msec()) &&
		STRATA_G(set) != NULL && !STRATA_G(set)->without_segment) {
		say_lost();
		strata_api_leave_set();
	}
}

/* That of the word and the user now, or the one that is best given up. */
static strata_settings_set *find_set(uint64_t word)
{
	strata_settings_set *oldest = &STRATA_G(sets)[0];

	for (uint32_t i = 0; i < STRATA_SETTINGS_SETS; i++) {
		strata_settings_set *set = &STRATA_G(sets)[i];

		if (set->databases != NULL && set->word == word && set->user == STRATA_G(user) &&
			set->without_segment == has_lost_segment()) {
			return set;
		}
		if (set->used < oldest->used) {
			oldest = set;
		}
	}
	return oldest;
}

/* Databases of a set in use by a call that is under way cannot be closed. */
static bool empty_set(strata_settings_set *set)
{
	if (set->databases == NULL) {
		return true;
	}
	if (STRATA_G(lent) != NULL) {
		return false;
	}
	if (!STRATA_G(sets_were_full)) {
		STRATA_G(sets_were_full) = true;
		strata_ini_say(STRATA_INI_LATER, "strata",
			"this process meets more than 16 different sets of settings, and closes the "
			"connections "
			"of one for each further one; accepted: fewer sites for each pool");
	}
	close_set(&STRATA_G(turns), set, STRATA_G(database_count));
	return true;
}

/* The values in the memo are those of other databases. */
static void follow_with_memos(strata_settings_set *set)
{
	if (STRATA_G(memo_set) != set) {
		strata_memo_forget();
		STRATA_G(memo_set) = set;
	}
}

/* NULL without memory. */
static strata_settings_set *make_set(strata_settings_set *set, uint64_t word)
{
	STRATA_G(database_count) = strata_ini_database_count();
	STRATA_G(opened_in) = strata_process_generation();
	set->databases = calloc(STRATA_G(database_count), sizeof(*set->databases));
	set->word = word;
	set->user = STRATA_G(user);
	set->without_segment = has_lost_segment();
	set->topology_version = STRATA_G(topology_version);
	set->switch_count = STRATA_G(switch_count);
	return set->databases == NULL ? NULL : set;
}

/* Puts the set of the settings in force there. False when it cannot be had. */
static bool enter_set(void)
{
	uint64_t word = strata_ini_word();
	strata_settings_set *set = find_set(word);

	if (set->databases == NULL || set->word != word || set->user != STRATA_G(user) ||
		set->without_segment != has_lost_segment()) {
		set = empty_set(set) ? make_set(set, word) : NULL;
	}
	if (set == NULL) {
		return false;
	}
	set->used = ++STRATA_G(set_uses);
	STRATA_G(set) = set;
	STRATA_G(databases) = set->databases;
	strata_api_set_fast_path();
	if (STRATA_G(lent) == NULL) {
		strata_api_reopen_databases();
		strata_api_retry_to_lead();
	}
	follow_with_memos(set);
	return STRATA_G(databases) != NULL;
}

void strata_api_look_at_user(void)
{
	uint32_t user;

	if (STRATA_G(user_is_fixed)) {
		return;
	}
	user = strata_process_user();
	STRATA_G(user_is_fixed) = strata_process_user_is_fixed();
	if (user != STRATA_G(user)) {
		strata_api_leave_set();
		STRATA_G(user) = user;
	}
}

/* False with a sentence. */
static bool has_set(char error[STRATA_DATABASE_ERROR])
{
	if (STRATA_G(databases) != NULL || enter_set()) {
		return true;
	}
	snprintf(error, STRATA_DATABASE_ERROR, "out of memory");
	return false;
}

/* The first use of it under these settings. It is opened for one user, and a set is for one. */
static STRATA_NOINLINE strata_database *enter_database(uint32_t index,
	char error[STRATA_DATABASE_ERROR])
{
	strata_api_look_at_user();
	if (!has_set(error)) {
		return NULL;
	}
	if (STRATA_G(databases)[index] == NULL) {
		STRATA_G(databases)[index] = open_database(index, error);
	}
	return STRATA_G(databases)[index];
}

static STRATA_NOINLINE strata_database *enter_or_throw(uint32_t index)
{
	char error[STRATA_DATABASE_ERROR];
	strata_database *database = enter_database(index, error);

	if (database == NULL && !EG(exception)) {
		zend_throw_exception(strata_configuration_exception, error, 0);
	}
	return database;
}

/*
 * A file that could not be read may be readable by now: once a second that is tried, while no call
 * uses the database.
 */
static STRATA_NOINLINE strata_database *retried(uint32_t index)
{
	strata_database *database = STRATA_G(databases)[index], *better;
	strata_msec now = strata_clock_msec();
	char error[STRATA_DATABASE_ERROR], why[STRATA_MIRROR_MARK_ERROR];

	if (now < database->may_retry_at || STRATA_G(lent) != NULL) {
		return database;
	}
	database->may_retry_at = now + RETRY_INTERVAL;
	if (is_kept_from_leading(database) && !may_lead(database, why)) {
		return database;
	}
	better = open_database(index, error);
	if (better != NULL) {
		STRATA_G(databases)[index] = better;
		strata_cache_flush_counts(database);
		close_database(&STRATA_G(turns), database);
		database = better;
	}
	return database;
}

/* A request ends with the place that it began with. */
static bool may_retry(const strata_database *database)
{
	return database->settings.refused != NULL ||
		   (is_kept_from_leading(database) && !(strata_requests_end && STRATA_G(is_in_request)));
}

void strata_api_retry_to_lead(void)
{
	for (uint32_t i = 0; STRATA_G(databases) != NULL && i < STRATA_G(database_count); i++) {
		if (STRATA_G(databases)[i] != NULL && is_kept_from_leading(STRATA_G(databases)[i])) {
			(void) retried(i);
		}
	}
}

static strata_database *entered(uint32_t index)
{
	strata_database **databases = STRATA_G(databases);
	strata_database *database = databases != NULL ? databases[index] : NULL;

	if (database != NULL && may_retry(database)) {
		return retried(index);
	}
	return database;
}

strata_database *strata_api_database(uint32_t index)
{
	strata_database *database = entered(index);

	return database != NULL ? database : enter_or_throw(index);
}

strata_database *strata_api_try_database(uint32_t index, char error[STRATA_DATABASE_ERROR])
{
	strata_database *database = entered(index);

	return database != NULL ? database : enter_database(index, error);
}

void strata_api_flush_counts(void)
{
	for (uint32_t i = 0; STRATA_G(databases) != NULL && i < STRATA_G(database_count); i++) {
		if (STRATA_G(databases)[i] != NULL) {
			strata_cache_flush_counts(STRATA_G(databases)[i]);
		}
	}
}

bool strata_api_has_databases(void)
{
	for (uint32_t i = 0; i < STRATA_SETTINGS_SETS; i++) {
		if (STRATA_G(sets)[i].databases != NULL) {
			return true;
		}
	}
	return false;
}

void strata_api_close_databases(zend_strata_globals *globals)
{
	for (uint32_t i = 0; i < STRATA_SETTINGS_SETS; i++) {
		close_set(&globals->turns, &globals->sets[i], globals->database_count);
	}
	globals->databases = NULL;
	globals->peeked = NULL;
	globals->set = NULL;
}
