/*
 * One breaker for a node and all processes of the host:
 *
 *     CLOSED --rules--> OPEN(n) --its time is over--> HALF OPEN --answered--> RECOVERING --> CLOSED
 *        ^                 ^  \________________ not answered: OPEN(n+1) ____/       |
 *        |                 \___________________ any failure: OPEN(n+1) ____________/
 *     FORCED_OPEN, FORCED_CLOSED, DRAINING: by an operator, until told otherwise or out of time
 *
 * The state changes by compare-and-swap alone, and a thread that loses the race has nothing more
 * to do: the winner saw the same facts. The token of a probe is the very state that its thread
 * wrote. So a turn to probe that has run out is taken by the next thread, with another token. A
 * gate beside the state could not do that: the two would change one after the other.
 *
 * The rules that open a breaker:
 *
 *     refusing   2 connections refused in a row
 *     silent     5 failures in a row, and no answer for as long as one operation may take
 *     failing    of at least 20 operations within 10 seconds half failed, unless half of the group
 *                is open already: then the cause is more likely on this host
 *     slow       nearly all answers of three seconds were slow, unless half of the group is open or
 *                slow too
 *     desynced   3 replies within a minute that no question had asked for
 *     not ready  1 answer that says so: it loads its data, or the cluster is down
 *     locked     1 refusal of the credentials
 *
 * It stays open for half to all of 0.5 s, doubled with every time in a row, up to 15 s. (locked:
 * 5 s to 60 s; not ready: always 0.8 s; desynced: always 60 s.) The random half keeps hosts from
 * coming back together. Each ten seconds of being closed take one of those times back.
 *
 * A node that is not ready answers, so that asking it again costs no wait. The cluster is down for
 * all of its nodes at once, and all of them are needed as soon as it is well. Its probes say the
 * same again, and count as one time.
 */
#include "health/breaker.h"

#include <assert.h>

#include "health/breaker_table.h"
#include "os/process.h"

enum {
	HARD_MOST = 1,         /* one refused connection is let pass: a restart costs no more */
	FAILURES_MOST = 4,     /* in a row */
	DESYNCS_MOST = 2,      /* within DESYNC_WINDOW */
	DESYNC_WINDOW = 60000, /* msec */
	SUSPICION = 600000,    /* msec of proving every reply after one desync */
	BARE = 600000,         /* msec of leaving out what is optional */
	FORGIVING = 10000,     /* msec of being closed that take one attempt back */
	RECOVERY_START = 2,
	RECOVERY_END = 32,
	RECOVERY_ENOUGH = RECOVERY_START + 20, /* answers, if they took at least RECOVERY_TIME */
	RECOVERY_TIME = 2000,                  /* msec */
	FULL = 10000,                          /* msec without new connections but one a second */
	IDLE = 1000                            /* msec without an answer, for the history */
};

/* Three retries a second, beside one for ten answers. */
static const strata_token_bucket_size retry_budget = { .rate = 3, .most = 100 };

static strata_breaker_snapshot read_state(const strata_breaker *breaker, strata_msec now,
	uint64_t *seen)
{
	*seen = atomic_load_explicit(&breaker->record->state, memory_order_relaxed);
	return strata_breaker_state_unpack(*seen, now);
}

static strata_breaker_snapshot state_at(const strata_breaker *breaker, strata_msec now)
{
	uint64_t seen;

	return read_state(breaker, now, &seen);
}

/* False when another thread was first. */
static bool change(const strata_breaker *breaker, uint64_t seen, strata_breaker_snapshot to)
{
	return atomic_compare_exchange_strong(&breaker->record->state, &seen,
		strata_breaker_state_pack(to));
}

static uint32_t smaller(uint32_t one, uint32_t other)
{
	return one < other ? one : other;
}

/* One that is further ahead than the interval is damage, and counts as long ago. */
static bool is_within(strata_msec at, strata_msec interval, strata_msec now)
{
	return at <= now ? now - at < interval : at - now <= interval;
}

/* ---- which one ---- */

static strata_breaker breaker_of(strata_breaker_table *table, strata_breaker_entry *record)
{
	return (strata_breaker){
		.record = record,
		.table = table,
		.slots = strata_breaker_table_slots(table),
	};
}

