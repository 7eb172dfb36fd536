#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/cpus.h"

#include <errno.h>
#include <sched.h>
#include <sys/stat.h>

#include "unit.h"

static void a_quota_grants_whole_processors(void)
{
	CHECK(strata_cpus_of_quota("200000 100000\n") == 2);
	CHECK(strata_cpus_of_quota("799999 100000\n") == 7);
	CHECK(strata_cpus_of_quota("50000 100000\n") == 1);
	CHECK(strata_cpus_of_quota("0 100000\n") == 1);
}

static void what_is_no_quota_sets_no_limit(void)
{
	CHECK(strata_cpus_of_quota("max 100000\n") == UINT32_MAX);
	CHECK(strata_cpus_of_quota("") == UINT32_MAX);
	CHECK(strata_cpus_of_quota("100000") == UINT32_MAX);
	CHECK(strata_cpus_of_quota("100000 0\n") == UINT32_MAX);
	CHECK(strata_cpus_of_quota("18446744073709551615 1\n") == UINT32_MAX);
	CHECK(strata_cpus_of_quota("nonsense nonsense") == UINT32_MAX);
}

static void limit(const char *root, const char *group, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", root, group);
	REQUIRE(mkdir(path, 0700) == 0 || errno == EEXIST);
	snprintf(path, sizeof(path), "%s%s/cpu.max", root, group);
	file = fopen(path, "w");
	REQUIRE(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* A limit holds for all groups below it. */
static void the_least_limit_on_the_way_up_counts(void)
{
	char root[] = "/tmp/strata_cpus_XXXXXX";
	char command[64];

	REQUIRE(mkdtemp(root) != NULL);
	CHECK(strata_cpus_granted(root, "/a/b") == UINT32_MAX);
	limit(root, "/a", "max 100000\n");
	limit(root, "/a/b", "800000 100000\n");
	CHECK(strata_cpus_granted(root, "/a/b") == 8);
	CHECK(strata_cpus_granted(root, "/a") == UINT32_MAX);
	limit(root, "/a", "600000 100000\n");
	CHECK(strata_cpus_granted(root, "/a/b") == 6);
	CHECK(strata_cpus_granted(root, "/a/b/c") == 6);
	limit(root, "", "300000 100000\n");
	CHECK(strata_cpus_granted(root, "/a/b") == 3);
	CHECK(strata_cpus_granted(root, "") == 3);
	snprintf(command, sizeof(command), "rm -r %s", root);
	REQUIRE(system(command) == 0);
}

/* A process that may run on one processor has one, however many the machine has. */
static void the_affinity_counts(void)
{
	cpu_set_t before, one;
	int first = 0;

	REQUIRE(sched_getaffinity(0, sizeof(before), &before) == 0);
	CHECK(strata_cpus_usable() >= 1);
	CHECK(strata_cpus_usable() <= (uint32_t) CPU_COUNT(&before));
	while (!CPU_ISSET(first, &before)) {
		first++;
	}
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
	CHECK(strata_cpus_usable() == 1);
	REQUIRE(sched_setaffinity(0, sizeof(before), &before) == 0);
}

int main(void)
{
	RUN(a_quota_grants_whole_processors);
	RUN(what_is_no_quota_sets_no_limit);
	RUN(the_least_limit_on_the_way_up_counts);
	RUN(the_affinity_counts);
	return unit_end();
}
