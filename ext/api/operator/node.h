/* node: strata_node(), by which an operator takes a server out and brings it back. */
#ifndef STRATA_API_OPERATOR_NODE_H
#define STRATA_API_OPERATOR_NODE_H

#include "php.h"

/*
 * What strata_node() does, for a caller that may: for so many seconds, 0: until another order.
 * False when no process of this host has used a server of that name, or no action is called so.
 */
bool strata_operator_order(const char *node, const char *action, uint32_t seconds);

ZEND_FUNCTION(strata_node);
ZEND_FUNCTION(strata_request_boundary);

#endif
