/* The names that a server lists, which may be anybody's. */
#include "fuzz.h"
#include "tier/remote_key.h"

/* Whatever is taken for a key of ours must be one that would be made like that. */
static void check(const strata_scope *scope, strata_view name)
{
	uint64_t generation = strata_remote_key_generation(scope, name);
	strata_arena *arena = strata_arena_new();
	strata_view key = { NULL, 0 };

	MUST(arena != NULL);
	if (generation != 0) {
		size_t front = strata_remote_key(arena, scope, generation, key).size;

		MUST(front <= name.size);
		key = (strata_view){ name.data + front, name.size - front };
		MUST(strata_view_equal(strata_remote_key(arena, scope, generation, key), name));
	}
	strata_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	strata_view name = fuzz_copy(data, size);
	strata_scope scope;

	strata_scope_init(&scope, "db", "ns", strata_view_of(""), 1000);
	check(&scope, name);
	strata_scope_init(&scope, "db", "", strata_view_of(""), 1000);
	check(&scope, name);
	free((char *) name.data);
	return 0;
}
