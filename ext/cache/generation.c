/*
 * A number is used only when the deepest tier confirmed it, or gave it back. So all hosts use the
 * same one, or none:
 *
 *     a copy holds what this host knew, or more     it is used; copies that hold less are raised
 *     no copy does                                  a new number is written, never the old one:
 *                                                   what was stored under it may have been deleted
 *                                                   by hosts that knew another one meanwhile
 *     the tier takes no number                      the one that it holds, if that is not less than
 *                                                   what this host knew; else none
 *     a number is a minute ahead of the server      it counts as absent, here as well as there
 *
 * A new number is max(known + 1, the time of the server).
 *
 * A copy that lags is raised before the greater number is used here. So whatever any host does
 * under a number begins after all copies that answer hold it. From this follows what a removal has
 * to prove: see cache/confirm.c.
 */
#include "cache/generation.h"

#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "cache/batch.h"
#include "database/mirror.h"
#include "os/clock.h"

enum {
	REFRESH_INTERVAL = 1000, /* ms */
	GOOD_FOR = 2000,         /* ms: so long a number needs no other word */
	REPAIR_INTERVAL = 60000  /* ms: after a tier refused to raise copies that lag */
};

/* One question to the copies, and what comes of it. */
typedef struct {
	strata_database *database;
	strata_call *call;
	strata_tier *deepest;
	strata_generation *record;
	uint64_t known; /* by this host when it asked, and not ahead of the server; 0: nothing */
	uint64_t wrong; /* what it knew, when that is ahead of the server; 0: it is not */
	strata_generation_copies copies;
} inquiry;

static const strata_generation *record_of(const strata_database *database)
{
	return database->generation != NULL ? database->generation : &database->own_generation;
}

static bool has_none(const strata_database *database)
{
	return database->keyspace.naming == STRATA_NAMES_PLAIN;
}

static uint64_t usable(const strata_database *database)
{
	return strata_generation_value(record_of(database));
}

static bool may_this_thread_refresh(strata_database *database, strata_msec now)
{
	if (database->own_refresh != 0 && now - database->own_refresh < REFRESH_INTERVAL) {
		return false;
	}
	database->own_refresh = now;
	return true;
}

/*
 * One question a second is on its way for the host, and others go by the number meanwhile. Where
 * none was answered for longer than that takes, every caller asks along with its own command: a
 * server that was stopped and goes on must not be read under a number that was cleared long ago.
 * That does not wait for an operation_timeout of many seconds.
 */
static bool is_overdue(const strata_database *database, strata_msec now)
{
	strata_msec way = REFRESH_INTERVAL + strata_msec_of(database->settings.operation_timeout);

	return usable(database) != 0 &&
		   strata_generation_silence(record_of(database), now) > (way < GOOD_FOR ? way : GOOD_FOR);
}

/*
 * Until the first answer no thread can do without one, so every thread may ask for itself. That
 * counts as the host's question too.
 */
static bool may_refresh(strata_database *database, strata_msec now)
{
	bool is_hosts = database->generation != NULL &&
					strata_generation_may_refresh(database->generation, now, REFRESH_INTERVAL);

	if (database->generation == NULL || usable(database) == 0) {
		return may_this_thread_refresh(database, now) || is_overdue(database, now);
	}
	return is_hosts || is_overdue(database, now);
}

static uint64_t microseconds_since_1970(void)
{
	return strata_clock_wall_msec() * 1000;
}

/* ---- asking ---- */

static inquiry begin(strata_database *database, strata_call *call)
{
	inquiry inquiry = {
		.database = database,
		.call = call,
		.deepest = strata_database_keeper(database),
		.record = database->generation != NULL ? database->generation : &database->own_generation,
	};

	inquiry.known = strata_generation_floor(inquiry.record);
	strata_generation_copies_init(&inquiry.copies);
	return inquiry;
}

static strata_result read_copies(inquiry *inquiry, strata_generation_question question)
{
	return inquiry->deepest->ops->read_generation(inquiry->deepest, inquiry->call, question,
		&inquiry->copies);
}

/* With the clock of the server: what is ahead of it counts as absent, also what this host knew. */
static strata_result ask_with_clock(inquiry *inquiry)
{
	strata_result result = read_copies(inquiry, STRATA_GENERATION_AND_CLOCK);
	uint64_t limit = strata_generation_copies_limit(&inquiry->copies);

	strata_generation_copies_sum_up(&inquiry->copies, limit);
	if (result == STRATA_OK && inquiry->known > limit) {
		inquiry->wrong = inquiry->known;
		inquiry->known = 0;
	}
	return result;
}

