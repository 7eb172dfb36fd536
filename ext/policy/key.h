/* key: the name of a value below api/, and what of it the program wrote. */
#ifndef STRATA_POLICY_KEY_H
#define STRATA_POLICY_KEY_H

#include "base/view.h"

enum {
	STRATA_KEY_NAMESPACE = 18, /* bytes: "~", 16 hexadecimal digits of the innermost id, ":" */
	STRATA_KEY_ESCAPE = 2      /* bytes: "~:", before a key of the root that begins with "~" */
};

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
