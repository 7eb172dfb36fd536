#include "conf/settings.h"

#include <unistd.h>

#include "conf/text/names.h"
#include "conf/password_file.h"

#include "unit.h"

static char error[STRATA_SETTINGS_ERROR];
static strata_settings settings;

static const strata_setting *find(const char *name)
{
	const strata_setting *setting = strata_settings_find(strata_view_of(name));

	REQUIRE(setting != NULL);
	return setting;
}

static bool apply(const char *name, const char *text)
{
	memset(error, 'x', sizeof(error) - 1);
	return strata_settings_apply(&settings, find(name), strata_view_of(text), error);
}

/* Is the text refused with exactly this sentence? */
static bool refuses(const char *name, const char *text, const char *sentence)
{
	if (apply(name, text)) {
		return false;
	}
	if (strcmp(error, sentence) != 0) {
		fprintf(stderr, "%s: %s\n", name, error);
		return false;
	}
	return true;
}

static bool shows(const char *name, const char *text, const char *expected)
{
	char shown[100];

	strata_settings_mask(find(name), strata_view_of(text), shown, sizeof(shown));
	return strcmp(shown, expected) == 0;
}

static void every_default_is_accepted_by_its_own_parser(void)
{
	size_t count;
	const strata_setting *rows = strata_settings_table(&count);

	CHECK(count >= 18);
	for (size_t i = 0; i < count; i++) {
		if (!strata_settings_apply(NULL, &rows[i], strata_view_of(rows[i].initial), error)) {
			fprintf(stderr, "%s: %s\n", rows[i].name, error);
			CHECK(!"a default is refused");
		}
	}
}

/* php.ini hands on the bare word off as nothing. */
static void replica_reads_is_a_word_and_may_be_off(void)
{
	const strata_setting *setting = find("replica_reads");
	strata_settings settings;

	REQUIRE(strata_settings_init(&settings) == 0);
	CHECK(settings.replica_reads == STRATA_REPLICA_READS_OFF);
	CHECK(strata_settings_apply(&settings, setting, strata_view_of("on_error"), error));
	CHECK(settings.replica_reads == STRATA_REPLICA_READS_ON_ERROR);
	CHECK(strata_settings_apply(&settings, setting, strata_view_of("any"), error));
	CHECK(settings.replica_reads == STRATA_REPLICA_READS_ANY);
	CHECK(strata_settings_apply(&settings, setting, strata_view_of(""), error));
	CHECK(settings.replica_reads == STRATA_REPLICA_READS_OFF);
	CHECK(strata_settings_apply(&settings, setting, strata_view_of("prefer"), error));
	CHECK(settings.replica_reads == STRATA_REPLICA_READS_PREFER);
	CHECK(!strata_settings_apply(&settings, setting, strata_view_of("1"), error));
	strata_settings_fini(&settings);
}

static void settings_begin_with_the_defaults(void)
{
	strata_settings fresh;

	REQUIRE(strata_settings_init(&fresh) == 0);
	CHECK(fresh.memory == 64 << 20);
	CHECK(fresh.local_ttl == 1000000);
	CHECK(fresh.ttl_jitter == 5);
	CHECK(fresh.operation_timeout == 100000 && fresh.connect_timeout == 100000);
	CHECK(fresh.max_redirects == 3);
	CHECK(fresh.max_value == 16 << 20);
	CHECK(fresh.serializer == STRATA_SERIALIZER_AUTO && fresh.on_error == STRATA_ON_ERROR_DEGRADE);
	CHECK(fresh.lease_wait == 2000000);
	CHECK(fresh.redis[0] == '\0' && fresh.password[0] == '\0' && fresh.namespace[0] == '\0');
	strata_settings_fini(&fresh);
	CHECK(fresh.redis == NULL);
}

static void options_are_found_by_their_whole_name(void)
{
	CHECK(find("redis")->kind == STRATA_SETTING_DSN);
	CHECK(find("memory")->scope == STRATA_SCOPE_HOST);
	CHECK(strata_settings_find(strata_view_of("redi")) == NULL);
	CHECK(strata_settings_find(strata_view_of("rediss")) == NULL);
	CHECK(strata_settings_find(strata_view_of("")) == NULL);
}

