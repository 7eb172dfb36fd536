#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/connection.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "line_protocol.h"
#include "os/clock.h"
#include "net/socket.h"
#include "remote_fixture.h"
#include "scripted_server.h"
#include "unit.h"

static remote_fixture fixture;
static strata_peer peer;
static strata_protocol_error error;
static void *replies[8];
static strata_exchange exchange;

static void begin(scripted_server *server)
{
	remote_fixture_begin(&fixture);
	peer = (strata_peer){ .protocol = &line_protocol, .options = &fixture.options, .name = "a:1" };
	peer.stats = strata_stats_row_of(fixture.stats, STRATA_STATS_NODE, "line", "a:1",
		STRATA_REGISTRY_COMMON);
	REQUIRE(strata_location_init(&peer.location, &fixture.options, "127.0.0.1",
		scripted_server_port(server)));
	error.text[0] = '\0';
}

static void end(scripted_server *server)
{
	CHECK(scripted_server_end(server));
	strata_buffer_fini(&exchange.request);
	strata_location_fini(&peer.location);
	remote_fixture_end(&fixture);
}

static strata_connection *opened(void)
{
	strata_connection *connection = strata_connection_new(&peer, strata_clock_usec());

	REQUIRE(connection != NULL);
	return connection;
}

static void expect(const char *request, uint32_t expected)
{
	strata_buffer bytes = exchange.request;

	bytes.size = 0;
	REQUIRE(strata_buffer_append(&bytes, strata_view_of(request)) == 0);
	exchange = (strata_exchange){
		.request = bytes,
		.expected = expected,
		.replies = replies,
		.arena = fixture.arena,
		.deadline = remote_fixture_deadline(FIXTURE_PATIENCE_USEC),
	};
}

/* Plays the poll loop for one connection until its exchange is done or has failed. */
static strata_result finish(strata_connection *connection)
{
	strata_result result = STRATA_OK;

	while (result == STRATA_OK && !strata_connection_is_clean(connection)) {
		struct pollfd polled = strata_connection_poll(connection);
		int cause;

		REQUIRE(strata_socket_wait(&polled, 1, strata_connection_deadline(connection), &cause) ==
				STRATA_OK);
		REQUIRE(polled.revents != 0);
		result = strata_connection_advance(connection, polled.revents, strata_clock_usec(), &error);
	}
	return result;
}

static strata_result ask(strata_connection *connection, const char *request, uint32_t expected)
{
	strata_result result;

	expect(request, expected);
	result = strata_connection_begin(connection, &exchange, strata_clock_usec(), &error);
	return result == STRATA_OK ? finish(connection) : result;
}

static bool said(unsigned index, const char *text)
{
	return index < exchange.received &&
		   strata_view_equal(*(strata_view *) replies[index], strata_view_of(text));
}

static void it_connects_asks_and_is_clean_again(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SEND("1\n"), EXPECT("two\nthree\n"),
		SEND("2\n3\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_connection *connection;

	begin(server);
	connection = opened();
	CHECK(!strata_connection_is_clean(connection));
	CHECK(ask(connection, "one\n", 1) == STRATA_OK);
	CHECK(said(0, "1"));
	CHECK(strata_connection_is_clean(connection) && strata_connection_is_fit(connection));
	CHECK(ask(connection, "two\nthree\n", 2) == STRATA_OK);
	CHECK(said(0, "2") && said(1, "3"));
	CHECK(strata_connection_is_clean(connection));
	strata_connection_free(connection);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CONNECTS) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_OPERATIONS) == 3);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_BYTES_SENT) == 14);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_BYTES_RECEIVED) == 6);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 0);
	end(server);
}

static void await_first_reply(strata_connection *connection)
{
	while (exchange.received == 0) {
		struct pollfd polled = strata_connection_poll(connection);
		int cause;

		CHECK(!strata_connection_is_clean(connection));
		REQUIRE(strata_socket_wait(&polled, 1, exchange.deadline, &cause) == STRATA_OK);
		REQUIRE(strata_connection_advance(connection, polled.revents, strata_clock_usec(),
					&error) == STRATA_OK);
	}
}

