/*
 * Names are noted whatever the route and the mode: what is to be done about one is found out when
 * it is taken, from what stands there then. The outcome of a change decides when that is:
 *
 *     an answer             it counts as a change, even where the value was only looked at: a
 *                           command that was sent twice may be refused the second time
 *     the node not asked    nothing happened
 *     any failure           it may still happen: it is looked at twice
 *
 * A key that the route keeps in the local tier alone has no place to be brought to.
 */
#include "database/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/process.h"
#include "tier/local.h"

enum { STRIPE_SHIFT = 62, WHOLE_KEY = STRATA_UNCONFIRMED_LONGEST_NAME - 1 };

_Static_assert(STRATA_MIRROR_STRIPES == 1 << (64 - STRIPE_SHIFT), "the highest bits of a hash");

/* ---- names ---- */

/* In a name that is too long for the table nothing is written, and noting it fails. */
typedef struct {
	char text[STRATA_UNCONFIRMED_LONGEST_NAME];
	size_t size;
} name;

static void write_name(name *out, strata_change_kind kind, strata_view rest)
{
	out->size = rest.size > WHOLE_KEY ? sizeof(out->text) + 1 : rest.size + 1;
	out->text[0] = (char) kind;
	if (rest.size > 0 && rest.size <= WHOLE_KEY) {
		memcpy(out->text + 1, rest.data, rest.size);
	}
}

static void write_key(name *out, strata_view key)
{
	write_name(out, STRATA_CHANGE_KEY, key);
}

static void write_tag(name *out, uint64_t id)
{
	write_name(out, STRATA_CHANGE_TAG, (strata_view){ (const char *) &id, sizeof(id) });
}

bool strata_mirror_read_name(strata_view noted, strata_change_kind *kind, strata_view *key,
	uint64_t *id)
{
	strata_view rest =
		noted.size > 0 ? (strata_view){ noted.data + 1, noted.size - 1 } : (strata_view){ "", 0 };

	*key = (strata_view){ "", 0 };
	*id = 0;
	*kind = noted.size > 0 ? (strata_change_kind) noted.data[0] : STRATA_CHANGE_KEY;
	switch (*kind) {
		case STRATA_CHANGE_KEY: *key = rest; return rest.size > 0;
		case STRATA_CHANGE_TAG:
			if (rest.size == sizeof(*id)) {
				memcpy(id, rest.data, sizeof(*id));
			}
			return rest.size == sizeof(*id);
		case STRATA_CHANGE_CLEAR: return rest.size == 0;
	}
	return false;
}

static strata_unconfirmed *stripe_of(const strata_mirror_names *names, uint64_t hash)
{
	return names->stripes[hash >> STRIPE_SHIFT];
}

/* One that is too long is none of any stripe, and counts in the first. */
static strata_view view_of(const strata_mirror *mirror, const name *noted, strata_unconfirmed **in)
{
	strata_view view = { noted->text, noted->size };
	uint64_t hash = noted->size > sizeof(noted->text) ? 0 : strata_hash_of(view, 0);

	*in = stripe_of(&mirror->changes, hash);
	return view;
}

static void begin_change(const strata_mirror *mirror, const name *noted)
{
	strata_unconfirmed *stripe;
	strata_view view = view_of(mirror, noted, &stripe);

	if (!strata_unconfirmed_begin(stripe, view)) {
		strata_differences_count(mirror->differences, STRATA_MIRROR_DROPPED, 1);
	}
}

static void end_change(const strata_mirror *mirror, const name *noted,
	strata_change_outcome outcome)
{
	strata_unconfirmed *stripe;
	strata_view view = view_of(mirror, noted, &stripe);

	/* One that is too long was counted when it began. */
	if (view.size <= sizeof(noted->text) && !strata_unconfirmed_end(stripe, view, outcome)) {
		strata_differences_count(mirror->differences, STRATA_MIRROR_DROPPED, 1);
	}
}

/* Where the generation was lost in the middle of the call, the deepest tier was asked. */
static strata_change_outcome outcome_of(strata_result result)
{
	if (result == STRATA_NO_GENERATION) {
		return STRATA_CHANGE_UNKNOWN;
	}
	if (strata_result_is_unasked(result)) {
		return STRATA_CHANGE_NONE;
	}
	return strata_result_class_of(result) == STRATA_FAILURE ? STRATA_CHANGE_UNKNOWN
															: STRATA_CHANGE_OVER;
}

/* ---- keys ---- */

static bool is_of_a_server(strata_database *database)
{
	const strata_tier *deepest = strata_database_deepest(database);

	return deepest != NULL && deepest->ops->kind != STRATA_TIER_LOCAL;
}

