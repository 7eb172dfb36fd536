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
 * them at once. So before the fork the list of what that thread holds is copied into memory of its
 * own, which the child inherits too. Before fork() returns there, the child takes a process slot
 * and writes the list into the table of that slot. From then on it holds like any other thread.
 *
 * Until then a reservation holds for it. That is a spare table with the same list, and one word:
 * since when, and for how many children that are on their way. All children of one thread that are
 * on their way at a time share one spare. Where none is to be had, every block counts as held until
 * the child has arrived. A fork that failed, or a child that was killed on its way, leaves a
 * reservation that ends after a minute. A child that gets no slot keeps it.
 *
 * A list that moves from table to table could be missed by a process that looks at both at the
 * wrong moments. So each move is counted before the place that it came from is emptied, and a look
 * during which that count has changed is repeated.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/pins.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "host/checked_word.h"
#include "os/clock.h"
#include "os/process.h"

enum {
	PROBES = 8,           /* words looked at for one block */
	IGNORED_AFTER = 1000, /* msec between requests */
	INDEX_MASK = 0xFFFF,  /* of an owner number */
	COUNT_BITS = 16,      /* of the words in use, in a head */
	AWAITED_FOR = 60,     /* sec that a reservation waits for a child */
	MOST_AWAITED = 0xFFFF,
	RESERVATION_STAYS = 0x53544159, /* a number that memory does not hold by accident */
	LOOKS = 4,                      /* of which each may meet a move; after that it is held */
	SPARES = 128,                   /* tables for children on their way, one for each parent */
	TABLES = STRATA_PROCESS_SLOT_COUNT + SPARES,
	WORDS = (TABLES + 63) / 64
};

/* Values of mark; everything above is a moment. */
enum { MARK_IN_REQUEST = 0, MARK_VOID = 1, MARK_MOMENT = 2 };

typedef struct {
	alignas(64) _Atomic uint64_t owner; /* whose pins these are; 0: of no thread */
	_Atomic uint64_t mark;              /* between requests since; see above */
	_Atomic uint64_t held;      /* words in use, 16 bits, and above their bytes. Raised before */
	_Atomic uint32_t holds_all; /* it could not be copied: every block counts as held */
	_Atomic uint64_t newest;    /* nothing in the table was written later. Raised before a word */
} head;

typedef struct {
	_Atomic uint64_t blocks[STRATA_PINS_EACH];
} table;

/* Holds for children that have no table of their own yet. See reservation_word(). */
typedef struct {
	_Atomic uint64_t word;
	_Atomic uint32_t stays; /* RESERVATION_STAYS: a child without a process slot goes on with it */
} reservation;

typedef struct {
	alignas(64) _Atomic uint64_t busy[WORDS]; /* bit t: table t may hold something */
	_Atomic uint64_t moves;                   /* of lists, from one table to another */
	reservation everything;                   /* while it is awaited every block counts as held */
	reservation spares[SPARES];               /* of the tables behind those of the slots */
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
		atomic_store_explicit(&emptied->newest, 0, memory_order_release);
		atomic_store_explicit(&emptied->held, 0, memory_order_release);
	}
	atomic_store_explicit(&emptied->holds_all, 0, memory_order_release);
}

