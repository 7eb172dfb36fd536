/* storable: finds what no serializer can bring back. */
#ifndef STRATA_CODEC_STORABLE_H
#define STRATA_CODEC_STORABLE_H

#include "php.h"

/*
 * The type of the first part that cannot be stored ("Closure", "resource (stream)"), in *room if it
 * had to be put together, or NULL when all of it can. Serializers turn a resource into the number 0
 * without a word, which is why the value is looked at before. Runs no user code.
 */
const char *strata_storable_culprit(zval *value, char *room, size_t room_size);

#endif
