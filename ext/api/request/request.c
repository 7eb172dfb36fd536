#include "api/request/request.h"

#include "api/request/databases.h"
#include "api/request/lent_arena.h"
#include "api/request/topology.h"
#include "conf/ini.h"
#include "node/node.h"
#include "os/process.h"

void strata_api_reclaim(void)
{
	strata_api_flush_counts();
	strata_ini_end_request();
	strata_nodes_look_at_probes();
	strata_lent_arena_return_all();
	if (STRATA_G(open_turns) > 0) {
		strata_lease_release_mine(strata_process_runtime.leases);
		STRATA_G(open_turns) = 0;
	}
}

void strata_api_forget(zend_strata_globals *globals)
{
	strata_api_close_databases(globals);
	strata_api_forget_topology(globals);
	strata_lent_arena_free_all(globals);
	memset(globals, 0, sizeof(*globals));
}

void strata_api_begin_request(void)
{
	strata_budget_fill(&STRATA_G(budget));
	strata_nodes_look_at_probes();
	if (STRATA_G(opened_in) != strata_process_generation() && strata_api_has_databases()) {
		strata_api_forget(ZEND_MODULE_GLOBALS_BULK(strata));
	}
	strata_api_look_at_user();
	strata_api_look_at_segment();
	strata_api_follow_topology();
	STRATA_G(is_in_request) = true;
}

void strata_api_end_request(void)
{
	STRATA_G(is_in_request) = false;
}
