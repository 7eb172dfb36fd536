/*
 * A row is a name and eight stripes of counters; a process adds to the stripe that its id selects,
 * so that processes on different cores seldom fight for a cache line, and readers add the stripes
 * up.
 *
 *     row   | state | kind | group | name |   written once, by whoever claimed the row
 *           | stripe 0 | stripe 1 | ... | stripe 7 |    only ever added to
 *
 * A row is claimed free -> claiming -> ready. A process killed while claiming costs one row and
 * nothing else, because nobody waits for it. Two processes may make a row of one name at the same
 * time: both stay, and the reader merges them. That is why no lock is needed here.
 *
 * Ordering: ready is stored with release and loaded with acquire, since it publishes the name.
 * Counters are relaxed: each stands for itself.
 */
#include "stats/stats.h"

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "os/process.h"

enum { ROW_COUNT = 512, STRIPE_COUNT = 8 };

/* One stripe: what a handle points at. */
struct strata_stats_row {
	alignas(64) _Atomic uint64_t counters[STRATA_COUNTER_COUNT];
	_Atomic uint64_t reasons[STRATA_RESULT_COUNT];
	_Atomic uint32_t times[STRATA_TIME_CLASSES];
};

typedef enum { ROW_FREE, ROW_CLAIMING, ROW_READY } row_state;

/* What tells rows apart. Unused bytes are zero, so that it can be compared as a whole. */
typedef struct {
	uint32_t kind;
	char group[64];
	char name[128];
} identity;

typedef struct {
	_Atomic uint32_t state; /* row_state */
	identity identity;      /* valid once ready, then constant */
	strata_stats_row stripes[STRIPE_COUNT];
} row;

struct strata_stats {
	row *rows;               /* ROW_COUNT of them in shared memory */
	strata_stats_row unseen; /* counts what found no row; private, read by nobody */
};

static const char *const counter_names[STRATA_COUNTER_COUNT] = {
#define X(constant, name, text) name,
	STRATA_COUNTER_MAP(X)
#undef X
};

strata_result strata_stats_new(strata_host *host, strata_stats **out)
{
	strata_stats *stats = aligned_alloc(alignof(strata_stats), sizeof(*stats));

	*out = NULL;
	if (stats == NULL) {
		return STRATA_NO_MEMORY;
	}
	memset(stats, 0, sizeof(*stats));
	stats->rows = strata_host_carve(host, ROW_COUNT * sizeof(row));
	if (stats->rows == NULL) {
		free(stats);
		return STRATA_NO_MEMORY;
	}
	*out = stats;
	return STRATA_OK;
}

void strata_stats_free(strata_stats *stats)
{
	free(stats);
}

static void copy_cut(char *target, size_t room, const char *text)
{
	size_t size = strnlen(text, room - 1);

	memcpy(target, text, size);
}

static bool is_ready(row *candidate)
{
	return atomic_load_explicit(&candidate->state, memory_order_acquire) == ROW_READY;
}

static bool is_of(row *candidate, const identity *wanted)
{
	return is_ready(candidate) && memcmp(&candidate->identity, wanted, sizeof(*wanted)) == 0;
}

static bool claim(row *candidate, const identity *wanted)
{
	uint32_t seen = ROW_FREE;

	if (!atomic_compare_exchange_strong(&candidate->state, &seen, ROW_CLAIMING)) {
		return false;
	}
	candidate->identity = *wanted;
	atomic_store_explicit(&candidate->state, ROW_READY, memory_order_release);
	return true;
}

strata_stats_row *strata_stats_row_of(strata_stats *stats, strata_stats_kind kind,
	const char *group, const char *name)
{
	uint32_t stripe = strata_process_id() % STRIPE_COUNT;
	identity wanted;

	memset(&wanted, 0, sizeof(wanted));
	wanted.kind = kind;
	copy_cut(wanted.group, sizeof(wanted.group), group);
	copy_cut(wanted.name, sizeof(wanted.name), name);
	for (uint32_t i = 0; i < ROW_COUNT; i++) {
		/* A row that another process claimed in between may have become the one that is wanted. */
		if (is_of(&stats->rows[i], &wanted) || claim(&stats->rows[i], &wanted) ||
			is_of(&stats->rows[i], &wanted)) {
			return &stats->rows[i].stripes[stripe];
		}
	}
	return &stats->unseen;
}

