/*
 * Sections of a run under valgrind: PHP calls section_begin() and section_end() through FFI, and
 * callgrind counts between them.
 *
 * The library is preloaded, so that what is drawn by chance is the same in every run: the seeds of
 * hashes decide how many of a hundred keys meet in one place of a table.
 */
#include <stddef.h>
#include <sys/types.h>
#include <valgrind/callgrind.h>

void section_begin(void);
void section_begin(void)
{
	CALLGRIND_ZERO_STATS;
}

/* What was counted becomes a file of callgrind's own that bears this name. */
void section_end(const char *name);
void section_end(const char *name)
{
	CALLGRIND_DUMP_STATS_AT(name);
}

ssize_t getrandom(void *bytes, size_t size, unsigned flags);
ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
	(void) flags;
	for (size_t i = 0; i < size; i++) {
		((unsigned char *) bytes)[i] = (unsigned char) (i * 37 + 11);
	}
	return (ssize_t) size;
}
