/*
 * A row is a name and eight stripes of counters. A process adds to the stripe that its id selects,
 * so that processes on different cores seldom fight for a cache line. Readers add the stripes up.
 *
 *     row   | kind | group | name |                   written once, when the row is claimed
 *           | stripe 0 | stripe 1 | ... | stripe 7 |    only ever added to
 *
 * Rows are records of a registry. Those of nodes are given back when the table is full. Their
 * counts are moved to the row of the departed one by one: added there, then taken away here. So a
 * process that is killed in between counts at most one of them twice, and none is lost. A reader
 * that finds that counts were moved while it read reads again while none can be.
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
#include "os/clock.h"
#include "os/process.h"

enum {
	ROW_COUNT = STRATA_STATS_COMMON + STRATA_STATS_RESERVED,
	STRIPE_COUNT = 8,
	FRESH = 2000,  /* msec after the last use by a thread that cannot hold */
	MOST_READS = 5 /* each of them waits for the registry */
};

/* What a node has beside its counters. */
typedef struct {
	_Atomic uint64_t classes[STRATA_TIME_CLASSES];
	_Atomic uint64_t sum;
} node_times;

/* What a tier has in its place. */
typedef struct {
	_Atomic uint64_t endings[STRATA_OPERATION_COUNT][STRATA_ENDED_COUNT];
	_Atomic uint64_t sizes[STRATA_SIZE_DIRECTIONS][STRATA_SIZE_CLASSES];
	_Atomic uint64_t size_sums[STRATA_SIZE_DIRECTIONS];
} tier_work;

/* One stripe: what a handle points at. */
struct strata_stats_row {
	alignas(64) _Atomic uint64_t counters[STRATA_COUNTER_COUNT];
	_Atomic uint64_t reasons[STRATA_RESULT_COUNT];
	uint64_t is_of_tier; /* 0 or 1, constant: which of these it has */
	union {
		node_times times;
		tier_work work;
	} its;
};

/* What tells rows apart. Unused bytes are zero, so that it can be hashed as a whole. */
typedef struct {
	uint32_t kind;
	char group[64];
	char name[128];
} identity;

typedef struct {
	identity identity;        /* constant */
	_Atomic uint64_t used_at; /* msec: when it was last asked for or released */
	strata_stats_row stripes[STRIPE_COUNT];
} row;

/* In shared memory. */
typedef struct {
	row row;
	alignas(64) _Atomic uint64_t moves; /* of counts to it, begun and ended */
} departed;

struct strata_stats {
	strata_process_slots *slots; /* NULL: rows are never given back */
	strata_registry *rows;
	departed *departed;
};

typedef struct {
	identity identity;
	strata_registry_share share;
} row_names;

static const char *const counter_names[STRATA_COUNTER_COUNT] = {
#define X(constant, name, text) name,
	STRATA_COUNTER_MAP(X)
#undef X
};

static const char *const counter_texts[STRATA_COUNTER_COUNT] = {
#define X(constant, name, text) text,
	STRATA_COUNTER_MAP(X)
#undef X
};

static const char *const operation_names[STRATA_OPERATION_COUNT] = {
#define X(constant, name, done) name,
	STRATA_OPERATION_MAP(X)
#undef X
};

static const char *const done_names[STRATA_OPERATION_COUNT] = {
#define X(constant, name, done) done,
	STRATA_OPERATION_MAP(X)
#undef X
};

enum { NO_COUNTER = -1 };