static void sizes_have_suffixes_in_either_case(void)
{
	CHECK(apply("max_value", "2048") && settings.max_value == 2048);
	CHECK(apply("max_value", "2K") && settings.max_value == 2048);
	CHECK(apply("max_value", "3m") && settings.max_value == 3 << 20);
	CHECK(apply("memory", "1g") && settings.memory == 1 << 30);
	CHECK(apply("memory", "1T") && settings.memory == 1ULL << 40);
	CHECK(error[0] == '\0');
}

static void only_the_whole_text_is_a_size(void)
{
	static const char *const texts[] = { "", "M", "64MB", "64 M", " 64M", "64M ", "-1", "+64M",
		"1.5G", "0x10", "64Q", "1e6" };

	apply("max_value", "5K");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CHECK(!apply("max_value", texts[i]));
		CHECK(strstr(error, "is not a size; accepted: 1K to 512M") != NULL);
	}
	CHECK(settings.max_value == 5 << 10);
	CHECK(apply("max_value", "02048") && settings.max_value == 2048);
}

static void numbers_too_large_are_refused_and_not_wrapped(void)
{
	CHECK(refuses("memory", "18446744073709551616",
		"\"18446744073709551616\" is out of range; accepted: 0, or 1M to 1T, such as 64M"));
	CHECK(refuses("memory", "16777217T",
		"\"16777217T\" is out of range; accepted: 0, or 1M to 1T, such as 64M"));
	CHECK(refuses("local_ttl", "5124095576h",
		"\"5124095576h\" is out of range; accepted: 0 to 24h, such as 250ms"));
}

static void memory_is_nothing_or_at_least_a_megabyte(void)
{
	CHECK(apply("memory", "0") && settings.memory == 0);
	CHECK(apply("memory", "1M") && settings.memory == 1 << 20);
	CHECK(refuses("memory", "1048575",
		"\"1048575\" is out of range; accepted: 0, or 1M to 1T, such as 64M"));
	CHECK(!apply("memory", "1025G"));
	CHECK(settings.memory == 1 << 20);
}

static void durations_have_a_unit(void)
{
	CHECK(apply("local_ttl", "7us") && settings.local_ttl == 7);
	CHECK(apply("local_ttl", "250ms") && settings.local_ttl == 250000);
	CHECK(apply("local_ttl", "3s") && settings.local_ttl == 3000000);
	CHECK(apply("local_ttl", "2m") && settings.local_ttl == 120000000);
	CHECK(apply("local_ttl", "24h") && settings.local_ttl == 86400000000);
	CHECK(apply("local_ttl", "0") && settings.local_ttl == 0);
	CHECK(apply("local_ttl", "0s") && settings.local_ttl == 0);
	CHECK(refuses("local_ttl", "250", "\"250\" has no unit; accepted: 0 to 24h, such as 250ms"));
	CHECK(refuses("local_ttl", "abc",
		"\"abc\" is not a duration; accepted: 0 to 24h, such as 250ms"));
	CHECK(!apply("local_ttl", "1S") && !apply("local_ttl", "1 s") && !apply("local_ttl", "1.5s"));
	CHECK(!apply("local_ttl", "1d") && !apply("local_ttl", "") && !apply("local_ttl", "-1s"));
	CHECK(settings.local_ttl == 0);
}

static void durations_have_bounds(void)
{
	CHECK(apply("operation_timeout", "1ms") && apply("operation_timeout", "60s"));
	CHECK(refuses("operation_timeout", "0",
		"\"0\" is out of range; accepted: 1ms to 60s, such as 250ms"));
	CHECK(!apply("operation_timeout", "999us") && !apply("operation_timeout", "60001ms"));
	CHECK(!apply("local_ttl", "86400001ms"));
	CHECK(settings.operation_timeout == 60000000);
}

