/* localhost is known without a name server (RFC 6761), and a label of 64 bytes is no name. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/resolver/name.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/process.h"
#include "unit.h"

enum { LONG_AGO = 0, HOUR = 3600 * 1000000U /* usec */ };

static const char impossible[] =
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example";

static strata_host *host;
static strata_process_slots *slots;
static strata_name_table *table;

static void begin(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_name_table_new(host, slots, &table) == STRATA_OK);
}

static void end(void)
{
	strata_name_table_free(table);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static strata_name *opened(strata_name_table *in, const char *host_name)
{
	strata_name *name = strata_name_open(in, NULL, host_name);

	REQUIRE(name != NULL);
	return name;
}

/* Looks as often as it is time to. */
static strata_name_state look_till_the_end(strata_name *name)
{
	strata_usec until = strata_clock_usec() + 10 * 1000000;
	strata_name_state state = STRATA_NAME_PENDING;

	while (state == STRATA_NAME_PENDING && strata_clock_usec() < until) {
		state = strata_name_look(name, LONG_AGO, strata_clock_usec());
		if (state == STRATA_NAME_PENDING) {
			struct pollfd wanted = { .fd = strata_name_fd(name), .events = POLLIN };

			REQUIRE(poll(&wanted, 1, 10000) == 1);
		}
	}
	return state;
}

static void a_thread_has_one_handle_for_a_name(void)
{
	strata_name *one, *same, *other;

	begin();
	one = opened(table, "one.example");
	same = opened(table, "one.example");
	other = opened(table, "other.example");
	CHECK(one == same && one != other);
	strata_name_close(one);
	strata_name_close(same);
	strata_name_close(other);
	strata_name_close(NULL);
	end();
}

static void what_one_finds_is_known_with_and_without_a_table(void)
{
	strata_name *shared, *private;

	begin();
	shared = opened(table, "localhost");
	private = opened(NULL, "localhost");
	CHECK(shared != private);
	CHECK(look_till_the_end(shared) == STRATA_NAME_KNOWN);
	CHECK(strata_name_known(shared)->addresses.count >= 1);
	CHECK(strata_name_known(private)->addresses.count == 0);
	CHECK(look_till_the_end(private) == STRATA_NAME_KNOWN);
	strata_name_close(shared);
	strata_name_close(private);
	end();
}

static void a_name_that_cannot_be_is_unknown_with_a_cause(void)
{
	strata_name *name;

	begin();
	name = opened(table, impossible);
	CHECK(look_till_the_end(name) == STRATA_NAME_UNKNOWN);
	CHECK(strata_name_known(name)->error[0] != '\0');
	CHECK(strata_name_known(name)->result == STRATA_CONNECTION);
	strata_name_close(name);
	end();
}

static void it_is_looked_up_again_when_it_is_old_or_expired_and_only_then(void)
{
	strata_usec now = strata_clock_usec();
	strata_name *name;
	uint64_t version;

	begin();
	name = opened(table, "localhost");
	CHECK(look_till_the_end(name) == STRATA_NAME_KNOWN);
	version = strata_name_known(name)->version;
	now += 10 * 1000000;
	CHECK(strata_name_look(name, HOUR, now) == STRATA_NAME_KNOWN);
	CHECK(strata_name_look(name, 0, now) == STRATA_NAME_KNOWN);
	CHECK(strata_name_known(name)->version == version);
	CHECK(strata_name_look(name, 5 * 1000000, now) == STRATA_NAME_KNOWN);
	CHECK(strata_name_known(name)->version == version + 1);
	strata_name_expire(name, now + 1000);
	CHECK(strata_name_look(name, HOUR, now + 1000) == STRATA_NAME_KNOWN);
	CHECK(strata_name_known(name)->version == version + 1); /* not more than once a second */
	CHECK(strata_name_look(name, HOUR, now + 1000000) == STRATA_NAME_KNOWN);
	CHECK(strata_name_known(name)->version == version + 2);
	strata_name_close(name);
	end();
}

static int answer_of_child(pid_t child)
{
	int status;

	REQUIRE(child >= 0 && waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void what_a_child_finds_the_parent_knows(void)
{
	strata_name *name;
	pid_t child;

	begin();
	name = opened(table, "localhost");
	child = fork();
	if (child == 0) {
		_exit(look_till_the_end(name) == STRATA_NAME_KNOWN ? 0 : 1);
	}
	CHECK(answer_of_child(child) == 0);
	CHECK(strata_name_look(name, HOUR, strata_clock_usec()) == STRATA_NAME_KNOWN);
	CHECK(strata_name_known(name)->addresses.count >= 1);
	strata_name_close(name);
	end();
}

static void a_process_waits_for_what_another_one_is_asking(void)
{
	strata_name_record *record;
	strata_name *name;
	struct pollfd tick = { .events = POLLIN };
	strata_usec now = strata_clock_usec();
	uint64_t ticket;

	begin();
	record = strata_name_table_acquire(table, "localhost");
	REQUIRE(record != NULL);
	REQUIRE(strata_name_record_take(record, strata_msec_of(now), &ticket) == STRATA_GATE_TAKEN);
	name = opened(table, "localhost");
	CHECK(strata_name_look(name, HOUR, now) == STRATA_NAME_PENDING);
	tick.fd = strata_name_fd(name);
	CHECK(poll(&tick, 1, 5000) == 1);
	CHECK(strata_name_look(name, HOUR, now) == STRATA_NAME_PENDING);
	CHECK(strata_name_look(name, HOUR, now + 1000000) == STRATA_NAME_KNOWN); /* it died */
	strata_name_close(name);
	end();
}

int main(void)
{
	RUN(a_thread_has_one_handle_for_a_name);
	RUN(what_one_finds_is_known_with_and_without_a_table);
	RUN(a_name_that_cannot_be_is_unknown_with_a_cause);
	RUN(it_is_looked_up_again_when_it_is_old_or_expired_and_only_then);
	RUN(what_a_child_finds_the_parent_knows);
	RUN(a_process_waits_for_what_another_one_is_asking);
	return unit_end();
}
