/* memcached_batch — one meta command for each item, and what the replies make of the items. */
#ifndef STRATA_TIER_MEMCACHED_MEMCACHED_BATCH_H
#define STRATA_TIER_MEMCACHED_MEMCACHED_BATCH_H

#include "base/call.h"
#include "memcached/memcached.h"
#include "tier/generation_check.h"
#include "tier/item.h"
#include "tier/keyspace.h"
#include "tier/tag_question.h"
#include "tier/tier.h"

/* What the tier on memcached keeps. */
typedef struct {
	strata_memcached *pool;
	const strata_keyspace *keyspace;
	bool is_nearer; /* above a deeper tier, of which it holds copies */

	strata_tier_ops own_ops; /* where this tier differs from others of its kind */

	/* See memcached_replicas.h. */
	const strata_tier_ops *first_place; /* the verbs without a second place; NULL: there is none */
} strata_memcached_tier;

typedef struct {
	const strata_memcached_tier *tier;
	strata_call *call;
	uint64_t generation; /* in the names, and in what is sealed */
	bool believes_old;   /* a lock; set by the caller: a generation, which is never removed */
	strata_msec wall;    /* when the batch was made */
	strata_item *const *items;
	strata_memcached_command *commands; /* one for each item; NULL: there was no memory for them */
	size_t count;
	strata_generation_check *check; /* that is sent along; NULL: none */
	size_t reads;                   /* of it, which stand in front of the commands */
	strata_tag_check *tag_check;    /* the same about tags, in front of those; NULL: none */
	size_t tag_reads;
} strata_memcached_batch;

/*
 * Commands that name neither a key nor a node nor a verb yet. Takes over what the call has to be
 * sent along: strata_generation_check, strata_tag_check.
 */
strata_memcached_batch strata_memcached_batch_blank(const strata_memcached_tier *tier,
	strata_call *call, strata_item *const *items, size_t count);

/* Commands of this verb, each for the item's key and to the node where that belongs. */
strata_memcached_batch strata_memcached_batch_of(const strata_memcached_tier *tier,
	strata_call *call, strata_item *const *items, size_t count, strata_meta_verb verb);

/*
 * Makes one of the commands store its item: mode as in strata_meta_request, cas 0 for whatever the
 * server holds.
 */
void strata_memcached_batch_store(strata_memcached_batch *batch, size_t index, char mode,
	uint64_t cas);

/* The commands take back what was there: where one is not confirmed its name is unconfirmed. */
void strata_memcached_batch_take_back(strata_memcached_batch *batch);

/* Says what a reply means and moves what it holds into the item. Asked about OK commands only. */
typedef strata_result (*strata_memcached_classifier)(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item);

/*
 * Asks all nodes in parallel and writes every item's result. A connection that brought what the
 * classifier cannot believe (DESYNC, PROTOCOL) is closed. The commands stay readable.
 */
void strata_memcached_batch_run(strata_memcached_batch *batch,
	strata_memcached_classifier classify);

/*
 * To a get: OK with the item's second group filled, MISS, or why the value is not ours to return.
 */
strata_result strata_memcached_classify_read(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item);

/* To a set: OK or NOT_STORED. */
strata_result strata_memcached_classify_stored(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item);

/*
 * Addresses a command of the caller's verb about the number of this tag. False when out of memory.
 */
bool strata_memcached_batch_name_tag(const strata_memcached_tier *tier, strata_call *call,
	uint64_t id, strata_memcached_command *command);

/* To a read of a number: OK with it, MISS where nothing is, NOT_INTEGER. */
strata_result strata_memcached_classify_tag(const strata_memcached_batch *batch,
	const strata_memcached_command *command, strata_item *item);

/* So many seconds from now, as the protocol writes them; 0: for ever. */
uint32_t strata_memcached_batch_seconds(const strata_memcached_batch *batch, uint64_t seconds);

/* The time to live of something that has no envelope to end it, as the protocol writes it. */
uint32_t strata_memcached_batch_ttl(const strata_memcached_batch *batch, strata_msec expires_at);

#endif
