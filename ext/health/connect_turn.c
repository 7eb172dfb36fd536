#include "health/connect_turn.h"

#include "health/breaker_table.h"
#include "os/futex.h"
#include "os/process.h"

enum {
	MOST_HANDSHAKES = 8, /* of normal operations, and as many more of urgent ones */
	LEAST_RATE = 50,     /* connections a second, where the rate follows the workers */
	ROOM_WAIT = 10       /* msec until a waiter looks again, though it was not woken */
};

static uint32_t connect_rate(const strata_breaker *breaker, strata_msec now)
{
	uint32_t workers;

	if (breaker->limits.connect_rate != 0) {
		return breaker->limits.connect_rate;
	}
	workers = strata_process_slots_living(breaker->slots, now);
	return workers > LEAST_RATE ? workers : LEAST_RATE;
}

/*
 * The bucket holds what two fifths of a second bring, so that a burst is possible, and as much for
 * urgent operations alone. A node that is full is given one a second for a while.
 */
static bool book_token(const strata_breaker *breaker, const strata_connect_turn *turn,
	strata_msec now, strata_msec *wait)
{
	bool is_urgent = turn->priority == STRATA_PRIORITY_URGENT;
	uint32_t rate =
		strata_breaker_is_full(breaker, now) && !is_urgent ? 1 : connect_rate(breaker, now);
	uint32_t burst = rate * 2 / 5;

	burst = burst == 0 ? 1 : burst;
	return strata_token_bucket_book(&breaker->record->connect_tokens,
		(strata_token_bucket_size){ rate, 2 * burst }, is_urgent ? 0 : burst, turn->latest - now,
		now, wait);
}

/* Counts it on the rate. False when its token would come too late. */
static bool take_token(const strata_breaker *breaker, strata_connect_turn *turn, strata_msec now)
{
	bool is_free = turn->is_first && breaker->limits.connect_rate == 0 &&
				   !strata_breaker_is_full(breaker, now);

	turn->latest = turn->deadline > now ? now + (turn->deadline - now) / 2 : now;
	turn->at = now;
	if (!is_free) {
		strata_msec wait;
		bool is_booked = book_token(breaker, turn, now, &wait);

		if (!is_booked && turn->priority == STRATA_PRIORITY_NORMAL) {
			return false;
		}
		turn->at = is_booked ? now + wait : turn->latest;
	}
	turn->has_token = true;
	return true;
}

static bool has_room(const strata_breaker *breaker, strata_connect_turn *turn, strata_msec now)
{
	uint32_t limit =
		turn->priority == STRATA_PRIORITY_URGENT ? 2 * MOST_HANDSHAKES : MOST_HANDSHAKES;

	/* Before the look, so that one which ends meanwhile is not slept through. */
	turn->seen = atomic_load_explicit(&breaker->record->room[turn->priority], memory_order_acquire);
	return strata_inflight_has_room(&breaker->record->inflight, breaker->slots,
		STRATA_INFLIGHT_HANDSHAKES, limit, now);
}

static strata_turn wait_for_room(strata_connect_turn *turn, strata_msec now)
{
	strata_msec again = now + ROOM_WAIT + strata_process_random_word() % ROOM_WAIT;

	if (now >= turn->latest) {
		return STRATA_TURN_NEVER;
	}
	turn->waits_for_room = true;
	turn->at = again < turn->latest ? again : turn->latest;
	return STRATA_TURN_LATER;
}

strata_turn strata_connect_turn_take(const strata_breaker *breaker, strata_connect_turn *turn,
	strata_msec now)
{
	bool goes_anyway;

	turn->waits_for_room = false;
	if (!turn->has_token && !take_token(breaker, turn, now)) {
		return STRATA_TURN_NEVER;
	}
	if (now < turn->at) {
		return STRATA_TURN_LATER;
	}
	goes_anyway = turn->priority == STRATA_PRIORITY_URGENT && now >= turn->latest;
	if (!goes_anyway && !has_room(breaker, turn, now)) {
		return wait_for_room(turn, now);
	}
	strata_inflight_add(&breaker->record->inflight, breaker->slots, STRATA_INFLIGHT_HANDSHAKES);
	turn->is_counted = true;
	return STRATA_TURN_NOW;
}

void strata_connect_turn_await_room(const strata_breaker *breaker, const strata_connect_turn *turn,
	strata_usec max_wait)
{
	strata_futex_wait(&breaker->record->room[turn->priority], turn->seen, max_wait);
}

static void wake_one(_Atomic uint32_t *room)
{
	(void) atomic_fetch_add_explicit(room, 1, memory_order_release);
	strata_futex_wake_one(room);
}

void strata_connect_turn_end(const strata_breaker *breaker)
{
	strata_breaker_entry *record = breaker->record;
	uint32_t left;

	strata_inflight_remove(&record->inflight, breaker->slots, STRATA_INFLIGHT_HANDSHAKES);
	left = strata_inflight_sum(&record->inflight, STRATA_INFLIGHT_HANDSHAKES);
	if (left < 2 * MOST_HANDSHAKES) {
		wake_one(&record->room[STRATA_PRIORITY_URGENT]);
	}
	if (left < MOST_HANDSHAKES) {
		wake_one(&record->room[STRATA_PRIORITY_NORMAL]);
	}
}
