/* replacement: a master that took another one's place, and may never have heard what that did. */
#ifndef STRATA_REDIS_REPLACEMENT_H
#define STRATA_REDIS_REPLACEMENT_H

#include "redis/attempt.h"

/*
 * Before the attempts are sent: where one goes to another master than the host knew for its slot,
 * and the former one serves nothing any more, the removals that that confirmed last are noted as
 * unconfirmed. The new one is not believed about them before it did them too.
 */
void strata_replacement_look(const strata_redis_client *client, strata_request_ctx *ctx);

#endif
