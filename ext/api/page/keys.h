/* keys: the prefixes with the most operations, and the keys that are asked for most. */
#ifndef STRATA_API_PAGE_KEYS_H
#define STRATA_API_PAGE_KEYS_H

#include "api/page/html.h"

/* Nothing where the status tells of neither. */
void strata_page_write_keys(strata_html *html, const zval *status);

#endif
