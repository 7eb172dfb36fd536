/*
 * A row is a name and eight stripes of counters. A process adds to the stripe that its id selects,
 * so that processes on different cores seldom fight for a cache line. Readers add the stripes up.
 *
 *     row   | kind | group | name |                   written once, when the row is claimed
 *           | stripe 0 | stripe 1 | ... | stripe 7 |    only ever added to
 *
 * Rows are records of a registry, and are never given back: a process may keep its row.
 *
 * Ordering: the registry publishes the name. Counters are relaxed: each stands for itself.
 */
#include "stats/stats.h"

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "host/registry.h"
#include "os/process.h"

enum { ROW_COUNT = 512, STRIPE_COUNT = 8 };

/* One stripe: what a handle points at. */
struct strata_stats_row {
	alignas(64) _Atomic uint64_t counters[STRATA_COUNTER_COUNT];
	_Atomic uint64_t reasons[STRATA_RESULT_COUNT];
	_Atomic uint32_t times[STRATA_TIME_CLASSES];
};

/* What tells rows apart. Unused bytes are zero, so that it can be hashed as a whole. */
typedef struct {
	uint32_t kind;
	char group[64];
	char name[128];
} identity;

typedef struct {
	identity identity; /* constant */
	strata_stats_row stripes[STRIPE_COUNT];
} row;

struct strata_stats {
	strata_registry *rows;
	strata_stats_row unseen; /* counts what found no row; private, never read */
};

static const char *const counter_names[STRATA_COUNTER_COUNT] = {
#define X(constant, name, text) name,
	STRATA_COUNTER_MAP(X)
#undef X
};

static void name_row(void *unused, void *record, const void *names)
{
	((row *) record)->identity = *(const identity *) names;
}

strata_result strata_stats_new(strata_host *host, strata_stats **out)
{
	const strata_registry_shape shape = { .size = sizeof(row),
		.count = ROW_COUNT,
		.on_claim = name_row };
	strata_stats *stats = aligned_alloc(alignof(strata_stats), sizeof(*stats));

	*out = NULL;
	if (stats == NULL) {
		return STRATA_NO_MEMORY;
	}
	memset(stats, 0, sizeof(*stats));
	if (strata_registry_new(host, NULL, &shape, &stats->rows) != STRATA_OK) {
		free(stats);
		return STRATA_NO_MEMORY;
	}
	*out = stats;
	return STRATA_OK;
}

void strata_stats_free(strata_stats *stats)
{
	if (stats != NULL) {
		strata_registry_free(stats->rows);
	}
	free(stats);
}

static void copy_cut(char *target, size_t room, const char *text)
{
	size_t size = strnlen(text, room - 1);

	memcpy(target, text, size);
}

strata_stats_row *strata_stats_row_of(strata_stats *stats, strata_stats_kind kind,
	const char *group, const char *name)
{
	uint32_t stripe = strata_process_id() % STRIPE_COUNT;
	identity wanted;
	row *found;

	memset(&wanted, 0, sizeof(wanted));
	wanted.kind = kind;
	copy_cut(wanted.group, sizeof(wanted.group), group);
	copy_cut(wanted.name, sizeof(wanted.name), name);
	found = strata_registry_acquire(stats->rows,
		strata_hash_of((strata_view){ (const char *) &wanted, sizeof(wanted) }, 0), &wanted);
	return found == NULL ? &stats->unseen : &found->stripes[stripe];
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

/* Memory that others write is not trusted to hold texts that end. */
static void begin_sum(strata_stats_sum *sum, const identity *of)
{
	memset(sum, 0, sizeof(*sum));
	sum->kind = (strata_stats_kind) of->kind;
	copy_cut(sum->group, sizeof(sum->group), of->group);
	copy_cut(sum->name, sizeof(sum->name), of->name);
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

uint32_t strata_stats_read(strata_stats *stats, strata_stats_sum *sums, uint32_t room)
{
	uint32_t count = 0;

	for (uint32_t place = 0; place < ROW_COUNT; place++) {
		row *source = strata_registry_at(stats->rows, place);

		if (source == NULL || count++ >= room) {
			continue;
		}
		begin_sum(&sums[count - 1], &source->identity);
		for (int stripe = 0; stripe < STRIPE_COUNT; stripe++) {
			add_stripe(&sums[count - 1], &source->stripes[stripe]);
		}
	}
	return count;
}

const char *strata_counter_name(strata_counter counter)
{
	assert((unsigned) counter < STRATA_COUNTER_COUNT);
	return counter_names[counter];
}
