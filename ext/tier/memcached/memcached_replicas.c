/*
 * A set takes three rounds, because two servers cannot be changed at once:
 *
 *     1. second   a placeholder over whatever is there; its cas is remembered
 *     2. first    the value
 *     3. second   the value, if the placeholder is still there; else what is there is removed
 *
 * The order is what keeps an older value from the second place, whatever overlaps:
 *   - two sets: each makes a placeholder before it writes to the first place, so that only the one
 *     that made the last can finish. Where that is not the one that wrote to the first place last,
 *     the other one finds the placeholder gone in its round 3, after its round 2, and removes.
 *   - a removal takes the first place before the second: a set whose value it takes away has made
 *     its placeholder before, and finds that gone.
 *   - a process that dies leaves a placeholder, which is no value, or nothing undone.
 *   - a command that a stopped server executes late is round 1, which leaves no value, or round 3,
 *     which compares.
 * So where writers overlap a value may be at one place only, until its next set.
 *
 * What changes a value in place (add, replace, touch, compare, increment) does so at the first
 * place, and then takes the second one away.
 *
 * Of a place that is out the removal is noted by name (host/unconfirmed.h). It is not believed
 * before that was done. Where it is noted, the word of the other place is enough.
 */
#include "tier/memcached/memcached_replicas.h"

#include "os/process.h"
#include "tier/envelope.h"
#include "tier/memcached/memcached_batch.h"

enum { PLACEHOLDER_SECONDS = 10 /* longer than any call takes, and room is given back */ };

static const strata_memcached_tier *self_of(const strata_tier *tier)
{
	return tier->state;
}

static const strata_tier_ops *first_of(const strata_tier *tier)
{
	return self_of(tier)->first_place;
}

/* By all that this host knows, other hosts have no answer either. */
static bool is_out(strata_result result)
{
	return result == STRATA_BREAKER_OPEN || result == STRATA_TIMEOUT || result == STRATA_REFUSED ||
		   result == STRATA_CONNECTION;
}

/* Is a place out that will not be believed before what it has missed is removed there? */
static bool is_noted(const strata_memcached_tier *self, uint32_t node, strata_result result)
{
	return is_out(result) && strata_memcached_keeps_names(self->pool, node);
}

/* ---- the second place ---- */

/* Copies of the items: the results of the second place are not those of the first. */
static strata_item **copies_of(strata_call *call, strata_item *const *items, size_t count)
{
	strata_item *copies = strata_arena_alloc(call->arena, count * sizeof(*copies));
	strata_item **list = strata_arena_alloc(call->arena, count * sizeof(strata_item *));

	for (size_t i = 0; copies != NULL && list != NULL && i < count; i++) {
		copies[i] = *items[i];
		list[i] = &copies[i];
	}
	return copies != NULL ? list : NULL;
}

static strata_memcached_batch second_batch(const strata_tier *tier, strata_call *call,
	strata_item *const *items, size_t count, strata_meta_verb verb)
{
	const strata_memcached_tier *self = self_of(tier);
	strata_memcached_batch batch = strata_memcached_batch_of(self, call, items, count, verb);

	for (size_t i = 0; batch.commands != NULL && i < count; i++) {
		batch.commands[i].node = strata_memcached_pick_second(self->pool, items[i]->key);
	}
	return batch;
}

/* To a set or a delete: NOT_STORED where something else is there, MISS where nothing is. */
static strata_result classify_second(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	(void) batch;
	(void) item;
	switch (command->reply.code) {
		case STRATA_META_HD: return STRATA_OK;
		case STRATA_META_NS:
		case STRATA_META_EX: return STRATA_NOT_STORED;
		case STRATA_META_NF: return STRATA_MISS;
		case STRATA_META_VA:
		case STRATA_META_EN:
		case STRATA_META_SETTINGS_END:
		case STRATA_META_ERROR: break;
	}
	return STRATA_PROTOCOL;
}

