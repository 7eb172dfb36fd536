#include "database/database.h"

#include "os/clock.h"

#include "unit.h"

enum { HEAP = 4 << 20, DAY = 24 * 3600 * 1000 };

static strata_runtime runtime;
static strata_settings settings;
static strata_database database;
static char error[STRATA_DATABASE_ERROR];

static void begin(void)
{
	REQUIRE(strata_settings_init(&settings) == 0);
}

static void set(const char *option, const char *text)
{
	char why[STRATA_SETTINGS_ERROR];
	const strata_setting *setting = strata_settings_find(strata_view_of(option));

	REQUIRE(setting != NULL);
	REQUIRE(strata_settings_apply(&settings, setting, strata_view_of(text), why));
}

static bool opens(void)
{
	return strata_database_init(&database, &runtime, "catalog", &settings, error);
}

static void end(void)
{
	strata_database_fini(&database);
}

static bool has_tiers(size_t count, const strata_tier_kind *kinds)
{
	bool well = database.tier_count == count;

	for (size_t i = 0; well && i < count; i++) {
		well = database.tiers[i].ops->kind == kinds[i] && database.tiers[i].stats != NULL;
	}
	return well;
}

static void untouched_it_has_the_local_tier_alone(void)
{
	begin();
	REQUIRE(opens());
	CHECK(has_tiers(1, (const strata_tier_kind[]){ STRATA_TIER_LOCAL }));
	CHECK(strata_database_deepest(&database) == &database.tiers[0]);
	CHECK(!strata_database_is_shared(&database));
	CHECK(error[0] == '\0' && strcmp(database.keyspace.database, "catalog") == 0);
	end();
}

static void tiers_lie_in_their_order(void)
{
	begin();
	set("memcached", "memcached://127.0.0.1:1,127.0.0.1:2?weight=2");
	set("redis", "redis://127.0.0.1:3/4");
	REQUIRE(opens());
	CHECK(has_tiers(3,
		(const strata_tier_kind[]){ STRATA_TIER_LOCAL, STRATA_TIER_MEMCACHED, STRATA_TIER_REDIS }));
	CHECK(strata_database_deepest(&database)->ops->kind == STRATA_TIER_REDIS);
	CHECK(strata_database_is_shared(&database));
	CHECK(database.redis_options.setup.database == 4);
	CHECK(database.memcached_options.max_reply > database.settings.max_value);
	end();
}

static void any_of_them_may_be_missing(void)
{
	strata_store *store = runtime.store;

	begin();
	set("redis", "redis-cluster://127.0.0.1:3,127.0.0.1:4");
	REQUIRE(opens());
	CHECK(has_tiers(2, (const strata_tier_kind[]){ STRATA_TIER_LOCAL, STRATA_TIER_REDIS }));
	end();
	begin();
	set("memcached", "memcached://127.0.0.1:1");
	set("local_ttl", "0");
	REQUIRE(opens());
	CHECK(has_tiers(1, (const strata_tier_kind[]){ STRATA_TIER_MEMCACHED }));
	end();
	begin();
	runtime.store = NULL;
	REQUIRE(opens());
	CHECK(database.tier_count == 0 && strata_database_deepest(&database) == NULL);
	CHECK(!strata_database_is_shared(&database));
	end();
	runtime.store = store;
}

/* Does a local copy of a value without an end still serve after this time? */
static bool serves_after(strata_msec time)
{
	strata_item item = { .key = strata_view_of("k"),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("v") } };
	strata_item *const one[] = { &item };
	strata_call call = { .arena = strata_arena_new(), .now = strata_clock_msec() };
	strata_tier *local = &database.tiers[0];
	strata_result result;

	REQUIRE(call.arena != NULL);
	local->ops->put(local, &call, one, 1, STRATA_PUT_SET);
	CHECK(item.result == STRATA_OK);
	call.now += time;
	local->ops->get(local, &call, one, 1);
	result = item.result;
	strata_arena_free(call.arena);
	return result == STRATA_OK;
}

static void a_local_copy_lasts_for_local_ttl_and_a_local_value_for_its_life(void)
{
	begin();
	REQUIRE(opens());
	CHECK(serves_after(DAY));
	end();
	begin();
	set("redis", "redis://127.0.0.1:3");
	set("local_ttl", "5s");
	REQUIRE(opens());
	CHECK(serves_after(4999) && !serves_after(5000));
	end();
	begin();
	set("redis", "redis://127.0.0.1:3");
	set("local_ttl", "1us");
	REQUIRE(opens());
	CHECK(serves_after(0) && !serves_after(1));
	end();
}

