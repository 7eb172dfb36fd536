#include "cache/local.h"

#include "base/compiler.h"
#include "cache/analyse.h"
#include "cache/generation.h"
#include "database/policy_terms.h"
#include "database/route.h"
#include "os/clock.h"
#include "os/process.h"
#include "tier/local.h"

/* To count in shared memory is an eighth of a hit; so this many are counted there at once. */
enum { MOST_PENDING = 256 };

bool strata_cache_has_local(const strata_database *database)
{
	return database->tier_count > 0 && database->tiers[0].ops->kind == STRATA_TIER_LOCAL &&
		   strata_route_asks(database, STRATA_TIER_LOCAL);
}

static STRATA_COLD void salt(strata_database *database, uint64_t generation)
{
	database->salt = strata_store_salt(database->store, database->keyspace.local_id, generation);
	database->salted_for = generation;
}

/* Can the local tier be asked now, with database->salt? */
static inline bool prepare_salt(strata_database *database, uint64_t *generation)
{
	if (database->store == NULL || !strata_cache_is_prepared(database, generation)) {
		return false;
	}
	/* It changes with the generation, so seldom that it is kept. */
	if (database->salted_for != *generation || database->salt == 0) {
		salt(database, *generation);
	}
	return true;
}

/* The key as the store knows it; false where the local tier cannot be asked, or not yet. */
static inline bool prepare(strata_database *database, strata_view key, strata_store_key *wanted)
{
	*wanted = (strata_store_key){ .namespace_id = database->keyspace.local_id, .key = key };
	return prepare_salt(database, &wanted->generation);
}

static STRATA_NOINLINE bool is_kept_out_by(const strata_policy_table *guard, strata_view key)
{
	return (strata_policy_table_kept_out(guard, key) & 1U << STRATA_TIER_LOCAL) != 0;
}

/* A copy from before a policy came that does not allow it must not be served. */
static inline bool is_kept_out(const strata_database *database, strata_view key)
{
	return database->local_guard != NULL && is_kept_out_by(database->local_guard, key);
}

static inline bool peek(strata_database *database, strata_view key, strata_peek_mode mode,
	strata_store_hit *out)
{
	strata_store_key wanted;

	if (!prepare(database, key, &wanted)) {
		out->cursor.is_set = false;
		return false;
	}
	return strata_store_peek(database->store, &wanted, database->salt, mode, out);
}

bool strata_cache_peek(strata_database *database, strata_view key, strata_peek_mode mode,
	strata_store_hit *out)
{
	if (is_kept_out(database, key)) {
		out->cursor.is_set = false;
		return false;
	}
	return peek(database, key, mode, out);
}

bool strata_cache_begin_peeks(strata_database *database, strata_peek_mode mode,
	strata_cache_peeks *out)
{
	*out = (strata_cache_peeks){ .database = database, .mode = mode };
	return prepare_salt(database, &out->generation);
}

void strata_cache_expect(const strata_cache_peeks *peeks, const strata_view *keys, uint32_t count,
	uint64_t *hashes)
{
	strata_store_expect(peeks->database->store, keys, count, peeks->database->salt, hashes);
}

bool strata_cache_peek_expected(const strata_cache_peeks *peeks, strata_view key, uint64_t hash,
	strata_store_hit *out)
{
	const strata_store_key wanted = { .namespace_id = peeks->database->keyspace.local_id,
		.generation = peeks->generation,
		.key = key };

	if (is_kept_out(peeks->database, key)) {
		out->cursor.is_set = false;
		return false;
	}
	return strata_store_peek_expected(peeks->database->store, &wanted, hash, peeks->mode, out);
}

void strata_cache_release_hit(strata_database *database, const strata_store_hit *hit)
{
	if (strata_codec_is_image(hit->codec) && hit->is_own_pin) {
		strata_store_release(database->store, hit->block, hit->bytes.size);
	}
}

void strata_cache_release(strata_database *database, strata_item *item)
{
	if (item->local.block != 0) {
		strata_tier_local_release(&database->tiers[0], item);
	}
}

bool strata_cache_increment_at_once(strata_database *database, strata_view key, int64_t by,
	int64_t *sum)
{
	strata_store_key wanted;

	*sum = 0;
	return database->tier_count == 1 && prepare(database, key, &wanted) &&
		   strata_store_increment_at_once(database->store, &wanted, database->salt, by, sum);
}

