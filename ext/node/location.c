#include "node/location.h"

#include <netinet/in.h>
#include <string.h>

#include "os/process.h"

bool strata_location_init(strata_location *location, const strata_client_options *options,
	const char *host, uint16_t port)
{
	memset(location, 0, sizeof(*location));
	location->port = port;
	location->max_age = options->resolve_every;
	location->result =
		strata_address_read(host, port, &location->addresses.items[0], &location->cause);
	if (location->result == STRATA_MISS) {
		location->result = STRATA_OK;
		location->name = strata_name_open(options->names, options->anomalies, host);
		return location->name != NULL;
	}
	location->addresses.count = location->result == STRATA_OK ? 1 : 0;
	return location->result != STRATA_NO_MEMORY;
}

/* A child of fork() shares the socket of its parent, and reads nothing of it. */
static void drop_look(strata_location *location)
{
	strata_tls_look_free(location->look);
	location->look = NULL;
}

void strata_location_fini(strata_location *location)
{
	drop_look(location);
	strata_name_close(location->name);
	location->name = NULL;
}

static void set_port(strata_address *address, uint16_t port)
{
	if (address->bytes.any.sa_family == AF_INET6) {
		address->bytes.ipv6.sin6_port = htons(port);
	} else {
		address->bytes.ipv4.sin_port = htons(port);
	}
}

static void adopt(strata_location *location, const strata_name_view *known)
{
	location->addresses = known->addresses;
	for (uint32_t i = 0; i < location->addresses.count; i++) {
		set_port(&location->addresses.items[i], location->port);
	}
	location->version = known->version;
}

/* What is known of a name that has no address. */
static strata_result explain(const strata_name_view *known, const char **cause)
{
	*cause = known->error;
	return known->result != STRATA_OK ? known->result : STRATA_CONNECTION;
}

strata_result strata_location_find(strata_location *location, strata_usec now, const char **cause)
{
	strata_name_state state;
	const strata_name_view *known;

	*cause = location->cause;
	if (location->name == NULL) {
		return location->result;
	}
	state = strata_name_look(location->name, location->max_age, now);
	known = strata_name_known(location->name);
	if (known->version != location->version) {
		adopt(location, known);
	}
	switch (state) {
		case STRATA_NAME_KNOWN: return STRATA_OK;
		case STRATA_NAME_PENDING: return STRATA_MISS;
		case STRATA_NAME_UNKNOWN: break;
	}
	return explain(known, cause);
}

int strata_location_fd(const strata_location *location)
{
	return strata_name_fd(location->name);
}

bool strata_location_is_path(const strata_location *location)
{
	return location->name == NULL && location->addresses.count == 1 &&
		   location->addresses.items[0].bytes.any.sa_family == AF_UNIX;
}

const char *strata_location_advice(const strata_location *location)
{
	if (strata_location_is_path(location)) {
		return " (the DSN wants a socket there that this user may write to)";
	}
	return location->name != NULL && location->addresses.count == 0 &&
				   strata_dns_error_is_final(strata_name_known(location->name)->error)
			   ? " (neither DNS nor /etc/hosts knows it: mend the DSN)"
			   : NULL;
}

void strata_location_begin_look(strata_location *location, const strata_address *address,
	strata_view command, strata_usec now)
{
	drop_look(location);
	location->look = strata_tls_look_new(address, command, now);
	location->look_process = strata_process_generation();
}

bool strata_location_end_look(strata_location *location, strata_usec now, strata_tls_speech *out)
{
	*out = STRATA_SPEAKS_UNKNOWN;
	if (location->look != NULL && location->look_process != strata_process_generation()) {
		drop_look(location);
	}
	if (location->look == NULL || !strata_tls_look_advance(location->look, now, out)) {
		return false;
	}
	drop_look(location);
	return true;
}

strata_msec strata_location_since(const strata_location *location)
{
	return location->name != NULL ? strata_name_known(location->name)->since : 0;
}

bool strata_location_holds(const strata_location *location, const strata_address *address)
{
	return strata_location_is_fixed(location) ||
		   strata_address_list_find(&location->addresses, address) < location->addresses.count;
}

uint32_t strata_location_first(const strata_location *location)
{
	return location->name != NULL ? strata_name_first(location->name, location->port) : 0;
}

static void prefer(const strata_location *location, const strata_address *address)
{
	strata_name_prefer(location->name, location->port, address);
}

/* The preferred one fails: the next one is. Where another one is preferred, that stays. */
static void pass_over(const strata_location *location, const strata_address *address)
{
	const strata_address_list *addresses = &location->addresses;
	uint32_t index = strata_address_list_find(addresses, address);

	if (addresses->count > 1 && index == strata_location_first(location)) {
		prefer(location, &addresses->items[(index + 1) % addresses->count]);
	}
}

/* Trouble of this host, and an answer that the node is full, say nothing of where it is. */
void strata_location_learn(const strata_location *location, const strata_address *address,
	strata_outcome outcome, strata_usec now)
{
	if (strata_location_is_fixed(location)) {
		return;
	}
	switch (outcome) {
		case STRATA_OUTCOME_OK:
			if (address != NULL) {
				prefer(location, address);
			}
			return;
		case STRATA_OUTCOME_FULL:
		case STRATA_OUTCOME_LOCAL: return;
		case STRATA_OUTCOME_HARD:
		case STRATA_OUTCOME_SOFT:
		case STRATA_OUTCOME_STALE:
		case STRATA_OUTCOME_PROTOCOL:
		case STRATA_OUTCOME_NOT_READY:
		case STRATA_OUTCOME_AUTH: break;
	}
	strata_location_expire(location, now);
	if (address != NULL) {
		pass_over(location, address);
	}
}

void strata_location_expire(const strata_location *location, strata_usec now)
{
	if (location->name != NULL) {
		strata_name_expire(location->name, now);
	}
}
