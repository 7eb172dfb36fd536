/*
 * Rules that keep entries in the order of their arrival or use, as lists. What they free would lie
 * scattered over the memory; here a value fits as soon as there are units enough, wherever they
 * are. So with values of different sizes their figures are better than they could be.
 *
 *   LRU, FIFO     the oldest use goes, the oldest entry goes
 *   SIEVE         Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024
 *   S3-FIFO       Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023: a
 *                 small queue of a tenth, a main queue, a ghost queue as long as the main one
 */
#include <string.h>

#include "rule.h"
#include "trace.h"

/* A doubly linked list of keys, newest first. 0 ends it. */
typedef struct {
	uint32_t newest, oldest, units;
} queue;

enum { NOWHERE, FIRST, MAIN, GHOSTS, QUEUES, MOST_USES = 3 };

static uint32_t newer[MOST_KEYS], older[MOST_KEYS], units_of[MOST_KEYS];
static uint8_t where[MOST_KEYS], uses[MOST_KEYS]; /* where: which queue */
static queue queues[QUEUES];
static uint32_t room, hand;

static void begin(uint32_t units)
{
	memset(where, 0, sizeof(where));
	memset(queues, 0, sizeof(queues));
	room = units;
	hand = 0;
}

static void push(int which, uint32_t key, uint32_t units)
{
	queue *into = &queues[which];

	older[key] = into->newest;
	newer[key] = 0;
	*(into->newest != 0 ? &newer[into->newest] : &into->oldest) = key;
	into->newest = key;
	into->units += units;
	units_of[key] = units;
	where[key] = (uint8_t) which;
}

static void take_out(uint32_t key)
{
	queue *from = &queues[where[key]];

	*(newer[key] != 0 ? &older[newer[key]] : &from->newest) = older[key];
	*(older[key] != 0 ? &newer[older[key]] : &from->oldest) = newer[key];
	from->units -= units_of[key];
	where[key] = NOWHERE;
}

static bool is_there(uint32_t key)
{
	return where[key] == FIRST || where[key] == MAIN;
}

/* ---- LRU and FIFO ---- */

static bool get_fifo(uint32_t key)
{
	return is_there(key);
}

static bool get_lru(uint32_t key)
{
	bool hit = is_there(key);

	if (hit) {
		take_out(key);
		push(FIRST, key, units_of[key]);
	}
	return hit;
}

static void put_oldest_goes(uint32_t key, uint32_t units)
{
	if (is_there(key)) {
		take_out(key);
	}
	while (queues[FIRST].units + units > room) {
		take_out(queues[FIRST].oldest);
	}
	push(FIRST, key, units);
}

/* ---- SIEVE ---- */

static bool get_sieve(uint32_t key)
{
	uses[key] = 1;
	return is_there(key);
}

static void evict_sieve(void)
{
	uint32_t at = hand != 0 ? hand : queues[FIRST].oldest;

	while (uses[at] != 0) {
		uses[at] = 0;
		at = newer[at] != 0 ? newer[at] : queues[FIRST].oldest;
	}
	hand = newer[at];
	take_out(at);
}

static void put_sieve(uint32_t key, uint32_t units)
{
	if (is_there(key)) {
		hand = hand == key ? newer[key] : hand;
		take_out(key);
	}
	while (queues[FIRST].units + units > room) {
		evict_sieve();
	}
	uses[key] = 0;
	push(FIRST, key, units);
}

/* ---- S3-FIFO ---- */

static bool get_s3_fifo(uint32_t key)
{
	uses[key] = uses[key] < MOST_USES ? uses[key] + 1 : MOST_USES;
	return is_there(key);
}

static void evict_main(void)
{
	for (;;) {
		uint32_t key = queues[MAIN].oldest;

		take_out(key);
		if (uses[key] == 0) {
			return;
		}
		uses[key]--;
		push(MAIN, key, units_of[key]);
	}
}

static void evict_small(void)
{
	uint32_t key = queues[FIRST].oldest;

	take_out(key);
	if (uses[key] > 1) {
		uses[key] = 0;
		push(MAIN, key, units_of[key]);
		return;
	}
	while (queues[GHOSTS].units + units_of[key] > room * 9 / 10) {
		take_out(queues[GHOSTS].oldest);
	}
	push(GHOSTS, key, units_of[key]);
}

static void put_s3_fifo(uint32_t key, uint32_t units)
{
	bool was_ghost = where[key] == GHOSTS;

	if (is_there(key)) {
		take_out(key);
	}
	while (queues[FIRST].units + queues[MAIN].units + units > room) {
		if (queues[FIRST].units >= room / 10 || queues[MAIN].units == 0) {
			evict_small();
		} else {
			evict_main();
		}
	}
	/* Making room may have made the ghosts forget it. */
	if (where[key] == GHOSTS) {
		take_out(key);
	}
	uses[key] = 0;
	push(was_ghost ? MAIN : FIRST, key, units);
}

const rule rule_lru = { "LRU", begin, get_lru, put_oldest_goes };
const rule rule_fifo = { "FIFO", begin, get_fifo, put_oldest_goes };
const rule rule_sieve = { "SIEVE", begin, get_sieve, put_sieve };
const rule rule_s3_fifo = { "S3-FIFO", begin, get_s3_fifo, put_s3_fifo };
