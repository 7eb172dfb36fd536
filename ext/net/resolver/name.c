/*
 * A look goes by what the host knows, and is two loads where nothing is due. A lookup is begun by
 * the one process whose turn it is, in the middle of whatever it does, and belongs to that thread
 * and not to an operation: the operation that began it may end long before the name server answers.
 * Whatever the thread does next goes on with it. Other processes use what is known meanwhile. Where
 * nothing is known they look again every few milliseconds, within their own deadlines.
 *
 *     due   nothing is known; or it expired after it was last asked for; or it is too old
 *     turn  the gate of the name, once a second
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/resolver/name.h"

#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/thread.h"
#include "os/clock.h"
#include "os/process.h"

enum {
	TICK = 3000000,   /* nsec between two looks at what another process finds */
	TRY_AGAIN = 5000, /* msec after a lookup that found nothing, where addresses are known */
	NO_FD = -1
};

struct strata_name {
	strata_name *next; /* of this thread */
	uint32_t uses;
	uint32_t generation; /* of the process that record, lookup and ticker belong to */
	strata_name_table *table;
	strata_anomalies *anomalies;
	strata_name_record *record;
	bool is_private; /* the record is */
	strata_name_view view;
	strata_dns_query *query; /* under way; NULL: none */
	uint64_t ticket;
	uint64_t asked_version; /* in force when it began */
	strata_msec asked_at;
	int ticker; /* of strata_name_fd(), while another process looks the name up */
	char host[];
};

/* All names of this thread, and how many of them are being looked up by it. */
static STRATA_THREAD_LOCAL strata_name *names;
static STRATA_THREAD_LOCAL uint32_t under_way;

/* ---- life ---- */

static void drop_query(strata_name *name)
{
	if (name->query != NULL) {
		strata_dns_query_free(name->query);
		name->query = NULL;
		under_way--;
	}
}

static void drop_ticker(strata_name *name)
{
	if (name->ticker != NO_FD) {
		close(name->ticker);
		name->ticker = NO_FD;
	}
}

/* False when out of memory. */
static bool take_record(strata_name *name)
{
	strata_name_record *shared =
		name->table != NULL ? strata_name_table_acquire(name->table, name->host) : NULL;

	name->is_private = shared == NULL;
	name->record = shared != NULL ? shared : strata_name_record_new();
	return name->record != NULL;
}

static void give_record(strata_name *name)
{
	if (name->is_private) {
		strata_name_record_free(name->record);
	} else if (name->generation == strata_process_generation()) {
		strata_name_table_release(name->table, name->record);
	}
	name->record = NULL;
}

static strata_name *new_name(strata_name_table *table, strata_anomalies *anomalies,
	const char *host)
{
	size_t size = strlen(host) + 1;
	strata_name *name = calloc(1, sizeof(*name) + size);

	if (name == NULL) {
		return NULL;
	}
	memcpy(name->host, host, size);
	name->table = table;
	name->anomalies = anomalies;
	name->generation = strata_process_generation();
	name->ticker = NO_FD;
	if (!take_record(name)) {
		free(name);
		return NULL;
	}
	name->next = names;
	names = name;
	return name;
}

strata_name *strata_name_open(strata_name_table *table, strata_anomalies *anomalies,
	const char *host)
{
	strata_name *name = names;

	while (name != NULL && (name->table != table || strcmp(name->host, host) != 0)) {
		name = name->next;
	}
	if (name == NULL) {
		name = new_name(table, anomalies, host);
	}
	if (name != NULL) {
		name->uses++;
	}
	return name;
}

void strata_name_close(strata_name *name)
{
	strata_name **link = &names;

	if (name == NULL || --name->uses > 0) {
		return;
	}
	while (*link != NULL && *link != name) {
		link = &(*link)->next;
	}
	if (*link == name) {
		*link = name->next;
	}
	drop_query(name);
	drop_ticker(name);
	give_record(name);
	free(name);
}

/*
 * A child of fork() has the sockets of its parent's lookup, which it must not read, and holds no
 * record. What it knew stays in view where there is no memory for another.
 */
static STRATA_COLD void leave_parent(strata_name *name)
{
	strata_name_record *former = name->record;
	bool was_private = name->is_private;

	drop_query(name);
	drop_ticker(name);
	if (take_record(name)) {
		if (was_private) {
			strata_name_record_free(former);
		}
	} else {
		name->record = former;
		name->is_private = was_private;
	}
	name->generation = strata_process_generation();
}

/* ---- looking up ---- */

static void log_move(const strata_name *name)
{
	char where[STRATA_ADDRESS_TEXT_ROOM];
	strata_name_view view;

	strata_name_record_read(name->record, name->asked_at, &view);
	strata_address_print(&view.addresses.items[0], where);
	strata_anomalies_add(name->anomalies, name->host, "moved", where);
}

