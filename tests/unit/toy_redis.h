/*
 * toy_redis — a scripted server that is a small Redis: it keeps strings with a time to live, and
 * understands the commands and the scripts that strata sends. It can be told to lie, and to let
 * somebody else change a key between two commands.
 */
#ifndef STRATA_TESTS_TOY_REDIS_H
#define STRATA_TESTS_TOY_REDIS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "scripted_server.h"

enum { TOY_REFUSED = 3, TOY_KEYS = 16, TOY_NAME = 128, TOY_VALUE = 512 };

typedef struct {
	char name[TOY_NAME];
	char value[TOY_VALUE];
	size_t size;
	int64_t life; /* milliseconds, as they were sent; 0: no end. Nothing expires here */
} toy_key;

typedef struct toy_redis {
	scripted_server *server;
	scripted_step script[2];
	pthread_mutex_t lock; /* guards what follows while the server runs */
	toy_key keys[TOY_KEYS];
	size_t count;
	unsigned lies;     /* so many GETs more are answered with the first key's value */
	const char *reply; /* the next command is answered with this; NULL: as it should be */
	const char *refused[TOY_REFUSED]; /* verbs that this user may not use; NULL: no more */
	uint64_t time;                    /* what TIME says, in microseconds since 1970 */
	char slots[512];                  /* the reply to CLUSTER SLOTS */

	/* Called under the lock before a command is looked at; NULL: nobody. */
	void (*meanwhile)(struct toy_redis *toy, const char *verb);
	char heard[4096]; /* "GET k; SET k NX; ", scripts by name, such as "swap k; lease k; " */
} toy_redis;

void toy_redis_start(toy_redis *toy);
bool toy_redis_end(toy_redis *toy);
uint16_t toy_redis_port(const toy_redis *toy);

/* Tell it what the fields of this name say. */
void toy_redis_lie(toy_redis *toy, unsigned lies);
void toy_redis_say(toy_redis *toy, const char *reply);
void toy_redis_refuse(toy_redis *toy, const char *verb); /* one more */
void toy_redis_tell_time(toy_redis *toy, uint64_t time);
void toy_redis_let(toy_redis *toy, void (*meanwhile)(toy_redis *toy, const char *verb));

/* Each of the toys owns a part of the slots, in their order. */
void toy_redis_form_cluster(toy_redis *toys, unsigned count);

/* The first of two owns all slots, and the other one is its replica. */
void toy_redis_form_pair(toy_redis *toys);

/* These take the lock, too; the one with "locked" is for meanwhile(). */
void toy_redis_hold(toy_redis *toy, const char *name, const void *value, size_t size);
void toy_redis_hold_locked(toy_redis *toy, const char *name, const void *value, size_t size);
void toy_redis_live(toy_redis *toy, const char *name, int64_t life);
toy_key toy_redis_key(toy_redis *toy, const char *name); /* all zero: not there */

/* Has it heard exactly this? Forgets it. */
bool toy_redis_heard(toy_redis *toy, const char *commands);

unsigned toy_redis_connections(toy_redis *toy);

#endif
