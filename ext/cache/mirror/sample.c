#include "cache/mirror/sample.h"

#include "base/hash.h"
#include "cache/mirror/follow.h"
#include "cache/mirror/share.h"
#include "cache/tags.h"
#include "database/route.h"
#include "os/clock.h"
#include "os/process.h"
#include "policy/key.h"

enum {
	MOST = STRATA_MIRROR_SAMPLE_KEYS,
	SUSPECTS = 16,       /* that one look takes along */
	FILLS_A_SECOND = 500 /* of one host: a new place gets warm, and no server is flooded */
};

typedef struct {
	strata_mirror_visit visit;
	strata_mirror_pair pairs[MOST + SUSPECTS];
	strata_mirror_sampled wanted[MOST + SUSPECTS];
	strata_mirror_pair *list[MOST + SUSPECTS];
	size_t count;
} look;

bool strata_mirror_sample_wants(const strata_database *database, strata_view key,
	strata_mirror_sampled *out)
{
	const strata_mirror *mirror = database->mirror;

	*out = (strata_mirror_sampled){ .key = key };
	if (mirror == NULL || key.size > STRATA_SUSPECTS_KEY || !strata_mirror_shares(mirror, key)) {
		return false;
	}
	out->is_compared =
		strata_mirror_compares(mirror) &&
		(mirror->compare >= 100 || strata_process_random_word() % 100 < mirror->compare);
	out->is_filled = mirror->fills;
	return out->is_compared || out->is_filled;
}

static strata_differences *differences_of(const look *look)
{
	return look->visit.mirror->differences;
}

static void leave_out(const look *look, uint64_t by)
{
	strata_differences_count(differences_of(look), STRATA_MIRROR_LEFT_OUT, by);
}

/* ---- looking ---- */

static void look_at(look *look, strata_mirror_place *place, bool is_answering,
	strata_mirror_pair *const *pairs, size_t count)
{
	strata_item *items[MOST + SUSPECTS] = { NULL };

	for (size_t i = 0; i < count; i++) {
		items[i] = is_answering ? &pairs[i]->answering : &pairs[i]->following;
	}
	strata_mirror_visit_get(&look->visit, place, items, count);
	strata_tags_settle(place->database, &place->call, items, count);
}

/* All keys of one route at both places; see follow.c. */
static void look_at_both(look *look)
{
	strata_database *answering = look->visit.answering.database;
	strata_database *following = look->visit.following.database;

	for (size_t first = 0, end; first < look->count; first = end) {
		strata_view key = look->list[first]->answering.key;
		uint8_t here = strata_route_of(answering, key), there = strata_route_of(following, key);
		strata_route before_here = strata_route_enter(answering, here);
		strata_route before_there = strata_route_enter(following, there);

		for (end = first + 1; end < look->count &&
							  strata_route_of(answering, look->list[end]->answering.key) == here &&
							  strata_route_of(following, look->list[end]->answering.key) == there;
			 end++) {
		}
		look_at(look, &look->visit.following, false, &look->list[first], end - first);
		look_at(look, &look->visit.answering, true, &look->list[first], end - first);
		strata_route_leave(following, before_there);
		strata_route_leave(answering, before_here);
	}
}

static bool is_seen(const strata_mirror_pair *pair)
{
	return strata_mirror_pair_sight(&pair->answering) != STRATA_SIGHT_UNKNOWN &&
		   strata_mirror_pair_sight(&pair->following) != STRATA_SIGHT_UNKNOWN;
}

/* ---- judging ---- */

/* What stands for what was seen of one item: by its version, or by its number. */
static uint64_t number_of(const strata_item *item)
{
	strata_mirror_sight sight = strata_mirror_pair_sight(item);

	if (sight != STRATA_SIGHT_VALUE) {
		return (uint64_t) sight;
	}
	return strata_item_is_digits(item) ? (uint64_t) item->value.integer ^ UINT64_C(1) << 63
									   : item->version;
}

static uint64_t version_of(const strata_item *item)
{
	return strata_mirror_pair_sight(item) == STRATA_SIGHT_VALUE ? item->version : 0;
}

static void note(const look *look, const strata_mirror_pair *pair, strata_difference_class class)
{
	const strata_difference difference = {
		.key = strata_key_shown(pair->answering.key),
		.hash = strata_hash_of(pair->answering.key, 0),
		.depth = look->visit.answering.database->analysis.depth,
		.class = class,
		.version = version_of(&pair->answering),
		.other_version = version_of(&pair->following),
		.seen_at = strata_clock_wall_msec(),
	};

	strata_differences_note(differences_of(look), &difference);
}

