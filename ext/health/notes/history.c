#include "health/notes/history.h"

#include <string.h>

enum {
	SAMPLE = STRATA_HISTORY_SECONDS * 1000, /* msec */
	PART_BITS = 24,
	VALUE_BITS = 2 * PART_BITS,
	TRIES = 8 /* then others write all the time, and this one is left out */
};

static const uint64_t part_most = ((uint64_t) 1 << PART_BITS) - 1;
static const uint64_t value_most = ((uint64_t) 1 << VALUE_BITS) - 1;

static uint64_t smaller(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

static uint64_t larger(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

/* ---- words ---- */

static uint32_t place_of(uint64_t period)
{
	return (uint32_t) (period % STRATA_HISTORY_SAMPLES);
}

/* Never 0, which is a word that was never written. Comes again after 455 days. */
static uint64_t lap_of(uint64_t period)
{
	return 1 + period / STRATA_HISTORY_SAMPLES % (UINT16_MAX - 1);
}

/* 0 where the word is of another lap. */
static uint64_t value_in(const _Atomic uint64_t *word, uint64_t period)
{
	uint64_t seen = atomic_load_explicit(word, memory_order_relaxed);

	return seen >> VALUE_BITS == lap_of(period) ? seen & value_most : 0;
}

static uint64_t parts_of(uint64_t high, uint64_t low)
{
	return smaller(high, part_most) << PART_BITS | smaller(low, part_most);
}

static uint64_t high_of(uint64_t value)
{
	return value >> PART_BITS;
}

static uint64_t low_of(uint64_t value)
{
	return value & part_most;
}

typedef uint64_t (*merging)(uint64_t value, uint64_t high, uint64_t low);

static uint64_t add_parts(uint64_t value, uint64_t high, uint64_t low)
{
	return parts_of(high_of(value) + high, low_of(value) + low);
}

/* The low part is a maximum. */
static uint64_t add_and_raise(uint64_t value, uint64_t high, uint64_t low)
{
	return parts_of(high_of(value) + high, larger(low_of(value), smaller(low, part_most)));
}

static uint64_t add_whole(uint64_t value, uint64_t high, uint64_t low)
{
	(void) high;
	return smaller(value + smaller(low, value_most), value_most);
}

static void merge(_Atomic uint64_t *word, uint64_t period, merging merging, uint64_t high,
	uint64_t low)
{
	uint64_t lap = lap_of(period);
	uint64_t seen = atomic_load_explicit(word, memory_order_relaxed);

	for (int i = 0; i < TRIES; i++) {
		uint64_t value = seen >> VALUE_BITS == lap ? seen & value_most : 0;

		if (atomic_compare_exchange_weak_explicit(word, &seen,
				lap << VALUE_BITS | merging(value, high, low), memory_order_relaxed,
				memory_order_relaxed)) {
			return;
		}
	}
}

/* ---- what happened ---- */

void strata_history_answered(strata_history *history, uint32_t answers, strata_usec together,
	strata_msec at)
{
	uint64_t period = at / SAMPLE;
	uint32_t place = place_of(period);

	if (answers > 0) {
		merge(&history->samples[place].counts, period, add_parts, answers, 0);
		merge(&history->samples[place].times, period, add_and_raise, answers, 0);
		merge(&history->samples[place].sum, period, add_whole, 0, together);
	}
}

void strata_history_answered_first(strata_history *history, strata_msec at)
{
	uint64_t period = at / SAMPLE;

	merge(&history->samples[place_of(period)].counts, period, add_parts, 1, 0);
}

void strata_history_failed(strata_history *history, strata_msec at)
{
	uint64_t period = at / SAMPLE;

	merge(&history->samples[place_of(period)].counts, period, add_parts, 0, 1);
}

void strata_history_took(strata_history *history, strata_usec took, strata_msec at)
{
	uint64_t period = at / SAMPLE;
	_Atomic uint64_t *word = &history->samples[place_of(period)].times;

	if (smaller(took, part_most) > low_of(value_in(word, period))) {
		merge(word, period, add_and_raise, 0, took);
	}
}

/* ---- what it was ---- */

void strata_history_view_begin(strata_history_view *view, strata_msec now)
{
	memset(view, 0, sizeof(*view));
	view->until = (now / SAMPLE + 1) * SAMPLE;
}

/* Of the sample with this index of the view. False: the host is younger than that. */
static bool period_at(const strata_history_view *view, uint32_t index, uint64_t *period)
{
	uint64_t age = STRATA_HISTORY_SAMPLES - index; /* of the end of the view */

	*period = view->until / SAMPLE - age;
	return view->until / SAMPLE >= age;
}

void strata_history_view_add(strata_history_view *view, const strata_history *history)
{
	for (uint32_t i = 0; i < STRATA_HISTORY_SAMPLES; i++) {
		strata_history_sums *sums = &view->samples[i];
		uint64_t period, counts, times;

		if (!period_at(view, i, &period)) {
			continue;
		}
		counts = value_in(&history->samples[place_of(period)].counts, period);
		times = value_in(&history->samples[place_of(period)].times, period);
		sums->answers += high_of(counts);
		sums->failures += low_of(counts);
		sums->timed += high_of(times);
		sums->longest = larger(sums->longest, low_of(times));
		sums->sum += value_in(&history->samples[place_of(period)].sum, period);
	}
}

void strata_history_view_add_pending(strata_history_view *view, uint32_t answers,
	strata_usec together, strata_msec since)
{
	strata_msec at = since == 0 || since >= view->until ? view->until - 1 : since;
	uint64_t age = (view->until - 1) / SAMPLE - at / SAMPLE;

	if (answers > 0 && age < STRATA_HISTORY_SAMPLES) {
		strata_history_sums *sums = &view->samples[STRATA_HISTORY_SAMPLES - 1 - age];

		sums->answers += answers;
		sums->timed += answers;
		sums->sum += together;
	}
}
