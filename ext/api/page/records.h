/* records: what happened and was refused, what the host is, and the settings in force. */
#ifndef STRATA_API_PAGE_RECORDS_H
#define STRATA_API_PAGE_RECORDS_H

#include "api/page/html.h"

/* now: wall clock, in seconds. Nothing where nothing was refused. */
void strata_page_write_refused(strata_html *html, const zval *status, double now);

/* Names of servers, and removals that are not confirmed; nothing where there are none. */
void strata_page_write_names(strata_html *html, const zval *status);
void strata_page_write_unconfirmed(strata_html *html, const zval *status);

void strata_page_write_anomalies(strata_html *html, const zval *status, double now);

/* Segment, topology file, processes. */
void strata_page_write_host(strata_html *html, const zval *status, double now);

/* Nothing where the status tells none. */
void strata_page_write_settings(strata_html *html, const zval *status);

#endif
