/*
 * The server here is a memcached of a few lines that knows when to lie: it reads real commands,
 * because their opaques cannot be foreseen, and answers each of them in the mood that its plan
 * says.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "memcached/memcached.h"

#include <sys/socket.h>
#include <unistd.h>

#include "remote_fixture.h"
#include "scripted_server.h"
#include "unit.h"

enum { MOST = 8, LARGE = 4 * 1024 * 1024, SHORT_USEC = 200 * 1000 };

/* ---- the server ---- */

typedef enum {
	HONEST,       /* VA v<key> to a get, HD to everything else */
	OTHER_KEY,    /* the value of another key, as such */
	OTHER_OPAQUE, /* as if it answered another command */
	NO_OPAQUE,
	REPLAY, /* the reply that was given first on this connection, byte by byte */
	TOO_LARGE,
	OUT_OF_MEMORY,
	BAD_CHUNK, /* the value was not what the server took it for */
	SILENT,    /* nothing from here on */
	CUT        /* half a reply, then the end */
} mood;

/* What one connection does, in order. Replies leave together after every `burst` commands. */
typedef struct {
	mood moods[MOST];
	unsigned count;
	unsigned burst;
} plan;

typedef struct {
	int fd;
	char first[256]; /* the first reply */
	char replies[2048];
	size_t size;
} session;

static bool read_line(int fd, char *line, size_t room)
{
	size_t size = 0;

	while (size < room - 1 && recv(fd, line + size, 1, 0) == 1) {
		if (line[size++] == '\n') {
			line[size] = '\0';
			return true;
		}
	}
	return false;
}

static bool skip_value(int fd, size_t size)
{
	static __thread char block[64 * 1024];

	while (size > 0) {
		ssize_t got = recv(fd, block, size < sizeof(block) ? size : sizeof(block), 0);

		if (got <= 0) {
			return false;
		}
		size -= (size_t) got;
	}
	return true;
}

static void append(session *session, const char *reply)
{
	if (session->first[0] == '\0') {
		snprintf(session->first, sizeof(session->first), "%s", reply);
	}
	session->size += (size_t) snprintf(session->replies + session->size,
		sizeof(session->replies) - session->size, "%s", reply);
}

static void append_for(session *session, bool is_get, const char *key, const char *flags)
{
	char reply[256];

	if (is_get) {
		snprintf(reply, sizeof(reply), "VA %zu k%s%s c5 t-1\r\nv%s\r\n", strlen(key) + 1, key,
			flags, key);
	} else {
		snprintf(reply, sizeof(reply), "HD k%s%s\r\n", key, flags);
	}
	append(session, reply);
}

static void append_in(session *session, mood mood, const char *line, const char *key)
{
	bool is_get = strncmp(line, "mg", 2) == 0;
	char flags[32] = "";
	unsigned opaque = 0;
	const char *given = strstr(line, " O");

	if (given != NULL) {
		sscanf(given, " O%u", &opaque);
	}
	if (strncmp(line, "stats", 5) == 0 && mood == HONEST) {
		append(session, "STAT item_size_max 1048576\r\nSTAT maxconns 1024\r\nEND\r\n");
		return;
	}
	if (mood != NO_OPAQUE) {
		snprintf(flags, sizeof(flags), "%s O%u", strstr(line, " b ") != NULL ? " b" : "",
			mood == OTHER_OPAQUE ? opaque + 1 : opaque);
	}
	switch (mood) {
		case HONEST:
		case OTHER_OPAQUE:
		case NO_OPAQUE: append_for(session, is_get, key, flags); break;
		case OTHER_KEY: append_for(session, is_get, "other", flags); break;
		case REPLAY: append(session, session->first); break;
		case TOO_LARGE: append(session, "SERVER_ERROR object too large for cache\r\n"); break;
		case OUT_OF_MEMORY: append(session, "SERVER_ERROR out of memory\r\n"); break;
		case BAD_CHUNK: append(session, "CLIENT_ERROR bad data chunk\r\n"); break;
		case CUT: append(session, "VA 100 kha"); break;
		case SILENT: break;
	}
}

static bool read_command(session *session, mood mood)
{
	char line[512], key[260] = "";
	size_t size = 0;

	if (!read_line(session->fd, line, sizeof(line))) {
		return false;
	}
	if (sscanf(line, "ms %259s %zu", key, &size) == 2) {
		if (!skip_value(session->fd, size + 2)) {
			return false;
		}
	} else {
		sscanf(line, "%*s %259s", key);
	}
	append_in(session, mood, line, key);
	return true;
}

