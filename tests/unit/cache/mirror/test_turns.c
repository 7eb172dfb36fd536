/* The last turn of a host, and what a turn leaves to the next one. */
#include "cache/mirror/turns.h"

#include "os/clock.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { GENERATION = 50, SECOND = 1000000 };

static remote_fixture fixture;
static strata_generations *generations;
static strata_unconfirmed_table *table;
static strata_database answering, following;
static fake_tier here, there;
static strata_mirror mirror;
static strata_mirror_turns turns;

static void open_place(strata_database *database, fake_tier *fake, strata_tier_kind kind,
	const char *name)
{
	*database = (strata_database){ .tier_count = 1 };
	REQUIRE(
		strata_keyspace_init(&database->keyspace, name, "", strata_view_of(""), 1000) == STRATA_OK);
	database->settings.operation_timeout = 10 * SECOND;
	database->generation = strata_generations_of(generations, database->keyspace.namespace_id);
	fake_tier_init(fake, kind, &database->tiers[0]);
	database->tiers[0].stats = strata_stats_row_of(fixture.stats, STRATA_STATS_TIER, name,
		database->tiers[0].ops->name, STRATA_REGISTRY_COMMON);
	fake_tier_hold_copies(fake, GENERATION);
	fake->clock = strata_clock_wall_msec() * 1000;
}

static void begin(void)
{
	remote_fixture_begin(&fixture);
	REQUIRE(strata_generations_new(fixture.host, &generations) == STRATA_OK);
	REQUIRE(strata_unconfirmed_table_new(fixture.host, &table) == STRATA_OK);
	open_place(&answering, &here, STRATA_TIER_REDIS, "here");
	open_place(&following, &there, STRATA_TIER_MEMCACHED, "there");
	mirror = (strata_mirror){ .other = &following, .share = 100, .mode = STRATA_SHADOW_MODE_WRITE };
	for (uint32_t i = 0; i < STRATA_MIRROR_STRIPES; i++) {
		mirror.changes.stripes[i] = strata_unconfirmed_of(table, i, "test");
	}
	answering.mirror = &mirror;
	turns = (strata_mirror_turns){ .kept = NULL };
}

static void end(void)
{
	strata_mirror_turns_fini(&turns);
	strata_unconfirmed_table_free(table);
	strata_generations_free(generations);
	remote_fixture_end(&fixture);
}

/* A value is stored in the place that answers. */
static void change(void)
{
	strata_item item = { .key = strata_view_of("a") };
	strata_item *const one[] = { &item };
	strata_call call = { .arena = fixture.arena };

	fake_tier_hold(&here, "a", "new");
	strata_mirror_begin_items(&answering, one, 1);
	item.result = STRATA_OK;
	strata_mirror_end_items(&answering, &call, one, 1);
	strata_mirror_turns_note(&turns, &answering, NULL);
}

static void a_name_that_was_taken_in_vain_is_waited_for(void)
{
	begin();
	change();
	there.verdicts[FAKE_GET] = STRATA_TIMEOUT;
	strata_mirror_turns_take(&turns, STRATA_TURN_ALL, SECOND);
	CHECK(!strata_mirror_turns_is_wanted(&turns) && strata_mirror_turns_any(&turns));
	there.verdicts[FAKE_GET] = STRATA_OK;
	CHECK(strata_mirror_turns_finish(&turns, 10 * SECOND) == 0);
	CHECK(fake_tier_holds(&there, "a", "new") && !strata_mirror_turns_any(&turns));
	end();
}

static void a_place_that_is_not_asked_is_not_waited_for(void)
{
	strata_usec begun_at = strata_clock_usec();

	begin();
	change();
	there.verdicts[FAKE_GET] = STRATA_BREAKER_OPEN;
	CHECK(strata_mirror_turns_finish(&turns, 100 * SECOND) == 1);
	CHECK(strata_clock_usec() - begun_at < 50 * SECOND);
	end();
}

static void what_fails_until_the_end_is_lost(void)
{
	begin();
	change();
	there.verdicts[FAKE_GET] = STRATA_TIMEOUT;
	CHECK(strata_mirror_turns_finish(&turns, SECOND / 100) == 1);
	end();
}

static void a_name_for_which_there_was_no_time_is_due_at_once(void)
{
	begin();
	change();
	strata_mirror_turns_take(&turns, STRATA_TURN_ALL, SECOND);
	CHECK(!strata_mirror_turns_any(&turns));
	change();
	(void) strata_mirror_pass(&answering, fixture.arena, 0);
	CHECK(strata_mirror_pass_is_due(&answering));
	CHECK(strata_mirror_turns_finish(&turns, 10 * SECOND) == 0);
	end();
}

int main(void)
{
	RUN(a_name_that_was_taken_in_vain_is_waited_for);
	RUN(a_place_that_is_not_asked_is_not_waited_for);
	RUN(what_fails_until_the_end_is_lost);
	RUN(a_name_for_which_there_was_no_time_is_due_at_once);
	return unit_end();
}
