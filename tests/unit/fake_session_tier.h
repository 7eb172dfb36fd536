/*
 * fake_session_tier — a shared tier in memory that keeps records of sessions and their locks, as
 * tier/session.h says, and fails as it is told: at once, after it did what it was asked, or before
 * that. It writes down what it was asked: "open {a}; store {a}; ".
 */
#ifndef STRATA_TESTS_FAKE_SESSION_TIER_H
#define STRATA_TESTS_FAKE_SESSION_TIER_H

#include <stdbool.h>

#include "tier/tier.h"

enum { FAKE_SESSIONS = 16, FAKE_LONGEST_RECORD = 300 };

typedef enum {
	FAKE_SESSION_OPEN,
	FAKE_SESSION_STORE,
	FAKE_SESSION_RENEW,
	FAKE_SESSION_LEAVE,
	FAKE_SESSION_REMOVE,
	FAKE_SESSION_VERBS
} fake_session_verb;

/* What a failure leaves behind. */
typedef enum {
	FAKE_NOT_DONE,
	FAKE_DONE, /* it was done, and the answer was lost */
	FAKE_LATE  /* it is done when fake_session_do_late() is called */
} fake_session_doing;

typedef struct {
	char key[64];
	char text[FAKE_LONGEST_RECORD];
	strata_codec_id codec; /* 0: there is nothing */
	uint64_t version;
	strata_msec end;
	uint64_t token; /* of the lock in it; 0: there is none */
	strata_msec lock_end;
} fake_session;

typedef struct {
	strata_tier_ops ops;
	fake_session sessions[FAKE_SESSIONS];
	strata_msec now; /* of the server: a lock ends when the test says so */
	strata_result verdicts[FAKE_SESSION_VERBS];
	fake_session_doing doing;

	/* What is late. */
	strata_session_record late;
	char late_key[64];
	char late_text[FAKE_LONGEST_RECORD];
	fake_session_verb late_verb;
	strata_session_claim late_claim;
} fake_session_tier;

void fake_session_tier_init(fake_session_tier *fake, strata_tier *tier);

/* What is there, or NULL. */
fake_session *fake_session_of(fake_session_tier *fake, const char *key);

/* What another program stores there. */
void fake_session_hold(fake_session_tier *fake, const char *key, strata_codec_id codec,
	const char *text);

/* Does what was asked last with FAKE_LATE. The result is what no caller hears. */
strata_result fake_session_do_late(fake_session_tier *fake);

/* Does it say exactly this? Forgets it. */
bool fake_session_diary_is(const char *expected);
void fake_session_diary_forget(void);

#endif
