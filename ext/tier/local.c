/*
 * An adapter between items, whose times are by the wall clock that all hosts share, and the store,
 * which goes by the monotonic clock of this one: a clock that is set back or forth changes no life
 * of an entry that is already here.
 */
#include "tier/local.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "os/clock.h"
#include "os/process.h"
#include "tier/local_tags.h"

enum {
	PLACEHOLDER_LIFE = 600000, /* msec */
	FENCE_TRIES = 8,           /* where others change the value each time */
	HOT_TIMES = 4,             /* as long as others are copies of hot keys served, */
	HOT_LONGEST = 5000         /* msec at most */
};

typedef struct {
	strata_store *store;
	const strata_keyspace *keyspace;
	strata_local_limits limits;
	const strata_hot_keys_table *hot; /* where it was found last */
} local;

static strata_store_key key_of(const local *self, const strata_call *call, const strata_item *item)
{
	return (strata_store_key){ .namespace_id = self->keyspace->local_id,
		.generation = call->generation,
		.key = item->key };
}

/* How long it is until then; 0: for ever. */
static strata_msec left_until(strata_msec end, strata_msec wall)
{
	if (end == STRATA_NEVER) {
		return 0;
	}
	return end > wall ? end - wall : 1;
}

/* The shorter of two times, of which 0 is no limit. */
static strata_msec shorter(strata_msec one, strata_msec other)
{
	return one == 0 || (other != 0 && other < one) ? other : one;
}

static STRATA_NOINLINE strata_msec longest_by_policy(const local *self, const strata_item *item)
{
	const strata_policy_table *policies = self->limits.policies;
	const strata_policy *policy;
	strata_msec life = self->limits.longest_life;
	int found;

	found = strata_policy_table_find(policies, item->key);
	policy = found != STRATA_POLICY_NONE ? &policies->list.items[found] : NULL;
	if (policy != NULL && policy->tiers == STRATA_POLICY_LOCAL) {
		return 0;
	}
	if (policy != NULL && (policy->given & STRATA_POLICY_LOCAL_TTL) != 0) {
		life = policy->local_ttl;
	}
	/* Of keys that are kept out nothing comes here, and 0 would be for ever. */
	return life > 0 ? life : 1;
}

/* How long a copy of this key is served; 0: it is none, and lives as long as its value. */
static inline strata_msec longest_life(const local *self, const strata_item *item)
{
	return self->limits.policies == NULL ? self->limits.longest_life
										 : longest_by_policy(self, item);
}

/*
 * How long it is kept once it is dead; 0 stands for no end. A value is kept until its hard end. A
 * copy of what a deeper tier holds is, too, as long as copies live; and for kept_on_error beyond
 * that, until its soft end at most.
 */
static strata_msec kept_after(const local *self, strata_msec longest, strata_msec life,
	strata_msec soft, strata_msec hard)
{
	if (longest == 0) {
		return hard == 0 ? STRATA_LONGEST_KEPT : hard - life;
	}
	if (life < longest) {
		return shorter(hard, longest) - life;
	}
	return soft == 0 || soft - life > self->limits.kept_on_error ? self->limits.kept_on_error
																 : soft - life;
}

/* Does a policy for its prefix say how long? That is more than what holds for all keys. */
static bool has_life_by_policy(const local *self, strata_view key)
{
	const strata_policy_table *policies = self->limits.policies;
	int found = policies == NULL ? STRATA_POLICY_NONE : strata_policy_table_find(policies, key);

	return found != STRATA_POLICY_NONE &&
		   (policies->list.items[found].given & STRATA_POLICY_LOCAL_TTL) != 0;
}

