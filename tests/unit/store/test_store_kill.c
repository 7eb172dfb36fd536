/* unit: -DSTRATA_FAILPOINTS */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base/failpoint.h"

#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "os/map.h"
#include "os/process.h"
#include "store/store.h"

#include "store_audit.h"
#include "store_images.h"

enum { NOW = 1000000, MIB = 1 << 20, SIZE = MIB, TARGET = 500000, POINTS_MOST = 128 };

static strata_host *host;
static strata_process_slots *slots;
static strata_pins *pins;
static strata_store *store;
static strata_arena *arena;
static void *memory;
static const void *view;

/* Which failpoint of this process kills it, counted from 1; 0: none does. */
static uint32_t deadly, passed;

/* Names of all failpoints that killed somebody, in shared memory. */
static struct {
	_Atomic uint32_t count;
	char names[POINTS_MOST][48];
} * met;

static void note(const char *name)
{
	for (uint32_t i = 0; i < met->count; i++) {
		if (strcmp(met->names[i], name) == 0) {
			return;
		}
	}
	REQUIRE(met->count < POINTS_MOST);
	snprintf(met->names[met->count], sizeof(met->names[0]), "%s", name);
	met->count++;
}

void strata_failpoint(const char *name)
{
	if (deadly != 0 && ++passed == deadly) {
		note(name);
		(void) kill(getpid(), SIGKILL);
	}
}

static void begin(void)
{
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_pins_new(host, slots, &pins) == STRATA_OK);
	REQUIRE(strata_map_two_views(SIZE, STRATA_MAP_LAZY, &memory, &view) == STRATA_OK);
	REQUIRE(strata_store_new(memory, view, SIZE, pins, &store) == STRATA_OK);
}

static void end(void)
{
	strata_store_free(store);
	strata_map_free_views(memory, view, SIZE);
	strata_pins_free(pins);
	strata_process_slots_free(slots);
	strata_host_free(host);
	strata_arena_free(arena);
}

static strata_result put_number(uint32_t number, uint32_t version, size_t size)
{
	numbered_key key;
	strata_record record = value_number(number, version, size);

	return strata_store_put(store, key_number(&key, number), NOW, STRATA_STORE_SET, &record);
}

static strata_result get_number(uint32_t number, strata_record *found)
{
	numbered_key key;

	strata_arena_reset(arena);
	return strata_store_get(store, key_number(&key, number), NOW, STRATA_READ_COPY, arena, found);
}

static strata_result remove_number(uint32_t number)
{
	numbered_key key;

	return strata_store_remove(store, key_number(&key, number), NOW);
}

static strata_result count_number(uint32_t number, int64_t by, int64_t *sum)
{
	numbered_key key;
	strata_record initial = { .value = { .codec = STRATA_CODEC_INTEGER } };

	return strata_store_increment(store, key_number(&key, number), NOW, by, &initial, sum);
}

