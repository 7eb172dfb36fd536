#include "remote/bucket.h"

enum { AMOUNT_BITS = 24 };

static const strata_msec filled_by_then = 60000;

static uint64_t smaller(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

/* What it holds by now, in thousandths. */
static uint64_t held(uint64_t word, strata_bucket_size size, strata_msec now)
{
	strata_msec stamp = word >> AMOUNT_BITS;
	uint64_t there = word & (((uint64_t) 1 << AMOUNT_BITS) - 1);
	uint64_t most = (uint64_t) size.most * STRATA_BUCKET_TOKEN;

	if (stamp == 0 || stamp > now || now - stamp > filled_by_then) {
		return most;
	}
	return smaller(there + (now - stamp) * size.rate, most);
}

static uint64_t word_of(strata_msec now, uint64_t amount)
{
	return now << AMOUNT_BITS | amount;
}

bool strata_bucket_take(strata_bucket *bucket, strata_bucket_size size, strata_msec now)
{
	uint64_t seen = atomic_load_explicit(bucket, memory_order_relaxed);
	uint64_t there;

	do {
		there = held(seen, size, now);
		if (there < STRATA_BUCKET_TOKEN) {
			return false;
		}
	} while (!atomic_compare_exchange_weak_explicit(bucket, &seen,
		word_of(now, there - STRATA_BUCKET_TOKEN), memory_order_relaxed, memory_order_relaxed));
	return true;
}

void strata_bucket_add(strata_bucket *bucket, strata_bucket_size size, uint64_t thousandths,
	strata_msec now)
{
	uint64_t seen = atomic_load_explicit(bucket, memory_order_relaxed);
	uint64_t most = (uint64_t) size.most * STRATA_BUCKET_TOKEN;
	uint64_t there = held(seen, size, now);

	/* A full one is the usual one, and is only read. */
	if (there >= most) {
		return;
	}
	there = smaller(there + thousandths, most);
	(void) atomic_compare_exchange_strong_explicit(bucket, &seen, word_of(now, there),
		memory_order_relaxed, memory_order_relaxed);
}
