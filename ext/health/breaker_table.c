#include "health/breaker_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "health/breaker_state.h"
#include "os/clock.h"

enum {
	RECORD_COUNT = STRATA_BREAKER_TABLE_COMMON + STRATA_BREAKER_TABLE_RESERVED,
	UNUSED = 10000, /* msec */
	LEFT = 600000,  /* msec */
	/* msec after the last use by a thread that cannot hold: longer than it may be at it */
	FRESH = 2000
};

struct strata_breaker_table {
	strata_process_slots *slots;
	strata_registry *registry;
};

/* ---- records by name ---- */

typedef struct {
	const char *group, *name;
	uint64_t key;
	strata_registry_share share;
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

static void mark_used(strata_breaker_entry *record)
{
	atomic_store_explicit(&record->used_at, strata_clock_msec(), memory_order_relaxed);
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
	record->key = wanted->key;
	mark_used(record);
	inherit_force(user, record);
}

static bool is_reserved(const void *names)
{
	return ((const record_names *) names)->share == STRATA_REGISTRY_RESERVED;
}

/* What an operator wants holds also where no process is at work, and a probe has its end. */
static bool may_give_back(void *user, const void *idle, uint64_t *used_at)
{
	const strata_breaker_entry *record = idle;
	strata_msec now = strata_clock_msec();
	strata_breaker_snapshot snapshot = strata_breaker_state_unpack(load_state(record), now);
	bool has_time = snapshot.moment == 0 || now < snapshot.moment;

	(void) user;
	*used_at = atomic_load_explicit(&record->used_at, memory_order_relaxed);
	if (*used_at <= now && now - *used_at < FRESH) {
		return false;
	}
	switch (snapshot.state) {
		case STRATA_STATE_HALF_OPEN:
		case STRATA_STATE_FORCED_OPEN:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: return !has_time;
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_OPEN:
		case STRATA_STATE_RECOVERING: break;
	}
	return true;
}

strata_result strata_breaker_table_new(strata_host *host, strata_process_slots *slots,
	strata_breaker_table **out)
{
	strata_breaker_table *table = calloc(1, sizeof(*table));
	strata_registry_shape shape = {
		.size = sizeof(strata_breaker_entry),
		.count = RECORD_COUNT,
		.reserved = STRATA_BREAKER_TABLE_RESERVED,
		.is_reserved = is_reserved,
		.on_claim = on_claim,
		.may_give_back = may_give_back,
		.user = table,
	};

	*out = NULL;
	if (table == NULL || strata_registry_new(host, slots, &shape, &table->registry) != STRATA_OK) {
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
	const char *group, const char *name, strata_registry_share share, strata_breaker_hold *hold)
{
	record_names names = { .group = group, .name = name, .share = share };
	strata_breaker_entry *record;

	names.key = strata_hash_of(strata_view_of(name), strata_hash_of(strata_view_of(group), 0));
	record = strata_registry_acquire(table->registry, names.key, &names);
	*hold = STRATA_BREAKER_HELD;
	if (record == NULL && strata_process_slots_mine(table->slots) == 0) {
		*hold = STRATA_BREAKER_VISITED;
		record = strata_registry_visit(table->registry, names.key, &names);
	}
	if (record != NULL) {
		mark_used(record);
	}
	return record;
}

void strata_breaker_table_release(strata_breaker_table *table, strata_breaker_entry *record)
{
	mark_used(record);
	strata_registry_release(table->registry, record);
}

bool strata_breaker_table_is_of(const strata_breaker_table *table,
	const strata_breaker_entry *record, uint64_t key)
{
	return strata_registry_is_of(table->registry, record, key);
}

static void store_forced(void *changed, const void *state)
{
	strata_breaker_entry *record = changed;

	atomic_store_explicit(&record->failures, 0, memory_order_relaxed);
	atomic_store_explicit(&record->hard_failures, 0, memory_order_relaxed);
	atomic_store(&record->state, *(const uint64_t *) state);
}

bool strata_breaker_table_force(strata_breaker_table *table, uint64_t key, uint64_t state)
{
	return strata_registry_change(table->registry, key, store_forced, &state);
}

strata_breaker_entry *strata_breaker_table_find(const strata_breaker_table *table, const char *name,
	uint32_t nth, uint64_t *key)
{
	*key = 0;
	for (uint32_t i = 0; i < RECORD_COUNT; i++) {
		strata_breaker_entry *record = record_at(table, i);

		if (is_named(record, name) && nth-- == 0) {
			*key = record->key;
			return is_named(record, name) ? record : NULL;
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

bool strata_breaker_table_is_left(const strata_breaker_entry *record, strata_msec now)
{
	strata_breaker_snapshot snapshot = snapshot_of(record, now);
	bool is_open = snapshot.state == STRATA_STATE_OPEN || snapshot.state == STRATA_STATE_HALF_OPEN;

	return is_open && now >= snapshot.moment + LEFT;
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
