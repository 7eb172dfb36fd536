#include "cache/servers/check.h"

#include <string.h>

#include "tier/remote_key.h"

enum { TIME = 2000000 /* usec, for one question to one server */ };

/* What to do about a server that is not reached, as docs/operations.md has it under Reasons. */
static const struct {
	strata_result result;
	const char *text;
} ways_out[] = {
	{ STRATA_REFUSED, "start the server, or mend the port or the firewall" },
	{ STRATA_TIMEOUT, "look for a firewall that drops packets; raise strata.connect_timeout and "
					  "strata.operation_timeout where the network is slow" },
	{ STRATA_CONNECTION,
		"mend the name or the address, or the network between this host and the server" },
	{ STRATA_PROTOCOL, "look for another program on that port, or a proxy in between" },
	{ STRATA_DESYNC, "look for a proxy in between that shares connections" },
	{ STRATA_TLS, "mend strata.tls_ca, strata.tls_name or the certificate; the scheme has an s "
				  "where the server wants TLS, and none where it does not" },
	{ STRATA_AUTH, "mend user and password of the DSN, or the ACL of the server" },
	{ STRATA_UNSUPPORTED, "use the scheme that fits the server, and memcached 1.6.18 or newer" },
	{ STRATA_NOT_READY, "wait until it has loaded its data" },
	{ STRATA_FULL, "raise maxclients (-c of memcached), or have fewer workers" },
	{ STRATA_EXHAUSTED, "raise ulimit -n of this process" },
	{ STRATA_NO_OWNER, "look at the sentinels: the master is in another place" },
	{ STRATA_BREAKER_OPEN,
		"look at its cause in strata_status(), and ask again when seconds_left is over" },
};

/* Where the words of the server say more than the result. */
static const struct {
	strata_result result;
	const char *word;
	const char *text;
} ways_out_by_word[] = {
	{ STRATA_AUTH, ": SELECT ", "let ACL SETUSER give the user +select" },
	{ STRATA_UNSUPPORTED, ": SELECT ", "name a database number that the server has, or none" },
	{ STRATA_SERVER, " READONLY", "let ACL SETUSER give the user +readonly" },
	{ STRATA_CONNECTION, "want TLS?", "use the scheme with an s where the server wants TLS" },
	{ STRATA_TIMEOUT, "speak TLS?",
		"use the scheme without an s where the server speaks no TLS; look for a firewall that "
		"drops packets otherwise" },
	{ STRATA_TLS, "speaks no TLS", "use the scheme without an s, or turn TLS on at the server" },
	{ STRATA_TLS, "does not speak TLS",
		"use the scheme without an s, or turn TLS on at the server" },
};

static const char *way_out(strata_result result, const char *error)
{
	for (size_t i = 0; i < sizeof(ways_out_by_word) / sizeof(ways_out_by_word[0]); i++) {
		if (ways_out_by_word[i].result == result &&
			strstr(error, ways_out_by_word[i].word) != NULL) {
			return ways_out_by_word[i].text;
		}
	}
	for (size_t i = 0; i < sizeof(ways_out) / sizeof(ways_out[0]); i++) {
		if (ways_out[i].result == result) {
			return ways_out[i].text;
		}
	}
	return "look at the log of the server";
}

static void say_what_was_not_reached(strata_findings *findings, const strata_checked_node *from)
{
	for (const strata_checked_node *node = from; node != NULL; node = node->next) {
		if (node->result != STRATA_OK) {
			strata_findings_say(findings, STRATA_SEVERITY_ERROR, node, "%s: %s", node->error,
				way_out(node->result, node->error));
		}
	}
}

static strata_checked_node *last_of(const strata_findings *findings)
{
	strata_checked_node *last = findings->nodes;

	while (last != NULL && last->next != NULL) {
		last = last->next;
	}
	return last;
}

void strata_cache_check(strata_database *database, strata_database_use use,
	strata_findings *findings)
{
	const strata_check_order order = {
		.use = use,
		.max_value = database->keyspace.max_value,
		.most_inflight = (uint32_t) database->settings.max_inflight,
		.key = strata_remote_key_of_generation(findings->arena, &database->keyspace, ":check"),
		.time = TIME,
	};

	findings->has_failed |= order.key.data == NULL;
	for (size_t i = 0; i < database->tier_count + database->deeper && order.key.data != NULL; i++) {
		strata_tier *tier = &database->tiers[i];
		const strata_checked_node *last = last_of(findings);

		if (tier->ops->check != NULL) {
			tier->ops->check(tier, &order, findings);
			say_what_was_not_reached(findings, last != NULL ? last->next : findings->nodes);
		}
	}
}
