#include "api/request/call.h"

#include "SAPI.h"
#include "Zend/zend_exceptions.h"

#include "api/request/databases.h"
#include "api/request/exceptions.h"
#include "api/request/lent_arena.h"
#include "api/request/topology.h"
#include "node/node.h"
#include "os/clock.h"

strata_return_mode strata_api_return_mode_of(const strata_database *database)
{
	switch (database->settings.zero_copy) {
		case STRATA_ZERO_COPY_ON: return STRATA_RETURN_PIN;
		case STRATA_ZERO_COPY_OFF: return STRATA_RETURN_COPY;
	}
	return strata_requests_end ? STRATA_RETURN_PIN : STRATA_RETURN_MEMO;
}

/*
 * Runtimes that serve many requests in one of PHP's tell of a new one by its time, if by anything.
 * 0 says that no code has asked for the time yet.
 */
static strata_budget *budget_of_request(void)
{
	strata_budget *budget = &STRATA_G(budget);

	budget->refills = !strata_requests_end;
	if (STRATA_G(seen_time) != SG(global_request_time)) {
		STRATA_G(seen_time) = SG(global_request_time);
		if (budget->refills) {
			strata_budget_fill(budget);
		}
	}
	return budget;
}

bool strata_api_begin(strata_api_call *call, uint32_t database)
{
	strata_api_follow_topology();
	if (EG(exception)) {
		return false;
	}
	call->database = strata_api_database(database);
	if (call->database == NULL) {
		return false;
	}
	call->index = database;
	strata_nodes_look_at_probes();
	call->lent = strata_lent_arena_lend();
	if (call->lent == NULL) {
		zend_throw_exception(strata_capacity_exception, "out of memory", 0);
		return false;
	}
	call->return_mode = strata_api_return_mode_of(call->database);
	call->call.arena = call->lent->arena;
	call->call.now = strata_clock_msec();
	call->call.generation = 0;
	call->call.budget = budget_of_request();
	call->call.is_urgent = false;
	call->call.waited = 0;
	call->call.later_steps = 0;
	call->call.error[0] = '\0';
	return true;
}

void strata_api_end(strata_api_call *call)
{
	strata_lent_arena_return(call->lent);
	call->lent = NULL;
}
