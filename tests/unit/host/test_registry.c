/* Registries: one record per key, whoever races, dies or damages, and giving back. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/registry.h"
#include "os/map.h"
#include "os/process.h"

#include "unit.h"

enum { COUNT = 4, HOSTS = 4 };

typedef struct {
	char name[24];
	_Atomic uint64_t number; /* also when it was used last; KEPT: it is not given back */
} record;

enum { KEPT = 1000 };

static strata_host *host;
static strata_process_slots *slots;
static strata_registry *registry;
static uint64_t given_back; /* the greatest number */

static void name_it(void *user, void *made, const void *names)
{
	record *named = made;

	CHECK(user == &given_back && named->name[0] == '\0' && named->number == 0);
	(void) snprintf(named->name, sizeof(named->name), "%s", (const char *) names);
}

static void note_it(void *user, void *last)
{
	uint64_t *greatest = user;
	uint64_t number = ((const record *) last)->number;

	*greatest = number > *greatest ? number : *greatest;
}

static bool is_older(void *user, const void *last, uint64_t *used_at)
{
	*used_at = ((const record *) last)->number;
	return user == &given_back && *used_at != KEPT;
}

/* Those whose number is below 10 are. */
static bool is_configured(const void *names)
{
	return strlen(names) == strlen("record 0");
}

static void begin_with(uint32_t count, bool gives_back)
{
	const strata_registry_shape shape = { .size = sizeof(record),
		.count = count,
		.on_claim = name_it,
		.on_give_back = note_it,
		.user = &given_back };

	given_back = 0;
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_registry_new(host, gives_back ? slots : NULL, &shape, &registry) == STRATA_OK);
}

