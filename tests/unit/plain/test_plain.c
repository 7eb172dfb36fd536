/* What other programs keep, read and written. Real ones: tests/phpt/plain/. */
#include "plain/plain.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/compression.h"
#include "plain/fastlz.h"

#include "unit.h"

enum {
	MOST = 100000,
	STRING = 0,
	LONG = 1,
	DOUBLE = 2,
	BOOL = 3,
	PHP = 4,
	IGBINARY = 5,
	JSON = 6,
	MSGPACK = 7,
	FASTLZ = 0x50,
	ZLIB = 0x30,
	ZSTD = 0x90
};

static strata_arena *arena;

static strata_result read_bytes(strata_plain_form form, strata_view bytes, uint32_t flags,
	strata_value *value)
{
	return strata_plain_read(arena, form, MOST, &(strata_plain_stored){ bytes, flags }, value);
}

static strata_result read_text(strata_plain_form form, const char *text, uint32_t flags,
	strata_value *value)
{
	return read_bytes(form, strata_view_of(text), flags, value);
}

static bool is(const strata_value *value, strata_codec_id codec, const char *bytes)
{
	return value->codec == codec && strata_view_equal(value->bytes, strata_view_of(bytes));
}

static bool is_null(const strata_value *value)
{
	return value->codec == STRATA_CODEC_NULL && value->bytes.size == 0;
}

static double number_of(const strata_value *value)
{
	double number;

	REQUIRE(value->codec == STRATA_CODEC_DOUBLE && value->bytes.size == sizeof(number));
	memcpy(&number, value->bytes.data, sizeof(number));
	return number;
}

static void flags_say_the_type(void)
{
	strata_value value;

	CHECK(read_text(STRATA_PLAIN_FLAGS, "123", STRING, &value) == STRATA_OK);
	CHECK(is(&value, STRATA_CODEC_STRING, "123"));
	CHECK(read_text(STRATA_PLAIN_FLAGS, "123", LONG, &value) == STRATA_OK);
	CHECK(value.codec == STRATA_CODEC_INTEGER && value.integer == 123);
	CHECK(read_text(STRATA_PLAIN_FLAGS, "1", BOOL, &value) == STRATA_OK);
	CHECK(value.codec == STRATA_CODEC_TRUE);
	CHECK(read_text(STRATA_PLAIN_FLAGS, "", BOOL, &value) == STRATA_OK);
	CHECK(value.codec == STRATA_CODEC_FALSE);
	CHECK(read_text(STRATA_PLAIN_FLAGS, "a:0:{}", PHP, &value) == STRATA_OK);
	CHECK(is(&value, STRATA_CODEC_PHP, "a:0:{}"));
	CHECK(read_text(STRATA_PLAIN_FLAGS, "x", IGBINARY, &value) == STRATA_OK);
	CHECK(is(&value, STRATA_CODEC_IGBINARY, "x"));
	CHECK(read_text(STRATA_PLAIN_FLAGS, "[]", JSON, &value) == STRATA_OK);
	CHECK(is(&value, STRATA_CODEC_JSON, "[]"));
	/* The upper half is the program's own. */
	CHECK(read_text(STRATA_PLAIN_FLAGS, "7", 0xABCD0000 | LONG, &value) == STRATA_OK);
	CHECK(value.codec == STRATA_CODEC_INTEGER && value.integer == 7);
}

static void what_the_flags_do_not_fit_is_foreign(void)
{
	static const struct {
		const char *bytes;
		uint32_t flags;
	} cases[] = {
		{ "", LONG },
		{ "1x", LONG },
		{ "01", LONG },
		{ "9223372036854775808", LONG },
		{ "2", BOOL },
		{ "true", BOOL },
		{ "", DOUBLE },
		{ "0x10", DOUBLE },
		{ "1,5", DOUBLE },
		{ "nan", DOUBLE },
		{ "1 ", DOUBLE },
		{ "\x81", MSGPACK },
		{ "x", 8 },
		{ "x", 15 },
		{ "xxxxxxxx", ZLIB },
		{ "xxxxxxxx", 0x10 },
		{ "xxxxxxxx", 0xFFF0 },
		{ "xxxxxxxx", 0x100 },
		{ "xxxxxxxx", 0xFFFFFFFF },
		{ "xxxxxxxx", MSGPACK | FASTLZ },
	};
	strata_value value;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK(read_text(STRATA_PLAIN_FLAGS, cases[i].bytes, cases[i].flags, &value) ==
			  STRATA_FOREIGN);
		CHECK(is_null(&value));
	}
}

