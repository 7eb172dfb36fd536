/*
 * Random bytes in everything that processes share beside the heap: whatever it costs, nobody crashes and
 * nobody waits for ever. The mutexes are the C library's, and cannot be made to withstand that.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/wait.h>
#include <unistd.h>

#include "host/generation.h"
#include "host/lease.h"
#include "host/published_config.h"
#include "host/pins.h"
#include "os/clock.h"
#include "os/mutex.h"
#include "os/process.h"
#include "stats/stats.h"

#include "unit.h"

enum {
	ROUNDS = 50,
	FLIPS = 2000,           /* bytes a round */
	PATIENCE = 60,          /* seconds until a round counts as stuck */
	LEASES_LOCKS = 64 * 64, /* bytes at the start of the leases, where their locks are */
	REGIONS = 6
};

/* What a module carved, and where in it mutexes stand: at the start of every so many bytes. */
typedef struct {
	char *start;
	size_t size;
	size_t stride; /* 0: no mutex */
	size_t lock;   /* bytes not to be touched at the start of each stride */
} region;

static strata_host *host;
static strata_process_slots *slots;
static strata_pins *pins;
static strata_leases *leases;
static strata_generations *generations;
static strata_stats *stats;
static strata_published_config *config;
static region regions[REGIONS];
static uint64_t state;

static uint64_t draw(void)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return state >> 24;
}

/* Where the next thing will be carved. */
static char *mark(void)
{
	char *here = strata_host_carve(host, 64);

	REQUIRE(here != NULL);
	return here;
}

static void begin(uint64_t seed)
{
	char *marks[REGIONS + 1];

	state = seed;
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	marks[0] = mark();
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	marks[1] = mark();
	REQUIRE(strata_pins_new(host, slots, &pins) == STRATA_OK);
	marks[2] = mark();
	REQUIRE(strata_leases_new(host, slots, &leases) == STRATA_OK);
	marks[3] = mark();
	REQUIRE(strata_generations_new(host, &generations) == STRATA_OK);
	marks[4] = mark();
	REQUIRE(strata_stats_new(host, &stats) == STRATA_OK);
	marks[5] = mark();
	REQUIRE(strata_published_config_new(host, &config) == STRATA_OK);
	marks[6] = mark();
	for (int i = 0; i < REGIONS; i++) {
		regions[i].start = marks[i] + 64;
		regions[i].size = (size_t) (marks[i + 1] - regions[i].start);
		regions[i].stride = 0;
	}
	regions[0].stride = regions[0].size / STRATA_PROCESS_SLOT_COUNT;
	regions[0].lock = sizeof(strata_mutex);
	regions[2].stride = regions[2].size;
	regions[2].lock = LEASES_LOCKS;
	regions[5].stride = regions[5].size;
	regions[5].lock = sizeof(strata_mutex);
}

static void end(void)
{
	strata_published_config_free(config);
	strata_stats_free(stats);
	strata_generations_free(generations);
	strata_leases_free(leases);
	strata_pins_free(pins);
	strata_process_slots_free(slots);
	strata_host_free(host);
}

static void flip_a_byte(void)
{
	const region *where = &regions[draw() % REGIONS];
	size_t at = draw() % where->size;

	/* Half of them where something is: tables fill from the front, and most of them is empty. */
	at = draw() % 2 == 0 ? at % 4096 % where->size : at;
	if (where->stride == 0 || at % where->stride >= where->lock) {
		where->start[at] = (char) draw();
	}
}

static void use_leases(uint64_t key)
{
	strata_lease lease;

	switch (strata_lease_take(leases, key, 1, &lease)) {
		case STRATA_LEASE_TAKEN: strata_lease_release(leases, &lease); break;
		case STRATA_LEASE_HELD: strata_lease_wait(leases, &lease, 100); break;
		case STRATA_LEASE_OURS:
		case STRATA_LEASE_NONE: break;
	}
	(void) strata_leases_held(leases);
}

static void use_pins(uint64_t block)
{
	uint64_t held[16];

	if (strata_pins_add(pins, block) == STRATA_PIN_NEW) {
		(void) strata_pins_holds(pins, block, strata_clock_msec());
		strata_pins_remove(pins, block);
	}
	(void) strata_pins_list(pins, strata_clock_msec(), held, 16);
	if (block % 8 == 0) {
		strata_pins_begin_request(pins);
	}
}

static void use_counts(uint64_t number)
{
	static strata_stats_sum sums[8];
	strata_generation *generation = strata_generations_of(generations, number % 4);
	char name[16];

	(void) snprintf(name, sizeof(name), "node %u", (unsigned) number % 4);
	strata_stats_add(strata_stats_row_of(stats, STRATA_STATS_NODE, "redis", name),
		STRATA_COUNT_HITS, 1);
	(void) strata_stats_read(stats, sums, 8);
	if (generation != NULL) {
		(void) strata_generation_raise(generation, number);
		(void) strata_generation_may_refresh(generation, number, 1000);
	}
}

static void use_config(uint64_t number)
{
	strata_published_config_source source = strata_published_config_last_source(config);
	uint64_t version, moved_at;
	size_t size;

	(void) strata_published_config_may_look(config, number);
	(void) strata_published_config_look(config);
	switch (number % 4) {
		case 0:
			(void) strata_published_config_publish(config, &source, strata_view_of("[default]"),
				true);
			break;
		case 1: (void) strata_published_config_reject(config, &source, "line 1: bad"); break;
		case 2: strata_published_config_confirm(config, &source); break;
		default: break;
	}
	free(strata_published_config_read(config, &size, &version, &moved_at));
}

static void live_with_it(uint64_t seed)
{
	begin(seed);
	(void) strata_process_slots_mine(slots);
	for (int i = 0; i < FLIPS; i++) {
		flip_a_byte();
		if (i % 10 == 0) {
			use_leases(draw() % 8);
			use_pins(1 + draw() % 64);
			use_counts(draw());
			use_config(draw());
			(void) strata_process_slots_used(slots);
		}
	}
}

static void random_bytes_in_what_is_shared_crash_nobody_and_stop_nobody(void)
{
	for (uint64_t round = 0; round < ROUNDS; round++) {
		int status;
		pid_t child = fork();

		REQUIRE(child >= 0);
		if (child == 0) {
			(void) alarm(PATIENCE);
			live_with_it(round);
			_exit(0);
		}
		REQUIRE(waitpid(child, &status, 0) == child);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

static void undamaged_it_all_works(void)
{
	strata_lease lease;

	begin(1);
	CHECK(strata_process_slots_mine(slots) != 0);
	CHECK(strata_lease_take(leases, 7, 1, &lease) == STRATA_LEASE_TAKEN);
	strata_lease_release(leases, &lease);
	CHECK(strata_pins_add(pins, 5) == STRATA_PIN_NEW);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(undamaged_it_all_works);
	RUN(random_bytes_in_what_is_shared_crash_nobody_and_stop_nobody);
	return unit_end();
}
