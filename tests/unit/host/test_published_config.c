#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/published_config.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static strata_host *host;
static strata_published_config *config;

static void begin(void)
{
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_published_config_new(host, &config) == STRATA_OK);
}

static void end(void)
{
	strata_published_config_free(config);
	strata_host_free(host);
}

/* As who looks now and finds this. */
static strata_published_config_source source_of(uint64_t content)
{
	strata_published_config_source source = strata_published_config_last_source(config);

	source.stamp = content + 1000;
	source.content = content;
	source.is_young = false;
	return source;
}

static bool put(const char *text, strata_config_servers servers)
{
	strata_published_config_source source = source_of(strlen(text));

	return strata_published_config_publish(config, &source, strata_view_of(text), servers);
}

static bool refuse(uint64_t content, const char *why)
{
	strata_published_config_source source = source_of(content);

	return strata_published_config_reject(config, &source, why);
}

static bool says(const char *expected, uint64_t expected_version)
{
	size_t size;
	uint64_t version, moved_at;
	char *text = strata_published_config_read(config, &size, &version, &moved_at);
	bool is_right = version == expected_version &&
					(expected == NULL ? text == NULL
									  : text != NULL && size == strlen(expected) &&
											memcmp(text, expected, size) == 0);

	free(text);
	return is_right;
}

static bool holds_against_it(const char *why)
{
	return strcmp(strata_published_config_look(config).why, why) == 0;
}

static void there_is_no_text_before_the_first(void)
{
	begin();
	CHECK(strata_published_config_version(config) == 0);
	CHECK(says(NULL, 0));
	CHECK(strata_published_config_last_source(config).stamp == 0);
	CHECK(holds_against_it(""));
	end();
}

static void the_text_put_up_last_is_in_force(void)
{
	begin();
	CHECK(put("first", STRATA_CONFIG_SAME_SERVERS) && says("first", 1));
	CHECK(put("", STRATA_CONFIG_SAME_SERVERS) && says("", 2));
	CHECK(put("the third one", STRATA_CONFIG_SAME_SERVERS) && says("the third one", 3));
	CHECK(strata_published_config_version(config) == 3);
	CHECK(strata_published_config_last_source(config).content == strlen("the third one"));
	CHECK(strata_published_config_last_source(config).is_good);
	end();
}

static void texts_of_any_size_fit_up_to_the_longest(void)
{
	char *text = malloc(STRATA_PUBLISHED_CONFIG_LONGEST + 2);

	REQUIRE(text != NULL);
	begin();
	memset(text, 'x', STRATA_PUBLISHED_CONFIG_LONGEST + 1);
	text[STRATA_PUBLISHED_CONFIG_LONGEST + 1] = '\0';
	CHECK(!put(text, STRATA_CONFIG_SAME_SERVERS) && says(NULL, 0));
	text[STRATA_PUBLISHED_CONFIG_LONGEST] = '\0';
	CHECK(put(text, STRATA_CONFIG_SAME_SERVERS) && says(text, 1));
	end();
	free(text);
}

