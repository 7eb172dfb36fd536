/*
 * An adapter between items, whose times are by the wall clock that all hosts share, and the store,
 * which goes by the monotonic clock of this one: a clock that is set back or forth changes no life
 * of an entry that is already here.
 */
#include "tier/local.h"

#include <stdlib.h>

#include "os/clock.h"

typedef struct {
	strata_store *store;
	const strata_keyspace *keyspace;
	strata_local_limits limits;
} local;

static strata_store_key key_of(const local *self, const strata_call *call, const strata_item *item)
{
	return (strata_store_key){ .namespace_id = self->keyspace->local_id,
		.generation = call->generation,
		.key = item->key };
}

/* Until when this copy may be served, by the monotonic clock. */
static strata_msec death_of(const local *self, const strata_call *call, strata_msec expires_at)
{
	strata_msec life = self->limits.longest_life;

	if (expires_at != STRATA_NEVER) {
		strata_msec wall = strata_clock_wall_msec();
		strata_msec left = expires_at > wall ? expires_at - wall : 1;

		life = life == 0 || left < life ? left : life;
	}
	return life == 0 ? STRATA_NEVER : call->now + life;
}

static strata_record record_of(const local *self, const strata_call *call, const strata_item *item)
{
	return (strata_record){
		.value = item->local.image.codec == STRATA_CODEC_IMAGE ? item->local.image : item->value,
		.dead_at = death_of(self, call, item->expires_at),
		.created_at = item->created_at,
		.expires_at = item->expires_at,
		.version = item->version,
		.seen = item->local.seen,
		.expected = item->version,
		.share = self->limits.share,
	};
}

static void complete(strata_item *item, strata_result result)
{
	item->result = result;
	item->tier = STRATA_TIER_LOCAL;
	item->node = NULL;
}

static void get_one(local *self, strata_call *call, strata_item *item)
{
	strata_store_key key = key_of(self, call, item);
	strata_record record;

	complete(item, strata_store_get_from(self->store, &key, item->local.cursor, call->now,
					   STRATA_READ_PIN, call->arena, &record));
	item->local.seen = record.seen;
	item->local.origin = record.origin;
	item->local.is_pinned = record.block != 0;
	item->local.block = record.is_own_pin ? record.block : 0;
	item->local.size = record.value.bytes.size;
	if (item->result == STRATA_OK) {
		item->value = record.value;
		item->created_at = record.created_at;
		item->expires_at = record.expires_at;
		item->fresh_until = record.expires_at;
		item->cost_msec = 0;
		item->version = record.version;
	}
}

static void get(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		get_one(tier->state, call, items[i]);
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

		complete(items[i], strata_store_put(self->store, &key, call->now, mode, &record));
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
	strata_msec dead_at = death_of(self, call, item->expires_at);

	complete(item, strata_store_touch(self->store, &key, call->now, dead_at, item->expires_at));
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

static void increment(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
	int64_t initial)
{
	local *self = tier->state;
	strata_store_key key = key_of(self, call, item);
	strata_record fresh = record_of(self, call, item);
	int64_t sum;

	fresh.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = initial };
	complete(item, strata_store_increment(self->store, &key, call->now, by, &fresh, &sum));
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
	const local *self = tier->state;
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

static void fini(strata_tier *tier)
{
	free(tier->state);
	tier->state = NULL;
}

static const strata_tier_ops ops = {
	.kind = STRATA_TIER_LOCAL,
	.name = "local",
	.get = get,
	.fill = fill,
	.watch = watch,
	.put = put,
	.remove = remove_all,
	.touch = touch,
	.compare = compare,
	.increment = increment,
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
