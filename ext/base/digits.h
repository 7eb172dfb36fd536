/* digits — a number in decimal, where snprintf() would cost more than all the rest of a command. */
#ifndef STRATA_BASE_DIGITS_H
#define STRATA_BASE_DIGITS_H

#include <stdint.h>

#include "base/view.h"

enum { STRATA_DIGITS_MOST = 20 /* of the largest number; of the smallest one, sign included */ };

typedef struct {
	char bytes[STRATA_DIGITS_MOST];
} strata_digits;

static inline size_t strata_digits_count(uint64_t number)
{
	size_t count = 1;

	for (uint64_t limit = 10; number >= limit && count < STRATA_DIGITS_MOST; limit *= 10) {
		count++;
	}
	return count;
}

/* No sign, no leading zero. Returns where they end. */
static inline char *strata_digits_put(char *at, uint64_t number)
{
	char *end = at + strata_digits_count(number);

	for (char *digit = end; digit > at; number /= 10) {
		*--digit = (char) ('0' + number % 10);
	}
	return end;
}

/* The same as a view, which lies in the room. */
static inline strata_view strata_digits_of(uint64_t number, strata_digits *room)
{
	const char *end = strata_digits_put(room->bytes, number);

	return (strata_view){ room->bytes, (size_t) (end - room->bytes) };
}

/* With a minus sign before a negative number. */
static inline strata_view strata_digits_of_signed(int64_t number, strata_digits *room)
{
	const char *end;

	if (number >= 0) {
		return strata_digits_of((uint64_t) number, room);
	}
	room->bytes[0] = '-';
	end = strata_digits_put(room->bytes + 1, 0 - (uint64_t) number);
	return (strata_view){ room->bytes, (size_t) (end - room->bytes) };
}

#endif
