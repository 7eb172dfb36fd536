/*
 * Which servers of a database answer and which ones follow, what is refused of that, and the names
 * of what changed. No server is asked.
 */
#include "database/places.h"

#include "tier/local.h"

#include "unit.h"

enum { HEAP = 4 << 20 };

static strata_runtime runtime;
static strata_settings settings;
static strata_database database;
static strata_servers_error notice;
static char error[STRATA_DATABASE_ERROR];

static void set(const char *option, const char *text)
{
	char why[STRATA_SETTINGS_ERROR];
	const strata_setting *setting = strata_settings_find(strata_view_of(option));

	REQUIRE(setting != NULL);
	REQUIRE(strata_settings_apply(&settings, setting, strata_view_of(text), why));
}

/* A database on one Redis, with another one as its shadow. */
static void begin(const char *mode)
{
	REQUIRE(strata_settings_init(&settings) == 0);
	set("redis", "redis://127.0.0.1:1");
	set("user", "app");
	set("password", "secret");
	set("shadow_redis", "redis://shade:hidden@127.0.0.1:2");
	set("shadow_mode", mode);
}

static bool opens_as(const char *name)
{
	return strata_places_init(&database, &runtime, name, &settings, &notice, error);
}

static bool opens(void)
{
	return opens_as("catalog");
}

static void end(void)
{
	strata_places_fini(&database);
}

static uint16_t port_of(const strata_database *place)
{
	return place->redis_dsn.count == 1 ? place->redis_dsn.servers[0].port : 0;
}