/* Runs the task in a child that dies at its n-th failpoint. False when it came to its end alive. */
static bool is_killed_at(uint32_t n, void (*task)(void))
{
	int status;
	pid_t child = fork();

	REQUIRE(child >= 0);
	if (child == 0) {
		deadly = n;
		task();
		_exit(0);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

/*
 * Kills the task at every failpoint in turn; returns how many there were. Each kill meets the store
 * as it is now, to the byte, so that the n-th failpoint is always the same one.
 */
static uint32_t kill_everywhere(void (*prepare)(void), void (*task)(void), void (*check)(void))
{
	static char before[SIZE];
	uint32_t n = 1;
	bool killed = true;

	memcpy(before, memory, SIZE);
	for (; killed && n < 10000; n++) {
		memcpy(memory, before, SIZE);
		prepare();
		killed = is_killed_at(n, task);
		audit_store(store);
		check();
	}
	CHECK(!killed);
	return n - 2;
}

static void prepare_nothing(void)
{
}

/* A store with room: nothing that was stored may be missing after a kill. */

enum { POPULATION = 400 };

static void populate(void)
{
	for (uint32_t i = 0; i < POPULATION; i++) {
		CHECK(put_number(i, 1, 8 + i % 300) == STRATA_OK);
	}
	/* Gaps, so that blocks are taken from the middle and freed between neighbours. */
	for (uint32_t i = 0; i < POPULATION; i += 3) {
		CHECK(remove_number(i) == STRATA_OK);
	}
}

static void check_population(void)
{
	strata_record found;

	for (uint32_t i = 0; i < POPULATION; i++) {
		strata_result expected = i % 3 == 0 ? STRATA_MISS : STRATA_OK;

		CHECK(get_number(i, &found) == expected);
		CHECK(expected == STRATA_MISS || is_value_of(&found, i));
	}
}

/* And the shard that was hit goes on working. */
static void check_all_works(void)
{
	strata_record found;

	check_population();
	CHECK(put_number(TARGET, 9, 333) == STRATA_OK);
	CHECK(get_number(TARGET, &found) == STRATA_OK && is_value_of(&found, TARGET));
	CHECK(found.created_at == 9);
	CHECK(remove_number(TARGET) == STRATA_OK);
	/* Not even one that the killed process left behind it. */
	CHECK(get_number(TARGET, &found) == STRATA_MISS);
	audit_store(store);
}

/* The target is absent or one of the two values that it may have. */
static void check_target(void)
{
	strata_record found;
	strata_result result = get_number(TARGET, &found);

	CHECK(result == STRATA_MISS || (result == STRATA_OK && is_value_of(&found, TARGET)));
	check_all_works();
}

static void put_target(void)
{
	REQUIRE(put_number(TARGET, 2, 150) == STRATA_OK);
}

static void prepare_target(void)
{
	REQUIRE(put_number(TARGET, 1, 220) == STRATA_OK);
}

static void remove_target(void)
{
	REQUIRE(remove_number(TARGET) == STRATA_OK);
}

static void a_put_killed_anywhere_leaves_a_whole_value_or_none(void)
{
	begin();
	populate();
	CHECK(kill_everywhere(prepare_nothing, put_target, check_target) >= 5);
	end();
}

static void an_overwrite_killed_anywhere_leaves_a_whole_value_or_none(void)
{
	begin();
	populate();
	CHECK(kill_everywhere(prepare_target, put_target, check_target) >= 8);
	end();
}

static void check_target_is_there(void)
{
	strata_record found;

	CHECK(get_number(TARGET, &found) == STRATA_OK && is_value_of(&found, TARGET));
	check_target();
}

static void an_overwrite_killed_anywhere_leaves_the_old_value_or_the_new(void)
{
	begin();
	populate();
	CHECK(kill_everywhere(prepare_target, put_target, check_target_is_there) >= 8);
	end();
}

/* Values that are written without the lock. */

static void put_target_without_the_lock(void)
{
	REQUIRE(put_number(TARGET, 2, 9000) == STRATA_OK);
}

static void fill_target_without_the_lock(void)
{
	numbered_key key;
	strata_record found, record;

	REQUIRE(get_number(TARGET, &found) == STRATA_MISS);
	record = value_number(TARGET, 2, 9000);
	record.seen = found.seen;
	REQUIRE(strata_store_put(store, key_number(&key, TARGET), NOW, STRATA_STORE_FILL, &record) ==
			STRATA_OK);
}

/* And a second time around nothing is left of the block that was being written. */
static void check_nothing_is_lost(void)
{
	strata_store_usage usage;

	check_target();
	for (uint32_t i = 0; i < store->shard_count; i++) {
		REQUIRE(strata_repair_lock(&store->shards[i], 0));
		store->shards[i].is_damaged = true;
		strata_repair_unlock(&store->shards[i]);
	}
	strata_store_read_usage(store, &usage);
	CHECK(usage.used < 9000 + POPULATION * (112 + 16 + 300));
	CHECK(usage.retired == 0 && usage.damages == 0);
}

static void a_put_without_the_lock_killed_anywhere_leaves_a_whole_value_or_none(void)
{
	begin();
	populate();
	CHECK(
		kill_everywhere(prepare_nothing, put_target_without_the_lock, check_nothing_is_lost) >= 8);
	CHECK(kill_everywhere(prepare_target, put_target_without_the_lock, check_nothing_is_lost) >= 8);
	CHECK(remove_number(TARGET) != STRATA_BUSY);
	CHECK(
		kill_everywhere(prepare_nothing, fill_target_without_the_lock, check_nothing_is_lost) >= 8);
	end();
}

/* Images that somebody looks at. */

static strata_record held;

static strata_result put_image_target(uint32_t version)
{
	numbered_key key;
	strata_record record = image_number(TARGET, version, 700);

	return strata_store_put(store, key_number(&key, TARGET), NOW, STRATA_STORE_SET, &record);
}

static void hold_target(void)
{
	numbered_key key;

	strata_pins_begin_request(pins);
	strata_arena_reset(arena);
	REQUIRE(put_image_target(1) == STRATA_OK);
	REQUIRE(strata_store_get(store, key_number(&key, TARGET), NOW, STRATA_READ_PIN, arena, &held) ==
			STRATA_OK);
	REQUIRE(held.block != 0);
}

static void replace_image_target(void)
{
	REQUIRE(put_image_target(2) == STRATA_OK);
}

/* And it stays although the heap is filled after. */
static void check_held(void)
{
	strata_store_usage usage;

	CHECK(is_image_of(&held, TARGET) && held.version == 1);
	for (uint32_t i = 0; i < 4 * POPULATION; i++) {
		CHECK(put_number(1000 + i, 1, 900) == STRATA_OK);
	}
	audit_store(store);
	CHECK(is_image_of(&held, TARGET) && held.version == 1);
	strata_store_read_usage(store, &usage);
	CHECK(usage.pinned > 700 && usage.damages == 0);
}

/* Where many hold something one look answers for many blocks: here the next one is the last. */
static void hold_target_among_many(void)
{
	hold_target();
	for (uint32_t i = 0; i < store->shard_count; i++) {
		store->shards[i].head->holders = 1000;
		store->shards[i].head->unseen_count = STRATA_UNSEEN - 1;
	}
}

static void let_go_of_target_among_many(void)
{
	hold_target_among_many();
	strata_pins_begin_request(pins);
}

static void check_image_target(void)
{
	numbered_key key;
	strata_store_usage usage;

	strata_pins_begin_request(pins);
	CHECK(strata_store_get(store, key_number(&key, TARGET), NOW, STRATA_READ_PIN, arena, &held) ==
			  STRATA_OK &&
		  is_image_of(&held, TARGET));
	audit_store(store);
	strata_pins_begin_request(pins);
	strata_store_free_retired(store);
	strata_store_read_usage(store, &usage);
	CHECK(usage.retired == 0 && usage.damages == 0);
}

static void what_is_held_survives_a_kill_anywhere_of_who_replaces_or_removes_it(void)
{
	begin();
	populate();
	CHECK(kill_everywhere(hold_target, replace_image_target, check_held) >= 8);
	CHECK(kill_everywhere(hold_target, put_target, check_held) >= 8);
	CHECK(kill_everywhere(hold_target, remove_target, check_held) >= 3);
	CHECK(kill_everywhere(hold_target_among_many, replace_image_target, check_held) >= 9);
	CHECK(kill_everywhere(let_go_of_target_among_many, replace_image_target, check_image_target) >=
		  9);
	end();
}

static void hold_and_remove_target(void)
{
	hold_target();
	remove_target();
	strata_pins_begin_request(pins);
	REQUIRE(put_image_target(1) == STRATA_OK);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		/* So that the hand comes by soon. */
		store->shards[i].head->hand = 1;
	}
}

static void fill_heap(void)
{
	for (uint32_t i = 0; i < 2 * SIZE / 1000; i++) {
		REQUIRE(put_number(2000 + i, 1, 900) == STRATA_OK);
	}
}

/* A sweep that comes by the block that is retired: the heap was full before. */
static void fill_heap_a_little(void)
{
	for (uint32_t i = 0; i < 12; i++) {
		REQUIRE(put_number(9000 + i, 1, 700) == STRATA_OK);
	}
}

static void check_released(void)
{
	strata_store_usage usage;

	fill_heap();
	fill_heap();
	strata_store_read_usage(store, &usage);
	CHECK(usage.retired == 0 && usage.pinned == 0 && usage.damages == 0);
}

static void what_is_let_go_is_freed_though_who_frees_it_is_killed_anywhere(void)
{
	begin();
	for (uint32_t i = 0; i < 600; i++) {
		CHECK(put_number(i, 1, 900) == STRATA_OK);
	}
	CHECK(kill_everywhere(hold_and_remove_target, fill_heap_a_little, check_released) >= 8);
	CHECK(kill_everywhere(hold_and_remove_target, remove_target, check_released) >= 4);
	end();
}

static void a_removal_killed_anywhere_harms_no_other_value(void)
{
	begin();
	populate();
	CHECK(kill_everywhere(prepare_target, remove_target, check_target) >= 4);
	end();
}

static void check_removed(void)
{
	strata_record found;

	CHECK(get_number(TARGET, &found) == STRATA_MISS);
	check_all_works();
}

static void put_and_remove_target(void)
{
	uint32_t own = deadly;

	deadly = 0;
	put_target();
	deadly = own;
	remove_target();
}

static void a_value_whose_removal_began_never_comes_back(void)
{
	begin();
	populate();
	/* Every failpoint of a removal comes after the store that takes the value away. */
	CHECK(kill_everywhere(prepare_nothing, put_and_remove_target, check_removed) >= 4);
	end();
}

static void touch_target(void)
{
	static const strata_life life = { .dead_at = NOW + 5, .expires_at = TARGET };
	numbered_key key;

	REQUIRE(strata_store_touch(store, key_number(&key, TARGET), NOW, &life, 1, 0) == STRATA_OK);
}

static void a_touch_killed_anywhere_leaves_the_value(void)
{
	begin();
	populate();
	CHECK(kill_everywhere(prepare_target, touch_target, check_target) >= 1);
	end();
}

static uint64_t fence;

static void prepare_fence(void)
{
	const strata_record placeholder = { .version = 99 };
	strata_result result = remove_number(TARGET);
	numbered_key key;

	REQUIRE(result == STRATA_OK || result == STRATA_MISS);
	REQUIRE(strata_store_take_fence(store, key_number(&key, TARGET), NOW, 1000, 0, &placeholder,
				&fence) == STRATA_OK);
}

static void take_fence_and_store_over_it(void)
{
	strata_record record = value_number(TARGET, 2, 100);
	const strata_record placeholder = { .version = 98 };
	numbered_key key;

	REQUIRE(strata_store_take_fence(store, key_number(&key, TARGET), NOW + 5, 1000, 0, &placeholder,
				&record.expected) == STRATA_OK);
	REQUIRE(record.expected == fence);
	REQUIRE(strata_store_put(store, &key.key, NOW + 5, STRATA_STORE_COMPARE, &record) == STRATA_OK);
}

/* The placeholder or the value, and never a placeholder that is read as one. */
static void check_fence(void)
{
	strata_record found;

	if (get_number(TARGET, &found) == STRATA_OK) {
		CHECK(is_value_of(&found, TARGET));
	} else {
		CHECK(found.value.codec == STRATA_CODEC_ABSENT && found.version == fence);
	}
}

static void a_store_over_a_fence_killed_anywhere_leaves_the_fence_or_the_value(void)
{
	begin();
	populate();
	CHECK(kill_everywhere(prepare_fence, take_fence_and_store_over_it, check_fence) >= 4);
	end();
}

static void prepare_counter(void)
{
	strata_result result = remove_number(TARGET + 1);
	int64_t sum;

	REQUIRE(result == STRATA_OK || result == STRATA_MISS);
	REQUIRE(count_number(TARGET + 1, 41, &sum) == STRATA_OK && sum == 41);
}

static void count_once(void)
{
	int64_t sum;

	REQUIRE(count_number(TARGET + 1, 1, &sum) == STRATA_OK);
}

static void check_counter(void)
{
	strata_record found;

	CHECK(get_number(TARGET + 1, &found) == STRATA_OK);
	CHECK(found.value.integer == 41 || found.value.integer == 42);
	check_all_works();
}

static void an_increment_killed_anywhere_counted_once_or_not_at_all(void)
{
	begin();
	populate();
	CHECK(kill_everywhere(prepare_counter, count_once, check_counter) >= 2);
	end();
}

/* A full store: room has to be made. */

enum { FULL = 3000 };

static void fill(void)
{
	for (uint32_t i = 0; i < FULL; i++) {
		CHECK(put_number(i, 1, 8 + i * 37 % 700) == STRATA_OK);
	}
}

static void check_full(void)
{
	strata_store_usage usage;
	strata_record found;
	uint32_t there = 0;

	for (uint32_t i = 0; i < FULL; i++) {
		strata_result result = get_number(i, &found);

		CHECK(result == STRATA_MISS || (result == STRATA_OK && is_value_of(&found, i)));
		there += result == STRATA_OK;
	}
	strata_store_read_usage(store, &usage);
	CHECK(there > FULL / 10);
	for (uint32_t i = FULL; i < FULL + 700; i++) {
		there += get_number(i, &found) == STRATA_OK;
	}
	CHECK(there + (get_number(TARGET, &found) == STRATA_OK) == usage.entries);
	CHECK(usage.damages == 0);
}

static void put_middling_target(void)
{
	REQUIRE(put_number(TARGET, 2, 1500) == STRATA_OK);
}

static void put_large_target(void)
{
	REQUIRE(put_number(TARGET, 2, 10000) == STRATA_OK);
}

static void a_put_that_evicts_killed_anywhere_harms_nothing_else(void)
{
	begin();
	fill();
	CHECK(kill_everywhere(prepare_nothing, put_middling_target, check_full) >= 8);
	end();
}

static void a_put_that_clears_a_run_killed_anywhere_harms_nothing_else(void)
{
	begin();
	fill();
	CHECK(kill_everywhere(prepare_nothing, put_large_target, check_full) >= 50);
	end();
}

/* After so many it has left the nursery, and main takes it. */
static void leave_ghost(void)
{
	put_target();
	for (uint32_t i = 0; i < 600; i++) {
		CHECK(put_number(FULL + i, 1, 150) == STRATA_OK);
	}
}

static void a_put_that_main_accepts_killed_anywhere_harms_nothing_else(void)
{
	begin();
	fill();
	leave_ghost();
	CHECK(kill_everywhere(prepare_nothing, put_target, check_full) >= 8);
	end();
}

static void put_some_more(void)
{
	for (uint32_t i = 0; i < 8; i++) {
		REQUIRE(put_number(FULL + 600 + i, 1, 1200) == STRATA_OK);
	}
}

static bool was_met(const char *name)
{
	for (uint32_t i = 0; i < met->count; i++) {
		if (strcmp(met->names[i], name) == 0) {
			return true;
		}
	}
	return false;
}

/* Only where main is full of what was asked for: of other entries one would go there. */
static void ask_for_all(void)
{
	strata_record found;

	for (uint32_t i = 0; i < FULL + 600; i++) {
		(void) get_number(i, &found);
	}
}

static void a_put_to_the_nursery_killed_anywhere_harms_nothing_else(void)
{
	begin();
	fill();
	leave_ghost();
	ask_for_all();
	CHECK(kill_everywhere(prepare_nothing, put_some_more, check_full) >= 8);
	CHECK(was_met("nursery: taken") && was_met("nursery: cleared"));
	end();
}

static void put_within_share(void)
{
	numbered_key key;
	strata_record record = value_number(TARGET, 2, 3000);

	record.share = 50;
	REQUIRE(strata_store_put(store, key_number(&key, TARGET), NOW, STRATA_STORE_SET, &record) ==
			STRATA_OK);
}

static void a_put_that_keeps_its_share_killed_anywhere_harms_nothing_else(void)
{
	begin();
	fill();
	CHECK(kill_everywhere(prepare_nothing, put_within_share, check_full) >= 8);
	end();
}

/* Repairs that are killed themselves. */

/* At which failpoint the put died that leaves the mess. */
static uint32_t mess;
static bool is_mess;

static void leave_a_mess(void)
{
	is_mess = is_killed_at(mess, put_target);
}

static void repair_all(void)
{
	for (uint32_t i = 0; i < store->shard_count; i++) {
		REQUIRE(strata_repair_lock(&store->shards[i], 0));
		strata_repair_unlock(&store->shards[i]);
	}
}

static void check_few(void)
{
	strata_record found;

	for (uint32_t i = 0; i < 12; i++) {
		CHECK(get_number(i, &found) == (i % 4 == 1 ? STRATA_MISS : STRATA_OK));
		CHECK(i % 4 == 1 || is_value_of(&found, i));
	}
	CHECK(get_number(TARGET, &found) == STRATA_MISS || is_value_of(&found, TARGET));
}

static void hold_removed_target_and_leave_a_mess(void)
{
	hold_target();
	remove_target();
	mess = 3;
	leave_a_mess();
	REQUIRE(is_mess);
}

static void check_held_after_repair(void)
{
	strata_store_usage usage;

	strata_store_read_usage(store, &usage);
	CHECK(usage.retired > 700);
	check_held();
}

static void a_repair_killed_anywhere_takes_nothing_from_who_holds_it(void)
{
	begin();
	for (uint32_t i = 0; i < 12; i++) {
		CHECK(put_number(i, 1, 8 + i * 30) == STRATA_OK);
	}
	CHECK(kill_everywhere(hold_removed_target_and_leave_a_mess, repair_all,
			  check_held_after_repair) >= 4);
	end();
}

static void a_repair_killed_anywhere_is_done_by_the_next(void)
{
	begin();
	for (uint32_t i = 0; i < 12; i++) {
		CHECK(put_number(i, 1, 8 + i * 30) == STRATA_OK);
	}
	for (uint32_t i = 1; i < 12; i += 4) {
		CHECK(remove_number(i) == STRATA_OK);
	}
	REQUIRE(put_number(TARGET, 1, 100) == STRATA_OK);
	/* From the first failpoint of an overwrite to its last. */
	for (mess = 1; mess == 1 || is_mess; mess++) {
		uint32_t points = kill_everywhere(leave_a_mess, repair_all, check_few);

		CHECK(!is_mess || points >= 4);
	}
	CHECK(mess > 8);
	end();
}

static void every_failpoint_was_met(void)
{
	static const char *const expected[] = { "split: right header written", "split: left shrunk",
		"split: right listed", "join: begin", "join: left enlarged", "join: end", "take: unlisted",
		"take: taken", "give: free", "give: listed", "drop: not live any more",
		"drop: not in the index any more", "evict: chosen", "nursery: cleared", "nursery: taken",
		"ghosts: half of it", "share: chosen", "put: written", "put: succession set",
		"put: two are live", "put: replaced", "put: old one gone", "put: live", "put: to be found",
		"index: linked, not told", "repair: succession settled", "retired: counted",
		"retired: nobody looks", "retired: put off", "repair: kept aside",
		"put: about to write without the lock", "put: written without the lock", "life: half of it",
		"increment: before", "increment: after", "repair: begin", "repair: freed", "repair: joined",
		"repair: kept", "repair: end" };

	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		CHECK(was_met(expected[i]));
		if (!was_met(expected[i])) {
			fprintf(stderr, "never met: %s\n", expected[i]);
		}
	}
}

