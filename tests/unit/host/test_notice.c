#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/notice.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static strata_host *host;
static strata_notice *notice;

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_notice_new(host, &notice) == STRATA_OK);
}

static void end(void)
{
	strata_notice_free(notice);
	strata_host_free(host);
}

/* As who looks now and finds this. */
static strata_notice_source source_of(uint64_t content)
{
	strata_notice_source source = strata_notice_last_source(notice);

	source.stamp = content + 1000;
	source.content = content;
	source.is_young = false;
	return source;
}

static bool put(const char *text, bool moves)
{
	strata_notice_source source = source_of(strlen(text));

	return strata_notice_put(notice, &source, strata_view_of(text), moves);
}

static bool refuse(uint64_t content, const char *why)
{
	strata_notice_source source = source_of(content);

	return strata_notice_refuse(notice, &source, why);
}

static bool says(const char *expected, uint64_t expected_version)
{
	size_t size;
	uint64_t version, moved_at;
	char *text = strata_notice_read(notice, &size, &version, &moved_at);
	bool is_right = version == expected_version &&
					(expected == NULL ? text == NULL
									  : text != NULL && size == strlen(expected) &&
											memcmp(text, expected, size) == 0);

	free(text);
	return is_right;
}

static bool holds_against_it(const char *why)
{
	return strcmp(strata_notice_look(notice).why, why) == 0;
}

static void there_is_no_text_before_the_first(void)
{
	begin();
	CHECK(strata_notice_version(notice) == 0);
	CHECK(says(NULL, 0));
	CHECK(strata_notice_last_source(notice).stamp == 0);
	CHECK(holds_against_it(""));
	end();
}

static void the_text_put_up_last_is_in_force(void)
{
	begin();
	CHECK(put("first", false) && says("first", 1));
	CHECK(put("", false) && says("", 2));
	CHECK(put("the third one", false) && says("the third one", 3));
	CHECK(strata_notice_version(notice) == 3);
	CHECK(strata_notice_last_source(notice).content == strlen("the third one"));
	CHECK(strata_notice_last_source(notice).is_good);
	end();
}

static void texts_of_any_size_fit_up_to_the_longest(void)
{
	char *text = malloc(STRATA_NOTICE_LONGEST + 2);

	REQUIRE(text != NULL);
	begin();
	memset(text, 'x', STRATA_NOTICE_LONGEST + 1);
	text[STRATA_NOTICE_LONGEST + 1] = '\0';
	CHECK(!put(text, false) && says(NULL, 0));
	text[STRATA_NOTICE_LONGEST] = '\0';
	CHECK(put(text, false) && says(text, 1));
	end();
	free(text);
}

