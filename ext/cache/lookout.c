/*
 * One process a second looks at the file; the others see a number change. Whoever finds another file
 * judges it whole and puts its text where all processes read it (host/notice.h): so all go by the same
 * text, also those that start later, when the file may be bad or gone.
 *
 *     stat -> other stamp -> read -> parse -> try -> put up -> processes parse it for themselves
 *                                        \-> refuse: said once, what was in force stays
 *
 * Nodes that leave the list are given back before the text is put up, and those on it taken out after
 * that, and again at every look: a process that is killed anywhere in between leaves nothing that the
 * next look does not put right, and what a script says of such a node holds for a second at most.
 */
#include "cache/lookout.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "health/breaker.h"
#include "os/clock.h"
#include "os/file.h"

/* One look. */
typedef struct {
	const strata_environment *environment;
	const strata_lookout *lookout;
	strata_topology before;      /* in force when it began */
	strata_notice_source source; /* as it was judged last, then as it is */
	char *sentence;              /* STRATA_NOTICE_WHY bytes */
} look;

bool strata_lookout_read(const strata_environment *environment, const strata_lookout *lookout,
	strata_topology *out, uint64_t *version, uint64_t *moved_at)
{
	char error[STRATA_TOPOLOGY_ERROR];
	size_t size;
	char *text = strata_notice_read(environment->notice, &size, version, moved_at);
	bool is_there;

	*out = (strata_topology){ 0 };
	if (text == NULL) {
		return false;
	}
	is_there = strata_topology_parse((strata_view){ text, size }, lookout->is_database, out, error);
	free(text);
	return is_there;
}

/* ---- nodes ---- */

static void force(const strata_environment *environment, const strata_breaker *breaker,
	const char *node, strata_breaker_state state)
{
	bool is_out = state == STRATA_STATE_FORCED_OPEN;

	strata_breaker_force(breaker, state, 0, strata_clock_msec());
	strata_anomalies_add(environment->anomalies, node, "topology", is_out ? "disable" : "auto");
}

static bool is_kept_out(const strata_breaker *breaker)
{
	strata_breaker_view view = strata_breaker_look(breaker, strata_clock_msec());

	return view.state == STRATA_STATE_FORCED_OPEN && view.until == 0;
}

/* Whatever login asks it; those that are as wanted, or that an operator wants otherwise, are left alone. */
static void force_all(const strata_environment *environment, const char *name,
	strata_breaker_state state)
{
	strata_breaker breaker;
	bool takes_out = state == STRATA_STATE_FORCED_OPEN;

	for (uint32_t i = 0; strata_breaker_find(environment->breakers, name, i, &breaker); i++) {
		if (is_kept_out(&breaker) != takes_out) {
			force(environment, &breaker, name, state);
		}
	}
}

static void keep_out(const strata_environment *environment, const strata_topology *topology)
{
	for (uint32_t i = 0; i < topology->disabled_count; i++) {
		char name[256];

		snprintf(name, sizeof(name), "%.*s", (int) topology->disabled[i].size,
			topology->disabled[i].data);
		if (strata_breaker_get_or_create(environment->breakers, name)) {
			force_all(environment, name, STRATA_STATE_FORCED_OPEN);
		}
	}
}

static void give_back(const strata_environment *environment, const strata_topology *before,
	const strata_topology *after)
{
	for (uint32_t i = 0; i < before->disabled_count; i++) {
		char name[256];

		snprintf(name, sizeof(name), "%.*s", (int) before->disabled[i].size,
			before->disabled[i].data);
		if (!strata_topology_disables(after, before->disabled[i])) {
			force_all(environment, name, STRATA_STATE_CLOSED);
		}
	}
}

/* ---- verdicts ---- */

static strata_lookout_news miss(const look *look, const char *why)
{
	snprintf(look->sentence, STRATA_NOTICE_WHY, "%s cannot be read: %s", look->lookout->path, why);
	return strata_notice_miss(look->environment->notice, &look->source, look->sentence)
			   ? STRATA_LOOKOUT_REFUSED
			   : STRATA_LOOKOUT_QUIET;
}

static strata_lookout_news refuse(const look *look, const char *why)
{
	snprintf(look->sentence, STRATA_NOTICE_WHY, "%s, %s", look->lookout->path, why);
	return strata_notice_refuse(look->environment->notice, &look->source, look->sentence)
			   ? STRATA_LOOKOUT_REFUSED
			   : STRATA_LOOKOUT_QUIET;
}