static void floats_are_read_and_written_in_any_locale(void)
{
	static const double numbers[] = { 0.0, 0.1, 1.5, -2.5e-300, 1e21, 1.0 / 3, 123456789.125,
		1.7976931348623157e308, 5e-324 };
	bool is_comma = setlocale(LC_NUMERIC, "de_DE.UTF-8") != NULL;
	strata_value value;

	(void) is_comma;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		strata_value number = { .codec = STRATA_CODEC_DOUBLE,
			.bytes = { (const char *) &numbers[i], sizeof(double) } };
		strata_plain_stored stored = strata_plain_write(arena, STRATA_PLAIN_FLAGS, &number);

		CHECK(stored.flags == DOUBLE && memchr(stored.bytes.data, ',', stored.bytes.size) == NULL);
		CHECK(strata_plain_read(arena, STRATA_PLAIN_FLAGS, MOST, &stored, &value) == STRATA_OK);
		CHECK(number_of(&value) == numbers[i]);
	}
	CHECK(read_text(STRATA_PLAIN_FLAGS, "Infinity", DOUBLE, &value) == STRATA_OK);
	CHECK(isinf(number_of(&value)) && number_of(&value) > 0);
	CHECK(read_text(STRATA_PLAIN_FLAGS, "-Infinity", DOUBLE, &value) == STRATA_OK);
	CHECK(isinf(number_of(&value)) && number_of(&value) < 0);
	CHECK(read_text(STRATA_PLAIN_FLAGS, "NaN", DOUBLE, &value) == STRATA_OK);
	CHECK(isnan(number_of(&value)));
	(void) setlocale(LC_NUMERIC, "C");
}

static void all_integers_are_read_and_no_others(void)
{
	static const char *const others[] = { "", "-", "+1", "-0", "00", "1.0", " 1", "1 ", "1\n",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999" };
	int64_t integer;

	CHECK(strata_plain_integer(strata_view_of("9223372036854775807"), &integer) &&
		  integer == INT64_MAX);
	CHECK(strata_plain_integer(strata_view_of("-9223372036854775808"), &integer) &&
		  integer == INT64_MIN);
	CHECK(strata_plain_integer(strata_view_of("0"), &integer) && integer == 0);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		CHECK(!strata_plain_integer(strata_view_of(others[i]), &integer));
	}
}

static void a_counter_may_have_spaces_behind_it(void)
{
	static const char *const others[] = { "", " ", "   ", " 1", "1 2", "- ", "1\t", "01 " };
	int64_t integer;

	CHECK(strata_plain_counter(strata_view_of("9 "), &integer) && integer == 9);
	CHECK(strata_plain_counter(strata_view_of("0  "), &integer) && integer == 0);
	CHECK(strata_plain_counter(strata_view_of("-7"), &integer) && integer == -7);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		CHECK(!strata_plain_counter(strata_view_of(others[i]), &integer));
	}
}

static void text_is_never_taken_for_more_than_a_string_or_an_integer(void)
{
	static const char *const texts[] = { "", "a:0:{}", "O:8:\"stdClass\":0:{}", "true", "1.5",
		"0123", "N;" };
	strata_value value;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CHECK(read_text(STRATA_PLAIN_TEXT, texts[i], 0, &value) == STRATA_OK);
		CHECK(is(&value, STRATA_CODEC_STRING, texts[i]));
	}
	CHECK(read_text(STRATA_PLAIN_TEXT, "-12", 0, &value) == STRATA_OK);
	CHECK(value.codec == STRATA_CODEC_INTEGER && value.integer == -12);
}

static void what_the_serializer_did_not_write_is_foreign(void)
{
	static const char *const no_php[] = { "", "hello", "a", "N", "b:1", "x:1;", "a;0:{}",
		"s:1:\"" };
	static const char *const no_igbinary[] = { "", "hello", "a:0:{}", "abcdefgh" };
	strata_value value;

	for (size_t i = 0; i < sizeof(no_php) / sizeof(no_php[0]); i++) {
		CHECK(read_text(STRATA_PLAIN_PHP, no_php[i], 0, &value) == STRATA_FOREIGN);
	}
	for (size_t i = 0; i < sizeof(no_igbinary) / sizeof(no_igbinary[0]); i++) {
		CHECK(read_text(STRATA_PLAIN_IGBINARY, no_igbinary[i], 0, &value) == STRATA_FOREIGN);
	}
	CHECK(read_text(STRATA_PLAIN_PHP, "s:1:\"x\";", 0, &value) == STRATA_OK);
	CHECK(is(&value, STRATA_CODEC_PHP, "s:1:\"x\";"));
	CHECK(read_text(STRATA_PLAIN_PHP, "N;", 0, &value) == STRATA_OK);
	CHECK(read_bytes(STRATA_PLAIN_IGBINARY, (strata_view){ "\0\0\0\2\0", 5 }, 0, &value) ==
		  STRATA_OK);
	CHECK(value.codec == STRATA_CODEC_IGBINARY && value.bytes.size == 5);
	/* A counter is one under any of them. */
	CHECK(read_text(STRATA_PLAIN_IGBINARY, "12", 0, &value) == STRATA_OK);
	CHECK(value.codec == STRATA_CODEC_INTEGER && value.integer == 12);
}

