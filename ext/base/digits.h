/* digits — a number in decimal, where snprintf() would cost more than all the rest of a command. */
#ifndef STRATA_BASE_DIGITS_H
#define STRATA_BASE_DIGITS_H

#include <stdint.h>

#include "base/view.h"

/* As many as the largest number has, and a sign. */
typedef struct {
	char bytes[20];
} strata_digits;

/* No sign, no leading zero. The view lies in the room. */
static inline strata_view strata_digits_of(uint64_t number, strata_digits *room)
{
	size_t first = sizeof(room->bytes);

	do {
		room->bytes[--first] = (char) ('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return (strata_view){ room->bytes + first, sizeof(room->bytes) - first };
}

/* The same, with a minus sign before a negative number. */
static inline strata_view strata_digits_of_signed(int64_t number, strata_digits *room)
{
	uint64_t size = number < 0 ? 0 - (uint64_t) number : (uint64_t) number;
	strata_view digits = strata_digits_of(size, room);

	if (number < 0) {
		room->bytes[sizeof(room->bytes) - digits.size - 1] = '-';
		digits.data--;
		digits.size++;
	}
	return digits;
}

#endif
