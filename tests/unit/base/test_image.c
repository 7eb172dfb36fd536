#include "base/image.h"

#include "unit.h"

static const uint32_t relocations[] = { 8, 24 };

static void offsets_become_addresses_of_the_other_place(void)
{
	uintptr_t words[4] = { 7, 16, 9, 0 };
	uintptr_t target[4];
	strata_value image = { .bytes = { (const char *) words, sizeof(words) },
		.codec = STRATA_CODEC_IMAGE,
		.relocations = relocations,
		.relocation_count = 2 };

	strata_image_place((char *) target, 0x10000, &image);
	CHECK(target[0] == 7 && target[2] == 9);
	CHECK(target[1] == 0x10010 && target[3] == 0x10000);
	CHECK(words[1] == 16 && words[3] == 0);
}

static void nothing_is_written_behind_the_image(void)
{
	uintptr_t words[2] = { 1, 0 };
	uintptr_t target[3] = { 0, 0, 42 };
	strata_value image = { .bytes = { (const char *) words, sizeof(words) },
		.codec = STRATA_CODEC_IMAGE,
		.relocations = relocations,
		.relocation_count = 1 };

	strata_image_place((char *) target, 16, &image);
	CHECK(target[0] == 1 && target[1] == 16 && target[2] == 42);
}

static void no_bytes_are_no_image(void)
{
	strata_value image = { .codec = STRATA_CODEC_NULL };
	char target = 'x';

	strata_image_place(&target, 16, &image);
	CHECK(target == 'x');
}

int main(void)
{
	RUN(offsets_become_addresses_of_the_other_place);
	RUN(nothing_is_written_behind_the_image);
	RUN(no_bytes_are_no_image);
	return unit_end();
}
