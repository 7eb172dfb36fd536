/* under_way: removals that a thread has begun in several places, for the case that it dies. */
#ifndef STRATA_HOST_UNDER_WAY_H
#define STRATA_HOST_UNDER_WAY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "base/view.h"
#include "host/host.h"
#include "host/process_slot.h"
#include "host/unconfirmed.h"

/*
 * A value is taken back in the deepest tier first, then in the nearer ones. A process that is
 * killed in between would leave the old value in a nearer one. So before the first byte is sent the
 * names stand here, in the memory of the thread's process slot:
 *
 *     add          before the deepest tier is asked
 *     strike       the pool confirmed the removal, or it is noted as unconfirmed
 *     end          the call is over: what still stands is unconfirmed
 *
 * Those of a thread that is dead become unconfirmed. Another process sees that within 100 ms, if it
 * asks any pool, or the next thread that has the slot.
 */
typedef struct strata_under_way strata_under_way;

STRATA_MUST_CHECK strata_result strata_under_way_new(strata_host *host, strata_process_slots *slots,
	strata_unconfirmed_table *unconfirmed, strata_under_way **out);
void strata_under_way_free(strata_under_way *under_way);

/*
 * All functions take NULL for a handle that notes nothing, as does a thread without a process slot.
 * Where there is no room, all that the pool holds stands for the name: an overflow, if the thread
 * dies.
 */
void strata_under_way_add(strata_under_way *under_way, const strata_unconfirmed *pool,
	strata_view name);

/* In the order of the additions, or in any. True when the name stood there. */
bool strata_under_way_strike(strata_under_way *under_way, const strata_unconfirmed *pool,
	strata_view name);

/* Does anything of the calling thread stand there? */
bool strata_under_way_any(strata_under_way *under_way);

void strata_under_way_end(strata_under_way *under_way);

/*
 * Looks for the dead, in one process of the host each 100 ms. now is strata_clock_usec() of this
 * moment. One load where it is not due.
 */
void strata_under_way_look(strata_under_way *under_way, strata_usec now);

#endif