/* As the local tier has it, of a value that is no copy. */
static inline void write_life(const strata_database *database, strata_msec ttl,
	strata_record *record)
{
	strata_msec left = ttl == 0 ? 0 : strata_policy_jittered(database, ttl);
	strata_msec end = ttl == 0 ? STRATA_NEVER : record->created_at + left;

	record->life.dead_at = ttl == 0 ? STRATA_NEVER : strata_clock_msec() + (left > 0 ? left : 1);
	record->life.kept_for = 0;
	record->life.fresh_until = end;
	record->life.expires_at = end;
}

/* All but the value. By parts: the whole at once would be a loop of the processor. */
static inline void fill_record(const strata_database *database, strata_msec ttl,
	strata_record *record)
{
	record->created_at = strata_clock_wall_msec();
	write_life(database, ttl, record);
	record->version = strata_process_random_word() | 1;
	record->cost_msec = 0;
	record->share = (uint8_t) database->settings.local_share;
	record->tag_count = 0;
	record->tags = NULL;
	record->is_own_pin = false;
	record->origin = NULL;
	record->block = 0;
	record->seen = 0;
	record->expected = 0;
}

bool strata_cache_set_at_once(strata_database *database, strata_view key, strata_msec ttl,
	strata_record *record)
{
	strata_store_key wanted;

	if (database->tier_count != 1 || database->policies != NULL ||
		!prepare(database, key, &wanted)) {
		return false;
	}
	fill_record(database, ttl, record);
	return strata_store_set_at_once(database->store, &wanted, database->salt, record);
}

static void set_stop(strata_database *database)
{
	database->pending_stop =
		database->sample_at < MOST_PENDING ? database->sample_at : MOST_PENDING;
}

static bool is_sampled(const strata_database *database)
{
	return database->analysis.prefixes != NULL;
}

/* A child begins at nothing: what its parent has not told yet, the parent will tell. */
static STRATA_COLD void begin_anew(strata_database *database)
{
	database->counted_since = strata_process_generation();
	memset(database->pending, 0, sizeof(database->pending));
	database->pending_count = 0;
	database->sample_at = is_sampled(database) ? strata_analyse_gap() : UINT32_MAX;
	set_stop(database);
}

static inline void begin_anew_after_fork(strata_database *database)
{
	if (database->counted_since != strata_process_generation()) {
		begin_anew(database);
	}
}

bool strata_cache_count_local(strata_database *database, strata_counter counter)
{
	begin_anew_after_fork(database);
	database->pending[counter]++;
	return ++database->pending_count >= database->pending_stop;
}

bool strata_cache_count_many(strata_database *database, strata_counter counter, uint32_t count)
{
	begin_anew_after_fork(database);
	database->pending[counter] += (uint16_t) count;
	database->pending_count += count;
	return database->pending_count >= database->pending_stop;
}

uint32_t strata_cache_next_sampled(strata_database *database, uint32_t count)
{
	uint32_t before = database->pending_count - count;
	uint32_t at = database->sample_at;

	if (at <= database->pending_count && is_sampled(database)) {
		database->sample_at += strata_analyse_gap();
		return at > before ? at - before - 1 : 0;
	}
	if (database->pending_count >= MOST_PENDING) {
		strata_cache_flush_counts(database);
	}
	set_stop(database);
	return count;
}

/* A process may meet nothing but hits that need no look at the clock. */
static void watch_segment(strata_database *database)
{
	if (database->segment != NULL &&
		strata_segment_look_for_loss(database->segment, strata_clock_msec())) {
		database->store = NULL;
	}
}

/* The operations that end on the fast path, always well. */
static const struct {
	strata_counter counter;
	strata_operation operation;
} fast[] = { { STRATA_COUNT_HITS, STRATA_OPERATION_GET },
	{ STRATA_COUNT_SETS, STRATA_OPERATION_SET },
	{ STRATA_COUNT_INCREMENTS, STRATA_OPERATION_INCREMENT } };

void strata_cache_flush_counts(strata_database *database)
{
	begin_anew_after_fork(database);
	for (size_t i = 0; database->pending_count > 0 && i < sizeof(fast) / sizeof(fast[0]); i++) {
		strata_stats_add_ending(database->tiers[0].stats, fast[i].operation, STRATA_ENDED_DONE,
			database->pending[fast[i].counter]);
		database->pending[fast[i].counter] = 0;
	}
	/* The next of the sample is as far away as before, however short requests are. */
	if (is_sampled(database)) {
		database->sample_at -= database->pending_count;
	}
	database->pending_count = 0;
	set_stop(database);
	watch_segment(database);
}

void strata_cache_upgrade_local(strata_database *database, strata_call *call, strata_item *item)
{
	if (!is_kept_out(database, item->key)) {
		strata_tier_local_upgrade(&database->tiers[0], call, item);
	}
}
