/* object_writer: writes objects into an image. */
#ifndef STRATA_CODEC_OBJECT_WRITER_H
#define STRATA_CODEC_OBJECT_WRITER_H

#include "php.h"

#include "codec/image/image_writer.h"

/*
 * Writes the zval at this offset, where its room is taken, as this object or case of an enum, and
 * everything below it. depth: this one included. False when it is none of those that an image can
 * hold (codec/image/object_layout.h), is lazy, has a declared property with a default that was
 * unset, or holds in a typed property an object that the type names by an alias; where what is
 * below it is no image; and when there is no room.
 */
bool strata_object_write(strata_image_writer *writer, zend_object *object, uint32_t at, int depth);

/* Writes the directory of an image with objects, after its last value. False: no room. */
bool strata_object_write_directory(strata_image_writer *writer);

#endif