void strata_stats_add(strata_stats_row *row, strata_counter counter, uint64_t amount)
{
	assert((unsigned) counter < STRATA_COUNTER_COUNT);
	if (row != NULL) {
		atomic_fetch_add_explicit(&row->counters[counter], amount, memory_order_relaxed);
	}
}

void strata_stats_add_reason(strata_stats_row *row, strata_result reason)
{
	assert((unsigned) reason < STRATA_RESULT_COUNT);
	if (row != NULL && reason != STRATA_OK && reason != STRATA_MISS) {
		atomic_fetch_add_explicit(&row->reasons[reason], 1, memory_order_relaxed);
	}
}

/* Four classes to a power of two: its highest bit, and the two bits below. */
static uint32_t class_of(strata_usec time)
{
	uint32_t top = time < 4 ? 2 : 63 - (uint32_t) __builtin_clzll(time);
	uint64_t class = (uint64_t) (top - 2) * 4 + (time >> (top - 2));

	return class < STRATA_TIME_CLASSES ? (uint32_t) class : STRATA_TIME_CLASSES - 1;
}

/* The longest time that belongs to the class. */
static strata_usec end_of(uint32_t class)
{
	return class < 8 ? class : ((strata_usec) (class % 4 + 5) << (class / 4 - 1)) - 1;
}

void strata_stats_add_time(strata_stats_row *row, strata_usec time)
{
	if (row != NULL) {
		atomic_fetch_add_explicit(&row->times[class_of(time)], 1, memory_order_relaxed);
	}
}

strata_usec strata_stats_percentile(const strata_stats_sum *sum, double share)
{
	uint64_t all = 0, passed = 0;

	for (uint32_t i = 0; i < STRATA_TIME_CLASSES; i++) {
		all += sum->times[i];
	}
	for (uint32_t i = 0; i < STRATA_TIME_CLASSES && all > 0; i++) {
		passed += sum->times[i];
		if ((double) passed >= share * (double) all && passed > 0) {
			return end_of(i);
		}
	}
	return 0;
}

static void begin_sum(strata_stats_sum *sum, const identity *of)
{
	memset(sum, 0, sizeof(*sum));
	sum->kind = (strata_stats_kind) of->kind;
	memcpy(sum->group, of->group, sizeof(sum->group));
	memcpy(sum->name, of->name, sizeof(sum->name));
}

static void add_stripe(strata_stats_sum *sum, strata_stats_row *stripe)
{
	for (int i = 0; i < STRATA_COUNTER_COUNT; i++) {
		sum->counters[i] += atomic_load_explicit(&stripe->counters[i], memory_order_relaxed);
	}
	for (int i = 0; i < STRATA_RESULT_COUNT; i++) {
		sum->reasons[i] += atomic_load_explicit(&stripe->reasons[i], memory_order_relaxed);
	}
	for (int i = 0; i < STRATA_TIME_CLASSES; i++) {
		sum->times[i] += atomic_load_explicit(&stripe->times[i], memory_order_relaxed);
	}
}

/* The position among the sums of the first row with this row's name; count when it is the first. */
static uint32_t position_of(strata_stats *stats, uint32_t index, const uint32_t *positions,
	uint32_t count)
{
	for (uint32_t i = 0; i < index; i++) {
		/* A row that became ready behind our back has no position yet, and counts next time. */
		if (positions[i] != UINT32_MAX && is_of(&stats->rows[i], &stats->rows[index].identity)) {
			return positions[i];
		}
	}
	return count;
}

uint32_t strata_stats_read(strata_stats *stats, strata_stats_sum *sums, uint32_t room)
{
	uint32_t positions[ROW_COUNT];
	uint32_t count = 0;

	for (uint32_t i = 0; i < ROW_COUNT; i++) {
		row *source = &stats->rows[i];

		positions[i] = UINT32_MAX;
		if (!is_ready(source)) {
			continue;
		}
		positions[i] = position_of(stats, i, positions, count);
		if (positions[i] == count && count++ < room) {
			begin_sum(&sums[positions[i]], &source->identity);
		}
		for (int stripe = 0; stripe < STRIPE_COUNT && positions[i] < room; stripe++) {
			add_stripe(&sums[positions[i]], &source->stripes[stripe]);
		}
	}
	return count;
}

const char *strata_counter_name(strata_counter counter)
{
	assert((unsigned) counter < STRATA_COUNTER_COUNT);
	return counter_names[counter];
}
