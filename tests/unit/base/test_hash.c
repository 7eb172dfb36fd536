#include "base/hash.h"

#include "unit.h"

static void crc16_of_the_check_string_is_that_of_the_cluster_specification(void)
{
	CHECK(strata_hash_crc16(strata_view_of("123456789")) == 0x31C3);
}

/* Bit by bit, as the polynomial says. */
static uint16_t crc16_by_bits(uint16_t crc, unsigned char byte)
{
	crc = (uint16_t) (crc ^ byte << 8);
	for (int bit = 0; bit < 8; bit++) {
		crc = (uint16_t) (crc << 1 ^ ((crc & 0x8000) != 0 ? 0x1021 : 0));
	}
	return crc;
}

static void crc16_divides_whatever_bytes_there_are(void)
{
	for (int first = 0; first < 256; first++) {
		for (int second = 0; second < 256; second++) {
			const char bytes[] = { (char) first, (char) second };
			uint16_t expected = crc16_by_bits(0, (unsigned char) first);

			expected = crc16_by_bits(expected, (unsigned char) second);
			CHECK(strata_hash_crc16((strata_view){ bytes, 2 }) == expected);
		}
	}
}

static void hashes_with_another_seed_differ(void)
{
	strata_view key = strata_view_of("user:1");

	CHECK(strata_hash_of(key, 1) != strata_hash_of(key, 2));
	CHECK(strata_hash_of(key, 1) == strata_hash_of(key, 1));
}

int main(void)
{
	RUN(crc16_of_the_check_string_is_that_of_the_cluster_specification);
	RUN(crc16_divides_whatever_bytes_there_are);
	RUN(hashes_with_another_seed_differ);
	return unit_end();
}