/* Every bit of the rights of a file is judged: 0606 lies between 0600 and 0664. */
static void rights_are_octal_and_never_let_all_write(void)
{
	strata_settings settings;

	REQUIRE(strata_settings_init(&settings) == 0);
	CHECK(settings.segment_mode == 0600);
	CHECK(strata_settings_apply(&settings, find("segment_mode"), strata_view_of("660"), error));
	CHECK(settings.segment_mode == 0660);
	strata_settings_fini(&settings);
	CHECK(refuses("segment_mode", "0606",
		"\"0606\" is out of range; accepted: octal digits such as 0600 or 0660, never writable by "
		"all"));
	CHECK(refuses("segment_mode", "0060",
		"\"0060\" is out of range; accepted: octal digits such as 0600 or 0660, never writable by "
		"all"));
	CHECK(refuses("segment_mode", "0680",
		"\"0680\" is not an octal number; accepted: octal digits such as 0600 or 0660, never "
		"writable by all"));
	CHECK(!apply("segment_mode", "04600"));
	CHECK(!apply("segment_mode", "0700"));
	CHECK(!apply("segment_mode", ""));
	CHECK(!apply("segment_mode", "0000000600"));
	CHECK(!apply("segment", "run/strata/www"));
	CHECK(!apply("segment_group", "www data"));
}

static void a_spin_is_a_word_or_a_short_time(void)
{
	CHECK(settings.spin == STRATA_DURATION_AUTO);
	CHECK(apply("spin", "60us") && settings.spin == 60);
	CHECK(apply("spin", "1us") && apply("spin", "1ms") && settings.spin == 1000);
	CHECK(refuses("spin", "1001us",
		"\"1001us\" is out of range; accepted: auto, off, or 1us to 1ms"));
	CHECK(refuses("spin", "0us", "\"0us\" is out of range; accepted: auto, off, or 1us to 1ms"));
	CHECK(refuses("spin", "60", "\"60\" has no unit; accepted: auto, off, or 1us to 1ms"));
	CHECK(refuses("spin", "often",
		"\"often\" is not a duration; accepted: auto, off, or 1us to 1ms"));
	CHECK(refuses("spin", "1", "\"1\" has no unit; accepted: auto, off, or 1us to 1ms"));
	CHECK(settings.spin == 1000);
	CHECK(apply("spin", "Off") && settings.spin == 0);
	CHECK(apply("spin", "AUTO") && settings.spin == STRATA_DURATION_AUTO);
	CHECK(apply("spin", "") && settings.spin == 0);
	CHECK(apply("spin", "auto") && apply("spin", "0") && settings.spin == 0);
	CHECK(!apply("local_ttl", "auto") && !apply("local_ttl", "off"));
}

static void counts_and_percentages_are_whole(void)
{
	CHECK(apply("max_redirects", "16") && settings.max_redirects == 16);
	CHECK(refuses("max_redirects", "17", "\"17\" is out of range; accepted: 0 to 16"));
	CHECK(refuses("max_redirects", "1K", "\"1K\" is not a whole number; accepted: 0 to 16"));
	CHECK(apply("ttl_jitter", "50%") && settings.ttl_jitter == 50);
	CHECK(apply("ttl_jitter", "0") && settings.ttl_jitter == 0);
	CHECK(refuses("ttl_jitter", "51%", "\"51%\" is out of range; accepted: 0% to 50%"));
	CHECK(!apply("ttl_jitter", "%") && !apply("ttl_jitter", "5%%") && !apply("ttl_jitter", "0.5%"));
}

static void choices_are_whole_words_in_either_case(void)
{
	CHECK(apply("serializer", "php") && settings.serializer == STRATA_SERIALIZER_PHP);
	CHECK(apply("serializer", "IgBinary") && settings.serializer == STRATA_SERIALIZER_IGBINARY);
	CHECK(apply("on_error", "throw") && settings.on_error == STRATA_ON_ERROR_THROW);
	CHECK(refuses("serializer", "json",
		"\"json\" is not one of the words; accepted: auto|php|igbinary"));
	CHECK(!apply("serializer", "") && !apply("serializer", "ph") && !apply("serializer", "phpx"));
	CHECK(!apply("serializer", "php|igbinary") && !apply("serializer", "1"));
	CHECK(settings.serializer == STRATA_SERIALIZER_IGBINARY);
}

