/*
 * hiredis — the reader of RESP that strata is built with: hiredis, or libvalkey. That one goes on
 * from hiredis, with the same reader under other names. The code says the names of hiredis.
 */
#ifndef STRATA_PROTOCOL_HIREDIS_H
#define STRATA_PROTOCOL_HIREDIS_H

#ifdef STRATA_WITH_LIBVALKEY

#include <valkey/read.h>

typedef valkeyReader redisReader;
typedef valkeyReadTask redisReadTask;
typedef valkeyReplyObjectFunctions redisReplyObjectFunctions;

enum {
	REDIS_OK = VALKEY_OK,
	REDIS_ERR_OOM = VALKEY_ERR_OOM,
	REDIS_REPLY_STRING = VALKEY_REPLY_STRING,
	REDIS_REPLY_ARRAY = VALKEY_REPLY_ARRAY,
	REDIS_REPLY_STATUS = VALKEY_REPLY_STATUS,
	REDIS_REPLY_ERROR = VALKEY_REPLY_ERROR
};

#define redisReaderCreateWithFunctions valkeyReaderCreateWithFunctions
#define redisReaderFree                valkeyReaderFree
#define redisReaderFeed                valkeyReaderFeed
#define redisReaderGetReply            valkeyReaderGetReply

/* What libvalkey inherited: RESP3's types, and tasks that are allocated one by one. */
#define HIREDIS_MAJOR 1

#else

#include <hiredis/hiredis.h>

#endif

#endif
