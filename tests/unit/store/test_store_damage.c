#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/store.h"

#include "os/map.h"
#include "os/process.h"

#include "store_audit.h"
#include "store_values.h"

enum { NOW = 1000000, SIZE = 1 << 20, KEYS = 1500 };

static strata_store *store;
static strata_arena *arena;
static char *memory;
static uint64_t state;

/* The same numbers in every run, so that what fails can be seen again. */
static uint64_t draw(void)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return state >> 24;
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

static void begin(uint64_t seed)
{
	void *mapped;

	state = seed;
	arena = strata_arena_new();
	REQUIRE(arena != NULL);
	REQUIRE(strata_map_lazy(SIZE, &mapped) == STRATA_OK);
	memory = mapped;
	REQUIRE(strata_store_new(memory, memory, SIZE, NULL, &store) == STRATA_OK);
	for (uint32_t i = 0; i < KEYS; i++) {
		REQUIRE(put_number(i, 1, 8 + i * 37 % 500) == STRATA_OK);
	}
}

static void end(void)
{
	strata_store_free(store);
	strata_map_free(memory, SIZE);
	strata_arena_free(arena);
}

/* The locks are the C library's; nothing here can make them withstand that. */
static bool is_in_a_lock(size_t offset)
{
	for (uint32_t i = 0; i < store->shard_count; i++) {
		size_t lock = (size_t) ((char *) &store->shards[i].head->lock - memory);

		if (offset >= lock && offset < lock + sizeof(strata_mutex)) {
			return true;
		}
	}
	return false;
}

static void overwrite(size_t offset, char byte)
{
	if (!is_in_a_lock(offset)) {
		memory[offset] = byte;
	}
}

/* Every verb on a key; what it answers is not the point, only that it does. */
static void exercise(uint32_t number)
{
	numbered_key key;
	strata_record record = value_number(number, 2, 8 + draw() % 3000);
	strata_store_key *where = key_number(&key, number);
	strata_store_usage usage;
	int64_t sum;
	strata_result result;

	strata_arena_reset(arena);
	switch (draw() % 8) {
		case 0:
		case 1: result = strata_store_put(store, where, NOW, STRATA_STORE_SET, &record); break;
		case 2: result = strata_store_put(store, where, NOW, STRATA_STORE_ADD, &record); break;
		case 3: result = strata_store_remove(store, where, NOW); break;
		case 4:
			result =
				strata_store_touch(store, where, NOW, &(strata_life){ .dead_at = NOW + 5 }, 9, 0);
			break;
		case 5: result = strata_store_increment(store, where, NOW, 1, &record, &sum); break;
		case 6:
			strata_store_read_usage(store, &usage);
			result = STRATA_OK;
			break;
		default: result = strata_store_get(store, where, NOW, STRATA_READ_COPY, arena, &record);
	}
	CHECK(result != STRATA_NO_MEMORY && result != STRATA_BUSY);
}

/* Each shard is found in order, or repairs itself as soon as it is used, and then works. */
static void check_recovery(void)
{
	for (uint32_t i = 0; i < store->shard_count; i++) {
		REQUIRE(strata_repair_lock(&store->shards[i], 0));
		store->shards[i].is_damaged = true;
		strata_repair_unlock(&store->shards[i]);
	}
	audit_store(store);
	for (uint32_t i = 0; i < 200; i++) {
		strata_record found;

		CHECK(put_number(i, 3, 400) == STRATA_OK);
		CHECK(get_number(i, &found) == STRATA_OK && is_value_of(&found, i));
	}
	audit_store(store);
}

static uint64_t count_entries(void)
{
	strata_store_usage usage;

	strata_store_read_usage(store, &usage);
	return usage.entries;
}

/* The header of the second live block of a shard, so that there is one before it. */
static strata_block *some_block(strata_shard *shard)
{
	uint32_t live = 0;

	for (uint32_t place = 1; place < shard->end; place += strata_block_units(shard, place)) {
		live += strata_block_units_in(shard, place, STRATA_BLOCK_LIVE) != 0;
		if (live == 2) {
			return strata_block_at(shard, place);
		}
	}
	REQUIRE(!"two live blocks");
	return NULL;
}

