/*
 * As with generations (see visit.c) the numbers of the two places are kept in step. A value that is
 * copied lifts those of its tags to what it bears. So a host that brings an invalidation over
 * later finds the new number there, and does not outdate what was stored since.
 *
 * While hosts go over to the other place, a tag may be raised by one that has gone, and not yet be
 * brought here. A value of before would get the new number as it is copied, and never be outdated.
 * So a number that is greater there is taken over first, and outdates the value here as well.
 */
#include "cache/mirror/numbers.h"

static strata_tag_question *find(const strata_mirror_numbers *numbers, uint64_t id)
{
	for (size_t i = 0; i < numbers->count; i++) {
		if (numbers->questions[i].id == id) {
			return &numbers->questions[i];
		}
	}
	return NULL;
}

static void add(strata_mirror_numbers *numbers, const strata_tag *tag)
{
	strata_tag_question *question = find(numbers, tag->id);

	if (question == NULL) {
		question = &numbers->questions[numbers->count++];
		*question = (strata_tag_question){ .id = tag->id, .result = STRATA_BUDGET };
	}
	if (tag->number > question->least) {
		question->least = tag->number;
		question->next = tag->number;
	}
}

bool strata_mirror_numbers_list(strata_mirror_numbers *numbers, strata_arena *arena,
	strata_mirror_pair *const *pairs, size_t count)
{
	size_t most = 0;

	for (size_t i = 0; i < count; i++) {
		most += pairs[i]->answering.tag_count;
	}
	*numbers = (strata_mirror_numbers){ .questions = NULL };
	if (most == 0) {
		return true;
	}
	numbers->questions = strata_arena_alloc(arena, most * sizeof(*numbers->questions));
	if (numbers->questions == NULL) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		for (uint16_t j = 0; j < pairs[i]->answering.tag_count; j++) {
			add(numbers, &pairs[i]->answering.tags[j]);
		}
	}
	return true;
}

static void ask(const strata_mirror_numbers *numbers, strata_mirror_visit *visit,
	strata_mirror_place *place)
{
	strata_tier *keeper = strata_database_keeper(place->database);
	strata_tag_question **list =
		strata_arena_alloc(visit->arena, (numbers->count + 1) * sizeof(*list));

	for (size_t i = 0; i < numbers->count; i++) {
		numbers->questions[i].number = 0;
		numbers->questions[i].result = STRATA_BUDGET;
		if (list != NULL) {
			list[i] = &numbers->questions[i];
		}
	}
	if (numbers->count > 0 && list != NULL && keeper->ops->read_tags != NULL &&
		strata_mirror_visit_may_ask(visit, place)) {
		keeper->ops->read_tags(keeper, &place->call, list, numbers->count);
	}
}

void strata_mirror_numbers_read(const strata_mirror_numbers *numbers, strata_mirror_visit *visit)
{
	for (size_t i = 0; i < numbers->count; i++) {
		numbers->questions[i].least = 0;
		numbers->questions[i].next = 0;
	}
	ask(numbers, visit, &visit->answering);
}

void strata_mirror_numbers_lift(const strata_mirror_numbers *numbers, strata_mirror_visit *visit)
{
	ask(numbers, visit, &visit->following);
}

void strata_mirror_numbers_return(const strata_mirror_numbers *numbers, strata_mirror_visit *visit)
{
	strata_mirror_numbers raised = { .questions = strata_arena_alloc(visit->arena,
										 (numbers->count + 1) * sizeof(*raised.questions)) };

	for (size_t i = 0; raised.questions != NULL && i < numbers->count; i++) {
		const strata_tag_question *there = &numbers->questions[i];

		if (there->result == STRATA_OK && there->number > there->least) {
			raised.questions[raised.count++] = (strata_tag_question){ .id = there->id,
				.least = there->number,
				.next = there->number };
		}
	}
	ask(&raised, visit, &visit->answering);
}

strata_result strata_mirror_numbers_find(const strata_mirror_numbers *numbers, uint64_t id,
	uint64_t *number)
{
	const strata_tag_question *question = find(numbers, id);

	*number = question != NULL && question->result == STRATA_OK ? question->number : 0;
	if (question == NULL) {
		return STRATA_BUDGET;
	}
	return question->result == STRATA_OK && question->number == 0 ? STRATA_MISS : question->result;
}
