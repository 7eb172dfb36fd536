/* held: the locks that this thread holds or waits for, so that they end with its request. */
#ifndef STRATA_API_LOCK_HELD_H
#define STRATA_API_LOCK_HELD_H

#include "php.h"

#include "api/request/space.h"
#include "cache/lock/lock.h"

enum {
	STRATA_LONGEST_TOKEN = 255, /* bytes */
	STRATA_RANDOM_TOKEN = 32    /* hexadecimal digits */
};

typedef struct strata_held_lock {
	strata_lock lock;
	strata_space space;
	uint32_t process;    /* strata_process_generation() of the process whose lock it is */
	bool is_random;      /* the token was made here */
	bool is_bound;       /* to the request and its process; else the token alone says whose it is */
	bool is_waiting;     /* in acquire(), where handlers of signals run */
	uint32_t references; /* the object, and the list */
	bool is_listed;
	struct strata_held_lock *next, *previous;
	char text[]; /* the key, then the token */
} strata_held_lock;

/*
 * A lock that nothing holds yet. Without a token it gets a random one. NULL without memory. No
 * memory of PHP: it outlives objects, and errors of any kind.
 */
strata_held_lock *strata_held_new(const strata_space *space, strata_view key, strata_msec ttl,
	const strata_view *token);

/* The object is gone. A lock that is held stays, as long as the request lasts. */
void strata_held_forget(strata_held_lock *held);

/* From here on the lock ends with the request; where it is not bound, or not held, never mind. */
void strata_held_list(strata_held_lock *held);
void strata_held_unlist(strata_held_lock *held);

/*
 * A child of fork() has its parent's objects, and none of its locks: with a random token of its
 * own, it is a lock that nothing holds. What is not bound is the token's, in whatever process.
 */
void strata_held_look_at_fork(strata_held_lock *held);

/*
 * The request is over: gives back what it took and holds, in a second at most. What no server could
 * be told of is left to the next caller on this host, or to its time.
 */
void strata_held_release_all(void);

#endif
