/*
 *     record:  key | place, first, last, count | directive | sentence
 *
 * The key is a hash of place, directive and sentence, and is written last. So a record is believed
 * when what was copied out of it has the hash that stands in front: one that is half written, that
 * its writer died over, that was read while it changed or that is damaged has not, and is a free
 * place to the next writer. Writers of new records hold a robust mutex. One that is known already
 * is counted without it; an adding that meets another record there costs a count.
 *
 * Ordering: a record stands for itself by its key, so relaxed operations suffice.
 */
#include "host/table/refusals.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failpoint.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "os/mutex.h"

enum { LONGEST_WAIT = 2000 /* usec */ };

typedef struct {
	alignas(64) _Atomic uint64_t key; /* 0: a free place */
	_Atomic uint64_t place;
	_Atomic uint64_t first;
	_Atomic uint64_t last;
	_Atomic uint64_t count;
	_Atomic char directive[STRATA_REFUSAL_DIRECTIVE];
	_Atomic char sentence[STRATA_REFUSAL_SENTENCE];
} record;

typedef struct {
	alignas(64) strata_mutex lock;
	_Atomic uint64_t not_kept;
	record records[STRATA_REFUSALS_KEPT];
} shared;

struct strata_refusals {
	shared *shared;
};

strata_result strata_refusals_new(strata_host *host, strata_refusals **out)
{
	strata_refusals *refusals = calloc(1, sizeof(*refusals));

	*out = NULL;
	if (refusals == NULL) {
		return STRATA_NO_MEMORY;
	}
	refusals->shared = strata_host_alloc(host, sizeof(shared));
	if (refusals->shared == NULL ||
		strata_host_init_lock(host, &refusals->shared->lock) != STRATA_OK) {
		free(refusals);
		return STRATA_NO_MEMORY;
	}
	*out = refusals;
	return STRATA_OK;
}

void strata_refusals_free(strata_refusals *refusals)
{
	free(refusals);
}

/* ---- texts ---- */

/* The bytes of the printable character that stands there whole; 0: none does. */
static size_t size_of_printable(const char *text)
{
	bool is_control = (unsigned char) *text < ' ' || *text == 0x7F;

	return is_control ? 0 : strata_utf8_size((strata_view){ text, strnlen(text, 4) });
}

/* Copies what fits, and makes it printable. */
static void take_text(char *target, size_t room, const char *text)
{
	size_t used = 0;

	while (*text != '\0') {
		size_t size = size_of_printable(text);
		size_t bytes = size > 0 ? size : 1;

		if (used + bytes >= room) {
			break;
		}
		memcpy(target + used, size > 0 ? text : "?", bytes);
		used += bytes;
		text += bytes;
	}
	memset(target + used, 0, room - used);
}

static void write_text(_Atomic char *target, size_t room, const char *text)
{
	for (size_t i = 0; i < room; i++) {
		atomic_store_explicit(&target[i], text[i], memory_order_relaxed);
	}
}

static void read_text(char *target, size_t room, const _Atomic char *text)
{
	for (size_t i = 0; i < room; i++) {
		target[i] = atomic_load_explicit(&text[i], memory_order_relaxed);
	}
	/* Whatever was there: it ends. */
	target[room - 1] = '\0';
}

/* ---- records ---- */

static uint64_t key_of(const strata_refusal *refusal)
{
	uint64_t so_far = strata_hash_of(strata_view_of(refusal->directive), refusal->place);

	return strata_hash_of(strata_view_of(refusal->sentence), so_far) | 1;
}

