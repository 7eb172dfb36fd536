/*
 * A gate decides which process looks a name up, not a lock: one that dies meanwhile is followed by
 * the next a second later, and no process has waited for it.
 *
 * What was found is a published blob. A lookup that ends when another one has ended since it began
 * is old news and changes nothing. A lookup that found nothing changes the error and the moment,
 * and leaves the addresses: a server that is well does not go because a name server is down.
 *
 * Addresses in the blob are numbers, not what the kernel calls an address, so that damage makes at
 * worst another address, as a wrong answer of a name server would. What connects there proves what
 * it is like everything else.
 */
#include "net/resolver/name_table.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "host/published.h"
#include "host/registry.h"
#include "os/root_directory.h"

enum { RECORD_COUNT = 1024, HOST_ROOM = 256, PORTS = 4, AHEAD = 1000 /* msec */ };

/* msec between two lookups; failures do not make them rarer */
static const strata_gate_pace pace = { .interval = 1000, .longest = 1000 };

/* An address as it lies in shared memory. */
typedef struct {
	uint8_t number[16]; /* of which IPv4 takes 4 */
	uint32_t scope;     /* of IPv6 */
	uint32_t is_ipv6;
} stored_address;

typedef struct {
	strata_msec since, answered_at, asked_at;
	uint32_t result;
	uint32_t count;
	stored_address addresses[STRATA_ADDRESSES_MOST];
	char error[STRATA_DNS_ERROR_ROOM];
} stored;

struct strata_name_record {
	char host[HOST_ROOM];
	strata_gate gate;
	_Atomic uint64_t expired_at;
	_Atomic uint64_t first[PORTS]; /* {48 bits of the hash of an address | port: 16}, by port */
	strata_published_head head;
	_Atomic uint64_t words[STRATA_PUBLISHED_WORDS(sizeof(stored))];
};

struct strata_name_table {
	strata_registry *records;
	strata_root_directory root; /* of the process that made the table */
};

/* ---- records ---- */

static void on_claim(void *user, void *claimed, const void *names)
{
	strata_name_record *record = claimed;

	(void) user;
	memcpy(record->host, names, strnlen(names, HOST_ROOM - 1));
}

strata_result strata_name_table_new(strata_host *host, strata_process_slots *slots,
	strata_name_table **out)
{
	static const strata_registry_shape shape = { .size = sizeof(strata_name_record),
		.count = RECORD_COUNT,
		.on_claim = on_claim };
	strata_name_table *table = calloc(1, sizeof(*table));
	strata_result result;

	*out = NULL;
	if (table == NULL) {
		return STRATA_NO_MEMORY;
	}
	result = strata_registry_new(host, slots, &shape, &table->records);
	if (result != STRATA_OK) {
		free(table);
		return result;
	}
	table->root = strata_root_directory_look();
	*out = table;
	return STRATA_OK;
}

void strata_name_table_free(strata_name_table *table)
{
	if (table != NULL) {
		strata_registry_free(table->records);
		free(table);
	}
}

/*
 * A pool in a chroot has hosts and resolv.conf of its own, or none at all. What it finds is nothing
 * for others to go by.
 */
strata_name_record *strata_name_table_acquire(strata_name_table *table, const char *host)
{
	uint64_t key = strata_hash_of(strata_view_of(host), strata_root_directory_mark(table->root));

	return strata_registry_acquire(table->records, key, host);
}

void strata_name_table_release(strata_name_table *table, const strata_name_record *record)
{
	strata_registry_release(table->records, record);
}

strata_name_record *strata_name_record_new(void)
{
	return calloc(1, sizeof(strata_name_record));
}

void strata_name_record_free(strata_name_record *record)
{
	free(record);
}

/* ---- addresses in shared memory ---- */

static void store_address(stored_address *out, const strata_address *address)
{
	memset(out, 0, sizeof(*out));
	if (address->bytes.any.sa_family == AF_INET6) {
		memcpy(out->number, &address->bytes.ipv6.sin6_addr, sizeof(struct in6_addr));
		out->scope = address->bytes.ipv6.sin6_scope_id;
		out->is_ipv6 = 1;
	} else {
		memcpy(out->number, &address->bytes.ipv4.sin_addr, sizeof(struct in_addr));
	}
}

static void load_address(strata_address *out, const stored_address *address)
{
	memset(out, 0, sizeof(*out));
	if (address->is_ipv6 != 0) {
		out->bytes.ipv6.sin6_family = AF_INET6;
		memcpy(&out->bytes.ipv6.sin6_addr, address->number, sizeof(struct in6_addr));
		out->bytes.ipv6.sin6_scope_id = address->scope;
		out->size = sizeof(out->bytes.ipv6);
	} else {
		out->bytes.ipv4.sin_family = AF_INET;
		memcpy(&out->bytes.ipv4.sin_addr, address->number, sizeof(struct in_addr));
		out->size = sizeof(out->bytes.ipv4);
	}
}

/* The order is a matter of the name server's mood. */
static bool are_same(const stored *one, const stored *other)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < one->count; i++) {
		for (uint32_t j = 0; j < other->count; j++) {
			found += memcmp(&one->addresses[i], &other->addresses[j], sizeof(stored_address)) == 0;
		}
	}
	return one->count == other->count && found == one->count;
}

/* ---- reading ---- */

/* published.h has no handle for reading alone: readers cast, and write nothing. */
static strata_published published_of(const strata_name_record *record)
{
	strata_name_record *shared = (strata_name_record *) record;

	return (strata_published){ &shared->head, shared->words, sizeof(stored) };
}

