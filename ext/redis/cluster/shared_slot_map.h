/* shared_slot_map — what the processes of a host have learnt of the slots of one cluster. */
#ifndef STRATA_REDIS_CLUSTER_SHARED_SLOT_MAP_H
#define STRATA_REDIS_CLUSTER_SHARED_SLOT_MAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "health/token_bucket.h"
#include "host/gate.h"
#include "host/host.h"
#include "host/published.h"
#include "net/endpoint.h"
#include "redis/cluster/slot_map.h"

/* ---- single slots that have moved ---- */

enum {
	STRATA_ADDED_NODES = 16, /* nodes that a MOVED names and the map does not */
	STRATA_ADDED_NODE_WORDS = (sizeof(strata_endpoint) + 7) / 8
};

/*
 * What MOVED replies have said since a map was made. All of it belongs to one version of the map;
 * what was noted for another version does not count. Lies in shared memory; all zeroes: nothing
 * moved.
 */
typedef struct {
	_Atomic uint64_t latest; /* the version for which anything was last noted */
	struct {
		_Atomic uint64_t version; /* it was added for */
		_Atomic uint64_t check;
		_Atomic uint64_t place[STRATA_ADDED_NODE_WORDS];
	} added[STRATA_ADDED_NODES];
	_Atomic uint64_t slots[STRATA_SLOT_COUNT];
} strata_slot_overrides;

/*
 * The slot belongs to this node: an index of that version's map, or STRATA_SLOT_MAP_NODES and more
 * for an added node. STRATA_SLOT_NO_NODE takes back what was noted.
 */
void strata_slot_overrides_set(strata_slot_overrides *overrides, uint64_t version, uint16_t slot,
	uint16_t index);

/* Was anything noted for this version? */
bool strata_slot_overrides_exist(const strata_slot_overrides *overrides, uint64_t version);

/* What was noted of the slot; STRATA_SLOT_NO_NODE: nothing. Any number at all, after damage. */
uint16_t strata_slot_overrides_find(const strata_slot_overrides *overrides, uint64_t version,
	uint16_t slot);

/*
 * The index of this node, which is added if it is new; STRATA_SLOT_NO_NODE when there is no room.
 */
uint16_t strata_slot_overrides_add_node(strata_slot_overrides *overrides, uint64_t version,
	const strata_endpoint *node);

/* Where an added node is. False when no such node was added for this version. */
bool strata_slot_overrides_read_node(const strata_slot_overrides *overrides, uint64_t version,
	uint16_t index, strata_endpoint *out);

/* ---- the map ---- */

enum { STRATA_SHARED_SLOT_MAP_NAME = 128 };

/*
 * In shared memory, one for each cluster; without a host each thread has its own. All zeroes:
 * nothing is known.
 */
typedef struct {
	char name[STRATA_SHARED_SLOT_MAP_NAME];
	strata_gate refreshes; /* one process asks for a map at a time, and not too often */
	strata_token_bucket redirects;
	_Atomic uint64_t refreshed_at;     /* when the last answered CLUSTER SLOTS was sent, in msec */
	_Atomic uint64_t small_map_source; /* hash of the node whose map was too small */
	_Atomic uint64_t small_map_at;     /* in msec */
	_Atomic uint32_t failures;         /* refreshes in a row that brought no map */
	_Atomic uint32_t failure;          /* why the last one did not: a strata_result */
	strata_slot_overrides overrides;
	strata_published_head head; /* of the map that counts */
	_Atomic uint64_t words[STRATA_PUBLISHED_WORDS(sizeof(strata_slot_map))];
} strata_shared_slot_map;

/* A private one, for a process without a host. NULL when out of memory; free() takes it back. */
strata_shared_slot_map *strata_shared_slot_map_new(void);

uint64_t strata_shared_slot_map_version(const strata_shared_slot_map *shared);

/* Copies the map that counts: OK; MISS when there is none, CORRUPT when its bytes do not check. */
STRATA_MUST_CHECK strata_result strata_shared_slot_map_read(const strata_shared_slot_map *shared,
	strata_slot_map *map, uint64_t *version);

/*
 * Makes this map, asked for at that moment, the one that counts. False when it counted already;
 * then only the moment changes. Overrides end in any case: a node that redirects to a server that
 * is gone must not keep a slot from its owner for ever.
 */
