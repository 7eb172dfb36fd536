/* unfinished: transactions that neither commit() nor rollback() ended. */
#ifndef STRATA_API_TRANSACTION_UNFINISHED_H
#define STRATA_API_TRANSACTION_UNFINISHED_H

#include "php.h"

/*
 * Where a request ends, however it does: whether the application's own transaction was committed is
 * not known. So no value is stored, and what was deleted, set or invalidated is removed, within the
 * time that one request may wait. Counts them, and says so once in each process. Throws nothing and
 * runs no PHP code.
 */
void strata_unfinished_end(void);

/* Where a request of PHP begins and ends: in between begin() is accepted. */
void strata_unfinished_open(void);
void strata_unfinished_close(void);

#endif
