/* scope — whose keys are these? Which database in which namespace, as numbers and as text. */
#ifndef STRATA_TIER_SCOPE_H
#define STRATA_TIER_SCOPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/view.h"

typedef struct {
	const char *database;      /* [a-z][a-z0-9_]* */
	const char *name_space;    /* may be empty */
	uint64_t space;            /* hash of both: the local tier's name for them */
	uint64_t fingerprint_seed; /* of the secret and both: seeds the fingerprint of a key */
	uint16_t fingerprint_id;   /* of the secret: tells values under another one apart */
	size_t max_value;          /* bytes: larger values stay out of the shared tiers */
} strata_scope;

/* The texts are borrowed and must outlive the scope. */
void strata_scope_init(strata_scope *scope, const char *database, const char *name_space,
	strata_view fingerprint_key, size_t max_value);

/* Keyed XXH3-64 of database, namespace and key: what binds a stored value to its key. */
uint64_t strata_scope_fingerprint(const strata_scope *scope, strata_view key);

#endif
