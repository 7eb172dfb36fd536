#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/map.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
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

/* How a child ends that writes one byte there. */
static int end_of_writing(char *target)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		/* Sanitizers would report and exit; the kernel's own answer is what is asked for. */
		(void) signal(SIGSEGV, SIG_DFL);
		*(volatile char *) target = 'x';
		_exit(0);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void check_views(strata_map_backing backing)
{
	const void *readable;
	void *writable;
	char *bytes;

	REQUIRE(strata_map_two_views(SIZE, backing, &writable, &readable) == STRATA_OK);
	REQUIRE(strata_map_is_guarded(writable, readable));
	bytes = writable;
	bytes[SIZE - 1] = 'w';
	CHECK(((const char *) readable)[0] == 0 && ((const char *) readable)[SIZE - 1] == 'w');
	CHECK(end_of_writing((char *) (uintptr_t) readable + 5) == SIGSEGV);
	CHECK(end_of_writing(bytes + 5) == 0);
	CHECK(((const char *) readable)[5] == 'x');
	strata_map_free_views(writable, readable, SIZE);
}

static void two_views_show_the_same_memory_and_one_faults_when_written(void)
{
	check_views(STRATA_MAP_RESERVED);
	check_views(STRATA_MAP_LAZY);
}

static bool no_memfd;

int memfd_create(const char *name, unsigned flags)
{
	if (no_memfd) {
		errno = ENOSYS;
		return -1;
	}
	return (int) syscall(SYS_memfd_create, name, flags);
}

static void without_a_memfd_both_views_are_one_and_it_is_known(void)
{
	const void *readable;
	void *writable;

	no_memfd = true;
	REQUIRE(strata_map_two_views(SIZE, STRATA_MAP_LAZY, &writable, &readable) == STRATA_OK);
	CHECK(!strata_map_is_guarded(writable, readable));
	check_shared_with_a_child(writable);
	strata_map_free_views(writable, readable, SIZE);
	REQUIRE(strata_map_two_views(SIZE, STRATA_MAP_RESERVED, &writable, &readable) == STRATA_OK);
	CHECK(!strata_map_is_guarded(writable, readable));
	strata_map_free_views(writable, readable, SIZE);
	no_memfd = false;
}

static void views_that_cannot_be_had_are_an_error_and_leave_nothing_open(void)
{
	int before = open_files();
	void *writable = &before;
	const void *readable = &before;

	CHECK(strata_map_two_views(2 * SIZE, STRATA_MAP_RESERVED, &writable, &readable) ==
		  STRATA_NO_MEMORY);
	CHECK(writable == NULL && readable == NULL);
	CHECK(strata_map_two_views(0, STRATA_MAP_LAZY, &writable, &readable) == STRATA_NO_MEMORY);
	CHECK(strata_map_two_views((size_t) 1 << 60, STRATA_MAP_RESERVED, &writable, &readable) ==
		  STRATA_NO_MEMORY);
	CHECK(writable == NULL && readable == NULL);
	CHECK(open_files() == before);
}

int main(void)
{
	RUN(two_views_show_the_same_memory_and_one_faults_when_written);
	RUN(without_a_memfd_both_views_are_one_and_it_is_known);
	RUN(views_that_cannot_be_had_are_an_error_and_leave_nothing_open);
	RUN(lazy_memory_is_zeroed_and_shared_with_children);
	RUN(reserved_memory_is_zeroed_and_shared_with_children);
	RUN(only_reserved_memory_is_backed_before_it_is_touched);
	RUN(memory_that_the_kernel_refuses_is_an_error_and_leaves_nothing_open);
	RUN(more_than_the_machine_has_is_refused_before_a_page_is_taken);
	RUN(no_descriptor_is_left_open);
	RUN(what_cannot_be_had_is_an_error_and_null);
	return unit_end();
}
