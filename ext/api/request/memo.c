/*
 * One hash table for each database, from key to version and value. When the bound is reached all
 * of it goes: a process that reads more than that over and over gets its copies anew, from
 * memory, and there is no order of use to keep on the way of every hit.
 *
 * To keep a small value costs more than to copy it: most of that is memory that is in no cache of
 * the processor. So its first read only leaves a note, 32 bits of its version, in a small table.
 * Versions are random: another one meets the same note once in four thousand million, and is then
 * kept early. Where two share a place, every other time the newcomer gives way, so that the older
 * is met again and needs the place no more.
 */
#include "api/request/memo.h"

#include "api/request/globals.h"
#include "base/compiler.h"

/* At most this, and at most an eighth of memory_limit: the script needs the rest. Bytes. */
enum { MOST = 16 << 20, PART_OF_LIMIT = 8 };

enum {
	SMALL = 4096, /* bytes of an image; a larger one is kept at its first read */
	NOTES = 4096  /* a power of two */
};

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

/* Was this version read before? If not, it is noted. */
static bool is_read_again(uint64_t version)
{
	uint32_t *place, note = (uint32_t) (version >> 32) | 1;

	if (STRATA_G(memo_is_closed)) {
		return false;
	}
	if (STRATA_G(memo_seen) == NULL) {
		STRATA_G(memo_seen) = ecalloc(NOTES, sizeof(*STRATA_G(memo_seen)));
	}
	place = &STRATA_G(memo_seen)[version % NOTES];
	if (*place == note) {
		return true;
	}
	if (*place == 0 || ++STRATA_G(memo_meetings) % 2 == 0) {
		*place = note;
	}
	return false;
}

/*
 * A string that stands in an image once may stand in the copy often: what the copy took is what
 * counts.
 */
static STRATA_NOINLINE bool copy_and_keep(const strata_space *space, zend_string *key,
	uint64_t version, strata_view image, const void *origin, zval *out)
{
	size_t before = zend_memory_usage(false), after;
	zend_string *name;

	if (!strata_image_copy(image, origin, strata_memo_keys(), out)) {
		return false;
	}
	name = strata_space_name(space, key);
	after = zend_memory_usage(false);
	keep(space->database, name, version, out, MAX(image.size, after - MIN(before, after)));
	zend_string_release(name);
	return true;
}

bool strata_memo_copy(const strata_space *space, zend_string *key, uint64_t version,
	strata_view image, const void *origin, zval *out)
{
	if (image.size > SMALL || is_read_again(version)) {
		return copy_and_keep(space, key, version, image, origin, out);
	}
	return strata_image_copy(image, origin, strata_memo_keys(), out);
}

strata_image_keys *strata_memo_keys(void)
{
	if (STRATA_G(memo_keys) == NULL && !STRATA_G(memo_is_closed)) {
		STRATA_G(memo_keys) = ecalloc(1, sizeof(*STRATA_G(memo_keys)));
	}
	return STRATA_G(memo_keys);
}

void strata_memo_open(void)
{
	STRATA_G(memo_is_closed) = false;
}

static void forget_keys(void)
{
	if (STRATA_G(memo_keys) != NULL) {
		strata_image_keys_release(STRATA_G(memo_keys));
		efree(STRATA_G(memo_keys));
		STRATA_G(memo_keys) = NULL;
	}
}

static void forget_notes(void)
{
	if (STRATA_G(memo_seen) != NULL) {
		efree(STRATA_G(memo_seen));
		STRATA_G(memo_seen) = NULL;
	}
}

void strata_memo_close(void)
{
	strata_memo_forget();
	forget_keys();
	forget_notes();
	STRATA_G(memo_is_closed) = true;
}

size_t strata_memo_size(void)
{
	return STRATA_G(memo_size);
}
