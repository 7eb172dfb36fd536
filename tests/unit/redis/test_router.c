/* One server. What a cluster adds is in test_router_cluster.c. */
#include "redis/router.h"

#include <unistd.h>

#include "fake_redis.h"
#include "unit.h"

enum { SECOND = 1000000, MOST_COMMANDS = 64 };

static strata_call call;
static strata_stats *stats;
static fake_redis fake;
static strata_redis_client *redis;
static strata_buffer bytes;
static strata_redis_command commands[MOST_COMMANDS];
static size_t command_count;

static strata_client_options options = { .connect_timeout = 5 * SECOND,
	.operation_timeout = 5 * SECOND,
	.max_reply = 1 << 20 };

static void connect_to(const char *host, uint16_t port)
{
	strata_hostport seed = { host, port };

	REQUIRE(strata_redis_client_new(STRATA_REDIS_STANDALONE, &seed, 1, &options, 3, stats,
				&redis) == STRATA_OK);
	command_count = 0;
	call.error[0] = '\0';
}

static void begin(void)
{
	fake_redis_start(&fake);
	connect_to("127.0.0.1", fake_redis_port(&fake));
}

static void end(void)
{
	strata_redis_client_free(redis);
	CHECK(fake_redis_end(&fake));
	strata_arena_reset(call.arena);
}

/* Commands are composed one by one into the arena, to be sent by the next run. */
static void add(const char *verb, const char *key)
{
	strata_view arguments[] = { strata_view_of(verb), strata_view_of(key) };
	strata_redis_command *command = &commands[command_count++];

	bytes.size = 0;
	REQUIRE(strata_resp_compose(&bytes, arguments, 2) == 0);
	memset(command, 'x', sizeof(*command));
	command->is_removal = false;
	command->name = arguments[1];
	command->bytes = strata_arena_copy(call.arena, (strata_view){ bytes.data, bytes.size });
	command->is_plain_read = strcmp(verb, "GET") == 0;
	command->is_repeatable = false;
}

/* Each time as a call of its own. */
static void run(void)
{
	strata_request_ctx *round;

	call.waited = 0;
	round = strata_router_run(redis, &call, commands, command_count);
	CHECK(round != NULL);
	strata_router_release(round);
}

static strata_result run_one(const char *verb, const char *key)
{
	command_count = 0;
	add(verb, key);
	run();
	return commands[0].result;
}

static bool has_text(const strata_redis_command *command, strata_resp_type type, const char *text)
{
	return command->reply != NULL && command->reply->type == type &&
		   strata_view_equal(command->reply->text, strata_view_of(text));
}

static bool has_value(const strata_redis_command *command, const char *value)
{
	return command->result == STRATA_OK && has_text(command, STRATA_RESP_STRING, value);
}

static bool says(const char *part)
{
	if (strstr(call.error, part) != NULL) {
		return true;
	}
	fprintf(stderr, "said: %s\n", call.error);
	return false;
}

static void a_command_gets_its_reply_and_the_name_of_who_gave_it(void)
{
	char name[64];

	begin();
	CHECK(run_one("GET", "key") == STRATA_OK);
	CHECK(has_value(&commands[0], "key"));
	snprintf(name, sizeof(name), "127.0.0.1:%u", (unsigned) fake_redis_port(&fake));
	CHECK(strcmp(commands[0].node_name, name) == 0);
	CHECK(call.error[0] == '\0' && !commands[0].is_mismatched);
	end();
}

static void a_nil_reply_is_an_answer(void)
{
	begin();
	fake_redis_reply(&fake, "$-1\r\n");
	CHECK(run_one("GET", "key") == STRATA_OK);
	CHECK(commands[0].reply->type == STRATA_RESP_NIL);
	end();
}

static void commands_go_in_one_write_and_their_replies_stay_in_order(void)
{
	begin();
	add("GET", "a");
	add("GET", "b");
	add("GET", "c");
	fake_redis_reply(&fake, "$-1\r\n");
	fake_redis_reply(&fake, FAKE_ECHO);
	fake_redis_reply(&fake, ":3\r\n");
	run();
	CHECK(fake_redis_heard(&fake, "/[GET a][GET b][GET c]"));
	CHECK(commands[0].reply->type == STRATA_RESP_NIL);
	CHECK(has_value(&commands[1], "b"));
	CHECK(commands[2].reply->integer == 3);
	end();
}

