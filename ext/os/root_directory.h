/* root_directory: which files a process means by their full names. */
#ifndef STRATA_OS_ROOT_DIRECTORY_H
#define STRATA_OS_ROOT_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

/* All zeroes: the directory could not be looked at. */
typedef struct {
	uint64_t device;
	uint64_t inode;
	uint64_t mount; /* differs in another mount namespace; 0 where the kernel does not tell */
} strata_root_directory;

/* That of the calling process, as it is now. One or two system calls. */
strata_root_directory strata_root_directory_look(void);

/*
 * Does one name lead to one file under both? Not after a chroot(), and not in another mount
 * namespace. False where either could not be looked at.
 */
bool strata_root_directory_is_same(strata_root_directory one, strata_root_directory other);

/*
 * A number for the root directory of the calling process, 0 where it is this one. What names lead
 * to (hosts, resolv.conf, sockets) depends on it: put into the key of what processes share by name.
 */
uint64_t strata_root_directory_mark(strata_root_directory home);

#endif
