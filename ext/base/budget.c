/*
 * In a server all waiting of a request counts, whatever it brought: the sum is what a visitor
 * feels.
 *
 * A command line has no end of a request that would fill the budget again, so time does: 150 ms
 * a second, while nothing waits. And there waiting that was answered is not charged. A program that
 * writes a million values to healthy servers waits for nearly all of its time. Its writes would be
 * refused after a moment. The budget is for waiting that brings nothing.
 */
#include "base/budget.h"

enum { REFILL = 15 /* percent of the time that passes */, MOST_PASSED = 600000000 /* usec */ };

void strata_budget_fill(strata_budget *budget)
{
	budget->waited = 0;
	budget->requests++;
}

static void refill(strata_budget *budget, strata_usec limit, strata_usec now)
{
	strata_usec passed = now - budget->refilled_at;
	strata_usec back = passed > MOST_PASSED ? limit : passed * REFILL / 100;

	/* Nothing owed, or not enough time for one microsecond: the time goes on counting. */
	if (budget->waited == 0 || back == 0) {
		budget->refilled_at = budget->waited == 0 ? now : budget->refilled_at;
		return;
	}
	budget->waited -= back < budget->waited ? back : budget->waited;
	budget->refilled_at = now;
}

strata_usec strata_budget_left(strata_budget *budget, strata_usec limit, strata_usec reserve,
	strata_usec now)
{
	strata_usec most = limit + reserve;

	if (budget->refills) {
		refill(budget, limit, now);
	}
	if (budget->waited >= most) {
		return 0;
	}
	/*
	 * Time gives back a little all the time, and to wait for as little as that would be for
	 * nothing.
	 */
	if (budget->refills && (most - budget->waited) * 10 < limit) {
		return 0;
	}
	return most - budget->waited;
}

void strata_budget_charge(strata_budget *budget, strata_usec waited, strata_wait_end end,
	strata_usec now)
{
	budget->refilled_at += now - budget->refilled_at < waited ? now - budget->refilled_at : waited;
	if (!budget->refills || end == STRATA_WAIT_UNANSWERED) {
		budget->waited += waited;
	}
}
