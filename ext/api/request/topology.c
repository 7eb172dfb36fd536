/*
 * Where PHP tells of the end of every request, a thread follows where one begins, and never in the
 * middle of it: what a request reads in one place and what it wrote before belong together.
 *
 * A command line is one request that may last for weeks. There a thread follows where a call begins
 * and no other call of it is under way: then none of its connections is in use, and no caller
 * further up its stack holds a database that would be closed. A fiber that was suspended in the
 * middle of one keeps its thread at what it knows until it goes on. A local hit does not come by
 * here. What it hands out ends after local_ttl, and the next call does.
 */
#include "api/request/topology.h"

#include "api/request/databases.h"
#include "api/request/switch.h"
#include "base/compiler.h"
#include "database/config_watcher.h"
#include "database/in_force.h"
#include "database/places.h"
#include "conf/ini.h"
#include "os/clock.h"

/* ---- trials ---- */

/* Opens the database as it would be, connections apart. Takes the settings over. */
static bool can_be_opened(const char *name, strata_settings *settings, char *error)
{
	strata_database trial;
	strata_servers_error unused;
	char why[STRATA_DATABASE_ERROR];

	if (!strata_places_init(&trial, &strata_process_runtime, name, settings, &unused, why)) {
		snprintf(error, STRATA_TOPOLOGY_ERROR, "%s", why);
		return false;
	}
	strata_places_fini(&trial);
	return true;
}

static bool is_changed(const char *name, const strata_topology *before,
	const strata_settings *settings, bool *was_refused)
{
	strata_password_trouble unused;
	strata_settings old;
	bool is_same;

	*was_refused = false;
	if (strata_ini_try(name, before, &old, &unused) != 0) {
		return true;
	}
	is_same = strata_settings_equal(&old, settings);
	*was_refused = old.refused != NULL;
	strata_settings_fini(&old);
	return !is_same;
}

static bool is_database_usable(const char *name, const strata_topology *before,
	const strata_topology *after, char *error)
{
	strata_password_trouble trouble;
	strata_settings settings;
	bool was_refused;

	if (strata_ini_try(name, after, &settings, &trouble) != 0) {
		snprintf(error, STRATA_TOPOLOGY_ERROR, "out of memory");
		return false;
	}
	if (!is_changed(name, before, &settings, &was_refused)) {
		strata_settings_fini(&settings);
		return true;
	}
	if (trouble.why[0] != '\0') {
		snprintf(error, STRATA_TOPOLOGY_ERROR, "database %s, password_file: %s", name, trouble.why);
		strata_settings_fini(&settings);
		return false;
	}
	if (settings.refused == NULL) {
		return can_be_opened(name, &settings, error);
	}
	/* What php.ini has wrong is none of this file's faults, unless the one before had put it right:
	 * then processes would go on with the old servers, and new ones have none. */
	if (!was_refused) {
		snprintf(error, STRATA_TOPOLOGY_ERROR, "database %s would ask no server: %s", name,
			settings.refused);
	}
	strata_settings_fini(&settings);
	return was_refused;
}

static bool is_usable(const strata_topology *before, const strata_topology *after,
	char error[STRATA_TOPOLOGY_ERROR])
{
	for (uint32_t i = 0; i < strata_ini_database_count(); i++) {
		if (!is_database_usable(strata_ini_database_name(i), before, after, error)) {
			return false;
		}
	}
	return true;
}

/* ---- looking ---- */

static strata_config_watcher watcher(void)
{
	return (strata_config_watcher){ .path = strata_ini_topology(),
		.is_database = strata_ini_has_database,
		.is_usable = is_usable };
}

static bool is_watched(void)
{
	return strata_ini_topology()[0] != '\0';
}

static const char directive[] = "strata.topology";

/* What the file that was taken over, or the verdict on it, has put right; NULL: all of it. */
static void withdraw(const char *about)
{
	strata_refusals_withdraw(strata_process_runtime.refusals, STRATA_PLACE_TOPOLOGY, about);
}

/* A file that became readable again, as it was, is news to no process. */
static void withdraw_if_well(void)
{
	if (strata_refusals_have(strata_process_runtime.refusals, STRATA_PLACE_TOPOLOGY) &&
		strata_published_config_look(strata_process_runtime.config).why[0] == '\0' &&
		strata_published_config_look(strata_process_runtime.coming).why[0] == '\0') {
		withdraw(directive);
	}
}

static void hear(strata_config_news news, const char *sentence, strata_ini_moment moment,
	const char *what_stays)
{
	char said[STRATA_PUBLISHED_CONFIG_WHY + 64];

	switch (news) {
		case STRATA_CONFIG_QUIET: break;
		case STRATA_CONFIG_TAKEN: withdraw(NULL); break;
		case STRATA_CONFIG_EXPOSED:
			withdraw(NULL);
			strata_ini_say(moment, directive, sentence);
			break;
		case STRATA_CONFIG_REJECTED:
			snprintf(said, sizeof(said), "%s; %s", sentence, what_stays);
			withdraw(directive);
			strata_ini_note(STRATA_PLACE_TOPOLOGY, directive, said);
			strata_ini_say(moment, directive, said);
			break;
	}
}

