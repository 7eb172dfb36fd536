/* pins_table — where do pins stand in shared memory? For pins.c and pins_fork.c alone. */
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

/* Values of mark; everything above is a moment. */
enum { STRATA_PINS_IN_REQUEST = 0, STRATA_PINS_VOID = 1, STRATA_PINS_MOMENT = 2 };

/* Index of the table of this thread, if it has one; -1 otherwise. */
int strata_pins_table_of_mine(strata_pins *pins);

/* Has this thread ever pinned with this handle? */
bool strata_pins_table_has_holder(const strata_pins *pins);

/* This thread is another one from here on: it looks for its table anew. */
void strata_pins_table_let_go(void);

void strata_pins_table_make_busy(strata_pins *pins, int index);
void strata_pins_table_make_idle(strata_pins *pins, int index);
void strata_pins_table_empty(strata_pins *pins, int index);
STRATA_MUST_CHECK strata_pin strata_pins_table_publish(strata_pins *pins, int index,
	uint64_t block);

/* Copies what threads hold for the children they fork, from here on. False when that cannot be. */
STRATA_MUST_CHECK bool strata_pins_fork_watch(strata_pins *pins);
void strata_pins_fork_forget(strata_pins *pins);

/* What this thread holds only because its parent did. */
void strata_pins_fork_drop_inherited(strata_pins *pins);

/* Of a table that was copied for a child: does it stand for nobody yet, and is the child still to come? */
bool strata_pins_fork_is_reserved(strata_process_owner owner);
bool strata_pins_fork_is_waiting(strata_pins_head *head);

#endif
