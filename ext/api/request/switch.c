/*
 * What lies on the other side of a switch is another text of the topology file: the coming one
 * shortly before its moment, and the former one after it. A database that has a shadow has a mirror
 * anyway. One whose servers change without a shadow gets a mirror for as long as that lasts, to
 * which only removals go: the servers on the other side, by the settings of the other text.
 *
 * A switch to servers that are neither of the two places of a database with a shadow is not told of
 * there: a database has one mirror.
 */
#include "api/request/switch.h"

#include "conf/ini.h"
#include "database/config_watcher.h"
#include "database/in_force.h"
#include "database/mirror.h"
#include "database/places.h"
#include "database/switch/switching.h"

static bool is_watched(void)
{
	return strata_ini_topology()[0] != '\0';
}

/* ---- requests ---- */

static void note(uint64_t version)
{
	const strata_runtime *runtime = &strata_process_runtime;

	if (strata_requests_end && is_watched()) {
		strata_followed_note(runtime->followed, strata_process_slots_mine(runtime->slots), version);
	}
}

void strata_api_note_followed(void)
{
	note(STRATA_G(topology_version));
}

void strata_api_end_followed(void)
{
	note(0);
}

/* ---- the other side ---- */

static void forget_other(zend_strata_globals *globals)
{
	if (globals->other_topology != NULL) {
		strata_topology_fini(globals->other_topology);
		free(globals->other_topology);
	}
	globals->other_topology = NULL;
	globals->other_version = 0;
}

static void read_other(uint64_t version)
{
	strata_topology *other = version == 0 ? NULL : malloc(sizeof(*other));

	forget_other(ZEND_MODULE_GLOBALS_BULK(strata));
	STRATA_G(other_version) = version;
	if (other != NULL && strata_in_force_read_version(&strata_process_runtime,
							 strata_ini_has_database, version, other)) {
		STRATA_G(other_topology) = other;
	} else {
		free(other);
	}
}

/* ---- one database ---- */

static bool is_moved(const strata_database *database, const strata_settings *other)
{
	strata_place_servers here = { database->settings.redis, database->settings.memcached };
	strata_place_servers there = { other->redis, other->memcached };

	return other->refused == NULL && strata_switching_names_servers(&here) &&
		   strata_switching_names_servers(&there) && !strata_switching_same_servers(&here, &there);
}

/* Takes the settings over. Where it cannot be opened, that is said when it answers. */
static void open_mirror(strata_database *database, strata_settings *settings)
{
	strata_database *other = calloc(1, sizeof(*other));
	char error[STRATA_DATABASE_ERROR];

	if (other == NULL) {
		strata_settings_fini(settings);
		return;
	}
	settings->shadow_mode = STRATA_SHADOW_MODE_OFF;
	if (!strata_database_init_following(other, &strata_process_runtime, database->name, settings,
			error)) {
		free(other);
		return;
	}
	if (!strata_mirror_begin(database, &strata_process_runtime, other)) {
		strata_database_fini(other);
		free(other);
	}
}

static bool has_shadow(const strata_database *database)
{
	return database->settings.shadow_mode != STRATA_SHADOW_MODE_OFF;
}

/* Takes the settings over: those of the other side, as the place that answers there. */
static void tell_at_once(strata_database *database, strata_settings *there)
{
	if (database->mirror == NULL && is_moved(database, there) && !has_shadow(database)) {
		open_mirror(database, there);
	} else {
		strata_settings_fini(there);
	}
	if (database->mirror != NULL) {
		database->mirror->is_at_once = true;
	}
}

static void tell_later(strata_database *database)
{
	if (database->mirror != NULL && !has_shadow(database)) {
		strata_mirror_turns_forget(&STRATA_G(turns), database);
		strata_mirror_fini(database);
	} else if (database->mirror != NULL) {
		database->mirror->is_at_once = false;
	}
}

static bool read_settings_there(const char *name, strata_settings *out)
{
	strata_password_trouble unused;

	return STRATA_G(other_topology) != NULL &&
		   strata_ini_try(name, STRATA_G(other_topology), out, &unused) == 0;
}

/* Other hosts may lead already, for as long as this one is kept from it. */
static bool is_kept_from_leading(const strata_database *database)
{
	return database->mirror != NULL && database->settings.shadow_mode == STRATA_SHADOW_MODE_LEAD &&
		   database->mirror->mode == STRATA_SHADOW_MODE_COMPARE;
}

static void apply(strata_database *database)
{
	strata_settings there;

	if (database->settings.refused != NULL) {
		return;
	}
	if (is_kept_from_leading(database)) {
		database->mirror->is_at_once = true;
		return;
	}
	if (!STRATA_G(is_switching) || !read_settings_there(database->name, &there)) {
		tell_later(database);
		return;
	}
	if (strata_places_choose(database->name, &there) != 0 || !is_moved(database, &there)) {
		strata_settings_fini(&there);
		tell_later(database);
		return;
	}
	tell_at_once(database, &there);
}

/*
 * Servers that answer from a moment on, and did not follow before: what they hold was stored in an
 * earlier time. The moment is a number that all hosts know without a word to each other.
 */
static void begin_anew(strata_database *database)
{
	const strata_topology *topology = STRATA_G(topology);
	strata_settings before, after;

	if (topology == NULL || topology->from == 0 || database->settings.refused != NULL ||
		!read_settings_there(database->name, &before)) {
		return;
	}
	if (strata_ini_resolve(database->name, topology, &after) == 0) {
		if (strata_switching_begins_anew(&before, &after)) {
			strata_generation_expect(database->generation != NULL ? database->generation
																  : &database->own_generation,
				topology->from);
		}
		strata_settings_fini(&after);
	}
	strata_settings_fini(&before);
}

void strata_api_enter_switch(strata_database *database)
{
	begin_anew(database);
	apply(database);
}

/* ---- looking ---- */

static void apply_to_all(strata_settings_set *set)
{
	set->switch_count = STRATA_G(switch_count);
	for (uint32_t i = 0; i < STRATA_G(database_count); i++) {
		if (set->databases[i] != NULL) {
			apply(set->databases[i]);
		}
	}
}

void strata_api_learn_of_switch(void)
{
	const strata_runtime *runtime = &strata_process_runtime;
	uint64_t version;
	bool is_switching;

	version = strata_in_force_other(runtime, STRATA_G(topology_version));
	is_switching = version != 0 && strata_in_force_is_switching(runtime);
	if (version != STRATA_G(other_version)) {
		read_other(version);
		STRATA_G(switch_count)++;
	}
	if (is_switching != STRATA_G(is_switching)) {
		STRATA_G(is_switching) = is_switching;
		STRATA_G(switch_count)++;
	}
}

void strata_api_look_at_switch(void)
{
	if (!is_watched() || STRATA_G(lent) != NULL) {
		return;
	}
	strata_api_learn_of_switch();
	if (STRATA_G(set) != NULL && STRATA_G(set)->switch_count != STRATA_G(switch_count)) {
		apply_to_all(STRATA_G(set));
	}
}

void strata_api_forget_switch(zend_strata_globals *globals)
{
	forget_other(globals);
	globals->is_switching = false;
}
