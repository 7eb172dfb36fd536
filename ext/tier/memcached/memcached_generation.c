/*
 * A copy is only ever raised. Two hosts may write at the same time, and the one that repairs a
 * lagging copy must not undo the clear() of the other; so copies are read, and those that are lower
 * are swapped by their cas. A server without cas (started with -C) still makes one where there is
 * none, for which add is enough.
 *
 * No command of the protocol tells the time. But an item that is to end at a moment, as a Unix
 * time, says how many seconds it has left: what is missing to that moment is the server's time.
 */
#include "tier/memcached/memcached_generation.h"

#include "os/clock.h"
#include "tier/memcached/memcached_copies.h"
#include "tier/remote_key.h"

enum { SWAP_TRIES = 8 };

/* The last moment that servers take as a Unix time, and read as a signed number of 32 bits. */
static const uint32_t last_moment = INT32_MAX;

typedef struct {
	strata_item item;
	uint32_t node;
	uint64_t cas; /* of what was read, 0 where there was nothing */
	bool is_there;
} copy;

/* All copies, or those that something is still to be done about. */
typedef struct {
	copy *copies[STRATA_GENERATION_COPIES];
	strata_item *items[STRATA_GENERATION_COPIES];
	size_t count;
} list;

static void append(list *list, copy *copy)
{
	list->copies[list->count] = copy;
	list->items[list->count++] = &copy->item;
}

static list list_all(copy copies[STRATA_GENERATION_COPIES], const strata_memcached_tier *tier)
{
	size_t count = strata_memcached_copies_count(tier->pool);
	list all = { .count = 0 };

	for (size_t i = 0; i < count; i++) {
		copies[i] = (copy){ .item.value.codec = STRATA_CODEC_NULL,
			.node = strata_memcached_copies_node(tier->pool, tier->keyspace, i) };
		append(&all, &copies[i]);
	}
	return all;
}

static strata_memcached_batch address(const list *list, const strata_memcached_tier *tier,
	strata_call *call, const char *suffix)
{
	strata_view name = strata_remote_key_of_generation(call->arena, tier->keyspace, suffix);
	strata_memcached_batch batch =
		strata_memcached_batch_blank(tier, call, list->items, list->count);

	batch.believes_old = true;
	if (name.data == NULL) {
		batch.commands = NULL;
	}
	for (size_t i = 0; batch.commands != NULL && i < list->count; i++) {
		batch.commands[i].request.key = name;
		batch.commands[i].node = list->copies[i]->node;
	}
	return batch;
}

static void read_all(const list *list, const strata_memcached_tier *tier, strata_call *call)
{
	strata_memcached_batch batch = address(list, tier, call, "");

	for (size_t i = 0; batch.commands != NULL && i < list->count; i++) {
		batch.commands[i].request.verb = STRATA_META_LOOK;
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_read);
	for (size_t i = 0; i < list->count; i++) {
		const strata_memcached_command *command =
			batch.commands == NULL ? NULL : &batch.commands[i];

		list->copies[i]->cas = command == NULL ? 0 : command->reply.cas;
		list->copies[i]->is_there = command != NULL && command->reply.code == STRATA_META_VA;
	}
}

