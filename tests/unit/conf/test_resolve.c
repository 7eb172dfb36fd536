#include "conf/resolve.h"

#include <unistd.h>

#include "conf/policies.h"
#include "unit.h"

/* What php.ini says in a test: up to four directives; database is NULL for the common one. */
typedef struct {
	const char *database, *option, *text;
} directive;

static directive php_ini[4];
static strata_topology topology;
static strata_settings settings;
static strata_password_trouble trouble;

static strata_view configured(const char *database, const strata_setting *setting)
{
	for (size_t i = 0; i < sizeof(php_ini) / sizeof(php_ini[0]) && php_ini[i].option != NULL; i++) {
		bool is_its = database == NULL || php_ini[i].database == NULL
						  ? database == php_ini[i].database
						  : strcmp(database, php_ini[i].database) == 0;

		if (is_its && strcmp(setting->name, php_ini[i].option) == 0) {
			return strata_view_of(php_ini[i].text);
		}
	}
	return database == NULL ? strata_view_of(setting->initial) : (strata_view){ NULL, 0 };
}

/* What php.ini says that was refused; its text is the sentence. */
static directive refused;
static const char *awaited;

static const char *refusal(const char *database, const strata_setting *setting)
{
	bool is_its =
		refused.option != NULL && strcmp(setting->name, refused.option) == 0 &&
		(database == NULL || refused.database == NULL ? database == refused.database
													  : strcmp(database, refused.database) == 0);

	return is_its ? refused.text : NULL;
}

static bool is_database(strata_view name)
{
	(void) name;
	return true;
}

static void resolve(const char *database, const char *file)
{
	strata_sources sources = { .configured = configured,
		.refused = refusal,
		.topology = file ? &topology : NULL,
		.awaited = awaited };
	char error[STRATA_TOPOLOGY_ERROR];

	strata_settings_fini(&settings);
	strata_topology_fini(&topology);
	if (file != NULL) {
		REQUIRE(strata_topology_parse(strata_view_of(file), is_database, &topology, error));
	}
	REQUIRE(strata_resolve(&sources, database, &settings, &trouble) == 0);
}

static void without_anything_there_are_defaults(void)
{
	strata_settings defaults;

	memset(php_ini, 0, sizeof(php_ini));
	REQUIRE(strata_settings_init(&defaults) == 0);
	resolve("feed", NULL);
	CHECK(strata_settings_equal(&settings, &defaults));
	resolve("feed", "");
	CHECK(strata_settings_equal(&settings, &defaults));
	resolve("feed", "[feed]\nuser=x");
	CHECK(!strata_settings_equal(&settings, &defaults));
	resolve("feed", "[feed]\nmax_value=1K");
	CHECK(!strata_settings_equal(&settings, &defaults));
	strata_settings_fini(&defaults);
}

static void the_nearest_text_counts(void)
{
	const char *file = "[default]\nuser=all\ntls_name=all\nredis=redis://all\n[feed]\nuser=feed";

	php_ini[0] = (directive){ NULL, "user", "ini" };
	php_ini[1] = (directive){ "feed", "user", "ini feed" };
	php_ini[2] = (directive){ "feed", "tls_name", "ini feed" };
	php_ini[3] = (directive){ NULL, "redis", "redis://ini" };
	resolve("feed", file);
	CHECK(strcmp(settings.user, "feed") == 0);
	CHECK(strcmp(settings.tls_name, "ini feed") == 0);
	CHECK(strcmp(settings.redis, "redis://all") == 0);
	resolve("other", file);
	CHECK(strcmp(settings.user, "all") == 0 && strcmp(settings.tls_name, "all") == 0);
	resolve("default", file);
	CHECK(strcmp(settings.user, "all") == 0);
	resolve("feed", "");
	CHECK(strcmp(settings.user, "ini feed") == 0 && strcmp(settings.redis, "redis://ini") == 0);
	resolve("other", "[feed]\nuser=feed");
	CHECK(strcmp(settings.user, "ini") == 0);
	resolve("feed", "[feed]\nredis=");
	CHECK(settings.redis[0] == '\0');
	memset(php_ini, 0, sizeof(php_ini));
}

