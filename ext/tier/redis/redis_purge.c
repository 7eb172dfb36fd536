/*
 * A scan goes through all masters by SCAN, each with a cursor of its own:
 *
 *     step: SCAN <cursor> MATCH <names of this database> COUNT <n>   of every master, in parallel
 *           UNLINK <name>                                            for each of an old one
 *
 * and a call makes as many steps as its limit allows. COUNT is at most 500, and names are unlinked
 * one by one in a pipeline, so that no server is ever busy for longer than it takes to look at as
 * many entries; FLUSH and KEYS are never sent. Both halves of a step are rounds like any other:
 * under the operation timeout, charged to the request, each name routed to the owner of its slot.
 *
 * A cursor moves on only when everything it found could be removed. It belongs to the server that
 * gave it: a master that takes over from another one is scanned from the beginning, and slots that
 * move from a master not yet scanned to one that was are found by the next scan.
 *
 * Which generation is the present one was read from the servers in this very call. What bears a
 * later one was written after a clear() that we have not heard of, and is left alone like the
 * present one's.
 */
#include "tier/redis/redis_purge.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/digits.h"
#include "tier/remote_key.h"
#include "tier/redis/redis_scan.h"

enum { FEWEST_AT_ONCE = 10 };

struct strata_redis_purge {
	strata_redis_scan scans[STRATA_PURGE_MODES];
};

/* One call. */
typedef struct purge {
	const strata_redis_tier *tier;
	strata_cluster *cluster; /* NULL: one server */
	strata_call *call;       /* with an arena of our own, which every step empties */
	strata_redis_scan *scan;
	strata_purge_mode mode;
	uint64_t left; /* entries that may still be looked at */
	strata_purge *out;
	strata_result failure; /* the first one, or OK */
	char why[sizeof(((strata_call *) NULL)->error)];
} purge;

/* What one master is asked in a step. The item comes first, so that it can be found by it. */
typedef struct scan {
	strata_item item;
	strata_scan_progress *progress;
	uint32_t at_once;
	uint64_t cursor;                /* as answered */
	const strata_resp_reply *names; /* of a reply that counts, else NULL */
} scan;

/* A name of a former generation: the key of the item. */
typedef struct finding {
	strata_item item;
	strata_scan_progress *progress;
} finding;

typedef struct step {
	scan *scans;
	strata_item **items; /* of the scans */
	size_t count;
	finding *findings;
	strata_item **found; /* of the findings */
	size_t found_count;
} step;

/* ---- asking ---- */

static uint32_t share_of(const purge *purge, const strata_scan_progress *progress, uint32_t open)
{
	uint64_t share = purge->left / open;

	share = share < FEWEST_AT_ONCE ? FEWEST_AT_ONCE : share;
	return share < progress->at_once ? (uint32_t) share : progress->at_once;
}

/*
 * Shares what is left among the open masters; some get nothing where there are more of them than
 * that.
 */
static strata_result open_step(purge *purge, step *step)
{
	uint32_t open = strata_redis_scan_count_open(purge->scan);
	uint64_t left = purge->left;

	*step = (struct step){
		.scans = strata_arena_alloc(purge->call->arena, open * sizeof(scan)),
		.items = strata_arena_alloc(purge->call->arena, open * sizeof(strata_item *)),
	};
	if (step->scans == NULL || step->items == NULL) {
		return STRATA_NO_MEMORY;
	}
	for (uint32_t i = 0; i < purge->scan->count && left > 0; i++) {
		strata_scan_progress *progress = &purge->scan->masters[i];

		if (strata_scan_progress_is_open(progress)) {
			scan *scan = &step->scans[step->count];

			*scan =
				(struct scan){ .progress = progress, .at_once = share_of(purge, progress, open) };
			step->items[step->count++] = &scan->item;
			left -= scan->at_once < left ? scan->at_once : left;
		}
	}
	purge->left = left;
	return STRATA_OK;
}

/* ---- SCAN ---- */

/* Only what a server can have given: up to 20 digits. */
static bool read_cursor(strata_view text, uint64_t *cursor)
{
	*cursor = 0;
	for (size_t i = 0; i < text.size; i++) {
		unsigned digit = (unsigned) (text.data[i] - '0');

		if (digit > 9 || *cursor > (UINT64_MAX - digit) / 10) {
			return false;
		}
		*cursor = *cursor * 10 + digit;
	}
	return text.size > 0;
}

static bool are_strings(const strata_resp_reply *list)
{
	for (const strata_resp_reply *at = list->first; at != NULL; at = at->next) {
		if (at->type != STRATA_RESP_STRING) {
			return false;
		}
	}
	return true;
}

