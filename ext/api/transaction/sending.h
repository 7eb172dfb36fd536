/* sending: what a transaction held back goes to the tiers. */
#ifndef STRATA_API_TRANSACTION_SENDING_H
#define STRATA_API_TRANSACTION_SENDING_H

#include "php.h"

#include "api/request/call.h"
#include "api/transaction/pending.h"

typedef enum {
	STRATA_SENDING_ALL,     /* after commit() */
	STRATA_SENDING_REMOVALS /* no value: what was set is deleted, since it may have changed */
} strata_sending_extent;

/*
 * Of one level. Asks the tiers for everything, whatever fails: clear(), tags, deletes, then values,
 * each kind in one batch. True when all was confirmed; a value that remember() computed may be left
 * out. *failed is the first item that has a reason to be told, with its sentence in call->error, or
 * one that is OK. Runs no PHP code and uses no memory of PHP.
 */
bool strata_sending_send(strata_api_call *call, strata_pending *pending,
	strata_sending_extent extent, strata_item *failed);

#endif
