/*
 * The rules that open a breaker:
 *
 *     refusing   2 connections refused in a row
 *     silent     5 failures in a row, and no answer for as long as one operation may take
 *     failing    of at least 20 operations within 10 seconds half failed, unless half of the pool is
 *                open already: then the trouble is more likely ours
 *     slow       nearly all answers of three seconds were (breaker_pace.c)
 *     desynced   3 replies within a minute that no question had asked for
 *     not ready  1 answer that says so: it loads its data, or the cluster is down
 *     locked     1 refusal of the credentials
 *
 * It stays open for half to all of 0.5 s, doubled with every time in a row up to 15 s (locked: 5 s to
 * 60 s; not ready: 1 s to 5 s; desynced: always 60 s); the random half keeps hosts from coming back
 * together. Each ten seconds of being closed take one of those times back.
 */
#include "os/process.h"
#include "health/breaker_record.h"
#include "health/breakers.h"

enum {
	HARD_MOST = 1,    /* one refused connection is let pass: a restart costs no more */
	FAILURES_MOST = 4 /* in a row */
};

static bool has_been_silent(const strata_breaker *breaker, strata_msec now)
{
	uint64_t at = atomic_load_explicit(&breaker->record->answered_at, memory_order_relaxed);

	/* Who looked at the clock a moment earlier sees a later answer. Much later is none at all. */
	return at > now + 1000 || now >= at + breaker->limits.operation_timeout;
}

strata_breaker_cause strata_breaker_cause_of(strata_outcome outcome)
{
	switch (outcome) {
		case STRATA_OUTCOME_HARD: return STRATA_BREAKER_REFUSING;
		case STRATA_OUTCOME_AUTH: return STRATA_BREAKER_LOCKED;
		case STRATA_OUTCOME_NOT_READY: return STRATA_BREAKER_NOT_READY;
		case STRATA_OUTCOME_PROTOCOL: return STRATA_BREAKER_DESYNCED;
		case STRATA_OUTCOME_SOFT:
		case STRATA_OUTCOME_OK:
		case STRATA_OUTCOME_STALE:
		case STRATA_OUTCOME_FULL:
		case STRATA_OUTCOME_LOCAL: break;
	}
	return STRATA_BREAKER_SILENT;
}

strata_breaker_cause strata_breaker_judge(const strata_breaker *breaker, strata_outcome outcome,
	strata_msec now)
{
	strata_breaker_record *record = breaker->record;
	uint32_t failures = atomic_fetch_add_explicit(&record->failures, 1, memory_order_relaxed);

	if (outcome == STRATA_OUTCOME_AUTH || outcome == STRATA_OUTCOME_NOT_READY) {
		return strata_breaker_cause_of(outcome);
	}
	if (outcome == STRATA_OUTCOME_HARD &&
		atomic_fetch_add_explicit(&record->hard_failures, 1, memory_order_relaxed) >= HARD_MOST) {
		return STRATA_BREAKER_REFUSING;
	}
	if (failures >= FAILURES_MOST && has_been_silent(breaker, now)) {
		return STRATA_BREAKER_SILENT;
	}
	if (strata_breaker_window_fails(record, now) &&
		!strata_breakers_are_half_open(breaker->table, record->group, now)) {
		return STRATA_BREAKER_FAILING;
	}
	return STRATA_BREAKER_HEALTHY;
}

typedef struct {
	strata_msec first, most;
} waits;

static waits waits_of(strata_breaker_cause cause)
{
	switch (cause) {
		case STRATA_BREAKER_LOCKED: return (waits){ 5000, 60000 };
		case STRATA_BREAKER_NOT_READY: return (waits){ 1000, 5000 };
		case STRATA_BREAKER_DESYNCED: return (waits){ 60000, 60000 };
		case STRATA_BREAKER_HEALTHY:
		case STRATA_BREAKER_REFUSING:
		case STRATA_BREAKER_SILENT:
		case STRATA_BREAKER_FAILING:
		case STRATA_BREAKER_SLOW:
		case STRATA_BREAKER_OPERATOR: break;
	}
	return (waits){ 500, 15000 };
}

/* Equal jitter: half of the time for certain, the other half by chance. */
strata_msec strata_breaker_wait_of(strata_breaker_cause cause, uint32_t attempt)
{
	waits waits = waits_of(cause);
	strata_msec wait = waits.first << (attempt - 1);

	wait = wait < waits.most ? wait : waits.most;
	return wait / 2 + strata_process_random_word() % (wait / 2 + 1);
}
