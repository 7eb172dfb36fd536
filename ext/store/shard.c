#include "store/shard.h"

#include "os/clock.h"

/* Bytes of heap per bucket: an entry of ordinary size then shares its chain with few others. */
enum { HEAP_PER_BUCKET = 256 };

static uint32_t bucket_count(size_t size)
{
	uint32_t count = 64;

	while ((size_t) count * 2 <= size / HEAP_PER_BUCKET && count < 1U << 31) {
		count *= 2;
	}
	return count;
}

strata_result strata_shard_init(strata_shard *shard, void *memory, size_t size)
{
	uint32_t buckets = bucket_count(size);
	size_t before_marks = sizeof(strata_shard_head) + buckets * sizeof(uint64_t);
	size_t rest = size > before_marks ? size - before_marks : 0;
	size_t marks = (rest / (STRATA_UNIT_SIZE * STRATA_UNITS_PER_MARK) / 64 + 1) * 64;
	size_t places = rest > marks ? (rest - marks) / STRATA_UNIT_SIZE : 0;

	if (places <= STRATA_BLOCK_SMALLEST) {
		return STRATA_NO_MEMORY;
	}
	shard->head = memory;
	shard->buckets = (_Atomic uint64_t *) (void *) ((char *) memory + sizeof(strata_shard_head));
	shard->marks = (_Atomic uint8_t *) (void *) ((char *) memory + before_marks);
	shard->heap = (char *) memory + before_marks + marks;
	shard->view += before_marks + marks;
	shard->bucket_mask = buckets - 1;
	/* More than 64 GiB in one shard are left unused. */
	shard->end = places < UINT32_MAX ? (uint32_t) places : UINT32_MAX;
	return strata_mutex_init(&shard->head->lock);
}

bool strata_shard_is_held(const strata_shard *shard, uint32_t place)
{
	return shard->pins != NULL && strata_pins_holds(shard->pins,
									  strata_shard_block_number(shard, place), strata_clock_msec());
}

strata_mutex_outcome strata_shard_lock(strata_shard *shard, strata_usec max_wait)
{
	strata_mutex_outcome outcome = strata_mutex_lock(&shard->head->lock, max_wait);

	if (outcome == STRATA_MUTEX_BUSY) {
		atomic_fetch_add(&shard->head->lock_timeouts, 1);
	}
	return outcome;
}

void strata_shard_unlock(strata_shard *shard)
{
	strata_mutex_unlock(&shard->head->lock);
}

void strata_shard_outdate(strata_shard *shard)
{
	atomic_fetch_add(&shard->head->epoch, 1);
}
