/* login — as whom does a database ask its servers? A number that tells logins apart, and tells nothing about them. */
#ifndef STRATA_NODE_LOGIN_H
#define STRATA_NODE_LOGIN_H

#include "node/client_options.h"

/* Of the user and the password, each of which may be missing. */
uint64_t strata_login_of(const strata_client_options *options);

#endif
