/* checked_word — a shared word of 48 bits of fields and 16 of check: damage is found. */
#ifndef STRATA_HOST_CHECKED_WORD_H
#define STRATA_HOST_CHECKED_WORD_H

#include <stdbool.h>
#include <stdint.h>

/*
 *     bits 63..16   fields
 *     bits 15..0    check: the four 16-bit lanes of the word cancel out
 *
 * The check finds every damaged byte. It is no secret and no hash: several damaged bytes may cancel
 * out, so a user still judges whether the fields are likely. All zeroes checks.
 */
static inline uint64_t strata_checked_word_lanes(uint64_t word)
{
	uint64_t halves = word ^ word >> 32;

	return (halves ^ halves >> 16) & 0xFFFF;
}

static inline bool strata_checked_word_is_sound(uint64_t word)
{
	return strata_checked_word_lanes(word) == 0;
}

/* The word with these fields; what stands in the low 16 bits does not count. */
static inline uint64_t strata_checked_word_of(uint64_t fields)
{
	uint64_t word = fields & ~(uint64_t) 0xFFFF;

	return word | strata_checked_word_lanes(word);
}

#endif