bool strata_shared_slot_map_publish(strata_shared_slot_map *shared, const strata_slot_map *map,
	strata_msec asked_at);

/*
 * A node reported less than half of the slots, where all had an owner. True when another node
 * reported as much, or the same node for half a minute.
 */
bool strata_shared_slot_map_is_confirmed(strata_shared_slot_map *shared, uint64_t node,
	strata_msec now);

typedef enum {
	STRATA_REFRESH_LAZY,   /* all slots can be served by the old map so far: up to ten seconds */
	STRATA_REFRESH_URGENT, /* some cannot: up to two seconds */
	STRATA_REFRESH_FIRST   /* there is no map */
} strata_refresh_urgency;

/*
 * May the caller ask for a map now? One caller of the host, a second after the last, and twice as
 * long each time that the map stays the same. A first map that did not come in time is asked for
 * ten times a second: nothing can be served without. *ticket is for the end of the refresh.
 */
STRATA_MUST_CHECK strata_gate_answer
strata_shared_slot_map_take_refresh(strata_shared_slot_map *shared, strata_refresh_urgency urgency,
	strata_msec now, uint64_t *ticket);

/*
 * The refresh is over: CHANGED or SAME with OK, or FAILED and why it brought no map. Wakes up the
 * processes that wait.
 */
void strata_shared_slot_map_end_refresh(strata_shared_slot_map *shared, uint64_t ticket,
	strata_gate_outcome outcome, strata_result result);

/* Does a process ask for a map right now? */
bool strata_shared_slot_map_is_refreshing(const strata_shared_slot_map *shared, strata_msec now);

/* There is proof that the map has changed: a second after the last refresh is late enough. */
void strata_shared_slot_map_reset_backoff(strata_shared_slot_map *shared);

/* Why the last refresh of any process brought no map; NO_OWNER when that is not known. */
strata_result strata_shared_slot_map_failure(const strata_shared_slot_map *shared);

/* Sleeps until a refresh that is under way ends, at most that long. */
void strata_shared_slot_map_wait(strata_shared_slot_map *shared, strata_usec max_wait);

/* ---- redirects ---- */

/*
 * A bucket of 200 redirects, filled by a tenth of the commands and by 20 a second. Slots that move
 * by the thousand then cost a cluster a tenth more, and not many times as much.
 */
void strata_shared_slot_map_earn_redirects(strata_shared_slot_map *shared, uint64_t commands,
	strata_msec now);

/* May this host follow one more redirect? */
STRATA_MUST_CHECK bool strata_shared_slot_map_take_redirect(strata_shared_slot_map *shared,
	strata_msec now);

/* ---- the table ---- */

/* The shared slot maps of all clusters that the host talks to. */
typedef struct strata_slot_map_table strata_slot_map_table;

STRATA_MUST_CHECK strata_result strata_slot_map_table_new(strata_host *host,
	strata_slot_map_table **out);
void strata_slot_map_table_free(strata_slot_map_table *table);

/*
 * The record of the cluster with this key (not 0), made at the first call by any process and valid
 * for the life of the host. The name is for status. NULL when all are taken.
 */
strata_shared_slot_map *strata_slot_map_table_claim(strata_slot_map_table *table, uint64_t key,
	const char *name);

/* The record with this number, from 0, to be read; NULL when there are not so many. */
const strata_shared_slot_map *strata_slot_map_table_at(const strata_slot_map_table *table,
	uint32_t number);

/* For status. */
typedef struct {
	char name[STRATA_SHARED_SLOT_MAP_NAME]; /* the seed that was named first */
	uint64_t version;                       /* how often the map has changed; 0: none came yet */
	strata_msec age;                        /* since the map was last confirmed */
	uint32_t nodes;                         /* masters and replicas in it */
	uint32_t uncovered;                     /* slots without an owner */
	uint32_t failures;                      /* refreshes in a row that brought no map */
} strata_slot_map_status;

/* The record with this number, from 0. False when there are not so many. */
bool strata_slot_map_table_describe(const strata_slot_map_table *table, uint32_t number,
	strata_msec now, strata_slot_map_status *out);

#endif
