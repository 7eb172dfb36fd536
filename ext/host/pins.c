/*
 * Each process slot has a table of the blocks that its thread holds, a small open-addressed hash:
 *
 *     busy bits | head of table 0, 1, 2, ... | 512 words of table 0 | 512 words of table 1 | ...
 *
 * A table is written by its thread alone. Whoever wants to use a block again looks at one short run
 * of words in each table whose busy bit is set. Tables that nobody ever used are never touched, so
 * they take no memory.
 *
 * The order that makes it safe is the one of hazard pointers. The holder publishes the block, then
 * a full fence, then looks whether the block is still in reach. The other takes the block out of
 * reach, then a full fence, then looks at the tables. One of the two sees the other.
 *
 * A head names the owner whose pins these are. What a dead owner held does not count, and the next
 * one of that slot begins with an empty table, so nobody ever has to clear another's table.
 *
 * Between requests a head carries the time since when. After a second, who is looking may declare
 * the pins void by one compare-and-swap on that word; the thread itself empties its table before
 * it takes the mark back, so whoever wins, none of these pins is relied on any more.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/pins.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/thread.h"
#include "host/pins_table.h"
#include "os/clock.h"
#include "os/process.h"

enum {
	PROBES = 8,           /* words looked at for one block */
	IGNORED_AFTER = 1000, /* msec between requests */
	INDEX_MASK = 0xFFFF   /* of an owner number */
};

static _Atomic uint64_t last_identity;

/* Identity of the handle that the thread has pinned with. */
static STRATA_THREAD_LOCAL uint64_t holder_of;

/*
 * The table the thread used last, so that a hit need not look for it. It is still the thread's own as
 * long as its head names the same owner; what may end that (a fork, the end of the handle) clears this.
 */
static STRATA_THREAD_LOCAL struct {
	const strata_pins *pins;
	strata_process_owner owner;
	int index;
} at_hand;

static uint32_t start_of(uint64_t block)
{
	return (uint32_t) (block * 0x9E3779B97F4A7C15 >> 40);
}

static _Atomic uint64_t *word_of(strata_pins *pins, int index, uint64_t block, uint32_t probe)
{
	return &pins->region->tables[index].blocks[(start_of(block) + probe) % STRATA_PINS_EACH];
}

void strata_pins_table_make_busy(strata_pins *pins, int index)
{
	atomic_fetch_or(&pins->region->busy[index / 64], (uint64_t) 1 << index % 64);
}

void strata_pins_table_make_idle(strata_pins *pins, int index)
{
	atomic_fetch_and(&pins->region->busy[index / 64], ~((uint64_t) 1 << index % 64));
}

void strata_pins_table_empty(strata_pins *pins, int index)
{
	strata_pins_head *emptied = &pins->region->heads[index];

	/* After the last look at any of the blocks. */
	atomic_thread_fence(memory_order_release);
	if (atomic_load_explicit(&emptied->held, memory_order_relaxed) != 0) {
		for (int i = 0; i < STRATA_PINS_EACH; i++) {
			atomic_store_explicit(&pins->region->tables[index].blocks[i], 0, memory_order_relaxed);
		}
		atomic_store_explicit(&emptied->held, 0, memory_order_release);
	}
	atomic_store_explicit(&emptied->holds_all, 0, memory_order_release);
}

