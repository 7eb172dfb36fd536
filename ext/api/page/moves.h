/* moves: databases with a second place, and the topology file that is to come. */
#ifndef STRATA_API_PAGE_MOVES_H
#define STRATA_API_PAGE_MOVES_H

#include "api/page/html.h"

/* now: wall clock, in seconds. Nothing where nothing moves. */
void strata_page_write_moves(strata_html *html, const zval *status, double now);

/* Does any database have a shadow, or is a file to come? */
bool strata_page_has_moves(const zval *status);

#endif
