/*
 * Read, modify, and write if the server still holds what was read:
 *
 *     get -> value and cas -> set with C<cas> -> HD, or EX: another caller was faster, begin anew
 *
 * Everything is done on a copy of the item, so that the caller's keeps what it asked for, whatever
 * comes of it.
 *
 * The server's own arithmetic is one round trip and knows no such races, but it is unsigned: it
 * refuses negative numbers, stops at 0 on its way down and counts on to 2^64 - 1. It is used where
 * its answer is that of every other tier, which is upwards, from a number that is not negative, in
 * steps that many clients at once cannot bring round to 0.
 */
#include "tier/memcached/memcached_change.h"

#include "os/process.h"
#include "plain/plain.h"
#include "tier/envelope.h"
#include "tier/memcached/memcached_swap.h"

enum {
	SWAP_TRIES = 64 /* one of the processes that swap at the same time succeeds in each round */
};

/* No step that the server counts is larger. */
static const int64_t longest_step = UINT32_MAX;

typedef struct {
	int64_t by;
	int64_t initial; /* counted on where there is no number */
} count;

static void complete(strata_item *item, const strata_item *seen, strata_result result)
{
	item->result = result;
	item->tier = STRATA_TIER_MEMCACHED;
	item->node = seen->node;
	item->is_tagged_there = seen->is_tagged_there;
}

/* Whether it is a value is for the caller to judge. */
static void leave_to_caller(strata_item *seen)
{
	seen->result = STRATA_NOT_STORED;
	seen->is_tagged_there = true;
}

/* Another caller was faster. */
static bool is_to_be_tried(const strata_item *seen)
{
	return seen->result == STRATA_NOT_STORED && !seen->is_tagged_there;
}

/* ---- reading and swapping ---- */

/*
 * The cas of an item on a server that has none (started with -C). It can be made where it is not,
 * and removed, but never compared.
 */
#define NO_CAS UINT64_MAX

static uint64_t cas_of(const strata_memcached_command *command)
{
	bool is_there = command->result == STRATA_OK && command->reply.code == STRATA_META_VA;

	return is_there && command->reply.cas == 0 ? NO_CAS : command->reply.cas;
}

/*
 * What the server holds now, and in *cas what a swap must find, 0 where there is nothing, or
 * NO_CAS. A value that belongs to another key is asked for once more, on a fresh connection.
 */
static void look(const strata_memcached_tier *tier, strata_call *call, strata_item *seen,
	uint64_t *cas)
{
	strata_item *const one[] = { seen };

	*cas = 0;
	for (int i = 0; i < 2; i++) {
		strata_memcached_batch batch =
			strata_memcached_batch_of(tier, call, one, 1, STRATA_META_LOOK);

		strata_memcached_batch_run(&batch, strata_memcached_classify_read);
		if (seen->result != STRATA_DESYNC) {
			*cas = batch.commands == NULL ? 0 : cas_of(&batch.commands[0]);
			return;
		}
	}
}

/* Stores the item if the server still holds what cas stands for or, with cas 0, nothing. */
static void swap(const strata_memcached_tier *tier, strata_call *call, strata_item *item,
	uint64_t cas)
{
	strata_item *const one[] = { item };
	strata_memcached_batch batch;

	if (cas == NO_CAS) {
		strata_memcached_swap_refuse(call, item);
		return;
	}
	batch = strata_memcached_batch_of(tier, call, one, 1, STRATA_META_SET);
	strata_memcached_batch_store(&batch, 0, cas == 0 ? 'E' : 'S', cas);
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
}

/* ---- touch ---- */

static strata_result classify_touched(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	(void) batch;
	(void) item;
	if (command->reply.code == STRATA_META_HD) {
		return STRATA_OK;
	}
	return command->reply.code == STRATA_META_EN ? STRATA_MISS : STRATA_PROTOCOL;
}

/* The server's own end, which is all that an integer has. */
static void set_end(const strata_memcached_tier *tier, strata_call *call, strata_item *item)
{
	strata_item *const one[] = { item };
	strata_memcached_batch batch = strata_memcached_batch_of(tier, call, one, 1, STRATA_META_TOUCH);

	if (batch.commands != NULL) {
		batch.commands[0].request.ttl = strata_memcached_batch_ttl(&batch, item->expires_at);
	}
	strata_memcached_batch_run(&batch, classify_touched);
}

/*
 * The envelope holds the end of the value too, so it is given its new end and swapped. Without cas
 * the server's own end can be brought forward, and no more.
 */