void strata_mirror_note_items(strata_database *database, strata_item *const *items, size_t count)
{
	name noted;

	for (size_t i = 0; is_of_a_server(database) && i < count; i++) {
		write_key(&noted, items[i]->key);
		begin_change(database->mirror, &noted);
	}
}

/* What this host kept of the other place is older than what has just been written. */
static void drop_copy(strata_mirror *mirror, strata_call *call, strata_view key)
{
	const strata_generation *record = mirror->other->generation;
	strata_item item = { .key = key };
	strata_item *const one[] = { &item };
	strata_call there = *call;

	if (mirror->copies.ops == NULL || record == NULL) {
		return;
	}
	there.generation = strata_generation_value(record);
	mirror->copies.ops->remove(&mirror->copies, &there, one, 1);
}

void strata_mirror_note_outcomes(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count)
{
	name noted;

	for (size_t i = 0; is_of_a_server(database) && i < count; i++) {
		strata_change_outcome outcome = outcome_of(items[i]->result);

		if (outcome != STRATA_CHANGE_NONE) {
			drop_copy(database->mirror, call, items[i]->key);
		}
		write_key(&noted, items[i]->key);
		end_change(database->mirror, &noted, outcome);
	}
}

/* ---- tags, and all ---- */

void strata_mirror_begin_tags(strata_database *database, const uint64_t *ids, size_t count)
{
	name noted;

	for (size_t i = 0; database->mirror != NULL && i < count; i++) {
		write_tag(&noted, ids[i]);
		begin_change(database->mirror, &noted);
	}
}

void strata_mirror_end_tags(strata_database *database, const uint64_t *ids, size_t count,
	strata_result result)
{
	name noted;

	for (size_t i = 0; database->mirror != NULL && i < count; i++) {
		write_tag(&noted, ids[i]);
		end_change(database->mirror, &noted, outcome_of(result));
	}
}

void strata_mirror_begin_clear(strata_database *database)
{
	name noted;

	if (database->mirror != NULL) {
		write_name(&noted, STRATA_CHANGE_CLEAR, (strata_view){ "", 0 });
		begin_change(database->mirror, &noted);
	}
}

void strata_mirror_end_clear(strata_database *database, strata_result result)
{
	name noted;

	if (database->mirror != NULL) {
		write_name(&noted, STRATA_CHANGE_CLEAR, (strata_view){ "", 0 });
		end_change(database->mirror, &noted, outcome_of(result));
	}
}

/* ---- bringing over ---- */

uint32_t strata_mirror_take(const strata_mirror_names *names, strata_arena *arena,
	strata_unconfirmed_name *out, uint32_t room)
{
	uint32_t count = 0;
	uint32_t first = (uint32_t) strata_process_random_word();

	/* Not always the same one first: a full one must not keep the others waiting. */
	for (uint32_t i = 0; i < STRATA_MIRROR_STRIPES && count < room; i++) {
		strata_unconfirmed *stripe = names->stripes[(first + i) % STRATA_MIRROR_STRIPES];

		if (strata_unconfirmed_any(stripe)) {
			count += strata_unconfirmed_take(stripe, arena, out + count, room - count);
		}
	}
	return count;
}

void strata_mirror_complete(const strata_mirror_names *names, const strata_unconfirmed_name *name)
{
	strata_unconfirmed_complete(stripe_of(names, strata_hash_of(name->name, 0)), name);
}

/* As if its change were over now: that leaves other changes of the name under way. */
void strata_mirror_give_back(const strata_mirror_names *names, const strata_unconfirmed_name *name)
{
	(void) strata_unconfirmed_end(stripe_of(names, strata_hash_of(name->name, 0)), name->name,
		STRATA_CHANGE_UNKNOWN);
}

uint64_t strata_mirror_noted(const strata_mirror_names *names)
{
	uint64_t count = 0;

	for (int i = 0; i < STRATA_MIRROR_STRIPES; i++) {
		count += strata_unconfirmed_status(names->stripes[i]).names;
	}
	return count;
}

uint64_t strata_mirror_waiting(const strata_mirror_names *names)
{
	uint64_t count = 0;

	for (int i = 0; i < STRATA_MIRROR_STRIPES; i++) {
		count += strata_unconfirmed_now(names->stripes[i]);
	}
	return count;
}

uint64_t strata_mirror_dropped(const strata_mirror_names *names)
{
	uint64_t count = 0;

	for (int i = 0; i < STRATA_MIRROR_STRIPES; i++) {
		count += strata_unconfirmed_status(names->stripes[i]).overflows;
	}
	return count;
}

