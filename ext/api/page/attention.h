/* attention: what of all that the status tells an operator should look at first. */
#ifndef STRATA_API_PAGE_ATTENTION_H
#define STRATA_API_PAGE_ATTENTION_H

#include "api/page/html.h"

/* A list in one box; where there is nothing, it says so. */
void strata_page_write_attention(strata_html *html, const zval *status);

#endif
