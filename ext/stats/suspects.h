/*
 * suspects — keys that were seen to differ once. Writes are on their way all the time, and a first
 * look may come between the two places. So a difference counts when another look, 2 s later or
 * more, sees the same pair.
 *
 * They stand in shared memory: which process looks again does not matter, and the one that saw the
 * key first may not be asked for it once more, or live no longer.
 */
#ifndef STRATA_STATS_SUSPECTS_H
#define STRATA_STATS_SUSPECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"
#include "base/view.h"
#include "host/host.h"

enum {
	STRATA_SUSPECTS_MOST = 64,
	STRATA_SUSPECTS_KEY = 1000,     /* bytes; a longer key is not held */
	STRATA_SUSPECTS_APART = 2000,   /* msec between two looks */
	STRATA_SUSPECTS_LONGEST = 60000 /* msec after which one that always changes is let go */
};

/* In shared memory; all zeroes holds none. */
typedef struct strata_suspects strata_suspects;

size_t strata_suspects_size(void);
STRATA_MUST_CHECK strata_result strata_suspects_init(strata_host *host, strata_suspects *suspects);

typedef enum {
	STRATA_SUSPECT_HELD,   /* it is to be looked at again */
	STRATA_SUSPECT_PROVEN, /* it was seen like that before, and is held no more */
	STRATA_SUSPECT_LOST    /* there is no room, or another process has the lock right now */
} strata_suspect_verdict;

/* Seen to differ: pair stands for what was seen in both places. now is monotonic. */
strata_suspect_verdict strata_suspects_look(strata_suspects *suspects, strata_view key,
	uint64_t pair, strata_msec now);

/* Seen to be equal: held no more. One load where none is held. */
void strata_suspects_clear(strata_suspects *suspects, strata_view key);

/*
 * Those that are due, for the caller alone for a second; copied into the arena. At most room;
 * returns how many.
 */
uint32_t strata_suspects_take(strata_suspects *suspects, strata_arena *arena, strata_view *keys,
	uint32_t room, strata_msec now);

#endif