static uint64_t load(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static void store(_Atomic uint64_t *word, uint64_t value)
{
	atomic_store_explicit(word, value, memory_order_relaxed);
}

/* False where nothing stands that can be believed. */
static bool read_record(const record *record, strata_refusal *out)
{
	uint64_t key = load(&record->key);
	uint64_t place = load(&record->place);

	if (key == 0 || place >= STRATA_PLACE_COUNT) {
		return false;
	}
	out->place = (strata_place) place;
	out->first = load(&record->first);
	out->last = load(&record->last);
	out->count = load(&record->count);
	read_text(out->directive, sizeof(out->directive), record->directive);
	STRATA_FAILPOINT("refusals: read half of it");
	read_text(out->sentence, sizeof(out->sentence), record->sentence);
	return key_of(out) == key;
}

/* NULL: it is not known. */
static record *find(shared *shared, uint64_t key)
{
	strata_refusal seen;

	for (uint32_t i = 0; i < STRATA_REFUSALS_KEPT; i++) {
		record *record = &shared->records[i];

		if (load(&record->key) == key && read_record(record, &seen)) {
			return record;
		}
	}
	return NULL;
}

static bool count_again(shared *shared, uint64_t key, strata_msec now)
{
	record *known = find(shared, key);

	if (known == NULL) {
		return false;
	}
	atomic_fetch_add_explicit(&known->count, 1, memory_order_relaxed);
	store(&known->last, now);
	return true;
}

static void write_locked(record *target, const strata_refusal *refusal)
{
	store(&target->key, 0);
	STRATA_FAILPOINT("refusals: emptied");
	store(&target->place, refusal->place);
	store(&target->first, refusal->first);
	store(&target->last, refusal->last);
	store(&target->count, refusal->count);
	write_text(target->directive, sizeof(target->directive), refusal->directive);
	STRATA_FAILPOINT("refusals: half written");
	write_text(target->sentence, sizeof(target->sentence), refusal->sentence);
	store(&target->key, key_of(refusal));
}

static bool lock(shared *shared)
{
	switch (strata_mutex_lock(&shared->lock, LONGEST_WAIT)) {
		case STRATA_MUTEX_BUSY: return false;
		case STRATA_MUTEX_INHERITED: strata_mutex_repaired(&shared->lock); break;
		case STRATA_MUTEX_TAKEN: break;
	}
	return true;
}

/* False: every place is taken. */
static bool add_locked(shared *shared, const strata_refusal *refusal)
{
	strata_refusal seen;

	/* Another process may have been faster. */
	if (count_again(shared, key_of(refusal), refusal->last)) {
		return true;
	}
	for (uint32_t i = 0; i < STRATA_REFUSALS_KEPT; i++) {
		if (!read_record(&shared->records[i], &seen)) {
			write_locked(&shared->records[i], refusal);
			return true;
		}
	}
	return false;
}

static bool add(shared *shared, const strata_refusal *refusal)
{
	bool is_kept;

	if (!lock(shared)) {
		return false;
	}
	is_kept = add_locked(shared, refusal);
	strata_mutex_unlock(&shared->lock);
	return is_kept;
}

void strata_refusals_note(strata_refusals *refusals, strata_place place, const char *directive,
	const char *sentence, strata_msec now)
{
	strata_refusal refusal = { .place = place, .first = now, .last = now, .count = 1 };

	if (refusals == NULL) {
		return;
	}
	take_text(refusal.directive, sizeof(refusal.directive), directive);
	take_text(refusal.sentence, sizeof(refusal.sentence), sentence);
	if (!count_again(refusals->shared, key_of(&refusal), now) && !add(refusals->shared, &refusal)) {
		atomic_fetch_add_explicit(&refusals->shared->not_kept, 1, memory_order_relaxed);
	}
}

void strata_refusals_withdraw(strata_refusals *refusals, strata_place place, const char *directive)
{
	strata_refusal seen;

	if (refusals == NULL || !strata_refusals_have(refusals, place) || !lock(refusals->shared)) {
		return;
	}
	for (uint32_t i = 0; i < STRATA_REFUSALS_KEPT; i++) {
		record *record = &refusals->shared->records[i];

		if (read_record(record, &seen) && seen.place == place &&
			(directive == NULL || strcmp(seen.directive, directive) == 0)) {
			store(&record->key, 0);
		}
	}
	strata_mutex_unlock(&refusals->shared->lock);
}

/* ---- reading ---- */

bool strata_refusals_have(const strata_refusals *refusals, strata_place place)
{
	for (uint32_t i = 0; refusals != NULL && i < STRATA_REFUSALS_KEPT; i++) {
		const record *record = &refusals->shared->records[i];

		if (load(&record->key) != 0 && load(&record->place) == (uint64_t) place) {
			return true;
		}
	}
	return false;
}

uint32_t strata_refusals_read(const strata_refusals *refusals, strata_refusal *out, uint32_t room)
{
	uint32_t count = 0;

	for (uint32_t i = 0; refusals != NULL && i < STRATA_REFUSALS_KEPT && count < room; i++) {
		count += read_record(&refusals->shared->records[i], &out[count]);
	}
	return count;
}

uint64_t strata_refusals_not_kept(const strata_refusals *refusals)
{
	return refusals == NULL ? 0 : load(&refusals->shared->not_kept);
}
