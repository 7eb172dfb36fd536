/* serializer_igbinary: the functions of the extension igbinary, where it is loaded. */
#ifndef STRATA_CODEC_SERIALIZER_IGBINARY_H
#define STRATA_CODEC_SERIALIZER_IGBINARY_H

#include "codec/serializer.h"

/* NULL when igbinary is not loaded. */
const strata_serializer *strata_serializer_igbinary(void);

#endif
