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
 * Strings of request memory that copies had as keys: the arrays of a program have few different
 * ones. All zero at first; a place is NULL or holds a reference.
 */
enum { STRATA_IMAGE_KEYS = 256 };
typedef struct strata_image_keys {
	zend_string *keys[STRATA_IMAGE_KEYS];
} strata_image_keys;

/* Gives all references back. The places stay as they are. */
void strata_image_keys_release(strata_image_keys *keys);

/*
 * A copy in request memory, which may end the request when memory_limit is reached. origin is the
 * address for which the image was placed: image.data itself, or another one when the bytes were
 * copied away from there. What stands in an image more than once is often, but not always, one
 * string in the copy. Keys of arrays are shared with earlier copies by way of keys; NULL: they are
 * not. False, and *out undefined, when the arrays are too deep for the stack of this fiber.
 */
bool strata_image_copy(strata_view image, const void *origin, strata_image_keys *keys, zval *out);

/*
 * The same in parts, for a value that is made of more than copies. Which strings were copied of
 * late is remembered in between: what was made has to live as long as the copying goes on.
 */
enum { STRATA_IMAGE_REMEMBERED = 64 };

typedef struct {
	const void *from;
	void *made; /* a zend_string or a zend_array; the copy that is being made holds it */
} strata_image_memory;

typedef struct {
	ptrdiff_t shift;           /* from where a pointer points to where those bytes are */
	strata_image_keys *shared; /* NULL: there are none */
	uintptr_t stack_end;       /* no array is copied with less stack left; 0: it is not looked at */
	bool is_cut;               /* one was left out for that */
	uint32_t mask;             /* places for memories, less one */
	strata_image_memory keys[STRATA_IMAGE_REMEMBERED];   /* apart: many values come only once */
	strata_image_memory values[STRATA_IMAGE_REMEMBERED]; /* strings and arrays */
} strata_image_copying;

/* size: that of the image, in bytes. keys: as for strata_image_copy(). */
void strata_image_copying_begin(strata_image_copying *copying, ptrdiff_t shift, size_t size,
	strata_image_keys *keys);

/* Makes a copy of what the zval, itself a copy of one in the image, points to. */
void strata_image_copy_value(strata_image_copying *copying, zval *value);
zend_string *strata_image_copy_key(strata_image_copying *copying, zend_string *from);

/*
 * A fresh array of one holder whose elements, which begin at this address, are as they stand in the
 * image: the caller makes them values before anything else sees the array.
 */
HashTable *strata_image_copy_frame(const HashTable *source, const char *elements);

#endif
