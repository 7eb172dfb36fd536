/*
 *     head | word word word ... | row | row | ... | row of "(other)" | ...
 *
 * A row is found by the hash of space and prefix, which stands in its word, in one of the 16 places
 * from the one that the hash selects. Finding takes no lock. Only the process that has the mutex
 * changes a word, and it never waits for the mutex on the way of an operation:
 *
 *     free -> changing -> claimed -> changing (given back) -> claimed anew
 *
 * Counts are added, and nothing else is ever done to them but moving: when a row is given back,
 * each is added to "(other)" and then taken away here. So a process that is killed in between
 * leaves at most one of them counted twice, and no total falls. What another process adds meanwhile
 * is the next owner's, and lost by none. A row that was being changed by a process that died is
 * emptied by the next one that gets the mutex.
 *
 * Ordering: a word is stored with release after the row was written. Counts are relaxed: each
 * stands for itself. Any bytes may stand anywhere: sizes are bounded where they are read.
 */
#include "stats/prefixes.h"

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "os/mutex.h"
#include "os/process.h"

enum {
	ROWS = STRATA_PREFIX_ROWS,
	OTHERS = STRATA_PREFIX_OTHERS,
	LAST_OTHER = OTHERS - 1, /* of spaces that have none of their own */
	WINDOW = 16,             /* places in which a prefix may be */
	NOWHERE = ROWS,
	STRIPES = 4,
	FIELDS = sizeof(strata_prefix_counts) / sizeof(uint64_t),
	COUNTS = STRATA_PREFIX_TIERS * FIELDS + 2, /* and computations, and what they cost */
	COMPUTATIONS = COUNTS - 2,
	COST = COUNTS - 1,
	REST = 50,             /* msec after a search for a row to give back that found none */
	IDLE = 60,             /* seconds, for each doubling of its operations: see is_idle() */
	READ_MAX_WAIT = 20000, /* usec; only a stopped process keeps the mutex so long */
	NAME = 64,
	SPACE = 72
};

static_assert(FIELDS == 6, "the fields of strata_prefix_counts are counted by their places");

static const uint64_t free_word = 0, changing_word = 1, claimed_bits = 2, state_mask = 3;

typedef struct {
	alignas(64) _Atomic uint64_t counts[COUNTS];
} stripe;

typedef struct {
	_Atomic char database[NAME];
	_Atomic char name_space[SPACE];
} names;

typedef struct {
	alignas(64) _Atomic uint64_t space;
	_Atomic uint32_t used_at; /* seconds */
	_Atomic uint16_t size;    /* bytes of the prefix */
	names names;
	_Atomic char prefix[STRATA_PREFIX_LONGEST];
	stripe stripes[STRIPES];
} row;

/* In shared memory. */
typedef struct {
	alignas(64) strata_mutex lock;             /* guards changes of words */
	alignas(64) _Atomic uint64_t closed_until; /* msec: no search for a row to give back */
	alignas(64) _Atomic uint64_t words[ROWS];
	row rows[ROWS];
	row others[OTHERS]; /* a space of 0: free */
} table;

struct strata_prefixes {
	table *table;
};

strata_result strata_prefixes_new(strata_host *host, strata_prefixes **out)
{
	strata_prefixes *prefixes = calloc(1, sizeof(*prefixes));

	*out = NULL;
	if (prefixes == NULL) {
		return STRATA_NO_MEMORY;
	}
	prefixes->table = strata_host_alloc(host, sizeof(table));
	if (prefixes->table == NULL ||
		strata_host_init_lock(host, &prefixes->table->lock) != STRATA_OK) {
		free(prefixes);
		return STRATA_NO_MEMORY;
	}
	*out = prefixes;
	return STRATA_OK;
}

void strata_prefixes_free(strata_prefixes *prefixes)
{
	free(prefixes);
}

/* ---- texts ---- */

uint64_t strata_prefix_space_id(const char *database, const char *name_space, uint32_t user)
{
	uint64_t of_name = strata_hash_of(strata_view_of(name_space), user);
	uint64_t id = strata_hash_of(strata_view_of(database), of_name);

	return id == 0 ? 1 : id;
}