static void remove_second(const strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_memcached_batch batch;

	if (count == 0) {
		return;
	}
	batch = second_batch(tier, call, items, count, STRATA_META_DELETE);
	strata_memcached_batch_take_back(&batch);
	strata_memcached_batch_run(&batch, classify_second);
}

/*
 * What was changed in place at the first one. Its word stands, whatever comes of the second. A lock
 * never is there, and its name must not be among those whose removal is repeated.
 */
static void forget_second(const strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	size_t changed;
	strata_item **list = strata_items_with(call->arena, items, count, STRATA_OK, &changed);
	strata_item **copies = copies_of(call, list, changed);

	if (copies != NULL && call->generation != STRATA_GENERATION_OF_LOCKS) {
		remove_second(tier, call, copies, changed);
	}
}

/* ---- get ---- */

/* A miss is an answer, and a refusal for want of time would be one again. */
static bool may_ask_second(const strata_item *item)
{
	return strata_result_class_of(item->result) != STRATA_ANSWER &&
		   item->result != STRATA_TOO_LARGE && item->result != STRATA_BUDGET &&
		   item->result != STRATA_NO_MEMORY;
}

/* Where the second place has no value, the word of the first stands: no answer is not a miss. */
static void get_second(const strata_tier *tier, strata_call *call, strata_item **items,
	size_t count)
{
	strata_item **copies = copies_of(call, items, count);
	strata_memcached_batch batch;

	if (copies == NULL) {
		return;
	}
	batch = second_batch(tier, call, copies, count, STRATA_META_GET);
	strata_memcached_batch_run(&batch, strata_memcached_classify_read);
	for (size_t i = 0; i < count; i++) {
		if (copies[i]->result == STRATA_OK || copies[i]->result == STRATA_STALE) {
			*items[i] = *copies[i];
		}
	}
}

static void get(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count)
{
	strata_item **left;
	size_t unanswered = 0;

	call->later_steps++;
	first_of(tier)->get(tier, call, items, count);
	call->later_steps--;
	for (size_t i = 0; i < count; i++) {
		unanswered += may_ask_second(items[i]);
	}
	left = unanswered == 0 ? NULL
						   : strata_arena_alloc(call->arena, unanswered * sizeof(strata_item *));
	if (left == NULL) {
		return;
	}
	unanswered = 0;
	for (size_t i = 0; i < count; i++) {
		if (may_ask_second(items[i])) {
			left[unanswered++] = items[i];
		}
	}
	get_second(tier, call, left, unanswered);
}

/* ---- storing at both places ---- */

typedef void (
	*store_at_first)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

typedef struct {
	strata_tier *tier;
	strata_call *call;
	strata_item *const *items;
	size_t count;
	strata_item **copies; /* their results are those of the second place */
	uint64_t *cas;        /* of the placeholders; 0: there is none, or the server has no cas */
} pair;

static strata_view placeholder_of(const strata_memcached_batch *batch, strata_view key)
{
	strata_fence fence = { .version = strata_process_random_word() | 1 };

	return strata_envelope_placeholder(batch->call->arena, batch->tier->keyspace, batch->generation,
		batch->wall, key, &fence);
}

/* Round 1. */
static void prepare_second(pair *pair)
{
	strata_memcached_batch batch =
		second_batch(pair->tier, pair->call, pair->copies, pair->count, STRATA_META_SET);

	for (size_t i = 0; batch.commands != NULL && i < pair->count; i++) {
		strata_meta_request *request = &batch.commands[i].request;

		request->mode = 'S';
		request->wants_cas = true;
		request->ttl = strata_memcached_batch_seconds(&batch, PLACEHOLDER_SECONDS);
		request->value = placeholder_of(&batch, pair->items[i]->key);
		request->flags =
			strata_envelope_flags(batch.tier->keyspace, batch.generation, STRATA_PLAIN_FLAGS);
		if (request->value.data == NULL) {
			batch.commands = NULL;
		}
	}
	strata_memcached_batch_take_back(&batch);
	strata_memcached_batch_run(&batch, classify_second);
	for (size_t i = 0; i < pair->count; i++) {
		bool is_there = batch.commands != NULL && pair->copies[i]->result == STRATA_OK;

		pair->cas[i] = is_there ? batch.commands[i].reply.cas : 0;
	}
}

