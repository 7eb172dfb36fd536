/* tiers: the tiers of each database as a picture, with the ratio of their hits. */
#ifndef STRATA_API_PAGE_TIERS_H
#define STRATA_API_PAGE_TIERS_H

#include "api/page/html.h"

void strata_page_write_tiers(strata_html *html, const zval *status);

#endif
