/*
 * The order of the steps is what makes it right, whatever others do in between. A round:
 *
 *     1  what does the place that follows hold, and under which version?
 *     2  what does the one that answers hold?
 *     3  the same: settled. A value: stored over the version of 1. Nothing: removed
 *
 * Where 1 found nothing there is no version. So a placeholder is left there, and 2 is asked again.
 *
 * Two hosts bring one name over at once. Each stores over the version that it saw before it read
 * the value. So of two the one with the older value finds its version gone, and begins a new round.
 * Versions are random, and a copy has that of its origin: none comes back.
 *
 * A delete comes between the two reads, or between them and the store. Its own name is noted, and
 * whichever process brings that over finds a version or a placeholder in 1, and nothing in 2: it
 * removes what is there, and the store finds its version gone. If that process found nothing in 1,
 * then the placeholder came later, and so did the second look at the value, which saw the delete.
 *
 * A removal compares nothing, since the keys of a batch go in one round, and what has no version
 * must go, too. It may hit what a faster host stored since. So it never ends a round: the next one
 * looks at both places again.
 *
 * Digits, which servers count, have no version, either. They are stored over a placeholder, or over
 * other digits by comparing those, and stay digits, with their end. 41 may be there once more after
 * 42, so the next round looks again here, too. Only what is seen to be equal is settled.
 *
 * A tag is raised meanwhile. A value with tags is read again after the numbers of the place that
 * follows were read, and stored under these; see numbers.c. A clear() likewise: the generation of
 * the place that follows is taken first. That of the one that answers is proven by each read. If it
 * has risen since, all is begun anew under numbers that are in step.
 *
 * A process is killed in here: what it leaves is a placeholder, which lives for 10 minutes, or a
 * copy whose name is still noted. What was read stale, and is kept for remember(), is copied with
 * both ends. A lease in its header is of the place that it was read from, and is not.
 *
 * What is too large for a server that follows, and what it refuses to store as it is full, must not
 * leave an older value there: it is removed. What other programs wrote under a plain name has no
 * version and no owner: it is not copied, and what is ours in its place goes.
 */
#include "cache/mirror/follow.h"

#include "base/compiler.h"
#include "cache/mirror/numbers.h"
#include "cache/removal.h"
#include "cache/tags.h"
#include "cache/write.h"
#include "database/route.h"
#include "os/clock.h"
#include "os/process.h"

enum { ROUNDS = 6 };

/* Some of the pairs, with room for all. */
typedef struct {
	strata_mirror_pair **pairs;
	size_t count;
} list;

typedef struct {
	strata_mirror_visit *visit;
	list open, to_remove, to_prepare, to_store, to_swap;
	strata_item *items; /* room for one of each pair */
	strata_item **items_list;
	strata_mirror_numbers following, answering; /* of tags, at each place */
} follow;

static bool make_list(list *made, strata_arena *arena, size_t count)
{
	made->pairs = strata_arena_alloc(arena, count * sizeof(strata_mirror_pair *));
	made->count = 0;
	return made->pairs != NULL;
}

static bool begin(follow *follow, strata_mirror_visit *visit, size_t count)
{
	strata_arena *arena = visit->arena;

	memset(follow, 0, sizeof(*follow));
	follow->visit = visit;
	follow->items = strata_arena_alloc(arena, count * sizeof(strata_item));
	follow->items_list = strata_arena_alloc(arena, count * sizeof(strata_item *));
	return make_list(&follow->open, arena, count) && make_list(&follow->to_remove, arena, count) &&
		   make_list(&follow->to_prepare, arena, count) &&
		   make_list(&follow->to_store, arena, count) &&
		   make_list(&follow->to_swap, arena, count) && follow->items != NULL &&
		   follow->items_list != NULL;
}

static void put_on(list *target, strata_mirror_pair *pair)
{
	target->pairs[target->count++] = pair;
}

/* ---- looking ---- */