static bool is_stored_at_first(const strata_item *item)
{
	return item->result == STRATA_OK;
}

/* A set goes on alone where the first place is out; what needs a fence there cannot. */
static bool is_to_follow(const pair *pair, size_t index, store_at_first store)
{
	const strata_item *item = pair->items[index];
	bool may_go_alone = store == NULL && is_out(item->result) && !strata_item_is_digits(item);

	return pair->cas[index] != 0 && (is_stored_at_first(item) || may_go_alone);
}

/* Round 3, of those that are listed. */
static void store_second(const pair *pair, strata_item **list, const uint64_t *cas, size_t count)
{
	strata_memcached_batch batch =
		second_batch(pair->tier, pair->call, list, count, STRATA_META_SET);
	size_t replaced;
	strata_item **others;

	for (size_t i = 0; i < count; i++) {
		/* The server counts them, and at one place only. */
		if (!strata_item_is_digits(list[i])) {
			strata_memcached_batch_store(&batch, i, 'S', cas[i]);
		} else if (batch.commands != NULL) {
			batch.commands[i].request.verb = STRATA_META_DELETE;
			batch.commands[i].is_removal = true;
		}
	}
	strata_memcached_batch_run(&batch, classify_second);
	others = strata_items_with(pair->call->arena, list, count, STRATA_NOT_STORED, &replaced);
	remove_second(pair->tier, pair->call, others, replaced);
}

static void follow_second(const pair *pair, store_at_first store)
{
	strata_item **list = strata_arena_alloc(pair->call->arena, pair->count * sizeof(*list));
	uint64_t *cas = strata_arena_alloc(pair->call->arena, pair->count * sizeof(*cas));
	size_t count = 0;

	for (size_t i = 0; list != NULL && cas != NULL && i < pair->count; i++) {
		if (is_to_follow(pair, i, store)) {
			cas[count] = pair->cas[i];
			list[count++] = pair->copies[i];
		}
	}
	if (count > 0) {
		store_second(pair, list, cas, count);
	}
}

/* That the second place has the value, or nothing. */
static bool is_settled(const strata_item *copy)
{
	return strata_result_class_of(copy->result) == STRATA_ANSWER;
}

/* The last word on one item, from those of both places. */
static void conclude(const pair *pair, size_t index, store_at_first store)
{
	const strata_memcached_tier *self = self_of(pair->tier);
	strata_item *item = pair->items[index];
	const strata_item *copy = pair->copies[index];
	bool was_asked_alone = is_to_follow(pair, index, store) && !is_stored_at_first(item);

	if (was_asked_alone && copy->result == STRATA_OK &&
		is_noted(self, strata_memcached_pick(self->pool, item->key), item->result)) {
		item->result = STRATA_OK;
		item->node = copy->node;
	} else if (is_stored_at_first(item) && !is_settled(copy) &&
			   !is_noted(self, strata_memcached_pick_second(self->pool, item->key), copy->result)) {
		item->result = copy->result;
		item->node = copy->node;
	}
}

/* store is NULL for a plain set. */
static void store_both(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count, store_at_first store)
{
	uint32_t later_steps = call->later_steps;
	pair pair = { tier, call, items, count, copies_of(call, items, count),
		strata_arena_alloc(call->arena, count * sizeof(uint64_t)) };

	if (pair.copies == NULL || pair.cas == NULL) {
		for (size_t i = 0; i < count; i++) {
			items[i]->result = STRATA_NO_MEMORY;
		}
		return;
	}
	call->later_steps = later_steps + 2;
	prepare_second(&pair);
	call->later_steps = later_steps + 1;
	if (store == NULL) {
		first_of(tier)->put(tier, call, items, count, STRATA_PUT_SET);
	} else {
		store(tier, call, items, count);
	}
	call->later_steps = later_steps;
	follow_second(&pair, store);
	for (size_t i = 0; i < count; i++) {
		conclude(&pair, i, store);
	}
}

