/* database: the tiers of one database and how long each may keep a value. */
#ifndef STRATA_DATABASE_DATABASE_H
#define STRATA_DATABASE_DATABASE_H

#include "database/runtime.h"
#include "conf/dsn.h"
#include "conf/settings.h"
#include "memcached/ring.h"
#include "net/tls.h"
#include "node/terms/client_options.h"
#include "policy/policy_table.h"
#include "tier/keyspace.h"
#include "tier/tier.h"

/*
 * One configured database as one thread uses it: settings, connections and handles on what is
 * shared. Made at the first use in a thread, kept until the thread ends.
 */
typedef struct {
	char *name;
	strata_settings settings;
	strata_keyspace keyspace; /* the names in it are those of this struct */

	strata_tls *tls;          /* for all tiers that want it; NULL: none does */
	strata_dsn memcached_dsn; /* empty where the tier is not configured */
	strata_client_options memcached_options;
	strata_dsn redis_dsn;
	strata_client_options redis_options; /* the credentials in it are those of settings or DSN */

	strata_tier tiers[STRATA_TIER_COUNT]; /* nearest first */
	size_t tier_count;                    /* on the present route, see database/route.h */
	uint8_t deeper;                       /* tiers behind those, which it does not use */
	uint8_t kept_out;                     /* bits by strata_tier_kind: what it does not ask */

	strata_policy_table *policies;          /* NULL: there are none */
	const strata_policy_table *local_guard; /* the same where it keeps keys out of the local tier */
	strata_store
		*store;        /* behind the local tier, for the shortest way to it; NULL: there is none */
	uint8_t peek_mode; /* strata_peek_mode: how gets look for images; the caller's note */
	uint64_t salt;     /* see strata_store_salt(), of this namespace */
	uint64_t salted_for;                    /* and this generation */
	uint16_t pending[STRATA_COUNTER_COUNT]; /* see strata_cache_count_local() */
	strata_segment *segment;  /* that the store lies in; NULL: it is the memory of this host */
	bool has_lost_segment;    /* others may use another one: what is of this host is not theirs */
	uint32_t pending_count;   /* their sum */
	uint32_t pending_stop;    /* from this sum on there is more to do than to count */
	uint32_t sample_at;       /* at this sum a hit is of the sample */
	strata_analysis analysis; /* prefixes is NULL: none is made */
	uint32_t counted_since;   /* strata_process_generation() of the process that counted */
	strata_leases *leases;
	strata_lock_table *locks;
	strata_generation *generation;    /* in shared memory; NULL: kept in this process only */
	strata_generation own_generation; /* in its place then, and with plain names */
	strata_tag_table *tag_table;      /* NULL: nothing is known of a tag, and each is asked for */
	uint64_t tag_space; /* tells records of its tags from those of other servers in there */
	strata_msec own_refresh;
	strata_msec next_repair; /* of copies that lag: not before; 0: at once */
	strata_result
		generation_error; /* why the generation could not be learned when last asked for, or OK */
	char generation_error_text[256]; /* the same in words */
	char generation_error_node[128]; /* the node that was asked */
	strata_msec may_retry_at;        /* the caller's note, of one that is refused */
	uint64_t has_warned;             /* the caller's note: bits by result, of what was reported */
	struct strata_mirror *mirror;    /* the place that follows, see database/mirror.h; NULL: none */
} strata_database;

enum { STRATA_DATABASE_ERROR = 320 };

/*
 * Takes the settings over, also when it fails: then false with a sentence in error that names the
 * database and the directive. No connection is made yet. Settings that are refused make a database
 * without any tier.
 */
bool strata_database_init(strata_database *database, const strata_runtime *runtime,
	const char *name, strata_settings *settings, char error[STRATA_DATABASE_ERROR]);

/*
 * The same of a place that follows the one of this name (database/places.h): it has no local tier
 * and counts nothing by keys, and its tiers are counted by names of their own, as in
 * "following redis". Policies are for what has two shared tiers, and say nothing of the local one.
 */
bool strata_database_init_following(strata_database *database, const strata_runtime *runtime,
	const char *name, strata_settings *settings, char error[STRATA_DATABASE_ERROR]);

/* Why the servers that the settings name cannot be asked. */
typedef struct {
	char directive[64]; /* the common one */
	char text[STRATA_DATABASE_ERROR];
} strata_servers_error;

/*
 * Can they be, as far as this host knows? Reads the files of TLS and makes no connection. Changes
 * nothing; false with an error, whose texts are empty otherwise.
 */
bool strata_database_check_servers(const strata_settings *settings, strata_servers_error *error);

/* On how many of these servers of memcached a value of this database is kept. */
uint32_t strata_database_replicas(const char *name, const strata_settings *settings,
	const strata_dsn *memcached);

/* A configured server of memcached as the ring takes it. The texts stay the caller's. */
strata_ring_server strata_database_ring_server(const strata_dsn_server *server);

/* Closes the connections. */
void strata_database_fini(strata_database *database);

/* How many shared tiers are among the first so many: each may have to be waited for. */
uint32_t strata_database_count_shared(const strata_database *database, size_t tiers);

/* The tier whose word counts: the last one of the present route. NULL when there is none. */
strata_tier *strata_database_deepest(strata_database *database);

/* The last one of all, which keeps what concerns the whole database. NULL when there is none. */
strata_tier *strata_database_keeper(strata_database *database);

/*
 * May what only this host knows stand for the database, as a lock in its table does? Not where
 * others use another segment, nor where its servers are not known.
 */
bool strata_database_may_be_of_host(const strata_database *database);

/* Does a tier exist that other hosts see too, on whatever route? */
bool strata_database_is_shared(const strata_database *database);

#endif