/* Kills at any instruction, not only at failpoints. */

enum { WORKERS = 4, KILLS = 250, KEYS = 700, COUNTER = 600000 };

static struct {
	_Atomic uint32_t wrong;
	_Atomic uint64_t operations;
} * report;

static void work_once(uint64_t random)
{
	uint32_t number = (uint32_t) (random >> 33) % KEYS;
	strata_record found;
	int64_t sum;
	strata_result result;

	switch (random >> 61) {
		case 0:
		case 1:
		case 2: result = put_number(number, (uint32_t) random, 8 + (random >> 20) % 3000); break;
		case 3: result = remove_number(number); break;
		case 4: result = count_number(COUNTER + number % 8, 1, &sum); break;
		default:
			result = get_number(number, &found);
			if (result == STRATA_OK && !is_value_of(&found, number)) {
				report->wrong++;
			}
	}
	if (result != STRATA_OK && result != STRATA_MISS && result != STRATA_BUSY) {
		report->wrong++;
	}
	report->operations++;
}

static pid_t start_worker(void)
{
	pid_t child = fork();

	REQUIRE(child >= 0);
	if (child == 0) {
		(void) alarm(60);
		for (;;) {
			work_once(strata_process_random_word());
		}
	}
	return child;
}

static void kill_worker(pid_t worker)
{
	REQUIRE(kill(worker, SIGKILL) == 0);
	REQUIRE(waitpid(worker, NULL, 0) == worker);
}

