#include "tier/redis/redis_swap.h"

/*
 * Stores ARGV[2] for ARGV[3] milliseconds (0: for ever) if what is there now says ARGV[1] from byte
 * ARGV[4] to byte ARGV[5]. 1 when it did.
 */
#define SWAP_SCRIPT \
	"if redis.call('GETRANGE',KEYS[1],ARGV[4],ARGV[5])~=ARGV[1] then return 0 end " \
	"if ARGV[3]=='0' then redis.call('SET',KEYS[1],ARGV[2]) " \
	"else redis.call('SET',KEYS[1],ARGV[2],'PX',ARGV[3]) end return 1"

_Static_assert(STRATA_ENVELOPE_VERSION_AT == 56 && STRATA_ENVELOPE_VERSION_SIZE == 8 &&
				   STRATA_ENVELOPE_SIZE == 96,
	"the bytes below are those of the version, and of the envelope");

strata_redis_seen strata_redis_seen_version(uint64_t version,
	char room[STRATA_ENVELOPE_VERSION_SIZE])
{
	strata_envelope_version(version, room);
	return (strata_redis_seen){ { room, STRATA_ENVELOPE_VERSION_SIZE }, "56", "63" };
}

strata_redis_seen strata_redis_seen_header(strata_view stored)
{
	size_t size = stored.size < STRATA_ENVELOPE_SIZE ? stored.size : STRATA_ENVELOPE_SIZE;

	return (strata_redis_seen){ { stored.data, size }, "0", "95" };
}

strata_redis_seen strata_redis_seen_integer(const strata_redis_batch *batch, int64_t integer)
{
	return (strata_redis_seen){ strata_redis_batch_number(batch, integer), "0", "-1" };
}

void strata_redis_swap_add(strata_redis_batch *batch, const strata_item *item,
	const strata_redis_seen *seen, strata_view bytes, strata_view life)
{
	const strata_view eval[] = { strata_view_of("EVAL"), strata_view_of(SWAP_SCRIPT),
		strata_view_of("1"), strata_redis_batch_name(batch, item), seen->bytes, bytes, life,
		strata_view_of(seen->from), strata_view_of(seen->to) };

	strata_redis_batch_add(batch, eval, 9, 3);
}

strata_result strata_redis_classify_swapped(const strata_redis_batch *batch,
	const strata_resp_reply *reply, strata_item *item)
{
	strata_result result = strata_redis_classify_changed(batch, reply, item);

	return result == STRATA_MISS ? STRATA_NOT_STORED : result;
}
