#include "tier/generation_copies.h"

void strata_generation_copies_init(strata_generation_copies *copies)
{
	*copies = (strata_generation_copies){ .lowest = UINT64_MAX, .failure = STRATA_OK };
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
	uint64_t generation = strata_generation_copies_held(copy->result, &copy->value);

	if (strata_result_class_of(copy->result) != STRATA_ANSWER) {
		copies->failure = copy->result;
		copies->failed_node = copy->node;
		return;
	}
	copies->readable++;
	copies->greatest = generation > copies->greatest ? generation : copies->greatest;
	copies->lowest = generation < copies->lowest ? generation : copies->lowest;
}

strata_result strata_generation_copies_verdict(const strata_generation_copies *copies)
{
	if (copies->readable > 0) {
		return STRATA_OK;
	}
	return copies->failure == STRATA_OK ? STRATA_UNCONFIGURED : copies->failure;
}

strata_result strata_generation_copies_raised(strata_item *const *copies, size_t count)
{
	strata_result failure = STRATA_UNCONFIGURED;
	size_t raised = 0;

	for (size_t i = 0; i < count; i++) {
		raised += copies[i]->result == STRATA_OK;
		failure = copies[i]->result == STRATA_OK ? failure : copies[i]->result;
	}
	return raised * 2 > count ? STRATA_OK : failure;
}
