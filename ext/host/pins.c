/*
 * Each process slot has a table of the blocks that its thread holds, a small open-addressed hash:
 *
 *     busy bits | head of table 0, 1, 2, ... | 512 words of table 0 | 512 words of table 1 | ...
 *
 * A table is written by its thread alone. A process that wants to use a block again looks at one
 * short run of words in each table whose busy bit is set. Tables that were never used are never
 * touched, so they take no memory.
 *
 * The order that makes it safe is the one of hazard pointers. The holder publishes the block, then
 * a full fence, then looks whether the block is still in reach. The other takes the block out of
 * reach, then a full fence, then looks at the tables. One of the two sees the other.
 *
 * A head names the owner whose pins these are. What a dead owner held does not count. The next
 * owner of that slot begins with an empty table, so no process has to clear another's table.
 *
 * Between requests a head carries the time since when. After a second, a process that looks may
 * declare the pins void by one compare-and-swap on that word. The thread itself empties its table
 * before it takes the mark back. So whichever wins, none of these pins is relied on any more.
 *
 * A child of fork() inherits the pointers of the thread that forked, and its parent may let go of
 * them at once. So before the fork what that thread holds is copied into a table that belongs to no
 * slot. That table counts for 5 s whatever happens. The child makes it its own before fork()
 * returns there, and from then on it counts as long as the child lives, or until it begins a
 * request.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/pins.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/thread.h"
#include "os/clock.h"
#include "os/process.h"

enum {
	PROBES = 8,           /* words looked at for one block */
	IGNORED_AFTER = 1000, /* msec between requests */
	INDEX_MASK = 0xFFFF,  /* of an owner number */
	RESERVED_FOR = 5000,  /* msec that a copied table waits for its child */
	INHERITED = 128,      /* tables for children whose parent held something */
	TABLES = STRATA_PROCESS_SLOT_COUNT + INHERITED,
	WORDS = (TABLES + 63) / 64
};

/* Values of mark; everything above is a moment. */
enum { MARK_IN_REQUEST = 0, MARK_VOID = 1, MARK_MOMENT = 2 };

typedef struct {
	alignas(64) _Atomic uint64_t owner; /* whose pins these are; 0: of no thread */
	_Atomic uint64_t mark;              /* between requests since; see above */
	_Atomic uint64_t reserved_at;       /* msec, of a table that waits for its child */
	_Atomic uint32_t held;              /* words in use; raised before a word is written */
	_Atomic uint32_t holds_all;         /* it could not be copied: every block counts as held */
} head;

typedef struct {
	_Atomic uint64_t blocks[STRATA_PINS_EACH];
} table;

typedef struct {
	alignas(64) _Atomic uint64_t busy[WORDS]; /* bit t: table t may hold something */
	head heads[TABLES];
	table tables[TABLES];
} region;

struct strata_pins {
	strata_process_slots *slots;
	region *region;    /* in shared memory */
	uint64_t identity; /* of this handle: an address may be used again, this number is not */
};

static _Atomic uint64_t last_identity;

/* Identity of the handle that the thread has pinned with. */
static STRATA_THREAD_LOCAL uint64_t holder_of;

/*
 * The table the thread used last, so that a hit need not look for it. It is the thread's own as
 * long as its head names the same owner. A fork and the end of the handle clear this.
 */
static STRATA_THREAD_LOCAL struct {
	const strata_pins *pins;
	strata_process_owner owner;
	int index;
} at_hand;

/* ---- tables ---- */

static uint32_t start_of(uint64_t block)
{
	return (uint32_t) (block * 0x9E3779B97F4A7C15 >> 40);
}

static _Atomic uint64_t *word_of(strata_pins *pins, int index, uint64_t block, uint32_t probe)
{
	return &pins->region->tables[index].blocks[(start_of(block) + probe) % STRATA_PINS_EACH];
}

static void make_busy(strata_pins *pins, int index)
{
	atomic_fetch_or(&pins->region->busy[index / 64], (uint64_t) 1 << index % 64);
}

static void make_idle(strata_pins *pins, int index)
{
	atomic_fetch_and(&pins->region->busy[index / 64], ~((uint64_t) 1 << index % 64));
}

