#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/store.h"

#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "host/pins.h"
#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"

#include "store_audit.h"
#include "store_images.h"

enum { NOW = 1000000, MIB = 1 << 20 };

static strata_host *host;
static strata_process_slots *slots;
static strata_pins *pins;
static strata_store *store;
static strata_arena *arena;
static void *memory;
static const void *view;
static size_t memory_size;

static void begin(size_t size)
{
	memory_size = size;
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_host_new(&host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(host, &slots) == STRATA_OK);
	REQUIRE(strata_pins_new(host, slots, &pins) == STRATA_OK);
	REQUIRE(strata_map_two_views(size, STRATA_MAP_LAZY, &memory, &view) == STRATA_OK);
	REQUIRE(strata_store_new(memory, view, size, pins, &store) == STRATA_OK);
}

static void end(void)
{
	audit_store(store);
	strata_store_free(store);
	strata_map_free_views(memory, view, memory_size);
	strata_pins_free(pins);
	strata_process_slots_free(slots);
	strata_host_free(host);
	strata_arena_free(arena);
}

static strata_store_usage usage(void)
{
	strata_store_usage now;

	strata_store_read_usage(store, &now);
	return now;
}

static strata_result put_image(uint32_t number, uint32_t version, size_t size)
{
	numbered_key key;
	strata_record record = image_number(number, version, size);

	return strata_store_put(store, key_number(&key, number), NOW, STRATA_STORE_SET, &record);
}

static strata_result put_string(uint32_t number, uint32_t version, size_t size)
{
	numbered_key key;
	strata_record record = value_number(number, version, size);

	return strata_store_put(store, key_number(&key, number), NOW, STRATA_STORE_SET, &record);
}

static strata_result get(uint32_t number, strata_read_mode mode, strata_record *found)
{
	numbered_key key;

	return strata_store_get(store, key_number(&key, number), NOW, mode, arena, found);
}

static strata_result remove_number(uint32_t number)
{
	numbered_key key;

	return strata_store_remove(store, key_number(&key, number), NOW);
}

static bool is_in_view(const void *pointer)
{
	return (uintptr_t) pointer >= (uintptr_t) view &&
		   (uintptr_t) pointer < (uintptr_t) view + memory_size;
}

/* A child that does this and then waits to be killed. */
static pid_t child_after(void (*task)(void))
{
	int pipes[2];
	char byte;
	pid_t child;

	REQUIRE(pipe(pipes) == 0);
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		(void) alarm(60);
		task();
		(void) !write(pipes[1], "x", 1);
		for (;;) {
			(void) pause();
		}
	}
	(void) close(pipes[1]);
	REQUIRE(read(pipes[0], &byte, 1) == 1);
	(void) close(pipes[0]);
	return child;
}

static void end_child(pid_t child)
{
	REQUIRE(kill(child, SIGKILL) == 0);
	REQUIRE(waitpid(child, NULL, 0) == child);
}

static void an_image_is_read_where_it_lies_and_only_read(void)
{
	strata_record found;
	pid_t child;
	int status;

	begin(MIB);
	CHECK(put_image(1, 5, 1000) == STRATA_OK);
	CHECK(get(1, STRATA_READ_PIN, &found) == STRATA_OK && is_image_of(&found, 1));
	CHECK(is_in_view(found.value.bytes.data) && found.value.bytes.data == found.origin);
	CHECK((uintptr_t) found.origin % 16 == 0);
	CHECK(found.block != 0 && found.version == 5);
	CHECK(strata_pins_count_mine(pins) == 1);
	CHECK(get(1, STRATA_READ_PIN, &found) == STRATA_OK && strata_pins_count_mine(pins) == 1);
	CHECK(usage().pinned > 1000 && usage().retired == 0);
	child = fork();
	if (child == 0) {
		(void) signal(SIGSEGV, SIG_DFL);
		((volatile char *) (uintptr_t) found.value.bytes.data)[30] = 'x';
		_exit(0);
	}
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	CHECK(is_image_of(&found, 1));
	end();
}

