#include "api/request/exceptions.h"

zend_class_entry *strata_base_exception;
zend_class_entry *strata_configuration_exception;
zend_class_entry *strata_serialization_exception;
zend_class_entry *strata_connection_exception;
zend_class_entry *strata_capacity_exception;
zend_class_entry *strata_busy_exception;
zend_class_entry *strata_transaction_exception;
