/* pins — the blocks of the heap that a request of some process still looks at. */
#ifndef STRATA_HOST_PINS_H
#define STRATA_HOST_PINS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "host/process_slot.h"

/*
 * Hazard pointers between processes (Michael, "Hazard Pointers: Safe Memory Reclamation for
 * Lock-Free Objects", IEEE TPDS 2004). A process that looks at a block without a lock publishes its
 * number, then makes sure that the block is still what it was. A process that uses a block again
 * takes it out of reach first, then looks whether it is published.
 */
typedef struct strata_pins strata_pins;

enum { STRATA_PINS_EACH = 512 }; /* blocks that one process can hold at a time */

STRATA_MUST_CHECK strata_result strata_pins_new(strata_host *host, strata_process_slots *slots,
	strata_pins **out);
void strata_pins_free(strata_pins *pins);

typedef enum {
	STRATA_PIN_NONE, /* the thread has no slot, its table is full, or it holds its allowance */
	STRATA_PIN_NEW,  /* published, with a full fence behind */
	STRATA_PIN_KEPT  /* the thread held this block already, and goes on to hold it */
} strata_pin;

/* When a thread gets no new pin. */
typedef struct {
	uint64_t allowance;              /* bytes: it holds as much already, or more by one block */
	const _Atomic uint32_t *is_shut; /* there is another reason, while this is not 0 */
} strata_pin_bound;

/*
 * Publishes the block (any number but 0) for the calling thread. A second pin of one block costs
 * nothing and counts once. size is what the block counts for, in bytes, below 2^40. written: when
 * the block got what it holds, by any clock, as its header says; a look goes by the same number.
 */
STRATA_MUST_CHECK strata_pin strata_pins_add(strata_pins *pins, uint64_t block, uint64_t size,
	uint64_t written, const strata_pin_bound *bound);

/*
 * Takes one back, with the size it was added with: of a block that turned out to be another by now,
 * or was only copied from.
 */
void strata_pins_remove(strata_pins *pins, uint64_t block, uint64_t size);

/* A request begins: what the last one held is let go before the mark "between requests" ends. */
void strata_pins_begin_request(strata_pins *pins);

/*
 * A request has ended, but what it was handed may still be touched by other modules for a moment.
 */
void strata_pins_end_request(strata_pins *pins, strata_msec now);

/* A block, and whether any process holds it. */
typedef struct {
	uint64_t block;
	uint64_t written; /* as in strata_pins_add(); 0: not known */
	bool is_held;     /* the answer */
} strata_pins_asked;

/*
 * Does any live process hold these blocks? With a full fence in front. Pins of dead threads do not
 * count, nor do those of threads that have been between requests for a second.
 *
 * A thread that has pinned nothing since the first of them was written costs one look at its head.
 * So to ask of many seldom is cheaper than of each at once. Returns how many threads may hold
 * anything, which is what a look costs.
 */
uint32_t strata_pins_look(strata_pins *pins, strata_pins_asked *asked, size_t count,
	strata_msec now);

static inline bool strata_pins_holds(strata_pins *pins, uint64_t block, strata_msec now)
{
	strata_pins_asked asked = { .block = block };

	(void) strata_pins_look(pins, &asked, 1, now);
	return asked.is_held;
}

/* Blocks pinned by the calling thread; for tests and status. */
uint32_t strata_pins_count_mine(strata_pins *pins);

/*
 * For status: numbers of blocks that live threads hold, at most this many, a block once for each
 * thread that holds it. Returns how many were written.
 */
size_t strata_pins_list(strata_pins *pins, strata_msec now, uint64_t *blocks, size_t most);

/*
 * The calling thread, and whether another one lives: for what a thread leaves half done in shared
 * memory.
 */
strata_process_owner strata_pins_owner(strata_pins *pins);
bool strata_pins_owner_is_alive(strata_pins *pins, strata_process_owner owner);

#endif
