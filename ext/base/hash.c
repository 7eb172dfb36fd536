/*
 * XXH3 comes from libxxhash. CRC-16 is ours because no required library has it; its polynomial has
 * but three terms, so that it needs no table.
 */
#include "base/hash.h"

/* Compiled in, not called: keys are short, and the call would cost as much as the hash. */
#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t strata_hash_of(strata_view bytes, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes.data, bytes.size, seed);
}

/*
 * Polynomial 0x1021, most significant bit first. Of a byte, the half that comes first is divided
 * into the second; what is left of both is one byte x, and its remainder is that of x shifted by
 * each of the polynomial's three exponents 12, 5 and 0.
 */
uint16_t strata_hash_crc16(strata_view bytes)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < bytes.size; i++) {
		uint32_t x = (crc >> 8 & 0xFF) ^ (unsigned char) bytes.data[i];

		x ^= x >> 4;
		crc = crc << 8 ^ x << 12 ^ x << 5 ^ x;
	}
	return (uint16_t) crc;
}
