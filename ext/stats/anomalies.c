/*
 * A ring of entries in shared memory. A writer takes the next number, takes the entry out of sight,
 * fills it and puts its number on it; a reader believes an entry that has the number it expects
 * before and after it was copied. A writer that is killed, or overtaken by 256 others, costs that
 * entry.
 */
#include "stats/anomalies.h"

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/clock.h"

typedef struct {
	alignas(64) _Atomic uint64_t number; /* 0: not to be read */
	_Atomic uint64_t at;
	_Atomic char node[STRATA_ANOMALY_NODE];
	_Atomic char event[STRATA_ANOMALY_EVENT];
} entry;

typedef struct {
	alignas(64) _Atomic uint64_t last;
	_Atomic uint64_t counts[STRATA_ANOMALY_KINDS];
	entry entries[STRATA_ANOMALIES_KEPT];
} ring;

struct strata_anomalies {
	ring *ring;
};

/* What is logged anywhere, apart from reasons. */
static const char *const known[] = { "opened", "answers again", "operator", "topology", "moved",
	"master moved", "removals overflowed", "removals repeated", "lost READONLY",
	"tells of less than half of the slots", "wants a bare greeting",
	"has no breaker: all are taken" };

enum { KNOWN_COUNT = sizeof(known) / sizeof(known[0]), OTHER = STRATA_ANOMALY_KINDS - 1 };

static_assert(KNOWN_COUNT + STRATA_RESULT_COUNT + 1 == STRATA_ANOMALY_KINDS, "as the header says");

strata_result strata_anomalies_new(strata_host *host, strata_anomalies **out)
{
	strata_anomalies *anomalies = calloc(1, sizeof(*anomalies));

	*out = NULL;
	if (anomalies == NULL) {
		return STRATA_NO_MEMORY;
	}
	anomalies->ring = strata_host_alloc(host, sizeof(ring));
	if (anomalies->ring == NULL) {
		free(anomalies);
		return STRATA_NO_MEMORY;
	}
	*out = anomalies;
	return STRATA_OK;
}

void strata_anomalies_free(strata_anomalies *anomalies)
{
	free(anomalies);
}

static void write_text(_Atomic char *target, size_t room, const char *text)
{
	size_t size = strnlen(text, room - 1);

	for (size_t i = 0; i < room; i++) {
		atomic_store_explicit(&target[i], i < size ? text[i] : '\0', memory_order_relaxed);
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

const char *strata_anomaly_kind_name(uint32_t kind)
{
	if (kind < KNOWN_COUNT) {
		return known[kind];
	}
	return kind < OTHER ? strata_result_name((strata_result) (kind - KNOWN_COUNT)) : "other";
}

static uint32_t kind_of(const char *event)
{
	uint32_t kind = 0;

	while (kind < OTHER && strcmp(strata_anomaly_kind_name(kind), event) != 0) {
		kind++;
	}
	return kind;
}

uint64_t strata_anomalies_count(const strata_anomalies *anomalies, uint32_t kind)
{
	return kind < STRATA_ANOMALY_KINDS
			   ? atomic_load_explicit(&anomalies->ring->counts[kind], memory_order_relaxed)
			   : 0;
}

void strata_anomalies_add(strata_anomalies *anomalies, const char *node, const char *event,
	const char *detail)
{
	char text[STRATA_ANOMALY_EVENT];
	uint64_t number;
	entry *entry;

	if (anomalies == NULL) {
		return;
	}
	snprintf(text, sizeof(text), detail == NULL ? "%s%s" : "%s: %s", event,
		detail == NULL ? "" : detail);
	atomic_fetch_add_explicit(&anomalies->ring->counts[kind_of(event)], 1, memory_order_relaxed);
	number = atomic_fetch_add(&anomalies->ring->last, 1) + 1;
	entry = &anomalies->ring->entries[number % STRATA_ANOMALIES_KEPT];
	atomic_store(&entry->number, 0);
	atomic_store_explicit(&entry->at, strata_clock_wall_msec(), memory_order_relaxed);
	write_text(entry->node, sizeof(entry->node), node);
	write_text(entry->event, sizeof(entry->event), text);
	atomic_store(&entry->number, number);
}

static bool read_entry(const entry *entry, uint64_t number, strata_anomaly *out)
{
	if (atomic_load(&entry->number) != number) {
		return false;
	}
	out->number = number;
	out->at = atomic_load_explicit(&entry->at, memory_order_relaxed);
	read_text(out->node, sizeof(out->node), entry->node);
	read_text(out->event, sizeof(out->event), entry->event);
	atomic_thread_fence(memory_order_acquire);
	return atomic_load(&entry->number) == number;
}

uint32_t strata_anomalies_read(const strata_anomalies *anomalies, strata_anomaly *out,
	uint32_t room)
{
	uint64_t last = atomic_load(&anomalies->ring->last);
	uint32_t count = 0;

	for (uint64_t age = 0; age < STRATA_ANOMALIES_KEPT && age < last && count < room; age++) {
		const entry *entry = &anomalies->ring->entries[(last - age) % STRATA_ANOMALIES_KEPT];

		count += read_entry(entry, last - age, &out[count]);
	}
	return count;
}
