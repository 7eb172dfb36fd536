/* dates: DateTime and DateTimeImmutable as numbers, made again by copying a date of their zone. */
#ifndef STRATA_CODEC_DATES_H
#define STRATA_CODEC_DATES_H

#include "php.h"

enum { STRATA_DATE_TEXT = 192 /* bytes that a zone and a date are written in */ };

/* A moment as the clocks of its zone show it. */
typedef struct {
	int64_t year, month, day, hour, minute, second, microsecond;
	int64_t timestamp; /* seconds since 1970, UTC */
} strata_date_moment;

/* A zone, and which of its offsets holds, as PHP keeps both in a date; and one date in it. */
typedef struct {
	int32_t offset; /* seconds */
	int32_t dst;    /* of daylight saving time, as timelib counts it */
	uint32_t type;  /* as in what serialize() writes: 1 an offset, 2 an abbreviation, 3 a name */
	uint16_t abbreviation_size;
	uint16_t name_size;
	uint16_t sample_size;
	char text[STRATA_DATE_TEXT]; /* of these sizes: abbreviation, name, date */
} strata_date_zone;

bool strata_date_is(const zend_class_entry *type);

/*
 * What unserialize(serialize()) would make of a date: of the two hours that one clock shows when
 * summer ends it knows the first one only. False when it would make nothing of it, or another
 * object: the date has properties of its own. Takes request memory, and gives it back.
 */
bool strata_date_read(zend_object *date, strata_date_moment *moment, strata_date_zone *zone);

/* Of the class, the zone and its offset, but not of the sample. */
uint64_t strata_date_stamp(const zend_class_entry *type, const strata_date_zone *zone);

/* The sample, as an object of the caller. NULL when it is not in that zone and offset any more. */
zend_object *strata_date_make(zend_class_entry *type, const strata_date_zone *zone);

/* A date in the zone of another one that strata_date_make() made, at the same offset. */
zend_object *strata_date_copy(zend_object *sample, const strata_date_moment *moment);

#endif
