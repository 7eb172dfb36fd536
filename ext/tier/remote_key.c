#include "tier/remote_key.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/digits.h"
#include "base/hash.h"
#include "policy/key.h"

enum { MOST_PARTS = 6, HASH_DIGITS = 32, ID_DIGITS = 16 };

/* Arbitrary constants that keep the two halves of a hashed key apart. */
static const uint64_t high_seed = 0x7374726174613034;
static const uint64_t low_seed = 0x7374726174613035;

static strata_view join(strata_arena *arena, const strata_view parts[MOST_PARTS])
{
	size_t size = 0;
	char *joined;
	char *at;

	for (int i = 0; i < MOST_PARTS; i++) {
		size += parts[i].size;
	}
	joined = at = strata_arena_alloc(arena, size + 1);
	if (joined == NULL) {
		return (strata_view){ NULL, 0 };
	}
	for (int i = 0; i < MOST_PARTS; i++) {
		if (parts[i].size > 0) {
			memcpy(at, parts[i].data, parts[i].size);
			at += parts[i].size;
		}
	}
	*at = '\0';
	return (strata_view){ joined, size };
}

/* Behind the names of namespace and database, and a colon. */
static strata_view join_in(strata_arena *arena, const strata_keyspace *keyspace, strata_view middle,
	const char *rest)
{
	const strata_view parts[MOST_PARTS] = { strata_view_of(keyspace->name_space),
		strata_view_of(keyspace->name_space[0] == '\0' ? "" : ":"),
		strata_view_of(keyspace->database), strata_view_of(":"), middle, strata_view_of(rest) };

	return join(arena, parts);
}

strata_view strata_remote_prefix(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t generation)
{
	strata_digits room;

	if (strata_keyspace_names_plainly(keyspace, generation)) {
		return strata_arena_copy(arena, strata_view_of(keyspace->name_space));
	}
	return join_in(arena, keyspace, strata_digits_of(generation, &room), ":");
}

strata_view strata_remote_key_written(strata_view key)
{
	return strata_key_is_in_namespace(key) ? key : strata_key_shown(key);
}

/* A name with room for this many bytes behind the prefix, and a NUL behind them. */
static char *begin_name(strata_arena *arena, strata_view prefix, size_t more)
{
	char *name = prefix.data == NULL ? NULL : strata_arena_alloc(arena, prefix.size + more + 1);

	if (name != NULL) {
		memcpy(name, prefix.data, prefix.size);
		name[prefix.size + more] = '\0';
	}
	return name;
}

strata_view strata_remote_key(strata_arena *arena, strata_view prefix, strata_view key)
{
	char *name = begin_name(arena, prefix, key.size);

	if (name == NULL) {
		return (strata_view){ NULL, 0 };
	}
	if (key.size > 0) {
		memcpy(name + prefix.size, key.data, key.size);
	}
	return (strata_view){ name, prefix.size + key.size };
}

strata_view strata_remote_key_hashed(strata_arena *arena, strata_view prefix, strata_view key)
{
	char *name = begin_name(arena, prefix, HASH_DIGITS);

	if (name == NULL) {
		return (strata_view){ NULL, 0 };
	}
	name[prefix.size - 1] = '#';
	snprintf(name + prefix.size, HASH_DIGITS + 1, "%016" PRIx64 "%016" PRIx64,
		strata_hash_of(key, high_seed), strata_hash_of(key, low_seed));
	return (strata_view){ name, prefix.size + HASH_DIGITS };
}

strata_view strata_remote_key_of_generation(strata_arena *arena, const strata_keyspace *keyspace,
	const char *suffix)
{
	return join_in(arena, keyspace, strata_view_of("generation"), suffix);
}

strata_view strata_remote_key_of_tag(strata_arena *arena, const strata_keyspace *keyspace,
	uint64_t id)
{
	char digits[ID_DIGITS + 2];

	snprintf(digits, sizeof(digits), ":%016" PRIx64, id);
	return join_in(arena, keyspace, strata_view_of("tag"), digits);
}

/* ---- names that a server lists ---- */

enum { FEWEST_DIGITS = 16, MOST_DIGITS = 18 };

/* ---- the pattern ---- */

/* With a backslash before whatever SCAN would take for a pattern. Returns where it ends. */
static char *escape(char *out, strata_view text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (memchr("*?[]\\", text.data[i], 5) != NULL) {
			*out++ = '\\';
		}
		*out++ = text.data[i];
	}
	return out;
}

strata_view strata_remote_key_pattern(strata_arena *arena, const strata_keyspace *keyspace)
{
	static const char digits[] = "[1-9]*";
	strata_view name_space = strata_view_of(keyspace->name_space);
	strata_view database = strata_view_of(keyspace->database);
	char *start =
		strata_arena_alloc(arena, 2 * (name_space.size + database.size) + sizeof(digits) + 2);
	char *out = start;

	if (start == NULL) {
		return (strata_view){ NULL, 0 };
	}
	if (name_space.size > 0) {
		out = escape(out, name_space);
		*out++ = ':';
	}
	out = escape(out, database);
	*out++ = ':';
	memcpy(out, digits, sizeof(digits));
	return (strata_view){ start, (size_t) (out - start) + sizeof(digits) - 1 };
}

/* ---- names ---- */

/* Takes the text off the beginning, if it is there. */
static bool skip(strata_view *name, const char *text)
{
	strata_view wanted = strata_view_of(text);

	if (!strata_view_starts(*name, wanted)) {
		return false;
	}
	name->data += wanted.size;
	name->size -= wanted.size;
	return true;
}

static bool skip_scope(strata_view *name, const strata_keyspace *keyspace)
{
	if (keyspace->name_space[0] != '\0' && !(skip(name, keyspace->name_space) && skip(name, ":"))) {
		return false;
	}
	return skip(name, keyspace->database) && skip(name, ":");
}

uint64_t strata_remote_key_generation(const strata_keyspace *keyspace, strata_view name)
{
	uint64_t generation = 0;
	size_t digits = 0;

	if (!skip_scope(&name, keyspace)) {
		return 0;
	}
	while (digits < name.size && digits <= MOST_DIGITS && name.data[digits] >= '0' &&
		   name.data[digits] <= '9') {
		generation = generation * 10 + (uint64_t) (name.data[digits] - '0');
		digits++;
	}
	if (digits < FEWEST_DIGITS || digits > MOST_DIGITS || digits == name.size ||
		name.data[0] == '0' || name.data[digits] != ':') {
		return 0;
	}
	return generation;
}
