/* bucket — tokens that come with time and are taken one by one: how often may a host do something? */
#ifndef STRATA_HEALTH_BUCKET_H
#define STRATA_HEALTH_BUCKET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

/*
 * One word in shared memory, {msec 40 | thousandths of a token 24}, so that whoever is killed leaves it
 * whole. Zeroes, and a moment that is not to come soon, are a full bucket.
 */
typedef _Atomic uint64_t strata_bucket;

typedef struct {
	uint32_t rate; /* tokens a second */
	uint32_t most; /* that it holds: 1 to 16000 */
} strata_bucket_size;

enum { STRATA_BUCKET_TOKEN = 1000 /* thousandths */ };

/* Takes one token, if there is one. */
bool strata_bucket_take(strata_bucket *bucket, strata_bucket_size size, strata_msec now);

/* Adds thousandths of a token to what time brings. Lost when another thread changes it at that moment. */
void strata_bucket_add(strata_bucket *bucket, strata_bucket_size size, uint64_t thousandths,
	strata_msec now);

#endif