/* How long a copy of this key is served, which is this long if it is not hot. */
static STRATA_NOINLINE strata_msec longest_if_hot(local *self, const strata_call *call,
	const strata_item *item, strata_msec longest)
{
	const strata_analysis *analysis = self->limits.analysis;
	strata_msec most = longest < HOT_LONGEST / HOT_TIMES ? longest * HOT_TIMES : HOT_LONGEST;

	/* The word of the host first: mostly no key is hot. */
	return most > longest &&
				   strata_hot_keys_is_hot(analysis->hot_keys, analysis->space.id, &self->hot,
					   item->key, call->now) &&
				   !has_life_by_policy(self, item->key)
			   ? most
			   : longest;
}

static inline bool has_end(const strata_item *item)
{
	return item->fresh_until != STRATA_NEVER || item->expires_at != STRATA_NEVER;
}

static STRATA_NOINLINE strata_life life_with_end(const local *self, const strata_call *call,
	const strata_item *item, strata_msec longest)
{
	strata_msec wall, life, soft, hard;

	wall = has_end(item) ? strata_clock_wall_msec() : 0;
	hard = left_until(item->expires_at, wall);
	soft = shorter(left_until(item->fresh_until, wall), hard);
	life = shorter(soft, longest);

	return (strata_life){
		.dead_at = call->now + life,
		.kept_for = kept_after(self, longest, life, soft, hard),
		.fresh_until = shorter(item->fresh_until, item->expires_at),
		.expires_at = item->expires_at,
	};
}

static inline strata_life life_of(local *self, const strata_call *call, const strata_item *item)
{
	strata_msec longest = longest_life(self, item);

	if (longest != 0 && self->limits.analysis != NULL) {
		longest = longest_if_hot(self, call, item, longest);
	}
	return longest == 0 && !has_end(item) ? (strata_life){ .dead_at = STRATA_NEVER }
										  : life_with_end(self, call, item, longest);
}

static inline strata_record record_of(local *self, const strata_call *call, const strata_item *item)
{
	return (strata_record){
		.value = strata_codec_is_image(item->local.image.codec) ? item->local.image : item->value,
		.life = life_of(self, call, item),
		.created_at = item->created_at,
		.cost_msec = item->cost_msec,
		.version = item->version,
		.seen = item->local.seen,
		.expected = item->version,
		.share = self->limits.share,
		.tags = item->tags,
		.tag_count = item->tag_count,
	};
}

static void complete(strata_item *item, strata_result result)
{
	item->result = result;
	item->tier = STRATA_TIER_LOCAL;
	item->node = NULL;
}

static inline void read_one(local *self, strata_call *call, strata_read_mode mode,
	strata_item *item, strata_record *record)
{
	strata_store_key key = key_of(self, call, item);

	complete(item, strata_store_get_from(self->store, &key, item->local.cursor, call->now, mode,
					   call->arena, record));
	item->local.seen = record->seen;
	item->local.origin = record->origin;
	item->local.is_pinned = record->block != 0;
	item->local.block = record->is_own_pin ? record->block : 0;
	item->local.size = record->value.bytes.size;
	item->fence = (strata_fence){ .version = record->version };
	if (item->result == STRATA_OK) {
		item->value = record->value;
		item->created_at = record->created_at;
		item->expires_at = record->life.expires_at;
		item->fresh_until = record->life.fresh_until;
		item->cost_msec = record->cost_msec;
		item->version = record->version;
		item->tags = record->tags;
		item->tag_count = record->tag_count;
	}
}

/* Is it past its soft end, and not past its hard one? */
static bool is_stale(const strata_record *record)
{
	strata_msec wall;

	if (record->value.codec == STRATA_CODEC_ABSENT || record->life.fresh_until == STRATA_NEVER) {
		return false;
	}
	wall = strata_clock_wall_msec();
	return record->life.fresh_until <= wall &&
		   (record->life.expires_at == STRATA_NEVER || wall < record->life.expires_at);
}

/* Nothing is served under the key, and something is kept. Is it worth another read? */
static STRATA_COLD bool is_worth_reading(const local *self, const strata_record *record,
	strata_item *item)
{
	if (is_stale(record)) {
		return true;
	}
	/* Of a copy the version says nothing any more about what is in the deeper tier. */
	if (longest_life(self, item) != 0) {
		item->fence.version = 0;
	}
	return false;
}

