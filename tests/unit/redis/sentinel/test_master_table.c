#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "redis/sentinel/master_table.h"

#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { RECORDS = 64, SECOND = 1000 };

static strata_host *host;
static strata_master_table *masters;
static const strata_endpoint here = { "here", 1 }, there = { "there", 2 };

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_master_table_new(host, &masters) == STRATA_OK);
}

static void end(void)
{
	strata_master_table_free(masters);
	strata_host_free(host);
}

static strata_master_view look(strata_master_record *record)
{
	strata_master_view view;

	REQUIRE(strata_master_record_read(record, &view));
	return view;
}

static bool is_at(strata_master_record *record, const strata_endpoint *where)
{
	strata_master_view view = look(record);

	return view.is_known && strata_endpoint_is_at(&view.at, where->host, where->port);
}

static void a_key_has_one_record_until_all_are_taken(void)
{
	begin();
	CHECK(strata_master_table_claim(masters, 5) == strata_master_table_claim(masters, 5));
	CHECK(strata_master_table_claim(masters, 5) != strata_master_table_claim(masters, 5 + RECORDS));
	CHECK(strata_master_table_claim(masters, 0) == strata_master_table_claim(masters, 0));
	for (uint64_t key = 1000; key < 1000 + RECORDS - 3; key++) {
		CHECK(strata_master_table_claim(masters, key) != NULL);
	}
	CHECK(strata_master_table_claim(masters, 77777) == NULL);
	CHECK(strata_master_table_claim(masters, 5) != NULL);
	end();
}

static void nothing_is_known_before_the_first_answer(void)
{
	strata_master_record *record = strata_master_record_new();
	uint64_t turn;

	REQUIRE(record != NULL);
	CHECK(look(record).version == 0 && !look(record).is_known);
	CHECK(!strata_master_record_is_demoted(record, 0));
	CHECK(strata_master_record_take(record, 5 * SECOND, &turn));
	strata_master_record_publish_error(record, turn, STRATA_REFUSED, "refused");
	CHECK(look(record).version == 1 && !look(record).is_known);
	CHECK(look(record).result == STRATA_REFUSED && strcmp(look(record).error.text, "refused") == 0);
	strata_master_record_free(record);
}

static void one_caller_asks_every_second(void)
{
	strata_master_record *record = strata_master_record_new();
	uint64_t turn;

	REQUIRE(record != NULL);
	CHECK(strata_master_record_take(record, 100 * SECOND, &turn) && turn != 0);
	CHECK(!strata_master_record_take(record, 100 * SECOND, &turn));
	CHECK(!strata_master_record_take(record, 100 * SECOND - 1, &turn));
	CHECK(!strata_master_record_take(record, 101 * SECOND - 1, &turn));
	CHECK(strata_master_record_take(record, 101 * SECOND, &turn) && turn != 0);
	CHECK(strata_master_record_take(record, 5, &turn));
	strata_master_record_free(record);
}

static void an_address_stays_when_nobody_says_another(void)
{
	strata_master_record *record = strata_master_record_new();
	uint64_t turn;

	REQUIRE(record != NULL);
	CHECK(strata_master_record_take(record, 1 * SECOND, &turn));
	strata_master_record_publish(record, turn, &here, 7);
	CHECK(strata_master_record_take(record, 2 * SECOND, &turn));
	strata_master_record_publish_error(record, turn, STRATA_TIMEOUT, "late");
	CHECK(look(record).is_known && look(record).version == 2 && look(record).epoch == 7);
	CHECK(is_at(record, &here));
	CHECK(look(record).result == STRATA_TIMEOUT);
	CHECK(strata_master_record_take(record, 3 * SECOND, &turn));
	strata_master_record_publish(record, turn, &there, 8);
	CHECK(is_at(record, &there) && look(record).result == STRATA_OK);
	strata_master_record_free(record);
}

static void who_took_too_long_to_hear_it_has_old_news(void)
{
	strata_master_record *record = strata_master_record_new();
	uint64_t slow, quick;

	REQUIRE(record != NULL);
	CHECK(strata_master_record_take(record, 1 * SECOND, &slow));
	CHECK(strata_master_record_take(record, 2 * SECOND, &quick));
	strata_master_record_publish(record, quick, &there, 8);
	strata_master_record_publish(record, slow, &here, 9);
	strata_master_record_publish_error(record, slow, STRATA_TIMEOUT, "late");
	CHECK(is_at(record, &there) && look(record).epoch == 8);
	CHECK(look(record).result == STRATA_OK && look(record).version == 1);
	strata_master_record_free(record);
}

static void a_denial_holds_until_the_next_answer(void)
{
	strata_master_record *record = strata_master_record_new();
	uint64_t turn;

	REQUIRE(record != NULL);
	CHECK(strata_master_record_take(record, 1 * SECOND, &turn));
	strata_master_record_publish(record, turn, &here, 1);
	CHECK(!strata_master_record_is_demoted(record, strata_master_record_version(record)));
	strata_master_record_mark_demoted(record, strata_master_record_version(record));
	CHECK(strata_master_record_is_demoted(record, strata_master_record_version(record)));
	CHECK(strata_master_record_take(record, 2 * SECOND, &turn));
	strata_master_record_publish_error(record, turn, STRATA_TIMEOUT, "late");
	CHECK(!strata_master_record_is_demoted(record, strata_master_record_version(record)));
	strata_master_record_free(record);
}

static void what_a_child_heard_all_know(void)
{
	uint64_t turn;
	pid_t child;

	begin();
	child = fork();
	if (child == 0) {
		if (strata_master_record_take(strata_master_table_claim(masters, 9), 1 * SECOND, &turn)) {
			strata_master_record_publish(strata_master_table_claim(masters, 9), turn, &here, 3);
		}
		_exit(0);
	}
	/* Ends when the first answer comes, and the child's is the only one. */
	while (strata_master_record_version(strata_master_table_claim(masters, 9)) == 0) {
		strata_master_record_wait(strata_master_table_claim(masters, 9), 5000000);
	}
	CHECK(is_at(strata_master_table_claim(masters, 9), &here));
	CHECK(!strata_master_record_take(strata_master_table_claim(masters, 9), 1 * SECOND, &turn));
	REQUIRE(waitpid(child, NULL, 0) == child);
	end();
}

int main(void)
{
	RUN(a_key_has_one_record_until_all_are_taken);
	RUN(nothing_is_known_before_the_first_answer);
	RUN(one_caller_asks_every_second);
	RUN(an_address_stays_when_nobody_says_another);
	RUN(who_took_too_long_to_hear_it_has_old_news);
	RUN(a_denial_holds_until_the_next_answer);
	RUN(what_a_child_heard_all_know);
	return unit_end();
}
