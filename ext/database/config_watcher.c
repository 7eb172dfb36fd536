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
 * The coming file goes the same way into a second publication, with its moment. Which of the two is
 * in force is not written anywhere: every process asks whether the moment has come.
 *
 *     file     judged -> runtime->config  ----------------------+-> in force
 *     .next    judged -> runtime->coming, with its moment --[has it come?]
 *
 * So no process has to act at that moment for the others, and none that is stopped can hold them
 * up. The files alone decide what a host that starts anew goes by. What follows from that:
 *
 *     .next is removed before its moment    it does not come
 *     .next is removed after it             the file is in force again, as if it had been edited
 *     the file becomes what .next says, and .next is removed: nothing changes
 *     .next gets a later moment after it    refused until the file says what is in force: between
 *                                           the moments the servers of before would be asked again
 *
 * Nodes that leave the list are given back before the text is published. Those on it are taken out
 * after that, and again at every look. So a process that is killed in between leaves nothing that
 * the next look does not put right, and what a script says of such a node holds for a second at
 * most.
 */
#include "database/config_watcher.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/thread.h"
#include "database/in_force.h"
#include "health/breaker.h"
#include "os/clock.h"
#include "os/file.h"

enum {
	AWAY = 1000,           /* msec that a process which may not look does not ask itself again */
	LONGEST_UNSEEN = 10000 /* msec without a look, after which that is a problem */
};

/* One look at one of the files. */
typedef struct {
	const strata_runtime *runtime;
	const strata_config_watcher *watcher;
	strata_published_config *config; /* where what it says is published */
	const char *path;
	strata_topology before;                /* in force when it began */
	strata_published_config_source source; /* as it was judged last, then as it is */
	char *sentence;                        /* STRATA_PUBLISHED_CONFIG_WHY bytes */
} look;

static bool is_coming(const look *look)
{
	return look->config == look->runtime->coming;
}

static strata_msec moment_of(const strata_topology *topology)
{
	return topology->from / 1000;
}

static bool read_one(const look *look, const strata_published_config *config, strata_topology *out)
{
	uint64_t version, moved_at;

	return strata_in_force_read_one(config, look->watcher->is_database, out, &version, &moved_at);
}

