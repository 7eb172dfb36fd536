#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/map.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#include "unit.h"

enum { SIZE = 1 << 20 };

static void check_shared_with_a_child(char *memory)
{
	pid_t child = fork();

	if (child == 0) {
		memory[SIZE - 1] = 'c';
		_exit(0);
	}
	REQUIRE(waitpid(child, NULL, 0) == child);
	CHECK(memory[SIZE - 1] == 'c');
}

static void lazy_memory_is_zeroed_and_shared_with_children(void)
{
	void *memory;

	REQUIRE(strata_map_lazy(SIZE, &memory) == STRATA_OK);
	CHECK(((char *) memory)[0] == 0 && ((char *) memory)[SIZE - 1] == 0);
	check_shared_with_a_child(memory);
	strata_map_free(memory, SIZE);
}

static void reserved_memory_is_zeroed_and_shared_with_children(void)
{
	void *memory;

	REQUIRE(strata_map_reserved(SIZE, &memory) == STRATA_OK);
	CHECK(((char *) memory)[0] == 0 && ((char *) memory)[SIZE - 1] == 0);
	check_shared_with_a_child(memory);
	strata_map_free(memory, SIZE);
}

static int open_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;

	REQUIRE(folder != NULL);
	while (readdir(folder) != NULL) {
		count++;
	}
	closedir(folder);
	return count;
}

/* Stands before the C library's, so that a test can see what was reserved and refuse it. */
static off_t reserved;
static off_t most = SIZE;

int fallocate(int file, int mode, off_t offset, off_t size)
{
	reserved = size;
	if (size > most) {
		errno = ENOSPC;
		return -1;
	}
	return (int) syscall(SYS_fallocate, file, mode, offset, size);
}

static void only_reserved_memory_is_backed_before_it_is_touched(void)
{
	void *memory;

	reserved = 0;
	REQUIRE(strata_map_lazy(SIZE, &memory) == STRATA_OK);
	strata_map_free(memory, SIZE);
	CHECK(reserved == 0);
	REQUIRE(strata_map_reserved(SIZE, &memory) == STRATA_OK);
	strata_map_free(memory, SIZE);
	CHECK(reserved == SIZE);
}

static void memory_that_the_kernel_refuses_is_an_error_and_leaves_nothing_open(void)
{
	int before = open_files();
	void *memory = &memory;

	CHECK(strata_map_reserved(2 * SIZE, &memory) == STRATA_NO_MEMORY);
	CHECK(memory == NULL);
	CHECK(open_files() == before);
}

static void more_than_the_machine_has_is_refused_before_a_page_is_taken(void)
{
	void *memory = &memory;

	reserved = 0;
	CHECK(strata_map_reserved((size_t) 1 << 60, &memory) == STRATA_NO_MEMORY);
	CHECK(memory == NULL);
	CHECK(reserved == 0);
}

static void no_descriptor_is_left_open(void)
{
	int before = open_files();
	void *memory;

	REQUIRE(strata_map_reserved(SIZE, &memory) == STRATA_OK);
	CHECK(open_files() == before);
	strata_map_free(memory, SIZE);
}

static void what_cannot_be_had_is_an_error_and_null(void)
{
	void *memory = &memory;

	CHECK(strata_map_lazy(0, &memory) == STRATA_NO_MEMORY);
	CHECK(memory == NULL);
	memory = &memory;
	CHECK(strata_map_reserved(0, &memory) == STRATA_NO_MEMORY);
	CHECK(memory == NULL);
	strata_map_free(NULL, 0);
}

int main(void)
{
	RUN(lazy_memory_is_zeroed_and_shared_with_children);
	RUN(reserved_memory_is_zeroed_and_shared_with_children);
	RUN(only_reserved_memory_is_backed_before_it_is_touched);
	RUN(memory_that_the_kernel_refuses_is_an_error_and_leaves_nothing_open);
	RUN(more_than_the_machine_has_is_refused_before_a_page_is_taken);
	RUN(no_descriptor_is_left_open);
	RUN(what_cannot_be_had_is_an_error_and_null);
	return unit_end();
}
