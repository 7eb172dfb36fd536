/* node_advice — why a node failed, in the words of an operator: what should its DSN say? */
#ifndef STRATA_NODE_NODE_ADVICE_H
#define STRATA_NODE_NODE_ADVICE_H

#include "base/result.h"
#include "base/time.h"
#include "node/connection.h"

struct strata_node;

/*
 * It failed, or refused what it was asked, in these words: they are its last error. Nothing is kept
 * of a failure of this host.
 */
void strata_node_note_error(const struct strata_node *node, strata_result result,
	const strata_protocol_error *error, strata_usec now);

/*
 * What failed over this connection, or NULL: adds to the error what a DSN that cannot be right has
 * to say instead, and says that it lasts. Before the host is told of the outcome. The result is
 * TLS where one side alone speaks it, else the one given.
 */
STRATA_MUST_CHECK strata_result strata_node_explain_failure(struct strata_node *node,
	const strata_connection *connection, strata_result result, strata_protocol_error *error,
	strata_usec now);

/*
 * What a look at its port has found, if one has ended. A mismatch becomes the last error here: the
 * node may not be asked any more by then.
 */
void strata_node_end_look(struct strata_node *node, strata_usec now);

#endif
