/* unit: -DSTRATA_FAILPOINTS */
/* What the host remembers of tags: merged, displaced, half written, and left by the dead. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/table/tag_table.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failpoint.h"

#include "unit.h"

enum { NOW = 1000000, TTL = 1000, SETS = 512, WAYS = 8 };

static strata_host *host;
static strata_tag_table *table;

/* At which failpoint this process dies, or stops; NULL: at none. */
static const char *dies_at, *stops_at;

/* What another process does when this one has read half of a record; NULL: nothing. */
static void (*meanwhile)(void);

void strata_failpoint(const char *name)
{
	if (dies_at != NULL && strcmp(name, dies_at) == 0) {
		(void) raise(SIGKILL);
	}
	if (stops_at != NULL && strcmp(name, stops_at) == 0) {
		(void) raise(SIGSTOP);
	}
	if (meanwhile != NULL && strcmp(name, "tag_table: read half of it") == 0) {
		void (*act)(void) = meanwhile;

		meanwhile = NULL;
		act();
	}
}

static void begin(void)
{
	dies_at = NULL;
	stops_at = NULL;
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_tag_table_new(host, &table) == STRATA_OK);
}

static void end(void)
{
	strata_tag_table_free(table);
	strata_host_free(host);
}

static strata_tag_noted note(uint64_t id, uint64_t number, strata_msec asked_at)
{
	return strata_tag_table_note(table, id, (strata_tag_word){ number, asked_at }, TTL);
}

static bool knows(uint64_t id, uint64_t number, strata_msec asked_at)
{
	strata_tag_word word = strata_tag_table_find(table, id);

	return word.number == number && word.asked_at == asked_at;
}

static bool knows_nothing(uint64_t id)
{
	return strata_tag_table_find(table, id).number == 0;
}

/* The i-th of the ids of one set. */
static uint64_t neighbour(uint64_t i)
{
	return 7 + i * SETS;
}

static void nothing_is_known_at_first(void)
{
	begin();
	for (uint64_t id = 1; id < 2 * STRATA_TAG_RECORDS; id++) {
		CHECK(knows_nothing(id));
		CHECK(!strata_tag_table_is_due(table, id, TTL, NOW));
	}
	end();
}

static void an_older_answer_replaces_nothing(void)
{
	begin();
	CHECK(note(7, 100, NOW) == STRATA_TAG_NOTED && knows(7, 100, NOW));
	CHECK(note(7, 99, NOW + 500) == STRATA_TAG_NOTED && knows(7, 100, NOW));
	CHECK(note(7, 100, NOW - 1) == STRATA_TAG_NOTED && knows(7, 100, NOW));
	CHECK(note(7, 100, NOW + 1) == STRATA_TAG_NOTED && knows(7, 100, NOW + 1));
	/* The number went up meanwhile: the word is as old as its own question. */
	CHECK(note(7, 101, NOW - 300) == STRATA_TAG_NOTED && knows(7, 101, NOW - 300));
	end();
}

static void doubt_ends_a_word_and_what_was_asked_before_it(void)
{
	begin();
	strata_tag_table_doubt(table, 7, NOW);
	CHECK(knows_nothing(7));
	CHECK(note(7, 100, NOW) == STRATA_TAG_NOTED);
	strata_tag_table_doubt(table, 7, NOW + 10);
	CHECK(knows(7, 100, 0));
	CHECK(note(7, 100, NOW + 9) == STRATA_TAG_NOTED && knows(7, 100, 0));
	CHECK(note(7, 100, NOW + 11) == STRATA_TAG_NOTED && knows(7, 100, NOW + 11));
	strata_tag_table_doubt(table, 7, NOW + 20);
	CHECK(note(7, 102, NOW + 15) == STRATA_TAG_NOTED && knows(7, 102, NOW + 15));
	end();
}

static void the_oldest_word_of_a_set_is_displaced(void)
{
	begin();
	for (uint64_t i = 0; i < WAYS; i++) {
		CHECK(note(neighbour(i), 100 + i, NOW + (i == 3 ? 0 : 100 + i)) == STRATA_TAG_NOTED);
	}
	CHECK(note(neighbour(WAYS), 200, NOW + 300) == STRATA_TAG_DISPLACED);
	CHECK(knows_nothing(neighbour(3)) && knows(neighbour(WAYS), 200, NOW + 300));
	CHECK(knows(neighbour(0), 100, NOW + 100) && knows(neighbour(7), 107, NOW + 107));
	/* A word that was over is no loss, and neither is one in doubt. */
	CHECK(note(neighbour(20), 200, NOW + 100 + TTL) == STRATA_TAG_NOTED);
	CHECK(knows_nothing(neighbour(0)));
	strata_tag_table_doubt(table, neighbour(1), NOW + 1);
	CHECK(note(neighbour(21), 200, NOW + 400) == STRATA_TAG_NOTED);
	CHECK(knows_nothing(neighbour(1)) && knows(neighbour(2), 102, NOW + 102));
	end();
}

static void a_full_table_knows_nothing_wrong(void)
{
	uint64_t known = 0;

	begin();
	for (uint64_t i = 1; i <= 100000; i++) {
		(void) note(i * UINT64_C(0x9E3779B97F4A7C15), i, NOW + i % 100);
	}
	for (uint64_t i = 1; i <= 100000; i++) {
		strata_tag_word word = strata_tag_table_find(table, i * UINT64_C(0x9E3779B97F4A7C15));

		CHECK(word.number == 0 || (word.number == i && word.asked_at == NOW + i % 100));
		known += word.number != 0;
	}
	CHECK(known == STRATA_TAG_RECORDS);
	end();
}

