/* image: a block of memory written for the address where it will stay. */
#ifndef STRATA_BASE_IMAGE_H
#define STRATA_BASE_IMAGE_H

#include <stdint.h>

#include "base/value.h"

/*
 * Writes the image to target, where image->bytes.size bytes are the caller's, so that it is whole
 * for readers that see these bytes at this address. The two differ where the same memory is mapped
 * twice, once to write and once to read; address is aligned to 16 bytes. Cannot fail and makes no
 * system call.
 */
void strata_image_place(char *target, uintptr_t address, const strata_value *image);

#endif
