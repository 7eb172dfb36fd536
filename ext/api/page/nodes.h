/* nodes: every server with its state, its times and its last failure. */
#ifndef STRATA_API_PAGE_NODES_H
#define STRATA_API_PAGE_NODES_H

#include "api/page/html.h"

/* How a state is to be seen: the class of its dot. */
const char *strata_page_class_of_state(const zval *node);

/*
 * token: what a button has to send, where this request may order something; else NULL. now: wall
 * clock, in seconds.
 */
void strata_page_write_nodes(strata_html *html, const zval *status, const char *token, double now);

#endif
