/*
 * Reads go from the nearest tier to the deepest, writes from the deepest to the nearest, so that a
 * value is never near without having been deep, and the deepest tier's word is the answer.
 *
 *     get       local -> memcached -> redis      what is found fills the tiers it was missing in
 *     put       redis -> memcached -> local      memcached forgets, the local tier is filled
 *     remove    redis -> memcached -> local      all of them must confirm
 *
 * A value with tags is served if they are current (see tags.c). What is outdated is as good as not
 * there, in each tier for itself.
 *
 * Between a miss and its fill others write. So a miss leaves a token, and a fill shows it: where
 * anything came or went under the key meanwhile, nothing is stored.
 *
 * Each tier gets what is left of the batch in one call, in which it asks all its nodes in parallel:
 * a batch over three tiers takes at most three rounds. What the first tier has costs no list and no
 * memory of the arena but that of the value.
 */
#include "cache/read.h"

#include "base/compiler.h"
#include "cache/batch.h"
#include "cache/confirm.h"
#include "cache/local.h"
#include "cache/removal.h"
#include "cache/stale.h"
#include "cache/tags.h"
#include "database/policy_terms.h"
#include "database/route.h"

/* The shared tiers that are deeper: what is still to be waited for. */
static uint32_t shared_below(const strata_database *database, size_t depth)
{
	return strata_database_count_shared(database, database->tier_count) -
		   strata_database_count_shared(database, depth + 1);
}

/* A get on its way down. */
typedef struct {
	strata_database *database;
	strata_call *call;
	strata_stale *stale;           /* NULL: nothing here can be served beyond its time */
	strata_confirmation *question; /* for the deepest tier */
	strata_item *const *left;      /* what no tier had so far */
	size_t count;
	strata_batch missing[STRATA_TIER_COUNT]; /* by depth: what that tier said it does not have */
} search;

/*
 * May this tier keep what the source gave? The local tier keeps it for local_ttl at most. memcached
 * keeps it as long as the value lives, and only for the one caller that it gave a token. So what a
 * replica said, which may have been replaced already, does not go there; nor does a counter, whose
 * truth is in the deepest tier: a copy would hide what others count. What another program wrote
 * does not say how long it lives.
 */
static bool may_fill(const strata_tier *tier, const strata_item *item, strata_tier_kind source)
{
	if (item->result != STRATA_OK || item->tier != source || item->is_kept_on_error) {
		return false;
	}
	return tier->ops->kind == STRATA_TIER_LOCAL ||
		   (item->fill_token != 0 && !item->is_from_replica && !item->is_foreign &&
			   item->value.codec != STRATA_CODEC_INTEGER);
}

/*
 * Only what a tier said it does not have is filled in: one that could not answer would only be
 * waited for again.
 */
static void fill(strata_tier *tier, strata_call *call, const strata_batch *missing,
	strata_tier_kind source)
{
	strata_batch copies = strata_batch_copy(call, missing->items, missing->count);
	size_t found = 0;

	for (size_t i = 0; i < copies.count; i++) {
		if (may_fill(tier, copies.items[i], source)) {
			copies.items[found++] = copies.items[i];
		}
	}
	if (found > 0) {
		tier->ops->fill(tier, call, copies.items, found);
		strata_batch_count_writes(tier, call, STRATA_OPERATION_FILL, copies.items, found);
	}
}

static bool bears_tags(const strata_item *item)
{
	return item->tag_count > 0 && (item->result == STRATA_OK || item->result == STRATA_STALE);
}

/*
 * A nearer tier that other hosts see is filled by the one caller that met nothing there. So what is
 * outdated has to go first, and the next get fills it.
 */
static void drop_outdated(search *search, strata_tier *tier)
{
	strata_arena *arena = search->call->arena;
	strata_batch tagged = { strata_arena_alloc(arena, search->count * sizeof(strata_item *)), 0 };
	size_t outdated = 0;

	for (size_t i = 0; i < search->count && tagged.items != NULL; i++) {
		if (bears_tags(search->left[i])) {
			tagged.items[tagged.count++] = search->left[i];
		}
	}
	strata_tags_settle(search->database, search->call, search->left, search->count);
	for (size_t i = 0; i < tagged.count; i++) {
		if (tagged.items[i]->result == STRATA_MISS) {
			tagged.items[outdated++] = tagged.items[i];
		}
	}
	tagged = strata_batch_copy(search->call, tagged.items, outdated);
	if (tagged.count > 0) {
		strata_cache_drop(tier, search->call, tagged.items, tagged.count);
	}
}

