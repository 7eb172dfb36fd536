#include "redis/cluster/redirect_budget.h"

static const strata_token_bucket_size size = { .rate = 20, .most = 200 };

enum { TENTH = STRATA_TOKEN / 10 };

void strata_redirect_budget_earn(strata_token_bucket *budget, uint64_t operations, strata_msec now)
{
	strata_token_bucket_add(budget, size, operations * TENTH, now);
}

bool strata_redirect_budget_take(strata_token_bucket *budget, strata_msec now)
{
	return strata_token_bucket_take(budget, size, now);
}
