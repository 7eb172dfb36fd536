#include "health/size_limit.h"

enum {
	ASK_INTERVAL = 5000,    /* msec */
	SMALLEST_POSSIBLE = 512 /* bytes: servers take no lower limit, so that this is damage */
};

uint64_t strata_size_limit_most(const strata_size_limit *limit)
{
	uint64_t refused = atomic_load_explicit(&limit->smallest_refused, memory_order_relaxed);

	return refused < SMALLEST_POSSIBLE ? UINT64_MAX : refused - 1;
}

void strata_size_limit_learn(strata_size_limit *limit, uint64_t most)
{
	atomic_store_explicit(&limit->smallest_refused, most == 0 ? 0 : most + 1, memory_order_relaxed);
}

void strata_size_limit_refused(strata_size_limit *limit, uint64_t size)
{
	if (size <= strata_size_limit_most(limit)) {
		atomic_store_explicit(&limit->smallest_refused, size, memory_order_relaxed);
	}
}

bool strata_size_limit_may_ask(strata_size_limit *limit, strata_msec now)
{
	return strata_gate_pass(&limit->questions, ASK_INTERVAL, now);
}
