/*
 * The recorder is linked into the build of ./dev trips and keeps every call between trips_begin()
 * and trips_end(): PHP calls these two through FFI.
 *
 * The compiler calls __cyg_profile_func_enter() and _exit() around each function of ext/, and the
 * linker sends the reads of clocks from there to the __wrap_ functions. One event is one word: the
 * address of a function, a return, or a read of a clock.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

enum { RETURN = 0, CLOCK_READ = 1, ROOM = 1 << 20 };

static uintptr_t events[ROOM];
static size_t event_count;
static bool is_recording;

static void add(uintptr_t event)
{
	if (!is_recording) {
		return;
	}
	if (event_count == ROOM) {
		fputs("trips: the trip is longer than the recorder has room for\n", stderr);
		abort();
	}
	events[event_count++] = event;
}

void __cyg_profile_func_enter(void *function, void *caller);
void __cyg_profile_func_enter(void *function, void *caller)
{
	(void) caller;
	add((uintptr_t) function);
}

void __cyg_profile_func_exit(void *function, void *caller);
void __cyg_profile_func_exit(void *function, void *caller)
{
	(void) function;
	(void) caller;
	add(RETURN);
}

int __real_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_clock_gettime(clockid_t id, struct timespec *now)
{
	add(CLOCK_READ);
	return __real_clock_gettime(id, now);
}

int __real_gettimeofday(struct timeval *now, void *zone);
int __wrap_gettimeofday(struct timeval *now, void *zone);
int __wrap_gettimeofday(struct timeval *now, void *zone)
{
	add(CLOCK_READ);
	return __real_gettimeofday(now, zone);
}

time_t __real_time(time_t *now);
time_t __wrap_time(time_t *now);
time_t __wrap_time(time_t *now)
{
	add(CLOCK_READ);
	return __real_time(now);
}

void trips_begin(void);
void trips_begin(void)
{
	event_count = 0;
	is_recording = true;
}

/* One line for each event: "> address in the file", "<" or "clock". */
void trips_end(const char *path);
void trips_end(const char *path)
{
	is_recording = false;
	Dl_info info;
	FILE *out = fopen(path, "w");
	if (!out || !dladdr(&event_count, &info)) {
		perror(path);
		abort();
	}
	for (size_t i = 0; i < event_count; i++) {
		if (events[i] == RETURN) {
			fputs("<\n", out);
		} else if (events[i] == CLOCK_READ) {
			fputs("clock\n", out);
		} else {
			fprintf(out, "> %jx\n", (uintmax_t) (events[i] - (uintptr_t) info.dli_fbase));
		}
	}
	fclose(out);
}
