/*
 *     set:  id id id id id id id id | record record record ...      8 of each, 512 sets
 *     record:  number, asked_at, check, gate
 *
 * The id of a tag says which set it is in: a reader looks at one cache line of ids, and at half of
 * one of a record. The check is made of id, number and asked_at, so that a record that is half
 * written, or that was read while it changed, is none. Writers of a set hold a robust mutex. One
 * that is killed leaves a record whose check does not fit: an empty place.
 *
 * Ordering: a record stands for itself by its check, so relaxed operations suffice.
 */
#include "host/table/tag_table.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/failpoint.h"
#include "host/gate.h"
#include "os/mutex.h"

enum {
	WAYS = 8,
	SETS = STRATA_TAG_RECORDS / WAYS,
	LOCKS = 16,
	LONGEST_WAIT = 1000 /* usec: its holder writes four words and no more */
};

/* Of asked_at: the word is in doubt since that moment. */
static const uint64_t doubt = UINT64_C(1) << 63;

typedef struct {
	_Atomic uint64_t number;
	_Atomic uint64_t asked_at;
	_Atomic uint64_t check;
	strata_gate gate;
} record;

typedef struct {
	alignas(64) _Atomic uint64_t ids[WAYS];
	record records[WAYS];
} set;

typedef struct {
	struct {
		alignas(64) strata_mutex mutex;
	} locks[LOCKS];
	set sets[SETS];
} shared;

struct strata_tag_table {
	shared *shared;
};

/* What stands in a record; number 0: nothing. */
typedef struct {
	uint64_t number;
	uint64_t asked_at; /* with the doubt */
} content;

strata_result strata_tag_table_new(strata_host *host, strata_tag_table **out)
{
	strata_tag_table *table = calloc(1, sizeof(*table));

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	table->shared = strata_host_alloc(host, sizeof(shared));
	for (uint32_t i = 0; table->shared != NULL && i < LOCKS; i++) {
		if (strata_host_init_lock(host, &table->shared->locks[i].mutex) != STRATA_OK) {
			table->shared = NULL;
		}
	}
	if (table->shared == NULL) {
		free(table);
		return STRATA_NO_MEMORY;
	}
	*out = table;
	return STRATA_OK;
}

void strata_tag_table_free(strata_tag_table *table)
{
	free(table);
}

/* ---- reading ---- */

/* Never 0, so that what is all zeroes is no record. */
static uint64_t check_of(uint64_t id, content content)
{
	uint64_t mixed = (id ^ content.asked_at * UINT64_C(0x9E3779B97F4A7C15)) + content.number;

	mixed = (mixed ^ mixed >> 31) * UINT64_C(0xD6E8FEB86659FD93);
	mixed += content.number * UINT64_C(0xC2B2AE3D27D4EB4F);
	return (mixed ^ mixed >> 32) | 1;
}

static set *set_of(const strata_tag_table *table, uint64_t id)
{
	return &table->shared->sets[(id ^ id >> 32) % SETS];
}

static content read_record(const set *set, uint32_t way, uint64_t id)
{
	const record *seen = &set->records[way];
	content content = { .number = atomic_load_explicit(&seen->number, memory_order_relaxed) };

	STRATA_FAILPOINT("tag_table: read half of it");
	content.asked_at = atomic_load_explicit(&seen->asked_at, memory_order_relaxed);
	if (atomic_load_explicit(&seen->check, memory_order_relaxed) != check_of(id, content)) {
		content.number = 0;
	}
	return content;
}

/* The place that has this id; WAYS: none has. */
static uint32_t way_of(const set *set, uint64_t id)
{
	uint32_t way = 0;

	while (way < WAYS && atomic_load_explicit(&set->ids[way], memory_order_relaxed) != id) {
		way++;
	}
	return way;
}

strata_tag_word strata_tag_table_find(const strata_tag_table *table, uint64_t id)
{
	const set *set = set_of(table, id);
	uint32_t way = way_of(set, id);
	content seen = { 0 };

	if (way < WAYS) {
		seen = read_record(set, way, id);
	}
	return (strata_tag_word){ seen.number, (seen.asked_at & doubt) != 0 ? 0 : seen.asked_at };
}

/* ---- writing ---- */

static void erase(set *set, uint32_t way)
{
	atomic_store_explicit(&set->records[way].check, 0, memory_order_relaxed);
}