static void fail(strata_mirror_pair *pair, strata_result result)
{
	/* That the time is over says nothing about a place. */
	pair->state = result == STRATA_BUDGET ? STRATA_PAIR_OPEN : STRATA_PAIR_FAILED;
	pair->why = result;
}

/* Keeps those that were answered. */
static void keep_seen(list *asked, bool of_answering)
{
	size_t kept = 0;

	for (size_t i = 0; i < asked->count; i++) {
		strata_mirror_pair *pair = asked->pairs[i];
		const strata_item *item = of_answering ? &pair->answering : &pair->following;

		if (strata_mirror_pair_sight(item) == STRATA_SIGHT_UNKNOWN) {
			fail(pair, item->result);
		} else {
			asked->pairs[kept++] = pair;
		}
	}
	asked->count = kept;
}

static void look_at_following(follow *follow, list *asked)
{
	for (size_t i = 0; i < asked->count; i++) {
		follow->items_list[i] = &asked->pairs[i]->following;
	}
	strata_mirror_visit_get(follow->visit, &follow->visit->following, follow->items_list,
		asked->count);
	for (size_t i = 0; i < asked->count; i++) {
		asked->pairs[i]->fence = asked->pairs[i]->following.fence.version;
	}
	keep_seen(asked, false);
}

static void look_at_answering(follow *follow, list *asked)
{
	for (size_t i = 0; i < asked->count; i++) {
		follow->items_list[i] = &asked->pairs[i]->answering;
	}
	strata_mirror_visit_get(follow->visit, &follow->visit->answering, follow->items_list,
		asked->count);
	/* By what this host knows of tags: what is stored later is checked by the servers' word. */
	strata_tags_settle(follow->visit->answering.database, &follow->visit->answering.call,
		follow->items_list, asked->count);
	keep_seen(asked, true);
}

/* ---- deciding ---- */

static bool is_wanted(const strata_mirror_pair *pair)
{
	return !pair->is_left_out && strata_mirror_pair_sight(&pair->answering) == STRATA_SIGHT_VALUE;
}

/* Where one of both is digits, and there is something to compare with. */
static bool is_for_swap(const strata_mirror_pair *pair)
{
	return strata_item_is_digits(&pair->answering) ||
		   (strata_mirror_pair_sight(&pair->following) == STRATA_SIGHT_VALUE &&
			   strata_item_is_digits(&pair->following));
}

/* A value is wanted, and something that it may be stored over is there. */
static void store_over(follow *follow, strata_mirror_pair *pair)
{
	put_on(is_for_swap(pair) ? &follow->to_swap : &follow->to_store, pair);
}

static void decide(follow *follow, strata_mirror_pair *pair)
{
	strata_mirror_sight there = strata_mirror_pair_sight(&pair->following);

	if (!is_wanted(pair)) {
		if (there == STRATA_SIGHT_NOTHING) {
			pair->state = STRATA_PAIR_SETTLED;
		} else {
			put_on(&follow->to_remove, pair);
		}
	} else if (strata_mirror_pair_classify(pair) == STRATA_DIFFERENCE_EQUAL) {
		pair->state = STRATA_PAIR_SETTLED;
	} else if (there == STRATA_SIGHT_FOREIGN) {
		put_on(&follow->to_remove, pair);
	} else if (there == STRATA_SIGHT_NOTHING || pair->answering.tag_count > 0) {
		put_on(&follow->to_prepare, pair);
	} else {
		store_over(follow, pair);
	}
}

/* ---- preparing ---- */

static void take_fences(follow *follow, list *prepared)
{
	strata_mirror_place *place = &follow->visit->following;
	strata_tier *deepest = strata_database_deepest(place->database);
	strata_fence wanted = { .owner = strata_process_random_word() | 1,
		.end = strata_clock_wall_msec() };
	size_t count = 0;

	for (size_t i = 0; i < prepared->count; i++) {
		if (prepared->pairs[i]->fence == 0) {
			follow->items[count] = (strata_item){ .key = prepared->pairs[i]->answering.key,
				.value.codec = STRATA_CODEC_NULL,
				.fence = wanted,
				.result = STRATA_BUDGET };
			follow->items_list[count] = &follow->items[count];
			count++;
		}
	}
	if (count > 0 && strata_mirror_visit_may_ask(follow->visit, place)) {
		deepest->ops->take_fence(deepest, &place->call, follow->items_list, count);
	}
}

