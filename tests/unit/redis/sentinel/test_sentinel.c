/* Three sentinels and the two servers that they may call the master, all of them scripted. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "redis/sentinel/sentinel.h"

#include <unistd.h>

#include "fake_redis.h"
#include "redis/router.h"
#include "redis/sentinel/master_table.h"
#include "remote_fixture.h"
#include "unit.h"

enum { SENTINELS = 3, SERVERS = 2 };

static const char is_master[] = "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";
static const char is_replica[] = "*2\r\n$5\r\nslave\r\n$4\r\n10.1\r\n";

static remote_fixture fixture;
static strata_master_table *masters;
static fake_redis sentinels[SENTINELS];
static fake_redis servers[SERVERS];
static strata_redis_client *redis;
static strata_call call;
static strata_redis_command command;
static char said[160]; /* of the last reply that came */

static strata_redis_client *watch_as(const char *user, const char *name,
	strata_master_table *shared)
{
	strata_hostport seeds[SENTINELS];
	strata_sentinel_watchers watchers = { .name = name,
		.sentinels = seeds,
		.count = SENTINELS,
		.user = user,
		.password = "of-sentinels",
		.masters = shared };
	strata_redis_client *made;

	for (int i = 0; i < SENTINELS; i++) {
		seeds[i] = (strata_hostport){ "127.0.0.1", fake_redis_port(&sentinels[i]) };
	}
	REQUIRE(strata_redis_client_new_watched(&watchers, &fixture.options, fixture.stats, &made) ==
			STRATA_OK);
	return made;
}

static strata_redis_client *watch_for(const char *name, strata_master_table *shared)
{
	return watch_as("watcher", name, shared);
}

static void begin(void)
{
	remote_fixture_begin(&fixture);
	REQUIRE(strata_master_table_new(fixture.host, &masters) == STRATA_OK);
	for (int i = 0; i < SENTINELS; i++) {
		fake_redis_start(&sentinels[i]);
	}
	for (int i = 0; i < SERVERS; i++) {
		fake_redis_start(&servers[i]);
	}
	call = (strata_call){ .arena = fixture.arena };
	redis = watch_for("m", masters);
}

static void end(void)
{
	strata_redis_client_free(redis);
	for (int i = 0; i < SENTINELS; i++) {
		CHECK(fake_redis_end(&sentinels[i]));
	}
	for (int i = 0; i < SERVERS; i++) {
		CHECK(fake_redis_end(&servers[i]));
	}
	strata_master_table_free(masters);
	remote_fixture_end(&fixture);
}

/* The next answer of one sentinel. */
static void will_say(int sentinel, int server, unsigned epoch)
{
	char digits[16], number[16];

	snprintf(digits, sizeof(digits), "%u", (unsigned) fake_redis_port(&servers[server]));
	snprintf(number, sizeof(number), "%u", epoch);
	fake_redis_reply(&sentinels[sentinel], "*2\r\n$9\r\n127.0.0.1\r\n$%zu\r\n%s\r\n",
		strlen(digits), digits);
	fake_redis_reply(&sentinels[sentinel], "*2\r\n$12\r\nconfig-epoch\r\n$%zu\r\n%s\r\n",
		strlen(number), number);
}

static void all_will_say(int server, unsigned epoch)
{
	for (int i = 0; i < SENTINELS; i++) {
		will_say(i, server, epoch);
	}
}

static strata_result get_through(strata_redis_client *through, const char *key)
{
	strata_view arguments[] = { strata_view_of("GET"), strata_view_of(key) };
	strata_buffer bytes = { 0 };
	strata_request_ctx *round;

	REQUIRE(strata_resp_compose(&bytes, arguments, 2) == 0);
	command = (strata_redis_command){ .bytes = { bytes.data, bytes.size } };
	call.error[0] = '\0';
	round = strata_router_run(through, &call, &command, 1);
	said[0] = '\0';
	if (command.reply != NULL) {
		snprintf(said, sizeof(said), "%.*s", (int) command.reply->text.size,
			command.reply->text.data);
	}
	strata_router_release(round);
	strata_buffer_fini(&bytes);
	strata_arena_reset(fixture.arena);
	return command.result;
}

