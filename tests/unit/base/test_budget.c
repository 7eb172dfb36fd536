#include "base/budget.h"

#include "unit.h"

enum { LIMIT = 150000, START = 10000000 };

static strata_usec left(strata_budget *budget, strata_usec now)
{
	return strata_budget_left(budget, LIMIT, 0, now);
}

static void all_waiting_of_a_request_counts(void)
{
	strata_budget budget = { 0 };

	CHECK(left(&budget, START) == LIMIT);
	strata_budget_charge(&budget, 100000, STRATA_WAIT_ANSWERED, START);
	CHECK(left(&budget, START + 1) == 50000);
	strata_budget_charge(&budget, 49999, STRATA_WAIT_UNANSWERED, START);
	CHECK(left(&budget, START + 60000000) == 1);
	strata_budget_charge(&budget, 1, STRATA_WAIT_ANSWERED, START);
	CHECK(left(&budget, START) == 0);
	strata_budget_fill(&budget);
	CHECK(left(&budget, START) == LIMIT);
}

static void what_is_urgent_has_a_reserve(void)
{
	strata_budget budget = { 0 };

	strata_budget_charge(&budget, LIMIT, STRATA_WAIT_UNANSWERED, START);
	CHECK(left(&budget, START) == 0);
	CHECK(
		strata_budget_left(&budget, LIMIT, STRATA_BUDGET_RESERVE, START) == STRATA_BUDGET_RESERVE);
	strata_budget_charge(&budget, STRATA_BUDGET_RESERVE, STRATA_WAIT_UNANSWERED, START);
	CHECK(strata_budget_left(&budget, LIMIT, STRATA_BUDGET_RESERVE, START) == 0);
}

static void without_ends_of_requests_time_gives_back_and_answers_cost_nothing(void)
{
	strata_budget budget = { .refills = true };

	CHECK(left(&budget, START) == LIMIT);
	for (int i = 0; i < 1000; i++) {
		strata_budget_charge(&budget, 100000, STRATA_WAIT_ANSWERED, START);
	}
	CHECK(left(&budget, START) == LIMIT);
	strata_budget_charge(&budget, LIMIT, STRATA_WAIT_UNANSWERED, START);
	CHECK(left(&budget, START) == 0);
	CHECK(left(&budget, START + 50000) == 0);
	CHECK(left(&budget, START + 200000) == 30000);
	CHECK(left(&budget, START + 2000000) == LIMIT);
}

int main(void)
{
	RUN(all_waiting_of_a_request_counts);
	RUN(what_is_urgent_has_a_reserve);
	RUN(without_ends_of_requests_time_gives_back_and_answers_cost_nothing);
	return unit_end();
}