/* What the tier gave is judged before anything of it is used. */
static STRATA_NOINLINE void keep_current(search *search, size_t depth)
{
	strata_tier *tier = &search->database->tiers[depth];

	search->call->later_steps = shared_below(search->database, depth);
	if (tier->ops->kind != STRATA_TIER_LOCAL && depth + 1 < search->database->tier_count) {
		drop_outdated(search, tier);
	} else {
		strata_tags_settle(search->database, search->call, search->left, search->count);
	}
	search->call->later_steps = 0;
}

/* Of the deepest tier other questions travel along. */
static void get_current(search *search, size_t depth)
{
	strata_tier *tier = &search->database->tiers[depth];
	bool is_deepest = depth + 1 == search->database->tier_count;
	bool expects_tags = is_deepest && search->call->expected_tag_count > 0;

	if (is_deepest) {
		strata_confirm_hang(search->question);
	}
	if (expects_tags) {
		strata_tags_hang(search->database, search->call);
	}
	tier->ops->get(tier, search->call, search->left, search->count);
	strata_confirm_unhang(search->question);
	search->call->later_steps = 0;
	if (strata_items_bear_tags(search->left, search->count)) {
		keep_current(search, depth);
	}
	if (expects_tags) {
		strata_tags_unhang(search->database, search->call);
	}
}

/* At the first tier that other hosts see, for a look at the place that follows: cache/mirror/. */
static STRATA_NOINLINE void note_sample(const search *search, size_t depth)
{
	strata_read_sample *sample = search->call->sample;
	const strata_tier *tiers = search->database->tiers;
	bool is_first = tiers[depth].ops->kind != STRATA_TIER_LOCAL &&
					(depth == 0 || tiers[depth - 1].ops->kind == STRATA_TIER_LOCAL);

	for (size_t i = 0; is_first && i < search->count; i++) {
		if (sample->count < STRATA_READ_SAMPLE_KEYS) {
			sample->keys[sample->count++] = search->left[i]->key;
		}
	}
}

/* Asks one tier. False when there is nothing left to look for. */
static bool look_in(search *search, size_t depth)
{
	strata_tier *tiers = search->database->tiers;
	strata_tier *tier = &tiers[depth];
	size_t found;

	if (search->call->sample != NULL) {
		note_sample(search, depth);
	}
	/* So that a silent tier leaves time for a deeper one. */
	search->call->later_steps =
		tier->ops->kind != STRATA_TIER_LOCAL ? shared_below(search->database, depth) : 0;
	get_current(search, depth);
	found = strata_batch_count_gets(tier, search->call, search->left, search->count);
	if (search->stale != NULL) {
		strata_stale_note(search->stale, depth, search->left, search->count);
	}
	for (size_t near = 0; near < depth && found > 0; near++) {
		fill(&tiers[near], search->call, &search->missing[near], tier->ops->kind);
	}
	return found < search->count;
}

static void complete_unfound(const search *search, strata_result result)
{
	for (size_t i = 0; i < search->count; i++) {
		if (search->left[i]->result != STRATA_OK) {
			search->left[i]->result = result;
		}
	}
}

/* What a tier does not have, or only past its life: a deeper one may fill it in. */
static strata_batch list_missing(strata_arena *arena, const strata_batch *left)
{
	strata_batch missing = { strata_arena_alloc(arena, left->count * sizeof(strata_item *)), 0 };

	for (size_t i = 0; i < left->count && missing.items != NULL; i++) {
		if (left->items[i]->result == STRATA_MISS || left->items[i]->result == STRATA_STALE) {
			missing.items[missing.count++] = left->items[i];
		}
	}
	return missing;
}

/* Lists what is still to be found. False, with results written, when out of memory. */
static bool go_deeper(search *search, size_t depth)
{
	strata_arena *arena = search->call->arena;
	strata_batch left = { strata_arena_alloc(arena, search->count * sizeof(strata_item *)), 0 };

	if (left.items == NULL) {
		complete_unfound(search, STRATA_NO_MEMORY);
		return false;
	}
	for (size_t i = 0; i < search->count; i++) {
		if (search->left[i]->result != STRATA_OK) {
			left.items[left.count++] = search->left[i];
		}
	}
	search->missing[depth] = list_missing(arena, &left);
	search->left = left.items;
	search->count = left.count;
	return true;
}

