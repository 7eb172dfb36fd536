/* printable — any bytes as a text that pages, logs, terminals and JSON can show. */
#ifndef STRATA_STATS_PRINTABLE_H
#define STRATA_STATS_PRINTABLE_H

#include "base/view.h"

enum { STRATA_PRINTABLE_GROWTH = 4 /* bytes that one byte becomes at most */ };

/*
 * Writes the bytes as well-formed UTF-8 without control characters, cut to the room and always
 * ended. A byte that is no part of a character, a control character and what changes the direction
 * of a line become \xNN, one for each byte; a backslash becomes two. What is cut off is whole.
 */
void strata_printable_write(strata_view bytes, char *out, size_t room);

#endif
