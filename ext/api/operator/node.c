/* What operators and long-running programs say: strata_node() and strata_request_boundary(). */
#include "api/operator/node.h"

#include "api/lock/held.h"
#include "api/operator/allowed.h"
#include "api/remember/after_response.h"
#include "api/request/databases.h"
#include "api/request/globals.h"
#include "api/request/request.h"
#include "api/request/topology.h"
#include "api/transaction/unfinished.h"
#include "os/clock.h"
#include "health/breaker.h"
#include "node/node.h"

static const zend_long longest = 30 * 24 * 60 * 60; /* seconds */

static bool read_action(const char *action, strata_breaker_state *state)
{
	static const struct {
		const char *word;
		strata_breaker_state state;
	} actions[] = {
		{ "disable", STRATA_STATE_FORCED_OPEN },
		{ "enable", STRATA_STATE_FORCED_CLOSED },
		{ "drain", STRATA_STATE_DRAINING },
		{ "auto", STRATA_STATE_CLOSED },
	};

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(action, actions[i].word) == 0) {
			*state = actions[i].state;
			return true;
		}
	}
	return false;
}

/* Of all databases that ask it, under whatever login. False when none has yet. */
static bool force(const char *node, strata_breaker_state state, strata_msec until, strata_msec now)
{
	strata_breaker breaker;
	uint32_t count = 0;
	bool is_forced = false;

	while (strata_breaker_find(strata_process_runtime.breaker_table, node, count, &breaker)) {
		is_forced |= strata_breaker_force(&breaker, state, until, now);
		count++;
	}
	return is_forced;
}

bool strata_operator_order(const char *node, const char *action, uint32_t seconds)
{
	strata_msec now = strata_msec_of(strata_clock_usec());
	strata_breaker_state state;

	if (!read_action(action, &state) ||
		!force(node, state, seconds == 0 ? 0 : now + (strata_msec) seconds * 1000, now)) {
		return false;
	}
	strata_anomalies_add(strata_process_runtime.anomalies, node, "operator", action);
	return true;
}

ZEND_FUNCTION(strata_node)
{
	zend_string *node, *action;
	zend_long ttl = 0;
	strata_breaker_state state;

	ZEND_PARSE_PARAMETERS_START(2, 3)
	Z_PARAM_PATH_STR(node)
	Z_PARAM_PATH_STR(action)
	Z_PARAM_OPTIONAL
	Z_PARAM_LONG(ttl)
	ZEND_PARSE_PARAMETERS_END();

	if (!strata_operator_is_allowed()) {
		RETURN_FALSE;
	}
	if (!read_action(ZSTR_VAL(action), &state)) {
		zend_argument_value_error(2, "must be \"disable\", \"enable\", \"drain\" or \"auto\"");
		RETURN_THROWS();
	}
	if (ttl < 0 || ttl > longest) {
		zend_argument_value_error(3, "must be 0, or a number of seconds up to 30 days");
		RETURN_THROWS();
	}
	RETURN_BOOL(strata_operator_order(ZSTR_VAL(node), ZSTR_VAL(action), (uint32_t) ttl));
}

ZEND_FUNCTION(strata_request_boundary)
{
	ZEND_PARSE_PARAMETERS_NONE();

	strata_unfinished_end();
	/* Elsewhere the response is still to come, and so is the moment after it. */
	if (!strata_requests_end) {
		strata_after_response_compute();
		strata_api_take_turns();
	}
	strata_held_release_all();
	strata_budget_fill(&STRATA_G(budget));
	strata_nodes_look_at_probes();
	strata_api_look_at_user();
	strata_api_follow_topology();
}
