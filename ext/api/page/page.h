/* page: strata_status_page(), the states of this host as a page of HTML. */
#ifndef STRATA_API_PAGE_PAGE_H
#define STRATA_API_PAGE_PAGE_H

#include "php.h"

ZEND_FUNCTION(strata_status_page);

#endif
