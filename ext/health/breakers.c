/*
 * A table of records that are claimed by name, free -> claiming -> ready, and never given back. A
 * process killed while claiming costs one record. Two processes that claim the same name at the same
 * time would make two breakers of one node, so whoever has claimed looks at the records before its
 * own once more, and at those that somebody is still claiming for a moment: the first one counts.
 */
#include "health/breakers.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "health/breaker_record.h"
#include "health/breaker_word.h"

enum {
	RECORD_COUNT = 256,
	PATIENCE = 1000, /* turns of the scheduler */
	UNUSED = 10000   /* msec */
};

typedef enum { FREE, CLAIMING, READY } claim_state;

struct strata_breakers {
	strata_process_slots *slots;
	strata_breaker_record *records; /* RECORD_COUNT of them in shared memory */
};

strata_result strata_breakers_new(strata_host *host, strata_process_slots *slots,
	strata_breakers **out)
{
	strata_breakers *breakers = calloc(1, sizeof(*breakers));

	*out = NULL;
	if (breakers == NULL) {
		return STRATA_NO_MEMORY;
	}
	breakers->slots = slots;
	breakers->records = strata_host_carve(host, RECORD_COUNT * sizeof(strata_breaker_record));
	if (breakers->records == NULL) {
		free(breakers);
		return STRATA_NO_MEMORY;
	}
	*out = breakers;
	return STRATA_OK;
}

void strata_breakers_free(strata_breakers *breakers)
{
	free(breakers);
}

strata_process_slots *strata_breakers_slots(const strata_breakers *breakers)
{
	return breakers->slots;
}

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

/* What an operator said of the node holds for whoever comes to it later. */
static void inherit_force(const strata_breakers *breakers, strata_breaker_record *heir,
	const char *name)
{
	for (const strata_breaker_record *record = breakers->records; record != heir; record++) {
		uint64_t word = atomic_load_explicit(&record->word, memory_order_relaxed);

		if (is_named(record, name) && strata_breaker_word_is_forced(word)) {
			atomic_store_explicit(&heir->word, word, memory_order_relaxed);
			return;
		}
	}
}

static bool claim(const strata_breakers *breakers, strata_breaker_record *record, const char *group,
	const char *name)
{
	uint32_t seen = FREE;

	if (!atomic_compare_exchange_strong(&record->claim, &seen, CLAIMING)) {
		return false;
	}
	copy_cut(record->group, sizeof(record->group), group);
	copy_cut(record->name, sizeof(record->name), name);
	inherit_force(breakers, record, name);
	atomic_store_explicit(&record->claim, READY, memory_order_release);
	return true;
}

/* Whoever is claiming is done in no time, unless it was killed or stopped. */
static void wait_for_claim(const strata_breaker_record *record)
{
	for (int i = 0; i < PATIENCE && claim_of(record) == CLAIMING; i++) {
		sched_yield();
	}
}

/* NULL when there is none, or when a free record shows that there can be none behind it. */
static strata_breaker_record *find(const strata_breakers *breakers, const char *group,
	const char *name)
{
	for (uint32_t i = 0; i < RECORD_COUNT; i++) {
		strata_breaker_record *record = &breakers->records[i];

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

/* Records are claimed from the front, so nobody claims the same name behind one that is free. */
static strata_breaker_record *find_or_claim(const strata_breakers *breakers, const char *group,
	const char *name)
{
	strata_breaker_record *found = find(breakers, group, name);

	for (uint32_t i = 0; found == NULL && i < RECORD_COUNT; i++) {
		strata_breaker_record *record = &breakers->records[i];

		if (claim_of(record) == FREE && claim(breakers, record, group, name)) {
			return record;
		}
		wait_for_claim(record);
		found = is_named(record, name) && is_of_group(record, group) ? record : NULL;
	}
	return found;
}

bool strata_breakers_of(strata_breakers *breakers, const char *group, const char *name,
	const strata_breaker_limits *limits, strata_breaker *out)
{
	strata_breaker_record *record = find_or_claim(breakers, group, name);

	*out = (strata_breaker){ .record = record, .table = breakers, .limits = *limits };
	return record != NULL;
}

bool strata_breakers_find(strata_breakers *breakers, const char *name, uint32_t nth,
	strata_breaker *out)
{
	*out = (strata_breaker){ .record = NULL, .table = breakers };
	for (uint32_t i = 0; i < RECORD_COUNT && claim_of(&breakers->records[i]) != FREE; i++) {
		if (is_named(&breakers->records[i], name) && nth-- == 0) {
			out->record = &breakers->records[i];
			return true;
		}
	}
	return false;
}

/* In a group that no node is in: those who come later inherit what is forced on it. */
bool strata_breakers_foresee(strata_breakers *breakers, const char *name)
{
	strata_breaker unused;

	return strata_breakers_find(breakers, name, 0, &unused) ||
		   find_or_claim(breakers, "", name) != NULL;
}

static strata_breaker_word word_of(const strata_breaker_record *record, strata_msec now)
{
	return strata_breaker_word_unpack(atomic_load_explicit(&record->word, memory_order_relaxed),
		now);
}

static bool is_out(const strata_breaker_record *record, strata_msec now)
{
	switch (word_of(record, now).state) {
		case STRATA_STATE_OPEN:
		case STRATA_STATE_PROBING:
		case STRATA_STATE_FORCED_OPEN: return true;
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_RAMP:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: break;
	}
	return false;
}

/*
 * Records are never given back, so what a node was is there when nobody asks it any more. One that is out
 * and in use is probed soon after its time is over.
 */
static bool is_in_use(const strata_breaker_record *record, strata_msec now)
{
	strata_breaker_word word = word_of(record, now);

	switch (word.state) {
		case STRATA_STATE_OPEN:
		case STRATA_STATE_PROBING: return now < word.moment + UNUSED;
		case STRATA_STATE_FORCED_OPEN: return true;
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_RAMP:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: break;
	}
	return strata_breaker_pace_is_known(record, now);
}

bool strata_breakers_is_in_use(const strata_breaker *breaker, strata_msec now)
{
	return is_in_use(breaker->record, now);
}

/* Two nodes at least, and half of them out; or slow, where another one than this (NULL: none) counts. */
static bool are_half(const strata_breakers *breakers, const char *group, strata_msec now,
	const strata_breaker_record *slow_but)
{
	uint32_t all = 0, out = 0;

	for (uint32_t i = 0; i < RECORD_COUNT && claim_of(&breakers->records[i]) != FREE; i++) {
		const strata_breaker_record *record = &breakers->records[i];
		bool is_slow =
			slow_but != NULL && record != slow_but && strata_breaker_pace_is_slow(record, now);

		if (is_of_group(record, group) && is_in_use(record, now)) {
			all++;
			out += is_out(record, now) || is_slow;
		}
	}
	return all >= 2 && out * 2 >= all;
}

bool strata_breakers_are_half_open(const strata_breakers *breakers, const char *group,
	strata_msec now)
{
	return are_half(breakers, group, now, NULL);
}

bool strata_breakers_are_half_in_trouble(const strata_breakers *breakers,
	const strata_breaker_record *record, strata_msec now)
{
	return are_half(breakers, record->group, now, record);
}
