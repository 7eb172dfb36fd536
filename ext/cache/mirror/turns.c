#include "cache/mirror/turns.h"

#include "os/clock.h"
#include "os/futex.h"
#include "os/listen_queue.h"

enum {
	PAUSE = STRATA_DIFFERENCES_PAUSE, /* msec after a turn in which nothing but failures came */
	LONGEST = 400,                    /* msec: a turn that takes longer was stopped */
	EVERY = 100,                      /* msec between two turns of a command line */
	MOMENT = 5000,                    /* usec between two looks for what is due */
	IN_VAIN = 1100000,                /* usec: longer than a name that was taken waits */
	CALLS = 64,                       /* or so many calls that left names */
	SAMPLES = STRATA_MIRROR_SAMPLE_KEYS
};

/* ---- databases ---- */

static strata_mirror_moving *moving_of(strata_mirror_turns *turns, strata_database *database)
{
	strata_mirror_moving *found = NULL;

	for (int i = 0; i < STRATA_MIRROR_TURNS_DATABASES; i++) {
		if (turns->moving[i].database == database) {
			return &turns->moving[i];
		}
		if (turns->moving[i].database == NULL && found == NULL) {
			found = &turns->moving[i];
		}
	}
	if (found != NULL) {
		*found = (strata_mirror_moving){ .database = database };
	}
	return found;
}

static strata_differences *differences_of(const strata_mirror_moving *moving)
{
	return moving->database->mirror->differences;
}

static bool is_due(const strata_mirror_moving *moving, strata_msec now)
{
	return moving->database != NULL && strata_mirror_pass_is_due(moving->database) &&
		   strata_differences_may_turn(differences_of(moving), now);
}

/* ---- samples ---- */

static void keep(strata_mirror_turns *turns, strata_database *database, strata_view key)
{
	const strata_mirror *mirror = database->mirror;
	strata_mirror_sampled *sampled = &turns->samples[turns->sample_count];

	if (!strata_mirror_sample_wants(database, key, sampled)) {
		return;
	}
	sampled->key = strata_arena_copy(turns->kept, key);
	if (sampled->key.data != NULL) {
		turns->sampled_of[turns->sample_count++] = database;
	} else {
		strata_differences_count(mirror->differences, STRATA_MIRROR_LEFT_OUT, 1);
	}
}

void strata_mirror_turns_note(strata_mirror_turns *turns, strata_database *database,
	const strata_read_sample *sample)
{
	(void) moving_of(turns, database);
	turns->calls += strata_mirror_pass_is_due(database);
	if (sample == NULL || sample->count == 0 || turns->is_taken) {
		return;
	}
	if (turns->kept == NULL) {
		turns->kept = strata_arena_new();
	}
	for (uint32_t i = 0; i < sample->count && turns->kept != NULL; i++) {
		if (turns->sample_count == SAMPLES) {
			return;
		}
		keep(turns, database, sample->keys[i]);
	}
}

static void let_samples_go(strata_mirror_turns *turns)
{
	for (uint32_t i = 0; i < turns->sample_count; i++) {
		if (turns->sampled_of[i] != NULL && turns->samples[i].is_compared) {
			strata_differences_count(turns->sampled_of[i]->mirror->differences,
				STRATA_MIRROR_LEFT_OUT, 1);
		}
	}
	turns->sample_count = 0;
	if (turns->kept != NULL) {
		strata_arena_reset(turns->kept);
	}
}

/* Of this database, taken out of the list. */
static uint32_t list_samples(strata_mirror_turns *turns, const strata_database *database,
	strata_mirror_sampled *out)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < turns->sample_count; i++) {
		if (turns->sampled_of[i] == database) {
			out[count++] = turns->samples[i];
			turns->sampled_of[i] = NULL;
		}
	}
	return count;
}

/*
 * A pass or a look begins before the turn ends, and then has the whole time of a turn: the rest of
 * it may be too short for any answer.
 */
typedef struct {
	strata_usec ends_at, of_each;
} allowance;

static allowance allow(strata_usec may_wait)
{
	return (allowance){ strata_clock_usec() + may_wait, may_wait };
}

static void look_at_samples(strata_mirror_turns *turns, strata_mirror_moving *moving,
	allowance allowance)
{
	strata_mirror_sampled samples[SAMPLES];
	uint32_t count;
	strata_usec now = strata_clock_usec();

	if (moving->database == NULL || now >= allowance.ends_at ||
		!strata_differences_may_turn(differences_of(moving), strata_msec_of(now))) {
		return;
	}
	count = list_samples(turns, moving->database, samples);
	if (count > 0) {
		strata_mirror_sample_look(moving->database, turns->work, samples, count, allowance.of_each);
		strata_arena_reset(turns->work);
	}
}

/* ---- turns ---- */

bool strata_mirror_turns_is_wanted(const strata_mirror_turns *turns)
{
	strata_msec now = strata_clock_msec();

	if (turns->is_taken) {
		return false;
	}
	for (int i = 0; i < STRATA_MIRROR_TURNS_DATABASES; i++) {
		if (is_due(&turns->moving[i], now)) {
			return true;
		}
	}
	return turns->sample_count > 0;
}

bool strata_mirror_turns_is_time(const strata_mirror_turns *turns)
{
	strata_msec now = strata_clock_msec();

	return !turns->is_taken &&
		   (turns->calls >= CALLS || turns->sample_count == SAMPLES ||
			   now - turns->last_at >= EVERY) &&
		   strata_mirror_turns_is_wanted(turns);
}

/*
 * As long as something comes of it: meanwhile no other process of the host begins. One that yields
 * stops where visitors wait for it.
 */