static void read_all(local *self, strata_call *call, strata_read_mode mode,
	strata_item *const *items, size_t count);

/* The item is a miss so far, and something is kept under its key. */
static STRATA_COLD void look_for_stale(local *self, strata_call *call, strata_item *item,
	const strata_record *record)
{
	strata_item *const one[] = { item };

	if (!is_worth_reading(self, record, item)) {
		return;
	}
	read_all(self, call, STRATA_READ_KEPT, one, 1);
	if (item->result == STRATA_OK) {
		item->result = STRATA_STALE;
	}
}

/* What a write needs of a miss is there all the same. */
static STRATA_COLD void find_nothing(local *self, strata_call *call, strata_item *const *items,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		strata_store_key key = key_of(self, call, items[i]);

		complete(items[i], STRATA_MISS);
		items[i]->local.seen = strata_store_watch(self->store, &key);
		items[i]->local.origin = NULL;
		items[i]->local.is_pinned = false;
		items[i]->local.block = 0;
		items[i]->local.size = 0;
		items[i]->fence = (strata_fence){ 0 };
	}
}

/* All reads come through here: so the compiler makes one of it and what it calls. */
static void read_all(local *self, strata_call *call, strata_read_mode mode,
	strata_item *const *items, size_t count)
{
	if (self->limits.is_mute) {
		find_nothing(self, call, items, count);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		strata_record record;

		read_one(self, call, mode, items[i], &record);
		if (items[i]->result == STRATA_MISS && record.value.codec != 0 &&
			mode != STRATA_READ_KEPT) {
			look_for_stale(self, call, items[i], &record);
		}
	}
}

static void get_one(local *self, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };

	read_all(self, call, STRATA_READ_PIN, one, 1);
}

static void get(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	read_all(tier->state, call, STRATA_READ_PIN, items, count);
}

static void get_kept(strata_tier *tier, strata_call *call, strata_item *item)
{
	local *self = tier->state;
	strata_item copy = { .key = item->key };
	strata_item *const one[] = { &copy };

	read_all(self, call, STRATA_READ_KEPT, one, 1);
	if (copy.result == STRATA_OK &&
		(copy.fresh_until == STRATA_NEVER || copy.fresh_until > strata_clock_wall_msec())) {
		copy.fence = item->fence;
		copy.is_kept_on_error = true;
		*item = copy;
	} else {
		strata_tier_local_release(tier, &copy);
	}
}

static void watch(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	local *self = tier->state;

	for (size_t i = 0; i < count; i++) {
		strata_store_key key = key_of(self, call, items[i]);

		items[i]->local.seen = strata_store_watch(self->store, &key);
	}
}

static void store_all(local *self, strata_call *call, strata_item *const *items, size_t count,
	strata_store_mode mode)
{
	for (size_t i = 0; i < count; i++) {
		strata_store_key key = key_of(self, call, items[i]);
		strata_record record = record_of(self, call, items[i]);

		complete(items[i], strata_store_put_or_note(self->store, &key, call->now, mode, &record,
							   &items[i]->is_tagged_there));
	}
}

static void fill(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	store_all(tier->state, call, items, count, STRATA_STORE_FILL);
}

static strata_store_mode mode_of(strata_put_mode mode)
{
	switch (mode) {
		case STRATA_PUT_SET: return STRATA_STORE_SET;
		case STRATA_PUT_ADD: return STRATA_STORE_ADD;
		case STRATA_PUT_REPLACE: return STRATA_STORE_REPLACE;
	}
	return STRATA_STORE_SET;
}

static void put(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count,
	strata_put_mode mode)
{
	store_all(tier->state, call, items, count, mode_of(mode));
}

