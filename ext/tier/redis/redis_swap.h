/* redis_swap: a script that stores a value if what the server holds is what was seen. */
#ifndef STRATA_TIER_REDIS_REDIS_SWAP_H
#define STRATA_TIER_REDIS_REDIS_SWAP_H

#include "tier/envelope.h"
#include "tier/redis/redis_batch.h"

/* What must stand where in what the server holds. Nothing there is as good as an empty string. */
typedef struct {
	strata_view bytes;
	const char *from; /* the first byte, in decimal */
	const char *to;   /* the last one */
} strata_redis_seen;

/* An envelope with this version; room keeps its bytes for as long as the result is used. */
strata_redis_seen strata_redis_seen_version(uint64_t version,
	char room[STRATA_ENVELOPE_VERSION_SIZE]);

/* All of a short value, or the whole envelope in front of another. */
strata_redis_seen strata_redis_seen_header(strata_view stored);

/* Digits. */
strata_redis_seen strata_redis_seen_integer(const strata_redis_batch *batch, int64_t integer);

/* Adds the command: the item's name is to hold these bytes, for so long. To be classified as: */
void strata_redis_swap_add(strata_redis_batch *batch, const strata_item *item,
	const strata_redis_seen *seen, strata_view bytes, strata_view life);

/* OK or NOT_STORED. */
strata_result strata_redis_classify_swapped(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item);

#endif
