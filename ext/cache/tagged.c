/*
 * Whether a value with tags counts as one is known by the numbers of its tags, which no script on a
 * server and no lock of the store covers. So such a verb takes steps:
 *
 *     the verb itself -> a value with tags is there, nothing was changed
 *     get, from a place that knows the newest -> judge
 *     outdated: as if nothing was there, but over its version       current: over its version
 *
 * Every change compares the version that was seen. Where another caller was faster all is begun
 * anew. Values without tags never come here.
 */
#include "cache/tagged.h"

#include "cache/local.h"
#include "cache/tags.h"
#include "os/clock.h"
#include "os/futex.h"
#include "os/process.h"

enum {
	TRIES = 64, /* one of the processes that change it at the same time succeeds in each round */
	COUNT_TRIES = 256, /* a count cannot degrade to a miss */
	UNPAUSED = 8,      /* tries before the first pause, and between longer ones */
	SHORT_PAUSE = 200, /* usec */
	LONG_PAUSE = 5000  /* usec */
};

typedef enum {
	ABSENT,   /* nothing is there, or a placeholder, or what is past its soft end */
	OUTDATED, /* a value that is none any more: seen->version is what to write over */
	TAGGED,   /* a value with tags, and it is current */
	PLAIN,    /* something else is there, which the tier deals with */
	UNKNOWN   /* the tier could not be asked */
} finding;

static void complete(strata_item *item, strata_result result, const strata_item *seen)
{
	item->result = result;
	item->tier = seen->tier;
	item->node = seen->node;
}

/* What is there now. What the local tier pinned for it is given back at once. */
static finding look(strata_database *database, strata_call *call, strata_view key,
	strata_item *seen)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_item *const one[] = { seen };

	*seen = (strata_item){ .key = key, .value.codec = STRATA_CODEC_NULL };
	call->wants_newest = true;
	deepest->ops->get(deepest, call, one, 1);
	call->wants_newest = false;
	strata_tags_settle(database, call, one, 1);
	strata_cache_release(database, seen);
	if (strata_result_class_of(seen->result) != STRATA_ANSWER) {
		return UNKNOWN;
	}
	if (seen->result == STRATA_MISS) {
		return seen->tag_count > 0 ? OUTDATED : ABSENT;
	}
	if (seen->result == STRATA_STALE) {
		return ABSENT;
	}
	return seen->result == STRATA_OK && seen->tag_count > 0 ? TAGGED : PLAIN;
}

/* Another caller was faster, or there are tags once more. */
static bool is_to_be_tried(const strata_item *item, finding found)
{
	return item->result == STRATA_NOT_STORED &&
		   (found == OUTDATED || found == TAGGED || item->is_tagged_there);
}

static void store_over(strata_database *database, strata_call *call, strata_item *item,
	const strata_item *seen)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_cas_token token = { .version = seen->version };

	deepest->ops->compare(deepest, call, item, &token);
}

/* ---- the fast path ---- */

bool strata_tagged_is_current(strata_database *database, const strata_store_hit *hit)
{
	strata_tag tags[STRATA_TAGS_MOST];

	memcpy(tags, hit->tags, hit->tag_count * sizeof(*tags));
	if (strata_store_is_unchanged(hit) && strata_tags_judge(database, tags, hit->tag_count,
											  strata_clock_msec()) == STRATA_TAGS_CURRENT) {
		return true;
	}
	strata_cache_release_hit(database, hit);
	return false;
}

/* ---- add and replace ---- */

static void put_again(strata_database *database, strata_call *call, strata_item *item,
	strata_put_mode mode)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_item *const one[] = { item };

	deepest->ops->put(deepest, call, one, 1, mode);
}

/* True when it is done. */
static bool put_once(strata_database *database, strata_call *call, strata_item *item,
	strata_put_mode mode)
{
	strata_item seen;
	finding found = look(database, call, item->key, &seen);

	switch (found) {
		case UNKNOWN: complete(item, seen.result, &seen); return true;
		case TAGGED:
			if (mode == STRATA_PUT_ADD) {
				complete(item, STRATA_NOT_STORED, &seen);
				return true;
			}
			store_over(database, call, item, &seen);
			break;
		case OUTDATED:
			if (mode == STRATA_PUT_REPLACE) {
				complete(item, STRATA_NOT_STORED, &seen);
				return true;
			}
			store_over(database, call, item, &seen);
			break;
		case ABSENT:
		case PLAIN: put_again(database, call, item, mode); break;
	}
	return !is_to_be_tried(item, found);
}

static void put_in_steps(strata_database *database, strata_call *call, strata_item *item,
	strata_put_mode mode)
{
	for (int i = 0; i < TRIES; i++) {
		if (put_once(database, call, item, mode)) {
			return;
		}
	}
	item->result = STRATA_BUSY;
}

void strata_tagged_put_unless(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count, strata_put_mode mode)
{
	strata_tier *deepest = strata_database_deepest(database);

	deepest->ops->put(deepest, call, items, count, mode);
	for (size_t i = 0; i < count; i++) {
		if (items[i]->result == STRATA_NOT_STORED && items[i]->is_tagged_there) {
			put_in_steps(database, call, items[i], mode);
		}
	}
}

/* ---- touch ---- */

/* True when it is done. The tier goes by the version that was seen. */
static bool touch_once(strata_database *database, strata_call *call, strata_item *item)
{
	strata_tier *deepest = strata_database_deepest(database);
	strata_item seen;

	switch (look(database, call, item->key, &seen)) {
		case UNKNOWN: complete(item, seen.result, &seen); return true;
		case OUTDATED:
		case ABSENT: complete(item, STRATA_MISS, &seen); return true;
		case TAGGED:
		case PLAIN: break;
	}
	item->fence.version = seen.version;
	deepest->ops->touch(deepest, call, item);
	item->fence.version = 0;
	return item->result != STRATA_NOT_STORED || !item->is_tagged_there;
}

