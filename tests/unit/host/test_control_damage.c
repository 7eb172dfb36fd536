/*
 * Damage in everything that processes share beside the heap. Random bytes, whatever they cost,
 * crash no process and stop none. After one flipped byte every gate opens within one interval, and
 * every blob is refused or fetched anew. The mutexes are the C library's, and cannot be made to
 * withstand that.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "health/inflight.h"
#include "health/latency.h"
#include "host/gate.h"
#include "host/generation.h"
#include "host/lease.h"
#include "host/published_config.h"
#include "host/pins.h"
#include "net/resolver/name_table.h"
#include "os/clock.h"
#include "os/mutex.h"
#include "os/process.h"
#include "redis/cluster/shared_slot_map.h"
#include "redis/sentinel/master_table.h"
#include "stats/stats.h"

#include "unit.h"

enum {
	ROUNDS = 50,
	FLIPS = 2000,           /* bytes a round */
	PATIENCE = 60,          /* seconds until a round counts as stuck */
	LEASES_LOCKS = 64 * 64, /* bytes at the start of the leases, where their locks are */
	REGIONS = 6
};

/* What a module allocated, and where in it mutexes stand: at the start of every so many bytes. */
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
static strata_slot_map_table *maps;
static strata_master_table *masters;
static strata_name_table *names;
static region regions[REGIONS];
static uint64_t state;

static uint64_t draw(void)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return state >> 24;
}

/* Where the next thing will be allocated. */
static char *mark(void)
{
	char *here = strata_host_alloc(host, 64);

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
	REQUIRE(strata_stats_new(host, NULL, &stats) == STRATA_OK);
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
	/* Of the registries of generations and of stats, and of the configuration. */
	for (int i = 3; i < REGIONS; i++) {
		regions[i].stride = regions[i].size;
		regions[i].lock = sizeof(strata_mutex);
	}
}

static void end(void)
{
	strata_name_table_free(names);
	strata_master_table_free(masters);
	strata_slot_map_table_free(maps);
	strata_published_config_free(config);
	strata_stats_free(stats);
	strata_generations_free(generations);
	strata_leases_free(leases);
	strata_pins_free(pins);
	strata_process_slots_free(slots);
	strata_host_free(host);
	names = NULL;
	masters = NULL;
	maps = NULL;
	config = NULL;
	stats = NULL;
	generations = NULL;
	leases = NULL;
	pins = NULL;
	slots = NULL;
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

	switch (strata_lease_take(leases, key, STRATA_LEASE_FIRST, &lease)) {
		case STRATA_LEASE_TAKEN: strata_lease_release(leases, &lease); break;
		case STRATA_LEASE_HELD:
			CHECK(strata_lease_sleep(leases, &lease, 100) <= STRATA_LEASE_VALUE);
			break;
		case STRATA_LEASE_OURS:
		case STRATA_LEASE_NONE: break;
	}
	(void) strata_leases_held(leases);
}

static const _Atomic uint32_t is_shut;
static const strata_pin_bound boundless = { .allowance = UINT64_MAX, .is_shut = &is_shut };

