#include "api/lock/held.h"

#include "api/request/call.h"
#include "os/clock.h"
#include "os/process.h"

enum { LONGEST_END = 1000 /* msec, of asking servers where a request ends */ };

static void write_random(char *token)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[STRATA_RANDOM_TOKEN / 2];

	if (strata_process_random(bytes, sizeof(bytes)) != STRATA_OK) {
		for (size_t i = 0; i < sizeof(bytes); i++) {
			bytes[i] = (unsigned char) strata_process_random_word();
		}
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		token[2 * i] = digits[bytes[i] >> 4];
		token[2 * i + 1] = digits[bytes[i] & 15];
	}
}

strata_held_lock *strata_held_new(const strata_space *space, strata_view key, strata_msec ttl,
	const strata_view *token)
{
	size_t token_size = token != NULL ? token->size : STRATA_RANDOM_TOKEN;
	strata_held_lock *held = malloc(sizeof(*held) + key.size + token_size);

	if (held == NULL) {
		return NULL;
	}
	*held = (strata_held_lock){
		.lock = { .key = { held->text, key.size },
			.token = { held->text + key.size, token_size },
			.ttl = ttl },
		.space = *space,
		.process = strata_process_generation(),
		.is_random = token == NULL,
		.is_bound = true,
		.references = 1,
	};
	memcpy(held->text, key.data, key.size);
	if (token != NULL) {
		memcpy(held->text + key.size, token->data, token_size);
	} else {
		write_random(held->text + key.size);
	}
	return held;
}

/* ---- the list ---- */

static void drop(strata_held_lock *held)
{
	held->references--;
	if (held->references == 0) {
		free(held);
	}
}

void strata_held_unlist(strata_held_lock *held)
{
	if (!held->is_listed) {
		return;
	}
	if (held->previous != NULL) {
		held->previous->next = held->next;
	} else {
		STRATA_G(held_locks) = held->next;
	}
	if (held->next != NULL) {
		held->next->previous = held->previous;
	}
	held->is_listed = false;
	drop(held);
}

/* A program without an end may never give back what has ended by itself. */
static void unlist_what_is_over(void)
{
	strata_held_lock *held = STRATA_G(held_locks), *next;

	for (; held != NULL; held = next) {
		next = held->next;
		if (!held->is_waiting && !strata_lock_is_held(&held->lock)) {
			strata_held_unlist(held);
		}
	}
}

void strata_held_list(strata_held_lock *held)
{
	unlist_what_is_over();
	if (held->is_listed) {
		return;
	}
	held->previous = NULL;
	held->next = STRATA_G(held_locks);
	if (held->next != NULL) {
		held->next->previous = held;
	}
	STRATA_G(held_locks) = held;
	held->is_listed = true;
	held->references++;
}

void strata_held_forget(strata_held_lock *held)
{
	drop(held);
}

void strata_held_look_at_fork(strata_held_lock *held)
{
	if (held->process == strata_process_generation()) {
		return;
	}
	held->process = strata_process_generation();
	strata_held_unlist(held);
	held->lock.is_asking = false;
	held->lock.pause = 0;
	held->is_waiting = false;
	if (!held->is_bound) {
		return;
	}
	held->lock.held_until = 0;
	held->lock.fence = 0;
	if (held->is_random) {
		write_random(held->text + held->lock.key.size);
	}
}

/* ---- the end of a request ---- */

/* NULL where it is not open under the settings in force: nothing is opened here. */
static strata_database *database_of(const strata_held_lock *held)
{
	return STRATA_G(databases) != NULL ? STRATA_G(databases)[held->space.database] : NULL;
}

/* A budget of its own: that of the request may be used up. */
static void release(strata_held_lock *held, strata_msec end)
{
	strata_database *database = database_of(held);
	strata_budget budget = { .waited = 0 };
	strata_api_call call;
	strata_item item;

	if (database != NULL && strata_clock_msec() < end &&
		strata_api_begin_on(&call, database, &held->space)) {
		call.call.budget = &budget;
		strata_lock_give_up(call.database->locks, &held->lock);
		strata_lock_release(call.database, &call.call, &held->lock, &item);
		strata_api_end(&call);
	} else {
		strata_lock_abandon(strata_process_runtime.locks, &held->lock);
	}
}

void strata_held_release_all(void)
{
	strata_msec end = strata_clock_msec() + LONGEST_END;

	while (STRATA_G(held_locks) != NULL) {
		strata_held_lock *held = STRATA_G(held_locks);
		bool is_ours = held->process == strata_process_generation();

		if (is_ours && held->is_bound && strata_lock_is_held(&held->lock)) {
			release(held, end);
		} else if (is_ours && held->is_waiting) {
			strata_lock_give_up(strata_process_runtime.locks, &held->lock);
		}
		held->is_waiting = false;
		strata_held_unlist(held);
	}
}
