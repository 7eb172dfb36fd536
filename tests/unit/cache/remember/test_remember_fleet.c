/*
 * Two hosts over one server, step by step, in one process: each has leases and a local tier of its
 * own. What a test does between the steps of one host happens meanwhile on the other, or at the
 * server.
 */
#include "cache/remember/remember.h"

#include <unistd.h>

#include "cache/removal.h"
#include "cache/write.h"
#include "os/clock.h"
#include "os/process.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { GENERATION = 7, LEASE_TTL = 10 * 1000 * 1000, LONG_WAIT = 20 * 1000 * 1000 };

typedef struct {
	strata_host *host;
	strata_process_slots *slots;
	strata_database database;
	fake_tier local, memcached;
	strata_call call;
	strata_item item;
	strata_memory memory;
} host;

static remote_fixture fixture;
static fake_tier redis;
static strata_tier redis_tier;
static host a, b;

static void open_host(host *self)
{
	strata_database *database = &self->database;

	REQUIRE(strata_host_new(&self->host) == STRATA_OK);
	REQUIRE(strata_process_slots_new(self->host, &self->slots) == STRATA_OK);
	*database = (strata_database){ .tier_count = 2,
		.own_generation = { .value = GENERATION, .floor = GENERATION } };
	REQUIRE(strata_leases_new(self->host, self->slots, &database->leases) == STRATA_OK);
	REQUIRE(strata_keyspace_init(&database->keyspace, "test", "", strata_view_of(""), 1000) ==
			STRATA_OK);
	REQUIRE(strata_settings_init(&database->settings) == 0);
	database->settings.lease_wait = LONG_WAIT;
	database->settings.lease_ttl = LEASE_TTL;
	database->settings.local_ttl = 1000 * 1000;
	fake_tier_init(&self->local, STRATA_TIER_LOCAL, &database->tiers[0]);
	database->tiers[1] = redis_tier;
	self->call = (strata_call){ .arena = fixture.arena, .now = strata_clock_msec() };
	database->own_refresh = self->call.now;
	for (int i = 0; i < 2; i++) {
		database->tiers[i].stats = strata_stats_row_of(fixture.stats, STRATA_STATS_TIER, "test",
			database->tiers[i].ops->name, STRATA_REGISTRY_COMMON);
	}
}

static void begin(void)
{
	remote_fixture_begin(&fixture);
	fake_tier_init(&redis, STRATA_TIER_REDIS, &redis_tier);
	open_host(&a);
	open_host(&b);
}

static void close_host(host *self)
{
	CHECK(strata_leases_held(self->database.leases) == 0);
	strata_leases_free(self->database.leases);
	strata_process_slots_free(self->slots);
	strata_settings_fini(&self->database.settings);
	strata_host_free(self->host);
}

static void end(void)
{
	close_host(&a);
	close_host(&b);
	remote_fixture_end(&fixture);
}

/* ---- what a host does ---- */

static void new_item(host *self)
{
	self->item = (strata_item){ .key = strata_view_of("k") };
	self->memory.item = &self->item;
	self->call.now = strata_clock_msec();
	self->call.error[0] = '\0';
}

static strata_remember_state starts_as(host *self, strata_remember_mode mode)
{
	strata_memory *const one[] = { &self->memory };

	self->memory = (strata_memory){ .wish = { .mode = mode } };
	new_item(self);
	strata_remember_begin(&self->database, &self->call, one, 1);
	return self->memory.state;
}

static strata_remember_state starts(host *self)
{
	return starts_as(self, STRATA_REMEMBER_REFRESH);
}

/* One more step of a wait. */
static strata_remember_state looks_again(host *self)
{
	while (strata_remember_sleep(self->database.leases, &self->memory) == STRATA_SLEEP_ON) {
	}
	new_item(self);
	strata_remember_resume(&self->database, &self->call, &self->memory);
	return self->memory.state;
}

static void gives(host *self, const char *text)
{
	new_item(self);
	self->item.value =
		(strata_value){ .codec = STRATA_CODEC_STRING, .bytes = strata_view_of(text) };
	strata_cache_stamp(&self->database, &self->item, 60000);
}

