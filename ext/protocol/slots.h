/* slots: the slot of a key in a Redis Cluster. */
#ifndef STRATA_PROTOCOL_SLOTS_H
#define STRATA_PROTOCOL_SLOTS_H

#include <stdint.h>

#include "base/view.h"

enum { STRATA_SLOT_COUNT = 16384 };

/*
 * CRC-16 of the key, or of its hash tag, modulo 16384
 * (https://valkey.io/topics/cluster-spec/, "Key distribution model" and "Hash tags").
 */
uint16_t strata_slots_of_key(strata_view key);

#endif
