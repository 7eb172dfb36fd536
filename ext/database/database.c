#include "database/database.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "database/database_policies.h"
#include "database/plain_names.h"
#include "os/process.h"
#include "tier/local.h"
#include "tier/memcached/memcached.h"
#include "tier/memcached/memcached_replicas.h"
#include "tier/redis/redis.h"

/* Bytes of a reply beyond the value: the envelope, the frame of the protocol, an echoed key. */
enum { REPLY_ROOM = 4096 };

/* What the functions below fill the database from. */
typedef struct {
	strata_database *database;
	const strata_runtime *runtime;
	char *error; /* STRATA_DATABASE_ERROR bytes */
	bool follows;
} plan;

static bool fail(const plan *plan, const char *directive, const char *why)
{
	snprintf(plan->error, STRATA_DATABASE_ERROR, "database %s, %s: %s", plan->database->name,
		directive, why);
	return false;
}

static void count_tier(const plan *plan, strata_tier *tier)
{
	char name[32];

	snprintf(name, sizeof(name), "%s%s", plan->follows ? "following " : "", tier->ops->name);
	tier->stats = strata_stats_row_of(plan->runtime->stats, STRATA_STATS_TIER, plan->database->name,
		name, STRATA_REGISTRY_RESERVED);
	tier->analysis = plan->database->analysis.prefixes != NULL ? &plan->database->analysis : NULL;
	plan->database->tier_count++;
}

static strata_tier *next_tier(const plan *plan)
{
	return &plan->database->tiers[plan->database->tier_count];
}

/* Finishes a tier that was made, or says why it was not. */
static bool add_tier(const plan *plan, const char *directive, strata_result made)
{
	if (made != STRATA_OK) {
		return fail(plan, directive, strata_result_text(made));
	}
	count_tier(plan, next_tier(plan));
	return true;
}

/* A directive that names servers: true when it is empty or was understood. */
static bool parse(const plan *plan, const char *directive, const char *text, strata_dsn *dsn)
{
	char why[STRATA_DSN_ERROR];

	if (text[0] == '\0' || strata_dsn_parse(strata_view_of(text), dsn, why)) {
		return true;
	}
	return fail(plan, directive, why);
}

static strata_client_options client_options(const strata_runtime *runtime,
	const strata_settings *settings)
{
	return (strata_client_options){
		.connect_timeout = settings->connect_timeout,
		.operation_timeout = settings->operation_timeout,
		.request_budget = settings->request_budget,
		.spin = settings->spin,
		.spin_permits = runtime->spin,
		.check_after_idle = settings->check_after_idle,
		.idle_close = settings->idle_close,
		.max_lifetime = settings->max_lifetime,
		.resolve_every = settings->resolve_every,
		.probe_max_wait = runtime->probe_max_wait,
		.is_strict = settings->strict == STRATA_STRICT_ON,
		.max_reply = settings->max_value + REPLY_ROOM,
		.breaker_table = runtime->breaker_table,
		.slot_maps = runtime->slot_maps,
		.names = runtime->names,
		.confirmed = runtime->confirmed,
		.under_way = runtime->under_way,
		.unconfirmed = runtime->unconfirmed,
		.anomalies = runtime->anomalies,
		.limits = {
			.most_inflight = (uint32_t) settings->max_inflight,
			.connect_rate = (uint32_t) settings->connect_rate,
			.operation_timeout = settings->operation_timeout / 1000,
		},
	};
}

/* ---- TLS ---- */

static strata_result new_tls(const strata_settings *settings, strata_tls **out,
	strata_tls_error *why)
{
	strata_tls_settings wanted = {
		.ca = settings->tls_ca,
		.certificate = settings->tls_certificate,
		.key = settings->tls_key,
		.name = settings->tls_name,
		.verifies = settings->tls_verify == STRATA_TLS_VERIFY_ON,
	};

	return strata_tls_new(&wanted, out, why);
}

static bool make_tls(const plan *plan)
{
	strata_tls_error why;
	char directive[64];

	if (new_tls(&plan->database->settings, &plan->database->tls, &why) == STRATA_OK) {
		return true;
	}
	snprintf(directive, sizeof(directive), "strata.%s", why.option);
	return fail(plan, directive, why.text);
}