static strata_result stores(host *self, const char *text)
{
	strata_computation_start(&self->memory.computation);
	strata_computation_stop(&self->memory.computation);
	gives(self, text);
	strata_computation_store(&self->database, &self->call, &self->item, &self->memory.computation);
	strata_remember_end(self->database.leases, &self->memory);
	return self->item.result;
}

static void fails(host *self, strata_msec until)
{
	new_item(self);
	strata_computation_leave(&self->database, &self->call, self->item.key,
		&self->memory.computation, until);
	strata_remember_end(self->database.leases, &self->memory);
}

static void ends(host *self)
{
	strata_remember_end(self->database.leases, &self->memory);
}

static void deletes(host *self)
{
	strata_item *const one[] = { &self->item };

	new_item(self);
	strata_cache_remove(&self->database, &self->call, one, 1);
}

static void sets(host *self, const char *text)
{
	strata_item *const one[] = { &self->item };

	gives(self, text);
	strata_cache_put(&self->database, &self->call, one, 1, STRATA_PUT_SET);
}

static bool has(const host *self, const char *text)
{
	return strata_view_equal(self->item.value.bytes, strata_view_of(text));
}

/* At the server: its life is over, and it is kept for the time that one computes it anew. */
static void is_past_its_life(void)
{
	fake_entry *entry = fake_tier_entry(&redis, "k");

	entry->fresh_until = strata_clock_wall_msec() - 1000;
	entry->expires_at = strata_clock_wall_msec() + 60000;
}

static void lease_is_over(void)
{
	fake_tier_entry(&redis, "k")->end = strata_clock_wall_msec() - 1;
}

static uint64_t counted(strata_counter counter)
{
	strata_stats_sum sums[8];
	uint32_t rows = strata_stats_read(fixture.stats, sums, 8);
	uint64_t total = 0;

	for (uint32_t i = 0; i < rows && i < 8; i++) {
		total += sums[i].counters[counter];
	}
	return total;
}

/* ---- a miss ---- */

static void a_miss_takes_the_fence_and_stores_over_it(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(fake_diary_is("L.get k; R.get k; R.take k; "));
	CHECK(stores(&a, "new") == STRATA_OK);
	CHECK(fake_diary_is("R.store k; L.fill k; "));
	CHECK(fake_tier_holds(&redis, "k", "new") && fake_tier_holds(&a.local, "k", "new"));
	CHECK(starts(&a) == STRATA_REMEMBER_FOUND && has(&a, "new"));
	CHECK(fake_diary_is("L.get k; "));
	end();
}

static void memcached_above_redis_is_told_to_forget(void)
{
	begin();
	a.database.tiers[2] = a.database.tiers[1];
	fake_tier_init(&a.memcached, STRATA_TIER_MEMCACHED, &a.database.tiers[1]);
	a.database.tiers[1].stats = a.database.tiers[2].stats;
	a.database.tier_count = 3;
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	fake_tier_hold(&a.memcached, "k", "old");
	CHECK(fake_diary_is("L.get k; M.get k; R.get k; R.take k; "));
	CHECK(stores(&a, "new") == STRATA_OK);
	CHECK(fake_diary_is("R.store k; M.del k; L.fill k; "));
	end();
}

static void an_integer_is_enveloped(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	gives(&a, "");
	a.item.value = (strata_value){ .codec = STRATA_CODEC_INTEGER, .integer = 5 };
	strata_computation_store(&a.database, &a.call, &a.item, &a.memory.computation);
	CHECK(a.item.result == STRATA_OK && a.item.is_enveloped);
	ends(&a);
	end();
}

/* ---- two hosts ---- */

static void another_host_waits_and_gets_the_value(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	fake_diary_says_anything();
	CHECK(starts(&b) == STRATA_REMEMBER_WAIT);
	CHECK(fake_diary_is("L.get k; R.get k; "));
	CHECK(b.memory.is_asking && strata_leases_held(b.database.leases) == 1);
	CHECK(looks_again(&b) == STRATA_REMEMBER_WAIT);
	CHECK(fake_diary_is("R.get k; "));
	CHECK(stores(&a, "new") == STRATA_OK);
	CHECK(looks_again(&b) == STRATA_REMEMBER_FOUND && has(&b, "new"));
	CHECK(fake_tier_holds(&b.local, "k", "new"));
	ends(&b);
	CHECK(counted(STRATA_COUNT_COMPUTATIONS) == 1 && counted(STRATA_COUNT_LEASE_WAITS) == 1);
	end();
}

