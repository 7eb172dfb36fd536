/*
 * store_values — values that say whose they are. A key has a number, a value the number of its key
 * and a version, and every byte of it follows from both: no mix of two values passes.
 */
#ifndef STRATA_TESTS_STORE_VALUES_H
#define STRATA_TESTS_STORE_VALUES_H

#include "store/store.h"

#include "unit.h"

enum { VALUE_MOST = 256 * 1024, SPACE = 7, GENERATION = 1000 };

static char value_bytes[VALUE_MOST];

typedef struct {
	char text[24];
	strata_store_key key;
} numbered_key;

static inline strata_store_key *key_number(numbered_key *key, uint32_t number)
{
	int size = snprintf(key->text, sizeof(key->text), "key:%06u", number);

	key->key = (strata_store_key){ SPACE, GENERATION, { key->text, (size_t) size } };
	return &key->key;
}

static inline char byte_of(uint32_t number, uint32_t version, size_t i)
{
	return (char) (number * 31 + version * 17 + i * 7 + (i >> 8));
}

/* A value of this size, at least 8 bytes; valid until the next call. */
static inline strata_record value_number(uint32_t number, uint32_t version, size_t size)
{
	REQUIRE(size >= 8 && size <= VALUE_MOST);
	memcpy(value_bytes, &number, 4);
	memcpy(value_bytes + 4, &version, 4);
	for (size_t i = 8; i < size; i++) {
		value_bytes[i] = byte_of(number, version, i);
	}
	return (strata_record){
		.value = { .bytes = { value_bytes, size }, .codec = STRATA_CODEC_STRING },
		.created_at = version,
		.life.expires_at = number,
	};
}

/* Is it one of this key's values, whole? */
static inline bool is_value_of(const strata_record *record, uint32_t number)
{
	strata_view bytes = record->value.bytes;
	uint32_t holder, version;

	if (record->value.codec != STRATA_CODEC_STRING || bytes.size < 8) {
		return false;
	}
	memcpy(&holder, bytes.data, 4);
	memcpy(&version, bytes.data + 4, 4);
	if (holder != number || record->life.expires_at != number || record->created_at != version) {
		return false;
	}
	for (size_t i = 8; i < bytes.size; i++) {
		if (bytes.data[i] != byte_of(number, version, i)) {
			return false;
		}
	}
	return true;
}

#endif