static bool is_held(const inquiry *inquiry)
{
	return inquiry->copies.greatest > 0 && inquiry->copies.greatest >= inquiry->known;
}

/*
 * What the first question brought. The server's clock is asked for only where a number looks odd,
 * or one is to be made.
 */
static strata_result weigh(inquiry *inquiry, strata_result result)
{
	strata_generation_copies_sum_up(&inquiry->copies,
		microseconds_since_1970() + STRATA_GENERATION_AHEAD);
	if (result != STRATA_OK || (is_held(inquiry) && !inquiry->copies.is_any_ahead)) {
		return result;
	}
	return ask_with_clock(inquiry);
}

static strata_result ask(inquiry *inquiry)
{
	return inquiry->known > 0 ? weigh(inquiry, read_copies(inquiry, STRATA_GENERATION_ALONE))
							  : ask_with_clock(inquiry);
}

/* ---- taking a number ---- */

/* The tier stands for it. */
static void adopt(const inquiry *inquiry, uint64_t number)
{
	strata_generation_hear(inquiry->record, inquiry->call->now);
	if (inquiry->wrong != 0) {
		strata_generation_replace(inquiry->record, inquiry->wrong, number);
	}
	(void) strata_generation_raise(inquiry->record, number);
}

static strata_result order(inquiry *inquiry, uint64_t least, uint64_t next)
{
	const strata_generation_order order = { .least = least,
		.next = next,
		.limit = strata_generation_copies_limit(&inquiry->copies) };
	uint64_t clock = inquiry->copies.clock;
	strata_result result = inquiry->deepest->ops->raise_generation(inquiry->deepest, inquiry->call,
		&order, &inquiry->copies);

	inquiry->copies.clock = clock;
	return result;
}

/*
 * A copy that cannot be written now is found low again at the next refresh. Where it may not be
 * written at all, asking each second would only fill the server's log.
 */
static void repair(inquiry *inquiry)
{
	strata_database *database = inquiry->database;
	strata_msec now = inquiry->call->now;
	strata_result result;

	if (database->next_repair != 0 && now < database->next_repair) {
		return;
	}
	result = order(inquiry, inquiry->copies.greatest, inquiry->copies.greatest);
	database->next_repair = result == STRATA_UNSUPPORTED ? now + REPAIR_INTERVAL : 0;
}

/*
 * A number that no host has used yet. Another host may have made one at the same time, and then
 * its number does as well: it is newer than what both of them had read. True when there is one now;
 * *result is OK when all copies have it.
 */
static bool make_new(inquiry *inquiry, strata_result *result)
{
	uint64_t before =
		inquiry->known > inquiry->copies.greatest ? inquiry->known : inquiry->copies.greatest;
	uint64_t now = inquiry->copies.clock != 0 ? inquiry->copies.clock : microseconds_since_1970();
	uint64_t made;

	*result = order(inquiry, before + 1, now > before ? now : before + 1);
	made = inquiry->copies.greatest;
	if (made <= before) {
		return false;
	}
	if (*result == STRATA_OK && inquiry->copies.lowest < made) {
		*result = order(inquiry, made, made);
	}
	adopt(inquiry, made);
	return true;
}

/* ---- failing ---- */

/* A new number was ordered. That the server answered that it does not take it is a reason. */
static strata_result reason_of(strata_result result)
{
	bool is_refused =
		result == STRATA_UNSUPPORTED || result == STRATA_SERVER || result == STRATA_AUTH;

	return is_refused ? STRATA_NO_GENERATION : result;
}

/* Kept for the calls before the deepest tier is asked again: they fail for the same reason. */
static void note_failure(const inquiry *inquiry, strata_result failure)
{
	strata_database *database = inquiry->database;
	const char *node = inquiry->copies.failed_node;

	database->generation_error = failure;
	snprintf(database->generation_error_text, sizeof(database->generation_error_text), "%s",
		inquiry->call->error);
	snprintf(database->generation_error_node, sizeof(database->generation_error_node), "%s",
		node != NULL ? node : "");
}

/*
 * No copy holds what this host knew, and none takes a new one. Going on with it would part this
 * host from the others.
 */