static void its_tags_are_the_callers_and_a_peek_pins_it_too(void)
{
	strata_tag tags[] = { { 1, 10 }, { 2, 20 } };
	strata_record record = image_number(1, 5, 600), found;
	strata_store_hit hit;
	numbered_key key;

	begin(MIB);
	record.tags = tags;
	record.tag_count = 2;
	key_number(&key, 1);
	CHECK(strata_store_put(store, &key.key, NOW, STRATA_STORE_SET, &record) == STRATA_OK);
	CHECK(get(1, STRATA_READ_PIN, &found) == STRATA_OK && is_image_of(&found, 1));
	CHECK(found.block != 0 && found.tag_count == 2 && !is_in_view(found.tags));
	CHECK(memcmp(found.tags, tags, sizeof(tags)) == 0);
	strata_store_release(store, found.block, found.value.bytes.size);
	CHECK(strata_pins_count_mine(pins) == 0);
	CHECK(!strata_store_peek(store, &key.key, strata_store_salt(store, SPACE, GENERATION),
		STRATA_PEEK_PIN, &hit));
	CHECK(hit.tag_count == 2 && memcmp(hit.tags, tags, sizeof(tags)) == 0 && hit.is_own_pin);
	CHECK(is_image_at(hit.bytes.data, 600, hit.bytes.data, 1, 5));
	CHECK(strata_pins_count_mine(pins) == 1);
	strata_store_release(store, hit.block, hit.bytes.size);
	end();
}

static void a_copy_of_an_image_says_where_it_was(void)
{
	strata_record found;

	begin(MIB);
	CHECK(put_image(1, 5, 1000) == STRATA_OK);
	CHECK(get(1, STRATA_READ_COPY, &found) == STRATA_OK && is_image_of(&found, 1));
	CHECK(!is_in_view(found.value.bytes.data) && is_in_view(found.origin));
	CHECK(found.block == 0 && strata_pins_count_mine(pins) == 0);
	CHECK(put_string(2, 5, 1000) == STRATA_OK);
	CHECK(get(2, STRATA_READ_PIN, &found) == STRATA_OK && is_value_of(&found, 2));
	CHECK(!is_in_view(found.value.bytes.data) && found.block == 0 && found.origin == NULL);
	CHECK(strata_pins_count_mine(pins) == 0);
	end();
}

static void a_full_table_of_pins_means_a_copy(void)
{
	strata_record found;
	uint32_t pinned = 0;

	begin(4 * MIB);
	for (uint32_t i = 0; i < 2000; i++) {
		CHECK(put_image(i, 5, 100) == STRATA_OK);
		CHECK(get(i, STRATA_READ_PIN, &found) == STRATA_OK && is_image_of(&found, i));
		pinned += found.block != 0;
		CHECK((found.block != 0) == is_in_view(found.value.bytes.data));
	}
	CHECK(pinned > 256 && pinned <= STRATA_PINS_EACH && pinned == strata_pins_count_mine(pins));
	strata_pins_begin_request(pins);
	CHECK(strata_pins_count_mine(pins) == 0 && usage().pinned == 0);
	CHECK(get(1999, STRATA_READ_PIN, &found) == STRATA_OK && found.block != 0);
	end();
}

static void fill_three_times_over(void)
{
	for (uint32_t i = 0; i < 3 * memory_size / 1000; i++) {
		CHECK(put_image(1000 + i, i, 900) == STRATA_OK);
	}
}

