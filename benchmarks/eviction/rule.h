/* rule — a rule of eviction, and the cache that follows it. */
#ifndef EVICTION_RULE_H
#define EVICTION_RULE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	const char *name;
	void (*begin)(uint32_t units);             /* of room; empty */
	bool (*get)(uint32_t key);                 /* is it there? It was asked for. */
	void (*put)(uint32_t key, uint32_t units); /* over what is there of this key, if anything */
} rule;

/* In the order of time, as lists; pieces of free room count as one. See queues.c. */
extern const rule rule_lru, rule_fifo, rule_sieve, rule_s3_fifo;

/* In the order of places. See rings.c. */
extern const rule rule_places, rule_two_rings, rule_adaptive;

#endif
