/*
 *     record:  masters by slot | head | units of 32 bytes: [hash, moment, master, size] name ...
 *
 * A writer takes units by one addition to the head, and writes there without a lock; the hash comes
 * last. A reader believes a name whose hash fits, so that one that is half written, or was written
 * over, is none. It reads the whole ring, since that happens once in the life of a master.
 *
 * Names that were noted belong to the new master from then on. All processes that find the former
 * one in the table do the same work, and twice is no harm. The table changes when that is done, so
 * that no process believes the new master before.
 */
#include "host/confirmed.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/failpoint.h"
#include "base/hash.h"
#include "host/registry.h"

enum {
	UNIT = 32,          /* bytes */
	UNITS = 32768,      /* 1 MiB */
	LAST = 5000,        /* msec before the last name of a master, that may be lost with it */
	LONGEST_NAME = 1024 /* bytes */
};

typedef struct {
	_Atomic uint64_t hash; /* of the name and of the rest here; 0: none */
	_Atomic uint64_t at;   /* monotonic, msec */
	_Atomic uint32_t master;
	_Atomic uint32_t size; /* bytes of the name, which follows in the next unit */
	uint64_t spare;
} entry;

struct strata_confirmed {
	_Atomic uint32_t masters[STRATA_CONFIRMED_SLOTS];
	_Atomic uint32_t replaced; /* whose names were noted already */
	_Atomic uint64_t head;     /* units ever taken */
	_Atomic uint64_t units[UNITS * UNIT / 8];
};

struct strata_confirmed_table {
	strata_registry *registry;
};

_Static_assert(sizeof(entry) == UNIT, "an entry is one unit");

strata_result strata_confirmed_table_new(strata_host *host, strata_confirmed_table **out)
{
	static const strata_registry_shape shape = { .size = sizeof(strata_confirmed),
		.count = STRATA_CONFIRMED_POOLS };
	strata_confirmed_table *table = calloc(1, sizeof(*table));
	strata_result result;

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	result = strata_registry_new(host, NULL, &shape, &table->registry);
	if (result != STRATA_OK) {
		free(table);
		return result;
	}
	*out = table;
	return STRATA_OK;
}

void strata_confirmed_table_free(strata_confirmed_table *table)
{
	if (table != NULL) {
		strata_registry_free(table->registry);
		free(table);
	}
}

strata_confirmed *strata_confirmed_of(strata_confirmed_table *table, uint64_t key)
{
	return strata_registry_acquire(table->registry, key, NULL);
}

uint32_t strata_confirmed_master(const char *name)
{
	uint32_t master = (uint32_t) strata_hash_of(strata_view_of(name), 0);

	return master == 0 ? 1 : master;
}

/* ---- the ring ---- */

static uint64_t hash_of(strata_view name, uint64_t at)
{
	uint64_t hash = strata_hash_of(name, at);

	return hash == 0 ? 1 : hash;
}

static entry *entry_at(strata_confirmed *confirmed, uint64_t unit)
{
	return (entry *) &confirmed->units[unit % UNITS * (UNIT / 8)];
}

/* The first of so many units that do not run over the end. */
static uint64_t take_units(strata_confirmed *confirmed, uint32_t count)
{
	uint64_t first;

	do {
		first = atomic_fetch_add_explicit(&confirmed->head, count, memory_order_relaxed);
	} while (first % UNITS + count > UNITS);
	return first;
}

/* Word by word, since readers may look at any moment. */
static void write_name(entry *target, strata_view name)
{
	_Atomic uint64_t *words = (_Atomic uint64_t *) (target + 1);

	for (size_t at = 0; at < name.size; at += 8) {
		uint64_t word = 0;

		memcpy(&word, name.data + at, name.size - at < 8 ? name.size - at : 8);
		atomic_store_explicit(&words[at / 8], word, memory_order_relaxed);
	}
}