uint64_t strata_name_record_version(const strata_name_record *record)
{
	return strata_published_version(published_of(record));
}

/* Another process may have read the clock later. More than that ahead is damage. */
static strata_msec past_of(strata_msec moment, strata_msec now)
{
	if (moment <= now) {
		return moment;
	}
	return moment - now <= AHEAD ? now : 0;
}

/* Nothing, with its version, when there is none or it is damaged. */
static void read_stored(const strata_name_record *record, stored *out, uint64_t *version)
{
	size_t size;

	if (strata_published_read(published_of(record), out, &size, version) != STRATA_OK ||
		size != sizeof(*out)) {
		memset(out, 0, sizeof(*out));
	}
	out->count = out->count <= STRATA_ADDRESSES_MOST ? out->count : 0;
	out->error[sizeof(out->error) - 1] = '\0';
	if (out->result >= STRATA_RESULT_COUNT) {
		out->result = STRATA_CONNECTION;
	}
}

void strata_name_record_read(const strata_name_record *record, strata_msec now,
	strata_name_view *out)
{
	stored read;

	memset(out, 0, sizeof(*out));
	read_stored(record, &read, &out->version);
	for (uint32_t i = 0; i < read.count; i++) {
		load_address(&out->addresses.items[i], &read.addresses[i]);
	}
	out->addresses.count = read.count;
	out->since = past_of(read.since, now);
	out->answered_at = past_of(read.answered_at, now);
	out->asked_at = past_of(read.asked_at, now);
	out->result = (strata_result) read.result;
	memcpy(out->error, read.error, sizeof(out->error));
}

/* ---- looking up ---- */

strata_gate_answer strata_name_record_take(strata_name_record *record, strata_msec now,
	uint64_t *ticket)
{
	return strata_gate_take(&record->gate, pace, now, ticket);
}

void strata_name_record_end(strata_name_record *record, uint64_t ticket)
{
	strata_gate_end(&record->gate, ticket, STRATA_GATE_FAILED);
}

bool strata_name_record_is_asked(const strata_name_record *record, strata_msec now)
{
	return strata_gate_is_held(&record->gate, pace.interval, now);
}

static void store_found(stored *next, const strata_address_list *found, strata_msec asked_at)
{
	next->count = found->count;
	memset(next->addresses, 0, sizeof(next->addresses));
	for (uint32_t i = 0; i < found->count; i++) {
		store_address(&next->addresses[i], &found->items[i]);
	}
	next->answered_at = asked_at;
}

bool strata_name_record_publish(strata_name_record *record, uint64_t version,
	const strata_dns_answer *end, strata_msec asked_at)
{
	stored former, next;
	uint64_t known;
	bool has_changed;

	read_stored(record, &former, &known);
	next = former;
	if (end->result == STRATA_OK) {
		store_found(&next, &end->addresses, asked_at);
	}
	has_changed = !are_same(&former, &next);
	next.since = has_changed ? asked_at : former.since;
	next.asked_at = asked_at;
	next.result = end->result;
	memset(next.error, 0, sizeof(next.error));
	snprintf(next.error, sizeof(next.error), "%s", end->error);
	return strata_published_publish(published_of(record), version,
			   (strata_view){ (const char *) &next, sizeof(next) }) &&
		   has_changed && former.count > 0;
}

/* ---- hints ---- */

void strata_name_record_expire(strata_name_record *record, strata_msec now)
{
	/* Every operation on a dead server says so. */
	if (atomic_load_explicit(&record->expired_at, memory_order_relaxed) != now) {
		atomic_store_explicit(&record->expired_at, now, memory_order_relaxed);
	}
}

strata_msec strata_name_record_expired_at(const strata_name_record *record, strata_msec now)
{
	return past_of(atomic_load_explicit(&record->expired_at, memory_order_relaxed), now);
}

static uint64_t word_of(uint16_t port, const strata_address *address)
{
	stored_address plain;

	store_address(&plain, address);
	return strata_hash_of((strata_view){ (const char *) &plain, sizeof(plain) }, 0) << 16 | port;
}

uint32_t strata_name_record_first(const strata_name_record *record, uint16_t port,
	const strata_address_list *addresses)
{
	uint64_t first = atomic_load_explicit(&record->first[port % PORTS], memory_order_relaxed);

	for (uint32_t i = 0; first != 0 && i < addresses->count; i++) {
		if (word_of(port, &addresses->items[i]) == first) {
			return i;
		}
	}
	return 0;
}

void strata_name_record_prefer(strata_name_record *record, uint16_t port,
	const strata_address *address)
{
	_Atomic uint64_t *first = &record->first[port % PORTS];
	uint64_t word = word_of(port, address);

	/* It is nearly always the same, and a line that is only read stays with all processors. */
	if (atomic_load_explicit(first, memory_order_relaxed) != word) {
		atomic_store_explicit(first, word, memory_order_relaxed);
	}
}

/* ---- status ---- */

bool strata_name_table_describe(const strata_name_table *table, uint32_t place, strata_msec now,
	strata_name_status *out)
{
	const strata_name_record *record = strata_registry_at(table->records, place);

	memset(out, 0, sizeof(*out));
	if (record == NULL) {
		return false;
	}
	memcpy(out->host, record->host, sizeof(record->host) - 1);
	strata_name_record_read(record, now, &out->view);
	return out->host[0] != '\0';
}

uint32_t strata_name_table_count(const strata_name_table *table)
{
	return strata_registry_count(table->records);
}