/* To SCAN: a cursor and a list of names, or it is the reply of another command. */
static strata_result classify_scanned(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	const strata_resp_reply *cursor = strata_resp_element(reply, 0);
	const strata_resp_reply *names = cursor == NULL ? NULL : cursor->next;
	scan *scan = (struct scan *) item;

	(void) batch;
	if (names == NULL || cursor->type != STRATA_RESP_STRING || names->type != STRATA_RESP_ARRAY ||
		!read_cursor(cursor->text, &scan->cursor) || !are_strings(names)) {
		return STRATA_DESYNC;
	}
	scan->names = names;
	return STRATA_OK;
}

static strata_view decimal(strata_arena *arena, uint64_t number)
{
	strata_digits room;

	return strata_arena_copy(arena, strata_digits_of(number, &room));
}

static void add_scan(strata_redis_batch *batch, const scan *scan, strata_view pattern)
{
	strata_arena *arena = batch->call->arena;
	strata_view words[] = { strata_view_of("SCAN"), decimal(arena, scan->progress->cursor),
		strata_view_of("MATCH"), pattern, strata_view_of("COUNT"), decimal(arena, scan->at_once) };

	strata_redis_batch_add(batch, words, 6, 0);
	if (batch->commands != NULL) {
		batch->commands[batch->added - 1].slot = scan->progress->slot;
	}
}

static void scan_all(purge *purge, step *step)
{
	strata_redis_batch batch =
		strata_redis_batch_of(purge->tier, purge->call, step->items, step->count);
	strata_view pattern = strata_remote_key_pattern(purge->call->arena, purge->tier->keyspace);

	for (size_t i = 0; i < step->count; i++) {
		add_scan(&batch, &step->scans[i], pattern);
	}
	strata_redis_batch_run(&batch, classify_scanned);
}

/* ---- what came of it ---- */

/* That the request may wait no longer is told only where nothing else went wrong. */
static void fail(purge *purge, strata_scan_progress *progress, strata_result result)
{
	progress->is_resting = true;
	if (purge->failure == STRATA_OK || purge->failure == STRATA_BUDGET) {
		purge->failure = result;
		snprintf(purge->why, sizeof(purge->why), "%s", purge->call->error);
	}
}

/* Where the reply was too large or too late, there shall be less in it. */
static void complete_failure(purge *purge, const scan *scan)
{
	strata_result result = scan->item.result;
	strata_scan_progress *progress = scan->progress;
	bool is_too_much = result == STRATA_TOO_LARGE || result == STRATA_TIMEOUT;

	if (is_too_much && scan->at_once > 1) {
		progress->at_once = scan->at_once / 4 > 0 ? scan->at_once / 4 : 1;
	}
	if (result == STRATA_TOO_LARGE && scan->at_once > 1) {
		return;
	}
	if (result == STRATA_TOO_LARGE) {
		strata_call_explain(purge->call,
			"redis %s: a reply to SCAN is larger than strata.max_value allows", scan->item.node);
	} else if (result == STRATA_DESYNC) {
		strata_call_explain(purge->call, "redis %s: SCAN: %s", scan->item.node,
			strata_result_text(result));
	}
	/* Names, and no value of the script's, are too large: no caller may catch it as that. */
	fail(purge, progress, result == STRATA_TOO_LARGE ? STRATA_SERVER : result);
}

/*
 * Is it the reply of the server that gave the cursor? Else the slot has moved, and the next survey
 * finds out whether this is still a master; or the one server is another one by now. Its scan
 * begins again.
 */
static bool is_of_progress(const purge *purge, const scan *scan)
{
	strata_scan_progress *progress = scan->progress;
	bool is_new = progress->name[0] == '\0';

	if (strata_scan_progress_is_of(progress, scan->item.node)) {
		return true;
	}
	if (purge->cluster == NULL) {
		snprintf(progress->name, sizeof(progress->name), "%s", scan->item.node);
	}
	if (!is_new) {
		progress->cursor = 0;
		progress->is_resting = true;
	}
	return is_new;
}

static void complete_scan(purge *purge, step *step, scan *scan)
{
	if (scan->item.result != STRATA_OK) {
		complete_failure(purge, scan);
		return;
	}
	if (!is_of_progress(purge, scan)) {
		scan->names = NULL;
		return;
	}
	step->found_count += scan->names->count;
}

static void note_name(purge *purge, step *step, strata_scan_progress *progress, strata_view name)
{
	uint64_t generation = strata_remote_key_generation(purge->tier->keyspace, name);
	finding *finding = &step->findings[step->found_count];

	purge->out->seen += generation != 0;
	if (generation == 0 || generation >= purge->call->generation) {
		return;
	}
	purge->out->former++;
	*finding = (struct finding){ .item.key = name, .progress = progress };
	step->found[step->found_count++] = &finding->item;
}

static void note_names(purge *purge, step *step, const scan *scan)
{
	if (scan->names == NULL) {
		return;
	}
	for (const strata_resp_reply *at = scan->names->first; at != NULL; at = at->next) {
		note_name(purge, step, scan->progress, at->text);
	}
}

