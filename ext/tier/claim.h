/* claim: how a fence is taken on a shared server, whatever commands that server has. */
#ifndef STRATA_TIER_CLAIM_H
#define STRATA_TIER_CLAIM_H

#include <stddef.h>

#include "base/call.h"
#include "tier/item.h"
#include "tier/keyspace.h"

enum { STRATA_PLACEHOLDER_LIFE = 10 * 60 * 1000 /* msec, on the server */ };

/* What is to be written, if what was seen is still there. */
typedef enum {
	STRATA_CLAIM_LEASE,   /* owner and end, into the header of what was seen */
	STRATA_CLAIM_REPLACES /* the placeholder, in the place of all that was seen */
} strata_claim_step;

/* One item of a take_fence(). */
typedef struct {
	strata_item *item;
	strata_fence wanted;     /* what the caller asked for; version is that of the placeholder */
	uint64_t refreshed;      /* the version that the caller saw; 0: none */
	strata_view placeholder; /* its bytes */

	/* From the tier. */
	strata_item seen;   /* the answer to a look behind the add; its result is one of a get */
	strata_view stored; /* all that was under the key; data is NULL when nothing was */
	uint64_t cas;       /* of that, where servers have such a number */
	int64_t left;       /* seconds that the server keeps it, where it says; -1: for ever */

	strata_claim_step step;
	strata_result written; /* OK, NOT_STORED, a refusal or failure */
} strata_claim;

/* What a tier does for a take_fence(), each for many claims in one round. */
typedef struct {
	/*
	 * Adds the placeholder where nothing is, and looks behind that, in one write. Fills seen,
	 * stored, cas and left. See strata_claim_note_add().
	 */
	void (*ask)(void *context, strata_claim *const *claims, size_t count);

	/* Takes the step, if what was seen is still there. Fills written. */
	void (*write)(void *context, strata_claim *const *claims, size_t count);
} strata_claim_ops;

/*
 * What the add says where the look behind it says nothing: a look that failed after an add that did
 * not has seen the placeholder; one that found nothing after an add that failed has failed like it.
 */
void strata_claim_note_add(strata_claim *claim, const strata_item *added);

/*
 * take_fence() of tier/tier.h. Asks, and writes where a lease has ended or something is to be
 * refreshed, and asks again where another caller was faster: a few times, then BUSY.
 */
void strata_claim_all(const strata_claim_ops *ops, void *context, strata_call *call,
	const strata_keyspace *keyspace, strata_item *const *items, size_t count);

#endif
