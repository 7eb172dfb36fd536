/* exchange — commands to several nodes, their replies in one poll loop, under one deadline. */
#ifndef STRATA_NODE_EXCHANGE_H
#define STRATA_NODE_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/time.h"
#include "node/node.h"

/* One node's part. The caller fills the first group, the run fills the second. */
typedef struct {
	strata_node *node;
	strata_buffer request; /* the commands, in order; the caller frees it */
	uint32_t owed;         /* replies that the commands owe, at least 1 */
	bool is_urgent;        /* takes back what must not be served: never shed */
	bool happens_once;     /* something among the commands must not be done twice */

	/* Held from run to release; NULL unless the result is OK, because a failure closes it. */
	strata_connection *connection;
	strata_usec began;
	bool has_entered;  /* the host counts it as under way at the node */
	bool is_repeated;  /* it was asked again on a new connection */
	void **replies;    /* received of them, in order, in the arena */
	uint32_t received; /* also counts what came before a failure; 0 when more came than was owed */
	strata_result result;        /* OK when all owed replies came, else why they did not */
	strata_protocol_error error; /* the cause in words; empty when OK */
} strata_exchange;

/*
 * Connects and greets where no idle connection is proven usable, writes to all nodes, reads from
 * all of them, and returns when every exchange has its replies or has failed. deadline is monotonic
 * (strata_clock_usec) and absolute: no wait of any kind goes past it. Every connection is poisoned
 * before its first byte is written and clean only when its last owed reply was parsed and no byte
 * is left over. No PHP code runs here and nothing of Zend is used.
 */
void strata_exchange_run(strata_exchange *exchanges, size_t count, strata_usec deadline,
	strata_arena *arena);

typedef enum {
	/* Back to the node's idle connections, if it is clean. */
	STRATA_TRUSTED,
	/* A reply was not that of its question: close it and the idle ones, count a desync. */
	STRATA_DISTRUSTED,
	/*
	 * A value was another key's. It may be stored like that, so that it says nothing against the node;
	 * the connection and the idle ones are closed all the same, and it counts as a desync.
	 */
	STRATA_DOUBTED
} strata_trust;

/*
 * Gives the connection of one exchange back; must follow every run. The replies stay valid (arena).
 * To close it without suspicion, strata_connection_poison() it before.
 */
void strata_exchange_release(strata_exchange *exchange, strata_trust trust);

#endif
