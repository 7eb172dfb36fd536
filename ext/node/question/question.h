/* question: what one server is asked that no key is part of, over the connections of requests. */
#ifndef STRATA_NODE_QUESTION_QUESTION_H
#define STRATA_NODE_QUESTION_QUESTION_H

#include "node/node.h"

/* What becomes of the connection. */
typedef enum {
	STRATA_QUESTION_KEEPS,
	STRATA_QUESTION_CLOSES /* something in the question may have changed what it is good for */
} strata_question_end;

typedef struct {
	strata_result result; /* OK: all replies came */
	const char *error;    /* the sentence, node included; NULL when OK */
	void *const *replies; /* in the arena */
	uint64_t sent_at;     /* by the wall clock, in microseconds: when the last attempt began */
	strata_usec took;     /* from there to the last reply, connecting included if that was needed */
} strata_answer;

/*
 * Asks under a deadline of its own, which no request pays for. A node that did not answer is asked
 * once more while there is time: looking its name up for the first time may take longer than
 * connecting may. The request is freed. *out is written on every path.
 */
void strata_question_ask(strata_node *node, strata_buffer *request, uint32_t expected,
	strata_question_end end, strata_usec time, strata_arena *arena, strata_answer *out);

#endif
