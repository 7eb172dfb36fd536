/*
 * PHP's own zend_ini_parse_quantity() is not used: it takes what it understands and drops the
 * rest, so that "64 MB" is 64 bytes with a notice, a leading 0 means octal, and an overflow wraps.
 * A limit that was misread is worse than one that was refused.
 */
#include "conf/text/quantity.h"

enum { LONGEST_MODE = 6 /* octal digits */ };

typedef struct {
	const char *suffix;
	uint64_t factor;
} unit;

static const unit size_units[] = { { "", 1 }, { "K", 1ULL << 10 }, { "k", 1ULL << 10 },
	{ "M", 1ULL << 20 }, { "m", 1ULL << 20 }, { "G", 1ULL << 30 }, { "g", 1ULL << 30 },
	{ "T", 1ULL << 40 }, { "t", 1ULL << 40 }, { NULL, 0 } };

static const unit duration_units[] = { { "us", 1 }, { "ms", 1000 }, { "s", 1000000 },
	{ "m", 60000000 }, { "h", 3600000000 }, { NULL, 0 } };

static const unit count_units[] = { { "", 1 }, { NULL, 0 } };

static const unit percent_units[] = { { "", 1 }, { "%", 1 }, { NULL, 0 } };

/* Takes the digits that the text begins with off its front. */
static strata_quantity_verdict take_digits(strata_view *text, uint64_t *number)
{
	size_t digits = 0;
	bool overflows = false;

	*number = 0;
	while (digits < text->size && text->data[digits] >= '0' && text->data[digits] <= '9') {
		uint64_t digit = (uint64_t) (text->data[digits++] - '0');

		overflows |= __builtin_mul_overflow(*number, 10, number);
		overflows |= __builtin_add_overflow(*number, digit, number);
	}
	if (digits == 0) {
		return STRATA_QUANTITY_MALFORMED;
	}
	*text = (strata_view){ text->data + digits, text->size - digits };
	return overflows ? STRATA_QUANTITY_TOO_LARGE : STRATA_QUANTITY_OK;
}

/* 0 when no unit has this suffix. */
static uint64_t factor_of(const unit *units, strata_view suffix)
{
	for (; units->suffix != NULL; units++) {
		if (strata_view_equal(suffix, strata_view_of(units->suffix))) {
			return units->factor;
		}
	}
	return 0;
}

static strata_quantity_verdict quantity_of(strata_view text, const unit *units, uint64_t *out)
{
	uint64_t number, factor;
	strata_quantity_verdict verdict = take_digits(&text, &number);

	*out = 0;
	if (verdict == STRATA_QUANTITY_MALFORMED) {
		return verdict;
	}
	factor = factor_of(units, text);
	if (factor == 0) {
		return text.size == 0 ? STRATA_QUANTITY_NO_UNIT : STRATA_QUANTITY_MALFORMED;
	}
	if (verdict != STRATA_QUANTITY_OK || __builtin_mul_overflow(number, factor, &number)) {
		return STRATA_QUANTITY_TOO_LARGE;
	}
	*out = number;
	return STRATA_QUANTITY_OK;
}

strata_quantity_verdict strata_quantity_count(strata_view text, uint64_t *count)
{
	return quantity_of(text, count_units, count);
}

strata_quantity_verdict strata_quantity_size(strata_view text, uint64_t *bytes)
{
	return quantity_of(text, size_units, bytes);
}

strata_quantity_verdict strata_quantity_duration(strata_view text, strata_usec *duration)
{
	/* Nothing is nothing in every unit, so that `strata.local_ttl = 0` can be written. */
	if (strata_view_equal(text, strata_view_of("0"))) {
		*duration = 0;
		return STRATA_QUANTITY_OK;
	}
	return quantity_of(text, duration_units, duration);
}

strata_quantity_verdict strata_quantity_percent(strata_view text, uint64_t *percent)
{
	return quantity_of(text, percent_units, percent);
}

strata_quantity_verdict strata_quantity_mode(strata_view text, uint64_t *mode)
{
	uint64_t number = 0;

	*mode = 0;
	if (text.size == 0 || text.size > LONGEST_MODE) {
		return STRATA_QUANTITY_MALFORMED;
	}
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '7') {
			return STRATA_QUANTITY_MALFORMED;
		}
		number = number * 8 + (uint64_t) (text.data[i] - '0');
	}
	*mode = number;
	return STRATA_QUANTITY_OK;
}
