/* hash: the numbers that stand for bytes. */
#ifndef STRATA_BASE_HASH_H
#define STRATA_BASE_HASH_H

#include <stdint.h>

#include "base/view.h"

/* XXH3-64 with a seed (xxHash, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). */
uint64_t strata_hash_of(strata_view bytes, uint64_t seed);

/* CRC-16/XMODEM as the Redis Cluster specification, appendix A: "123456789" gives 0x31C3. */
uint16_t strata_hash_crc16(strata_view bytes);

#endif
