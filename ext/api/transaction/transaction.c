/*
 * Applications nest their own transactions: a service that opens one calls another that does too,
 * and where the database has savepoints, the inner one can be rolled back alone. So each begin() is
 * a level. Only the outermost commit() sends anything.
 */
#include "api/transaction/transaction.h"

#include "api/request/databases.h"
#include "os/process.h"

/* ---- which one ---- */

/* Its request's memory is the child's own copy by now. What it holds is the parent's to send. */
static void forget_those_of_parent(void)
{
	while (STRATA_G(transactions) != NULL &&
		   STRATA_G(transactions)->process != strata_process_generation()) {
		strata_transaction *of_parent = STRATA_G(transactions);

		strata_transaction_detach(of_parent);
		strata_transaction_free(of_parent);
	}
}

/*
 * The same settings can lead to other servers (strata.topology), and other settings to the same
 * values (on_error).
 */
static bool is_about(const strata_transaction *transaction, uint32_t index,
	const strata_database *database)
{
	const strata_settings_set *set = STRATA_G(set);
	bool is_same_set =
		set != NULL && transaction->word == set->word && transaction->user == set->user;

	return transaction->database == index &&
		   (is_same_set || transaction->local_id == database->keyspace.local_id);
}

strata_transaction *strata_transaction_of(uint32_t index, const strata_database *database)
{
	strata_transaction *transaction;

	forget_those_of_parent();
	transaction = STRATA_G(transactions);
	while (transaction != NULL && !is_about(transaction, index, database)) {
		transaction = transaction->next;
	}
	if (transaction != NULL) {
		transaction->local_id = database->keyspace.local_id;
	}
	return transaction;
}

/* ---- levels ---- */

static void push_level(strata_transaction *transaction)
{
	strata_pending *level = emalloc(sizeof(*level));

	strata_pending_init(level, transaction->level);
	transaction->level = level;
}

static strata_transaction *new_transaction(const strata_api_call *call)
{
	strata_transaction *transaction = emalloc(sizeof(*transaction));

	*transaction = (strata_transaction){ .database = call->space.database,
		.local_id = call->database->keyspace.local_id,
		.word = STRATA_G(set)->word,
		.user = STRATA_G(set)->user,
		.process = strata_process_generation() };
	push_level(transaction);
	return transaction;
}

bool strata_transaction_begin(const strata_api_call *call)
{
	strata_transaction *transaction;

	if (STRATA_G(transactions_are_closed)) {
		return false;
	}
	transaction = strata_transaction_of(call->space.database, call->database);
	if (transaction != NULL) {
		push_level(transaction);
		return true;
	}
	transaction = new_transaction(call);
	transaction->next = STRATA_G(transactions);
	STRATA_G(transactions) = transaction;
	strata_api_set_fast_path();
	return true;
}

bool strata_transaction_is_nested(const strata_transaction *transaction)
{
	return transaction->level->outer != NULL;
}

/* After its pending has been ended. */
static void pop_level(strata_transaction *transaction)
{
	strata_pending *level = transaction->level;

	transaction->level = level->outer;
	efree(level);
}

void strata_transaction_merge_level(strata_transaction *transaction)
{
	strata_pending_join_outer(transaction->level);
	pop_level(transaction);
}

void strata_transaction_drop_level(strata_transaction *transaction)
{
	strata_pending_fini(transaction->level);
	pop_level(transaction);
}

void strata_transaction_detach(strata_transaction *transaction)
{
	strata_transaction **at = &STRATA_G(transactions);

	while (*at != transaction) {
		at = &(*at)->next;
	}
	*at = transaction->next;
	strata_api_set_fast_path();
}

void strata_transaction_free(strata_transaction *transaction)
{
	while (transaction->level != NULL) {
		strata_transaction_drop_level(transaction);
	}
	efree(transaction);
}

/* ---- what is in them ---- */

/* A tag that was invalidated on a level further in than that of the write. */
static bool is_outdated(const strata_transaction *transaction, const strata_pending *of,
	const strata_pending_write *write)
{
	for (const strata_pending *level = transaction->level; level != of; level = level->outer) {
		if (strata_pending_outdates(level, write->tags, write->tag_count)) {
			return true;
		}
	}
	return false;
}

strata_transaction_word strata_transaction_ask(const strata_transaction *transaction,
	strata_view key, const strata_pending_write **write)
{
	for (const strata_pending *level = transaction->level; level != NULL; level = level->outer) {
		*write = strata_pending_find(level, key);
		if (*write != NULL) {
			return (*write)->kind == STRATA_PENDING_DELETE ||
						   is_outdated(transaction, level, *write)
					   ? STRATA_TRANSACTION_GONE
					   : STRATA_TRANSACTION_HELD;
		}
		if (level->is_cleared) {
			return STRATA_TRANSACTION_GONE;
		}
	}
	return STRATA_TRANSACTION_SILENT;
}

static bool outdates(const strata_transaction *transaction, const strata_tag *tags, size_t count)
{
	for (const strata_pending *level = transaction->level; level != NULL; level = level->outer) {
		if (strata_pending_outdates(level, tags, count)) {
			return true;
		}
	}
	return false;
}

bool strata_transaction_invalidates(const strata_transaction *transaction, uint64_t id)
{
	return outdates(transaction, &(strata_tag){ .id = id }, 1);
}

bool strata_transaction_outdates(const strata_transaction *transaction, const strata_item *item)
{
	return outdates(transaction, item->tags, item->tag_count);
}
