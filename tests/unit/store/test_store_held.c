#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/store.h"

#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/map.h"
#include "os/process.h"
#include "store/share.h"

#include "store_audit.h"
#include "store_images.h"

/* What readers hold of the heap, and what becomes of those that write meanwhile. */

enum { NOW = 1000000, SIZE = 4 << 20, OTHER_SPACE = SPACE + 1, SHARE = 5, VALUE = 4000 };

static strata_host *host;
static strata_process_slots *slots;
static strata_pins *pins;
static strata_store *store;
static strata_arena *arena;
static void *memory;
static const void *view;
static strata_msec now;

static void begin(void)
{
	now = NOW;
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
	audit_store(store);
	strata_store_free(store);
	strata_map_free_views(memory, view, SIZE);
	strata_pins_free(pins);
	strata_process_slots_free(slots);
	strata_host_free(host);
	strata_arena_free(arena);
}

static strata_store_usage usage(void)
{
	strata_store_usage read;

	strata_store_read_usage(store, &read);
	return read;
}

static strata_result put_in(uint64_t namespace_id, uint8_t share, uint32_t number, uint32_t version,
	size_t size)
{
	numbered_key key;
	strata_record record = image_number(number, version, size);

	record.share = share;
	key_number(&key, number)->namespace_id = namespace_id;
	return strata_store_put(store, &key.key, now, STRATA_STORE_SET, &record);
}

static strata_result get_in(uint64_t namespace_id, uint32_t number, strata_record *found)
{
	numbered_key key;

	strata_arena_reset(arena);
	key_number(&key, number)->namespace_id = namespace_id;
	return strata_store_get(store, &key.key, now, STRATA_READ_PIN, arena, found);
}

/* Without the bound of one thread, as of many that hold together. */
static void allow_all(void)
{
	for (uint32_t i = 0; i < store->shard_count; i++) {
		store->shards[i].bound.allowance = UINT64_MAX;
	}
}

static void repair_all(void)
{
	for (uint32_t i = 0; i < store->shard_count; i++) {
		REQUIRE(strata_repair_lock(&store->shards[i], 0));
		store->shards[i].is_damaged = true;
		strata_repair_unlock(&store->shards[i]);
	}
}

/* Reads and overwrites: what was read is retired, and held. Returns how often a put was refused. */
static uint32_t hold_and_overwrite(uint64_t namespace_id, uint8_t share, uint32_t times)
{
	strata_record found;
	uint32_t refused = 0;

	for (uint32_t i = 0; i < times; i++) {
		refused += put_in(namespace_id, share, i % 16, i, VALUE) != STRATA_OK;
		(void) !get_in(namespace_id, i % 16, &found);
	}
	return refused;
}

static void a_block_that_no_reader_marked_needs_no_look_at_pins(void)
{
	numbered_key key;
	strata_record found;
	strata_shard *shard;
	uint32_t place;

	begin();
	CHECK(put_in(SPACE, 0, 1, 1, VALUE) == STRATA_OK);
	CHECK(get_in(SPACE, 1, &found) == STRATA_OK && found.block != 0);
	shard = &store->shards[found.block >> 32];
	place = (uint32_t) found.block;
	CHECK(strata_entry_is_held(shard, place));
	/* The pin alone says nothing: every reader leaves the mark first. */
	*strata_shard_marks_of(shard, place) = STRATA_MARK_VISITED;
	CHECK(!strata_entry_is_held(shard, place));
	*strata_shard_marks_of(shard, place) = STRATA_MARK_PINNED;
	CHECK(strata_entry_is_held(shard, place));
	strata_pins_begin_request(pins);
	CHECK(!strata_entry_is_held(shard, place));
	/* What is written there anew begins without the mark, and a copy does not leave it. */
	CHECK(put_in(SPACE, 0, 1, 2, VALUE) == STRATA_OK && put_in(SPACE, 0, 1, 3, VALUE) == STRATA_OK);
	CHECK(strata_store_get(store, key_number(&key, 1), now, STRATA_READ_COPY, arena, &found) ==
		  STRATA_OK);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		for (uint32_t p = 1; p < store->shards[i].end;
			 p += strata_block_units(&store->shards[i], p)) {
			CHECK(!strata_entry_is_sound(&store->shards[i], p) ||
				  !strata_shard_has_mark(&store->shards[i], p, STRATA_MARK_PINNED));
		}
	}
	end();
}

