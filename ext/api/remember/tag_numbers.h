/* tag_numbers: what the tags of a computed value stood at when its function began. */
#ifndef STRATA_API_REMEMBER_TAG_NUMBERS_H
#define STRATA_API_REMEMBER_TAG_NUMBERS_H

#include "php.h"

#include "api/request/space.h"
#include "cache/remember/computation.h"

/*
 * Before the function: the numbers of all tags as they are now. So an invalidation while it runs
 * makes the value a miss. False when one could not be read, which was reported then, perhaps with
 * an exception: nothing may be stored.
 */
bool strata_tag_numbers_read(const strata_space *space, strata_tag_list *tags);

/*
 * After the function: the numbers of those tags that it named itself (they are 0). False as above;
 * also, counted as voided, when one of them was raised no earlier than the function began, less 5 s
 * for clocks that differ: it may have been invalidated meanwhile. One that was made because it was
 * missing was not, unless it was both raised and lost while the function ran.
 */
bool strata_tag_numbers_read_named(const strata_space *space, strata_tag_list *tags,
	const strata_computation *computation);

#endif
