/* clusters: which node of each Redis Cluster has which slots. */
#ifndef STRATA_API_PAGE_CLUSTERS_H
#define STRATA_API_PAGE_CLUSTERS_H

#include "api/page/html.h"

/* Nothing where there is no cluster. */
void strata_page_write_clusters(strata_html *html, const zval *status);

#endif
