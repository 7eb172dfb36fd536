/*
 * Removals that a server did not confirm: what carries them, and what is answered meanwhile. The
 * server is a small memcached that can be made to fail.
 */
#include "memcached/carried.h"

#include <unistd.h>

#include "fake_memcached.h"
#include "memcached/memcached.h"
#include "remote_fixture.h"
#include "unit.h"

static remote_fixture fixture;
static fake_memcached fake;
static strata_memcached *pool;
static strata_unconfirmed_table *table;
static strata_call call;

static void begin(void)
{
	strata_ring_server server = { "127.0.0.1", 0, 1, NULL };

	remote_fixture_begin(&fixture);
	fake_memcached_start(&fake);
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &table) == STRATA_OK);
	fixture.options.unconfirmed = table;
	server.port = fake_memcached_port(&fake);
	REQUIRE(strata_memcached_new(&server, 1, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena };
}

static void end(void)
{
	strata_memcached_free(pool);
	CHECK(fake_memcached_end(&fake));
	strata_unconfirmed_table_free(table);
	remote_fixture_end(&fixture);
}

static strata_memcached_command command_of(strata_meta_verb verb, const char *key)
{
	return (strata_memcached_command){ .request = { .verb = verb, .key = strata_view_of(key) } };
}

static strata_memcached_command removal_of(const char *key)
{
	strata_memcached_command command = command_of(STRATA_META_DELETE, key);

	command.is_removal = true;
	return command;
}

static strata_memcached_command set_of(const char *key)
{
	strata_memcached_command command = command_of(STRATA_META_SET, key);

	command.request.mode = 'S';
	command.request.value = strata_view_of("new");
	command.is_removal = true;
	return command;
}

static strata_result run(strata_memcached_command *command)
{
	strata_memcached_replies *replies = strata_memcached_run(pool, &call, command, 1);

	strata_memcached_release(replies);
	return command->result;
}

static strata_result run_one(strata_memcached_command command)
{
	return run(&command);
}

static uint32_t unconfirmed(void)
{
	strata_unconfirmed_view view;

	return strata_unconfirmed_look(table, 0, &view) ? view.names : 0;
}

/* The server refuses it, and is not deaf otherwise. */
static void fail_to_remove(const char *key)
{
	fake_memcached_fail(&fake, "SERVER_ERROR out of memory");
	CHECK(run_one(removal_of(key)) == STRATA_SERVER);
}

static void a_removal_that_failed_goes_in_front_of_the_next_command(void)
{
	begin();
	fake_memcached_hold(&fake, "old", "1", 1);
	fail_to_remove("old");
	CHECK(unconfirmed() == 1);
	CHECK(fake_memcached_heard(&fake, "md old; "));
	CHECK(run_one(command_of(STRATA_META_GET, "other")) == STRATA_OK);
	CHECK(fake_memcached_heard(&fake, "md old; mg other; "));
	CHECK(run_one(command_of(STRATA_META_GET, "other")) == STRATA_OK);
	CHECK(fake_memcached_heard(&fake, "mg other; "));
	CHECK(fake_memcached_item(&fake, "old").size == 0);
	/* Once more in 5 s. */
	CHECK(unconfirmed() == 1);
	end();
}

static void a_get_of_the_name_itself_carries_it(void)
{
	strata_memcached_command get = command_of(STRATA_META_GET, "old");

	begin();
	fake_memcached_hold(&fake, "old", "1", 1);
	fail_to_remove("old");
	(void) fake_memcached_heard(&fake, "");
	CHECK(run(&get) == STRATA_OK);
	CHECK(get.reply.code == STRATA_META_EN);
	CHECK(fake_memcached_heard(&fake, "md old; md old; mg old; ") ||
		  fake_memcached_heard(&fake, "md old; mg old; "));
	end();
}

static void fail_removals(fake_memcached *server, const char *verb)
{
	server->error = strcmp(verb, "md") == 0 ? "SERVER_ERROR out of memory" : NULL;
}