static void use_pins(uint64_t block)
{
	uint64_t held[16];

	if (strata_pins_add(pins, block, 1, 0, &boundless) == STRATA_PIN_NEW) {
		(void) strata_pins_holds(pins, block, strata_clock_msec());
		strata_pins_remove(pins, block, 1);
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
	strata_stats_add(strata_stats_row_of(stats, STRATA_STATS_NODE, "redis", name,
						 STRATA_REGISTRY_COMMON),
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

/* ---- one flipped byte ---- */

enum {
	NOW = 5000000,
	INTERVAL = 1000,      /* msec */
	MAP_INTERVAL = 10000, /* msec: the longest that back-off makes */
	EACH = 1024,          /* bytes at the start and at the dense place that are all flipped */
	STEP = 251,           /* elsewhere one in so many */
	LIMIT = 3,            /* operations in flight */
	NO_GATE = 1 << 30
};

/* What of a user is flipped, without its mutex. */
typedef struct {
	char *start;
	size_t size;
	size_t lock_at, lock_end;
	size_t dense_at;
	size_t gate_at; /* or NO_GATE */
} target;

/* A user of the kit, and whether it is as the sentence says after a flip. */
typedef struct {
	const char *name;
	target (*begin)(void);
	bool (*heals)(void);
} user;

static strata_generation *generation;
static strata_master_record *master;
static strata_name_record *name;
static strata_shared_slot_map *shared_map;
static strata_slot_map map, copied_map;
static strata_inflight *inflight;
static strata_latency *latency;

static target begin_generation(void)
{
	REQUIRE(strata_generations_new(host, &generations) == STRATA_OK);
	generation = strata_generations_of(generations, 1);
	REQUIRE(generation != NULL && strata_generation_may_refresh(generation, NOW, INTERVAL));
	return (target){ (char *) generation, sizeof(*generation), 0, 0, 0,
		offsetof(strata_generation, refreshes) };
}

static bool generation_heals(void)
{
	return strata_generation_is_due(generation, NOW + INTERVAL, INTERVAL) &&
		   strata_generation_may_refresh(generation, NOW + INTERVAL, INTERVAL);
}

static bool config_is(const char *expected)
{
	uint64_t version, moved_at;
	size_t size;
	char *text = strata_published_config_read(config, &size, &version, &moved_at);
	bool is_it =
		text != NULL && strata_view_equal((strata_view){ text, size }, strata_view_of(expected));

	free(text);
	return is_it;
}

static bool publish_config(const char *text)
{
	strata_published_config_source source = strata_published_config_last_source(config);

	source.stamp = 1;
	return strata_published_config_publish(config, &source, strata_view_of(text),
		STRATA_CONFIG_SAME_SERVERS);
}

static target begin_config(void)
{
	char *start = mark();

	REQUIRE(strata_published_config_new(host, &config) == STRATA_OK);
	REQUIRE(publish_config("[older]") && publish_config("[newer]"));
	REQUIRE(strata_published_config_may_look(config, NOW));
	return (
		target){ start + 64, (size_t) (mark() - start) - 64, 0, sizeof(strata_mutex), 0, NO_GATE };
}

static bool config_heals(void)
{
	uint64_t version, moved_at;
	size_t size;
	char *text = strata_published_config_read(config, &size, &version, &moved_at);
	bool is_refused = text == NULL;

	free(text);
	return strata_published_config_may_look(config, NOW + INTERVAL) &&
		   (is_refused || config_is("[newer]")) && publish_config("[next]") && config_is("[next]");
}

/* The gate has backed off as far as it does: one interval is the longest then. */
static target begin_slot_map(void)
{
	const strata_endpoint at = { .host = "10.0.0.1", .port = 7000 };

	REQUIRE(strata_slot_map_table_new(host, &maps) == STRATA_OK);
	shared_map = strata_slot_map_table_claim(maps, 7, "seed");
	REQUIRE(shared_map != NULL);
	strata_slot_map_clear(&map);
	for (int slot = 0; slot < STRATA_SLOT_COUNT; slot++) {
		map.master_of[slot] = 0;
	}
	map.covered = STRATA_SLOT_COUNT;
	REQUIRE(strata_slot_map_add(&map, &at) == 0);
	REQUIRE(strata_shared_slot_map_publish(shared_map, &map, NOW));
	for (int i = 4; i >= 0; i--) {
		uint64_t ticket;

		REQUIRE(strata_shared_slot_map_take_refresh(shared_map, STRATA_REFRESH_LAZY,
					NOW - (strata_msec) i * MAP_INTERVAL, &ticket) == STRATA_GATE_TAKEN);
		strata_shared_slot_map_end_refresh(shared_map, ticket, STRATA_GATE_SAME, STRATA_OK);
	}
	return (target){ (char *) shared_map, sizeof(*shared_map), 0, 0,
		offsetof(strata_shared_slot_map, head), offsetof(strata_shared_slot_map, refreshes) };
}

static bool slot_map_is_right(void)
{
	uint64_t version;

	return strata_shared_slot_map_read(shared_map, &copied_map, &version) == STRATA_OK &&
		   memcmp(&copied_map, &map, strata_slot_map_size(&map)) == 0;
}

static bool slot_map_heals(void)
{
	uint64_t version, ticket;
	bool is_believed = strata_shared_slot_map_read(shared_map, &copied_map, &version) == STRATA_OK;
	bool is_open = strata_shared_slot_map_take_refresh(shared_map, STRATA_REFRESH_LAZY,
					   NOW + MAP_INTERVAL, &ticket) == STRATA_GATE_TAKEN;

	return is_open && is_believed == slot_map_is_right() &&
		   (strata_shared_slot_map_publish(shared_map, &map, NOW + MAP_INTERVAL) || is_believed) &&
		   slot_map_is_right();
}

static const strata_endpoint master_at = { .host = "10.0.0.1", .port = 7000 };

static target begin_master(void)
{
	char *start = mark();
	uint64_t ticket;

	/* A gate, the version that was demoted, and what is published. */
	enum {
		HEAD_AT = sizeof(strata_gate) + sizeof(uint64_t),
		SIZE = HEAD_AT + sizeof(strata_published_head) +
			   sizeof(uint64_t) * STRATA_PUBLISHED_WORDS(sizeof(strata_master_view))
	};

	REQUIRE(strata_master_table_new(host, &masters) == STRATA_OK);
	master = strata_master_table_claim(masters, 7);
	REQUIRE(master != NULL && strata_master_record_take(master, NOW, &ticket));
	strata_master_record_publish(master, ticket, &master_at, 1);
	REQUIRE((char *) master > start && (char *) master + SIZE <= mark());
	return (target){ (char *) master, SIZE, 0, 0, HEAD_AT, 0 };
}

/* Nothing is known, or the address is. */
static bool master_is_right(void)
{
	strata_master_view view;

	return !strata_master_record_read(master, &view) || !view.is_known ||
		   strata_endpoint_is_at(&view.at, master_at.host, master_at.port);
}

static bool master_heals(void)
{
	bool was_right = master_is_right();
	strata_master_view view;
	uint64_t ticket;

	if (!strata_master_record_take(master, NOW + INTERVAL, &ticket)) {
		return false;
	}
	strata_master_record_publish(master, ticket, &master_at, 1);
	return was_right && strata_master_record_read(master, &view) && view.is_known &&
		   strata_endpoint_is_at(&view.at, master_at.host, master_at.port);
}

static void publish_name(strata_msec asked_at)
{
	strata_dns_answer found = { .result = STRATA_OK, .addresses.count = 1 };
	const char *unused;

	REQUIRE(strata_address_read("10.0.0.1", 0, &found.addresses.items[0], &unused) == STRATA_OK);
	(void) !strata_name_record_publish(name, strata_name_record_version(name), &found, asked_at);
}

/* Nothing is known, or the address is; and what is told of it is over. */
static bool name_is_right(strata_msec now)
{
	strata_name_view view;
	char text[STRATA_ADDRESS_TEXT_ROOM];

	strata_name_record_read(name, now, &view);
	strata_address_print(&view.addresses.items[0], text);
	return (view.addresses.count == 0 || strcmp(text, "10.0.0.1") == 0) && view.asked_at <= now &&
		   strata_name_record_expired_at(name, now) <= now;
}

static target begin_name(void)
{
	/* The name, and behind it the gate, the hints and what is published. */
	enum { HOST_ROOM = 256, HEAD_AT = HOST_ROOM + 48, SIZE = 1536 };

	char *start = mark();
	uint64_t ticket;

	REQUIRE(strata_name_table_new(host, NULL, &names) == STRATA_OK);
	name = strata_name_table_acquire(names, "cache.example");
	REQUIRE(name != NULL && strata_name_record_take(name, NOW, &ticket) == STRATA_GATE_TAKEN);
	publish_name(NOW);
	strata_name_record_expire(name, NOW);
	REQUIRE((char *) name > start && (char *) name + SIZE <= mark());
	return (target){ (char *) name, SIZE, 0, 0, HEAD_AT, HOST_ROOM };
}

static bool name_heals(void)
{
	bool was_right = name_is_right(NOW);
	strata_name_status status;
	strata_name_view view;
	uint64_t ticket;

	(void) strata_name_table_describe(names, 0, NOW, &status);
	if (strata_name_record_take(name, NOW + INTERVAL, &ticket) != STRATA_GATE_TAKEN) {
		return false;
	}
	publish_name(NOW + INTERVAL);
	strata_name_record_read(name, NOW + INTERVAL, &view);
	return was_right && view.addresses.count == 1 && view.asked_at == NOW + INTERVAL &&
		   name_is_right(NOW + INTERVAL);
}

/* As many in flight as may be, of a process that was killed after it was last counted. */
static target begin_inflight(void)
{
	pid_t child;

	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	inflight = (strata_inflight *) mark();
	REQUIRE(strata_host_alloc(host, sizeof(*inflight)) != NULL);
	child = fork();
	if (child == 0) {
		for (int i = 0; i < LIMIT; i++) {
			strata_inflight_add(inflight, slots, STRATA_INFLIGHT_OPERATIONS);
		}
		_exit(strata_inflight_has_room(inflight, slots, STRATA_INFLIGHT_OPERATIONS, LIMIT, NOW));
	}
	REQUIRE(child > 0 && waitpid(child, NULL, 0) == child);
	REQUIRE(strata_inflight_sum(inflight, STRATA_INFLIGHT_OPERATIONS) == LIMIT);
	return (target){ (char *) inflight, sizeof(*inflight), 0, 0, 0, NO_GATE };
}

static bool inflight_heals(void)
{
	return strata_inflight_has_room(inflight, slots, STRATA_INFLIGHT_OPERATIONS, LIMIT, NOW + 100);
}

static target begin_latency(void)
{
	latency = (strata_latency *) mark();
	REQUIRE(strata_host_alloc(host, sizeof(*latency)) != NULL);
	(void) strata_latency_add(latency, 100, 1000);
	CHECK(strata_latency_adapt(latency, 1, 64, NOW).answers == 1);
	return (target){ (char *) latency, sizeof(*latency), 0, 0, 0, offsetof(strata_latency, ticks) };
}

/* A tick counts the answers since the one before, and makes what is known new. */
static bool latency_heals(void)
{
	(void) strata_latency_add(latency, 100, 1000);
	return strata_latency_adapt(latency, 1, 64, NOW + 100).answers != 0 &&
		   strata_latency_is_known(latency, NOW + 200);
}

static bool is_chosen(const target *target, size_t at)
{
	if (at >= target->lock_at && at < target->lock_end) {
		return false;
	}
	return at < EACH || (at >= target->dense_at && at - target->dense_at < EACH) || at % STEP == 0;
}

/* Each of its bytes in turn, in several ways, and back. */
static void flip_each_byte(const user *user, target target)
{
	static const char flips[] = { 1, 2, 3, (char) 0x80, (char) 0xFF };
	char *before = malloc(target.size);

	REQUIRE(before != NULL);
	memcpy(before, target.start, target.size);
	for (size_t at = 0; at < target.size; at++) {
		for (size_t i = 0; i < sizeof(flips) && is_chosen(&target, at); i++) {
			target.start[at] = (char) (target.start[at] ^ flips[i]);
			if (!user->heals()) {
				(void) fprintf(stderr, "%s: byte %zu ^ %d\n", user->name, at, flips[i]);
				CHECK(!"healed");
			}
			memcpy(target.start, before, target.size);
		}
	}
	free(before);
}

static const user users[] = {
	{ "generation", begin_generation, generation_heals },
	{ "config", begin_config, config_heals },
	{ "slot map", begin_slot_map, slot_map_heals },
	{ "master", begin_master, master_heals },
	{ "name", begin_name, name_heals },
	{ "inflight", begin_inflight, inflight_heals },
	{ "latency", begin_latency, latency_heals },
};

static void after_any_flipped_byte_gates_open_and_blobs_are_refused_or_fetched_anew(void)
{
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		REQUIRE(strata_host_new(&host) == STRATA_OK);
		flip_each_byte(&users[i], users[i].begin());
		end();
	}
}

/* The same bit of two lanes of the word: the moment is years ahead, and the check is right. */
static void a_moment_years_ahead_keeps_no_gate_shut_though_its_word_checks(void)
{
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		target target;

		REQUIRE(strata_host_new(&host) == STRATA_OK);
		target = users[i].begin();
		if (target.gate_at != NO_GATE) {
			target.start[target.gate_at + 5] = (char) (target.start[target.gate_at + 5] ^ 1);
			target.start[target.gate_at + 7] = (char) (target.start[target.gate_at + 7] ^ 1);
			CHECK(users[i].heals());
		}
		end();
	}
}

static void undamaged_it_all_works(void)
{
	strata_lease lease;

	begin(1);
	CHECK(strata_process_slots_mine(slots) != 0);
	CHECK(strata_lease_take(leases, 7, STRATA_LEASE_FIRST, &lease) == STRATA_LEASE_TAKEN);
	strata_lease_release(leases, &lease);
	CHECK(strata_pins_add(pins, 5, 1, 0, &boundless) == STRATA_PIN_NEW);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(undamaged_it_all_works);
	RUN(after_any_flipped_byte_gates_open_and_blobs_are_refused_or_fetched_anew);
	RUN(a_moment_years_ahead_keeps_no_gate_shut_though_its_word_checks);
	RUN(random_bytes_in_what_is_shared_crash_nobody_and_stop_nobody);
	return unit_end();
}
