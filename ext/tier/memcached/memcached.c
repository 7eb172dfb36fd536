#include "tier/memcached/memcached.h"

#include <stdlib.h>

#include "memcached/server_check.h"
#include "tier/memcached/memcached_batch.h"
#include "tier/memcached/memcached_change.h"
#include "tier/memcached/memcached_fence.h"
#include "tier/memcached/memcached_generation.h"
#include "tier/memcached/memcached_session.h"
#include "tier/memcached/memcached_tags.h"

/* ---- get and fill ---- */

/*
 * Seconds in which the winner of a miss has to come back from the deeper tier. Until then the empty
 * item keeps others from filling, and a fill that comes later finds nothing to replace.
 */
enum { TIME_TO_FILL = 3 };

/* Said although the call succeeds: without fills this tier serves nothing. */
static void notice(const strata_memcached_batch *batch, const strata_memcached_command *command,
	const char *cause)
{
	strata_call_notice(batch->call,
		"memcached %s: it cannot be filled with what a deeper tier has, so that it serves "
		"nothing: %s",
		command->node_name, cause);
}

/* As a get, and the winner of a miss gets the cas of what has to be there when it fills. */
static strata_result classify_won(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	strata_result result = strata_memcached_classify_read(batch, command, item);

	if (result == STRATA_MISS && command->reply.is_won) {
		item->fill_token = command->reply.cas;
		if (item->fill_token == 0) {
			notice(batch, command, "it has no cas: started with -C");
		}
	}
	return result;
}

static bool is_vivify_refused(const strata_memcached_command *command)
{
	return command->result == STRATA_SERVER &&
		   strata_view_contains(command->reply.value, "invalid flag");
}

static void get_or_win(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_memcached_batch batch =
		strata_memcached_batch_of(tier->state, call, items, count, STRATA_META_VIVIFY);

	for (size_t i = 0; i < count; i++) {
		items[i]->fill_token = 0;
		if (batch.commands != NULL) {
			batch.commands[i].request.ttl = TIME_TO_FILL;
		}
	}
	strata_memcached_batch_run(&batch, classify_won);
	for (size_t i = 0; batch.commands != NULL && i < count; i++) {
		if (is_vivify_refused(&batch.commands[i])) {
			items[i]->result = STRATA_UNSUPPORTED;
			notice(&batch, &batch.commands[i], "it does not know N of mg");
		}
	}
}

static void read_round(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_memcached_batch batch =
		strata_memcached_batch_of(tier->state, call, items, count, STRATA_META_GET);

	strata_memcached_batch_run(&batch, strata_memcached_classify_read);
}

static void get_round(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	const strata_memcached_tier *self = tier->state;

	if (self->is_nearer && !tier->stands_in) {
		get_or_win(tier, call, items, count);
	} else {
		read_round(tier, call, items, count);
	}
}

/*
 * A value that belongs to another key says that the connection lied, not that the key is gone, so
 * it is asked for once more on a fresh connection.
 */
static void get(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	strata_item **again;
	size_t mismatched;

	get_round(tier, call, items, count);
	again = strata_items_with(call->arena, items, count, STRATA_DESYNC, &mismatched);
	if (mismatched > 0) {
		get_round(tier, call, again, mismatched);
	}
}

/*
 * A fill that was sent and not answered may still be executed, by a server that was stopped: before
 * its clock goes on the empty item is there. So its name is noted like that of a removal.
 */
static void note_unanswered(const strata_memcached_batch *batch)
{
	for (size_t i = 0; batch->commands != NULL && i < batch->count; i++) {
		const strata_memcached_command *command = &batch->commands[i];

		if (command->result != STRATA_SERVER &&
			strata_result_class_of(command->result) == STRATA_FAILURE) {
			(void) strata_unconfirmed_add(command->unconfirmed, command->request.key,
				STRATA_UNCONFIRMED_NOW);
		}
	}
}

