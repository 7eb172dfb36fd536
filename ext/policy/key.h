/* key: the name of a value below api/, and what of it the program wrote. */
#ifndef STRATA_POLICY_KEY_H
#define STRATA_POLICY_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

enum {
	STRATA_KEY_NAMESPACE = 18, /* bytes: "~", 16 hexadecimal digits of the innermost id, ":" */
	STRATA_KEY_ESCAPE = 2      /* bytes: "~:", before a key of the root that begins with "~" */
};

/* Does it have the prefix of a namespace? Keys of locks and of the root do not. */
static inline bool strata_key_is_in_namespace(strata_view key)
{
	return key.size >= STRATA_KEY_NAMESPACE && key.data[0] == '~' && key.data[1] != ':';
}

/* Of such a key: the id of that namespace, the innermost. */
static inline uint64_t strata_key_namespace(strata_view key)
{
	uint64_t id = 0;

	for (int i = 1; i <= 16; i++) {
		unsigned char digit = (unsigned char) key.data[i];

		id = id << 4 | (digit <= '9' ? digit - '0' : digit - 'a' + 10) % 16;
	}
	return id;
}

/* What the program wrote, out of the key of an item (see tier/item.h). */
static inline strata_view strata_key_shown(strata_view key)
{
	size_t prefix = 0;

	if (key.size >= STRATA_KEY_ESCAPE && key.data[0] == '~') {
		prefix = key.data[1] == ':' ? STRATA_KEY_ESCAPE : STRATA_KEY_NAMESPACE;
	}
	prefix = prefix < key.size ? prefix : key.size;
	return (strata_view){ key.data + prefix, key.size - prefix };
}

#endif
