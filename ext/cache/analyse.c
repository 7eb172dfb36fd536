#include "cache/analyse.h"

#include <assert.h>

#include "base/compiler.h"
#include "os/clock.h"
#include "os/process.h"
#include "policy/key.h"

static_assert((int) STRATA_PREFIX_TIERS == (int) STRATA_TIER_COUNT,
	"a place for each kind of tier");

/*
 * By chance: a script that reads the same 64 keys in each request would have one of them counted
 * for all.
 */
uint32_t strata_analyse_gap(void)
{
	return 1 + (uint32_t) (strata_process_random_word() % (2 * STRATA_ANALYSE_EVERY - 1));
}

/* ---- the sample ---- */

static void note_key(strata_analysis *analysis, strata_view key, strata_msec now)
{
	strata_hot_keys_add(analysis->hot_keys, &analysis->space, key, strata_key_shown(key), now);
}

/* Is this what the script asked for, and no consequence of it? */
static bool is_wish(const strata_analysis *analysis, strata_tier_kind tier,
	strata_analyse_verb verb)
{
	switch (verb) {
		case STRATA_ANALYSE_READ: return (uint32_t) tier == analysis->nearest;
		case STRATA_ANALYSE_WRITE: return (uint32_t) tier == analysis->deepest;
		case STRATA_ANALYSE_FILL:
		case STRATA_ANALYSE_CHANGE: break;
	}
	return false;
}

static inline void add_to_counts(strata_prefix_counts *counts, strata_analyse_verb verb,
	const strata_item *item)
{
	counts->operations++;
	if (item->result != STRATA_OK) {
		counts->errors += strata_result_class_of(item->result) != STRATA_ANSWER;
	} else if (verb == STRATA_ANALYSE_READ) {
		counts->hits++;
		counts->bytes_out += strata_value_size(&item->value);
	} else if (verb != STRATA_ANALYSE_CHANGE) {
		counts->bytes_in += strata_value_size(&item->value);
	}
}

/* What the local tier stored is an image, where there is one. */
static void add_local_item(strata_prefix_counts *counts, strata_analyse_verb verb,
	const strata_item *item)
{
	add_to_counts(counts, verb, item);
	if (counts->bytes_in > 0 && item->local.image.codec != 0) {
		counts->bytes_in = strata_value_size(&item->local.image);
	}
}

static void add_local(strata_analysis *analysis, strata_view key,
	const strata_prefix_counts *counts, strata_msec now)
{
	const strata_prefix_counts all = { .operations = STRATA_ANALYSE_EVERY * counts->operations,
		.hits = STRATA_ANALYSE_EVERY * counts->hits,
		.bytes_in = STRATA_ANALYSE_EVERY * counts->bytes_in,
		.bytes_out = STRATA_ANALYSE_EVERY * counts->bytes_out,
		.errors = STRATA_ANALYSE_EVERY * counts->errors };

	strata_prefixes_add(analysis->prefixes, &analysis->space,
		strata_prefix_of(strata_key_shown(key), analysis->depth), STRATA_TIER_LOCAL, &all, now);
}

static STRATA_COLD void sample_one(strata_analysis *analysis, strata_tier_kind tier,
	strata_analyse_verb verb, const strata_item *item, strata_msec now)
{
	if (tier == STRATA_TIER_LOCAL) {
		strata_prefix_counts counts = { 0 };

		add_local_item(&counts, verb, item);
		add_local(analysis, item->key, &counts, now);
	}
	if (is_wish(analysis, tier, verb)) {
		note_key(analysis, item->key, now);
	}
	analysis->left = strata_analyse_gap();
}

static void sample(strata_analysis *analysis, strata_tier_kind tier, strata_analyse_verb verb,
	strata_item *const *items, size_t count, strata_msec now)
{
	size_t at = 0;

	/* The first call of a thread finds 0, and draws its first gap. */
	while (count - at >= analysis->left) {
		at += analysis->left;
		if (at > 0) {
			sample_one(analysis, tier, verb, items[at - 1], now);
		} else {
			analysis->left = strata_analyse_gap();
		}
	}
	analysis->left -= (uint32_t) (count - at);
}

