/* serializer_php: PHP's own serialize() and unserialize(). */
#ifndef STRATA_CODEC_SERIALIZER_PHP_H
#define STRATA_CODEC_SERIALIZER_PHP_H

#include "codec/serializer.h"

extern const strata_serializer strata_serializer_php;

#endif
