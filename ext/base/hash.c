/*
 * XXH3 comes from libxxhash. The two CRCs are ours because no required library has them. CRC-16,
 * whose polynomial has but three terms, needs no table; CRC-32C goes by half bytes through one of
 * 16 entries, short enough to be checked by eye, and, since it reads whole values, uses the
 * processor's own instruction where there is one.
 */
#include "base/hash.h"

/* Compiled in, not called: keys are short, and the call would cost as much as the hash. */
#define XXH_INLINE_ALL
#include <xxhash.h>

/* The remainders of the half bytes 0..15 for the reflected polynomial 0x82F63B78. */
static const uint32_t crc32c_nibbles[16] = { 0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1,
	0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D, 0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9,
	0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75 };

uint64_t strata_hash_of(strata_view bytes, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes.data, bytes.size, seed);
}

static uint32_t crc32c_portable(uint32_t crc, const unsigned char *byte, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		crc ^= byte[i];
		crc = crc >> 4 ^ crc32c_nibbles[crc & 15];
		crc = crc >> 4 ^ crc32c_nibbles[crc & 15];
	}
	return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc32c_native(uint32_t crc,
	const unsigned char *byte, size_t size)
{
	uint64_t wide = crc;

	for (; size >= 8; size -= 8, byte += 8) {
		uint64_t word;

		memcpy(&word, byte, sizeof(word));
		wide = __builtin_ia32_crc32di(wide, word);
	}
	crc = (uint32_t) wide;
	if (size >= 4) {
		uint32_t half;

		memcpy(&half, byte, sizeof(half));
		crc = __builtin_ia32_crc32si(crc, half);
		size -= 4;
		byte += 4;
	}
	for (; size > 0; size--, byte++) {
		crc = __builtin_ia32_crc32qi(crc, *byte);
	}
	return crc;
}

static uint32_t crc32c(uint32_t crc, const unsigned char *byte, size_t size)
{
	return __builtin_cpu_supports("sse4.2") ? crc32c_native(crc, byte, size)
											: crc32c_portable(crc, byte, size);
}
#else
static uint32_t crc32c(uint32_t crc, const unsigned char *byte, size_t size)
{
	return crc32c_portable(crc, byte, size);
}
#endif

uint32_t strata_hash_crc32c(uint32_t so_far, strata_view bytes)
{
	return ~crc32c(~so_far, (const unsigned char *) bytes.data, bytes.size);
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
