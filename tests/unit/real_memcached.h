/*
 * real_memcached: a memcached of the test's own, for what a fake one cannot show: cas, marks and
 * ends of life, death and sleep. It ends with the test, however that ends.
 */
#ifndef STRATA_TESTS_REAL_MEMCACHED_H
#define STRATA_TESTS_REAL_MEMCACHED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
	pid_t pid; /* 0: it does not run */
	uint16_t port;
} real_memcached;

/* On a port that is free, or the one that it had before. options: NULL, or one more argument. */
void real_memcached_start(real_memcached *server, const char *option);

/* At once, with all that it holds. */
void real_memcached_kill(real_memcached *server);

/* It sleeps: what is sent to it lies in its buffers, and is executed when it wakes up. */
void real_memcached_sleep(const real_memcached *server);
void real_memcached_wake(const real_memcached *server);

/* Sends one line, with its value where it is a set, and returns the reply to it, up to "\r\n". */
const char *real_memcached_ask(const real_memcached *server, const char *line);

/* What it holds under this name, behind the envelope; NULL: nothing, or no envelope. */
const char *real_memcached_value(const real_memcached *server, const char *name);

/* A number of "stats": how many commands of a kind it has executed; 0 where there is none. */
uint64_t real_memcached_count(const real_memcached *server, const char *name);

#endif
