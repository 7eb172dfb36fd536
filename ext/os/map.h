/* map — which memory do this process and its forks share? */
#ifndef STRATA_OS_MAP_H
#define STRATA_OS_MAP_H

#include <stddef.h>

#include "base/result.h"

/*
 * Both give zeroed, page-aligned memory that children of fork() share, or NULL in *out and
 * STRATA_NO_MEMORY. Reserved memory is backed by the kernel at once, so that no later touch can
 * end in SIGBUS; lazy memory costs nothing until it is touched.
 */
STRATA_MUST_CHECK strata_result strata_map_reserved(size_t size, void **out);
STRATA_MUST_CHECK strata_result strata_map_lazy(size_t size, void **out);

/* Unmaps in this process only; the others keep theirs. */
void strata_map_free(void *memory, size_t size);

#endif