strata_view strata_prefix_of(strata_view key, uint32_t depth)
{
	size_t most = key.size < STRATA_PREFIX_LONGEST ? key.size : STRATA_PREFIX_LONGEST;
	size_t size = 0;

	for (uint32_t i = 0; i < depth && size < most; i++) {
		const char *colon = memchr(key.data + size, ':', most - size);

		if (colon == NULL) {
			break;
		}
		size = (size_t) (colon - key.data) + 1;
	}
	return size == 0 ? strata_view_of(STRATA_PREFIX_NONE) : (strata_view){ key.data, size };
}

/* What is behind its end is never looked at, and stays. */
static void write_text(_Atomic char *target, size_t room, strata_view text)
{
	for (size_t i = 0; i < room && i < text.size; i++) {
		atomic_store_explicit(&target[i], text.data[i], memory_order_relaxed);
	}
	if (text.size < room) {
		atomic_store_explicit(&target[text.size], '\0', memory_order_relaxed);
	}
}

static size_t read_text(char *target, const _Atomic char *text, size_t room)
{
	for (size_t i = 0; i < room; i++) {
		target[i] = atomic_load_explicit(&text[i], memory_order_relaxed);
	}
	return strnlen(target, room - 1);
}

static void print_text(char *out, size_t room, const _Atomic char *text)
{
	char copy[SPACE];
	size_t size = read_text(copy, text, room < SPACE ? room : SPACE);

	strata_printable_write((strata_view){ copy, size }, out, room);
}

static void write_names(names *names, const strata_prefix_space *space)
{
	write_text(names->database, NAME - 1, strata_view_of(space->database));
	write_text(names->name_space, SPACE - 1, strata_view_of(space->name_space));
}

/* ---- "(other)" ---- */

static uint64_t space_of(const row *of)
{
	return atomic_load_explicit(&of->space, memory_order_relaxed);
}

/* That of the space, made if there is room, or the one for all that have none. */
static row *other_of(table *table, uint64_t space)
{
	for (int i = 0; i < LAST_OTHER; i++) {
		uint64_t seen = space_of(&table->others[i]);

		if (seen == space ||
			(seen == 0 && (atomic_compare_exchange_strong_explicit(&table->others[i].space, &seen,
							   space, memory_order_relaxed, memory_order_relaxed) ||
							  seen == space))) {
			return &table->others[i];
		}
	}
	return &table->others[LAST_OTHER];
}

static bool is_named(const row *other)
{
	return atomic_load_explicit(&other->names.database[0], memory_order_relaxed) != '\0';
}

/*
 * The space says what its names are, so that whichever process finds them missing writes them. The
 * one that made the row may have been killed before it did.
 */
static row *named_other(table *table, const strata_prefix_space *space)
{
	row *other = other_of(table, space->id);

	if (!is_named(other) && other != &table->others[LAST_OTHER]) {
		write_names(&other->names, space);
	}
	return other;
}

static row *other_of_row(table *table, const row *of)
{
	char database[NAME], name_space[SPACE];
	strata_prefix_space space = { .id = space_of(of),
		.database = database,
		.name_space = name_space };

	database[read_text(database, of->names.database, NAME)] = '\0';
	name_space[read_text(name_space, of->names.name_space, SPACE)] = '\0';
	return space.id == 0 ? &table->others[LAST_OTHER] : named_other(table, &space);
}

/* ---- rows that come and go ---- */

static void move_counts_locked(row *from, row *to)
{
	for (size_t i = 0; i < (size_t) STRIPES * COUNTS; i++) {
		_Atomic uint64_t *counted = &from->stripes[i / COUNTS].counts[i % COUNTS];
		uint64_t count = atomic_load_explicit(counted, memory_order_relaxed);

		if (count != 0) {
			atomic_fetch_add_explicit(&to->stripes[i / COUNTS].counts[i % COUNTS], count,
				memory_order_relaxed);
			atomic_fetch_sub_explicit(counted, count, memory_order_relaxed);
		}
	}
}

static uint64_t load_word(const table *table, uint32_t place)
{
	return atomic_load_explicit(&table->words[place], memory_order_acquire);
}

static void give_back_locked(table *table, uint32_t place)
{
	row *its = &table->rows[place];

	atomic_store(&table->words[place], changing_word);
	move_counts_locked(its, other_of_row(table, its));
}

/* What a process that died left half changed, and what damage left. */
static void repair_locked(table *table)
{
	for (uint32_t place = 0; place < ROWS; place++) {
		uint64_t word = load_word(table, place);

		if (word != free_word && (word & state_mask) != claimed_bits) {
			give_back_locked(table, place);
			atomic_store(&table->words[place], free_word);
		}
	}
}

