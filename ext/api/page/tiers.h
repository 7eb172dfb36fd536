/* tiers: the tiers of each database as a picture, with the ratio of their hits. */
#ifndef STRATA_API_PAGE_TIERS_H
#define STRATA_API_PAGE_TIERS_H

#include "api/page/html.h"

void strata_page_write_tiers(strata_html *html, const zval *status);

/* now: wall clock, in seconds. Nothing where nothing moves. */
void strata_page_write_moves(strata_html *html, const zval *status, double now);

/* Does any database have a shadow, or is a file to come? */
bool strata_page_has_moves(const zval *status);

#endif
