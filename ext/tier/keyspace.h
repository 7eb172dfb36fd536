/* keyspace: one database in one namespace, as numbers and as text. */
#ifndef STRATA_TIER_KEYSPACE_H
#define STRATA_TIER_KEYSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/view.h"
#include "plain/plain.h"
#include "tier/mac.h"

/*
 * The generations of locks and of the records of sessions (tier/session.h): no clear() makes one
 * unreachable, and no value of a script has them.
 *   - Their end is the server's to say. Clocks of hosts differ, and none of them ends a lock: in
 *     the envelope there is no end.
 *   - No removal of them is ever owed or repeated. Whatever is there is believed, however old.
 */
enum { STRATA_GENERATION_OF_LOCKS = 1, STRATA_GENERATION_OF_SESSIONS = 2 };

/* That of all values with plain names. It stands in no name, and nothing raises it. */
enum { STRATA_GENERATION_OF_PLAIN_NAMES = 3 };

/* Is it one of those? */
static inline bool strata_generation_is_fixed(uint64_t generation)
{
	return generation == STRATA_GENERATION_OF_LOCKS || generation == STRATA_GENERATION_OF_SESSIONS;
}

/* How names on servers are made; see tier/remote_key.h. */
typedef enum {
	STRATA_NAMES_OF_GENERATION, /* database and generation stand in them */
	STRATA_NAMES_PLAIN          /* they do not: other programs use the same names */
} strata_naming;

/* What is stored of a value. */
typedef enum {
	STRATA_FORMAT_ENVELOPED, /* tier/envelope.h */
	STRATA_FORMAT_PLAIN      /* as other programs read it: plain/plain.h */
} strata_format;

typedef struct {
	const char *database;      /* [a-z][a-z0-9_]* */
	const char *name_space;    /* may be empty */
	uint64_t namespace_id;     /* hash of both, the same on all hosts */
	uint64_t local_id;         /* the local tier's name for them; see strata_realm */
	uint64_t family;           /* of both and the user: what local_ids of other releases share */
	uint64_t fingerprint_seed; /* of both, and of the secret: seeds the fingerprint of a key */
	uint16_t key_id;  /* of the secret: tells values under another one apart; 0: there is none */
	strata_mac *mac;  /* of both, under the secret; NULL: there is none */
	size_t max_value; /* bytes: larger values stay out of the shared tiers */
	size_t compress_from;        /* bytes: where values are compressed for them; 0: nowhere */
	strata_naming naming;        /* PLAIN: what other programs wrote is read, too */
	strata_format format;        /* PLAIN: so are the names */
	strata_plain_form text_form; /* of values on Redis that have no envelope, with plain names */
} strata_keyspace;

/*
 * The texts are borrowed and must outlive the keyspace; of the secret, which may be empty, only
 * what is derived from it is kept. NO_MEMORY also where libcrypto cannot make a MAC. In either case
 * strata_keyspace_fini() ends it.
 */
STRATA_MUST_CHECK strata_result strata_keyspace_init(strata_keyspace *keyspace,
	const char *database, const char *name_space, strata_view fingerprint_key, size_t max_value);

/*
 * The same with plain names. All databases with one namespace have the same then, so that of a
 * value it is the namespace and the key alone that bind it.
 */
STRATA_MUST_CHECK strata_result strata_keyspace_init_plain(strata_keyspace *keyspace,
	const char *database, const char *name_space, strata_view fingerprint_key, size_t max_value);

/* Do the names under this generation stand for themselves? */
static inline bool strata_keyspace_names_plainly(const strata_keyspace *keyspace,
	uint64_t generation)
{
	return keyspace->naming == STRATA_NAMES_PLAIN && generation == STRATA_GENERATION_OF_PLAIN_NAMES;
}

/* Is what is stored under this generation left without an envelope? */
static inline bool strata_keyspace_writes_plainly(const strata_keyspace *keyspace,
	uint64_t generation)
{
	return keyspace->format == STRATA_FORMAT_PLAIN &&
		   strata_keyspace_names_plainly(keyspace, generation);
}

void strata_keyspace_fini(strata_keyspace *keyspace);

/*
 * What else keeps the values of a host apart. Processes of several users share the memory, and an
 * object that one of them stored is built in another: so each user has values of its own. Copies
 * of what other servers hold, or other logins may read, are none of this database's.
 */
typedef struct {
	uint64_t secret;      /* of the host: so that the id tells nothing of a password in it */
	uint32_t user;        /* effective */
	const char *texts[8]; /* servers, logins, keys and epoch, in a fixed order; NULL ends them */
} strata_realm;

/* Writes local_id and family, and nothing that another host sees. */
void strata_keyspace_enter_realm(strata_keyspace *keyspace, const strata_realm *realm);

/* Keyed XXH3-64 of database, namespace and key: what binds a stored value to its key. */
uint64_t strata_keyspace_fingerprint(const strata_keyspace *keyspace, strata_view key);

#endif