static bool lock(table *table, strata_usec max_wait)
{
	switch (strata_mutex_lock(&table->lock, max_wait)) {
		case STRATA_MUTEX_TAKEN: return true;
		case STRATA_MUTEX_INHERITED:
			repair_locked(table);
			strata_mutex_repaired(&table->lock);
			return true;
		case STRATA_MUTEX_BUSY: break;
	}
	return false;
}

static uint64_t count_of(const row *of, size_t count)
{
	uint64_t sum = 0;

	for (int i = 0; i < STRIPES; i++) {
		sum += atomic_load_explicit(&of->stripes[i].counts[count], memory_order_relaxed);
	}
	return sum;
}

static uint64_t operations_of(const row *of)
{
	uint64_t sum = 0;

	for (size_t tier = 0; tier < STRATA_PREFIX_TIERS; tier++) {
		sum += count_of(of, tier * FIELDS);
	}
	return sum;
}

static uint32_t seconds_of(strata_msec now)
{
	return (uint32_t) (now / 1000);
}

/*
 * A row is idle when it was not used for a minute, and one more for each doubling of its
 * operations: what was asked for once goes soon, and what was asked for a million times stays for
 * 20 minutes.
 */
static bool is_idle(const row *its, uint64_t operations, strata_msec now)
{
	uint32_t used_at = atomic_load_explicit(&its->used_at, memory_order_relaxed);
	uint32_t doublings = operations == 0 ? 0 : 63 - (uint32_t) __builtin_clzll(operations);

	return used_at > seconds_of(now) || seconds_of(now) - used_at >= IDLE * (1 + doublings);
}

static uint32_t place_at(uint64_t word, uint32_t step)
{
	return (uint32_t) ((word >> 2) + step) % ROWS;
}

/* Of its window, the idle row with the fewest operations; NOWHERE where none is idle. */
static uint32_t pick_idle_locked(const table *table, uint64_t word, strata_msec now)
{
	uint32_t picked = NOWHERE;
	uint64_t fewest = UINT64_MAX;

	for (uint32_t step = 0; step < WINDOW; step++) {
		const row *its = &table->rows[place_at(word, step)];
		uint64_t operations = operations_of(its);

		if (operations < fewest && is_idle(its, operations, now)) {
			picked = place_at(word, step);
			fewest = operations;
		}
	}
	return picked;
}

/* The first of so many places with this word, or NOWHERE. */
static uint32_t find_among(const table *table, uint32_t first, uint32_t count, uint64_t wanted)
{
	for (const _Atomic uint64_t *at = &table->words[first], *end = at + count; at < end; at++) {
		if (atomic_load_explicit(at, memory_order_acquire) == wanted) {
			return (uint32_t) (at - table->words);
		}
	}
	return NOWHERE;
}

/* The first place of its window with this word, or NOWHERE. The window may go on at the start. */
static uint32_t find(const table *table, uint64_t word, uint64_t wanted)
{
	uint32_t first = place_at(word, 0);
	uint32_t straight = ROWS - first < WINDOW ? ROWS - first : WINDOW;
	uint32_t place = find_among(table, first, straight, wanted);

	return place == NOWHERE ? find_among(table, 0, WINDOW - straight, wanted) : place;
}

static void write_row_locked(table *table, uint32_t place, uint64_t word,
	const strata_prefix_space *space, strata_view prefix, strata_msec now)
{
	row *its = &table->rows[place];

	atomic_store(&table->words[place], changing_word);
	atomic_store_explicit(&its->space, space->id, memory_order_relaxed);
	write_names(&its->names, space);
	write_text(its->prefix, STRATA_PREFIX_LONGEST, prefix);
	atomic_store_explicit(&its->size, (uint16_t) prefix.size, memory_order_relaxed);
	atomic_store_explicit(&its->used_at, seconds_of(now), memory_order_relaxed);
	atomic_store(&table->words[place], word);
}

static uint32_t claim_locked(table *table, uint64_t word, const strata_prefix_space *space,
	strata_view prefix, strata_msec now)
{
	uint32_t place = find(table, word, word);

	if (place != NOWHERE) {
		return place;
	}
	place = find(table, word, free_word);
	if (place == NOWHERE) {
		place = pick_idle_locked(table, word, now);
		if (place == NOWHERE) {
			atomic_store_explicit(&table->closed_until, now + REST, memory_order_relaxed);
			return NOWHERE;
		}
		give_back_locked(table, place);
	}
	write_row_locked(table, place, word, space, prefix, now);
	return place;
}