static bool flush(session *session)
{
	size_t size = session->size;

	session->size = 0;
	return send(session->fd, session->replies, size, MSG_NOSIGNAL) == (ssize_t) size;
}

static bool serve(int fd, void *context)
{
	static const char version[] = "VERSION 1.6.18\r\n";
	const plan *plan = context;
	session session = { .fd = fd };
	char line[64];

	if (!read_line(fd, line, sizeof(line)) || strcmp(line, "version\r\n") != 0 ||
		send(fd, version, sizeof(version) - 1, MSG_NOSIGNAL) < 0) {
		return false;
	}
	for (unsigned i = 0; i < plan->count; i++) {
		if (!read_command(&session, plan->moods[i])) {
			return false;
		}
		if ((i + 1) % plan->burst == 0 && !flush(&session)) {
			return false;
		}
	}
	return true;
}

/* ---- the client ---- */

static remote_fixture fixture;
static strata_call call;
static strata_memcached_command commands[MOST];

static strata_memcached *begin_with(const strata_ring_server *servers, uint32_t count)
{
	strata_memcached *pool;

	remote_fixture_begin(&fixture);
	call = (strata_call){ .arena = fixture.arena };
	REQUIRE(
		strata_memcached_new(servers, count, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	return pool;
}

static strata_memcached *begin(scripted_server *server)
{
	const strata_ring_server one = { "127.0.0.1", scripted_server_port(server), 1, NULL };

	return begin_with(&one, 1);
}

static void end(strata_memcached *pool, scripted_server *server)
{
	strata_memcached_free(pool);
	CHECK(scripted_server_end(server));
	remote_fixture_end(&fixture);
}

/* Gets of k0, k1, ... from the first node. */
static void prepare(unsigned count)
{
	static char keys[MOST][4];

	for (unsigned i = 0; i < count; i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%u", i % 10);
		commands[i] = (strata_memcached_command){
			.request = { .verb = STRATA_META_GET, .key = strata_view_of(keys[i]) },
			.result = STRATA_CORRUPT,
		};
	}
}

static strata_memcached_replies *run(strata_memcached *pool, unsigned count)
{
	call.error[0] = '\0';
	return strata_memcached_run(pool, &call, commands, count);
}

static void run_and_release(strata_memcached *pool, unsigned count)
{
	strata_memcached_release(run(pool, count));
}

static bool has_value(unsigned index, const char *value)
{
	const strata_memcached_command *command = &commands[index];

	return command->result == STRATA_OK && command->reply.code == STRATA_META_VA &&
		   strata_view_equal(command->reply.value, strata_view_of(value));
}

static bool has_nothing(unsigned index, strata_result result)
{
	const strata_memcached_command *command = &commands[index];

	return command->result == result && command->reply.value.data == NULL &&
		   command->reply.key.data == NULL;
}

/* The next run has a new connection, and the values of its own keys. */
static void check_fresh_start(strata_memcached *pool, scripted_server *server)
{
	prepare(1);
	run_and_release(pool, 1);
	CHECK(has_value(0, "vk0"));
	CHECK(call.error[0] == '\0');
	CHECK(scripted_server_accepted(server) == 2);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 1);
}

static plan honest = { .moods = { HONEST }, .count = 1, .burst = 1 };
static const scripted_step fresh[] = { ACT(serve, &honest), END };

static void a_pipeline_is_answered_in_order(void)
{
	static plan plan = { .moods = { HONEST, HONEST, HONEST, HONEST }, .count = 4, .burst = 2 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);

	prepare(3);
	commands[1].request.verb = STRATA_META_DELETE;
	commands[3] = commands[0];
	commands[3].request.key = (strata_view){ "a b", 3 };
	run_and_release(pool, 4);
	CHECK(has_value(0, "vk0"));
	CHECK(commands[1].result == STRATA_OK && commands[1].reply.code == STRATA_META_HD);
	CHECK(has_value(2, "vk2"));
	CHECK(has_value(3, "vYSBi"));
	CHECK(strata_view_equal(commands[3].reply.key, strata_view_of("a b")));
	CHECK(commands[0].reply.cas == 5 && commands[0].reply.ttl == -1);
	CHECK(call.error[0] == '\0');
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_OPERATIONS) == 4);
	end(pool, server);
}