/* No waiting heals that: no scripts are allowed, there is no cas, or no memory is left. */
static bool is_refused(strata_result result)
{
	return result == STRATA_TOO_LARGE || result == STRATA_SERVER || result == STRATA_UNSUPPORTED;
}

static void refuse(follow *follow, strata_mirror_pair *pair)
{
	pair->is_left_out = true;
	pair->was_refused = true;
	put_on(&follow->to_remove, pair);
}

/* A value that came since the look is left to the next round. */
static void take_unfenced(follow *follow, strata_mirror_pair *pair, strata_result result)
{
	if (is_refused(result)) {
		refuse(follow, pair);
	} else if (strata_result_class_of(result) != STRATA_ANSWER) {
		fail(pair, result);
	}
}

/* Keeps those that have one. */
static void keep_fenced(follow *follow, list *prepared)
{
	size_t kept = 0, taken = 0;

	for (size_t i = 0; i < prepared->count; i++) {
		strata_mirror_pair *pair = prepared->pairs[i];

		if (pair->fence == 0) {
			const strata_item *item = &follow->items[taken++];

			if (item->result != STRATA_MISS) {
				take_unfenced(follow, pair, item->result);
				continue;
			}
			pair->fence = item->fence.version;
		}
		prepared->pairs[kept++] = pair;
	}
	prepared->count = kept;
}

/* Is each number beside the value the present one, by the servers' own word? */
static strata_result check_tags(const follow *follow, const strata_item *item)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		uint64_t number;
		strata_result result =
			strata_mirror_numbers_find(&follow->answering, item->tags[i].id, &number);

		if (result != STRATA_OK || number != item->tags[i].number) {
			return result == STRATA_OK ? STRATA_MISS : result;
		}
	}
	return STRATA_OK;
}

/* The numbers become those of the place that follows. False where one is not known. */
static bool number_anew(const follow *follow, strata_item *item, strata_result *result)
{
	for (uint16_t i = 0; i < item->tag_count; i++) {
		*result =
			strata_mirror_numbers_find(&follow->following, item->tags[i].id, &item->tags[i].number);
		if (*result != STRATA_OK) {
			return false;
		}
	}
	return true;
}

static void decide_prepared(follow *follow, strata_mirror_pair *pair)
{
	strata_result checked = check_tags(follow, &pair->answering);

	if (!is_wanted(pair) || checked == STRATA_MISS) {
		put_on(&follow->to_remove, pair);
	} else if (checked != STRATA_OK || !number_anew(follow, &pair->answering, &checked)) {
		fail(pair, checked);
	} else {
		store_over(follow, pair);
	}
}

/* Of those that have nothing to be stored over, and those with tags. */
static void prepare(follow *follow)
{
	list *prepared = &follow->to_prepare;

	if (prepared->count == 0) {
		return;
	}
	take_fences(follow, prepared);
	keep_fenced(follow, prepared);
	if (!strata_mirror_numbers_list(&follow->following, follow->visit->arena, prepared->pairs,
			prepared->count)) {
		return;
	}
	strata_mirror_numbers_lift(&follow->following, follow->visit);
	strata_mirror_numbers_return(&follow->following, follow->visit);
	look_at_answering(follow, prepared);
	if (!strata_mirror_numbers_list(&follow->answering, follow->visit->arena, prepared->pairs,
			prepared->count)) {
		return;
	}
	strata_mirror_numbers_read(&follow->answering, follow->visit);
	for (size_t i = 0; i < prepared->count; i++) {
		decide_prepared(follow, prepared->pairs[i]);
	}
}

/* ---- changing ---- */