static void lose(const inquiry *inquiry, strata_result failure)
{
	strata_generation_revoke(inquiry->record,
		inquiry->wrong != 0 ? inquiry->wrong : inquiry->known);
	note_failure(inquiry, reason_of(failure));
}

/* The number that the tier stands for is taken, or a new one is made. */
static strata_result conclude(inquiry *inquiry, strata_result result)
{
	uint64_t greatest = inquiry->copies.greatest;

	if (result != STRATA_OK) {
		note_failure(inquiry, result);
		return result;
	}
	if (is_held(inquiry)) {
		if (inquiry->copies.lowest < greatest) {
			repair(inquiry);
		}
		adopt(inquiry, greatest);
	} else if (!make_new(inquiry, &result)) {
		lose(inquiry, result);
		return inquiry->database->generation_error;
	}
	return STRATA_OK;
}

/* Whatever was refused on the way: the number is there. What was said before stays. */
static strata_result conclude_in_words(inquiry *inquiry, strata_result result, const char *before)
{
	inquiry->database->generation_error = STRATA_OK;
	result = conclude(inquiry, result);
	if (result == STRATA_OK) {
		snprintf(inquiry->call->error, sizeof(inquiry->call->error), "%s", before);
	}
	return result;
}

/*
 * What the call is for has to wait, too, so that the question gets a share of the time: a copy on
 * a silent node must not cost keys of other nodes. Where that was too short, the next question gets
 * all of it, so that a host far away still hears of a clear().
 */
static strata_result refresh(strata_database *database, strata_call *call)
{
	bool was_late = database->generation_error == STRATA_TIMEOUT;
	inquiry inquiry = begin(database, call);
	char before[sizeof(call->error)];
	uint32_t later_steps = call->later_steps;
	strata_result result;

	memcpy(before, call->error, sizeof(before));
	call->is_generation_due = false;
	call->later_steps = was_late ? 0 : strata_database_count_shared(database, database->tier_count);
	result = conclude_in_words(&inquiry, ask(&inquiry), before);
	call->later_steps = later_steps;
	return result;
}

/* ---- exported ---- */

strata_result strata_cache_take_number(strata_database *database, strata_call *call)
{
	call->generation = usable(database);
	if (!strata_database_is_shared(database) || call->generation != 0) {
		return STRATA_OK;
	}
	/* For the local tier, which lost nothing. */
	call->generation = strata_generation_floor(record_of(database));
	if (database->generation_error == STRATA_OK) {
		return STRATA_NO_GENERATION;
	}
	snprintf(call->error, sizeof(call->error), "%s", database->generation_error_text);
	return database->generation_error;
}

strata_result strata_cache_prepare_along(strata_database *database, strata_call *call)
{
	call->is_generation_new = false;
	if (!strata_database_is_shared(database) || has_none(database)) {
		call->generation = usable(database);
		return STRATA_OK;
	}
	if (may_refresh(database, call->now)) {
		call->is_generation_due = true;
		/* On a route that does not lead to it there is no command to ask along with. */
		if (usable(database) == 0 || database->deeper > 0) {
			call->is_generation_new = refresh(database, call) == STRATA_OK;
		}
	}
	return strata_cache_take_number(database, call);
}

strata_result strata_cache_prepare(strata_database *database, strata_call *call)
{
	strata_result result = strata_cache_prepare_along(database, call);

	if (call->is_generation_due) {
		call->is_generation_new = refresh(database, call) == STRATA_OK;
		result = strata_cache_take_number(database, call);
	}
	return result;
}

strata_generation_inquiry strata_cache_inquire(const strata_database *database,
	const strata_call *call)
{
	return (strata_generation_inquiry){
		.check = strata_generation_check_of(
			call->is_generation_due ? STRATA_CHECK_ALL_COPIES : STRATA_CHECK_ONE_COPY),
		.known = strata_generation_floor(record_of(database)),
	};
}

/* One copy, where that says all there is to say. */
static bool says_enough(const strata_database *database, const strata_call *call,
	const strata_generation_check *check)
{
	uint64_t held = check->copies.readable > 0 ? check->copies.numbers[0] : 0;

	return held != 0 && (held == call->generation || held == usable(database));
}

