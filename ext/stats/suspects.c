/*
 * All is under a robust mutex, which is tried once. A process that dies in there leaves what the
 * next one empties: a difference that lasts is seen again. Only the count is read without it, and
 * any bytes may stand there: sizes are bounded where they are read.
 */
#include "stats/suspects.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <string.h>

#include "base/hash.h"
#include "os/mutex.h"

enum { MOST = STRATA_SUSPECTS_MOST, CLAIM = 1000 /* msec that one belongs to its taker */ };

typedef struct {
	uint64_t hash; /* 0: free */
	uint64_t pair;
	strata_msec first_at; /* when it was seen to differ, in whatever way */
	strata_msec seen_at;  /* when this pair was seen first */
	strata_msec due;
	uint32_t size;
	char key[STRATA_SUSPECTS_KEY];
} suspect;

struct strata_suspects {
	alignas(64) _Atomic uint32_t count;
	strata_mutex lock;
	suspect list[MOST];
};

size_t strata_suspects_size(void)
{
	return sizeof(strata_suspects);
}

strata_result strata_suspects_init(strata_host *host, strata_suspects *suspects)
{
	return strata_host_init_lock(host, &suspects->lock);
}

static bool lock(strata_suspects *suspects)
{
	switch (strata_mutex_lock(&suspects->lock, 0)) {
		case STRATA_MUTEX_TAKEN: return true;
		case STRATA_MUTEX_INHERITED:
			memset(suspects->list, 0, sizeof(suspects->list));
			atomic_store(&suspects->count, 0);
			strata_mutex_repaired(&suspects->lock);
			return true;
		case STRATA_MUTEX_BUSY: break;
	}
	return false;
}

static uint64_t hash_of(strata_view key)
{
	return strata_hash_of(key, 0) | 1;
}

static bool is_over(const suspect *held, strata_msec now)
{
	return held->first_at > now || now - held->first_at >= STRATA_SUSPECTS_LONGEST;
}

static void release_locked(strata_suspects *suspects, suspect *held)
{
	uint32_t count = atomic_load_explicit(&suspects->count, memory_order_relaxed);

	held->hash = 0;
	atomic_store_explicit(&suspects->count, count > 0 ? count - 1 : 0, memory_order_relaxed);
}

/* The one of this hash, or one that is free, or NULL. */
static suspect *place_locked(strata_suspects *suspects, uint64_t hash, strata_msec now)
{
	suspect *found = NULL;

	for (int i = 0; i < MOST; i++) {
		suspect *held = &suspects->list[i];

		if (held->hash == hash) {
			return held;
		}
		if (held->hash != 0 && is_over(held, now)) {
			release_locked(suspects, held);
		}
		found = found == NULL && held->hash == 0 ? held : found;
	}
	return found;
}

static void hold_locked(strata_suspects *suspects, suspect *target, strata_view key, uint64_t hash,
	strata_msec now)
{
	target->hash = hash;
	target->first_at = now;
	target->size = (uint32_t) key.size;
	memcpy(target->key, key.data, key.size);
	atomic_fetch_add_explicit(&suspects->count, 1, memory_order_relaxed);
}

static strata_suspect_verdict look_locked(strata_suspects *suspects, strata_view key, uint64_t pair,
	strata_msec now)
{
	uint64_t hash = hash_of(key);
	suspect *target = place_locked(suspects, hash, now);

	if (target == NULL) {
		return STRATA_SUSPECT_LOST;
	}
	if (target->hash == hash && target->pair == pair && target->seen_at <= now) {
		if (now - target->seen_at < STRATA_SUSPECTS_APART) {
			return STRATA_SUSPECT_HELD;
		}
		release_locked(suspects, target);
		return STRATA_SUSPECT_PROVEN;
	}
	if (target->hash != hash) {
		hold_locked(suspects, target, key, hash, now);
	}
	target->pair = pair;
	target->seen_at = now;
	target->due = now + STRATA_SUSPECTS_APART;
	return STRATA_SUSPECT_HELD;
}

strata_suspect_verdict strata_suspects_look(strata_suspects *suspects, strata_view key,
	uint64_t pair, strata_msec now)
{
	strata_suspect_verdict verdict;

	if (key.size > STRATA_SUSPECTS_KEY || !lock(suspects)) {
		return STRATA_SUSPECT_LOST;
	}
	verdict = look_locked(suspects, key, pair, now);
	strata_mutex_unlock(&suspects->lock);
	return verdict;
}

static bool holds_none(const strata_suspects *suspects)
{
	return atomic_load_explicit(&suspects->count, memory_order_relaxed) == 0;
}

void strata_suspects_clear(strata_suspects *suspects, strata_view key)
{
	uint64_t hash = hash_of(key);

	if (holds_none(suspects) || !lock(suspects)) {
		return;
	}
	for (int i = 0; i < MOST; i++) {
		if (suspects->list[i].hash == hash) {
			release_locked(suspects, &suspects->list[i]);
		}
	}
	strata_mutex_unlock(&suspects->lock);
}

static bool is_due(const suspect *held, strata_msec now)
{
	/* Further ahead than any that is ever set: damage. */
	return held->hash != 0 && (held->due <= now || held->due > now + STRATA_SUSPECTS_APART);
}

uint32_t strata_suspects_take(strata_suspects *suspects, strata_arena *arena, strata_view *keys,
	uint32_t room, strata_msec now)
{
	uint32_t count = 0;

	if (holds_none(suspects) ||
		strata_arena_reserve(arena, (size_t) room * (STRATA_SUSPECTS_KEY + 32)) != 0 ||
		!lock(suspects)) {
		return 0;
	}
	for (int i = 0; i < MOST && count < room; i++) {
		suspect *held = &suspects->list[i];
		size_t size = held->size < STRATA_SUSPECTS_KEY ? held->size : STRATA_SUSPECTS_KEY;

		if (is_due(held, now)) {
			keys[count] = strata_arena_copy(arena, (strata_view){ held->key, size });
			held->due = now + CLAIM;
			count += keys[count].data != NULL && size > 0;
		}
	}
	strata_mutex_unlock(&suspects->lock);
	return count;
}