static strata_result get(const char *key)
{
	return get_through(redis, key);
}

/* Until the sentinels were asked again and it went like this, which takes a second. */
static bool becomes(strata_result wanted, const char *key)
{
	for (int i = 0; i < 2000; i++) {
		if (get(key) == wanted) {
			return true;
		}
		usleep(5000);
	}
	return false;
}

static bool tells(const char *part)
{
	if (strstr(call.error, part) != NULL) {
		return true;
	}
	fprintf(stderr, "said: %s\n", call.error);
	return false;
}

static void the_master_is_asked_after_it_said_that_it_is_one(void)
{
	begin();
	all_will_say(1, 1);
	fake_redis_reply(&servers[1], "%s", is_master);
	CHECK(get("key") == STRATA_OK && strcmp(said, "key") == 0);
	CHECK(fake_redis_heard(&servers[0], "") && fake_redis_heard(&servers[1], "/[ROLE]/[GET key]"));
	for (int i = 0; i < SENTINELS; i++) {
		CHECK(fake_redis_heard(&sentinels[i],
			"/[SENTINEL GET-MASTER-ADDR-BY-NAME m][SENTINEL MASTER m]"));
	}
	CHECK(get("other") == STRATA_OK && strcmp(said, "other") == 0);
	CHECK(fake_redis_heard(&servers[1], "/[GET other]"));
	CHECK(fake_redis_heard(&sentinels[0], "") && fake_redis_heard(&sentinels[2], ""));
	/* Theirs is no password of the master. */
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_AUTHS) == SENTINELS);
	end();
}

static void a_host_asks_once_for_all_its_threads_and_databases(void)
{
	strata_redis_client *second, *other;

	begin();
	second = watch_for("m", masters);
	other = watch_for("n", masters);
	all_will_say(0, 1);
	all_will_say(1, 1);
	fake_redis_reply(&servers[0], "%s", is_master);
	fake_redis_reply(&servers[0], "%s", FAKE_ECHO);
	fake_redis_reply(&servers[0], "%s", is_master);
	fake_redis_reply(&servers[1], "%s", is_master);
	CHECK(get("key") == STRATA_OK);
	CHECK(get_through(second, "key") == STRATA_OK && strcmp(said, "key") == 0);
	CHECK(fake_redis_heard(&sentinels[0],
		"/[SENTINEL GET-MASTER-ADDR-BY-NAME m][SENTINEL MASTER m]"));
	CHECK(get_through(other, "key") == STRATA_OK && strcmp(said, "key") == 0);
	CHECK(fake_redis_heard(&sentinels[0],
		"/[SENTINEL GET-MASTER-ADDR-BY-NAME n][SENTINEL MASTER n]"));
	CHECK(fake_redis_heard(&servers[1], "/[ROLE]/[GET key]"));
	strata_redis_client_free(second);
	strata_redis_client_free(other);
	end();
}

static void who_logs_in_as_another_asks_for_himself(void)
{
	strata_redis_client *other;

	begin();
	other = watch_as("other", "m", masters);
	for (int i = 0; i < SENTINELS; i++) {
		fake_redis_reply(&sentinels[i], "-NOPERM\r\n");
		fake_redis_reply(&sentinels[i], "-NOPERM\r\n");
	}
	all_will_say(0, 1);
	fake_redis_reply(&servers[0], "%s", is_master);
	CHECK(get_through(other, "key") == STRATA_AUTH);
	CHECK(get("key") == STRATA_OK);
	CHECK(get_through(other, "key") == STRATA_AUTH);
	strata_redis_client_free(other);
	end();
}

static void one_sentinel_that_lies_is_not_heard(void)
{
	begin();
	will_say(0, 0, 1);
	will_say(1, 1, 900);
	will_say(2, 0, 1);
	fake_redis_reply(&servers[0], "%s", is_master);
	CHECK(get("key") == STRATA_OK);
	CHECK(fake_redis_heard(&servers[1], "") && fake_redis_heard(&servers[0], "/[ROLE]/[GET key]"));
	end();
}

