/* node: strata_node(), by which an operator takes a server out and brings it back. */
#ifndef STRATA_API_OPERATOR_NODE_H
#define STRATA_API_OPERATOR_NODE_H

#include "php.h"

ZEND_FUNCTION(strata_node);
ZEND_FUNCTION(strata_request_boundary);

#endif
