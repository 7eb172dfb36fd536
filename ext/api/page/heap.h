/* heap: what the local tier's memory holds, as a bar, as a map, and by namespace. */
#ifndef STRATA_API_PAGE_HEAP_H
#define STRATA_API_PAGE_HEAP_H

#include "api/page/html.h"

void strata_page_write_heap(strata_html *html, const zval *status);

#endif