static void a_nearer_password_file_goes_before_a_password(void)
{
	char path[] = "/tmp/strata_resolve_XXXXXX", own[200], common[200];
	int file = mkstemp(path);

	REQUIRE(file >= 0 && write(file, "from file\n", 10) == 10 && close(file) == 0);
	snprintf(own, sizeof(own), "[feed]\npassword_file=%s", path);
	snprintf(common, sizeof(common), "[default]\npassword_file=%s", path);
	php_ini[0] = (directive){ NULL, "redis", "redis://h" };
	php_ini[1] = (directive){ NULL, "password", "common" };
	resolve("feed", own);
	CHECK(strcmp(settings.password, "from file") == 0 && trouble.why[0] == '\0');
	resolve("other", own);
	CHECK(strcmp(settings.password, "common") == 0);
	resolve("feed", common);
	CHECK(strcmp(settings.password, "from file") == 0);
	php_ini[2] = (directive){ "feed", "password", "own" };
	resolve("feed", common);
	CHECK(strcmp(settings.password, "own") == 0);
	resolve("feed", own);
	CHECK(strcmp(settings.password, "from file") == 0);
	resolve("feed", "[feed]\npassword=newest");
	CHECK(strcmp(settings.password, "newest") == 0);
	php_ini[0] = (directive){ NULL, "redis", "redis://:in_dsn@h" };
	resolve("feed", own);
	CHECK(strcmp(settings.password, "own") == 0);
	memset(php_ini, 0, sizeof(php_ini));
	REQUIRE(unlink(path) == 0);
}

static void a_password_file_that_cannot_be_read_is_told(void)
{
	resolve("feed", "[default]\nredis=redis://h\npassword_file=/nonexistent");
	CHECK(strcmp(trouble.why, "\"/nonexistent\" cannot be read: No such file or directory") == 0);
	CHECK(!trouble.is_own && trouble.is_filed && settings.password[0] == '\0');
	CHECK(
		settings.refused != NULL &&
		strcmp(settings.refused, "strata.password_file: \"/nonexistent\" cannot be read: "
								 "No such file or directory; no server is asked without it") == 0);
	resolve("feed", "[feed]\nredis=redis://h\npassword_file=/nonexistent");
	CHECK(trouble.is_own);
	resolve("feed", "[feed]\npassword_file=/nonexistent");
	CHECK(trouble.why[0] == '\0' && settings.refused == NULL);
}

/* ---- refusals ---- */

static bool is_refused(const char *sentence)
{
	return settings.refused != NULL && strcmp(settings.refused, sentence) == 0;
}

static void what_was_refused_is_in_force_as_refused(void)
{
	memset(php_ini, 0, sizeof(php_ini));
	refused = (directive){ NULL, "redis", "is wrong" };
	resolve("default", NULL);
	CHECK(is_refused("strata.redis: is wrong"));
	resolve("feed", NULL);
	CHECK(is_refused("strata.redis: is wrong"));
	refused = (directive){ "feed", "tls_verify", "is no word" };
	resolve("default", NULL);
	CHECK(settings.refused == NULL);
	resolve("feed", NULL);
	CHECK(is_refused("strata.feed.tls_verify: is no word"));
	refused = (directive){ 0 };
}

static void a_nearer_text_mends_it(void)
{
	refused = (directive){ NULL, "redis", "is wrong" };
	php_ini[0] = (directive){ "feed", "redis", "redis://h" };
	resolve("feed", NULL);
	CHECK(settings.refused == NULL);
	resolve("default", "[default]\nredis=redis://h");
	CHECK(settings.refused == NULL);
	resolve("other", "[other]\nredis=redis://h");
	CHECK(settings.refused == NULL);
	resolve("other", "[feed]\nredis=redis://h");
	CHECK(is_refused("strata.redis: is wrong"));
	/* The common text of the file is further away than one for the database itself. */
	refused = (directive){ "other", "redis", "is wrong" };
	resolve("other", "[default]\nredis=redis://h");
	CHECK(is_refused("strata.other.redis: is wrong"));
	memset(php_ini, 0, sizeof(php_ini));
	refused = (directive){ 0 };
}

static void servers_are_awaited_where_php_ini_names_none(void)
{
	awaited = "/etc/topology.ini";
	resolve("feed", NULL);
	CHECK(is_refused("strata.topology: /etc/topology.ini was not taken over yet, and php.ini names "
					 "no server for this database"));
	php_ini[0] = (directive){ NULL, "memcached", "memcached://h" };
	resolve("feed", NULL);
	CHECK(settings.refused == NULL);
	memset(php_ini, 0, sizeof(php_ini));
	awaited = NULL;
}

static void the_text_in_force_is_known(void)
{
	const strata_setting *redis = strata_settings_find(strata_view_of("redis"));
	const strata_setting *local_ttl = strata_settings_find(strata_view_of("local_ttl"));
	strata_sources sources = { .configured = configured, .refused = refusal };
	bool is_so;

	php_ini[0] = (directive){ "feed", "local_ttl", "7s" };
	resolve("feed", NULL);
	CHECK(strata_view_equal(strata_resolve_text(&sources, "feed", &settings, local_ttl, &is_so),
		strata_view_of("7s")));
	CHECK(!is_so);
	refused = (directive){ NULL, "redis", "is wrong" };
	(void) strata_resolve_text(&sources, "feed", &settings, redis, &is_so);
	CHECK(is_so);
	memset(php_ini, 0, sizeof(php_ini));
	refused = (directive){ 0 };
}

