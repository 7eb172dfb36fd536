/* unit: -DSTRATA_FAILPOINTS */
/* What was refused on a host: counted, full, half written, left by the dead, damaged. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/table/refusals.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failpoint.h"

#include "unit.h"

enum { NOW = 1000000, SIZE = 1 << 20 };

static char *memory;
static char *records; /* in there, behind the lock */
static strata_host *host;
static strata_refusals *table;

/* At which failpoint this process dies; NULL: at none. */
static const char *dies_at;

/* What happens when this process has read half of a record; NULL: nothing. */
static void (*meanwhile)(void);

void strata_failpoint(const char *name)
{
	if (dies_at != NULL && strcmp(name, dies_at) == 0) {
		(void) raise(SIGKILL);
	}
	if (meanwhile != NULL && strcmp(name, "refusals: read half of it") == 0) {
		void (*act)(void) = meanwhile;

		meanwhile = NULL;
		act();
	}
}

static void begin(void)
{
	dies_at = NULL;
	meanwhile = NULL;
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(memory != MAP_FAILED);
	REQUIRE(strata_host_new_in(memory, SIZE, STRATA_HOST_MADE, &host) == STRATA_OK);
	records = memory + strata_host_used(host) + 64;
	REQUIRE(strata_refusals_new(host, &table) == STRATA_OK);
}

static void end(void)
{
	strata_refusals_free(table);
	strata_host_free(host);
	(void) munmap(memory, SIZE);
}

static void note(const char *directive, const char *sentence, strata_msec now)
{
	strata_refusals_note(table, STRATA_PLACE_POOL, directive, sentence, now);
}

static strata_refusal seen[STRATA_REFUSALS_KEPT];

static uint32_t look(void)
{
	return strata_refusals_read(table, seen, STRATA_REFUSALS_KEPT);
}

static void the_same_is_counted(void)
{
	begin();
	CHECK(look() == 0 && strata_refusals_not_kept(table) == 0);
	note("strata.redis", "is wrong", NOW);
	note("strata.redis", "is wrong", NOW + 5);
	CHECK(look() == 1 && seen[0].count == 2 && seen[0].first == NOW && seen[0].last == NOW + 5);
	CHECK(strcmp(seen[0].directive, "strata.redis") == 0);
	CHECK(strcmp(seen[0].sentence, "is wrong") == 0 && seen[0].place == STRATA_PLACE_POOL);
	end();
}

static void directive_place_and_sentence_tell_apart(void)
{
	begin();
	note("strata.redis", "a", NOW);
	note("strata.redis", "b", NOW);
	note("strata.user", "a", NOW);
	strata_refusals_note(table, STRATA_PLACE_TOPOLOGY, "strata.redis", "a", NOW);
	CHECK(look() == 4);
	CHECK(strata_refusals_have(table, STRATA_PLACE_TOPOLOGY));
	CHECK(!strata_refusals_have(table, STRATA_PLACE_REQUEST));
	end();
}

static void what_does_not_fit_is_counted(void)
{
	char directive[32];

	begin();
	for (int i = 0; i < STRATA_REFUSALS_KEPT + 3; i++) {
		snprintf(directive, sizeof(directive), "strata.%d", i);
		note(directive, "is wrong", NOW);
	}
	CHECK(look() == STRATA_REFUSALS_KEPT && strata_refusals_not_kept(table) == 3);
	note("strata.0", "is wrong", NOW);
	CHECK(strata_refusals_not_kept(table) == 3);
	CHECK(strata_refusals_read(table, seen, 2) == 2);
	end();
}

static void what_is_withdrawn_makes_room(void)
{
	begin();
	note("strata.redis", "a", NOW);
	strata_refusals_note(table, STRATA_PLACE_TOPOLOGY, "strata.topology", "a", NOW);
	strata_refusals_note(table, STRATA_PLACE_TOPOLOGY, "strata.password", "a", NOW);
	strata_refusals_withdraw(table, STRATA_PLACE_TOPOLOGY, "strata.topology");
	CHECK(look() == 2);
	strata_refusals_withdraw(table, STRATA_PLACE_TOPOLOGY, NULL);
	CHECK(look() == 1 && seen[0].place == STRATA_PLACE_POOL);
	CHECK(!strata_refusals_have(table, STRATA_PLACE_TOPOLOGY));
	strata_refusals_note(table, STRATA_PLACE_TOPOLOGY, "strata.topology", "a", NOW + 1);
	CHECK(look() == 2 && seen[1].count == 1 && seen[1].first == NOW + 1);
	end();
}