static void both_missed_before_either_asked(void)
{
	begin();
	redis.verdicts[FAKE_GET] = STRATA_MISS;
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	fake_diary_says_anything();
	CHECK(starts(&b) == STRATA_REMEMBER_WAIT);
	CHECK(fake_diary_is("L.get k; R.get k; R.take k; "));
	CHECK(stores(&a, "new") == STRATA_OK);
	ends(&b);
	/* Its miss is from before the store. */
	CHECK(starts(&b) == STRATA_REMEMBER_FOUND && has(&b, "new"));
	end();
}

static void when_the_owner_fails_the_other_host_computes(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(starts(&b) == STRATA_REMEMBER_WAIT);
	fails(&a, 0);
	CHECK(looks_again(&b) == STRATA_REMEMBER_COMPUTE);
	CHECK(stores(&b, "new") == STRATA_OK);
	end();
}

static void when_the_lease_ends_the_other_host_computes_over_the_same_fence(void)
{
	uint64_t version;

	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	version = a.memory.computation.fence.version;
	CHECK(starts(&b) == STRATA_REMEMBER_WAIT);
	lease_is_over();
	CHECK(looks_again(&b) == STRATA_REMEMBER_COMPUTE);
	CHECK(b.memory.computation.fence.version == version && version != 0);
	/* Nothing happened to the key, so the first is as good as the second. */
	CHECK(stores(&a, "slow") == STRATA_OK);
	CHECK(stores(&b, "second") == STRATA_NOT_STORED);
	CHECK(fake_tier_holds(&redis, "k", "slow") && fake_tier_lacks(&b.local, "k"));
	CHECK(counted(STRATA_COUNT_VOIDED) == 1);
	end();
}

static void what_a_dead_process_left_is_taken_over_by_its_host_alone(void)
{
	uint64_t owner;

	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	owner = a.memory.computation.fence.owner;
	ends(&a);
	CHECK(starts(&b) == STRATA_REMEMBER_WAIT);
	ends(&b);
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(a.memory.computation.fence.state == STRATA_FENCE_TAKEN &&
		  a.memory.computation.fence.owner == owner);
	CHECK(stores(&a, "new") == STRATA_OK);
	end();
}

static void when_the_wait_is_over_it_computes_under_what_it_saw(void)
{
	begin();
	b.database.settings.lease_wait = 20000;
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(starts(&b) == STRATA_REMEMBER_WAIT);
	while (b.memory.state == STRATA_REMEMBER_WAIT) {
		looks_again(&b);
	}
	CHECK(b.memory.state == STRATA_REMEMBER_COMPUTE);
	CHECK(b.memory.computation.fence.state == STRATA_FENCE_HELD);
	CHECK(stores(&b, "second") == STRATA_OK);
	CHECK(stores(&a, "first") == STRATA_NOT_STORED);
	CHECK(fake_tier_holds(&redis, "k", "second") && fake_tier_lacks(&a.local, "k"));
	CHECK(counted(STRATA_COUNT_OVERFLOWS) == 1);
	end();
}

/* The host knows what it cost; the other one has lease_wait alone. */
static void a_costly_value_is_waited_for_longer(void)
{
	strata_usec now;

	begin();
	a.database.settings.lease_wait = 1000;
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	strata_lease_note(a.database.leases, &a.memory.computation.lease, STRATA_LEASE_COST, 60);
	ends(&a);
	fake_tier_entry(&redis, "k")->owner = 99;
	now = strata_clock_usec();
	CHECK(starts(&a) == STRATA_REMEMBER_WAIT);
	CHECK(a.memory.wait_until >= now + 120000 && a.memory.wait_until < now + 2000000);
	strata_lease_note(a.database.leases, &a.memory.computation.lease, STRATA_LEASE_COST, 60000);
	ends(&a);
	CHECK(starts(&a) == STRATA_REMEMBER_WAIT);
	CHECK(a.memory.wait_until < now + 12000000);
	ends(&a);
	end();
}

/* ---- what happens to the key meanwhile ---- */

static void a_delete_meanwhile_wins(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	deletes(&b);
	CHECK(stores(&a, "old") == STRATA_NOT_STORED);
	CHECK(fake_tier_lacks(&redis, "k") && fake_tier_lacks(&a.local, "k"));
	end();
}

