/*
 * The text itself is shared, and not the name of its file. So a process that starts while the file
 * is bad, or that may not read it, uses the same text as all others.
 *
 * Text and moments are one published blob (host/published.h), which is read without a lock. The
 * verdict on the source is words of its own. A robust mutex serialises verdicts, so that the text
 * and what is known of its source change together. Nothing but copying is done under it. A process
 * that dies with it leaves at worst half of a reason.
 *
 * The moment of a coming text is one word with a check. A process that sees it come writes the same
 * word beside it, and from then on the two words are compared and no clock. Which text the moment
 * belongs to stands in the text, so the two need no common order: a caller that reads a text with
 * another moment has come in between.
 *
 * Ordering: the blob has its own; the mutex orders the rest. The other words stand for themselves.
 * Each of them may hold anything if memory is damaged. A wrong stamp or flag has the source judged
 * anew, and a wrong round costs one verdict.
 */
#include "host/published_config.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "host/checked_word.h"
#include "host/gate.h"
#include "host/published.h"
#include "os/clock.h"
#include "os/mutex.h"

enum { LOOK_INTERVAL = 1000 /* msec */, LOCK_MAX_WAIT = 2000 /* usec */ };

enum { MOMENT_SHIFT = 16 };

enum { IS_YOUNG = 1, IS_GOOD = 2, IS_MISSING = 4 };

typedef struct {
	uint64_t moved_at;     /* wall clock, usec: the last text that named other servers */
	uint64_t published_at; /* wall clock, msec */
} moments;

/* What is published. */
typedef struct {
	moments moments;
	char text[STRATA_PUBLISHED_CONFIG_LONGEST];
} blob;

typedef struct {
	alignas(64) strata_mutex lock; /* guards reported and why, and serialises verdicts */

	alignas(64) strata_published_head head;

	alignas(64) strata_gate gate; /* of looks at the source */
	_Atomic uint64_t looks;
	_Atomic uint64_t stamp;
	_Atomic uint64_t content;
	_Atomic uint64_t round;
	_Atomic uint64_t flags; /* of the source */

	alignas(64) _Atomic uint64_t due; /* checked word: the moment from which the text counts */
	_Atomic uint64_t come;            /* the same word, once a process saw that it has come */
	_Atomic uint64_t entered;         /* the same word, once strata_published_config_may_enter() */
	_Atomic uint64_t closed;          /* the same word, once strata_published_config_close() */
	_Atomic uint64_t came_at;         /* monotonic, msec: when come was written */
	strata_gate closing;

	uint64_t reported; /* hash of the reason that was given last */
	char why[STRATA_PUBLISHED_CONFIG_WHY];
	_Atomic uint64_t words[STRATA_PUBLISHED_WORDS(sizeof(blob))];
} shared;

struct strata_published_config {
	shared *shared;
};

strata_result strata_published_config_new(strata_host *host, strata_published_config **out)
{
	strata_published_config *config = calloc(1, sizeof(*config));

	*out = NULL;
	if (config == NULL) {
		return STRATA_NO_MEMORY;
	}
	config->shared = strata_host_alloc(host, sizeof(*config->shared));
	if (config->shared == NULL || strata_mutex_init(&config->shared->lock) != STRATA_OK) {
		free(config);
		return STRATA_NO_MEMORY;
	}
	*out = config;
	return STRATA_OK;
}

void strata_published_config_free(strata_published_config *config)
{
	free(config);
}

