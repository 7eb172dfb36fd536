/* published_config — the configuration text of the host, and the last verdict on its source. */
#ifndef STRATA_HOST_PUBLISHED_CONFIG_H
#define STRATA_HOST_PUBLISHED_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "base/view.h"
#include "host/host.h"

typedef struct strata_published_config strata_published_config;

enum {
	STRATA_PUBLISHED_CONFIG_LONGEST = 64 << 10, /* bytes of a text */
	STRATA_PUBLISHED_CONFIG_WHY = 800           /* bytes of a reason, the NUL included */
};

STRATA_MUST_CHECK strata_result strata_published_config_new(strata_host *host,
	strata_published_config **out);
void strata_published_config_free(strata_published_config *config);

/* May the caller look at the source now? True for one caller of the host per second. */
bool strata_published_config_may_look(strata_published_config *config, strata_msec now);

/* Would strata_published_config_may_look() be true now? One load. */
bool strata_published_config_is_due(const strata_published_config *config, strata_msec now);

/* When a caller last was told that it may, by the monotonic clock; 0: not known. */
strata_msec strata_published_config_looked_at(const strata_published_config *config);

/* Of the text in force; 0 while there is none. Costs one load. */
uint64_t strata_published_config_version(const strata_published_config *config);

/* What is known of the source at the last verdict on it. */
typedef struct {
	uint64_t stamp;   /* 0: there was no verdict yet */
	uint64_t content; /* hash of what stood in it */
	uint64_t round;   /* counts verdicts */
	bool is_young;    /* to be read again, whatever the stamp says */
	bool is_good;     /* it is what the text in force was taken from */
	bool is_missing;  /* it could not be read since, and that is the reason for the rejection */
} strata_published_config_source;

strata_published_config_source strata_published_config_last_source(
	const strata_published_config *config);

/* Does a text name the servers that the text before it named? */
typedef enum { STRATA_CONFIG_SAME_SERVERS, STRATA_CONFIG_OTHER_SERVERS } strata_config_servers;

/*
 * Publishes a text of at most STRATA_PUBLISHED_CONFIG_LONGEST bytes, and takes back any rejection
 * of the source. Of the source, round is the one that the caller began with. False, and nothing
 * done, where another process gave its verdict meanwhile or holds the lock. The flags of the source
 * are set here.
 */
bool strata_published_config_publish(strata_published_config *config,
	const strata_published_config_source *source, strata_view text, strata_config_servers servers);

/*
 * Publishes a text without a word on its source, which was judged before, and with the moment when
 * servers changed last. False, and nothing done, as above.
 */
bool strata_published_config_replace(strata_published_config *config, strata_view text,
	uint64_t moved_at);

/*
 * Keeps the text, and says why the source is not taken over. True when this reason is to be
 * reported: it is not the one that was reported last. False also as above.
 */
bool strata_published_config_reject(strata_published_config *config,
	const strata_published_config_source *source, const char *why);

/* The same where the source could not be read: what is known of it is what the caller passes. */
bool strata_published_config_source_missing(strata_published_config *config,
	const strata_published_config_source *source, const char *why);

/* The source is what the last verdict was on. */
void strata_published_config_confirm(strata_published_config *config,
	const strata_published_config_source *source);

/*
 * A copy of the text in force, for the caller to free, with its version and the wall clock's
 * microseconds of the last text that named other servers (0: none did). NULL where there is none,
 * and the version is 0 then; NULL also where the text was damaged or memory is short. Takes no
 * lock.
 */
char *strata_published_config_read(const strata_published_config *config, size_t *size,
	uint64_t *version, uint64_t *moved_at);

/*
 * A configuration that counts only from a moment on has that beside it: one word, so that a process
 * which asks at every call pays for one load and one look at the wall clock. Moments are
 * milliseconds since 1970, below 2^48.
 *
 * announce: the text that was published last counts from then on; the same moment again changes
 * nothing. cancel: it does not count any more, nor will it come.
 */
void strata_published_config_announce(strata_published_config *config, strata_msec from);
void strata_published_config_cancel(strata_published_config *config);

/* 0: none is announced. */
strata_msec strata_published_config_moment(const strata_published_config *config);

/*
 * Has the moment come, by the wall clock? Once it has, it stays so for all processes, whatever the
 * clock does, until another moment is announced.
 */
bool strata_published_config_has_come(strata_published_config *config, strata_msec wall);

/* When that was first seen, by the monotonic clock; 0: it has not come. */
strata_msec strata_published_config_came_at(const strata_published_config *config);

/*
 * What is to be done around the moment that was announced: closed, it is over. may_close: true for
 * one caller of the host per interval.
 */
bool strata_published_config_is_closed(const strata_published_config *config);
void strata_published_config_close(strata_published_config *config);
STRATA_MUST_CHECK bool strata_published_config_may_close(strata_published_config *config,
	strata_msec interval, strata_msec now);

/* True for one caller of the host for each moment that has come. */
STRATA_MUST_CHECK bool strata_published_config_may_enter(strata_published_config *config);

/* For status. */
typedef struct {
	uint64_t version;
	uint64_t looks;           /* of all processes */
	strata_msec published_at; /* by the wall clock, since 1970; 0: never */
	strata_msec from;         /* the moment announced, likewise; 0: none */
	bool has_come;
	char why[STRATA_PUBLISHED_CONFIG_WHY]; /* the source is rejected; empty: it is not */
} strata_published_config_status;

strata_published_config_status strata_published_config_look(strata_published_config *config);

#endif
