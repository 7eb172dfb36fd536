/* image_writer: writes an image in one walk over a value, into a block that grows. */
#ifndef STRATA_CODEC_IMAGE_WRITER_H
#define STRATA_CODEC_IMAGE_WRITER_H

#include "php.h"

#include "base/arena.h"
#include "base/value.h"
#include "codec/image/image_table.h"

enum {
	STRATA_IMAGE_DEPTH = 512, /* how many arrays deep: [] is one deep, [[]] is two */
	STRATA_IMAGE_RECENT = 32
};

/* No image is larger, in bytes: a place in it is 32 bits, aligned to 8. */
#define STRATA_IMAGE_LARGEST (UINT32_MAX & ~(uint32_t) 7)

/*
 * In the u.flags of an array of the image: an object stands somewhere below it. The engine has no
 * such flag and never sees such an array: it is built anew, as the objects are.
 */
#define STRATA_IMAGE_HAS_OBJECTS ((uint32_t) 1 << 31)

/*
 * What is written so far. Offsets are in bytes from the start of the image; 0 is that of the root,
 * a zval, so nothing else has it. Runs no user code and takes no memory from PHP.
 */
typedef struct strata_image_writer {
	strata_arena *arena;
	char *bytes;
	uint32_t size; /* what is taken of them */
	uint32_t room;
	uint32_t most; /* no larger than this; lowered by tests alone */

	uint32_t *pointers; /* where they stand, as they came */
	uint32_t pointer_count;
	uint32_t pointer_room;

	strata_image_table table; /* what may be met again */
	uint32_t string_count;    /* written so far */
	uint32_t searched;        /* how many values were looked for by their bytes, */
	uint32_t found;           /* and how many of them were there */
	int deepest;              /* how many arrays deep the walk has been, since it was last set */
	uintptr_t stack_end;      /* where the stack of the walk ends */
	uint32_t object_count;    /* how often an object was met */
	uint32_t below_shared;    /* how many of those that the walk is in stand in the value twice */
	uint32_t again_count;     /* arrays with objects that were written once more */

	/* Of codec/image/object_writer.h. NULL: an object makes it no image. */
	bool (*write_object)(struct strata_image_writer *writer, zend_object *object, uint32_t at,
		int depth);
	struct strata_object_writing *objects; /* NULL: none was met */

	/* Strings met of late that may come again, by address, as the keys of rows do. */
	struct {
		const zend_string *source;
		uint32_t offset;
	} recent[STRATA_IMAGE_RECENT];
} strata_image_writer;

/*
 * Room for the root is taken. guess: the size that it may have in the end, in bytes; a wrong one
 * costs time. False when there is no memory.
 */
bool strata_image_writer_begin(strata_image_writer *writer, strata_arena *arena, size_t guess);

/*
 * So many bytes, not initialised, at the offset that is returned, which is aligned to 8. 0 when
 * there is no memory, or the image would be larger than an image may be: then there is none.
 */
uint32_t strata_image_writer_take(strata_image_writer *writer, size_t size);

/* The bytes at this offset. Valid until the next take, which may move them. */
static inline char *strata_image_writer_at(const strata_image_writer *writer, uint32_t offset)
{
	return writer->bytes + offset;
}

/*
 * The word at this offset becomes a pointer to another one. It must not be written any more. False
 * when there is no memory.
 */
bool strata_image_writer_point(strata_image_writer *writer, uint32_t at, uint32_t to);

/*
 * Writes the zval at this offset, where its room is taken, and everything below it. depth: how many
 * arrays (and objects) it stands in. False when it is no image: see strata_image_build(). So is
 * what is too deep for the stack that is left.
 */
bool strata_image_write_value(strata_image_writer *writer, zval *value, uint32_t at, int depth);

/*
 * The offset of a string of these bytes in the image, which is written if need be; 0 when there is
 * no room for it. It is looked for among those that are there already, unless they are few.
 */
uint32_t strata_image_write_string(strata_image_writer *writer, zend_string *source);

/* The bytes and the relocations of *out lie in the arena. */
void strata_image_writer_finish(const strata_image_writer *writer, strata_value *out);

#endif
