/* call: one call of the script, from its beginning to its end. */
#ifndef STRATA_API_REQUEST_CALL_H
#define STRATA_API_REQUEST_CALL_H

#include "php.h"

#include "api/request/globals.h"
#include "api/request/databases.h"
#include "api/request/space.h"
#include "base/call.h"
#include "database/database.h"

/*
 * From begin to end, everything a call makes lives in its arena. Between them user code may run
 * (unserializing does), which may make calls of its own, also from other fibers.
 */
typedef struct {
	strata_call call;
	strata_database *database;
	strata_space space; /* a copy: user code may construct the object anew */
	strata_lent_arena *lent;
	strata_return_mode return_mode;
} strata_api_call;

/*
 * False with an exception thrown when the database cannot be used as it is configured, or there is
 * no memory. A true answer obliges the caller to strata_api_end().
 */
bool strata_api_begin(strata_api_call *call, const strata_space *space);
void strata_api_end(strata_api_call *call);

/* The same, with a sentence in error in place of an exception. */
bool strata_api_try_begin(strata_api_call *call, const strata_space *space,
	char error[STRATA_DATABASE_ERROR]);

/* The same on a database that is open. Throws nothing: false when out of memory. */
bool strata_api_begin_on(strata_api_call *call, strata_database *database,
	const strata_space *space);

/*
 * What the call asks for will bear these tags, and not only the namespaces of its space: so their
 * numbers may travel along. Out of memory nothing changes.
 */
void strata_api_expect(strata_api_call *call, const strata_tag_list *tags);

/* False with an exception thrown. */
bool strata_api_refuse_without_memory(void);

/*
 * False with a ConfigurationException where strata.format is plain: what is asked for takes an
 * envelope, or a key beside that of the script. Within a call.
 */
STRATA_MUST_CHECK bool strata_api_allow_beside_plain(const strata_api_call *call, const char *what);

/* Of strata_api_name(): false with a ValueError where memcached cannot name the key plainly. */
bool strata_api_check_plain_name(const strata_api_call *call, strata_view key);

/* Of strata_api_tag(): where there are any. */
bool strata_api_give_tags(const strata_api_call *call, const strata_tag_list *tags,
	strata_item *item);

/*
 * Makes an item of a key in the space of the call, with nothing else in it; gives it a copy of the
 * tags; or both. False with an exception thrown, out of memory.
 */
static inline bool strata_api_name(const strata_api_call *call, zend_string *key, strata_item *item)
{
	strata_view text = { ZSTR_VAL(key), ZSTR_LEN(key) };
	strata_view name = strata_space_key(&call->space, text, call->call.arena);

	*item = (strata_item){ .key = name, .value.codec = STRATA_CODEC_NULL };
	if (call->database->keyspace.naming == STRATA_NAMES_PLAIN && name.data != NULL) {
		return strata_api_check_plain_name(call, name);
	}
	return name.data != NULL || strata_api_refuse_without_memory();
}

static inline bool strata_api_tag(const strata_api_call *call, const strata_tag_list *tags,
	strata_item *item)
{
	item->tags = NULL;
	item->tag_count = 0;
	return tags->count == 0 || strata_api_give_tags(call, tags, item);
}
static inline bool strata_api_name_to_store(const strata_api_call *call, zend_string *key,
	const strata_tag_list *tags, strata_item *item)
{
	return strata_api_name(call, key, item) && strata_api_tag(call, tags, item);
}

/*
 * Begins and names. A true answer obliges the caller to strata_api_end(); false with an exception
 * thrown.
 */
static inline bool strata_api_begin_with(strata_api_call *call, const strata_space *space,
	zend_string *key, strata_item *item)
{
	if (!strata_api_begin(call, space)) {
		return false;
	}
	if (!strata_api_name(call, key, item)) {
		strata_api_end(call);
		return false;
	}
	return true;
}

#endif
