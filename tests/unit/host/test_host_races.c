/*
 * What threads do to each other's words in shared memory, for the thread sanitizer. Each test
 * guards plain memory by one mechanism and nothing else, so a missing order is a race that it
 * reports. Processes share the same words by the same orders, and no sanitizer sees two of them.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "host/gate.h"
#include "host/lease.h"
#include "host/pins.h"
#include "host/published.h"
#include "host/registry.h"

#include "unit.h"

enum { THREADS = 4, ROUNDS = 10000, INTERVAL = 100, KEYS = 6, RECORDS = 8, BLOB = 256 };

static strata_host *host;
static strata_process_slots *slots;
static uint64_t guarded; /* plain on purpose */

static void begin(void)
{
	guarded = 0;
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
}

static void end(void)
{
	strata_process_slots_free(slots);
	strata_host_free(host);
}

/* No thread ends before all are done: that the kernel tells of a death, no sanitizer sees. */
typedef struct {
	void *(*task)(void *);
	uintptr_t number; /* its argument */
	pthread_barrier_t *done;
} member;

static void *work(void *given)
{
	member *self = given;
	void *answer = self->task((void *) self->number);

	(void) pthread_barrier_wait(self->done);
	return answer;
}

static void run(void *(*task)(void *) )
{
	pthread_t threads[THREADS];
	member members[THREADS];
	pthread_barrier_t done;

	REQUIRE(pthread_barrier_init(&done, NULL, THREADS) == 0);
	for (uintptr_t i = 0; i < THREADS; i++) {
		members[i] = (member){ task, i, &done };
		REQUIRE(pthread_create(&threads[i], NULL, work, &members[i]) == 0);
	}
	for (uint32_t i = 0; i < THREADS; i++) {
		REQUIRE(pthread_join(threads[i], NULL) == 0);
	}
	REQUIRE(pthread_barrier_destroy(&done) == 0);
}

static strata_gate gate;
static _Atomic uint32_t turn; /* relaxed on purpose: only the gate orders what the takers write */

static void *take_the_gate(void *number)
{
	const strata_gate_pace pace = { INTERVAL, INTERVAL };
	uint64_t ticket;

	for (uint32_t now; (now = atomic_load_explicit(&turn, memory_order_relaxed)) < ROUNDS;) {
		if (now % THREADS != (uintptr_t) number) {
			(void) sched_yield();
			continue;
		}
		REQUIRE(strata_gate_take(&gate, pace, (now + 1) * INTERVAL, &ticket) == STRATA_GATE_TAKEN);
		guarded++;
		strata_gate_end(&gate, ticket, STRATA_GATE_CHANGED);
		atomic_store_explicit(&turn, now + 1, memory_order_relaxed);
	}
	return NULL;
}

static void what_one_taker_of_a_gate_wrote_the_next_one_sees(void)
{
	run(take_the_gate);
	CHECK(guarded == ROUNDS);
}

static strata_leases *leases;

static void *take_the_lease(void *unused)
{
	strata_lease lease;

	for (uint32_t taken = 0; taken < ROUNDS / THREADS;) {
		switch (strata_lease_take(leases, 1, STRATA_LEASE_FIRST, &lease)) {
			case STRATA_LEASE_TAKEN:
				guarded++;
				taken++;
				strata_lease_release(leases, &lease);
				break;
			case STRATA_LEASE_HELD:
				CHECK(strata_lease_sleep(leases, &lease, 1000) != STRATA_LEASE_VALUE);
				break;
			case STRATA_LEASE_OURS:
			case STRATA_LEASE_NONE: break;
		}
	}
	return NULL;
}

static void what_one_holder_of_a_lease_wrote_the_next_one_sees(void)
{
	begin();
	REQUIRE(strata_leases_new(host, slots, &leases) == STRATA_OK);
	run(take_the_lease);
	CHECK(guarded == ROUNDS / THREADS * THREADS && strata_leases_held(leases) == 0);
	strata_leases_free(leases);
	end();
}

typedef struct {
	char name[24]; /* plain: written by on_claim, read by whoever found the record */
	_Atomic uint64_t uses;
} record;

static strata_registry *registry;

