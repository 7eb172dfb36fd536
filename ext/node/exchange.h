/* exchange: the commands for one node, written together, and the replies that they are owed. */
#ifndef STRATA_NODE_EXCHANGE_H
#define STRATA_NODE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/result.h"
#include "base/time.h"
#include "health/connect_turn.h"
#include "protocol/protocol.h"

struct strata_connection;
struct strata_node;

/* What the caller says of the replies when it gives the connection back. */
typedef enum {
	STRATA_VERIFIED, /* nothing speaks against them: the connection may be kept, if it is clean */
	STRATA_MISMATCH, /* a reply was not that of its command: it and the idle ones are closed */
	/*
	 * A value was another key's. It may be stored like that, so that it says nothing against the
	 * node. The connection and the idle ones are closed all the same, and it counts as a desync.
	 */
	STRATA_KEY_MISMATCH
} strata_verdict;

/*
 * One command is carried by four structs: the item (a key of the script), the command (of a
 * protocol), the exchange (all commands for a node) and the connection that the exchange is on.
 */
typedef struct strata_exchange {
	/* Filled by the caller. */
	struct strata_node *node;
	strata_buffer request;  /* the commands, in order; the caller frees it */
	uint32_t expected;      /* replies that the commands are owed, at least 1 */
	bool is_urgent;         /* takes back what must not be served: never shed */
	strata_usec probe_wait; /* at most, where the node is out and may be back; 0: none */
	bool happens_once;      /* something among the commands must not be done twice */

	/* Filled by the loop that runs it. */
	strata_arena *arena;  /* of the replies */
	strata_usec deadline; /* monotonic and absolute, for connecting and everything after it */
	strata_usec began;
	struct strata_connection *connection; /* held until the release; NULL unless the result is OK */
	bool has_entered;                     /* the host counts it as under way at the node */
	bool is_waiting;                      /* for its turn to connect: it has no connection yet */
	strata_connect_turn turn;             /* that it waits for, or has waited for */
	bool is_repeated;                     /* it was asked again on a new connection */
	uint8_t reserves_used;                /* of an urgent one: how often its deadline was put off */
	void **replies;                       /* room for those expected, in order, in the arena */
	uint32_t received;           /* replies that are believed, also those before a failure */
	strata_result result;        /* OK when all replies came, else why they did not */
	strata_protocol_error error; /* the cause in words; empty when OK */

	/* Written by the caller while it gives the replies to their commands. */
	uint32_t taken;       /* replies given so far */
	strata_result broken; /* what all further commands come to; OK while replies are believed */
	strata_verdict verdict;
	bool is_stale;         /* the connections to this node are to be opened anew */
	bool is_held;          /* it is yet to be released */
	const char *node_name; /* in the arena: it outlives the node */
} strata_exchange;

#endif