static void values_of_other_programs_are_off_by_default(void)
{
	strata_settings fresh;

	REQUIRE(strata_settings_init(&fresh) == 0);
	CHECK(fresh.foreign == STRATA_FOREIGN_MISS && fresh.format == STRATA_FORMATS_ENVELOPE);
	CHECK(fresh.foreign_serializer == STRATA_FOREIGN_SERIALIZER_TEXT);
	strata_settings_fini(&fresh);
	CHECK(apply("foreign", "read_unsealed") && settings.foreign == STRATA_FOREIGN_READ_UNSEALED);
	CHECK(apply("format", "plain") && settings.format == STRATA_FORMATS_PLAIN);
	CHECK(apply("foreign_serializer", "igbinary") &&
		  settings.foreign_serializer == STRATA_FOREIGN_SERIALIZER_IGBINARY);
	CHECK(apply("foreign_prefix", "shop:") && strcmp(settings.foreign_prefix, "shop:") == 0);
	CHECK(!apply("foreign", "on") && !apply("format", "text") && !apply("foreign_serializer", ""));
}

/* As php.ini hands on what stands there without quotes. */
static void a_bare_on_or_off_is_that_word_wherever_it_is_accepted(void)
{
	CHECK(apply("session_lock", "") && settings.session_lock == STRATA_SESSION_LOCK_OFF);
	CHECK(apply("session_lock", "1") && settings.session_lock == STRATA_SESSION_LOCK_ON);
	CHECK(apply("session_lock", "0") && settings.session_lock == STRATA_SESSION_LOCK_OFF);
	CHECK(apply("session_local", "1") && settings.session_local == STRATA_SESSION_LOCAL_ON);
	CHECK(apply("session_local", "") && settings.session_local == STRATA_SESSION_LOCAL_OFF);
	CHECK(apply("strict", "1") && !apply("strict", ""));
	CHECK(!apply("session_on_error", "1") && !apply("session_on_error", ""));
}

static void a_namespace_is_short_and_plain(void)
{
	char longest[66];

	memset(longest, 'a', 64);
	longest[64] = '\0';
	CHECK(apply("namespace", longest) && strcmp(settings.namespace, longest) == 0);
	longest[64] = 'a';
	longest[65] = '\0';
	CHECK(!apply("namespace", longest) && strstr(error, "...\" is too long") != NULL);
	CHECK(apply("namespace", "Shop_1.eu-west"));
	CHECK(!apply("namespace", "a:b") && !apply("namespace", "a b") &&
		  !apply("namespace", "\xC3\xA9"));
	CHECK(strcmp(settings.namespace, "Shop_1.eu-west") == 0);
	CHECK(apply("namespace", "") && settings.namespace[0] == '\0');
}

static void each_tier_wants_its_own_kind_of_dsn(void)
{
	CHECK(apply("memcached", "memcached://a,b") &&
		  strcmp(settings.memcached, "memcached://a,b") == 0);
	CHECK(apply("redis", "redis://a") && apply("redis", "redis-cluster://a,b"));
	CHECK(!apply("memcached", "redis://a") && strstr(error, "wrong kind of server") != NULL);
	CHECK(!apply("redis", "memcached://a") && strstr(error, "wrong kind of server") != NULL);
	CHECK(strcmp(settings.redis, "redis-cluster://a,b") == 0);
	CHECK(apply("redis", "") && settings.redis[0] == '\0');
}

static void a_refused_dsn_says_why_and_keeps_the_password(void)
{
	CHECK(refuses("redis", "redis-sentinel://app:hunter@h",
		"\"***\" is not usable: the name of the master follows the sentinels: host:26379/mymaster; "
		"accepted: "
		"redis://user:password@host:port/0, redis-cluster://host:port,host:port or "
		"redis-sentinel://host:port,"
		"host:port/master/0"));
	CHECK(!apply("memcached", "redis://app:hunter@h") && strstr(error, "hunter") == NULL);
	CHECK(strstr(error, "\"redis://app:***@h\"") != NULL);
	CHECK(!apply("redis", "redis://app:@h") && strstr(error, "${VARIABLE}") != NULL);
}

