/*
 * The numbers of clear() of the two places are kept in step: the one that follows is raised to that
 * of the other, not to any newer number. So it does not matter which host does it first, nor how
 * many do. What was copied after the clear() lies under the number that a late host finds there
 * already, and is not lost.
 */
#include "cache/mirror/visit.h"

#include "cache/batch.h"
#include "cache/confirm.h"
#include "cache/generation.h"
#include "os/clock.h"

static strata_mirror_place place_of(strata_database *database, strata_arena *arena)
{
	return (strata_mirror_place){
		.database = database,
		.call = { .arena = arena,
			.now = strata_clock_msec(),
			.wants_ends = true,
			.wants_newest = true },
	};
}

void strata_mirror_visit_begin(strata_mirror_visit *visit, strata_database *database,
	strata_arena *arena, strata_usec may_wait)
{
	*visit = (strata_mirror_visit){
		.mirror = database->mirror,
		.answering = place_of(database, arena),
		.following = place_of(database->mirror->other, arena),
		.arena = arena,
		.ends_at = strata_clock_usec() + may_wait,
		.each = may_wait,
	};
}

bool strata_mirror_visit_may_ask(strata_mirror_visit *visit, strata_mirror_place *place)
{
	strata_usec most = place->database->settings.operation_timeout;
	strata_usec now = strata_clock_usec();
	strata_usec room = place == &visit->answering || visit->each > most ? most : visit->each;

	place->call.waited = most - room;
	place->call.is_urgent = false;
	return now < visit->ends_at;
}

/* ---- generations ---- */

static strata_generation *record_of(strata_database *database)
{
	return database->generation != NULL ? database->generation : &database->own_generation;
}

/* What the copies hold then may be more: another host was there. */
strata_result strata_mirror_visit_lift(strata_mirror_visit *visit, uint64_t least)
{
	const strata_generation_order order = { .least = least,
		.next = least,
		.limit = STRATA_GENERATION_LIMIT };
	strata_mirror_place *place = &visit->following;
	strata_tier *keeper = strata_database_keeper(place->database);
	strata_generation_copies copies;
	strata_result result;

	if (!strata_mirror_visit_may_ask(visit, place)) {
		return STRATA_BUDGET;
	}
	result = keeper->ops->raise_generation(keeper, &place->call, &order, &copies);
	if (result == STRATA_OK && copies.greatest >= least) {
		strata_generation_hear(record_of(place->database), place->call.now);
		(void) strata_generation_raise(record_of(place->database), copies.greatest);
	}
	return result == STRATA_OK ? strata_cache_take_number(place->database, &place->call) : result;
}

static bool has_numbers(const strata_database *database)
{
	return database->keyspace.naming == STRATA_NAMES_OF_GENERATION;
}

/*
 * The place that a shadow took over from has to stay warm, for the way back: a number that only the
 * shadow has, since it was begun anew, is none of its business. It hears of each clear() by name.
 */
bool strata_mirror_visit_lags(const strata_mirror_visit *visit)
{
	const strata_mirror_place *answering = &visit->answering, *following = &visit->following;

	return visit->mirror->mode != STRATA_SHADOW_MODE_LEAD && has_numbers(answering->database) &&
		   has_numbers(following->database) &&
		   following->call.generation < answering->call.generation;
}

strata_result strata_mirror_visit_prepare(strata_mirror_visit *visit)
{
	strata_mirror_place *answering = &visit->answering, *following = &visit->following;
	strata_result result;

	if (!strata_mirror_visit_may_ask(visit, answering)) {
		return STRATA_BUDGET;
	}
	result = strata_cache_prepare(answering->database, &answering->call);
	if (result != STRATA_OK || !strata_mirror_visit_may_ask(visit, following)) {
		return result == STRATA_OK ? STRATA_BUDGET : result;
	}
	result = strata_cache_prepare(following->database, &following->call);
	if (result == STRATA_OK && strata_mirror_visit_lags(visit)) {
		result = strata_mirror_visit_lift(visit, answering->call.generation);
	}
	return result;
}

/* ---- values ---- */

void strata_mirror_visit_get(strata_mirror_visit *visit, strata_mirror_place *place,
	strata_item *const *items, size_t count)
{
	strata_tier *deepest = strata_database_deepest(place->database);
	strata_confirmation confirmation;

	for (size_t i = 0; i < count; i++) {
		*items[i] = (strata_item){ .key = items[i]->key, .value.codec = STRATA_CODEC_NULL };
	}
	if (count == 0) {
		return;
	}
	if (deepest == NULL || deepest->ops->kind == STRATA_TIER_LOCAL) {
		/* A policy keeps these keys on this host, so that no other place has them. */
		strata_batch_complete(items, count, STRATA_MISS, STRATA_TIER_LOCAL);
		return;
	}
	if (!strata_mirror_visit_may_ask(visit, place)) {
		strata_batch_complete(items, count, STRATA_BUDGET, deepest->ops->kind);
		return;
	}
	strata_confirm_begin(&confirmation, place->database, &place->call);
	do {
		deepest->ops->get(deepest, &place->call, items, count);
	} while (strata_confirm_again(&confirmation, items, count));
}