static void put(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count,
	strata_put_mode mode)
{
	if (mode == STRATA_PUT_SET) {
		store_both(tier, call, items, count, NULL);
		return;
	}
	call->later_steps++;
	first_of(tier)->put(tier, call, items, count, mode);
	call->later_steps--;
	forget_second(tier, call, items, count);
}

static void put_over_fence(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	store_both(tier, call, items, count, first_of(tier)->put_over_fence);
}

/* ---- remove ---- */

static bool is_confirmed(strata_result result)
{
	return result == STRATA_OK || result == STRATA_MISS;
}

static strata_result removed_by_both(const strata_memcached_tier *self, const strata_item *item,
	const strata_item *copy)
{
	if (!is_confirmed(item->result)) {
		bool is_enough = is_confirmed(copy->result) &&
						 is_noted(self, strata_memcached_pick(self->pool, item->key), item->result);

		return is_enough ? copy->result : item->result;
	}
	if (!is_confirmed(copy->result) &&
		!is_noted(self, strata_memcached_pick_second(self->pool, item->key), copy->result)) {
		return copy->result;
	}
	return copy->result == STRATA_OK ? STRATA_OK : item->result;
}

static void remove_all(strata_tier *tier, strata_call *call, strata_item *const *items,
	size_t count)
{
	strata_item **copies = copies_of(call, items, count);

	if (copies == NULL) {
		for (size_t i = 0; i < count; i++) {
			items[i]->result = STRATA_NO_MEMORY;
		}
		return;
	}
	call->later_steps++;
	first_of(tier)->remove(tier, call, items, count);
	call->later_steps--;
	remove_second(tier, call, copies, count);
	for (size_t i = 0; i < count; i++) {
		items[i]->result = removed_by_both(self_of(tier), items[i], copies[i]);
	}
}

/* ---- changing in place ---- */

static void touch(strata_tier *tier, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };

	call->later_steps++;
	first_of(tier)->touch(tier, call, item);
	call->later_steps--;
	forget_second(tier, call, one, 1);
}

static void compare(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_item *const one[] = { item };

	call->later_steps++;
	first_of(tier)->compare(tier, call, item, seen);
	call->later_steps--;
	forget_second(tier, call, one, 1);
}

static void compare_and_remove(strata_tier *tier, strata_call *call, strata_item *item,
	const strata_cas_token *seen)
{
	strata_item *const one[] = { item };

	call->later_steps++;
	first_of(tier)->compare_and_remove(tier, call, item, seen);
	call->later_steps--;
	forget_second(tier, call, one, 1);
}

/*
 * A number that was there before has no second place already: whatever made it took that away. Only
 * one that may have been made now can have followed upon a value.
 */
static void increment(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
	int64_t initial)
{
	strata_item *const one[] = { item };
	int64_t first_sum;

	call->later_steps++;
	first_of(tier)->increment(tier, call, item, by, initial);
	call->later_steps--;
	if (item->result == STRATA_OK && !__builtin_add_overflow(initial, by, &first_sum) &&
		item->value.integer == first_sum) {
		forget_second(tier, call, one, 1);
	}
}

void strata_memcached_replicas_begin(strata_tier *tier)
{
	strata_memcached_tier *self = tier->state;

	self->first_place = tier->ops;
	self->own_ops = *tier->ops;
	self->own_ops.get = get;
	self->own_ops.put = put;
	self->own_ops.put_over_fence = put_over_fence;
	self->own_ops.remove = remove_all;
	self->own_ops.touch = touch;
	self->own_ops.compare = compare;
	if (self->first_place->compare_and_remove != NULL) {
		self->own_ops.compare_and_remove = compare_and_remove;
	}
	self->own_ops.increment = increment;
	tier->ops = &self->own_ops;
}
