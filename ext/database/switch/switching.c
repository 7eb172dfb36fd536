#include "database/switch/switching.h"

#include <string.h>

static strata_place_servers first_place(const strata_settings *settings)
{
	return (strata_place_servers){ settings->redis, settings->memcached };
}

static strata_place_servers shadow(const strata_settings *settings)
{
	return (strata_place_servers){ settings->shadow_redis, settings->shadow_memcached };
}

strata_place_servers strata_switching_answering(const strata_settings *settings)
{
	return settings->shadow_mode == STRATA_SHADOW_MODE_LEAD ? shadow(settings)
															: first_place(settings);
}

strata_place_servers strata_switching_following(const strata_settings *settings)
{
	switch (settings->shadow_mode) {
		case STRATA_SHADOW_MODE_LEAD: return first_place(settings);
		case STRATA_SHADOW_MODE_OFF: return (strata_place_servers){ "", "" };
		default: return shadow(settings);
	}
}

bool strata_switching_names_servers(const strata_place_servers *servers)
{
	return servers->redis[0] != '\0' || servers->memcached[0] != '\0';
}

/* The deepest tier keeps the generation: with Redis behind it, memcached may be another one. */
static const char *deepest(const strata_place_servers *servers)
{
	return servers->redis[0] != '\0' ? servers->redis : servers->memcached;
}

bool strata_switching_same_servers(const strata_place_servers *one,
	const strata_place_servers *other)
{
	return strcmp(one->redis, other->redis) == 0 && strcmp(one->memcached, other->memcached) == 0;
}

bool strata_switching_begins_anew(const strata_settings *before, const strata_settings *after)
{
	strata_place_servers answered = strata_switching_answering(before);
	strata_place_servers followed = strata_switching_following(before);
	strata_place_servers answers = strata_switching_answering(after);

	return strcmp(deepest(&answered), deepest(&answers)) != 0 &&
		   strcmp(deepest(&followed), deepest(&answers)) != 0;
}
