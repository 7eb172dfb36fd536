#include "cache/servers/check.h"

#include "tier/remote_key.h"

enum { TIME = 2000000 /* usec, for one question to one server */ };

/* What to do about a server that is not reached, as docs/operations.md has it under Reasons. */
static const char *way_out(strata_result result)
{
	switch (result) {
		case STRATA_REFUSED: return "start the server, or mend the port or the firewall";
		case STRATA_TIMEOUT:
			return "look for a firewall that drops packets; raise strata.connect_timeout and "
				   "strata.operation_timeout where the network is slow";
		case STRATA_CONNECTION:
			return "mend the name or the address, or the network between this host and the server";
		case STRATA_PROTOCOL:
		case STRATA_DESYNC: return "look for another program on that port, or a proxy in between";
		case STRATA_TLS:
			return "mend strata.tls_ca, strata.tls_name or the certificate; use the scheme with an "
				   "s "
				   "where the server wants TLS, and the one without where it does not";
		case STRATA_AUTH: return "mend user and password of the DSN, or the ACL of the server";
		case STRATA_UNSUPPORTED:
			return "use the scheme that fits the server, and memcached 1.6.18 or newer";
		case STRATA_NOT_READY: return "wait until it has loaded its data";
		case STRATA_FULL: return "raise maxclients (-c of memcached), or have fewer workers";
		case STRATA_EXHAUSTED: return "raise ulimit -n of this process";
		case STRATA_NO_OWNER: return "look at the sentinels: the server is in another place";
		case STRATA_BREAKER_OPEN:
			return "look at its cause in strata_status(), and ask again when seconds_left is over";
		case STRATA_OK:
		case STRATA_STALE:
		case STRATA_MISS:
		case STRATA_NOT_STORED:
		case STRATA_NOT_INTEGER:
		case STRATA_OVERFLOW:
		case STRATA_FOREIGN:
		case STRATA_OTHER_KEY:
		case STRATA_CORRUPT:
		case STRATA_UNKNOWN_CODEC:
		case STRATA_TOO_LARGE:
		case STRATA_BUSY:
		case STRATA_UNCONFIGURED:
		case STRATA_NO_GENERATION:
		case STRATA_BULKHEAD:
		case STRATA_SHED:
		case STRATA_CONNECT_RATE:
		case STRATA_BUDGET:
		case STRATA_SERVER:
		case STRATA_REDIRECTS:
		case STRATA_NO_MEMORY: break;
	}
	return "look at the log of the server";
}

static void say_what_was_not_reached(strata_findings *findings, const strata_checked_node *from)
{
	for (const strata_checked_node *node = from; node != NULL; node = node->next) {
		if (node->result != STRATA_OK) {
			strata_findings_say(findings, STRATA_SEVERITY_ERROR, node, "%s: %s", node->error,
				way_out(node->result));
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