void strata_tagged_touch(strata_database *database, strata_call *call, strata_item *item)
{
	strata_tier *deepest = strata_database_deepest(database);

	deepest->ops->touch(deepest, call, item);
	for (int i = 0; i < TRIES && item->result == STRATA_NOT_STORED && item->is_tagged_there; i++) {
		if (touch_once(database, call, item)) {
			return;
		}
	}
	if (item->result == STRATA_NOT_STORED && item->is_tagged_there) {
		item->result = STRATA_BUSY;
	}
}

/* ---- increment ---- */

typedef struct {
	int64_t by;
	int64_t initial; /* counted on where there is no number */
} count;

static bool add(strata_item *item, int64_t from, const count *count)
{
	int64_t sum;

	if (__builtin_add_overflow(from, count->by, &sum)) {
		item->result = STRATA_OVERFLOW;
		return false;
	}
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = sum };
	return true;
}

static void count_in_tier(strata_database *database, strata_call *call, strata_item *item,
	const count *count)
{
	strata_tier *deepest = strata_database_deepest(database);

	deepest->ops->increment(deepest, call, item, count->by, count->initial);
}

/* The first number. It ends as was asked, and has the item's tags. */
static void begin(strata_database *database, strata_call *call, strata_item *item,
	const strata_item *outdated, const count *count)
{
	if (!add(item, count->initial, count)) {
		return;
	}
	if (outdated != NULL) {
		store_over(database, call, item, outdated);
	} else {
		put_again(database, call, item, STRATA_PUT_ADD);
	}
}

/* The number stays what it is, with its ends of life and its tags. */
static void go_on(strata_database *database, strata_call *call, strata_item *item,
	const strata_item *seen, const count *count)
{
	strata_item next = *seen;

	if (seen->value.codec != STRATA_CODEC_INTEGER) {
		complete(item, STRATA_NOT_INTEGER, seen);
		return;
	}
	if (!add(&next, seen->value.integer, count)) {
		complete(item, STRATA_OVERFLOW, seen);
		return;
	}
	next.version = strata_process_random_word() | 1;
	next.is_enveloped = true;
	store_over(database, call, &next, seen);
	complete(item, next.result, &next);
	item->value = next.value;
}

/* After some tries in vain: for a moment by chance, so that not all try at the same time. */
static void make_way(uint64_t tries)
{
	static _Atomic uint32_t unchanged;
	strata_usec longest = tries / UNPAUSED * SHORT_PAUSE;

	if (longest > 0) {
		strata_futex_wait(&unchanged, 0,
			1 + strata_process_random_word() % (longest < LONG_PAUSE ? longest : LONG_PAUSE));
	}
}

/* True when it is done. */
static bool count_once(strata_database *database, strata_call *call, strata_item *item,
	const count *count)
{
	strata_item seen;
	finding found = look(database, call, item->key, &seen);

	item->is_tagged_there = false;
	if (item->adds_nothing && (found == OUTDATED || found == ABSENT)) {
		complete(item, STRATA_MISS, &seen);
		return true;
	}
	switch (found) {
		case UNKNOWN: complete(item, seen.result, &seen); return true;
		case OUTDATED: begin(database, call, item, &seen, count); break;
		case TAGGED: go_on(database, call, item, &seen, count); break;
		case ABSENT:
			if (item->tag_count > 0) {
				begin(database, call, item, NULL, count);
				return item->result != STRATA_NOT_STORED;
			}
			count_in_tier(database, call, item, count);
			break;
		case PLAIN:
			/* In a namespace nothing else is a number, though a server might count it. */
			if (item->tag_count > 0) {
				complete(item, STRATA_NOT_INTEGER, &seen);
				return true;
			}
			count_in_tier(database, call, item, count);
			break;
	}
	return !is_to_be_tried(item, found);
}

void strata_tagged_increment(strata_database *database, strata_call *call, strata_item *item,
	int64_t by, int64_t initial)
{
	const count count = { by, initial };
	strata_item *const one[] = { item };
	bool is_done = false;

	item->result = STRATA_OK;
	if (item->tag_count > 0) {
		strata_result read = strata_tags_read(database, call, one, 1);

		if (read != STRATA_OK) {
			*item = (strata_item){ .key = item->key, .result = read, .tier = item->tier };
			return;
		}
	} else {
		count_in_tier(database, call, item, &count);
		is_done = item->result != STRATA_NOT_STORED || !item->is_tagged_there;
	}
	for (uint64_t i = 0; i < COUNT_TRIES && !is_done; i++) {
		make_way(i);
		is_done = count_once(database, call, item, &count);
	}
	if (!is_done) {
		item->result = STRATA_BUSY;
	}
}

/* ---- comparing ---- */

bool strata_tagged_is_seen(strata_database *database, strata_call *call, strata_item *item)
{
	strata_item copy = { .key = item->key, .tags = item->tags, .tag_count = item->tag_count };
	strata_item *const one[] = { &copy };

	if (item->tag_count == 0) {
		return true;
	}
	copy.result = strata_tags_read(database, call, one, 1);
	copy.tier = strata_database_deepest(database)->ops->kind;
	strata_tags_settle(database, call, one, 1);
	complete(item, copy.result == STRATA_MISS ? STRATA_NOT_STORED : copy.result, &copy);
	return item->result == STRATA_OK;
}

/* A number with tags is in an envelope. */
strata_cas_token strata_tagged_token(const strata_item *item, const strata_cas_token *seen)
{
	return item->tag_count > 0 && seen->version != 0
			   ? (strata_cas_token){ .version = seen->version }
			   : *seen;
}
