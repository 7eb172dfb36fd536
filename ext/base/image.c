#include "base/image.h"

/* By memcpy, because the compiler may not be told that a word of some block is a number. */
void strata_image_place(char *target, uintptr_t address, const strata_value *image)
{
	if (image->bytes.size == 0) {
		return;
	}
	memcpy(target, image->bytes.data, image->bytes.size);
	for (uint32_t i = 0; i < image->relocation_count; i++) {
		char *at = target + image->relocations[i];
		uintptr_t word;

		memcpy(&word, at, sizeof(word));
		word += address;
		memcpy(at, &word, sizeof(word));
	}
}
