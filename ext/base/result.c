#include "base/result.h"

#include <assert.h>

typedef struct {
	const char *name;
	const char *text;
	strata_result_class class;
} row;

static const row rows[STRATA_RESULT_COUNT] = {
#define X(constant, name, class, text) { name, text, STRATA_##class },
	STRATA_RESULT_MAP(X)
#undef X
};

const char *strata_result_text(strata_result result)
{
	assert((unsigned) result < STRATA_RESULT_COUNT);
	return rows[result].text;
}

const char *strata_result_name(strata_result result)
{
	assert((unsigned) result < STRATA_RESULT_COUNT);
	return rows[result].name;
}

strata_result_class strata_result_class_of(strata_result result)
{
	assert((unsigned) result < STRATA_RESULT_COUNT);
	return rows[result].class;
}

bool strata_result_is_misconfiguration(strata_result result)
{
	return result == STRATA_UNSUPPORTED || result == STRATA_AUTH || result == STRATA_TLS;
}

bool strata_result_is_unasked(strata_result result)
{
	return result == STRATA_NO_GENERATION || result == STRATA_BREAKER_OPEN ||
		   result == STRATA_BULKHEAD || result == STRATA_SHED || result == STRATA_CONNECT_RATE ||
		   result == STRATA_BUDGET;
}