static void a_pinned_image_outlives_its_key(void)
{
	strata_record found[4], other;

	begin(2 * MIB);
	for (uint32_t i = 0; i < 4; i++) {
		CHECK(put_image(i, 1, 3000 + i * 3000) == STRATA_OK);
		CHECK(get(i, STRATA_READ_PIN, &found[i]) == STRATA_OK && found[i].block != 0);
	}
	CHECK(put_image(0, 2, 5000) == STRATA_OK);
	CHECK(put_string(1, 2, 20000) == STRATA_OK);
	CHECK(remove_number(2) == STRATA_OK);
	CHECK(get(2, STRATA_READ_PIN, &other) == STRATA_MISS);
	CHECK(get(0, STRATA_READ_COPY, &other) == STRATA_OK && other.version == 2);
	CHECK(usage().retired > 3000 + 6000 + 9000 && usage().entries == 3);
	fill_three_times_over();
	audit_store(store);
	for (uint32_t i = 0; i < 4; i++) {
		CHECK(found[i].version == 1 && is_image_of(&found[i], i));
	}
	/* What is held and still there is not evicted: to drop it would free nothing. */
	CHECK(get(3, STRATA_READ_COPY, &other) == STRATA_OK && other.version == 1);
	strata_pins_begin_request(pins);
	fill_three_times_over();
	CHECK(usage().retired == 0);
	end();
}

static uint32_t overwritten;

static void overwrite_often(void)
{
	for (uint32_t i = 0; i < 20000; i++) {
		overwritten += put_image(1, 2 + i, 2000) == STRATA_OK;
	}
}

static void a_value_overwritten_all_the_time_stays_for_who_holds_it(void)
{
	strata_record found;

	begin(MIB);
	CHECK(put_image(1, 1, 2000) == STRATA_OK);
	CHECK(get(1, STRATA_READ_PIN, &found) == STRATA_OK && found.block != 0);
	overwritten = 0;
	overwrite_often();
	CHECK(overwritten == 20000);
	CHECK(is_image_of(&found, 1) && found.version == 1);
	CHECK(usage().retired < 3000);
	end();
}

static void pin_one(void)
{
	strata_record found;

	strata_pins_begin_request(pins);
	REQUIRE(get(1, STRATA_READ_PIN, &found) == STRATA_OK && found.block != 0);
}

static void what_a_killed_process_held_is_used_again(void)
{
	strata_record found;
	pid_t child;

	begin(MIB);
	CHECK(put_image(1, 1, 2000) == STRATA_OK);
	child = child_after(pin_one);
	CHECK(usage().pinned > 2000);
	CHECK(remove_number(1) == STRATA_OK);
	CHECK(usage().retired > 2000 && usage().used == usage().retired);
	fill_three_times_over();
	CHECK(usage().retired > 2000);
	end_child(child);
	CHECK(usage().pinned == 0);
	fill_three_times_over();
	CHECK(usage().retired == 0);
	CHECK(get(1, STRATA_READ_PIN, &found) == STRATA_MISS);
	end();
}

static void a_repair_keeps_what_live_processes_hold(void)
{
	strata_record found;
	pid_t child;

	begin(MIB);
	CHECK(put_image(1, 1, 2000) == STRATA_OK && put_image(2, 1, 2000) == STRATA_OK);
	CHECK(get(2, STRATA_READ_PIN, &found) == STRATA_OK && found.block != 0);
	child = child_after(pin_one);
	CHECK(remove_number(1) == STRATA_OK && remove_number(2) == STRATA_OK);
	for (int with_child = 1; with_child >= 0; with_child--) {
		for (uint32_t i = 0; i < store->shard_count; i++) {
			REQUIRE(strata_repair_lock(&store->shards[i], 0));
			store->shards[i].is_damaged = true;
			strata_repair_unlock(&store->shards[i]);
		}
		CHECK(usage().retired / 2000 == 1 + (uint64_t) with_child);
		audit_store(store);
		if (with_child) {
			end_child(child);
		}
	}
	CHECK(is_image_of(&found, 2));
	end();
}