static bool read_in_force(const look *look, strata_topology *out)
{
	uint64_t version, moved_at;

	return strata_in_force_read(look->runtime, look->watcher->is_database, out, &version,
		&moved_at);
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

static strata_config_news news_of(bool is_news)
{
	return is_news ? STRATA_CONFIG_REJECTED : STRATA_CONFIG_QUIET;
}

static strata_config_news source_missing(const look *look, const char *why)
{
	snprintf(look->sentence, STRATA_PUBLISHED_CONFIG_WHY, "%s cannot be read: %s", look->path, why);
	return news_of(
		strata_published_config_source_missing(look->config, &look->source, look->sentence));
}

/* What has not come yet, and is not right any more, does not come. */
static strata_config_news reject(const look *look, const char *why)
{
	bool is_news;

	snprintf(look->sentence, STRATA_PUBLISHED_CONFIG_WHY, "%s, %s", look->path, why);
	is_news = strata_published_config_reject(look->config, &look->source, look->sentence);
	if (is_coming(look) && !strata_in_force_has_come(look->runtime)) {
		strata_published_config_cancel(look->config);
	}
	return news_of(is_news);
}

/*
 * Other places are not entered before all processes of all hosts that see the edit about now have
 * begun to tell both sides of each change. At the start there is nothing to tell of.
 */
static bool is_postponed(const look *look, const strata_topology *after)
{
	return !is_coming(look) && look->watcher->is_usable != NULL &&
		   !strata_in_force_has_come(look->runtime) &&
		   strata_published_config_version(look->config) != 0 &&
		   !strata_topology_same_places(&look->before, after);
}

/*
 * An edit that has come, and is over for all processes, becomes the text of the file. So does one
 * that another edit follows. False where it cannot be read: the file is to be judged anew.
 */
static bool keep_edit(const look *look)
{
	strata_published_config *edited = look->runtime->edited;
	uint64_t version, moved_at, unused;
	strata_topology in_force;
	size_t size;
	char *text = strata_published_config_read(edited, &size, &version, &unused);

	(void) strata_in_force_read(look->runtime, look->watcher->is_database, &in_force, &version,
		&moved_at);
	strata_topology_fini(&in_force);
	if (text == NULL || strata_published_config_replace(look->runtime->config,
							(strata_view){ text, size }, moved_at)) {
		strata_published_config_cancel(edited);
	}
	free(text);
	return text != NULL;
}

static bool postpone(const look *look, strata_view text)
{
	strata_published_config *edited = look->runtime->edited;
	strata_published_config_source source = look->source;

	if (strata_published_config_has_come(edited, strata_clock_wall_msec()) && !keep_edit(look)) {
		return false;
	}
	strata_published_config_cancel(edited);
	if (!strata_published_config_replace(edited, text, 0)) {
		return false;
	}
	strata_published_config_announce(edited, strata_clock_wall_msec() + STRATA_SWITCH_NOTICE);
	source.is_good = true;
	strata_published_config_confirm(look->config, &source);
	return true;
}

static strata_config_servers servers_of(const look *look, const strata_topology *after)
{
	return strata_topology_same_servers(&look->before, after) ? STRATA_CONFIG_SAME_SERVERS
															  : STRATA_CONFIG_OTHER_SERVERS;
}

/* What was postponed before is out of date. */
static bool publish_now(const look *look, strata_view text, const strata_topology *after)
{
	if (!strata_published_config_publish(look->config, &look->source, text,
			servers_of(look, after))) {
		return false;
	}
	if (is_coming(look)) {
		strata_published_config_announce(look->config, moment_of(after));
	} else {
		strata_published_config_cancel(look->runtime->edited);
	}
	return true;
}

static bool publish(const look *look, strata_view text, const strata_topology *after)
{
	bool is_in_force = is_coming(look) == strata_in_force_has_come(look->runtime);

	if (is_postponed(look, after)) {
		return postpone(look, text);
	}
	if (is_in_force) {
		give_back(look->runtime, &look->before, after);
	}
	if (!publish_now(look, text, after)) {
		return false;
	}
	if (is_in_force) {
		keep_out(look->runtime, after);
	}
	return true;
}

static strata_config_news take(const look *look, strata_view text, const strata_topology *after,
	bool is_for_all)
{
	if (!publish(look, text, after)) {
		return STRATA_CONFIG_QUIET;
	}
	if (!is_for_all || !strata_topology_has_secret(after)) {
		return STRATA_CONFIG_TAKEN;
	}
	snprintf(look->sentence, STRATA_PUBLISHED_CONFIG_WHY,
		"%s holds a password, and everybody on this machine may read it", look->path);
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

/* Is what is in force written down in the file, so that another moment may be waited for? */
static bool is_written_down(const look *look)
{
	strata_topology written;
	bool is_same = read_one(look, look->runtime->config, &written) &&
				   strata_topology_equal(&written, &look->before);

	strata_topology_fini(&written);
	return is_same;
}

/* What each of the files may say of its moment. */
static bool is_timely(const look *look, const strata_topology *after, char *why)
{
	if (!is_coming(look) && after->from != 0) {
		snprintf(why, STRATA_TOPOLOGY_ERROR,
			"from: this file is in force without one; accepted: the line in %s" STRATA_CONFIG_NEXT,
			look->path);
		return false;
	}
	if (is_coming(look) && after->from == 0) {
		snprintf(why, STRATA_TOPOLOGY_ERROR,
			"it does not say from when on it is in force; accepted: a line such as "
			"from = 2026-12-01T03:00:00Z");
		return false;
	}
	if (is_coming(look) && strata_in_force_has_come(look->runtime) &&
		moment_of(after) > strata_clock_wall_msec() && !is_written_down(look)) {
		snprintf(why, STRATA_TOPOLOGY_ERROR,
			"it is to come later, and what it said before is in force and stands in no other file; "
			"accepted: first that text in %s, without from",
			look->watcher->path);
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
	if (!is_timely(look, &after, error) ||
		(look->watcher->is_usable != NULL &&
			!look->watcher->is_usable(&look->before, &after, error))) {
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
		strata_published_config_confirm(look->config, &look->source);
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
	char *text = strata_file_read(look->path, STRATA_TOPOLOGY_LONGEST, &size, &state, why);

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

	if (!strata_file_look(look->path, &state, why)) {
		return source_missing(look, why);
	}
	if (state.stamp != last->stamp || last->is_young || (last->is_missing && !last->is_good)) {
		return read_file(look, state.stamp == last->stamp);
	}
	if (last->is_missing) {
		strata_published_config_confirm(look->config, &look->source);
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

static look begin(const strata_runtime *runtime, const strata_config_watcher *watcher,
	strata_published_config *config, char *sentence)
{
	look look = { .runtime = runtime,
		.watcher = watcher,
		.config = config,
		.path = watcher->path,
		.source = strata_published_config_last_source(config),
		.sentence = sentence };

	sentence[0] = '\0';
	(void) read_in_force(&look, &look.before);
	if (is_damaged(config)) {
		look.source.stamp = 0;
		look.source.is_good = false;
	}
	return look;
}

static void take_up_edit(look *look)
{
	if (!keep_edit(look)) {
		look->source.stamp = 0;
		look->source.is_good = false;
	}
}

strata_config_news strata_config_watcher_look(const strata_runtime *runtime,
	const strata_config_watcher *watcher, char sentence[STRATA_PUBLISHED_CONFIG_WHY])
{
	look look = begin(runtime, watcher, runtime->config, sentence);
	strata_config_news news;

	if (strata_in_force_is_to_be_kept(runtime)) {
		take_up_edit(&look);
	}
	keep_out(runtime, &look.before);
	news = look_at_file(&look);
	strata_topology_fini(&look.before);
	return news;
}

/* ---- looks ahead ---- */

/* The nodes of before, once for the host; those of now are kept out at every look. */
static void enter_once(const look *look)
{
	strata_topology former, present;

	if (!strata_in_force_has_come(look->runtime) ||
		!strata_published_config_may_enter(look->config)) {
		return;
	}
	if (read_one(look, look->runtime->config, &former) && read_in_force(look, &present)) {
		give_back(look->runtime, &former, &present);
		keep_out(look->runtime, &present);
		strata_topology_fini(&present);
	}
	strata_topology_fini(&former);
}

/* A process may have died between text and moment, or the moment was damaged. */
static void announce_again(const look *look)
{
	strata_topology published;

	if (look->source.is_good && look->source.stamp != 0 &&
		read_one(look, look->config, &published)) {
		if (moment_of(&published) != strata_published_config_moment(look->config)) {
			strata_published_config_announce(look->config, moment_of(&published));
		}
		strata_topology_fini(&published);
	}
}

/* The source was never there. */
static strata_config_news drop(const look *look)
{
	strata_published_config_source none = { .round = look->source.round };

	strata_published_config_cancel(look->config);
	(void) strata_published_config_reject(look->config, &none, "");
	return STRATA_CONFIG_TAKEN;
}

/* What is in force stays until there is another text that can be. */
static strata_config_news fall_back(const look *ahead)
{
	look back = *ahead;
	strata_topology present;
	strata_config_news news;

	back.config = ahead->runtime->config;
	back.path = ahead->watcher->path;
	back.source = strata_published_config_last_source(back.config);
	back.source.stamp = 0;
	back.source.is_good = false;
	news = look_at_file(&back);
	if (news != STRATA_CONFIG_TAKEN && news != STRATA_CONFIG_EXPOSED) {
		return news;
	}
	(void) drop(ahead);
	if (read_one(ahead, ahead->runtime->config, &present)) {
		give_back(ahead->runtime, &ahead->before, &present);
		keep_out(ahead->runtime, &present);
	}
	strata_topology_fini(&present);
	return news;
}

/* Where the file itself cannot be seen either, the folder may be away, and nothing is meant. */
static strata_config_news look_at_nothing(const look *look)
{
	char why[STRATA_FILE_ERROR];
	strata_file_state state;

	if (look->source.stamp == 0 && strata_published_config_moment(look->config) == 0) {
		return STRATA_CONFIG_QUIET;
	}
	if (!strata_file_look(look->watcher->path, &state, why)) {
		return STRATA_CONFIG_QUIET;
	}
	return strata_in_force_has_come(look->runtime) ? fall_back(look) : drop(look);
}

strata_config_news strata_config_watcher_look_ahead(const strata_runtime *runtime,
	const strata_config_watcher *watcher, char sentence[STRATA_PUBLISHED_CONFIG_WHY])
{
	look look = begin(runtime, watcher, runtime->coming, sentence);
	strata_config_news news = STRATA_CONFIG_QUIET;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s" STRATA_CONFIG_NEXT, watcher->path) < (int) sizeof(path)) {
		look.path = path;
		announce_again(&look);
		news = strata_file_is_missing(path) ? look_at_nothing(&look) : look_at_file(&look);
		enter_once(&look);
	}
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

strata_config_news strata_config_watcher_take_turn_ahead(const strata_runtime *runtime,
	const strata_config_watcher *watcher, strata_msec now,
	char sentence[STRATA_PUBLISHED_CONFIG_WHY])
{
	sentence[0] = '\0';
	return is_at_home(runtime, now) && strata_published_config_may_look(runtime->coming, now)
			   ? strata_config_watcher_look_ahead(runtime, watcher, sentence)
			   : STRATA_CONFIG_QUIET;
}