static void a_set_meanwhile_wins_also_on_the_host_that_computes(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	sets(&a, "set");
	CHECK(stores(&a, "old") == STRATA_NOT_STORED);
	CHECK(fake_tier_holds(&redis, "k", "set") && !fake_tier_holds(&a.local, "k", "old"));
	CHECK(starts(&a) == STRATA_REMEMBER_FOUND && has(&a, "set"));
	end();
}

static void a_delete_and_a_second_computation_win(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	deletes(&b);
	CHECK(starts(&b) == STRATA_REMEMBER_COMPUTE);
	CHECK(stores(&a, "old") == STRATA_NOT_STORED);
	CHECK(stores(&b, "new") == STRATA_OK);
	CHECK(fake_tier_holds(&redis, "k", "new"));
	end();
}

static void after_a_clear_nothing_is_stored_and_no_server_asked_to(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	a.database.own_generation.value = GENERATION + 1;
	a.database.own_generation.floor = GENERATION + 1;
	fake_diary_says_anything();
	CHECK(stores(&a, "old") == STRATA_NOT_STORED);
	CHECK(fake_diary_is("R.leave k; "));
	end();
}

/* By another process of this host, between the server's word and the local copy. */
static void write_locally(void)
{
	fake_tier_hold(&a.local, "k", "newer");
}

static void what_came_to_the_local_tier_meanwhile_is_not_replaced(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	redis.after_store = write_locally;
	CHECK(stores(&a, "new") == STRATA_OK);
	redis.after_store = NULL;
	CHECK(fake_tier_lacks(&a.local, "k"));
	end();
}

/* ---- stale values ---- */

static void a_stale_value_is_served_while_another_host_computes(void)
{
	begin();
	sets(&a, "old");
	deletes(&b);
	sets(&b, "old");
	is_past_its_life();
	fake_tier_init(&a.local, STRATA_TIER_LOCAL, &a.database.tiers[0]);
	fake_tier_init(&b.local, STRATA_TIER_LOCAL, &b.database.tiers[0]);
	a.database.tiers[0].stats = a.database.tiers[1].stats;
	b.database.tiers[0].stats = b.database.tiers[1].stats;

	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(starts(&b) == STRATA_REMEMBER_FOUND && has(&b, "old"));
	ends(&b);
	CHECK(b.item.result == STRATA_STALE && counted(STRATA_COUNT_LEASE_WAITS) == 0);
	CHECK(stores(&a, "new") == STRATA_OK);
	CHECK(fake_tier_holds(&redis, "k", "new"));
	CHECK(counted(STRATA_COUNT_REFRESHED) == 1);
	end();
}

static void after_a_failure_a_stale_value_is_served_for_a_pause(void)
{
	begin();
	sets(&b, "old");
	is_past_its_life();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(strata_computation_pause(&a.database, &a.memory.computation) == 1000);
	fails(&a, strata_clock_wall_msec() + 1000);
	/* On the host that failed as on the other one. */
	CHECK(starts(&a) == STRATA_REMEMBER_FOUND && has(&a, "old"));
	fake_tier_init(&b.local, STRATA_TIER_LOCAL, &b.database.tiers[0]);
	b.database.tiers[0].stats = b.database.tiers[1].stats;
	CHECK(starts(&b) == STRATA_REMEMBER_FOUND && has(&b, "old"));
	lease_is_over();
	(void) usleep(60000);
	CHECK(starts(&b) == STRATA_REMEMBER_COMPUTE);
	CHECK(strata_computation_pause(&b.database, &b.memory.computation) == 1000);
	CHECK(strata_computation_pause(&b.database, &b.memory.computation) == 2000);
	for (int i = 0; i < 10; i++) {
		(void) strata_computation_pause(&b.database, &b.memory.computation);
	}
	CHECK(strata_computation_pause(&b.database, &b.memory.computation) == 30000);
	CHECK(stores(&b, "new") == STRATA_OK);
	sets(&a, "old");
	CHECK(starts_as(&b, STRATA_REMEMBER_FORCE) == STRATA_REMEMBER_COMPUTE);
	CHECK(strata_computation_pause(&b.database, &b.memory.computation) == 1000);
	fails(&b, 0);
	end();
}

