#include "store/block/shard.h"

#include "os/clock.h"

/* Bytes of heap per bucket: an entry of ordinary size then shares its chain with few others. */
enum { HEAP_PER_BUCKET = 256, HELD_PART = 8 /* more of a shard in the hands of readers is much */ };

static uint32_t bucket_count(size_t size)
{
	uint32_t count = 64;

	while ((size_t) count * 2 <= size / HEAP_PER_BUCKET && count < 1U << 31) {
		count *= 2;
	}
	return count;
}

strata_result strata_shard_place(strata_shard *shard, void *memory, size_t size)
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
	shard->bound.is_shut = &shard->head->is_copying;
	shard->buckets = (_Atomic uint64_t *) (void *) ((char *) memory + sizeof(strata_shard_head));
	shard->marks = (_Atomic uint8_t *) (void *) ((char *) memory + before_marks);
	shard->heap = (char *) memory + before_marks + marks;
	shard->view += before_marks + marks;
	shard->bucket_mask = buckets - 1;
	/* More than 64 GiB in one shard are left unused. */
	shard->end = places < UINT32_MAX ? (uint32_t) places : UINT32_MAX;
	return STRATA_OK;
}

strata_result strata_shard_make_lock(strata_shard *shard)
{
	return strata_mutex_init(&shard->head->lock);
}

strata_result strata_shard_init(strata_shard *shard, void *memory, size_t size)
{
	strata_result result = strata_shard_place(shard, memory, size);

	return result == STRATA_OK ? strata_shard_make_lock(shard) : result;
}

/*
 * A reader sets the mark and publishes its pin, then a full fence, then looks whether the block is
 * still in reach. Here the block is out of reach already, so with a full fence before the look at
 * the mark one of the two sees the other.
 */
bool strata_shard_may_be_held(const strata_shard *shard, uint32_t place)
{
	atomic_thread_fence(memory_order_seq_cst);
	return shard->pins != NULL && strata_shard_has_mark(shard, place, STRATA_MARK_PINNED);
}

void strata_shard_look_at_pins(const strata_shard *shard, strata_pins_asked *asked, size_t count)
{
	shard->head->holders = strata_pins_look(shard->pins, asked, count, strata_clock_msec());
}

static void set_copying(strata_shard *shard)
{
	strata_shard_head *head = shard->head;
	uint64_t most = shard->end / HELD_PART;
	uint32_t is_copying = atomic_load_explicit(&head->retired, memory_order_relaxed) > most ||
						  head->held_seen > most || head->held_before > most;

	/* Readers look at this word at every hit. */
	if (atomic_load_explicit(&head->is_copying, memory_order_relaxed) != is_copying) {
		atomic_store_explicit(&head->is_copying, is_copying, memory_order_relaxed);
	}
}

void strata_shard_count_retired(strata_shard *shard, int64_t units)
{
	strata_shard_count(&shard->head->retired, units);
	set_copying(shard);
}

void strata_shard_count_held(strata_shard *shard, uint32_t units)
{
	/* One long search may go around twice. */
	if (shard->head->held_seen < shard->end) {
		shard->head->held_seen += units;
	}
	set_copying(shard);
}

void strata_shard_begin_turn(strata_shard *shard)
{
	shard->head->held_before = shard->head->held_seen;
	shard->head->held_seen = 0;
	set_copying(shard);
}

void strata_shard_relieve(strata_shard *shard)
{
	shard->head->held_before -= shard->head->held_before / HELD_PART;
	shard->head->held_seen -= shard->head->held_seen / HELD_PART;
	set_copying(shard);
}

strata_mutex_outcome strata_shard_lock(strata_shard *shard, strata_usec max_wait)
{
	return strata_mutex_lock(&shard->head->lock, max_wait);
}

void strata_shard_unlock(strata_shard *shard)
{
	strata_mutex_unlock(&shard->head->lock);
}

void strata_shard_outdate(strata_shard *shard)
{
	atomic_fetch_add(&shard->head->epoch, 1);
	atomic_fetch_sub(&shard->head->epoch_again, 1);
}