/* Which counter of a tier has what an operation did. */
static const int counter_of_done[STRATA_OPERATION_COUNT] = {
	[STRATA_OPERATION_GET] = STRATA_COUNT_HITS,
	[STRATA_OPERATION_SET] = STRATA_COUNT_SETS,
	[STRATA_OPERATION_ADD] = STRATA_COUNT_SETS,
	[STRATA_OPERATION_REPLACE] = STRATA_COUNT_SETS,
	[STRATA_OPERATION_DELETE] = STRATA_COUNT_DELETES,
	[STRATA_OPERATION_TOUCH] = NO_COUNTER,
	[STRATA_OPERATION_INCREMENT] = STRATA_COUNT_SETS,
	[STRATA_OPERATION_COMPARE_AND_SET] = STRATA_COUNT_SETS,
	[STRATA_OPERATION_COMPARE_AND_DELETE] = STRATA_COUNT_DELETES,
	[STRATA_OPERATION_FILL] = STRATA_COUNT_FILLS,
	[STRATA_OPERATION_STORE_COMPUTED] = STRATA_COUNT_SETS,
};

/* ---- rows that come and go ---- */

static void mark_used(row *used)
{
	atomic_store_explicit(&used->used_at, strata_clock_msec(), memory_order_relaxed);
}

static void name_row(void *unused, void *record, const void *names)
{
	(void) unused;
	row *named = record;

	named->identity = ((const row_names *) names)->identity;
	for (int i = 0; i < STRIPE_COUNT; i++) {
		named->stripes[i].is_of_tier = named->identity.kind == STRATA_STATS_TIER;
	}
	mark_used(named);
}

static bool is_reserved(const void *names)
{
	return ((const row_names *) names)->share == STRATA_REGISTRY_RESERVED;
}

static bool may_give_back(void *user, const void *idle, uint64_t *used_at)
{
	const row *its = idle;
	strata_msec now = strata_clock_msec();

	(void) user;
	*used_at = atomic_load_explicit(&its->used_at, memory_order_relaxed);
	return its->identity.kind == STRATA_STATS_NODE && (*used_at > now || now - *used_at >= FRESH);
}

static void move_counts(_Atomic uint64_t *from, _Atomic uint64_t *to, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t counted = atomic_load_explicit(&from[i], memory_order_relaxed);

		if (counted != 0) {
			atomic_fetch_add_explicit(&to[i], counted, memory_order_relaxed);
			atomic_store_explicit(&from[i], 0, memory_order_relaxed);
		}
	}
}

/* Of nodes: no other row is ever given back. */
void strata_stats_move(strata_stats_row *from, strata_stats_row *to)
{
	move_counts(from->counters, to->counters, STRATA_COUNTER_COUNT);
	move_counts(from->reasons, to->reasons, STRATA_RESULT_COUNT);
	move_counts(from->its.times.classes, to->its.times.classes, STRATA_TIME_CLASSES);
	move_counts(&from->its.times.sum, &to->its.times.sum, 1);
}

static void depart(void *user, void *record)
{
	const strata_stats *stats = user;
	row *from = record;

	atomic_fetch_add(&stats->departed->moves, 1);
	for (int i = 0; i < STRIPE_COUNT; i++) {
		strata_stats_move(&from->stripes[i], &stats->departed->row.stripes[i]);
	}
	atomic_fetch_add(&stats->departed->moves, 1);
}

/* ---- the table ---- */

static bool place(strata_stats *stats, strata_host *host)
{
	const strata_registry_shape shape = { .size = sizeof(row),
		.count = ROW_COUNT,
		.reserved = STRATA_STATS_RESERVED,
		.is_reserved = is_reserved,
		.on_claim = name_row,
		.may_give_back = may_give_back,
		.on_give_back = depart,
		.user = stats };

	if (strata_registry_new(host, stats->slots, &shape, &stats->rows) != STRATA_OK) {
		return false;
	}
	stats->departed = strata_host_alloc(host, sizeof(departed));
	if (stats->departed == NULL) {
		strata_registry_free(stats->rows);
		return false;
	}
	stats->departed->row.identity =
		(identity){ .kind = STRATA_STATS_NODE, .name = STRATA_STATS_DEPARTED };
	return true;
}

