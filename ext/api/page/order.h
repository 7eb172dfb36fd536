/* order: what a button of the page asks for, and whether this request may ask for it. */
#ifndef STRATA_API_PAGE_ORDER_H
#define STRATA_API_PAGE_ORDER_H

#include "php.h"

#include "Zend/zend_smart_str.h"

enum { STRATA_ORDER_TOKEN = 65 /* bytes of a token, with its NUL */ };

/* Where buttons may be: strata.operator is on for this request, and not just auto. */
bool strata_order_is_allowed(void);

/*
 * What a form has to send for its order to be taken: of this PHP, for an hour or two, for this host
 * name and user of the web server. False, and an empty one, when out of memory.
 */
bool strata_order_make_token(char token[STRATA_ORDER_TOKEN]);

typedef enum {
	STRATA_ORDER_NONE,   /* the request orders nothing */
	STRATA_ORDER_TAKEN,  /* it was followed */
	STRATA_ORDER_REFUSED /* it was not, and *why says why */
} strata_order_outcome;

/*
 * Follows the order of this request, if it is a POST that has one. *action is the word of an order
 * that was taken, *why a sentence about one that was refused; else NULL.
 */
strata_order_outcome strata_order_take(const char **action, const char **why);

/*
 * The query of this request without what the page puts there itself (refresh, strata_said). Empty
 * where it is longer than that of a link should be.
 */
void strata_order_write_query(smart_str *out);

/* What the last order was, as the page was told by its own redirect; NULL: there was none. */
const char *strata_order_said(void);

/* In how many seconds the page is to be asked for again, as ?refresh= says; 0: not. */
zend_long strata_order_refresh(void);

#endif