/* What was removed leaves gaps, so the whole run is looked at before a word is taken. */
strata_pin strata_pins_table_publish(strata_pins *pins, int index, uint64_t block)
{
	strata_pins_head *written = &pins->region->heads[index];
	_Atomic uint64_t *gap = NULL;

	/* Nearly always it stands in the first word, if anywhere. */
	if (atomic_load_explicit(word_of(pins, index, block, 0), memory_order_relaxed) == block) {
		return STRATA_PIN_KEPT;
	}
	for (uint32_t probe = PROBES; probe-- > 0;) {
		_Atomic uint64_t *word = word_of(pins, index, block, probe);
		uint64_t found = atomic_load_explicit(word, memory_order_relaxed);

		if (found == block) {
			return STRATA_PIN_KEPT;
		}
		gap = found == 0 ? word : gap;
	}
	if (gap == NULL) {
		return STRATA_PIN_NONE;
	}
	atomic_store_explicit(&written->held,
		atomic_load_explicit(&written->held, memory_order_relaxed) + 1, memory_order_relaxed);
	atomic_store_explicit(gap, block, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	return STRATA_PIN_NEW;
}

static int index_of(strata_process_owner owner)
{
	return (int) (owner & INDEX_MASK) - 1;
}

/* Of this thread, if it has one: -1 otherwise. */
int strata_pins_table_of_mine(strata_pins *pins)
{
	strata_process_owner owner = strata_process_slots_mine(pins->slots);
	int index = index_of(owner);

	return owner != 0 && atomic_load(&pins->region->heads[index].owner) == owner ? index : -1;
}

bool strata_pins_table_has_holder(const strata_pins *pins)
{
	return holder_of == pins->identity;
}

void strata_pins_table_let_go(void)
{
	at_hand.pins = NULL;
}

/* The handle. */

strata_result strata_pins_new(strata_host *host, strata_process_slots *slots, strata_pins **out)
{
	strata_pins *pins = calloc(1, sizeof(*pins));

	*out = NULL;
	if (pins != NULL) {
		pins->region = strata_host_carve(host, sizeof(strata_pins_region));
	}
	if (pins == NULL || pins->region == NULL || !strata_pins_fork_watch(pins)) {
		free(pins);
		return STRATA_NO_MEMORY;
	}
	pins->slots = slots;
	pins->identity = atomic_fetch_add(&last_identity, 1) + 1;
	*out = pins;
	return STRATA_OK;
}

void strata_pins_free(strata_pins *pins)
{
	int index;

	at_hand.pins = NULL;
	if (pins == NULL) {
		return;
	}
	index = holder_of == pins->identity ? strata_pins_table_of_mine(pins) : -1;
	if (index >= 0) {
		strata_pins_table_empty(pins, index);
		strata_pins_table_make_idle(pins, index);
	}
	strata_pins_fork_forget(pins);
	free(pins);
}

/* Holding. */

/* The slot was another's before, who died or went: what he held is not ours. */
static void adopt(strata_pins *pins, int index, strata_process_owner owner)
{
	strata_pins_head *adopted = &pins->region->heads[index];

	atomic_store(&adopted->owner, 0);
	strata_pins_table_empty(pins, index);
	atomic_store(&adopted->mark, STRATA_PINS_IN_REQUEST);
	atomic_store(&adopted->owner, owner);
	strata_pins_table_make_busy(pins, index);
	holder_of = pins->identity;
}

static bool is_owned_by(const strata_pins *pins, int index, strata_process_owner owner)
{
	return atomic_load_explicit(&pins->region->heads[index].owner, memory_order_relaxed) == owner;
}

static int look_for_own_table(strata_pins *pins)
{
	strata_process_owner owner = strata_process_slots_mine(pins->slots);
	int index = index_of(owner);

	if (owner == 0) {
		return -1;
	}
	if (!is_owned_by(pins, index, owner)) {
		adopt(pins, index, owner);
	}
	at_hand.pins = pins;
	at_hand.owner = owner;
	at_hand.index = index;
	return index;
}

/* The calling thread's table; -1 when it has none. */
static inline int own_table(strata_pins *pins)
{
	if (at_hand.pins == pins && is_owned_by(pins, at_hand.index, at_hand.owner)) {
		return at_hand.index;
	}
	return look_for_own_table(pins);
}

strata_pin strata_pins_add(strata_pins *pins, uint64_t block)
{
	int index = own_table(pins);

	/* Between requests a pin could be declared void at any moment. */
	if (index < 0 || atomic_load_explicit(&pins->region->heads[index].mark, memory_order_relaxed) !=
						 STRATA_PINS_IN_REQUEST) {
		return STRATA_PIN_NONE;
	}
	return strata_pins_table_publish(pins, index, block);
}

void strata_pins_remove(strata_pins *pins, uint64_t block)
{
	int index = own_table(pins);

	for (uint32_t probe = 0; index >= 0 && probe < PROBES; probe++) {
		_Atomic uint64_t *word = word_of(pins, index, block, probe);

		if (atomic_load_explicit(word, memory_order_relaxed) == block) {
			strata_pins_head *written = &pins->region->heads[index];
			uint32_t held = atomic_load_explicit(&written->held, memory_order_relaxed);

			/* After the last look at the block's bytes. */
			atomic_store_explicit(word, 0, memory_order_release);
			atomic_store_explicit(&written->held, held - 1, memory_order_release);
			return;
		}
	}
}

void strata_pins_begin_request(strata_pins *pins)
{
	int index = holder_of == pins->identity ? own_table(pins) : -1;

	strata_pins_fork_drop_inherited(pins);
	if (index >= 0) {
		strata_pins_table_empty(pins, index);
		atomic_store(&pins->region->heads[index].mark, STRATA_PINS_IN_REQUEST);
	}
}

void strata_pins_end_request(strata_pins *pins, strata_msec now)
{
	int index = holder_of == pins->identity ? own_table(pins) : -1;

	if (index >= 0) {
		atomic_store(&pins->region->heads[index].mark, now + STRATA_PINS_MOMENT);
	}
}

uint32_t strata_pins_count_mine(strata_pins *pins)
{
	int index = own_table(pins);

	return index < 0 ? 0
					 : atomic_load_explicit(&pins->region->heads[index].held, memory_order_relaxed);
}

/* Looking. */

static bool is_in(strata_pins *pins, int index, uint64_t block)
{
	if (atomic_load_explicit(&pins->region->heads[index].holds_all, memory_order_relaxed)) {
		return true;
	}
	if (atomic_load_explicit(&pins->region->heads[index].held, memory_order_relaxed) == 0) {
		return false;
	}
	for (uint32_t probe = 0; probe < PROBES; probe++) {
		if (atomic_load_explicit(word_of(pins, index, block, probe), memory_order_acquire) ==
			block) {
			return true;
		}
	}
	return false;
}

/* Is whoever filled this table still there to look at what it names? */
static bool has_holder(strata_pins *pins, int index, strata_msec now)
{
	strata_pins_head *asked = &pins->region->heads[index];
	uint64_t mark = atomic_load(&asked->mark);
	strata_process_owner owner = atomic_load(&asked->owner);

	if (owner == 0) {
		return false;
	}
	if (strata_pins_fork_is_reserved(owner)) {
		return strata_pins_fork_is_waiting(asked);
	}
	if (mark == STRATA_PINS_VOID) {
		return false;
	}
	if (mark != STRATA_PINS_IN_REQUEST && now > mark - STRATA_PINS_MOMENT + IGNORED_AFTER &&
		atomic_compare_exchange_strong(&asked->mark, &mark, STRATA_PINS_VOID)) {
		return false;
	}
	if (strata_process_slots_is_alive(pins->slots, owner)) {
		return true;
	}
	/* Nobody's from here on, unless the slot has found its next owner meanwhile. */
	(void) atomic_compare_exchange_strong(&asked->owner, &owner, 0);
	return false;
}

bool strata_pins_holds(strata_pins *pins, uint64_t block, strata_msec now)
{
	atomic_thread_fence(memory_order_seq_cst);
	for (int word = 0; word < STRATA_PINS_WORDS; word++) {
		uint64_t bits = atomic_load_explicit(&pins->region->busy[word], memory_order_relaxed);

		for (; bits != 0; bits &= bits - 1) {
			int index = word * 64 + __builtin_ctzll(bits);

			if (index < STRATA_PINS_TABLES && is_in(pins, index, block) &&
				has_holder(pins, index, now)) {
				return true;
			}
		}
	}
	return false;
}

static size_t list_table(strata_pins *pins, int index, uint64_t *blocks, size_t most)
{
	size_t count = 0;

	for (int i = 0; i < STRATA_PINS_EACH && count < most; i++) {
		uint64_t block =
			atomic_load_explicit(&pins->region->tables[index].blocks[i], memory_order_relaxed);

		if (block != 0) {
			blocks[count++] = block;
		}
	}
	return count;
}

size_t strata_pins_list(strata_pins *pins, strata_msec now, uint64_t *blocks, size_t most)
{
	size_t count = 0;

	for (int index = 0; index < STRATA_PINS_TABLES && count < most; index++) {
		uint64_t bits = atomic_load(&pins->region->busy[index / 64]);

		if ((bits >> index % 64 & 1) != 0 && atomic_load(&pins->region->heads[index].held) != 0 &&
			has_holder(pins, index, now)) {
			count += list_table(pins, index, blocks + count, most - count);
		}
	}
	return count;
}

strata_process_owner strata_pins_owner(strata_pins *pins)
{
	return strata_process_slots_mine(pins->slots);
}

bool strata_pins_owner_is_alive(strata_pins *pins, strata_process_owner owner)
{
	return strata_process_slots_is_alive(pins->slots, owner);
}
