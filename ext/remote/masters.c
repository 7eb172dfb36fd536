/*
 * A table of records that are claimed by one compare-and-swap and never given back. Who asks is decided
 * by a moment, not by a lock: asked_at goes from the moment that was seen to now, for one process. One
 * that dies while it asks is followed by the next one a second later, and nobody has waited for it.
 *
 * Ordering: what was heard is written and read under the record's mutex. The round is raised there
 * behind it, and read without it by everybody before each operation: a round that is seen late
 * costs one operation at the old address, and whoever sees a new one reads what belongs to it under
 * the mutex. A process killed while it wrote leaves the mutex to the next one, who forgets the address:
 * half of one is worse than none.
 */
#include "remote/masters.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "os/clock.h"
#include "os/futex.h"
#include "os/mutex.h"

enum {
	RECORD_COUNT = 64,
	LOCK_PATIENCE = 2000, /* usec */
	INTERVAL = 1000       /* msec between two questions */
};

/* Stands in for the one key that is 0, which means free. */
static const uint64_t zero_key = 0x9E3779B97F4A7C15;

struct strata_master {
	alignas(64) _Atomic uint64_t key; /* 0: free; claimed once */
	_Atomic uint64_t asked_at;        /* msec; 0: never */
	_Atomic uint32_t round;           /* raised under the mutex; people sleep on it */
	_Atomic uint32_t denied;          /* the round whose address is no master's; 0: none */
	strata_mutex mutex;               /* guards what follows */
	strata_master_view heard;
};

struct strata_masters {
	strata_master *records; /* RECORD_COUNT of them in shared memory */
};

/* ---- records ---- */

strata_result strata_masters_new(strata_host *host, strata_masters **out)
{
	strata_masters *masters = calloc(1, sizeof(*masters));
	strata_result result = STRATA_OK;

	*out = NULL;
	if (masters == NULL) {
		return STRATA_NO_MEMORY;
	}
	masters->records = strata_host_carve(host, RECORD_COUNT * sizeof(strata_master));
	if (masters->records == NULL) {
		result = STRATA_NO_MEMORY;
	}
	for (uint32_t i = 0; i < RECORD_COUNT && result == STRATA_OK; i++) {
		result = strata_mutex_init(&masters->records[i].mutex);
	}
	if (result != STRATA_OK) {
		free(masters);
		return result;
	}
	*out = masters;
	return STRATA_OK;
}

void strata_masters_free(strata_masters *masters)
{
	free(masters);
}

static bool claim(strata_master *record, uint64_t key)
{
	uint64_t seen = 0;

	return atomic_compare_exchange_strong(&record->key, &seen, key) || seen == key;
}

strata_master *strata_masters_of(strata_masters *masters, uint64_t key)
{
	uint64_t wanted = key == 0 ? zero_key : key;

	for (uint64_t i = 0; i < RECORD_COUNT; i++) {
		strata_master *record = &masters->records[(wanted + i) % RECORD_COUNT];

		if (claim(record, wanted)) {
			return record;
		}
	}
	return NULL;
}

strata_master *strata_master_new(void)
{
	strata_master *master = aligned_alloc(alignof(strata_master), sizeof(*master));

	if (master == NULL) {
		return NULL;
	}
	memset(master, 0, sizeof(*master));
	if (strata_mutex_init(&master->mutex) != STRATA_OK) {
		free(master);
		return NULL;
	}
	return master;
}

void strata_master_free(strata_master *master)
{
	free(master);
}

/* ---- reading ---- */

uint32_t strata_master_round(const strata_master *master)
{
	return atomic_load_explicit(&master->round, memory_order_acquire);
}

static bool lock(strata_master *master)
{
	switch (strata_mutex_lock(&master->mutex, LOCK_PATIENCE)) {
		case STRATA_MUTEX_TAKEN: return true;
		case STRATA_MUTEX_BUSY: return false;
		case STRATA_MUTEX_INHERITED: break;
	}
	master->heard = (strata_master_view){ .result = STRATA_NO_OWNER };
	strata_mutex_repaired(&master->mutex);
	return true;
}

/* Memory that others write is not trusted to hold texts that end and results that exist. */
static void mend(strata_master_view *view)
{
	view->at.host[sizeof(view->at.host) - 1] = '\0';
	view->error.text[sizeof(view->error.text) - 1] = '\0';
	if ((unsigned) view->result >= STRATA_RESULT_COUNT) {
		view->result = STRATA_NO_OWNER;
	}
}

bool strata_master_read(strata_master *master, strata_master_view *out)
{
	*out = (strata_master_view){ .result = STRATA_BUSY };
	if (!lock(master)) {
		return false;
	}
	*out = master->heard;
	out->round = strata_master_round(master);
	strata_mutex_unlock(&master->mutex);
	mend(out);
	return true;
}

/* ---- asking ---- */

/* A moment far ahead is not one that anybody wrote. */
static bool is_due(strata_msec asked_at, strata_msec now)
{
	return asked_at == 0 || asked_at > now + INTERVAL ||
		   (now >= asked_at && now - asked_at >= INTERVAL);
}

bool strata_master_may_ask(strata_master *master, strata_msec now, strata_msec *turn)
{
	uint64_t seen = atomic_load_explicit(&master->asked_at, memory_order_relaxed);

	*turn = now;
	return is_due(seen, now) && atomic_compare_exchange_strong(&master->asked_at, &seen, now);
}

/* Who took so long that somebody else asked meanwhile has old news. */
static bool lock_in_turn(strata_master *master, strata_msec turn)
{
	if (!lock(master)) {
		return false;
	}
	if (atomic_load(&master->asked_at) == turn) {
		return true;
	}
	strata_mutex_unlock(&master->mutex);
	return false;
}

static void end_round(strata_master *master)
{
	uint32_t next = strata_master_round(master) + 1;

	atomic_store(&master->round, next == 0 ? 1 : next);
	strata_mutex_unlock(&master->mutex);
	strata_futex_wake(&master->round);
}

void strata_master_heard(strata_master *master, strata_msec turn, const strata_endpoint *at,
	uint64_t epoch)
{
	if (!lock_in_turn(master, turn)) {
		return;
	}
	master->heard =
		(strata_master_view){ .is_known = true, .at = *at, .epoch = epoch, .result = STRATA_OK };
	end_round(master);
}

void strata_master_not_heard(strata_master *master, strata_msec turn, strata_result result,
	const char *why)
{
	if (!lock_in_turn(master, turn)) {
		return;
	}
	master->heard.result = result;
	snprintf(master->heard.error.text, sizeof(master->heard.error.text), "%s", why);
	end_round(master);
}

void strata_master_wait(strata_master *master, strata_usec patience)
{
	if (strata_master_round(master) == 0) {
		strata_futex_wait(&master->round, 0, patience);
	}
}

void strata_master_deny(strata_master *master, uint32_t round)
{
	atomic_store_explicit(&master->denied, round, memory_order_relaxed);
}

bool strata_master_is_denied(const strata_master *master, uint32_t round)
{
	return round != 0 && atomic_load_explicit(&master->denied, memory_order_relaxed) == round;
}
