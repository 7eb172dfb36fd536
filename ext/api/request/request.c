#include "api/request/request.h"

#include <inttypes.h>
#include <syslog.h>

#include "api/ending/ending.h"
#include "api/request/databases.h"
#include "api/request/lent_arena.h"
#include "api/request/switch.h"
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
	strata_mirror_turns_fini(&globals->turns);
	strata_api_forget_topology(globals);
	strata_lent_arena_free_all(globals);
	memset(globals, 0, sizeof(*globals));
}

/* ---- databases that move ---- */

enum {
	AFTER_RESPONSE = 100000, /* usec: one turn, of which no visitor knows */
	BEFORE_RESPONSE = 10000,
	BEFORE_END = 2000000, /* of a command line that is a host of its own */
	LAST_TURNS = 20       /* of a command, before it ends */
};

static bool wants_turn(void)
{
	return !strata_is_command_line && strata_ending_can_finish() &&
		   strata_mirror_turns_is_wanted(&STRATA_G(turns));
}

static void take_turn(void)
{
	strata_mirror_turns_take(&STRATA_G(turns), STRATA_TURN_ALL, AFTER_RESPONSE);
}

void strata_api_start_turns(void)
{
	static const strata_ending_work work = { wants_turn, take_turn };

	strata_ending_add(&work);
}

void strata_api_note_turn(strata_database *database, const strata_read_sample *sample)
{
	strata_mirror_turns *turns = &STRATA_G(turns);

	strata_mirror_turns_note(turns, database, sample);
	if (database->mirror->is_at_once) {
		strata_mirror_turns_take_at_once(turns, database);
	}
	if (!strata_is_command_line) {
		(void) (strata_mirror_turns_is_wanted(turns) && strata_ending_enter());
	} else if (strata_mirror_turns_is_time(turns)) {
		take_turn();
	}
}

void strata_api_take_turns(void)
{
	for (int i = 0; i < LAST_TURNS && strata_mirror_turns_is_wanted(&STRATA_G(turns)); i++) {
		take_turn();
	}
}

/* It leaves no memory to another process. What is lost has no other place to be told in. */
static void finish_turns(void)
{
	uint64_t lost = strata_mirror_turns_finish(&STRATA_G(turns), BEFORE_END);
	char *line;

	if (lost > 0) {
		spprintf(&line, 0,
			"strata: %" PRIu64
			" changes were not brought over to the servers that follow: renew what "
			"they hold before they lead",
			lost);
		php_log_err_with_severity(line, LOG_WARNING);
		efree(line);
	}
}

/* Where the visitor still waits nothing is compared, and changes get little time. */
void strata_api_take_last_turn(void)
{
	if (strata_is_command_line) {
		strata_api_take_turns();
		if (strata_mirror_turns_any(&STRATA_G(turns)) &&
			strata_process_slots_is_alone(strata_process_runtime.slots)) {
			finish_turns();
		}
	} else if (strata_mirror_turns_is_wanted(&STRATA_G(turns)) && !strata_ending_can_finish()) {
		strata_mirror_turns_take(&STRATA_G(turns), STRATA_TURN_CHANGES, BEFORE_RESPONSE);
	}
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
	strata_api_retry_to_lead();
	strata_api_note_followed();
	STRATA_G(is_in_request) = true;
}

void strata_api_end_request(void)
{
	STRATA_G(is_in_request) = false;
	strata_api_end_followed();
}
