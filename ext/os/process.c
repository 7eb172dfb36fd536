/*
 * The identity of a thread changes in fork() alone, so the handler that fork() runs in the child
 * does all the work: it raises one number, and whatever must not survive a fork is compared with
 * that number.
 *
 * Random words come from splitmix64, per thread and without a lock. Its seed comes from the kernel,
 * and again after every fork: two children that drew the same versions would take each other's
 * writes for their own.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/process.h"

#include <linux/capability.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/thread.h"
#include "os/clock.h"

/* Written only where the process has a single thread: at the end of fork(), in the child. */
static uint32_t fork_generation = 1;

typedef struct {
	uint64_t state;
	uint32_t generation; /* when it was seeded; 0: not yet */
} random_stream;

static STRATA_THREAD_LOCAL random_stream stream;

static void count_fork(void)
{
	fork_generation++;
}

static bool watching;
static pthread_once_t watch_once = PTHREAD_ONCE_INIT;

static void watch(void)
{
	watching = pthread_atfork(NULL, NULL, count_fork) == 0;
}

strata_result strata_process_watch_forks(void)
{
	(void) pthread_once(&watch_once, watch);
	return watching ? STRATA_OK : STRATA_NO_MEMORY;
}

uint32_t strata_process_generation(void)
{
	return fork_generation;
}

uint32_t strata_process_id(void)
{
	return (uint32_t) getpid();
}

/* A name may hold anything, but is the only part in brackets: the state is behind the last one. */
bool strata_process_is_stopped(uint32_t process)
{
	char path[32], stat[256];
	const char *end;
	ssize_t size;
	int file;

	snprintf(path, sizeof(path), "/proc/%u/stat", process);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		return false;
	}
	size = read(file, stat, sizeof(stat) - 1);
	(void) close(file);
	stat[size > 0 ? size : 0] = '\0';
	end = strrchr(stat, ')');
	return end != NULL && end[1] == ' ' && (end[2] == 'T' || end[2] == 't');
}

uint32_t strata_process_user(void)
{
	return (uint32_t) geteuid();
}

static bool has_right_to_change_user(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	return syscall(SYS_capget, &header, sets) != 0 ||
		   (sets[CAP_TO_INDEX(CAP_SETUID)].permitted & CAP_TO_MASK(CAP_SETUID)) != 0;
}

bool strata_process_user_is_fixed(void)
{
	uid_t real, effective, saved;

	return getresuid(&real, &effective, &saved) == 0 && real == effective && saved == effective &&
		   !has_right_to_change_user();
}

strata_result strata_process_random(void *bytes, size_t size)
{
	char *next = bytes;

	while (size > 0) {
		ssize_t got = getrandom(next, size, 0);

		if (got < 0 && errno != EINTR) {
			return STRATA_UNSUPPORTED;
		}
		if (got > 0) {
			next += got;
			size -= (size_t) got;
		}
	}
	return STRATA_OK;
}

static void seed_stream(void)
{
	if (strata_process_random(&stream.state, sizeof(stream.state)) != STRATA_OK) {
		/* A sandbox without getrandom(): apart by thread, process and moment, if not by chance. */
		stream.state = strata_clock_usec() ^ (uint64_t) getpid() << 40 ^ (uintptr_t) &stream;
	}
	stream.generation = fork_generation;
}

uint64_t strata_process_random_word(void)
{
	uint64_t word;

	if (stream.generation != fork_generation) {
		seed_stream();
	}
	stream.state += 0x9E3779B97F4A7C15;
	word = stream.state;
	word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9;
	word = (word ^ word >> 27) * 0x94D049BB133111EB;
	return word ^ word >> 31;
}