static void a_child_keeps_what_its_parent_lets_go(void)
{
	strata_record found;
	pid_t child;
	int to_child[2];
	int status;
	char byte;

	begin(MIB);
	REQUIRE(pipe(to_child) == 0);
	CHECK(put_image(1, 1, 2000) == STRATA_OK);
	CHECK(get(1, STRATA_READ_PIN, &found) == STRATA_OK && found.block != 0);
	child = fork();
	REQUIRE(child >= 0);
	if (child == 0) {
		bool whole = read(to_child[0], &byte, 1) == 1 && is_image_of(&found, 1);

		_exit(whole ? 0 : 1);
	}
	strata_pins_begin_request(pins);
	CHECK(strata_pins_count_mine(pins) == 0);
	CHECK(remove_number(1) == STRATA_OK);
	fill_three_times_over();
	CHECK(usage().retired > 2000);
	REQUIRE(write(to_child[1], "x", 1) == 1);
	REQUIRE(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fill_three_times_over();
	CHECK(usage().retired == 0);
	(void) close(to_child[0]);
	(void) close(to_child[1]);
	end();
}

/* Filling and swapping. */

static strata_result put_mode(uint32_t number, strata_store_mode mode, uint32_t version,
	size_t size, uint64_t token)
{
	numbered_key key;
	strata_record record = value_number(number, version, size);

	record.version = version;
	record.seen = token;
	record.expected = token;
	return strata_store_put(store, key_number(&key, number), NOW, mode, &record);
}

static uint64_t seen(uint32_t number)
{
	strata_record found;

	CHECK(get(number, STRATA_READ_COPY, &found) == STRATA_MISS && found.seen != 0);
	return found.seen;
}

static void check_fills(size_t size)
{
	uint64_t token = seen(1);

	CHECK(put_mode(1, STRATA_STORE_FILL, 1, size, token) == STRATA_OK);
	CHECK(put_mode(1, STRATA_STORE_FILL, 2, size, token) == STRATA_NOT_STORED);
	CHECK(remove_number(1) == STRATA_OK);
	CHECK(put_mode(1, STRATA_STORE_FILL, 2, size, token) == STRATA_NOT_STORED);
	/* A removal counts also where nothing was. */
	token = seen(1);
	CHECK(remove_number(1) == STRATA_MISS);
	CHECK(put_mode(1, STRATA_STORE_FILL, 3, size, token) == STRATA_NOT_STORED);
	token = seen(1);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		/* What a removal does that did not get the lock. */
		strata_shard_outdate(&store->shards[i]);
	}
	CHECK(put_mode(1, STRATA_STORE_FILL, 4, size, token) == STRATA_NOT_STORED);
	CHECK(put_mode(1, STRATA_STORE_FILL, 5, size, seen(1)) == STRATA_OK);
	CHECK(remove_number(1) == STRATA_OK);
	CHECK(usage().used == 0);
}

static void a_fill_is_dropped_if_anything_was_stored_or_removed_meanwhile(void)
{
	begin(MIB);
	check_fills(100);
	check_fills(20000);
	end();
}

static void check_comparing(size_t size)
{
	strata_record found;

	CHECK(put_mode(1, STRATA_STORE_COMPARE, 1, size, 7) == STRATA_NOT_STORED);
	CHECK(put_mode(1, STRATA_STORE_SET, 7, size, 0) == STRATA_OK);
	CHECK(put_mode(1, STRATA_STORE_COMPARE, 8, size, 6) == STRATA_NOT_STORED);
	CHECK(put_mode(1, STRATA_STORE_COMPARE, 9, size, 7) == STRATA_OK);
	CHECK(put_mode(1, STRATA_STORE_COMPARE, 10, size, 7) == STRATA_NOT_STORED);
	CHECK(get(1, STRATA_READ_COPY, &found) == STRATA_OK);
	CHECK(is_value_of(&found, 1) && found.version == 9);
	CHECK(remove_number(1) == STRATA_OK);
}

static void a_comparison_stores_over_the_version_that_was_expected(void)
{
	begin(MIB);
	check_comparing(100);
	check_comparing(20000);
	end();
}

