/* What a read of the generation costs that goes along with other commands, and what it says. */
#include "tier/generation_check.h"
#include "tier/memcached/memcached.h"

#include "fake_memcached.h"
#include "remote_fixture.h"
#include "unit.h"

enum { GENERATION = 7, MOST_NODES = 5 };

static remote_fixture fixture;
static fake_memcached fakes[MOST_NODES];
static unsigned node_count;
static strata_keyspace keyspace;
static strata_call call;
static strata_tier tier;
static strata_generation_check check;

static void begin_with(unsigned nodes)
{
	strata_ring_server servers[MOST_NODES];
	strata_memcached *pool;

	remote_fixture_begin(&fixture);
	node_count = nodes;
	for (unsigned i = 0; i < nodes; i++) {
		fake_memcached_start(&fakes[i]);
		fake_memcached_hold(&fakes[i], "db:generation", "7", 1);
		servers[i] = (strata_ring_server){ "127.0.0.1", fake_memcached_port(&fakes[i]), 1, NULL };
	}
	REQUIRE(strata_keyspace_init(&keyspace, "db", "", strata_view_of(""), 1000) == STRATA_OK);
	call = (strata_call){ .arena = fixture.arena, .generation = GENERATION };
	REQUIRE(
		strata_memcached_new(servers, nodes, &fixture.options, fixture.stats, &pool) == STRATA_OK);
	REQUIRE(strata_tier_memcached_init(&tier, pool, &keyspace, STRATA_MEMCACHED_DEEPEST) == 0);
}

static void end(void)
{
	tier.ops->fini(&tier);
	strata_keyspace_fini(&keyspace);
	for (unsigned i = 0; i < node_count; i++) {
		CHECK(fake_memcached_end(&fakes[i]));
	}
	remote_fixture_end(&fixture);
}

static strata_result remove_with(strata_check_scope scope, const char *key)
{
	strata_item item = { .key = strata_view_of(key) };
	strata_item *const one[] = { &item };

	check = strata_generation_check_of(scope);
	call.check = &check;
	tier.ops->remove(&tier, &call, one, 1);
	CHECK(call.check == NULL);
	return item.result;
}

static bool held(uint64_t number)
{
	return check.is_sent && check.copies.count == 1 && check.copies.readable == 1 &&
		   check.copies.numbers[0] == number;
}

/* In front: see tier/memcached/memcached_batch.c. */
static void it_is_one_command_in_the_same_write(void)
{
	begin_with(1);
	CHECK(remove_with(STRATA_CHECK_ONE_COPY, "a") == STRATA_MISS && held(7));
	CHECK(fake_memcached_heard(&fakes[0], "mg db:generation; md db:7:a; "));
	CHECK(fake_memcached_connections(&fakes[0]) == 1);
	end();
}

/* How many servers have heard anything, and of how many commands; they forget it. */
static unsigned asked(unsigned *commands)
{
	unsigned servers = 0;

	*commands = 0;
	for (unsigned i = 0; i < node_count; i++) {
		servers += fakes[i].heard[0] != '\0';
		for (const char *at = fakes[i].heard; (at = strchr(at, ';')) != NULL; at++) {
			(*commands)++;
		}
		fakes[i].heard[0] = '\0';
	}
	return servers;
}

static void with_three_servers_that_of_the_key_keeps_a_copy(void)
{
	static const char *const keys[] = { "a", "b", "c", "d", "e", "f" };
	unsigned commands;

	begin_with(3);
	for (size_t i = 0; i < 6; i++) {
		CHECK(remove_with(STRATA_CHECK_ONE_COPY, keys[i]) == STRATA_MISS && held(7));
		CHECK(asked(&commands) == 1 && commands == 2);
	}
	end();
}

static void with_more_servers_one_is_asked_beside_it_at_most(void)
{
	char key[16];
	unsigned commands, apart = 0;

	begin_with(5);
	for (int i = 0; i < 20; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		CHECK(remove_with(STRATA_CHECK_ONE_COPY, key) == STRATA_MISS && held(7));
		apart += asked(&commands) == 2;
		CHECK(commands == 2);
	}
	CHECK(apart > 0 && apart < 20);
	end();
}

static void where_all_are_asked_there_are_three_reads(void)
{
	unsigned commands;

	begin_with(5);
	CHECK(remove_with(STRATA_CHECK_ALL_COPIES, "a") == STRATA_MISS);
	CHECK(check.copies.count == 3 && check.copies.readable == 3);
	CHECK(asked(&commands) <= 4 && commands == 4);
	end();
}

int main(void)
{
	RUN(it_is_one_command_in_the_same_write);
	RUN(with_three_servers_that_of_the_key_keeps_a_copy);
	RUN(with_more_servers_one_is_asked_beside_it_at_most);
	RUN(where_all_are_asked_there_are_three_reads);
	return unit_end();
}
