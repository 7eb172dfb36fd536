/*
 * One breaker for a node and all processes of the host:
 *
 *     CLOSED --rules--> OPEN(n) --its time is over--> PROBING --answered twice--> RAMP --> CLOSED
 *        ^                 ^  \________________ not answered: OPEN(n+1) ____/       |
 *        |                 \___________________ any failure: OPEN(n+1) ____________/
 *     FORCED_OPEN, FORCED_CLOSED, DRAINING: by an operator, left by an operator or when their time is over
 *
 * The word changes by compare-and-swap alone and whoever loses the race has nothing more to do: the
 * winner saw the same facts. Who probes holds the turn as the very word it wrote: a turn that has run
 * out is taken by the next one, whose word is another.
 */
#include "health/breaker.h"

#include <assert.h>

#include "os/process.h"
#include "health/breaker_record.h"
#include "health/breaker_word.h"
#include "health/breakers.h"

enum {
	DESYNCS_MOST = 2,      /* within DESYNC_WINDOW */
	DESYNC_WINDOW = 60000, /* msec */
	SUSPICION = 600000,    /* msec of proving every reply after one desync */
	FULL = 10000,          /* msec without new connections but one a second */
	TURN = 1000,           /* msec to probe in */
	FORGIVING = 10000,     /* msec of being closed that take one attempt back */
	RAMP_START = 2,
	RAMP_END = 32,
	RAMP_ENOUGH = RAMP_START + 20, /* answers, if they took at least RAMP_TIME */
	RAMP_TIME = 2000               /* msec */
};

/* ---- the word ---- */

static strata_breaker_word read_word(const strata_breaker *breaker, strata_msec now, uint64_t *seen)
{
	*seen = atomic_load_explicit(&breaker->record->word, memory_order_relaxed);
	return strata_breaker_word_unpack(*seen, now);
}

/* False when another thread was first. */
static bool change(const strata_breaker *breaker, uint64_t seen, strata_breaker_word to)
{
	return atomic_compare_exchange_strong(&breaker->record->word, &seen,
		strata_breaker_word_pack(to));
}

static void forget_failures(const strata_breaker *breaker)
{
	strata_breaker_record *record = breaker->record;

	/* Read first: they are nearly always 0, and a line that is only read stays with everybody. */
	if (atomic_load_explicit(&record->failures, memory_order_relaxed) != 0) {
		atomic_store_explicit(&record->failures, 0, memory_order_relaxed);
	}
	if (atomic_load_explicit(&record->hard_failures, memory_order_relaxed) != 0) {
		atomic_store_explicit(&record->hard_failures, 0, memory_order_relaxed);
	}
}

/* ---- opening ---- */

/* How often it had opened in a row, after what its time of being closed has taken back. */
static uint32_t attempts_left(const strata_breaker_word *word, strata_msec now)
{
	strata_msec forgiven = (now - word->moment) / FORGIVING;

	if (word->state != STRATA_STATE_CLOSED) {
		return word->attempt;
	}
	return forgiven >= word->attempt ? 0 : word->attempt - (uint32_t) forgiven;
}

static bool open_from(const strata_breaker *breaker, uint64_t seen, const strata_breaker_word *from,
	strata_breaker_cause cause, strata_msec now)
{
	uint32_t attempt = attempts_left(from, now) + 1;
	strata_breaker_word to = { .state = STRATA_STATE_OPEN, .cause = cause };

	to.attempt = attempt < STRATA_BREAKER_MOST_ATTEMPTS ? attempt : STRATA_BREAKER_MOST_ATTEMPTS;
	to.moment = now + strata_breaker_wait_of(cause, to.attempt);
	if (!change(breaker, seen, to)) {
		return false;
	}
	forget_failures(breaker);
	return true;
}

