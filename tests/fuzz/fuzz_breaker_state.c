/* The packed state of a breaker in shared memory, and the time at which it is read. */
#include "fuzz.h"
#include "health/breaker_state.h"

static bool are_equal(strata_breaker_snapshot a, strata_breaker_snapshot b)
{
	return a.state == b.state && a.cause == b.cause && a.attempt == b.attempt &&
		   a.moment == b.moment;
}

static void check(uint64_t packed, strata_msec now)
{
	strata_breaker_snapshot snapshot = strata_breaker_state_unpack(packed, now);

	MUST(snapshot.attempt <= STRATA_BREAKER_MOST_ATTEMPTS);
	MUST(strata_breaker_state_name(snapshot.state) != NULL);
	MUST(strata_breaker_cause_name(snapshot.cause) != NULL);
	MUST(
		are_equal(strata_breaker_state_unpack(strata_breaker_state_pack(snapshot), now), snapshot));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t packed = 0;
	strata_msec now = 0;
	strata_breaker_snapshot snapshot;

	memcpy(&packed, data, size < 8 ? size : 8);
	if (size > 8) {
		memcpy(&now, data + 8, size - 8 < 8 ? size - 8 : 8);
	}
	now &= ((strata_msec) 1 << 43) - 1;
	check(packed, now);
	/* And with the right check. */
	snapshot = (strata_breaker_snapshot){ .state = (strata_breaker_state) (packed & 15),
		.cause = (strata_breaker_cause) (packed >> 4 & 15),
		.attempt = (uint32_t) (packed >> 8 & 15),
		.moment = packed >> 12 };
	check(strata_breaker_state_pack(snapshot), now);
	return 0;
}
