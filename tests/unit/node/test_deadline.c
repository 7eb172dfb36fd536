/* How the time of a call is shared out among its steps. */
#include "node/terms/deadline.h"

#include "os/clock.h"

#include "unit.h"

enum { TIMEOUT = 100000 };

static const strata_client_options options = { .operation_timeout = TIMEOUT,
	.request_budget = 150000 };
static strata_deadline deadline;

static strata_usec granted(strata_call *call)
{
	CHECK(strata_deadline_begin(&deadline, call, &options) == STRATA_OK);
	return deadline.ends_at - deadline.began;
}

/* So long after it began. */
static void end_after(strata_call *call, strata_usec waited)
{
	strata_deadline_end(&deadline, call, STRATA_WAIT_ANSWERED, deadline.began + waited);
}

static void a_single_step_has_all_of_the_time(void)
{
	strata_call call = { .later_steps = 0 };

	CHECK(granted(&call) == TIMEOUT);
}

static void steps_share_and_what_one_leaves_goes_to_the_next(void)
{
	strata_call call = { .later_steps = 2 };

	CHECK(granted(&call) == TIMEOUT / 3);
	end_after(&call, 1000);
	call.later_steps = 1;
	CHECK(granted(&call) == (TIMEOUT - 1000) / 2);
	end_after(&call, 40000);
	call.later_steps = 0;
	CHECK(granted(&call) == TIMEOUT - 41000);
}

static void all_steps_together_have_no_more_than_the_call(void)
{
	strata_call call = { .later_steps = 0 };

	(void) granted(&call);
	/* Beyond the deadline it was the scheduler. */
	end_after(&call, 3 * TIMEOUT);
	CHECK(call.waited == TIMEOUT);
	CHECK(strata_deadline_begin(&deadline, &call, &options) == STRATA_TIMEOUT);
	CHECK(deadline.ends_at == deadline.began);
	CHECK(strstr(call.error, "operation_timeout") != NULL);
	strata_call_explain(&call, "redis a:1: no answer");
	CHECK(strata_deadline_begin(&deadline, &call, &options) == STRATA_TIMEOUT);
	CHECK(strcmp(call.error, "redis a:1: no answer") == 0);
}

static void the_budget_of_the_request_counts_where_it_is_less(void)
{
	strata_budget budget = { .waited = 140000 };
	strata_call call = { .budget = &budget };

	CHECK(granted(&call) == 10000);
	end_after(&call, 10000);
	CHECK(budget.waited == 150000 && call.waited == 10000);
	CHECK(strata_deadline_begin(&deadline, &call, &options) == STRATA_BUDGET);
	CHECK(strstr(call.error, strata_result_text(STRATA_BUDGET)) != NULL);
	/* What takes something back has a reserve, within the time of the call. */
	call.is_urgent = true;
	CHECK(granted(&call) == 50000);
	call.waited = TIMEOUT - 7;
	CHECK(granted(&call) == 7);
}

int main(void)
{
	RUN(a_single_step_has_all_of_the_time);
	RUN(steps_share_and_what_one_leaves_goes_to_the_next);
	RUN(all_steps_together_have_no_more_than_the_call);
	RUN(the_budget_of_the_request_counts_where_it_is_less);
	return unit_end();
}
