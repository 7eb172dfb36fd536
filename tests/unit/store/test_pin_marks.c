#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/block/entry.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "os/process.h"

#include "unit.h"

/*
 * Mark, pin and reuse by themselves, with an oracle: a block has one link that leads to it, and
 * that says what it holds. The writer takes it out of reach, and writes something else there unless
 * it is held. A reader that holds it must find what the link said all the time. What it says is
 * plain memory, so where an order is missing the thread sanitizer reports a race.
 */

enum { BLOCKS = 2, PLACES = 64, READERS = 2, ROUNDS = 500000, LOOKS = 20, SHARD_SIZE = 1 << 20 };

static strata_host *host;
static strata_process_slots *slots;
static strata_pins *pins;
static strata_shard shard;
static _Atomic uint64_t links[BLOCKS];    /* the link: changed whenever the block changes */
static volatile uint64_t content[BLOCKS]; /* half of an even link, when it is in reach; plain */
static _Atomic uint64_t wrong, held, reused, kept, looks_saved;
static _Atomic uint32_t writers;

static const _Atomic uint32_t is_shut;
static const strata_pin_bound boundless = { .allowance = UINT64_MAX, .is_shut = &is_shut };

static uint32_t place_of(int block)
{
	return 1 + (uint32_t) block * PLACES;
}

static uint64_t number_of(int block)
{
	return strata_shard_block_number(&shard, place_of(block));
}

static _Atomic uint64_t *written_at(int block)
{
	return (_Atomic uint64_t *) (void *) &strata_entry_at(&shard, place_of(block))->created_at;
}

/* Between any two steps another thread may come, and now and then does. */
static void step(void)
{
	static _Thread_local uint32_t steps;

	if (++steps % 13 == 0) {
		(void) sched_yield();
	}
}

/* As pin_block() of reader.c, and the look behind it. */
static void read_one(int block)
{
	uint64_t word = atomic_load_explicit(&links[block], memory_order_acquire);
	strata_pin pin;

	step();
	strata_shard_set_marks(&shard, place_of(block), STRATA_MARK_VISITED | STRATA_MARK_PINNED);
	step();
	pin = strata_pins_add(pins, number_of(block), 1, *written_at(block), &boundless);
	step();
	if (pin != STRATA_PIN_NEW) {
		return;
	}
	if (atomic_load_explicit(&links[block], memory_order_relaxed) == word && word % 2 == 0) {
		held++;
		step();
		for (int i = 0; i < LOOKS; i++) {
			wrong += content[block] != word / 2;
		}
	}
	strata_pins_remove(pins, number_of(block), 1);
}

/* An odd link leads nowhere. */
static void replace_one(int block)
{
	uint64_t word = atomic_load_explicit(&links[block], memory_order_relaxed);

	if (word % 2 == 0) {
		atomic_store_explicit(&links[block], word + 1, memory_order_release);
	}
	step();
	looks_saved += !strata_shard_has_mark(&shard, place_of(block), STRATA_MARK_PINNED);
	if (strata_entry_is_held(&shard, place_of(block))) {
		kept++;
		return;
	}
	step();
	content[block] = word / 2 + 1;
	*written_at(block) = word / 2 + 1;
	atomic_store_explicit(strata_shard_marks_of(&shard, place_of(block)), 0, memory_order_relaxed);
	atomic_store_explicit(&links[block], (word | 1) + 1, memory_order_release);
	reused++;
}

static void *read_all(void *unused)
{
	for (uint32_t i = 0; writers > 0; i++) {
		read_one((int) (i % BLOCKS));
	}
	return unused;
}

static void *replace_all(void *unused)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		replace_one((int) (i % BLOCKS));
	}
	writers--;
	return unused;
}

static void no_order_of_steps_lets_a_held_block_be_used_again(void)
{
	pthread_t threads[READERS + 1];
	void *memory = NULL;

	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_pins_new(host, slots, &pins) == STRATA_OK);
	REQUIRE(posix_memalign(&memory, 64, SHARD_SIZE) == 0);
	memset(memory, 0, SHARD_SIZE);
	shard = (strata_shard){ .view = memory, .pins = pins };
	REQUIRE(strata_shard_init(&shard, memory, SHARD_SIZE) == STRATA_OK);
	writers = 1;
	for (int i = 0; i < READERS; i++) {
		REQUIRE(pthread_create(&threads[i], NULL, read_all, NULL) == 0);
	}
	REQUIRE(pthread_create(&threads[READERS], NULL, replace_all, NULL) == 0);
	for (int i = 0; i <= READERS; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	CHECK(wrong == 0);
	CHECK(held > 0 && reused > 0 && looks_saved > 0);
	CHECK(kept + reused == ROUNDS);
	free(memory);
	strata_pins_free(pins);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(no_order_of_steps_lets_a_held_block_be_used_again);
	return unit_end();
}
