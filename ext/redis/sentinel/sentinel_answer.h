/* sentinel_answer — where does one sentinel say that the master is? */
#ifndef STRATA_REDIS_SENTINEL_SENTINEL_ANSWER_H
#define STRATA_REDIS_SENTINEL_SENTINEL_ANSWER_H

#include "net/endpoint.h"
#include "protocol/protocol.h"
#include "protocol/resp.h"

typedef enum {
	STRATA_SENTINEL_SILENT,     /* did not answer, or nothing that can be believed */
	STRATA_SENTINEL_KNOWS_NONE, /* watches no master of this name */
	STRATA_SENTINEL_NAMES
} strata_sentinel_answer_kind;

/* All zeroes is that of a sentinel which did not answer. */
typedef struct {
	strata_sentinel_answer_kind kind;
	strata_endpoint master; /* when it NAMES one */
	uint64_t epoch;         /* of the failover that made it the master; 0: not told */
} strata_sentinel_answer;

enum { STRATA_SENTINEL_QUESTIONS = 2 };

/* Appends both questions about the master of this name. Returns 0, or -1 when out of memory. */
int strata_sentinel_answer_ask(strata_buffer *out, const char *name);

/*
 * Reads the replies to them. OK when it NAMES a master or KNOWS_NONE; else it is SILENT, and the
 * result and the words in error say why it is not believed.
 */
STRATA_MUST_CHECK strata_result strata_sentinel_answer_read(strata_sentinel_answer *out,
	void *const *replies, strata_protocol_error *error);

#endif
