#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "health/notes/last_error.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/process.h"

#include "unit.h"

enum { NOW = 100000, WRITERS = 4 };

static strata_last_error *error;
static strata_last_error_view view;

static void begin(void)
{
	error = mmap(NULL, sizeof(*error), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(error != MAP_FAILED);
}

static void end(void)
{
	REQUIRE(munmap(error, sizeof(*error)) == 0);
}

static void a_node_that_never_failed_has_none(void)
{
	begin();
	CHECK(!strata_last_error_look(error, &view));
	CHECK(view.count == 0 && view.at == 0 && view.text[0] == '\0');
	end();
}

static void words_time_kind_and_count_come_back(void)
{
	strata_msec before = strata_clock_wall_msec();

	begin();
	strata_last_error_note(error, "redis 10.0.0.1:1: refused", STRATA_ERROR_STAYS, NOW);
	CHECK(strata_last_error_look(error, &view));
	CHECK(strcmp(view.text, "redis 10.0.0.1:1: refused") == 0);
	CHECK(view.count == 1 && view.kind == STRATA_ERROR_STAYS);
	CHECK(view.at >= before && view.at <= strata_clock_wall_msec());
	end();
}

static void ten_a_second_are_written_and_all_are_counted(void)
{
	char text[32];

	begin();
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "failure %d", i);
		strata_last_error_note(error, text, STRATA_ERROR_PASSES, NOW + i);
	}
	CHECK(strata_last_error_look(error, &view));
	CHECK(view.count == 1000 && strcmp(view.text, "failure 900") == 0);
	CHECK(strata_published_version(
			  (strata_published){ &error->head, error->words, STRATA_LAST_ERROR_BLOB }) == 10);
	end();
}

static void any_bytes_of_a_server_are_printable_and_end(void)
{
	char text[1000];

	begin();
	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = (char) (i % 255 + 1);
	}
	text[sizeof(text) - 1] = '\0';
	strata_last_error_note(error, text, STRATA_ERROR_PASSES, NOW);
	CHECK(strata_last_error_look(error, &view));
	CHECK(strlen(view.text) == STRATA_LAST_ERROR_TEXT - 1);
	for (size_t i = 0; view.text[i] != '\0'; i++) {
		CHECK(view.text[i] >= ' ' && view.text[i] < 0x7F);
	}
	end();
}

/* What does not check is not shown; the next failure is. */
static void bytes_that_no_process_wrote_are_no_words(void)
{
	begin();
	strata_last_error_note(error, "a sentence of the server", STRATA_ERROR_PASSES, NOW);
	for (size_t at = offsetof(strata_last_error, head); at < sizeof(*error); at++) {
		char *byte = (char *) error + at;

		*byte = (char) (*byte ^ 0x11);
		CHECK(strata_last_error_look(error, &view));
		CHECK(view.text[0] == '\0' || strcmp(view.text, "a sentence of the server") == 0);
		*byte = (char) (*byte ^ 0x11);
	}
	for (int i = 0; i < 100; i++) {
		uint64_t *words = (uint64_t *) error;

		for (size_t word = 0; word < sizeof(*error) / sizeof(*words); word++) {
			words[word] = strata_process_random_word();
		}
		(void) strata_last_error_look(error, &view);
		CHECK(strlen(view.text) < sizeof(view.text));
		strata_last_error_note(error, "after that", STRATA_ERROR_PASSES, NOW);
		(void) strata_last_error_look(error, &view);
		CHECK(strcmp(view.text, "after that") == 0);
	}
	end();
}

/* Killed anywhere: what is shown is a whole sentence of one of them. */
static void killed_writers_leave_whole_sentences(void)
{
	pid_t children[WRITERS];

	begin();
	for (int i = 0; i < WRITERS; i++) {
		children[i] = fork();
		REQUIRE(children[i] >= 0);
		for (strata_msec now = NOW; children[i] == 0; now += 100) {
			char text[200];

			memset(text, 'a' + i, sizeof(text));
			text[100 + i] = '\0';
			strata_last_error_note(error, text, STRATA_ERROR_PASSES, now);
		}
	}
	for (int looks = 0; looks < 20000; looks++) {
		if (strata_last_error_look(error, &view) && view.text[0] != '\0') {
			size_t size = strlen(view.text);

			CHECK(size == (size_t) (100 + view.text[0] - 'a'));
			CHECK(strspn(view.text, (char[]){ view.text[0], '\0' }) == size);
		}
		if (looks % 5000 == 4999) {
			REQUIRE(kill(children[looks / 5000], SIGKILL) == 0);
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		REQUIRE(waitpid(children[i], NULL, 0) == children[i]);
	}
	CHECK(strata_last_error_look(error, &view) && view.count > 0);
	end();
}

static void what_stays_is_news_once_a_minute(void)
{
	begin();
	CHECK(strata_last_error_is_news(error, NOW));
	CHECK(!strata_last_error_is_news(error, NOW + 59000));
	CHECK(strata_last_error_is_news(error, NOW + 60000));
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_node_that_never_failed_has_none);
	RUN(words_time_kind_and_count_come_back);
	RUN(ten_a_second_are_written_and_all_are_counted);
	RUN(any_bytes_of_a_server_are_printable_and_end);
	RUN(bytes_that_no_process_wrote_are_no_words);
	RUN(killed_writers_leave_whole_sentences);
	RUN(what_stays_is_news_once_a_minute);
	return unit_end();
}