static void write_locked(set *set, uint32_t way, uint64_t id, content content)
{
	record *target = &set->records[way];

	erase(set, way);
	STRATA_FAILPOINT("tag_table: erased");
	if (atomic_load_explicit(&set->ids[way], memory_order_relaxed) != id) {
		atomic_store_explicit(&set->ids[way], id, memory_order_relaxed);
		atomic_store_explicit(&target->gate.word, 0, memory_order_relaxed);
	}
	atomic_store_explicit(&target->number, content.number, memory_order_relaxed);
	STRATA_FAILPOINT("tag_table: half written");
	atomic_store_explicit(&target->asked_at, content.asked_at, memory_order_relaxed);
	atomic_store_explicit(&target->check, check_of(id, content), memory_order_relaxed);
}

/* Is there something in the record, whichever tag it is of? */
static content read_locked(const set *set, uint32_t way)
{
	return read_record(set, way, atomic_load_explicit(&set->ids[way], memory_order_relaxed));
}

/* An empty place, or the one whose word is the oldest. */
static uint32_t choose_locked(const set *set)
{
	uint64_t oldest = UINT64_MAX;
	uint32_t chosen = 0;

	for (uint32_t way = 0; way < WAYS; way++) {
		content seen = read_locked(set, way);

		if (seen.number == 0) {
			return way;
		}
		if ((seen.asked_at & ~doubt) < oldest) {
			oldest = seen.asked_at & ~doubt;
			chosen = way;
		}
	}
	return chosen;
}

static strata_mutex *mutex_of(strata_tag_table *table, const set *set)
{
	return &table->shared->locks[(size_t) (set - table->shared->sets) % LOCKS].mutex;
}

/* What the last owner left half written counts as empty, so that nothing is to be repaired. */
static bool lock(strata_mutex *mutex)
{
	strata_mutex_outcome outcome = strata_mutex_lock(mutex, LONGEST_WAIT);

	if (outcome == STRATA_MUTEX_INHERITED) {
		strata_mutex_repaired(mutex);
	}
	return outcome != STRATA_MUTEX_BUSY;
}

/* Does the answer say more than what is there? */
static bool is_newer(content seen, strata_tag_word word)
{
	if (seen.number != word.number) {
		return word.number > seen.number;
	}
	return word.asked_at > (seen.asked_at & ~doubt);
}

static strata_tag_noted note_locked(set *set, uint64_t id, strata_tag_word word,
	strata_msec good_for)
{
	const content noted = { word.number, word.asked_at };
	uint32_t way = way_of(set, id);
	content lost = { 0 };

	if (way < WAYS) {
		if (is_newer(read_record(set, way, id), word)) {
			write_locked(set, way, id, noted);
		}
		return STRATA_TAG_NOTED;
	}
	way = choose_locked(set);
	lost = read_locked(set, way);
	write_locked(set, way, id, noted);
	return lost.number != 0 && (lost.asked_at & doubt) == 0 &&
				   lost.asked_at + good_for > word.asked_at
			   ? STRATA_TAG_DISPLACED
			   : STRATA_TAG_NOTED;
}

/* Without the mutex: nothing is known of the tag from here on. */
static void forget(set *set, uint64_t id)
{
	uint32_t way = way_of(set, id);

	if (way < WAYS) {
		erase(set, way);
	}
}

strata_tag_noted strata_tag_table_note(strata_tag_table *table, uint64_t id, strata_tag_word word,
	strata_msec good_for)
{
	set *set = set_of(table, id);
	strata_mutex *mutex = mutex_of(table, set);
	strata_tag_noted noted;

	if (!lock(mutex)) {
		forget(set, id);
		return STRATA_TAG_NOT_NOTED;
	}
	noted = note_locked(set, id, word, good_for);
	strata_mutex_unlock(mutex);
	return noted;
}

void strata_tag_table_doubt(strata_tag_table *table, uint64_t id, strata_msec now)
{
	set *set = set_of(table, id);
	strata_mutex *mutex = mutex_of(table, set);
	uint32_t way;

	if (!lock(mutex)) {
		forget(set, id);
		return;
	}
	way = way_of(set, id);
	if (way < WAYS) {
		content seen = read_record(set, way, id);

		if (seen.number != 0) {
			write_locked(set, way, id, (content){ seen.number, now | doubt });
		}
	}
	strata_mutex_unlock(mutex);
}

/* ---- asking early ---- */

bool strata_tag_table_is_due(const strata_tag_table *table, uint64_t id, strata_msec interval,
	strata_msec now)
{
	const set *set = set_of(table, id);
	uint32_t way = way_of(set, id);

	return way < WAYS && strata_gate_is_due(&set->records[way].gate, interval, now);
}

bool strata_tag_table_may_ask(strata_tag_table *table, uint64_t id, strata_msec interval,
	strata_msec now)
{
	set *set = set_of(table, id);
	uint32_t way = way_of(set, id);

	return way < WAYS && strata_gate_pass(&set->records[way].gate, interval, now);
}
