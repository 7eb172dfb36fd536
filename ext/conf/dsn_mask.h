/* dsn_mask: a DSN as it may be shown, without its password. */
#ifndef STRATA_CONF_DSN_MASK_H
#define STRATA_CONF_DSN_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

/*
 * The DSN with its password as ***. What cannot be understood is shown up to its first colon that
 * no port follows, or question mark that no number is a parameter of, and as *** wholly if an @ is
 * in it. At most room bytes with the NUL.
 */
void strata_dsn_mask(strata_view text, char *shown, size_t room);

/*
 * May the text, which cannot be understood, be what PHP left of a DSN without quotes? It ends such
 * a value at ; and other marks, which passwords and parameters have, and makes a number of some.
 */
bool strata_dsn_mask_looks_cut(strata_view text);

/* Does a DSN that can be understood name a password? */
bool strata_dsn_mask_finds_password(strata_view text);

#endif