/* ---- shared tiers ---- */

/* What the call has waited since it was counted last. Some verbs begin to count its waits anew. */
static strata_usec take_wait(strata_call *call)
{
	strata_usec waited = call->waited > call->counted ? call->waited - call->counted : 0;

	call->counted = call->waited;
	return waited;
}

/* A wait for many keys is shared out evenly over them, and nothing of it is lost. */
static strata_usec share_of(strata_usec waited, size_t from, size_t to, size_t count)
{
	return waited * to / count - waited * from / count;
}

static uint32_t colons_in(strata_view prefix)
{
	uint32_t count = 0;

	for (size_t i = 0; i < prefix.size; i++) {
		count += prefix.data[i] == ':';
	}
	return count;
}

/* How many from this one on have its prefix. Where it ends at the depth, to begin so is enough. */
static size_t length_of_group(const strata_analysis *analysis, strata_view prefix,
	strata_item *const *items, size_t count)
{
	bool is_full = colons_in(prefix) == analysis->depth && analysis->depth > 0;
	size_t length = 1;

	for (; length < count; length++) {
		strata_view key = strata_key_shown(items[length]->key);

		if (is_full ? !strata_view_starts(key, prefix)
					: !strata_view_equal(strata_prefix_of(key, analysis->depth), prefix)) {
			break;
		}
	}
	return length;
}

/* Keys of one batch mostly have one prefix, so that as many as have it are added at once. */
static void count_all(strata_analysis *analysis, strata_tier_kind tier, strata_call *call,
	strata_analyse_verb verb, strata_item *const *items, size_t count)
{
	strata_usec waited = take_wait(call);
	size_t first = 0;

	while (first < count) {
		strata_view prefix = strata_prefix_of(strata_key_shown(items[first]->key), analysis->depth);
		size_t next = first + length_of_group(analysis, prefix, items + first, count - first);
		strata_prefix_counts counts = { 0 };

		for (size_t i = first; i < next; i++) {
			add_to_counts(&counts, verb, items[i]);
		}
		counts.microseconds = share_of(waited, first, next, count);
		strata_prefixes_add(analysis->prefixes, &analysis->space, prefix, tier, &counts, call->now);
		first = next;
	}
}

void strata_analyse_items(strata_tier *tier, strata_call *call, strata_analyse_verb verb,
	strata_item *const *items, size_t count)
{
	strata_tier_kind kind = tier->ops->kind;

	if (kind != STRATA_TIER_LOCAL) {
		count_all(tier->analysis, kind, call, verb, items, count);
	}
	if (kind == STRATA_TIER_LOCAL || is_wish(tier->analysis, kind, verb)) {
		sample(tier->analysis, kind, verb, items, count, call->now);
	}
}

/* ---- what is no item ---- */

void strata_analyse_sampled(strata_database *database, strata_view key, strata_analyse_verb verb,
	uint64_t bytes)
{
	bool is_read = verb == STRATA_ANALYSE_READ;
	const strata_prefix_counts counts = { .operations = 1,
		.hits = is_read,
		.bytes_in = is_read ? 0 : bytes,
		.bytes_out = is_read ? bytes : 0 };
	strata_msec now = strata_clock_msec();

	add_local(&database->analysis, key, &counts, now);
	note_key(&database->analysis, key, now);
}

void strata_analyse_computation(strata_database *database, strata_view shown, strata_usec cost)
{
	if (database != NULL && database->analysis.prefixes != NULL) {
		strata_prefixes_add_computation(database->analysis.prefixes, &database->analysis.space,
			strata_prefix_of(shown, database->analysis.depth), cost, strata_clock_msec());
	}
}