/* Many prefixes that are new come at once, or never. So they do not all search a full table. */
static bool is_closed(const table *table, strata_msec now)
{
	uint64_t until = atomic_load_explicit(&table->closed_until, memory_order_relaxed);

	return now < until && until <= now + REST;
}

static uint32_t claim(table *table, uint64_t word, const strata_prefix_space *space,
	strata_view prefix, strata_msec now)
{
	uint32_t place;

	if (is_closed(table, now) || !lock(table, 0)) {
		return NOWHERE;
	}
	place = claim_locked(table, word, space, prefix, now);
	strata_mutex_unlock(&table->lock);
	return place;
}

/* ---- counting ---- */

static void mark_used(row *its, strata_msec now)
{
	if (atomic_load_explicit(&its->used_at, memory_order_relaxed) != seconds_of(now)) {
		atomic_store_explicit(&its->used_at, seconds_of(now), memory_order_relaxed);
	}
}

static stripe *stripe_for(table *table, const strata_prefix_space *space, strata_view prefix,
	strata_msec now)
{
	uint64_t word = (strata_hash_of(prefix, space->id) & ~state_mask) | claimed_bits;
	uint32_t place = find(table, word, word);
	row *its;

	if (place == NOWHERE) {
		place = claim(table, word, space, prefix, now);
	}
	its = place == NOWHERE ? named_other(table, space) : &table->rows[place];
	mark_used(its, now);
	return &its->stripes[strata_process_id() % STRIPES];
}

/* Adding nothing would still fetch the counter's cache line from another core. */
static inline void add(stripe *stripe, size_t count, uint64_t amount)
{
	if (amount > 0) {
		atomic_fetch_add_explicit(&stripe->counts[count], amount, memory_order_relaxed);
	}
}

void strata_prefixes_add(strata_prefixes *prefixes, const strata_prefix_space *space,
	strata_view prefix, uint32_t tier, const strata_prefix_counts *counts, strata_msec now)
{
	stripe *stripe = stripe_for(prefixes->table, space, prefix, now);
	size_t first = (size_t) tier * FIELDS;

	assert(tier < STRATA_PREFIX_TIERS);
	add(stripe, first, counts->operations);
	add(stripe, first + 1, counts->hits);
	add(stripe, first + 2, counts->bytes_in);
	add(stripe, first + 3, counts->bytes_out);
	add(stripe, first + 4, counts->errors);
	add(stripe, first + 5, counts->microseconds);
}

void strata_prefixes_add_computation(strata_prefixes *prefixes, const strata_prefix_space *space,
	strata_view prefix, strata_usec cost, strata_msec now)
{
	stripe *stripe = stripe_for(prefixes->table, space, prefix, now);

	add(stripe, COMPUTATIONS, 1);
	add(stripe, COST, cost);
}

/* ---- reading ---- */

typedef struct {
	const row *row;
	uint64_t operations;
} ranked;

static int by_operations(const void *one, const void *other)
{
	uint64_t left = ((const ranked *) one)->operations;
	uint64_t right = ((const ranked *) other)->operations;

	return left < right ? 1 : left > right ? -1 : 0;
}

static uint64_t sum_of_counts(const row *of)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < COUNTS; i++) {
		sum += count_of(of, i);
	}
	return sum;
}

/* All that are in use, those with the most operations first. */
static uint32_t rank(const table *table, ranked list[STRATA_PREFIX_MOST])
{
	uint32_t count = 0;

	for (uint32_t place = 0; place < ROWS; place++) {
		if ((load_word(table, place) & state_mask) == claimed_bits) {
			list[count++].row = &table->rows[place];
		}
	}
	for (uint32_t i = 0; i < OTHERS; i++) {
		if (sum_of_counts(&table->others[i]) > 0) {
			list[count++].row = &table->others[i];
		}
	}
	for (uint32_t i = 0; i < count; i++) {
		list[i].operations = operations_of(list[i].row);
	}
	qsort(list, count, sizeof(*list), by_operations);
	return count;
}

