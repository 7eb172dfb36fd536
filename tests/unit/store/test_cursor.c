/* The cursor that a peek leaves at a miss: a get goes on from it, or begins anew. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/store.h"

#include "os/process.h"

#include "store_fixture.h"
#include "store_values.h"

enum { SIZE = 1 << 20, VALUE = 100 };

static numbered_key named;
static strata_store_key *key;
static strata_store_hit hit;
static strata_record found;

static bool peek(void)
{
	return strata_store_peek(store, key,
		strata_store_salt(store, key->namespace_id, key->generation), STRATA_PEEK_PIN, &hit);
}

/* At moment 0: what ends at moment 1 is there for it, and over for a peek, which asks the clock. */
static strata_result get_from_cursor(void)
{
	strata_arena_reset(arena);
	return strata_store_get_from(store, key, &hit.cursor, 0, STRATA_READ_COPY, arena, &found);
}

static bool finds(uint32_t version)
{
	return get_from_cursor() == STRATA_OK && is_value_of(&found, 1) && found.created_at == version;
}

static void put(uint32_t version)
{
	strata_record record = value_number(1, version, VALUE);

	record.life.dead_at = 1;
	REQUIRE(strata_store_put(store, key, 0, STRATA_STORE_SET, &record) == STRATA_OK);
}

/* The key is not there, so a peek comes to the end of its chain. */
static void begin_absent(void)
{
	begin_store(SIZE);
	key = key_number(&named, 1);
	CHECK(!peek());
	CHECK(hit.cursor.is_set && hit.cursor.place == 0);
}

/* The key is there, and a peek stops at it. */
static void begin_there(void)
{
	begin_store(SIZE);
	key = key_number(&named, 1);
	put(1);
	CHECK(!peek());
	CHECK(hit.cursor.is_set && hit.cursor.place != 0);
}

static void a_miss_says_what_it_saw(void)
{
	begin_absent();
	CHECK(hit.cursor.namespace_id == SPACE && hit.cursor.generation == GENERATION);
	CHECK(hit.cursor.word == atomic_load(hit.watched));
	CHECK(get_from_cursor() == STRATA_MISS);
	end_store(SIZE);
}

static void a_get_goes_on_from_where_the_peek_stopped(void)
{
	begin_there();
	CHECK(finds(1));
	/* It does not look at the beginning: behind the end of the chain there is nothing. */
	hit.cursor.place = 0;
	CHECK(get_from_cursor() == STRATA_MISS);
	end_store(SIZE);
}

static void an_entry_stored_meanwhile_is_found(void)
{
	begin_absent();
	put(1);
	CHECK(finds(1));
	end_store(SIZE);
}

static void an_overwrite_meanwhile_is_seen(void)
{
	begin_there();
	put(2);
	CHECK(finds(2));
	hit.cursor.place = 0;
	CHECK(finds(2));
	end_store(SIZE);
}

static void a_delete_meanwhile_is_seen(void)
{
	begin_there();
	CHECK(strata_store_remove(store, key, 0) == STRATA_OK);
	CHECK(get_from_cursor() == STRATA_MISS);
	put(2);
	CHECK(finds(2));
	hit.cursor.place = 0;
	CHECK(finds(2));
	end_store(SIZE);
}

/* A clear() gives the namespace its next generation. */
static void a_clear_meanwhile_is_honoured(void)
{
	begin_there();
	key->generation++;
	CHECK(get_from_cursor() == STRATA_MISS);
	put(2);
	CHECK(finds(2));
	end_store(SIZE);
}

static void in_another_namespace_a_get_begins_anew(void)
{
	begin_there();
	key->namespace_id++;
	CHECK(get_from_cursor() == STRATA_MISS);
	put(2);
	CHECK(finds(2));
	end_store(SIZE);
}

/* The word alone cannot say so: an epoch leaves all words as they are. */
static void in_another_epoch_a_get_begins_anew(void)
{
	begin_there();
	hit.cursor.place = 0;
	hit.cursor.epoch++;
	CHECK(finds(1));
	end_store(SIZE);
}

static void a_shard_outdated_meanwhile_has_nothing(void)
{
	begin_there();
	for (uint32_t i = 0; i < store->shard_count; i++) {
		strata_shard_outdate(&store->shards[i]);
	}
	CHECK(get_from_cursor() == STRATA_MISS);
	end_store(SIZE);
}

static void a_cursor_that_was_never_set_is_none(void)
{
	begin_there();
	hit.cursor.place = 0;
	hit.cursor.is_set = false;
	CHECK(finds(1));
	end_store(SIZE);
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_miss_says_what_it_saw);
	RUN(a_get_goes_on_from_where_the_peek_stopped);
	RUN(an_entry_stored_meanwhile_is_found);
	RUN(an_overwrite_meanwhile_is_seen);
	RUN(a_delete_meanwhile_is_seen);
	RUN(a_clear_meanwhile_is_honoured);
	RUN(in_another_namespace_a_get_begins_anew);
	RUN(in_another_epoch_a_get_begins_anew);
	RUN(a_shard_outdated_meanwhile_has_nothing);
	RUN(a_cursor_that_was_never_set_is_none);
	return unit_end();
}
