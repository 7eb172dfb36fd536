/* mirror: the second place of a database, which follows the first one. */
#ifndef STRATA_DATABASE_MIRROR_H
#define STRATA_DATABASE_MIRROR_H

#include "database/database.h"
#include "host/unconfirmed.h"
#include "stats/differences.h"

/*
 * A database that moves has two places: the one that answers, which is the strata_database of every
 * verb, and another one that follows it. Each is a set of servers with a generation and numbers of
 * tags of its own. Which one answers is decided when the database is opened, so that no call ever
 * asks both for its answer:
 *
 *     write, compare    redis and memcached answer, shadow_redis and shadow_memcached follow
 *     lead              the other way round
 *
 * What follows is not sent a copy of each write: writes of two hosts would reach it in another
 * order. Only the name of what changed is noted, in shared memory, and after the response some
 * process of the host looks what stands under that name in the first place now, and makes the
 * second one hold the same, under a fence (cache/mirror/). So the order in which names are brought
 * over does not count, a name may be brought over twice, and a killed process loses none.
 */
typedef struct strata_mirror {
	strata_database *other;      /* never has a local tier, nor a mirror */
	strata_unconfirmed *changes; /* names of this host, see strata_change_kind; NULL: no record */
	strata_differences *differences; /* what was counted; NULL: no record */
	uint8_t mode;                    /* STRATA_SHADOW_MODE_...; OFF: only removals go there */
	uint8_t share;                   /* percent of keys that are copied; others are removed there */
	uint8_t compare;                 /* percent of reads that are compared */
	bool fills;
	bool is_at_once; /* names go there before the call ends: a switch is under way */
} strata_mirror;

/* What a noted name begins with; the rest is the key, or eight bytes of the id of a tag. */
typedef enum {
	STRATA_CHANGE_KEY = 'k',
	STRATA_CHANGE_TAG = 't',
	STRATA_CHANGE_CLEAR = 'c'
} strata_change_kind;

#endif
