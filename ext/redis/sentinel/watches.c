/*
 * A table of records that are claimed by one compare-and-swap and never given back. Who asks is
 * decided by a moment, not by a lock: asked_at goes from the moment that was seen to now, for one
 * process. One that dies while it asks is followed by the next one a second later, and nobody has
 * waited for it.
 *
 * Ordering: what was heard is written and read under the record's mutex. The round is raised there
 * behind it, and read without it by everybody before each operation: a round that is seen late
 * costs one operation at the old address, and whoever sees a new one reads what belongs to it under
 * the mutex. A process killed while it wrote leaves the mutex to the next one, who forgets the
 * address: half of one is worse than none.
 */
#include "redis/sentinel/watches.h"

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

struct strata_watch {
	alignas(64) _Atomic uint64_t key; /* 0: free; claimed once */
	_Atomic uint64_t asked_at;        /* msec; 0: never */
	_Atomic uint32_t round;           /* raised under the mutex; people sleep on it */
	_Atomic uint32_t denied;          /* the round whose address is no master's; 0: none */
	strata_mutex mutex;               /* guards what follows */
	strata_watch_view heard;
};

struct strata_watches {
	strata_watch *records; /* RECORD_COUNT of them in shared memory */
};

/* ---- records ---- */

strata_result strata_watches_new(strata_host *host, strata_watches **out)
{
	strata_watches *watches = calloc(1, sizeof(*watches));
	strata_result result = STRATA_OK;

	*out = NULL;
	if (watches == NULL) {
		return STRATA_NO_MEMORY;
	}
	watches->records = strata_host_alloc(host, RECORD_COUNT * sizeof(strata_watch));
	if (watches->records == NULL) {
		result = STRATA_NO_MEMORY;
	}
	for (uint32_t i = 0; i < RECORD_COUNT && result == STRATA_OK; i++) {
		result = strata_mutex_init(&watches->records[i].mutex);
	}
	if (result != STRATA_OK) {
		free(watches);
		return result;
	}
	*out = watches;
	return STRATA_OK;
}

void strata_watches_free(strata_watches *watches)
{
	free(watches);
}

static bool claim(strata_watch *record, uint64_t key)
{
	uint64_t seen = 0;

	return atomic_compare_exchange_strong(&record->key, &seen, key) || seen == key;
}

strata_watch *strata_watches_of(strata_watches *watches, uint64_t key)
{
	uint64_t wanted = key == 0 ? zero_key : key;

	for (uint64_t i = 0; i < RECORD_COUNT; i++) {
		strata_watch *record = &watches->records[(wanted + i) % RECORD_COUNT];

		if (claim(record, wanted)) {
			return record;
		}
	}
	return NULL;
}

strata_watch *strata_watch_new(void)
{
	strata_watch *watch = aligned_alloc(alignof(strata_watch), sizeof(*watch));

	if (watch == NULL) {
		return NULL;
	}
	memset(watch, 0, sizeof(*watch));
	if (strata_mutex_init(&watch->mutex) != STRATA_OK) {
		free(watch);
		return NULL;
	}
	return watch;
}

void strata_watch_free(strata_watch *watch)
{
	free(watch);
}

/* ---- reading ---- */

uint32_t strata_watch_round(const strata_watch *watch)
{
	return atomic_load_explicit(&watch->round, memory_order_acquire);
}

static bool lock(strata_watch *watch)
{
	switch (strata_mutex_lock(&watch->mutex, LOCK_PATIENCE)) {
		case STRATA_MUTEX_TAKEN: return true;
		case STRATA_MUTEX_BUSY: return false;
		case STRATA_MUTEX_INHERITED: break;
	}
	watch->heard = (strata_watch_view){ .result = STRATA_NO_OWNER };
	strata_mutex_repaired(&watch->mutex);
	return true;
}

/* Memory that others write is not trusted to hold texts that end and results that exist. */
static void mend(strata_watch_view *view)
{
	strata_endpoint at = view->at;

	at.host[sizeof(at.host) - 1] = '\0';
	/* What damage made of an address must not be sent a password. */
	view->is_known = *(const unsigned char *) &view->is_known == 1 && at.host[0] != '\0' &&
					 strata_endpoint_read(&view->at, strata_view_of(at.host), at.port);
	view->error.text[sizeof(view->error.text) - 1] = '\0';
	if ((unsigned) view->result >= STRATA_RESULT_COUNT) {
		view->result = STRATA_NO_OWNER;
	}
}

bool strata_watch_read(strata_watch *watch, strata_watch_view *out)
{
	*out = (strata_watch_view){ .result = STRATA_BUSY };
	if (!lock(watch)) {
		return false;
	}
	*out = watch->heard;
	out->round = strata_watch_round(watch);
	strata_mutex_unlock(&watch->mutex);
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

bool strata_watch_may_ask(strata_watch *watch, strata_msec now, strata_msec *turn)
{
	uint64_t seen = atomic_load_explicit(&watch->asked_at, memory_order_relaxed);

	*turn = now;
	return is_due(seen, now) && atomic_compare_exchange_strong(&watch->asked_at, &seen, now);
}

/* Who took so long that somebody else asked meanwhile has old news. */
static bool lock_in_turn(strata_watch *watch, strata_msec turn)
{
	if (!lock(watch)) {
		return false;
	}
	if (atomic_load(&watch->asked_at) == turn) {
		return true;
	}
	strata_mutex_unlock(&watch->mutex);
	return false;
}

static void end_round(strata_watch *watch)
{
	uint32_t next = strata_watch_round(watch) + 1;

	atomic_store(&watch->round, next == 0 ? 1 : next);
	strata_mutex_unlock(&watch->mutex);
	strata_futex_wake(&watch->round);
}

void strata_watch_heard(strata_watch *watch, strata_msec turn, const strata_endpoint *at,
	uint64_t epoch)
{
	if (!lock_in_turn(watch, turn)) {
		return;
	}
	watch->heard =
		(strata_watch_view){ .is_known = true, .at = *at, .epoch = epoch, .result = STRATA_OK };
	end_round(watch);
}

void strata_watch_not_heard(strata_watch *watch, strata_msec turn, strata_result result,
	const char *why)
{
	if (!lock_in_turn(watch, turn)) {
		return;
	}
	watch->heard.result = result;
	snprintf(watch->heard.error.text, sizeof(watch->heard.error.text), "%s", why);
	end_round(watch);
}

void strata_watch_wait(strata_watch *watch, strata_usec patience)
{
	if (strata_watch_round(watch) == 0) {
		strata_futex_wait(&watch->round, 0, patience);
	}
}

void strata_watch_deny(strata_watch *watch, uint32_t round)
{
	atomic_store_explicit(&watch->denied, round, memory_order_relaxed);
}

bool strata_watch_is_denied(const strata_watch *watch, uint32_t round)
{
	return round != 0 && atomic_load_explicit(&watch->denied, memory_order_relaxed) == round;
}
