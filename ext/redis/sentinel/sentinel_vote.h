/* sentinel_vote — where is the master, when sentinels say different things? */
#ifndef STRATA_REDIS_SENTINEL_SENTINEL_VOTE_H
#define STRATA_REDIS_SENTINEL_SENTINEL_VOTE_H

#include "redis/sentinel/sentinel_answer.h"

typedef enum {
	STRATA_VOTE_AGREED,
	STRATA_VOTE_SILENCE, /* no answer can be believed */
	STRATA_VOTE_UNKNOWN, /* enough of them watch no such master */
	STRATA_VOTE_TOO_FEW, /* no answer has enough voices */
	STRATA_VOTE_SPLIT,   /* two have, and nothing says which one is newer */
	STRATA_VOTE_STALE    /* those that agree are behind what was known, and are too few */
} strata_vote_verdict;

typedef struct {
	strata_vote_verdict verdict;
	strata_endpoint master; /* when AGREED */
	uint64_t epoch;         /* likewise; told by as many as are needed to be believed */
	uint32_t answered;
	uint32_t needed; /* voices */
} strata_sentinel_vote;

/*
 * One answer for each configured sentinel. An answer is believed when half of those that answered
 * give it, and, of three or more configured, two at least. Between two such answers the higher
 * epoch wins. An epoch below the known one (0: none is) is believed only of a majority of all that
 * are configured.
 */
strata_sentinel_vote strata_sentinel_vote_count(const strata_sentinel_answer *answers,
	uint32_t count, uint64_t known_epoch);

#endif