static strata_result learn_from_all(strata_database *database, strata_call *call,
	const strata_generation_inquiry *asked)
{
	inquiry inquiry = begin(database, call);
	char before[sizeof(call->error)];
	strata_result verdict;

	memcpy(before, call->error, sizeof(before));
	call->is_generation_due = false;
	inquiry.known = asked->known;
	inquiry.copies = asked->check.copies;
	verdict = strata_generation_copies_verdict(&inquiry.copies);
	return conclude_in_words(&inquiry, weigh(&inquiry, verdict), before);
}

strata_result strata_cache_learn(strata_database *database, strata_call *call,
	const strata_generation_inquiry *asked)
{
	strata_result result = STRATA_OK;

	if (asked->check.is_sent && asked->check.scope == STRATA_CHECK_ALL_COPIES) {
		result = learn_from_all(database, call, asked);
	} else if (!asked->check.is_sent || !says_enough(database, call, &asked->check)) {
		result = refresh(database, call);
	}
	call->is_generation_new = result == STRATA_OK;
	return result;
}

/* Out of the way of databases that no other host shares. */
static STRATA_NOINLINE bool is_confirmed(const strata_database *database, uint64_t generation)
{
	if (database->generation == NULL) {
		return has_none(database);
	}
	return generation != 0 &&
		   !strata_generation_is_due(database->generation, strata_clock_msec(), REFRESH_INTERVAL);
}

bool strata_cache_is_prepared(const strata_database *database, uint64_t *generation)
{
	*generation = usable(database);
	return !strata_database_is_shared(database) || is_confirmed(database, *generation);
}

strata_msec strata_cache_silence(const strata_database *database, strata_msec now)
{
	strata_msec silence =
		has_none(database) ? 0 : strata_generation_silence(record_of(database), now);

	return silence > GOOD_FOR ? silence - GOOD_FOR : 0;
}

void strata_cache_complete_unprepared(strata_database *database, strata_item *const *items,
	size_t count, strata_result prepared)
{
	for (size_t i = 0; i < count; i++) {
		items[i]->result = prepared;
		items[i]->tier = strata_database_keeper(database)->ops->kind;
		items[i]->node =
			database->generation_error_node[0] != '\0' ? database->generation_error_node : NULL;
	}
}

bool strata_cache_is_usable(const strata_tier *tier, strata_result prepared)
{
	return prepared == STRATA_OK || tier->ops->kind == STRATA_TIER_LOCAL;
}

strata_tier *strata_cache_prepare_deepest(strata_database *database, strata_call *call,
	strata_item *item)
{
	strata_item *const one[] = { item };
	strata_result prepared = strata_cache_prepare_along(database, call);
	strata_tier *deepest = strata_database_deepest(database);

	if (deepest != NULL && strata_cache_is_usable(deepest, prepared)) {
		return deepest;
	}
	if (deepest == NULL) {
		strata_batch_complete(one, 1, STRATA_UNCONFIGURED, STRATA_TIER_LOCAL);
	} else {
		strata_cache_complete_unprepared(database, one, 1, prepared);
	}
	return NULL;
}

/* Only this host has it, so that there is nothing to ask. */
static void clear_alone(strata_database *database)
{
	strata_generation *record =
		database->generation != NULL ? database->generation : &database->own_generation;
	uint64_t now = microseconds_since_1970();
	uint64_t next = strata_generation_floor(record) + 1;

	(void) strata_generation_raise(record, next > now ? next : now);
}

static strata_result clear_shared(strata_database *database, strata_call *call)
{
	inquiry inquiry = begin(database, call);
	strata_result result;

	call->later_steps = 1;
	result = ask_with_clock(&inquiry);
	call->later_steps = 0;
	if (result != STRATA_OK) {
		return result;
	}
	(void) make_new(&inquiry, &result);
	return reason_of(result);
}

strata_result strata_cache_clear(strata_database *database, strata_call *call)
{
	strata_result result;

	if (strata_database_deepest(database) == NULL) {
		return STRATA_UNCONFIGURED;
	}
	if (has_none(database)) {
		strata_call_explain(call, "clear() is not there with plain names (strata.foreign, "
								  "strata.format): no generation stands in them, and what "
								  "other programs keep is not flushed");
		return STRATA_UNSUPPORTED;
	}
	call->is_urgent = true;
	if (!strata_database_is_shared(database)) {
		clear_alone(database);
		return STRATA_OK;
	}
	strata_mirror_begin_clear(database);
	result = clear_shared(database, call);
	strata_mirror_end_clear(database, result);
	return result;
}
