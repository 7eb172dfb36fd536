/* transaction: the writes that begin() holds back until commit(), by thread and database. */
#ifndef STRATA_API_TRANSACTION_TRANSACTION_H
#define STRATA_API_TRANSACTION_TRANSACTION_H

#include "php.h"

#include "api/request/call.h"
#include "api/transaction/pending.h"

/*
 * Of a thread and a database, whichever object, namespace or fiber uses it. Settings that change
 * meanwhile leave it alone, unless they lead to other values. Zend memory: it ends with the
 * request, and a forked child begins without.
 */
typedef struct strata_transaction {
	struct strata_transaction *next;
	uint32_t database;     /* index */
	uint64_t local_id;     /* of its keyspace, as it was opened last */
	uint64_t word;         /* of the settings set that it began under */
	uint32_t user;         /* likewise */
	uint32_t process;      /* strata_process_generation() */
	strata_pending *level; /* the innermost */
} strata_transaction;

/* Is any open? The fast path is closed then. */
static inline bool strata_transaction_is_any(void)
{
	return STRATA_G(transactions) != NULL;
}

/* That of this database as the settings in force have it; NULL: none is open. */
strata_transaction *strata_transaction_of(uint32_t index, const strata_database *database);

/* Opens one, or a further level of it. False where the request is over. */
bool strata_transaction_begin(const strata_api_call *call);

bool strata_transaction_is_nested(const strata_transaction *transaction);

/* Ends the innermost of several levels: its writes are those of the outer one, or dropped. */
void strata_transaction_merge_level(strata_transaction *transaction);
void strata_transaction_drop_level(strata_transaction *transaction);

/* From here on none is open. The caller frees it. */
void strata_transaction_detach(strata_transaction *transaction);
void strata_transaction_free(strata_transaction *transaction);

typedef enum {
	STRATA_TRANSACTION_SILENT, /* the tiers are to be asked */
	STRATA_TRANSACTION_GONE,   /* deleted, cleared, or outdated by a tag */
	STRATA_TRANSACTION_HELD    /* *write is its value */
} strata_transaction_word;

/* What the levels say of a key, the innermost first. */
strata_transaction_word strata_transaction_ask(const strata_transaction *transaction,
	strata_view key, const strata_pending_write **write);

/* Was the tag invalidated on any level? */
bool strata_transaction_invalidates(const strata_transaction *transaction, uint64_t id);

/* Does a value of the tiers bear a tag that was invalidated on any level? */
bool strata_transaction_outdates(const strata_transaction *transaction, const strata_item *item);

#endif
