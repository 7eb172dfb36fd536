#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/resolver/name_table.h"

#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/process.h"
#include "unit.h"

enum { SECOND = 1000, RECORDS = 1024, PORT = 6379 };

static strata_host *host;
static strata_process_slots *slots;
static strata_name_table *table;
static strata_name_record *record;

static void begin(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_name_table_new(host, slots, &table) == STRATA_OK);
	record = strata_name_table_acquire(table, "cache.example");
	REQUIRE(record != NULL);
}

static void end(void)
{
	strata_name_table_free(table);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static strata_address numeric(const char *text, uint16_t port)
{
	strata_address address;
	const char *cause;

	REQUIRE(strata_address_read(text, port, &address, &cause) == STRATA_OK);
	return address;
}

/* What a lookup found: one address, or two. */
static strata_dns_answer found(const char *one, const char *other)
{
	strata_dns_answer answer = { .result = STRATA_OK };

	answer.addresses.items[answer.addresses.count++] = numeric(one, 0);
	if (other != NULL) {
		answer.addresses.items[answer.addresses.count++] = numeric(other, 0);
	}
	return answer;
}

static strata_dns_answer failed(void)
{
	return (strata_dns_answer){ .result = STRATA_TIMEOUT, .error = "silence" };
}

static strata_name_view look(strata_msec now)
{
	strata_name_view view;

	strata_name_record_read(record, now, &view);
	return view;
}

/* Was it a move? */
static bool put(strata_dns_answer answer, strata_msec asked_at)
{
	return strata_name_record_publish(record, strata_name_record_version(record), &answer,
		asked_at);
}

static bool is_at(const char *text, strata_msec now)
{
	strata_name_view view = look(now);
	strata_address address = numeric(text, 0);

	return strata_address_list_find(&view.addresses, &address) < view.addresses.count;
}

static void nothing_is_known_before_the_first_answer(void)
{
	begin();
	CHECK(look(SECOND).version == 0 && look(SECOND).addresses.count == 0);
	CHECK(!put(failed(), SECOND));
	CHECK(look(SECOND).version != 0 && look(SECOND).addresses.count == 0);
	CHECK(look(SECOND).result == STRATA_TIMEOUT && strcmp(look(SECOND).error, "silence") == 0);
	end();
}

static void other_addresses_are_a_move_and_another_order_is_none(void)
{
	begin();
	CHECK(!put(found("10.0.0.1", "::1"), 1 * SECOND));
	CHECK(!put(found("::1", "10.0.0.1"), 2 * SECOND));
	CHECK(look(3 * SECOND).since == 1 * SECOND && look(3 * SECOND).asked_at == 2 * SECOND);
	CHECK(put(found("10.0.0.1", NULL), 3 * SECOND));
	CHECK(put(found("10.0.0.2", NULL), 4 * SECOND));
	CHECK(look(5 * SECOND).since == 4 * SECOND);
	CHECK(is_at("10.0.0.2", 5 * SECOND) && !is_at("10.0.0.1", 5 * SECOND));
	end();
}

static void a_lookup_that_found_nothing_leaves_the_addresses(void)
{
	begin();
	CHECK(!put(found("10.0.0.1", NULL), 1 * SECOND));
	CHECK(!put(failed(), 2 * SECOND));
	CHECK(is_at("10.0.0.1", 3 * SECOND));
	CHECK(look(3 * SECOND).result == STRATA_TIMEOUT && look(3 * SECOND).since == 1 * SECOND);
	CHECK(look(3 * SECOND).answered_at == 1 * SECOND && look(3 * SECOND).asked_at == 2 * SECOND);
	CHECK(!put(found("10.0.0.1", NULL), 3 * SECOND));
	CHECK(look(3 * SECOND).result == STRATA_OK && look(3 * SECOND).error[0] == '\0');
	end();
}

static void what_was_asked_before_another_answer_came_is_old_news(void)
{
	strata_dns_answer slow = found("10.0.0.1", NULL), quick = found("10.0.0.2", NULL);
	uint64_t version;

	begin();
	version = strata_name_record_version(record);
	CHECK(!strata_name_record_publish(record, version, &quick, 2 * SECOND));
	CHECK(!strata_name_record_publish(record, version, &slow, 1 * SECOND));
	CHECK(is_at("10.0.0.2", 3 * SECOND));
	end();
}

static void one_caller_looks_it_up_every_second(void)
{
	uint64_t ticket;

	begin();
	CHECK(strata_name_record_take(record, 10 * SECOND, &ticket) == STRATA_GATE_TAKEN);
	CHECK(strata_name_record_is_asked(record, 10 * SECOND));
	CHECK(strata_name_record_take(record, 10 * SECOND, &ticket) != STRATA_GATE_TAKEN);
	CHECK(strata_name_record_take(record, 11 * SECOND, &ticket) == STRATA_GATE_TAKEN);
	strata_name_record_end(record, ticket);
	CHECK(!strata_name_record_is_asked(record, 11 * SECOND));
	end();
}

static void the_address_that_worked_is_known_for_its_port(void)
{
	strata_dns_answer both = found("10.0.0.1", "10.0.0.2");
	strata_address second = numeric("10.0.0.2", PORT);

	begin();
	CHECK(strata_name_record_first(record, PORT, &both.addresses) == 0);
	strata_name_record_prefer(record, PORT, &second);
	CHECK(strata_name_record_first(record, PORT, &both.addresses) == 1);
	CHECK(strata_name_record_first(record, PORT + 1, &both.addresses) == 0);
	CHECK(strata_name_record_first(record, PORT + 4, &both.addresses) == 0);
	end();
}

static void a_moment_that_is_still_to_come_never_was(void)
{
	begin();
	strata_name_record_expire(record, 100 * SECOND);
	CHECK(strata_name_record_expired_at(record, 100 * SECOND) == 100 * SECOND);
	CHECK(strata_name_record_expired_at(record, 100 * SECOND - 5) == 100 * SECOND - 5);
	CHECK(strata_name_record_expired_at(record, 50 * SECOND) == 0);
	end();
}

static void names_of_the_dead_make_room_and_those_of_the_living_stay(void)
{
	char name[32];
	int status;
	pid_t child;

	begin();
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		uint32_t taken = 0;

		for (int i = 0; i < RECORDS - 1; i++) {
			(void) snprintf(name, sizeof(name), "name%d.example", i);
			taken += strata_name_table_acquire(table, name) != NULL;
		}
		/* All but the one that the parent holds. */
		_exit(taken == RECORDS - 1 ? 0 : 1);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(strata_name_table_acquire(table, "cache.example") == record);
	CHECK(strata_name_table_acquire(table, "another.example") != NULL);
	end();
}

static void a_host_that_is_too_long_is_cut_and_described(void)
{
	strata_name_status status;
	char name[400];

	begin();
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK(strata_name_table_acquire(table, name) != NULL);
	CHECK(strata_name_table_describe(table, 0, SECOND, &status));
	CHECK(strcmp(status.host, "cache.example") == 0);
	CHECK(strata_name_table_describe(table, 1, SECOND, &status) && strlen(status.host) == 255);
	CHECK(!strata_name_table_describe(table, 2, SECOND, &status));
	end();
}

int main(void)
{
	RUN(nothing_is_known_before_the_first_answer);
	RUN(other_addresses_are_a_move_and_another_order_is_none);
	RUN(a_lookup_that_found_nothing_leaves_the_addresses);
	RUN(what_was_asked_before_another_answer_came_is_old_news);
	RUN(one_caller_looks_it_up_every_second);
	RUN(the_address_that_worked_is_known_for_its_port);
	RUN(a_moment_that_is_still_to_come_never_was);
	RUN(names_of_the_dead_make_room_and_those_of_the_living_stay);
	RUN(a_host_that_is_too_long_is_cut_and_described);
	return unit_end();
}
