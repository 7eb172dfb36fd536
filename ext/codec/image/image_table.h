/* image_table: the strings, arrays and objects that an image already holds, and where. */
#ifndef STRATA_CODEC_IMAGE_TABLE_H
#define STRATA_CODEC_IMAGE_TABLE_H

#include "php.h"

#include "base/arena.h"

/* A part of the value, and what is known about its place in the image. */
typedef struct {
	const void *source;
	zend_ulong hash;
	uint32_t offset; /* in the image */
	uint16_t height; /* of an array: how many arrays deep; 0 as long as that is not known */
	bool is_string;
} strata_image_piece;

enum { STRATA_IMAGE_FEW_PIECES = 8 };

typedef struct {
	strata_arena *arena;
	strata_image_piece *pieces; /* in the order in which they were added */
	uint32_t count;
	uint32_t room;
	uint64_t *slots; /* by hash: its lower half | number of the piece, from 1; 0: none */
	uint32_t size;   /* slots: a power of two; 0 as long as the few are enough */
	strata_image_piece few[STRATA_IMAGE_FEW_PIECES]; /* are searched one by one */
} strata_image_table;

/* It is empty. It is not to be moved or copied: it points to itself. */
void strata_image_table_begin(strata_image_table *table, strata_arena *arena);

/*
 * Where the image has a string of these bytes; 0 when it is not known to have one. It is then
 * remembered to be at offset, where the caller is going to write it, unless the table is full.
 */
uint32_t strata_image_table_meet(strata_image_table *table, zend_string *string, uint32_t offset);

/*
 * What was remembered of something of the value other than a string, by its address; NULL when it
 * was not. Valid until the next one is added.
 */
strata_image_piece *strata_image_table_find(strata_image_table *table, const void *source);

/*
 * False when the table is full or there is no memory: it is then in the image as often as in the
 * value.
 */
bool strata_image_table_add(strata_image_table *table, const void *source, uint32_t offset);

#endif
