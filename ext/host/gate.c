/*
 *     bits 63..20   when the gate was last passed or taken, in milliseconds
 *     bits 19..17   steps: how often in a row it brought nothing new
 *     bit  16       held: it was taken, and has not been ended
 *     bits 15..0    check, see host/checked_word.h
 *
 * Damage that the check does not find still has to give a likely moment. Without the check, a
 * moment that is ahead by a little would keep the gate shut for nearly two intervals.
 *
 * A moment may be ahead by a little without damage: the process that reads it has read its own
 * clock before the other one did.
 *
 * Moments tell takes apart, so a ticket is the word that was written, without what others may
 * change meanwhile.
 *
 * Ordering: a word is loaded with acquire and changed by compare-and-swap, so whatever was done
 * before the end of one take is seen in the next.
 */
#include "host/gate.h"

#include "host/checked_word.h"

enum { MOST_STEPS = 4, MOMENT_SHIFT = 20, STEPS_SHIFT = 17 };

static const uint64_t held_bit = 1 << 16;
static const uint64_t steps_mask = 7 << STEPS_SHIFT;

/* A damaged word reads as that of a gate that was never passed. */
static uint64_t believed(uint64_t word)
{
	return strata_checked_word_is_sound(word) ? word : 0;
}

static uint64_t read_word(const strata_gate *gate)
{
	return believed(atomic_load_explicit(&gate->word, memory_order_acquire));
}

/* From what was read to this. False, and *seen is read anew, where another process was faster. */
static bool change(strata_gate *gate, uint64_t *seen, uint64_t fields)
{
	uint64_t stored = atomic_load_explicit(&gate->word, memory_order_acquire);

	if (believed(stored) == *seen &&
		atomic_compare_exchange_strong(&gate->word, &stored, strata_checked_word_of(fields))) {
		return true;
	}
	*seen = believed(stored);
	return false;
}

static strata_msec moment_of(uint64_t word)
{
	return word >> MOMENT_SHIFT;
}

static uint32_t steps_of(uint64_t word)
{
	uint32_t steps = (uint32_t) ((word & steps_mask) >> STEPS_SHIFT);

	return steps < MOST_STEPS ? steps : MOST_STEPS;
}

static uint64_t with_steps(uint64_t word, uint32_t steps)
{
	return (word & ~steps_mask) | (uint64_t) steps << STEPS_SHIFT;
}

static bool is_held(uint64_t word)
{
	return (word & held_bit) != 0;
}

static strata_msec interval_of(uint64_t word, strata_gate_pace pace)
{
	strata_msec interval = pace.interval << steps_of(word);

	/* Nothing ends it for a caller that died, so back-off does not count. */
	if (is_held(word)) {
		return pace.interval;
	}
	return interval < pace.longest ? interval : pace.longest;
}

/* The rule for damage: further ahead than one interval is long ago, as never is. */
static bool is_within(uint64_t word, strata_msec span, strata_msec interval, strata_msec now)
{
	strata_msec moment = moment_of(word);

	if (moment == 0) {
		return false;
	}
	return moment > now ? moment - now <= interval : now - moment < span;
}

static bool is_early(uint64_t word, strata_gate_pace pace, strata_msec now)
{
	return is_within(word, interval_of(word, pace), pace.interval, now);
}

bool strata_gate_pass(strata_gate *gate, strata_msec interval, strata_msec now)
{
	uint64_t seen = read_word(gate);

	return !is_within(seen, interval, interval, now) && change(gate, &seen, now << MOMENT_SHIFT);
}

bool strata_gate_is_due(const strata_gate *gate, strata_msec interval, strata_msec now)
{
	return !is_within(read_word(gate), interval, interval, now);
}

strata_msec strata_gate_moment(const strata_gate *gate)
{
	return moment_of(read_word(gate));
}

strata_gate_answer strata_gate_take(strata_gate *gate, strata_gate_pace pace, strata_msec now,
	uint64_t *ticket)
{
	uint64_t seen = read_word(gate);

	*ticket = 0;
	while (!is_early(seen, pace, now)) {
		uint64_t mine = with_steps(now << MOMENT_SHIFT | held_bit, steps_of(seen));

		if (change(gate, &seen, mine)) {
			*ticket = mine;
			return STRATA_GATE_TAKEN;
		}
	}
	return is_held(seen) ? STRATA_GATE_HELD : STRATA_GATE_EARLY;
}

static uint32_t steps_after(uint64_t word, strata_gate_outcome outcome)
{
	switch (outcome) {
		case STRATA_GATE_CHANGED: return 0;
		case STRATA_GATE_SAME: return steps_of(word) < MOST_STEPS ? steps_of(word) + 1 : MOST_STEPS;
		case STRATA_GATE_FAILED: break;
	}
	return steps_of(word);
}

bool strata_gate_is_last(const strata_gate *gate, uint64_t ticket)
{
	return ticket != 0 && moment_of(read_word(gate)) == moment_of(ticket);
}

/* The back-off may have been reset meanwhile: the steps are those of the word as it is. */
void strata_gate_end(strata_gate *gate, uint64_t ticket, strata_gate_outcome outcome)
{
	uint64_t seen = read_word(gate);

	while (is_held(seen) && ticket != 0 && moment_of(seen) == moment_of(ticket)) {
		if (change(gate, &seen, with_steps(seen & ~held_bit, steps_after(seen, outcome)))) {
			return;
		}
	}
}

bool strata_gate_is_held(const strata_gate *gate, strata_msec interval, strata_msec now)
{
	uint64_t word = read_word(gate);

	return is_held(word) && is_within(word, interval, interval, now);
}

void strata_gate_reset_backoff(strata_gate *gate)
{
	uint64_t seen = read_word(gate);

	while (steps_of(seen) != 0 && !change(gate, &seen, with_steps(seen, 0))) {
	}
}