static void print_prefix(char *out, size_t room, const row *of)
{
	char copy[STRATA_PREFIX_LONGEST];
	size_t size = atomic_load_explicit(&of->size, memory_order_relaxed);

	(void) read_text(copy, of->prefix, sizeof(copy));
	size = size < sizeof(copy) ? size : sizeof(copy);
	strata_printable_write((strata_view){ copy, size }, out, room);
}

static void read_counts(strata_prefix_sum *sum, const row *of)
{
	for (size_t tier = 0; tier < STRATA_PREFIX_TIERS; tier++) {
		size_t first = tier * FIELDS;

		sum->tiers[tier] = (strata_prefix_counts){ .operations = count_of(of, first),
			.hits = count_of(of, first + 1),
			.bytes_in = count_of(of, first + 2),
			.bytes_out = count_of(of, first + 3),
			.errors = count_of(of, first + 4),
			.microseconds = count_of(of, first + 5) };
	}
	sum->computations = count_of(of, COMPUTATIONS);
	sum->microseconds_computed = count_of(of, COST);
}

static void sum_up(strata_prefix_sum *sum, const table *table, const row *of)
{
	bool is_other = of >= table->others && of < table->others + OTHERS;

	sum->space = space_of(of);
	print_text(sum->database, sizeof(sum->database), of->names.database);
	print_text(sum->name_space, sizeof(sum->name_space), of->names.name_space);
	if (of == &table->others[LAST_OTHER]) {
		strata_printable_write(strata_view_of(STRATA_PREFIX_OTHER), sum->database,
			sizeof(sum->database));
	}
	if (is_other) {
		strata_printable_write(strata_view_of(STRATA_PREFIX_OTHER), sum->prefix,
			sizeof(sum->prefix));
	} else {
		print_prefix(sum->prefix, sizeof(sum->prefix), of);
	}
	read_counts(sum, of);
}

uint32_t strata_prefixes_read(strata_prefixes *prefixes, strata_prefix_sum *out, uint32_t room)
{
	table *table = prefixes->table;
	ranked list[STRATA_PREFIX_MOST];
	uint32_t count;

	/* Where it cannot be had, what is read is nearly right: one row may be counted twice. */
	bool is_locked = lock(table, READ_MAX_WAIT);

	count = rank(table, list);
	count = count < room ? count : room;
	for (uint32_t i = 0; i < count; i++) {
		sum_up(&out[i], table, list[i].row);
	}
	if (is_locked) {
		strata_mutex_unlock(&table->lock);
	}
	return count;
}

/* ---- showing ---- */

static bool is_among(uint64_t id, const uint64_t *ids, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (ids[i] == id) {
			return true;
		}
	}
	return ids == NULL;
}

static bool reads_alike(const strata_prefix_sum *one, const strata_prefix_sum *other)
{
	return one->space != other->space && strcmp(one->prefix, other->prefix) == 0 &&
		   strcmp(one->database, other->database) == 0 &&
		   strcmp(one->name_space, other->name_space) == 0;
}

static void add_sum(strata_prefix_sum *to, const strata_prefix_sum *from)
{
	for (size_t tier = 0; tier < STRATA_PREFIX_TIERS; tier++) {
		to->tiers[tier].operations += from->tiers[tier].operations;
		to->tiers[tier].hits += from->tiers[tier].hits;
		to->tiers[tier].bytes_in += from->tiers[tier].bytes_in;
		to->tiers[tier].bytes_out += from->tiers[tier].bytes_out;
		to->tiers[tier].errors += from->tiers[tier].errors;
		to->tiers[tier].microseconds += from->tiers[tier].microseconds;
	}
	to->computations += from->computations;
	to->microseconds_computed += from->microseconds_computed;
}

/* False where one of those before reads alike, which it was added to. */
static bool stands_alone(strata_prefix_sum *sums, uint32_t count, const strata_prefix_sum *next)
{
	for (uint32_t i = 0; i < count; i++) {
		if (reads_alike(&sums[i], next)) {
			add_sum(&sums[i], next);
			return false;
		}
	}
	return true;
}

uint32_t strata_prefix_sums_show(strata_prefix_sum *sums, uint32_t count, const uint64_t *ids,
	uint32_t id_count)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (is_among(sums[i].space, ids, id_count) && stands_alone(sums, kept, &sums[i])) {
			if (kept != i) {
				sums[kept] = sums[i];
			}
			kept++;
		}
	}
	return kept;
}
