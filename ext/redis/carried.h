/* carried: removals that a pool owes, in front of the commands of a call that asks it. */
#ifndef STRATA_REDIS_CARRIED_H
#define STRATA_REDIS_CARRIED_H

#include <stddef.h>

#include "base/call.h"
#include "host/unconfirmed.h"
#include "redis/redis_client.h"
#include "redis/redis_command.h"

/* All zeroes: none. In the arena of the call. */
typedef struct {
	strata_redis_command *commands; /* removals */
	strata_unconfirmed_name *names; /* that they remove */
	size_t count;
	size_t asked; /* so many at the front are of names that the call itself asks for */
	strata_unconfirmed_name *found; /* for each command of the call: its own name; NULL: none */
	size_t *carrier; /* for each command of the call: which of the removals is its name's */
} strata_redis_carried;

/*
 * What the call is to carry, where the pool of the client owes anything. A read of what is owed
 * becomes one that goes to the master. Where there is no memory for it, none: what is owed is not
 * answered then.
 */
strata_redis_carried strata_redis_carry(const strata_redis_client *client, strata_call *call,
	strata_redis_command *commands, size_t count);

/*
 * The last word on the commands of a call, which are complete: NOT_READY where one asked for a name
 * whose removal is owed, and was not confirmed in front of it. What removals came to is noted.
 */
void strata_redis_carried_complete(const strata_redis_carried *carried,
	const strata_redis_client *client, strata_call *call, strata_redis_command *commands,
	size_t count);

#endif
