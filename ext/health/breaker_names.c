/* The words of states and causes. */
#include "health/breaker.h"

static const char *const state_names[] = {
	[STRATA_STATE_CLOSED] = "closed",
	[STRATA_STATE_OPEN] = "open",
	[STRATA_STATE_PROBING] = "probing",
	[STRATA_STATE_RAMP] = "ramp",
	[STRATA_STATE_FORCED_OPEN] = "forced_open",
	[STRATA_STATE_FORCED_CLOSED] = "forced_closed",
	[STRATA_STATE_DRAINING] = "draining",
};

typedef struct {
	const char *name;
	const char *text;
} cause_words;

static const cause_words causes[] = {
	[STRATA_BREAKER_HEALTHY] = { "healthy", "it is only just coming back" },
	[STRATA_BREAKER_REFUSING] = { "refusing", "it refuses connections" },
	[STRATA_BREAKER_SILENT] = { "silent", "it does not answer" },
	[STRATA_BREAKER_FAILING] = { "failing", "half of what it is asked fails" },
	[STRATA_BREAKER_DESYNCED] = { "desynced", "it sent replies to other questions" },
	[STRATA_BREAKER_SLOW] = { "slow", "nearly all of its answers are slow" },
	[STRATA_BREAKER_NOT_READY] = { "not_ready", "it said that it was not ready" },
	[STRATA_BREAKER_LOCKED] = { "locked", "it did not accept the credentials" },
	[STRATA_BREAKER_OPERATOR] = { "operator", "an operator took it out" },
};

const char *strata_breaker_state_name(strata_breaker_state state)
{
	return state_names[state];
}

const char *strata_breaker_cause_name(strata_breaker_cause cause)
{
	return causes[cause].name;
}

const char *strata_breaker_cause_text(strata_breaker_cause cause)
{
	return causes[cause].text;
}
