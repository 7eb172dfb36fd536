#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "health/notes/history.h"

#include "os/process.h"
#include "health/breaker_table.h"

#include "health/breaker_fixture.h"

enum { SAMPLE = 10000, LAST = STRATA_HISTORY_SAMPLES - 1 };

static const strata_msec day = 86400000;

static strata_history history;
static strata_history_view view;

static void forget(void)
{
	memset(&history, 0, sizeof(history));
}

static const strata_history_sums *see(strata_msec now, uint32_t index)
{
	strata_history_view_begin(&view, now);
	strata_history_view_add(&view, &history);
	return &view.samples[index];
}

static uint64_t sum_of_all(strata_msec now)
{
	uint64_t sum = 0;

	(void) see(now, 0);
	for (uint32_t i = 0; i < STRATA_HISTORY_SAMPLES; i++) {
		sum += view.samples[i].answers + view.samples[i].failures;
	}
	return sum;
}

static void a_node_that_was_never_asked_has_nothing(void)
{
	forget();
	CHECK(sum_of_all(0) == 0 && sum_of_all(day) == 0);
	CHECK(see(day, LAST)->timed == 0 && see(day, LAST)->longest == 0);
	CHECK(view.until == day + SAMPLE);
}

static void what_happened_stands_where_it_happened(void)
{
	forget();
	strata_history_answered(&history, 10, 5000, day);
	strata_history_took(&history, 900, day + 1);
	strata_history_took(&history, 300, day + 2);
	strata_history_answered_first(&history, day + 3);
	strata_history_failed(&history, day + SAMPLE);
	CHECK(see(day, LAST)->answers == 11 && see(day, LAST)->failures == 0);
	CHECK(see(day, LAST)->timed == 10 && see(day, LAST)->sum == 5000);
	CHECK(see(day, LAST)->longest == 900);
	CHECK(see(day + SAMPLE, LAST)->failures == 1 && see(day + SAMPLE, LAST)->answers == 0);
	CHECK(see(day + SAMPLE, LAST - 1)->answers == 11);
}

static void gaps_are_empty_and_old_samples_go(void)
{
	forget();
	strata_history_answered(&history, 1, 100, day);
	strata_history_answered(&history, 2, 100, day + 30 * (strata_msec) SAMPLE);
	CHECK(see(day + 30 * (strata_msec) SAMPLE, LAST)->answers == 2);
	CHECK(see(day + 30 * (strata_msec) SAMPLE, LAST - 30)->answers == 1);
	CHECK(sum_of_all(day + 30 * (strata_msec) SAMPLE) == 3);
	CHECK(sum_of_all(day + LAST * (strata_msec) SAMPLE) == 3);
	CHECK(sum_of_all(day + 60 * (strata_msec) SAMPLE) == 2);
	CHECK(sum_of_all(day + 90 * (strata_msec) SAMPLE) == 0);
}

/* Also where the new lap begins with a longest time that is shorter than the one of the old lap. */
static void a_new_lap_begins_with_nothing_of_the_old_one(void)
{
	strata_msec later = day + 60 * (strata_msec) SAMPLE;

	forget();
	strata_history_answered(&history, 7, 7000, day);
	strata_history_took(&history, 5000, day);
	strata_history_failed(&history, day);
	strata_history_took(&history, 10, later);
	CHECK(see(later, LAST)->answers == 0 && see(later, LAST)->failures == 0);
	CHECK(see(later, LAST)->longest == 10);
	strata_history_answered(&history, 1, 10, later);
	CHECK(see(later, LAST)->answers == 1 && see(later, LAST)->sum == 10);
}

static void a_clock_that_stands_fills_one_sample(void)
{
	forget();
	for (int i = 0; i < 1000; i++) {
		strata_history_answered(&history, 1, 1, day);
	}
	CHECK(see(day, LAST)->answers == 1000 && sum_of_all(day) == 1000);
}

static void sums_stay_within_their_bounds(void)
{
	forget();
	for (int i = 0; i < 3; i++) {
		strata_history_answered(&history, UINT32_MAX, UINT64_MAX, day);
		strata_history_took(&history, UINT64_MAX, day);
		strata_history_failed(&history, day);
	}
	CHECK(see(day, LAST)->answers == (1 << 24) - 1 && see(day, LAST)->failures == 3);
	CHECK(see(day, LAST)->timed == (1 << 24) - 1 && see(day, LAST)->longest == (1 << 24) - 1);
	CHECK(see(day, LAST)->sum == ((uint64_t) 1 << 48) - 1);
}