static void empty_table(strata_pins *pins, int index)
{
	head *emptied = &pins->region->heads[index];

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
static strata_pin publish(strata_pins *pins, int index, uint64_t block)
{
	head *written = &pins->region->heads[index];
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
		atomic_load_explicit(&written->held, memory_order_relaxed) + 1, memory_order_release);
	/* It may go where a pin stood a moment ago: the reads under that one come before. */
	atomic_store_explicit(gap, block, memory_order_release);
	atomic_thread_fence(memory_order_seq_cst);
	return STRATA_PIN_NEW;
}

static int index_of(strata_process_owner owner)
{
	return (int) (owner & INDEX_MASK) - 1;
}

/* Of this thread, if it has one: -1 otherwise. */
static int table_of_mine(strata_pins *pins)
{
	strata_process_owner owner = strata_process_slots_mine(pins->slots);
	int index = index_of(owner);

	return owner != 0 && atomic_load(&pins->region->heads[index].owner) == owner ? index : -1;
}

/* ---- forks ---- */

/* With the number of the parent: of a table that waits for the child it was copied for. */
static const strata_process_owner reserved_by = (uint64_t) 1 << 63;

/* What a thread must know when it forks. One handle per process matters: the last one made. */
static strata_pins *forking;

/* The thread that forks, as its child knows it. */
static STRATA_THREAD_LOCAL strata_process_owner forker;
static STRATA_THREAD_LOCAL uint64_t copied_for; /* identity of the handle of the inherited table */
static STRATA_THREAD_LOCAL int copied = -1;     /* index of a table on its way to a child */
static STRATA_THREAD_LOCAL int inherited = -1;  /* index of the table that came from the parent */

static bool is_reserved(strata_process_owner owner)
{
	return (owner & reserved_by) != 0;
}

static bool is_waiting(head *head)
{
	return strata_clock_msec() - atomic_load(&head->reserved_at) <= RESERVED_FOR;
}

