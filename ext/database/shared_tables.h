/* shared_tables — what processes of one heap must know together, in memory that goes with it. */
#ifndef STRATA_DATABASE_SHARED_TABLES_H
#define STRATA_DATABASE_SHARED_TABLES_H

#include "host/generation.h"
#include "host/host.h"
#include "host/lease.h"
#include "host/pins.h"
#include "host/process_slot.h"
#include "host/segment/segment.h"
#include "host/table/lock_table.h"
#include "host/table/tag_table.h"

typedef struct {
	strata_generations *generations;
	strata_process_slots *slots; /* by which the other tables know the dead from the living */
	strata_pins *pins;
	strata_leases *leases;
	strata_lock_table *locks;
	strata_tag_table *tag_table;
} strata_shared_tables;

/*
 * Opens all of them, in this order. kept is for what outlives the processes, passing for the rest;
 * they may be one. slots: those of the host, or NULL to have some of their own.
 */
STRATA_MUST_CHECK strata_result strata_shared_tables_new(strata_host *kept, strata_host *passing,
	strata_process_slots *slots, strata_shared_tables *out);

/* Frees the handles, all but slots; NULLs are allowed. */
void strata_shared_tables_free(strata_shared_tables *tables);

/* How a named segment is cut: what is kept in front, then what passes. */
typedef struct {
	size_t kept;    /* bytes */
	size_t passing; /* bytes */
	uint64_t stamp; /* over the sizes of all tables */
} strata_shared_layout;

STRATA_MUST_CHECK strata_result strata_shared_tables_measure(strata_shared_layout *out);

/*
 * For the process that is alone with a segment: makes or mends tables and heap, see
 * strata_segment_wish. What was damaged in the tables empties the heap.
 */
STRATA_MUST_CHECK strata_result strata_shared_tables_prepare(const strata_segment_memory *memory,
	strata_segment_condition condition);

#endif