static void note_a_newer_one(void)
{
	(void) note(7, 101, NOW + 500);
}

static void displace_it(void)
{
	for (uint64_t i = 1; i <= WAYS; i++) {
		(void) note(neighbour(i), 200, NOW + 500);
	}
}

static void what_changed_while_it_was_read_is_nothing(void)
{
	begin();
	CHECK(note(7, 100, NOW) == STRATA_TAG_NOTED);
	meanwhile = note_a_newer_one;
	CHECK(knows_nothing(7) && meanwhile == NULL && knows(7, 101, NOW + 500));
	end();
	begin();
	CHECK(note(7, 100, NOW) == STRATA_TAG_NOTED);
	meanwhile = displace_it;
	CHECK(knows_nothing(7) && meanwhile == NULL && knows(neighbour(WAYS), 200, NOW + 500));
	end();
}

static void one_caller_of_an_interval_asks_early(void)
{
	begin();
	CHECK(!strata_tag_table_may_ask(table, 7, TTL, NOW));
	CHECK(note(7, 100, NOW) == STRATA_TAG_NOTED);
	CHECK(strata_tag_table_is_due(table, 7, TTL, NOW));
	CHECK(strata_tag_table_may_ask(table, 7, TTL, NOW));
	CHECK(!strata_tag_table_is_due(table, 7, TTL, NOW + TTL - 1));
	CHECK(!strata_tag_table_may_ask(table, 7, TTL, NOW + TTL - 1));
	CHECK(note(7, 101, NOW) == STRATA_TAG_NOTED);
	CHECK(!strata_tag_table_is_due(table, 7, TTL, NOW + TTL - 1));
	CHECK(strata_tag_table_may_ask(table, 7, TTL, NOW + TTL));
	end();
}

/* ---- the dead, and the stopped ---- */

/* Another process notes this and comes to the failpoint. */
static pid_t fork_to(const char **failpoint, const char *name, uint64_t id, uint64_t number)
{
	pid_t child = fork();

	REQUIRE(child >= 0);
	if (child == 0) {
		*failpoint = name;
		(void) note(id, number, NOW + 50);
		_exit(0);
	}
	return child;
}

static void kill_at(const char *name, uint64_t id, uint64_t number)
{
	int status;
	pid_t child = fork_to(&dies_at, name, id, number);

	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void a_killed_writer_leaves_an_absent_record(void)
{
	static const char *const names[] = { "tag_table: erased", "tag_table: half written" };

	for (size_t i = 0; i < 2; i++) {
		begin();
		CHECK(note(7, 100, NOW) == STRATA_TAG_NOTED);
		kill_at(names[i], 7, 101);
		CHECK(knows_nothing(7));
		CHECK(note(7, 100, NOW + 60) == STRATA_TAG_NOTED && knows(7, 100, NOW + 60));
		end();
	}
}

static void a_writer_killed_over_another_tag_leaves_neither(void)
{
	begin();
	for (uint64_t i = 0; i < WAYS; i++) {
		CHECK(note(neighbour(i), 100, NOW + i) == STRATA_TAG_NOTED);
	}
	kill_at("tag_table: half written", neighbour(WAYS), 101);
	CHECK(knows_nothing(neighbour(0)) && knows_nothing(neighbour(WAYS)));
	CHECK(note(neighbour(WAYS), 101, NOW + 9) == STRATA_TAG_NOTED);
	CHECK(knows(neighbour(WAYS), 101, NOW + 9) && knows(neighbour(1), 100, NOW + 1));
	end();
}

/* What would be served then is worse than nothing. */
static void a_stopped_writer_costs_the_word_and_no_more(void)
{
	int status;
	pid_t child;

	begin();
	CHECK(note(neighbour(0), 100, NOW) == STRATA_TAG_NOTED);
	CHECK(note(neighbour(1), 100, NOW) == STRATA_TAG_NOTED);
	child = fork_to(&stops_at, "tag_table: erased", neighbour(1), 101);
	REQUIRE(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status));
	CHECK(knows(neighbour(0), 100, NOW));
	CHECK(note(neighbour(0), 105, NOW + 70) == STRATA_TAG_NOT_NOTED);
	CHECK(knows_nothing(neighbour(0)));
	REQUIRE(kill(child, SIGCONT) == 0 && waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && knows(neighbour(1), 101, NOW + 50));
	CHECK(note(neighbour(0), 105, NOW + 70) == STRATA_TAG_NOTED);
	CHECK(knows(neighbour(0), 105, NOW + 70));
	end();
}

int main(void)
{
	RUN(nothing_is_known_at_first);
	RUN(an_older_answer_replaces_nothing);
	RUN(doubt_ends_a_word_and_what_was_asked_before_it);
	RUN(the_oldest_word_of_a_set_is_displaced);
	RUN(a_full_table_knows_nothing_wrong);
	RUN(what_changed_while_it_was_read_is_nothing);
	RUN(one_caller_of_an_interval_asks_early);
	RUN(a_killed_writer_leaves_an_absent_record);
	RUN(a_writer_killed_over_another_tag_leaves_neither);
	RUN(a_stopped_writer_costs_the_word_and_no_more);
	return unit_end();
}
