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

#include "tier/generation_check.h"
#include "tier/tier.h"

enum { FAKE_ENTRIES = 16, FAKE_COPIES = 3 };

typedef struct {
	char key[16];
	char text[32];
	strata_value value; /* its bytes are those of text */
	uint64_t version;
} fake_entry;

typedef enum { FAKE_GET, FAKE_PUT, FAKE_REMOVE, FAKE_TOUCH, FAKE_INCREMENT, FAKE_VERBS } fake_verb;

typedef struct {
	strata_tier_ops ops;
	fake_entry entries[FAKE_ENTRIES];
	size_t count;

	strata_result verdicts[FAKE_VERBS]; /* what comes of a verb instead of doing it; OK: do it */
	const char *about;                  /* only where this key is meant; NULL: every key */
	void (*after_get)(void);            /* what somebody else does before the get returns */

	uint64_t copies[FAKE_COPIES]; /* of the generation; 0: gone */
	strata_result copy_verdicts[FAKE_COPIES];
	strata_result raise_verdict; /* what comes of raising any copy; OK: it is done */
	uint64_t clock;              /* of the server, in microseconds; 0: it does not tell */
	void (*before_raise)(void);  /* what another host does between a read and a raise */
	void (*after_change)(void);  /* what it does before a verb that changes something returns */
	unsigned checks;    /* reads of one copy that came along with a verb; the diary has none */
	unsigned questions; /* the same of all copies */
} fake_tier;

void fake_tier_init(fake_tier *fake, strata_tier_kind kind, strata_tier *tier);

/* All copies of the generation hold this. */
void fake_tier_hold_copies(fake_tier *fake, uint64_t generation);

/* What is there without having been put. */
void fake_tier_hold(fake_tier *fake, const char *key, const char *text);
void fake_tier_hold_integer(fake_tier *fake, const char *key, int64_t integer);

bool fake_tier_holds(const fake_tier *fake, const char *key, const char *text);
bool fake_tier_lacks(const fake_tier *fake, const char *key);

/* Does the diary say exactly this? Forgets it. */
bool fake_diary_is(const char *expected);

/* Does it say anything? Forgets it. */
bool fake_diary_says_anything(void);

#endif
