#include "cache/mirror/pass.h"

#include "cache/generation.h"
#include "cache/mirror/follow.h"
#include "cache/mirror/mark.h"
#include "cache/mirror/raise.h"
#include "cache/mirror/share.h"
#include "cache/removal.h"
#include "cache/tags.h"
#include "os/clock.h"

enum { NAMES = STRATA_MIRROR_PASS_NAMES };

typedef struct {
	strata_mirror_visit visit;
	strata_unconfirmed_name names[NAMES];
	strata_change_kind kinds[NAMES];
	uint64_t ids[NAMES]; /* of tags */
	uint32_t count;
	strata_mirror_pair pairs[NAMES]; /* by the place of the name */
	strata_mirror_pair *keys[NAMES];
	uint32_t key_count;
	strata_mirror_outcome outcome;
} pass;

static void count_up(const pass *pass, strata_mirror_count what, uint64_t by)
{
	strata_differences_count(pass->visit.mirror->differences, what, by);
}

static void complete(pass *pass, uint32_t place)
{
	strata_mirror_complete(&pass->visit.mirror->changes, &pass->names[place]);
	pass->outcome.settled++;
}

static void fail(pass *pass, strata_result result)
{
	count_up(pass, STRATA_MIRROR_FAILED, 1);
	pass->outcome.failed++;
	pass->outcome.is_shut |= strata_result_is_unasked(result);
}

/* Else it would wait as if it had failed, though no place was asked in vain. */
static void give_back(pass *pass, uint32_t place)
{
	if (strata_clock_usec() >= pass->visit.ends_at) {
		strata_mirror_give_back(&pass->visit.mirror->changes, &pass->names[place]);
	}
}

/* ---- what is raised ---- */

/* Before the keys: what was stored since is to lie under the new numbers. */
static void raise_all(pass *pass)
{
	for (uint32_t i = 0; i < pass->count; i++) {
		strata_result result = STRATA_OK;

		switch (pass->kinds[i]) {
			case STRATA_CHANGE_KEY: continue;
			case STRATA_CHANGE_TAG:
				result = strata_mirror_raise_tag(&pass->visit, pass->ids[i]);
				break;
			case STRATA_CHANGE_CLEAR: result = strata_mirror_raise_generation(&pass->visit); break;
		}
		if (result == STRATA_OK) {
			count_up(pass, STRATA_MIRROR_RAISED, 1);
			complete(pass, i);
		} else if (result == STRATA_BUDGET) {
			give_back(pass, i);
		} else {
			fail(pass, result);
		}
	}
}

/* ---- keys ---- */

static void conclude(pass *pass, const strata_mirror_pair *pair)
{
	if (pair->state == STRATA_PAIR_SETTLED) {
		count_up(pass, STRATA_MIRROR_COPIED, pair->was_copied);
		count_up(pass, STRATA_MIRROR_REMOVED, pair->was_removed && !pair->was_copied);
		count_up(pass, STRATA_MIRROR_FAILED, pair->was_refused);
		complete(pass, (uint32_t) (pair - pass->pairs));
	} else if (pair->state == STRATA_PAIR_FAILED) {
		fail(pass, pair->why);
	} else {
		give_back(pass, (uint32_t) (pair - pass->pairs));
	}
}

static void bring_keys(pass *pass)
{
	for (uint32_t i = 0; i < pass->count; i++) {
		if (pass->kinds[i] == STRATA_CHANGE_KEY) {
			pass->keys[pass->key_count++] = &pass->pairs[i];
		}
	}
	strata_mirror_follow_routes(&pass->visit, pass->keys, pass->key_count);
	for (uint32_t i = 0; i < pass->key_count; i++) {
		conclude(pass, pass->keys[i]);
	}
}

/* ---- what was changed in the other place ---- */

/*
 * Names that were noted while the places were the other way round, and never brought over: the
 * value that answers under them now may be older than the change. Removing notes the name anew, for
 * the place that follows.
 */
