/* notice — one text that all processes of the host go by, and whose turn it is to see to a newer one. */
#ifndef STRATA_HOST_NOTICE_H
#define STRATA_HOST_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "base/view.h"
#include "host/host.h"

typedef struct strata_notice strata_notice;

enum {
	STRATA_NOTICE_LONGEST = 64 << 10, /* bytes of a text */
	STRATA_NOTICE_WHY = 640           /* bytes of a reason, the NUL included */
};

STRATA_MUST_CHECK strata_result strata_notice_new(strata_host *host, strata_notice **out);
void strata_notice_free(strata_notice *notice);

/* Is it the caller's turn to look whether there is something new? One per second and host. */
bool strata_notice_may_look(strata_notice *notice, strata_msec now);

/* Of the text in force; 0 while there is none. Costs one load. */
uint64_t strata_notice_version(const strata_notice *notice);

/* What is known of the source at the last verdict on it. */
typedef struct {
	uint64_t stamp;   /* 0: there was no verdict yet */
	uint64_t content; /* hash of what stood in it */
	uint64_t round;   /* counts verdicts */
	bool is_young;    /* to be read again, whatever the stamp says */
	bool is_good;     /* it is what the text in force was taken from */
	bool is_lost;     /* it could not be read since, and that is what is held against it */
} strata_notice_source;

strata_notice_source strata_notice_last_source(const strata_notice *notice);

/*
 * Puts up a text, at most STRATA_NOTICE_LONGEST bytes, and takes back what was held against the
 * source. moves: those who go by it find other places from now on. Of the source, round is the one
 * that the caller began with: false, and nothing done, where another process gave its verdict
 * meanwhile or holds the lock. Flags of the source are set here.
 */
bool strata_notice_put(strata_notice *notice, const strata_notice_source *source, strata_view text,
	bool moves);

/* Why the source is not taken over; the text stays. False where that has been said, or as above. */
bool strata_notice_refuse(strata_notice *notice, const strata_notice_source *source,
	const char *why);

/* The same where nobody could read the source: what is known of it is what the caller was told. */
bool strata_notice_miss(strata_notice *notice, const strata_notice_source *source, const char *why);

/* The source is what the last verdict was on. */
void strata_notice_confirm(strata_notice *notice, const strata_notice_source *source);

/*
 * The text in force, for the caller to free, with its version and the wall clock's microseconds of the
 * last one that moved places (0: none did). NULL where there is none or it was damaged, and where it
 * cannot be had at the moment: the version is 0 then.
 */
char *strata_notice_read(strata_notice *notice, size_t *size, uint64_t *version,
	uint64_t *moved_at);

/* For status. */
typedef struct {
	uint64_t version;
	uint64_t looks;              /* of all processes */
	strata_msec put_at;          /* by the wall clock, since 1970; 0: never */
	char why[STRATA_NOTICE_WHY]; /* the source is refused; empty: it is not */
} strata_notice_view;

strata_notice_view strata_notice_look(strata_notice *notice);

#endif
