#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "host/host.h"

#include <sys/wait.h>
#include <stdint.h>
#include <unistd.h>

#include "unit.h"

static strata_host *begin(void)
{
	strata_host *host;

	REQUIRE(strata_host_new(&host) == STRATA_OK);
	return host;
}

static void carved_memory_is_zeroed_and_aligned_to_a_cache_line(void)
{
	static const char zeros[300];
	strata_host *host = begin();

	for (size_t size = 1; size < sizeof(zeros); size += 37) {
		char *carved = strata_host_alloc(host, size);

		REQUIRE(carved != NULL);
		CHECK((uintptr_t) carved % 64 == 0);
		CHECK(memcmp(carved, zeros, size) == 0);
	}
	strata_host_free(host);
}

static void carves_do_not_overlap(void)
{
	strata_host *host = begin();
	char *first = strata_host_alloc(host, 100);
	char *second = strata_host_alloc(host, 1);

	REQUIRE(first != NULL && second != NULL);
	memset(first, 'a', 100);
	CHECK(*second == 0);
	*second = 'b';
	CHECK(first[99] == 'a');
	strata_host_free(host);
}

static void a_child_shares_what_was_carved(void)
{
	strata_host *host = begin();
	char *carved = strata_host_alloc(host, 1);
	pid_t child = fork();

	CHECK(strata_host_is_shared(host));
	if (child == 0) {
		*carved = 'c';
		strata_host_free(host);
		_exit(0);
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
	CHECK(*carved == 'c');
	strata_host_free(host);
}

static void a_used_up_segment_gives_null_and_stays_usable(void)
{
	strata_host *host = begin();
	size_t carved = 0;

	while (strata_host_alloc(host, 1 << 20) != NULL) {
		carved++;
	}
	CHECK(carved == 115);
	CHECK(strata_host_alloc(host, SIZE_MAX) == NULL);
	CHECK(strata_host_alloc(host, SIZE_MAX - 63) == NULL);
	CHECK(strata_host_alloc(host, 64) != NULL);
	strata_host_free(host);
}

static void memory_that_must_stay_is_still_there_after_free(void)
{
	strata_host *host = begin();
	char *carved = strata_host_alloc(host, 1);

	strata_host_keep_mapped(host);
	strata_host_free(host);
	*carved = 's';
	CHECK(*carved == 's');
}

int main(void)
{
	RUN(carved_memory_is_zeroed_and_aligned_to_a_cache_line);
	RUN(carves_do_not_overlap);
	RUN(a_child_shares_what_was_carved);
	RUN(a_used_up_segment_gives_null_and_stays_usable);
	RUN(memory_that_must_stay_is_still_there_after_free);
	strata_host_free(NULL);
	return unit_end();
}
