#include "node/deadline.h"

#include "os/clock.h"

bool strata_deadline_begin(strata_deadline *deadline, strata_call *call,
	const strata_client_options *options)
{
	strata_usec now = strata_clock_usec();
	strata_usec most = options->operation_timeout;
	strata_usec left = most;

	if (call->budget != NULL && options->request_budget != 0) {
		left = strata_budget_left(call->budget, options->request_budget,
			call->is_urgent ? STRATA_BUDGET_RESERVE : 0, now);
	}
	*deadline = (strata_deadline){ now, now + (left < most ? left : most) };
	if (left == 0) {
		strata_call_explain(call, "%s", strata_result_text(STRATA_BUDGET));
	}
	return left != 0;
}

void strata_deadline_end(const strata_deadline *deadline, strata_call *call, strata_wait_end end,
	strata_usec now)
{
	/* Time past the deadline is delay of the scheduler, and not charged. */
	strata_usec until = now < deadline->ends_at ? now : deadline->ends_at;

	if (call->budget != NULL) {
		strata_budget_charge(call->budget, until - deadline->began, end, now);
	}
}