static void a_list_is_of_names_that_databases_can_have(void)
{
	CHECK(apply("databases", "sessions, feed_2") &&
		  strcmp(settings.databases, "sessions, feed_2") == 0);
	CHECK(apply("databases", ""));
	CHECK(refuses("databases", "a,B",
		"\"a,B\" holds a name that is not a-z followed by a-z 0-9 _; "
		"accepted: names such as sessions,feed"));
	CHECK(!apply("databases", "a,a") && !apply("databases", "a,,b") &&
		  !apply("databases", "default"));
	CHECK(!apply("databases", "redis") && !apply("databases", "2a") && !apply("databases", "a.b"));
}

static void classes_are_named_and_a_mistake_shuts_all_of_them_out(void)
{
	CHECK(apply("unserialize_classes", "App\\User, \\Order") &&
		  strcmp(settings.unserialize_classes, "App\\User, \\Order") == 0);
	CHECK(!strata_settings_apply(NULL, find("unserialize_classes"), strata_view_of("Good,9\na"),
		error));
	CHECK(
		strcmp(error, "\"Good,9?a\" is no list: 9?a is no name of a class; accepted: all, none, or "
					  "names of classes such as App\\User,DateTimeImmutable; with a mistake it "
					  "counts as none") == 0);
	CHECK(strcmp(settings.unserialize_classes, "App\\User, \\Order") == 0);
	CHECK(apply("unserialize_classes", "Good,9a") &&
		  strcmp(settings.unserialize_classes, "none") == 0);
	CHECK(apply("unserialize_classes", "") && settings.unserialize_classes[0] == '\0');
}

static bool refuses_source(const char *text, const char *why)
{
	char sentence[STRATA_SETTINGS_ERROR];

	snprintf(sentence, sizeof(sentence),
		"\"%s\" %s; accepted: a database and what the keys there begin with, such as "
		"old:PHPREDIS_SESSION:",
		text, why);
	return refuses("session_read_from", text, sentence);
}

static void a_source_of_sessions_is_a_database_and_a_prefix(void)
{
	strata_view text = strata_view_of("old:memc.sess.key."), database, prefix;

	CHECK(apply("session_read_from", "old:PHPREDIS_SESSION:") &&
		  strcmp(settings.session_read_from, "old:PHPREDIS_SESSION:") == 0);
	CHECK(refuses_source("old", "has no colon after the database"));
	CHECK(refuses_source(":PHPREDIS_SESSION:", "names no database"));
	CHECK(refuses_source("old:", "does not say what the keys begin with"));
	CHECK(apply("session_read_from", "") && settings.session_read_from[0] == '\0');
	CHECK(strata_names_split_source(text, &database, &prefix) == NULL);
	CHECK(strata_view_equal(database, strata_view_of("old")));
	CHECK(strata_view_equal(prefix, strata_view_of("memc.sess.key.")));
	CHECK(strata_names_split_source((strata_view){ "a:b\0c", 5 }, &database, &prefix) != NULL);
	CHECK(database.size == 0 && prefix.size == 0);
	CHECK(strata_names_split_source((strata_view){ NULL, 0 }, &database, &prefix) == NULL);
	CHECK(database.size == 0 && prefix.size == 0);
}

static void the_prefix_of_a_source_leaves_room_for_an_id(void)
{
	char text[2 + STRATA_NAME_SOURCE_PREFIX + 2] = "a:";

	memset(text + 2, 'p', STRATA_NAME_SOURCE_PREFIX);
	CHECK(apply("session_read_from", text));
	text[2 + STRATA_NAME_SOURCE_PREFIX] = 'p';
	CHECK(!apply("session_read_from", text) && strstr(error, "has too long a prefix") != NULL);
}

