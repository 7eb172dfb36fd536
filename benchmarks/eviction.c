/*
 * eviction.c: which rule of eviction finds most again? Hit ratios in a cache of 15,000 places,
 * which is what 8 MB hold of 400-byte strings, under keys that are the rarer the higher their
 * number.
 *
 *   LRU, FIFO     the oldest use goes, the oldest entry goes
 *   SIEVE         Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024
 *   S3-FIFO       Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023: a
 *                 small queue of a tenth, a main queue, a ghost queue as long as the main one
 *   places        second chance in the order of places, as ext/store/evict.c: a new entry takes the
 *                 place where the hand has just been
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 15000, KEYS = 50000, READS = 2000000, WARM = 500000, MOST_KEY = KEYS * 2 + READS };

static uint64_t state;

static double draw(void)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return (double) (state >> 11) / 9007199254740992.0;
}

/* Workloads: the key of read i; *counts is false for those that are not judged. */

static uint32_t log_uniform(uint32_t shift)
{
	return ((uint32_t) pow(KEYS, draw()) - 1 + shift) % KEYS;
}

static uint32_t steady(uint32_t i, bool *counts)
{
	(void) i;
	*counts = true;
	return log_uniform(0);
}

static uint32_t scanned(uint32_t i, bool *counts)
{
	*counts = i % 10 != 0;
	return *counts ? log_uniform(0) : KEYS * 2 + i;
}

/* Ten times in the run other keys are the frequent ones. */
static uint32_t shifting(uint32_t i, bool *counts)
{
	*counts = true;
	return log_uniform(i / (READS / 10) * 4999);
}

/* A doubly linked list of keys, newest first. 0 ends it, so keys are counted from 1. */

typedef struct {
	uint32_t newest, oldest, count;
} queue;

static uint32_t newer[MOST_KEY + 2], older[MOST_KEY + 2];
static uint8_t where[MOST_KEY + 2], uses[MOST_KEY + 2]; /* where: 0 nowhere, else which queue */
static queue queues[4];

static void push(int which, uint32_t key)
{
	queue *into = &queues[which];

	older[key] = into->newest;
	newer[key] = 0;
	if (into->newest != 0) {
		newer[into->newest] = key;
	} else {
		into->oldest = key;
	}
	into->newest = key;
	into->count++;
	where[key] = (uint8_t) which;
}

static void take_out(uint32_t key)
{
	queue *from = &queues[where[key]];

	if (newer[key] != 0) {
		older[newer[key]] = older[key];
	} else {
		from->newest = older[key];
	}
	if (older[key] != 0) {
		newer[older[key]] = newer[key];
	} else {
		from->oldest = newer[key];
	}
	from->count--;
	where[key] = 0;
}

/* Rules: was the key there? Afterwards it is. */

static bool lru(uint32_t key)
{
	bool hit = where[key] != 0;

	if (hit) {
		take_out(key);
	} else if (queues[1].count == PLACES) {
		take_out(queues[1].oldest);
	}
	push(1, key);
	return hit;
}

static bool fifo(uint32_t key)
{
	if (where[key] != 0) {
		return true;
	}
	if (queues[1].count == PLACES) {
		take_out(queues[1].oldest);
	}
	push(1, key);
	return false;
}

static uint32_t hand;

static bool sieve(uint32_t key)
{
	if (where[key] != 0) {
		uses[key] = 1;
		return true;
	}
	if (queues[1].count == PLACES) {
		uint32_t at = hand != 0 ? hand : queues[1].oldest;

		while (uses[at] != 0) {
			uses[at] = 0;
			at = newer[at] != 0 ? newer[at] : queues[1].oldest;
		}
		hand = newer[at];
		take_out(at);
	}
	uses[key] = 0;
	push(1, key);
	return false;
}

static void evict_main(void)
{
	for (;;) {
		uint32_t key = queues[2].oldest;

		take_out(key);
		if (uses[key] == 0) {
			return;
		}
		uses[key]--;
		push(2, key);
	}
}

static void evict_small(void)
{
	uint32_t key = queues[1].oldest;

	take_out(key);
	if (uses[key] > 1) {
		uses[key] = 0;
		push(2, key);
		return;
	}
	if (queues[3].count == PLACES * 9 / 10) {
		take_out(queues[3].oldest);
	}
	push(3, key);
}

static bool s3_fifo(uint32_t key)
{
	bool was_ghost = where[key] == 3;

	if (where[key] == 1 || where[key] == 2) {
		uses[key] = uses[key] < 3 ? uses[key] + 1 : 3;
		return true;
	}
	while (queues[1].count + queues[2].count >= PLACES) {
		if (queues[1].count >= PLACES / 10) {
			evict_small();
		} else {
			evict_main();
		}
	}
	/* Making room may have made the ghosts forget it. */
	if (where[key] == 3) {
		take_out(key);
	}
	uses[key] = 0;
	push(was_ghost ? 2 : 1, key);
	return false;
}

static uint32_t held[PLACES];

static bool by_places(uint32_t key)
{
	if (where[key] != 0) {
		uses[key] = 1;
		return true;
	}
	while (held[hand] != 0 && uses[held[hand]] != 0) {
		uses[held[hand]] = 0;
		hand = (hand + 1) % PLACES;
	}
	where[held[hand]] = 0;
	held[hand] = key;
	where[key] = 1;
	uses[key] = 0;
	hand = (hand + 1) % PLACES;
	return false;
}

static double ratio_of(bool (*is_hit)(uint32_t), uint32_t (*next)(uint32_t, bool *))
{
	uint64_t hits = 0, judged = 0;

	memset(newer, 0, sizeof(newer));
	memset(older, 0, sizeof(older));
	memset(where, 0, sizeof(where));
	memset(uses, 0, sizeof(uses));
	memset(queues, 0, sizeof(queues));
	memset(held, 0, sizeof(held));
	hand = 0;
	state = 1;
	for (uint32_t i = 0; i < READS; i++) {
		bool counts;
		uint32_t key = next(i, &counts) + 1;
		bool hit = is_hit(key);

		if (counts && i >= WARM) {
			hits += hit;
			judged++;
		}
	}
	return (double) hits / (double) judged;
}

int main(void)
{
	static const struct {
		const char *name;
		bool (*is_hit)(uint32_t);
	} rules[] = { { "LRU", lru }, { "FIFO", fifo }, { "SIEVE", sieve }, { "S3-FIFO", s3_fifo },
		{ "places", by_places } };

	printf("\nhit ratio, %d places, %d keys\n  %-40s %12s %12s %12s\n", PLACES, KEYS, "",
		"log-uniform", "and scans", "shifting");
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		printf("  %-40s %12.3f %12.3f %12.3f\n", rules[i].name, ratio_of(rules[i].is_hit, steady),
			ratio_of(rules[i].is_hit, scanned), ratio_of(rules[i].is_hit, shifting));
	}
	return 0;
}
