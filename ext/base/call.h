/* call: what one call of the script carries down with it. Made once in api/, never stored. */
#ifndef STRATA_BASE_CALL_H
#define STRATA_BASE_CALL_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/time.h"

struct strata_generation_check;
struct strata_tag_check;

enum { STRATA_READ_SAMPLE_KEYS = 64 };

/* Keys that shared tiers were asked for, whose bytes live as long as the call. */
typedef struct {
	uint32_t count;
	strata_view keys[STRATA_READ_SAMPLE_KEYS];
} strata_read_sample;

typedef struct {
	strata_arena *arena;    /* where everything lives that the call makes or hands back */
	strata_msec now;        /* monotonic, coarse; the moment the call began */
	uint64_t generation;    /* of the database asked, for remote keys and the local tier */
	bool is_generation_due; /* to be asked for by this call, for the host: see cache/generation.h */
	bool is_generation_new; /* it was read from the servers since the call began */
	struct strata_generation_check *check; /* that the next batch sends along; NULL: none */
	struct strata_tag_check *tag_check;    /* the same about tags */
	struct strata_tag_check *tag_answers;  /* and what came of it, while it is of use */
	const uint64_t *expected_tags; /* ids of those that what is asked for will bear; may be NULL */
	uint32_t expected_tag_count;
	strata_budget *budget;  /* of the request; NULL: it may wait as long as it takes */
	bool is_urgent;         /* takes back what must not be served any more */
	strata_usec probe_wait; /* for a node whose breaker is open to answer again; 0: none */
	bool takes_stale;       /* a get: a value past its soft end is an answer, too */
	bool wants_ends;        /* a get: when numbers end, where a server has to be asked for that */
	bool wants_newest;      /* a get: no replica is asked, which may not know yet */
	strata_read_sample *sample; /* of keys that shared tiers are asked for; NULL: none */
	strata_usec waited;         /* for servers, so far */
	strata_usec counted;        /* of that, what is counted for some prefix of keys */
	uint32_t later_steps;       /* that will wait for servers, too: each gets a share of the time */
	char error[256];    /* why the last failure failed: node, command, cause; empty when none did */
	const char *notice; /* what is wrong although the call succeeds; in the arena; NULL: nothing */
	const char *misconfigured; /* the sentence of a failure that no waiting heals; likewise */
} strata_call;

/* Writes the sentence of a failure, where its cause is known. Never a secret. */
__attribute__((format(printf, 2, 3))) static inline void strata_call_explain(strata_call *call,
	const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(call->error, sizeof(call->error), format, arguments);
	va_end(arguments);
}

/* The sentence of a misconfiguration that no result tells of. Out of memory, it is left unsaid. */
__attribute__((format(printf, 2, 3))) static inline void strata_call_notice(strata_call *call,
	const char *format, ...)
{
	char *text = strata_arena_alloc(call->arena, sizeof(call->error));
	va_list arguments;

	va_start(arguments, format);
	if (text != NULL) {
		vsnprintf(text, sizeof(call->error), format, arguments);
		call->notice = text;
	}
	va_end(arguments);
}

/*
 * A server failed for what no waiting heals, whatever becomes of the call. The first one counts.
 * Out of memory, it is left unsaid.
 */
static inline void strata_call_note_misconfigured(strata_call *call, const char *sentence)
{
	char *text =
		call->misconfigured == NULL ? strata_arena_alloc(call->arena, sizeof(call->error)) : NULL;

	if (text != NULL) {
		snprintf(text, sizeof(call->error), "%s", sentence);
		call->misconfigured = text;
	}
}

/* Adds to the sentence of a failure, which may be cut off at its end. */
__attribute__((format(printf, 2, 3))) static inline void strata_call_explain_more(strata_call *call,
	const char *format, ...)
{
	size_t used = strlen(call->error);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(call->error + used, sizeof(call->error) - used, format, arguments);
	va_end(arguments);
}

#endif
