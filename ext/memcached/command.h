/* command: one question to a memcached server, and what came of it. */
#ifndef STRATA_MEMCACHED_COMMAND_H
#define STRATA_MEMCACHED_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "host/unconfirmed.h"
#include "protocol/meta.h"

typedef struct {
	strata_meta_request request; /* the opaque is filled in by the run */
	uint32_t node;               /* from strata_memcached_pick(), or chosen */

	/*
	 * It takes a value back: a delete, or a set that replaces whatever is there. Where the server
	 * does not confirm it the removal is owed (host/unconfirmed.h). A write that must not be undone
	 * or whose loss is no harm is none: a fill, a lock, a generation.
	 */
	bool is_removal;
	/* A set that is refused must leave what is there. Servers remove it with what is too large. */
	bool keeps_former;
	bool is_carried; /* a removal that is unconfirmed: it may be done twice */

	/*
	 * OK when the reply came and belongs to the request; SERVER for an ERROR reply, or TOO_LARGE.
	 * NOT_READY where the name is to be removed before anything is believed of it.
	 */
	strata_result result;
	strata_meta_reply reply; /* valid when OK; the ERROR when SERVER, or TOO_LARGE by the server */
	const char *node_name;   /* never NULL after the run */
	strata_unconfirmed *unconfirmed; /* what its server owes; NULL: nothing is noted */
	uint32_t exchange;               /* that carries it, where it was sent */
	bool is_mismatched; /* set by the caller before the release: the value is another key's */
} strata_memcached_command;

#endif
