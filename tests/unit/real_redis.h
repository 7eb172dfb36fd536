/*
 * real_redis: a redis-server of the test's own, for what a toy cannot show: scripts, the ends of
 * keys, users, slots that move. It ends with the test, however that ends.
 */
#ifndef STRATA_TESTS_REAL_REDIS_H
#define STRATA_TESTS_REAL_REDIS_H

#include <hiredis/hiredis.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
	pid_t pid;
	uint16_t port;
	uint16_t bus; /* of a node: where other nodes speak to it */
	char folder[64];
	redisContext *raw; /* for what the test itself asks */
} real_redis;

/* How it runs: alone, or as a node of a cluster that knows no other node yet. */
typedef enum { REAL_REDIS_ALONE, REAL_REDIS_NODE } real_redis_role;

void real_redis_start(real_redis *server, real_redis_role role);
void real_redis_end(real_redis *server);

/* The reply to one command, in the format of hiredis: "%b" are bytes and their size. */
redisReply *real_redis_ask(real_redis *server, const char *format, ...);

/* The same, for replies that are a number, or "OK" (1); everything else is printed, and -9. */
int64_t real_redis_tell(real_redis *server, const char *format, ...);

/* Until the reply has this text in it, for 10 s at most. */
bool real_redis_comes_to(real_redis *server, const char *command, const char *text);

#endif