static void it_is_poisoned_from_the_first_byte_to_the_last_reply(void)
{
	static const scripted_step script[] = { EXPECT("a\nb\n"), SEND("1\n"), AWAIT_GATE, SEND("2\n"),
		END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_connection *connection;

	begin(server);
	connection = opened();
	expect("a\nb\n", 2);
	CHECK(strata_connection_begin(connection, &exchange, strata_clock_usec(), &error) == STRATA_OK);
	await_first_reply(connection);
	CHECK(!strata_connection_is_clean(connection));
	scripted_server_open_gate(server);
	CHECK(finish(connection) == STRATA_OK);
	CHECK(strata_connection_is_clean(connection));
	strata_connection_free(connection);
	end(server);
}

/* Waits for the peer to go, and says whether it took back what the kernel had not delivered. */
static bool see_how_it_ends(int fd, void *context)
{
	int *how = context;
	char byte;
	ssize_t got = recv(fd, &byte, 1, 0);

	*how = got == 0 ? 0 : errno;
	return got <= 0;
}

/* A command whose caller has given up is reset. One that was answered has nothing to be reset. */
static void a_command_that_is_left_behind_is_reset(void)
{
	int how[2] = { -1, -1 };
	const scripted_step leaves[] = { EXPECT("a\nb\n"), SEND("1\n"), ACT(see_how_it_ends, &how[0]),
		CLOSE };
	const scripted_step answers[] = { EXPECT("one\n"), SEND("1\n"), ACT(see_how_it_ends, &how[1]),
		CLOSE };
	scripted_server *server = scripted_server_start(leaves, answers, NULL);
	strata_connection *connection;

	begin(server);
	connection = opened();
	expect("a\nb\n", 2);
	CHECK(strata_connection_begin(connection, &exchange, strata_clock_usec(), &error) == STRATA_OK);
	await_first_reply(connection);
	strata_connection_free(connection);
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_OK);
	strata_connection_free(connection);
	end(server);
	CHECK(how[0] == ECONNRESET && how[1] == 0);
}

static void it_greets_once_before_the_first_command(void)
{
	static const scripted_step script[] = { EXPECT("HELLO joe\n"), SEND("WELCOME\n"),
		EXPECT("one\n"), SEND("1\n"), EXPECT("two\n"), SEND("2\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_connection *connection;

	begin(server);
	fixture.options.setup.user = "joe";
	fixture.options.setup.password = "secret";
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_OK);
	CHECK(ask(connection, "two\n", 1) == STRATA_OK);
	CHECK(exchange.received == 1 && said(0, "2"));
	strata_connection_free(connection);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_AUTHS) == 1);
	end(server);
}

static void a_greeting_that_is_refused_fails_before_any_command(void)
{
	static const scripted_step script[] = { EXPECT("HELLO joe\n"), SEND("go away\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_connection *connection;

	begin(server);
	fixture.options.setup.user = "joe";
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_AUTH);
	CHECK(strcmp(error.text, "line a:1: greeting: not welcome: go away") == 0);
	CHECK(exchange.received == 0);
	CHECK(!strata_connection_is_clean(connection));
	strata_connection_free(connection);
	end(server);
}

static void a_byte_beyond_the_greeting_fails(void)
{
	static const scripted_step script[] = { EXPECT("HELLO joe\n"), SEND("WELCOME\n1\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_connection *connection;

	begin(server);
	fixture.options.setup.user = "joe";
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_PROTOCOL);
	CHECK(exchange.received == 0);
	strata_connection_free(connection);
	end(server);
}

static void more_than_was_owed_spoils_every_reply(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SEND("late\n1\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_connection *connection;

	begin(server);
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_PROTOCOL);
	CHECK(exchange.received == 0);
	CHECK(!strata_connection_is_clean(connection));
	CHECK(strstr(error.text, "line a:1: waiting for a reply: ") == error.text);
	strata_connection_free(connection);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 1);
	end(server);
}

static void a_reply_against_the_protocol_ends_it(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SEND("!\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_connection *connection;

	begin(server);
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_PROTOCOL);
	CHECK(!strata_connection_is_clean(connection));
	strata_connection_free(connection);
	end(server);
}

static void the_next_address_is_tried_when_one_refuses(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SEND("1\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	uint16_t port = 0;
	int reserved = scripted_refusing_port(&port);
	strata_address_list *addresses = &peer.location.addresses;
	strata_connection *connection;
	const char *cause;

	begin(server);
	addresses->items[1] = addresses->items[0];
	addresses->count = 2;
	REQUIRE(strata_address_read("127.0.0.1", port, &addresses->items[0], &cause) == STRATA_OK);
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_OK);
	strata_connection_free(connection);
	addresses->count = 1;
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_REFUSED);
	CHECK(strcmp(error.text, "line a:1: connecting: Connection refused") == 0);
	strata_connection_free(connection);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CONNECTS) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 0);
	close(reserved);
	end(server);
}

