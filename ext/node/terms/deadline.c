#include "node/terms/deadline.h"

#include "os/clock.h"

/* Of what the call may wait in all, which later steps have a share in. */
static strata_usec left_of_call(const strata_call *call, strata_usec most)
{
	return call->waited < most ? (most - call->waited) / (call->later_steps + 1) : 0;
}

/* What took the time is told already. */
static strata_result refuse_late(strata_call *call)
{
	if (call->error[0] == '\0') {
		strata_call_explain(call, "the call has waited for operation_timeout");
	}
	return STRATA_TIMEOUT;
}

strata_result strata_deadline_begin(strata_deadline *deadline, strata_call *call,
	const strata_client_options *options)
{
	strata_usec now = strata_clock_usec();
	strata_usec most = left_of_call(call, options->operation_timeout);
	strata_usec left = most;

	if (call->budget != NULL && options->request_budget != 0) {
		left = strata_budget_left(call->budget, options->request_budget,
			call->is_urgent ? STRATA_BUDGET_RESERVE : 0, now);
		if (left == 0) {
			strata_call_explain(call, "%s", strata_result_text(STRATA_BUDGET));
		}
	}
	*deadline = (strata_deadline){ now, now + (left < most ? left : most) };
	if (most == 0) {
		return refuse_late(call);
	}
	return left == 0 ? STRATA_BUDGET : STRATA_OK;
}

void strata_deadline_end(const strata_deadline *deadline, strata_call *call, strata_wait_end end,
	strata_usec now)
{
	/* Time past the deadline is delay of the scheduler, and not charged. */
	strata_usec until = now < deadline->ends_at ? now : deadline->ends_at;

	call->waited += until - deadline->began;
	if (call->budget != NULL) {
		strata_budget_charge(call->budget, until - deadline->began, end, now);
	}
}

strata_usec strata_opening_deadline_of(const strata_opening_deadline *opening, strata_usec exchange)
{
	return exchange < opening->ends_at ? exchange : opening->ends_at;
}

void strata_opening_deadline_share(strata_opening_deadline *opening, uint32_t tried, uint32_t left,
	strata_usec exchange, strata_usec now)
{
	strata_usec end = strata_opening_deadline_of(opening, exchange);
	strata_usec time = now < end ? end - now : 0;

	opening->tried = tried;
	opening->address = left == 0 ? end : now + time / (left == 1 ? 2 : 3);
}
