#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/process.h"

#include <sys/wait.h>
#include <pthread.h>
#include <unistd.h>

#include "os/map.h"

#include "unit.h"

/* What children and threads report, in shared memory. */
static struct {
	uint32_t generation;
	uint32_t grandchild_generation;
	uint32_t id;
	uint64_t words[4];
} * seen;

static void in_a_child(void (*task)(void))
{
	pid_t child = fork();

	if (child == 0) {
		task();
		_exit(0);
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
}

static void note_grandchild(void)
{
	seen->grandchild_generation = strata_process_generation();
}

static void note_child(void)
{
	seen->generation = strata_process_generation();
	seen->id = strata_process_id();
	in_a_child(note_grandchild);
}

static void the_generation_changes_in_a_child_and_only_there(void)
{
	uint32_t mine = strata_process_generation();

	in_a_child(note_child);
	CHECK(strata_process_generation() == mine);
	CHECK(seen->generation != mine);
	CHECK(seen->grandchild_generation != mine);
	CHECK(seen->grandchild_generation != seen->generation);
}

static void watching_twice_counts_a_fork_once(void)
{
	CHECK(strata_process_watch_forks() == STRATA_OK);
	in_a_child(note_child);
	CHECK(seen->generation == strata_process_generation() + 1);
}

static void a_child_has_its_own_id(void)
{
	in_a_child(note_child);
	CHECK(strata_process_id() == (uint32_t) getpid());
	CHECK(seen->id != 0 && seen->id != strata_process_id());
}

static void note_first_child(void)
{
	seen->words[0] = strata_process_random_word();
}

static void note_second_child(void)
{
	seen->words[1] = strata_process_random_word();
}

static void *note_thread(void *unused)
{
	seen->words[2] = strata_process_random_word();
	return unused;
}

static void children_and_threads_draw_other_words(void)
{
	pthread_t thread;

	/* Seeds this thread's stream, so that the children inherit a seeded one. */
	(void) strata_process_random_word();
	in_a_child(note_first_child);
	in_a_child(note_second_child);
	REQUIRE(pthread_create(&thread, NULL, note_thread, NULL) == 0);
	REQUIRE(pthread_join(thread, NULL) == 0);
	seen->words[3] = strata_process_random_word();
	for (int i = 0; i < 4; i++) {
		for (int j = 0; j < i; j++) {
			CHECK(seen->words[i] != seen->words[j]);
		}
	}
}

static void words_do_not_repeat_and_use_all_bits(void)
{
	uint64_t ones = 0, zeros = 0, last = 0;

	for (int i = 0; i < 1000; i++) {
		uint64_t word = strata_process_random_word();

		CHECK(word != last);
		ones |= word;
		zeros |= ~word;
		last = word;
	}
	CHECK(ones == UINT64_MAX && zeros == UINT64_MAX);
}

static void random_bytes_fill_all_that_was_asked_for_and_no_more(void)
{
	unsigned char bytes[600] = { 0 };
	int zeros = 0;

	CHECK(strata_process_random(bytes, 512) == STRATA_OK);
	for (int i = 256; i < 512; i++) {
		zeros += bytes[i] == 0;
	}
	CHECK(zeros < 64);
	for (int i = 512; i < 600; i++) {
		CHECK(bytes[i] == 0);
	}
}

static bool holds_in_child(bool (*claim)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		_exit(claim() ? 0 : 1);
	}
	REQUIRE(child > 0 && waitpid(child, &status, 0) == child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool is_fixed_for_good(void)
{
	return setgid(65534) == 0 && setuid(65534) == 0 && strata_process_user() == 65534 &&
		   strata_process_user_is_fixed();
}

static bool may_come_back(void)
{
	return seteuid(65534) == 0 && strata_process_user() == 65534 && !strata_process_user_is_fixed();
}

static void a_user_is_fixed_where_there_is_no_way_to_another(void)
{
	CHECK(strata_process_user() == (uint32_t) geteuid());
	if (geteuid() == 0) {
		CHECK(!strata_process_user_is_fixed());
		CHECK(holds_in_child(is_fixed_for_good) && holds_in_child(may_come_back));
	}
}

int main(void)
{
	void *memory;

	REQUIRE(strata_map_lazy(sizeof(*seen), &memory) == STRATA_OK);
	seen = memory;
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(the_generation_changes_in_a_child_and_only_there);
	RUN(watching_twice_counts_a_fork_once);
	RUN(a_child_has_its_own_id);
	RUN(children_and_threads_draw_other_words);
	RUN(a_user_is_fixed_where_there_is_no_way_to_another);
	RUN(words_do_not_repeat_and_use_all_bits);
	RUN(random_bytes_fill_all_that_was_asked_for_and_no_more);
	return unit_end();
}
