/*
 * Removals that Redis did not confirm: what carries them, and what is answered meanwhile. Each
 * reply of the server is written down, so that one may be missing.
 */
#include "redis/carried.h"

#include "fake_redis.h"
#include "protocol/slots.h"
#include "redis/router.h"
#include "remote_fixture.h"
#include "unit.h"

static remote_fixture fixture;
static fake_redis fakes[2];
static strata_redis_client *redis;
static strata_unconfirmed_table *table;
static strata_call call;

static void begin(void)
{
	strata_hostport seed = { "127.0.0.1", 0 };

	remote_fixture_begin(&fixture);
	fake_redis_start(&fakes[0]);
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &table) == STRATA_OK);
	fixture.options.unconfirmed = table;
	seed.port = fake_redis_port(&fakes[0]);
	REQUIRE(strata_redis_client_new(STRATA_REDIS_STANDALONE, &seed, 1, &fixture.options, 3,
				fixture.stats, &redis) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena };
}

static void end(void)
{
	strata_redis_client_free(redis);
	CHECK(fake_redis_end(&fakes[0]));
	strata_unconfirmed_table_free(table);
	remote_fixture_end(&fixture);
}

static strata_result run(const char *verb, const char *key, bool is_removal)
{
	strata_view arguments[] = { strata_view_of(verb), strata_view_of(key), strata_view_of("v") };
	strata_redis_command command = { .slot = strata_slots_of_key(arguments[1]),
		.name = arguments[1],
		.is_plain_read = strcmp(verb, "GET") == 0,
		.is_removal = is_removal };
	strata_buffer bytes = { 0 };

	REQUIRE(strata_resp_compose(&bytes, arguments, strcmp(verb, "SET") == 0 ? 3 : 2) == 0);
	command.bytes = (strata_view){ bytes.data, bytes.size };
	call.waited = 0;
	strata_router_release(strata_router_run(redis, &call, &command, 1));
	strata_buffer_fini(&bytes);
	return command.result;
}

static strata_result get(const char *key)
{
	return run("GET", key, false);
}

static uint32_t names(void)
{
	strata_unconfirmed_view view;

	return strata_unconfirmed_look(table, 0, &view) ? view.names : 0;
}

/* The connection ends instead of an answer. */
static void lose_removal(const char *verb, const char *key)
{
	fake_redis_reply(&fakes[0], FAKE_CLOSE);
	CHECK(run(verb, key, true) == STRATA_CONNECTION);
	CHECK(names() == 1);
}

static void a_removal_without_an_answer_goes_in_front_of_the_next_command(void)
{
	begin();
	lose_removal("UNLINK", "old");
	fake_redis_reply(&fakes[0], ":1\r\n");
	fake_redis_reply(&fakes[0], FAKE_ECHO);
	CHECK(get("other") == STRATA_OK);
	CHECK(fake_redis_heard(&fakes[0], "/[UNLINK old]/[UNLINK old][GET other]"));
	CHECK(names() == 1);
	CHECK(get("other") == STRATA_OK);
	CHECK(fake_redis_heard(&fakes[0], "/[GET other]"));
	end();
}

static void a_get_of_the_name_itself_is_answered_behind_it(void)
{
	begin();
	lose_removal("UNLINK", "old");
	/* It is due, too. */
	fake_redis_reply(&fakes[0], ":1\r\n");
	fake_redis_reply(&fakes[0], ":0\r\n");
	fake_redis_reply(&fakes[0], "$-1\r\n");
	CHECK(get("old") == STRATA_OK);
	CHECK(fake_redis_heard(&fakes[0], "/[UNLINK old]/[UNLINK old][UNLINK old][GET old]"));
	end();
}

static void a_get_is_not_answered_while_the_removal_fails(void)
{
	begin();
	lose_removal("UNLINK", "old");
	fake_redis_reply(&fakes[0], "-ERR no\r\n");
	fake_redis_reply(&fakes[0], "-ERR no\r\n");
	fake_redis_reply(&fakes[0], "$3\r\nold\r\n");
	CHECK(get("old") == STRATA_NOT_READY);
	CHECK(strstr(call.error, "not confirmed") != NULL);
	call.error[0] = '\0';
	CHECK(get("other") == STRATA_OK);
	CHECK(call.error[0] == '\0');
	end();
}

