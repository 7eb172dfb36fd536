/* depth: how many levels of arrays and objects a value may have. */
#ifndef STRATA_CODEC_DEPTH_H
#define STRATA_CODEC_DEPTH_H

#include "php.h"

#include "base/view.h"

enum {
	STRATA_SHALLOW = 64,      /* levels for which there is room wherever PHP can run */
	STRATA_IGBINARY_LEVEL = 3 /* bytes a level takes at least: a type, a count, a key */
};

/*
 * The most levels that may be written, and that may be read, where this process is now: what
 * unserialize_max_depth says, or less where the C stack ends earlier. At least 1.
 */
zend_long strata_depth_to_write(void);
zend_long strata_depth_to_read(void);

/* Is there too little stack left for a method of the script to begin? */
bool strata_depth_is_exhausted(void);

/*
 * How many levels a serializer wrote, or more than most if there are more than that. Bytes that
 * make no sense are as deep as the sense in front of them.
 */
zend_long strata_depth_of_php(strata_view bytes, zend_long most);
zend_long strata_depth_of_igbinary(strata_view bytes, zend_long most);

#endif