/* Whatever lies there: the numbers are within bounds, and the next lap is sound again. */
static void any_bytes_heal_with_the_next_lap(void)
{
	strata_msec now = day;

	for (int i = 0; i < 200; i++) {
		uint64_t *words = (uint64_t *) &history;

		for (size_t word = 0; word < sizeof(history) / sizeof(*words); word++) {
			words[word] = strata_process_random_word();
		}
		CHECK(sum_of_all(now) <= (uint64_t) STRATA_HISTORY_SAMPLES * 2 * ((1 << 24) - 1));
		for (int later = 0; later < STRATA_HISTORY_SAMPLES; later++) {
			now += SAMPLE;
			strata_history_answered(&history, 1, 1, now);
			strata_history_failed(&history, now);
		}
		/* A word of random bytes is of the right lap once in 65536 times. */
		CHECK(sum_of_all(now) >= 2 * STRATA_HISTORY_SAMPLES);
	}
	CHECK(sum_of_all(now + 60 * (strata_msec) SAMPLE) == 0);
}

static void pending_answers_stand_where_the_last_tick_was(void)
{
	forget();
	(void) see(day, LAST);
	strata_history_view_add_pending(&view, 3, 30, day - 2 * SAMPLE);
	strata_history_view_add_pending(&view, 4, 40, 0);
	strata_history_view_add_pending(&view, 5, 50, day + day);
	strata_history_view_add_pending(&view, 6, 60, day - 60 * (strata_msec) SAMPLE);
	strata_history_view_add_pending(&view, 0, 70, day);
	CHECK(view.samples[LAST - 2].answers == 3 && view.samples[LAST - 2].sum == 30);
	CHECK(view.samples[LAST].answers == 9 && view.samples[LAST].sum == 90);
	CHECK(view.samples[0].answers == 0);
}

/* Through a breaker: the tick adds what was answered, and a look what the next one will. */
static void breakers_keep_it(void)
{
	strata_msec now = day;
	uint64_t token, answers = 0, failures = 0;

	begin();
	for (int i = 0; i < 100; i++) {
		REQUIRE(
			strata_breaker_admit(&breaker, STRATA_PRIORITY_NORMAL, now, &token) == STRATA_ADMITTED);
		if (i % 10 == 9) {
			strata_breaker_leave(&breaker, STRATA_OUTCOME_SOFT, now);
		} else if (i % 10 == 8) {
			strata_breaker_untimed(&breaker, now);
			strata_breaker_leave(&breaker, STRATA_OUTCOME_OK, now);
		} else {
			strata_breaker_timed(&breaker, 1000 + i, now);
			strata_breaker_leave(&breaker, STRATA_OUTCOME_OK, now);
		}
		now += i == 50 ? 25 * SAMPLE : 30;
	}
	strata_history_view_begin(&view, now);
	strata_breaker_add_history(&breaker, &view);
	for (uint32_t i = 0; i < STRATA_HISTORY_SAMPLES; i++) {
		answers += view.samples[i].answers;
		failures += view.samples[i].failures;
		CHECK(view.samples[i].answers == 0 || i == LAST || i == LAST - 25);
	}
	CHECK(answers == 90 && failures == 10);
	CHECK(view.samples[LAST - 25].answers == 46 && view.samples[LAST].answers == 44);
	CHECK(view.samples[LAST].longest == 1097 && view.samples[LAST - 25].longest == 1050);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_node_that_was_never_asked_has_nothing);
	RUN(what_happened_stands_where_it_happened);
	RUN(gaps_are_empty_and_old_samples_go);
	RUN(a_new_lap_begins_with_nothing_of_the_old_one);
	RUN(a_clock_that_stands_fills_one_sample);
	RUN(sums_stay_within_their_bounds);
	RUN(any_bytes_heal_with_the_next_lap);
	RUN(pending_answers_stand_where_the_last_tick_was);
	RUN(breakers_keep_it);
	return unit_end();
}
