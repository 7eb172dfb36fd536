/* image_table: the strings and arrays that an image already holds, and where. */
#ifndef STRATA_CODEC_IMAGE_TABLE_H
#define STRATA_CODEC_IMAGE_TABLE_H

#include "php.h"

#include "base/arena.h"

/* A string or an array of the value, and what is known about its place in the image. */
typedef struct {
	const void *source;
	zend_ulong hash;
	uint32_t offset; /* in the image; 0 as long as it is not written */
	uint16_t height; /* of an array: how many arrays deep; 0 as long as that is not known */
	bool is_string;
} strata_image_piece;

enum { STRATA_IMAGE_RECENT = 16 };

/* Zeroes, an arena and a guess are an empty table. Numbers of pieces begin at 1. */
typedef struct {
	strata_arena *arena;
	uint32_t guess;             /* how many pieces there may be: too few only costs time */
	strata_image_piece *pieces; /* in the order in which they were added */
	uint32_t count;
	uint32_t room;
	uint64_t *slots; /* by hash: its lower half | number of the piece, 0: none */
	uint32_t size;   /* slots: 0 or a power of two */

	/* Every string that was met, in order: the number of its piece, 0 where it has none. */
	uint32_t *met;
	uint32_t met_count;
	uint32_t met_room;
	uint32_t next; /* of met, for the second walk */

	/* Strings met of late, by address: the keys of rows come again and again. */
	struct {
		const zend_string *source;
		uint32_t piece;
	} recent[STRATA_IMAGE_RECENT];
} strata_image_table;

/*
 * The first walk meets a string: strings are the same when their bytes are. *is_new: it is to be
 * written, because it has not been met before or cannot be remembered, for the table is full.
 * False when there is no memory.
 */
bool strata_image_table_meet(strata_image_table *table, zend_string *string, bool *is_new);

/*
 * The second walk meets them in the same order: the piece of the next one, NULL where it has none.
 */
strata_image_piece *strata_image_table_next(strata_image_table *table);

/* NULL when this array was not remembered. Valid until the next one is added. */
strata_image_piece *strata_image_table_find_array(strata_image_table *table, HashTable *array);

/*
 * False when the table is full or there is no memory: it is then in the image as often as in the
 * value.
 */
bool strata_image_table_add_array(strata_image_table *table, HashTable *array);

#endif