static void texts_are_kept_as_they_are_but_hold_no_nul(void)
{
	CHECK(apply("user", " a\xFF:@ ") && strcmp(settings.user, " a\xFF:@ ") == 0);
	CHECK(apply("password", "p\" w") && strcmp(settings.password, "p\" w") == 0);
	CHECK(
		!strata_settings_apply(&settings, find("password"), (strata_view){ "hun\0ter", 7 }, error));
	CHECK(strcmp(error, "\"***\" holds a NUL byte; accepted: a password, as it is") == 0);
	CHECK(!strata_settings_apply(&settings, find("password_file"), (strata_view){ "/a\0b", 4 },
		error));
	CHECK(strata_settings_apply(&settings, find("user"), (strata_view){ NULL, 0 }, error));
	CHECK(settings.user[0] == '\0');
}

static void what_is_only_checked_changes_nothing(void)
{
	apply("local_ttl", "3s");
	CHECK(strata_settings_apply(NULL, find("local_ttl"), strata_view_of("4s"), error));
	CHECK(strata_settings_apply(NULL, find("user"), strata_view_of("x"), error));
	CHECK(!strata_settings_apply(NULL, find("local_ttl"), strata_view_of("4"), error));
	CHECK(settings.local_ttl == 3000000);
}

static void secrets_are_shown_as_stars(void)
{
	CHECK(shows("password", "hunter", "***"));
	CHECK(shows("fingerprint_key", "h", "***"));
	CHECK(shows("password", "", ""));
	CHECK(shows("redis", "redis://:hunter@h", "redis://:***@h"));
	CHECK(shows("user", "app", "app"));
	CHECK(shows("password_file", "/run/secret", "/run/secret"));
}

static void a_value_cannot_break_the_line_that_shows_it(void)
{
	char shown[8];

	CHECK(shows("user", "a\nb\x1B[1m", "a?b?[1m"));
	CHECK(!apply("local_ttl", "1s\n[error] forged") && strchr(error, '\n') == NULL);
	strata_settings_mask(find("user"), strata_view_of("a long name"), shown, sizeof(shown));
	CHECK(strcmp(shown, "a long ") == 0);
	CHECK(!apply("local_ttl",
		"a text so long that nobody wants to read all of it in a log, or anywhere"));
	CHECK(strstr(error, "...\" is not a duration") != NULL && strlen(error) < 130);
}

/* The sentence of every option fits its room with the longest value and the longest reason. */
static void no_sentence_is_cut(void)
{
	size_t count;
	const strata_setting *rows = strata_settings_table(&count);
	char text[2000];

	memset(text, ':', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (!strata_settings_apply(NULL, &rows[i], strata_view_of(text), error)) {
			const char *accepts =
				rows[i].kind == STRATA_SETTING_POLICIES ? "accepted: " : rows[i].accepts;

			CHECK(strlen(error) < sizeof(error) - 1 && strstr(error, accepts) != NULL);
		}
	}
	memcpy(text, "redis://", 8);
	CHECK(!apply("redis", text) && strlen(error) < sizeof(error) - 1);
}

static void lists_are_taken_apart_name_by_name(void)
{
	strata_view list = strata_view_of(" sessions , ,feed,"), name;

	CHECK(strata_names_next(&list, &name) && strata_view_equal(name, strata_view_of("sessions")));
	CHECK(strata_names_next(&list, &name) && name.size == 0);
	CHECK(strata_names_next(&list, &name) && strata_view_equal(name, strata_view_of("feed")));
	CHECK(!strata_names_next(&list, &name));
	list = strata_view_of("  ");
	CHECK(!strata_names_next(&list, &name));
	list = (strata_view){ NULL, 0 };
	CHECK(!strata_names_next(&list, &name) && name.data == NULL);
}

static void the_nearest_option_is_at_most_two_edits_away(void)
{
	CHECK(strata_settings_nearest(strata_view_of("memroy")) == find("memory"));
	CHECK(strata_settings_nearest(strata_view_of("local_tt")) == find("local_ttl"));
	CHECK(strata_settings_nearest(strata_view_of("Redis")) == find("redis"));
	CHECK(strata_settings_nearest(strata_view_of("passwrd_fiel")) == NULL);
	CHECK(strata_settings_nearest(strata_view_of("foo")) == NULL);
	CHECK(strata_settings_nearest(strata_view_of("")) == NULL);
	CHECK(strata_settings_nearest(
			  strata_view_of("a_name_that_is_much_longer_than_any_option_has_ever_been")) == NULL);
}

