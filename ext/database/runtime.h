/* runtime: what strata stands on in this process. Made once in MINIT, shared by all threads. */
#ifndef STRATA_DATABASE_RUNTIME_H
#define STRATA_DATABASE_RUNTIME_H

#include <stdatomic.h>

#include "database/database_users.h"
#include "database/shared_tables.h"
#include "host/confirmed.h"
#include "host/table/followed.h"
#include "host/generation.h"
#include "host/host.h"
#include "host/lease.h"
#include "host/table/lock_table.h"
#include "host/under_way.h"
#include "host/unconfirmed.h"
#include "host/published_config.h"
#include "host/pins.h"
#include "host/process_slot.h"
#include "host/table/refusals.h"
#include "host/table/spin.h"
#include "host/table/tag_table.h"
#include "health/breaker_table.h"
#include "net/resolver/name_table.h"
#include "os/root_directory.h"
#include "redis/cluster/shared_slot_map.h"
#include "stats/anomalies.h"
#include "stats/differences.h"
#include "stats/hot_keys.h"
#include "stats/prefixes.h"
#include "stats/stats.h"
#include "store/store.h"

enum { STRATA_RUNTIME_TOKEN_KEY = 32 /* bytes */ };

typedef struct {
	strata_host *host;
	strata_process_slots *slots; /* of the control segment */
	strata_segment *segment;     /* NULL: no named one is in use, and the heap is this host's */
	strata_host *kept;           /* of the segment; else NULL */
	strata_host *passing;        /* of the segment; else NULL */
	strata_process_slots *segment_slots; /* of the segment; else NULL */
	strata_leases *leases; /* from here on: of the segment, or of the control segment */
	strata_lock_table *locks;
	strata_spin *spin;
	strata_pins *pins;
	strata_generations *generations;
	strata_tag_table *tag_table;
	strata_published_config *config; /* the topology file */
	strata_published_config *edited; /* the same after an edit; see database/in_force.h */
	strata_published_config *coming; /* the one that lies beside it */
	strata_followed *followed;
	strata_stats *stats;
	strata_prefixes *prefixes;
	strata_hot_keys *hot_keys;
	strata_database_users *database_users;
	strata_breaker_table *breaker_table;
	strata_slot_map_table *slot_maps;
	struct strata_master_table *masters;
	strata_name_table *names;
	strata_unconfirmed_table *unconfirmed;
	strata_under_way *under_way;
	strata_confirmed_table *confirmed;
	strata_unconfirmed_table *changes; /* of databases that move, see database/mirror.h */
	strata_differences_table *differences;
	strata_anomalies *anomalies;
	strata_refusals *refusals;
	strata_store *store; /* NULL: this host has no local tier */
	void *heap;          /* what the store lies in */
	const void *view; /* the same memory, where it can only be read; see strata_map_is_guarded() */
	size_t heap_size; /* bytes */
	char segment_error[STRATA_SEGMENT_ERROR]; /* why a segment that was named is not in use */
	strata_root_directory root;               /* of the process that made this */
	uint32_t user;                            /* its effective user */
	uint64_t secret;                          /* at random, in no shared memory */
	/* at random, in no file: of the processes that descend from this one alone */
	unsigned char token_key[STRATA_RUNTIME_TOKEN_KEY];
	strata_usec probe_max_wait; /* that a call has where no user waits for a request; else 0 */
} strata_runtime;

typedef enum {
	/* the kernel must back it now: for servers, which must not meet SIGBUS later */
	STRATA_HEAP_RESERVED,
	/* backed as it is touched: for the command line, where a start must cost nothing */
	STRATA_HEAP_LAZY
} strata_heap_backing;

/*
 * Maps the control segment and, where heap_size is not 0, the heap. NO_MEMORY when the control
 * segment cannot be had at all; a heap that cannot be had leaves store NULL and is told by
 * strata_runtime_heap_failed(). Before the first fork.
 */
STRATA_MUST_CHECK strata_result strata_runtime_init(strata_runtime *runtime, size_t heap_size,
	strata_heap_backing backing);

/*
 * The same with a heap that has a name. Where that segment cannot be used, segment is NULL,
 * segment_error says why, and the heap is this host's own. What concerns layout, sizes and
 * preparation is filled in here.
 */
STRATA_MUST_CHECK strata_result strata_runtime_init_named(strata_runtime *runtime, size_t heap_size,
	strata_heap_backing backing, const strata_segment_wish *wish);

/* The store; NULL where there is none, or it lies in a segment that was lost. */
strata_store *strata_runtime_usable_store(const strata_runtime *runtime);

/*
 * Does a process of this effective user take no value from the store, though it may store and
 * remove? What stands in a named segment, users that are not root may have made up.
 */
bool strata_runtime_withholds_values(const strata_runtime *runtime, uint32_t user);

/* Does this address lie in the view of the heap that PHP is given values from? */
static inline bool strata_runtime_holds(const strata_runtime *runtime, const void *at)
{
	return runtime->view != NULL && (uintptr_t) at - (uintptr_t) runtime->view < runtime->heap_size;
}

/* A heap was asked for and could not be had. */
bool strata_runtime_heap_failed(const strata_runtime *runtime);

/* Frees what is private to this process and unmaps; destroys nothing that others share. */
void strata_runtime_fini(strata_runtime *runtime);

#endif
