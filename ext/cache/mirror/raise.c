/*
 * A number of the place that follows becomes that of the other one. Where it is that already, some
 * host was here before, or a value that was stored since has lifted it. Where it is greater it is
 * of an earlier time, as when the places were exchanged or the generation was raised by hand. So it
 * says nothing about this clear(), and gets a new number.
 */
#include "cache/mirror/raise.h"

#include "cache/generation.h"
#include "cache/tags.h"

/* ---- tags ---- */

static strata_result read_number(strata_mirror_visit *visit, strata_mirror_place *place,
	strata_tag_question *question)
{
	strata_tier *keeper = strata_database_keeper(place->database);
	strata_tag_question *const one[] = { question };

	if (keeper->ops->read_tags == NULL) {
		return STRATA_UNSUPPORTED;
	}
	if (!strata_mirror_visit_may_ask(visit, place)) {
		return STRATA_BUDGET;
	}
	keeper->ops->read_tags(keeper, &place->call, one, 1);
	return strata_result_class_of(question->result) == STRATA_ANSWER ? STRATA_OK : question->result;
}

static strata_result raise_anew(strata_mirror_visit *visit, uint64_t id)
{
	if (!strata_mirror_visit_may_ask(visit, &visit->following)) {
		return STRATA_BUDGET;
	}
	return strata_tags_invalidate(visit->following.database, &visit->following.call, &id, 1);
}

strata_result strata_mirror_raise_tag(strata_mirror_visit *visit, uint64_t id)
{
	strata_tag_question here = { .id = id }, there = { .id = id };
	strata_result result = read_number(visit, &visit->answering, &here);

	if (result != STRATA_OK) {
		return result;
	}
	there.least = here.number;
	there.next = here.number;
	result = read_number(visit, &visit->following, &there);
	if (result != STRATA_OK || (here.number != 0 && there.number == here.number)) {
		return result;
	}
	return raise_anew(visit, id);
}

/* ---- clear() ---- */

static strata_result read_generation(strata_mirror_visit *visit, strata_mirror_place *place,
	uint64_t *number)
{
	strata_tier *keeper = strata_database_keeper(place->database);
	strata_generation_copies copies;
	strata_result result;

	*number = 0;
	if (!strata_mirror_visit_may_ask(visit, place)) {
		return STRATA_BUDGET;
	}
	result = keeper->ops->read_generation(keeper, &place->call, STRATA_GENERATION_ALONE, &copies);
	if (result == STRATA_OK) {
		strata_generation_copies_sum_up(&copies, STRATA_GENERATION_LIMIT);
		*number = copies.greatest;
	}
	return result;
}

strata_result strata_mirror_raise_generation(strata_mirror_visit *visit)
{
	uint64_t here, there;
	strata_result result = read_generation(visit, &visit->answering, &here);

	/* What this host did may not be at every copy. */
	here = here > visit->answering.call.generation ? here : visit->answering.call.generation;
	if (result == STRATA_OK) {
		result = read_generation(visit, &visit->following, &there);
	}
	if (result != STRATA_OK || here == there) {
		return result;
	}
	if (there < here) {
		return strata_mirror_visit_lift(visit, here);
	}
	return strata_mirror_visit_may_ask(visit, &visit->following)
			   ? strata_cache_clear(visit->following.database, &visit->following.call)
			   : STRATA_BUDGET;
}
