/* sentinel — finds the server that is the master now, as its sentinels say. */
#ifndef STRATA_REDIS_SENTINEL_SENTINEL_H
#define STRATA_REDIS_SENTINEL_SENTINEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"
#include "node/terms/client_options.h"
#include "node/node.h"
#include "protocol/resp.h"
#include "redis/sentinel/master_table.h"

/* All sentinels of one master. Belongs to one thread and one database. */
typedef struct strata_sentinel strata_sentinel;

/* The sentinels to ask, and the master that they are asked about. */
typedef struct {
	const char *name; /* of the master, as the sentinels call it */
	const strata_hostport *sentinels;
	uint32_t count;
	const char *user;             /* for the sentinels; NULL: none */
	const char *password;         /* likewise */
	strata_master_table *masters; /* NULL: what is heard stays in this thread */
} strata_sentinel_watchers;

/* The texts of the watchers and the options must outlive it; their list need not. */
STRATA_MUST_CHECK strata_result strata_sentinel_new(const strata_sentinel_watchers *watchers,
	const strata_client_options *options, strata_stats *stats, strata_sentinel **out);
void strata_sentinel_free(strata_sentinel *sentinel);

/*
 * Between a hold and its release no node is freed, also when it is the master no more. Holds may
 * overlap. NULL is allowed.
 */
void strata_sentinel_ref(strata_sentinel *sentinel);
void strata_sentinel_unref(strata_sentinel *sentinel);

/*
 * The node that is the master as far as this host knows. One caller of the host asks all sentinels
 * at once every second. Where they cannot be asked or do not agree, the known master stays. Else
 * why none was found, with the cause in error. A server that said that it is no master is refused
 * by NO_OWNER until the sentinels were asked again; it is then in *out, to be named and not to be
 * asked. *now is read again where that took time.
 */
STRATA_MUST_CHECK strata_result strata_sentinel_find(strata_sentinel *sentinel, strata_usec *now,
	strata_usec deadline, strata_arena *arena, strata_node **out, strata_protocol_error *error);

/* The sentinels themselves, for a check of them: the nth, or NULL. And the name of the master. */
strata_node *strata_sentinel_watcher(const strata_sentinel *sentinel, uint32_t nth);
const char *strata_sentinel_master_name(const strata_sentinel *sentinel);

/* The node did not answer, and this is why. NULL is allowed. */
void strata_sentinel_lost(strata_sentinel *sentinel, const strata_node *node, strata_result why);

/*
 * Is this the reply of a server that has become a replica? Then its connections are to be closed.
 * No sentinel is NULL.
 */
bool strata_sentinel_is_demoted(strata_sentinel *sentinel, const strata_node *node,
	const strata_resp_reply *reply);

#endif
