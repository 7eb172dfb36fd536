/*
 * last_error — why a node failed last, in words, and how often it failed.
 *
 * The words are a published blob: a process that is killed while it writes leaves the former ones,
 * and bytes that no process wrote are none. A host writes ten of them a second at most, and counts
 * all.
 */
#ifndef STRATA_HEALTH_NOTES_LAST_ERROR_H
#define STRATA_HEALTH_NOTES_LAST_ERROR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/gate.h"
#include "host/published.h"

enum {
	STRATA_LAST_ERROR_TEXT = 232, /* bytes, the NUL included */
	STRATA_LAST_ERROR_BLOB = 8 + STRATA_LAST_ERROR_TEXT
};

/* In shared memory; all zeroes is a node that never failed. */
typedef struct strata_last_error {
	_Atomic uint64_t count;
	strata_gate writes;
	strata_gate tells; /* see strata_last_error_is_news() */
	strata_published_head head;
	_Atomic uint64_t words[STRATA_PUBLISHED_WORDS(STRATA_LAST_ERROR_BLOB)];
} strata_last_error;

/* Does waiting heal it? */
typedef enum {
	STRATA_ERROR_PASSES,
	STRATA_ERROR_STAYS /* until the configuration or the server is another one */
} strata_error_kind;

/* One failure, with its sentence, which is cut if it is longer. Never a secret. */
void strata_last_error_note(strata_last_error *error, const char *sentence, strata_error_kind kind,
	strata_msec now);

/* One that stays is told of again after a minute: true for one caller of the host. */
STRATA_MUST_CHECK bool strata_last_error_is_news(strata_last_error *error, strata_msec now);

typedef struct {
	uint64_t count;
	strata_msec at; /* milliseconds since 1970, by the wall clock */
	strata_error_kind kind;
	char text[STRATA_LAST_ERROR_TEXT]; /* printable ASCII; empty where there are no words */
} strata_last_error_view;

/* False where there was none. */
bool strata_last_error_look(const strata_last_error *error, strata_last_error_view *out);

#endif