/* Writes the bytes into a file and reads the password from it; NULL with the reason in why. */
static char *password_of(const char *bytes, char why[STRATA_PASSWORD_FILE_ERROR])
{
	char path[] = "/tmp/strata_password_XXXXXX";
	int file = mkstemp(path);
	char *password;

	REQUIRE(file >= 0 && write(file, bytes, strlen(bytes)) == (ssize_t) strlen(bytes));
	close(file);
	password = strata_password_file_read(path, why);
	unlink(path);
	return password;
}

static bool holds_password(const char *bytes, const char *expected)
{
	char why[STRATA_PASSWORD_FILE_ERROR];
	char *password = password_of(bytes, why);
	bool same = password != NULL && strcmp(password, expected) == 0 && why[0] == '\0';

	free(password);
	return same;
}

static void the_first_line_of_a_file_is_the_password(void)
{
	char why[STRATA_PASSWORD_FILE_ERROR];

	CHECK(holds_password("hunter", "hunter"));
	CHECK(holds_password("hunter\n", "hunter"));
	CHECK(holds_password("hunter\r\nsecond\n", "hunter"));
	CHECK(holds_password(" hun\rter \n", " hun\rter "));
	CHECK(password_of("\nhunter", why) == NULL && strstr(why, "empty") != NULL);
	CHECK(password_of("", why) == NULL && strstr(why, "empty") != NULL);
	CHECK(strata_password_file_read("/nonexistent/file", why) == NULL);
	CHECK(strcmp(why, "No such file or directory") == 0);
	CHECK(strata_password_file_read("/tmp", why) == NULL && strstr(why, "directory") != NULL);
}

int main(void)
{
	REQUIRE(strata_settings_init(&settings) == 0);
	RUN(every_default_is_accepted_by_its_own_parser);
	RUN(settings_begin_with_the_defaults);
	RUN(replica_reads_is_a_word_and_may_be_off);
	RUN(options_are_found_by_their_whole_name);
	RUN(sizes_have_suffixes_in_either_case);
	RUN(only_the_whole_text_is_a_size);
	RUN(numbers_too_large_are_refused_and_not_wrapped);
	RUN(memory_is_nothing_or_at_least_a_megabyte);
	RUN(durations_have_a_unit);
	RUN(durations_have_bounds);
	RUN(rights_are_octal_and_never_let_all_write);
	RUN(a_spin_is_a_word_or_a_short_time);
	RUN(counts_and_percentages_are_whole);
	RUN(choices_are_whole_words_in_either_case);
	RUN(values_of_other_programs_are_off_by_default);
	RUN(a_bare_on_or_off_is_that_word_wherever_it_is_accepted);
	RUN(a_namespace_is_short_and_plain);
	RUN(each_tier_wants_its_own_kind_of_dsn);
	RUN(a_refused_dsn_says_why_and_keeps_the_password);
	RUN(a_list_is_of_names_that_databases_can_have);
	RUN(classes_are_named_and_a_mistake_shuts_all_of_them_out);
	RUN(a_source_of_sessions_is_a_database_and_a_prefix);
	RUN(the_prefix_of_a_source_leaves_room_for_an_id);
	RUN(texts_are_kept_as_they_are_but_hold_no_nul);
	RUN(what_is_only_checked_changes_nothing);
	RUN(secrets_are_shown_as_stars);
	RUN(a_value_cannot_break_the_line_that_shows_it);
	RUN(no_sentence_is_cut);
	RUN(lists_are_taken_apart_name_by_name);
	RUN(the_nearest_option_is_at_most_two_edits_away);
	RUN(the_first_line_of_a_file_is_the_password);
	strata_settings_fini(&settings);
	return unit_end();
}
