/* glance — is there a value under this key that can be handed out at once? */
#ifndef STRATA_STORE_GLANCE_H
#define STRATA_STORE_GLANCE_H

#include "store/entry.h"

/* As strata_store_glance(), in one shard; hash as in strata_lookup. */
STRATA_MUST_CHECK bool strata_glance(strata_shard *shard, const strata_store_key *key,
	uint32_t hash, strata_glimpse *out);

#endif
