#include "health/breaker_word.h"

enum { MOMENT_BITS = 44, CHECK_BITS = 8 };

/* Longer than any breaker waits by itself, and longer than an operator may want something. */
static const strata_msec longest_wait = 60 * 1000 + 5000;
static const strata_msec longest_force = 31ULL * 24 * 60 * 60 * 1000;

/* 0 for a word of zeroes, which is how shared memory begins. */
static uint64_t check_of(uint64_t packed)
{
	uint64_t rest = packed & ~((uint64_t) 0xFF << MOMENT_BITS);

	return rest * 0x9E3779B97F4A7C15 >> (64 - CHECK_BITS);
}

uint64_t strata_breaker_word_pack(strata_breaker_word word)
{
	uint64_t packed = (uint64_t) word.state << 60 | (uint64_t) word.cause << 56 |
					  (uint64_t) word.attempt << 52 |
					  (word.moment & (((uint64_t) 1 << MOMENT_BITS) - 1));

	return packed | check_of(packed) << MOMENT_BITS;
}

static bool is_ours(uint64_t packed)
{
	return check_of(packed) == (packed >> MOMENT_BITS & 0xFF);
}

bool strata_breaker_word_is_forced(uint64_t packed)
{
	return is_ours(packed) && packed >> 60 >= STRATA_STATE_FORCED_OPEN &&
		   packed >> 60 <= STRATA_STATE_DRAINING;
}

static bool is_possible(const strata_breaker_word *word, strata_msec now)
{
	switch (word->state) {
		case STRATA_STATE_CLOSED:
		case STRATA_STATE_RAMP: return word->moment <= now;
		case STRATA_STATE_OPEN:
		case STRATA_STATE_PROBING: return word->moment <= now + longest_wait;
		case STRATA_STATE_FORCED_OPEN:
		case STRATA_STATE_FORCED_CLOSED:
		case STRATA_STATE_DRAINING: return word->moment <= now + longest_force;
	}
	return false;
}

strata_breaker_word strata_breaker_word_unpack(uint64_t packed, strata_msec now)
{
	strata_breaker_word word = {
		.state = (strata_breaker_state) (packed >> 60),
		.cause = (strata_breaker_cause) (packed >> 56 & 0xF),
		.attempt = (uint32_t) (packed >> 52 & 0xF),
		.moment = packed & (((uint64_t) 1 << MOMENT_BITS) - 1),
	};

	if (!is_ours(packed) || word.cause > STRATA_BREAKER_OPERATOR || !is_possible(&word, now)) {
		return (strata_breaker_word){ .state = STRATA_STATE_CLOSED };
	}
	return word;
}
