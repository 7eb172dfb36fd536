/* depth: how many levels of arrays and objects a value may have. */
#ifndef STRATA_CODEC_DEPTH_H
#define STRATA_CODEC_DEPTH_H

#include "php.h"

/*
 * The most levels that may be written, and that may be read, where this process is now: what
 * unserialize_max_depth says, or less where the C stack ends earlier. At least 1.
 */
zend_long strata_depth_to_write(void);
zend_long strata_depth_to_read(void);

#endif