/* Files are read only where a scheme asks for TLS, and once for both tiers. */
static bool secure(const plan *plan, const strata_dsn *dsn, strata_client_options *options)
{
	if (!dsn->is_secure) {
		return true;
	}
	if (plan->database->tls == NULL && !make_tls(plan)) {
		return false;
	}
	options->tls = plan->database->tls;
	return true;
}

/* ---- memcached ---- */

strata_ring_server strata_database_ring_server(const strata_dsn_server *server)
{
	return (strata_ring_server){ server->host, server->port, server->weight, server->ring_name };
}

static strata_result make_memcached(const plan *plan)
{
	strata_database *database = plan->database;
	const strata_dsn *dsn = &database->memcached_dsn;
	strata_ring_server *servers = calloc(dsn->count, sizeof(*servers));
	strata_memcached *pool = NULL;
	strata_result result;

	if (servers == NULL) {
		return STRATA_NO_MEMORY;
	}
	for (uint32_t i = 0; i < dsn->count; i++) {
		servers[i] = strata_database_ring_server(&dsn->servers[i]);
	}
	result = strata_memcached_new(servers, dsn->count, &database->memcached_options,
		plan->runtime->stats, &pool);
	free(servers);
	if (result == STRATA_OK &&
		strata_tier_memcached_init(next_tier(plan), pool, &database->keyspace,
			database->settings.redis[0] == '\0' ? STRATA_MEMCACHED_DEEPEST
												: STRATA_MEMCACHED_NEARER) != 0) {
		result = STRATA_NO_MEMORY;
	}
	return result;
}

static bool add_memcached(const plan *plan)
{
	strata_database *database = plan->database;

	if (!parse(plan, "strata.memcached", database->settings.memcached, &database->memcached_dsn)) {
		return false;
	}
	if (database->memcached_dsn.count == 0) {
		return true;
	}
	database->memcached_options = client_options(plan->runtime, &database->settings);
	return secure(plan, &database->memcached_dsn, &database->memcached_options) &&
		   add_tier(plan, "strata.memcached", make_memcached(plan));
}

/* ---- redis ---- */

