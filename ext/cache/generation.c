#include "cache/generation.h"

#include <stdio.h>

#include "os/clock.h"

enum { REFRESH_INTERVAL = 1000 /* ms */ };

static uint64_t known(const strata_database *database)
{
	return database->generation == NULL ? database->own_generation
										: strata_generation_value(database->generation);
}

static uint64_t raise(strata_database *database, uint64_t heard)
{
	if (database->generation != NULL) {
		return strata_generation_raise(database->generation, heard);
	}
	if (heard > database->own_generation) {
		database->own_generation = heard;
	}
	return database->own_generation;
}

static bool may_this_thread_refresh(strata_database *database, strata_msec now)
{
	if (database->own_refresh != 0 && now - database->own_refresh < REFRESH_INTERVAL) {
		return false;
	}
	database->own_refresh = now;
	return true;
}

/*
 * Until the first answer no thread can do without one, so every thread may ask for itself. That
 * counts as the host's question too.
 */
static bool may_refresh(strata_database *database, strata_msec now)
{
	bool is_hosts = database->generation != NULL &&
					strata_generation_may_refresh(database->generation, now, REFRESH_INTERVAL);

	if (database->generation == NULL || known(database) == 0) {
		return may_this_thread_refresh(database, now);
	}
	return is_hosts;
}

static uint64_t microseconds_since_1970(void)
{
	return strata_clock_wall_msec() * 1000;
}

/* Kept for the calls before the deepest tier is asked again: they fail for the same reason. */
static void note_failure(strata_database *database, const strata_call *call,
	const strata_generation_copies *copies, strata_result failure)
{
	database->generation_error = failure;
	snprintf(database->generation_error_text, sizeof(database->generation_error_text), "%s",
		call->error);
	snprintf(database->generation_error_node, sizeof(database->generation_error_node), "%s",
		copies->failed_node != NULL ? copies->failed_node : "");
}

/*
 * Asks the copies. The greatest of what they hold and of what this host knew is the truth; copies
 * that hold less (a node that was away, or evicted it) are brought up to it. Where no copy holds
 * any and this host knew none, the database is new, and its first generation is now.
 */
static void refresh(strata_database *database, strata_call *call)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_generation_copies copies;
	strata_result result = deepest->ops->read_generation(deepest, call, &copies);
	uint64_t truth;

	if (result != STRATA_OK) {
		note_failure(database, call, &copies, result);
		return;
	}
	truth = raise(database, copies.greatest);
	if (truth == 0) {
		truth = raise(database, microseconds_since_1970());
	}
	if (copies.lowest < truth) {
		/* A copy that cannot be written now is found low again at the next refresh. */
		strata_result repaired = deepest->ops->raise_generation(deepest, call, truth);

		(void) repaired;
	}
}

strata_result strata_cache_prepare(strata_database *database, strata_call *call)
{
	bool is_shared = strata_database_is_shared(database);

	if (is_shared && may_refresh(database, call->now)) {
		refresh(database, call);
	}
	call->generation = known(database);
	if (!is_shared || call->generation != 0) {
		return STRATA_OK;
	}
	if (database->generation_error == STRATA_OK) {
		return STRATA_NO_GENERATION;
	}
	snprintf(call->error, sizeof(call->error), "%s", database->generation_error_text);
	return database->generation_error;
}

bool strata_cache_is_prepared(const strata_database *database, uint64_t *generation)
{
	*generation = known(database);
	if (!strata_database_is_shared(database)) {
		return true;
	}
	return *generation != 0 && database->generation != NULL &&
		   !strata_generation_is_due(database->generation, strata_clock_msec(), REFRESH_INTERVAL);
}

void strata_cache_complete_unprepared(strata_database *database, strata_item *const *items,
	size_t count, strata_result prepared)
{
	for (size_t i = 0; i < count; i++) {
		items[i]->result = prepared;
		items[i]->tier = strata_database_deepest(database)->ops->kind;
		items[i]->node =
			database->generation_error_node[0] != '\0' ? database->generation_error_node : NULL;
	}
}

strata_result strata_cache_clear(strata_database *database, strata_call *call)
{
	strata_tier *deepest = strata_database_deepest(database);
	uint64_t now = microseconds_since_1970();
	uint64_t next;

	if (deepest == NULL) {
		return STRATA_UNCONFIGURED;
	}
	call->is_urgent = true;
	if (strata_database_is_shared(database)) {
		refresh(database, call);
	}
	next = known(database) + 1;
	next = raise(database, next > now ? next : now);
	if (!strata_database_is_shared(database)) {
		return STRATA_OK;
	}
	return deepest->ops->raise_generation(deepest, call, next);
}
