/* mirror: the second place of a database, which follows the first one. */
#ifndef STRATA_DATABASE_MIRROR_H
#define STRATA_DATABASE_MIRROR_H

#include "base/call.h"
#include "database/database.h"
#include "host/unconfirmed.h"
#include "stats/differences.h"

/*
 * A database that moves has two places: the one that answers, which is the strata_database of every
 * verb, and another one that follows it. Each is a set of servers with a generation and numbers of
 * tags of its own. Which one answers is decided when the database is opened (database/places.h), so
 * that no call ever asks both for its answer:
 *
 *     write, compare    redis and memcached answer, shadow_redis and shadow_memcached follow
 *     lead              the other way round
 *
 * What follows is not sent a copy of each write: writes of two hosts would reach it in another
 * order. Only the name of what changed is noted, in shared memory, and after the response some
 * process of the host looks what stands under that name in the first place now, and makes the
 * second one hold the same, under a fence (cache/mirror/). So the order in which names are brought
 * over does not count, a name may be brought over twice, and a killed process loses none.
 *
 * A name is noted before the change, which is due in 5 s then, and after it, which is due at once:
 * see the changes of host/unconfirmed.h. Locks, records of sessions and generations are noted by no
 * caller: they are not values.
 */
enum { STRATA_MIRROR_STRIPES = 4 };

/* Names by their hash, so that a burst finds room and processes seldom meet at one lock. */
typedef struct {
	strata_unconfirmed *stripes[STRATA_MIRROR_STRIPES]; /* NULL: no record, and all is dropped */
} strata_mirror_names;

typedef struct strata_mirror {
	strata_database *other;      /* has no local tier, no mirror and no analysis */
	strata_tier copies;          /* the local copies that other had when it answered; see ops */
	strata_mirror_names changes; /* of this host, while this place answers; see below */
	/*
	 * The same while the other place answered. What stands there may never have been brought over:
	 * under such a name the place that answers now may hold what was changed there, so the name is
	 * removed in it.
	 */
	strata_mirror_names former;
	strata_differences *differences; /* what was counted; NULL: no record */
	_Atomic uint64_t *alone;         /* see strata_differences_alone() */
	uint8_t mode;                    /* STRATA_SHADOW_MODE_...; OFF: only removals go there */
	uint8_t share;                   /* percent of keys that are copied; others are removed there */
	uint8_t compare;                 /* percent of reads that are compared */
	bool fills;
	bool is_at_once; /* names go there before the call ends: a switch is under way */
} strata_mirror;

/*
 * What a noted name begins with. The rest is the key, as in strata_item (with the prefix of its
 * namespace), or the id of a tag or namespace, or nothing.
 */
typedef enum {
	STRATA_CHANGE_KEY = 'k',
	STRATA_CHANGE_TAG = 't',
	STRATA_CHANGE_CLEAR = 'c'
} strata_change_kind;

/* ---- noting, around each change of the deepest tier ---- */

/* Where there is a mirror. */
void strata_mirror_note_items(strata_database *database, strata_item *const *items, size_t count);
void strata_mirror_note_outcomes(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count);

static inline void strata_mirror_begin_items(strata_database *database, strata_item *const *items,
	size_t count)
{
	if (database->mirror != NULL) {
		strata_mirror_note_items(database, items, count);
	}
}

/* By the results of the items. Local copies of the other place are dropped as well. */
static inline void strata_mirror_end_items(strata_database *database, strata_call *call,
	strata_item *const *items, size_t count)
{
	if (database->mirror != NULL) {
		strata_mirror_note_outcomes(database, call, items, count);
	}
}

/* The same of tags, which namespaces are too, and of clear(), by what came of it. */
void strata_mirror_begin_tags(strata_database *database, const uint64_t *ids, size_t count);
void strata_mirror_end_tags(strata_database *database, const uint64_t *ids, size_t count,
	strata_result result);
void strata_mirror_begin_clear(strata_database *database);
void strata_mirror_end_clear(strata_database *database, strata_result result);

/* ---- for the pass that brings them over ---- */

/* Is anything noted? A few loads. */
static inline bool strata_mirror_any(const strata_mirror_names *names)
{
	bool any = false;

	for (int i = 0; i < STRATA_MIRROR_STRIPES; i++) {
		any |= strata_unconfirmed_any(names->stripes[i]);
	}
	return any;
}

/* Is any due? now is monotonic. */
static inline bool strata_mirror_is_due(const strata_mirror_names *names, strata_msec now)
{
	for (int i = 0; i < STRATA_MIRROR_STRIPES; i++) {
		if (strata_unconfirmed_is_due(names->stripes[i], now)) {
			return true;
		}
	}
	return false;
}

/* As strata_unconfirmed_take() and strata_unconfirmed_complete(). */
uint32_t strata_mirror_take(const strata_mirror_names *names, strata_arena *arena,
	strata_unconfirmed_name *out, uint32_t room);
void strata_mirror_complete(const strata_mirror_names *names, const strata_unconfirmed_name *name);

/* What was taken was not looked at, and is due at once. */
void strata_mirror_give_back(const strata_mirror_names *names, const strata_unconfirmed_name *name);

/* What is noted is lost with the memory of this host, and counts as dropped. Returns how many. */
uint64_t strata_mirror_drop(const strata_mirror *mirror);

/* How many are noted at this moment, and how many could not be, ever. */
uint64_t strata_mirror_noted(const strata_mirror_names *names);
uint64_t strata_mirror_dropped(const strata_mirror_names *names);

/* How many of the changes that are over are noted? What callers were told of is among these. */
uint64_t strata_mirror_waiting(const strata_mirror_names *names);

/* When the last one could not be; by the wall clock, msec since 1970; 0: never. A few loads. */
strata_msec strata_mirror_dropped_at(const strata_mirror_names *names);

/* What a noted name says. False where that is nothing. id is of a tag, else 0. */
bool strata_mirror_read_name(strata_view name, strata_change_kind *kind, strata_view *key,
	uint64_t *id);

/* ---- opening ---- */

/*
 * Gives the database its mirror. other was made by strata_database_init_following(), and is the
 * mirror's from here on. False without memory; other is the caller's then.
 */
STRATA_MUST_CHECK bool strata_mirror_begin(strata_database *database, const strata_runtime *runtime,
	strata_database *other);

/*
 * The database is opened without a mirror: no process notes what changes in the place that answers.
 * The place that follows that one later on has missed it, and begins anew before it is believed.
 */
void strata_mirror_answer_alone(strata_database *database, const strata_runtime *runtime);
STRATA_MUST_CHECK bool strata_mirror_was_alone(const strata_mirror *mirror,
	const strata_database *place);
void strata_mirror_end_alone(const strata_mirror *mirror, const strata_database *place);

/* Ends it, where there is one. */
void strata_mirror_fini(strata_database *database);

#endif
