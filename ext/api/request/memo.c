/*
 * One hash table for each database, from key to version and value. When the bound is reached all
 * of it goes: a process that reads more than that over and over gets its copies anew, from
 * memory, and there is no order of use to keep on the way of every hit.
 */
#include "api/request/memo.h"

#include "api/request/globals.h"
#include "base/compiler.h"

/* At most this, and at most an eighth of memory_limit: the script needs the rest. Bytes. */
enum { MOST = 16 << 20, PART_OF_LIMIT = 8 };

typedef struct {
	uint64_t version;
	size_t size; /* as it is counted */
	zval value;
} entry;

static void forget_entry(zval *slot)
{
	entry *kept = Z_PTR_P(slot);

	zval_ptr_dtor(&kept->value);
	efree(kept);
}

static size_t bound(void)
{
	zend_long limit = PG(memory_limit);

	return limit > 0 && limit / PART_OF_LIMIT < MOST ? (size_t) limit / PART_OF_LIMIT : MOST;
}

/* Under the name that the key has in its space. */
static entry *find(uint32_t database, zend_string *name)
{
	HashTable *table = STRATA_G(memos) == NULL ? NULL : STRATA_G(memos)[database];

	return table == NULL ? NULL : zend_hash_find_ptr(table, name);
}

static inline zval *find_version(uint32_t database, zend_string *name, uint64_t version)
{
	entry *kept = find(database, name);

	return kept != NULL && kept->version == version ? &kept->value : NULL;
}

static STRATA_NOINLINE zval *find_named(const strata_space *space, zend_string *key,
	uint64_t version)
{
	zend_string *name = strata_space_name(space, key);
	zval *value = find_version(space->database, name, version);

	zend_string_release(name);
	return value;
}

zval *strata_memo_find(const strata_space *space, zend_string *key, uint64_t version)
{
	return strata_space_is_plain(space, ZSTR_VAL(key)) ? find_version(space->database, key, version)
													   : find_named(space, key, version);
}

static HashTable *table_of(uint32_t database)
{
	if (STRATA_G(memos) == NULL) {
		STRATA_G(memos) = ecalloc(STRATA_G(database_count), sizeof(HashTable *));
	}
	if (STRATA_G(memos)[database] == NULL) {
		ALLOC_HASHTABLE(STRATA_G(memos)[database]);
		zend_hash_init(STRATA_G(memos)[database], 64, NULL, forget_entry, 0);
	}
	return STRATA_G(memos)[database];
}

/* What the table itself takes for one entry: of small values most of it. */
static size_t frame_of(const zend_string *key)
{
	return sizeof(entry) + 2 * sizeof(Bucket) + _ZSTR_STRUCT_SIZE(ZSTR_LEN(key));
}

static void drop_older(uint32_t database, zend_string *name)
{
	entry *older = find(database, name);

	if (older != NULL) {
		STRATA_G(memo_size) -= older->size;
		zend_hash_del(STRATA_G(memos)[database], name);
	}
}

void strata_memo_forget(void)
{
	HashTable **memos = STRATA_G(memos);

	/* First out of reach: what is destroyed may run code that asks for it. */
	STRATA_G(memos) = NULL;
	STRATA_G(memo_size) = 0;
	for (uint32_t i = 0; memos != NULL && i < STRATA_G(database_count); i++) {
		if (memos[i] != NULL) {
			zend_hash_destroy(memos[i]);
			FREE_HASHTABLE(memos[i]);
		}
	}
	if (memos != NULL) {
		efree(memos);
	}
}

static void keep(uint32_t database, zend_string *name, uint64_t version, zval *value, size_t size)
{
	entry *kept;

	drop_older(database, name);
	size += frame_of(name);
	if (size > bound() || STRATA_G(memo_is_closed)) {
		return;
	}
	if (STRATA_G(memo_size) + size > bound()) {
		strata_memo_forget();
	}
	kept = emalloc(sizeof(*kept));
	kept->version = version;
	kept->size = size;
	ZVAL_COPY(&kept->value, value);
	zend_hash_add_new_ptr(table_of(database), name, kept);
	STRATA_G(memo_size) += size;
}

void strata_memo_keep(const strata_space *space, zend_string *key, uint64_t version, zval *value,
	size_t size)
{
	zend_string *name = strata_space_name(space, key);

	keep(space->database, name, version, value, size);
	zend_string_release(name);
}

void strata_memo_open(void)
{
	STRATA_G(memo_is_closed) = false;
}

void strata_memo_close(void)
{
	strata_memo_forget();
	STRATA_G(memo_is_closed) = true;
}

size_t strata_memo_size(void)
{
	return STRATA_G(memo_size);
}