static void end(strata_name *name)
{
	const strata_dns_answer *found = strata_dns_query_answer(name->query);
	bool has_moved =
		strata_name_record_publish(name->record, name->asked_version, found, name->asked_at);

	strata_name_record_end(name->record, name->ticket);
	if (has_moved) {
		log_move(name);
	}
	drop_query(name);
}

static void go_on(strata_name *name, strata_usec now)
{
	if (name->generation != strata_process_generation()) {
		leave_parent(name);
	} else if (strata_dns_query_advance(name->query, now)) {
		end(name);
	}
}

/* Without memory or descriptors it is as if the answer never came. */
static void begin(strata_name *name, strata_usec now)
{
	static const strata_dns_answer no_memory = { .result = STRATA_NO_MEMORY,
		.error = "there is no memory, or no file descriptor, to look it up" };

	name->asked_at = strata_msec_of(now);
	name->asked_version = strata_name_record_version(name->record);
	name->query = strata_dns_query_new(name->host,
		name->view.addresses.count > 0 ? STRATA_DNS_BOTH_FAMILIES : STRATA_DNS_EITHER_FAMILY, now);
	if (name->query != NULL) {
		under_way++;
		go_on(name, now);
	} else {
		(void) strata_name_record_publish(name->record, name->asked_version, &no_memory,
			name->asked_at);
		strata_name_record_end(name->record, name->ticket);
	}
}

static bool is_due(const strata_name *name, strata_msec max_age, strata_msec now)
{
	const strata_name_view *view = &name->view;
	strata_msec expired_at = strata_name_record_expired_at(name->record, now);

	if (view->addresses.count == 0 || expired_at > view->asked_at) {
		return true;
	}
	if (view->result != STRATA_OK && (max_age == 0 || max_age > TRY_AGAIN)) {
		max_age = TRY_AGAIN;
	}
	return max_age != 0 && now >= view->asked_at + max_age;
}

static void catch_up(strata_name *name, strata_msec now)
{
	if (strata_name_record_version(name->record) != name->view.version) {
		strata_name_record_read(name->record, now, &name->view);
	}
}

static strata_name_state state_of(const strata_name *name, strata_msec now)
{
	if (name->view.addresses.count > 0) {
		return STRATA_NAME_KNOWN;
	}
	return name->query != NULL || strata_name_record_is_asked(name->record, now) ||
				   name->view.version == 0
			   ? STRATA_NAME_PENDING
			   : STRATA_NAME_UNKNOWN;
}

strata_name_state strata_name_look(strata_name *name, strata_usec max_age, strata_usec now)
{
	strata_msec now_msec = strata_msec_of(now);

	if (name->generation != strata_process_generation()) {
		leave_parent(name);
	}
	if (name->query != NULL) {
		go_on(name, now);
	}
	catch_up(name, now_msec);
	if (name->query == NULL && is_due(name, strata_msec_of(max_age), now_msec) &&
		strata_name_record_take(name->record, now_msec, &name->ticket) == STRATA_GATE_TAKEN) {
		begin(name, now);
		catch_up(name, now_msec);
	}
	return state_of(name, now_msec);
}

const strata_name_view *strata_name_known(const strata_name *name)
{
	return &name->view;
}

int strata_name_fd(strata_name *name)
{
	static const struct itimerspec tick = { { 0, TICK }, { 0, TICK } };
	uint64_t unused;

	if (name->query != NULL) {
		return strata_dns_query_fd(name->query);
	}
	if (name->ticker == NO_FD) {
		name->ticker = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
		(void) timerfd_settime(name->ticker, 0, &tick, NULL);
	}
	(void) !read(name->ticker, &unused, sizeof(unused));
	return name->ticker;
}

/* ---- hints ---- */

void strata_name_expire(strata_name *name, strata_usec now)
{
	strata_name_record_expire(name->record, strata_msec_of(now));
}

uint32_t strata_name_first(const strata_name *name, uint16_t port)
{
	return name->view.addresses.count > 1
			   ? strata_name_record_first(name->record, port, &name->view.addresses)
			   : 0;
}

void strata_name_prefer(strata_name *name, uint16_t port, const strata_address *address)
{
	if (name->view.addresses.count > 1) {
		strata_name_record_prefer(name->record, port, address);
	}
}

/* ---- the thread ---- */

static STRATA_COLD void go_on_with_all(void)
{
	strata_usec now = strata_clock_usec();

	for (strata_name *name = names; name != NULL; name = name->next) {
		if (name->query != NULL) {
			go_on(name, now);
		}
	}
}

void strata_names_go_on(void)
{
	if (under_way > 0) {
		go_on_with_all();
	}
}
