/*
 * Records are claimed from the front, free -> claiming -> ready. A process that is killed while
 * it claims costs one record. Two processes that claim the same name at the same time would make
 * two records of one node. So a process looks at the records before its own once more, and waits
 * a moment for those that are being claimed: the first one counts.
 */
#include "health/breaker_table.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "health/breaker_state.h"

enum {
	RECORD_COUNT = 256,
	MAX_WAIT = 1000, /* turns of the scheduler */
	UNUSED = 10000   /* msec */
};

typedef enum { FREE, CLAIMING, READY } claim_state;

struct strata_breaker_table {
	strata_process_slots *slots;
	strata_breaker_record *records; /* RECORD_COUNT of them in shared memory */
};

strata_result strata_breaker_table_new(strata_host *host, strata_process_slots *slots,
	strata_breaker_table **out)
{
	strata_breaker_table *table = calloc(1, sizeof(*table));

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	table->slots = slots;
	table->records = strata_host_carve(host, RECORD_COUNT * sizeof(strata_breaker_record));
	if (table->records == NULL) {
		free(table);
		return STRATA_NO_MEMORY;
	}
	*out = table;
	return STRATA_OK;
}

void strata_breaker_table_free(strata_breaker_table *table)
{
	free(table);
}

strata_process_slots *strata_breaker_table_slots(const strata_breaker_table *table)
{
	return table->slots;
}

/* ---- records by name ---- */

static uint32_t claim_of(const strata_breaker_record *record)
{
	return atomic_load_explicit(&record->claim, memory_order_acquire);
}

static bool is_named(const strata_breaker_record *record, const char *name)
{
	return claim_of(record) == READY &&
		   strncmp(record->name, name, STRATA_BREAKER_NAME_ROOM - 1) == 0;
}

static bool is_of_group(const strata_breaker_record *record, const char *group)
{
	return claim_of(record) == READY &&
		   strncmp(record->group, group, STRATA_BREAKER_GROUP_ROOM - 1) == 0;
}

static void copy_cut(char *target, size_t room, const char *text)
{
	memcpy(target, text, strnlen(text, room - 1));
}

static void inherit_force(const strata_breaker_table *table, strata_breaker_record *created,
	const char *name)
{
	for (const strata_breaker_record *record = table->records; record != created; record++) {
		uint64_t state = atomic_load_explicit(&record->state, memory_order_relaxed);

		if (is_named(record, name) && strata_breaker_state_is_forced(state)) {
			atomic_store_explicit(&created->state, state, memory_order_relaxed);
			return;
		}
	}
}

static bool claim(const strata_breaker_table *table, strata_breaker_record *record,
	const char *group, const char *name)
{
	uint32_t seen = FREE;

	if (!atomic_compare_exchange_strong(&record->claim, &seen, CLAIMING)) {
		return false;
	}
	copy_cut(record->group, sizeof(record->group), group);
	copy_cut(record->name, sizeof(record->name), name);
	inherit_force(table, record, name);
	atomic_store_explicit(&record->claim, READY, memory_order_release);
	return true;
}

/* A claim takes no time, unless the process that claims is killed or stopped. */
static void wait_for_claim(const strata_breaker_record *record)
{
	for (int i = 0; i < MAX_WAIT && claim_of(record) == CLAIMING; i++) {
		sched_yield();
	}
}

/* NULL when there is none, or when a free record shows that there can be none behind it. */
static strata_breaker_record *find_in_group(const strata_breaker_table *table, const char *group,
	const char *name)
{
	for (uint32_t i = 0; i < RECORD_COUNT; i++) {
		strata_breaker_record *record = &table->records[i];

		if (claim_of(record) == FREE) {
			return NULL;
		}
		wait_for_claim(record);
		if (is_named(record, name) && is_of_group(record, group)) {
			return record;
		}
	}
	return NULL;
}

/* Records are claimed from the front, so the same name is never claimed behind one that is free. */
strata_breaker_record *strata_breaker_table_get_or_create(strata_breaker_table *table,
	const char *group, const char *name)
{
	strata_breaker_record *found = find_in_group(table, group, name);

	for (uint32_t i = 0; found == NULL && i < RECORD_COUNT; i++) {
		strata_breaker_record *record = &table->records[i];

		if (claim_of(record) == FREE && claim(table, record, group, name)) {
			return record;
		}
		wait_for_claim(record);
		found = is_named(record, name) && is_of_group(record, group) ? record : NULL;
	}
	return found;
}

strata_breaker_record *strata_breaker_table_find(const strata_breaker_table *table,
	const char *name, uint32_t nth)
{
	for (uint32_t i = 0; i < RECORD_COUNT && claim_of(&table->records[i]) != FREE; i++) {
		if (is_named(&table->records[i], name) && nth-- == 0) {
			return &table->records[i];
		}
	}
	return NULL;
}

/* ---- what a group is in ---- */

static strata_breaker_snapshot snapshot_of(const strata_breaker_record *record, strata_msec now)
{
	return strata_breaker_state_unpack(atomic_load_explicit(&record->state, memory_order_relaxed),
		now);
}

static bool is_out(const strata_breaker_record *record, strata_msec now)
{
	switch (snapshot_of(record, now).state) {
		case STRATA_STATE_OPEN:
		case STRATA_STATE_HALF_OPEN:
		case STRATA_STATE_FORCED_OPEN: return true;
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_RECOVERING:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: break;
	}
	return false;
}

/*
 * A record stays when its node is not asked any more, and what it says is of no use then. One
 * that is open and in use is probed soon after its time is over.
 */
bool strata_breaker_table_is_in_use(const strata_breaker_record *record, strata_msec now)
{
	strata_breaker_snapshot snapshot = snapshot_of(record, now);

	switch (snapshot.state) {
		case STRATA_STATE_OPEN:
		case STRATA_STATE_HALF_OPEN: return now < snapshot.moment + UNUSED;
		case STRATA_STATE_FORCED_OPEN: return true;
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_RECOVERING:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: break;
	}
	return strata_latency_is_known(&record->latency, now);
}

/*
 * Slow ones count too when there is one that is asked for, which then counts only when it is out.
 */
static bool is_half(const strata_breaker_table *table, const char *group, strata_msec now,
	const strata_breaker_record *asked_for)
{
	uint32_t all = 0, out = 0;

	for (uint32_t i = 0; i < RECORD_COUNT && claim_of(&table->records[i]) != FREE; i++) {
		const strata_breaker_record *record = &table->records[i];
		bool is_slow = asked_for != NULL && record != asked_for &&
					   strata_latency_is_slow(&record->latency, now);

		if (is_of_group(record, group) && strata_breaker_table_is_in_use(record, now)) {
			all++;
			out += is_out(record, now) || is_slow;
		}
	}
	return all >= 2 && out * 2 >= all;
}

bool strata_breaker_table_is_half_out(const strata_breaker_table *table, const char *group,
	strata_msec now)
{
	return is_half(table, group, now, NULL);
}

bool strata_breaker_table_is_half_in_trouble(const strata_breaker_table *table,
	const strata_breaker_record *record, strata_msec now)
{
	return is_half(table, record->group, now, record);
}