static bool record_failure(const strata_breaker *breaker, strata_outcome outcome, strata_msec now)
{
	uint64_t seen;
	strata_breaker_word word = read_word(breaker, now, &seen);
	strata_breaker_cause cause;

	strata_breaker_window_add(breaker->record, true, now);
	switch (word.state) {
		case STRATA_STATE_CLOSED:
			cause = strata_breaker_judge(breaker, outcome, now);
			return cause != STRATA_BREAKER_HEALTHY && open_from(breaker, seen, &word, cause, now);
		case STRATA_STATE_RAMP:
			return open_from(breaker, seen, &word, strata_breaker_cause_of(outcome), now);
		/* What was admitted before it opened says nothing new. */
		case STRATA_STATE_OPEN:
		case STRATA_STATE_PROBING:
		case STRATA_STATE_FORCED_OPEN:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: break;
	}
	return false;
}

/* ---- answers ---- */

static bool has_ramped(const strata_breaker_word *word, uint32_t ramp, strata_msec now)
{
	return ramp >= RAMP_END || (ramp >= RAMP_ENOUGH && now - word->moment >= RAMP_TIME);
}

static void ramp_up(const strata_breaker *breaker, uint64_t seen, const strata_breaker_word *word,
	strata_msec now)
{
	uint32_t ramp = atomic_fetch_add_explicit(&breaker->record->ramp, 1, memory_order_relaxed) + 1;

	if (has_ramped(word, ramp, now)) {
		(void) change(breaker, seen,
			(strata_breaker_word){ .attempt = word->attempt, .moment = now });
	}
}

static void record_answer(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_record *record = breaker->record;
	uint64_t seen;
	strata_breaker_word word = read_word(breaker, now, &seen);

	strata_breaker_window_add(record, false, now);
	forget_failures(breaker);
	if (atomic_load_explicit(&record->answered_at, memory_order_relaxed) != now) {
		atomic_store_explicit(&record->answered_at, now, memory_order_relaxed);
	}
	if (word.state == STRATA_STATE_RAMP) {
		ramp_up(breaker, seen, &word, now);
	}
}

/* ---- desyncs ---- */

/* How many there were within a minute, this one included. */
static uint64_t count_desync(strata_breaker_record *record, strata_msec now)
{
	uint64_t seen = atomic_load_explicit(&record->desyncs, memory_order_relaxed);
	strata_msec first = seen >> 16;
	bool is_over = first == 0 || first > now || now - first > DESYNC_WINDOW;
	uint64_t next = is_over ? now << 16 | 1 : seen + ((seen & 0xFFFF) < 0xFFFF ? 1 : 0);

	/* Lost to another one at the same moment, it is one too few. */
	(void) atomic_compare_exchange_strong(&record->desyncs, &seen, next);
	return next & 0xFFFF;
}

bool strata_breaker_suspect(const strata_breaker *breaker, bool is_certain, strata_msec now)
{
	uint64_t seen;
	strata_breaker_word word = read_word(breaker, now, &seen);

	atomic_store_explicit(&breaker->record->suspected_until, now + SUSPICION, memory_order_relaxed);
	return is_certain && count_desync(breaker->record, now) > DESYNCS_MOST &&
		   word.state == STRATA_STATE_CLOSED &&
		   open_from(breaker, seen, &word, STRATA_BREAKER_DESYNCED, now);
}

bool strata_breaker_is_not_ready(const strata_breaker *breaker, strata_msec now)
{
	return record_failure(breaker, STRATA_OUTCOME_NOT_READY, now);
}

bool strata_breaker_is_suspected(const strata_breaker *breaker, strata_msec now)
{
	uint64_t until = atomic_load_explicit(&breaker->record->suspected_until, memory_order_relaxed);

	return until > now && until <= now + SUSPICION;
}

/* ---- operations ---- */

/* PROBE for the one thread whose word stands now. */
static strata_admission take_turn(const strata_breaker *breaker, uint64_t seen,
	const strata_breaker_word *word, strata_msec now, uint64_t *turn)
{
	strata_breaker_word to = *word;

	to.state = STRATA_STATE_PROBING;
	to.moment = now + TURN;
	if (!change(breaker, seen, to)) {
		return STRATA_ADMIT_NOT_NOW;
	}
	*turn = strata_breaker_word_pack(to);
	return STRATA_ADMIT_PROBE;
}