static void connecting_and_greeting_have_a_deadline_of_their_own(void)
{
	static const scripted_step script[] = { EXPECT("HELLO joe\n"), SEND("WELCOME\n"),
		EXPECT("one\n"), SEND("1\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_connection *connection;

	begin(server);
	fixture.options.setup.user = "joe";
	fixture.options.connect_timeout = FIXTURE_PATIENCE_USEC / 2;
	connection = opened();
	expect("one\n", 1);
	CHECK(strata_connection_begin(connection, &exchange, strata_clock_usec(), &error) == STRATA_OK);
	CHECK(strata_connection_deadline(connection) < exchange.deadline);
	CHECK(finish(connection) == STRATA_OK);
	strata_connection_free(connection);
	end(server);
}

static void unasked_bytes_and_an_end_make_it_unfit(void)
{
	static const scripted_step chatty[] = { EXPECT("one\n"), SEND("1\n"), AWAIT_GATE,
		SEND("unasked\n"), END };
	static const scripted_step leaving[] = { EXPECT("one\n"), SEND("1\n"), AWAIT_GATE, CLOSE };
	scripted_server *server = scripted_server_start(chatty, leaving, NULL);
	strata_connection *connections[2];

	begin(server);
	for (int i = 0; i < 2; i++) {
		connections[i] = opened();
		CHECK(ask(connections[i], "one\n", 1) == STRATA_OK);
		CHECK(strata_connection_is_fit(connections[i]));
	}
	scripted_server_open_gate(server);
	for (int i = 0; i < 2; i++) {
		strata_usec limit = remote_fixture_deadline(FIXTURE_PATIENCE_USEC);

		while (strata_connection_is_fit(connections[i]) && strata_clock_usec() < limit) {
			usleep(1000);
		}
		CHECK(!strata_connection_is_fit(connections[i]));
		strata_connection_free(connections[i]);
	}
	end(server);
}

static void it_is_not_fit_in_a_forked_child(void)
{
	static const scripted_step script[] = { EXPECT("one\n"), SEND("1\n"), EXPECT("two\n"),
		SEND("2\n"), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_connection *connection;
	int status = 0;
	pid_t child;

	begin(server);
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_OK);
	child = fork();
	if (child == 0) {
		bool fit = strata_connection_is_fit(connection);

		strata_connection_free(connection);
		_exit(fit ? 1 : 0);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(strata_connection_is_fit(connection));
	CHECK(ask(connection, "two\n", 1) == STRATA_OK);
	strata_connection_free(connection);
	end(server);
}

/* ---- strict: a nonce behind the commands ---- */

enum { NONCE = 32 };

static int ask_nonce(strata_buffer *out, strata_view nonce)
{
	return strata_buffer_print(out, "echo %.*s\n", (int) nonce.size, nonce.data);
}

static strata_result check_nonce(const void *reply, strata_view nonce)
{
	return strata_view_equal(*(const strata_view *) reply, nonce) ? STRATA_OK : STRATA_DESYNC;
}

/* A server that knows what it is asked: one command, and what is to be echoed. */
typedef struct {
	char nonces[2][NONCE + 1];
} echoes;

static bool read_request(int fd, char *nonce)
{
	char request[sizeof("one\necho ") - 1 + NONCE + 1];

	if (recv(fd, request, sizeof(request), MSG_WAITALL) != (ssize_t) sizeof(request) ||
		memcmp(request, "one\necho ", 9) != 0) {
		return false;
	}
	memcpy(nonce, request + 9, NONCE);
	return true;
}

static bool read_first(int fd, void *context)
{
	return read_request(fd, ((echoes *) context)->nonces[0]);
}

static bool read_second(int fd, void *context)
{
	return read_request(fd, ((echoes *) context)->nonces[1]);
}

static bool send_echo(int fd, const char *nonce)
{
	return send(fd, nonce, NONCE, MSG_NOSIGNAL) == NONCE && send(fd, "\n", 1, MSG_NOSIGNAL) == 1;
}

static bool echo_first(int fd, void *context)
{
	return send_echo(fd, ((echoes *) context)->nonces[0]);
}

static bool echo_second(int fd, void *context)
{
	return send_echo(fd, ((echoes *) context)->nonces[1]);
}

static void begin_strict(scripted_server *server, strata_protocol *echoing)
{
	begin(server);
	*echoing = line_protocol;
	echoing->ask_nonce = ask_nonce;
	echoing->check_nonce = check_nonce;
	peer.protocol = echoing;
	fixture.options.is_strict = true;
}

/* The reply has come when its bytes are counted, and the echo is kept back until then. */
static void in_strict_mode_no_reply_counts_before_its_echo(void)
{
	static echoes seen;
	const scripted_step script[] = { ACT(read_first, &seen), SEND("1\n"), AWAIT_GATE,
		ACT(echo_first, &seen), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_protocol echoing;
	strata_connection *connection;

	begin_strict(server, &echoing);
	connection = opened();
	expect("one\n", 1);
	CHECK(strata_connection_begin(connection, &exchange, strata_clock_usec(), &error) == STRATA_OK);
	while (remote_fixture_count(&fixture, STRATA_COUNT_BYTES_RECEIVED) < 2) {
		struct pollfd polled = strata_connection_poll(connection);
		int cause;

		REQUIRE(strata_socket_wait(&polled, 1, exchange.deadline, &cause) == STRATA_OK);
		REQUIRE(strata_connection_advance(connection, polled.revents, strata_clock_usec(),
					&error) == STRATA_OK);
		CHECK(exchange.received == 0);
	}
	CHECK(!strata_connection_is_clean(connection));
	scripted_server_open_gate(server);
	CHECK(finish(connection) == STRATA_OK);
	CHECK(exchange.received == 1 && said(0, "1"));
	strata_connection_free(connection);
	end(server);
}

static void two_exchanges_on_one_connection_use_two_nonces(void)
{
	static echoes seen;
	const scripted_step script[] = { ACT(read_first, &seen), SEND("1\n"), ACT(echo_first, &seen),
		ACT(read_second, &seen), SEND("2\n"), ACT(echo_second, &seen), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_protocol echoing;
	strata_connection *connection;

	begin_strict(server, &echoing);
	connection = opened();
	CHECK(ask(connection, "one\n", 1) == STRATA_OK && said(0, "1"));
	CHECK(ask(connection, "one\n", 1) == STRATA_OK && said(0, "2"));
	strata_connection_free(connection);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CONNECTS) == 1);
	end(server);
	CHECK(memcmp(seen.nonces[0], seen.nonces[1], NONCE) != 0);
}

int main(void)
{
	RUN(it_connects_asks_and_is_clean_again);
	RUN(it_is_poisoned_from_the_first_byte_to_the_last_reply);
	RUN(a_command_that_is_left_behind_is_reset);
	RUN(it_greets_once_before_the_first_command);
	RUN(a_greeting_that_is_refused_fails_before_any_command);
	RUN(a_byte_beyond_the_greeting_fails);
	RUN(more_than_was_owed_spoils_every_reply);
	RUN(a_reply_against_the_protocol_ends_it);
	RUN(the_next_address_is_tried_when_one_refuses);
	RUN(connecting_and_greeting_have_a_deadline_of_their_own);
	RUN(unasked_bytes_and_an_end_make_it_unfit);
	RUN(it_is_not_fit_in_a_forked_child);
	RUN(in_strict_mode_no_reply_counts_before_its_echo);
	RUN(two_exchanges_on_one_connection_use_two_nonces);
	return unit_end();
}
