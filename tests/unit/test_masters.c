#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "remote/masters.h"

#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { RECORDS = 64, SECOND = 1000 };

static strata_host *host;
static strata_masters *masters;
static const strata_endpoint here = { "here", 1 }, there = { "there", 2 };

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_masters_new(host, &masters) == STRATA_OK);
}

static void end(void)
{
	strata_masters_free(masters);
	strata_host_free(host);
}

static strata_master_view look(strata_master *master)
{
	strata_master_view view;

	REQUIRE(strata_master_read(master, &view));
	return view;
}

static bool is_at(strata_master *master, const strata_endpoint *where)
{
	strata_master_view view = look(master);

	return view.is_known && strata_endpoint_is_at(&view.at, where->host, where->port);
}

static void a_key_has_one_record_until_all_are_taken(void)
{
	begin();
	CHECK(strata_masters_of(masters, 5) == strata_masters_of(masters, 5));
	CHECK(strata_masters_of(masters, 5) != strata_masters_of(masters, 5 + RECORDS));
	CHECK(strata_masters_of(masters, 0) == strata_masters_of(masters, 0));
	for (uint64_t key = 1000; key < 1000 + RECORDS - 3; key++) {
		CHECK(strata_masters_of(masters, key) != NULL);
	}
	CHECK(strata_masters_of(masters, 77777) == NULL);
	CHECK(strata_masters_of(masters, 5) != NULL);
	end();
}

static void nothing_is_known_before_the_first_answer(void)
{
	strata_master *master = strata_master_new();
	strata_msec turn;

	REQUIRE(master != NULL);
	CHECK(look(master).round == 0 && !look(master).is_known);
	CHECK(!strata_master_is_denied(master, 0));
	CHECK(strata_master_may_ask(master, 5 * SECOND, &turn));
	strata_master_not_heard(master, turn, STRATA_REFUSED, "refused");
	CHECK(look(master).round == 1 && !look(master).is_known);
	CHECK(look(master).result == STRATA_REFUSED && strcmp(look(master).error.text, "refused") == 0);
	strata_master_free(master);
}

static void one_caller_asks_every_second(void)
{
	strata_master *master = strata_master_new();
	strata_msec turn;

	REQUIRE(master != NULL);
	CHECK(strata_master_may_ask(master, 100 * SECOND, &turn) && turn == 100 * SECOND);
	CHECK(!strata_master_may_ask(master, 100 * SECOND, &turn));
	CHECK(!strata_master_may_ask(master, 100 * SECOND - 1, &turn));
	CHECK(!strata_master_may_ask(master, 101 * SECOND - 1, &turn));
	CHECK(strata_master_may_ask(master, 101 * SECOND, &turn) && turn == 101 * SECOND);
	CHECK(strata_master_may_ask(master, 5, &turn));
	strata_master_free(master);
}

static void an_address_stays_when_nobody_says_another(void)
{
	strata_master *master = strata_master_new();
	strata_msec turn;

	REQUIRE(master != NULL);
	CHECK(strata_master_may_ask(master, 1 * SECOND, &turn));
	strata_master_heard(master, turn, &here, 7);
	CHECK(strata_master_may_ask(master, 2 * SECOND, &turn));
	strata_master_not_heard(master, turn, STRATA_TIMEOUT, "late");
	CHECK(look(master).is_known && look(master).round == 2 && look(master).epoch == 7);
	CHECK(is_at(master, &here));
	CHECK(look(master).result == STRATA_TIMEOUT);
	CHECK(strata_master_may_ask(master, 3 * SECOND, &turn));
	strata_master_heard(master, turn, &there, 8);
	CHECK(is_at(master, &there) && look(master).result == STRATA_OK);
	strata_master_free(master);
}

static void who_took_too_long_to_hear_it_has_old_news(void)
{
	strata_master *master = strata_master_new();
	strata_msec slow, quick;

	REQUIRE(master != NULL);
	CHECK(strata_master_may_ask(master, 1 * SECOND, &slow));
	CHECK(strata_master_may_ask(master, 2 * SECOND, &quick));
	strata_master_heard(master, quick, &there, 8);
	strata_master_heard(master, slow, &here, 9);
	strata_master_not_heard(master, slow, STRATA_TIMEOUT, "late");
	CHECK(is_at(master, &there) && look(master).epoch == 8);
	CHECK(look(master).result == STRATA_OK && look(master).round == 1);
	strata_master_free(master);
}

static void a_denial_holds_until_the_next_answer(void)
{
	strata_master *master = strata_master_new();
	strata_msec turn;

	REQUIRE(master != NULL);
	CHECK(strata_master_may_ask(master, 1 * SECOND, &turn));
	strata_master_heard(master, turn, &here, 1);
	CHECK(!strata_master_is_denied(master, strata_master_round(master)));
	strata_master_deny(master, strata_master_round(master));
	CHECK(strata_master_is_denied(master, strata_master_round(master)));
	CHECK(strata_master_may_ask(master, 2 * SECOND, &turn));
	strata_master_not_heard(master, turn, STRATA_TIMEOUT, "late");
	CHECK(!strata_master_is_denied(master, strata_master_round(master)));
	strata_master_free(master);
}

static void what_a_child_heard_all_know(void)
{
	strata_msec turn;
	pid_t child;

	begin();
	child = fork();
	if (child == 0) {
		if (strata_master_may_ask(strata_masters_of(masters, 9), 1 * SECOND, &turn)) {
			strata_master_heard(strata_masters_of(masters, 9), turn, &here, 3);
		}
		_exit(0);
	}
	/* Ends when the first answer comes, and the child's is the only one. */
	while (strata_master_round(strata_masters_of(masters, 9)) == 0) {
		strata_master_wait(strata_masters_of(masters, 9), 5000000);
	}
	CHECK(is_at(strata_masters_of(masters, 9), &here));
	CHECK(!strata_master_may_ask(strata_masters_of(masters, 9), 1 * SECOND, &turn));
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