/* A host that was told a moment ago that another one computes does not ask again. */
static void with_a_stale_value_the_server_is_asked_only_now_and_then(void)
{
	begin();
	sets(&b, "old");
	is_past_its_life();
	fake_tier_entry(&redis, "k")->owner = 99;
	fake_tier_entry(&redis, "k")->end = strata_clock_wall_msec() + 10000;
	fake_tier_entry(&b.local, "k")->fresh_until = strata_clock_wall_msec() - 1000;
	CHECK(starts(&b) == STRATA_REMEMBER_FOUND && has(&b, "old"));
	lease_is_over();
	fake_diary_says_anything();
	CHECK(starts(&b) == STRATA_REMEMBER_FOUND && has(&b, "old"));
	CHECK(fake_diary_is("L.get k; R.get k; "));
	(void) usleep(60000);
	CHECK(starts(&b) == STRATA_REMEMBER_COMPUTE);
	ends(&b);
	end();
}

static void a_value_can_be_kept_though_it_is_due(void)
{
	begin();
	sets(&a, "old");
	is_past_its_life();
	fake_tier_entry(&a.local, "k")->fresh_until = strata_clock_wall_msec() - 1000;
	CHECK(starts_as(&a, STRATA_REMEMBER_KEEP) == STRATA_REMEMBER_FOUND && a.memory.is_due);
	CHECK(strata_leases_held(a.database.leases) == 0);
	sets(&a, "new");
	CHECK(starts_as(&a, STRATA_REMEMBER_KEEP) == STRATA_REMEMBER_FOUND && !a.memory.is_due);
	end();
}

/* ---- forced, refused, early ---- */

static void a_forced_computation_replaces_whatever_is_there(void)
{
	begin();
	sets(&a, "old");
	CHECK(starts_as(&a, STRATA_REMEMBER_FORCE) == STRATA_REMEMBER_COMPUTE);
	CHECK(stores(&a, "forced") == STRATA_OK);
	CHECK(fake_tier_holds(&redis, "k", "forced") && fake_tier_holds(&a.local, "k", "forced"));
	/* What it has is not what the server has. */
	fake_tier_hold(&redis, "k", "newer");
	fake_tier_entry(&redis, "k")->version = 77;
	CHECK(starts_as(&a, STRATA_REMEMBER_FORCE) == STRATA_REMEMBER_COMPUTE);
	CHECK(stores(&a, "forced again") == STRATA_OK);
	CHECK(fake_tier_holds(&redis, "k", "forced again"));
	end();
}