static void a_child_puts_it_up_for_all(void)
{
	pid_t child;

	begin();
	child = fork();
	if (child == 0) {
		_exit(put("by the child", false) ? 0 : 1);
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
	CHECK(says("by the child", 1));
	end();
}

static void a_refusal_keeps_the_text_and_is_news_once(void)
{
	begin();
	CHECK(put("good", false));
	CHECK(refuse(7, "line 1: bad") && !refuse(7, "line 1: bad"));
	CHECK(says("good", 1) && holds_against_it("line 1: bad"));
	CHECK(!strata_notice_last_source(notice).is_good);
	CHECK(refuse(8, "line 1: bad"));
	CHECK(refuse(8, "line 2: bad"));
	CHECK(put("better", false) && holds_against_it(""));
	CHECK(refuse(8, "line 2: bad"));
	end();
}

static void a_source_that_is_lost_and_found_is_held_nothing_against(void)
{
	strata_notice_source source;

	begin();
	CHECK(put("good", false));
	source = strata_notice_last_source(notice);
	CHECK(strata_notice_miss(notice, &source, "gone"));
	source = strata_notice_last_source(notice);
	CHECK(source.is_lost && source.is_good && holds_against_it("gone"));
	CHECK(!strata_notice_miss(notice, &source, "gone"));
	source = strata_notice_last_source(notice);
	strata_notice_confirm(notice, &source);
	CHECK(holds_against_it("") && !strata_notice_last_source(notice).is_lost);
	CHECK(says("good", 1));
	end();
}

static void who_confirms_a_bad_one_clears_nothing(void)
{
	strata_notice_source source;

	begin();
	CHECK(refuse(7, "line 1: bad"));
	source = strata_notice_last_source(notice);
	strata_notice_confirm(notice, &source);
	CHECK(holds_against_it("line 1: bad") && !strata_notice_last_source(notice).is_good);
	end();
}

static void a_verdict_that_comes_late_does_not_count(void)
{
	strata_notice_source late;

	begin();
	late = source_of(3);
	CHECK(put("newer", false));
	CHECK(!strata_notice_put(notice, &late, strata_view_of("older"), false));
	CHECK(!strata_notice_refuse(notice, &late, "line 1: bad"));
	CHECK(!strata_notice_miss(notice, &late, "gone"));
	strata_notice_confirm(notice, &late);
	CHECK(says("newer", 1) && holds_against_it(""));
	CHECK(strata_notice_last_source(notice).content == strlen("newer"));
	end();
}

static void only_what_moves_places_says_when(void)
{
	size_t size;
	uint64_t version, first, second;

	begin();
	CHECK(put("one", false));
	free(strata_notice_read(notice, &size, &version, &first));
	CHECK(first == 0);
	CHECK(put("two", true));
	free(strata_notice_read(notice, &size, &version, &first));
	CHECK(first > 1000000000ULL * 1000000);
	CHECK(put("three", false));
	free(strata_notice_read(notice, &size, &version, &second));
	CHECK(second == first);
	end();
}

static void one_process_a_second_may_look(void)
{
	begin();
	CHECK(strata_notice_may_look(notice, 5000));
	CHECK(!strata_notice_may_look(notice, 5000));
	CHECK(!strata_notice_may_look(notice, 5999));
	/* Another process' clock reading may be a tick older. */
	CHECK(!strata_notice_may_look(notice, 4996));
	CHECK(strata_notice_may_look(notice, 6000));
	CHECK(strata_notice_look(notice).looks == 2);
	/* What stands there may be damaged, and must not mean never. */
	CHECK(strata_notice_may_look(notice, 1000000));
	CHECK(strata_notice_may_look(notice, 7000));
	end();
}

static void of_many_processes_at_one_moment_one_may_look(void)
{
	enum { CHILDREN = 8, MOMENTS = 100 };

	begin();
	for (int i = 0; i < CHILDREN; i++) {
		if (fork() == 0) {
			for (strata_msec now = 1000; now <= 1000 * MOMENTS; now += 1000) {
				(void) strata_notice_may_look(notice, now);
			}
			_exit(0);
		}
	}
	while (wait(NULL) > 0) {
	}
	/* A child that comes late finds a moment that is long past, and looks anew from there. */
	CHECK(strata_notice_look(notice).looks >= MOMENTS);
	CHECK(strata_notice_look(notice).looks <= (uint64_t) CHILDREN * MOMENTS);
	end();
}

static void killed_writers_leave_a_whole_text(void)
{
	begin();
	for (int i = 0; i < 100; i++) {
		pid_t child = fork();
		size_t size;
		uint64_t version, moved_at;
		char *text;

		if (child == 0) {
			for (;;) {
				(void) put(i % 2 == 0 ? "aaaaaaaaaaaaaaaaaaaaaaa" : "bbbbbbbbbbb", false);
			}
		}
		usleep(200);
		REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
		text = strata_notice_read(notice, &size, &version, &moved_at);
		CHECK(
			version == 0 || (text != NULL && (memcmp(text, "aaaaaaaaaaaaaaaaaaaaaaa", size) == 0 ||
												 memcmp(text, "bbbbbbbbbbb", size) == 0)));
		free(text);
	}
	CHECK(put("alive", false));
	end();
}

int main(void)
{
	RUN(there_is_no_text_before_the_first);
	RUN(the_text_put_up_last_is_in_force);
	RUN(texts_of_any_size_fit_up_to_the_longest);
	RUN(a_child_puts_it_up_for_all);
	RUN(a_refusal_keeps_the_text_and_is_news_once);
	RUN(a_source_that_is_lost_and_found_is_held_nothing_against);
	RUN(who_confirms_a_bad_one_clears_nothing);
	RUN(a_verdict_that_comes_late_does_not_count);
	RUN(only_what_moves_places_says_when);
	RUN(one_process_a_second_may_look);
	RUN(of_many_processes_at_one_moment_one_may_look);
	RUN(killed_writers_leave_a_whole_text);
	return unit_end();
}
