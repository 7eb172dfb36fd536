/* igbinary_scan: would igbinary build an object of these bytes? */
#ifndef STRATA_CODEC_SCAN_IGBINARY_SCAN_H
#define STRATA_CODEC_SCAN_IGBINARY_SCAN_H

#include "base/view.h"

typedef enum {
	STRATA_IGBINARY_DATA,    /* nothing but scalars and arrays of them */
	STRATA_IGBINARY_OBJECTS, /* an object or a case of an enum */
	STRATA_IGBINARY_BROKEN,  /* igbinary does not write such bytes */
} strata_igbinary_content;

strata_igbinary_content strata_igbinary_scan(strata_view bytes);

#endif
