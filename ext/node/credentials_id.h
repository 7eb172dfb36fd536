/* credentials_id: a number that tells credentials apart, and reveals nothing of them. */
#ifndef STRATA_NODE_CREDENTIALS_ID_H
#define STRATA_NODE_CREDENTIALS_ID_H

#include "node/client_options.h"

/* Of the user and the password, each of which may be missing. */
uint64_t strata_credentials_id(const strata_client_options *options);

#endif
