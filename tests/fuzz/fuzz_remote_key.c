/* The names that a server lists, which may be anybody's. */
#include <inttypes.h>

#include "fuzz.h"
#include "tier/remote_key.h"

/* Whatever is taken for a key of ours must begin as one does. */
static void check(const char *name_space, const char *front, strata_view name)
{
	strata_keyspace keyspace;
	uint64_t generation;
	char expected[64];

	MUST(strata_keyspace_init(&keyspace, "db", name_space, strata_view_of(""), 1000) == STRATA_OK);
	generation = strata_remote_key_generation(&keyspace, name);
	snprintf(expected, sizeof(expected), "%s:%" PRIu64 ":", front, generation);
	MUST(generation == 0 || strata_view_starts(name, strata_view_of(expected)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	strata_view name = fuzz_copy(data, size);

	check("ns", "ns:db", name);
	check("", "db", name);
	free((char *) name.data);
	return 0;
}
