/* image: a value of PHP as one block that needs no unpacking. */
#ifndef STRATA_CODEC_IMAGE_H
#define STRATA_CODEC_IMAGE_H

#include "php.h"

#include "base/arena.h"
#include "base/image.h"

/*
 * Makes an image of a string, an array, an object or a case of an enum. Scalars are not images:
 * they need no block. What it holds may be null, booleans, numbers, strings, arrays, cases, and
 * objects that are no more than their properties (codec/image/object_writer.h); a reference with
 * one holder is what it refers to, as for every reader of the value. False when the value is or
 * holds any other object, a resource, a reference with more than one holder or, as an array,
 * itself, when it is too deep, when the image would have 4 GB or more, and when there is no memory:
 * it then goes through a serializer.
 *
 * The bytes and the relocations of *out lie in the arena; its codec says whether objects are in it.
 * On false *out is the value null. Runs no code of the script; the only thing that it changes are
 * the hashes which strings of the value keep of themselves.
 */
bool strata_image_build(zval *value, strata_arena *arena, strata_value *out);

#endif