static void a_replica_gets_no_command(void)
{
	begin();
	all_will_say(0, 1);
	all_will_say(1, 2);
	fake_redis_reply(&servers[0], "%s", is_replica);
	fake_redis_reply(&servers[1], "%s", is_master);
	CHECK(get("key") == STRATA_NO_OWNER && tells("says that it is not the master"));
	CHECK(fake_redis_heard(&servers[0], "/[ROLE]"));
	/* Until the sentinels were asked again, it is not even asked for its role. */
	CHECK(get("key") == STRATA_NO_OWNER && tells("not asked again yet"));
	CHECK(fake_redis_heard(&servers[0], ""));
	CHECK(strncmp(command.node_name, "127.0.0.1:", 10) == 0);
	CHECK(becomes(STRATA_OK, "key") && strcmp(said, "key") == 0);
	CHECK(fake_redis_heard(&servers[1], "/[ROLE]/[GET key]") && fake_redis_heard(&servers[0], ""));
	end();
}

static void a_server_that_does_not_tell_its_role_gets_no_command(void)
{
	static const struct {
		const char *reply;
		strata_result result;
		const char *words;
	} tries[] = {
		{ "-NOPERM this user has no permissions to run the 'role' command\r\n", STRATA_AUTH,
			"may not use ROLE" },
		{ "-ERR unknown command 'ROLE'\r\n", STRATA_UNSUPPORTED, "does not know ROLE" },
		{ "-ERR no\r\n", STRATA_SERVER, "did not say what its role is" },
		{ "+master\r\n", STRATA_PROTOCOL, "with no role" },
		{ "*0\r\n", STRATA_PROTOCOL, "with no role" },
		{ "*1\r\n:1\r\n", STRATA_PROTOCOL, "with no role" },
		{ "*1\r\n$8\r\nsentinel\r\n", STRATA_NO_OWNER, "not the master" },
	};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		begin();
		all_will_say(0, 1);
		fake_redis_reply(&servers[0], "%s", tries[i].reply);
		CHECK(get("key") == tries[i].result && tells(tries[i].words));
		CHECK(fake_redis_heard(&servers[0], "/[ROLE]"));
		end();
	}
}

static void try_demotion(const char *reply)
{
	begin();
	all_will_say(0, 1);
	all_will_say(1, 2);
	fake_redis_reply(&servers[0], "%s", is_master);
	fake_redis_reply(&servers[0], "%s", reply);
	fake_redis_reply(&servers[1], "%s", is_master);
	CHECK(get("key") != STRATA_OK && tells("replica"));
	CHECK(get("key") == STRATA_NO_OWNER);
	CHECK(becomes(STRATA_OK, "key"));
	for (int i = 0; i < 1000 && fake_redis_farewells(&servers[0]) == 0; i++) {
		usleep(1000);
	}
	CHECK(fake_redis_farewells(&servers[0]) == 1);
	end();
}

static void who_answers_as_a_replica_is_left_until_the_sentinels_say_who_is_next(void)
{
	try_demotion("-READONLY You can't write against a read only replica.\r\n");
	try_demotion("-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to "
				 "'no'.\r\n");
}

static void the_connections_of_a_master_that_was_replaced_are_closed(void)
{
	begin();
	all_will_say(0, 1);
	all_will_say(1, 2);
	fake_redis_reply(&servers[0], "%s", is_master);
	fake_redis_reply(&servers[1], "%s", is_master);
	CHECK(get("key") == STRATA_OK);
	for (int i = 0; i < 2000 && fake_redis_heard(&servers[1], ""); i++) {
		CHECK(get("key") == STRATA_OK && strcmp(said, "key") == 0);
		usleep(5000);
	}
	for (int i = 0; i < 1000 && fake_redis_farewells(&servers[0]) == 0; i++) {
		usleep(1000);
	}
	CHECK(fake_redis_farewells(&servers[0]) == 1);
	end();
}

