/*
 * nodeepbind — lets a sanitized extension into a PHP that is not sanitized.
 *
 * PHP opens extensions with RTLD_DEEPBIND, which prefers the extension's own dependencies to what
 * is preloaded; the sanitizers' allocator would then not be the one the extension calls, and they
 * refuse to start. Preloaded before the sanitizer, this asks for the same file without that flag.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

typedef void *(*opener)(const char *, int);

__attribute__((visibility("default"))) void *dlopen(const char *file, int mode)
{
	static opener next;

	if (next == NULL) {
		next = (opener) dlsym(RTLD_NEXT, "dlopen");
	}
	return next(file, mode & ~RTLD_DEEPBIND);
}