/* NOT_STORED where the item that the winner was shown is gone: any removal takes it away. */
static void fill(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	strata_memcached_batch batch =
		strata_memcached_batch_of(tier->state, call, items, count, STRATA_META_SET);

	for (size_t i = 0; i < count; i++) {
		strata_memcached_batch_store(&batch, i, 'S', items[i]->fill_token);
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
	note_unanswered(&batch);
}

/* ---- writing ---- */

static void store(const strata_memcached_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, char mode)
{
	strata_memcached_batch batch =
		strata_memcached_batch_of(tier, call, items, count, STRATA_META_SET);

	for (size_t i = 0; i < count; i++) {
		strata_memcached_batch_store(&batch, i, mode, 0);
	}
	if (mode == 'S') {
		strata_memcached_batch_take_back(&batch);
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
}

static void add(const strata_memcached_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_item **again;
	size_t refused;

	for (size_t i = 0; i < count; i++) {
		items[i]->is_tagged_there = false;
	}
	store(tier, call, items, count, 'E');
	again = strata_items_with(call->arena, items, count, STRATA_NOT_STORED, &refused);
	strata_memcached_change_add_again(tier, call, again, refused);
}

static void put(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count,
	strata_put_mode mode)
{
	switch (mode) {
		case STRATA_PUT_SET: store(tier->state, call, items, count, 'S'); break;
		case STRATA_PUT_ADD: add(tier->state, call, items, count); break;
		case STRATA_PUT_REPLACE:
			strata_memcached_change_replace(tier->state, call, items, count);
			break;
	}
}

static strata_result classify_removed(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	(void) batch;
	(void) item;
	if (command->reply.code == STRATA_META_HD) {
		return STRATA_OK;
	}
	return command->reply.code == STRATA_META_NF ? STRATA_MISS : STRATA_PROTOCOL;
}

static void remove_all(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_memcached_batch batch =
		strata_memcached_batch_of(tier->state, call, items, count, STRATA_META_DELETE);

	strata_memcached_batch_take_back(&batch);
	strata_memcached_batch_run(&batch, classify_removed);
}

static void announce(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	strata_memcached_tier *self = tier->state;
	strata_memcached_batch batch =
		strata_memcached_batch_of(self, call, items, count, STRATA_META_DELETE);

	if (batch.commands != NULL) {
		strata_memcached_announce(self->pool, batch.commands, count);
	}
}

static bool has_failed(strata_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strata_result_class_of(items[i]->result) == STRATA_FAILURE) {
			return true;
		}
	}
	return false;
}

/* Usually nothing stands any more: remove() has struck it. */
static void conclude(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	strata_memcached_tier *self = tier->state;
	strata_memcached_batch batch;

	if (!strata_memcached_is_announced(self->pool) && !has_failed(items, count)) {
		return;
	}
	batch = strata_memcached_batch_of(self, call, items, count, STRATA_META_DELETE);
	for (size_t i = 0; batch.commands != NULL && i < count; i++) {
		batch.commands[i].result = items[i]->result;
		strata_memcached_conclude(self->pool, &batch.commands[i]);
	}
	strata_memcached_end(self->pool);
}

static void touch(strata_tier *tier, strata_call *call, strata_item *item)
{
	strata_memcached_change_touch(tier->state, call, item);
}

static void compare(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_memcached_change_compare(tier->state, call, item, seen);
}

static void compare_and_remove(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_memcached_change_remove(tier->state, call, item, seen);
}

static void take_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_memcached_fence_take(tier->state, call, items, count);
}

static void put_over_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_memcached_fence_put(tier->state, call, items, count);
}

static void leave_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_memcached_fence_leave(tier->state, call, items, count);
}

static void increment(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
	int64_t initial)
{
	strata_memcached_change_increment(tier->state, call, item, by, initial);
}

static strata_result read_generation(strata_tier *tier, strata_call *call,
	strata_generation_question question, strata_generation_copies *out)
{
	return strata_memcached_generation_read(tier->state, call, question, out);
}

static strata_result raise_generation(strata_tier *tier, strata_call *call,
	const strata_generation_order *order, strata_generation_copies *out)
{
	return strata_memcached_generation_raise(tier->state, call, order, out);
}

static void read_tags(strata_tier *tier, strata_call *call, strata_tag_question *const *questions,
	size_t count)
{
	strata_memcached_tags_read(tier->state, call, questions, count);
}

static void raise_tags(strata_tier *tier, strata_call *call, strata_tag_question *const *questions,
	size_t count)
{
	strata_memcached_tags_raise(tier->state, call, questions, count);
}

static void check(strata_tier *tier, const strata_check_order *order, strata_findings *findings)
{
	const strata_memcached_tier *self = tier->state;

	strata_memcached_check(self->pool, order, findings);
}

static void fini(strata_tier *tier)
{
	strata_memcached_tier *self = tier->state;

	if (self != NULL) {
		strata_memcached_free(self->pool);
		free(self);
	}
	tier->state = NULL;
}

static const strata_tier_ops ops = {
	.kind = STRATA_TIER_MEMCACHED,
	.name = "memcached",
	.get = get,
	.fill = fill,
	.put = put,
	.announce = announce,
	.conclude = conclude,
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
	.check = check,
	.sessions = &strata_memcached_session_ops,
	.fini = fini,
};

int strata_tier_memcached_init(strata_tier *tier, strata_memcached *pool,
	const strata_keyspace *keyspace, strata_memcached_place place)
{
	strata_memcached_tier *self = malloc(sizeof(*self));

	*tier = (strata_tier){ .ops = &ops, .state = self };
	if (self == NULL) {
		strata_memcached_free(pool);
		return -1;
	}
	*self = (strata_memcached_tier){ .pool = pool,
		.keyspace = keyspace,
		.is_nearer = place == STRATA_MEMCACHED_NEARER };
	if (self->is_nearer) {
		/* The deeper one has the sessions. */
		self->own_ops = ops;
		self->own_ops.sessions = NULL;
		tier->ops = &self->own_ops;
	}
	return 0;
}