static void a_get_is_not_answered_while_the_removal_fails(void)
{
	begin();
	fake_memcached_hold(&fake, "old", "1", 1);
	fake_memcached_hold(&fake, "other", "2", 1);
	fake_memcached_let(&fake, fail_removals);
	CHECK(run_one(removal_of("old")) == STRATA_SERVER);
	CHECK(run_one(command_of(STRATA_META_GET, "old")) == STRATA_NOT_READY);
	CHECK(strstr(call.error, "not confirmed") != NULL);
	call.error[0] = '\0';
	CHECK(run_one(command_of(STRATA_META_GET, "other")) == STRATA_OK);
	CHECK(call.error[0] == '\0');
	CHECK(run_one(command_of(STRATA_META_TOUCH, "old")) == STRATA_NOT_READY);
	fake_memcached_let(&fake, NULL);
	CHECK(run_one(command_of(STRATA_META_GET, "old")) == STRATA_OK);
	end();
}

static void a_set_that_failed_is_removed(void)
{
	begin();
	fake_memcached_hold(&fake, "old", "1", 1);
	fake_memcached_fail(&fake, "SERVER_ERROR temporary failure");
	CHECK(run_one(set_of("old")) == STRATA_SERVER);
	CHECK(unconfirmed() == 1);
	CHECK(run_one(command_of(STRATA_META_GET, "other")) == STRATA_OK);
	CHECK(fake_memcached_item(&fake, "old").size == 0);
	end();
}

/* It has let the old value go before it looked for room. */
static void a_set_that_a_full_server_refuses_has_removed(void)
{
	begin();
	fake_memcached_fail(&fake, "SERVER_ERROR out of memory storing object");
	CHECK(run_one(set_of("old")) == STRATA_SERVER);
	CHECK(unconfirmed() == 0);
	end();
}

static void a_set_that_was_confirmed_ends_what_is_unconfirmed(void)
{
	begin();
	fail_to_remove("key");
	CHECK(unconfirmed() == 1);
	CHECK(run_one(set_of("key")) == STRATA_OK);
	CHECK(unconfirmed() == 0);
	CHECK(fake_memcached_item(&fake, "key").size == 3);
	end();
}

static void what_is_too_large_is_not_unconfirmed(void)
{
	strata_memcached_command set = set_of("key");

	begin();
	fake_memcached_fail(&fake, "SERVER_ERROR object too large for cache");
	CHECK(run(&set) == STRATA_TOO_LARGE);
	CHECK(unconfirmed() == 0);
	end();
}

static void what_is_no_removal_is_not_unconfirmed(void)
{
	begin();
	fake_memcached_fail(&fake, "SERVER_ERROR out of memory");
	CHECK(run_one(command_of(STRATA_META_DELETE, "key")) == STRATA_SERVER);
	CHECK(unconfirmed() == 0);
	end();
}

static void many_are_carried_a_few_at_a_time(void)
{
	char name[32];

	begin();
	fake_memcached_let(&fake, fail_removals);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "old%d", i);
		CHECK(run_one(removal_of(name)) == STRATA_SERVER);
	}
	CHECK(unconfirmed() == 40);
	fake_memcached_let(&fake, NULL);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "old%d", i);
		CHECK(run_one(command_of(STRATA_META_GET, name)) == STRATA_OK);
		strata_arena_reset(fixture.arena);
	}
	end();
}

/* No server is there at all. */
static void what_cannot_be_sent_is_unconfirmed(void)
{
	strata_ring_server server = { "127.0.0.1", 0, 1, NULL };
	strata_unconfirmed_view view;
	int fd;

	begin();
	strata_memcached_free(pool);
	fd = scripted_refusing_port(&server.port);
	REQUIRE(strata_memcached_new(&server, 1, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	CHECK(run_one(removal_of("key")) == STRATA_REFUSED);
	REQUIRE(strata_unconfirmed_look(table, 1, &view));
	CHECK(view.names == 1);
	close(fd);
	end();
}

int main(void)
{
	RUN(a_removal_that_failed_goes_in_front_of_the_next_command);
	RUN(a_get_of_the_name_itself_carries_it);
	RUN(a_get_is_not_answered_while_the_removal_fails);
	RUN(a_set_that_failed_is_removed);
	RUN(a_set_that_a_full_server_refuses_has_removed);
	RUN(a_set_that_was_confirmed_ends_what_is_unconfirmed);
	RUN(what_is_too_large_is_not_unconfirmed);
	RUN(what_is_no_removal_is_not_unconfirmed);
	RUN(many_are_carried_a_few_at_a_time);
	RUN(what_cannot_be_sent_is_unconfirmed);
	return unit_end();
}
