/* Published blobs: the newest whole one, whoever is killed, and nothing else. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/published.h"
#include "os/clock.h"
#include "os/map.h"

#include "unit.h"

enum { CAPACITY = 1021 };

typedef struct {
	strata_published_head head;
	_Atomic uint64_t words[STRATA_PUBLISHED_WORDS(CAPACITY)];
} memory;

static memory *shared;
static strata_published published;
static char copied[CAPACITY];
static size_t size;
static uint64_t version;

static void begin(void)
{
	void *mapped;

	REQUIRE(strata_map_lazy(sizeof(*shared), &mapped) == STRATA_OK);
	shared = mapped;
	published = (strata_published){ &shared->head, shared->words, CAPACITY };
}

static void end(void)
{
	strata_map_free(shared, sizeof(*shared));
}

static bool publish(const char *text)
{
	return strata_published_publish(published, strata_published_version(published),
		strata_view_of(text));
}

static bool reads(const char *text)
{
	return strata_published_read(published, copied, &size, &version) == STRATA_OK &&
		   strata_view_equal((strata_view){ copied, size }, strata_view_of(text));
}

static void nothing_is_there_before_something_is_published(void)
{
	begin();
	CHECK(strata_published_version(published) == 0);
	CHECK(strata_published_read(published, copied, &size, &version) == STRATA_MISS);
	CHECK(size == 0 && version == 0);
	CHECK(!strata_published_holds(published, strata_view_of("")));
	CHECK(!strata_published_peek(published, copied, 1));
	end();
}

static void what_was_published_last_is_copied_whole(void)
{
	begin();
	CHECK(publish("one") && reads("one") && version == 1);
	CHECK(publish("the second, and longer") && reads("the second, and longer") && version == 2);
	CHECK(publish("") && reads("") && version == 3);
	CHECK(publish("three") && reads("three") && strata_published_version(published) == 4);
	CHECK(strata_published_peek(published, copied, 4) && memcmp(copied, "thre", 4) == 0);
	CHECK(!strata_published_peek(published, copied, 6));
	end();
}

static void a_blob_fills_its_room_and_no_more(void)
{
	char longest[CAPACITY + 1];

	begin();
	memset(longest, 'x', sizeof(longest));
	CHECK(strata_published_publish(published, 0, (strata_view){ longest, CAPACITY }));
	CHECK(strata_published_read(published, copied, &size, &version) == STRATA_OK);
	CHECK(size == CAPACITY && memcmp(copied, longest, CAPACITY) == 0);
	CHECK(!strata_published_publish(published, 1, (strata_view){ longest, CAPACITY + 1 }));
	CHECK(strata_published_version(published) == 1);
	end();
}

static void it_is_known_whether_a_blob_is_in_force_already(void)
{
	begin();
	CHECK(publish("one"));
	CHECK(strata_published_holds(published, strata_view_of("one")));
	CHECK(!strata_published_holds(published, strata_view_of("onf")));
	CHECK(!strata_published_holds(published, strata_view_of("on")));
	end();
}

static void what_was_made_from_an_older_version_is_not_published(void)
{
	begin();
	CHECK(publish("one") && publish("two"));
	CHECK(!strata_published_publish(published, 1, strata_view_of("late")));
	CHECK(reads("two") && version == 2);
	end();
}

static void versions_begin_anew_without_being_zero(void)
{
	begin();
	/* 2^48 - 2 with its check. */
	atomic_store(&shared->head.word, (uint64_t) 0xFFFFFFFFFFFE0000 | 0xFFFE);
	CHECK(strata_published_version(published) == 0xFFFFFFFFFFFE);
	CHECK(publish("last") && reads("last") && version == 0xFFFFFFFFFFFF);
	CHECK(publish("first") && reads("first") && version == 2);
	end();
}

static void waiters_are_woken_by_a_publication_and_by_a_signal(void)
{
	for (int signals = 0; signals < 2; signals++) {
		uint32_t event;
		pid_t child;
		int status;

		begin();
		event = strata_published_event(published);
		child = fork();
		if (child == 0) {
			strata_usec before = strata_clock_usec();

			strata_published_wait(published, event, 20000000);
			_exit(strata_clock_usec() - before < 10000000 ? 0 : 1);
		}
		REQUIRE(child > 0);
		(void) usleep(20000);
		if (signals == 1) {
			strata_published_signal(published);
		} else {
			CHECK(publish("one"));
		}
		REQUIRE(waitpid(child, &status, 0) == child);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		end();
	}
}

