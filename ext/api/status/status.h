/* status: strata_status(), all states of this host as one array. */
#ifndef STRATA_API_STATUS_STATUS_H
#define STRATA_API_STATUS_STATUS_H

#include "php.h"

#include "database/database_users.h"

/* The users in one line, as numbers. */
void strata_api_print_users(const strata_database_users_view *view, char *line, size_t room);

/* Writes the whole array that strata_status() returns. */
void strata_api_read_status(zval *status);

ZEND_FUNCTION(strata_status);

#endif