static void replies_may_come_byte_by_byte(void)
{
	begin();
	fake_redis_slow_down(&fake);
	for (size_t i = 0; i < MOST_COMMANDS; i++) {
		char key[16];

		snprintf(key, sizeof(key), "key:%zu", i);
		add("GET", key);
	}
	run();
	for (size_t i = 0; i < MOST_COMMANDS; i++) {
		char key[16];

		snprintf(key, sizeof(key), "key:%zu", i);
		CHECK(has_value(&commands[i], key));
	}
	end();
}

static void a_connection_is_used_again(void)
{
	begin();
	for (int i = 0; i < 5; i++) {
		CHECK(run_one("GET", "key") == STRATA_OK);
	}
	CHECK(scripted_server_accepted(fake.server) == 1);
	end();
}

static void an_error_reply_is_told_in_the_servers_words(void)
{
	begin();
	fake_redis_reply(&fake, "-OOM command not allowed\r\n");
	CHECK(run_one("SET", "key") == STRATA_SERVER);
	CHECK(has_text(&commands[0], STRATA_RESP_ERROR, "OOM command not allowed"));
	CHECK(says("redis 127.0.0.1:") && says(": OOM command not allowed"));
	CHECK(run_one("GET", "key") == STRATA_OK);
	CHECK(scripted_server_accepted(fake.server) == 1);
	end();
}

static void a_missing_right_is_no_reason_to_connect_anew(void)
{
	begin();
	fake_redis_reply(&fake, "-NOPERM no permissions to run 'get'\r\n");
	CHECK(run_one("GET", "key") == STRATA_UNSUPPORTED && commands[0].reply == NULL);
	CHECK(says("NOPERM"));
	CHECK(run_one("GET", "key") == STRATA_OK);
	CHECK(scripted_server_accepted(fake.server) == 1);
	end();
}

static void a_connection_that_is_not_known_any_more_is_greeted_anew(void)
{
	begin();
	fake_redis_reply(&fake, "-NOAUTH Authentication required.\r\n");
	CHECK(run_one("GET", "key") == STRATA_OK);
	CHECK(scripted_server_accepted(fake.server) == 2);
	end();
}

static void a_node_of_a_cluster_is_told_to_be_configured_as_one(void)
{
	begin();
	fake_redis_reply(&fake, "-MOVED 12182 127.0.0.1:1\r\n");
	CHECK(run_one("GET", "foo") == STRATA_UNSUPPORTED && commands[0].reply == NULL);
	CHECK(says("is a cluster node: use redis-cluster://"));
	CHECK(fake_redis_heard(&fake, "/[GET foo]"));
	end();
}

static void a_server_that_refuses_is_the_answer_of_every_command(void)
{
	uint16_t port = 0;
	int refusing = scripted_refusing_port(&port);

	connect_to("127.0.0.1", port);
	add("GET", "a");
	add("GET", "b");
	run();
	CHECK(commands[0].result == STRATA_REFUSED && commands[1].result == STRATA_REFUSED);
	CHECK(commands[0].reply == NULL && commands[0].node_name != NULL);
	CHECK(says("refused"));
	strata_redis_client_free(redis);
	close(refusing);
}

static void replies_that_came_before_a_failure_count(void)
{
	begin();
	fake_redis_reply(&fake, FAKE_ECHO);
	fake_redis_reply(&fake, FAKE_CLOSE);
	add("GET", "a");
	add("GET", "b");
	add("GET", "c");
	run();
	CHECK(has_value(&commands[0], "a"));
	CHECK(commands[1].result == STRATA_CONNECTION && commands[1].reply == NULL);
	CHECK(commands[2].result == STRATA_CONNECTION && commands[2].reply == NULL);
	CHECK(run_one("GET", "d") == STRATA_OK && has_value(&commands[0], "d"));
	end();
}