static void a_known_master_stays_while_no_sentinel_is_believed(void)
{
	begin();
	all_will_say(0, 5);
	fake_redis_reply(&servers[0], "%s", is_master);
	CHECK(get("key") == STRATA_OK);
	/* After their lists they answer with their last argument, which no sentinel does. */
	for (int i = 0; i < 2000 && remote_fixture_reason(&fixture, STRATA_PROTOCOL) < 3; i++) {
		CHECK(get("key") == STRATA_OK && strcmp(said, "key") == 0);
		usleep(5000);
	}
	CHECK(remote_fixture_reason(&fixture, STRATA_PROTOCOL) == 3);
	CHECK(get("key") == STRATA_OK);
	end();
}

static void a_master_that_nobody_knows_is_named(void)
{
	begin();
	for (int i = 0; i < SENTINELS; i++) {
		fake_redis_reply(&sentinels[i], "*-1\r\n");
		fake_redis_reply(&sentinels[i], "-ERR No such master with that name\r\n");
	}
	CHECK(get("key") == STRATA_UNSUPPORTED && tells("the sentinels know no master \"m\""));
	CHECK(strcmp(command.node_name, "redis") == 0);
	CHECK(get("key") == STRATA_UNSUPPORTED && tells("the sentinels know no master \"m\""));
	CHECK(fake_redis_heard(&sentinels[1],
		"/[SENTINEL GET-MASTER-ADDR-BY-NAME m][SENTINEL MASTER m]"));
	end();
}

static void without_enough_answers_there_is_no_master(void)
{
	begin();
	will_say(0, 0, 1);
	fake_redis_reply(&sentinels[1], "%s", FAKE_CLOSE);
	fake_redis_reply(&sentinels[2], "-NOAUTH Authentication required.\r\n");
	fake_redis_reply(&sentinels[2], "-NOAUTH Authentication required.\r\n");
	CHECK(get("key") == STRATA_NO_OWNER && tells("1 of 3 sentinels answered"));
	CHECK(fake_redis_heard(&servers[0], "") && fake_redis_heard(&servers[1], ""));
	end();
}

static void silence_is_told_in_the_words_of_its_cause(void)
{
	begin();
	for (int i = 0; i < SENTINELS; i++) {
		fake_redis_reply(&sentinels[i], "-NOPERM no permissions to run 'sentinel'\r\n");
		fake_redis_reply(&sentinels[i], "-NOPERM no permissions to run 'sentinel'\r\n");
	}
	CHECK(get("key") == STRATA_UNSUPPORTED && tells("NOPERM") && tells("sentinel 127.0.0.1:"));
	end();
}

static void without_shared_memory_each_thread_asks(void)
{
	strata_redis_client *alone;

	begin();
	alone = watch_for("m", NULL);
	all_will_say(0, 1);
	fake_redis_reply(&servers[0], "%s", is_master);
	CHECK(get_through(alone, "key") == STRATA_OK && strcmp(said, "key") == 0);
	strata_redis_client_free(alone);
	end();
}

int main(void)
{
	RUN(the_master_is_asked_after_it_said_that_it_is_one);
	RUN(a_host_asks_once_for_all_its_threads_and_databases);
	RUN(who_logs_in_as_another_asks_for_himself);
	RUN(one_sentinel_that_lies_is_not_heard);
	RUN(a_replica_gets_no_command);
	RUN(a_server_that_does_not_tell_its_role_gets_no_command);
	RUN(who_answers_as_a_replica_is_left_until_the_sentinels_say_who_is_next);
	RUN(the_connections_of_a_master_that_was_replaced_are_closed);
	RUN(a_known_master_stays_while_no_sentinel_is_believed);
	RUN(a_master_that_nobody_knows_is_named);
	RUN(without_enough_answers_there_is_no_master);
	RUN(silence_is_told_in_the_words_of_its_cause);
	RUN(without_shared_memory_each_thread_asks);
	return unit_end();
}
