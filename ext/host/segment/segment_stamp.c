/*
 * Two processes of different stamps never meet: the stamp is a part of the name of the file. So a
 * PHP that is replaced by another version, or by one with another strata.memory, begins with a file
 * of its own, and the old one serves those that go on.
 */
#include "host/segment/segment_stamp.h"

#include <sys/stat.h>
#include <string.h>

#include "base/hash.h"

/* 0 where it is not told. */
static uint64_t inode_of(const char *path)
{
	struct stat seen;

	return stat(path, &seen) == 0 ? (uint64_t) seen.st_ino : 0;
}

strata_result strata_segment_stamp(const strata_segment_shape *shape, uint64_t *out)
{
	uint64_t processes = inode_of("/proc/self/ns/pid");
	/* Kernels before 5.6 have one time for all. */
	uint64_t numbers[] = { shape->layout, shape->control_size, shape->heap_size, sizeof(void *),
		processes, inode_of("/proc/self/ns/time") };

	*out = strata_hash_of((strata_view){ shape->build, strlen(shape->build) },
		strata_hash_of((strata_view){ (const char *) numbers, sizeof(numbers) }, 0));
	return processes != 0 ? STRATA_OK : STRATA_UNSUPPORTED;
}