static void texts_are_printable_and_end(void)
{
	char longest[2 * STRATA_REFUSAL_SENTENCE];

	begin();
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	note(longest, longest, NOW);
	note(longest, longest, NOW);
	CHECK(look() == 1 && seen[0].count == 2);
	CHECK(strlen(seen[0].directive) == STRATA_REFUSAL_DIRECTIVE - 1);
	CHECK(strlen(seen[0].sentence) == STRATA_REFUSAL_SENTENCE - 1);
	strata_refusals_withdraw(table, STRATA_PLACE_POOL, NULL);

	note("a\nb", "\xC3\xBC \xFF \xC3 \xE2\x82\xAC \xED\xA0\x80 \xC0\x80 \x7F", NOW);
	CHECK(look() == 1 && strcmp(seen[0].directive, "a?b") == 0);
	CHECK(strcmp(seen[0].sentence, "\xC3\xBC ? ? \xE2\x82\xAC ??? ?? ?") == 0);
	strata_refusals_withdraw(table, STRATA_PLACE_POOL, NULL);

	/* A sequence of several bytes is not cut in two. */
	memset(longest, 'x', STRATA_REFUSAL_SENTENCE - 2);
	memcpy(longest + STRATA_REFUSAL_SENTENCE - 2, "\xC3\xBC", 3);
	note("a", longest, NOW);
	CHECK(look() == 1 && strlen(seen[0].sentence) == STRATA_REFUSAL_SENTENCE - 2);
	end();
}

/* Adds one in a process that is killed there. */
static void die_at(const char *failpoint, const char *sentence)
{
	pid_t child = fork();
	int status;

	REQUIRE(child >= 0);
	if (child == 0) {
		dies_at = failpoint;
		note("strata.redis", sentence, NOW);
		_exit(0);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void a_killed_writer_leaves_a_free_place(void)
{
	static const char *const moments[] = { "refusals: emptied", "refusals: half written" };

	for (size_t i = 0; i < 2; i++) {
		begin();
		note("strata.user", "stays", NOW);
		die_at(moments[i], "is lost");
		CHECK(look() == 1 && strcmp(seen[0].sentence, "stays") == 0);
		note("strata.redis", "comes later", NOW);
		CHECK(look() == 2 && strcmp(seen[1].sentence, "comes later") == 0);
		CHECK(strata_refusals_not_kept(table) == 0);
		end();
	}
}

static void replace(void)
{
	strata_refusals_withdraw(table, STRATA_PLACE_POOL, NULL);
	note("strata.redis", "another one", NOW);
}

static void what_changes_while_it_is_read_is_left_out(void)
{
	begin();
	note("strata.user", "the first one", NOW);
	meanwhile = replace;
	CHECK(look() == 0);
	CHECK(look() == 1 && strcmp(seen[0].sentence, "another one") == 0);
	end();
}

/* Each byte of the table in turn: what is shown is whole, and nothing else happens. */
static void damage_is_never_shown(void)
{
	uint32_t left_out = 0;

	begin();
	note("strata.redis", "is wrong", NOW);
	for (size_t at = 0; at < sizeof(strata_refusal); at++) {
		char *byte = records + at;

		*byte ^= 0x55;
		left_out += look() == 0;
		for (uint32_t i = 0; i < look(); i++) {
			CHECK(strcmp(seen[i].directive, "strata.redis") == 0);
			CHECK(strcmp(seen[i].sentence, "is wrong") == 0);
		}
		*byte ^= 0x55;
	}
	/* At least those of the key and of the texts. */
	CHECK(left_out >= 8 + strlen("strata.redis") + strlen("is wrong"));
	memset(records, 0xFF, STRATA_REFUSALS_KEPT * sizeof(strata_refusal));
	CHECK(look() == 0);
	note("strata.redis", "is wrong", NOW);
	CHECK(look() == 1);
	end();
}

static void without_a_table_nothing_is_kept(void)
{
	strata_refusals_note(NULL, STRATA_PLACE_POOL, "a", "b", NOW);
	strata_refusals_withdraw(NULL, STRATA_PLACE_POOL, NULL);
	CHECK(strata_refusals_read(NULL, seen, 1) == 0 && strata_refusals_not_kept(NULL) == 0);
	CHECK(!strata_refusals_have(NULL, STRATA_PLACE_POOL));
}

int main(void)
{
	RUN(the_same_is_counted);
	RUN(directive_place_and_sentence_tell_apart);
	RUN(what_does_not_fit_is_counted);
	RUN(what_is_withdrawn_makes_room);
	RUN(texts_are_printable_and_end);
	RUN(a_killed_writer_leaves_a_free_place);
	RUN(what_changes_while_it_is_read_is_left_out);
	RUN(damage_is_never_shown);
	RUN(without_a_table_nothing_is_kept);
	return unit_end();
}