static void opaques_differ_in_a_round_and_between_rounds(void)
{
	static plan plan = { .moods = { HONEST, HONEST, HONEST, HONEST }, .count = 4, .burst = 2 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);
	uint32_t before;

	prepare(2);
	run_and_release(pool, 2);
	before = commands[0].request.opaque;
	CHECK(commands[1].request.opaque != before);
	run_and_release(pool, 2);
	CHECK(commands[0].request.opaque != before && commands[0].request.opaque != before + 2);
	CHECK(has_value(0, "vk0") && has_value(1, "vk1"));
	CHECK(scripted_server_accepted(server) == 1);
	end(pool, server);
}

static void nodes_are_asked_in_parallel_and_order_is_kept(void)
{
	static plan two = { .moods = { HONEST, HONEST }, .count = 2, .burst = 2 };
	static const scripted_step script[] = { ACT(serve, &two), END };
	scripted_server *servers[2] = { scripted_server_start(script, NULL),
		scripted_server_start(script, NULL) };
	const strata_ring_server both[2] = { { "127.0.0.1", scripted_server_port(servers[0]), 1, NULL },
		{ "127.0.0.1", scripted_server_port(servers[1]), 1, NULL } };
	strata_memcached *pool = begin_with(both, 2);

	CHECK(strata_memcached_count(pool) == 2);
	CHECK(strata_memcached_pick(pool, strata_view_of("x")) < 2);
	prepare(4);
	commands[0].node = commands[2].node = 1;
	run_and_release(pool, 4);
	for (unsigned i = 0; i < 4; i++) {
		char value[8];

		snprintf(value, sizeof(value), "vk%u", i);
		CHECK(has_value(i, value));
	}
	CHECK(strcmp(commands[0].node_name, commands[2].node_name) == 0);
	CHECK(strcmp(commands[0].node_name, commands[1].node_name) != 0);
	end(pool, servers[0]);
	CHECK(scripted_server_end(servers[1]));
}

/* In the second of three commands; what came before was bound to its question and stands. */
static void check_desync(mood lie)
{
	plan plan = { .moods = { HONEST, lie, HONEST }, .count = 3, .burst = 3 };
	const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, fresh, NULL);
	strata_memcached *pool = begin(server);

	prepare(3);
	run_and_release(pool, 3);
	CHECK(has_value(0, "vk0"));
	CHECK(has_nothing(1, STRATA_DESYNC));
	CHECK(has_nothing(2, STRATA_DESYNC));
	CHECK(strstr(call.error, "another question") != NULL);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 1);
	check_fresh_start(pool, server);
	end(pool, server);
}

static void a_reply_for_another_key_is_never_seen(void)
{
	check_desync(OTHER_KEY);
}

static void a_reply_with_another_opaque_is_never_seen(void)
{
	check_desync(OTHER_OPAQUE);
}

static void a_reply_without_an_opaque_is_never_seen(void)
{
	check_desync(NO_OPAQUE);
}

static void a_reply_of_an_earlier_command_is_never_seen(void)
{
	check_desync(REPLAY);
}

static void a_reply_of_an_earlier_round_is_never_seen(void)
{
	static plan plan = { .moods = { HONEST, REPLAY }, .count = 2, .burst = 1 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, fresh, NULL);
	strata_memcached *pool = begin(server);

	prepare(1);
	run_and_release(pool, 1);
	CHECK(has_value(0, "vk0"));
	run_and_release(pool, 1);
	CHECK(has_nothing(0, STRATA_DESYNC));
	check_fresh_start(pool, server);
	end(pool, server);
}

static void an_error_to_one_line_costs_only_its_command(void)
{
	static plan plan = { .moods = { HONEST, OUT_OF_MEMORY, HONEST, HONEST },
		.count = 4,
		.burst = 1 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);

	prepare(3);
	run_and_release(pool, 3);
	CHECK(has_value(0, "vk0") && has_value(2, "vk2"));
	CHECK(commands[1].result == STRATA_SERVER && commands[1].reply.code == STRATA_META_ERROR);
	CHECK(strstr(call.error, ": get: SERVER_ERROR out of memory") != NULL);
	CHECK(strstr(call.error, commands[1].node_name) != NULL);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 0);
	CHECK(remote_fixture_reason(&fixture, STRATA_SERVER) == 1);
	prepare(1);
	run_and_release(pool, 1);
	CHECK(has_value(0, "vk0") && scripted_server_accepted(server) == 1);
	end(pool, server);
}