void strata_confirmed_add(strata_confirmed *confirmed, uint32_t master, strata_view name,
	strata_msec now)
{
	entry *target;

	if (confirmed == NULL || name.size == 0 || name.size > LONGEST_NAME) {
		return;
	}
	target =
		entry_at(confirmed, take_units(confirmed, 1 + (uint32_t) ((name.size + UNIT - 1) / UNIT)));
	atomic_store_explicit(&target->hash, 0, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&target->at, now, memory_order_relaxed);
	atomic_store_explicit(&target->master, master, memory_order_relaxed);
	atomic_store_explicit(&target->size, (uint32_t) name.size, memory_order_relaxed);
	write_name(target, name);
	STRATA_FAILPOINT("confirmed: written, and does not count");
	atomic_store_explicit(&target->hash, hash_of(name, now), memory_order_release);
}

/* Copies the name that begins there. False where none does, or of another master. */
static bool read_entry(strata_confirmed *confirmed, uint64_t unit, uint32_t master,
	char room[LONGEST_NAME], strata_view *name, strata_msec *at)
{
	entry *seen = entry_at(confirmed, unit);
	uint64_t hash = atomic_load_explicit(&seen->hash, memory_order_acquire);
	uint32_t size = atomic_load_explicit(&seen->size, memory_order_relaxed);
	_Atomic uint64_t *words = (_Atomic uint64_t *) (seen + 1);

	*at = atomic_load_explicit(&seen->at, memory_order_relaxed);
	if (hash == 0 || size == 0 || size > LONGEST_NAME ||
		atomic_load_explicit(&seen->master, memory_order_relaxed) != master ||
		unit + 1 + (size + UNIT - 1) / UNIT > UNITS) {
		return false;
	}
	for (size_t i = 0; i < size; i += 8) {
		uint64_t word = atomic_load_explicit(&words[i / 8], memory_order_relaxed);

		memcpy(room + i, &word, 8);
	}
	*name = (strata_view){ room, size };
	return hash_of(*name, *at) == hash;
}

/* When the master confirmed its last name; 0: never. */
static strata_msec last_of(strata_confirmed *confirmed, uint32_t master)
{
	char room[LONGEST_NAME];
	strata_msec last = 0;

	for (uint64_t unit = 0; unit < UNITS; unit++) {
		strata_view name;
		strata_msec at;

		if (read_entry(confirmed, unit, master, room, &name, &at) && at > last) {
			last = at;
		}
	}
	return last;
}

static uint32_t note_lost(strata_confirmed *confirmed, uint32_t former, uint32_t master,
	strata_unconfirmed *unconfirmed)
{
	strata_msec last = last_of(confirmed, former);
	char room[LONGEST_NAME];
	uint32_t count = 0;

	for (uint64_t unit = 0; unit < UNITS && last != 0; unit++) {
		strata_view name;
		strata_msec at;

		if (!read_entry(confirmed, unit, former, room, &name, &at)) {
			continue;
		}
		if (at + LAST >= last) {
			(void) strata_unconfirmed_add(unconfirmed, name, STRATA_UNCONFIRMED_NOW);
			count++;
		}
		STRATA_FAILPOINT("confirmed: noted, and still of the former master");
		atomic_store(&entry_at(confirmed, unit)->master, master);
	}
	return count;
}

/* ---- masters ---- */

uint32_t strata_confirmed_last_master(const strata_confirmed *confirmed, uint16_t slot)
{
	return atomic_load_explicit(&confirmed->masters[slot % STRATA_CONFIRMED_SLOTS],
		memory_order_acquire);
}

void strata_confirmed_move(strata_confirmed *confirmed, uint16_t slot, uint32_t master)
{
	uint32_t replaced = master;

	/* It is a master again: its names count again. */
	(void) atomic_compare_exchange_strong(&confirmed->replaced, &replaced, 0);
	atomic_store_explicit(&confirmed->masters[slot % STRATA_CONFIRMED_SLOTS], master,
		memory_order_release);
}

uint32_t strata_confirmed_replace(strata_confirmed *confirmed, uint16_t slot, uint32_t master,
	strata_unconfirmed *unconfirmed)
{
	uint32_t former = strata_confirmed_last_master(confirmed, slot);
	uint32_t count = 0;

	if (former != 0 && former != master && atomic_load(&confirmed->replaced) != former) {
		count = note_lost(confirmed, former, master, unconfirmed);
		atomic_store(&confirmed->replaced, former);
	}
	strata_confirmed_move(confirmed, slot, master);
	return count;
}
