/*
 * The control segment is one lazily mapped region, cut from front to back before the first fork:
 *
 *     +--------+--------------+--------------+ - - - - - - - - - +
 *     | header | first block  | second block |  never touched    |
 *     +--------+--------------+--------------+ - - - - - - - - - +
 *
 * It is larger than what strata allocates, because pages that are never touched cost nothing.
 * Blocks are never given back: each keeps its bytes until the last process of the host ends, so no
 * process can hold a pointer to memory that became something else.
 *
 * A named segment is memory of the caller, which several processes map that have no common start.
 * Each cuts it in the same order, and so finds the same blocks without reading anything there.
 *
 * The header is for people with a debugger or a core file. Its stamp mixes the sizes of all blocks
 * in their order, so two builds whose layouts differ have different stamps.
 */
#include "host/host.h"

#include <stdint.h>
#include <stdlib.h>

#include "os/map.h"

enum { SEGMENT_SIZE = 116 << 20, CACHE_LINE = 64 };

static const uint64_t magic = 0x61746172747330C1;

typedef struct {
	uint64_t magic;
	uint64_t stamp; /* over the sizes of the blocks so far */
	uint64_t size;  /* bytes of the segment */
	uint64_t used;  /* bytes allocated, header included */
} header;

struct strata_host {
	char *segment;     /* aligned to a cache line */
	size_t size;       /* bytes of the segment */
	size_t used;       /* bytes cut off so far: never read from the segment */
	uint64_t stamp;    /* over the sizes of the blocks so far */
	header *own;       /* at the start of a segment that this made, else NULL */
	void *private_own; /* what calloc() gave when memory could not be shared, else NULL */
	strata_host_birth birth;
	bool must_stay; /* mapped until the process ends */
};

static strata_result map_private(strata_host *host)
{
	uintptr_t start;

	host->private_own = calloc(1, SEGMENT_SIZE + CACHE_LINE);
	if (host->private_own == NULL) {
		return STRATA_NO_MEMORY;
	}
	start = (uintptr_t) host->private_own + CACHE_LINE - 1;
	host->segment = (char *) (start & ~(uintptr_t) (CACHE_LINE - 1));
	return STRATA_OK;
}

static strata_result map_segment(strata_host *host)
{
	void *memory;

	if (strata_map_lazy(SEGMENT_SIZE, &memory) != STRATA_OK) {
		return map_private(host);
	}
	host->segment = memory;
	return STRATA_OK;
}

static size_t rounded(size_t size)
{
	return (size + CACHE_LINE - 1) & ~(size_t) (CACHE_LINE - 1);
}

strata_result strata_host_new(strata_host **out)
{
	strata_host *host = calloc(1, sizeof(*host));

	*out = NULL;
	if (host == NULL || map_segment(host) != STRATA_OK) {
		free(host);
		return STRATA_NO_MEMORY;
	}
	host->size = SEGMENT_SIZE;
	host->used = rounded(sizeof(header));
	host->own = (header *) host->segment;
	*host->own = (header){
		.magic = magic,
		.size = SEGMENT_SIZE,
		.used = host->used,
	};
	*out = host;
	return STRATA_OK;
}

strata_result strata_host_new_in(void *memory, size_t size, strata_host_birth birth,
	strata_host **out)
{
	strata_host *host = calloc(1, sizeof(*host));

	*out = host;
	if (host == NULL) {
		return STRATA_NO_MEMORY;
	}
	host->segment = memory;
	host->size = size;
	host->birth = birth;
	return STRATA_OK;
}

void strata_host_free(strata_host *host)
{
	if (host == NULL) {
		return;
	}
	if (host->own != NULL && !host->must_stay && host->private_own == NULL) {
		strata_map_free(host->segment, SEGMENT_SIZE);
	}
	if (!host->must_stay) {
		free(host->private_own);
	}
	free(host);
}

bool strata_host_is_shared(const strata_host *host)
{
	return host->private_own == NULL;
}

void strata_host_keep_mapped(strata_host *host)
{
	host->must_stay = true;
}

bool strata_host_must_stay(const strata_host *host)
{
	return host->must_stay;
}

strata_host_birth strata_host_born(const strata_host *host)
{
	return host->birth;
}

size_t strata_host_used(const strata_host *host)
{
	return host->used;
}

uint64_t strata_host_stamp(const strata_host *host)
{
	return host->stamp;
}

strata_result strata_host_init_lock(const strata_host *host, strata_mutex *mutex)
{
	switch (host->birth) {
		case STRATA_HOST_MADE:
		case STRATA_HOST_MENDED: return strata_mutex_init(mutex);
		case STRATA_HOST_JOINED: break;
	}
	return STRATA_OK;
}

void *strata_host_alloc(strata_host *host, size_t size)
{
	char *start = host->segment + host->used;

	if (size > host->size || rounded(size) > host->size - host->used) {
		return NULL;
	}
	host->used += rounded(size);
	host->stamp = (host->stamp ^ size) * 0x9E3779B97F4A7C15;
	if (host->own != NULL) {
		host->own->used = host->used;
		host->own->stamp = host->stamp;
	}
	return start;
}
