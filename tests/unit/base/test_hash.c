#include "base/hash.h"

#include "unit.h"

static void crc32c_of_the_check_string_is_that_of_rfc_3720(void)
{
	CHECK(strata_hash_crc32c(0, strata_view_of("123456789")) == 0xE3069283);
}

static void crc32c_of_32_zeros_is_that_of_rfc_3720(void)
{
	static const char zeros[32];

	CHECK(strata_hash_crc32c(0, (strata_view){ zeros, sizeof(zeros) }) == 0x8A9136AA);
}

static void crc32c_goes_on_where_it_ended(void)
{
	uint32_t first = strata_hash_crc32c(0, strata_view_of("1234"));

	CHECK(strata_hash_crc32c(first, strata_view_of("56789")) == 0xE3069283);
}

static void crc32c_is_the_same_however_it_is_cut(void)
{
	char bytes[40];

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (char) (i * 37 + 200);
	}
	for (size_t size = 0; size <= sizeof(bytes); size++) {
		uint32_t by_bytes = 0;

		for (size_t i = 0; i < size; i++) {
			by_bytes = strata_hash_crc32c(by_bytes, (strata_view){ bytes + i, 1 });
		}
		CHECK(strata_hash_crc32c(0, (strata_view){ bytes, size }) == by_bytes);
	}
}

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
	RUN(crc32c_of_the_check_string_is_that_of_rfc_3720);
	RUN(crc32c_of_32_zeros_is_that_of_rfc_3720);
	RUN(crc32c_goes_on_where_it_ended);
	RUN(crc32c_is_the_same_however_it_is_cut);
	RUN(crc16_of_the_check_string_is_that_of_the_cluster_specification);
	RUN(crc16_divides_whatever_bytes_there_are);
	RUN(hashes_with_another_seed_differ);
	return unit_end();
}