static strata_admission enter(const strata_breaker *breaker, uint32_t limit, strata_msec now)
{
	if (!strata_breaker_crowd_has_room(breaker, limit, now)) {
		return STRATA_ADMIT_CROWDED;
	}
	strata_breaker_crowd_enter(breaker);
	return STRATA_ADMITTED;
}

/* 0: anything may stand there, and one too small would let nobody through. */
static uint32_t ramp_of(const strata_breaker *breaker)
{
	uint32_t ramp = atomic_load_explicit(&breaker->record->ramp, memory_order_relaxed);

	return ramp < RAMP_START ? RAMP_START : ramp;
}

static uint32_t smaller(uint32_t one, uint32_t other)
{
	return one < other ? one : other;
}

/* What an operator wanted is over: it is closed, and judged afresh. */
static void end_force(const strata_breaker *breaker, uint64_t seen, strata_msec now)
{
	(void) change(breaker, seen, (strata_breaker_word){ .moment = now });
}

/* What takes back values is let through as long as anything is. */
static strata_admission enter_closed(const strata_breaker *breaker, bool is_urgent, strata_msec now)
{
	if (!is_urgent && strata_breaker_pace_sheds(breaker, now)) {
		return STRATA_ADMIT_SHED;
	}
	return enter(breaker, strata_breaker_pace_limit(breaker), now);
}

strata_admission strata_breaker_admit(const strata_breaker *breaker, bool is_urgent,
	strata_msec now, uint64_t *turn)
{
	uint64_t seen;
	strata_breaker_word word = read_word(breaker, now, &seen);
	uint32_t most = breaker->limits.most_under_way;
	bool is_over = word.moment != 0 && now >= word.moment;

	*turn = 0;
	switch (word.state) {
		case STRATA_STATE_CLOSED: return enter_closed(breaker, is_urgent, now);
		case STRATA_STATE_RAMP: return enter(breaker, smaller(ramp_of(breaker), most), now);
		case STRATA_STATE_OPEN:
		case STRATA_STATE_PROBING:
			return is_over ? take_turn(breaker, seen, &word, now, turn) : STRATA_ADMIT_NOT_NOW;
		case STRATA_STATE_FORCED_OPEN:
			if (!is_over) {
				return STRATA_ADMIT_NOT_NOW;
			}
			end_force(breaker, seen, now);
			return enter(breaker, most, now);
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING:
			if (is_over) {
				end_force(breaker, seen, now);
			}
			return enter(breaker, most, now);
	}
	return STRATA_ADMIT_NOT_NOW;
}

static bool record(const strata_breaker *breaker, strata_outcome outcome, strata_msec now)
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
			return strata_breaker_suspect(breaker, true, now) || has_opened;
		case STRATA_OUTCOME_FULL:
			atomic_store_explicit(&breaker->record->full_until, now + FULL, memory_order_relaxed);
			break;
		case STRATA_OUTCOME_STALE:
		case STRATA_OUTCOME_LOCAL: break;
	}
	return false;
}

/* Only what is closed can be too slow: what is coming back is judged by its failures. */
static bool open_if_slow(const strata_breaker *breaker, strata_msec now)
{
	strata_breaker_cause cause = strata_breaker_pace_judge(breaker, now);
	uint64_t seen;
	strata_breaker_word word = read_word(breaker, now, &seen);

	return cause != STRATA_BREAKER_HEALTHY && word.state == STRATA_STATE_CLOSED &&
		   open_from(breaker, seen, &word, cause, now);
}

bool strata_breaker_leave(const strata_breaker *breaker, strata_outcome outcome, strata_msec now)
{
	bool has_opened = record(breaker, outcome, now);

	strata_breaker_crowd_leave(breaker);
	return open_if_slow(breaker, now) || has_opened;
}

bool strata_breaker_wants_connections(const strata_breaker *breaker, strata_msec now)
{
	uint64_t seen;
	strata_breaker_word word = read_word(breaker, now, &seen);

	return word.state == STRATA_STATE_CLOSED || word.state == STRATA_STATE_RAMP ||
		   word.state == STRATA_STATE_FORCED_CLOSED;
}

