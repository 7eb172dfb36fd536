/*
 * One process of the host looks at the file once a second; the others see a version change. The
 * process that finds another file judges it whole and publishes its text
 * (host/published_config.h). So all processes use the same text, also those that start later, when
 * the file may be bad or gone.
 *
 *     stat -> other stamp -> read -> parse -> try -> publish -> every process parses it for itself
 *                                        \-> reject: reported once, what was in force stays
 *
 * Only a process with the root directory of the one that started PHP looks, and the file must be
 * one that only root or that one's user can have written. The descriptor is asked for that, after
 * all links were followed: a ConfigMap of Kubernetes is a chain of them.
 *
 * A text in force that was damaged is no text: the file is judged anew, whatever its stamp says.
 *
 * Nodes that leave the list are given back before the text is published. Those on it are taken out
 * after that, and again at every look. So a process that is killed in between leaves nothing that
 * the next look does not put right, and what a script says of such a node holds for a second at
 * most.
 */
#include "database/config_watcher.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/thread.h"
#include "health/breaker.h"
#include "os/clock.h"
#include "os/file.h"

enum {
	AWAY = 1000,           /* msec that a process which may not look does not ask itself again */
	LONGEST_UNSEEN = 10000 /* msec without a look, after which that is a problem */
};

/* One look. */
typedef struct {
	const strata_runtime *runtime;
	const strata_config_watcher *watcher;
	strata_topology before;                /* in force when it began */
	strata_published_config_source source; /* as it was judged last, then as it is */
	char *sentence;                        /* STRATA_PUBLISHED_CONFIG_WHY bytes */
} look;

bool strata_config_watcher_read(const strata_runtime *runtime, const strata_config_watcher *watcher,
	strata_topology *out, uint64_t *version, uint64_t *moved_at)
{
	char error[STRATA_TOPOLOGY_ERROR];
	size_t size;
	char *text = strata_published_config_read(runtime->config, &size, version, moved_at);
	bool is_there;

	*out = (strata_topology){ 0 };
	if (text == NULL) {
		return false;
	}
	is_there = strata_topology_parse((strata_view){ text, size }, watcher->is_database, out, error);
	free(text);
	return is_there;
}

/* ---- nodes ---- */

static void force(const strata_runtime *runtime, const strata_breaker *breaker, const char *node,
	strata_breaker_state state)
{
	bool is_out = state == STRATA_STATE_FORCED_OPEN;

	/* Not while a process is stopped as it makes a breaker, nor where this one is gone. */
	if (strata_breaker_force(breaker, state, 0, strata_msec_of(strata_clock_usec()))) {
		strata_anomalies_add(runtime->anomalies, node, "topology", is_out ? "disable" : "auto");
	}
}

static bool is_kept_out(const strata_breaker *breaker)
{
	strata_breaker_view view = strata_breaker_look(breaker, strata_msec_of(strata_clock_usec()));

	return view.state == STRATA_STATE_FORCED_OPEN && view.until == 0;
}

/* Under every login. Those that are as wanted, or as an operator wants them, are left alone. */
static void force_all(const strata_runtime *runtime, const char *name, strata_breaker_state state)
{
	strata_breaker breaker;
	bool takes_out = state == STRATA_STATE_FORCED_OPEN;

	for (uint32_t i = 0; strata_breaker_find(runtime->breaker_table, name, i, &breaker); i++) {
		if (is_kept_out(&breaker) != takes_out) {
			force(runtime, &breaker, name, state);
		}
	}
}

static void keep_out(const strata_runtime *runtime, const strata_topology *topology)
{
	for (uint32_t i = 0; i < topology->disabled_count; i++) {
		char name[256];

		snprintf(name, sizeof(name), "%.*s", (int) topology->disabled[i].size,
			topology->disabled[i].data);
		if (strata_breaker_get_or_create(runtime->breaker_table, name)) {
			force_all(runtime, name, STRATA_STATE_FORCED_OPEN);
		}
	}
}