static void zstd_is_unpacked_where_it_is_known(void)
{
	static const char text[] = "s:4:\"aaaa\";";
	char packed[200];
	strata_value value;
	size_t size = strata_compression_pack(strata_view_of(text), packed, sizeof(packed));

	REQUIRE(size > 0);
	CHECK(read_bytes(STRATA_PLAIN_PHP, (strata_view){ packed, size }, 0, &value) == STRATA_OK);
	CHECK(is(&value, STRATA_CODEC_PHP, text));
	CHECK(read_bytes(STRATA_PLAIN_PHP, (strata_view){ packed, size - 1 }, 0, &value) ==
		  STRATA_CORRUPT);
	CHECK(read_bytes(STRATA_PLAIN_TEXT, (strata_view){ packed, size }, 0, &value) == STRATA_OK);
	CHECK(value.codec == STRATA_CODEC_STRING && value.bytes.size == size);
}

/* Four bytes of size, then "abc", seven more by repeating from three bytes back, and "!". */
static void fastlz_is_unpacked(void)
{
	static const char packed[] = { 11, 0, 0, 0, 2, 'a', 'b', 'c', (char) (5 << 5), 2, 0, '!' };
	strata_value value;

	CHECK(read_bytes(STRATA_PLAIN_FLAGS, (strata_view){ packed, sizeof(packed) }, FASTLZ, &value) ==
		  STRATA_OK);
	CHECK(is(&value, STRATA_CODEC_STRING, "abcabcabca!"));
	for (size_t size = 0; size < sizeof(packed); size++) {
		CHECK(read_bytes(STRATA_PLAIN_FLAGS, (strata_view){ packed, size }, FASTLZ, &value) ==
			  STRATA_CORRUPT);
		CHECK(is_null(&value));
	}
}

static void sizes_that_are_claimed_are_not_believed(void)
{
	static const char huge[] = { -1, -1, -1, 127, 0, 'a' };
	static const char wrong[] = { 2, 0, 0, 0, 0, 'a' };
	char large[1000] = { 0 };
	uint32_t size = MOST + 1;
	strata_value value;

	CHECK(read_bytes(STRATA_PLAIN_FLAGS, (strata_view){ huge, sizeof(huge) }, FASTLZ, &value) ==
		  STRATA_CORRUPT);
	CHECK(read_bytes(STRATA_PLAIN_FLAGS, (strata_view){ wrong, sizeof(wrong) }, FASTLZ, &value) ==
		  STRATA_CORRUPT);
	memcpy(large, &size, sizeof(size));
	CHECK(read_bytes(STRATA_PLAIN_FLAGS, (strata_view){ large, sizeof(large) }, FASTLZ, &value) ==
		  STRATA_TOO_LARGE);
}

static void matches_of_fastlz_stay_within_what_was_written(void)
{
	static const char before[] = { 0, 'a', (char) (1 << 5), 1 };
	static const char beyond[] = { 0, 'a', (char) (7 << 5), -1, 0 };
	static const char level_3[] = { (char) (2 << 5), 'a' };
	static const char far_away[] = { (char) (1 << 5), 'a', (char) (1 << 5 | 31), -1, 0, 0 };
	char room[64];

	CHECK(!strata_fastlz_unpack((strata_view){ before, sizeof(before) }, room, 4));
	CHECK(!strata_fastlz_unpack((strata_view){ beyond, sizeof(beyond) }, room, sizeof(room)));
	CHECK(!strata_fastlz_unpack((strata_view){ level_3, sizeof(level_3) }, room, 1));
	CHECK(!strata_fastlz_unpack((strata_view){ far_away, sizeof(far_away) }, room, 4));
	CHECK(!strata_fastlz_unpack((strata_view){ NULL, 0 }, room, 0));
}

static strata_plain_stored write_of(strata_plain_form form, strata_codec_id codec,
	const char *bytes, int64_t integer)
{
	strata_value value = { .codec = codec, .bytes = strata_view_of(bytes), .integer = integer };

	return strata_plain_write(arena, form, &value);
}

static bool stands(strata_plain_stored stored, const char *bytes, uint32_t flags)
{
	return strata_view_equal(stored.bytes, strata_view_of(bytes)) && stored.flags == flags &&
		   stored.bytes.data != NULL;
}

