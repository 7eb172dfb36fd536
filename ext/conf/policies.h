/* policies: what operators decide about keys that begin in a certain way. */
#ifndef STRATA_CONF_POLICIES_H
#define STRATA_CONF_POLICIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/time.h"
#include "base/view.h"

/*
 * Policies are written the same way in php.ini and in the topology file, where the pattern is the
 * name of a section:
 *
 *     strata.catalog.policies = "product:* ttl=10m, stale=1m; session:* tiers=memcached,redis"
 *
 *     [catalog/product:*]
 *     ttl = 10m, stale = 1m
 *
 * A pattern is the beginning of keys and a *, which alone means all keys. The options that follow
 * are separated by blanks or by a comma, and policies by semicolons. No option stands twice. A
 * policy without options takes its keys out of a shorter pattern's.
 */
enum {
	STRATA_POLICIES_MOST = 64,  /* of one database */
	STRATA_POLICY_LONGEST = 80, /* bytes of a prefix: as many as status shows */
	STRATA_POLICY_ERROR = 240
};

/* Bits: which options a policy has. */
enum {
	STRATA_POLICY_TTL = 1,
	STRATA_POLICY_STALE = 2,
	STRATA_POLICY_LOCAL_TTL = 4,
	STRATA_POLICY_TIERS = 8
};

/* Bits: the tiers, nearest first. */
enum {
	STRATA_POLICY_LOCAL = 1,
	STRATA_POLICY_MEMCACHED = 2,
	STRATA_POLICY_REDIS = 4,
	STRATA_POLICY_ALL_TIERS = 7
};

typedef struct {
	strata_view prefix;    /* of the keys; empty: all. Points into the text that was read */
	strata_msec ttl;       /* where a program gave none; and no longer than that */
	strata_msec stale;     /* likewise, for remember() */
	strata_msec local_ttl; /* in place of the database's; 0: no copy is kept on the host */
	uint8_t given;         /* which of these, and of tiers */
	uint8_t tiers;         /* all of them where none are given */
} strata_policy;

/* In no order, with no prefix twice. */
typedef struct {
	strata_policy items[STRATA_POLICIES_MOST];
	uint32_t count;
} strata_policies;

/*
 * Each understands the whole text or nothing: false with one sentence in error, which names the
 * word that is wrong and what is accepted.
 */
bool strata_policies_parse(strata_view text, strata_policies *out, char error[STRATA_POLICY_ERROR]);

/* "product:*" as the prefix of a policy without options. */
bool strata_policy_parse_pattern(strata_view pattern, strata_policy *out,
	char error[STRATA_POLICY_ERROR]);

/* Adds options to a policy, which keeps its own where they are refused. */
bool strata_policy_parse_options(strata_view text, strata_policy *policy,
	char error[STRATA_POLICY_ERROR]);

/* Does one of them have exactly this prefix? */
bool strata_policies_have(const strata_policies *policies, strata_view prefix);

/* As strata_policies_parse() reads it. Returns 0, or -1 when out of memory. */
int strata_policy_print(const strata_policy *policy, strata_buffer *out);

/* "local,redis": at most 22 bytes with the NUL. */
enum { STRATA_POLICY_TIERS_TEXT = 22 };
void strata_policy_print_tiers(uint8_t tiers, char text[STRATA_POLICY_TIERS_TEXT]);

#endif