/* Nothing is sent where nothing was configured. */
static const char *unless_empty(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

/* What the DSN says wins over the separate directives; an empty one of those says nothing. */
static const char *first_of(const char *in_dsn, const char *in_directive)
{
	return in_dsn != NULL ? in_dsn : unless_empty(in_directive);
}

static strata_client_options redis_options(const strata_runtime *runtime,
	const strata_settings *settings, const strata_dsn *dsn)
{
	strata_client_options options = client_options(runtime, settings);

	options.setup.user = first_of(dsn->user, settings->user);
	options.setup.password = first_of(dsn->password, settings->password);
	options.setup.database = dsn->database;
	return options;
}

static strata_result make_watched(const plan *plan, const strata_hostport *sentinels,
	strata_redis_client **out)
{
	const strata_database *database = plan->database;
	strata_sentinel_watchers watchers = {
		.name = database->redis_dsn.master,
		.sentinels = sentinels,
		.count = database->redis_dsn.count,
		.user = unless_empty(database->settings.sentinel_user),
		.password = unless_empty(database->settings.sentinel_password),
		.masters = plan->runtime->masters,
	};

	return strata_redis_client_new_watched(&watchers, &database->redis_options,
		plan->runtime->stats, out);
}

/* A master that sentinels watch is one server to all callers above. */
static strata_result make_pool(const plan *plan, strata_redis_kind kind,
	const strata_hostport *seeds, strata_redis_client **out)
{
	const strata_database *database = plan->database;

	if (database->redis_dsn.scheme == STRATA_SCHEME_REDIS_SENTINEL) {
		return make_watched(plan, seeds, out);
	}
	return strata_redis_client_new(kind, seeds, database->redis_dsn.count, &database->redis_options,
		(uint32_t) database->settings.max_redirects, plan->runtime->stats, out);
}

static strata_result make_redis(const plan *plan)
{
	strata_database *database = plan->database;
	const strata_dsn *dsn = &database->redis_dsn;
	bool is_cluster = dsn->scheme == STRATA_SCHEME_REDIS_CLUSTER;
	strata_redis_kind kind = is_cluster ? STRATA_REDIS_CLUSTER : STRATA_REDIS_STANDALONE;
	strata_hostport *seeds = calloc(dsn->count, sizeof(*seeds));
	strata_redis_client *redis = NULL;
	strata_result result;

	if (seeds == NULL) {
		return STRATA_NO_MEMORY;
	}
	for (uint32_t i = 0; i < dsn->count; i++) {
		seeds[i] = (strata_hostport){ dsn->servers[i].host, dsn->servers[i].port };
	}
	result = make_pool(plan, kind, seeds, &redis);
	free(seeds);
	if (result == STRATA_OK &&
		strata_tier_redis_init(next_tier(plan), redis, kind, &database->keyspace) != 0) {
		result = STRATA_NO_MEMORY;
	}
	return result;
}

static bool add_redis(const plan *plan)
{
	strata_database *database = plan->database;

	if (!parse(plan, "strata.redis", database->settings.redis, &database->redis_dsn)) {
		return false;
	}
	if (database->redis_dsn.count == 0) {
		return true;
	}
	database->redis_options =
		redis_options(plan->runtime, &database->settings, &database->redis_dsn);
	/* A session must be read as it was written last, wherever that was. */
	if (strcmp(database->name, "sessions") != 0) {
		database->redis_options.replica_reads = (uint32_t) database->settings.replica_reads;
	}
	return secure(plan, &database->redis_dsn, &database->redis_options) &&
		   add_tier(plan, "strata.redis", make_redis(plan));
}

/* ---- local ---- */

static bool configures_servers(const strata_settings *settings)
{
	return settings->memcached[0] != '\0' || settings->redis[0] != '\0';
}

/*
 * Reserves of the namespaces of one host are known when each is opened first. The last step: what
 * fails to be opened takes none away.
 */
static bool reserve_room(const plan *plan)
{
	const strata_settings *settings = &plan->database->settings;
	strata_store *store = strata_runtime_usable_store(plan->runtime);
	uint32_t wanted = (uint32_t) settings->local_reserve;
	uint32_t granted;
	char why[160];

	if (store == NULL || plan->database->tiers[0].ops == NULL ||
		plan->database->tiers[0].ops->kind != STRATA_TIER_LOCAL) {
		return true;
	}
	if (wanted > settings->local_share) {
		(void) snprintf(why, sizeof(why), "%u%%, and strata.local_share allows %u%%", wanted,
			(unsigned) settings->local_share);
		return fail(plan, "strata.local_reserve", why);
	}
	granted = strata_store_reserve(store, plan->database->keyspace.local_id,
		plan->database->keyspace.family, wanted);
	if (granted < wanted) {
		(void) snprintf(why, sizeof(why),
			"%u%%, and other namespaces have reserved so much of strata.memory that %u%% is left",
			wanted, granted);
		return fail(plan, "strata.local_reserve", why);
	}
	return true;
}

/*
 * With a shared tier behind it a local copy may be out of date for local_ttl, and 0 says that it
 * may not be at all. Without one it is the value, and lives as long as that.
 */
static bool add_local(const plan *plan)
{
	const strata_settings *settings = &plan->database->settings;
	strata_store *store = strata_runtime_usable_store(plan->runtime);
	bool is_copy = configures_servers(settings);
	bool has_copies =
		settings->local_ttl > 0 || strata_database_policies_want_local(plan->database->policies);
	strata_local_limits limits = {
		.longest_life = is_copy ? (settings->local_ttl + 999) / 1000 : 0,
		.policies = is_copy ? plan->database->policies : NULL,
		.kept_on_error = strata_msec_of(settings->stale_on_error),
		.share = (uint8_t) settings->local_share,
		.is_mute = strata_runtime_withholds_values(plan->runtime, strata_process_user()),
		.analysis = is_copy && settings->hot_keys == STRATA_HOT_KEYS_AUTO &&
							plan->database->analysis.hot_keys != NULL
						? &plan->database->analysis
						: NULL,
	};

	if (store == NULL || plan->follows || (is_copy && !has_copies)) {
		return true;
	}
	if (strata_tier_local_init(next_tier(plan), store, &plan->database->keyspace, limits) != 0) {
		return fail(plan, "strata.memory", strata_result_text(STRATA_NO_MEMORY));
	}
	/* Where everything is looked at twice, there is no short way. */
	if (!strata_store_verifies(store) && !limits.is_mute) {
		plan->database->store = store;
	}
	plan->database->segment = plan->runtime->segment;
	count_tier(plan, next_tier(plan));
	return true;
}

/* ---- policies ---- */

static bool has_two_shared(const strata_settings *settings)
{
	return settings->memcached[0] != '\0' && settings->redis[0] != '\0';
}

/* Before the local tier, which may be wanted for them alone. */
static bool read_policies(const plan *plan)
{
	char why[STRATA_DATABASE_POLICIES_ERROR];

	if (plan->follows && !has_two_shared(&plan->database->settings)) {
		return true;
	}
	strata_database_policies_new(&plan->database->settings, &plan->database->policies, why);
	if (plan->follows) {
		strata_database_policies_forget_local(plan->database->policies);
	}
	return why[0] == '\0' || fail(plan, "strata.policies", why);
}

/* After all tiers. */
static bool complete_policies(const plan *plan)
{
	strata_database *database = plan->database;
	char why[STRATA_DATABASE_POLICIES_ERROR];

	if (database->policies == NULL) {
		return true;
	}
	if (!strata_database_policies_complete(database->policies, &database->settings, database->name,
			database->tiers, database->tier_count, plan->runtime->stats, why)) {
		return fail(plan, "strata.policies", why);
	}
	if (strata_database_policies_keep_out(database->policies, STRATA_TIER_LOCAL)) {
		database->local_guard = database->policies;
	}
	return true;
}

/* ---- a look ahead ---- */

/* *is_secure is left where they cannot be told. */
static bool check_dsn(const char *directive, const char *text, bool *is_secure,
	strata_servers_error *error)
{
	strata_dsn dsn;

	if (text[0] == '\0') {
		return true;
	}
	if (!strata_dsn_parse(strata_view_of(text), &dsn, error->text)) {
		snprintf(error->directive, sizeof(error->directive), "%s", directive);
		return false;
	}
	*is_secure |= dsn.is_secure;
	strata_dsn_fini(&dsn);
	return true;
}

bool strata_database_check_servers(const strata_settings *settings, strata_servers_error *error)
{
	bool is_secure = false;
	strata_tls *tls = NULL;
	strata_tls_error why;

	*error = (strata_servers_error){ 0 };
	if (!check_dsn("strata.memcached", settings->memcached, &is_secure, error) ||
		!check_dsn("strata.redis", settings->redis, &is_secure, error)) {
		return false;
	}
	if (!is_secure || new_tls(settings, &tls, &why) == STRATA_OK) {
		strata_tls_free(tls);
		return true;
	}
	snprintf(error->directive, sizeof(error->directive), "strata.%s", why.option);
	snprintf(error->text, sizeof(error->text), "%s", why.text);
	return false;
}

/* ---- replicas ---- */

/* Two for all databases are one for sessions, where those cannot have two. */
uint32_t strata_database_replicas(const char *name, const strata_settings *settings,
	const strata_dsn *memcached)
{
	bool has_two = settings->redis[0] == '\0' && memcached->count > 1;

	return strcmp(name, "sessions") == 0 && !has_two ? 1 : (uint32_t) settings->replicas;
}

static bool add_replicas(const plan *plan)
{
	strata_database *database = plan->database;

	if (strata_database_replicas(database->name, &database->settings, &database->memcached_dsn) ==
		1) {
		return true;
	}
	if (database->memcached_dsn.count == 0 || database->redis_dsn.count > 0) {
		return fail(plan, "strata.replicas",
			"2 is for memcached as the deepest tier, which it is not here; accepted: 1");
	}
	if (database->memcached_dsn.count == 1) {
		return fail(plan, "strata.replicas",
			"2 takes two servers, and strata.memcached names one; accepted: 1");
	}
	strata_memcached_replicas_begin(strata_database_deepest(database));
	return true;
}

/* ---- what is counted by keys ---- */

/* Before the tiers, which get a pointer to it. */
static void begin_analysis(const plan *plan)
{
	strata_database *database = plan->database;

	if (database->settings.analyse == STRATA_ANALYSE_ON && !plan->follows) {
		database->analysis = (strata_analysis){
			.prefixes = plan->runtime->prefixes,
			.hot_keys = plan->runtime->hot_keys,
			.space = { .id = strata_prefix_space_id(database->name, database->settings.namespace,
						   strata_process_user()),
				.database = database->name,
				.name_space = database->settings.namespace },
			.depth = (uint32_t) database->settings.prefix_depth,
		};
	}
}

/* After them. */
static void complete_analysis(strata_database *database)
{
	if (database->tier_count > 0) {
		database->analysis.nearest = database->tiers[0].ops->kind;
		database->analysis.deepest = database->tiers[database->tier_count - 1].ops->kind;
	}
}

/* PHP's sessions are kept by this name, and a host may evict what only it has at any time. */
static bool may_be_local(const plan *plan)
{
	if (strcmp(plan->database->name, "sessions") != 0 ||
		plan->database->settings.session_local == STRATA_SESSION_LOCAL_ON ||
		strata_database_is_shared(plan->database)) {
		return true;
	}
	return fail(plan, "strata.sessions.redis",
		"sessions need a shared tier: set it, or strata.sessions.memcached, or, where one host is "
		"all there is, strata.sessions.session_local = on");
}

/* What was stored under other servers, or under none, is no copy of what these hold. */
static void enter_realm(const plan *plan)
{
	const strata_settings *settings = &plan->database->settings;
	strata_realm realm = {
		.secret = plan->runtime->secret,
		.user = strata_process_user(),
		.texts = { settings->memcached, settings->redis, settings->user, settings->password,
			settings->fingerprint_key, settings->epoch,
			strata_plain_names_realm(&plan->database->keyspace) },
	};

	strata_keyspace_enter_realm(&plan->database->keyspace, &realm);
}

/* Of the deepest tier, whatever the login. */
static void note_user(const plan *plan)
{
	const strata_database *database = plan->database;
	const strata_dsn *dsn =
		database->redis_dsn.count > 0 ? &database->redis_dsn : &database->memcached_dsn;
	strata_buffer servers = { 0 };

	for (uint32_t i = 0; i < dsn->count; i++) {
		(void) strata_buffer_print(&servers, "%s:%u,", dsn->servers[i].host, dsn->servers[i].port);
	}
	if (dsn->count > 0 && strata_buffer_print(&servers, "/%u", dsn->database) == 0) {
		strata_database_users_note(plan->runtime->database_users, &database->keyspace, servers.data,
			strata_process_user());
	}
	strata_buffer_fini(&servers);
}

static uint64_t mix(uint64_t so_far, const char *text, uint64_t number)
{
	return strata_hash_of(strata_view_of(text == NULL ? "" : text), so_far * 31 + number);
}

/*
 * A generation is that of the servers which keep it: two pools may give one name to databases on
 * different servers, and a database may move to others, which never heard of the former number.
 * Without servers it is that of the local values, which are one user's.
 */
static uint64_t generation_space(const strata_database *database)
{
	const strata_dsn *deepest =
		database->redis_dsn.count > 0 ? &database->redis_dsn : &database->memcached_dsn;
	uint64_t space = database->keyspace.namespace_id;

	for (uint32_t i = 0; i < deepest->count; i++) {
		const strata_dsn_server *server = &deepest->servers[i];

		space = server->ring_name != NULL ? mix(space, server->ring_name, UINT16_MAX + 1)
										  : mix(space, server->host, server->port);
	}
	return deepest->count == 0 ? database->keyspace.local_id
							   : mix(space, deepest->master, deepest->database);
}

static bool make_keyspace(const plan *plan)
{
	strata_database *database = plan->database;
	const strata_settings *settings = &database->settings;
	bool is_plain = strata_plain_names_are_wanted(database->name, settings);
	strata_result made =
		(is_plain ? strata_keyspace_init_plain : strata_keyspace_init)(&database->keyspace,
			database->name, strata_plain_names_prefix(database->name, settings),
			strata_view_of(settings->fingerprint_key), settings->max_value);

	if (made != STRATA_OK) {
		return fail(plan, "strata.fingerprint_key",
			"libcrypto makes no HMAC-SHA-256, or memory is short");
	}
	if (is_plain) {
		strata_plain_names_begin(&database->keyspace, settings);
	}
	database->keyspace.compress_from = settings->compress_from;
	/* Told apart by what a script keeps of a value, too. */
	if (!configures_servers(settings)) {
		database->keyspace.namespace_id = ~database->keyspace.namespace_id;
	}
	enter_realm(plan);
	return true;
}

static bool may_be_plain(const plan *plan)
{
	const char *directive;
	const char *why =
		strata_plain_names_objection(plan->database->name, &plan->database->settings, &directive);

	return why == NULL || fail(plan, directive, why);
}

/* With plain names there is none that changes, and a record of the host is for those that do. */
static void take_generation(const plan *plan)
{
	strata_database *database = plan->database;

	if (database->keyspace.naming == STRATA_NAMES_PLAIN) {
		(void) strata_generation_raise(&database->own_generation, STRATA_GENERATION_OF_PLAIN_NAMES);
		return;
	}
	database->generation =
		strata_generations_of(plan->runtime->generations, generation_space(database));
}

static bool open_all(const plan *plan)
{
	begin_analysis(plan);
	return may_be_plain(plan) && make_keyspace(plan) && read_policies(plan) && add_local(plan) &&
		   add_memcached(plan) && add_redis(plan) && add_replicas(plan) && may_be_local(plan) &&
		   complete_policies(plan) && reserve_room(plan);
}

static void complete(const plan *plan)
{
	strata_database *database = plan->database;

	complete_analysis(database);
	if (!plan->follows) {
		note_user(plan);
	}
	take_generation(plan);
	database->tag_table = plan->runtime->tag_table;
	database->tag_space = generation_space(database);
}

static bool init(const plan *plan, const char *name, strata_settings *settings)
{
	const strata_runtime *runtime = plan->runtime;
	strata_database *database = plan->database;

	plan->error[0] = '\0';
	*database = (strata_database){ .name = strdup(name),
		.settings = *settings,
		.leases = runtime->leases,
		.locks = runtime->locks,
		.has_lost_segment = runtime->segment != NULL && strata_segment_was_lost(runtime->segment) };
	*settings = (strata_settings){ 0 };
	if (database->name == NULL) {
		strata_database_fini(database);
		snprintf(plan->error, STRATA_DATABASE_ERROR, "database %s: out of memory", name);
		return false;
	}
	if (database->settings.refused != NULL ? !make_keyspace(plan) : !open_all(plan)) {
		strata_database_fini(database);
		return false;
	}
	if (database->settings.refused == NULL) {
		complete(plan);
	}
	return true;
}

bool strata_database_init(strata_database *database, const strata_runtime *runtime,
	const char *name, strata_settings *settings, char error[STRATA_DATABASE_ERROR])
{
	const plan plan = { .database = database, .runtime = runtime, .error = error };

	return init(&plan, name, settings);
}

bool strata_database_init_following(strata_database *database, const strata_runtime *runtime,
	const char *name, strata_settings *settings, char error[STRATA_DATABASE_ERROR])
{
	const plan plan = { .database = database, .runtime = runtime, .error = error, .follows = true };

	return init(&plan, name, settings);
}

void strata_database_fini(strata_database *database)
{
	for (size_t i = 0; i < database->tier_count; i++) {
		database->tiers[i].ops->fini(&database->tiers[i]);
	}
	strata_tls_free(database->tls);
	strata_dsn_fini(&database->memcached_dsn);
	strata_dsn_fini(&database->redis_dsn);
	strata_keyspace_fini(&database->keyspace);
	free(database->policies);
	strata_settings_fini(&database->settings);
	free(database->name);
	*database = (strata_database){ 0 };
}

strata_tier *strata_database_deepest(strata_database *database)
{
	return database->tier_count == 0 ? NULL : &database->tiers[database->tier_count - 1];
}

strata_tier *strata_database_keeper(strata_database *database)
{
	size_t total = database->tier_count + database->deeper;

	return total == 0 ? NULL : &database->tiers[total - 1];
}

uint32_t strata_database_count_shared(const strata_database *database, size_t tiers)
{
	uint32_t count = 0;

	for (size_t i = 0; i < tiers; i++) {
		count += database->tiers[i].ops->kind != STRATA_TIER_LOCAL;
	}
	return count;
}

bool strata_database_may_be_of_host(const strata_database *database)
{
	return !database->has_lost_segment && database->settings.refused == NULL;
}

bool strata_database_is_shared(const strata_database *database)
{
	size_t total = database->tier_count + database->deeper;

	return total > 0 && database->tiers[total - 1].ops->kind != STRATA_TIER_LOCAL;
}
