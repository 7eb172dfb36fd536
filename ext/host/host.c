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
 * The header is for people with a debugger or a core file. Its stamp mixes the sizes of all blocks
 * in their order, so two builds whose layouts differ have different stamps.
 */
#include "host/host.h"

#include <stdint.h>
#include <stdlib.h>

#include "os/map.h"

enum { SEGMENT_SIZE = 96 << 20, CACHE_LINE = 64 };

static const uint64_t magic = 0x61746172747330C1;

typedef struct {
	uint64_t magic;
	uint64_t stamp; /* over the sizes of the blocks so far */
	uint64_t size;  /* bytes of the segment */
	uint64_t used;  /* bytes allocated, header included */
} header;

struct strata_host {
	char *segment;     /* aligned to a cache line */
	void *private_own; /* what calloc() gave when memory could not be shared, else NULL */
	bool must_stay;    /* mapped until the process ends */
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
	*(header *) host->segment = (header){
		.magic = magic,
		.size = SEGMENT_SIZE,
		.used = rounded(sizeof(header)),
	};
	*out = host;
	return STRATA_OK;
}

void strata_host_free(strata_host *host)
{
	if (host == NULL) {
		return;
	}
	if (!host->must_stay && host->private_own == NULL) {
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

void *strata_host_alloc(strata_host *host, size_t size)
{
	header *head = (header *) host->segment;
	char *start = host->segment + head->used;

	if (size > SEGMENT_SIZE || rounded(size) > SEGMENT_SIZE - head->used) {
		return NULL;
	}
	head->used += rounded(size);
	head->stamp = (head->stamp ^ size) * 0x9E3779B97F4A7C15;
	return start;
}