static void pass_all(strata_mirror_turns *turns, strata_database *database, allowance allowance,
	bool yields)
{
	strata_mirror_outcome outcome = { .taken = 1 };
	strata_usec now = strata_clock_usec();

	while (outcome.taken > 0 && outcome.failed == 0 && now < allowance.ends_at &&
		   strata_mirror_pass_is_due(database)) {
		outcome = strata_mirror_pass(database, turns->work, allowance.of_each);
		strata_arena_reset(turns->work);
		now = yields && strata_listen_queue_waits() ? allowance.ends_at : strata_clock_usec();
	}
	strata_differences_end_turn(database->mirror->differences,
		outcome.failed > 0 && outcome.settled == 0 ? strata_clock_msec() + PAUSE : 0);
}

static void pass_if_due(strata_mirror_turns *turns, const strata_mirror_moving *moving,
	allowance allowance)
{
	strata_msec now = strata_clock_msec();

	if (is_due(moving, now) &&
		strata_differences_begin_turn(differences_of(moving), LONGEST, now)) {
		pass_all(turns, moving->database, allowance, true);
	}
}

static bool begin(strata_mirror_turns *turns)
{
	if (turns->is_taken) {
		return false;
	}
	if (turns->work == NULL) {
		turns->work = strata_arena_new();
	}
	turns->is_taken = turns->work != NULL;
	return turns->is_taken;
}

static void end(strata_mirror_turns *turns)
{
	turns->is_taken = false;
	turns->calls = 0;
	turns->last_at = strata_clock_msec();
}

void strata_mirror_turns_take(strata_mirror_turns *turns, strata_mirror_turn what,
	strata_usec may_wait)
{
	allowance allowance = allow(may_wait);

	if (!begin(turns)) {
		return;
	}
	for (int i = 0; i < STRATA_MIRROR_TURNS_DATABASES; i++) {
		if (turns->moving[i].database != NULL) {
			pass_if_due(turns, &turns->moving[i], allowance);
		}
	}
	for (int i = 0; what == STRATA_TURN_ALL && turns->sample_count > 0 &&
					i < STRATA_MIRROR_TURNS_DATABASES && !strata_listen_queue_waits();
		 i++) {
		look_at_samples(turns, &turns->moving[i], allowance);
	}
	let_samples_go(turns);
	end(turns);
}

/* Whatever other processes do. */
void strata_mirror_turns_take_at_once(strata_mirror_turns *turns, strata_database *database)
{
	if (begin(turns)) {
		pass_all(turns, database, allow(database->settings.operation_timeout), false);
		end(turns);
	}
}

/* ---- the end of a host ---- */

static uint64_t noted_of(const strata_database *database)
{
	return strata_mirror_noted(&database->mirror->changes) +
		   strata_mirror_noted(&database->mirror->former);
}

bool strata_mirror_turns_any(const strata_mirror_turns *turns)
{
	uint64_t count = 0;

	for (int i = 0; i < STRATA_MIRROR_TURNS_DATABASES; i++) {
		count += turns->moving[i].database != NULL ? noted_of(turns->moving[i].database) : 0;
	}
	return count > 0;
}

/* Nothing is due: a place failed, or a command may still be carried out. */
static void wait_a_moment(void)
{
	static _Atomic uint32_t unchanged;

	strata_futex_wait(&unchanged, 0, MOMENT);
}

/* What is due later than a name that was taken in vain is not waited for. */
static uint64_t finish(strata_mirror_turns *turns, strata_database *database, allowance allowance)
{
	strata_mirror_outcome outcome = { .taken = 0 };
	strata_usec now = strata_clock_usec(), gives_up_at = now + IN_VAIN;
	uint64_t lost;

	while (noted_of(database) > 0 && now < allowance.ends_at && now < gives_up_at &&
		   !outcome.is_shut) {
		outcome = strata_mirror_pass(database, turns->work, allowance.of_each);
		strata_arena_reset(turns->work);
		if (outcome.settled == 0) {
			wait_a_moment();
		}
		now = strata_clock_usec();
		gives_up_at = outcome.taken > 0 ? now + IN_VAIN : gives_up_at;
	}
	lost = strata_mirror_drop(database->mirror);
	if (lost > 0) {
		/* Which tells the fleet before anything else. */
		(void) strata_mirror_pass(database, turns->work, allowance.of_each);
		strata_arena_reset(turns->work);
	}
	/* Servers that were left for others are no shadow that could lead. */
	return database->mirror->mode == STRATA_SHADOW_MODE_OFF ? 0 : lost;
}

uint64_t strata_mirror_turns_finish(strata_mirror_turns *turns, strata_usec may_wait)
{
	allowance allowance = allow(may_wait);
	uint64_t lost = 0;

	if (!begin(turns)) {
		return 0;
	}
	for (int i = 0; i < STRATA_MIRROR_TURNS_DATABASES; i++) {
		if (turns->moving[i].database != NULL) {
			lost += finish(turns, turns->moving[i].database, allowance);
		}
	}
	let_samples_go(turns);
	end(turns);
	return lost;
}

void strata_mirror_turns_forget(strata_mirror_turns *turns, const strata_database *database)
{
	for (int i = 0; i < STRATA_MIRROR_TURNS_DATABASES; i++) {
		if (turns->moving[i].database == database) {
			turns->moving[i] = (strata_mirror_moving){ .database = NULL };
		}
	}
	for (uint32_t i = 0; i < turns->sample_count; i++) {
		if (turns->sampled_of[i] == database) {
			turns->sampled_of[i] = NULL;
		}
	}
}

void strata_mirror_turns_fini(strata_mirror_turns *turns)
{
	strata_arena_free(turns->kept);
	strata_arena_free(turns->work);
	*turns = (strata_mirror_turns){ .kept = NULL };
}
