/*
 * A child of fork() inherits the pointers of the thread that forked, and its parent may let go of
 * them at once. So before the fork what that thread holds is copied into a table that belongs to no
 * slot. It counts for 5 s whatever happens; the child makes it its own before fork() returns there,
 * and from then on it counts as long as the child lives, or until the child begins a request.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>

#include "base/thread.h"
#include "host/pins_table.h"
#include "os/clock.h"
#include "os/process.h"

enum { RESERVED_FOR = 5000 /* msec that a copied table waits for its child */ };

/* With the number of the parent: of a table that waits for the child it was copied for. */
static const strata_process_owner reserved_by = (uint64_t) 1 << 63;

/* What a thread must know when it forks. One handle per process matters: the last one made. */
static strata_pins *forking;

/* The thread that forks, as its child knows it. */
static STRATA_THREAD_LOCAL strata_process_owner forker;
static STRATA_THREAD_LOCAL uint64_t copied_for; /* identity of the handle of the inherited table */
static STRATA_THREAD_LOCAL int copied = -1;     /* index of a table on its way to a child */
static STRATA_THREAD_LOCAL int inherited = -1;  /* index of the table that came from the parent */

bool strata_pins_fork_is_reserved(strata_process_owner owner)
{
	return (owner & reserved_by) != 0;
}

bool strata_pins_fork_is_waiting(strata_pins_head *head)
{
	return strata_clock_msec() - atomic_load(&head->reserved_at) <= RESERVED_FOR;
}

/* A free table, marked as reserved; -1 when there is none. */
static int reserve_table(strata_pins *pins, strata_process_owner parent)
{
	strata_msec now = strata_clock_msec();

	for (int index = STRATA_PROCESS_SLOT_COUNT; index < STRATA_PINS_TABLES; index++) {
		strata_pins_head *free_head = &pins->region->heads[index];
		uint64_t owner = atomic_load(&free_head->owner);
		bool is_over = strata_pins_fork_is_reserved(owner)
						   ? !strata_pins_fork_is_waiting(free_head)
						   : !strata_process_slots_is_alive(pins->slots, owner);

		/* The time first: who sees the mark must not see the time of the last fork. */
		if (is_over) {
			atomic_store(&free_head->reserved_at, now);
		}
		if (is_over &&
			atomic_compare_exchange_strong(&free_head->owner, &owner, reserved_by | parent)) {
			return index;
		}
	}
	return -1;
}

static void copy_table(strata_pins *pins, int from, int to)
{
	for (int i = 0; i < STRATA_PINS_EACH; i++) {
		uint64_t block =
			atomic_load_explicit(&pins->region->tables[from].blocks[i], memory_order_relaxed);

		if (block != 0 && strata_pins_table_publish(pins, to, block) == STRATA_PIN_NONE) {
			atomic_store(&pins->region->heads[to].holds_all, 1);
		}
	}
	if (atomic_load(&pins->region->heads[from].holds_all)) {
		atomic_store(&pins->region->heads[to].holds_all, 1);
	}
}

static void before_fork(void)
{
	strata_pins *pins = forking;
	int own;

	copied = -1;
	if (pins == NULL || (!strata_pins_table_has_holder(pins) && inherited < 0)) {
		return;
	}
	own = strata_pins_table_of_mine(pins);
	if (inherited < 0 && (own < 0 || atomic_load(&pins->region->heads[own].held) == 0)) {
		return;
	}
	forker = strata_process_slots_mine(pins->slots);
	copied = reserve_table(pins, forker);
	if (copied < 0) {
		return;
	}
	strata_pins_table_empty(pins, copied);
	atomic_store(&pins->region->heads[copied].mark, STRATA_PINS_IN_REQUEST);
	strata_pins_table_make_busy(pins, copied);
	if (own >= 0) {
		copy_table(pins, own, copied);
	}
	if (inherited >= 0) {
		copy_table(pins, inherited, copied);
	}
}

/* A fork that failed cannot be told from one that did not; its table is free again after 5 s. */
static void after_fork_in_parent(void)
{
	copied = -1;
}

static void after_fork_in_child(void)
{
	strata_pins *pins = forking;
	strata_process_owner expected = reserved_by | forker;
	strata_process_owner owner;

	strata_pins_table_let_go();
	inherited = -1;
	if (copied < 0 || pins == NULL) {
		return;
	}
	owner = strata_process_slots_mine(pins->slots);
	if (owner != 0 &&
		atomic_compare_exchange_strong(&pins->region->heads[copied].owner, &expected, owner)) {
		inherited = copied;
		copied_for = pins->identity;
	}
	copied = -1;
}

void strata_pins_fork_drop_inherited(strata_pins *pins)
{
	if (inherited >= 0 && copied_for == pins->identity) {
		strata_pins_table_empty(pins, inherited);
		strata_pins_table_make_idle(pins, inherited);
		atomic_store(&pins->region->heads[inherited].owner, 0);
		inherited = -1;
	}
}

static bool watching;
static pthread_once_t watch_once = PTHREAD_ONCE_INIT;

static void watch(void)
{
	watching = strata_process_watch_forks() == STRATA_OK &&
			   pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0;
}

bool strata_pins_fork_watch(strata_pins *pins)
{
	/* After the handler that counts forks, so that ours finds the child a thread of its own. */
	(void) pthread_once(&watch_once, watch);
	forking = watching ? pins : NULL;
	return watching;
}

void strata_pins_fork_forget(strata_pins *pins)
{
	strata_pins_fork_drop_inherited(pins);
	if (forking == pins) {
		forking = NULL;
	}
}