strata_result strata_stats_new(strata_host *host, strata_process_slots *slots, strata_stats **out)
{
	strata_stats *stats = calloc(1, sizeof(*stats));

	*out = NULL;
	if (stats == NULL) {
		return STRATA_NO_MEMORY;
	}
	stats->slots = slots;
	if (!place(stats, host)) {
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

static strata_stats_row *own_stripe(row *of)
{
	return &of->stripes[strata_process_id() % STRIPE_COUNT];
}

/* Those of tiers and policies are never given back, so that they need not be held. */
static row *find_row(strata_stats *stats, const row_names *wanted)
{
	uint64_t key =
		strata_hash_of((strata_view){ (const char *) &wanted->identity, sizeof(wanted->identity) },
			0);
	bool is_visited = stats->slots != NULL && (wanted->identity.kind != STRATA_STATS_NODE ||
												  strata_process_slots_mine(stats->slots) == 0);

	return is_visited ? strata_registry_visit(stats->rows, key, wanted)
					  : strata_registry_acquire(stats->rows, key, wanted);
}

strata_stats_row *strata_stats_row_of(strata_stats *stats, strata_stats_kind kind,
	const char *group, const char *name, strata_registry_share share)
{
	row_names wanted;
	row *found;

	memset(&wanted, 0, sizeof(wanted));
	wanted.share = kind == STRATA_STATS_TIER ? STRATA_REGISTRY_RESERVED : share;
	wanted.identity.kind = kind;
	copy_cut(wanted.identity.group, sizeof(wanted.identity.group), group);
	copy_cut(wanted.identity.name, sizeof(wanted.identity.name), name);
	found = find_row(stats, &wanted);
	if (found == NULL) {
		return strata_stats_departed(stats);
	}
	mark_used(found);
	return own_stripe(found);
}

strata_stats_row *strata_stats_departed(strata_stats *stats)
{
	return own_stripe(&stats->departed->row);
}

strata_stats_row *strata_stats_row_new(void)
{
	strata_stats_row *row = aligned_alloc(alignof(strata_stats_row), sizeof(*row));

	if (row != NULL) {
		memset(row, 0, sizeof(*row));
	}
	return row;
}

/* NULL for that of the departed, and for one of a process. */
static row *row_of_stripe(const strata_stats *stats, const strata_stats_row *stripe)
{
	return strata_registry_record_with(stats->rows, stripe);
}

void strata_stats_release(strata_stats *stats, strata_stats_row *stripe)
{
	row *its = row_of_stripe(stats, stripe);

	if (its != NULL) {
		mark_used(its);
		strata_registry_release(stats->rows, its);
	}
}

bool strata_stats_is_same_row(const strata_stats *stats, const strata_stats_row *one,
	const strata_stats_row *other)
{
	return row_of_stripe(stats, one) == row_of_stripe(stats, other);
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

strata_usec strata_time_class_end(uint32_t class)
{
	return class < 8 ? class : ((strata_usec) (class % 4 + 5) << (class / 4 - 1)) - 1;
}

void strata_stats_add_time(strata_stats_row *row, strata_usec time)
{
	if (row != NULL && !row->is_of_tier) {
		node_times *times = &row->its.times;

		atomic_fetch_add_explicit(&times->classes[class_of(time)], 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&times->sum, time, memory_order_relaxed);
	}
}

/* So the most frequent ones cost a comparison. */
static_assert((int) STRATA_OK == (int) STRATA_ENDED_DONE &&
				  (int) STRATA_MISS == (int) STRATA_ENDED_MISS &&
				  (int) STRATA_STALE == (int) STRATA_ENDED_STALE &&
				  (int) STRATA_NOT_STORED == (int) STRATA_ENDED_NOT_STORED,
	"the first results are endings of their own");

strata_ending strata_ending_of(strata_result result)
{
	if (result <= STRATA_NOT_STORED) {
		return (strata_ending) result;
	}
	switch (strata_result_class_of(result)) {
		case STRATA_ANSWER: break;
		case STRATA_REFUSAL: return STRATA_ENDED_REFUSED;
		case STRATA_FAILURE: return STRATA_ENDED_FAILED;
	}
	return STRATA_ENDED_UNUSABLE;
}

void strata_stats_add_ending(strata_stats_row *row, strata_operation operation,
	strata_ending ending, uint64_t amount)
{
	assert((unsigned) operation < STRATA_OPERATION_COUNT && (unsigned) ending < STRATA_ENDED_COUNT);
	/* Adding nothing would still fetch the cache line from another core. */
	if (row != NULL && row->is_of_tier && amount > 0) {
		atomic_fetch_add_explicit(&row->its.work.endings[operation][ending], amount,
			memory_order_relaxed);
	}
}

/* Two bits to a class, above the six of the first. */
static uint32_t size_class_of(uint64_t bytes)
{
	uint32_t top = bytes <= 64 ? 0 : 63 - (uint32_t) __builtin_clzll(bytes - 1);
	uint32_t class = top < 6 ? 0 : (top - 6) / 2 + 1;

	return class < STRATA_SIZE_CLASSES ? class : STRATA_SIZE_CLASSES - 1;
}

uint64_t strata_size_class_end(uint32_t class)
{
	return UINT64_C(64) << (2 * class);
}

void strata_stats_add_size(strata_stats_row *row, strata_size_direction direction, uint64_t bytes)
{
	assert((unsigned) direction < STRATA_SIZE_DIRECTIONS);
	if (row != NULL && row->is_of_tier) {
		tier_work *work = &row->its.work;

		atomic_fetch_add_explicit(&work->sizes[direction][size_class_of(bytes)], 1,
			memory_order_relaxed);
		atomic_fetch_add_explicit(&work->size_sums[direction], bytes, memory_order_relaxed);
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
			return strata_time_class_end(i);
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

static void add_counts(uint64_t *sum, const _Atomic uint64_t *counts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sum[i] += atomic_load_explicit(&counts[i], memory_order_relaxed);
	}
}

static void add_work(strata_stats_sum *sum, const tier_work *work)
{
	add_counts(sum->endings[0], work->endings[0],
		(size_t) STRATA_OPERATION_COUNT * STRATA_ENDED_COUNT);
	add_counts(sum->sizes[0], work->sizes[0],
		(size_t) STRATA_SIZE_DIRECTIONS * STRATA_SIZE_CLASSES);
	add_counts(sum->size_sums, work->size_sums, STRATA_SIZE_DIRECTIONS);
}

static void add_stripe(strata_stats_sum *sum, const strata_stats_row *stripe)
{
	add_counts(sum->counters, stripe->counters, STRATA_COUNTER_COUNT);
	add_counts(sum->reasons, stripe->reasons, STRATA_RESULT_COUNT);
	if (sum->kind == STRATA_STATS_TIER) {
		add_work(sum, &stripe->its.work);
	} else {
		add_counts(sum->times, stripe->its.times.classes, STRATA_TIME_CLASSES);
		add_counts(&sum->time_sum, &stripe->its.times.sum, 1);
	}
}

static void count_endings(strata_stats_sum *sum)
{
	for (int operation = 0; operation < STRATA_OPERATION_COUNT; operation++) {
		if (counter_of_done[operation] != NO_COUNTER) {
			sum->counters[counter_of_done[operation]] += sum->endings[operation][STRATA_ENDED_DONE];
		}
	}
	for (int ending = STRATA_ENDED_DONE + 1; ending < STRATA_ENDED_COUNT; ending++) {
		sum->counters[STRATA_COUNT_MISSES] += sum->endings[STRATA_OPERATION_GET][ending];
	}
	sum->counters[STRATA_COUNT_INCREMENTS] +=
		sum->endings[STRATA_OPERATION_INCREMENT][STRATA_ENDED_DONE];
}

static void sum_up(strata_stats_sum *sum, const row *source)
{
	begin_sum(sum, &source->identity);
	for (int stripe = 0; stripe < STRIPE_COUNT; stripe++) {
		add_stripe(sum, &source->stripes[stripe]);
	}
	count_endings(sum);
}

/* Every node without a row of its own was connected to, or refused. */
static bool has_departed(strata_stats *stats)
{
	strata_stats_sum sum;
	uint64_t all = 0;

	sum_up(&sum, &stats->departed->row);
	for (int i = 0; i < STRATA_COUNTER_COUNT; i++) {
		all += sum.counters[i];
	}
	for (int i = 0; i < STRATA_RESULT_COUNT; i++) {
		all += sum.reasons[i];
	}
	return all != 0;
}

typedef struct {
	strata_stats *stats;
	strata_stats_sum *sums;
	uint32_t room;
	uint32_t count;
} reading;

static void read_all(void *argument)
{
	reading *reading = argument;
	strata_stats *stats = reading->stats;

	reading->count = 0;
	for (uint32_t place = 0; place < ROW_COUNT; place++) {
		row *source = strata_registry_at(stats->rows, place);

		if (source != NULL && reading->count++ < reading->room) {
			sum_up(&reading->sums[reading->count - 1], source);
		}
	}
	if (has_departed(stats) && reading->count++ < reading->room) {
		sum_up(&reading->sums[reading->count - 1], &stats->departed->row);
	}
}

uint32_t strata_stats_read(strata_stats *stats, strata_stats_sum *sums, uint32_t room)
{
	reading reading = { .stats = stats, .sums = sums, .room = room };

	/* Where nothing else can be had, what was read last is nearly right. */
	for (int i = 0; i < MOST_READS; i++) {
		uint64_t moves = atomic_load(&stats->departed->moves);

		read_all(&reading);
		if (atomic_load(&stats->departed->moves) == moves ||
			strata_registry_freeze(stats->rows, read_all, &reading)) {
			break;
		}
	}
	return reading.count;
}

bool strata_stats_look(strata_stats *stats, strata_stats_sum *sums, uint32_t room, uint32_t *count)
{
	reading reading = { .stats = stats, .sums = sums, .room = room };
	uint64_t moves;
	int reads = 0;

	do {
		moves = atomic_load(&stats->departed->moves);
		read_all(&reading);
	} while (
		(moves % 2 != 0 || atomic_load(&stats->departed->moves) != moves) && ++reads < MOST_READS);
	*count = reading.count;
	return reads < MOST_READS;
}

const char *strata_operation_name(strata_operation operation)
{
	assert((unsigned) operation < STRATA_OPERATION_COUNT);
	return operation_names[operation];
}

const char *strata_ending_name(strata_operation operation, strata_ending ending)
{
	assert((unsigned) operation < STRATA_OPERATION_COUNT);
	switch (ending) {
		case STRATA_ENDED_DONE: break;
		case STRATA_ENDED_MISS: return "miss";
		case STRATA_ENDED_STALE: return "stale";
		case STRATA_ENDED_NOT_STORED: return "not_stored";
		case STRATA_ENDED_UNUSABLE: return "unusable";
		case STRATA_ENDED_REFUSED: return "refused";
		case STRATA_ENDED_FAILED: return "failed";
		case STRATA_ENDED_COUNT: break;
	}
	return done_names[operation];
}

const char *strata_counter_name(strata_counter counter)
{
	assert((unsigned) counter < STRATA_COUNTER_COUNT);
	return counter_names[counter];
}

const char *strata_counter_text(strata_counter counter)
{
	assert((unsigned) counter < STRATA_COUNTER_COUNT);
	return counter_texts[counter];
}

/* Those from the commands to the bytes are about a node, all others about a tier. */
bool strata_counter_is_of(strata_counter counter, strata_stats_kind kind)
{
	bool is_of_policy = counter == STRATA_COUNT_APPLIED;
	bool is_of_node = counter >= STRATA_COUNT_OPERATIONS && counter <= STRATA_COUNT_BYTES_RECEIVED;

	return is_of_node == (kind == STRATA_STATS_NODE) &&
		   is_of_policy == (kind == STRATA_STATS_POLICY);
}