static uint64_t read_word(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static void write_word(_Atomic uint64_t *word, uint64_t value)
{
	atomic_store_explicit(word, value, memory_order_relaxed);
}

static strata_published published_of(const strata_published_config *config)
{
	return (strata_published){ &config->shared->head, config->shared->words, sizeof(blob) };
}

bool strata_published_config_may_look(strata_published_config *config, strata_msec now)
{
	if (!strata_gate_pass(&config->shared->gate, LOOK_INTERVAL, now)) {
		return false;
	}
	atomic_fetch_add_explicit(&config->shared->looks, 1, memory_order_relaxed);
	return true;
}

bool strata_published_config_is_due(const strata_published_config *config, strata_msec now)
{
	return strata_gate_is_due(&config->shared->gate, LOOK_INTERVAL, now);
}

strata_msec strata_published_config_looked_at(const strata_published_config *config)
{
	return strata_gate_moment(&config->shared->gate);
}

uint64_t strata_published_config_version(const strata_published_config *config)
{
	return strata_published_version(published_of(config));
}

strata_published_config_source strata_published_config_last_source(
	const strata_published_config *config)
{
	const shared *shared = config->shared;
	uint64_t flags = read_word(&shared->flags);

	return (strata_published_config_source){
		.stamp = read_word(&shared->stamp),
		.content = read_word(&shared->content),
		.round = read_word(&shared->round),
		.is_young = (flags & IS_YOUNG) != 0,
		.is_good = (flags & IS_GOOD) != 0,
		.is_missing = (flags & IS_MISSING) != 0,
	};
}

/* ---- verdicts ---- */

static bool lock(shared *shared)
{
	switch (strata_mutex_lock(&shared->lock, LOCK_MAX_WAIT)) {
		case STRATA_MUTEX_TAKEN: return true;
		case STRATA_MUTEX_INHERITED: strata_mutex_repaired(&shared->lock); return true;
		case STRATA_MUTEX_BUSY: break;
	}
	return false;
}

static bool lock_in_round(shared *shared, uint64_t round)
{
	if (!lock(shared)) {
		return false;
	}
	if (read_word(&shared->round) == round) {
		return true;
	}
	strata_mutex_unlock(&shared->lock);
	return false;
}

static void note_source_locked(shared *shared, const strata_published_config_source *source,
	uint64_t flags)
{
	write_word(&shared->stamp, source->stamp);
	write_word(&shared->content, source->content);
	write_word(&shared->flags, flags | (source->is_young ? IS_YOUNG : 0));
	write_word(&shared->round, source->round + 1);
}

static uint64_t goodness(const strata_published_config_source *source)
{
	return source->is_good ? IS_GOOD : 0;
}

/* The moments of the next text. A damaged one may have moved at any time: so does the next. */
static moments moments_after(strata_published published, blob *scratch,
	strata_config_servers servers)
{
	strata_msec now = strata_clock_wall_msec();
	moments next = { .moved_at = now * 1000, .published_at = now };
	uint64_t version;
	size_t size;
	strata_result result = strata_published_read(published, scratch, &size, &version);

	switch (servers) {
		case STRATA_CONFIG_OTHER_SERVERS: return next;
		case STRATA_CONFIG_SAME_SERVERS: break;
	}
	if (result == STRATA_MISS) {
		next.moved_at = 0;
	}
	if (result == STRATA_OK && size >= sizeof(moments)) {
		next.moved_at = scratch->moments.moved_at;
	}
	return next;
}

/* The moments of the next blob stand there already. */
static bool publish_blob(strata_published published, blob *next, strata_view text)
{
	if (text.size > 0) {
		memcpy(next->text, text.data, text.size);
	}
	return strata_published_publish(published, strata_published_version(published),
		(strata_view){ (const char *) next, sizeof(moments) + text.size });
}

static bool publish_locked(const strata_published_config *config, strata_view text,
	strata_config_servers servers)
{
	strata_published published = published_of(config);
	blob *next = malloc(sizeof(*next));
	bool is_published;

	if (next == NULL) {
		return false;
	}
	next->moments = moments_after(published, next, servers);
	is_published = publish_blob(published, next, text);
	free(next);
	return is_published;
}

bool strata_published_config_replace(strata_published_config *config, strata_view text,
	uint64_t moved_at)
{
	bool is_published = false;
	blob *next;

	if (text.size > STRATA_PUBLISHED_CONFIG_LONGEST || !lock(config->shared)) {
		return false;
	}
	next = malloc(sizeof(*next));
	if (next != NULL) {
		next->moments = (moments){ moved_at, strata_clock_wall_msec() };
		is_published = publish_blob(published_of(config), next, text);
	}
	free(next);
	strata_mutex_unlock(&config->shared->lock);
	return is_published;
}

bool strata_published_config_publish(strata_published_config *config,
	const strata_published_config_source *source, strata_view text, strata_config_servers servers)
{
	shared *shared = config->shared;
	bool is_published;

	if (text.size > STRATA_PUBLISHED_CONFIG_LONGEST || !lock_in_round(shared, source->round)) {
		return false;
	}
	is_published = publish_locked(config, text, servers);
	if (is_published) {
		shared->why[0] = '\0';
		shared->reported = 0;
		note_source_locked(shared, source, IS_GOOD);
	}
	strata_mutex_unlock(&shared->lock);
	return is_published;
}

static bool reject(shared *shared, const strata_published_config_source *source, const char *why,
	uint64_t flags)
{
	uint64_t reason = strata_hash_of(strata_view_of(why), source->content);
	bool is_news;

	if (!lock_in_round(shared, source->round)) {
		return false;
	}
	is_news = shared->reported != reason;
	shared->reported = reason;
	snprintf(shared->why, sizeof(shared->why), "%s", why);
	note_source_locked(shared, source, flags);
	strata_mutex_unlock(&shared->lock);
	return is_news;
}

bool strata_published_config_reject(strata_published_config *config,
	const strata_published_config_source *source, const char *why)
{
	return reject(config->shared, source, why, 0);
}

bool strata_published_config_source_missing(strata_published_config *config,
	const strata_published_config_source *source, const char *why)
{
	return reject(config->shared, source, why, goodness(source) | IS_MISSING);
}

void strata_published_config_confirm(strata_published_config *config,
	const strata_published_config_source *source)
{
	if (!lock_in_round(config->shared, source->round)) {
		return;
	}
	if (source->is_good) {
		config->shared->why[0] = '\0';
	}
	note_source_locked(config->shared, source, goodness(source));
	strata_mutex_unlock(&config->shared->lock);
}

/* ---- reading ---- */

char *strata_published_config_read(const strata_published_config *config, size_t *size,
	uint64_t *version, uint64_t *moved_at)
{
	blob *copy = malloc(sizeof(*copy));

	*size = 0;
	*version = strata_published_config_version(config);
	*moved_at = 0;
	if (copy == NULL) {
		return NULL;
	}
	if (strata_published_read(published_of(config), copy, size, version) != STRATA_OK ||
		*size < sizeof(moments)) {
		*size = 0;
		free(copy);
		return NULL;
	}
	*size -= sizeof(moments);
	*moved_at = copy->moments.moved_at;
	memmove(copy, copy->text, *size);
	return (char *) copy;
}

/* ---- a moment ---- */

void strata_published_config_announce(strata_published_config *config, strata_msec from)
{
	atomic_store_explicit(&config->shared->due, strata_checked_word_of(from << MOMENT_SHIFT),
		memory_order_release);
}

void strata_published_config_cancel(strata_published_config *config)
{
	strata_published_config_announce(config, 0);
}

/* A damaged word is no moment. The process that looks at the file next announces it anew. */
static uint64_t due_word(const strata_published_config *config)
{
	uint64_t word = atomic_load_explicit(&config->shared->due, memory_order_acquire);

	return strata_checked_word_is_sound(word) ? word : 0;
}

strata_msec strata_published_config_moment(const strata_published_config *config)
{
	return due_word(config) >> MOMENT_SHIFT;
}

bool strata_published_config_has_come(strata_published_config *config, strata_msec wall)
{
	uint64_t due = due_word(config);

	if (due == 0) {
		return false;
	}
	if (read_word(&config->shared->come) == due) {
		return true;
	}
	if (wall < due >> MOMENT_SHIFT) {
		return false;
	}
	write_word(&config->shared->came_at, strata_clock_msec());
	write_word(&config->shared->come, due);
	return true;
}

strata_msec strata_published_config_came_at(const strata_published_config *config)
{
	return read_word(&config->shared->come) == due_word(config)
			   ? read_word(&config->shared->came_at)
			   : 0;
}

bool strata_published_config_is_closed(const strata_published_config *config)
{
	return read_word(&config->shared->closed) == due_word(config);
}

void strata_published_config_close(strata_published_config *config)
{
	write_word(&config->shared->closed, due_word(config));
}

bool strata_published_config_may_close(strata_published_config *config, strata_msec interval,
	strata_msec now)
{
	return strata_gate_pass(&config->shared->closing, interval, now);
}

bool strata_published_config_may_enter(strata_published_config *config)
{
	uint64_t due = due_word(config);
	uint64_t entered = read_word(&config->shared->entered);

	return due != 0 && entered != due &&
		   atomic_compare_exchange_strong(&config->shared->entered, &entered, due);
}

strata_published_config_status strata_published_config_look(strata_published_config *config)
{
	shared *shared = config->shared;
	strata_published_config_status status = {
		.version = strata_published_config_version(config),
		.looks = read_word(&shared->looks),
		.from = strata_published_config_moment(config),
		.has_come = strata_published_config_has_come(config, strata_clock_wall_msec()),
	};
	moments moments;

	if (strata_published_peek(published_of(config), &moments, sizeof(moments))) {
		status.published_at = moments.published_at;
	}
	if (lock(shared)) {
		memcpy(status.why, shared->why, sizeof(status.why));
		status.why[sizeof(status.why) - 1] = '\0';
		strata_mutex_unlock(&shared->lock);
	}
	return status;
}