/* An error binds to nothing, but what comes behind it does. */
static void what_comes_behind_an_error_proves_itself(void)
{
	static plan plan = { .moods = { OUT_OF_MEMORY, OTHER_OPAQUE, HONEST }, .count = 3, .burst = 3 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, fresh, NULL);
	strata_memcached *pool = begin(server);

	prepare(3);
	run_and_release(pool, 3);
	CHECK(commands[0].result == STRATA_SERVER);
	CHECK(has_nothing(1, STRATA_DESYNC) && has_nothing(2, STRATA_DESYNC));
	check_fresh_start(pool, server);
	end(pool, server);
}

static void an_error_that_stands_alone_costs_no_connection(void)
{
	static plan plan = { .moods = { OUT_OF_MEMORY, HONEST }, .count = 2, .burst = 1 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);

	prepare(1);
	run_and_release(pool, 1);
	CHECK(commands[0].result == STRATA_SERVER);
	CHECK(strstr(call.error, ": get: SERVER_ERROR out of memory") != NULL);
	CHECK(remote_fixture_reason(&fixture, STRATA_SERVER) == 1);
	run_and_release(pool, 1);
	CHECK(has_value(0, "vk0"));
	CHECK(scripted_server_accepted(server) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 0);
	end(pool, server);
}

static void make_set(unsigned index, size_t size)
{
	static char value[4096];

	memset(value, 'v', sizeof(value));
	commands[index].request.verb = STRATA_META_SET;
	commands[index].request.mode = 'S';
	commands[index].request.value = (strata_view){ value, size };
}

/* What followed it may have been taken for commands. */
static void a_value_that_was_misread_ends_the_connection(void)
{
	static plan plan = { .moods = { BAD_CHUNK, HONEST }, .count = 2, .burst = 2 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, fresh, NULL);
	strata_memcached *pool = begin(server);

	prepare(2);
	make_set(0, 5);
	run_and_release(pool, 2);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(commands[i].result == STRATA_SERVER);
		CHECK(commands[i].reply.code == STRATA_META_ERROR);
	}
	check_fresh_start(pool, server);
	end(pool, server);
}

static void a_value_that_was_swallowed_costs_no_connection(void)
{
	static plan plan = { .moods = { OUT_OF_MEMORY, HONEST, HONEST }, .count = 3, .burst = 1 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);

	prepare(2);
	make_set(0, 5);
	run_and_release(pool, 2);
	CHECK(commands[0].result == STRATA_SERVER && has_value(1, "vk1"));
	prepare(1);
	run_and_release(pool, 1);
	CHECK(has_value(0, "vk0") && scripted_server_accepted(server) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_CLOSES) == 0);
	end(pool, server);
}

/* A refusal, the question for the limit, and then only what fits. */
static void what_cannot_fit_is_sent_once(void)
{
	static plan plan = { .moods = { TOO_LARGE, HONEST, HONEST, HONEST }, .count = 4, .burst = 1 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);

	prepare(1);
	make_set(0, 2000);
	run_and_release(pool, 1);
	CHECK(commands[0].result == STRATA_TOO_LARGE);
	CHECK(strstr(call.error, "takes 2002 bytes") != NULL);
	CHECK(strstr(call.error, "stores at most 2001 ") != NULL);
	prepare(3);
	make_set(0, 1000);
	make_set(1, 3000);
	run_and_release(pool, 3);
	CHECK(commands[0].result == STRATA_OK && has_value(2, "vk2"));
	CHECK(commands[1].result == STRATA_TOO_LARGE);
	CHECK(strstr(call.error, "takes 3002 bytes") != NULL && strstr(call.error, "-I") != NULL);
	CHECK(scripted_server_accepted(server) == 1);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_OPERATIONS) == 4);
	end(pool, server);
}

/* One that does not tell its settings is known by what it refused. */
static void a_limit_that_is_not_told_is_found_out(void)
{
	static plan plan = { .moods = { TOO_LARGE, OUT_OF_MEMORY, HONEST }, .count = 3, .burst = 1 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);

	prepare(1);
	make_set(0, 2000);
	run_and_release(pool, 1);
	run_and_release(pool, 1);
	CHECK(commands[0].result == STRATA_TOO_LARGE);
	make_set(0, 1999);
	run_and_release(pool, 1);
	CHECK(commands[0].result == STRATA_OK);
	CHECK(scripted_server_accepted(server) == 1);
	end(pool, server);
}

