/*
 * Processes of two hosts that each add one to a session, over real servers and over this host
 * alone. Some die with the lock, and some are stopped until it has passed to another. What was
 * confirmed is there in the end, and nothing else.
 */
#include <stdatomic.h>
#include <sys/mman.h>

#include "host/unconfirmed.h"
#include "memcached/memcached.h"
#include "redis/redis_client.h"
#include "tier/memcached/memcached.h"
#include "tier/redis/redis.h"

#include "real_memcached.h"
#include "real_redis.h"
#include "session_fixture.h"

enum { WORKERS = 6, ROUNDS = 30, SHORT_TTL = 300 /* msec */, PATIENCE = 20000 /* msec */ };

typedef enum { ON_REDIS, ON_MEMCACHED, ON_HOST } place;

static place where;
static real_redis redis_server;
static real_memcached memcached_server;
static strata_session_guard guard;
static bool is_rough;
static _Atomic uint32_t *confirmed, *refused;

static void use_redis(strata_database *database)
{
	const strata_hostport seed = { "127.0.0.1", redis_server.port };
	strata_redis_client *redis;

	REQUIRE(strata_redis_client_new(STRATA_REDIS_STANDALONE, &seed, 1, &fixture.options, 3,
				fixture.stats, &redis) == STRATA_OK);
	REQUIRE(strata_tier_redis_init(&database->tiers[0], redis, STRATA_REDIS_STANDALONE,
				&database->keyspace) == 0);
}

static void use_memcached(strata_database *database)
{
	strata_ring_server address = { "127.0.0.1", memcached_server.port, 1, NULL };
	strata_memcached *pool;

	REQUIRE(strata_memcached_new(&address, 1, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	REQUIRE(strata_tier_memcached_init(&database->tiers[0], pool, &database->keyspace,
				STRATA_MEMCACHED_DEEPEST) == 0);
}

/* Connections are made by the process that uses them. */
static void use_server(strata_database *database)
{
	strata_stats_row *stats = database->tiers[0].stats;

	if (where == ON_REDIS) {
		use_redis(database);
	} else if (where == ON_MEMCACHED) {
		use_memcached(database);
	}
	database->tiers[0].stats = stats;
}

static strata_lock_state wait_for(strata_database *database, strata_session *session)
{
	strata_msec end = strata_clock_msec() + PATIENCE;
	strata_lock_state state = opens(database, session, STRATA_SESSION_CLAIM_ALWAYS);

	while (state == STRATA_LOCK_WAITS && strata_clock_msec() < end) {
		if (strata_session_sleep(database->locks, session, 20000)) {
			state = opens(database, session, STRATA_SESSION_CLAIM_ALWAYS);
		}
	}
	return state;
}

/* What becomes of one in this many: it dies, or it is late. */
static bool happens(unsigned in)
{
	return is_rough && strata_process_random_word() % in == 0;
}

static bool add_one(strata_database *database)
{
	strata_session *session = session_by("count", guard);
	const strata_item *item = &session->record.item;
	strata_result result;
	char text[32] = "0";

	if (wait_for(database, session) != STRATA_LOCK_GOT) {
		fprintf(stderr, "not opened: %s %s\n", strata_result_name(item->result), call.error);
		return false;
	}
	if (item->result == STRATA_OK) {
		snprintf(text, sizeof(text), "%.*s", (int) item->value.bytes.size, item->value.bytes.data);
	}
	if (happens(40)) {
		_exit(0);
	}
	if (happens(60)) {
		usleep(450 * 1000);
	}
	snprintf(text, sizeof(text), "%lu", strtoul(text, NULL, 10) + 1);
	result = stores(database, session, text);
	atomic_fetch_add(result == STRATA_OK ? confirmed : refused, 1);
	strata_arena_reset(fixture.arena);
	return result == STRATA_OK || result == STRATA_NOT_STORED;
}

static int work(strata_database *database)
{
	bool is_good = true;

	use_server(database);
	for (int i = 0; i < ROUNDS && is_good; i++) {
		is_good = add_one(database);
	}
	return is_good ? 0 : 1;
}

static bool run_workers(void)
{
	pid_t children[WORKERS];
	bool is_good = true;

	for (int i = 0; i < WORKERS; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			_exit(work(i % 2 == 0 ? a : b));
		}
	}
	for (int i = 0; i < WORKERS; i++) {
		int status = 1;

		REQUIRE(waitpid(children[i], &status, 0) == children[i]);
		is_good = is_good && status == 0;
	}
	return is_good;
}

static void add_all(void)
{
	strata_session *reader = session_by("count", STRATA_SESSION_BY_NOTHING);
	strata_unconfirmed_table *names;
	char text[32];

	is_local = where == ON_HOST;
	lock_ttl = is_rough ? SHORT_TTL : SESSION_LOCK_TTL;
	begin();
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &names) == STRATA_OK);
	fixture.options.unconfirmed = names;
	atomic_store(confirmed, 0);
	atomic_store(refused, 0);
	CHECK(run_workers());
	if (!is_rough && guard == STRATA_SESSION_BY_LOCK) {
		CHECK(atomic_load(confirmed) == WORKERS * ROUNDS && atomic_load(refused) == 0);
	}
	use_server(a);
	snprintf(text, sizeof(text), "%u", atomic_load(confirmed));
	CHECK(atomic_load(confirmed) > 0 && gets(a, reader, text));
	if (call.error[0] != '\0') {
		fprintf(stderr, "%s\n", call.error);
	}
	CHECK(removes(a, reader) == STRATA_OK);
	if (!is_local) {
		a->tiers[0].ops->fini(&a->tiers[0]);
	}
	end();
	strata_unconfirmed_table_free(names);
}

static void each_adds_one_and_none_is_lost(void)
{
	guard = STRATA_SESSION_BY_LOCK;
	is_rough = false;
	add_all();
}

static void whatever_dies_or_is_late_no_confirmed_one_is_lost(void)
{
	guard = STRATA_SESSION_BY_LOCK;
	is_rough = true;
	add_all();
}

static void without_locks_no_confirmed_one_is_lost_either(void)
{
	guard = STRATA_SESSION_BY_VERSION;
	is_rough = false;
	add_all();
}

static void run_all(void)
{
	RUN(each_adds_one_and_none_is_lost);
	RUN(whatever_dies_or_is_late_no_confirmed_one_is_lost);
	RUN(without_locks_no_confirmed_one_is_lost_either);
}

int main(void)
{
	void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	REQUIRE(shared != MAP_FAILED && strata_process_watch_forks() == STRATA_OK);
	confirmed = shared;
	refused = confirmed + 1;
	where = ON_HOST;
	run_all();
	real_redis_start(&redis_server, REAL_REDIS_ALONE);
	where = ON_REDIS;
	run_all();
	real_redis_end(&redis_server);
	real_memcached_start(&memcached_server, NULL);
	where = ON_MEMCACHED;
	run_all();
	real_memcached_kill(&memcached_server);
	return unit_end();
}
