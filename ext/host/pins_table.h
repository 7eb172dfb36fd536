/* pins_table — where do pins stand in shared memory? For pins.c alone. */
#ifndef STRATA_HOST_PINS_TABLE_H
#define STRATA_HOST_PINS_TABLE_H

#include <stdalign.h>
#include <stdatomic.h>

#include "host/pins.h"

enum {
	STRATA_PINS_INHERITED = 128, /* tables for children whose parent held something */
	STRATA_PINS_TABLES = STRATA_PROCESS_SLOT_COUNT + STRATA_PINS_INHERITED,
	STRATA_PINS_WORDS = (STRATA_PINS_TABLES + 63) / 64
};

typedef struct {
	alignas(64) _Atomic uint64_t owner; /* whose pins these are; 0: nobody's */
	_Atomic uint64_t mark;              /* between requests since; see pins.c */
	_Atomic uint64_t reserved_at;       /* msec, of a table that waits for its child */
	_Atomic uint32_t held;              /* words in use; raised before a word is written */
	_Atomic uint32_t holds_all;         /* it could not be copied: every block counts as held */
} strata_pins_head;

typedef struct {
	_Atomic uint64_t blocks[STRATA_PINS_EACH];
} strata_pins_table;

typedef struct {
	alignas(64) _Atomic uint64_t busy[STRATA_PINS_WORDS]; /* bit t: table t may hold something */
	strata_pins_head heads[STRATA_PINS_TABLES];
	strata_pins_table tables[STRATA_PINS_TABLES];
} strata_pins_region;

struct strata_pins {
	strata_process_slots *slots;
	strata_pins_region *region; /* in shared memory */
	uint64_t identity; /* of this handle: an address may be used again, this number is not */
};

#endif