static void a_set_without_an_answer_is_removed(void)
{
	begin();
	lose_removal("SET", "key");
	fake_redis_reply(&fakes[0], ":1\r\n");
	fake_redis_reply(&fakes[0], FAKE_ECHO);
	CHECK(get("other") == STRATA_OK);
	CHECK(fake_redis_heard(&fakes[0], "/[SET key v]/[UNLINK key][GET other]"));
	end();
}

static void a_set_that_was_confirmed_ends_what_is_owed(void)
{
	begin();
	lose_removal("SET", "key");
	fake_redis_reply(&fakes[0], ":1\r\n");
	fake_redis_reply(&fakes[0], "+OK\r\n");
	CHECK(run("SET", "key", true) == STRATA_OK);
	CHECK(names() == 0);
	end();
}

/* The caller is told; a name that can never be removed would never be read again. */
static void what_the_server_refuses_for_good_is_not_owed(void)
{
	static const char *const refusals[] = {
		"-NOPERM no permissions to run the 'unlink' command\r\n",
		"-NOPERM no permissions to access one of the keys\r\n", "-ERR unknown command\r\n",
		"-OOM command not allowed\r\n"
	};

	begin();
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		fake_redis_reply(&fakes[0], "%s", refusals[i]);
		CHECK(run("UNLINK", "key", true) != STRATA_OK);
		CHECK(names() == 0);
	}
	fake_redis_reply(&fakes[0], "-READONLY You can't write against a read only replica.\r\n");
	CHECK(run("UNLINK", "key", true) == STRATA_SERVER);
	CHECK(names() == 1);
	end();
}

static void what_is_no_removal_is_not_owed(void)
{
	begin();
	fake_redis_reply(&fakes[0], FAKE_CLOSE);
	CHECK(run("INCR", "key", false) == STRATA_CONNECTION);
	CHECK(names() == 0);
	end();
}

/* ---- a cluster ---- */

static void begin_cluster(void)
{
	strata_hostport seed = { "127.0.0.1", 0 };

	begin();
	strata_redis_client_free(redis);
	fake_redis_start(&fakes[1]);
	for (int i = 0; i < 2; i++) {
		fake_redis_set_slots(&fakes[i],
			"*2\r\n*3\r\n:0\r\n:8191\r\n*3\r\n$9\r\n127.0.0.1\r\n:%u\r\n$1\r\na\r\n"
			"*3\r\n:8192\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:%u\r\n$1\r\nb\r\n",
			fake_redis_port(&fakes[0]), fake_redis_port(&fakes[1]));
	}
	seed.port = fake_redis_port(&fakes[0]);
	REQUIRE(strata_redis_client_new(STRATA_REDIS_CLUSTER, &seed, 1, &fixture.options, 3,
				fixture.stats, &redis) == STRATA_OK);
}

/* "bar" has slot 5061, "foo" 12182. */
static void a_call_carries_what_belongs_to_the_nodes_that_it_asks(void)
{
	strata_unconfirmed_view view;

	begin_cluster();
	fake_redis_reply(&fakes[0], FAKE_CLOSE);
	CHECK(run("UNLINK", "bar", true) == STRATA_CONNECTION);
	(void) fake_redis_heard(&fakes[0], "");
	CHECK(get("foo") == STRATA_OK);
	CHECK(fake_redis_heard(&fakes[1], "/[GET foo]"));
	CHECK(strata_unconfirmed_look(table, 1, &view) && view.names == 1);
	fake_redis_reply(&fakes[0], ":1\r\n");
	fake_redis_reply(&fakes[0], "$-1\r\n");
	CHECK(get("bar") == STRATA_OK);
	CHECK(strata_unconfirmed_look(table, 1, &view) && view.replayed == 1);
	CHECK(fake_redis_end(&fakes[1]));
	end();
}

int main(void)
{
	RUN(a_removal_without_an_answer_goes_in_front_of_the_next_command);
	RUN(a_get_of_the_name_itself_is_answered_behind_it);
	RUN(a_get_is_not_answered_while_the_removal_fails);
	RUN(a_set_without_an_answer_is_removed);
	RUN(a_set_that_was_confirmed_ends_what_is_owed);
	RUN(what_the_server_refuses_for_good_is_not_owed);
	RUN(what_is_no_removal_is_not_owed);
	RUN(a_call_carries_what_belongs_to_the_nodes_that_it_asks);
	return unit_end();
}
