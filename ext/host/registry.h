/* registry — a table of shared records of one size, each claimed by a key of 64 bits. */
#ifndef STRATA_HOST_REGISTRY_H
#define STRATA_HOST_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/host.h"
#include "host/process_slot.h"

typedef struct strata_registry strata_registry;

/* Which records of a table names may have, where some are reserved. */
typedef enum {
	STRATA_REGISTRY_COMMON,  /* not those: what was only heard of */
	STRATA_REGISTRY_RESERVED /* all: what was configured */
} strata_registry_share;

/*
 * A process-private handle. Keys may be any number, 0 included; 62 bits of them tell records apart.
 * Hash what names a record, strata_hash_of(name, strata_hash_of(group, 0)), and store the names in
 * the record for lists.
 *
 * Claiming is serial: a robust mutex makes sure that one key has one record. Finding takes no lock.
 *
 * With process slots, records are given back. A thread that acquired a record holds it until it
 * ends, however it ends, or releases it. When all records are taken, one that no living thread
 * holds is emptied and claimed anew: the one that was not used for longest. A thread without a slot
 * cannot hold, and keeps no pointer; neither does a child of fork() keep those of its parent.
 * Without process slots a record stays what it is for the life of the host, and every process may
 * keep it.
 */
typedef struct {
	size_t size;       /* bytes of a record; each begins at a cache line */
	uint32_t count;    /* records */
	uint32_t reserved; /* how many of them are kept for names that is_reserved() is true of */

	/* May these names have one of the reserved records? NULL: all may. */
	bool (*is_reserved)(const void *names);

	/*
	 * Writes the names into a record that is all zeroes and that no process sees yet. The mutex is
	 * held: nothing but copying, and no call of this registry but find and at. May be NULL.
	 */
	void (*on_claim)(void *user, void *record, const void *names);

	/*
	 * May this record, which no living thread holds, be given back? Says when it was used last, for
	 * the order. As above; a NULL is true of all.
	 */
	bool (*may_give_back)(void *user, const void *record, uint64_t *used_at);

	/*
	 * Takes from a record what is to stay, before it is emptied, as above. A process that is killed
	 * in here has it called again. May be NULL.
	 */
	void (*on_give_back)(void *user, void *record);

	void *user; /* first argument of these */
} strata_registry_shape;

/* slots may be NULL: no record is ever given back. NO_MEMORY when the host is used up. */
STRATA_MUST_CHECK strata_result strata_registry_new(strata_host *host, strata_process_slots *slots,
	const strata_registry_shape *shape, strata_registry **out);
void strata_registry_free(strata_registry *registry);

/*
 * The record with this key, made at the first call by any process, and held by the calling thread
 * from here on. names goes to on_claim. NULL when all are taken by the living, when the thread has
 * no process slot, and when another process is stopped in the middle of claiming: then each call
 * for a key that has no record yet waits 20 ms.
 */
void *strata_registry_acquire(strata_registry *registry, uint64_t key, const void *names);

/*
 * The same without holding it: for a thread that has no slot. It may be another key's as soon as no
 * living thread holds it, so the pointer is for use at once, and what is written there is a hint.
 */
void *strata_registry_visit(strata_registry *registry, uint64_t key, const void *names);

/* The calling thread holds it no more. Without effect on one that it does not hold. */
void strata_registry_release(strata_registry *registry, const void *record);

/*
 * Calls act with the record of this key, which cannot become another key's meanwhile. The mutex is
 * held. False when there is none, or another process is stopped in the middle of claiming.
 */
bool strata_registry_change(strata_registry *registry, uint64_t key,
	void (*act)(void *record, const void *argument), const void *argument);

/*
 * Calls act while no record comes or goes. The mutex is held. False when another process is stopped
 * in the middle of claiming.
 */
bool strata_registry_freeze(strata_registry *registry, void (*act)(void *argument), void *argument);

/* The record with this key, if it was made. Not held. */
void *strata_registry_find(const strata_registry *registry, uint64_t key);

/* The record that this byte lies in; NULL for a byte that lies in none. */
void *strata_registry_record_with(const strata_registry *registry, const void *byte);

/* Is this record, found or acquired before, still that of the key? */
bool strata_registry_is_of(const strata_registry *registry, const void *record, uint64_t key);

/*
 * For lists: the record at this place, from 0 to count - 1; NULL where none is. The reserved ones
 * come first. While none was given back they stand in the order in which they were made. Not held.
 */
void *strata_registry_at(const strata_registry *registry, uint32_t place);
uint32_t strata_registry_count(const strata_registry *registry);

/*
 * For a process that is alone with records that others left: is each whole, and of the key that
 * read_key finds in it, which says false of a record that is damaged? Places without one must hold
 * zeroes.
 */
bool strata_registry_is_sound(const strata_registry *registry,
	bool (*read_key)(const void *record, uint64_t *key));

#endif
