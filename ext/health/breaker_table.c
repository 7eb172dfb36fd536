/* Records are never given back, so every process may keep its pointers. */
#include "health/breaker_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "health/breaker_state.h"
#include "host/registry.h"

enum { RECORD_COUNT = 256, UNUSED = 10000 /* msec */ };

struct strata_breaker_table {
	strata_process_slots *slots;
	strata_registry *registry;
};

/* ---- records by name ---- */

typedef struct {
	const char *group, *name;
} record_names;

static strata_breaker_entry *record_at(const strata_breaker_table *table, uint32_t place)
{
	return strata_registry_at(table->registry, place);
}

/* False for a place that no record is at. */
static bool is_named(const strata_breaker_entry *record, const char *name)
{
	return record != NULL && strncmp(record->name, name, STRATA_BREAKER_NAME_ROOM - 1) == 0;
}

static bool is_of_group(const strata_breaker_entry *record, const char *group)
{
	return record != NULL && strncmp(record->group, group, STRATA_BREAKER_GROUP_ROOM - 1) == 0;
}

static void copy_cut(char *target, size_t room, const char *text)
{
	memcpy(target, text, strnlen(text, room - 1));
}

static uint64_t load_state(const strata_breaker_entry *record)
{
	return atomic_load_explicit(&record->state, memory_order_relaxed);
}

/* The record itself is not in the list yet. */
static void inherit_force(const strata_breaker_table *table, strata_breaker_entry *created)
{
	for (uint32_t i = 0; i < RECORD_COUNT; i++) {
		const strata_breaker_entry *record = record_at(table, i);
		uint64_t state = is_named(record, created->name) ? load_state(record) : 0;

		if (strata_breaker_state_is_forced(state)) {
			atomic_store_explicit(&created->state, state, memory_order_relaxed);
			return;
		}
	}
}

static void on_claim(void *user, void *claimed, const void *names)
{
	const record_names *wanted = names;
	strata_breaker_entry *record = claimed;

	copy_cut(record->group, sizeof(record->group), wanted->group);
	copy_cut(record->name, sizeof(record->name), wanted->name);
	inherit_force(user, record);
}

strata_result strata_breaker_table_new(strata_host *host, strata_process_slots *slots,
	strata_breaker_table **out)
{
	strata_breaker_table *table = calloc(1, sizeof(*table));
	strata_registry_shape shape = {
		.size = sizeof(strata_breaker_entry),
		.count = RECORD_COUNT,
		.on_claim = on_claim,
		.user = table,
	};

	*out = NULL;
	if (table == NULL || strata_registry_new(host, NULL, &shape, &table->registry) != STRATA_OK) {
		free(table);
		return STRATA_NO_MEMORY;
	}
	table->slots = slots;
	*out = table;
	return STRATA_OK;
}

void strata_breaker_table_free(strata_breaker_table *table)
{
	if (table != NULL) {
		strata_registry_free(table->registry);
	}
	free(table);
}

strata_process_slots *strata_breaker_table_slots(const strata_breaker_table *table)
{
	return table->slots;
}

strata_breaker_entry *strata_breaker_table_get_or_create(strata_breaker_table *table,
	const char *group, const char *name)
{
	record_names names = { .group = group, .name = name };
	uint64_t key = strata_hash_of(strata_view_of(name), strata_hash_of(strata_view_of(group), 0));

	return strata_registry_acquire(table->registry, key, &names);
}

strata_breaker_entry *strata_breaker_table_find(const strata_breaker_table *table, const char *name,
	uint32_t nth)
{
	for (uint32_t i = 0; i < RECORD_COUNT; i++) {
		strata_breaker_entry *record = record_at(table, i);

		if (is_named(record, name) && nth-- == 0) {
			return record;
		}
	}
	return NULL;
}

/* ---- what a group is in ---- */

static strata_breaker_snapshot snapshot_of(const strata_breaker_entry *record, strata_msec now)
{
	return strata_breaker_state_unpack(load_state(record), now);
}

static bool is_out(const strata_breaker_entry *record, strata_msec now)
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
bool strata_breaker_table_is_in_use(const strata_breaker_entry *record, strata_msec now)
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
	const strata_breaker_entry *asked_for)
{
	uint32_t all = 0, out = 0;

	for (uint32_t i = 0; i < RECORD_COUNT; i++) {
		const strata_breaker_entry *record = record_at(table, i);

		if (is_of_group(record, group) && strata_breaker_table_is_in_use(record, now)) {
			bool is_slow = asked_for != NULL && record != asked_for &&
						   strata_latency_is_slow(&record->latency, now);

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
	const strata_breaker_entry *record, strata_msec now)
{
	return is_half(table, record->group, now, record);
}
