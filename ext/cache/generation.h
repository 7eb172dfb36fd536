/* generation — the number of a database's last clear(), which every key of it carries. */
#ifndef STRATA_CACHE_GENERATION_H
#define STRATA_CACHE_GENERATION_H

#include "base/call.h"
#include "database/database.h"
#include "tier/generation_check.h"

/*
 * Every key of a database carries its generation, so that clear() only has to raise a number: what
 * bears an older one is out of reach and falls to eviction. The number is max(old + 1, microseconds
 * since 1970): lost everywhere, it does not restart below values that are still around. The host
 * remembers the greatest it heard; once a second one of its calls asks the deepest tier, too.
 */

/*
 * Where names are plain no generation is in them, and clear() has nothing to raise: the number is
 * STRATA_GENERATION_OF_PLAIN_NAMES, and no server is ever asked for it.
 */

/*
 * Writes call->generation. OK; or, while a shared database's could not be learned yet, why not, in
 * call->error too: its shared tiers cannot be used then, and its local copies live under a
 * generation of their own. Until the deepest tier is asked again, every call is told the same.
 */
STRATA_MUST_CHECK strata_result strata_cache_prepare(strata_database *database, strata_call *call);

/*
 * The same for a call that asks along with its commands (cache/confirm.h). So no server is asked
 * here, unless nothing is known yet: call->is_generation_due says that it is this call's turn.
 */
STRATA_MUST_CHECK strata_result strata_cache_prepare_along(strata_database *database,
	strata_call *call);

/* The last part of it: the number as it is now, without any question. */
STRATA_MUST_CHECK strata_result strata_cache_take_number(strata_database *database,
	strata_call *call);

/* A question that goes along with commands, and what the host knew when it was asked. */
typedef struct {
	strata_generation_check check;
	uint64_t known;
} strata_generation_inquiry;

/* To be hung into the call: about all copies where that is due, else about one. */
strata_generation_inquiry strata_cache_inquire(const strata_database *database,
	const strata_call *call);

/*
 * What came of it goes to the host's record; where that does not say enough, or nothing was sent,
 * all copies are asked. OK: a number that was read since the question was sent is the present one,
 * and strata_cache_take_number() takes it. Else why there is none that is known for certain: the
 * last one may be there all the same.
 */
STRATA_MUST_CHECK strata_result strata_cache_learn(strata_database *database, strata_call *call,
	const strata_generation_inquiry *asked);

/*
 * The generation, if it is known and nothing has to be asked for now; 0 as well where a database is
 * not shared and was never cleared. False: strata_cache_prepare() first.
 */
bool strata_cache_is_prepared(const strata_database *database, uint64_t *generation);

/*
 * For how long the generation has been without the word of the deepest tier that it should have
 * had, in milliseconds: 0 while it was confirmed in the last two seconds.
 */
strata_msec strata_cache_silence(const strata_database *database, strata_msec now);

/* Gives items the result of prepare(), with the deepest tier and the node that was asked. */
void strata_cache_complete_unprepared(strata_database *database, strata_item *const *items,
	size_t count, strata_result prepared);

/* Without a generation no key of a shared tier has a name. */
bool strata_cache_is_usable(const strata_tier *tier, strata_result prepared);

/*
 * The deepest tier, ready to be changed by a call that asks along with its commands, or NULL with
 * the item's result written.
 */
strata_tier *strata_cache_prepare_deepest(strata_database *database, strata_call *call,
	strata_item *item);

/*
 * Makes every value of the database unreachable, on all hosts within a second. OK when the deepest
 * tier took it; UNSUPPORTED, with the cause in call->error, where names are plain.
 */
STRATA_MUST_CHECK strata_result strata_cache_clear(strata_database *database, strata_call *call);

#endif