bool strata_breaker_timed(const strata_breaker *breaker, strata_usec took)
{
	return strata_breaker_pace_add(breaker, took);
}

/* ---- probing ---- */

static bool is_out(const strata_breaker_word *word)
{
	return word->state == STRATA_STATE_OPEN || word->state == STRATA_STATE_PROBING;
}

bool strata_breaker_is_out(const strata_breaker *breaker, strata_msec now)
{
	uint64_t seen;
	strata_breaker_word word = read_word(breaker, now, &seen);

	return is_out(&word);
}

/* Trouble of ours says nothing new of the node. */
static bool tells_of_node(strata_outcome outcome)
{
	return outcome != STRATA_OUTCOME_LOCAL && outcome != STRATA_OUTCOME_FULL;
}

static bool come_back(const strata_breaker *breaker, strata_msec now)
{
	uint64_t seen;
	strata_breaker_word word = read_word(breaker, now, &seen);

	if (!is_out(&word)) {
		return false;
	}
	word.state = STRATA_STATE_RAMP;
	word.moment = now;
	strata_breaker_window_clear(breaker->record);
	strata_breaker_pace_forget(breaker);
	atomic_store_explicit(&breaker->record->ramp, RAMP_START, memory_order_relaxed);
	atomic_store_explicit(&breaker->record->answered_at, now, memory_order_relaxed);
	return change(breaker, seen, word);
}

bool strata_breaker_probed(const strata_breaker *breaker, uint64_t turn, strata_outcome outcome,
	strata_msec now)
{
	strata_breaker_word word = strata_breaker_word_unpack(turn, now);

	if (outcome == STRATA_OUTCOME_OK) {
		return come_back(breaker, now);
	}
	if (outcome == STRATA_OUTCOME_PROTOCOL) {
		(void) strata_breaker_suspect(breaker, true, now);
	}
	if (word.state == STRATA_STATE_PROBING) {
		(void) open_from(breaker, turn, &word,
			tells_of_node(outcome) ? strata_breaker_cause_of(outcome) : word.cause, now);
	}
	return false;
}

/* ---- operators ---- */

void strata_breaker_force(const strata_breaker *breaker, strata_breaker_state state,
	strata_msec until, strata_msec now)
{
	bool is_automatic = state == STRATA_STATE_CLOSED;
	strata_breaker_word word = {
		.state = state,
		.cause = is_automatic ? STRATA_BREAKER_HEALTHY : STRATA_BREAKER_OPERATOR,
		.moment = is_automatic ? now : until,
	};

	assert(is_automatic || state >= STRATA_STATE_FORCED_OPEN);
	forget_failures(breaker);
	atomic_store(&breaker->record->word, strata_breaker_word_pack(word));
}

strata_breaker_view strata_breaker_look(const strata_breaker *breaker, strata_msec now)
{
	uint64_t seen;
	strata_breaker_word word = read_word(breaker, now, &seen);
	bool has_end = word.state != STRATA_STATE_CLOSED && word.state != STRATA_STATE_RAMP;
	bool is_over = word.state >= STRATA_STATE_FORCED_OPEN && word.moment != 0 && now >= word.moment;

	if (is_over) {
		word = (strata_breaker_word){ .moment = word.moment };
		has_end = false;
	}
	return (strata_breaker_view){
		.state = word.state,
		.cause = word.cause,
		.since = has_end ? 0 : word.moment,
		.until = has_end ? word.moment : 0,
		.attempt = attempts_left(&word, now),
		.under_way = atomic_load_explicit(&breaker->record->under_way, memory_order_relaxed),
		.limit = word.state == STRATA_STATE_RAMP
					 ? smaller(ramp_of(breaker), breaker->limits.most_under_way)
					 : strata_breaker_pace_limit(breaker),
		.shed = word.state == STRATA_STATE_CLOSED ? strata_breaker_pace_shed(breaker, now) : 0,
		.is_suspected = strata_breaker_is_suspected(breaker, now),
	};
}
