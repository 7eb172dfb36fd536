#include "cache/mirror/mark.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "cache/generation.h"
#include "os/clock.h"
#include "os/futex.h"
#include "tier/tag_question.h"

/* Tags and namespaces have hashes of 64 bits: none is one of these but by a chance of 2^-63. */
#define MARK UINT64_C(0x6d61726b206f6621)
#define KEPT UINT64_C(0x6b657074206f6621)

enum {
	TELL_EVERY = 60000,              /* msec between two words of a host that keeps a shadow */
	TELL_AGAIN = 5000,               /* msec, where the word was not heard */
	LOOKS = 20,                      /* for a moment without changes that wait */
	BETWEEN_LOOKS = 500,             /* usec */
	LONGEST_SILENCE = 10 * 60 * 1000 /* msec without any host's word: an earlier try */
};

/* The end of that millisecond, in microseconds. */
static uint64_t number_of(strata_msec dropped_at)
{
	return dropped_at == 0 ? 0 : dropped_at * 1000 + 999;
}

static bool leads(const strata_mirror *mirror)
{
	return mirror->mode == STRATA_SHADOW_MODE_LEAD;
}

/* ---- telling ---- */

static strata_msec expected_word(const strata_mirror *mirror)
{
	strata_msec dropped_at = strata_mirror_dropped_at(&mirror->changes);

	return dropped_at > strata_differences_told(mirror->differences, leads(mirror)) ? dropped_at
																					: 0;
}

/* While servers change without a shadow, no place is kept in step with another one. */
static bool is_a_move(const strata_mirror *mirror)
{
	return mirror->mode != STRATA_SHADOW_MODE_OFF;
}

bool strata_mirror_mark_is_due(const strata_mirror *mirror)
{
	return expected_word(mirror) != 0 ||
		   (is_a_move(mirror) &&
			   strata_differences_is_to_be_kept(mirror->differences, strata_clock_msec()));
}

/* The number there, raised to least where it is lower; 0: there is none. */
static strata_result ask(strata_mirror_visit *visit, strata_mirror_place *place, uint64_t id,
	uint64_t least, uint64_t *number)
{
	strata_tier *keeper = strata_database_keeper(place->database);
	strata_tag_question question = { .id = id,
		.least = least,
		.next = least,
		.result = STRATA_BUDGET };
	strata_tag_question *const one[] = { &question };

	*number = 0;
	if (keeper == NULL || keeper->ops->read_tags == NULL) {
		return STRATA_UNSUPPORTED;
	}
	if (strata_mirror_visit_may_ask(visit, place)) {
		keeper->ops->read_tags(keeper, &place->call, one, 1);
	}
	*number = question.number;
	return question.result;
}

/* Only of a shadow that follows: one that leads has values that no other place has. */
static strata_result begin_if_left(strata_mirror_visit *visit, uint64_t kept, uint64_t now)
{
	bool is_left = kept + LONGEST_SILENCE * UINT64_C(1000) < now;

	if (!is_left || leads(visit->mirror)) {
		return STRATA_OK;
	}
	return strata_mirror_visit_lift(visit, now);
}

/*
 * What this host changed while nothing followed is noted nowhere. Since each host that was alone
 * does this, the last one of a fleet makes the shadow true.
 */
static strata_result begin_if_alone(strata_mirror_visit *visit, uint64_t now)
{
	const strata_database *answering = visit->answering.database;
	strata_result result = STRATA_OK;

	if (strata_mirror_was_alone(visit->mirror, answering)) {
		result = strata_mirror_visit_lift(visit, now);
		if (result == STRATA_OK) {
			strata_mirror_end_alone(visit->mirror, answering);
		}
	}
	return result;
}

static void keep(strata_mirror_visit *visit)
{
	strata_differences *differences = visit->mirror->differences;
	strata_mirror_place *shadow = leads(visit->mirror) ? &visit->answering : &visit->following;
	strata_msec now = strata_clock_msec();
	uint64_t wall = strata_clock_wall_msec() * 1000, kept;
	strata_result result;

	if (!is_a_move(visit->mirror) || !strata_differences_is_to_be_kept(differences, now)) {
		return;
	}
	result = ask(visit, shadow, KEPT, 0, &kept);
	if (result == STRATA_OK || result == STRATA_MISS) {
		result = begin_if_left(visit, kept, wall);
	}
	if (result == STRATA_OK) {
		result = begin_if_alone(visit, wall);
	}
	if (result == STRATA_OK) {
		result = ask(visit, shadow, KEPT, wall, &kept);
	}
	strata_differences_keep(differences, now + (result == STRATA_OK ? TELL_EVERY : TELL_AGAIN));
}

