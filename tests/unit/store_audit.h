/*
 * store_audit — is the inside of a store as its design says? Walks every shard and compares what is
 * derived (lists, left sizes, index, counts) with the blocks themselves.
 */
#ifndef STRATA_TESTS_STORE_AUDIT_H
#define STRATA_TESTS_STORE_AUDIT_H

#include "store/index.h"
#include "store/repair.h"
#include "store/store.h"
#include "store/store_internal.h"

#include "unit.h"

/*
 * How many blocks the free lists hold; every one of them must be free and as large as its list
 * says.
 */
static inline uint32_t audit_lists(const strata_shard *shard)
{
	uint32_t listed = 0;

	for (uint32_t class = 0; class < STRATA_CLASS_COUNT; class ++) {
		uint32_t place = shard->head->free_lists[class];
		bool filled = shard->head->filled[class / 64] >> class % 64 & 1;

		CHECK((place != 0) == filled);
		while (place != 0 && listed <= shard->end) {
			uint32_t units = strata_block_units_in(shard, place, STRATA_BLOCK_FREE);

			REQUIRE(units != 0);
			CHECK(class >= 32 || units == class);
			listed++;
			place = ((const uint32_t *) (const void *) (strata_block_at(shard, place) + 1))[0];
		}
	}
	return listed;
}

static inline uint32_t audit_index(const strata_shard *shard)
{
	uint32_t found = 0;

	for (uint64_t bucket = 0; bucket <= shard->bucket_mask; bucket++) {
		uint32_t place = strata_index_first(shard->buckets[bucket]);

		while (place != 0 && found <= shard->end) {
			REQUIRE(strata_entry_is_sound(shard, place));
			CHECK((strata_entry_at(shard, place)->hash & shard->bucket_mask) == bucket);
			found++;
			place = strata_entry_at(shard, place)->next;
		}
	}
	return found;
}

/* What is counted for each namespace is what its entries take, and what is held of former ones. */
static inline void audit_shares(const strata_shard *shard)
{
	uint32_t taken[STRATA_NAMESPACE_COUNT] = { 0 };

	for (uint32_t place = 1; place < shard->end; place += strata_block_units(shard, place)) {
		int index = strata_entry_is_sound(shard, place) ||
							strata_block_is(shard, place, STRATA_BLOCK_RETIRED)
						? strata_namespaces_index(shard->namespaces,
							  strata_entry_at(shard, place)->namespace_id)
						: -1;

		if (index >= 0) {
			taken[index] += strata_block_units(shard, place);
		}
	}
	CHECK(memcmp(taken, shard->head->taken, sizeof(taken)) == 0);
}

static inline void audit_shard(const strata_shard *shard)
{
	uint32_t place = 1, left = 0, live = 0, free_blocks = 0;
	uint64_t used = 0, retired = 0;
	bool last_was_free = false, border_is_block = shard->border == shard->end;
	bool hand_is_block = shard->head->hand >= shard->border;
	bool nursery_hand_is_block = shard->head->nursery_hand >= shard->end;

	while (place < shard->end) {
		uint32_t units = strata_block_units(shard, place);
		bool is_free = strata_block_units_in(shard, place, STRATA_BLOCK_FREE) != 0;
		bool is_retired = strata_block_units_in(shard, place, STRATA_BLOCK_RETIRED) != 0;
		bool is_written = strata_block_units_in(shard, place, STRATA_BLOCK_WRITING) != 0;

		REQUIRE(units != 0);
		CHECK(strata_block_at(shard, place)->left == left);
		CHECK(!(is_free && last_was_free) || place == shard->border);
		CHECK(is_free || is_retired || is_written || strata_entry_is_sound(shard, place));
		/*
		 * Only what somebody may look at, or writes without the lock, or what is put by, is
		 * neither.
		 */
		CHECK(!(is_retired || is_written) || shard->pins != NULL || shard->head->staged == place);
		hand_is_block |= shard->head->hand == place;
		nursery_hand_is_block |= shard->head->nursery_hand == place;
		border_is_block |= place == shard->border;
		free_blocks += is_free && place < shard->border;
		live += !is_free && !is_retired && !is_written;
		retired += is_retired ? units : 0;
		used += is_free ? 0 : units;
		last_was_free = is_free;
		left = units;
		place += units;
	}
	CHECK(place == shard->end);
	CHECK(hand_is_block && nursery_hand_is_block && border_is_block);
	CHECK(shard->head->nursery_hand >= shard->border);
	CHECK(audit_lists(shard) == free_blocks);
	CHECK(audit_index(shard) == live);
	CHECK(shard->head->entries == live);
	CHECK(shard->head->used == used);
	CHECK(shard->head->retired == retired);
	CHECK(shard->head->pending_replace == 0);
	audit_shares(shard);
}

/* Locks every shard on the way, so that what a dead process left behind is repaired first. */
static inline void audit_store(strata_store *store)
{
	for (uint32_t i = 0; i < store->shard_count; i++) {
		REQUIRE(strata_repair_lock(&store->shards[i], 5000000));
		CHECK(!store->shards[i].is_damaged);
		audit_shard(&store->shards[i]);
		strata_repair_unlock(&store->shards[i]);
	}
}

#endif