/* For status, which knows of no database. */
static void note_limit(strata_breaker_entry *record, uint32_t limit)
{
	if (atomic_load_explicit(&record->most_inflight, memory_order_relaxed) != limit) {
		atomic_store_explicit(&record->most_inflight, limit, memory_order_relaxed);
	}
}

bool strata_breaker_of(strata_breaker_table *table, const char *group, const char *name,
	strata_registry_share share, const strata_breaker_limits *limits, strata_breaker *out)
{
	strata_breaker_hold hold;

	*out = breaker_of(table, strata_breaker_table_get_or_create(table, group, name, share, &hold));
	if (out->record == NULL) {
		return false;
	}
	out->key = out->record->key;
	out->is_held = hold == STRATA_BREAKER_HELD;
	out->limits = *limits;
	note_limit(out->record, limits->most_inflight);
	return true;
}

void strata_breaker_release(strata_breaker *breaker)
{
	breaker->is_held = false;
	strata_breaker_table_release(breaker->table, breaker->record);
}

bool strata_breaker_is_current(const strata_breaker *breaker)
{
	return breaker->is_held ||
		   strata_breaker_table_is_of(breaker->table, breaker->record, breaker->key);
}

bool strata_breaker_find(strata_breaker_table *table, const char *name, uint32_t nth,
	strata_breaker *out)
{
	uint64_t key;

	*out = breaker_of(table, strata_breaker_table_find(table, name, nth, &key));
	out->key = key;
	return out->record != NULL;
}

/*
 * In a group that no node is in: those that come later inherit what is forced on it. A new one is
 * left alone long enough to be forced, and stays while it is.
 */
bool strata_breaker_get_or_create(strata_breaker_table *table, const char *name)
{
	strata_breaker_entry *record;
	strata_breaker_hold unused;
	uint64_t key;

	if (strata_breaker_table_find(table, name, 0, &key) != NULL) {
		return true;
	}
	record = strata_breaker_table_get_or_create(table, "", name, STRATA_REGISTRY_RESERVED, &unused);
	if (record != NULL) {
		strata_breaker_table_release(table, record);
	}
	return record != NULL;
}

/* ---- why it opens ---- */

/* What this kind of failure is called where any failure opens. */
static strata_breaker_cause cause_of(strata_outcome outcome)
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

static bool has_been_silent(const strata_breaker *breaker, strata_msec now)
{
	uint64_t at = atomic_load_explicit(&breaker->record->answered_at, memory_order_relaxed);

	return !is_within(at, breaker->limits.operation_timeout, now);
}

/* Counts one failure of a closed one. HEALTHY when no rule says that it should open. */
static strata_breaker_cause classify_failure(const strata_breaker *breaker, strata_outcome outcome,
	strata_msec now)
{
	strata_breaker_entry *record = breaker->record;
	uint32_t failures = atomic_fetch_add_explicit(&record->failures, 1, memory_order_relaxed);

	if (outcome == STRATA_OUTCOME_AUTH || outcome == STRATA_OUTCOME_NOT_READY) {
		return cause_of(outcome);
	}
	if (outcome == STRATA_OUTCOME_HARD &&
		atomic_fetch_add_explicit(&record->hard_failures, 1, memory_order_relaxed) >= HARD_MOST) {
		return STRATA_BREAKER_REFUSING;
	}
	if (failures >= FAILURES_MOST && has_been_silent(breaker, now)) {
		return STRATA_BREAKER_SILENT;
	}
	if (strata_latency_is_failing(&record->latency, now) &&
		!strata_breaker_table_is_half_out(breaker->table, record->group, now)) {
		return STRATA_BREAKER_FAILING;
	}
	return STRATA_BREAKER_HEALTHY;
}

/* ---- for how long ---- */

typedef struct {
	strata_msec first, most;
} waits;

