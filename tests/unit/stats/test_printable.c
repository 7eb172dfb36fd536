#include "stats/printable.h"

#include <stdint.h>

#include "unit.h"

static const char *printed(const char *bytes, size_t size)
{
	static char out[4096];

	memset(out, 'z', sizeof(out));
	strata_printable_write((strata_view){ bytes, size }, out, sizeof(out));
	return out;
}

#define PRINTED(text) printed(text, sizeof(text) - 1)

static void marks_stay_as_they_are(void)
{
	CHECK(strcmp(PRINTED("user:1 <script>'\"&"), "user:1 <script>'\"&") == 0);
	CHECK(strcmp(PRINTED("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"),
			  "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80") == 0);
	CHECK(strcmp(PRINTED(""), "") == 0);
}

static void control_characters_are_written_as_numbers(void)
{
	CHECK(strcmp(PRINTED("a\0b\n\x1b[2J\x7f"), "a\\x00b\\x0A\\x1B[2J\\x7F") == 0);
	CHECK(strcmp(PRINTED("\xC2\x9B"), "\\xC2\\x9B") == 0);
	CHECK(strcmp(PRINTED("\xE2\x80\xAE"
						 "a"
						 "\xE2\x81\xA6"),
			  "\\xE2\\x80\\xAEa\\xE2\\x81\\xA6") == 0);
	CHECK(strcmp(PRINTED("\xE2\x80\xA8\xEF\xBB\xBF"), "\\xE2\\x80\\xA8\\xEF\\xBB\\xBF") == 0);
}

static void a_backslash_is_told_from_an_escape(void)
{
	CHECK(strcmp(PRINTED("\\x00"), "\\\\x00") == 0);
}

static void what_is_no_character_is_written_byte_by_byte(void)
{
	CHECK(strcmp(PRINTED("\xFF\xC0\xAF"), "\\xFF\\xC0\\xAF") == 0);
	CHECK(strcmp(PRINTED("\xED\xA0\x80"), "\\xED\\xA0\\x80") == 0);
	CHECK(strcmp(PRINTED("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80") == 0);
	CHECK(strcmp(PRINTED("\xE2\x82"), "\\xE2\\x82") == 0);
	CHECK(strcmp(PRINTED("\xC3"
						 "a"),
			  "\\xC3"
			  "a") == 0);
}

static void a_text_is_cut_between_characters(void)
{
	char out[8];

	strata_printable_write(strata_view_of("abcdef\xC3\xA4"), out, sizeof(out));
	CHECK(strcmp(out, "abcdef") == 0);
	strata_printable_write((strata_view){ "abcd\0", 5 }, out, sizeof(out));
	CHECK(strcmp(out, "abcd") == 0);
	strata_printable_write(strata_view_of("abcdef\\"), out, sizeof(out));
	CHECK(strcmp(out, "abcdef") == 0);
	strata_printable_write(strata_view_of("a"), out, 1);
	CHECK(strcmp(out, "") == 0);
}

static int is_well_formed(const char *text)
{
	for (const unsigned char *at = (const unsigned char *) text; *at != '\0'; at++) {
		int more = *at < 0x80 ? 0 : *at < 0xE0 ? 1 : *at < 0xF0 ? 2 : 3;

		if (*at < 0x20 || *at == 0x7F || (*at >= 0x80 && *at < 0xC2)) {
			return 0;
		}
		for (; more > 0; more--) {
			if ((*++at & 0xC0) != 0x80) {
				return 0;
			}
		}
	}
	return 1;
}

static void any_bytes_become_a_text(void)
{
	uint64_t word = 1;

	for (int i = 0; i < 20000; i++) {
		char bytes[32];

		for (size_t j = 0; j < sizeof(bytes); j++) {
			word = word * 6364136223846793005 + 1442695040888963407;
			bytes[j] = (char) (word >> 56);
		}
		CHECK(is_well_formed(printed(bytes, sizeof(bytes))));
		CHECK(strlen(printed(bytes, sizeof(bytes))) <= sizeof(bytes) * STRATA_PRINTABLE_GROWTH);
	}
}

int main(void)
{
	RUN(marks_stay_as_they_are);
	RUN(control_characters_are_written_as_numbers);
	RUN(a_backslash_is_told_from_an_escape);
	RUN(what_is_no_character_is_written_byte_by_byte);
	RUN(a_text_is_cut_between_characters);
	RUN(any_bytes_become_a_text);
	return unit_end();
}