static void touch_once(const strata_memcached_tier *tier, strata_call *call,
	const strata_item *wanted, strata_item *seen)
{
	strata_msec former_end;
	bool is_later;
	uint64_t cas;

	look(tier, call, seen, &cas);
	if (seen->result != STRATA_OK) {
		seen->result = seen->result == STRATA_STALE ? STRATA_MISS : seen->result;
		return;
	}
	if (seen->tag_count > 0 && seen->version != wanted->fence.version) {
		leave_to_caller(seen);
		return;
	}
	former_end = seen->expires_at;
	is_later = former_end != STRATA_NEVER &&
			   (wanted->expires_at == STRATA_NEVER || wanted->expires_at > former_end);
	seen->expires_at = wanted->expires_at;
	seen->fresh_until = wanted->fresh_until;
	seen->version = wanted->version;
	if (strata_item_is_ended_by_server(seen) || (cas == NO_CAS && !is_later)) {
		set_end(tier, call, seen);
	} else {
		swap(tier, call, seen, cas);
	}
}

void strata_memcached_change_touch(const strata_memcached_tier *tier, strata_call *call,
	strata_item *item)
{
	strata_item seen = { .result = STRATA_NOT_STORED };

	item->is_tagged_there = false;
	for (int i = 0; i < SWAP_TRIES && is_to_be_tried(&seen); i++) {
		seen = *item;
		touch_once(tier, call, item, &seen);
	}
	complete(item, &seen, seen.result);
}

/* ---- compare ---- */

static bool is_what_was_seen(const strata_memcached_seen *seen, const strata_item *wanted,
	const strata_cas_token *token)
{
	const strata_item *there = &seen->item;
	bool is_integer = there->value.codec == STRATA_CODEC_INTEGER;

	(void) wanted;
	if (there->result == STRATA_MISS) {
		/* A placeholder. */
		return !token->is_integer && token->version != 0 && there->fence.version == token->version;
	}
	if (there->result != STRATA_OK && there->result != STRATA_STALE) {
		return false;
	}
	return token->is_integer ? is_integer && there->value.integer == token->integer
							 : token->version != 0 && there->version == token->version;
}

static void compose_value(strata_memcached_batch *batch, size_t index,
	const strata_memcached_seen *seen)
{
	(void) seen;
	strata_memcached_batch_store(batch, index, 'S', 0);
}

static void compose_delete(strata_memcached_batch *batch, size_t index,
	const strata_memcached_seen *seen)
{
	(void) seen;
	if (batch->commands != NULL) {
		batch->commands[index].request.verb = STRATA_META_DELETE;
	}
}

void strata_memcached_change_compare(const strata_memcached_tier *tier, strata_call *call,
	strata_item *item, const strata_cas_token *token)
{
	static const strata_memcached_swap_ops ops = { is_what_was_seen, compose_value };
	strata_item *const one[] = { item };

	strata_memcached_swap_all(&ops, tier, call, one, 1, token);
}

void strata_memcached_change_remove(const strata_memcached_tier *tier, strata_call *call,
	strata_item *item, const strata_cas_token *token)
{
	static const strata_memcached_swap_ops ops = { is_what_was_seen, compose_delete };
	strata_item *const one[] = { item };

	strata_memcached_swap_all(&ops, tier, call, one, 1, token);
}

/* ---- increment ---- */

static strata_result classify_counted(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	if (command->reply.code == STRATA_META_NF && !command->request.autoviv &&
		!command->request.subtract) {
		return STRATA_MISS;
	}
	if (command->reply.code != STRATA_META_VA) {
		return STRATA_PROTOCOL;
	}
	/* The server counts to 2^64 - 1, and what is past our own end cannot be read as an integer. */
	return strata_envelope_open(batch->call->arena, batch->tier->keyspace, batch->generation, 0,
			   command->reply.value, item) == STRATA_OK
			   ? STRATA_OK
			   : STRATA_OVERFLOW;
}

static strata_memcached_batch counting(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *one, int64_t by)
{
	strata_memcached_batch batch =
		strata_memcached_batch_of(tier, call, one, 1, STRATA_META_INCREMENT);

	if (batch.commands != NULL) {
		batch.commands[0].request.delta = (uint64_t) by;
	}
	return batch;
}