static void check_swaps(size_t size)
{
	strata_record found;

	CHECK(put_mode(1, STRATA_STORE_SWAP, 1, size, 7) == STRATA_NOT_STORED);
	CHECK(put_mode(1, STRATA_STORE_SET, 7, size, 0) == STRATA_OK);
	CHECK(put_mode(1, STRATA_STORE_SWAP, 8, size, 6) == STRATA_NOT_STORED);
	CHECK(put_mode(1, STRATA_STORE_SWAP, 9, size, 7) == STRATA_OK);
	CHECK(put_mode(1, STRATA_STORE_SWAP, 10, size, 7) == STRATA_NOT_STORED);
	CHECK(get(1, STRATA_READ_COPY, &found) == STRATA_OK);
	CHECK(is_value_of(&found, 1) && found.version == 9);
	CHECK(remove_number(1) == STRATA_OK);
}

static void a_swap_replaces_only_the_version_expected(void)
{
	begin(MIB);
	check_swaps(100);
	check_swaps(20000);
	end();
}

static void check_times_after_a_swap(size_t size)
{
	static const strata_life life = { .dead_at = NOW + 5, .expires_at = 1234 };
	strata_record found;
	numbered_key key;

	CHECK(put_mode(2, STRATA_STORE_SET, 7, size, 0) == STRATA_OK);
	key_number(&key, 2);
	CHECK(strata_store_touch(store, &key.key, NOW, &life, 7, 0) == STRATA_OK);
	CHECK(put_mode(2, STRATA_STORE_SWAP, 9, size, 7) == STRATA_OK);
	CHECK(get(2, STRATA_READ_COPY, &found) == STRATA_OK && found.version == 9);
	CHECK(found.life.dead_at == NOW + 5 && found.life.expires_at == 1234);
}

static void a_swap_keeps_the_times_of_what_it_replaces(void)
{
	begin(MIB);
	check_times_after_a_swap(100);
	check_times_after_a_swap(20000);
	end();
}

static void an_increment_makes_another_version(void)
{
	strata_record initial = { .value.codec = STRATA_CODEC_INTEGER, .version = 50 };
	strata_record found, later;
	numbered_key key;
	int64_t sum;

	begin(MIB);
	key_number(&key, 1);
	CHECK(strata_store_increment(store, &key.key, NOW, 1, &initial, &sum) == STRATA_OK);
	CHECK(get(1, STRATA_READ_COPY, &found) == STRATA_OK && found.version == 50);
	CHECK(strata_store_increment(store, &key.key, NOW, 1, &initial, &sum) == STRATA_OK);
	CHECK(get(1, STRATA_READ_COPY, &later) == STRATA_OK && later.version != 50);
	CHECK(put_mode(1, STRATA_STORE_SWAP, 8, 100, found.version) == STRATA_NOT_STORED);
	CHECK(put_mode(1, STRATA_STORE_SWAP, 8, 100, later.version) == STRATA_OK);
	end();
}

/* Many at once. */

enum { KEYS = 60, WRITERS = 4, READERS = 4, RUN_MSEC = 2000 };

static size_t random_size(uint64_t random)
{
	static const size_t most[] = { 64, 500, 4000, 65536 };

	return 24 + random % (most[random >> 40 & 3] - 24);
}

static int write_until(strata_msec last)
{
	while (strata_clock_msec() < last) {
		uint64_t random = strata_process_random_word();
		uint32_t number = (uint32_t) (random >> 20) % KEYS;
		strata_result result;

		if (random >> 60 == 0) {
			result = remove_number(number);
		} else if (random >> 60 < 8) {
			result = put_string(number, (uint32_t) random, random_size(random));
		} else {
			result = put_image(number, (uint32_t) random, random_size(random));
		}
		if (result != STRATA_OK && result != STRATA_MISS && result != STRATA_BUSY) {
			return 1;
		}
	}
	return 0;
}

static bool is_any_of(const strata_record *record, uint32_t number)
{
	return record->value.codec == STRATA_CODEC_IMAGE ? is_image_of(record, number)
													 : is_value_of(record, number);
}