static void end(void)
{
	strata_registry_free(registry);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static uint64_t key_of(int i)
{
	return (uint64_t) i * 0x9E3779B97F4A7C15;
}

static record *acquire(int i)
{
	char name[24];

	(void) snprintf(name, sizeof(name), "record %d", i);
	return strata_registry_acquire(registry, key_of(i), name);
}

/* A child that has acquired these, and holds them until it is killed. */
static pid_t child_that_holds(int first, int last)
{
	int ends[2];
	char byte = 0;
	pid_t child;

	REQUIRE(pipe(ends) == 0);
	child = fork();
	if (child == 0) {
		for (int i = first; i <= last; i++) {
			byte = (char) (byte + (acquire(i) != NULL));
		}
		(void) !write(ends[1], &byte, 1);
		(void) pause();
		_exit(0);
	}
	REQUIRE(child > 0 && read(ends[0], &byte, 1) == 1);
	CHECK(byte == last - first + 1);
	(void) close(ends[0]);
	(void) close(ends[1]);
	return child;
}

static void kill_and_wait(pid_t child)
{
	REQUIRE(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
}

static void a_key_has_one_record_and_no_other_key_has_it(void)
{
	begin_with(COUNT, false);
	for (int i = 0; i < COUNT; i++) {
		record *made = acquire(i);

		REQUIRE(made != NULL);
		CHECK(acquire(i) == made && strata_registry_find(registry, key_of(i)) == made);
		CHECK(strata_registry_is_of(registry, made, key_of(i)));
		CHECK(!strata_registry_is_of(registry, made, key_of(i + 1)));
		/* In the order in which they were made. */
		CHECK(strata_registry_at(registry, (uint32_t) i) == made);
		CHECK(made->name[7] == (char) ('0' + i));
	}
	CHECK(strata_registry_count(registry) == COUNT);
	CHECK(strata_registry_at(registry, COUNT) == NULL);
	end();
}

static void what_was_not_made_is_not_found(void)
{
	begin_with(COUNT, false);
	CHECK(strata_registry_find(registry, 0) == NULL && strata_registry_at(registry, 0) == NULL);
	CHECK(acquire(1) != NULL && strata_registry_find(registry, key_of(2)) == NULL);
	end();
}

static void a_full_table_that_gives_nothing_back_stays_full(void)
{
	begin_with(COUNT, false);
	kill_and_wait(child_that_holds(0, COUNT - 1));
	CHECK(acquire(COUNT) == NULL && acquire(0) != NULL);
	CHECK(strata_registry_visit(registry, key_of(COUNT), "none") == NULL);
	strata_registry_release(registry, acquire(0));
	CHECK(strata_registry_find(registry, key_of(0)) == acquire(0));
	end();
}

static void processes_that_race_for_a_key_get_the_same_record(void)
{
	enum { CHILDREN = 6, KEYS = 200 };
	_Atomic uint32_t *places;
	_Atomic uint32_t *ready;
	void *mapped;

	begin_with(KEYS, true);
	REQUIRE(strata_map_lazy(sizeof(*places) * (CHILDREN * KEYS + 1), &mapped) == STRATA_OK);
	places = mapped;
	ready = places + CHILDREN * KEYS;
	for (int c = 0; c < CHILDREN; c++) {
		pid_t child = fork();

		if (child == 0) {
			atomic_fetch_add(ready, 1);
			while (atomic_load(ready) < CHILDREN) {
				(void) usleep(100);
			}
			for (int i = 0; i < KEYS; i++) {
				const char *made = (const char *) acquire(i);
				const char *first = strata_registry_at(registry, 0);

				places[c * KEYS + i] = made == NULL ? 0 : (uint32_t) (made - first) + 1;
			}
			_exit(0);
		}
		REQUIRE(child > 0);
	}
	for (int c = 0; c < CHILDREN; c++) {
		REQUIRE(wait(NULL) > 0);
	}
	for (int i = 0; i < CHILDREN * KEYS; i++) {
		CHECK(places[i] != 0 && places[i] == places[i % KEYS]);
	}
	strata_map_free(mapped, sizeof(*places) * (CHILDREN * KEYS + 1));
	end();
}

static void what_a_living_process_holds_is_not_given_back(void)
{
	pid_t child;

	begin_with(COUNT, true);
	child = child_that_holds(0, COUNT - 1);
	CHECK(acquire(COUNT) == NULL);
	CHECK(strata_registry_find(registry, key_of(0)) != NULL);
	kill_and_wait(child);
	end();
}

static void what_only_a_killed_process_held_is_claimed_anew_and_empty(void)
{
	record *anew;

	begin_with(COUNT, true);
	kill_and_wait(child_that_holds(0, COUNT - 1));
	((record *) strata_registry_find(registry, key_of(0)))->number = 42;
	CHECK(acquire(2) != NULL);
	/* name_it() looks whether it is empty. */
	anew = acquire(COUNT);
	CHECK(anew != NULL && given_back == 42);
	CHECK(strata_registry_find(registry, key_of(0)) == NULL);
	CHECK(!strata_registry_is_of(registry, anew, key_of(0)));
	CHECK(acquire(COUNT + 1) != NULL && acquire(COUNT + 2) != NULL);
	/* This process holds all of them now. */
	CHECK(acquire(COUNT + 3) == NULL && strata_registry_find(registry, key_of(2)) != NULL);
	end();
}

static void what_was_released_can_be_claimed_anew(void)
{
	begin_with(COUNT, true);
	for (int i = 0; i < COUNT; i++) {
		CHECK(acquire(i) != NULL);
	}
	strata_registry_release(registry, acquire(1));
	CHECK(strata_registry_find(registry, key_of(1)) != NULL);
	CHECK(acquire(COUNT) != NULL && strata_registry_find(registry, key_of(1)) == NULL);
	end();
}

static void a_key_that_comes_back_before_its_record_was_needed_finds_it(void)
{
	record *before, *after;

	begin_with(COUNT, true);
	before = acquire(1);
	before->number = 7;
	strata_registry_release(registry, before);
	after = acquire(1);
	CHECK(after == before && after->number == 7);
	end();
}

static void begin_in_order(uint32_t count, uint32_t reserved)
{
	const strata_registry_shape shape = { .size = sizeof(record),
		.count = count,
		.reserved = reserved,
		.is_reserved = is_configured,
		.may_give_back = is_older,
		.user = &given_back };

	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_registry_new(host, slots, &shape, &registry) == STRATA_OK);
}

/* Made, marked with this number, and held by none. */
static record *leave(int i, uint64_t number)
{
	record *made = acquire(i);

	REQUIRE(made != NULL);
	made->number = number;
	strata_registry_release(registry, made);
	return made;
}

static bool is_there(int i)
{
	return strata_registry_find(registry, key_of(i)) != NULL;
}

static void what_was_used_longest_ago_is_given_back_first(void)
{
	begin_in_order(COUNT, 0);
	leave(0, 7);
	leave(1, 3);
	leave(2, 9);
	acquire(3)->number = 1;
	leave(4, 20);
	CHECK(!is_there(1) && is_there(0) && is_there(2) && is_there(3));
	leave(5, 20);
	CHECK(!is_there(0) && is_there(2) && is_there(3));
	end();
}

static void what_is_to_stay_stays(void)
{
	begin_in_order(COUNT, 0);
	for (int i = 0; i < COUNT; i++) {
		leave(i, i == 2 ? 5 : KEPT);
	}
	leave(4, KEPT);
	CHECK(!is_there(2) && is_there(0) && is_there(1) && is_there(3));
	CHECK(acquire(5) == NULL);
	end();
}

static void reserved_records_are_for_those_that_may_have_them(void)
{
	begin_in_order(COUNT, 2);
	CHECK(acquire(10) != NULL && acquire(11) != NULL);
	CHECK(acquire(12) == NULL && strata_registry_visit(registry, key_of(13), "no. 13 13") == NULL);
	CHECK(acquire(1) != NULL && acquire(2) != NULL);
	CHECK(acquire(3) == NULL);
	end();
}

static void those_may_have_all_others_too(void)
{
	begin_in_order(COUNT, 2);
	for (int i = 0; i < COUNT; i++) {
		CHECK(acquire(i) != NULL);
	}
	CHECK(acquire(10) == NULL);
	strata_registry_release(registry, acquire(0));
	/* One of the reserved ones: of no use to others, whose search just failed. */
	CHECK(acquire(11) == NULL && is_there(0));
	CHECK(acquire(4) != NULL && !is_there(0));
	end();
}

static void add_number(void *changed, const void *number)
{
	((record *) changed)->number += *(const uint64_t *) number;
}

static void a_change_meets_the_record_of_its_key_or_none(void)
{
	uint64_t number = 5;

	begin_with(COUNT, true);
	CHECK(!strata_registry_change(registry, key_of(0), add_number, &number));
	CHECK(acquire(0)->number == 0);
	CHECK(strata_registry_change(registry, key_of(0), add_number, &number));
	CHECK(strata_registry_change(registry, key_of(0), add_number, &number));
	CHECK(acquire(0)->number == 10);
	CHECK(!strata_registry_change(registry, key_of(1), add_number, &number));
	end();
}

static void *hold_in_a_thread(void *unused)
{
	return acquire(0);
}

static void a_thread_that_ended_holds_nothing_for_the_next_one_in_its_slot(void)
{
	pthread_t thread;
	void *made;

	begin_with(1, true);
	/* The same slot each time, as this process has no other thread that takes one. */
	for (int i = 1; i <= 3; i++) {
		REQUIRE(pthread_create(&thread, NULL, hold_in_a_thread, NULL) == 0);
		REQUIRE(pthread_join(thread, &made) == 0);
		CHECK(made != NULL);
	}
	CHECK(acquire(5) == made && strata_registry_find(registry, key_of(0)) == NULL);
	end();
}

static _Atomic bool is_frozen;

static void take_three_slices(void *unused)
{
	is_frozen = true;
	usleep(50000);
}

static void *freeze_in_a_thread(void *unused)
{
	CHECK(strata_registry_freeze(registry, take_three_slices, NULL));
	return NULL;
}

/* All workers of a host claim at once, and the one that is at it gets no processor for a while. */
static void a_claim_waits_for_a_process_that_the_machine_lets_wait(void)
{
	pthread_t thread;

	begin_with(COUNT, false);
	is_frozen = false;
	REQUIRE(pthread_create(&thread, NULL, freeze_in_a_thread, NULL) == 0);
	while (!is_frozen) {
		usleep(100);
	}
	CHECK(acquire(0) != NULL);
	REQUIRE(pthread_join(thread, NULL) == 0);
	end();
}

static void a_child_of_fork_does_not_hold_what_its_parent_held(void)
{
	pid_t parent;
	int status;

	begin_with(1, true);
	parent = fork();
	if (parent == 0) {
		pid_t child;

		_exit(acquire(0) == NULL || (child = fork()) < 0 || (child == 0 && usleep(100000) != 0));
	}
	REQUIRE(waitpid(parent, &status, 0) == parent && status == 0);
	CHECK(acquire(1) != NULL);
	end();
}

static void a_thread_without_a_slot_holds_nothing(void)
{
	strata_host *hosts[HOSTS];
	strata_process_slots *others[HOSTS];
	record *visited;

	begin_with(1, true);
	/* So many slots of other hosts that this thread has no room to remember one more. */
	for (int i = 0; i < HOSTS; i++) {
		REQUIRE(strata_host_new(&hosts[i]) == STRATA_OK);
		REQUIRE(strata_process_slots_new(hosts[i], &others[i]) == STRATA_OK);
		REQUIRE(strata_process_slots_mine(others[i]) != 0);
	}
	CHECK(strata_process_slots_mine(slots) == 0 && acquire(0) == NULL);
	visited = strata_registry_visit(registry, key_of(0), "visited");
	CHECK(visited != NULL && strcmp(visited->name, "visited") == 0);
	CHECK(strata_registry_visit(registry, key_of(0), "again") == visited);
	strata_registry_release(registry, visited);
	kill_and_wait(child_that_holds(0, 0));
	CHECK(strata_registry_visit(registry, key_of(1), "another") == visited);
	for (int i = 0; i < HOSTS; i++) {
		strata_process_slots_free(others[i]);
		strata_host_free(hosts[i]);
	}
	end();
}

/* More keys than records, for ever: claiming, finding, giving back. */
static void use_for_ever(uint64_t seed)
{
	for (uint64_t i = seed;; i++) {
		record *made = acquire((int) (i * 7 % (2 * COUNT)));

		if (made != NULL) {
			atomic_fetch_add(&made->number, 1);
			strata_registry_release(registry, made);
		}
	}
}

static bool is_whole(int i)
{
	char name[24];
	const record *found = strata_registry_find(registry, key_of(i));

	(void) snprintf(name, sizeof(name), "record %d", i);
	return found == NULL || strcmp(found->name, name) == 0;
}

static void a_process_killed_anywhere_leaves_whole_records_and_no_lock(void)
{
	enum { KILLS = 200 };

	begin_with(COUNT, true);
	for (int i = 0; i < KILLS; i++) {
		pid_t child = fork();

		if (child == 0) {
			use_for_ever((uint64_t) i);
		}
		REQUIRE(child > 0);
		(void) usleep((useconds_t) (500 + i * 7 % 500));
		kill_and_wait(child);
		for (int key = 0; key < 2 * COUNT; key++) {
			record *made = acquire(key);

			CHECK(made != NULL && is_whole(key));
			strata_registry_release(registry, made);
		}
	}
	end();
}

static void two_keys_never_share_a_record_that_both_hold(void)
{
	enum { CHILDREN = 4, TURNS = 3000 };
	int failures = 0;

	begin_with(2 * CHILDREN, true);
	for (int c = 0; c < CHILDREN; c++) {
		pid_t child = fork();

		if (child == 0) {
			for (int i = 0; i < TURNS; i++) {
				int key = c + i % 3 * CHILDREN;
				record *made = acquire(key);

				if (made == NULL || !strata_registry_is_of(registry, made, key_of(key)) ||
					!is_whole(key)) {
					_exit(1);
				}
				strata_registry_release(registry, made);
			}
			_exit(0);
		}
		REQUIRE(child > 0);
	}
	for (int c = 0; c < CHILDREN; c++) {
		int status;

		REQUIRE(wait(&status) > 0);
		failures += status != 0;
	}
	CHECK(failures == 0);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_key_has_one_record_and_no_other_key_has_it);
	RUN(what_was_not_made_is_not_found);
	RUN(a_full_table_that_gives_nothing_back_stays_full);
	RUN(processes_that_race_for_a_key_get_the_same_record);
	RUN(what_a_living_process_holds_is_not_given_back);
	RUN(what_only_a_killed_process_held_is_claimed_anew_and_empty);
	RUN(what_was_released_can_be_claimed_anew);
	RUN(a_key_that_comes_back_before_its_record_was_needed_finds_it);
	RUN(what_was_used_longest_ago_is_given_back_first);
	RUN(what_is_to_stay_stays);
	RUN(reserved_records_are_for_those_that_may_have_them);
	RUN(those_may_have_all_others_too);
	RUN(a_change_meets_the_record_of_its_key_or_none);
	RUN(a_thread_that_ended_holds_nothing_for_the_next_one_in_its_slot);
	RUN(a_claim_waits_for_a_process_that_the_machine_lets_wait);
	RUN(a_child_of_fork_does_not_hold_what_its_parent_held);
	RUN(a_thread_without_a_slot_holds_nothing);
	RUN(a_process_killed_anywhere_leaves_whole_records_and_no_lock);
	RUN(two_keys_never_share_a_record_that_both_hold);
	return unit_end();
}