static void a_child_puts_it_up_for_all(void)
{
	pid_t child;

	begin();
	child = fork();
	if (child == 0) {
		_exit(put("by the child", STRATA_CONFIG_SAME_SERVERS) ? 0 : 1);
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
	CHECK(says("by the child", 1));
	end();
}

static void a_refusal_keeps_the_text_and_is_news_once(void)
{
	begin();
	CHECK(put("good", STRATA_CONFIG_SAME_SERVERS));
	CHECK(refuse(7, "line 1: bad") && !refuse(7, "line 1: bad"));
	CHECK(says("good", 1) && holds_against_it("line 1: bad"));
	CHECK(!strata_published_config_last_source(config).is_good);
	CHECK(refuse(8, "line 1: bad"));
	CHECK(refuse(8, "line 2: bad"));
	CHECK(put("better", STRATA_CONFIG_SAME_SERVERS) && holds_against_it(""));
	CHECK(refuse(8, "line 2: bad"));
	end();
}

static void a_source_that_is_lost_and_found_is_held_nothing_against(void)
{
	strata_published_config_source source;

	begin();
	CHECK(put("good", STRATA_CONFIG_SAME_SERVERS));
	source = strata_published_config_last_source(config);
	CHECK(strata_published_config_source_missing(config, &source, "gone"));
	source = strata_published_config_last_source(config);
	CHECK(source.is_missing && source.is_good && holds_against_it("gone"));
	CHECK(!strata_published_config_source_missing(config, &source, "gone"));
	source = strata_published_config_last_source(config);
	strata_published_config_confirm(config, &source);
	CHECK(holds_against_it("") && !strata_published_config_last_source(config).is_missing);
	CHECK(says("good", 1));
	end();
}

static void who_confirms_a_bad_one_clears_nothing(void)
{
	strata_published_config_source source;

	begin();
	CHECK(refuse(7, "line 1: bad"));
	source = strata_published_config_last_source(config);
	strata_published_config_confirm(config, &source);
	CHECK(holds_against_it("line 1: bad") && !strata_published_config_last_source(config).is_good);
	end();
}

static void a_verdict_that_comes_late_does_not_count(void)
{
	strata_published_config_source late;

	begin();
	late = source_of(3);
	CHECK(put("newer", STRATA_CONFIG_SAME_SERVERS));
	CHECK(!strata_published_config_publish(config, &late, strata_view_of("older"),
		STRATA_CONFIG_SAME_SERVERS));
	CHECK(!strata_published_config_reject(config, &late, "line 1: bad"));
	CHECK(!strata_published_config_source_missing(config, &late, "gone"));
	strata_published_config_confirm(config, &late);
	CHECK(says("newer", 1) && holds_against_it(""));
	CHECK(strata_published_config_last_source(config).content == strlen("newer"));
	end();
}

static void only_what_moves_places_says_when(void)
{
	size_t size;
	uint64_t version, first, second;

	begin();
	CHECK(put("one", STRATA_CONFIG_SAME_SERVERS));
	free(strata_published_config_read(config, &size, &version, &first));
	CHECK(first == 0);
	CHECK(put("two", STRATA_CONFIG_OTHER_SERVERS));
	free(strata_published_config_read(config, &size, &version, &first));
	CHECK(first > 1000000000ULL * 1000000);
	CHECK(put("three", STRATA_CONFIG_SAME_SERVERS));
	free(strata_published_config_read(config, &size, &version, &second));
	CHECK(second == first);
	end();
}

static void one_process_a_second_may_look(void)
{
	begin();
	CHECK(strata_published_config_may_look(config, 5000));
	CHECK(!strata_published_config_may_look(config, 5000));
	CHECK(!strata_published_config_may_look(config, 5999));
	/* Another process' clock reading may be a tick older. */
	CHECK(!strata_published_config_may_look(config, 4996));
	CHECK(strata_published_config_may_look(config, 6000));
	CHECK(strata_published_config_look(config).looks == 2);
	/* What stands there may be damaged, and must not mean never. */
	CHECK(strata_published_config_may_look(config, 1000000));
	CHECK(strata_published_config_may_look(config, 7000));
	end();
}

static void of_many_processes_at_one_moment_one_may_look(void)
{
	enum { CHILDREN = 8, MOMENTS = 100 };

	begin();
	for (int i = 0; i < CHILDREN; i++) {
		if (fork() == 0) {
			for (strata_msec now = 1000; now <= 1000 * MOMENTS; now += 1000) {
				(void) strata_published_config_may_look(config, now);
			}
			_exit(0);
		}
	}
	while (wait(NULL) > 0) {
	}
	/* A child that comes late finds a moment that is long past, and looks anew from there. */
	CHECK(strata_published_config_look(config).looks >= MOMENTS);
	CHECK(strata_published_config_look(config).looks <= (uint64_t) CHILDREN * MOMENTS);
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
				(void) put(i % 2 == 0 ? "aaaaaaaaaaaaaaaaaaaaaaa" : "bbbbbbbbbbb",
					STRATA_CONFIG_SAME_SERVERS);
			}
		}
		usleep(200);
		REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
		text = strata_published_config_read(config, &size, &version, &moved_at);
		CHECK(
			version == 0 || (text != NULL && (memcmp(text, "aaaaaaaaaaaaaaaaaaaaaaa", size) == 0 ||
												 memcmp(text, "bbbbbbbbbbb", size) == 0)));
		free(text);
	}
	CHECK(put("alive", STRATA_CONFIG_SAME_SERVERS));
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
