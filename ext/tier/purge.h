/* purge: what a purge is to look for, and what it found. */
#ifndef STRATA_TIER_PURGE_H
#define STRATA_TIER_PURGE_H

#include <stdbool.h>
#include <stdint.h>

/* Each goes through the servers on its own: counting in between does not make removing miss any. */
typedef enum { STRATA_PURGE_COUNTS, STRATA_PURGE_REMOVES } strata_purge_mode;

enum { STRATA_PURGE_MODES = 2 };

typedef struct {
	strata_purge_mode mode;
	uint64_t limit; /* entries of the servers to look at, whosever they are, at least 1 */
} strata_purge_order;

/* What one call came across. */
typedef struct {
	uint64_t seen;    /* entries of the database, of any generation */
	uint64_t former;  /* of them, those of former generations */
	uint64_t removed; /* of them, those that are gone now by our doing */
	bool is_done;     /* that was the last of them: the next call begins again */
} strata_purge;

#endif