static void run(search *search, strata_result prepared, strata_tier_kind nearest)
{
	strata_database *database = search->database;

	strata_batch_complete(search->left, search->count, STRATA_UNCONFIGURED, STRATA_TIER_LOCAL);
	for (size_t depth = 0; search->count > 0 && depth < database->tier_count; depth++) {
		const strata_tier *tier = &database->tiers[depth];

		if (tier->ops->kind < nearest || !strata_route_asks(database, tier->ops->kind) ||
			(search->stale != NULL && !strata_stale_may_ask(search->stale, depth))) {
			continue;
		}
		if (!strata_cache_is_usable(tier, prepared)) {
			strata_cache_complete_unprepared(database, search->left, search->count, prepared);
			return;
		}
		if (!look_in(search, depth) || depth + 1 == database->tier_count ||
			!go_deeper(search, depth)) {
			return;
		}
	}
}

static void release_all(strata_database *database, strata_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strata_cache_release(database, items[i]);
	}
}

/* From the beginning. */
static void run_all(search *search, strata_result prepared, strata_tier_kind nearest,
	strata_item *const *items, size_t count)
{
	search->left = items;
	search->count = count;
	if (search->stale != NULL) {
		strata_stale_begin(search->stale, search->database, search->call, items, count, nearest);
	}
	run(search, prepared, nearest);
}

static STRATA_NOINLINE void search_all(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, strata_tier_kind nearest, strata_result prepared)
{
	strata_confirmation question;
	strata_stale stale;
	search search = { .database = database,
		.call = call,
		.stale = database->tier_count + database->deeper > 1 || call->takes_stale ? &stale : NULL,
		.question = &question };

	strata_confirm_begin_read(&question, database, call);
	run_all(&search, prepared, nearest, items, count);
	if (strata_confirm_read_again(&question, &prepared)) {
		release_all(database, items, count);
		run_all(&search, prepared, nearest, items, count);
	}
	if (search.stale != NULL) {
		strata_stale_complete(&stale);
	}
}

/* The local tier can always be asked, and its answer is all there is. */
static void get_alone(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_tier *local = &database->tiers[0];
	uint64_t stale = 0;

	local->ops->get(local, call, items, count);
	strata_tags_settle(database, call, items, count);
	(void) strata_batch_count_gets(local, call, items, count);
	for (size_t i = 0; i < count && call->takes_stale; i++) {
		stale += items[i]->result == STRATA_STALE;
	}
	if (stale > 0) {
		strata_stats_add(local->stats, STRATA_COUNT_STALE, stale);
	}
}

/* Where the route of the keys does not lead as deep as that, their deepest is asked. */
static strata_tier_kind within_route(const strata_database *database, strata_tier_kind nearest)
{
	strata_tier_kind last =
		database->tier_count > 0 ? database->tiers[database->tier_count - 1].ops->kind : nearest;

	return database->deeper > 0 && last < nearest ? last : nearest;
}

static void get_from(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_tier_kind nearest)
{
	strata_result prepared = strata_cache_prepare_along(database, call);

	if (strata_cache_is_local_alone(database) && nearest == STRATA_TIER_LOCAL) {
		get_alone(database, call, items, count);
	} else {
		search_all(database, call, items, count, nearest, prepared);
	}
}

static void get_on_route(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, const void *with)
{
	get_from(database, call, items, count,
		within_route(database, *(const strata_tier_kind *) with));
}

static STRATA_NOINLINE void get_on_routes(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, strata_tier_kind nearest)
{
	strata_policy_count_applied(database, items, count);
	strata_route_each(database, call, items, count, get_on_route, &nearest);
}

void strata_cache_get_from(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count, strata_tier_kind nearest)
{
	if (database->policies == NULL) {
		get_from(database, call, items, count, nearest);
	} else {
		get_on_routes(database, call, items, count, nearest);
	}
}

void strata_cache_get(strata_database *database, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_cache_get_from(database, call, items, count, STRATA_TIER_LOCAL);
}
