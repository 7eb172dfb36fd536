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
#include "health/breaker.h"
#include "os/clock.h"
#include "os/file.h"

/* In a version: it is one of the coming file. Published versions have 48 bits. */
#define IS_OF_COMING ((uint64_t) 1 << 48)

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

static bool has_come(const strata_runtime *runtime)
{
	return strata_published_config_has_come(runtime->coming, strata_clock_wall_msec());
}

static strata_msec moment_of(const strata_topology *topology)
{
	return topology->from / 1000;
}

uint64_t strata_config_watcher_version(const strata_runtime *runtime)
{
	return has_come(runtime) ? strata_published_config_version(runtime->coming) | IS_OF_COMING
							 : strata_published_config_version(runtime->config);
}

uint64_t strata_config_watcher_number(const strata_runtime *runtime, uint64_t version)
{
	return version >= IS_OF_COMING
			   ? strata_published_config_version(runtime->config) + version - IS_OF_COMING
			   : version;
}

static bool read_text(const strata_published_config *config, const strata_config_watcher *watcher,
	strata_topology *out, uint64_t *version, uint64_t *moved_at)
{
	char error[STRATA_TOPOLOGY_ERROR];
	size_t size;
	char *text = strata_published_config_read(config, &size, version, moved_at);
	bool is_there;

	*out = (strata_topology){ 0 };
	if (text == NULL) {
		return false;
	}
	is_there = strata_topology_parse((strata_view){ text, size }, watcher->is_database, out, error);
	free(text);
	return is_there;
}

static bool read_main(const strata_runtime *runtime, const strata_config_watcher *watcher,
	strata_topology *out)
{
	uint64_t version, moved_at;

	return read_text(runtime->config, watcher, out, &version, &moved_at);
}

/* When servers changed last. In a coming text that is judged now, the moment says it. */
static uint64_t moved_since(const strata_runtime *runtime, const strata_config_watcher *watcher,
	const strata_topology *in_force)
{
	strata_topology before;
	uint64_t version, moved_at;

	(void) read_text(runtime->config, watcher, &before, &version, &moved_at);
	if (!strata_topology_same_servers(&before, in_force)) {
		moved_at = in_force->from;
	}
	strata_topology_fini(&before);
	return moved_at;
}

/* Of another moment than the one that has come is one that was published right now. */
static bool read_coming(const strata_runtime *runtime, const strata_config_watcher *watcher,
	strata_topology *out, uint64_t *version, uint64_t *moved_at)
{
	if (read_text(runtime->coming, watcher, out, version, moved_at) &&
		moment_of(out) == strata_published_config_moment(runtime->coming)) {
		*version |= IS_OF_COMING;
		*moved_at = moved_since(runtime, watcher, out);
		return true;
	}
	strata_topology_fini(out);
	*version = 0;
	return false;
}

bool strata_config_watcher_read(const strata_runtime *runtime, const strata_config_watcher *watcher,
	strata_topology *out, uint64_t *version, uint64_t *moved_at)
{
	return has_come(runtime) ? read_coming(runtime, watcher, out, version, moved_at)
							 : read_text(runtime->config, watcher, out, version, moved_at);
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
	if (is_coming(look) && !has_come(look->runtime)) {
		strata_published_config_cancel(look->config);
	}
	return news_of(is_news);
}

static bool publish(const look *look, strata_view text, const strata_topology *after)
{
	strata_config_servers servers = strata_topology_same_servers(&look->before, after)
										? STRATA_CONFIG_SAME_SERVERS
										: STRATA_CONFIG_OTHER_SERVERS;
	bool is_in_force = is_coming(look) == has_come(look->runtime);

	if (is_in_force) {
		give_back(look->runtime, &look->before, after);
	}
	if (!strata_published_config_publish(look->config, &look->source, text, servers)) {
		return false;
	}
	if (is_coming(look)) {
		strata_published_config_announce(look->config, moment_of(after));
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
	bool is_same = read_main(look->runtime, look->watcher, &written) &&
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
	if (is_coming(look) && has_come(look->runtime) && moment_of(after) > strata_clock_wall_msec() &&
		!is_written_down(look)) {
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
	uint64_t version, moved_at;

	sentence[0] = '\0';
	(void) strata_config_watcher_read(runtime, watcher, &look.before, &version, &moved_at);
	if (is_damaged(config)) {
		look.source.stamp = 0;
		look.source.is_good = false;
	}
	return look;
}

strata_config_news strata_config_watcher_look(const strata_runtime *runtime,
	const strata_config_watcher *watcher, char sentence[STRATA_PUBLISHED_CONFIG_WHY])
{
	look look = begin(runtime, watcher, runtime->config, sentence);
	strata_config_news news;

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
	uint64_t version, moved_at;

	if (!has_come(look->runtime) || !strata_published_config_may_enter(look->config)) {
		return;
	}
	if (read_main(look->runtime, look->watcher, &former) &&
		strata_config_watcher_read(look->runtime, look->watcher, &present, &version, &moved_at)) {
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
	uint64_t version, moved_at;

	if (look->source.is_good && look->source.stamp != 0 &&
		read_text(look->config, look->watcher, &published, &version, &moved_at)) {
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
	if (read_main(ahead->runtime, ahead->watcher, &present)) {
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
	return has_come(look->runtime) ? fall_back(look) : drop(look);
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