static void a_header_that_is_lost_costs_its_own_entry_and_no_other(void)
{
	uint64_t before;

	begin(1);
	before = count_entries();
	for (uint32_t i = 0; i < store->shard_count; i++) {
		strata_shard *shard = &store->shards[i];

		REQUIRE(strata_repair_lock(shard, 0));
		atomic_store(&some_block(shard)->extent, 0x123456789ABCDEF0);
		shard->is_damaged = true;
		strata_repair_unlock(shard);
	}
	CHECK(count_entries() == before - store->shard_count);
	audit_store(store);
	end();
}

static void single_bits_flipped_anywhere_never_crash_or_hang(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		begin(seed);
		for (int i = 0; i < 3000; i++) {
			size_t offset = draw() % SIZE;

			overwrite(offset, (char) (memory[offset] ^ 1 << draw() % 8));
			exercise((uint32_t) (draw() % KEYS));
		}
		check_recovery();
		end();
	}
}

static void bits_flipped_in_headers_never_crash_or_hang(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		begin(seed);
		for (int i = 0; i < 3000; i++) {
			strata_shard *shard = &store->shards[draw() % store->shard_count];
			char *target;

			/* A bucket, the head, or one of the first words of whatever lies at some place. */
			switch (draw() % 4) {
				case 0: target = (char *) &shard->buckets[draw() % (shard->bucket_mask + 1)]; break;
				case 1: target = (char *) &shard->head->hand + draw() % 1100; break;
				default:
					target =
						(char *) strata_block_at(shard, 1 + (uint32_t) (draw() % (shard->end - 6)));
					target += draw() % 80;
			}
			overwrite((size_t) (target - memory), (char) draw());
			exercise((uint32_t) (draw() % KEYS));
		}
		check_recovery();
		end();
	}
}

static void whole_pages_overwritten_never_crash_or_hang(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		begin(seed);
		for (int i = 0; i < 30; i++) {
			size_t page = draw() % (SIZE / 4096) * 4096;
			char byte = (char) draw();

			for (size_t j = 0; j < 4096; j++) {
				overwrite(page + j, draw() % 2 ? byte : (char) draw());
			}
			for (int j = 0; j < 50; j++) {
				exercise((uint32_t) (draw() % KEYS));
			}
		}
		check_recovery();
		end();
	}
}

static strata_entry *entry_of(uint32_t number, strata_shard **shard, uint32_t *place)
{
	numbered_key key;

	key_number(&key, number);
	for (uint32_t i = 0; i < store->shard_count; i++) {
		*shard = &store->shards[i];
		for (*place = 1; *place < (*shard)->end; *place += strata_block_units(*shard, *place)) {
			strata_entry *entry = strata_entry_at(*shard, *place);
			const char *text = (const char *) (entry + 1) + entry->value_size;

			if (strata_entry_is_sound(*shard, *place) && entry->key_size == key.key.key.size &&
				memcmp(text, key.text, entry->key_size) == 0) {
				return entry;
			}
		}
	}
	REQUIRE(false);
	return NULL;
}

static void a_damaged_size_is_a_miss_and_costs_no_other_shard(void)
{
	strata_store_usage usage;
	strata_record found;
	strata_shard *shard;
	uint32_t place, there = 0;

	begin(1);
	entry_of(700, &shard, &place)->block.extent ^= 1;
	CHECK(get_number(700, &found) == STRATA_MISS);
	strata_store_read_usage(store, &usage);
	CHECK(usage.damages == 1 && usage.repairs == 1);
	audit_store(store);
	for (uint32_t i = 0; i < KEYS; i++) {
		strata_result result = get_number(i, &found);

		CHECK(result == STRATA_MISS || is_value_of(&found, i));
		there += result == STRATA_OK;
	}
	CHECK(there >= KEYS / store->shard_count * (store->shard_count - 1) * 9 / 10);
	CHECK(there < KEYS);
	end();
}

static void a_damaged_entry_costs_only_itself(void)
{
	strata_store_usage usage;
	strata_record found;
	strata_shard *shard;
	uint32_t place;

	begin(1);
	entry_of(700, &shard, &place)->value_size += 3;
	CHECK(get_number(700, &found) == STRATA_MISS);
	for (uint32_t i = 0; i < KEYS; i++) {
		CHECK(get_number(i, &found) == (i == 700 ? STRATA_MISS : STRATA_OK));
	}
	strata_store_read_usage(store, &usage);
	CHECK(usage.damages == 0 && usage.repairs == 1);
	audit_store(store);
	end();
}

