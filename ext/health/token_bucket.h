/* token_bucket — a rate with a burst: tokens come with time, and each use takes one. */
#ifndef STRATA_HEALTH_TOKEN_BUCKET_H
#define STRATA_HEALTH_TOKEN_BUCKET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"

/*
 * One word in shared memory, {msec 40 | thousandths of a token 24}: a process that is killed leaves
 * it whole. All zeroes is a full bucket, and so is a moment that is damaged. The moment lies ahead
 * while tokens are booked that are still to come.
 */
typedef _Atomic uint64_t strata_token_bucket;

typedef struct {
	uint32_t rate; /* tokens a second */
	uint32_t most; /* that it holds: 1 to 16000 */
} strata_token_bucket_size;

enum {
	STRATA_TOKEN = 1000,            /* thousandths */
	STRATA_TOKEN_LONGEST_WAIT = 900 /* msec that a token may be booked ahead */
};

/* Takes one token, if there is one. */
bool strata_token_bucket_take(strata_token_bucket *bucket, strata_token_bucket_size size,
	strata_msec now);

/*
 * Takes one token that is there, or one that comes within max_wait: *wait says in how many msec it
 * may be used. Nothing else has to be done then, and each caller gets a time of its own. `left`
 * tokens must remain, for callers that ask for fewer. False when there is none in time.
 */
STRATA_MUST_CHECK bool strata_token_bucket_book(strata_token_bucket *bucket,
	strata_token_bucket_size size, uint32_t left, strata_msec max_wait, strata_msec now,
	strata_msec *wait);

/*
 * Adds thousandths of a token to what time brings. They are lost when another thread changes the
 * bucket at that moment.
 */
void strata_token_bucket_add(strata_token_bucket *bucket, strata_token_bucket_size size,
	uint64_t thousandths, strata_msec now);

#endif
