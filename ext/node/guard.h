/* guard — which of the replies on a connection are those of its task, proven by the echo of a nonce? */
#ifndef STRATA_NODE_GUARD_H
#define STRATA_NODE_GUARD_H

#include "protocol/nonce.h"
#include "node/task.h"
#include "node/client_options.h"

/*
 * One task on its way, with a question for an echo before it, behind it, both or neither:
 *
 *     before   a connection that lay idle may hold something that nobody noticed: its first reply must
 *              be the echo, or none of the others is believed
 *     behind   replies were out of step lately: none of them is believed until the echo follows them
 *
 * All zeroes is a valid guard without a task.
 */
typedef struct {
	bool leads;
	bool trails;
	uint32_t taken; /* replies, echoes included */
	strata_nonce nonce;
	strata_buffer bytes; /* of the whole request, where there is a nonce in it */
} strata_guard;

/* Should the nonce stand behind the commands too? In strict mode, and while the node (NULL: none) is suspected. */
bool strata_guard_trails(const strata_client_options *options, const strata_breaker *breaker);

/* NO_MEMORY, or OK: the guard has the task's request in it. It refers to the task until the next wrap. */
STRATA_MUST_CHECK strata_result strata_guard_wrap(strata_guard *guard,
	const strata_protocol *protocol, strata_task *task, bool leads, bool trails);
void strata_guard_fini(strata_guard *guard);

/* What is to be written, and how many replies that owes. */
strata_view strata_guard_request(const strata_guard *guard, const strata_task *task);
uint32_t strata_guard_owed(const strata_guard *guard, const strata_task *task);

/* The next reply. DESYNC when it should have been the echo and is not: no reply of the task counts then. */
STRATA_MUST_CHECK strata_result strata_guard_take(strata_guard *guard,
	const strata_protocol *protocol, strata_task *task, void *reply);

#endif
