/* dsn: the servers that a text names, and the credentials for them. */
#ifndef STRATA_CONF_DSN_H
#define STRATA_CONF_DSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/view.h"

typedef enum {
	STRATA_SCHEME_MEMCACHED,
	STRATA_SCHEME_REDIS,
	STRATA_SCHEME_REDIS_CLUSTER,
	STRATA_SCHEME_REDIS_SENTINEL
} strata_scheme;

typedef struct {
	char *host;      /* name or address; the path of a unix socket when it begins with / */
	uint16_t port;   /* 0 for a unix socket */
	uint32_t weight; /* 1 unless ?weight= says otherwise; memcached only */
	char *ring_name; /* memcached only: decides the place on the ring; NULL: host and port do */
} strata_dsn_server;

enum { STRATA_DSN_LONGEST_RING_NAME = 64 };

/*
 *     memcached://[name=]host[:port][?weight=n],...     port 11211
 *     redis://[user:password@]host[:port][/database]    port 6379, database 0
 *     redis-cluster://[user:password@]host[:port],host...
 *     redis-sentinel://[user:password@]host[:port],host.../master[/database]    port 26379
 * memcacheds://, rediss://, rediss-cluster:// and rediss-sentinel:// are the same through TLS. The
 * hosts of the last one are sentinels, the user and the password are the master's.
 * A host is a name, an IPv4 address, [an IPv6 address] or the path of a unix socket, which begins
 * with a slash (redis:///run/redis.sock?database=2); the nodes of a cluster and sentinels have no
 * such path, and TLS has nothing to prove there.
 * Userinfo ends at the last @, its percent-escapes are decoded, and `user@`, `:password@` and
 * `user:password@` are accepted. An empty password is an error, because that is what an undefined
 * ${VARIABLE} leaves behind. No server is named twice. Either all servers of memcached have a ring
 * name, of A-Z a-z 0-9 _ . -, or none has; no two have the same.
 */
typedef struct {
	strata_scheme scheme;
	bool is_secure; /* through TLS */
	char *user;     /* NULL when there is none */
	char *password; /* NULL when there is none */
	char *master;   /* the name under which sentinels know it; NULL with another scheme */
	strata_dsn_server *servers;
	uint32_t count;    /* of servers, at least 1 */
	uint32_t database; /* redis and redis-sentinel only */
} strata_dsn;

enum { STRATA_DSN_ERROR = 200 };

/* False with one sentence in error (never a secret in it); *out is then empty but valid. */
bool strata_dsn_parse(strata_view text, strata_dsn *out, char error[STRATA_DSN_ERROR]);
void strata_dsn_fini(strata_dsn *dsn);

#endif