static void give_back(const strata_runtime *runtime, const strata_topology *before,
	const strata_topology *after)
{
	for (uint32_t i = 0; i < before->disabled_count; i++) {
		char name[256];

		snprintf(name, sizeof(name), "%.*s", (int) before->disabled[i].size,
			before->disabled[i].data);
		if (!strata_topology_disables(after, before->disabled[i])) {
			force_all(runtime, name, STRATA_STATE_CLOSED);
		}
	}
}

/* ---- verdicts ---- */

static strata_config_news source_missing(const look *look, const char *why)
{
	snprintf(look->sentence, STRATA_PUBLISHED_CONFIG_WHY, "%s cannot be read: %s",
		look->watcher->path, why);
	return strata_published_config_source_missing(look->runtime->config, &look->source,
			   look->sentence)
			   ? STRATA_CONFIG_REJECTED
			   : STRATA_CONFIG_QUIET;
}

static strata_config_news reject(const look *look, const char *why)
{
	snprintf(look->sentence, STRATA_PUBLISHED_CONFIG_WHY, "%s, %s", look->watcher->path, why);
	return strata_published_config_reject(look->runtime->config, &look->source, look->sentence)
			   ? STRATA_CONFIG_REJECTED
			   : STRATA_CONFIG_QUIET;
}

static strata_config_news take(const look *look, strata_view text, const strata_topology *after,
	bool is_for_all)
{
	strata_config_servers servers = strata_topology_same_servers(&look->before, after)
										? STRATA_CONFIG_SAME_SERVERS
										: STRATA_CONFIG_OTHER_SERVERS;

	give_back(look->runtime, &look->before, after);
	if (!strata_published_config_publish(look->runtime->config, &look->source, text, servers)) {
		return STRATA_CONFIG_QUIET;
	}
	keep_out(look->runtime, after);
	if (!is_for_all || !strata_topology_has_secret(after)) {
		return STRATA_CONFIG_TAKEN;
	}
	snprintf(look->sentence, STRATA_PUBLISHED_CONFIG_WHY,
		"%s holds a password, and everybody on this machine may read it", look->watcher->path);
	return STRATA_CONFIG_EXPOSED;
}

/*
 * The file is obeyed by processes of all users, and it may have passwords sent to servers that it
 * names.
 */
static bool is_acceptable(const look *look, const strata_file_state *state, char *why)
{
	const strata_runtime *runtime = look->runtime;

	if (state->owner != 0 && state->owner != runtime->user) {
		snprintf(why, STRATA_TOPOLOGY_ERROR,
			"it belongs to user %u; accepted: a file of root or of user %u, as which PHP started",
			state->owner, runtime->user);
		return false;
	}
	if (state->is_open_to_write) {
		snprintf(why, STRATA_TOPOLOGY_ERROR,
			"others than its owner may write it; accepted: a file after chmod go-w");
		return false;
	}
	return true;
}

static strata_config_news classify(const look *look, strata_view text,
	const strata_file_state *state)
{
	char error[STRATA_TOPOLOGY_ERROR];
	strata_topology after;
	strata_config_news news;

	if (!is_acceptable(look, state, error) ||
		!strata_topology_parse(text, look->watcher->is_database, &after, error)) {
		return reject(look, error);
	}
	if (look->watcher->is_usable != NULL &&
		!look->watcher->is_usable(&look->before, &after, error)) {
		news = reject(look, error);
	} else {
		news = take(look, text, &after, state->is_for_all);
	}
	strata_topology_fini(&after);
	return news;
}

/* ---- looks ---- */

static strata_config_news classify_text(look *look, strata_view text,
	const strata_file_state *state)
{
	bool was_classified = look->source.stamp != 0;
	bool is_same_file = was_classified && state->stamp == look->source.stamp;
	uint64_t content = strata_hash_of(text, 0);
	bool is_same_text = was_classified && content == look->source.content;

	look->source.stamp = state->stamp;
	look->source.content = content;
	look->source.is_young = state->is_young;
	/* A file that was touched is judged anew: what it names may have changed. */
	if (is_same_text && is_same_file && (look->source.is_good || !look->source.is_missing)) {
		strata_published_config_confirm(look->runtime->config, &look->source);
		return STRATA_CONFIG_QUIET;
	}
	return classify(look, text, state);
}

