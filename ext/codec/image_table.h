/* image_table — which strings and arrays has this image already got, and where? */
#ifndef STRATA_CODEC_IMAGE_TABLE_H
#define STRATA_CODEC_IMAGE_TABLE_H

#include "php.h"

#include "base/arena.h"

/* A string or an array of the value, and what is known about its place in the image. */
typedef struct {
	const void *source; /* NULL: no piece stands here */
	zend_ulong hash;
	uint32_t offset; /* in the image; 0 as long as it is not written */
	uint16_t height; /* of an array: how many arrays deep; 0 as long as that is not known */
	bool is_string;
} strata_image_piece;

/* Zeroes and an arena are an empty table. */
typedef struct {
	strata_arena *arena;
	strata_image_piece *slots;
	uint32_t size; /* slots: 0 or a power of two */
	uint32_t count;
} strata_image_table;

/* Strings are the same when their bytes are, arrays when they are one array. NULL when there is none. */
strata_image_piece *strata_image_table_find_string(strata_image_table *table, zend_string *string);
strata_image_piece *strata_image_table_find_array(strata_image_table *table, HashTable *array);

/*
 * Remembers one that was not found. Moves the others. False when the table is full or there is no memory:
 * whoever cannot be remembered is in the image as often as in the value.
 */
bool strata_image_table_add_string(strata_image_table *table, zend_string *string);
bool strata_image_table_add_array(strata_image_table *table, HashTable *array);

#endif
