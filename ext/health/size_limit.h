/* size_limit — the largest value that a node stores, as far as this host has learnt it. */
#ifndef STRATA_HEALTH_SIZE_LIMIT_H
#define STRATA_HEALTH_SIZE_LIMIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "host/gate.h"

/*
 * In shared memory. All zeroes is none known. Any bytes heal when the node is asked anew, which one
 * caller of the host does every five seconds while values are too large: the node may have been
 * started again with another limit.
 */
typedef struct strata_size_limit {
	_Atomic uint64_t smallest_refused; /* bytes; below any server's limit: none is known */
	strata_gate questions;
} strata_size_limit;

/* Bytes that may fit; UINT64_MAX where no limit is known. One load. */
uint64_t strata_size_limit_most(const strata_size_limit *limit);

/* The node said that it stores so many bytes at most; 0: it would not say, and none is known. */
void strata_size_limit_learn(strata_size_limit *limit, uint64_t most);

/* The node refused a value of this size, whatever it says. */
void strata_size_limit_refused(strata_size_limit *limit, uint64_t size);

/* Is it the caller's turn to ask the node for its limit? */
STRATA_MUST_CHECK bool strata_size_limit_may_ask(strata_size_limit *limit, strata_msec now);

#endif