static bool says(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* ---- which place answers ---- */

static void off_is_one_place(void)
{
	begin("off");
	REQUIRE(opens());
	CHECK(port_of(&database) == 1 && database.mirror == NULL);
	CHECK(notice.text[0] == '\0');
	end();
}

static void a_shadow_follows_until_it_leads(void)
{
	const char *const modes[] = { "write", "compare", "lead" };

	for (size_t i = 0; i < 3; i++) {
		uint16_t answers = i == 2 ? 2 : 1;

		begin(modes[i]);
		REQUIRE(opens());
		REQUIRE(database.mirror != NULL);
		CHECK(port_of(&database) == answers);
		CHECK(port_of(database.mirror->other) == 3 - answers);
		CHECK(database.mirror->mode == i + STRATA_SHADOW_MODE_WRITE);
		CHECK(database.mirror->share == 100 && database.mirror->compare == 1);
		CHECK(notice.text[0] == '\0');
		end();
	}
}

/* The login of the first place is not for the shadow. */
static void has_login(const strata_database *place, const char *user, const char *password)
{
	const strata_client_options *options = &place->redis_options;

	CHECK(strcmp(options->setup.user, user) == 0);
	CHECK(strcmp(options->setup.password, password) == 0);
}

static void each_place_has_its_own_login(void)
{
	begin("write");
	REQUIRE(opens());
	has_login(&database, "app", "secret");
	has_login(database.mirror->other, "shade", "hidden");
	end();
	begin("lead");
	REQUIRE(opens());
	has_login(&database, "shade", "hidden");
	has_login(database.mirror->other, "app", "secret");
	end();
	begin("lead");
	set("shadow_redis", "redis://127.0.0.1:2");
	REQUIRE(opens());
	CHECK(database.redis_options.setup.user == NULL);
	CHECK(database.redis_options.setup.password == NULL);
	end();
}

static void what_follows_has_neither_local_tier_nor_analysis(void)
{
	begin("write");
	set("local_ttl", "10s");
	set("policies", "a:* tiers=local,redis; b:* tiers=local");
	REQUIRE(opens());
	REQUIRE(database.mirror != NULL);
	CHECK(database.tier_count == 2 && database.mirror->other->tier_count == 1);
	CHECK(database.analysis.prefixes != NULL && database.mirror->other->analysis.prefixes == NULL);
	CHECK(database.mirror->other->mirror == NULL);
	CHECK(database.mirror->copies.ops != NULL);
	end();
}

static void the_tiers_of_what_follows_are_counted_by_other_names(void)
{
	strata_stats_sum sums[64];
	uint32_t count;
	bool is_there = false;

	begin("write");
	REQUIRE(opens());
	count = strata_stats_read(runtime.stats, sums, 64);
	for (uint32_t i = 0; i < count && i < 64; i++) {
		is_there |= sums[i].kind == STRATA_STATS_TIER && strcmp(sums[i].group, "catalog") == 0 &&
					strcmp(sums[i].name, "following redis") == 0;
	}
	CHECK(is_there);
	end();
}

static void places_share_nothing_that_is_kept_by_servers(void)
{
	uint64_t local_id, tag_space;
	const strata_generation *generation;

	begin("write");
	REQUIRE(opens());
	local_id = database.keyspace.local_id;
	tag_space = database.tag_space;
	generation = database.generation;
	CHECK(database.mirror->other->keyspace.local_id != local_id);
	CHECK(database.mirror->other->tag_space != tag_space);
	CHECK(database.mirror->other->generation != generation);
	end();
	begin("lead");
	REQUIRE(opens());
	CHECK(database.keyspace.local_id != local_id && database.tag_space != tag_space);
	CHECK(database.mirror->other->keyspace.local_id == local_id);
	CHECK(database.mirror->other->generation == generation);
	end();
}

static void replicas_are_for_the_place_that_can_have_them(void)
{
	REQUIRE(strata_settings_init(&settings) == 0);
	set("memcached", "memcached://127.0.0.1:1,127.0.0.1:2");
	set("replicas", "2");
	set("shadow_redis", "redis://127.0.0.1:3");
	set("shadow_mode", "lead");
	REQUIRE(opens());
	REQUIRE(database.mirror != NULL);
	CHECK(database.settings.replicas == 1 && database.mirror->other->settings.replicas == 2);
	end();
}

/* ---- reopening ---- */

static bool is_still_of(const char *mode, const char *option, const char *text)
{
	bool is_same;

	begin(mode);
	if (option != NULL) {
		set(option, text);
	}
	is_same = strata_places_are_of(&database, &settings);
	strata_settings_fini(&settings);
	return is_same;
}

static void a_database_is_known_by_the_settings_it_was_opened_under(void)
{
	const char *const modes[] = { "off", "write", "lead" };

	for (size_t i = 0; i < 3; i++) {
		begin(modes[i]);
		REQUIRE(opens());
		for (size_t j = 0; j < 3; j++) {
			CHECK(is_still_of(modes[j], NULL, NULL) == (i == j));
		}
		CHECK(!is_still_of(modes[i], "password", "changed"));
		CHECK(!is_still_of(modes[i], "shadow_redis", "redis://127.0.0.1:3"));
		CHECK(!is_still_of(modes[i], "shadow_share", "50%"));
		end();
	}
}

/* ---- refusals ---- */

static void refuses(const char *name, const char *directive, const char *sentence)
{
	for (int mode = STRATA_SHADOW_MODE_WRITE; mode <= STRATA_SHADOW_MODE_LEAD; mode++) {
		strata_settings kept;
		bool is_opened;

		settings.shadow_mode = (uint64_t) mode;
		REQUIRE(strata_settings_copy(&settings, &kept) == 0);
		is_opened = opens_as(name);
		CHECK(is_opened == (mode != STRATA_SHADOW_MODE_LEAD));
		CHECK(strcmp(notice.directive, directive) == 0 && says(notice.text, sentence));
		if (is_opened) {
			CHECK(database.mirror == NULL && port_of(&database) != 2);
			end();
		} else {
			CHECK(says(error, directive) && says(error, sentence));
		}
		settings = kept;
	}
	strata_settings_fini(&settings);
}

static void a_mode_without_a_shadow_is_refused(void)
{
	begin("write");
	set("shadow_redis", "");
	refuses("catalog", "strata.shadow_mode", "no server of a shadow is named");
}

static void a_shadow_beside_nothing_is_refused(void)
{
	begin("write");
	set("redis", "");
	refuses("catalog", "strata.shadow_mode", "no server is named that the shadow stands beside");
}

static void a_shadow_on_the_same_servers_is_refused(void)
{
	begin("write");
	set("shadow_redis", "redis://other:login@127.0.0.1:1");
	refuses("catalog", "strata.shadow_redis", "127.0.0.1:1 is a server of strata.redis too");
	begin("write");
	set("memcached", "memcached://127.0.0.1:4,127.0.0.1:5");
	set("shadow_memcached", "memcached://127.0.0.1:6,127.0.0.1:5");
	refuses("catalog", "strata.shadow_memcached", "127.0.0.1:5 is a server of strata.memcached");
	begin("write");
	set("shadow_redis", "redis://127.0.0.1:1/1");
	REQUIRE(opens());
	CHECK(database.mirror != NULL && notice.text[0] == '\0');
	end();
}

static void plain_names_have_no_shadow(void)
{
	begin("write");
	set("format", "plain");
	refuses("catalog", "strata.shadow_mode", "plain names");
	begin("write");
	set("foreign", "read");
	refuses("catalog", "strata.shadow_mode", "plain names");
}

/* An option for all databases must not cost the visitors their sessions. */
static void sessions_stay_where_they_are(void)
{
	begin("lead");
	REQUIRE(opens_as("sessions"));
	CHECK(port_of(&database) == 1 && database.mirror == NULL);
	CHECK(says(notice.text, "the database sessions stays where it is"));
	end();
}

static void a_follower_that_cannot_be_opened_is_left_out(void)
{
	begin("write");
	set("shadow_redis", "rediss://127.0.0.1:2");
	set("tls_ca", "/there/is/no/such.pem");
	REQUIRE(opens());
	CHECK(database.mirror == NULL && port_of(&database) == 1);
	CHECK(says(notice.text, "the place that follows is not used, by strata.tls_ca: "));
	end();
}

static void a_share_in_lead_is_told(void)
{
	begin("lead");
	set("shadow_share", "50%");
	REQUIRE(opens());
	CHECK(database.mirror != NULL && database.mirror->share == 50);
	CHECK(strcmp(notice.directive, "strata.shadow_share") == 0 && says(notice.text, "is 50%"));
	end();
}

/* ---- names ---- */

static void each_direction_has_names_of_its_own(void)
{
	strata_mirror_names there, back;

	begin("write");
	set("shadow_redis", "redis://127.0.0.1:9");
	REQUIRE(opens());
	there = database.mirror->changes;
	CHECK(there.stripes[0] != NULL && there.stripes[0] != there.stripes[1]);
	CHECK(database.mirror->former.stripes[0] == NULL);
	end();
	begin("lead");
	set("shadow_redis", "redis://127.0.0.1:9");
	REQUIRE(opens());
	back = database.mirror->changes;
	CHECK(back.stripes[0] != NULL && back.stripes[0] != there.stripes[0]);
	CHECK(memcmp(&database.mirror->former, &there, sizeof(there)) == 0);
	end();
	begin("write");
	set("shadow_redis", "redis://127.0.0.1:9");
	REQUIRE(opens());
	CHECK(memcmp(&database.mirror->former, &back, sizeof(back)) == 0);
	end();
}

static void note(const char *key, strata_result result)
{
	strata_item item = { .key = strata_view_of(key) };
	strata_item *const one[] = { &item };
	strata_call call = { .now = 1 };

	strata_mirror_begin_items(&database, one, 1);
	item.result = result;
	strata_mirror_end_items(&database, &call, one, 1);
}

/* The names that are due, each with its kind in front. */
static uint32_t take(strata_arena *arena, strata_unconfirmed_name *names)
{
	uint32_t count = strata_mirror_take(&database.mirror->changes, arena, names, 16);

	for (uint32_t i = 0; i < count; i++) {
		strata_mirror_complete(&database.mirror->changes, &names[i]);
	}
	return count;
}

static void names_are_due_by_their_outcome(void)
{
	strata_arena *arena = strata_arena_new();
	strata_unconfirmed_name names[16];

	begin("write");
	REQUIRE(opens() && arena != NULL);
	note("stored", STRATA_OK);
	note("unasked", STRATA_BREAKER_OPEN);
	CHECK(strata_mirror_any(&database.mirror->changes));
	CHECK(strata_mirror_noted(&database.mirror->changes) == 1);
	REQUIRE(take(arena, names) == 1);
	CHECK(strata_view_equal(names[0].name, strata_view_of("kstored")));
	CHECK(!strata_mirror_any(&database.mirror->changes));
	note("unknown", STRATA_TIMEOUT);
	CHECK(take(arena, names) == 1);
	CHECK(strata_mirror_noted(&database.mirror->changes) == 1);
	end();
	strata_arena_free(arena);
}

static void names_say_what_they_are(void)
{
	const uint64_t id = 0x1122334455667788;
	strata_arena *arena = strata_arena_new();
	strata_unconfirmed_name names[16];
	strata_change_kind kind;
	strata_view key;
	uint64_t read;
	bool has_tag = false, has_clear = false;

	begin("write");
	REQUIRE(opens() && arena != NULL);
	strata_mirror_begin_tags(&database, &id, 1);
	strata_mirror_end_tags(&database, &id, 1, STRATA_OK);
	strata_mirror_begin_clear(&database);
	strata_mirror_end_clear(&database, STRATA_OK);
	REQUIRE(take(arena, names) == 2);
	for (int i = 0; i < 2; i++) {
		REQUIRE(strata_mirror_read_name(names[i].name, &kind, &key, &read));
		has_tag |= kind == STRATA_CHANGE_TAG && read == id;
		has_clear |= kind == STRATA_CHANGE_CLEAR && read == 0;
	}
	CHECK(has_tag && has_clear);
	CHECK(strata_mirror_read_name(strata_view_of("kkey"), &kind, &key, &read) &&
		  strata_view_equal(key, strata_view_of("key")));
	CHECK(!strata_mirror_read_name(strata_view_of("tshort"), &kind, &key, &read));
	CHECK(!strata_mirror_read_name(strata_view_of("x"), &kind, &key, &read));
	CHECK(!strata_mirror_read_name(strata_view_of(""), &kind, &key, &read));
	end();
	strata_arena_free(arena);
}

static void a_key_that_is_too_long_is_dropped_and_counted(void)
{
	static char longer[STRATA_UNCONFIRMED_LONGEST_NAME + 1];

	begin("write");
	REQUIRE(opens());
	memset(longer, 'x', STRATA_UNCONFIRMED_LONGEST_NAME - 1);
	note(longer, STRATA_OK);
	CHECK(strata_mirror_dropped(&database.mirror->changes) == 0);
	longer[STRATA_UNCONFIRMED_LONGEST_NAME - 1] = 'x';
	note(longer, STRATA_OK);
	CHECK(strata_mirror_dropped(&database.mirror->changes) == 1);
	CHECK(strata_differences_counted(database.mirror->differences, STRATA_MIRROR_DROPPED) == 1);
	end();
}

static void thousands_of_names_find_room(void)
{
	char key[32];

	begin("write");
	REQUIRE(opens());
	for (int i = 0; i < 4000; i++) {
		snprintf(key, sizeof(key), "burst:%d", i);
		note(key, STRATA_OK);
	}
	CHECK(strata_mirror_noted(&database.mirror->changes) >= 4000);
	CHECK(strata_differences_counted(database.mirror->differences, STRATA_MIRROR_DROPPED) == 1);
	end();
}

/* ---- local copies ---- */

/* Under the generation that the host knows of that place. */
static void fill(const strata_database *place, const char *key)
{
	const strata_local_limits limits = { .longest_life = 10000 };
	strata_item item = { .key = strata_view_of(key),
		.value = { .codec = STRATA_CODEC_STRING, .bytes = strata_view_of("old") },
		.version = 1,
		.fresh_until = STRATA_NEVER,
		.expires_at = STRATA_NEVER };
	strata_item *const one[] = { &item };
	strata_call call = { .now = 1, .generation = strata_generation_value(place->generation) };
	strata_tier tier;

	REQUIRE(strata_tier_local_init(&tier, runtime.store, &place->keyspace, limits) == 0);
	tier.ops->put(&tier, &call, one, 1, STRATA_PUT_SET);
	CHECK(item.result == STRATA_OK);
	tier.ops->fini(&tier);
}

static bool has_copy(const strata_database *place, const char *key)
{
	const strata_local_limits limits = { .longest_life = 10000 };
	strata_item item = { .key = strata_view_of(key) };
	strata_item *const one[] = { &item };
	strata_call call = { .arena = strata_arena_new(),
		.now = 1,
		.generation = strata_generation_value(place->generation) };
	strata_tier tier;

	REQUIRE(strata_tier_local_init(&tier, runtime.store, &place->keyspace, limits) == 0);
	tier.ops->get(&tier, &call, one, 1);
	strata_tier_local_release(&tier, &item);
	tier.ops->fini(&tier);
	strata_arena_free(call.arena);
	return item.result == STRATA_OK;
}

static void a_write_drops_what_the_host_kept_of_the_other_place(void)
{
	begin("write");
	REQUIRE(opens());
	(void) strata_generation_raise(database.generation, 5);
	fill(&database, "key");
	fill(&database, "other");
	end();
	begin("lead");
	REQUIRE(opens());
	CHECK(has_copy(database.mirror->other, "key"));
	CHECK(!has_copy(&database, "key"));
	note("key", STRATA_OK);
	CHECK(!has_copy(database.mirror->other, "key"));
	CHECK(has_copy(database.mirror->other, "other"));
	end();
}

int main(void)
{
	REQUIRE(strata_runtime_init(&runtime, HEAP, STRATA_HEAP_LAZY) == STRATA_OK);
	RUN(off_is_one_place);
	RUN(a_shadow_follows_until_it_leads);
	RUN(each_place_has_its_own_login);
	RUN(what_follows_has_neither_local_tier_nor_analysis);
	RUN(the_tiers_of_what_follows_are_counted_by_other_names);
	RUN(places_share_nothing_that_is_kept_by_servers);
	RUN(replicas_are_for_the_place_that_can_have_them);
	RUN(a_database_is_known_by_the_settings_it_was_opened_under);
	RUN(a_mode_without_a_shadow_is_refused);
	RUN(a_shadow_beside_nothing_is_refused);
	RUN(a_shadow_on_the_same_servers_is_refused);
	RUN(plain_names_have_no_shadow);
	RUN(sessions_stay_where_they_are);
	RUN(a_follower_that_cannot_be_opened_is_left_out);
	RUN(a_share_in_lead_is_told);
	RUN(each_direction_has_names_of_its_own);
	RUN(names_are_due_by_their_outcome);
	RUN(names_say_what_they_are);
	RUN(a_key_that_is_too_long_is_dropped_and_counted);
	RUN(thousands_of_names_find_room);
	RUN(a_write_drops_what_the_host_kept_of_the_other_place);
	strata_runtime_fini(&runtime);
	return unit_end();
}