static void a_forced_computation_waits_for_another_and_then_computes(void)
{
	begin();
	CHECK(starts(&b) == STRATA_REMEMBER_COMPUTE);
	CHECK(starts_as(&a, STRATA_REMEMBER_FORCE) == STRATA_REMEMBER_WAIT);
	CHECK(stores(&b, "theirs") == STRATA_OK);
	CHECK(looks_again(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(stores(&a, "forced") == STRATA_OK);
	CHECK(fake_tier_holds(&redis, "k", "forced"));
	end();
}

static void a_value_that_cannot_be_built_is_computed_under_its_fence(void)
{
	begin();
	sets(&a, "unreadable");
	CHECK(starts(&a) == STRATA_REMEMBER_FOUND);
	strata_remember_refuse(&a.database, &a.call, &a.memory);
	CHECK(a.memory.state == STRATA_REMEMBER_COMPUTE);
	/* Another host meets the same, and has nothing to serve meanwhile. */
	CHECK(starts(&b) == STRATA_REMEMBER_FOUND);
	strata_remember_refuse(&b.database, &b.call, &b.memory);
	CHECK(b.memory.state == STRATA_REMEMBER_WAIT);
	CHECK(looks_again(&b) == STRATA_REMEMBER_WAIT);
	CHECK(stores(&a, "readable") == STRATA_OK);
	CHECK(looks_again(&b) == STRATA_REMEMBER_FOUND && has(&b, "readable"));
	ends(&b);
	end();
}

static void a_value_that_was_replaced_is_not_computed_again(void)
{
	begin();
	sets(&a, "unreadable");
	CHECK(starts(&a) == STRATA_REMEMBER_FOUND);
	sets(&b, "readable");
	a.item = (strata_item){ .key = strata_view_of("k"), .version = 12345 };
	strata_remember_refuse(&a.database, &a.call, &a.memory);
	CHECK(a.memory.state == STRATA_REMEMBER_FOUND && has(&a, "readable"));
	end();
}

static strata_remember_state starts_early(host *self)
{
	strata_memory *const one[] = { &self->memory };

	self->memory = (strata_memory){ .wish = { .beta = 1e6 } };
	new_item(self);
	strata_remember_begin(&self->database, &self->call, one, 1);
	return self->memory.state;
}

static void an_early_refresh_needs_a_free_lease(void)
{
	begin();
	sets(&a, "old");
	fake_tier_entry(&a.local, "k")->cost_msec = UINT32_MAX;
	CHECK(starts_early(&a) == STRATA_REMEMBER_COMPUTE);
	fails(&a, 0);
	fake_tier_entry(&redis, "k")->owner = 99;
	fake_tier_entry(&redis, "k")->end = strata_clock_wall_msec() + 10000;
	CHECK(starts_early(&a) == STRATA_REMEMBER_FOUND && has(&a, "old"));
	end();
}

/* ---- where the server does not play its part ---- */

static void where_it_cannot_be_asked_a_host_computes_for_itself(void)
{
	begin();
	redis.verdicts[FAKE_GET] = STRATA_TIMEOUT;
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(fake_diary_is("L.get k; R.get k; L.get k; "));
	CHECK(a.item.result == STRATA_TIMEOUT && strata_leases_held(a.database.leases) == 1);
	CHECK(starts(&b) == STRATA_REMEMBER_COMPUTE);
	fake_diary_says_anything();
	CHECK(stores(&a, "here") == STRATA_NOT_STORED);
	CHECK(fake_diary_is("L.fill k; "));
	CHECK(fake_tier_holds(&a.local, "k", "here") && fake_tier_lacks(&redis, "k"));
	CHECK(starts(&a) == STRATA_REMEMBER_FOUND && has(&a, "here"));
	/* Its life counts from the beginning of the call. */
	b.memory.computation.began_at -= 1001;
	CHECK(stores(&b, "there") == STRATA_NOT_STORED && fake_tier_lacks(&b.local, "k"));
	end();
}

static void what_a_host_deleted_meanwhile_it_does_not_keep(void)
{
	begin();
	redis.verdicts[FAKE_GET] = STRATA_TIMEOUT;
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	redis.verdicts[FAKE_REMOVE] = STRATA_TIMEOUT;
	deletes(&a);
	CHECK(stores(&a, "old") == STRATA_NOT_STORED && fake_tier_lacks(&a.local, "k"));
	end();
}

static void where_it_fails_at_the_fence_a_host_computes_for_itself(void)
{
	begin();
	redis.verdicts[FAKE_TAKE] = STRATA_BREAKER_OPEN;
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(a.memory.computation.keeping == STRATA_KEEP_ON_HOST);
	CHECK(stores(&a, "here") == STRATA_NOT_STORED && fake_tier_holds(&a.local, "k", "here"));
	end();
}

static void where_it_fails_during_the_wait_a_host_computes_under_the_fence_it_saw(void)
{
	begin();
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(starts(&b) == STRATA_REMEMBER_WAIT);
	redis.verdicts[FAKE_GET] = STRATA_TIMEOUT;
	CHECK(looks_again(&b) == STRATA_REMEMBER_COMPUTE);
	redis.verdicts[FAKE_GET] = STRATA_OK;
	CHECK(stores(&b, "new") == STRATA_OK);
	CHECK(stores(&a, "late") == STRATA_NOT_STORED);
	end();
}

static void without_a_fence_to_be_had_nothing_is_stored(void)
{
	begin();
	redis.verdicts[FAKE_TAKE] = STRATA_UNSUPPORTED;
	CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
	CHECK(stores(&a, "new") == STRATA_UNSUPPORTED);
	CHECK(fake_tier_lacks(&redis, "k") && fake_tier_lacks(&a.local, "k"));
	CHECK(counted(STRATA_COUNT_UNFENCED) == 1);
	end();
}

static void what_it_does_not_take_does_not_hold_others_up(void)
{
	static const strata_result refusals[] = { STRATA_TOO_LARGE, STRATA_SERVER };

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		begin();
		redis.verdicts[FAKE_STORE] = refusals[i];
		CHECK(starts(&a) == STRATA_REMEMBER_COMPUTE);
		CHECK(starts(&b) == STRATA_REMEMBER_WAIT);
		CHECK(stores(&a, "new") == refusals[i] && fake_tier_lacks(&a.local, "k"));
		CHECK(looks_again(&b) == STRATA_REMEMBER_COMPUTE);
		fails(&b, 0);
		end();
	}
}

/* ---- several keys ---- */

static void several_keys_are_asked_for_in_one_round(void)
{
	static const char *const keys[] = { "there", "held", "free", "free too" };
	strata_item items[4];
	strata_memory memories[4];
	strata_memory *list[4];

	begin();
	fake_tier_hold(&redis, "there", "value");
	fake_tier_hold(&redis, "held", "");
	fake_tier_entry(&redis, "held")->value.codec = STRATA_CODEC_ABSENT;
	fake_tier_entry(&redis, "held")->owner = 99;
	fake_tier_entry(&redis, "held")->end = strata_clock_wall_msec() + 10000;
	for (int i = 0; i < 4; i++) {
		items[i] = (strata_item){ .key = strata_view_of(keys[i]) };
		memories[i] = (strata_memory){ .item = &items[i] };
		list[i] = &memories[i];
	}
	strata_remember_begin(&a.database, &a.call, list, 4);
	CHECK(fake_diary_is("L.get there held free free too; R.get there held free free too; "
						"L.fill there; R.take free free too; "));
	CHECK(memories[0].state == STRATA_REMEMBER_FOUND);
	CHECK(memories[1].state == STRATA_REMEMBER_WAIT);
	CHECK(memories[2].state == STRATA_REMEMBER_COMPUTE);
	CHECK(memories[3].state == STRATA_REMEMBER_COMPUTE);
	for (int i = 0; i < 4; i++) {
		strata_remember_end(a.database.leases, &memories[i]);
	}
	end();
}

int main(void)
{
	REQUIRE(strata_process_watch_forks() == STRATA_OK);
	RUN(a_miss_takes_the_fence_and_stores_over_it);
	RUN(memcached_above_redis_is_told_to_forget);
	RUN(an_integer_is_enveloped);
	RUN(another_host_waits_and_gets_the_value);
	RUN(both_missed_before_either_asked);
	RUN(when_the_owner_fails_the_other_host_computes);
	RUN(when_the_lease_ends_the_other_host_computes_over_the_same_fence);
	RUN(what_a_dead_process_left_is_taken_over_by_its_host_alone);
	RUN(when_the_wait_is_over_it_computes_under_what_it_saw);
	RUN(a_costly_value_is_waited_for_longer);
	RUN(a_delete_meanwhile_wins);
	RUN(a_set_meanwhile_wins_also_on_the_host_that_computes);
	RUN(a_delete_and_a_second_computation_win);
	RUN(after_a_clear_nothing_is_stored_and_no_server_asked_to);
	RUN(what_came_to_the_local_tier_meanwhile_is_not_replaced);
	RUN(a_stale_value_is_served_while_another_host_computes);
	RUN(after_a_failure_a_stale_value_is_served_for_a_pause);
	RUN(with_a_stale_value_the_server_is_asked_only_now_and_then);
	RUN(a_value_can_be_kept_though_it_is_due);
	RUN(a_forced_computation_replaces_whatever_is_there);
	RUN(a_forced_computation_waits_for_another_and_then_computes);
	RUN(a_value_that_cannot_be_built_is_computed_under_its_fence);
	RUN(a_value_that_was_replaced_is_not_computed_again);
	RUN(an_early_refresh_needs_a_free_lease);
	RUN(where_it_cannot_be_asked_a_host_computes_for_itself);
	RUN(what_a_host_deleted_meanwhile_it_does_not_keep);
	RUN(where_it_fails_at_the_fence_a_host_computes_for_itself);
	RUN(where_it_fails_during_the_wait_a_host_computes_under_the_fence_it_saw);
	RUN(without_a_fence_to_be_had_nothing_is_stored);
	RUN(what_it_does_not_take_does_not_hold_others_up);
	RUN(several_keys_are_asked_for_in_one_round);
	return unit_end();
}
