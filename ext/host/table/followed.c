/*
 * Ordering: a version is read before the owner that wrote it, and written after it. So a version
 * beside a living owner is its own, or one that a dead thread in the same slot has left: then there
 * is one look more. Any bytes may stand there: at worst the answer is wrong once.
 */
#include "host/table/followed.h"

#include <stdatomic.h>
#include <stdlib.h>

typedef struct {
	_Atomic uint64_t owner;
	_Atomic uint64_t version; /* 0: none */
} place;

struct strata_followed {
	place *places; /* STRATA_PROCESS_SLOT_COUNT of them, in shared memory */
};

strata_result strata_followed_new(strata_host *host, strata_followed **out)
{
	strata_followed *followed = calloc(1, sizeof(*followed));

	*out = NULL;
	if (followed == NULL) {
		return STRATA_NO_MEMORY;
	}
	followed->places = strata_host_alloc(host, STRATA_PROCESS_SLOT_COUNT * sizeof(place));
	if (followed->places == NULL) {
		free(followed);
		return STRATA_NO_MEMORY;
	}
	*out = followed;
	return STRATA_OK;
}

void strata_followed_free(strata_followed *followed)
{
	free(followed);
}

void strata_followed_note(strata_followed *followed, strata_process_owner owner, uint64_t version)
{
	place *own;

	if (owner == 0) {
		return;
	}
	own = &followed->places[strata_process_slot_index(owner)];
	atomic_store_explicit(&own->owner, owner, memory_order_relaxed);
	atomic_store_explicit(&own->version, version, memory_order_release);
}

bool strata_followed_by_others(const strata_followed *followed, strata_process_slots *slots,
	uint64_t version)
{
	for (uint32_t i = 0; i < STRATA_PROCESS_SLOT_COUNT; i++) {
		const place *seen = &followed->places[i];
		uint64_t seen_version = atomic_load_explicit(&seen->version, memory_order_acquire);

		if (seen_version != 0 && seen_version != version &&
			strata_process_slots_is_alive(slots,
				atomic_load_explicit(&seen->owner, memory_order_relaxed))) {
			return true;
		}
	}
	return false;
}
