/*
 * Reserved memory is a memfd whose pages fallocate() takes at once. Plain shared memory would be
 * just as quick to map, but a page that the kernel cannot find later ends the process with SIGBUS
 * in the middle of a store; here the same shortage is an error at start. The descriptor is closed
 * as soon as the memory is mapped: the mapping keeps the file alive, and no child program inherits it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/map.h"

#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>

static strata_result map(size_t size, int flags, int file, void **out)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | flags, file, 0);

	*out = memory == MAP_FAILED ? NULL : memory;
	return *out == NULL ? STRATA_NO_MEMORY : STRATA_OK;
}

strata_result strata_map_reserved(size_t size, void **out)
{
	strata_result result = STRATA_NO_MEMORY;
	int file = memfd_create("strata", MFD_CLOEXEC);

	*out = NULL;
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

void strata_map_free(void *memory, size_t size)
{
	if (memory != NULL) {
		(void) munmap(memory, size);
	}
}