static void a_reply_that_comes_too_late_reaches_nobody(void)
{
	begin();
	options.operation_timeout = SECOND / 20;
	fake_redis_reply(&fake, FAKE_SILENCE);
	CHECK(run_one("GET", "a") == STRATA_TIMEOUT && commands[0].reply == NULL);
	options.operation_timeout = 5 * SECOND;
	CHECK(run_one("GET", "b") == STRATA_OK && has_value(&commands[0], "b"));
	CHECK(scripted_server_accepted(fake.server) == 2);
	end();
}

static void a_reply_too_many_ends_the_connection(void)
{
	begin();
	fake_redis_reply(&fake, "$1\r\na\r\n$1\r\nx\r\n");
	CHECK(run_one("GET", "a") == STRATA_PROTOCOL || has_value(&commands[0], "a"));
	CHECK(run_one("GET", "b") == STRATA_OK && has_value(&commands[0], "b"));
	CHECK(scripted_server_accepted(fake.server) == 2);
	end();
}

static void a_distrusted_connection_is_not_used_again(void)
{
	strata_request_ctx *round;

	begin();
	add("GET", "a");
	add("GET", "b");
	round = strata_router_run(redis, &call, commands, command_count);
	commands[1].is_mismatched = true;
	strata_router_release(round);
	CHECK(run_one("GET", "c") == STRATA_OK);
	CHECK(scripted_server_accepted(fake.server) == 2);
	end();
}

static void a_unix_socket_serves_as_well(void)
{
	fake_redis_start_unix(&fake);
	connect_to(scripted_server_path(fake.server), 0);
	CHECK(run_one("GET", "key") == STRATA_OK && has_value(&commands[0], "key"));
	CHECK(strcmp(commands[0].node_name, scripted_server_path(fake.server)) == 0);
	end();
}

static void a_server_of_another_protocol_is_told(void)
{
	static const scripted_step memcached[] = { SEND("ERROR\r\nERROR\r\n"), LEAVE };
	scripted_server *server = scripted_server_start(memcached, NULL);

	connect_to("127.0.0.1", scripted_server_port(server));
	CHECK(run_one("GET", "key") == STRATA_UNSUPPORTED);
	CHECK(says("does not speak the protocol of redis"));
	strata_redis_client_free(redis);
	(void) scripted_server_end(server);
}

static void a_password_that_is_missing_is_told(void)
{
	static const scripted_step script[] = { SEND("-NOAUTH Authentication required.\r\n"), LEAVE };
	scripted_server *server = scripted_server_start(script, NULL);

	connect_to("127.0.0.1", scripted_server_port(server));
	CHECK(run_one("GET", "key") == STRATA_AUTH);
	CHECK(says("the server wants a password, and none is configured"));
	strata_redis_client_free(redis);
	(void) scripted_server_end(server);
}

static void a_run_of_no_commands_is_a_run(void)
{
	begin();
	run();
	CHECK(scripted_server_accepted(fake.server) == 0);
	strata_router_release(NULL);
	end();
}

int main(void)
{
	call.arena = strata_arena_new();
	REQUIRE(call.arena != NULL);
	RUN(a_command_gets_its_reply_and_the_name_of_who_gave_it);
	RUN(a_nil_reply_is_an_answer);
	RUN(commands_go_in_one_write_and_their_replies_stay_in_order);
	RUN(replies_may_come_byte_by_byte);
	RUN(a_connection_is_used_again);
	RUN(an_error_reply_is_told_in_the_servers_words);
	RUN(a_missing_right_is_no_reason_to_connect_anew);
	RUN(a_connection_that_is_not_known_any_more_is_greeted_anew);
	RUN(a_node_of_a_cluster_is_told_to_be_configured_as_one);
	RUN(a_server_that_refuses_is_the_answer_of_every_command);
	RUN(replies_that_came_before_a_failure_count);
	RUN(a_reply_that_comes_too_late_reaches_nobody);
	RUN(a_reply_too_many_ends_the_connection);
	RUN(a_distrusted_connection_is_not_used_again);
	RUN(a_unix_socket_serves_as_well);
	RUN(a_server_of_another_protocol_is_told);
	RUN(a_password_that_is_missing_is_told);
	RUN(a_run_of_no_commands_is_a_run);
	strata_arena_free(call.arena);
	strata_buffer_fini(&bytes);
	return unit_end();
}