/* Looks again at everything it was handed before it lets go. */
static int read_until(strata_msec last)
{
	uint64_t hits = 0;

	while (strata_clock_msec() < last) {
		strata_record held[32];
		uint32_t numbers[32];
		uint32_t count = 0;

		strata_pins_begin_request(pins);
		strata_arena_reset(arena);
		for (int i = 0; i < 32; i++) {
			uint32_t number = (uint32_t) strata_process_random_word() % KEYS;
			strata_result result =
				get(number, i % 4 ? STRATA_READ_PIN : STRATA_READ_COPY, &held[count]);

			if (result == STRATA_OK) {
				if (!is_any_of(&held[count], number)) {
					return 1;
				}
				numbers[count++] = number;
			} else if (result != STRATA_MISS && result != STRATA_BUSY) {
				return 2;
			}
		}
		for (uint32_t i = 0; i < count; i++) {
			if (!is_any_of(&held[i], numbers[i])) {
				return 3;
			}
		}
		hits += count;
	}
	return hits > 0 ? 0 : 4;
}

static void readers_among_writers_never_see_a_torn_or_foreign_value(void)
{
	strata_msec last;

	begin(2 * MIB);
	last = strata_clock_msec() + RUN_MSEC;
	for (int i = 0; i < WRITERS + READERS; i++) {
		pid_t child = fork();

		REQUIRE(child >= 0);
		if (child == 0) {
			(void) alarm(60);
			_exit(i < WRITERS ? write_until(last) : read_until(last));
		}
	}
	for (int i = 0; i < WRITERS + READERS; i++) {
		int status;

		REQUIRE(wait(&status) > 0);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
			fprintf(stderr, "status %x\n", (unsigned) status);
		}
	}
	CHECK(usage().repairs == 0 && usage().damages == 0);
	end();
}

static void workers_killed_at_random_leave_nothing_held(void)
{
	pid_t workers[4];

	begin(2 * MIB);
	for (int i = 0; i < 4; i++) {
		workers[i] = 0;
	}
	for (int i = 0; i < 150; i++) {
		if (workers[i % 4] != 0) {
			end_child(workers[i % 4]);
		}
		workers[i % 4] = fork();
		REQUIRE(workers[i % 4] >= 0);
		if (workers[i % 4] == 0) {
			(void) alarm(60);
			_exit(i & 1 ? write_until(UINT64_MAX) : read_until(UINT64_MAX));
		}
		(void) usleep((useconds_t) (strata_process_random_word() % 6000));
	}
	for (int i = 0; i < 4; i++) {
		int status;

		REQUIRE(kill(workers[i], SIGKILL) == 0);
		REQUIRE(waitpid(workers[i], &status, 0) == workers[i]);
		CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	audit_store(store);
	CHECK(usage().pinned == 0 && usage().damages == 0);
	for (uint32_t i = 0; i < KEYS; i++) {
		strata_record found;
		strata_result result = get(i, STRATA_READ_COPY, &found);

		CHECK(result == STRATA_MISS || (result == STRATA_OK && is_any_of(&found, i)));
	}
	fill_three_times_over();
	CHECK(usage().retired == 0);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(an_image_is_read_where_it_lies_and_only_read);
	RUN(its_tags_are_the_callers_and_a_peek_pins_it_too);
	RUN(a_copy_of_an_image_says_where_it_was);
	RUN(a_full_table_of_pins_means_a_copy);
	RUN(a_pinned_image_outlives_its_key);
	RUN(a_value_overwritten_all_the_time_stays_for_who_holds_it);
	RUN(what_a_killed_process_held_is_used_again);
	RUN(a_repair_keeps_what_live_processes_hold);
	RUN(a_child_keeps_what_its_parent_lets_go);
	RUN(a_fill_is_dropped_if_anything_was_stored_or_removed_meanwhile);
	RUN(a_comparison_stores_over_the_version_that_was_expected);
	RUN(a_swap_replaces_only_the_version_expected);
	RUN(a_swap_keeps_the_times_of_what_it_replaces);
	RUN(an_increment_makes_another_version);
	RUN(readers_among_writers_never_see_a_torn_or_foreign_value);
	RUN(workers_killed_at_random_leave_nothing_held);
	return unit_end();
}
