/*
 * fake_redis — a scripted server that understands commands: it greets, answers CLUSTER SLOTS with
 * the map it was given, and every other command with the next reply of its list. After the list
 * the reply is the last argument itself as a bulk string, so that a GET gets its own key for a
 * value and every mix-up shows.
 */
#ifndef STRATA_TESTS_FAKE_REDIS_H
#define STRATA_TESTS_FAKE_REDIS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "scripted_server.h"

enum { FAKE_REPLIES = 16, FAKE_TEXT = 4096 };

/* Entries of the list that are no replies. */
#define FAKE_ECHO    "echo"    /* the last argument, as after the list */
#define FAKE_SILENCE "silence" /* nothing is sent */
#define FAKE_CLOSE   "close"   /* the connection ends */

typedef struct {
	scripted_server *server;
	scripted_step script[2];
	pthread_mutex_t lock; /* guards what follows while the server runs */
	const char *replies[FAKE_REPLIES];
	unsigned reply_count;
	unsigned replied;
	const char *asking_reply; /* "+OK\r\n" unless set */
	char slots[FAKE_TEXT];    /* the reply to CLUSTER SLOTS */
	unsigned maps;            /* how often it was asked for */
	unsigned farewells;       /* connections that the other side closed */
	bool is_slow;             /* sends byte by byte */
	char
		heard[FAKE_TEXT]; /* "/" for every read that brought commands, "[GET k]" for each of them */
} fake_redis;

/* Serves up to 16 connections on a loopback port, or one on a unix socket. */
void fake_redis_start(fake_redis *fake);
void fake_redis_start_unix(fake_redis *fake);
bool fake_redis_end(fake_redis *fake);

uint16_t fake_redis_port(const fake_redis *fake);

/* Appends to the list of replies, as printf. The text is kept until the program ends. */
void fake_redis_reply(fake_redis *fake, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Instead of OK. */
void fake_redis_answer_asking(fake_redis *fake, const char *reply);

/* Sends byte by byte from now on. */
void fake_redis_slow_down(fake_redis *fake);

/* As printf; what CLUSTER SLOTS gets from now on. */
void fake_redis_set_slots(fake_redis *fake, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Has it heard exactly this? Forgets it. */
bool fake_redis_heard(fake_redis *fake, const char *commands);

/* How often CLUSTER SLOTS was asked for, and how many connections the other side has closed. */
unsigned fake_redis_maps(fake_redis *fake);
unsigned fake_redis_farewells(fake_redis *fake);

#endif
