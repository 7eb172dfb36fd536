#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "redis/sentinel/watches.h"

#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

enum { RECORDS = 64, SECOND = 1000 };

static strata_host *host;
static strata_watches *watches;
static const strata_endpoint here = { "here", 1 }, there = { "there", 2 };

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_watches_new(host, &watches) == STRATA_OK);
}

static void end(void)
{
	strata_watches_free(watches);
	strata_host_free(host);
}

static strata_watch_view look(strata_watch *watch)
{
	strata_watch_view view;

	REQUIRE(strata_watch_read(watch, &view));
	return view;
}

static bool is_at(strata_watch *watch, const strata_endpoint *where)
{
	strata_watch_view view = look(watch);

	return view.is_known && strata_endpoint_is_at(&view.at, where->host, where->port);
}

static void a_key_has_one_record_until_all_are_taken(void)
{
	begin();
	CHECK(strata_watches_of(watches, 5) == strata_watches_of(watches, 5));
	CHECK(strata_watches_of(watches, 5) != strata_watches_of(watches, 5 + RECORDS));
	CHECK(strata_watches_of(watches, 0) == strata_watches_of(watches, 0));
	for (uint64_t key = 1000; key < 1000 + RECORDS - 3; key++) {
		CHECK(strata_watches_of(watches, key) != NULL);
	}
	CHECK(strata_watches_of(watches, 77777) == NULL);
	CHECK(strata_watches_of(watches, 5) != NULL);
	end();
}

static void nothing_is_known_before_the_first_answer(void)
{
	strata_watch *watch = strata_watch_new();
	strata_msec turn;

	REQUIRE(watch != NULL);
	CHECK(look(watch).round == 0 && !look(watch).is_known);
	CHECK(!strata_watch_is_denied(watch, 0));
	CHECK(strata_watch_may_ask(watch, 5 * SECOND, &turn));
	strata_watch_not_heard(watch, turn, STRATA_REFUSED, "refused");
	CHECK(look(watch).round == 1 && !look(watch).is_known);
	CHECK(look(watch).result == STRATA_REFUSED && strcmp(look(watch).error.text, "refused") == 0);
	strata_watch_free(watch);
}

static void one_caller_asks_every_second(void)
{
	strata_watch *watch = strata_watch_new();
	strata_msec turn;

	REQUIRE(watch != NULL);
	CHECK(strata_watch_may_ask(watch, 100 * SECOND, &turn) && turn == 100 * SECOND);
	CHECK(!strata_watch_may_ask(watch, 100 * SECOND, &turn));
	CHECK(!strata_watch_may_ask(watch, 100 * SECOND - 1, &turn));
	CHECK(!strata_watch_may_ask(watch, 101 * SECOND - 1, &turn));
	CHECK(strata_watch_may_ask(watch, 101 * SECOND, &turn) && turn == 101 * SECOND);
	CHECK(strata_watch_may_ask(watch, 5, &turn));
	strata_watch_free(watch);
}

static void an_address_stays_when_nobody_says_another(void)
{
	strata_watch *watch = strata_watch_new();
	strata_msec turn;

	REQUIRE(watch != NULL);
	CHECK(strata_watch_may_ask(watch, 1 * SECOND, &turn));
	strata_watch_heard(watch, turn, &here, 7);
	CHECK(strata_watch_may_ask(watch, 2 * SECOND, &turn));
	strata_watch_not_heard(watch, turn, STRATA_TIMEOUT, "late");
	CHECK(look(watch).is_known && look(watch).round == 2 && look(watch).epoch == 7);
	CHECK(is_at(watch, &here));
	CHECK(look(watch).result == STRATA_TIMEOUT);
	CHECK(strata_watch_may_ask(watch, 3 * SECOND, &turn));
	strata_watch_heard(watch, turn, &there, 8);
	CHECK(is_at(watch, &there) && look(watch).result == STRATA_OK);
	strata_watch_free(watch);
}

static void who_took_too_long_to_hear_it_has_old_news(void)
{
	strata_watch *watch = strata_watch_new();
	strata_msec slow, quick;

	REQUIRE(watch != NULL);
	CHECK(strata_watch_may_ask(watch, 1 * SECOND, &slow));
	CHECK(strata_watch_may_ask(watch, 2 * SECOND, &quick));
	strata_watch_heard(watch, quick, &there, 8);
	strata_watch_heard(watch, slow, &here, 9);
	strata_watch_not_heard(watch, slow, STRATA_TIMEOUT, "late");
	CHECK(is_at(watch, &there) && look(watch).epoch == 8);
	CHECK(look(watch).result == STRATA_OK && look(watch).round == 1);
	strata_watch_free(watch);
}

static void a_denial_holds_until_the_next_answer(void)
{
	strata_watch *watch = strata_watch_new();
	strata_msec turn;

	REQUIRE(watch != NULL);
	CHECK(strata_watch_may_ask(watch, 1 * SECOND, &turn));
	strata_watch_heard(watch, turn, &here, 1);
	CHECK(!strata_watch_is_denied(watch, strata_watch_round(watch)));
	strata_watch_deny(watch, strata_watch_round(watch));
	CHECK(strata_watch_is_denied(watch, strata_watch_round(watch)));
	CHECK(strata_watch_may_ask(watch, 2 * SECOND, &turn));
	strata_watch_not_heard(watch, turn, STRATA_TIMEOUT, "late");
	CHECK(!strata_watch_is_denied(watch, strata_watch_round(watch)));
	strata_watch_free(watch);
}

static void what_a_child_heard_all_know(void)
{
	strata_msec turn;
	pid_t child;

	begin();
	child = fork();
	if (child == 0) {
		if (strata_watch_may_ask(strata_watches_of(watches, 9), 1 * SECOND, &turn)) {
			strata_watch_heard(strata_watches_of(watches, 9), turn, &here, 3);
		}
		_exit(0);
	}
	/* Ends when the first answer comes, and the child's is the only one. */
	while (strata_watch_round(strata_watches_of(watches, 9)) == 0) {
		strata_watch_wait(strata_watches_of(watches, 9), 5000000);
	}
	CHECK(is_at(strata_watches_of(watches, 9), &here));
	CHECK(!strata_watch_may_ask(strata_watches_of(watches, 9), 1 * SECOND, &turn));
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