strata_msec strata_mirror_dropped_at(const strata_mirror_names *names)
{
	strata_msec last = 0;

	for (int i = 0; i < STRATA_MIRROR_STRIPES; i++) {
		const strata_unconfirmed *stripe = names->stripes[i];
		strata_msec at = stripe == NULL ? 0 : atomic_load(&stripe->overflowed_at);

		last = at > last ? at : last;
	}
	return last;
}

uint64_t strata_mirror_drop(const strata_mirror *mirror)
{
	uint64_t count = strata_mirror_noted(&mirror->changes) + strata_mirror_noted(&mirror->former);

	if (count > 0) {
		(void) strata_unconfirmed_overflow(mirror->changes.stripes[0]);
		strata_differences_count(mirror->differences, STRATA_MIRROR_DROPPED, count);
	}
	return count;
}

/* ---- opening ---- */

/* For each direction: see strata_mirror.former. One that was never used has no records. */
static void open_names(const strata_runtime *runtime, const strata_database *from,
	const strata_database *to, const char *name, strata_mirror_names *out)
{
	uint64_t places[] = { from->keyspace.namespace_id, from->tag_space, to->tag_space };
	strata_view key = { (const char *) places, sizeof(places) };

	for (uint32_t i = 0; i < STRATA_MIRROR_STRIPES; i++) {
		out->stripes[i] = strata_unconfirmed_of(runtime->changes, strata_hash_of(key, i + 1), name);
	}
}

static strata_prefix_space space_of(const strata_database *database)
{
	return (strata_prefix_space){ .id = strata_prefix_space_id(database->name,
									  database->settings.namespace, strata_process_user()),
		.database = database->name,
		.name_space = database->settings.namespace };
}

/* Never 0. */
static uint64_t place_of(const strata_database *database)
{
	uint64_t place[] = { database->keyspace.namespace_id, database->tag_space };

	return strata_hash_of((strata_view){ (const char *) place, sizeof(place) }, 0) | 1;
}

void strata_mirror_answer_alone(strata_database *database, const strata_runtime *runtime)
{
	const strata_prefix_space space = space_of(database);

	if (runtime->differences != NULL && is_of_a_server(database)) {
		atomic_store(strata_differences_alone(runtime->differences, &space), place_of(database));
	}
}

bool strata_mirror_was_alone(const strata_mirror *mirror, const strata_database *place)
{
	return mirror->alone != NULL && atomic_load(mirror->alone) == place_of(place);
}

void strata_mirror_end_alone(const strata_mirror *mirror, const strata_database *place)
{
	uint64_t seen = place_of(place);

	if (mirror->alone != NULL) {
		(void) atomic_compare_exchange_strong(mirror->alone, &seen, 0);
	}
}

static void open_differences(strata_mirror *mirror, const strata_database *database,
	const strata_runtime *runtime)
{
	const strata_prefix_space space = space_of(database);

	mirror->differences = strata_differences_of(runtime->differences, &space);
	mirror->alone = strata_differences_alone(runtime->differences, &space);
	if (strata_mirror_was_alone(mirror, database)) {
		strata_differences_keep(mirror->differences, 0);
	}
}

/* Only removals go there. Without memory there are none to be dropped: the mirror is not made. */
static bool open_copies(strata_mirror *mirror, const strata_runtime *runtime)
{
	strata_store *store = strata_runtime_usable_store(runtime);
	const strata_local_limits limits = { .is_mute = true };

	return store == NULL ||
		   strata_tier_local_init(&mirror->copies, store, &mirror->other->keyspace, limits) == 0;
}

bool strata_mirror_begin(strata_database *database, const strata_runtime *runtime,
	strata_database *other)
{
	const strata_settings *settings = &database->settings;
	strata_mirror *mirror = calloc(1, sizeof(*mirror));

	if (mirror == NULL) {
		return false;
	}
	mirror->other = other;
	mirror->mode = (uint8_t) settings->shadow_mode;
	mirror->share = (uint8_t) settings->shadow_share;
	mirror->compare = (uint8_t) settings->shadow_compare;
	mirror->fills = settings->shadow_fill == STRATA_SHADOW_FILL_ON;
	if (!open_copies(mirror, runtime)) {
		free(mirror);
		return false;
	}
	open_names(runtime, database, other, database->name, &mirror->changes);
	open_names(runtime, other, database, NULL, &mirror->former);
	open_differences(mirror, database, runtime);
	database->mirror = mirror;
	return true;
}

void strata_mirror_fini(strata_database *database)
{
	strata_mirror *mirror = database->mirror;

	database->mirror = NULL;
	if (mirror == NULL) {
		return;
	}
	if (mirror->copies.ops != NULL) {
		mirror->copies.ops->fini(&mirror->copies);
	}
	strata_database_fini(mirror->other);
	free(mirror->other);
	free(mirror);
}
