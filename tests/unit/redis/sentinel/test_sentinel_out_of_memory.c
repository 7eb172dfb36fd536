/* unit: -Wl,--wrap=strata_arena_alloc,--wrap=strata_arena_copy,--wrap=malloc,--wrap=calloc,--wrap=realloc */
/*
 * The way to a master, once for every place where it asks for memory, without getting it there: it
 * must say so, and find the master once there is memory again.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "redis/router.h"

#include <sys/socket.h>

#include "redis/sentinel/master_table.h"
#include "remote_fixture.h"
#include "scarce_memory.h"
#include "scripted_server.h"
#include "unit.h"

enum { MOST_STEPS = 100 };

/* ---- a sentinel that is the master too ---- */

static scripted_server *server;

static void append_reply(char *out, size_t room, const char *verb)
{
	size_t used = strlen(out);
	char port[8];

	snprintf(port, sizeof(port), "%u", (unsigned) scripted_server_port(server));
	if (strstr(verb, "GET-MASTER") != NULL) {
		snprintf(out + used, room - used, "*2\r\n$9\r\n127.0.0.1\r\n$%zu\r\n%s\r\n", strlen(port),
			port);
	} else if (strstr(verb, "MASTER") != NULL) {
		snprintf(out + used, room - used, "*2\r\n$12\r\nconfig-epoch\r\n$1\r\n1\r\n");
	} else if (strstr(verb, "ROLE") != NULL) {
		snprintf(out + used, room - used, "*1\r\n$6\r\nmaster\r\n");
	} else if (strstr(verb, "CLIENT") != NULL) {
		snprintf(out + used, room - used, "+OK\r\n");
	} else {
		snprintf(out + used, room - used, "$5\r\nvalue\r\n");
	}
}

/* What arrives together is a number of whole commands: they are short. */
static bool serve(int fd, void *context)
{
	char text[4096], out[4096];
	ssize_t size;
	char *rest;

	while ((size = recv(fd, text, sizeof(text) - 1, 0)) > 0) {
		text[size] = '\0';
		out[0] = '\0';
		for (char *command = strtok_r(text, "*", &rest); command != NULL;
			 command = strtok_r(NULL, "*", &rest)) {
			append_reply(out, sizeof(out), command);
		}
		(void) !send(fd, out, strlen(out), MSG_NOSIGNAL);
	}
	return true;
}

static void start_server(void)
{
	static const scripted_step s[] = { ACT(serve, NULL), CLOSE };

	server = scripted_server_start(s, s, s, s, s, s, NULL);
}

/* ---- the tests ---- */

static remote_fixture fixture;
static strata_master_table *masters;
static strata_call call;
static strata_buffer bytes;

static strata_result open_pool(strata_redis_client **out)
{
	strata_hostport seed = { "127.0.0.1", scripted_server_port(server) };
	strata_sentinel_watchers watchers = { .name = "m",
		.sentinels = &seed,
		.count = 1,
		.masters = masters };

	return strata_redis_client_new_watched(&watchers, &fixture.options, fixture.stats, out);
}

static strata_result get(strata_redis_client *redis)
{
	strata_redis_command command = { .bytes = { bytes.data, bytes.size } };
	strata_request_ctx *round = strata_router_run(redis, &call, &command, 1);

	strata_router_release(round);
	return command.result;
}

static void a_pool_is_made_whole_or_not_at_all(void)
{
	int step = 0;

	start_server();
	do {
		strata_redis_client *redis;
		strata_result result;

		has_refused = false;
		left = step;
		is_counting = true;
		result = open_pool(&redis);
		is_counting = false;
		CHECK(result == (has_refused ? STRATA_NO_MEMORY : STRATA_OK));
		CHECK((redis != NULL) == !has_refused);
		strata_redis_client_free(redis);
		REQUIRE(++step < MOST_STEPS);
	} while (has_refused);
	CHECK(step > 4);
	CHECK(scripted_server_end(server));
}

/* Each step has a record of its own, so that each asks. */
static void a_master_is_found_or_memory_is_short(void)
{
	strata_master_table *shared = masters;
	int step = 0;

	masters = NULL;
	do {
		strata_redis_client *redis;
		strata_result result;

		start_server();
		REQUIRE(open_pool(&redis) == STRATA_OK);
		strata_arena_reset(fixture.arena);
		has_refused = false;
		left = step;
		is_counting = true;
		result = get(redis);
		is_counting = false;
		CHECK(result == STRATA_OK ||
			  (has_refused && (result == STRATA_NO_MEMORY || result == STRATA_NO_OWNER)));
		strata_redis_client_free(redis);
		CHECK(scripted_server_end(server));
		REQUIRE(++step < MOST_STEPS);
	} while (has_refused);
	CHECK(step > 10);
	masters = shared;
}

/* What the host knows is not lost where one thread has no memory to use it. */
static void a_known_master_is_taken_over_once_there_is_memory(void)
{
	strata_redis_client *first, *redis;
	int step = 0;

	start_server();
	REQUIRE(open_pool(&first) == STRATA_OK);
	CHECK(get(first) == STRATA_OK);
	REQUIRE(open_pool(&redis) == STRATA_OK);
	do {
		strata_arena_reset(fixture.arena);
		has_refused = false;
		left = step;
		is_counting = true;
		(void) get(redis);
		is_counting = false;
		REQUIRE(++step < MOST_STEPS);
	} while (has_refused && step < 6);
	CHECK(get(redis) == STRATA_OK);
	strata_redis_client_free(redis);
	strata_redis_client_free(first);
	CHECK(scripted_server_end(server));
}

int main(void)
{
	const strata_view arguments[] = { strata_view_of("GET"), strata_view_of("key") };

	remote_fixture_begin(&fixture);
	REQUIRE(strata_master_table_new(fixture.host, &masters) == STRATA_OK);
	REQUIRE(strata_resp_compose(&bytes, arguments, 2) == 0);
	call = (strata_call){ .arena = fixture.arena };
	RUN(a_pool_is_made_whole_or_not_at_all);
	RUN(a_master_is_found_or_memory_is_short);
	RUN(a_known_master_is_taken_over_once_there_is_memory);
	strata_master_table_free(masters);
	strata_buffer_fini(&bytes);
	remote_fixture_end(&fixture);
	return unit_end();
}
