/*
 * Outcomes of the last ten seconds, a word for each second. Who writes first in a second clears what
 * the word said of another one; an outcome lost to that race is one of many.
 */
#include "health/breaker_record.h"

enum { COUNT_BITS = 24, SECOND_BITS = 16, FEWEST = 20 };

static const uint64_t most = ((uint64_t) 1 << COUNT_BITS) - 1;

static uint64_t second_of(strata_msec now)
{
	return now / 1000 & (((uint64_t) 1 << SECOND_BITS) - 1);
}

void strata_breaker_window_add(strata_breaker_record *record, bool failed, strata_msec now)
{
	_Atomic uint64_t *word = &record->seconds[now / 1000 % STRATA_BREAKER_SECONDS];
	uint64_t one = failed ? 1 : (uint64_t) 1 << COUNT_BITS;
	uint64_t seen = atomic_load_explicit(word, memory_order_relaxed);

	if (seen >> (2 * COUNT_BITS) != second_of(now)) {
		uint64_t fresh = second_of(now) << (2 * COUNT_BITS) | one;

		if (atomic_compare_exchange_strong_explicit(word, &seen, fresh, memory_order_relaxed,
				memory_order_relaxed)) {
			return;
		}
	}
	/* Millions in one second: more of them would say nothing new. */
	if ((seen & most) < most - 1 && (seen >> COUNT_BITS & most) < most - 1) {
		atomic_fetch_add_explicit(word, one, memory_order_relaxed);
	}
}

strata_breaker_sums strata_breaker_window_sum(const strata_breaker_record *record, strata_msec now)
{
	strata_breaker_sums sums = { 0, 0 };

	for (uint64_t age = 0; age < STRATA_BREAKER_SECONDS && now / 1000 >= age; age++) {
		uint64_t second = now / 1000 - age;
		uint64_t word = atomic_load_explicit(&record->seconds[second % STRATA_BREAKER_SECONDS],
			memory_order_relaxed);

		if (word >> (2 * COUNT_BITS) == (second & (((uint64_t) 1 << SECOND_BITS) - 1))) {
			sums.ok += word >> COUNT_BITS & most;
			sums.failed += word & most;
		}
	}
	return sums;
}

bool strata_breaker_window_fails(const strata_breaker_record *record, strata_msec now)
{
	strata_breaker_sums sums = strata_breaker_window_sum(record, now);

	return sums.ok + sums.failed >= FEWEST && sums.failed >= sums.ok;
}

void strata_breaker_window_clear(strata_breaker_record *record)
{
	for (uint32_t i = 0; i < STRATA_BREAKER_SECONDS; i++) {
		atomic_store_explicit(&record->seconds[i], 0, memory_order_relaxed);
	}
}
