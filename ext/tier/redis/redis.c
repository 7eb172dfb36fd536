#include "tier/redis/redis.h"

#include <stdlib.h>

#include "redis/server_check.h"
#include "tier/redis/redis_batch.h"
#include "tier/redis/redis_change.h"
#include "tier/redis/redis_fence.h"
#include "tier/redis/redis_generation.h"
#include "tier/redis/redis_purge.h"
#include "tier/redis/redis_put.h"
#include "tier/redis/redis_session.h"
#include "tier/redis/redis_tags.h"

static void get(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	if (call->wants_newest) {
		strata_redis_batch_get_newest(tier->state, call, items, count);
	} else {
		strata_redis_batch_get(tier->state, call, items, count);
	}
}

static void put(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count,
	strata_put_mode mode)
{
	strata_redis_put(tier->state, call, items, count, mode);
}

static void remove_all(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_redis_batch batch = strata_redis_batch_of(tier->state, call, items, count);

	for (size_t i = 0; i < count; i++) {
		strata_view unlink[] = { strata_view_of("UNLINK"),
			strata_redis_batch_name(&batch, items[i]) };

		strata_redis_batch_add(&batch, unlink, 2, 1);
	}
	strata_redis_batch_take_back(&batch);
	strata_redis_batch_run(&batch, strata_redis_classify_changed);
}

static void touch(strata_tier *tier, strata_call *call, strata_item *item)
{
	strata_redis_change_touch(tier->state, call, item);
}

static void compare(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_redis_change_compare(tier->state, call, item, seen);
}

static void compare_and_remove(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_redis_change_remove(tier->state, call, item, seen);
}

static void take_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_redis_fence_take(tier->state, call, items, count);
}

static void put_over_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_redis_fence_put(tier->state, call, items, count);
}

static void leave_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_redis_fence_leave(tier->state, call, items, count);
}

static void increment(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
	int64_t initial)
{
	strata_redis_change_increment(tier->state, call, item, by, initial);
}

static strata_result read_generation(strata_tier *tier, strata_call *call,
	strata_generation_question question, strata_generation_copies *out)
{
	return strata_redis_generation_read(tier->state, call, question, out);
}

static strata_result raise_generation(strata_tier *tier, strata_call *call,
	const strata_generation_order *order, strata_generation_copies *out)
{
	return strata_redis_generation_raise(tier->state, call, order, out);
}

static void read_tags(strata_tier *tier, strata_call *call, strata_tag_question *const *questions,
	size_t count)
{
	strata_redis_tags_read(tier->state, call, questions, count);
}

static void raise_tags(strata_tier *tier, strata_call *call, strata_tag_question *const *questions,
	size_t count)
{
	strata_redis_tags_raise(tier->state, call, questions, count);
}

static strata_result purge(strata_tier *tier, strata_call *call, const strata_purge_order *order,
	strata_purge *out)
{
	return strata_redis_purge_go_on(tier->state, call, order, out);
}

static void check(strata_tier *tier, const strata_check_order *order, strata_findings *findings)
{
	const strata_redis_tier *self = tier->state;

	strata_redis_check(self->redis, order, findings);
}

static void fini(strata_tier *tier)
{
	strata_redis_tier *self = tier->state;

	if (self != NULL) {
		strata_redis_purge_free(self->purge);
		strata_redis_client_free(self->redis);
		free(self);
	}
	tier->state = NULL;
}

static const strata_tier_ops ops = {
	.kind = STRATA_TIER_REDIS,
	.name = "redis",
	.get = get,
	.put = put,
	.remove = remove_all,
	.touch = touch,
	.compare = compare,
	.compare_and_remove = compare_and_remove,
	.take_fence = take_fence,
	.put_over_fence = put_over_fence,
	.leave_fence = leave_fence,
	.increment = increment,
	.read_generation = read_generation,
	.raise_generation = raise_generation,
	.read_tags = read_tags,
	.raise_tags = raise_tags,
	.purge = purge,
	.check = check,
	.sessions = &strata_redis_session_ops,
	.fini = fini,
};

int strata_tier_redis_init(strata_tier *tier, strata_redis_client *redis, strata_redis_kind kind,
	const strata_keyspace *keyspace)
{
	strata_redis_tier *self = malloc(sizeof(*self));

	*tier = (strata_tier){ .ops = &ops, .state = self };
	if (self == NULL) {
		strata_redis_client_free(redis);
		return -1;
	}
	*self = (strata_redis_tier){ .redis = redis, .kind = kind, .keyspace = keyspace };
	return 0;
}
