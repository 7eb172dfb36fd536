/* tag: a name that values depend on, by the number it had when they were made. */
#ifndef STRATA_BASE_TAG_H
#define STRATA_BASE_TAG_H

#include <stdint.h>

/* Of one value: those of the call and those of the namespaces around its key. */
enum { STRATA_TAGS_MOST = 64 };

enum { STRATA_TAG_MADE = 1000 };

/*
 * The deepest tier keeps one number for each tag. A value is served only while the numbers beside
 * it are those. So a new number makes every value with the tag unreachable, wherever it is kept,
 * and a lost number does the same. A namespace is a tag that all values in it bear.
 *
 * In envelopes and in the local tier as these 16 bytes, little endian.
 */
typedef struct {
	uint64_t id; /* hash of the name within its database, the same on all hosts */
	/*
	 * Microseconds since 1970, at least one more than before; 0: not read yet. A multiple of
	 * STRATA_TAG_MADE was made where none was known. Any other was raised, or may have been.
	 */
	uint64_t number;
} strata_tag;

_Static_assert(sizeof(strata_tag) == 16, "this is what is stored");

#endif