static void what_is_held_counts_for_its_namespace_until_it_is_freed(void)
{
	strata_record found;
	uint64_t most = (uint64_t) SIZE * SHARE / 100;

	begin();
	allow_all();
	CHECK(hold_and_overwrite(OTHER_SPACE, SHARE, 400) > 300);
	CHECK(usage().used <= most && usage().retired > most / 4);
	CHECK(usage().refused_held > 300);
	/* Others go on. */
	for (uint32_t i = 0; i < 2000; i++) {
		CHECK(put_in(SPACE, 0, i, 1, VALUE) == STRATA_OK);
	}
	/* A repair counts the same. */
	audit_store(store);
	repair_all();
	audit_store(store);
	now += 2000;
	CHECK(hold_and_overwrite(OTHER_SPACE, SHARE, 100) > 90);
	/* Let go of, it gives way. */
	strata_pins_begin_request(pins);
	now += 2000;
	CHECK(hold_and_overwrite(OTHER_SPACE, 0, 1) == 0);
	for (uint32_t i = 0; i < 400; i++) {
		CHECK(put_in(OTHER_SPACE, SHARE, i, 1, VALUE) == STRATA_OK);
	}
	CHECK(get_in(OTHER_SPACE, 399, &found) == STRATA_OK);
	end();
}

static void a_namespace_whose_share_is_held_is_refused_at_once_for_a_second(void)
{
	uint32_t hands[STRATA_SHARDS_MOST], moved = 0;

	begin();
	allow_all();
	CHECK(hold_and_overwrite(OTHER_SPACE, SHARE, 400) > 300);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		hands[i] = store->shards[i].head->share_hand;
		store->shards[i].head->share_hand = 1;
	}
	CHECK(hold_and_overwrite(OTHER_SPACE, SHARE, 100) == 100);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		CHECK(store->shards[i].head->share_hand == 1);
		store->shards[i].head->share_hand = hands[i];
	}
	now += 1000;
	CHECK(hold_and_overwrite(OTHER_SPACE, SHARE, 100) == 100);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		moved += store->shards[i].head->refused_at[strata_namespaces_index(&store->head->namespaces,
					 OTHER_SPACE)] == (uint32_t) now;
	}
	CHECK(moved > 0);
	/* What fits is stored all the same. */
	CHECK(put_in(SPACE, 0, 1, 1, VALUE) == STRATA_OK);
	end();
}

/* The thread holds all that it reads of what others overwrite, until it gets a copy. */
static uint32_t hold_until_copied(void)
{
	strata_record found = { .block = 1 };
	uint32_t version = 0;

	for (; version < 500 && found.block != 0; version++) {
		CHECK(put_in(SPACE, 0, 1, version, VALUE) == STRATA_OK);
		CHECK(get_in(SPACE, 1, &found) == STRATA_OK && is_image_of(&found, 1));
		CHECK(put_in(SPACE, 0, 1, version, VALUE) == STRATA_OK);
	}
	return version;
}