static void a_value_the_caller_distrusts_closes_the_connection(void)
{
	static plan plan = { .moods = { HONEST, HONEST }, .count = 2, .burst = 2 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, fresh, NULL);
	strata_memcached *pool = begin(server);
	strata_memcached_replies *replies;

	prepare(2);
	replies = run(pool, 2);
	CHECK(has_value(0, "vk0") && has_value(1, "vk1"));
	commands[1].is_mismatched = true;
	strata_memcached_release(replies);
	CHECK(remote_fixture_count(&fixture, STRATA_COUNT_DESYNCS) == 1);
	check_fresh_start(pool, server);
	end(pool, server);
}

static void what_came_before_a_timeout_stands(void)
{
	static plan plan = { .moods = { HONEST, SILENT }, .count = 2, .burst = 1 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, fresh, NULL);
	strata_memcached *pool = begin(server);

	fixture.options.operation_timeout = SHORT_USEC;
	prepare(2);
	run_and_release(pool, 2);
	fixture.options.operation_timeout = FIXTURE_PATIENCE_USEC;
	CHECK(has_value(0, "vk0"));
	CHECK(has_nothing(1, STRATA_TIMEOUT));
	CHECK(strstr(call.error, "timed out") != NULL);
	check_fresh_start(pool, server);
	end(pool, server);
}

static void half_a_reply_is_a_broken_connection(void)
{
	static plan plan = { .moods = { HONEST, CUT }, .count = 2, .burst = 2 };
	static const scripted_step script[] = { ACT(serve, &plan), CLOSE };
	scripted_server *server = scripted_server_start(script, fresh, NULL);
	strata_memcached *pool = begin(server);

	prepare(2);
	run_and_release(pool, 2);
	CHECK(has_value(0, "vk0"));
	CHECK(has_nothing(1, STRATA_CONNECTION));
	check_fresh_start(pool, server);
	end(pool, server);
}

static void a_dead_node_fails_its_own_commands_only(void)
{
	static plan plan = { .moods = { HONEST, HONEST }, .count = 2, .burst = 2 };
	static const scripted_step script[] = { ACT(serve, &plan), END };
	scripted_server *server = scripted_server_start(script, NULL);
	uint16_t port = 0;
	int reserved = scripted_refusing_port(&port);
	const strata_ring_server both[2] = { { "127.0.0.1", port, 1, NULL },
		{ "127.0.0.1", scripted_server_port(server), 1, NULL } };
	strata_memcached *pool = begin_with(both, 2);

	prepare(4);
	commands[1].node = commands[3].node = 1;
	run_and_release(pool, 4);
	CHECK(has_nothing(0, STRATA_REFUSED) && has_nothing(2, STRATA_REFUSED));
	CHECK(has_value(1, "vk1") && has_value(3, "vk3"));
	CHECK(strstr(call.error, commands[0].node_name) != NULL);
	CHECK(strstr(call.error, "connecting: Connection refused") != NULL);
	close(reserved);
	end(pool, server);
}

static void an_old_server_is_refused_with_a_reason(void)
{
	static const scripted_step script[] = { EXPECT("version\r\n"), SEND("VERSION 1.6.12\r\n"),
		END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);

	prepare(2);
	run_and_release(pool, 2);
	CHECK(has_nothing(0, STRATA_UNSUPPORTED) && has_nothing(1, STRATA_UNSUPPORTED));
	CHECK(strstr(call.error, "memcached 1.6.12") != NULL);
	CHECK(strstr(call.error, "1.6.18") != NULL);
	end(pool, server);
}

