/*
 * fake_memcached — a scripted server that is a small memcached: it keeps items with a cas and a
 * time to live, and understands the meta commands that strata sends. It can be told to lie, and to
 * let somebody else change an item between two commands.
 */
#ifndef STRATA_TESTS_FAKE_MEMCACHED_H
#define STRATA_TESTS_FAKE_MEMCACHED_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "scripted_server.h"

enum { FAKE_ITEMS = 16, FAKE_NAME = 260, FAKE_VALUE = 512 };

typedef struct {
	char key[FAKE_NAME];
	char value[FAKE_VALUE];
	size_t size;
	uint64_t cas;
	uint32_t ttl;    /* as it was sent; nothing expires here */
	bool is_awaited; /* a get made it, and its value has not come */
} fake_item;

typedef struct fake_memcached {
	scripted_server *server;
	scripted_step script[2];
	pthread_mutex_t lock; /* guards what follows while the server runs */
	fake_item items[FAKE_ITEMS];
	size_t count;
	uint64_t cas;  /* of the item changed last */
	unsigned lies; /* so many gets more are answered with the first item's value, well addressed */
	const char *error;    /* the next command is answered with this line; NULL: as it should be */
	bool has_no_cas;      /* as one that was started with -C */
	bool lacks_vivify;    /* as one that does not know N of mg */
	int64_t seconds_left; /* what gets say; -2: the time to live that was sent */

	/* Called under the lock before a command is looked at; NULL: nobody. */
	void (*meanwhile)(struct fake_memcached *fake, const char *verb);
	char heard
		[4096]; /* the verbs with their keys and what matters of their flags: "mg k; ms k E; " */
} fake_memcached;

void fake_memcached_start(fake_memcached *fake);
bool fake_memcached_end(fake_memcached *fake);
uint16_t fake_memcached_port(const fake_memcached *fake);

/* Tell it what the fields of this name say. */
void fake_memcached_lie(fake_memcached *fake, unsigned lies);
void fake_memcached_fail(fake_memcached *fake, const char *error);
void fake_memcached_lose_cas(fake_memcached *fake);
void fake_memcached_lose_vivify(fake_memcached *fake);
void fake_memcached_say_left(fake_memcached *fake, int64_t seconds_left);
void fake_memcached_let(fake_memcached *fake,
	void (*meanwhile)(fake_memcached *fake, const char *verb));

/* These take the lock, too; those with "locked" are for meanwhile(). */
void fake_memcached_hold(fake_memcached *fake, const char *key, const void *value, size_t size);
void fake_memcached_hold_locked(fake_memcached *fake, const char *key, const void *value,
	size_t size);
fake_item fake_memcached_item(fake_memcached *fake, const char *key); /* all zero: not there */
void fake_memcached_lose_locked(fake_memcached *fake, const char *key);
fake_item *fake_memcached_find_locked(fake_memcached *fake, const char *key);

/* Has it heard exactly this? Forgets it. */
bool fake_memcached_heard(fake_memcached *fake, const char *commands);

unsigned fake_memcached_connections(fake_memcached *fake);

#endif
