#include "tier/generation_copies.h"

void strata_generation_copies_init(strata_generation_copies *copies)
{
	*copies = (strata_generation_copies){ .failure = STRATA_OK };
}

/* What is there but is no generation is worth as much as nothing: it will be written over. */
uint64_t strata_generation_copies_held(strata_result result, const strata_value *value)
{
	bool is_number = result == STRATA_OK && value->codec == STRATA_CODEC_INTEGER;
	uint64_t number = is_number && value->integer > 0 ? (uint64_t) value->integer : 0;

	return number <= STRATA_GENERATION_LIMIT ? number : 0;
}

void strata_generation_copies_note(strata_generation_copies *copies, const strata_item *copy)
{
	copies->count++;
	if (strata_result_class_of(copy->result) != STRATA_ANSWER) {
		copies->failure = copy->result;
		copies->failed_node = copy->node;
		return;
	}
	copies->numbers[copies->readable++] = strata_generation_copies_held(copy->result, &copy->value);
}

void strata_generation_copies_sum_up(strata_generation_copies *copies, uint64_t limit)
{
	copies->greatest = 0;
	copies->lowest = copies->readable > 0 ? UINT64_MAX : 0;
	copies->is_any_ahead = false;
	for (uint32_t i = 0; i < copies->readable; i++) {
		bool is_ahead = copies->numbers[i] > limit;
		uint64_t number = is_ahead ? 0 : copies->numbers[i];

		copies->is_any_ahead |= is_ahead;
		copies->greatest = number > copies->greatest ? number : copies->greatest;
		copies->lowest = number < copies->lowest ? number : copies->lowest;
	}
}

uint64_t strata_generation_copies_limit(const strata_generation_copies *copies)
{
	return copies->clock == 0 ? STRATA_GENERATION_LIMIT : copies->clock + STRATA_GENERATION_AHEAD;
}

strata_result strata_generation_copies_verdict(const strata_generation_copies *copies)
{
	if (copies->readable > 0) {
		return STRATA_OK;
	}
	return copies->failure == STRATA_OK ? STRATA_UNCONFIGURED : copies->failure;
}

strata_result strata_generation_copies_raised(const strata_generation_copies *copies,
	uint64_t least)
{
	if (copies->failure != STRATA_OK || copies->count == 0) {
		return copies->failure != STRATA_OK ? copies->failure : STRATA_UNCONFIGURED;
	}
	return copies->lowest >= least ? STRATA_OK : STRATA_BUSY;
}
