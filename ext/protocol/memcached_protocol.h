/* memcached_protocol: the table of the meta protocol. Its replies are strata_meta_reply. */
#ifndef STRATA_PROTOCOL_MEMCACHED_PROTOCOL_H
#define STRATA_PROTOCOL_MEMCACHED_PROTOCOL_H

#include "protocol/protocol.h"

/*
 * The handshake asks for the version and wants 1.6.18: older servers do not echo key and opaque on
 * a miss.
 */
extern const strata_protocol strata_memcached_protocol;

#endif
