#include "database/in_force.h"

#include <stdlib.h>

#include "os/clock.h"

/* In a version: whose it is. Published versions have 48 bits. */
#define IS_OF_COMING ((uint64_t) 1 << 48)
#define IS_OF_EDITED ((uint64_t) 1 << 49)

enum { LOOK_INTERVAL = 500 /* msec */ };

static bool has_come(strata_published_config *config)
{
	return strata_published_config_moment(config) != 0 &&
		   strata_published_config_has_come(config, strata_clock_wall_msec());
}

bool strata_in_force_has_come(const strata_runtime *runtime)
{
	return has_come(runtime->coming);
}

static uint64_t coming_version(const strata_runtime *runtime)
{
	return strata_published_config_version(runtime->coming) | IS_OF_COMING;
}

static uint64_t edited_version(const strata_runtime *runtime)
{
	return strata_published_config_version(runtime->edited) | IS_OF_EDITED;
}

uint64_t strata_in_force_version(const strata_runtime *runtime)
{
	if (has_come(runtime->coming)) {
		return coming_version(runtime);
	}
	return has_come(runtime->edited) ? edited_version(runtime)
									 : strata_published_config_version(runtime->config);
}

/* An edit keeps its number when it becomes the text of the file. */
uint64_t strata_in_force_number(const strata_runtime *runtime, uint64_t version)
{
	uint64_t written = strata_published_config_version(runtime->config);

	if ((version & IS_OF_COMING) != 0) {
		return written + (version & ~IS_OF_COMING);
	}
	return (version & IS_OF_EDITED) != 0 ? written + 1 : version;
}

/* ---- texts ---- */

bool strata_in_force_read_one(const strata_published_config *config,
	bool (*is_database)(strata_view name), strata_topology *out, uint64_t *version,
	uint64_t *moved_at)
{
	char error[STRATA_TOPOLOGY_ERROR];
	size_t size;
	char *text = strata_published_config_read(config, &size, version, moved_at);
	bool is_there;

	*out = (strata_topology){ 0 };
	if (text == NULL) {
		return false;
	}
	is_there = strata_topology_parse((strata_view){ text, size }, is_database, out, error);
	free(text);
	return is_there;
}

/* When servers changed last, where this text counts from the moment on. */
static uint64_t moved_since(const strata_runtime *runtime, bool (*is_database)(strata_view name),
	const strata_topology *in_force, strata_msec moment)
{
	strata_topology before;
	uint64_t version, moved_at;

	(void) strata_in_force_read_one(runtime->config, is_database, &before, &version, &moved_at);
	if (!strata_topology_same_servers(&before, in_force)) {
		moved_at = moment * 1000;
	}
	strata_topology_fini(&before);
	return moved_at;
}

/* Is this the text of the moment, and not of another one that is being announced? */
static bool is_of_moment(strata_published_config *config, const strata_topology *topology,
	strata_msec moment)
{
	return strata_published_config_moment(config) == moment &&
		   (topology->from == 0 || topology->from / 1000 == moment);
}

static bool read_come(const strata_runtime *runtime, strata_published_config *config,
	bool (*is_database)(strata_view name), strata_topology *out, uint64_t *version,
	uint64_t *moved_at)
{
	strata_msec moment = strata_published_config_moment(config);

	if (strata_in_force_read_one(config, is_database, out, version, moved_at) &&
		is_of_moment(config, out, moment)) {
		*version |= config == runtime->coming ? IS_OF_COMING : IS_OF_EDITED;
		*moved_at = moved_since(runtime, is_database, out, moment);
		return true;
	}
	strata_topology_fini(out);
	*version = 0;
	return false;
}

bool strata_in_force_read(const strata_runtime *runtime, bool (*is_database)(strata_view name),
	strata_topology *out, uint64_t *version, uint64_t *moved_at)
{
	if (has_come(runtime->coming)) {
		return read_come(runtime, runtime->coming, is_database, out, version, moved_at);
	}
	return has_come(runtime->edited)
			   ? read_come(runtime, runtime->edited, is_database, out, version, moved_at)
			   : strata_in_force_read_one(runtime->config, is_database, out, version, moved_at);
}

/* ---- the other side ---- */

uint64_t strata_in_force_other(const strata_runtime *runtime, uint64_t followed)
{
	uint64_t in_force = strata_in_force_version(runtime);
	strata_msec moment = strata_published_config_moment(runtime->coming);

	if (followed != in_force) {
		return in_force;
	}
	if (in_force >= IS_OF_COMING) {
		return strata_published_config_version(runtime->config);
	}
	if (moment != 0 && strata_clock_wall_msec() + STRATA_SWITCH_BEFORE >= moment) {
		return coming_version(runtime);
	}
	return strata_published_config_moment(runtime->edited) != 0 ? edited_version(runtime) : 0;
}

bool strata_in_force_read_version(const strata_runtime *runtime,
	bool (*is_database)(strata_view name), uint64_t version, strata_topology *out)
{
	const strata_published_config *config = runtime->config;
	uint64_t read, moved_at;

	if ((version & IS_OF_COMING) != 0) {
		config = runtime->coming;
	} else if ((version & IS_OF_EDITED) != 0) {
		config = runtime->edited;
	}
	return strata_in_force_read_one(config, is_database, out, &read, &moved_at);
}

/* ---- while it changes ---- */

/* Is there still a request of before? One caller of the host in so long asks. */
static bool is_held_open(const strata_runtime *runtime, strata_published_config *config)
{
	if (!strata_published_config_may_close(config, LOOK_INTERVAL, strata_clock_msec()) ||
		strata_followed_by_others(runtime->followed, runtime->slots,
			strata_in_force_version(runtime))) {
		return true;
	}
	strata_published_config_close(config);
	return false;
}

static bool is_around(const strata_runtime *runtime, strata_published_config *config)
{
	strata_msec moment = strata_published_config_moment(config);
	strata_msec came_at;

	if (moment == 0) {
		return false;
	}
	if (!has_come(config)) {
		return strata_clock_wall_msec() + STRATA_SWITCH_BEFORE >= moment;
	}
	if (strata_published_config_is_closed(config)) {
		return false;
	}
	came_at = strata_published_config_came_at(config);
	return strata_clock_msec() - came_at < STRATA_SWITCH_AFTER || is_held_open(runtime, config);
}

bool strata_in_force_is_switching(const strata_runtime *runtime)
{
	return is_around(runtime, runtime->coming) || is_around(runtime, runtime->edited);
}

bool strata_in_force_is_to_be_kept(const strata_runtime *runtime)
{
	return has_come(runtime->edited) && !is_around(runtime, runtime->edited);
}