static void what_lies_behind_damage_is_not_stored_twice_nor_lost_to_a_removal(void)
{
	strata_record found;
	strata_shard *shard;
	uint32_t place;
	numbered_key key;

	begin(1);
	(void) entry_of(700, &shard, &place);
	/* The chain of the key leads nowhere, and its entry is still there for a repair to find. */
	shard->buckets[strata_entry_at(shard, place)->hash & shard->bucket_mask] = shard->end + 5;
	CHECK(strata_store_remove(store, key_number(&key, 700), NOW) == STRATA_OK);
	CHECK(get_number(700, &found) == STRATA_MISS);
	(void) entry_of(800, &shard, &place);
	shard->buckets[strata_entry_at(shard, place)->hash & shard->bucket_mask] = shard->end + 5;
	CHECK(put_number(800, 2, 60) == STRATA_OK);
	CHECK(get_number(800, &found) == STRATA_OK && found.created_at == 2);
	CHECK(strata_store_remove(store, key_number(&key, 800), NOW) == STRATA_OK);
	CHECK(get_number(800, &found) == STRATA_MISS);
	audit_store(store);
	end();
}

static void a_chain_that_bites_its_tail_ends(void)
{
	strata_record found;
	strata_entry *bitten;
	strata_shard *shard;
	uint32_t place;

	begin(1);
	bitten = entry_of(700, &shard, &place);
	bitten->next = place;
	for (uint32_t i = 0; i < KEYS; i++) {
		CHECK(get_number(i, &found) == STRATA_OK);
	}
	/* So many that some of them are looked for in that chain. */
	for (uint32_t i = KEYS; i < 40 * KEYS; i++) {
		CHECK(get_number(i, &found) == STRATA_MISS);
	}
	audit_store(store);
	end();
}

static void begin_verified(uint64_t seed)
{
	begin(seed);
	strata_store_verify(store);
	/* What was stored before has no check, and is served without. */
	for (uint32_t i = KEYS / 2; i < KEYS; i++) {
		REQUIRE(put_number(i, 1, 8 + i * 37 % 500) == STRATA_OK);
	}
}

static void damaged_values_are_misses_where_they_are_verified(void)
{
	strata_store_usage usage;
	strata_record found;
	strata_shard *shard;
	uint32_t place;

	begin_verified(1);
	(void) entry_of(800, &shard, &place);
	strata_entry_value(shard, place)[5] ^= 1;
	for (uint32_t i = 0; i < KEYS; i++) {
		CHECK(get_number(i, &found) == (i == 800 ? STRATA_MISS : STRATA_OK));
	}
	strata_store_read_usage(store, &usage);
	CHECK(usage.damages == 1 && usage.repairs == 0);
	CHECK(put_number(800, 2, 60) == STRATA_OK);
	CHECK(get_number(800, &found) == STRATA_OK);
	audit_store(store);
	end();
}

static void no_flipped_bit_of_a_verified_value_is_ever_served(void)
{
	strata_record found;
	strata_shard *shard;
	uint32_t place;

	begin_verified(7);
	for (int i = 0; i < 100000; i++) {
		uint32_t number = KEYS / 2 + (uint32_t) (draw() % (KEYS / 2));
		strata_entry *entry = entry_of(number, &shard, &place);
		char *byte = strata_entry_value(shard, place) + draw() % entry->value_size;

		*byte ^= (char) (1 << draw() % 8);
		CHECK(get_number(number, &found) == STRATA_MISS);
		REQUIRE(put_number(number, 1 + (uint32_t) i, 8 + draw() % 500) == STRATA_OK);
	}
	for (uint32_t i = KEYS / 2; i < KEYS; i++) {
		CHECK(get_number(i, &found) == STRATA_OK && is_value_of(&found, i));
	}
	audit_store(store);
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_header_that_is_lost_costs_its_own_entry_and_no_other);
	RUN(single_bits_flipped_anywhere_never_crash_or_hang);
	RUN(bits_flipped_in_headers_never_crash_or_hang);
	RUN(whole_pages_overwritten_never_crash_or_hang);
	RUN(a_damaged_size_is_a_miss_and_costs_no_other_shard);
	RUN(a_damaged_entry_costs_only_itself);
	RUN(what_lies_behind_damage_is_not_stored_twice_nor_lost_to_a_removal);
	RUN(a_chain_that_bites_its_tail_ends);
	RUN(damaged_values_are_misses_where_they_are_verified);
	RUN(no_flipped_bit_of_a_verified_value_is_ever_served);
	return unit_end();
}
