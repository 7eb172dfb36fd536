/*
 * A process that dies has no end of its request: what it held back is lost with it. Its
 * application's transaction is rolled back by the database in nearly all of these cases.
 */
#include "api/transaction/unfinished.h"

#include <stdatomic.h>
#include <syslog.h>

#include "api/transaction/sending.h"
#include "api/transaction/transaction.h"
#include "os/process.h"

/* PHP has no stack here that an exception could be thrown to: nothing is opened anew. */
static strata_database *database_in(const strata_settings_set *set,
	const strata_transaction *transaction)
{
	strata_database *database =
		set->databases != NULL ? set->databases[transaction->database] : NULL;
	bool is_same_set = set->word == transaction->word && set->user == transaction->user;

	return database != NULL && (is_same_set || database->keyspace.local_id == transaction->local_id)
			   ? database
			   : NULL;
}

/* NULL: its settings were given up meanwhile, for those of others. */
static strata_database *database_of(const strata_transaction *transaction)
{
	strata_database *database = NULL;

	for (uint32_t i = 0; database == NULL && i < STRATA_SETTINGS_SETS; i++) {
		database = database_in(&STRATA_G(sets)[i], transaction);
	}
	return database;
}

/* why: NULL where all was confirmed. */
static void say(const strata_database *database, const char *why)
{
	char *line;

	spprintf(&line, 0,
		"strata: database %s: a request ended in a transaction that neither commit() nor "
		"rollback() had ended: what it deleted, set or invalidated %s (said once in each "
		"process)%s%s",
		database->name, why == NULL ? "was removed" : "may still be there", why == NULL ? "" : ": ",
		why == NULL ? "" : why);
	php_log_err_with_severity(line, LOG_WARNING);
	efree(line);
}

static void report(const strata_database *database, const char *why)
{
	static atomic_flag has_said = ATOMIC_FLAG_INIT, has_failed = ATOMIC_FLAG_INIT;

	if (database->tier_count > 0) {
		strata_stats_add(database->tiers[0].stats, STRATA_COUNT_TRANSACTIONS_UNFINISHED, 1);
	}
	if (!atomic_flag_test_and_set(why == NULL ? &has_said : &has_failed)) {
		say(database, why);
	}
}

/* Removals of several levels come to the same in any order. Nothing here takes memory of PHP. */
static bool send_levels(strata_api_call *call, const strata_transaction *transaction)
{
	bool is_confirmed = true;

	for (strata_pending *level = transaction->level; level != NULL; level = level->outer) {
		strata_item failed;

		is_confirmed &= strata_sending_send(call, level, STRATA_SENDING_REMOVALS, &failed);
	}
	return is_confirmed;
}

/* A budget of its own: that of the request may be used up. */
static void send_removals(strata_transaction *transaction, strata_database *database)
{
	strata_space root = strata_space_root(transaction->database);
	strata_budget budget = { .waited = 0 };
	strata_api_call call;

	if (!strata_api_begin_on(&call, database, &root)) {
		report(database, strata_result_text(STRATA_NO_MEMORY));
		return;
	}
	call.call.budget = &budget;
	report(database, send_levels(&call, transaction) ? NULL : call.call.error);
	strata_api_end(&call);
}

static void end(strata_transaction *transaction)
{
	strata_database *database = database_of(transaction);

	if (database != NULL && transaction->process == strata_process_generation()) {
		send_removals(transaction, database);
	}
	strata_transaction_free(transaction);
}

void strata_unfinished_end(void)
{
	while (STRATA_G(transactions) != NULL) {
		strata_transaction *transaction = STRATA_G(transactions);

		strata_transaction_detach(transaction);
		strata_transaction_note_drop();
		end(transaction);
	}
}

void strata_unfinished_open(void)
{
	STRATA_G(transactions) = NULL;
	STRATA_G(transactions_are_closed) = false;
}

void strata_unfinished_close(void)
{
	strata_unfinished_end();
	STRATA_G(transactions_are_closed) = true;
}
