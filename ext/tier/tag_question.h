/* tag_question: one tag whose number the deepest tier is asked for, or is to change. */
#ifndef STRATA_TIER_TAG_QUESTION_H
#define STRATA_TIER_TAG_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/call.h"
#include "base/result.h"
#include "base/view.h"
#include "tier/item.h"

/*
 * The largest number that is taken for one, of 18 digits: microseconds until the year 33,000. What
 * is larger, or no number, counts as missing.
 */
#define STRATA_TAG_LIMIT UINT64_C(999999999999999999)

enum {
	STRATA_TAG_LIFE = 30 * 24 * 3600,         /* seconds that a server keeps a number, */
	STRATA_TAG_RENEWED_FROM = 10 * 24 * 3600, /* and after which readers make it as long again: */
	STRATA_TAG_RENEWED_BY = 256,              /* one of so many */
	STRATA_TAG_APART = 1 << 20 /* usec: what two hosts add at random where one may write over */
};

/* The number that a server keeps as this text: digits without a leading zero; 0: it is none. */
static inline uint64_t strata_tag_number_of(strata_view text)
{
	uint64_t number = 0;

	if (text.size == 0 || text.size > 18 || text.data[0] == '0') {
		return 0;
	}
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9') {
			return 0;
		}
		number = number * 10 + (uint64_t) (text.data[i] - '0');
	}
	return number;
}

/* The caller fills id, least and next. A tier writes the rest. */
typedef struct {
	uint64_t id;    /* as in strata_tag */
	uint64_t least; /* what this host knew when it asked; 0: nothing */
	uint64_t next;  /* what is made where no number is, or too low a one; 0: nothing is made */
	uint64_t number;
	strata_result result;
	const char *node; /* that was asked; lives as long as the call; NULL: none */
} strata_tag_question;

/* For a tier: what came of a read, in an item. Only OK leaves a number, an integer. */
static inline void strata_tag_question_complete(strata_tag_question *question,
	const strata_item *read)
{
	question->result = read->result;
	question->node = read->node;
	question->number = read->result == STRATA_OK ? (uint64_t) read->value.integer : 0;
}

/*
 * Questions that travel with other commands, and make nothing: next does not count. The caller
 * hangs them into a call (call->tag_check). The next batch of a shared tier takes them off and
 * sends them in the same write as its own commands. So the caller sets it around a verb of the
 * deepest tier alone, and takes it back afterwards, if no batch was made.
 */
typedef struct strata_tag_check {
	strata_tag_question *const *questions;
	size_t count;
	strata_msec asked_at; /* monotonic, at the latest when it is sent */
	bool is_sent;         /* false: nothing was sent, and no question has an answer */
} strata_tag_check;

/* For a batch: what it has to send along. NULL: nothing. */
static inline strata_tag_check *strata_tag_check_take(strata_call *call)
{
	strata_tag_check *check = call->tag_check;

	call->tag_check = NULL;
	return check;
}

static inline size_t strata_tag_check_reads(const strata_tag_check *check)
{
	return check == NULL ? 0 : check->count;
}

/* Was it made so long ago that a reader may renew its life? now: microseconds since 1970. */
static inline bool strata_tag_question_is_old(const strata_tag_question *question, uint64_t now)
{
	return question->number != 0 && question->next != 0 &&
		   question->number + STRATA_TAG_RENEWED_FROM * UINT64_C(1000000) < now;
}

#endif
