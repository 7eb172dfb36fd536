/*
 * The C library's strptime() takes spaces, one digit for two and days that no month has, and what
 * it leaves of the time zone depends on the environment. So the twenty characters are read here.
 */
#include "conf/topology_time.h"

enum { DATE_AND_TIME = 19, FIRST_YEAR = 1970, SECONDS_OF_DAY = 24 * 60 * 60 };

/* All digits of the mask '0' stand for one digit; the others for themselves. */
static bool fits(strata_view text, const char *mask)
{
	for (size_t i = 0; i < text.size; i++) {
		bool is_digit = text.data[i] >= '0' && text.data[i] <= '9';

		if (mask[i] == '0' ? !is_digit : text.data[i] != mask[i]) {
			return false;
		}
	}
	return true;
}

static uint32_t number_at(strata_view text, size_t at, size_t digits)
{
	uint32_t number = 0;

	for (size_t i = at; i < at + digits; i++) {
		number = number * 10 + (uint32_t) (text.data[i] - '0');
	}
	return number;
}

static bool is_leap(uint32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint32_t days_of(uint32_t month, uint32_t year)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Since 1970. */
static int64_t days_before(uint32_t day, uint32_t month, uint32_t year)
{
	int64_t days = day - 1;

	for (uint32_t before = FIRST_YEAR; before < year; before++) {
		days += 365 + is_leap(before);
	}
	for (uint32_t before = 1; before < month; before++) {
		days += days_of(before, year);
	}
	return days;
}

static bool read_date(strata_view text, int64_t *seconds)
{
	uint32_t year = number_at(text, 0, 4), month = number_at(text, 5, 2);
	uint32_t day = number_at(text, 8, 2), hour = number_at(text, 11, 2);
	uint32_t minute = number_at(text, 14, 2), second = number_at(text, 17, 2);

	if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > days_of(month, year) ||
		hour > 23 || minute > 59 || second > 59) {
		return false;
	}
	*seconds = days_before(day, month, year) * SECONDS_OF_DAY + hour * 3600 + minute * 60 + second;
	return true;
}

/* "Z" or "+01:00". */
static bool read_offset(strata_view text, int64_t *seconds)
{
	uint32_t hours, minutes;

	*seconds = 0;
	if (text.size == 1 && text.data[0] == 'Z') {
		return true;
	}
	if (text.size != 6 || (text.data[0] != '+' && text.data[0] != '-') ||
		!fits((strata_view){ text.data + 1, 5 }, "00:00")) {
		return false;
	}
	hours = number_at(text, 1, 2);
	minutes = number_at(text, 4, 2);
	*seconds = (int64_t) hours * 3600 + minutes * 60;
	if (text.data[0] == '-') {
		*seconds = -*seconds;
	}
	return hours <= 23 && minutes <= 59;
}

bool strata_topology_time_parse(strata_view text, uint64_t *out)
{
	int64_t seconds, offset;

	*out = 0;
	if (text.size <= DATE_AND_TIME ||
		!fits((strata_view){ text.data, DATE_AND_TIME }, "0000-00-00T00:00:00") ||
		!read_date(text, &seconds) ||
		!read_offset((strata_view){ text.data + DATE_AND_TIME, text.size - DATE_AND_TIME },
			&offset) ||
		seconds - offset <= 0) {
		return false;
	}
	*out = (uint64_t) (seconds - offset) * 1000000;
	return true;
}
