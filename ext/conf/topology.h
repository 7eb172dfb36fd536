/* topology: the file that operators change while PHP runs. */
#ifndef STRATA_CONF_TOPOLOGY_H
#define STRATA_CONF_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"
#include "conf/policies.h"
#include "conf/settings.h"

/* One line of the file. The views point into strata_topology.text. */
typedef struct {
	strata_view database;
	const strata_setting *setting;
	strata_view text;
} strata_topology_option;

/* A section with a pattern. Its views point there, too. */
typedef struct {
	strata_view database;
	strata_policy policy;
} strata_topology_policy;

/*
 * What one version of the file says, whole and valid:
 *
 *     disabled = 10.0.2.1:7000, [::1]:7001, /run/redis.sock
 *     [default]
 *     redis = "redis-cluster://10.0.2.1:7000"
 *     [feed]
 *     operation_timeout = 50ms       ; strata.feed.operation_timeout
 *     [feed/page:*]
 *     ttl = 10m, tiers = local, redis
 *
 * `disabled` may stand anywhere and more than once: a node is one for all databases. As in php.ini,
 * the options of default are the common ones, an unquoted value ends at a semicolon, and a quoted
 * one at its quote. A section with a pattern holds a policy (conf/policies.h), on one line or more.
 * All zeroes is what an empty file says. The coming file, which lies beside it, also says from when
 * on it counts:
 *
 *     from = 2026-12-01T03:00:00Z
 */
typedef struct {
	char *text;
	strata_topology_option *options;
	strata_topology_policy *policies;
	strata_view *disabled; /* names of nodes */
	uint64_t from;         /* microseconds since 1970; 0: nothing is said of it */
	uint32_t option_count;
	uint32_t policy_count;
	uint32_t disabled_count;
} strata_topology;

enum {
	STRATA_TOPOLOGY_LONGEST = 64 << 10, /* bytes of a file */
	STRATA_TOPOLOGY_MOST_DISABLED = 64, /* nodes in a file */
	STRATA_TOPOLOGY_ERROR = 640
};

/*
 * False with one sentence in error, which names the line and never repeats a secret; *out is then
 * empty. The text is copied. is_database says whether a section may have this name.
 */
bool strata_topology_parse(strata_view text, bool (*is_database)(strata_view name),
	strata_topology *out, char error[STRATA_TOPOLOGY_ERROR]);

/* Frees the memory and leaves what an empty file says. */
void strata_topology_fini(strata_topology *topology);

/* What stands there for this database itself; its data is NULL where nothing does. */
strata_view strata_topology_text(const strata_topology *topology, const char *database,
	const strata_setting *setting);

/* The policies that stand there for this database itself. */
void strata_topology_policies(const strata_topology *topology, const char *database,
	strata_policies *out);

bool strata_topology_disables(const strata_topology *topology, strata_view node);

/* Do both name the same servers for every database? */
bool strata_topology_same_servers(const strata_topology *one, const strata_topology *other);

/* Do both also agree on which of them answer? */
bool strata_topology_same_places(const strata_topology *one, const strata_topology *other);

/* Do both say the same of every database, whatever the order and the moment? */
bool strata_topology_equal(const strata_topology *one, const strata_topology *other);

/* Does a password or a key stand there, which only this user should read? */
bool strata_topology_has_secret(const strata_topology *topology);

#endif
