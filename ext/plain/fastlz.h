/* fastlz: reads what FastLZ compressed, which is how php-memcached compresses by default. */
#ifndef STRATA_PLAIN_FASTLZ_H
#define STRATA_PLAIN_FASTLZ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

/*
 * Unpacks into exactly so many bytes. False where the bytes are none of FastLZ's (level 1 or 2), or
 * stand for more or less than that: what is in the room then means nothing. Never reads or writes
 * beyond either.
 */
bool strata_fastlz_unpack(strata_view packed, char *room, size_t size);

/* Can so few bytes stand for so many? */
bool strata_fastlz_may_hold(size_t packed, size_t size);

#endif
