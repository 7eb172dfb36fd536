#include "codec/scan/text_scan.h"

#include "unit.h"

/* All names that were seen, with a blank behind each, and "!" where the text is broken. */
static const char *scan_all(strata_view text)
{
	static char names[512];
	strata_text_scan scan;
	strata_text_scan_step step;
	strata_view name;
	char *copy = malloc(text.size + 1); /* so that a sanitizer sees a byte too far */
	size_t size = 0;

	REQUIRE(copy != NULL);
	if (text.size > 0) {
		memcpy(copy, text.data, text.size);
	}
	scan = strata_text_scan_of((strata_view){ copy, text.size });
	while ((step = strata_text_scan_next(&scan, &name)) == STRATA_TEXT_SCAN_CLASS) {
		size += (size_t) snprintf(names + size, sizeof(names) - size, "%.*s ", (int) name.size,
			name.data);
		REQUIRE(size < sizeof(names));
	}
	CHECK(name.data == NULL && name.size == 0);
	snprintf(names + size, sizeof(names) - size, "%s", step == STRATA_TEXT_SCAN_END ? "" : "!");
	free(copy);
	return names;
}

static bool scans(const char *text, const char *names)
{
	return strcmp(scan_all(strata_view_of(text)), names) == 0;
}

static void scalars_and_arrays_name_no_class(void)
{
	CHECK(scans("N;", "") && scans("b:1;", "") && scans("i:-5;", "") && scans("d:0.5;", ""));
	CHECK(scans("d:-INF;", "") && scans("d:1.0E-25;", "") && scans("s:0:\"\";", ""));
	CHECK(scans("a:0:{}", "") && scans("a:2:{i:0;a:1:{s:1:\"k\";N;}i:1;R:2;}", ""));
	CHECK(scans("", ""));
}

static void objects_and_cases_are_named_in_their_order(void)
{
	CHECK(scans("O:3:\"Foo\":0:{}", "Foo "));
	CHECK(scans("O:7:\"App\\Foo\":1:{s:1:\"x\";O:3:\"Bar\":1:{s:1:\"y\";r:1;}}", "App\\Foo Bar "));
	CHECK(scans("a:2:{i:0;O:1:\"A\":0:{}i:1;O:1:\"A\":0:{}}", "A A "));
	CHECK(scans("E:11:\"Suit:Hearts\";", "Suit "));
	CHECK(scans("a:2:{i:0;E:10:\"App\\Suit:Up\";i:1;O:1:\"A\":0:{}}", "!"));
	CHECK(scans("a:2:{i:0;E:11:\"App\\Suit:Up\";i:1;O:1:\"A\":0:{}}", "App\\Suit A "));
}

/* What a visitor typed into a form. */
static void what_a_string_holds_is_no_object(void)
{
	CHECK(scans("s:14:\"O:3:\"Foo\":0:{}\";", ""));
	CHECK(scans("a:1:{s:14:\"O:3:\"Foo\":0:{}\";s:2:\"\";\";}", ""));
	CHECK(scans("O:1:\"A\":1:{s:1:\"x\";s:14:\"O:3:\"Foo\":0:{}\";}", "A "));
}

/* What Serializable wrote may be unserialized from anywhere in it. */
static void whatever_looks_like_an_object_in_a_payload_is_one(void)
{
	CHECK(scans("C:3:\"Foo\":0:{}", "Foo "));
	CHECK(scans("C:3:\"Foo\":4:{abcd}N;", "Foo "));
	CHECK(scans("C:3:\"Foo\":16:{O:3:\"Bar\":0:{}xx}", "Foo Bar "));
	CHECK(scans("C:3:\"Foo\":22:{s:14:\"O:3:\"Bar\":0:{}\";}", "Foo Bar "));
	CHECK(scans("C:3:\"Foo\":17:{x:i:0;E:6:\"Su:Up\"}O:1:\"A\":0:{}", "Foo A "));
	CHECK(scans("C:3:\"Foo\":17:{x:i:0;E:5:\"Su:Up\"}O:1:\"A\":0:{}", "Foo Su A "));
	CHECK(scans("C:3:\"Foo\":29:{C:3:\"Bar\":14:{O:3:\"Baz\":0:{}}}", "Foo Bar Baz "));
	CHECK(scans("C:3:\"Foo\":11:{OO:1:\"A\":0:}O:1:\"B\":0:{}", "Foo A B "));
	CHECK(
		scans("C:3:\"Foo\":6:{O:0:\"\"}N;", "Foo ") && scans("C:3:\"Foo\":6:{O:2:\"x}N;", "Foo "));
	CHECK(scans("C:3:\"Foo\":17:{O:9:\"O:1:\"B\":0:{}}", "Foo B "));
}

/* unserialize() reads some of these: what is told apart here must not be told apart there. */
static void what_serialize_does_not_write_is_broken(void)
{
	static const char *const texts[] = { "S:3:\"abc\";", "O:+3:\"Foo\":0:{}", "O:3:\"Foo\":-0:{}",
		"C:3:\"Foo\":+4:{abcd}", "o:1:{}", "x", "N", "N:", "i", "i:5", "i5;", "s:3:\"ab\";",
		"s:3:\"abc\"", "s:3:\"abcd\";", "s::\"\";", "s:-1:\"\";", "s:99999999999999999999:\"\";",
		"s:18446744073709551617:\"a\";", "a:1{", "a:{", "O:3:\"Foo\"", "O:3:\"Foo\";", "O:3:\"Foo",
		"O:3:Foo:0:{}", "C:3:\"Foo\":5:{abcd}", "C:3:\"Foo\":4:{abcd", "C:3:\"Foo\":4:{abcde",
		"E:4:\"Suit\";", "E:11:\"Suit:Hearts\"", " N;", "i:1;\n", "{", ";" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CHECK(scans(texts[i], "!"));
	}
	CHECK(strcmp(scan_all((strata_view){ "\0", 1 }), "!") == 0);
}

/* Every cut of a text is broken or names no more than the whole. */
static void cut_texts_are_read_to_their_end_only(void)
{
	static const char text[] = "a:3:{i:0;O:3:\"Foo\":1:{s:1:\"x\";E:4:\"Su:U\";}i:1;C:3:\"Bar\":14:"
							   "{O:3:\"Baz\":0:{}}i:2;N;}";

	CHECK(scans(text, "Foo Su Bar Baz "));
	for (size_t size = 0; size < strlen(text); size++) {
		const char *names = scan_all((strata_view){ text, size });
		size_t seen = strlen(names) - (names[0] != '\0' && names[strlen(names) - 1] == '!');

		CHECK(strncmp("Foo Su Bar Baz ", names, seen) == 0);
	}
}

int main(void)
{
	RUN(scalars_and_arrays_name_no_class);
	RUN(objects_and_cases_are_named_in_their_order);
	RUN(what_a_string_holds_is_no_object);
	RUN(whatever_looks_like_an_object_in_a_payload_is_one);
	RUN(what_serialize_does_not_write_is_broken);
	RUN(cut_texts_are_read_to_their_end_only);
	return unit_end();
}
