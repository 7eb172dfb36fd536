/* lookout — has the topology file changed, and may what it says now be taken over? */
#ifndef STRATA_CACHE_LOOKOUT_H
#define STRATA_CACHE_LOOKOUT_H

#include "cache/environment.h"
#include "conf/topology.h"

typedef struct {
	const char *path;
	bool (*is_database)(strata_view name);

	/*
	 * What only a trial shows, before all processes follow. False with a sentence in error. NULL:
	 * nothing is tried.
	 */
	bool (*is_usable)(const strata_topology *before, const strata_topology *after,
		char error[STRATA_TOPOLOGY_ERROR]);
} strata_lookout;

typedef enum {
	STRATA_LOOKOUT_QUIET,   /* nothing new, or nothing that was not said before */
	STRATA_LOOKOUT_TAKEN,   /* all processes will follow */
	STRATA_LOOKOUT_EXPOSED, /* the same, and the sentence warns of who can read the file */
	STRATA_LOOKOUT_REFUSED  /* what was in force stays, and the sentence says why */
} strata_lookout_news;

/*
 * Looks at the file, and sees to it that the nodes stay out that are to be. Whose turn it is says
 * strata_notice_may_look(); is_usable may run anything, so the caller holds nothing.
 */
strata_lookout_news strata_lookout_look(const strata_environment *environment,
	const strata_lookout *lookout, char sentence[STRATA_NOTICE_WHY]);

/*
 * What is in force now, with its version. False where there is nothing or it is not to be had: then
 * *out is empty, and *version what it would have been, or 0 when it is worth another try.
 */
bool strata_lookout_read(const strata_environment *environment, const strata_lookout *lookout,
	strata_topology *out, uint64_t *version, uint64_t *moved_at);

#endif
