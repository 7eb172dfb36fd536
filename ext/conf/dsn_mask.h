/* dsn_mask: a DSN as it may be shown, without its password. */
#ifndef STRATA_CONF_DSN_MASK_H
#define STRATA_CONF_DSN_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

/*
 * The DSN with its password as ***. What cannot be understood is shown up to its first colon or
 * question mark, and as *** wholly if an @ is in it. At most room bytes with the NUL.
 */
void strata_dsn_mask(strata_view text, char *shown, size_t room);

/* Does a DSN that can be understood name a password? */
bool strata_dsn_mask_finds_password(strata_view text);

#endif