/* Lists the names of former generations. NO_MEMORY: nothing is counted then. */
static strata_result sift(purge *purge, step *step)
{
	strata_arena *arena = purge->call->arena;

	for (size_t i = 0; i < step->count; i++) {
		complete_scan(purge, step, &step->scans[i]);
	}
	step->findings = strata_arena_alloc(arena, step->found_count * sizeof(finding));
	step->found = strata_arena_alloc(arena, step->found_count * sizeof(strata_item *));
	step->found_count = 0;
	if (step->findings == NULL || step->found == NULL) {
		return STRATA_NO_MEMORY;
	}
	for (size_t i = 0; i < step->count; i++) {
		note_names(purge, step, &step->scans[i]);
	}
	return STRATA_OK;
}

/* ---- UNLINK ---- */

/* UNSUPPORTED for items whose server does not know the verb, or does not allow it. */
static void remove_by(const purge *purge, const char *verb, strata_item *const *found, size_t count)
{
	strata_redis_batch batch = strata_redis_batch_of(purge->tier, purge->call, found, count);

	for (size_t i = 0; i < count; i++) {
		strata_view words[] = { strata_view_of(verb), found[i]->key };

		strata_redis_batch_add(&batch, words, 2, 1);
	}
	strata_redis_batch_run(&batch, strata_redis_classify_changed);
}

static void remove_found(purge *purge, const step *step)
{
	strata_item **again;
	size_t count;

	remove_by(purge, "UNLINK", step->found, step->found_count);
	again = strata_items_with(purge->call->arena, step->found, step->found_count,
		STRATA_UNSUPPORTED, &count);
	if (count > 0) {
		remove_by(purge, "DEL", again, count);
	}
	for (size_t i = 0; i < step->found_count; i++) {
		strata_result result = step->findings[i].item.result;

		purge->out->removed += result == STRATA_OK;
		if (result != STRATA_OK && result != STRATA_MISS) {
			fail(purge, step->findings[i].progress, result);
		}
	}
}

/* ---- scanning ---- */

static void move_on(const step *step)
{
	for (size_t i = 0; i < step->count; i++) {
		const scan *scan = &step->scans[i];

		if (scan->names != NULL && !scan->progress->is_resting) {
			scan->progress->cursor = scan->cursor;
			scan->progress->is_done = scan->cursor == 0;
		}
	}
}

static strata_result take_step(purge *purge)
{
	step step;
	strata_result result = open_step(purge, &step);

	if (result == STRATA_OK) {
		scan_all(purge, &step);
		result = sift(purge, &step);
	}
	if (result != STRATA_OK) {
		return result;
	}
	if (step.found_count > 0 && purge->mode == STRATA_PURGE_REMOVES) {
		remove_found(purge, &step);
	}
	move_on(&step);
	return STRATA_OK;
}

static strata_result scan_on(purge *purge)
{
	strata_result result =
		strata_redis_scan_survey(purge->scan, purge->cluster, purge->call->arena);
	bool has_come_far = false;

	while (
		result == STRATA_OK && purge->left > 0 && strata_redis_scan_count_open(purge->scan) > 0) {
		/* As many steps as it takes; each may wait for operation_timeout. */
		purge->call->waited = 0;
		result = take_step(purge);
		has_come_far |= purge->failure == STRATA_OK;
		strata_arena_reset(purge->call->arena);
	}
	if (result == STRATA_OK && strata_redis_scan_is_done(purge->scan)) {
		purge->out->is_done = true;
		strata_redis_scan_forget(purge->scan);
	}
	/* What the request may wait for is used up, and used well. */
	if (purge->failure == STRATA_BUDGET && has_come_far) {
		return result;
	}
	return result == STRATA_OK ? purge->failure : result;
}

/* ---- exported ---- */

void strata_redis_purge_free(strata_redis_purge *purge)
{
	for (int mode = 0; purge != NULL && mode < STRATA_PURGE_MODES; mode++) {
		strata_redis_scan_forget(&purge->scans[mode]);
	}
	free(purge);
}

strata_result strata_redis_purge_go_on(strata_redis_tier *tier, strata_call *call,
	const strata_purge_order *order, strata_purge *out)
{
	strata_arena *lent = call->arena;
	strata_result result = STRATA_NO_MEMORY;
	purge purge = {
		.tier = tier,
		.cluster = strata_redis_client_cluster(tier->redis),
		.call = call,
		.mode = order->mode,
		.left = order->limit,
		.out = out,
	};

	*out = (strata_purge){ 0 };
	tier->purge = tier->purge != NULL ? tier->purge : calloc(1, sizeof(*tier->purge));
	call->arena = tier->purge != NULL ? strata_arena_new() : NULL;
	if (call->arena != NULL) {
		purge.scan = &tier->purge->scans[order->mode];
		result = scan_on(&purge);
		strata_arena_free(call->arena);
	}
	call->arena = lent;
	if (result == purge.failure && result != STRATA_OK) {
		strata_call_explain(call, "%s", purge.why);
	}
	return result;
}
