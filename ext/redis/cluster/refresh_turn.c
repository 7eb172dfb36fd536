/*
 *     bits 63..20   when the turn was last taken, in milliseconds
 *     bits 19..17   how often in a row the map stayed the same
 *     bit  16       it is being asked for
 *     bits 15..0    a number that differs from one turn to the next
 *
 * A moment that lies ahead by more than a turn was written by nobody, and counts as long ago: the
 * worst that damage can do is one question too many.
 */
#include "redis/cluster/refresh_turn.h"

enum { TURN = 1000, LONGEST = 10000, LONGEST_URGENT = 2000, MOST_STEPS = 4 /* msec; doublings */ };

static const uint64_t busy_bit = 1 << 16;
static const uint64_t steps_mask = 7 << 17;

static strata_msec taken_at(uint64_t word)
{
	return word >> 20;
}

static uint32_t steps_of(uint64_t word)
{
	uint32_t steps = (uint32_t) (word >> 17 & 7);

	return steps < MOST_STEPS ? steps : MOST_STEPS;
}

static uint64_t with_steps(uint64_t word, uint32_t steps)
{
	return (word & ~steps_mask) | (uint64_t) steps << 17;
}

static strata_msec interval_of(uint64_t word, strata_turn_need need)
{
	strata_msec interval = (strata_msec) TURN << steps_of(word);
	strata_msec longest = LONGEST;

	switch (need) {
		case STRATA_TURN_PATIENT: break;
		case STRATA_TURN_URGENT: longest = LONGEST_URGENT; break;
	}
	return interval < longest ? interval : longest;
}

/* Milliseconds since the turn was taken. */
static strata_msec age_of(uint64_t word, strata_msec now)
{
	if (taken_at(word) <= now) {
		return now - taken_at(word);
	}
	return taken_at(word) - now > TURN ? LONGEST : 0;
}

static bool is_taken(uint64_t word, strata_msec now)
{
	return (word & busy_bit) != 0 && age_of(word, now) < TURN;
}

bool strata_refresh_turn_is_taken(const strata_refresh_turn *word, strata_msec now)
{
	return is_taken(atomic_load_explicit(word, memory_order_acquire), now);
}

/* A turn that nobody ended is over after its second, however long the interval would be. */
static bool is_early(uint64_t word, strata_turn_need need, strata_msec now)
{
	return age_of(word, now) < ((word & busy_bit) != 0 ? TURN : interval_of(word, need));
}

strata_turn_state strata_refresh_turn_take(strata_refresh_turn *word, strata_turn_need need,
	strata_msec now, uint64_t *turn)
{
	uint64_t seen = atomic_load_explicit(word, memory_order_acquire);

	*turn = 0;
	while (!is_early(seen, need, now)) {
		uint64_t mine = with_steps(now << 20 | busy_bit | ((seen + 1) & 0xFFFF), steps_of(seen));

		if (atomic_compare_exchange_weak(word, &seen, mine)) {
			*turn = mine;
			return STRATA_TURN_OURS;
		}
	}
	return is_taken(seen, now) ? STRATA_TURN_THEIRS : STRATA_TURN_EARLY;
}

static uint32_t steps_after(uint64_t turn, strata_turn_outcome outcome)
{
	switch (outcome) {
		case STRATA_TURN_CHANGED: return 0;
		case STRATA_TURN_SAME: return steps_of(turn) < MOST_STEPS ? steps_of(turn) + 1 : MOST_STEPS;
		case STRATA_TURN_FAILED: break;
	}
	return steps_of(turn);
}

/* Somebody may have hurried meanwhile: what is left of the word is still this turn's. */
void strata_refresh_turn_end(strata_refresh_turn *word, uint64_t turn, strata_turn_outcome outcome)
{
	uint64_t seen = atomic_load_explicit(word, memory_order_acquire);

	while ((seen & ~steps_mask) == (turn & ~steps_mask)) {
		uint64_t ended = with_steps(seen & ~busy_bit, steps_after(seen, outcome));

		if (atomic_compare_exchange_weak(word, &seen, ended)) {
			return;
		}
	}
}

void strata_refresh_turn_hurry(strata_refresh_turn *word)
{
	uint64_t seen = atomic_load_explicit(word, memory_order_acquire);

	while (steps_of(seen) != 0 && !atomic_compare_exchange_weak(word, &seen, with_steps(seen, 0))) {
	}
}
