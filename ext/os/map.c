/*
 * Reserved memory is a memfd whose pages fallocate() takes at once. Plain shared memory would be
 * just as quick to map, but a page that the kernel cannot find later ends the process with SIGBUS
 * in the middle of a store; here the same shortage is an error at start. The descriptor is closed
 * as soon as the memory is mapped: the mapping keeps the file alive, and no child program inherits
 * it.
 *
 * Two views are two mappings of one memfd. What is handed out to be read is the view that cannot be
 * written, so a stray write meets the processor and not the values of all.
 *
 * The kernel does not refuse a memfd that is larger than what it has: it looks for victims. So we
 * ask first what is available, and what is plainly too much is refused before a page is taken.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/map.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	const char *path;
	const char *label; /* what stands before the number */
	uint64_t unit;     /* bytes */
} memory_source;

/* The machine, and the container with either generation of control groups. */
static const memory_source memory_sources[] = {
	{ "/proc/meminfo", "MemAvailable:", 1024 },
	{ "/sys/fs/cgroup/memory.max", "", 1 },
	{ "/sys/fs/cgroup/memory/memory.limit_in_bytes", "", 1 },
};

/* UINT64_MAX where the line is another one, or says that there is no limit. */
static uint64_t read_line(const char *line, const memory_source *source)
{
	size_t skipped = strlen(source->label);
	unsigned long long number;
	char *end;

	if (strncmp(line, source->label, skipped) != 0) {
		return UINT64_MAX;
	}
	number = strtoull(line + skipped, &end, 10);
	return end == line + skipped || number > UINT64_MAX / source->unit ? UINT64_MAX
																	   : number * source->unit;
}

/* UINT64_MAX where the file is missing or says that there is no limit. */
static uint64_t available_in(const memory_source *source)
{
	FILE *file = fopen(source->path, "re");
	uint64_t available = UINT64_MAX;
	char line[128];

	if (file == NULL) {
		return UINT64_MAX;
	}
	while (available == UINT64_MAX && fgets(line, sizeof(line), file) != NULL) {
		available = read_line(line, source);
	}
	(void) fclose(file);
	return available;
}

bool strata_map_is_available(size_t size)
{
	for (size_t i = 0; i < sizeof(memory_sources) / sizeof(memory_sources[0]); i++) {
		if (size > available_in(&memory_sources[i])) {
			return false;
		}
	}
	return true;
}

bool strata_map_may_be_file(size_t size)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
		   size <= limit.rlim_cur;
}

static strata_result map(size_t size, int flags, int file, void **out)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | flags, file, 0);

	*out = memory == MAP_FAILED ? NULL : memory;
	return *out == NULL ? STRATA_NO_MEMORY : STRATA_OK;
}

strata_result strata_map_reserved(size_t size, void **out)
{
	strata_result result = STRATA_NO_MEMORY;
	int file;

	*out = NULL;
	file = strata_map_may_be_file(size) && strata_map_is_available(size)
			   ? memfd_create("strata", MFD_CLOEXEC)
			   : -1;
	if (file < 0) {
		return STRATA_NO_MEMORY;
	}
	if (fallocate(file, 0, 0, (off_t) size) == 0) {
		result = map(size, 0, file, out);
	}
	(void) close(file);
	return result;
}

strata_result strata_map_lazy(size_t size, void **out)
{
	return map(size, MAP_ANONYMOUS | MAP_NORESERVE, -1, out);
}

/* No process can make the file shorter from here on: that would be SIGBUS for all others. */
static bool set_size(int file, size_t size, strata_map_backing backing)
{
	if (ftruncate(file, (off_t) size) != 0 ||
		(backing == STRATA_MAP_RESERVED && fallocate(file, 0, 0, (off_t) size) != 0)) {
		return false;
	}
	(void) fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
	return true;
}

static strata_result map_views(int file, size_t size, void **writable, const void **readable)
{
	void *view;

	if (map(size, MAP_NORESERVE, file, writable) != STRATA_OK) {
		return STRATA_NO_MEMORY;
	}
	view = mmap(NULL, size, PROT_READ, MAP_SHARED | MAP_NORESERVE, file, 0);
	if (view == MAP_FAILED) {
		(void) munmap(*writable, size);
		*writable = NULL;
		return STRATA_NO_MEMORY;
	}
	*readable = view;
	return STRATA_OK;
}

/* Without a memfd as large: memory that forks share, populated at once where it must be there. */
static strata_result map_one_view(size_t size, strata_map_backing backing, void **writable,
	const void **readable)
{
	int flags = backing == STRATA_MAP_RESERVED ? MAP_POPULATE : MAP_NORESERVE;
	strata_result result = map(size, MAP_ANONYMOUS | flags, -1, writable);

	*readable = *writable;
	return result;
}

strata_result strata_map_two_views(size_t size, strata_map_backing backing, void **writable,
	const void **readable)
{
	strata_result result = STRATA_NO_MEMORY;
	int file = -1;

	*writable = NULL;
	*readable = NULL;
	if (size == 0 || (backing == STRATA_MAP_RESERVED && !strata_map_is_available(size))) {
		return STRATA_NO_MEMORY;
	}
	file =
		strata_map_may_be_file(size) ? memfd_create("strata", MFD_CLOEXEC | MFD_ALLOW_SEALING) : -1;
	if (file < 0) {
		return map_one_view(size, backing, writable, readable);
	}
	if (set_size(file, size, backing)) {
		result = map_views(file, size, writable, readable);
	}
	(void) close(file);
	return result;
}

strata_result strata_map_file(int file, size_t size, void **out)
{
	return map(size, 0, file, out);
}

/* Kernels before 4.17 take the address as a wish. */
strata_result strata_map_view_at(int file, size_t offset, size_t size, uintptr_t address,
	const void **out)
{
	void *view = mmap((void *) address, size, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE, file,
		(off_t) offset);

	*out = NULL;
	if (view == MAP_FAILED) {
		return STRATA_NO_MEMORY;
	}
	if ((uintptr_t) view != address) {
		(void) munmap(view, size);
		return STRATA_NO_MEMORY;
	}
	*out = view;
	return STRATA_OK;
}

void strata_map_free_views(void *writable, const void *readable, size_t size)
{
	strata_map_free(writable, size);
	if (readable != writable) {
		strata_map_free((void *) (uintptr_t) readable, size);
	}
}

void strata_map_free(void *memory, size_t size)
{
	if (memory != NULL) {
		(void) munmap(memory, size);
	}
}