/* Undoes a sum that went past the end. */
static void take_back(const strata_memcached_tier *tier, strata_call *call, strata_item *seen,
	int64_t by)
{
	strata_item *const one[] = { seen };
	strata_memcached_batch batch = counting(tier, call, one, by);

	if (batch.commands != NULL) {
		batch.commands[0].request.subtract = true;
	}
	strata_memcached_batch_run(&batch, classify_counted);
	if (seen->result == STRATA_OK) {
		seen->result = STRATA_OVERFLOW;
	}
}

/* The server refuses to count on what is not a row of digits: a negative number, or no number. */
static bool was_refused(const strata_memcached_batch *batch)
{
	const strata_memcached_command *command = batch->commands;

	return command != NULL && command->result == STRATA_SERVER &&
		   strata_view_contains(command->reply.value, "non-numeric");
}

/*
 * Items that the server makes have no flags, and with plain names those say that it is a number: so
 * there it makes none.
 */
static bool is_made_by_server(const strata_memcached_batch *batch, const strata_item *seen)
{
	return !seen->adds_nothing &&
		   !strata_keyspace_names_plainly(batch->tier->keyspace, batch->generation);
}

/* False when the server could not count. */
static bool count_on_server(const strata_memcached_tier *tier, strata_call *call, strata_item *seen,
	int64_t by, int64_t first)
{
	strata_item *const one[] = { seen };
	strata_memcached_batch batch = counting(tier, call, one, by);

	if (batch.commands != NULL && !strata_meta_key_is_plain(batch.commands[0].request.key)) {
		return false; /* The server would make an item that it cannot name; see protocol/meta.h. */
	}
	if (batch.commands != NULL) {
		batch.commands[0].request.autoviv = is_made_by_server(&batch, seen);
		batch.commands[0].request.initial = (uint64_t) first;
		batch.commands[0].request.ttl = strata_memcached_batch_ttl(&batch, seen->expires_at);
	}
	strata_memcached_batch_run(&batch, classify_counted);
	if (seen->result == STRATA_OVERFLOW) {
		take_back(tier, call, seen, by);
	}
	return !was_refused(&batch) && (seen->result != STRATA_MISS || seen->adds_nothing);
}

/*
 * Is it one that the server counts? Of what others wrote it counts strings of digits, too; those
 * that have no flags, as php-memcached's counters with a first value.
 */
static bool is_counter(const strata_item *seen, int64_t *number)
{
	*number = seen->value.integer;
	if (seen->result != STRATA_OK) {
		return false;
	}
	return seen->value.codec == STRATA_CODEC_INTEGER ||
		   (seen->is_foreign && seen->value.codec == STRATA_CODEC_STRING &&
			   strata_plain_counter(seen->value.bytes, number));
}

/* The sum into the item, or why there is none. Where there was no number, it ends as was asked. */
static strata_result add(strata_item *seen, const strata_item *wanted, const count *count)
{
	int64_t number, sum;
	bool is_there = is_counter(seen, &number);
	bool is_absent = seen->result == STRATA_MISS || seen->result == STRATA_STALE;

	if (!is_there && !is_absent) {
		bool answered = strata_result_class_of(seen->result) == STRATA_ANSWER;

		return answered ? STRATA_NOT_INTEGER : seen->result;
	}
	if (is_absent && wanted->adds_nothing) {
		return STRATA_MISS;
	}
	if (__builtin_add_overflow(is_there ? number : count->initial, count->by, &sum)) {
		return STRATA_OVERFLOW;
	}
	if (!is_there) {
		seen->expires_at = wanted->expires_at;
		seen->is_enveloped = false;
		seen->is_foreign = false;
		seen->tags = wanted->tags;
		seen->tag_count = wanted->tag_count;
	}
	seen->version = strata_process_random_word() | 1;
	seen->value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = sum };
	return STRATA_OK;
}

static void count_by_swap(const strata_memcached_tier *tier, strata_call *call,
	const strata_item *wanted, strata_item *seen, const count *count)
{
	for (int i = 0; i < SWAP_TRIES; i++) {
		uint64_t cas;

		*seen = *wanted;
		look(tier, call, seen, &cas);
		if (seen->result == STRATA_OK && seen->tag_count > 0) {
			leave_to_caller(seen);
			return;
		}
		seen->result = add(seen, wanted, count);
		if (seen->result != STRATA_OK) {
			return;
		}
		swap(tier, call, seen, cas);
		if (seen->result != STRATA_NOT_STORED) {
			return;
		}
	}
	seen->result = STRATA_BUSY;
}