static void workers_killed_at_random_never_leave_a_wrong_value(void)
{
	pid_t workers[WORKERS];
	strata_store_usage usage;
	void *shared;

	begin();
	REQUIRE(strata_map_lazy(sizeof(*report), &shared) == STRATA_OK);
	report = shared;
	for (int i = 0; i < WORKERS; i++) {
		workers[i] = start_worker();
	}
	for (int i = 0; i < KILLS; i++) {
		(void) usleep((useconds_t) (strata_process_random_word() % 3000));
		kill_worker(workers[i % WORKERS]);
		workers[i % WORKERS] = start_worker();
	}
	for (int i = 0; i < WORKERS; i++) {
		kill_worker(workers[i]);
	}
	audit_store(store);
	for (uint32_t i = 0; i < KEYS; i++) {
		strata_record found;
		strata_result result = get_number(i, &found);

		CHECK(result == STRATA_MISS || (result == STRATA_OK && is_value_of(&found, i)));
	}
	strata_store_read_usage(store, &usage);
	CHECK(report->wrong == 0);
	CHECK(report->operations > 1000);
	CHECK(usage.repairs > 0 && usage.damages == 0);
	strata_map_free(shared, sizeof(*report));
	end();
}

int main(void)
{
	void *shared;

	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	REQUIRE(strata_map_lazy(sizeof(*met), &shared) == STRATA_OK);
	met = shared;
	RUN(a_put_killed_anywhere_leaves_a_whole_value_or_none);
	RUN(an_overwrite_killed_anywhere_leaves_a_whole_value_or_none);
	RUN(an_overwrite_killed_anywhere_leaves_the_old_value_or_the_new);
	RUN(a_put_without_the_lock_killed_anywhere_leaves_a_whole_value_or_none);
	RUN(what_is_held_survives_a_kill_anywhere_of_who_replaces_or_removes_it);
	RUN(what_is_let_go_is_freed_though_who_frees_it_is_killed_anywhere);
	RUN(a_removal_killed_anywhere_harms_no_other_value);
	RUN(a_value_whose_removal_began_never_comes_back);
	RUN(a_touch_killed_anywhere_leaves_the_value);
	RUN(a_store_over_a_fence_killed_anywhere_leaves_the_fence_or_the_value);
	RUN(an_increment_killed_anywhere_counted_once_or_not_at_all);
	RUN(a_put_that_evicts_killed_anywhere_harms_nothing_else);
	RUN(a_put_that_clears_a_run_killed_anywhere_harms_nothing_else);
	RUN(a_put_that_main_accepts_killed_anywhere_harms_nothing_else);
	RUN(a_put_to_the_nursery_killed_anywhere_harms_nothing_else);
	RUN(a_put_that_keeps_its_share_killed_anywhere_harms_nothing_else);
	RUN(a_repair_killed_anywhere_is_done_by_the_next);
	RUN(a_repair_killed_anywhere_takes_nothing_from_who_holds_it);
	RUN(every_failpoint_was_met);
	RUN(workers_killed_at_random_never_leave_a_wrong_value);
	return unit_end();
}
