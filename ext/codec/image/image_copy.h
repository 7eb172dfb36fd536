/* image_copy: the value of an image, borrowed where it lies or copied into request memory. */
#ifndef STRATA_CODEC_IMAGE_COPY_H
#define STRATA_CODEC_IMAGE_COPY_H

#include "php.h"

#include "base/view.h"

/*
 * The value itself, without a copy: placed is an image in its place, in memory that PHP cannot
 * write and that stays as it is for as long as the request, or anything that the request made of
 * the value, may look at it. *out needs no destructor, and may have one.
 */
void strata_image_borrow(strata_view placed, zval *out);

/*
 * A copy in request memory, which may end the request when memory_limit is reached. origin is the
 * address for which the image was placed: image.data itself, or another one when the bytes were
 * copied away from there. What stands in an image more than once is often, but not always, one
 * string in the copy.
 */
void strata_image_copy(strata_view image, const void *origin, zval *out);

#endif