void strata_mirror_mark_tell(strata_mirror_visit *visit)
{
	strata_msec dropped_at = expected_word(visit->mirror);
	uint64_t number;

	if (dropped_at != 0 &&
		ask(visit, &visit->answering, MARK, number_of(dropped_at), &number) == STRATA_OK) {
		strata_differences_tell(visit->mirror->differences, leads(visit->mirror), dropped_at);
	}
	keep(visit);
}

void strata_mirror_mark_end(strata_database *database, strata_arena *arena)
{
	strata_mirror *mirror = database->mirror;
	const strata_mirror_names *names = leads(mirror) ? &mirror->former : &mirror->changes;
	strata_mirror_visit visit;
	uint64_t number;

	(void) strata_unconfirmed_overflow(names->stripes[0]);
	strata_mirror_visit_begin(&visit, database, arena, database->settings.operation_timeout);
	(void) !ask(&visit, leads(mirror) ? &visit.following : &visit.answering, MARK,
		number_of(strata_clock_wall_msec()), &number);
}

/* ---- leading ---- */

static void explain_drop(const char *database, uint64_t mark, char why[STRATA_MIRROR_MARK_ERROR])
{
	time_t second = (time_t) (mark / 1000000);
	char moment[32] = "";
	struct tm parts;

	if (gmtime_r(&second, &parts) != NULL) {
		(void) strftime(moment, sizeof(moment), "%Y-%m-%d %H:%M:%S UTC", &parts);
	}
	snprintf(why, STRATA_MIRROR_MARK_ERROR,
		"the shadow does not lead: changes were dropped at %s, so it may hold older values; "
		"accepted: lead after strata_shadow_renew(\"%s\"), or strata diff %s --renew, which "
		"empties it",
		moment, database, database);
}

static bool was_followed(const strata_mirror *mirror, const strata_database *first,
	char why[STRATA_MIRROR_MARK_ERROR])
{
	bool was_alone = strata_mirror_was_alone(mirror, first);

	if (was_alone) {
		snprintf(why, STRATA_MIRROR_MARK_ERROR,
			"the shadow does not lead yet: this host changed values while the shadow was off, and "
			"it is to begin anew first; accepted: lead while it can be reached");
	}
	return !was_alone;
}

/*
 * A host at work always has changes under way, and those that are over are brought there within a
 * call (is_at_once). So what counts is whether there is a moment without any of the latter.
 */
static bool has_all(const strata_mirror_names *names, char why[STRATA_MIRROR_MARK_ERROR])
{
	static _Atomic uint32_t unchanged;
	uint64_t waiting = strata_mirror_waiting(names);

	for (int i = 0; i < LOOKS && waiting > 0; i++) {
		strata_futex_wait(&unchanged, 0, BETWEEN_LOOKS);
		waiting = strata_mirror_waiting(names);
	}
	if (waiting > 0) {
		snprintf(why, STRATA_MIRROR_MARK_ERROR,
			"the shadow does not lead yet: %" PRIu64 " changes of this host wait to be brought "
			"there; accepted: lead while it can be reached",
			waiting);
	}
	return waiting == 0;
}

bool strata_mirror_mark_allows_lead(strata_database *database, strata_arena *arena,
	char why[STRATA_MIRROR_MARK_ERROR])
{
	strata_mirror *mirror = database->mirror;
	const strata_mirror_names *names = leads(mirror) ? &mirror->former : &mirror->changes;
	strata_mirror_visit visit;
	strata_mirror_place *first, *shadow;
	uint64_t mark, of_host = number_of(strata_mirror_dropped_at(names));

	strata_mirror_visit_begin(&visit, database, arena, database->settings.operation_timeout);
	first = leads(mirror) ? &visit.following : &visit.answering;
	shadow = leads(mirror) ? &visit.answering : &visit.following;
	why[0] = '\0';
	(void) !ask(&visit, first, MARK, 0, &mark);
	mark = mark > of_host ? mark : of_host;
	if (strata_mirror_visit_may_ask(&visit, shadow) &&
		strata_cache_prepare(shadow->database, &shadow->call) == STRATA_OK &&
		mark >= shadow->call.generation) {
		explain_drop(database->name, mark, why);
		return false;
	}
	return was_followed(mirror, first->database, why) && has_all(names, why);
}
