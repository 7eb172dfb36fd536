/* mac: HMAC-SHA-256 under one secret, for what only its owners may write. */
#ifndef STRATA_TIER_MAC_H
#define STRATA_TIER_MAC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/result.h"
#include "base/view.h"

enum { STRATA_MAC_SIZE = 32 /* bytes */ };

typedef struct strata_mac strata_mac;

/*
 * For one thread at a time; a forked child may go on with its copy. The secret is copied. NULL when
 * out of memory, or where libcrypto does not offer the algorithm.
 */
strata_mac *strata_mac_new(strata_view secret);

/* Overwrites the secret. NULL is allowed. */
void strata_mac_free(strata_mac *mac);

/*
 * The MAC of the parts, one behind the other: where one ends is for the caller to make plain. False
 * when out of memory; out is then zeroes.
 */
STRATA_MUST_CHECK bool strata_mac_of(strata_mac *mac, const strata_view *parts, size_t count,
	unsigned char out[STRATA_MAC_SIZE]);

#endif