static strata_lookout_news take(const look *look, strata_view text, const strata_topology *after,
	bool is_for_all)
{
	bool moves = !strata_topology_same_servers(&look->before, after);

	give_back(look->environment, &look->before, after);
	if (!strata_notice_put(look->environment->notice, &look->source, text, moves)) {
		return STRATA_LOOKOUT_QUIET;
	}
	keep_out(look->environment, after);
	if (!is_for_all || !strata_topology_has_secret(after)) {
		return STRATA_LOOKOUT_TAKEN;
	}
	snprintf(look->sentence, STRATA_NOTICE_WHY,
		"%s holds a password, and everybody on this machine may read it", look->lookout->path);
	return STRATA_LOOKOUT_EXPOSED;
}

static strata_lookout_news judge(const look *look, strata_view text, bool is_for_all)
{
	char error[STRATA_TOPOLOGY_ERROR];
	strata_topology after;
	strata_lookout_news news;

	if (!strata_topology_parse(text, look->lookout->is_database, &after, error)) {
		return refuse(look, error);
	}
	if (look->lookout->is_usable != NULL &&
		!look->lookout->is_usable(&look->before, &after, error)) {
		news = refuse(look, error);
	} else {
		news = take(look, text, &after, is_for_all);
	}
	strata_topology_fini(&after);
	return news;
}

/* ---- looks ---- */

static strata_lookout_news judge_text(look *look, strata_view text, const strata_file_state *state)
{
	bool was_judged = look->source.stamp != 0;
	bool is_same_file = was_judged && state->stamp == look->source.stamp;
	uint64_t content = strata_hash_of(text, 0);
	bool is_same_text = was_judged && content == look->source.content;

	look->source.stamp = state->stamp;
	look->source.content = content;
	look->source.is_young = state->is_young;
	/* One that was touched is judged anew: what it names may have changed, or be there by now. */
	if (is_same_text && is_same_file && (look->source.is_good || !look->source.is_lost)) {
		strata_notice_confirm(look->environment->notice, &look->source);
		return STRATA_LOOKOUT_QUIET;
	}
	return judge(look, text, state->is_for_all);
}

static strata_lookout_news read_file(look *look, bool is_known)
{
	char why[STRATA_FILE_ERROR];
	strata_file_state state;
	strata_lookout_news news;
	size_t size;
	char *text = strata_file_read(look->lookout->path, STRATA_TOPOLOGY_LONGEST, &size, &state, why);

	if (text == NULL) {
		/* Somebody is writing, or may read what we may not and has: the next look will tell. */
		return why[0] == '\0' || is_known ? STRATA_LOOKOUT_QUIET : miss(look, why);
	}
	news = judge_text(look, (strata_view){ text, size }, &state);
	free(text);
	return news;
}

static strata_lookout_news look_at_file(look *look)
{
	char why[STRATA_FILE_ERROR];
	strata_file_state state;
	const strata_notice_source *last = &look->source;

	if (!strata_file_look(look->lookout->path, &state, why)) {
		return miss(look, why);
	}
	if (state.stamp != last->stamp || last->is_young || (last->is_lost && !last->is_good)) {
		return read_file(look, state.stamp == last->stamp);
	}
	if (last->is_lost) {
		strata_notice_confirm(look->environment->notice, &look->source);
	}
	return STRATA_LOOKOUT_QUIET;
}

strata_lookout_news strata_lookout_look(const strata_environment *environment,
	const strata_lookout *lookout, char sentence[STRATA_NOTICE_WHY])
{
	look look = { .environment = environment,
		.lookout = lookout,
		.source = strata_notice_last_source(environment->notice),
		.sentence = sentence };
	uint64_t version, moved_at;
	strata_lookout_news news;

	sentence[0] = '\0';
	if (strata_lookout_read(environment, lookout, &look.before, &version, &moved_at)) {
		keep_out(environment, &look.before);
	} else if (version == 0 && strata_notice_version(environment->notice) != 0) {
		return STRATA_LOOKOUT_QUIET;
	}
	news = look_at_file(&look);
	strata_topology_fini(&look.before);
	return news;
}