static void remove_all(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	local *self = tier->state;

	for (size_t i = 0; i < count; i++) {
		strata_store_key key = key_of(self, call, items[i]);

		complete(items[i], strata_store_remove(self->store, &key, call->now));
	}
}

static void touch(strata_tier *tier, strata_call *call, strata_item *item)
{
	local *self = tier->state;
	strata_store_key key = key_of(self, call, item);
	strata_life life = life_of(self, call, item);

	complete(item, strata_store_touch(self->store, &key, call->now, &life, item->version,
					   item->fence.version));
	item->is_tagged_there = item->result == STRATA_NOT_STORED;
}

static void compare(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	local *self = tier->state;
	strata_store_key key = key_of(self, call, item);
	strata_record record = record_of(self, call, item);

	record.expected = seen->version;
	complete(item, strata_store_put(self->store, &key, call->now, STRATA_STORE_COMPARE, &record));
}

static void compare_and_remove(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	local *self = tier->state;
	strata_store_key key = key_of(self, call, item);

	complete(item, strata_store_remove_version(self->store, &key, call->now, seen->version));
}

/* ---- fences ---- */

/* A value that its caller did not ask to refresh. */
static bool is_in_the_way(const strata_item *item, uint64_t seen)
{
	return item->result == STRATA_OK && item->version != seen;
}

/* Has the item a value now, or surely none? */
static bool is_known(const strata_item *item)
{
	return item->result == STRATA_OK || item->result == STRATA_STALE || item->result == STRATA_MISS;
}

/* BUSY: what was read is not what is there any more. */
static strata_result take_what_is_there(local *self, strata_call *call, strata_item *item)
{
	strata_store_key key = key_of(self, call, item);
	const strata_record placeholder = { .version = strata_process_random_word() | 1,
		.share = self->limits.share };
	uint64_t seen = item->result == STRATA_MISS ? 0 : item->version;
	uint64_t version;
	strata_result result = strata_store_take_fence(self->store, &key, call->now, PLACEHOLDER_LIFE,
		seen, &placeholder, &version);

	if (result == STRATA_OK && (item->result == STRATA_MISS || version == seen)) {
		item->fence.state = STRATA_FENCE_TAKEN;
		item->fence.version = version;
		return STRATA_OK;
	}
	return result == STRATA_OK || result == STRATA_NOT_STORED ? STRATA_BUSY : result;
}

/* The leases of the host say which caller computes, so what is here has no owner. */
static void take_one(local *self, strata_call *call, strata_item *item)
{
	const strata_fence wanted = item->fence;
	strata_result result = STRATA_BUSY;

	for (int i = 0; i < FENCE_TRIES && result == STRATA_BUSY; i++) {
		strata_store_release(self->store, item->local.block, item->local.size);
		get_one(self, call, item);
		item->fence.owner = wanted.owner;
		item->fence.end = wanted.end;
		if (!is_known(item) || is_in_the_way(item, wanted.version)) {
			return;
		}
		result = take_what_is_there(self, call, item);
	}
	if (result != STRATA_OK) {
		strata_store_release(self->store, item->local.block, item->local.size);
		item->local.block = 0;
		item->fence.version = 0;
		complete(item, result);
	}
}

static void take_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	for (size_t i = 0; i < count; i++) {
		take_one(tier->state, call, items[i]);
	}
}

static void put_over_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	local *self = tier->state;

	for (size_t i = 0; i < count; i++) {
		strata_store_key key = key_of(self, call, items[i]);
		strata_record record = record_of(self, call, items[i]);

		record.expected = items[i]->fence.version;
		complete(items[i],
			strata_store_put(self->store, &key, call->now, STRATA_STORE_COMPARE, &record));
		if (items[i]->result == STRATA_TOO_LARGE) {
			strata_tier_local_explain(tier, call, items[i]);
		}
	}
}

