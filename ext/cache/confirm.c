/*
 * A host hears of another one's clear() within a second. What it stores meanwhile under the old
 * number is lost, which a cache may do; but what it takes away under the old number stays under the
 * new one. So every removal reads the number again, and is repeated if that has changed: every
 * verb, in fact, that changes something, since a value that is stored takes the old one away, and a
 * sum, a lock or a swap under a number that no other host reads is none.
 *
 *     verb          is repeated under the new number, since
 *     set           else the value that it was to replace stays
 *     delete        else the value stays
 *     add, replace  what is there, or not, under the old number says nothing: so also NOT_STORED
 *     compare       what was seen is out of reach: the answer is no
 *     touch         likewise: MISS
 *     increment     the sum counts on from what others see
 *
 * A store of something computed is the exception. It goes under the number that was seen at its
 * miss, and never under a newer one: it may be made of what the clear() was about.
 *
 * The order of the two on a server does not matter, nor on which node the number is read. What has
 * to be taken away was made of something older than the removal, so it was begun before the call.
 * It was begun under a number that was in use then, so one that all copies held (see
 * cache/generation.c). So any copy that is read after the call began shows that number, or a newer
 * one. A clear() that comes later still is none of the call's business: what others read under its
 * number, they read after the call began. For the same reason a number that was read since the call
 * began needs no further proof, and a removal is repeated once at most.
 *
 * After a clear() that returned false, as one node did not take the number, a copy may lag until it
 * is raised, within a second of its return. A removal that reads that copy alone, on a host that
 * has not heard of the number either, goes to the old one.
 */
#include "cache/confirm.h"

#include "cache/local.h"

static inline bool is_known(const strata_confirmation *confirmation)
{
	const strata_database *database = confirmation->database;

	return strata_database_is_shared(database) && confirmation->call->generation != 0 &&
		   database->keyspace.naming == STRATA_NAMES_OF_GENERATION &&
		   (database->deeper == 0 || !strata_cache_is_local_alone(database));
}

/* What is asked is written only where it is: a local get should not pay for it. */
static void begin(strata_confirmation *confirmation, strata_database *database, strata_call *call)
{
	confirmation->database = database;
	confirmation->call = call;
}

void strata_confirm_begin(strata_confirmation *confirmation, strata_database *database,
	strata_call *call)
{
	begin(confirmation, database, call);
	confirmation->is_open = !call->is_generation_new && is_known(confirmation);
	if (confirmation->is_open) {
		confirmation->asked = strata_cache_inquire(database, call);
		strata_confirm_hang(confirmation);
	}
}

/*
 * What the tier answered was about a number that may be an old one. It was asked all the same, so
 * that the reason is none of those which say that nothing was changed.
 */
static void refuse(const strata_confirmation *confirmation, strata_item *const *items, size_t count,
	strata_result reason)
{
	const strata_database *database = confirmation->database;
	bool is_misleading = reason != STRATA_NO_GENERATION && strata_result_is_unasked(reason);

	for (size_t i = 0; i < count; i++) {
		if (strata_result_class_of(items[i]->result) == STRATA_ANSWER) {
			items[i]->result = is_misleading ? STRATA_TIMEOUT : reason;
			items[i]->node =
				database->generation_error_node[0] != '\0' ? database->generation_error_node : NULL;
		}
	}
}

/* Is there another number than that of the call? Then it is the call's. */
static bool has_changed(const strata_confirmation *confirmation, strata_result *prepared)
{
	uint64_t before = confirmation->call->generation;
	strata_result former = *prepared;

	*prepared = strata_cache_take_number(confirmation->database, confirmation->call);
	return *prepared != former || confirmation->call->generation != before;
}

static bool is_any_answered(strata_item *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strata_result_class_of(items[i]->result) == STRATA_ANSWER) {
			return true;
		}
	}
	return false;
}

bool strata_confirm_again(strata_confirmation *confirmation, strata_item *const *items,
	size_t count)
{
	strata_result prepared = STRATA_OK, learned;
	bool was_open = confirmation->is_open, has_moved;

	confirmation->is_open = false;
	strata_confirm_unhang(confirmation);
	/* Of what failed nothing is to be proven. */
	if (!was_open || (!is_any_answered(items, count) && !confirmation->call->is_generation_due)) {
		return false;
	}
	learned = strata_cache_learn(confirmation->database, confirmation->call, &confirmation->asked);
	if (learned != STRATA_OK) {
		refuse(confirmation, items, count, learned);
		return false;
	}
	has_moved = has_changed(confirmation, &prepared);
	if (prepared != STRATA_OK) {
		refuse(confirmation, items, count, prepared);
	}
	return has_moved && prepared == STRATA_OK;
}

/* ---- reads ---- */

void strata_confirm_begin_read(strata_confirmation *confirmation, strata_database *database,
	strata_call *call)
{
	begin(confirmation, database, call);
	confirmation->is_open = call->is_generation_due && is_known(confirmation);
	if (confirmation->is_open) {
		confirmation->asked = strata_cache_inquire(database, call);
	}
}

void strata_confirm_hang(strata_confirmation *confirmation)
{
	bool is_answered = confirmation->is_open && confirmation->database->deeper == 0;

	confirmation->call->check = is_answered ? &confirmation->asked.check : NULL;
}

void strata_confirm_unhang(strata_confirmation *confirmation)
{
	confirmation->call->check = NULL;
}

bool strata_confirm_read_again(strata_confirmation *confirmation, strata_result *prepared)
{
	strata_result learned;

	if (!confirmation->is_open) {
		return false;
	}
	confirmation->is_open = false;
	learned = strata_cache_learn(confirmation->database, confirmation->call, &confirmation->asked);
	/* What the host knows is good while the deepest tier is down. */
	(void) learned;
	return has_changed(confirmation, prepared);
}
