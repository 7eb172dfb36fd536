#include "tier/generation_check.h"

strata_generation_check strata_generation_check_of(strata_check_scope scope)
{
	strata_generation_check check = { .scope = scope };

	strata_generation_copies_init(&check.copies);
	return check;
}

strata_generation_check *strata_generation_check_take(strata_call *call)
{
	strata_generation_check *check = call->check;

	call->check = NULL;
	return check;
}

size_t strata_generation_check_reads(const strata_generation_check *check, size_t copies)
{
	if (check == NULL) {
		return 0;
	}
	return check->scope == STRATA_CHECK_ONE_COPY && copies > 1 ? 1 : copies;
}