static strata_config_news read_file(look *look, bool is_known)
{
	char why[STRATA_FILE_ERROR];
	strata_file_state state;
	strata_config_news news;
	size_t size;
	char *text = strata_file_read(look->watcher->path, STRATA_TOPOLOGY_LONGEST, &size, &state, why);

	if (text == NULL) {
		/* It is being written, or another process has read what this one may not: look again. */
		return why[0] == '\0' || is_known ? STRATA_CONFIG_QUIET : source_missing(look, why);
	}
	news = classify_text(look, (strata_view){ text, size }, &state);
	free(text);
	return news;
}

static strata_config_news look_at_file(look *look)
{
	char why[STRATA_FILE_ERROR];
	strata_file_state state;
	const strata_published_config_source *last = &look->source;

	if (!strata_file_look(look->watcher->path, &state, why)) {
		return source_missing(look, why);
	}
	if (state.stamp != last->stamp || last->is_young || (last->is_missing && !last->is_good)) {
		return read_file(look, state.stamp == last->stamp);
	}
	if (last->is_missing) {
		strata_published_config_confirm(look->runtime->config, &look->source);
	}
	return STRATA_CONFIG_QUIET;
}

/* There is a text in force, and it cannot be read. */
static bool is_damaged(const strata_published_config *config)
{
	uint64_t version, moved_at;
	size_t size;
	char *text = strata_published_config_read(config, &size, &version, &moved_at);

	free(text);
	return text == NULL && version != 0;
}

strata_config_news strata_config_watcher_look(const strata_runtime *runtime,
	const strata_config_watcher *watcher, char sentence[STRATA_PUBLISHED_CONFIG_WHY])
{
	look look = { .runtime = runtime,
		.watcher = watcher,
		.source = strata_published_config_last_source(runtime->config),
		.sentence = sentence };
	uint64_t version, moved_at;
	strata_config_news news;

	sentence[0] = '\0';
	if (strata_config_watcher_read(runtime, watcher, &look.before, &version, &moved_at)) {
		keep_out(runtime, &look.before);
	} else if (is_damaged(runtime->config)) {
		look.source.stamp = 0;
		look.source.is_good = false;
	}
	news = look_at_file(&look);
	strata_topology_fini(&look.before);
	return news;
}

/* ---- turns ---- */

/*
 * A process in a chroot leaves the turn to others. It does not look at its root directory again
 * before a second is over: until one of the others comes by, the turn is there at every call.
 */
static bool is_at_home(const strata_runtime *runtime, strata_msec now)
{
	static STRATA_THREAD_LOCAL strata_msec away_until;

	if (now < away_until && away_until - now <= AWAY) {
		return false;
	}
	if (strata_root_directory_is_same(runtime->root, strata_root_directory_look())) {
		return true;
	}
	away_until = now + AWAY;
	return false;
}

/* Is there a process left that looks? If not, the file may change as it likes. */
static strata_config_news report_away(const strata_runtime *runtime,
	const strata_config_watcher *watcher, strata_msec now, char *sentence)
{
	strata_published_config_source source = strata_published_config_last_source(runtime->config);
	strata_msec looked_at = strata_published_config_looked_at(runtime->config);

	if (looked_at == 0 || now - looked_at < LONGEST_UNSEEN) {
		return STRATA_CONFIG_QUIET;
	}
	snprintf(sentence, STRATA_PUBLISHED_CONFIG_WHY,
		"no process has looked at %s for a while: this one is in a chroot or a mount namespace of "
		"its own, where another file may have that name; accepted: traffic in a pool without",
		watcher->path);
	return strata_published_config_source_missing(runtime->config, &source, sentence)
			   ? STRATA_CONFIG_REJECTED
			   : STRATA_CONFIG_QUIET;
}

strata_config_news strata_config_watcher_take_turn(const strata_runtime *runtime,
	const strata_config_watcher *watcher, strata_msec now,
	char sentence[STRATA_PUBLISHED_CONFIG_WHY])
{
	sentence[0] = '\0';
	if (!is_at_home(runtime, now)) {
		return report_away(runtime, watcher, now, sentence);
	}
	return strata_published_config_may_look(runtime->config, now)
			   ? strata_config_watcher_look(runtime, watcher, sentence)
			   : STRATA_CONFIG_QUIET;
}
