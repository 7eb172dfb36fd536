#include "api/request/space.h"

#include "base/compiler.h"
#include "cache/tags.h"

/* In front of what the script wrote. */
enum { MARK = '~', END = ':' };

static void write_prefix(strata_space *space)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t id = space->ids[space->depth - 1];

	space->prefix[0] = MARK;
	for (int i = 0; i < 16; i++) {
		space->prefix[1 + i] = digits[id >> (60 - 4 * i) & 15];
	}
	space->prefix[STRATA_SPACE_PREFIX - 1] = END;
}

bool strata_space_enter(strata_space *space, strata_view name)
{
	uint64_t parent = space->depth > 0 ? space->ids[space->depth - 1] : 0;

	if (space->depth == STRATA_SPACE_DEEPEST) {
		return false;
	}
	space->ids[space->depth++] = strata_tags_id_of_namespace(parent, name);
	write_prefix(space);
	return true;
}

bool strata_space_equal(const strata_space *one, const strata_space *other)
{
	return one->database == other->database && one->depth == other->depth &&
		   memcmp(one->ids, other->ids, one->depth * sizeof(*one->ids)) == 0;
}

size_t strata_space_write(const strata_space *space, strata_view key, char *room)
{
	size_t size = 0;

	if (space->depth > 0) {
		memcpy(room, space->prefix, STRATA_SPACE_PREFIX);
		size = STRATA_SPACE_PREFIX;
	} else if (!strata_space_is_plain(space, key.data)) {
		room[0] = MARK;
		room[1] = END;
		size = STRATA_KEY_ESCAPE;
	}
	memcpy(room + size, key.data, key.size);
	return size + key.size;
}

zend_string *strata_space_name(const strata_space *space, zend_string *key)
{
	zend_string *name;

	if (strata_space_is_plain(space, ZSTR_VAL(key))) {
		return zend_string_copy(key);
	}
	name = zend_string_safe_alloc(1, ZSTR_LEN(key), STRATA_SPACE_PREFIX, false);
	ZSTR_LEN(name) =
		strata_space_write(space, (strata_view){ ZSTR_VAL(key), ZSTR_LEN(key) }, ZSTR_VAL(name));
	ZSTR_VAL(name)[ZSTR_LEN(name)] = '\0';
	return name;
}

STRATA_NOINLINE strata_view strata_space_prefixed(const strata_space *space, strata_view key,
	strata_arena *arena)
{
	char *room = strata_arena_alloc(arena, key.size + STRATA_SPACE_PREFIX);

	if (room == NULL) {
		return (strata_view){ NULL, 0 };
	}
	return (strata_view){ room, strata_space_write(space, key, room) };
}

bool strata_space_add_tag(strata_tag_list *list, uint64_t id)
{
	for (uint16_t i = 0; i < list->count; i++) {
		if (list->tags[i].id == id) {
			return true;
		}
	}
	if (list->count == STRATA_TAGS_MOST) {
		return false;
	}
	list->tags[list->count++] = (strata_tag){ .id = id, .number = 0 };
	return true;
}

bool strata_space_tag_item(const strata_tag_list *list, strata_arena *arena, strata_item *item)
{
	size_t size = list->count * sizeof(*list->tags);

	item->tag_count = 0;
	item->tags = size > 0 ? strata_arena_alloc(arena, size) : NULL;
	if (item->tags != NULL) {
		memcpy(item->tags, list->tags, size);
		item->tag_count = list->count;
	}
	return item->tag_count == list->count;
}
