/* quantity: reads numbers with units, as php.ini writes them. */
#ifndef STRATA_CONF_TEXT_QUANTITY_H
#define STRATA_CONF_TEXT_QUANTITY_H

#include <stdint.h>

#include "base/time.h"
#include "base/view.h"

typedef enum {
	STRATA_QUANTITY_OK,
	STRATA_QUANTITY_MALFORMED, /* some of the text could not be understood */
	STRATA_QUANTITY_NO_UNIT,   /* a duration other than 0 must say its unit */
	STRATA_QUANTITY_TOO_LARGE  /* more than 64 bits hold */
} strata_quantity_verdict;

/*
 * Each understands the whole text or nothing, as decimal digits and one suffix without blanks, sign
 * or fraction. What goes out is 0 unless the verdict is OK.
 */
strata_quantity_verdict strata_quantity_count(strata_view text, uint64_t *count);

/* Bytes; K, M, G and T are powers of 1024, in either case. */
strata_quantity_verdict strata_quantity_size(strata_view text, uint64_t *bytes);

/* us, ms, s, m and h, in lower case. */
strata_quantity_verdict strata_quantity_duration(strata_view text, strata_usec *duration);

/* With or without %. */
strata_quantity_verdict strata_quantity_percent(strata_view text, uint64_t *percent);

/* The rights of a file: one to six octal digits, as chmod takes them. */
strata_quantity_verdict strata_quantity_mode(strata_view text, uint64_t *mode);

#endif