static waits waits_of(strata_breaker_cause cause)
{
	switch (cause) {
		case STRATA_BREAKER_LOCKED: return (waits){ 5000, 60000 };
		case STRATA_BREAKER_NOT_READY: return (waits){ 800, 800 };
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
static strata_msec wait_of(strata_breaker_cause cause, uint32_t attempt)
{
	waits waits = waits_of(cause);
	strata_msec wait = waits.first << (attempt - 1);

	wait = wait < waits.most ? wait : waits.most;
	return wait / 2 + strata_process_random_word() % (wait / 2 + 1);
}

/* How often it had opened in a row, after what its time of being closed has taken back. */
static uint32_t attempts_left(const strata_breaker_snapshot *snapshot, strata_msec now)
{
	strata_msec forgiven = (now - snapshot->moment) / FORGIVING;

	if (snapshot->state != STRATA_STATE_CLOSED) {
		return snapshot->attempt;
	}
	return forgiven >= snapshot->attempt ? 0 : snapshot->attempt - (uint32_t) forgiven;
}

/* ---- opening ---- */

static void forget_failures(const strata_breaker *breaker)
{
	strata_breaker_entry *record = breaker->record;

	/* They are nearly always 0, and a line that is only read stays with all processors. */
	if (atomic_load_explicit(&record->failures, memory_order_relaxed) != 0) {
		atomic_store_explicit(&record->failures, 0, memory_order_relaxed);
	}
	if (atomic_load_explicit(&record->hard_failures, memory_order_relaxed) != 0) {
		atomic_store_explicit(&record->hard_failures, 0, memory_order_relaxed);
	}
}

/* How often in a row it will have opened. */
static uint32_t next_attempt(const strata_breaker_snapshot *from, strata_breaker_cause cause,
	strata_msec now)
{
	uint32_t attempts = attempts_left(from, now);
	bool is_same = attempts > 0 && from->state == STRATA_STATE_HALF_OPEN &&
				   from->cause == STRATA_BREAKER_NOT_READY && cause == from->cause;

	return is_same ? attempts : smaller(attempts + 1, STRATA_BREAKER_MOST_ATTEMPTS);
}

static bool open_from(const strata_breaker *breaker, uint64_t seen,
	const strata_breaker_snapshot *from, strata_breaker_cause cause, strata_msec now)
{
	strata_breaker_snapshot to = { .state = STRATA_STATE_OPEN, .cause = cause };

	to.attempt = next_attempt(from, cause, now);
	to.moment = now + wait_of(cause, to.attempt);
	if (!change(breaker, seen, to)) {
		return false;
	}
	atomic_store_explicit(&breaker->record->opened_at, now, memory_order_relaxed);
	forget_failures(breaker);
	return true;
}

static bool record_failure(const strata_breaker *breaker, strata_outcome outcome, strata_msec now)
{
	uint64_t seen;
	strata_breaker_snapshot snapshot = read_state(breaker, now, &seen);
	strata_breaker_cause cause;

	strata_latency_count(&breaker->record->latency, STRATA_LATENCY_FAILED, now);
	strata_history_failed(&breaker->record->history, now);
	switch (snapshot.state) {
		case STRATA_STATE_CLOSED:
			cause = classify_failure(breaker, outcome, now);
			return cause != STRATA_BREAKER_HEALTHY &&
				   open_from(breaker, seen, &snapshot, cause, now);
		case STRATA_STATE_RECOVERING:
			return open_from(breaker, seen, &snapshot, cause_of(outcome), now);
		/* Operations that were admitted before it opened say nothing new. */
		case STRATA_STATE_OPEN:
		case STRATA_STATE_HALF_OPEN:
		case STRATA_STATE_FORCED_OPEN:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: break;
	}
	return false;
}

bool strata_breaker_is_not_ready(const strata_breaker *breaker, strata_msec now)
{
	return record_failure(breaker, STRATA_OUTCOME_NOT_READY, now);
}

/*
 * After the first tenth of a second behind a tick the next answer is the next tick. So those that
 * came before that answer belong to the tick before.
 */
static void keep_history(strata_breaker_entry *record, const strata_latency_tick *tick,
	strata_msec now)
{
	bool was_idle = tick->before != 0 && tick->before + IDLE < now;
	uint32_t before = was_idle ? tick->answers - 1 : 0;
	strata_usec mean = tick->together / tick->answers;

	strata_history_answered(&record->history, before, mean * before, tick->before);
	strata_history_answered(&record->history, tick->answers - before,
		tick->together - mean * before, now);
}

/* Only a closed one can be too slow: one that is recovering is watched for failures. */
static bool open_if_slow(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_entry *record = breaker->record;
	strata_latency_tick tick = strata_latency_adapt(&record->latency,
		strata_inflight_sum(&record->inflight, STRATA_INFLIGHT_OPERATIONS),
		breaker->limits.most_inflight, now);
	strata_breaker_snapshot snapshot;
	uint64_t seen;

	if (tick.answers > 0) {
		keep_history(record, &tick, now);
		strata_token_bucket_add(&record->retry_budget, retry_budget,
			tick.answers * STRATA_TOKEN / 10, now);
	}
	if (!tick.is_too_slow || strata_breaker_table_is_half_in_trouble(breaker->table, record, now)) {
		return false;
	}
	snapshot = read_state(breaker, now, &seen);
	return snapshot.state == STRATA_STATE_CLOSED &&
		   open_from(breaker, seen, &snapshot, STRATA_BREAKER_SLOW, now);
}

/* ---- desyncs ---- */

/* How many there were within a minute, this one included. */
static uint64_t count_desync(strata_breaker_entry *record, strata_msec now)
{
	uint64_t seen = atomic_load_explicit(&record->desyncs, memory_order_relaxed);
	strata_msec first = seen >> 16;
	bool is_over = first == 0 || !is_within(first, DESYNC_WINDOW + 1, now);
	uint64_t next = is_over ? now << 16 | 1 : seen + ((seen & 0xFFFF) < 0xFFFF ? 1 : 0);

	/* Lost to another one at the same moment, it is one too few. */
	(void) atomic_compare_exchange_strong(&record->desyncs, &seen, next);
	return next & 0xFFFF;
}

bool strata_breaker_suspect(const strata_breaker *breaker, strata_evidence evidence,
	strata_msec now)
{
	uint64_t seen;
	strata_breaker_snapshot snapshot = read_state(breaker, now, &seen);

	atomic_store_explicit(&breaker->record->suspected_until, now + SUSPICION, memory_order_relaxed);
	return evidence == STRATA_EVIDENCE_PROOF && count_desync(breaker->record, now) > DESYNCS_MOST &&
		   snapshot.state == STRATA_STATE_CLOSED &&
		   open_from(breaker, seen, &snapshot, STRATA_BREAKER_DESYNCED, now);
}

bool strata_breaker_is_suspected(const strata_breaker *breaker, strata_msec now)
{
	uint64_t until = atomic_load_explicit(&breaker->record->suspected_until, memory_order_relaxed);

	return until > now && until <= now + SUSPICION + STRATA_BREAKER_AHEAD;
}

/* ---- servers that know few commands ---- */

void strata_breaker_note_bare(const strata_breaker *breaker, strata_msec now)
{
	atomic_store_explicit(&breaker->record->bare_until, now + BARE, memory_order_relaxed);
}

bool strata_breaker_is_bare(const strata_breaker *breaker, strata_msec now)
{
	uint64_t until = atomic_load_explicit(&breaker->record->bare_until, memory_order_relaxed);

	return until > now && until <= now + BARE + STRATA_BREAKER_AHEAD;
}

/* ---- an operation begins ---- */

/* PROBE for the one thread that wins the race. */
static strata_admission take_probe(const strata_breaker *breaker, uint64_t seen,
	const strata_breaker_snapshot *from, strata_msec now, uint64_t *token)
{
	strata_breaker_snapshot to = *from;

	to.state = STRATA_STATE_HALF_OPEN;
	to.moment = now + STRATA_BREAKER_PROBE_TIME;
	if (!change(breaker, seen, to)) {
		return STRATA_ADMIT_NOT_NOW;
	}
	*token = strata_breaker_state_pack(to);
	return STRATA_ADMIT_PROBE;
}

static strata_admission enter(const strata_breaker *breaker, uint32_t limit, strata_msec now)
{
	strata_inflight *inflight = &breaker->record->inflight;

	if (!strata_inflight_has_room(inflight, breaker->slots, STRATA_INFLIGHT_OPERATIONS, limit,
			now)) {
		return STRATA_ADMIT_BULKHEAD;
	}
	strata_inflight_add(inflight, breaker->slots, STRATA_INFLIGHT_OPERATIONS);
	return STRATA_ADMITTED;
}

/*
 * An urgent operation takes back values: it is let through as long as any operation is. A process
 * has one of them under way, so that their number has a limit of its own.
 */
static strata_admission enter_within(const strata_breaker *breaker, strata_priority priority,
	uint32_t limit, strata_msec now)
{
	return enter(breaker, priority == STRATA_PRIORITY_URGENT ? UINT32_MAX : limit, now);
}

static strata_admission enter_closed(const strata_breaker *breaker, strata_priority priority,
	strata_msec now)
{
	const strata_latency *latency = &breaker->record->latency;

	if (priority == STRATA_PRIORITY_NORMAL && strata_latency_sheds(latency, now)) {
		return STRATA_ADMIT_SHED;
	}
	return enter_within(breaker, priority,
		strata_latency_limit(latency, breaker->limits.most_inflight), now);
}

/* Any bytes may stand there, and a limit that is too small would let nothing through. */
static uint32_t recovery_limit(const strata_breaker *breaker, uint32_t most)
{
	uint32_t limit = atomic_load_explicit(&breaker->record->recovery, memory_order_relaxed);

	limit = limit < RECOVERY_START ? RECOVERY_START : limit;
	return smaller(limit, most);
}

/* What an operator wanted is over: it is closed, and what was learnt before counts no more. */
static void end_force(const strata_breaker *breaker, uint64_t seen, strata_msec now)
{
	(void) change(breaker, seen, (strata_breaker_snapshot){ .moment = now });
}

strata_admission strata_breaker_admit(const strata_breaker *breaker, strata_priority priority,
	strata_msec now, uint64_t *token)
{
	uint64_t seen;
	strata_breaker_snapshot snapshot = read_state(breaker, now, &seen);
	bool is_over = snapshot.moment != 0 && now >= snapshot.moment;

	*token = 0;
	switch (snapshot.state) {
		case STRATA_STATE_CLOSED: return enter_closed(breaker, priority, now);
		case STRATA_STATE_RECOVERING:
			return enter_within(breaker, priority,
				recovery_limit(breaker, breaker->limits.most_inflight), now);
		case STRATA_STATE_OPEN:
		case STRATA_STATE_HALF_OPEN:
			return is_over ? take_probe(breaker, seen, &snapshot, now, token)
						   : STRATA_ADMIT_NOT_NOW;
		case STRATA_STATE_FORCED_OPEN:
			if (!is_over) {
				return STRATA_ADMIT_NOT_NOW;
			}
			end_force(breaker, seen, now);
			return enter_within(breaker, priority, breaker->limits.most_inflight, now);
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING:
			if (is_over) {
				end_force(breaker, seen, now);
			}
			return enter_within(breaker, priority, breaker->limits.most_inflight, now);
	}
	return STRATA_ADMIT_NOT_NOW;
}

/* ---- an operation ends ---- */

static bool has_recovered(const strata_breaker_snapshot *snapshot, uint32_t limit, strata_msec now)
{
	return limit >= RECOVERY_END ||
		   (limit >= RECOVERY_ENOUGH && now - snapshot->moment >= RECOVERY_TIME);
}

static void recover(const strata_breaker *breaker, uint64_t seen,
	const strata_breaker_snapshot *from, strata_msec now)
{
	uint32_t limit =
		atomic_fetch_add_explicit(&breaker->record->recovery, 1, memory_order_relaxed) + 1;

	if (has_recovered(from, limit, now)) {
		(void) change(breaker, seen,
			(strata_breaker_snapshot){ .attempt = from->attempt, .moment = now });
	}
}

static void record_answer(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_entry *record = breaker->record;
	uint64_t seen;
	strata_breaker_snapshot snapshot = read_state(breaker, now, &seen);

	strata_latency_count(&record->latency, STRATA_LATENCY_ANSWERED, now);
	forget_failures(breaker);
	if (atomic_load_explicit(&record->answered_at, memory_order_relaxed) != now) {
		atomic_store_explicit(&record->answered_at, now, memory_order_relaxed);
	}
	if (snapshot.state == STRATA_STATE_RECOVERING) {
		recover(breaker, seen, &snapshot, now);
	}
}

static bool record_outcome(const strata_breaker *breaker, strata_outcome outcome, strata_msec now)
{
	bool has_opened;

	switch (outcome) {
		case STRATA_OUTCOME_OK: record_answer(breaker, now); break;
		case STRATA_OUTCOME_HARD:
		case STRATA_OUTCOME_SOFT:
		case STRATA_OUTCOME_NOT_READY:
		case STRATA_OUTCOME_AUTH: return record_failure(breaker, outcome, now);
		case STRATA_OUTCOME_PROTOCOL:
			has_opened = record_failure(breaker, outcome, now);
			return strata_breaker_suspect(breaker, STRATA_EVIDENCE_PROOF, now) || has_opened;
		case STRATA_OUTCOME_FULL:
			atomic_store_explicit(&breaker->record->full_until, now + FULL, memory_order_relaxed);
			break;
		case STRATA_OUTCOME_STALE:
		case STRATA_OUTCOME_LOCAL: break;
	}
	return false;
}

bool strata_breaker_leave(const strata_breaker *breaker, strata_outcome outcome, strata_msec now)
{
	bool has_opened = record_outcome(breaker, outcome, now);

	strata_inflight_remove(&breaker->record->inflight, breaker->slots, STRATA_INFLIGHT_OPERATIONS);
	return open_if_slow(breaker, now) || has_opened;
}

bool strata_breaker_timed(const strata_breaker *breaker, strata_usec took, strata_msec now)
{
	strata_history_took(&breaker->record->history, took, now);
	return strata_latency_add(&breaker->record->latency, took, breaker->limits.operation_timeout);
}

void strata_breaker_untimed(const strata_breaker *breaker, strata_msec now)
{
	strata_history_answered_first(&breaker->record->history, now);
}

bool strata_breaker_may_spin(const strata_breaker *breaker, strata_msec now)
{
	return strata_latency_may_spin(&breaker->record->latency, now);
}

void strata_breaker_spun(const strata_breaker *breaker, strata_spin_outcome outcome)
{
	strata_latency_spun(&breaker->record->latency, outcome);
}

/* ---- the retry budget ---- */

bool strata_breaker_may_retry(const strata_breaker *breaker, strata_msec now)
{
	return strata_token_bucket_take(&breaker->record->retry_budget, retry_budget, now);
}

/* ---- what it stores ---- */

strata_size_limit *strata_breaker_size_limit(const strata_breaker *breaker)
{
	return &breaker->record->size_limit;
}

/* ---- connections, and how often they are made ---- */

bool strata_breaker_has_answered(const strata_breaker *breaker)
{
	return atomic_load_explicit(&breaker->record->answered_at, memory_order_relaxed) != 0;
}

bool strata_breaker_wants_connections(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_snapshot snapshot = state_at(breaker, now);

	return snapshot.state == STRATA_STATE_CLOSED || snapshot.state == STRATA_STATE_RECOVERING ||
		   snapshot.state == STRATA_STATE_FORCED_CLOSED;
}

bool strata_breaker_is_full(const strata_breaker *breaker, strata_msec now)
{
	uint64_t until = atomic_load_explicit(&breaker->record->full_until, memory_order_relaxed);

	return until > now && until <= now + FULL;
}

/* ---- probing ---- */

static bool is_out(const strata_breaker_snapshot *snapshot)
{
	return snapshot->state == STRATA_STATE_OPEN || snapshot->state == STRATA_STATE_HALF_OPEN;
}

bool strata_breaker_is_out(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_snapshot snapshot = state_at(breaker, now);

	return is_out(&snapshot);
}

/* Trouble of this host says nothing new of the node. */
static bool tells_of_node(strata_outcome outcome)
{
	return outcome != STRATA_OUTCOME_LOCAL && outcome != STRATA_OUTCOME_FULL;
}

static bool come_back(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_entry *record = breaker->record;
	uint64_t seen;
	strata_breaker_snapshot snapshot = read_state(breaker, now, &seen);

	if (!is_out(&snapshot)) {
		return false;
	}
	snapshot.state = STRATA_STATE_RECOVERING;
	snapshot.moment = now;
	strata_latency_reset(&record->latency);
	atomic_store_explicit(&record->recovery, RECOVERY_START, memory_order_relaxed);
	atomic_store_explicit(&record->answered_at, now, memory_order_relaxed);
	return change(breaker, seen, snapshot);
}

bool strata_breaker_probed(const strata_breaker *breaker, uint64_t token, strata_outcome outcome,
	strata_msec now)
{
	strata_breaker_snapshot snapshot = strata_breaker_state_unpack(token, now);

	if (outcome == STRATA_OUTCOME_OK) {
		return come_back(breaker, now);
	}
	if (tells_of_node(outcome)) {
		strata_history_failed(&breaker->record->history, now);
	}
	if (outcome == STRATA_OUTCOME_PROTOCOL) {
		(void) strata_breaker_suspect(breaker, STRATA_EVIDENCE_PROOF, now);
	}
	if (snapshot.state == STRATA_STATE_HALF_OPEN) {
		(void) open_from(breaker, token, &snapshot,
			tells_of_node(outcome) ? cause_of(outcome) : snapshot.cause, now);
	}
	return false;
}

void strata_breaker_hasten(const strata_breaker *breaker, strata_msec news, strata_msec now)
{
	uint64_t seen;
	strata_breaker_snapshot snapshot = read_state(breaker, now, &seen);
	uint64_t opened_at = atomic_load_explicit(&breaker->record->opened_at, memory_order_relaxed);

	if (snapshot.state == STRATA_STATE_OPEN && snapshot.moment > now && opened_at <= news) {
		snapshot.moment = now;
		(void) change(breaker, seen, snapshot);
	}
}

/* ---- operators, and status ---- */

bool strata_breaker_force(const strata_breaker *breaker, strata_breaker_state state,
	strata_msec until, strata_msec now)
{
	bool is_automatic = state == STRATA_STATE_CLOSED;
	strata_breaker_snapshot snapshot = {
		.state = state,
		.cause = is_automatic ? STRATA_BREAKER_HEALTHY : STRATA_BREAKER_OPERATOR,
		.moment = is_automatic ? now : until,
	};

	assert(is_automatic || state >= STRATA_STATE_FORCED_OPEN);
	return strata_breaker_table_force(breaker->table, breaker->key,
		strata_breaker_state_pack(snapshot));
}

bool strata_breaker_is_in_use(const strata_breaker *breaker, strata_msec now)
{
	return strata_breaker_table_is_in_use(breaker->record, now);
}

strata_breaker_notes *strata_breaker_notes_of(const strata_breaker *breaker)
{
	return &breaker->record->notes;
}

void strata_breaker_add_history(const strata_breaker *breaker, strata_history_view *view)
{
	strata_latency_tick pending = strata_latency_pending(&breaker->record->latency);

	strata_history_view_add(view, &breaker->record->history);
	strata_history_view_add_pending(view, pending.answers, pending.together, pending.before);
}

static uint32_t limit_in(const strata_breaker *breaker, strata_breaker_state state)
{
	const strata_breaker_entry *record = breaker->record;
	uint32_t most = breaker->limits.most_inflight != 0
						? breaker->limits.most_inflight
						: atomic_load_explicit(&record->most_inflight, memory_order_relaxed);

	return state == STRATA_STATE_RECOVERING ? recovery_limit(breaker, most)
											: strata_latency_limit(&record->latency, most);
}

strata_breaker_view strata_breaker_look(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_entry *record = breaker->record;
	strata_breaker_snapshot snapshot = state_at(breaker, now);
	bool has_end =
		snapshot.state != STRATA_STATE_CLOSED && snapshot.state != STRATA_STATE_RECOVERING;
	bool is_over = snapshot.state >= STRATA_STATE_FORCED_OPEN && snapshot.moment != 0 &&
				   now >= snapshot.moment;
	if (is_over) {
		snapshot = (strata_breaker_snapshot){ .moment = snapshot.moment };
		has_end = false;
	}
	return (strata_breaker_view){
		.state = snapshot.state,
		.cause = snapshot.cause,
		.since = has_end ? 0 : snapshot.moment,
		.until = has_end ? snapshot.moment : 0,
		.attempt = attempts_left(&snapshot, now),
		.inflight = strata_inflight_sum(&record->inflight, STRATA_INFLIGHT_OPERATIONS),
		.limit = limit_in(breaker, snapshot.state),
		.shed =
			snapshot.state == STRATA_STATE_CLOSED ? strata_latency_shed(&record->latency, now) : 0,
		.is_suspected = strata_breaker_is_suspected(breaker, now),
	};
}

bool strata_breaker_look_at_worst(strata_breaker_table *table, const char *name, strata_msec now,
	strata_breaker_view *out)
{
	strata_breaker breaker;
	bool is_found = false;

	*out = (strata_breaker_view){ 0 };
	for (uint32_t i = 0; strata_breaker_find(table, name, i, &breaker); i++) {
		bool is_worse = !is_found || (out->state == STRATA_STATE_CLOSED &&
										 strata_breaker_is_in_use(&breaker, now));
		if (is_worse && !strata_breaker_table_is_left(breaker.record, now)) {
			*out = strata_breaker_look(&breaker, now);
			is_found = true;
		}
	}
	return is_found;
}