static void another_program_is_refused_with_what_it_said(void)
{
	static const scripted_step script[] = { EXPECT("version\r\n"),
		SEND("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), CLOSE };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);

	prepare(1);
	run_and_release(pool, 1);
	CHECK(has_nothing(0, STRATA_UNSUPPORTED));
	CHECK(strstr(call.error, "not memcached") != NULL);
	CHECK(strstr(call.error, "HTTP/1.1 400 Bad Request") != NULL);
	end(pool, server);
}

static void a_key_that_does_not_fit_is_not_sent(void)
{
	scripted_server *server = scripted_server_start(fresh, NULL);
	strata_memcached *pool = begin(server);
	char key[251];

	memset(key, 'k', sizeof(key));
	prepare(2);
	commands[1].request.key = (strata_view){ key, sizeof(key) };
	run_and_release(pool, 2);
	CHECK(has_value(0, "vk0"));
	CHECK(has_nothing(1, STRATA_TOO_LARGE));
	CHECK(commands[1].node_name != NULL);
	end(pool, server);
}

static char large[LARGE];

/* One get, answered with the large value. */
static bool serve_large(int fd, void *context)
{
	char line[512], key[260] = "", header[300];
	unsigned opaque = 0;
	const char *given;

	(void) context;
	if (!read_line(fd, line, sizeof(line)) || (given = strstr(line, " O")) == NULL) {
		return false;
	}
	sscanf(line, "mg %259s", key);
	sscanf(given, " O%u", &opaque);
	snprintf(header, sizeof(header), "VA %u k%s O%u\r\n", (unsigned) LARGE, key, opaque);
	return send(fd, header, strlen(header), MSG_NOSIGNAL) > 0 &&
		   send(fd, large, LARGE, MSG_NOSIGNAL) == LARGE && send(fd, "\r\n", 2, MSG_NOSIGNAL) == 2;
}

static void megabytes_are_sent_and_received(void)
{
	static const scripted_step script[] = { ACT(serve, &honest), ACT(serve_large, NULL), END };
	scripted_server *server = scripted_server_start(script, NULL);
	strata_memcached *pool = begin(server);

	memset(large, 'L', sizeof(large));
	prepare(1);
	commands[0].request.verb = STRATA_META_SET;
	commands[0].request.mode = 'S';
	commands[0].request.value = (strata_view){ large, LARGE };
	run_and_release(pool, 1);
	CHECK(commands[0].result == STRATA_OK && commands[0].reply.code == STRATA_META_HD);
	prepare(1);
	run_and_release(pool, 1);
	CHECK(commands[0].result == STRATA_OK);
	CHECK(strata_view_equal(commands[0].reply.value, (strata_view){ large, LARGE }));
	CHECK(scripted_server_accepted(server) == 1);
	end(pool, server);
}

static void a_round_without_commands_is_nothing(void)
{
	scripted_server *server = scripted_server_start(fresh, NULL);
	strata_memcached *pool = begin(server);

	run_and_release(pool, 0);
	strata_memcached_release(NULL);
	CHECK(scripted_server_accepted(server) == 0);
	end(pool, server);
}

static void a_pool_needs_a_server(void)
{
	strata_memcached *pool;

	remote_fixture_begin(&fixture);
	CHECK(strata_memcached_new(NULL, 0, &fixture.options, fixture.stats, &pool) ==
		  STRATA_UNCONFIGURED);
	CHECK(pool == NULL);
	remote_fixture_end(&fixture);
}

int main(void)
{
	RUN(a_pipeline_is_answered_in_order);
	RUN(opaques_differ_in_a_round_and_between_rounds);
	RUN(nodes_are_asked_in_parallel_and_order_is_kept);
	RUN(a_reply_for_another_key_is_never_seen);
	RUN(a_reply_with_another_opaque_is_never_seen);
	RUN(a_reply_without_an_opaque_is_never_seen);
	RUN(a_reply_of_an_earlier_command_is_never_seen);
	RUN(a_reply_of_an_earlier_round_is_never_seen);
	RUN(an_error_to_one_line_costs_only_its_command);
	RUN(what_comes_behind_an_error_proves_itself);
	RUN(an_error_that_stands_alone_costs_no_connection);
	RUN(a_value_that_was_misread_ends_the_connection);
	RUN(a_value_that_was_swallowed_costs_no_connection);
	RUN(what_cannot_fit_is_sent_once);
	RUN(a_limit_that_is_not_told_is_found_out);
	RUN(a_value_the_caller_distrusts_closes_the_connection);
	RUN(what_came_before_a_timeout_stands);
	RUN(half_a_reply_is_a_broken_connection);
	RUN(a_dead_node_fails_its_own_commands_only);
	RUN(an_old_server_is_refused_with_a_reason);
	RUN(another_program_is_refused_with_what_it_said);
	RUN(a_key_that_does_not_fit_is_not_sent);
	RUN(megabytes_are_sent_and_received);
	RUN(a_round_without_commands_is_nothing);
	RUN(a_pool_needs_a_server);
	return unit_end();
}