/*
 * Does the server's arithmetic give the right answer? Then *first is where it starts from nothing.
 */
static bool suits_server(const count *count, int64_t *first)
{
	*first = 0;
	return count->by >= 0 && count->by <= longest_step &&
		   !__builtin_add_overflow(count->initial, count->by, first) && *first >= 0;
}

void strata_memcached_change_increment(const strata_memcached_tier *tier, strata_call *call,
	strata_item *item, int64_t by, int64_t initial)
{
	const count count = { by, initial };
	strata_item seen = *item;
	int64_t first;

	seen.is_tagged_there = false;
	if (!suits_server(&count, &first) || !count_on_server(tier, call, &seen, by, first)) {
		count_by_swap(tier, call, item, &seen, &count);
	}
	complete(item, &seen, seen.result);
	item->value = (strata_value){ .codec = STRATA_CODEC_INTEGER,
		.integer = seen.result == STRATA_OK ? seen.value.integer : 0 };
}

/* ---- add ---- */

typedef struct {
	strata_item *seen; /* copies of the items, with what the server holds */
	strata_item **list;
	uint64_t *cas;
} view;

static bool make_view(view *view, strata_arena *arena, strata_item *const *items, size_t count)
{
	view->seen = strata_arena_alloc(arena, count * sizeof(*view->seen));
	view->list = strata_arena_alloc(arena, count * sizeof(strata_item *));
	view->cas = strata_arena_alloc(arena, count * sizeof(*view->cas));
	if (view->seen == NULL || view->list == NULL || view->cas == NULL) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		view->seen[i] = *items[i];
		view->list[i] = &view->seen[i];
	}
	return true;
}

/*
 * Leaves in the view those of the items that are there, but stale, over or no more than a
 * placeholder; returns how many.
 */
static size_t keep_what_is_over(view *view, const strata_memcached_batch *batch,
	strata_item *const *items)
{
	size_t kept = 0;

	for (size_t i = 0; batch->commands != NULL && i < batch->count; i++) {
		strata_result result = view->seen[i].result;
		bool is_absent = result == STRATA_MISS || result == STRATA_STALE;

		/* A miss that has a cas. */
		if (is_absent && batch->commands[i].reply.cas != 0) {
			view->cas[kept] = batch->commands[i].reply.cas;
			view->list[kept++] = items[i];
		}
	}
	return kept;
}

static void note_tagged(const view *view, strata_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		items[i]->is_tagged_there =
			view->seen[i].result == STRATA_OK && view->seen[i].tag_count > 0;
	}
}

void strata_memcached_change_add_again(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_memcached_batch batch;
	view view;
	size_t over;

	if (count == 0 || !make_view(&view, call->arena, items, count)) {
		return;
	}
	batch = strata_memcached_batch_of(tier, call, view.list, count, STRATA_META_LOOK);
	strata_memcached_batch_run(&batch, strata_memcached_classify_read);
	note_tagged(&view, items, count);
	over = keep_what_is_over(&view, &batch, items);
	if (over == 0) {
		return;
	}
	batch = strata_memcached_batch_of(tier, call, view.list, over, STRATA_META_SET);
	for (size_t i = 0; i < over; i++) {
		strata_memcached_batch_store(&batch, i, 'S', view.cas[i]);
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
}

/* ---- replace ---- */

static bool is_value_there(const strata_memcached_seen *seen, const strata_item *wanted,
	const strata_cas_token *token)
{
	(void) wanted;
	(void) token;
	return seen->item.result != STRATA_MISS && seen->item.result != STRATA_STALE &&
		   seen->item.tag_count == 0;
}

/* Without cas there are no placeholders, either, and the server's own condition does. */
static void replace_plainly(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	strata_memcached_batch batch =
		strata_memcached_batch_of(tier, call, items, count, STRATA_META_SET);

	for (size_t i = 0; i < count; i++) {
		strata_memcached_batch_store(&batch, i, 'R', 0);
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
}

void strata_memcached_change_replace(const strata_memcached_tier *tier, strata_call *call,
	strata_item *const *items, size_t count)
{
	static const strata_memcached_swap_ops ops = { is_value_there, compose_value };
	strata_item **refused;
	size_t plain;

	strata_memcached_swap_all(&ops, tier, call, items, count, NULL);
	refused = strata_items_with(call->arena, items, count, STRATA_UNSUPPORTED, &plain);
	if (plain > 0) {
		replace_plainly(tier, call, refused, plain);
	}
}
