/* result — what fetch() hands out: Strata\Result and the enums in it. */
#ifndef STRATA_API_RESULT_H
#define STRATA_API_RESULT_H

#include "php.h"

#include "tier/item.h"

extern zend_class_entry *strata_result_ce;
extern zend_class_entry *strata_status_enum;
extern zend_class_entry *strata_tier_enum;
extern zend_class_entry *strata_reason_enum;

/*
 * Makes a Strata\Result of what became of an item. The value is copied when the item is a hit, else null.
 */
void strata_api_make_result(zval *out, const strata_item *item, zval *value);

#endif
