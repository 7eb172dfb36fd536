/* confirm: proves that what a call did was done under the present generation. */
#ifndef STRATA_CACHE_CONFIRM_H
#define STRATA_CACHE_CONFIRM_H

#include "cache/generation.h"

/*
 * Around the verb of the deepest tier:
 *
 *     strata_confirm_begin(&confirmation, database, call);
 *     do {
 *         the verb
 *     } while (strata_confirm_again(&confirmation, items, count));
 */
typedef struct {
	strata_database *database;
	strata_call *call;
	strata_generation_inquiry asked;
	bool is_open; /* the proof is still to be given */
} strata_confirmation;

/* After strata_cache_prepare_along(). The next batch of a shared tier sends the question along. */
void strata_confirm_begin(strata_confirmation *confirmation, strata_database *database,
	strata_call *call);

/*
 * True, once at most: a clear() came before, so that it has to be done again, under the number that
 * is in call->generation now. Where no copy of the number could be read, nothing is confirmed: what
 * the deepest tier answered about the items becomes the reason, of that tier.
 */
STRATA_MUST_CHECK bool strata_confirm_again(strata_confirmation *confirmation,
	strata_item *const *items, size_t count);

/*
 * ---- for reads ----
 *
 * They go by the number that the host knows, and prove nothing. But where it is this call's turn to
 * ask for the host, it does so along with the question to the deepest tier.
 */

/* After strata_cache_prepare_along(). Nothing is sent along before strata_confirm_hang(). */
void strata_confirm_begin_read(strata_confirmation *confirmation, strata_database *database,
	strata_call *call);

/* What comes next is for the deepest tier. */
void strata_confirm_hang(strata_confirmation *confirmation);

/* It is over. */
void strata_confirm_unhang(strata_confirmation *confirmation);

/*
 * True, once at most: there is another number, or none any more, and all is to be read again, under
 * what is in call->generation and *prepared now.
 */
STRATA_MUST_CHECK bool strata_confirm_read_again(strata_confirmation *confirmation,
	strata_result *prepared);

#endif