static void swap_all(const list *list, const strata_memcached_tier *tier, strata_call *call)
{
	strata_memcached_batch batch = address(list, tier, call, "");

	for (size_t i = 0; i < list->count; i++) {
		uint64_t cas = list->copies[i]->cas;

		strata_memcached_batch_store(&batch, i, cas == 0 ? 'E' : 'S', cas);
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
}

static bool is_as_ordered(const strata_item *item, const strata_generation_order *order)
{
	uint64_t held = strata_generation_copies_held(item->result, &item->value);

	return held >= order->least && held <= order->limit;
}

static void refuse(copy *copy, strata_call *call)
{
	copy->item.result = STRATA_UNSUPPORTED;
	strata_call_explain(call,
		"memcached %s: no cas, so that the generation cannot be raised: started with -C",
		copy->item.node);
}

/* Those that could be read and are to hold something else, with that. The others are settled. */
static list list_lagging(const list *read, const strata_generation_order *order, strata_call *call)
{
	list lagging = { .count = 0 };

	for (size_t i = 0; i < read->count; i++) {
		copy *copy = read->copies[i];
		strata_item *item = &copy->item;

		if (strata_result_class_of(item->result) != STRATA_ANSWER || is_as_ordered(item, order)) {
			continue;
		}
		if (copy->is_there && copy->cas == 0) {
			refuse(copy, call);
			continue;
		}
		*item = (strata_item){ .value = { .codec = STRATA_CODEC_INTEGER,
								   .integer = (int64_t) order->next } };
		append(&lagging, copy);
	}
	return lagging;
}

/* Copies that another process changed in between. */
static list list_changed(const list *swapped)
{
	list changed = { .count = 0 };

	for (size_t i = 0; i < swapped->count; i++) {
		if (swapped->items[i]->result == STRATA_NOT_STORED) {
			append(&changed, swapped->copies[i]);
		}
	}
	return changed;
}

/* ---- the time of a server ---- */

/*
 * In microseconds since 1970; the fraction of the second is that of this host. 0: it did not tell.
 */
static uint64_t time_by(const strata_memcached_command *command)
{
	const strata_meta_reply *reply = &command->reply;

	if (command->result != STRATA_OK || reply->code != STRATA_META_VA || reply->ttl <= 0 ||
		reply->ttl > last_moment) {
		return 0;
	}
	return (last_moment - (uint64_t) reply->ttl) * 1000000 + strata_clock_wall_msec() % 1000 * 1000;
}

/* To the commands about the time, whose replies are looked at by themselves, and to the look. */
static strata_result classify_asked(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item)
{
	return command->request.verb == STRATA_META_LOOK
			   ? strata_memcached_classify_read(batch, command, item)
			   : STRATA_OK;
}

static void add_looks(strata_memcached_batch *batch, const list *all, strata_view name)
{
	for (size_t i = 0; batch->commands != NULL && i < all->count; i++) {
		batch->commands[i].node = all->copies[i]->node;
		batch->commands[i].request = (strata_meta_request){ .verb = STRATA_META_LOOK, .key = name };
	}
}

/* Two commands for each server: an item that ends at the last moment, and what it has left. */
static void add_clocks(strata_memcached_batch *batch, const list *all, strata_view name)
{
	for (size_t i = 0; batch->commands != NULL && i < 2 * all->count; i++) {
		strata_memcached_command *command = &batch->commands[all->count + i];

		command->node = all->copies[i / 2]->node;
		command->request = (strata_meta_request){ .verb = STRATA_META_GET, .key = name };
		if (i % 2 == 0) {
			command->request.verb = STRATA_META_SET;
			command->request.mode = 'S';
			command->request.ttl = last_moment;
			command->request.value = strata_view_of("1");
		}
	}
}

/* The looks come first: a server that is full refuses the clock, and with it what is behind. */
static strata_memcached_batch questions(const strata_memcached_tier *tier, strata_call *call,
	const list *all, strata_item **items, size_t count)
{
	strata_memcached_batch batch = strata_memcached_batch_blank(tier, call, items, count);
	strata_view name = strata_remote_key_of_generation(call->arena, tier->keyspace, "");
	strata_view clock = strata_remote_key_of_generation(call->arena, tier->keyspace, ":clock");

	batch.believes_old = true;
	if (name.data == NULL || clock.data == NULL) {
		batch.commands = NULL;
	}
	add_looks(&batch, all, name);
	if (count > all->count) {
		add_clocks(&batch, all, clock);
	}
	return batch;
}

strata_result strata_memcached_generation_read(const strata_memcached_tier *tier, strata_call *call,
	strata_generation_question question, strata_generation_copies *out)
{
	copy copies[STRATA_GENERATION_COPIES];
	list all = list_all(copies, tier);
	size_t count = question == STRATA_GENERATION_AND_CLOCK ? 3 * all.count : all.count;
	strata_item unused[3 * STRATA_GENERATION_COPIES];
	strata_item *items[3 * STRATA_GENERATION_COPIES];
	strata_memcached_batch batch;

	for (size_t i = 0; i < count; i++) {
		unused[i] = (strata_item){ .value.codec = STRATA_CODEC_NULL };
		items[i] = i < all.count ? all.items[i] : &unused[i];
	}
	batch = questions(tier, call, &all, items, count);
	strata_memcached_batch_run(&batch, classify_asked);
	strata_generation_copies_init(out);
	for (size_t i = 0; i < all.count; i++) {
		strata_generation_copies_note(out, all.items[i]);
	}
	for (size_t i = all.count + 1; batch.commands != NULL && i < count && out->clock == 0; i += 2) {
		out->clock = time_by(&batch.commands[i]);
	}
	return strata_generation_copies_verdict(out);
}

strata_result strata_memcached_generation_raise(const strata_memcached_tier *tier,
	strata_call *call, const strata_generation_order *order, strata_generation_copies *out)
{
	copy copies[STRATA_GENERATION_COPIES];
	list all = list_all(copies, tier);
	list open = all;

	for (int i = 0; i < SWAP_TRIES && open.count > 0; i++) {
		/* A silent server must leave time for the swaps on others. */
		call->later_steps++;
		read_all(&open, tier, call);
		call->later_steps--;
		open = list_lagging(&open, order, call);
		if (open.count > 0) {
			swap_all(&open, tier, call);
			open = list_changed(&open);
		}
	}
	strata_generation_copies_init(out);
	for (size_t i = 0; i < all.count; i++) {
		strata_generation_copies_note(out, all.items[i]);
	}
	strata_generation_copies_sum_up(out, order->limit);
	return strata_generation_copies_raised(out, order->least);
}
