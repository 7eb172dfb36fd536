/* memcached: a fixed set of servers, asked in parallel, with every reply bound to its command. */
#ifndef STRATA_MEMCACHED_MEMCACHED_H
#define STRATA_MEMCACHED_MEMCACHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/call.h"
#include "memcached/command.h"
#include "memcached/ring.h"
#include "node/terms/client_options.h"
#include "stats/stats.h"

/* Belongs to one thread and one database. */
typedef struct strata_memcached strata_memcached;

struct strata_node;

/* A run's connections, held until its release. */
typedef struct strata_memcached_replies strata_memcached_replies;

STRATA_MUST_CHECK strata_result strata_memcached_new(const strata_ring_server *servers,
	uint32_t count, const strata_client_options *options, strata_stats *stats,
	strata_memcached **out);
void strata_memcached_free(strata_memcached *pool);

uint32_t strata_memcached_count(const strata_memcached *pool);
uint32_t strata_memcached_pick(const strata_memcached *pool, strata_view key);

/* The server itself, for a check of it. */
struct strata_node *strata_memcached_node(const strata_memcached *pool, uint32_t node);

/* May this server be asked without a second thought? */
bool strata_memcached_is_healthy(const strata_memcached *pool, uint32_t node, strata_usec now);

/* The second place of a key: another server, see strata_ring_pick_second(). */
uint32_t strata_memcached_pick_second(const strata_memcached *pool, strata_view key);

/* Is a removal that this server does not confirm kept by name? */
bool strata_memcached_keeps_names(const strata_memcached *pool, uint32_t node);

/*
 * Sends every command to its node, all nodes in parallel, in one round trip and under one deadline
 * (see strata_deadline_begin()). Every command's result is written, and call->error says
 * why the last failure failed. A reply whose key or opaque is not the request's ends the connection
 * and is DESYNC. After an ERROR reply that may leave the stream out of step
 * (strata_meta_error_is_in_step) the rest of that node's pipeline fails with it and the connection
 * ends. A key that does not fit (strata_meta_key_fits) is TOO_LARGE and not sent, nor is a value
 * that is larger than its server is known to store. Removals that a server owes go in front of the
 * commands for it, and may make the answer NOT_READY. Returns NULL only when out of memory: every
 * command is then NO_MEMORY and there is nothing to release.
 */
strata_memcached_replies *strata_memcached_run(strata_memcached *pool, strata_call *call,
	strata_memcached_command *commands, size_t count);

/*
 * Other servers are about to be asked to change what is under these commands' keys. Until they are
 * run or concluded, the removals are under way (host/under_way.h).
 */
void strata_memcached_announce(strata_memcached *pool, const strata_memcached_command *commands,
	size_t count);

/* Does anything that this thread announced still stand? */
bool strata_memcached_is_announced(const strata_memcached *pool);

/*
 * What became of one that was announced, by the result in it, which is that of the other servers.
 * Where it still stands and nothing has changed, it is struck, else it is owed. Where they failed,
 * and may do it yet, it is owed once more in any case, 5 s later.
 */
void strata_memcached_conclude(strata_memcached *pool, const strata_memcached_command *command);

/* After the last one: whatever else still stands is owed, as where there was no memory. */
void strata_memcached_end(strata_memcached *pool);

/*
 * Gives the connections back; closes those on which a command is marked. A server that refused a
 * value for its size is asked for its limit then, by one process of the host. NULL is allowed.
 */
void strata_memcached_release(strata_memcached_replies *replies);

#endif