/* There is no lease to be given back: the host's own is the one. */
static void leave_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	(void) tier;
	(void) call;
	for (size_t i = 0; i < count; i++) {
		complete(items[i], STRATA_OK);
	}
}

/* ---- counting ---- */

static void increment(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
	int64_t initial)
{
	local *self = tier->state;
	strata_store_key key = key_of(self, call, item);
	strata_record fresh = record_of(self, call, item);
	int64_t sum;

	fresh.value =
		(strata_value){ .codec = item->adds_nothing ? STRATA_CODEC_ABSENT : STRATA_CODEC_INTEGER,
			.integer = initial };
	complete(item, strata_store_increment(self->store, &key, call->now, by, &fresh, &sum));
	item->is_tagged_there = item->result == STRATA_NOT_STORED;
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = sum };
}

void strata_tier_local_upgrade(strata_tier *tier, strata_call *call, const strata_item *item)
{
	local *self = tier->state;
	strata_store_key key = key_of(self, call, item);
	strata_record record = record_of(self, call, item);
	/*
	 * Where another version is by now, or no room, what is there stays: it is right, only slower.
	 */
	strata_result result =
		strata_store_put(self->store, &key, call->now, STRATA_STORE_SWAP, &record);
	(void) result;
}

/* The store says no by one of two limits. */
void strata_tier_local_explain(const strata_tier *tier, strata_call *call, const strata_item *item)
{
	local *self = tier->state;
	strata_record record = record_of(self, call, item);
	size_t size = strata_value_size(&record.value);
	size_t most = strata_store_value_limit(self->store, &record.value);

	if (size > most) {
		strata_call_explain(call,
			"a value of %zu bytes in the local tier, and strata.memory allows %zu: an eighth of "
			"it, "
			"16 MiB at most",
			size, most);
	} else {
		strata_call_explain(call,
			"a value of %zu bytes in the local tier, and strata.local_share allows %zu: %u%% of "
			"one "
			"of the parts of strata.memory, its key included",
			size, strata_store_share_limit(self->store, self->limits.share), self->limits.share);
	}
}

void strata_tier_local_release(strata_tier *tier, strata_item *item)
{
	local *self = tier->state;

	strata_store_release(self->store, item->local.block, item->local.size);
	item->local.block = 0;
}

/* ---- tags ---- */

static void read_tags(strata_tier *tier, strata_call *call, strata_tag_question *const *questions,
	size_t count)
{
	const local *self = tier->state;

	for (size_t i = 0; i < count; i++) {
		strata_local_tags_read(self->store, self->keyspace->local_id, call, questions[i]);
	}
}

static void raise_tags(strata_tier *tier, strata_call *call, strata_tag_question *const *questions,
	size_t count)
{
	const local *self = tier->state;

	for (size_t i = 0; i < count; i++) {
		strata_local_tags_raise(self->store, self->keyspace->local_id, call, questions[i]);
	}
}

static void fini(strata_tier *tier)
{
	free(tier->state);
	tier->state = NULL;
}

static const strata_tier_ops ops = {
	.kind = STRATA_TIER_LOCAL,
	.name = "local",
	.get = get,
	.get_kept = get_kept,
	.fill = fill,
	.watch = watch,
	.put = put,
	.remove = remove_all,
	.touch = touch,
	.compare = compare,
	.compare_and_remove = compare_and_remove,
	.take_fence = take_fence,
	.put_over_fence = put_over_fence,
	.leave_fence = leave_fence,
	.increment = increment,
	.read_tags = read_tags,
	.raise_tags = raise_tags,
	.fini = fini,
};

int strata_tier_local_init(strata_tier *tier, strata_store *store, const strata_keyspace *keyspace,
	strata_local_limits limits)
{
	local *self = malloc(sizeof(*self));

	*tier = (strata_tier){ .ops = &ops, .state = self };
	if (self == NULL) {
		return -1;
	}
	*self = (local){ .store = store, .keyspace = keyspace, .limits = limits };
	return 0;
}