static void values_are_written_as_others_read_them(void)
{
	strata_value empty = { .codec = STRATA_CODEC_STRING };

	CHECK(stands(write_of(STRATA_PLAIN_FLAGS, STRATA_CODEC_STRING, "5", 0), "5", STRING));
	CHECK(stands(write_of(STRATA_PLAIN_FLAGS, STRATA_CODEC_INTEGER, "", -5), "-5", LONG));
	CHECK(stands(write_of(STRATA_PLAIN_FLAGS, STRATA_CODEC_TRUE, "", 0), "1", BOOL));
	CHECK(stands(write_of(STRATA_PLAIN_FLAGS, STRATA_CODEC_FALSE, "", 0), "", BOOL));
	CHECK(stands(write_of(STRATA_PLAIN_FLAGS, STRATA_CODEC_NULL, "", 0), "N;", PHP));
	CHECK(stands(write_of(STRATA_PLAIN_FLAGS, STRATA_CODEC_PHP, "a:0:{}", 0), "a:0:{}", PHP));
	CHECK(stands(write_of(STRATA_PLAIN_FLAGS, STRATA_CODEC_IGBINARY, "x", 0), "x", IGBINARY));
	CHECK(stands(write_of(STRATA_PLAIN_FLAGS, STRATA_CODEC_JSON, "[]", 0), "[]", JSON));
	CHECK(stands(write_of(STRATA_PLAIN_TEXT, STRATA_CODEC_INTEGER, "", 7), "7", 0));
	CHECK(stands(write_of(STRATA_PLAIN_PHP, STRATA_CODEC_PHP, "i:7;", 0), "i:7;", 0));
	CHECK(stands(strata_plain_write(arena, STRATA_PLAIN_FLAGS, &empty), "", STRING));
	CHECK(stands(strata_plain_write(arena, STRATA_PLAIN_TEXT, &empty), "", 0));
}

static bool objects(strata_plain_form form, strata_codec_id codec)
{
	return strata_plain_objection(form, &(strata_value){ .codec = codec }) != NULL;
}

static void what_would_not_come_back_is_not_written(void)
{
	CHECK(objects(STRATA_PLAIN_TEXT, STRATA_CODEC_NULL));
	CHECK(objects(STRATA_PLAIN_TEXT, STRATA_CODEC_TRUE));
	CHECK(objects(STRATA_PLAIN_TEXT, STRATA_CODEC_PHP));
	CHECK(!objects(STRATA_PLAIN_TEXT, STRATA_CODEC_STRING));
	CHECK(objects(STRATA_PLAIN_IGBINARY, STRATA_CODEC_PHP));
	CHECK(objects(STRATA_PLAIN_PHP, STRATA_CODEC_STRING));
	CHECK(!objects(STRATA_PLAIN_FLAGS, STRATA_CODEC_NULL));
}

static void text_is_normalized_to_what_comes_back(void)
{
	double half = 0.5;
	strata_value digits = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("42") };
	strata_value number = { .codec = STRATA_CODEC_DOUBLE,
		.bytes = { (const char *) &half, sizeof(half) } };
	strata_value empty = { .codec = STRATA_CODEC_STRING };

	CHECK(strata_plain_normalize(arena, STRATA_PLAIN_TEXT, &digits));
	CHECK(digits.codec == STRATA_CODEC_INTEGER && digits.integer == 42);
	CHECK(strata_plain_normalize(arena, STRATA_PLAIN_TEXT, &number));
	CHECK(is(&number, STRATA_CODEC_STRING, "0.5"));
	CHECK(strata_plain_normalize(arena, STRATA_PLAIN_TEXT, &empty));
	CHECK(is(&empty, STRATA_CODEC_STRING, ""));
}

int main(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	RUN(flags_say_the_type);
	RUN(what_the_flags_do_not_fit_is_foreign);
	RUN(floats_are_read_and_written_in_any_locale);
	RUN(all_integers_are_read_and_no_others);
	RUN(a_counter_may_have_spaces_behind_it);
	RUN(text_is_never_taken_for_more_than_a_string_or_an_integer);
	RUN(what_the_serializer_did_not_write_is_foreign);
	RUN(zstd_is_unpacked_where_it_is_known);
	RUN(fastlz_is_unpacked);
	RUN(sizes_that_are_claimed_are_not_believed);
	RUN(matches_of_fastlz_stay_within_what_was_written);
	RUN(values_are_written_as_others_read_them);
	RUN(what_would_not_come_back_is_not_written);
	RUN(text_is_normalized_to_what_comes_back);
	strata_compression_end_thread();
	strata_arena_free(arena);
	return unit_end();
}
