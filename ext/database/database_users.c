/*
 * Local values are kept apart by user; those on servers cannot be, because other hosts have other
 * user ids. So where pools of several users share a database, an object that one of them stored is
 * built in the processes of another. That may be meant. It is to be seen, in any case.
 *
 * A registry without process slots. Each place of a user is claimed by compare-and-swap. Ordering:
 * each word stands for itself, so relaxed operations suffice. Damage makes a wrong line in status.
 */
#include "database/database_users.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "host/registry.h"

enum { RECORD_COUNT = 256 };

typedef struct {
	char name[128];
	_Atomic uint64_t users[STRATA_USERS_NAMED]; /* user id + 1; 0: free */
	_Atomic uint64_t has_more;
} record;

struct strata_database_users {
	strata_registry *registry;
};

static void name_record(void *user, void *claimed, const void *names)
{
	const strata_keyspace *keyspace = names;
	record *record = claimed;

	(void) user;
	snprintf(record->name, sizeof(record->name), "%s%s%s", keyspace->name_space,
		keyspace->name_space[0] == '\0' ? "" : ":", keyspace->database);
}

strata_result strata_database_users_new(strata_host *host, strata_database_users **out)
{
	const strata_registry_shape shape = { .size = sizeof(record),
		.count = RECORD_COUNT,
		.on_claim = name_record };
	strata_database_users *users = calloc(1, sizeof(*users));

	*out = NULL;
	if (users == NULL || strata_registry_new(host, NULL, &shape, &users->registry) != STRATA_OK) {
		free(users);
		return STRATA_NO_MEMORY;
	}
	*out = users;
	return STRATA_OK;
}

void strata_database_users_free(strata_database_users *users)
{
	if (users != NULL) {
		strata_registry_free(users->registry);
	}
	free(users);
}

/* True when the place is the user's, be it from before. */
static bool claim(_Atomic uint64_t *place, uint64_t wanted)
{
	uint64_t seen = 0;

	return atomic_compare_exchange_strong_explicit(place, &seen, wanted, memory_order_relaxed,
			   memory_order_relaxed) ||
		   seen == wanted;
}

void strata_database_users_note(strata_database_users *users, const strata_keyspace *keyspace,
	const char *servers, uint32_t user)
{
	uint64_t key = strata_hash_of(strata_view_of(servers), keyspace->namespace_id);
	record *record = strata_registry_acquire(users->registry, key, keyspace);

	for (uint32_t i = 0; record != NULL && i < STRATA_USERS_NAMED; i++) {
		if (claim(&record->users[i], (uint64_t) user + 1)) {
			return;
		}
	}
	if (record != NULL) {
		atomic_store_explicit(&record->has_more, 1, memory_order_relaxed);
	}
}

bool strata_database_users_look(const strata_database_users *users, uint32_t place,
	strata_database_users_view *out)
{
	record *record = strata_registry_at(users->registry, place);

	*out = (strata_database_users_view){ .count = 0 };
	if (place >= strata_registry_count(users->registry)) {
		return false;
	}
	if (record == NULL) {
		return true;
	}
	snprintf(out->name, sizeof(out->name), "%.*s", (int) sizeof(record->name) - 1, record->name);
	for (uint32_t i = 0; i < STRATA_USERS_NAMED; i++) {
		uint64_t user = atomic_load_explicit(&record->users[i], memory_order_relaxed);

		if (user != 0) {
			out->users[out->count++] = (uint32_t) (user - 1);
		}
	}
	out->has_more = atomic_load_explicit(&record->has_more, memory_order_relaxed) != 0;
	return true;
}