static void a_local_value_ends_with_its_time_to_live(void)
{
	strata_item item = { .key = strata_view_of("k"),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("v") },
		.expires_at = strata_clock_wall_msec() + 5000 };
	strata_item *const one[] = { &item };
	strata_call call = { .arena = strata_arena_new(), .now = strata_clock_msec() };
	strata_tier *local;

	begin();
	REQUIRE(opens() && call.arena != NULL);
	local = &database.tiers[0];
	local->ops->put(local, &call, one, 1, STRATA_PUT_SET);
	local->ops->get(local, &call, one, 1);
	CHECK(item.result == STRATA_OK);
	call.now += 5000;
	local->ops->get(local, &call, one, 1);
	CHECK(item.result == STRATA_MISS);
	strata_arena_free(call.arena);
	end();
}

static void credentials_of_the_dsn_come_before_the_directives(void)
{
	begin();
	set("redis", "redis://:in%40dsn@127.0.0.1:3");
	set("user", "app");
	set("password", "in directive");
	REQUIRE(opens());
	CHECK(strcmp(database.redis_options.setup.user, "app") == 0);
	CHECK(strcmp(database.redis_options.setup.password, "in@dsn") == 0);
	CHECK(database.memcached_options.setup.password == NULL);
	end();
	begin();
	set("redis", "redis://127.0.0.1:3");
	REQUIRE(opens());
	CHECK(
		database.redis_options.setup.user == NULL && database.redis_options.setup.password == NULL);
	end();
}

static void handles_of_one_database_share_a_generation_and_namespaces_do_not(void)
{
	strata_database first;

	begin();
	REQUIRE(opens());
	first = database;
	begin();
	REQUIRE(opens());
	CHECK(database.generation != NULL && database.generation == first.generation);
	end();
	begin();
	set("namespace", "shop");
	REQUIRE(opens());
	CHECK(database.generation != NULL && database.generation != first.generation);
	end();
	database = first;
	end();
}

static strata_generation *generation_with(const char *directive, const char *servers)
{
	strata_generation *generation;

	begin();
	set("memcached", "memcached://127.0.0.1:5");
	set(directive, servers);
	REQUIRE(opens());
	generation = database.generation;
	end();
	return generation;
}

/* Pools of one host may give a name to databases on different servers; see also a topology file. */
static void a_generation_is_that_of_the_servers_which_keep_it(void)
{
	strata_generation *one = generation_with("redis", "redis://127.0.0.1:3/4");

	CHECK(one != NULL && generation_with("redis", "redis://user:pw@127.0.0.1:3/4") == one);
	CHECK(generation_with("redis", "redis://127.0.0.1:3/5") != one);
	CHECK(generation_with("redis", "redis://127.0.0.1:4/4") != one);
	CHECK(generation_with("redis", "redis://127.0.0.2:3/4") != one);
	CHECK(generation_with("redis", "redis-sentinel://127.0.0.1:3/a/4") !=
		  generation_with("redis", "redis-sentinel://127.0.0.1:3/b/4"));
	CHECK(generation_with("memcached", "memcached://127.0.0.1:5,127.0.0.1:6") !=
		  generation_with("memcached", "memcached://127.0.0.1:5"));
}

/* What cannot be understood never gets this far, but servers can be named that the ring refuses. */
static void what_is_wrong_is_told_with_database_and_directive(void)
{
	begin();
	free(settings.redis);
	settings.redis = strdup("redis://127.0.0.1:99999");
	CHECK(!opens());
	CHECK(strstr(error, "database catalog, strata.redis: ") == error);
	CHECK(settings.redis == NULL && database.name == NULL && database.tier_count == 0);
	begin();
	set("redis", "redis://127.0.0.1:3");
	free(settings.memcached);
	settings.memcached = strdup("nonsense");
	CHECK(!opens());
	CHECK(strstr(error, "database catalog, strata.memcached: ") == error);
}

static void a_heap_that_cannot_be_had_is_told_and_lived_without(void)
{
	strata_runtime without;

	CHECK(!strata_runtime_heap_failed(&runtime));
	without = (strata_runtime){ .heap_size = 1, .store = NULL };
	CHECK(strata_runtime_heap_failed(&without));
	without.heap_size = 0;
	CHECK(!strata_runtime_heap_failed(&without));
}

int main(void)
{
	REQUIRE(strata_runtime_init(&runtime, HEAP, STRATA_HEAP_RESERVED) == STRATA_OK);
	REQUIRE(runtime.store != NULL);
	RUN(untouched_it_has_the_local_tier_alone);
	RUN(tiers_lie_in_their_order);
	RUN(any_of_them_may_be_missing);
	RUN(a_local_copy_lasts_for_local_ttl_and_a_local_value_for_its_life);
	RUN(a_local_value_ends_with_its_time_to_live);
	RUN(credentials_of_the_dsn_come_before_the_directives);
	RUN(handles_of_one_database_share_a_generation_and_namespaces_do_not);
	RUN(a_generation_is_that_of_the_servers_which_keep_it);
	RUN(what_is_wrong_is_told_with_database_and_directive);
	RUN(a_heap_that_cannot_be_had_is_told_and_lived_without);
	strata_runtime_fini(&runtime);
	return unit_end();
}
