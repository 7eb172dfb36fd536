/* tag_table: the numbers of tags, as this host last heard them from the deepest tier. */
#ifndef STRATA_HOST_TAG_TABLE_H
#define STRATA_HOST_TAG_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/time.h"
#include "host/host.h"

/*
 * A cache of so many records. A tag whose record was displaced is asked for again, so that a table
 * that is too small costs time and nothing else.
 */
typedef struct strata_tag_table strata_tag_table;

enum { STRATA_TAG_RECORDS = 4096 };

/* What the host knows of one tag. */
typedef struct {
	uint64_t number;      /* 0: nothing */
	strata_msec asked_at; /* monotonic: when the question was sent; 0: in doubt */
} strata_tag_word;

typedef enum {
	STRATA_TAG_NOTED,     /* or something newer is there */
	STRATA_TAG_DISPLACED, /* the same, and the word of another tag, which was still good, is gone */
	STRATA_TAG_NOT_NOTED  /* another process is stopped in there: nothing is known of the tag */
} strata_tag_noted;

STRATA_MUST_CHECK strata_result strata_tag_table_new(strata_host *host, strata_tag_table **out);
void strata_tag_table_free(strata_tag_table *table);

/* Takes no lock. A record that is being written counts as none. */
strata_tag_word strata_tag_table_find(const strata_tag_table *table, uint64_t id);

/*
 * Takes an answer in: the greater number stays, and of two answers with the same number the later
 * question. good_for (milliseconds) says of a word in the way whether it is a loss.
 */
strata_tag_noted strata_tag_table_note(strata_tag_table *table, uint64_t id, strata_tag_word word,
	strata_msec good_for);

/*
 * What is known of the tag may be old from now on: its word is good no more, and answers to
 * questions that were sent before are not taken in. The number stays known where it can.
 */
void strata_tag_table_doubt(strata_tag_table *table, uint64_t id, strata_msec now);

/*
 * The question before its time: is it this caller's turn? One caller of the host per interval.
 * is_due is one load, and says whether strata_tag_table_may_ask() would be true.
 */
bool strata_tag_table_is_due(const strata_tag_table *table, uint64_t id, strata_msec interval,
	strata_msec now);
STRATA_MUST_CHECK bool strata_tag_table_may_ask(strata_tag_table *table, uint64_t id,
	strata_msec interval, strata_msec now);

#endif