/* They stay open: see above. Of what is never copied no other host stores anything. */
static void remove_all(follow *follow)
{
	strata_mirror_place *place = &follow->visit->following;
	list *removed = &follow->to_remove;

	for (size_t i = 0; i < removed->count; i++) {
		follow->items[i] = (strata_item){ .key = removed->pairs[i]->answering.key,
			.value.codec = STRATA_CODEC_NULL,
			.result = STRATA_BUDGET };
		follow->items_list[i] = &follow->items[i];
	}
	if (removed->count > 0 && strata_mirror_visit_may_ask(follow->visit, place)) {
		strata_cache_remove(place->database, &place->call, follow->items_list, removed->count);
	}
	for (size_t i = 0; i < removed->count; i++) {
		strata_mirror_pair *pair = removed->pairs[i];
		strata_result result = follow->items[i].result;

		if (result != STRATA_OK && result != STRATA_MISS) {
			fail(pair, result);
			continue;
		}
		pair->was_removed = true;
		pair->was_copied = false;
		if (pair->is_left_out) {
			pair->state = STRATA_PAIR_SETTLED;
		}
	}
	removed->count = 0;
}

static strata_item copy_of(const strata_mirror_pair *pair)
{
	strata_item copy = pair->answering;

	copy.fence = (strata_fence){ .version = pair->fence };
	copy.fill_token = 0;
	copy.is_from_replica = false;
	copy.is_kept_on_error = false;
	copy.local = (strata_local_hit){ .seen = 0 };
	return copy;
}

/*
 * What the place answered to a store. A refusal that no waiting heals leaves it without the value:
 * an older one must not stay there.
 */
static void take_stored(follow *follow, strata_mirror_pair *pair, strata_result result)
{
	if (result == STRATA_OK) {
		pair->was_copied = true;
	} else if (is_refused(result)) {
		refuse(follow, pair);
	} else if (result != STRATA_NOT_STORED) {
		fail(pair, result);
	}
}

/* Of what has a version: all in one round. */
static void store_all(follow *follow)
{
	strata_mirror_place *place = &follow->visit->following;
	list *stored = &follow->to_store;

	for (size_t i = 0; i < stored->count; i++) {
		follow->items[i] = copy_of(stored->pairs[i]);
		follow->items[i].result = STRATA_BUDGET;
		follow->items_list[i] = &follow->items[i];
	}
	if (stored->count > 0 && strata_mirror_visit_may_ask(follow->visit, place)) {
		strata_cache_put_over_fence(place->database, &place->call, follow->items_list,
			stored->count);
	}
	for (size_t i = 0; i < stored->count; i++) {
		take_stored(follow, stored->pairs[i], follow->items[i].result);
		if (stored->pairs[i]->was_copied && follow->items[i].result == STRATA_OK) {
			stored->pairs[i]->state = STRATA_PAIR_SETTLED;
		}
	}
}

/* Of digits: one by one, and they stay open. */
static void swap_one(follow *follow, strata_mirror_pair *pair)
{
	strata_mirror_place *place = &follow->visit->following;
	strata_tier *deepest = strata_database_deepest(place->database);
	bool is_value = strata_mirror_pair_sight(&pair->following) == STRATA_SIGHT_VALUE;
	strata_cas_token seen = { .version = pair->fence };
	strata_item copy = copy_of(pair);

	if (is_value && strata_item_is_digits(&pair->following)) {
		seen = (strata_cas_token){ .is_integer = true, .integer = pair->following.value.integer };
	}
	deepest->ops->compare(deepest, &place->call, &copy, &seen);
	strata_cache_drop_nearer(place->database, &place->call, &copy);
	take_stored(follow, pair, copy.result);
}

static void swap_all(follow *follow)
{
	list *swapped = &follow->to_swap;

	for (size_t i = 0; i < swapped->count; i++) {
		if (!strata_mirror_visit_may_ask(follow->visit, &follow->visit->following)) {
			return;
		}
		swap_one(follow, swapped->pairs[i]);
	}
}

/* ---- rounds ---- */