/* A free table, marked as reserved; -1 when there is none. */
static int reserve_table(strata_pins *pins, strata_process_owner parent)
{
	strata_msec now = strata_clock_msec();

	for (int index = STRATA_PROCESS_SLOT_COUNT; index < TABLES; index++) {
		head *free_head = &pins->region->heads[index];
		uint64_t owner = atomic_load(&free_head->owner);
		bool is_over = is_reserved(owner) ? !is_waiting(free_head)
										  : !strata_process_slots_is_alive(pins->slots, owner);

		/* The time first: a process that sees the mark must not see the time of the last fork. */
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

		if (block != 0 && publish(pins, to, block) == STRATA_PIN_NONE) {
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
	if (pins == NULL || (holder_of != pins->identity && inherited < 0)) {
		return;
	}
	own = table_of_mine(pins);
	if (inherited < 0 && (own < 0 || atomic_load(&pins->region->heads[own].held) == 0)) {
		return;
	}
	forker = strata_process_slots_mine(pins->slots);
	copied = reserve_table(pins, forker);
	if (copied < 0) {
		return;
	}
	empty_table(pins, copied);
	atomic_store(&pins->region->heads[copied].mark, MARK_IN_REQUEST);
	make_busy(pins, copied);
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

	at_hand.pins = NULL;
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

static void drop_inherited(strata_pins *pins)
{
	if (inherited >= 0 && copied_for == pins->identity) {
		empty_table(pins, inherited);
		make_idle(pins, inherited);
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

/* Copies what threads hold for the children they fork, from here on. False when that cannot be. */
static bool watch_forks(strata_pins *pins)
{
	/* After the handler that counts forks, so that ours finds the child a thread of its own. */
	(void) pthread_once(&watch_once, watch);
	forking = watching ? pins : NULL;
	return watching;
}

static void forget_forks(strata_pins *pins)
{
	drop_inherited(pins);
	if (forking == pins) {
		forking = NULL;
	}
}

/* ---- the handle ---- */

strata_result strata_pins_new(strata_host *host, strata_process_slots *slots, strata_pins **out)
{
	strata_pins *pins = calloc(1, sizeof(*pins));

	*out = NULL;
	if (pins != NULL) {
		pins->region = strata_host_alloc(host, sizeof(region));
	}
	if (pins == NULL || pins->region == NULL || !watch_forks(pins)) {
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
	index = holder_of == pins->identity ? table_of_mine(pins) : -1;
	if (index >= 0) {
		empty_table(pins, index);
		make_idle(pins, index);
	}
	forget_forks(pins);
	free(pins);
}

/* ---- holding ---- */

/* The slot had another thread before: what that one held is not this one's. */
static void adopt(strata_pins *pins, int index, strata_process_owner owner)
{
	head *adopted = &pins->region->heads[index];

	atomic_store(&adopted->owner, 0);
	empty_table(pins, index);
	atomic_store(&adopted->mark, MARK_IN_REQUEST);
	atomic_store(&adopted->owner, owner);
	make_busy(pins, index);
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
						 MARK_IN_REQUEST) {
		return STRATA_PIN_NONE;
	}
	return publish(pins, index, block);
}

void strata_pins_remove(strata_pins *pins, uint64_t block)
{
	int index = own_table(pins);

	for (uint32_t probe = 0; index >= 0 && probe < PROBES; probe++) {
		_Atomic uint64_t *word = word_of(pins, index, block, probe);

		if (atomic_load_explicit(word, memory_order_relaxed) == block) {
			head *written = &pins->region->heads[index];
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

	drop_inherited(pins);
	if (index >= 0) {
		empty_table(pins, index);
		atomic_store(&pins->region->heads[index].mark, MARK_IN_REQUEST);
	}
}

void strata_pins_end_request(strata_pins *pins, strata_msec now)
{
	int index = holder_of == pins->identity ? own_table(pins) : -1;

	if (index >= 0) {
		atomic_store(&pins->region->heads[index].mark, now + MARK_MOMENT);
	}
}

uint32_t strata_pins_count_mine(strata_pins *pins)
{
	int index = own_table(pins);

	return index < 0 ? 0
					 : atomic_load_explicit(&pins->region->heads[index].held, memory_order_relaxed);
}

/* ---- looking ---- */

/* A no is an acquire: what the last holder read, it read before the block is used again. */
static bool is_in(strata_pins *pins, int index, uint64_t block)
{
	if (atomic_load_explicit(&pins->region->heads[index].holds_all, memory_order_acquire)) {
		return true;
	}
	if (atomic_load_explicit(&pins->region->heads[index].held, memory_order_acquire) == 0) {
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

/* Is the thread that filled this table still there to look at what it names? */
static bool has_holder(strata_pins *pins, int index, strata_msec now)
{
	head *asked = &pins->region->heads[index];
	uint64_t mark = atomic_load(&asked->mark);
	strata_process_owner owner = atomic_load(&asked->owner);

	if (owner == 0) {
		return false;
	}
	if (is_reserved(owner)) {
		return is_waiting(asked);
	}
	if (mark == MARK_VOID) {
		return false;
	}
	if (mark != MARK_IN_REQUEST && now > mark - MARK_MOMENT + IGNORED_AFTER &&
		atomic_compare_exchange_strong(&asked->mark, &mark, MARK_VOID)) {
		return false;
	}
	if (strata_process_slots_is_alive(pins->slots, owner)) {
		return true;
	}
	/* Without an owner from here on, unless the slot has found its next one meanwhile. */
	(void) atomic_compare_exchange_strong(&asked->owner, &owner, 0);
	return false;
}

bool strata_pins_holds(strata_pins *pins, uint64_t block, strata_msec now)
{
	atomic_thread_fence(memory_order_seq_cst);
	for (int word = 0; word < WORDS; word++) {
		uint64_t bits = atomic_load_explicit(&pins->region->busy[word], memory_order_acquire);

		for (; bits != 0; bits &= bits - 1) {
			int index = word * 64 + __builtin_ctzll(bits);

			if (index < TABLES && is_in(pins, index, block) && has_holder(pins, index, now)) {
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

	for (int index = 0; index < TABLES && count < most; index++) {
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