static STRATA_NOINLINE void look(const strata_config_watcher *watcher, strata_ini_moment moment,
	const char *what_stays)
{
	const strata_runtime *runtime = &strata_process_runtime;
	strata_msec now = strata_clock_msec();
	char sentence[STRATA_PUBLISHED_CONFIG_WHY];

	withdraw_if_well();
	hear(strata_config_watcher_take_turn(runtime, watcher, now, sentence), sentence, moment,
		what_stays);
	hear(strata_config_watcher_take_turn_ahead(runtime, watcher, now, sentence), sentence, moment,
		what_stays);
}

static bool is_due(void)
{
	return strata_published_config_is_due(strata_process_runtime.config, strata_clock_msec());
}

/* Nothing is tried yet: php-fpm's pools have settings of their own that are not there yet. */
void strata_api_start_topology(void)
{
	strata_config_watcher first = watcher();

	first.is_usable = NULL;
	if (is_watched()) {
		look(&first, STRATA_INI_AT_START, "php.ini alone is in force");
	}
}

void strata_api_say_of_topology(void)
{
	strata_published_config_status config;

	if (is_watched()) {
		config = strata_published_config_look(strata_process_runtime.config);
		if (config.why[0] != '\0') {
			strata_ini_say(STRATA_INI_LATER, directive, config.why);
		}
		config = strata_published_config_look(strata_process_runtime.coming);
		if (config.why[0] != '\0') {
			strata_ini_say(STRATA_INI_LATER, directive, config.why);
		}
	}
}

/* ---- following ---- */

static void take_over(strata_topology *topology, uint64_t moved_at)
{
	strata_topology *old = STRATA_G(topology);

	STRATA_G(topology) = topology;
	STRATA_G(moved_at) = moved_at;
	if (old != NULL) {
		strata_topology_fini(old);
		free(old);
	}
	strata_api_learn_of_switch();
	strata_api_reopen_databases();
}

static void go_over(void)
{
	strata_config_watcher here = watcher();
	strata_topology *topology = malloc(sizeof(*topology));
	uint64_t version, moved_at;

	if (topology == NULL) {
		return;
	}
	if (strata_in_force_read(&strata_process_runtime, here.is_database, topology, &version,
			&moved_at)) {
		STRATA_G(topology_version) = version;
		take_over(topology, moved_at);
		return;
	}
	free(topology);
	if (version != 0) {
		STRATA_G(topology_version) = version;
	}
}

static bool is_pinned(void)
{
	return strata_requests_end && STRATA_G(is_in_request);
}

void strata_api_follow_topology(void)
{
	if (!is_watched()) {
		return;
	}
	if (is_due()) {
		strata_config_watcher here = watcher();

		look(&here, STRATA_INI_LATER, "what was in force stays");
	}
	if (!is_pinned() && STRATA_G(lent) == NULL &&
		STRATA_G(topology_version) != strata_in_force_version(&strata_process_runtime)) {
		go_over();
	}
	strata_api_look_at_switch();
	/* A set that was entered in the middle of a call is opened anew after it. */
	if (STRATA_G(set) != NULL && STRATA_G(set)->topology_version != STRATA_G(topology_version) &&
		STRATA_G(lent) == NULL) {
		strata_api_reopen_databases();
	}
}

void strata_api_forget_topology(zend_strata_globals *globals)
{
	if (globals->topology != NULL) {
		strata_topology_fini(globals->topology);
		free(globals->topology);
	}
	globals->topology = NULL;
	globals->topology_version = 0;
	strata_api_forget_switch(globals);
}

/* ---- status ---- */

static void add_disabled(zval *section)
{
	const strata_topology *topology = STRATA_G(topology);
	zval list;

	array_init(&list);
	for (uint32_t i = 0; topology != NULL && i < topology->disabled_count; i++) {
		add_next_index_stringl(&list, topology->disabled[i].data, topology->disabled[i].size);
	}
	add_assoc_zval(section, "disabled", &list);
}

static strata_msec in_force_since(const strata_published_config_status *config)
{
	strata_published_config_status coming =
		strata_published_config_look(strata_process_runtime.coming);
	strata_msec since = coming.from > coming.published_at ? coming.from : coming.published_at;

	return coming.has_come ? since : config->published_at;
}

/* What is to come from which moment on, or has come since. */
static void add_coming(zval *section)
{
	strata_published_config_status coming =
		strata_published_config_look(strata_process_runtime.coming);
	zval list;

	array_init(&list);
	add_assoc_double(&list, "from", (double) coming.from / 1000);
	add_assoc_bool(&list, "in_force", coming.has_come);
	add_assoc_string(&list, "problem", coming.why);
	add_assoc_zval(section, "coming", &list);
}

static zend_long number_of(uint64_t version)
{
	return (zend_long) strata_in_force_number(&strata_process_runtime, version);
}

void strata_api_add_topology(zval *status)
{
	strata_published_config_status config =
		strata_published_config_look(strata_process_runtime.config);
	uint64_t version = strata_in_force_version(&strata_process_runtime);
	zval section;

	array_init(&section);
	add_assoc_string(&section, "file", strata_ini_topology());
	add_assoc_long(&section, "version", number_of(version));
	add_assoc_long(&section, "followed", number_of(STRATA_G(topology_version)));
	add_assoc_double(&section, "time", (double) in_force_since(&config) / 1000);
	add_assoc_long(&section, "looks", (zend_long) config.looks);
	add_assoc_string(&section, "problem", config.why);
	add_disabled(&section);
	add_coming(&section);
	add_assoc_zval(status, "topology", &section);
}