static void forget_lists(follow *follow)
{
	follow->to_remove.count = 0;
	follow->to_prepare.count = 0;
	follow->to_store.count = 0;
	follow->to_swap.count = 0;
}

static void run_round(follow *follow)
{
	list *open = &follow->open;

	forget_lists(follow);
	look_at_following(follow, open);
	look_at_answering(follow, open);
	if (open->count == 0) {
		return;
	}
	/* A clear() was heard of since: nothing is stored under numbers that are not in step. */
	if (strata_mirror_visit_lags(follow->visit)) {
		strata_result result = strata_mirror_visit_prepare(follow->visit);

		for (size_t i = 0; i < open->count && result != STRATA_OK; i++) {
			fail(open->pairs[i], result);
		}
		return;
	}
	for (size_t i = 0; i < open->count; i++) {
		decide(follow, open->pairs[i]);
	}
	prepare(follow);
	if (strata_mirror_visit_lags(follow->visit)) {
		return;
	}
	remove_all(follow);
	store_all(follow);
	swap_all(follow);
	remove_all(follow);
}

/* Of keys that are never copied nothing has to be known. */
static void remove_left_out(follow *follow, strata_mirror_pair *const *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (pairs[i]->is_left_out) {
			put_on(&follow->to_remove, pairs[i]);
		}
	}
	remove_all(follow);
}

static void list_open(follow *follow, strata_mirror_pair *const *pairs, size_t count)
{
	follow->open.count = 0;
	for (size_t i = 0; i < count; i++) {
		if (pairs[i]->state == STRATA_PAIR_OPEN && !pairs[i]->is_left_out) {
			put_on(&follow->open, pairs[i]);
		}
	}
}

static bool has_time(const strata_mirror_visit *visit)
{
	return strata_clock_usec() < visit->ends_at;
}

void strata_mirror_follow(strata_mirror_visit *visit, strata_mirror_pair *const *pairs,
	size_t count)
{
	follow follow;

	if (count == 0 || !begin(&follow, visit, count)) {
		return;
	}
	remove_left_out(&follow, pairs, count);
	list_open(&follow, pairs, count);
	for (int i = 0; i < ROUNDS && follow.open.count > 0 && has_time(visit); i++) {
		run_round(&follow);
		list_open(&follow, pairs, count);
	}
}

/* ---- routes ---- */

static bool is_on_route(const strata_mirror_visit *visit, strata_view key, strata_view as)
{
	const strata_database *answering = visit->answering.database;
	const strata_database *following = visit->following.database;

	return strata_route_of(answering, key) == strata_route_of(answering, as) &&
		   strata_route_of(following, key) == strata_route_of(following, as);
}

static void follow_on_route(strata_mirror_visit *visit, strata_mirror_pair *const *pairs,
	size_t count)
{
	strata_view key = pairs[0]->answering.key;
	strata_database *answering = visit->answering.database;
	strata_database *following = visit->following.database;
	strata_route here = strata_route_enter(answering, strata_route_of(answering, key));
	strata_route there = strata_route_enter(following, strata_route_of(following, key));

	strata_mirror_follow(visit, pairs, count);
	strata_route_leave(following, there);
	strata_route_leave(answering, here);
}

void strata_mirror_follow_routes(strata_mirror_visit *visit, strata_mirror_pair *const *pairs,
	size_t count)
{
	strata_mirror_pair **rest = strata_arena_alloc(visit->arena, (count + 1) * 2 * sizeof(*rest));
	strata_mirror_pair **same = rest + count;

	if (rest == NULL || count == 0) {
		return;
	}
	memcpy(rest, pairs, count * sizeof(*rest));
	while (count > 0) {
		strata_view first = rest[0]->answering.key;
		size_t left = 0, of_route = 0;

		for (size_t i = 0; i < count; i++) {
			if (is_on_route(visit, rest[i]->answering.key, first)) {
				same[of_route++] = rest[i];
			} else {
				rest[left++] = rest[i];
			}
		}
		count = left;
		follow_on_route(visit, same, of_route);
	}
}
