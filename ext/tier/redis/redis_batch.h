/* redis_batch — one Redis command for each item, and what the replies make of the items. */
#ifndef STRATA_TIER_REDIS_REDIS_BATCH_H
#define STRATA_TIER_REDIS_REDIS_BATCH_H

#include "base/buffer.h"
#include "base/call.h"
#include "redis/router.h"
#include "tier/generation_check.h"
#include "tier/item.h"
#include "tier/keyspace.h"
#include "tier/tag_question.h"

/* msec, until a script is tried again where it was refused */
enum { STRATA_SCRIPTS_REFUSED_FOR = 60 * 1000 };

/* What the tier on Redis keeps. */
typedef struct {
	strata_redis_client *redis;
	strata_redis_kind kind;
	const strata_keyspace *keyspace;
	struct strata_redis_purge *purge; /* how far it came; NULL: none was asked for */
	bool scripts_run;                 /* one did, in this process */
	bool looks_refused;               /* GETRANGE was */
	/* Monotonic; 0: they were not. */
	strata_msec fences_refused_until;
	strata_msec put_refused_until; /* the script that replaces */
	strata_msec tags_refused_until;
} strata_redis_tier;

/*
 * Commands are formatted one behind the other into one buffer, which may move while it grows, so
 * that where each begins is known only when all of them are there.
 */
typedef struct {
	const strata_redis_tier *tier;
	strata_call *call;
	strata_view prefix;  /* of the names on the server */
	uint64_t generation; /* in the names, and in what is sealed */
	bool believes_old;   /* a lock; set by the caller: a generation, which is never removed */
	strata_msec wall;    /* when the batch was made */
	strata_item *const *items;
	size_t count; /* of items */
	strata_buffer bytes;
	strata_redis_command *commands; /* as many as were added; NULL: there was no memory for them */
	size_t added;
	strata_generation_check *check; /* that is sent along; NULL: none */
	size_t reads;                   /* of it, which stand in front of the commands */
	strata_tag_check *tag_check;    /* the same about tags, in front of those; NULL: none */
	size_t tag_reads;
} strata_redis_batch;

/* Takes over what the call has to be sent along: strata_generation_check, strata_tag_check. */
strata_redis_batch strata_redis_batch_of(const strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count);

/*
 * Adds the command of the next item. The arguments begin with the verb, and key is the index of the
 * one that decides about the slot. One without data stands for memory that was not to be had.
 */
void strata_redis_batch_add(strata_redis_batch *batch, const strata_view *arguments, size_t count,
	size_t key);

/*
 * The commands added so far take back what was there: where one is not confirmed its removal is
 * owed.
 */
void strata_redis_batch_take_back(strata_redis_batch *batch);

/* ---- arguments, in the arena; data is NULL when out of memory ---- */

/* The item's name on the server. */
strata_view strata_redis_batch_name(const strata_redis_batch *batch, const strata_item *item);

/* What the server keeps for the item. */
strata_view strata_redis_batch_sealed(const strata_redis_batch *batch, const strata_item *item);

strata_view strata_redis_batch_number(const strata_redis_batch *batch, int64_t number);

/* Milliseconds until then, at least 1; "0" when there is no end. */
strata_view strata_redis_batch_life(const strata_redis_batch *batch, strata_msec expires_at);

/* ---- asking ---- */

/* Says what a reply means and moves what it holds into the item. Asked about OK commands only. */
typedef strata_result (*strata_redis_classifier)(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item);

/*
 * Asks all nodes in parallel, writes every item's result and frees the bytes. There must be a
 * command for every item. A connection that brought what the classifier cannot believe (DESYNC) is
 * closed. The commands and their replies stay readable.
 */
void strata_redis_batch_run(strata_redis_batch *batch, strata_redis_classifier classify);

/* To GET: OK with the item's second group filled, MISS, or why the value is not ours to return. */
strata_result strata_redis_classify_read(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item);

/* To a read of a number: OK with it, MISS where nothing is, NOT_INTEGER. */
strata_result strata_redis_classify_tag(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item);

/*
 * GET for all of the items, and once more on a fresh connection for items that got another key's
 * value.
 */
void strata_redis_batch_get(const strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count);

/* The same, from the masters only: for a caller that goes on to change what it has seen. */
void strata_redis_batch_get_newest(const strata_redis_tier *tier, strata_call *call,
	strata_item *const *items, size_t count);

/* To SET: OK or NOT_STORED. */
strata_result strata_redis_classify_stored(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item);

/* To what answers how many keys it changed: OK or MISS. */
strata_result strata_redis_classify_changed(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item);

#endif