/* ---- servers that only the file names ---- */

static bool is_withheld(const char *database, const char *file, const char *option)
{
	resolve(database, file);
	return option == NULL ? trouble.withheld == NULL
						  : trouble.withheld != NULL && strcmp(trouble.withheld->name, option) == 0;
}

static void a_password_of_php_ini_stays_with_servers_of_php_ini(void)
{
	php_ini[0] = (directive){ NULL, "redis", "redis-cluster://a:1,b:2" };
	php_ini[1] = (directive){ NULL, "password", "secret" };
	CHECK(is_withheld("default", "[default]\nredis=redis://a:1", NULL));
	CHECK(strcmp(settings.password, "secret") == 0);
	CHECK(is_withheld("default", "[default]\nredis=redis-cluster://b:2,a:1", NULL));
	CHECK(strcmp(settings.password, "secret") == 0);
	CHECK(is_withheld("default", "[default]\nredis=redis-cluster://a:1,c:3", "password"));
	CHECK(settings.password[0] == '\0' && !trouble.is_own);
	/* Another port is another server, and another database has its own. */
	CHECK(is_withheld("default", "[default]\nredis=redis://a:2", "password"));
	CHECK(is_withheld("feed", "[feed]\nredis=redis://c", "password"));
	CHECK(settings.password[0] == '\0');
	CHECK(is_withheld("default", "[feed]\nredis=redis://c", NULL));
	CHECK(strcmp(settings.password, "secret") == 0);
	php_ini[2] = (directive){ "feed", "redis", "redis://c" };
	CHECK(is_withheld("feed", "[feed]\nredis=redis://c", NULL));
	CHECK(strcmp(settings.password, "secret") == 0);
	CHECK(is_withheld("feed", "[feed]\nredis=redis://a:1", "password"));
	memset(php_ini, 0, sizeof(php_ini));
}

static void a_password_of_the_file_is_sent_to_its_servers(void)
{
	php_ini[0] = (directive){ NULL, "redis", "redis://a" };
	php_ini[1] = (directive){ NULL, "password", "secret" };
	CHECK(is_withheld("default", "[default]\nredis=redis://:its@c", NULL));
	CHECK(settings.password[0] == '\0');
	CHECK(is_withheld("default", "[default]\nredis=redis://c\npassword=its", NULL));
	CHECK(strcmp(settings.password, "its") == 0);
	CHECK(is_withheld("default", "[default]\nredis=redis://c\npassword=", NULL));
	CHECK(settings.password[0] == '\0');
	/* A user alone brings no password. */
	CHECK(is_withheld("default", "[default]\nredis=redis://app@c", "password"));
	memset(php_ini, 0, sizeof(php_ini));
}

static void other_passwords_of_php_ini_stay_there_too(void)
{
	php_ini[0] = (directive){ NULL, "redis", "redis-sentinel://a/main" };
	php_ini[1] = (directive){ "feed", "password_file", "/nonexistent" };
	php_ini[2] = (directive){ NULL, "sentinel_password", "secret" };
	CHECK(is_withheld("feed", "[feed]\nredis=redis-sentinel://c/main", "password_file"));
	CHECK(trouble.is_own && trouble.why[0] == '\0');
	CHECK(settings.password_file[0] == '\0' && settings.sentinel_password[0] == '\0');
	CHECK(is_withheld("default", "[default]\nredis=redis-sentinel://c/main", "sentinel_password"));
	CHECK(is_withheld("default", "[default]\nredis=redis-sentinel://:its@c/main",
		"sentinel_password"));
	CHECK(is_withheld("default", "[default]\nredis=redis-sentinel://a/other", NULL));
	CHECK(strcmp(settings.sentinel_password, "secret") == 0);
	memset(php_ini, 0, sizeof(php_ini));
}

static bool has_policies(const char *expected)
{
	if (strcmp(settings.policies, expected) != 0) {
		fprintf(stderr, "%s\n", settings.policies);
		return false;
	}
	return true;
}

static void the_nearest_place_counts_for_each_prefix(void)
{
	const char *file = "[default/a:*]\nttl=1s\n[default/b:*]\nttl=1s\n[feed/a:*]\nttl=2s";

	php_ini[0] = (directive){ NULL, "policies", "a:* ttl=3s; c:* ttl=3s; d:* ttl=3s" };
	php_ini[1] = (directive){ "feed", "policies", "a:* ttl=4s; b:* ttl=4s; c:* ttl=4s" };
	resolve("feed", file);
	CHECK(has_policies("a:* ttl=2000ms; b:* ttl=4000ms; c:* ttl=4000ms; d:* ttl=3000ms"));
	resolve("other", file);
	CHECK(has_policies("a:* ttl=1000ms; b:* ttl=1000ms; c:* ttl=3000ms; d:* ttl=3000ms"));
	resolve("default", file);
	CHECK(has_policies("a:* ttl=1000ms; b:* ttl=1000ms; c:* ttl=3000ms; d:* ttl=3000ms"));
	resolve("feed", NULL);
	CHECK(has_policies("a:* ttl=4000ms; b:* ttl=4000ms; c:* ttl=4000ms; d:* ttl=3000ms"));
	memset(php_ini, 0, sizeof(php_ini));
	resolve("feed", "[feed/a:*]");
	CHECK(has_policies("a:*"));
}

