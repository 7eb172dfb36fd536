/* space: where in a database a call works, at its root or in a namespace. */
#ifndef STRATA_API_REQUEST_SPACE_H
#define STRATA_API_REQUEST_SPACE_H

#include "php.h"

#include "base/arena.h"
#include "base/view.h"
#include "policy/key.h"
#include "tier/item.h"

enum {
	STRATA_SPACE_DEEPEST = 8, /* namespaces in one another */
	STRATA_SPACE_PREFIX = STRATA_KEY_NAMESPACE,
	STRATA_LONGEST_NAMESPACE = 255 /* bytes of one name */
};

/*
 * A value of a namespace bears the ids of all namespaces around its key as tags: a new number for
 * one of them is its clear(). Its key has a prefix below api/, which no number is part of. At the
 * root a key is what the script wrote, unless it begins with "~": then "~:" stands before it. So
 * no two spaces share a key. Plain data: copied at will.
 */
typedef struct {
	uint32_t database; /* index */
	uint32_t depth;    /* of namespaces; 0: the root */
	char prefix[STRATA_SPACE_PREFIX];
	uint64_t ids[STRATA_SPACE_DEEPEST]; /* the outermost first */
} strata_space;

static inline strata_space strata_space_root(uint32_t database)
{
	return (strata_space){ .database = database };
}

/* From here into the namespace of this name. False, and nothing done, at the greatest depth. */
STRATA_MUST_CHECK bool strata_space_enter(strata_space *space, strata_view name);

bool strata_space_equal(const strata_space *one, const strata_space *other);

/* An assignment, but of a root nothing that is not read. */
static inline void strata_space_copy(strata_space *to, const strata_space *from)
{
	if (from->depth > 0) {
		*to = *from;
	} else {
		to->database = from->database;
		to->depth = 0;
	}
}

/* Is the key below api/ the text that the script wrote? Of a key that is not empty. */
static inline bool strata_space_is_plain(const strata_space *space, const char *key)
{
	return space->depth == 0 && *key != '~';
}

/*
 * The key below api/, into room for STRATA_SPACE_PREFIX bytes more than it has; returns the number
 * of bytes written.
 */
size_t strata_space_write(const strata_space *space, strata_view key, char *room);

/* The same as a string with a reference for the caller: the key itself where that is plain. */
zend_string *strata_space_name(const strata_space *space, zend_string *key);

/* The same in the arena, where that is not the script's own text. data is NULL: out of memory. */
strata_view strata_space_prefixed(const strata_space *space, strata_view key, strata_arena *arena);

/* The key below api/, which lives as long as the arena and the script's own bytes. */
static inline strata_view strata_space_key(const strata_space *space, strata_view key,
	strata_arena *arena)
{
	return strata_space_is_plain(space, key.data) ? key : strata_space_prefixed(space, key, arena);
}

/* What a value is to depend on, each tag once. A number that is 0 is still to be read. */
typedef struct {
	uint16_t count;
	strata_tag tags[STRATA_TAGS_MOST];
} strata_tag_list;

/* The namespaces around the keys of the space, and nothing else. Writes only what it counts. */
static inline void strata_space_tags(const strata_space *space, strata_tag_list *list)
{
	list->count = (uint16_t) space->depth;
	for (uint32_t i = 0; i < space->depth; i++) {
		list->tags[i] = (strata_tag){ .id = space->ids[i], .number = 0 };
	}
}

/* False, and nothing done, where the list is full. A tag that is there already stays as it is. */
STRATA_MUST_CHECK bool strata_space_add_tag(strata_tag_list *list, uint64_t id);

/* Gives the item a copy of the list in the arena. False when out of memory. */
STRATA_MUST_CHECK bool strata_space_tag_item(const strata_tag_list *list, strata_arena *arena,
	strata_item *item);

#endif
