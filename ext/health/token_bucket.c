#include "health/token_bucket.h"

enum { AMOUNT_BITS = 24 };

static const strata_msec filled_by_then = 60000;

/* A thread that read the clock a moment earlier finds a later stamp. Further ahead is damage. */
static const strata_msec ahead = 1000;

static uint64_t smaller(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

/* What it holds by now, in thousandths. */
static uint64_t held(uint64_t word, strata_token_bucket_size size, strata_msec now)
{
	strata_msec stamp = word >> AMOUNT_BITS;
	uint64_t there = word & (((uint64_t) 1 << AMOUNT_BITS) - 1);
	uint64_t most = (uint64_t) size.most * STRATA_TOKEN;

	if (stamp == 0 || stamp > now + ahead || now > stamp + filled_by_then) {
		return most;
	}
	return smaller(there + (now > stamp ? now - stamp : 0) * size.rate, most);
}

/* The stamp never goes back, or the time in between would count twice. */
static uint64_t word_after(uint64_t seen, strata_msec now, uint64_t amount)
{
	strata_msec stamp = seen >> AMOUNT_BITS;

	return (stamp > now && stamp <= now + ahead ? stamp : now) << AMOUNT_BITS | amount;
}

bool strata_token_bucket_take(strata_token_bucket *bucket, strata_token_bucket_size size,
	strata_msec now)
{
	uint64_t seen = atomic_load_explicit(bucket, memory_order_relaxed);
	uint64_t there;

	do {
		there = held(seen, size, now);
		if (there < STRATA_TOKEN) {
			return false;
		}
	} while (!atomic_compare_exchange_weak_explicit(bucket, &seen,
		word_after(seen, now, there - STRATA_TOKEN), memory_order_relaxed, memory_order_relaxed));
	return true;
}

/* By how much the bucket is booked ahead. */
static strata_msec ahead_of(uint64_t word, strata_msec now)
{
	strata_msec stamp = word >> AMOUNT_BITS;

	return stamp > now && stamp <= now + ahead ? stamp - now : 0;
}

static strata_msec time_for(uint64_t thousandths, uint32_t rate)
{
	return (thousandths + rate - 1) / rate;
}

bool strata_token_bucket_book(strata_token_bucket *bucket, strata_token_bucket_size size,
	uint32_t left, strata_msec max_wait, strata_msec now, strata_msec *wait)
{
	uint64_t seen = atomic_load_explicit(bucket, memory_order_relaxed);
	uint64_t needed = ((uint64_t) left + 1) * STRATA_TOKEN;
	uint64_t next;

	max_wait = smaller(max_wait, STRATA_TOKEN_LONGEST_WAIT);
	do {
		uint64_t there = held(seen, size, now);
		uint64_t missing = needed > there ? needed - there : 0;
		strata_msec time = time_for(missing, size.rate);

		*wait = missing == 0 ? 0 : ahead_of(seen, now) + time;
		if (*wait > max_wait) {
			return false;
		}
		next = missing == 0
				   ? word_after(seen, now, there - STRATA_TOKEN)
				   : (now + *wait) << AMOUNT_BITS | (there + time * size.rate - STRATA_TOKEN);
	} while (!atomic_compare_exchange_weak_explicit(bucket, &seen, next, memory_order_relaxed,
		memory_order_relaxed));
	return true;
}

void strata_token_bucket_add(strata_token_bucket *bucket, strata_token_bucket_size size,
	uint64_t thousandths, strata_msec now)
{
	uint64_t seen = atomic_load_explicit(bucket, memory_order_relaxed);
	uint64_t most = (uint64_t) size.most * STRATA_TOKEN;
	uint64_t there = held(seen, size, now);

	/* Most buckets are full, and a full one is only read. */
	if (there >= most) {
		return;
	}
	there = smaller(there + thousandths, most);
	(void) atomic_compare_exchange_strong_explicit(bucket, &seen, word_after(seen, now, there),
		memory_order_relaxed, memory_order_relaxed);
}
