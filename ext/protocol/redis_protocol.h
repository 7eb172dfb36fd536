/* redis_protocol: the table of the protocol of Redis. Its replies are strata_resp_reply. */
#ifndef STRATA_PROTOCOL_REDIS_PROTOCOL_H
#define STRATA_PROTOCOL_REDIS_PROTOCOL_H

#include "protocol/protocol.h"

extern const strata_protocol strata_redis_protocol;

#endif
