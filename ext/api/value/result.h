/* result — what fetch() hands out: Strata\Result and the enums in it. */
#ifndef STRATA_API_VALUE_RESULT_H
#define STRATA_API_VALUE_RESULT_H

#include "php.h"

#include "api/request/space.h"
#include "tier/item.h"

extern zend_class_entry *strata_result_ce;
extern zend_class_entry *strata_status_enum;
extern zend_class_entry *strata_tier_enum;
extern zend_class_entry *strata_reason_enum;

/* What a Strata\Result says of the key at the moment when it was made. */
typedef enum {
	STRATA_PRECONDITION_NONE,
	STRATA_PRECONDITION_ABSENT,
	STRATA_PRECONDITION_FOREIGN, /* another program's value, which has no version */
	STRATA_PRECONDITION_VERSION
} strata_precondition;

/* Gives results room for what they saw, which no script can see or make up. */
void strata_api_prepare_result_class(void);

/*
 * Makes a Strata\Result of what became of an item. The value is copied when the item is a hit, else
 * null. namespace_id is that of the database (strata_keyspace): with the key it says what the
 * result is about.
 */
void strata_api_make_result(zval *out, const strata_item *item, uint64_t namespace_id, zval *value);

/* A case of Strata\Tier as a kind. */
strata_tier_kind strata_api_tier_of_case(zend_object *tier);

/* Is the result about this key, as items have it, of this database? */
bool strata_api_result_is_about(zend_object *result, uint64_t namespace_id, strata_view key);

/*
 * What the value that was seen depends on, with the numbers beside it: a value that takes its place
 * was made of it.
 */
void strata_api_result_tags(zend_object *result, strata_tag_list *tags);

/* *token is only written for STRATA_PRECONDITION_VERSION. */
strata_precondition strata_api_result_precondition(zend_object *result, strata_cas_token *token);

#endif
