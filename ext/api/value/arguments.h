/* arguments: keys, times to live and lists of keys as the script passed them, checked. */
#ifndef STRATA_API_VALUE_ARGUMENTS_H
#define STRATA_API_VALUE_ARGUMENTS_H

#include "php.h"

#include "api/request/space.h"
#include "base/time.h"
#include "base/view.h"

enum { STRATA_LONGEST_KEY = 65536 };

/* False with a ValueError about this argument when the key is empty or too long. */
bool strata_arguments_check_key(zend_string *key, uint32_t argument);

static inline strata_view strata_arguments_view(zend_string *text)
{
	return (strata_view){ ZSTR_VAL(text), ZSTR_LEN(text) };
}

/*
 * Adds the tags that the script names. Integers stand for their decimal digits, as in lists of
 * keys. False with a TypeError or ValueError about this argument.
 */
bool strata_arguments_add_tags(HashTable *names, uint32_t argument, strata_tag_list *tags);

/*
 * What a value stored in the space depends on: the namespaces around it, and the tags that the
 * script names (NULL: none). False as above.
 */
static inline bool strata_arguments_tags(const strata_space *space, HashTable *names,
	uint32_t argument, strata_tag_list *tags)
{
	strata_space_tags(space, tags);
	return names == NULL || strata_arguments_add_tags(names, argument, tags);
}

/*
 * Arguments of which each is a tag: makes strings of them by the rules of PHP. False with a
 * TypeError or ValueError about one of them.
 */
bool strata_arguments_tag_texts(zval *tags, uint32_t count);

/*
 * Adds one that was checked. False with a ValueError about this argument where there are too many.
 */
bool strata_arguments_add_tag(strata_tag_list *tags, zend_string *tag, uint32_t argument);

typedef enum {
	STRATA_TTL_NONE,   /* null: the value never ends */
	STRATA_TTL_GIVEN,  /* it ends after msec, at least 1 */
	STRATA_TTL_IS_OVER /* 0 or less: the value is to be deleted */
} strata_ttl_kind;

typedef struct {
	strata_ttl_kind kind;
	strata_msec msec; /* 0 unless GIVEN */
} strata_ttl;

/*
 * From a number of seconds (NULL: the script passed null), or from interval where that is not NULL,
 * which is measured from now. A life over 100 years is cut to that. False with an exception thrown
 * when the interval cannot be added to now.
 */
bool strata_arguments_ttl(zend_object *interval, const zend_long *number, strata_ttl *ttl);

/* Keys of a batch, in order; a key may stand in it twice. Zend memory. */
typedef struct {
	zend_string **keys;
	zval *values; /* beside the keys, where values were asked for; else NULL */
	uint32_t count;
	uint32_t room;
} strata_key_list;

/*
 * Takes keys from the elements of an array or Traversable (from_elements), or keys and values from
 * its pairs. Runs the iterator, which is user code, to its end. Integers stand for their decimal
 * digits, because PHP makes integers of such keys. False with an exception thrown; the list is
 * then empty. A true answer obliges the caller to strata_arguments_release().
 */
bool strata_arguments_keys(zval *iterable, uint32_t argument, strata_key_list *list);
bool strata_arguments_pairs(zval *iterable, uint32_t argument, strata_key_list *list);
void strata_arguments_release(strata_key_list *list);

#endif
