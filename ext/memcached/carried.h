/* carried: removals that a server owes, in front of the commands of a call that asks it. */
#ifndef STRATA_MEMCACHED_CARRIED_H
#define STRATA_MEMCACHED_CARRIED_H

#include <stddef.h>

#include "base/call.h"
#include "host/unconfirmed.h"
#include "memcached/command.h"
#include "node/node.h"

/* All zeroes: none. In the arena of the call. */
typedef struct {
	strata_memcached_command *commands; /* removals */
	strata_unconfirmed_name *names;     /* that they remove */
	size_t count;
	strata_unconfirmed_name
		*found;      /* for each command of the call: is its own name unconfirmed? NULL: none */
	size_t *carrier; /* for each command of the call: which of the removals is its name's */
} strata_memcached_carried;

/*
 * What the call is to carry for its commands, where a server that they go to owes anything. nodes
 * are those of the pool. Where there is no memory for it, none: what is owed is not answered then.
 */
strata_memcached_carried strata_memcached_carry(strata_call *call,
	const strata_memcached_command *commands, size_t count, strata_node *const *nodes);

/* Notes which of the removals the servers confirmed. */
void strata_memcached_carried_complete(const strata_memcached_carried *carried);

/*
 * The last word on a command that was completed: NOT_READY where it asked for a name whose removal
 * is owed, and was not confirmed in front of it. What a removal came to is noted.
 */
void strata_memcached_carried_classify(const strata_memcached_carried *carried,
	strata_memcached_command *command, size_t index, const strata_node *node, strata_call *call);

/* A removal that was not sent to this node, by its result, is unconfirmed. */
void strata_memcached_carried_note_unsent(const strata_memcached_command *command,
	const strata_node *node);

#endif