/* What was removed leaves gaps, so the whole run is looked at before a word is taken. */
static inline strata_pin publish(strata_pins *pins, int index, uint64_t block, uint64_t size,
	uint64_t written_at, const strata_pin_bound *bound)
{
	head *written = &pins->region->heads[index];
	_Atomic uint64_t *gap = NULL;
	uint64_t held;

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
	held = atomic_load_explicit(&written->held, memory_order_relaxed);
	if (gap == NULL || held >> COUNT_BITS >= bound->allowance ||
		atomic_load_explicit(bound->is_shut, memory_order_relaxed) != 0) {
		return STRATA_PIN_NONE;
	}
	atomic_store_explicit(&written->held, held + (size << COUNT_BITS) + 1, memory_order_release);
	if (atomic_load_explicit(&written->newest, memory_order_relaxed) < written_at) {
		atomic_store_explicit(&written->newest, written_at, memory_order_relaxed);
	}
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

/* ---- reservations ---- */

/*
 *     bits 63..48  since when, in seconds
 *     bits 47..32  serial of this use: a child that comes too late does not end another one
 *     bits 31..16  children on their way
 *     bits 15..0   check
 */
static uint64_t reservation_word(uint32_t serial, uint32_t awaited)
{
	uint64_t since = strata_clock_msec() / 1000 & 0xFFFF;

	return strata_checked_word_of(
		since << 48 | (uint64_t) (serial & 0xFFFF) << 32 | (uint64_t) (awaited & 0xFFFF) << 16);
}

static uint32_t serial_in(uint64_t word)
{
	return (uint32_t) (word >> 32 & 0xFFFF);
}

static uint32_t awaited_in(uint64_t word)
{
	return (uint32_t) (word >> 16 & 0xFFFF);
}

/* The moment may be one of another processor, a little ahead; further ahead it is damage. */
static bool is_awaited(const reservation *asked)
{
	uint64_t word = atomic_load(&asked->word);
	int16_t age;

	if (awaited_in(word) == 0 || !strata_checked_word_is_sound(word)) {
		return false;
	}
	age = (int16_t) (uint16_t) (strata_clock_msec() / 1000 - (word >> 48));
	return (age >= -AWAITED_FOR && age <= AWAITED_FOR) ||
		   atomic_load(&asked->stays) == RESERVATION_STAYS;
}

/* For the first child. *serial: of this use. False when another one goes on. */
static bool claim(reservation *wanted, uint32_t *serial)
{
	uint64_t word = atomic_load(&wanted->word);

	*serial = (serial_in(word) + 1) & 0xFFFF;
	if (is_awaited(wanted) ||
		!atomic_compare_exchange_strong(&wanted->word, &word, reservation_word(*serial, 1))) {
		return false;
	}
	atomic_store(&wanted->stays, 0);
	return true;
}

/* For one child more. False when that use is over. */
static bool join(reservation *joined, uint32_t serial)
{
	uint64_t word = atomic_load(&joined->word);

	while (serial_in(word) == serial && awaited_in(word) < MOST_AWAITED && is_awaited(joined)) {
		if (atomic_compare_exchange_weak(&joined->word, &word,
				reservation_word(serial, awaited_in(word) + 1))) {
			return true;
		}
	}
	return false;
}

static void leave(reservation *left, uint32_t serial)
{
	uint64_t word = atomic_load(&left->word);

	while (serial_in(word) == serial && awaited_in(word) > 0 &&
		   !atomic_compare_exchange_weak(&left->word, &word,
			   reservation_word(serial, awaited_in(word) - 1))) {
	}
}

/* ---- forks ---- */

/* What a thread held when it forked: private memory. */
typedef struct {
	uint64_t blocks[STRATA_PINS_EACH];
	uint64_t held; /* as in a head */
	bool holds_all;
} holdings;

/* A child on its way: what holds for it, and what it is to hold. */
typedef struct {
	uint64_t identity;        /* of the handle; 0: there is none */
	reservation *reservation; /* NULL: none could be had */
	uint32_t serial;          /* of that */
	holdings *holdings;       /* NULL: no memory, so all that there is */
} passage;

/* What a thread must know when it forks. One handle per process matters: the last one made. */
static strata_pins *forking;

/* From before the fork to behind it, in the parent as in the child. */
static STRATA_THREAD_LOCAL passage under_way;

/* Of a child that has no table of its own yet, for want of a process slot. */
static STRATA_THREAD_LOCAL passage arriving;

/* The spare that this thread reserved last, which the next child may share. */
static STRATA_THREAD_LOCAL struct {
	uint64_t identity; /* of the handle; 0: none */
	int spare;
	uint32_t serial;
} reserved;

static holdings *copy_holdings(strata_pins *pins, int index)
{
	const head *held = &pins->region->heads[index];
	holdings *copy = malloc(sizeof(*copy));

	if (copy == NULL) {
		return NULL;
	}
	for (int i = 0; i < STRATA_PINS_EACH; i++) {
		copy->blocks[i] =
			atomic_load_explicit(&pins->region->tables[index].blocks[i], memory_order_relaxed);
	}
	copy->held = atomic_load_explicit(&held->held, memory_order_relaxed);
	copy->holds_all = atomic_load_explicit(&held->holds_all, memory_order_relaxed) != 0;
	return copy;
}

static const _Atomic uint32_t never;
static const strata_pin_bound boundless = { .allowance = UINT64_MAX, .is_shut = &never };

/* False when there is no room for all of it. */
static bool add_to_spare(strata_pins *pins, int from, int to)
{
	for (int i = 0; i < STRATA_PINS_EACH; i++) {
		uint64_t block =
			atomic_load_explicit(&pins->region->tables[from].blocks[i], memory_order_relaxed);

		if (block != 0 && publish(pins, to, block, 0, UINT64_MAX, &boundless) == STRATA_PIN_NONE) {
			return false;
		}
	}
	if (atomic_load(&pins->region->heads[from].holds_all)) {
		atomic_store(&pins->region->heads[to].holds_all, 1);
	}
	return true;
}

/* The spare that still waits for another child of this thread. */
static bool share_spare(strata_pins *pins, int own, passage *out)
{
	reservation *shared = &pins->region->spares[reserved.spare];

	if (reserved.identity != pins->identity || !join(shared, reserved.serial)) {
		return false;
	}
	*out = (passage){ .reservation = shared, .serial = reserved.serial };
	if (add_to_spare(pins, own, STRATA_PROCESS_SLOT_COUNT + reserved.spare)) {
		return true;
	}
	leave(shared, reserved.serial);
	return false;
}

static bool take_spare(strata_pins *pins, int own, passage *out)
{
	for (int spare = 0; spare < SPARES; spare++) {
		reservation *wanted = &pins->region->spares[spare];

		*out = (passage){ .reservation = wanted };
		if (claim(wanted, &out->serial)) {
			empty_table(pins, STRATA_PROCESS_SLOT_COUNT + spare);
			make_busy(pins, STRATA_PROCESS_SLOT_COUNT + spare);
			reserved.identity = pins->identity;
			reserved.spare = spare;
			reserved.serial = out->serial;
			return add_to_spare(pins, own, STRATA_PROCESS_SLOT_COUNT + spare);
		}
	}
	return false;
}

static bool hold_everything(strata_pins *pins, passage *out)
{
	reservation *all = &pins->region->everything;

	*out = (passage){ .reservation = all };
	for (int i = 0; i < LOOKS; i++) {
		out->serial = serial_in(atomic_load(&all->word));
		if (join(all, out->serial) || claim(all, &out->serial)) {
			return true;
		}
	}
	return false;
}

/* For a child of this thread, which has this table. */
static void reserve(strata_pins *pins, int own)
{
	if (!share_spare(pins, own, &under_way) && !take_spare(pins, own, &under_way) &&
		!hold_everything(pins, &under_way)) {
		under_way.reservation = NULL;
	}
	under_way.identity = pins->identity;
	under_way.holdings = copy_holdings(pins, own);
}

static void before_fork(void)
{
	strata_pins *pins = forking;
	int own = pins == NULL || holder_of != pins->identity ? -1 : table_of_mine(pins);

	under_way = (passage){ 0 };
	if (own >= 0 && (atomic_load(&pins->region->heads[own].held) != 0 ||
						atomic_load(&pins->region->heads[own].holds_all) != 0)) {
		reserve(pins, own);
	} else if (pins != NULL && arriving.identity == pins->identity) {
		under_way = arriving;
		if (under_way.reservation != NULL && !join(under_way.reservation, under_way.serial)) {
			under_way.reservation = NULL;
		}
	}
	if (under_way.identity != 0) {
		atomic_fetch_add(&pins->region->moves, 1);
	}
}

static void forget_passage(passage *over)
{
	free(over->holdings);
	*over = (passage){ 0 };
}

/* A fork that failed cannot be told from one that did not: its reservation ends by itself. */
static void after_fork_in_parent(void)
{
	if (under_way.holdings != arriving.holdings) {
		free(under_way.holdings);
	}
	under_way = (passage){ 0 };
}

/* A child that has a table now writes there what it holds, and needs no reservation any more. */
static void arrive(strata_pins *pins, int index)
{
	const holdings *brought = arriving.holdings;
	head *written = &pins->region->heads[index];

	if (brought == NULL || brought->holds_all) {
		atomic_store(&written->holds_all, 1);
	}
	if (brought != NULL) {
		atomic_store_explicit(&written->held, brought->held, memory_order_relaxed);
		atomic_store_explicit(&written->newest, UINT64_MAX, memory_order_relaxed);
		for (int i = 0; i < STRATA_PINS_EACH; i++) {
			atomic_store_explicit(&pins->region->tables[index].blocks[i], brought->blocks[i],
				memory_order_relaxed);
		}
	}
	atomic_fetch_add(&pins->region->moves, 1);
	if (arriving.reservation != NULL) {
		leave(arriving.reservation, arriving.serial);
	}
	forget_passage(&arriving);
}

static void release_passage(strata_pins *pins)
{
	if (arriving.identity == pins->identity) {
		if (arriving.reservation != NULL) {
			leave(arriving.reservation, arriving.serial);
		}
		forget_passage(&arriving);
	}
}

static inline int own_table(strata_pins *pins);

static void after_fork_in_child(void)
{
	strata_pins *pins = forking;

	at_hand.pins = NULL;
	reserved.identity = 0;
	arriving = under_way;
	under_way = (passage){ 0 };
	if (pins != NULL && arriving.identity != 0 && own_table(pins) < 0 &&
		arriving.reservation != NULL) {
		atomic_store(&arriving.reservation->stays, RESERVATION_STAYS);
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
	release_passage(pins);
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
	if (arriving.identity == pins->identity) {
		arrive(pins, index);
	}
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

strata_pin strata_pins_add(strata_pins *pins, uint64_t block, uint64_t size, uint64_t written,
	const strata_pin_bound *bound)
{
	int index = own_table(pins);

	/* Between requests a pin could be declared void at any moment. */
	if (index < 0 || atomic_load_explicit(&pins->region->heads[index].mark, memory_order_relaxed) !=
						 MARK_IN_REQUEST) {
		return STRATA_PIN_NONE;
	}
	return publish(pins, index, block, size, written, bound);
}

void strata_pins_remove(strata_pins *pins, uint64_t block, uint64_t size)
{
	int index = own_table(pins);

	for (uint32_t probe = 0; index >= 0 && probe < PROBES; probe++) {
		_Atomic uint64_t *word = word_of(pins, index, block, probe);

		if (atomic_load_explicit(word, memory_order_relaxed) == block) {
			head *written = &pins->region->heads[index];
			uint64_t held = atomic_load_explicit(&written->held, memory_order_relaxed);

			/* After the last look at the block's bytes. */
			atomic_store_explicit(word, 0, memory_order_release);
			atomic_store_explicit(&written->held, held - (size << COUNT_BITS) - 1,
				memory_order_release);
			return;
		}
	}
}

void strata_pins_begin_request(strata_pins *pins)
{
	int index = holder_of == pins->identity ? own_table(pins) : -1;

	release_passage(pins);
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

	return index < 0 ? 0 : (uint16_t) atomic_load(&pins->region->heads[index].held);
}

/* ---- looking ---- */

/* A no is an acquire: what the last holder read, it read before the block is used again. */
static bool may_be_in(const head *asked, uint64_t written)
{
	return atomic_load_explicit(&asked->holds_all, memory_order_acquire) ||
		   (atomic_load_explicit(&asked->held, memory_order_acquire) != 0 &&
			   atomic_load_explicit(&asked->newest, memory_order_acquire) >= written);
}

static bool is_in(strata_pins *pins, int index, uint64_t block)
{
	for (uint32_t probe = 0; probe < PROBES; probe++) {
		if (atomic_load_explicit(word_of(pins, index, block, probe), memory_order_acquire) ==
			block) {
			return true;
		}
	}
	return atomic_load_explicit(&pins->region->heads[index].holds_all, memory_order_acquire) != 0;
}

/* Is the thread that filled this table, or its child, still there to look at what it names? */
static bool has_holder(strata_pins *pins, int index, strata_msec now)
{
	head *asked = &pins->region->heads[index];
	uint64_t mark = atomic_load(&asked->mark);
	strata_process_owner owner = atomic_load(&asked->owner);

	if (index >= STRATA_PROCESS_SLOT_COUNT) {
		return is_awaited(&pins->region->spares[index - STRATA_PROCESS_SLOT_COUNT]);
	}
	if (owner == 0 || mark == MARK_VOID) {
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

static void ask_table(strata_pins *pins, int index, strata_pins_asked *asked, size_t count,
	strata_msec now)
{
	for (size_t i = 0; i < count; i++) {
		if (!asked[i].is_held && may_be_in(&pins->region->heads[index], asked[i].written) &&
			is_in(pins, index, asked[i].block)) {
			asked[i].is_held = has_holder(pins, index, now);
		}
	}
}

/* Returns how many tables may hold anything. */
static uint32_t ask_all(strata_pins *pins, strata_pins_asked *asked, size_t count, strata_msec now)
{
	uint64_t first = UINT64_MAX;
	uint32_t busy = 0;

	for (size_t i = 0; i < count; i++) {
		first = asked[i].written < first ? asked[i].written : first;
	}
	for (int word = 0; word < WORDS; word++) {
		uint64_t bits = atomic_load_explicit(&pins->region->busy[word], memory_order_acquire);

		for (; bits != 0; bits &= bits - 1, busy++) {
			int index = word * 64 + __builtin_ctzll(bits);

			if (index < TABLES && may_be_in(&pins->region->heads[index], first)) {
				ask_table(pins, index, asked, count, now);
			}
		}
	}
	return busy;
}

uint32_t strata_pins_look(strata_pins *pins, strata_pins_asked *asked, size_t count,
	strata_msec now)
{
	uint32_t busy = TABLES;
	bool is_over = false;

	for (int look = 0; !is_over; look++) {
		uint64_t before;

		atomic_thread_fence(memory_order_seq_cst);
		before = atomic_load(&pins->region->moves);
		is_over = look >= LOOKS || is_awaited(&pins->region->everything);
		for (size_t i = 0; i < count; i++) {
			asked[i].is_held = is_over;
		}
		if (!is_over) {
			busy = ask_all(pins, asked, count, now);
			atomic_thread_fence(memory_order_acquire);
			is_over = atomic_load(&pins->region->moves) == before;
		}
	}
	return busy;
}

size_t strata_pins_list(strata_pins *pins, strata_msec now, uint64_t *blocks, size_t most)
{
	size_t count = 0;

	for (int index = 0; index < TABLES; index++) {
		uint64_t bits = atomic_load(&pins->region->busy[index / 64]);
		bool is_busy = (bits >> index % 64 & 1) != 0 &&
					   atomic_load(&pins->region->heads[index].held) != 0 &&
					   has_holder(pins, index, now);

		for (int i = 0; is_busy && i < STRATA_PINS_EACH && count < most; i++) {
			blocks[count] = atomic_load(&pins->region->tables[index].blocks[i]);
			count += blocks[count] != 0;
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