static void no_waiter_sleeps_for_what_has_happened_or_for_ever(void)
{
	strata_usec before = strata_clock_usec();
	uint32_t event;

	begin();
	event = strata_published_event(published);
	CHECK(publish("one"));
	strata_published_wait(published, event, 20000000);
	CHECK(strata_clock_usec() - before < 10000000);
	strata_published_wait(published, strata_published_event(published), 5000);
	CHECK(strata_clock_usec() - before >= 5000);
	end();
}

/* Texts of one letter, as long as the blob may be: half of each would show. */
static void publish_for_ever(void)
{
	char text[CAPACITY];

	for (int i = 0;; i++) {
		memset(text, 'a' + i % 26, sizeof(text));
		(void) !strata_published_publish(published, strata_published_version(published),
			(strata_view){ text, (size_t) (CAPACITY - i % 9) });
	}
}

static bool is_of_one_letter(void)
{
	for (size_t i = 1; i < size; i++) {
		if (copied[i] != copied[0]) {
			return false;
		}
	}
	return size > CAPACITY - 9;
}

static void a_writer_killed_anywhere_leaves_the_old_blob_or_the_new(void)
{
	enum { KILLS = 200 };

	begin();
	for (int i = 0; i < KILLS; i++) {
		pid_t child = fork();

		if (child == 0) {
			publish_for_ever();
		}
		REQUIRE(child > 0);
		(void) usleep((useconds_t) (500 + i * 7 % 500));
		REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
		if (strata_published_version(published) != 0) {
			CHECK(strata_published_read(published, copied, &size, &version) == STRATA_OK);
			CHECK(is_of_one_letter());
		}
	}
	CHECK(strata_published_version(published) != 0);
	end();
}

static void readers_never_see_half_of_what_several_processes_publish(void)
{
	enum { WRITERS = 3, READS = 20000 };
	pid_t writers[WRITERS];
	uint64_t whole = 0;

	begin();
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = fork();
		if (writers[i] == 0) {
			publish_for_ever();
		}
		REQUIRE(writers[i] > 0);
	}
	for (int i = 0; i < READS; i++) {
		if (strata_published_read(published, copied, &size, &version) == STRATA_OK) {
			CHECK(is_of_one_letter());
			whole++;
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		REQUIRE(kill(writers[i], SIGKILL) == 0 && waitpid(writers[i], NULL, 0) == writers[i]);
	}
	CHECK(whole > 0);
	/* What they may have written over each other lasts until the next publication. */
	CHECK(publish("after") && reads("after"));
	end();
}

static void any_flipped_byte_is_refused_and_what_comes_next_counts(void)
{
	begin();
	CHECK(publish("the older one") && publish("the newer one"));
	for (size_t at = 0; at < sizeof(*shared); at++) {
		char *byte = (char *) shared + at;
		memory before = *shared;
		strata_result result;
		uint64_t known = strata_published_version(published);

		for (int bit = 0; bit < 8; bit++) {
			*byte = (char) (*byte ^ 1 << bit);
			result = strata_published_read(published, copied, &size, &version);
			/* Refused, or what was flipped belongs to nothing in force. */
			CHECK(result == STRATA_CORRUPT || reads("the newer one"));
			CHECK(result != STRATA_CORRUPT || size == 0);
			CHECK(publish("what comes next") && reads("what comes next") && version != known);
			memcpy(shared, &before, sizeof(before));
		}
	}
	end();
}

int main(void)
{
	RUN(nothing_is_there_before_something_is_published);
	RUN(what_was_published_last_is_copied_whole);
	RUN(a_blob_fills_its_room_and_no_more);
	RUN(it_is_known_whether_a_blob_is_in_force_already);
	RUN(what_was_made_from_an_older_version_is_not_published);
	RUN(versions_begin_anew_without_being_zero);
	RUN(waiters_are_woken_by_a_publication_and_by_a_signal);
	RUN(no_waiter_sleeps_for_what_has_happened_or_for_ever);
	RUN(a_writer_killed_anywhere_leaves_the_old_blob_or_the_new);
	RUN(readers_never_see_half_of_what_several_processes_publish);
	RUN(any_flipped_byte_is_refused_and_what_comes_next_counts);
	return unit_end();
}
