/*
 * Device and inode tell a directory from others, and the id of its mount tells apart what two mount
 * namespaces show under it: ids are copied into none. Kernels before 5.8 do not tell that id; there
 * the namespace itself is asked for, where /proc is at hand.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "os/root_directory.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/hash.h"

static uint64_t mount_of_root(void)
{
	struct stat seen;
#ifdef STATX_MNT_ID
	struct statx extended;

	if (statx(AT_FDCWD, "/", 0, STATX_MNT_ID, &extended) == 0 &&
		(extended.stx_mask & STATX_MNT_ID) != 0) {
		return extended.stx_mnt_id;
	}
#endif
	return stat("/proc/self/ns/mnt", &seen) == 0 ? (uint64_t) seen.st_ino : 0;
}

strata_root_directory strata_root_directory_look(void)
{
	struct stat seen;

	if (stat("/", &seen) != 0) {
		return (strata_root_directory){ 0 };
	}
	return (strata_root_directory){ .device = seen.st_dev,
		.inode = seen.st_ino,
		.mount = mount_of_root() };
}

bool strata_root_directory_is_same(strata_root_directory one, strata_root_directory other)
{
	return one.inode != 0 && one.device == other.device && one.inode == other.inode &&
		   one.mount == other.mount;
}

uint64_t strata_root_directory_mark(strata_root_directory home)
{
	strata_root_directory here = strata_root_directory_look();
	strata_view bytes = { (const char *) &here, sizeof(here) };

	return strata_root_directory_is_same(home, here) ? 0 : strata_hash_of(bytes, 0) | 1;
}
