/* style: how the page looks, in light and dark, from a phone to a wide screen. */
#ifndef STRATA_API_PAGE_STYLE_H
#define STRATA_API_PAGE_STYLE_H

/* CSS, with no "<" in it. */
extern const char strata_page_style[];

#endif
