#include "node/patience.h"

#include "os/clock.h"

bool strata_patience_begin(strata_patience *patience, strata_call *call,
	const strata_client_options *options)
{
	strata_usec now = strata_clock_usec();
	strata_usec most = options->operation_timeout;
	strata_usec left = most;

	if (call->budget != NULL && options->request_budget != 0) {
		left = strata_budget_left(call->budget, options->request_budget, call->is_urgent, now);
	}
	*patience = (strata_patience){ now, now + (left < most ? left : most) };
	if (left == 0) {
		strata_call_explain(call, "%s", strata_result_text(STRATA_BUDGET));
	}
	return left != 0;
}

void strata_patience_end(const strata_patience *patience, strata_call *call, bool answered)
{
	strata_usec now = strata_clock_usec();
	/* Who wakes up late did not wait for the network meanwhile. */
	strata_usec end = now < patience->deadline ? now : patience->deadline;

	if (call->budget != NULL) {
		strata_budget_charge(call->budget, end - patience->began, answered, now);
	}
}
