/*
 * fake_tier — a tier in memory that writes down what it was asked and does as it is told. All fakes
 * share one diary, so that the order between tiers shows:
 *
 *     "L.get a b; M.get b; L.add b; "
 *
 * with L, M and R for local, memcached and redis.
 */
#ifndef STRATA_TESTS_FAKE_TIER_H
#define STRATA_TESTS_FAKE_TIER_H

#include <stdbool.h>

#include "tier/tier.h"

enum { FAKE_ENTRIES = 16, FAKE_COPIES = 3 };

typedef struct {
	char key[16];
	char text[32];
	strata_value value; /* its bytes are those of text; codec ABSENT: a placeholder */
	uint64_t version;
	uint64_t owner; /* of the lease; 0: it is free */
	strata_msec end;
	strata_msec fresh_until;
	strata_msec expires_at;
	uint32_t cost_msec;
} fake_entry;

typedef enum {
	FAKE_GET,
	FAKE_FILL,
	FAKE_PUT,
	FAKE_REMOVE,
	FAKE_TOUCH,
	FAKE_INCREMENT,
	FAKE_TAKE,  /* take_fence */
	FAKE_STORE, /* put_over_fence */
	FAKE_LEAVE, /* leave_fence */
	FAKE_VERBS
} fake_verb;

/* How often something came or went under a key. */
typedef struct {
	char key[16];
	uint64_t count;
} fake_changes;

typedef struct {
	strata_tier_ops ops;
	fake_entry entries[FAKE_ENTRIES];
	size_t count;
	fake_changes changes[FAKE_ENTRIES];
	size_t changed;
	bool keeps_tokens; /* a miss gives none: another caller is about to fill */

	strata_result verdicts[FAKE_VERBS]; /* what comes of a verb instead of doing it; OK: do it */
	const char *about;                  /* only where this key is meant; NULL: every key */
	void (*after_get)(void);            /* what somebody else does before the get returns */
	void (*after_store)(void);          /* the same of a put_over_fence */
	void (*after_put)(void);            /* the same for a put */

	uint64_t copies[FAKE_COPIES]; /* of the generation; 0: gone */
	strata_result copy_verdicts[FAKE_COPIES];
	strata_result raise_verdict; /* what comes of raising any copy; OK: it is done */
	uint64_t clock;              /* of the server, in microseconds; 0: it does not tell */
	void (*before_raise)(void);  /* what another host does between a read and a raise */
} fake_tier;

void fake_tier_init(fake_tier *fake, strata_tier_kind kind, strata_tier *tier);

/* What is there without having been put, and what goes without having been removed. */
void fake_tier_hold(fake_tier *fake, const char *key, const char *text);
/* The entry itself, or NULL: what a test changes there happens at the server. */
fake_entry *fake_tier_entry(fake_tier *fake, const char *key);

void fake_tier_hold_integer(fake_tier *fake, const char *key, int64_t integer);

void fake_tier_lose(fake_tier *fake, const char *key);

bool fake_tier_holds(const fake_tier *fake, const char *key, const char *text);
bool fake_tier_lacks(const fake_tier *fake, const char *key);

/* Does the diary say exactly this? Forgets it. */
bool fake_diary_is(const char *expected);

/* Does it say anything? Forgets it. */
bool fake_diary_says_anything(void);

#endif