static void readers_get_copies_when_an_eighth_of_a_shard_is_held(void)
{
	strata_record found;
	uint64_t shard_size;

	begin();
	allow_all();
	shard_size = (uint64_t) store->shards[0].end * STRATA_UNIT_SIZE;
	CHECK(hold_until_copied() < 500);
	CHECK(usage().copying == 1);
	CHECK(usage().retired > shard_size / 8 && usage().retired < shard_size / 8 + 3 * VALUE);
	/* All of them get copies from there, and writers go on. */
	for (uint32_t i = 0; i < 1000; i++) {
		CHECK(put_in(SPACE, 0, 1, i, VALUE) == STRATA_OK);
		CHECK(get_in(SPACE, 1, &found) == STRATA_OK && found.block == 0 && is_image_of(&found, 1));
	}
	CHECK(usage().retired < shard_size / 8 + 3 * VALUE);
	/* Let go of, it is found out by reads alone. */
	strata_pins_begin_request(pins);
	for (uint32_t i = 0; i < 20 && usage().copying > 0; i++) {
		now += 100;
		CHECK(get_in(SPACE, 1, &found) == STRATA_OK);
	}
	CHECK(usage().copying == 0 && usage().retired < shard_size / 8);
	CHECK(get_in(SPACE, 1, &found) == STRATA_OK && found.block != 0);
	end();
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

static void stream_all(void)
{
	strata_record found;

	strata_pins_begin_request(pins);
	for (uint32_t i = 0; i < 4096; i++) {
		(void) !get_in(SPACE, i, &found);
	}
}

static void requests_that_stream_through_all_there_is_make_no_set_fail(void)
{
	enum { STREAMS = 3, LARGE = 40000 };
	pid_t streams[STREAMS];

	begin();
	for (uint32_t i = 0; i < 2 * SIZE / LARGE; i++) {
		CHECK(put_in(SPACE, 0, i, 1, LARGE) == STRATA_OK);
	}
	for (int i = 0; i < STREAMS; i++) {
		streams[i] = child_after(stream_all);
	}
	CHECK(usage().pinned > SIZE / 32);
	for (uint32_t i = 0; i < 200; i++) {
		CHECK(put_in(SPACE, 0, 5000 + i, 1, LARGE) == STRATA_OK);
		CHECK(put_in(SPACE, 0, 6000 + i, 1, VALUE) == STRATA_OK);
	}
	for (int i = 0; i < STREAMS; i++) {
		REQUIRE(kill(streams[i], SIGKILL) == 0);
		REQUIRE(waitpid(streams[i], NULL, 0) == streams[i]);
	}
	end();
}

/* Live entries that readers hold free nothing either: the hand tells readers of them. */
static void what_the_hand_passes_held_is_too_much_at_an_eighth(void)
{
	strata_record found;
	uint32_t stored = 0;

	begin();
	allow_all();
	for (uint32_t i = 0; i < 4 * SIZE / VALUE; i++) {
		CHECK(put_in(SPACE, 0, i, 1, VALUE) == STRATA_OK);
	}
	for (uint32_t i = 0; i < 4 * SIZE / VALUE; i++) {
		(void) !get_in(SPACE, i, &found);
	}
	CHECK(usage().pinned > SIZE / 4);
	for (uint32_t i = 0; i < 2 * SIZE / VALUE; i++) {
		stored += put_in(SPACE, 0, 100000 + i, 1, VALUE) == STRATA_OK;
	}
	CHECK(stored == 2 * SIZE / VALUE);
	CHECK(usage().copying == usage().shards);
	/* It is over when the time is, though nothing more is written. */
	strata_pins_begin_request(pins);
	for (uint32_t i = 0; i < 100 && usage().copying > 0; i++) {
		now += 100;
		for (uint32_t number = 0; number < 40; number++) {
			(void) !get_in(SPACE, 100000 + 2 * SIZE / VALUE - 1 - number, &found);
		}
	}
	CHECK(usage().copying == 0);
	end();
}

static void a_heap_that_is_held_as_a_whole_refuses_and_does_not_spin(void)
{
	strata_result result = STRATA_OK;
	strata_record found;
	uint32_t i = 0;

	begin();
	allow_all();
	/* Blocks so large that a table of pins holds all of them. */
	for (; i < 400 && result == STRATA_OK; i++) {
		result = put_in(SPACE, 0, i, 1, 12000);
		if (result == STRATA_OK) {
			CHECK(get_in(SPACE, i, &found) == STRATA_OK);
		}
	}
	CHECK(i > 100);
	for (uint32_t again = 0; again < 300; again++) {
		result = put_in(SPACE, 0, 1000 + again, 1, 60000);
		CHECK(result == STRATA_BUSY || result == STRATA_OK);
	}
	CHECK(usage().refused_held > 0);
	strata_pins_begin_request(pins);
	CHECK(put_in(SPACE, 0, 5000, 1, 60000) == STRATA_OK);
	end();
}

/* ---- where many processes hold something ---- */

enum { SMALL = 200 };

static void have_holders(uint32_t count)
{
	for (uint32_t i = 0; i < store->shard_count; i++) {
		store->shards[i].head->holders = count;
	}
}

/* Stores it, reads it, and lets go of it, so often: the marks say that it may be held. */
static void read_and_overwrite(uint32_t number, uint32_t times)
{
	strata_record found;

	for (uint32_t i = 0; i < times; i++) {
		CHECK(put_in(SPACE, 0, number, i, SMALL) == STRATA_OK);
		CHECK(get_in(SPACE, number, &found) == STRATA_OK && found.block != 0);
		strata_pins_begin_request(pins);
	}
}

static void what_was_read_waits_for_one_look_at_many_processes(void)
{
	uint64_t one, most = 0;

	begin();
	have_holders(1000);
	read_and_overwrite(1, 2);
	one = usage().retired;
	CHECK(one > SMALL);
	for (uint32_t i = 0; i < STRATA_UNSEEN; i++) {
		read_and_overwrite(1, 1);
		most = usage().retired > most ? usage().retired : most;
		audit_store(store);
	}
	CHECK(most >= 10 * one && most < STRATA_UNSEEN * one);
	/* The look found that few hold anything: from then on each is looked for at once. */
	CHECK(usage().retired == 0);
	read_and_overwrite(1, 3);
	CHECK(usage().retired == 0);
	end();
}

static void what_is_held_stays_when_others_that_waited_with_it_go(void)
{
	strata_record held, found;

	begin();
	CHECK(put_in(SPACE, 0, 1, 1, SMALL) == STRATA_OK);
	CHECK(get_in(SPACE, 1, &held) == STRATA_OK && held.block != 0);
	have_holders(1000);
	for (uint32_t i = 0; i < 3 * STRATA_UNSEEN; i++) {
		have_holders(1000);
		CHECK(put_in(SPACE, 0, 1 + i % 3, 2, SMALL) == STRATA_OK);
		CHECK(get_in(SPACE, 1 + i % 3, &found) == STRATA_OK && found.block != 0);
		if (found.block != held.block) {
			strata_pins_remove(pins, found.block, found.value.bytes.size);
		}
		CHECK(is_image_of(&held, 1) && held.version == 1);
	}
	audit_store(store);
	strata_pins_begin_request(pins);
	end();
}

/* What is in the list was freed meanwhile, and others were written where it was. */
static void a_list_of_what_waits_that_is_out_of_date_frees_nothing_else(void)
{
	strata_record found;

	begin();
	have_holders(1000);
	read_and_overwrite(1, 20);
	strata_store_free_retired(store);
	CHECK(usage().retired == 0);
	for (uint32_t i = 100; i < 200; i++) {
		CHECK(put_in(SPACE, 0, i, 1, SMALL) == STRATA_OK);
	}
	have_holders(1000);
	read_and_overwrite(1, STRATA_UNSEEN);
	for (uint32_t i = 100; i < 200; i++) {
		CHECK(get_in(SPACE, i, &found) == STRATA_OK && is_image_of(&found, i));
	}
	/* And numbers that nothing wrote there. */
	for (uint32_t i = 0; i < store->shard_count; i++) {
		memset(store->shards[i].head->unseen, 0x5A, sizeof(store->shards[i].head->unseen));
		store->shards[i].head->unseen_count = 0x5A5A5A;
	}
	have_holders(1000);
	read_and_overwrite(1, 3);
	audit_store(store);
	end();
}

static void large_blocks_do_not_wait_for_many(void)
{
	begin();
	have_holders(1000);
	for (uint32_t i = 0; i < 2 * STRATA_UNSEEN; i++) {
		strata_record found;

		have_holders(1000);
		CHECK(put_in(SPACE, 0, 1, i, 30000) == STRATA_OK);
		CHECK(get_in(SPACE, 1, &found) == STRATA_OK);
		strata_pins_begin_request(pins);
		CHECK(usage().retired <= SIZE / 32);
	}
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_block_that_no_reader_marked_needs_no_look_at_pins);
	RUN(what_is_held_counts_for_its_namespace_until_it_is_freed);
	RUN(a_namespace_whose_share_is_held_is_refused_at_once_for_a_second);
	RUN(readers_get_copies_when_an_eighth_of_a_shard_is_held);
	RUN(requests_that_stream_through_all_there_is_make_no_set_fail);
	RUN(what_the_hand_passes_held_is_too_much_at_an_eighth);
	RUN(a_heap_that_is_held_as_a_whole_refuses_and_does_not_spin);
	RUN(what_was_read_waits_for_one_look_at_many_processes);
	RUN(what_is_held_stays_when_others_that_waited_with_it_go);
	RUN(a_list_of_what_waits_that_is_out_of_date_frees_nothing_else);
	RUN(large_blocks_do_not_wait_for_many);
	return unit_end();
}