static void too_many_together_are_left_for_the_database_to_refuse(void)
{
	char file[2000] = "", error[STRATA_POLICY_ERROR];
	strata_policies found;

	for (int i = 0; i < 64; i++) {
		snprintf(file + strlen(file), sizeof(file) - strlen(file), "[feed/%d:*]\n", i);
	}
	php_ini[0] = (directive){ NULL, "policies", "63:* ttl=1s" };
	resolve("feed", file);
	CHECK(strata_policies_parse(strata_view_of(settings.policies), &found, error));
	CHECK(found.count == 64);
	php_ini[0] = (directive){ NULL, "policies", "63:* ttl=1s; 64:*" };
	resolve("feed", file);
	CHECK(!strata_policies_parse(strata_view_of(settings.policies), &found, error));
	CHECK(strcmp(error, "there are more than 64 policies") == 0);
	memset(php_ini, 0, sizeof(php_ini));
}

/* A shadow that only follows takes no database away. */
static void a_refused_shadow_is_off_and_in_lead_it_is_a_refusal(void)
{
	static const char *const options[] = { "shadow_redis", "shadow_memcached", "shadow_mode" };

	php_ini[0] = (directive){ NULL, "redis", "redis://10.0.0.1" };
	php_ini[1] = (directive){ NULL, "shadow_redis", "redis://10.0.0.2" };
	for (size_t i = 0; i < 3; i++) {
		php_ini[2] = (directive){ NULL, "shadow_mode", "compare" };
		refused = (directive){ "feed", options[i], "is wrong" };
		resolve("feed", NULL);
		CHECK(settings.refused == NULL && settings.shadow_mode == STRATA_SHADOW_MODE_OFF);
		resolve("other", NULL);
		CHECK(settings.shadow_mode == STRATA_SHADOW_MODE_COMPARE);
		php_ini[2] = (directive){ NULL, "shadow_mode", "lead" };
		resolve("feed", NULL);
		CHECK(settings.refused != NULL && strstr(settings.refused, options[i]) != NULL);
	}
	refused = (directive){ 0 };
	memset(php_ini, 0, sizeof(php_ini));
}

static void the_topology_file_may_hold_all_of_a_shadow(void)
{
	php_ini[0] = (directive){ NULL, "redis", "redis://10.0.0.1" };
	resolve("feed",
		"[feed]\nshadow_redis = \"redis://app:pw@10.0.0.2\"\nshadow_memcached = "
		"\"memcached://10.0.0.3\"\n"
		"shadow_mode = lead\nshadow_share = 50%\nshadow_compare = 2%\nshadow_fill = on");
	CHECK(strcmp(settings.shadow_redis, "redis://app:pw@10.0.0.2") == 0);
	CHECK(settings.shadow_mode == STRATA_SHADOW_MODE_LEAD && settings.shadow_share == 50);
	CHECK(settings.shadow_compare == 2 && settings.shadow_fill == STRATA_SHADOW_FILL_ON);
	CHECK(strata_topology_has_secret(&topology));
	memset(php_ini, 0, sizeof(php_ini));
}

int main(void)
{
	RUN(a_refused_shadow_is_off_and_in_lead_it_is_a_refusal);
	RUN(the_topology_file_may_hold_all_of_a_shadow);
	RUN(without_anything_there_are_defaults);
	RUN(the_nearest_text_counts);
	RUN(a_nearer_password_file_goes_before_a_password);
	RUN(a_password_file_that_cannot_be_read_is_told);
	RUN(what_was_refused_is_in_force_as_refused);
	RUN(a_nearer_text_mends_it);
	RUN(servers_are_awaited_where_php_ini_names_none);
	RUN(the_text_in_force_is_known);
	RUN(a_password_of_php_ini_stays_with_servers_of_php_ini);
	RUN(a_password_of_the_file_is_sent_to_its_servers);
	RUN(other_passwords_of_php_ini_stay_there_too);
	RUN(the_nearest_place_counts_for_each_prefix);
	RUN(too_many_together_are_left_for_the_database_to_refuse);
	strata_settings_fini(&settings);
	strata_topology_fini(&topology);
	return unit_end();
}
