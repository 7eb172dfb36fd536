/*
 * The copies have one name and lie on up to three servers in a row, of which the first follows from
 * the database: all hosts with the same list of servers look in the same places.
 *
 * A copy is only ever raised. Two hosts may write at the same time, and the one that repairs a
 * lagging copy must not undo the clear() of the other; so copies are read, and those that are lower
 * are swapped by their cas.
 */
#include "tier/memcached/memcached_generation.h"

#include "tier/remote_key.h"

enum { SWAP_TRIES = 8 };

typedef struct {
	strata_item item;
	uint32_t node;
	uint64_t cas; /* of what was read, 0 where there was nothing */
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
	uint32_t nodes = strata_memcached_count(tier->pool);
	list all = { .count = 0 };

	for (uint32_t i = 0; i < STRATA_GENERATION_COPIES && i < nodes; i++) {
		copies[i] = (copy){ .item.value.codec = STRATA_CODEC_NULL,
			.node = (uint32_t) ((tier->keyspace->namespace_id + i) % nodes) };
		append(&all, &copies[i]);
	}
	return all;
}

static strata_memcached_batch address(const list *list, const strata_memcached_tier *tier,
	strata_call *call)
{
	strata_view name = strata_remote_key_of_generation(call->arena, tier->keyspace, "");
	strata_memcached_batch batch =
		strata_memcached_batch_blank(tier, call, list->items, list->count);

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
	strata_memcached_batch batch = address(list, tier, call);

	for (size_t i = 0; batch.commands != NULL && i < list->count; i++) {
		batch.commands[i].request.verb = STRATA_META_LOOK;
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_read);
	for (size_t i = 0; i < list->count; i++) {
		list->copies[i]->cas = batch.commands == NULL ? 0 : batch.commands[i].reply.cas;
	}
}

static void swap_all(const list *list, const strata_memcached_tier *tier, strata_call *call)
{
	strata_memcached_batch batch = address(list, tier, call);

	for (size_t i = 0; i < list->count; i++) {
		uint64_t cas = list->copies[i]->cas;

		strata_memcached_batch_store(&batch, i, cas == 0 ? 'E' : 'S', cas);
	}
	strata_memcached_batch_run(&batch, strata_memcached_classify_stored);
}

/* Those that could be read and hold less, with what they are to hold. The others are settled. */
static list list_lagging(const list *read, uint64_t generation)
{
	list lagging = { .count = 0 };

	for (size_t i = 0; i < read->count; i++) {
		strata_item *item = read->items[i];

		if (strata_result_class_of(item->result) != STRATA_ANSWER) {
			continue;
		}
		if (strata_generation_copies_held(item->result, &item->value) >= generation) {
			item->result = STRATA_OK;
			continue;
		}
		*item = (strata_item){ .value = { .codec = STRATA_CODEC_INTEGER,
								   .integer = (int64_t) generation } };
		append(&lagging, read->copies[i]);
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

strata_result strata_memcached_generation_read(const strata_memcached_tier *tier, strata_call *call,
	strata_generation_copies *out)
{
	copy copies[STRATA_GENERATION_COPIES];
	list all = list_all(copies, tier);

	read_all(&all, tier, call);
	strata_generation_copies_init(out);
	for (size_t i = 0; i < all.count; i++) {
		strata_generation_copies_note(out, all.items[i]);
	}
	return strata_generation_copies_verdict(out);
}

strata_result strata_memcached_generation_raise(const strata_memcached_tier *tier,
	strata_call *call, uint64_t generation)
{
	copy copies[STRATA_GENERATION_COPIES];
	list all = list_all(copies, tier);
	list open = all;

	for (int i = 0; i < SWAP_TRIES && open.count > 0; i++) {
		read_all(&open, tier, call);
		open = list_lagging(&open, generation);
		if (open.count > 0) {
			swap_all(&open, tier, call);
			open = list_changed(&open);
		}
	}
	return strata_generation_copies_raised(all.items, all.count);
}
