/*
 * store_images — images that say whose they are and where they lie: a pointer to their own start, a
 * number, a version, and bytes that follow from both.
 */
#ifndef STRATA_TESTS_STORE_IMAGES_H
#define STRATA_TESTS_STORE_IMAGES_H

#include "store_values.h"

typedef struct {
	uint64_t start; /* an offset before the image is placed, an address after */
	uint32_t number;
	uint32_t version;
	uint64_t end; /* likewise, of the byte after the last one */
} image_head;

static const uint32_t image_relocations[] = { 0, 16 };

/* Valid until the next call. */
static inline strata_record image_number(uint32_t number, uint32_t version, size_t size)
{
	image_head head = { 0, number, version, size };

	REQUIRE(size >= sizeof(head) && size <= VALUE_MOST);
	memcpy(value_bytes, &head, sizeof(head));
	for (size_t i = sizeof(head); i < size; i++) {
		value_bytes[i] = byte_of(number, version, i);
	}
	return (strata_record){
		.value = { .bytes = { value_bytes, size },
			.codec = STRATA_CODEC_IMAGE,
			.relocations = image_relocations,
			.relocation_count = 2 },
		.created_at = version,
		.life.expires_at = number,
		.version = version,
	};
}

/* Is it one of this number's images, whole, and placed for this address? */
static inline bool is_image_at(const char *data, size_t size, const void *origin, uint32_t number,
	uint64_t version)
{
	image_head head;

	if (size < sizeof(head)) {
		return false;
	}
	memcpy(&head, data, sizeof(head));
	if (head.start != (uintptr_t) origin || head.end != (uintptr_t) origin + size ||
		head.number != number || head.version != version) {
		return false;
	}
	for (size_t i = sizeof(head); i < size; i++) {
		if (data[i] != byte_of(number, head.version, i)) {
			return false;
		}
	}
	return true;
}

static inline bool is_image_of(const strata_record *record, uint32_t number)
{
	return record->value.codec == STRATA_CODEC_IMAGE && record->life.expires_at == number &&
		   record->version == record->created_at &&
		   is_image_at(record->value.bytes.data, record->value.bytes.size, record->origin, number,
			   record->version);
}

#endif
