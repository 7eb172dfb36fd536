#include "codec/scan/igbinary_scan.h"

#include "unit.h"

/* Format 2 and these bytes. */
static strata_igbinary_content content_of(const char *bytes, size_t size)
{
	char *whole = malloc(4 + size);
	strata_igbinary_content content;

	REQUIRE(whole != NULL);
	memcpy(whole, "\0\0\0\2", 4);
	memcpy(whole + 4, bytes, size);
	content = strata_igbinary_scan((strata_view){ whole, 4 + size });
	free(whole);
	return content;
}

#define CONTENT(bytes) content_of(bytes, sizeof(bytes) - 1)

static void scalars_and_arrays_are_data(void)
{
	CHECK(CONTENT("\x00") == STRATA_IGBINARY_DATA);     /* null */
	CHECK(CONTENT("\x05") == STRATA_IGBINARY_DATA);     /* true */
	CHECK(CONTENT("\x06\x17") == STRATA_IGBINARY_DATA); /* 23 */
	CHECK(CONTENT("\x09\x17\x17") == STRATA_IGBINARY_DATA);
	CHECK(CONTENT("\x0a\x17\x17\x17\x17") == STRATA_IGBINARY_DATA);
	CHECK(CONTENT("\x20\x17\x17\x17\x17\x17\x17\x17\x17") == STRATA_IGBINARY_DATA);
	CHECK(CONTENT("\x0c\x17\x17\x17\x17\x17\x17\x17\x17") == STRATA_IGBINARY_DATA); /* double */
	CHECK(CONTENT("\x0d") == STRATA_IGBINARY_DATA);                                 /* "" */
	CHECK(CONTENT("\x11\x03\x17\x1d\x27") == STRATA_IGBINARY_DATA);
	CHECK(CONTENT("\x12\x00\x03\x17\x1d\x27") == STRATA_IGBINARY_DATA);
	CHECK(CONTENT("\x13\x00\x00\x00\x03\x17\x1d\x27") == STRATA_IGBINARY_DATA);
	CHECK(CONTENT("\x26\0\0\0\0\0\0\0\x03\x17\x1d\x27") == STRATA_IGBINARY_DATA);
	/* [23 => "a", "a" => [], 1 => &null, 2 => what is there already] */
	CHECK(CONTENT("\x14\x04\x06\x17\x11\x01"
				  "a"
				  "\x0e\x00\x14\x00"
				  "\x06\x01\x25\x00\x06\x02\x01\x01") == STRATA_IGBINARY_DATA);
}

static void whatever_makes_objects_is_told(void)
{
	for (int type = 0x17; type <= 0x27; type++) {
		char bytes[] = { 0x14, 1, 6, 0, (char) type, 1, 1, 1, 1, 1, 1, 1, 1 };
		bool is_data = type == 0x20 || type == 0x21 || type == 0x25 || type == 0x26;

		CHECK((content_of(bytes, sizeof(bytes)) == STRATA_IGBINARY_OBJECTS) == !is_data);
	}
	CHECK(CONTENT("\x17\x03"
				  "Foo"
				  "\x14\x00") == STRATA_IGBINARY_OBJECTS);
	CHECK(CONTENT("\x11\x03"
				  "Foo"
				  "\x1a\x00\x14\x00") == STRATA_IGBINARY_OBJECTS);
}

static void the_rest_is_broken(void)
{
	for (int type = 0x28; type <= 0xFF; type++) {
		char byte = (char) type;

		CHECK(content_of(&byte, 1) == STRATA_IGBINARY_BROKEN);
	}
	CHECK(CONTENT("") == STRATA_IGBINARY_BROKEN);
	CHECK(CONTENT("\x06") == STRATA_IGBINARY_BROKEN);
	CHECK(CONTENT("\x11\x03\x17\x1d") == STRATA_IGBINARY_BROKEN);
	CHECK(CONTENT("\x13\xff\xff\xff\xff\x17") == STRATA_IGBINARY_BROKEN);
	CHECK(CONTENT("\x26\xff\xff\xff\xff\xff\xff\xff\xff\x17") == STRATA_IGBINARY_BROKEN);
	CHECK(strata_igbinary_scan(strata_view_of("")) == STRATA_IGBINARY_BROKEN);
	CHECK(strata_igbinary_scan((strata_view){ "\0\0\0\3\0", 5 }) == STRATA_IGBINARY_BROKEN);
	CHECK(strata_igbinary_scan((strata_view){ "\0\0\0\0\0", 5 }) == STRATA_IGBINARY_BROKEN);
	CHECK(strata_igbinary_scan((strata_view){ "\0\0\0\1\0", 5 }) == STRATA_IGBINARY_DATA);
}

int main(void)
{
	RUN(scalars_and_arrays_are_data);
	RUN(whatever_makes_objects_is_told);
	RUN(the_rest_is_broken);
	return unit_end();
}