static void classify(const look *look, const strata_mirror_pair *pair)
{
	strata_difference_class class = strata_mirror_pair_classify(pair);
	strata_suspects *suspects = strata_differences_suspects(differences_of(look));
	const uint64_t seen[] = { number_of(&pair->answering), number_of(&pair->following), class };
	const strata_view bytes = { (const char *) seen, sizeof(seen) };

	if (suspects == NULL) {
		return;
	}
	if (class == STRATA_DIFFERENCE_EQUAL) {
		strata_suspects_clear(suspects, pair->answering.key);
		note(look, pair, class);
		return;
	}
	switch (strata_suspects_look(suspects, pair->answering.key, strata_hash_of(bytes, 0),
		strata_clock_msec())) {
		case STRATA_SUSPECT_HELD: return;
		case STRATA_SUSPECT_PROVEN: note(look, pair, class); return;
		case STRATA_SUSPECT_LOST: leave_out(look, 1); return;
	}
}

static void classify_all(const look *look)
{
	for (size_t i = 0; i < look->count; i++) {
		if (!look->wanted[i].is_compared) {
			continue;
		}
		if (is_seen(&look->pairs[i])) {
			classify(look, &look->pairs[i]);
		} else {
			leave_out(look, 1);
		}
	}
}

/* ---- filling ---- */

static bool is_to_be_filled(const look *look, size_t place)
{
	const strata_mirror_pair *pair = &look->pairs[place];

	return look->wanted[place].is_filled && is_seen(pair) &&
		   strata_mirror_pair_classify(pair) == STRATA_DIFFERENCE_MISSING &&
		   strata_differences_may_fill(differences_of(look), FILLS_A_SECOND, strata_clock_msec());
}

static void fill(look *look)
{
	size_t count = 0;
	uint64_t filled = 0, failed = 0;

	for (size_t i = 0; i < look->count; i++) {
		if (is_to_be_filled(look, i)) {
			look->list[count++] = &look->pairs[i];
		}
	}
	strata_mirror_follow_routes(&look->visit, look->list, count);
	for (size_t i = 0; i < count; i++) {
		filled += look->list[i]->was_copied;
		failed += look->list[i]->state == STRATA_PAIR_FAILED || look->list[i]->was_refused;
	}
	strata_differences_count(differences_of(look), STRATA_MIRROR_FILLED, filled);
	strata_differences_count(differences_of(look), STRATA_MIRROR_FAILED, failed);
}

/* ---- the whole ---- */

static void add(look *look, const strata_mirror_sampled *wanted)
{
	look->wanted[look->count] = *wanted;
	look->pairs[look->count] = strata_mirror_pair_of(wanted->key);
	look->list[look->count] = &look->pairs[look->count];
	look->count++;
}

static bool is_listed(const look *look, strata_view key)
{
	for (size_t i = 0; i < look->count; i++) {
		if (strata_view_equal(look->wanted[i].key, key)) {
			return true;
		}
	}
	return false;
}

static void add_suspects(look *look)
{
	strata_suspects *suspects = strata_differences_suspects(differences_of(look));
	strata_view keys[SUSPECTS];
	uint32_t count = 0;

	if (suspects != NULL) {
		count =
			strata_suspects_take(suspects, look->visit.arena, keys, SUSPECTS, strata_clock_msec());
	}
	for (uint32_t i = 0; i < count; i++) {
		if (!is_listed(look, keys[i])) {
			add(look, &(strata_mirror_sampled){ .key = keys[i], .is_compared = true });
		}
	}
}

void strata_mirror_sample_look(strata_database *database, strata_arena *arena,
	const strata_mirror_sampled *keys, size_t count, strata_usec may_wait)
{
	look *look = strata_arena_alloc(arena, sizeof(*look));

	if (look == NULL) {
		return;
	}
	memset(look, 0, sizeof(*look));
	strata_mirror_visit_begin(&look->visit, database, arena, may_wait);
	for (size_t i = 0; i < count && look->count < MOST; i++) {
		add(look, &keys[i]);
	}
	add_suspects(look);
	if (look->count == 0) {
		return;
	}
	if (strata_mirror_visit_prepare(&look->visit) != STRATA_OK) {
		leave_out(look, look->count);
		return;
	}
	look_at_both(look);
	classify_all(look);
	fill(look);
}
