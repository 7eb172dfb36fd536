/* begin(), commit() and rollback(); what lies between them is a matter of api/transaction. */
#include "api/transactions.h"

#include "Zend/zend_exceptions.h"

#include "api/request/call.h"
#include "api/request/errors.h"
#include "api/request/exceptions.h"
#include "api/transaction/sending.h"
#include "api/transaction/transaction.h"

void strata_api_begin_transaction(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	strata_api_call call;

	ZEND_PARSE_PARAMETERS_NONE();

	if (!strata_api_begin(&call, space)) {
		RETURN_THROWS();
	}
	if (!strata_transaction_begin(&call)) {
		zend_throw_exception(strata_transaction_exception,
			"begin() comes too late: the request is over", 0);
	}
	strata_api_end(&call);
}

/* NULL with an exception thrown. */
static strata_transaction *open_one(const strata_api_call *call)
{
	strata_transaction *transaction = strata_transaction_of(call->space.database, call->database);

	if (transaction == NULL) {
		zend_throw_exception_ex(strata_transaction_exception, 0,
			"no transaction is open on database %s: %s() comes after begin()", call->database->name,
			ZSTR_VAL(EG(current_execute_data)->func->common.function_name));
	}
	return transaction;
}

/* It is over before anything is sent: error handlers of the script may begin the next one. */
static bool commit(strata_api_call *call, strata_transaction *transaction)
{
	strata_item failed;
	bool is_confirmed;

	strata_transaction_detach(transaction);
	is_confirmed = strata_sending_send(call, transaction->level, STRATA_SENDING_ALL, &failed);
	strata_errors_report(call, &failed);
	strata_transaction_free(transaction);
	return is_confirmed && !EG(exception);
}

void strata_api_commit_transaction(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	strata_transaction *transaction;
	strata_api_call call;

	ZEND_PARSE_PARAMETERS_NONE();

	if (!strata_api_begin(&call, space)) {
		RETURN_THROWS();
	}
	RETVAL_TRUE;
	transaction = open_one(&call);
	if (transaction != NULL && strata_transaction_is_nested(transaction)) {
		strata_transaction_merge_level(transaction);
	} else if (transaction != NULL) {
		RETVAL_BOOL(commit(&call, transaction));
	}
	strata_api_end(&call);
}

void strata_api_roll_back_transaction(INTERNAL_FUNCTION_PARAMETERS, const strata_space *space)
{
	strata_transaction *transaction;
	strata_api_call call;

	ZEND_PARSE_PARAMETERS_NONE();

	if (!strata_api_begin(&call, space)) {
		RETURN_THROWS();
	}
	transaction = open_one(&call);
	if (transaction != NULL) {
		strata_transaction_roll_back(transaction);
	}
	strata_api_end(&call);
}