static void name_it(void *user, void *made, const void *names)
{
	record *named = made;

	(void) user;
	(void) snprintf(named->name, sizeof(named->name), "%s", (const char *) names);
}

static void *acquire_records(void *first)
{
	for (uintptr_t i = (uintptr_t) first; i < ROUNDS; i++) {
		uint64_t key = i % KEYS;
		char name[24];
		record *acquired, *found;

		(void) snprintf(name, sizeof(name), "record %d", (int) key);
		acquired = strata_registry_acquire(registry, key, name);
		REQUIRE(acquired != NULL);
		CHECK(strcmp(acquired->name, name) == 0);
		atomic_fetch_add_explicit(&acquired->uses, 1, memory_order_relaxed);
		found = strata_registry_find(registry, key);
		CHECK(found == acquired);
		strata_registry_release(registry, acquired);
	}
	return NULL;
}

static void names_of_a_record_are_there_when_it_is_found(void)
{
	const strata_registry_shape shape = { .size = sizeof(record),
		.count = RECORDS,
		.on_claim = name_it };

	begin();
	REQUIRE(strata_registry_new(host, slots, &shape, &registry) == STRATA_OK);
	run(acquire_records);
	strata_registry_free(registry);
	end();
}

static strata_published_head head;
static _Atomic uint64_t words[STRATA_PUBLISHED_WORDS(BLOB)];
static const strata_published published = { &head, words, BLOB };

static void *publish_and_read(void *number)
{
	unsigned char blob[BLOB];
	uint64_t version;
	size_t size;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		if ((uintptr_t) number < 2) {
			version = strata_published_version(published);
			memset(blob, (int) (i % 200 + 1), sizeof(blob));
			(void) !strata_published_publish(published, version,
				(strata_view){ (const char *) blob, i % BLOB + 1 });
		}
		if (strata_published_read(published, blob, &size, &version) == STRATA_OK) {
			CHECK(blob[0] == blob[size - 1]);
		}
	}
	return NULL;
}

static void a_blob_is_read_whole_while_others_publish(void)
{
	run(publish_and_read);
	CHECK(strata_published_version(published) > 0);
}

static strata_pins *pins;
static const _Atomic uint32_t is_shut;
static const strata_pin_bound boundless = { .allowance = UINT64_MAX, .is_shut = &is_shut };
static _Atomic uint64_t current; /* the block in force, 1 or 2 */
static uint64_t blocks[3];       /* plain: a reader may look while it holds a pin */
static _Atomic uint32_t overwrites;

/* As the store does it: publish the pin, then look whether the block is still in force. */
static void read_current(void)
{
	uint64_t block = atomic_load_explicit(&current, memory_order_acquire);

	if (strata_pins_add(pins, block, 1, 0, &boundless) == STRATA_PIN_NONE) {
		return;
	}
	if (atomic_load_explicit(&current, memory_order_acquire) == block) {
		CHECK(blocks[block] % 2 == 0);
	}
	strata_pins_remove(pins, block, 1);
}

/* One writer: it overwrites what is out of reach, once no thread holds it. */
static void *read_or_overwrite(void *number)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint64_t spare = 3 - atomic_load_explicit(&current, memory_order_relaxed);

		if ((uintptr_t) number != 0) {
			read_current();
		} else if (!strata_pins_holds(pins, spare, 1000)) {
			blocks[spare] += 1;
			blocks[spare] += 1;
			atomic_store_explicit(&current, spare, memory_order_release);
			atomic_fetch_add_explicit(&overwrites, 1, memory_order_relaxed);
		}
	}
	return NULL;
}

static void a_block_is_overwritten_only_when_no_thread_looks_at_it(void)
{
	begin();
	REQUIRE(strata_pins_new(host, slots, &pins) == STRATA_OK);
	current = 1;
	run(read_or_overwrite);
	CHECK(overwrites > 0);
	strata_pins_free(pins);
	end();
}

int main(void)
{
	RUN(what_one_taker_of_a_gate_wrote_the_next_one_sees);
	RUN(what_one_holder_of_a_lease_wrote_the_next_one_sees);
	RUN(names_of_a_record_are_there_when_it_is_found);
	RUN(a_blob_is_read_whole_while_others_publish);
	RUN(a_block_is_overwritten_only_when_no_thread_looks_at_it);
	return unit_end();
}
