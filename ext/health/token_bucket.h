/* token_bucket — a rate with a burst: tokens come with time, and each use takes one. */
#ifndef STRATA_HEALTH_TOKEN_BUCKET_H
#define STRATA_HEALTH_TOKEN_BUCKET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

/*
 * One word in shared memory, {msec 40 | thousandths of a token 24}: a process that is killed leaves
 * it whole. All zeroes is a full bucket, and so is a moment that is damaged.
 */
typedef _Atomic uint64_t strata_token_bucket;

typedef struct {
	uint32_t rate; /* tokens a second */
	uint32_t most; /* that it holds: 1 to 16000 */
} strata_token_bucket_size;

enum { STRATA_TOKEN = 1000 /* thousandths */ };

/* Takes one token, if there is one. */
bool strata_token_bucket_take(strata_token_bucket *bucket, strata_token_bucket_size size,
	strata_msec now);

/*
 * Adds thousandths of a token to what time brings. They are lost when another thread changes the
 * bucket at that moment.
 */
void strata_token_bucket_add(strata_token_bucket *bucket, strata_token_bucket_size size,
	uint64_t thousandths, strata_msec now);

#endif
