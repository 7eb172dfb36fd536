/* database_users: which users of this machine read and write the same database on servers. */
#ifndef STRATA_DATABASE_DATABASE_USERS_H
#define STRATA_DATABASE_DATABASE_USERS_H

#include <stdbool.h>
#include <stdint.h>

#include "host/host.h"
#include "tier/keyspace.h"

typedef struct strata_database_users strata_database_users;

/* More users of one database are counted as one more, and not named. */
enum { STRATA_USERS_NAMED = 8 };

STRATA_MUST_CHECK strata_result strata_database_users_new(strata_host *host,
	strata_database_users **out);
void strata_database_users_free(strata_database_users *users);

/*
 * This user's processes use the database on these servers, see conf/dsn.h; logins do not matter.
 * Takes a lock at the first use of a database on the host. Nothing is noted when the table is full.
 */
void strata_database_users_note(strata_database_users *users, const strata_keyspace *keyspace,
	const char *servers, uint32_t user);

/* For status. */
typedef struct {
	char name[128]; /* the namespace, a colon, the database; without a namespace the latter alone */
	uint32_t users[STRATA_USERS_NAMED]; /* in the order in which they came */
	uint32_t count;                     /* of them */
	bool has_more;
} strata_database_users_view;

/* The database at this place, from 0 on; false when there are no more places. count may be 0. */
bool strata_database_users_look(const strata_database_users *users, uint32_t place,
	strata_database_users_view *out);

#endif
