/* generation_copies: the copies of a database's generation on several nodes. */
#ifndef STRATA_TIER_GENERATION_COPIES_H
#define STRATA_TIER_GENERATION_COPIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "tier/item.h"

/* On how many different nodes a tier keeps a generation, where it has as many. */
enum { STRATA_GENERATION_COPIES = 3 };

/*
 * The largest number that is taken for a generation, one of 18 digits. They are microseconds since
 * 1970, so that it is good for 31,000 years, and whatever is larger was never one.
 */
#define STRATA_GENERATION_LIMIT UINT64_C(999999999999999999)

/* How far a generation may be ahead of the server's clock: a minute, in microseconds. */
#define STRATA_GENERATION_AHEAD UINT64_C(60000000)

/* Is the server's clock asked for, too? It is seldom needed, and costs a command for each node. */
typedef enum { STRATA_GENERATION_ALONE, STRATA_GENERATION_AND_CLOCK } strata_generation_question;

/* What the copies are to hold. All three are microseconds since 1970. */
typedef struct {
	uint64_t least; /* a copy that holds as much, and not more than the limit, stays as it is */
	uint64_t next;  /* what any other copy gets */
	uint64_t limit; /* what is larger counts as absent */
} strata_generation_order;

/*
 * A generation is kept on up to three different nodes, so that losing one of them, or an eviction,
 * does not bring cleared values back: the greatest that can be read counts.
 */
typedef struct {
	uint64_t numbers[STRATA_GENERATION_COPIES]; /* of the copies that could be read; 0: none */
	uint32_t readable; /* copies that could be read, also when they hold nothing */
	uint32_t count;    /* copies there are */
	uint64_t clock;    /* of a server, in microseconds since 1970; 0: not asked for, or not told */

	strata_result failure; /* of the last one that could not be read; OK when there was none */
	const char
		*failed_node; /* which one that was; lives as long as the call; NULL: none, or not known */

	/* By strata_generation_copies_sum_up(). */
	uint64_t greatest; /* 0 when no copy that could be read holds one */
	uint64_t lowest;   /* of the copies that could be read; 0 when one of them holds none */
	bool is_any_ahead; /* one holds more than the limit */
} strata_generation_copies;

void strata_generation_copies_init(strata_generation_copies *copies);

/* The generation that a copy holds; 0 when it holds none, or something else. */
uint64_t strata_generation_copies_held(strata_result result, const strata_value *value);

/*
 * Takes one copy in: OK with an integer in it, MISS, anything else that is an answer, or a failure.
 */
void strata_generation_copies_note(strata_generation_copies *copies, const strata_item *copy);

/* Fills in what follows from the numbers, of which those over the limit count as absent. */
void strata_generation_copies_sum_up(strata_generation_copies *copies, uint64_t limit);

/*
 * What a number may be at most: a minute ahead of the server's clock. Where that is not known, any
 * number is as good as another, since the clock of one host is not that of the others.
 */
uint64_t strata_generation_copies_limit(const strata_generation_copies *copies);

/* OK when at least one copy could be read, else why the last one could not. */
STRATA_MUST_CHECK strata_result strata_generation_copies_verdict(
	const strata_generation_copies *copies);

/* OK when every copy holds at least this and not more than the limit, else why one does not. */
STRATA_MUST_CHECK strata_result
strata_generation_copies_raised(const strata_generation_copies *copies, uint64_t least);

#endif
