/* The word in shared memory that is the state of a breaker, and the time at which it is read. */
#include "fuzz.h"
#include "health/breaker_word.h"

static bool are_equal(strata_breaker_word a, strata_breaker_word b)
{
	return a.state == b.state && a.cause == b.cause && a.attempt == b.attempt &&
		   a.moment == b.moment;
}

static void check(uint64_t packed, strata_msec now)
{
	strata_breaker_word word = strata_breaker_word_unpack(packed, now);

	MUST(word.attempt <= STRATA_BREAKER_MOST_ATTEMPTS);
	MUST(strata_breaker_state_name(word.state) != NULL);
	MUST(strata_breaker_cause_name(word.cause) != NULL);
	MUST(are_equal(strata_breaker_word_unpack(strata_breaker_word_pack(word), now), word));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t packed = 0;
	strata_msec now = 0;
	strata_breaker_word word;

	memcpy(&packed, data, size < 8 ? size : 8);
	if (size > 8) {
		memcpy(&now, data + 8, size - 8 < 8 ? size - 8 : 8);
	}
	now &= ((strata_msec) 1 << 43) - 1;
	check(packed, now);
	/* And as whoever knows the check would write it. */
	word = (strata_breaker_word){ .state = (strata_breaker_state) (packed & 15),
		.cause = (strata_breaker_cause) (packed >> 4 & 15),
		.attempt = (uint32_t) (packed >> 8 & 15),
		.moment = packed >> 12 };
	check(strata_breaker_word_pack(word), now);
	return 0;
}
