/* trace — which key each read asks for, how large its value is, and when that ends. */
#ifndef EVICTION_TRACE_H
#define EVICTION_TRACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	KEYS = 50000,    /* that are asked for again and again; counted from 1 */
	READS = 1000000, /* of one run */
	WARM = 250000,   /* of those, before anything is judged */
	LOADED = 13000,  /* keys that are stored one after the other */
	MOST_KEYS = KEYS + READS + 1,
	EQUAL_SHARD = 15000, /* units: so many values of 400 bytes fit into 8 MB */
	MIXED_SHARD = 131072 /* units of 64 bytes: 8 MB */
};

typedef struct {
	const char *name;
	uint32_t shift_every; /* reads, after which other keys are the frequent ones; 0: never */
	uint32_t scan_every;  /* of so many reads */
	uint32_t scan_length; /* the first ones ask for keys that never come again */
} trace;

/* Values are of one unit, or of 128 bytes to 9 KB, small ones more often. */
typedef enum { TRACE_EQUAL, TRACE_MIXED } trace_sizes;

/* A value lasts, or ends 100,000 reads after it was stored. */
typedef enum { TRACE_LASTS, TRACE_ENDS } trace_life;

void trace_begin(const trace *trace, trace_sizes sizes, trace_life life);

/* The key of this read, which is now. */
uint32_t trace_key(uint32_t read);

/* Is it a key that never comes again? Such reads are not judged. */
bool trace_is_scan(uint32_t read);

/* Units of the key's value. */
uint32_t trace_units(uint32_t key);

/* The key's value was stored now. */
void trace_store(uint32_t key);

bool trace_is_over(uint32_t key);

/* A number from 0 up to 1. It has a sequence of its own, so that rules may draw, too. */
double trace_chance(void);

#endif
