/* tier — one place where values are kept, behind one const table for each kind of place. */
#ifndef STRATA_TIER_TIER_H
#define STRATA_TIER_TIER_H

#include <stddef.h>
#include <stdint.h>

#include "base/call.h"
#include "stats/analysis.h"
#include "stats/findings.h"
#include "stats/stats.h"
#include "tier/generation_copies.h"
#include "tier/item.h"
#include "tier/purge.h"
#include "tier/session.h"
#include "tier/tag_question.h"

typedef struct strata_tier strata_tier;

/*
 * Batch first: every verb takes an array of items and writes the result of each, with all nodes of
 * the tier asked in parallel; a single key is a batch of one. Nothing here runs PHP code or uses
 * the Zend heap.
 */
typedef struct {
	strata_tier_kind kind;
	const char *name; /* as status shows it */

	/*
	 * OK with the second group of the item filled; STALE, the same with a value that is past its
	 * soft end and is kept for remember(); MISS, also where a placeholder is; a reason why a value
	 * that is there is not ours to return (FOREIGN, OTHER_KEY, CORRUPT, UNKNOWN_CODEC: misses, but
	 * counted as such); a refusal or failure. Only OK and STALE leave something to read in the
	 * group.
	 */
	void (*get)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

	/*
	 * For an item of which no deeper tier can be asked: OK with a copy that is past local_ttl, and
	 * not past the soft end of the value; is_kept_on_error says so. Else the item stays as it is.
	 * NULL: the tier keeps none.
	 */
	void (*get_kept)(strata_tier *tier, strata_call *call, strata_item *item);

	/*
	 * Of a nearer tier: stores what a deeper one gave or took, for items that this tier missed or
	 * watched before, and only where nothing came or went under the key since then. OK, NOT_STORED,
	 * TOO_LARGE, a refusal or failure. NULL: the tier is never filled.
	 */
	void (*fill)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

	/*
	 * Notes what is under the keys now, whatever it is, so that a fill may follow a write of a
	 * deeper tier. Leaves result, node and second group as they are. NULL: only a get that misses
	 * does that, and a write is followed by a removal.
	 */
	void (*watch)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

	/*
	 * Of a nearer tier that outlives this process: a deeper one is about to be asked to change what
	 * is under the keys. From here to conclude() their removal is under way: where the process dies
	 * it is owed. NULL: nothing is left of such a tier then.
	 */
	void (*announce)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

	/*
	 * After announce() and, where anything changed, remove(). The results are those of the deeper
	 * tier: what a failure may still do there is followed by another removal here.
	 */
	void (*conclude)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

	/* OK, NOT_STORED by the mode, TOO_LARGE, a refusal or failure. */
	void (*put)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count,
		strata_put_mode mode);

	/* OK when something was removed, MISS when nothing was there, a refusal or failure. */
	void (*remove)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

	/*
	 * Gives the value the ends of life and the version in the item, and nothing else. OK, MISS,
	 * NOT_STORED when others change it all the time, why the value is not ours, a refusal or
	 * failure. The item's second group stays as it was. A value with tags is changed where its
	 * version is fence.version, which says that the caller has judged it.
	 */
	void (*touch)(strata_tier *tier, strata_call *call, strata_item *item);

	/*
	 * Stores the item if what is under the key is still what was seen, whatever tags that has. OK;
	 * NOT_STORED when it is another or gone; TOO_LARGE, a refusal or failure.
	 */
	void (*compare)(strata_tier *tier, strata_call *call, strata_item *item,
		const strata_cas_token *seen);

	/* As compare, but removes. OK, NOT_STORED, a refusal or failure. */
	void (*compare_and_remove)(strata_tier *tier, strata_call *call, strata_item *item,
		const strata_cas_token *seen);

	/*
	 * For items whose fence.owner and fence.end say which lease is asked for, and fence.version
	 * which value is to be refreshed (0: none was seen). In one round where nothing is there.
	 *   MISS, TAKEN   there is a placeholder now, with the caller's lease; fence.version is its
	 *   MISS, HELD    there is one with a lease of another caller; owner, end and version are its
	 *   OK, NONE      a value is there that is not to be refreshed: its life is not over, and its
	 *                 version is another than the caller saw; second group filled
	 *   OK or STALE, TAKEN or HELD    a value is there that is, second group filled; TAKEN: its
	 *                 header has the caller's lease now, and the server keeps it for 10 minutes
	 *   UNSUPPORTED   no fence is to be had here; NONE
	 *   else          a reason why the value is not ours (it is taken over: TAKEN), a refusal or
	 *                 failure (NONE)
	 * A placeholder lives for 10 minutes. A lease that has ended is taken over by comparing the
	 * whole header; the version stays.
	 */
	void (
		*take_fence)(strata_tier *tier, strata_call *call, strata_item *const *items, size_t count);

	/*
	 * Stores items whose fence.version is still what is there, always in an envelope. OK;
	 * NOT_STORED: another version, or nothing, is there; TOO_LARGE, a refusal or failure.
	 */
	void (*put_over_fence)(strata_tier *tier, strata_call *call, strata_item *const *items,
		size_t count);

	/*
	 * Gives leases back whose fence.owner is still the owner: fence.end (wall clock) is when the
	 * next caller may take it, now or after a pause. The placeholder or value stays, and with it
	 * the fence. OK, NOT_STORED, a refusal or failure: the lease ends by itself then.
	 */
	void (*leave_fence)(strata_tier *tier, strata_call *call, strata_item *const *items,
		size_t count);

	/*
	 * Adds `by` to the integer under the key; where there is nothing, stores `initial + by` with
	 * the item's expiry, or says MISS (adds_nothing). OK, NOT_INTEGER or OVERFLOW (both change
	 * nothing), a refusal or failure. Leaves the sum in item->value, or 0 unless OK, and the
	 * rest of the second group as it was.
	 */
	void (*increment)(strata_tier *tier, strata_call *call, strata_item *item, int64_t by,
		int64_t initial);

	/*
	 * Shared tiers only, else NULL: the copies of the database's generation, kept on up to three
	 * different nodes. Reading is OK when at least one copy could be read.
	 */
	STRATA_MUST_CHECK strata_result (*read_generation)(strata_tier *tier, strata_call *call,
		strata_generation_question question, strata_generation_copies *out);

	/*
	 * Makes the copies hold what the order says, and never lowers one that already does. *out is
	 * what they hold afterwards, as the tier says: a copy of which that is not known has failed. A
	 * tier that can make a number and not raise it makes one copy, where there is none. OK when
	 * every copy holds what was ordered, else why one does not, with the cause in call->error.
	 */
	STRATA_MUST_CHECK strata_result (*raise_generation)(strata_tier *tier, strata_call *call,
		const strata_generation_order *order, strata_generation_copies *out);

	/*
	 * The numbers of tags, each kept in one place. Reads them all in one round; where one is
	 * missing, or less than least, and may be made, makes it next, unless another host was faster.
	 * Writes number and result of each: OK, MISS with 0, a refusal or failure.
	 */
	void (*read_tags)(strata_tier *tier, strata_call *call, strata_tag_question *const *questions,
		size_t count);

	/*
	 * Gives each a new number, max(old + 1, next), in one step where the server can. OK with the
	 * number, a refusal or failure.
	 */
	void (*raise_tags)(strata_tier *tier, strata_call *call, strata_tag_question *const *questions,
		size_t count);

	/*
	 * NULL where what clear() left behind goes by itself. Looks at about as many entries of the
	 * servers as the limit says, and goes on next time where it ended; call->generation is the
	 * present one. OK, or why a node could not be asked, which does not keep it from the others.
	 * *out is written in any case.
	 */
	STRATA_MUST_CHECK strata_result (*purge)(strata_tier *tier, strata_call *call,
		const strata_purge_order *order, strata_purge *out);

	/*
	 * Shared tiers only, else NULL: goes to each server, also to those that hold no values
	 * (sentinels), and adds what is there and what is wrong. Changes nothing on any of them.
	 */
	void (*check)(strata_tier *tier, const strata_check_order *order, strata_findings *findings);

	/* Shared tiers only, else NULL: records of sessions. */
	const strata_session_ops *sessions;

	/* Closes what the tier holds in this process and frees its state. */
	void (*fini)(strata_tier *tier);
} strata_tier_ops;

struct strata_tier {
	const strata_tier_ops *ops;
	void *state;               /* what the ops keep; belongs to one thread */
	strata_stats_row *stats;   /* of this tier in this database */
	strata_analysis *analysis; /* of the database; NULL: keys are not looked at */
	bool stands_in;            /* asked as the deepest, of keys that do not use the deeper ones */
};

#endif
