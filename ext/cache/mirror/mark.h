/* mark: have changes been dropped, so that the place that follows may be older than they are? */
#ifndef STRATA_CACHE_MIRROR_MARK_H
#define STRATA_CACHE_MIRROR_MARK_H

#include "cache/mirror/visit.h"

/*
 * A change that could not be noted, or not for long enough, is dropped: the place that follows goes
 * on with what it had. From then on it must not answer, on no host. So the moment of the last drop
 * stands in the place that answers, as the number of a tag that no caller can name. Numbers of
 * generations are microseconds, too: once that of the place that follows is above the mark, nothing
 * of before the drop is believed there. strata_shadow_renew() raises it, and so does a clear().
 */

enum { STRATA_MIRROR_MARK_ERROR = 320 };

/*
 * A shadow that no host has kept in step for ten minutes holds what is left of an earlier try. So a
 * second number of that kind stands in the shadow: until when some host did. A host that finds it
 * old or missing raises the generation of a shadow that follows.
 */

/* Does this host owe the others word of a drop, or of its being here? A few loads. */
STRATA_MUST_CHECK bool strata_mirror_mark_is_due(const strata_mirror *mirror);

/* Tells them, within a turn, before anything is brought over. What fails is due again later. */
void strata_mirror_mark_tell(strata_mirror_visit *visit);

/*
 * The shadow is left: from here on it hears of no change. Notes it as a drop of this host, and
 * tells the others, in an operation's time at most.
 */
void strata_mirror_mark_end(strata_database *database, strata_arena *arena);

/*
 * May the shadow of this database answer? Asks the place that the settings name first for the mark,
 * and the shadow for its generation, for as long as an operation may take. A place that cannot be
 * asked objects to nothing: what this host knows counts then. False with one sentence in why.
 */
STRATA_MUST_CHECK bool strata_mirror_mark_allows_lead(strata_database *database,
	strata_arena *arena, char why[STRATA_MIRROR_MARK_ERROR]);

#endif