static void remove_former(pass *pass, const strata_unconfirmed_name *name)
{
	strata_mirror_place *place = &pass->visit.answering;
	strata_change_kind kind;
	strata_item item = { .value.codec = STRATA_CODEC_NULL };
	strata_item *const one[] = { &item };
	strata_result result = STRATA_OK;
	uint64_t id;

	if (!strata_mirror_visit_may_ask(&pass->visit, place)) {
		return;
	}
	if (strata_mirror_read_name(name->name, &kind, &item.key, &id)) {
		switch (kind) {
			case STRATA_CHANGE_KEY:
				strata_cache_remove(place->database, &place->call, one, 1);
				result = item.result;
				break;
			case STRATA_CHANGE_TAG:
				result = strata_tags_invalidate(place->database, &place->call, &id, 1);
				break;
			case STRATA_CHANGE_CLEAR:
				result = strata_cache_clear(place->database, &place->call);
				break;
		}
	}
	if (result == STRATA_OK || result == STRATA_MISS) {
		strata_mirror_complete(&pass->visit.mirror->former, name);
	} else {
		fail(pass, result);
	}
}

static void remove_all_former(pass *pass)
{
	const strata_mirror_names *former = &pass->visit.mirror->former;
	uint32_t count;

	if (!strata_mirror_is_due(former, strata_clock_msec())) {
		return;
	}
	count = strata_mirror_take(former, pass->visit.arena, pass->names, NAMES);
	for (uint32_t i = 0; i < count; i++) {
		remove_former(pass, &pass->names[i]);
	}
}

/* ---- the whole ---- */

/* What says nothing is struck. */
static void take(pass *pass)
{
	const strata_mirror *mirror = pass->visit.mirror;
	uint32_t count = strata_mirror_take(&mirror->changes, pass->visit.arena, pass->names, NAMES);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t next = pass->count;
		strata_view key;

		if (!strata_mirror_read_name(pass->names[i].name, &pass->kinds[next], &key,
				&pass->ids[next])) {
			strata_mirror_complete(&mirror->changes, &pass->names[i]);
			continue;
		}
		pass->names[next] = pass->names[i];
		pass->pairs[next] = strata_mirror_pair_of(key);
		pass->pairs[next].is_left_out = !strata_mirror_shares(mirror, key);
		pass->count++;
	}
	pass->outcome.taken = pass->count;
}

static void bring_over(pass *pass)
{
	strata_result result = strata_mirror_visit_prepare(&pass->visit);

	if (result == STRATA_OK) {
		raise_all(pass);
		bring_keys(pass);
		return;
	}
	for (uint32_t i = 0; i < pass->count; i++) {
		if (result == STRATA_BUDGET) {
			give_back(pass, i);
		} else {
			fail(pass, result);
		}
	}
}

bool strata_mirror_pass_is_due(const strata_database *database)
{
	const strata_mirror *mirror = database->mirror;
	strata_msec now = strata_clock_msec();

	return strata_mirror_is_due(&mirror->changes, now) ||
		   strata_mirror_is_due(&mirror->former, now) || strata_mirror_mark_is_due(mirror);
}

strata_mirror_outcome strata_mirror_pass(strata_database *database, strata_arena *arena,
	strata_usec may_wait)
{
	pass *pass =
		strata_mirror_pass_is_due(database) ? strata_arena_alloc(arena, sizeof(*pass)) : NULL;

	if (pass == NULL) {
		return (strata_mirror_outcome){ 0 };
	}
	memset(pass, 0, sizeof(*pass));
	strata_mirror_visit_begin(&pass->visit, database, arena, may_wait);
	strata_mirror_mark_tell(&pass->visit);
	remove_all_former(pass);
	take(pass);
	if (pass->count > 0) {
		bring_over(pass);
	}
	return pass->outcome;
}
