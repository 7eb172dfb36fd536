/* exceptions: the classes that strata throws, registered in MINIT. */
#ifndef STRATA_API_REQUEST_EXCEPTIONS_H
#define STRATA_API_REQUEST_EXCEPTIONS_H

#include "php.h"

extern zend_class_entry *strata_base_exception;
extern zend_class_entry *strata_configuration_exception;
extern zend_class_entry *strata_serialization_exception;
extern zend_class_entry *strata_connection_exception;
extern zend_class_entry *strata_capacity_exception;
extern zend_class_entry *strata_busy_exception;
extern zend_class_entry *strata_transaction_exception;

#endif
