#include "protocol/slots.h"

#include "base/hash.h"

/*
 * The bytes between the first { and the first } after it, when there is at least one. Keys that
 * share them share a slot. Any other key is hashed whole, also one that begins with {}.
 */
static strata_view hashed_part(strata_view key)
{
	const char *open = key.size > 0 ? memchr(key.data, '{', key.size) : NULL;
	const char *tag, *close;

	if (open == NULL) {
		return key;
	}
	tag = open + 1;
	close = memchr(tag, '}', (size_t) (key.data + key.size - tag));
	if (close == NULL || close == tag) {
		return key;
	}
	return (strata_view){ tag, (size_t) (close - tag) };
}

uint16_t strata_slots_of_key(strata_view key)
{
	return strata_hash_crc16(hashed_part(key)) % STRATA_SLOT_COUNT;
}
