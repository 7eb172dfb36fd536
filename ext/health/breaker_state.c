#include "health/breaker_state.h"

enum { MOMENT_BITS = 44, CHECK_BITS = 8 };

/* Longer than any breaker waits by itself, and longer than an operator may force a state. */
static const strata_msec longest_wait = 60 * 1000 + 5000;
/* A turn to probe that began one interval ahead, by another thread's clock. */
static const strata_msec longest_probe = 2 * STRATA_BREAKER_PROBE_TIME;
static const strata_msec longest_force = 31ULL * 24 * 60 * 60 * 1000;

/* ---- the 64 bits ---- */

/* 0 for all zeroes, which is how shared memory begins. */
static uint64_t check_of(uint64_t packed)
{
	uint64_t rest = packed & ~((uint64_t) 0xFF << MOMENT_BITS);

	return rest * 0x9E3779B97F4A7C15 >> (64 - CHECK_BITS);
}

uint64_t strata_breaker_state_pack(strata_breaker_snapshot snapshot)
{
	uint64_t packed = (uint64_t) snapshot.state << 60 | (uint64_t) snapshot.cause << 56 |
					  (uint64_t) snapshot.attempt << 52 |
					  (snapshot.moment & (((uint64_t) 1 << MOMENT_BITS) - 1));

	return packed | check_of(packed) << MOMENT_BITS;
}

static bool has_right_check(uint64_t packed)
{
	return check_of(packed) == (packed >> MOMENT_BITS & 0xFF);
}

bool strata_breaker_state_is_forced(uint64_t packed)
{
	return has_right_check(packed) && packed >> 60 >= STRATA_STATE_FORCED_OPEN &&
		   packed >> 60 <= STRATA_STATE_DRAINING;
}

/* Is its moment the one at which it began? */
static bool is_since(strata_breaker_state state)
{
	return state == STRATA_STATE_CLOSED || state == STRATA_STATE_RECOVERING;
}

static bool is_possible(const strata_breaker_snapshot *snapshot, strata_msec now)
{
	switch (snapshot->state) {
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_RECOVERING: return snapshot->moment <= now + STRATA_BREAKER_AHEAD;
		case STRATA_STATE_OPEN: return snapshot->moment <= now + longest_wait;
		case STRATA_STATE_HALF_OPEN: return snapshot->moment <= now + longest_probe;
		case STRATA_STATE_FORCED_OPEN:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: return snapshot->moment <= now + longest_force;
	}
	return false;
}

strata_breaker_snapshot strata_breaker_state_unpack(uint64_t packed, strata_msec now)
{
	strata_breaker_snapshot snapshot = {
		.state = (strata_breaker_state) (packed >> 60),
		.cause = (strata_breaker_cause) (packed >> 56 & 0xF),
		.attempt = (uint32_t) (packed >> 52 & 0xF),
		.moment = packed & (((uint64_t) 1 << MOMENT_BITS) - 1),
	};

	if (!has_right_check(packed) || snapshot.cause > STRATA_BREAKER_OPERATOR ||
		!is_possible(&snapshot, now)) {
		return (strata_breaker_snapshot){ .state = STRATA_STATE_CLOSED };
	}
	if (is_since(snapshot.state) && snapshot.moment > now) {
		snapshot.moment = now;
	}
	return snapshot;
}

/* ---- words ---- */

static const char *const state_names[] = {
	[STRATA_STATE_CLOSED] = "closed",
	[STRATA_STATE_OPEN] = "open",
	[STRATA_STATE_HALF_OPEN] = "probing",
	[STRATA_STATE_RECOVERING] = "ramp",
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
