/* What other hosts do between the steps, and what the place that follows holds afterwards. */
#include "cache/mirror/follow.h"

#include "os/clock.h"

#include "fake_tier.h"
#include "remote_fixture.h"
#include "unit.h"

enum { OLD = 50, NEW = 60, SECOND = 1000000 };

static remote_fixture fixture;
static strata_generations *generations;
static strata_database answering, following;
static fake_tier here, there; /* R and M in the diary */
static strata_mirror mirror;
static strata_mirror_visit visit;
static strata_mirror_pair pair;

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
	fake_tier_hold_copies(fake, OLD);
	fake->clock = strata_clock_wall_msec() * 1000;
}

static void begin(void)
{
	remote_fixture_begin(&fixture);
	REQUIRE(strata_generations_new(fixture.host, &generations) == STRATA_OK);
	open_place(&answering, &here, STRATA_TIER_REDIS, "here");
	open_place(&following, &there, STRATA_TIER_MEMCACHED, "there");
	mirror = (strata_mirror){ .other = &following, .share = 100, .mode = STRATA_SHADOW_MODE_WRITE };
	answering.mirror = &mirror;
	strata_mirror_visit_begin(&visit, &answering, fixture.arena, 10 * SECOND);
	pair = strata_mirror_pair_of(strata_view_of("a"));
}

static void end(void)
{
	strata_generations_free(generations);
	remote_fixture_end(&fixture);
}

static void follow(void)
{
	strata_mirror_pair *const one[] = { &pair };

	REQUIRE(strata_mirror_visit_prepare(&visit) == STRATA_OK);
	(void) fake_diary_says_anything();
	strata_mirror_follow_routes(&visit, one, 1);
}

static bool is_settled(void)
{
	return pair.state == STRATA_PAIR_SETTLED;
}

static void a_value_is_copied_over_a_placeholder_and_read_after_it(void)
{
	begin();
	fake_tier_hold(&here, "a", "new");
	follow();
	CHECK(fake_diary_is("M.get a; R.get a; M.take a; R.get a; M.store a; "));
	CHECK(is_settled() && pair.was_copied && fake_tier_holds(&there, "a", "new"));
	CHECK(fake_tier_entry(&there, "a")->version == fake_tier_entry(&here, "a")->version);
	end();
}

static void a_value_that_is_there_is_its_own_fence(void)
{
	begin();
	fake_tier_hold(&there, "a", "old");
	fake_tier_hold(&here, "a", "new");
	follow();
	CHECK(fake_diary_is("M.get a; R.get a; M.store a; "));
	CHECK(is_settled() && pair.was_copied && fake_tier_holds(&there, "a", "new"));
	end();
}

static void what_is_equal_is_left_alone(void)
{
	begin();
	fake_tier_hold(&here, "a", "same");
	fake_tier_hold(&there, "a", "same");
	fake_tier_entry(&there, "a")->version = fake_tier_entry(&here, "a")->version;
	follow();
	CHECK(fake_diary_is("M.get a; R.get a; "));
	CHECK(is_settled() && !pair.was_copied && !pair.was_removed);
	end();
}

static void what_is_gone_is_removed_and_looked_at_again(void)
{
	begin();
	fake_tier_hold(&there, "a", "old");
	follow();
	CHECK(fake_diary_is("M.get a; R.get a; M.del a; M.get a; R.get a; "));
	CHECK(is_settled() && pair.was_removed && fake_tier_lacks(&there, "a"));
	end();
}

static void a_key_that_is_left_out_is_removed_unseen(void)
{
	begin();
	fake_tier_hold(&here, "a", "new");
	fake_tier_hold(&there, "a", "old");
	pair.is_left_out = true;
	follow();
	CHECK(fake_diary_is("M.del a; "));
	CHECK(is_settled() && fake_tier_lacks(&there, "a"));
	end();
}

/* ---- what comes in between ---- */

/* Its own pass finds the placeholder, and nothing in the place that answers. */
static void another_host_deletes(void)
{
	if (!fake_tier_lacks(&there, "a") || fake_tier_entry(&there, "a") != NULL) {
		fake_tier_lose(&here, "a");
		fake_tier_lose(&there, "a");
		here.after_get = NULL;
	}
}

static void a_delete_before_the_store_voids_the_placeholder(void)
{
	begin();
	fake_tier_hold(&here, "a", "deleted");
	here.after_get = another_host_deletes;
	follow();
	CHECK(is_settled() && !pair.was_copied);
	CHECK(fake_tier_entry(&there, "a") == NULL && fake_tier_lacks(&here, "a"));
	end();
}

static void another_host_sets(void)
{
	fake_tier_hold(&here, "a", "newer");
	fake_tier_hold(&there, "a", "newer");
	fake_tier_entry(&there, "a")->version = fake_tier_entry(&here, "a")->version;
	here.after_get = NULL;
}

static void of_two_hosts_the_newer_value_stays(void)
{
	begin();
	fake_tier_hold(&there, "a", "old");
	fake_tier_hold(&here, "a", "new");
	here.after_get = another_host_sets;
	follow();
	CHECK(is_settled() && fake_tier_holds(&there, "a", "newer"));
	end();
}

static void another_host_sets_late(void)
{
	another_host_sets();
	there.after_change = NULL;
}

static void what_a_removal_hit_is_copied_again(void)
{
	begin();
	fake_tier_hold(&there, "a", "old");
	here.after_get = another_host_sets_late;
	follow();
	CHECK(is_settled() && fake_tier_holds(&there, "a", "newer"));
	end();
}

/* ---- failing ---- */

static void a_place_that_fails_leaves_the_name(void)
{
	begin();
	fake_tier_hold(&here, "a", "new");
	there.verdicts[FAKE_GET] = STRATA_BREAKER_OPEN;
	follow();
	CHECK(fake_diary_is("M.get a; "));
	CHECK(pair.state == STRATA_PAIR_FAILED);
	end();
}

static void what_is_refused_leaves_nothing_old(void)
{
	static const strata_result refusals[] = { STRATA_TOO_LARGE, STRATA_SERVER, STRATA_UNSUPPORTED };

	for (size_t i = 0; i < 3; i++) {
		begin();
		fake_tier_hold(&there, "a", "old");
		fake_tier_hold(&here, "a", "new");
		there.verdicts[FAKE_STORE] = refusals[i];
		follow();
		CHECK(is_settled() && pair.was_refused && fake_tier_lacks(&there, "a"));
		end();
	}
}

static void where_there_is_no_time_nothing_is_asked(void)
{
	begin();
	fake_tier_hold(&here, "a", "new");
	REQUIRE(strata_mirror_visit_prepare(&visit) == STRATA_OK);
	(void) fake_diary_says_anything();
	visit.ends_at = 1;
	strata_mirror_follow(&visit, (strata_mirror_pair *const[]){ &pair }, 1);
	CHECK(!fake_diary_says_anything() && pair.state == STRATA_PAIR_OPEN);
	end();
}

/* ---- numbers ---- */

static void digits_stay_digits(void)
{
	begin();
	fake_tier_hold_integer(&here, "a", 42);
	follow();
	CHECK(is_settled() && pair.was_copied);
	CHECK(fake_tier_entry(&there, "a")->value.codec == STRATA_CODEC_INTEGER);
	CHECK(fake_tier_entry(&there, "a")->value.integer == 42);
	end();
}

static void the_generations_are_kept_in_step(void)
{
	begin();
	fake_tier_hold_copies(&here, NEW);
	CHECK(strata_mirror_visit_prepare(&visit) == STRATA_OK);
	CHECK(visit.answering.call.generation == NEW && visit.following.call.generation == NEW);
	CHECK(there.copies[0] == NEW && there.copies[2] == NEW);
	end();
}

/* Its node would count as failing, and other requests would not ask it any more. */
static void no_question_is_cut_short(void)
{
	begin();
	strata_mirror_visit_begin(&visit, &answering, fixture.arena, SECOND);
	visit.ends_at = strata_clock_usec() + SECOND / 2;
	CHECK(strata_mirror_visit_may_ask(&visit, &visit.answering));
	CHECK(visit.answering.call.waited == 0);
	CHECK(strata_mirror_visit_may_ask(&visit, &visit.following));
	CHECK(visit.following.call.waited == 9 * SECOND);
	visit.ends_at = strata_clock_usec();
	CHECK(!strata_mirror_visit_may_ask(&visit, &visit.answering));
	end();
}

int main(void)
{
	RUN(a_value_is_copied_over_a_placeholder_and_read_after_it);
	RUN(a_value_that_is_there_is_its_own_fence);
	RUN(what_is_equal_is_left_alone);
	RUN(what_is_gone_is_removed_and_looked_at_again);
	RUN(a_key_that_is_left_out_is_removed_unseen);
	RUN(a_delete_before_the_store_voids_the_placeholder);
	RUN(of_two_hosts_the_newer_value_stays);
	RUN(what_a_removal_hit_is_copied_again);
	RUN(a_place_that_fails_leaves_the_name);
	RUN(what_is_refused_leaves_nothing_old);
	RUN(where_there_is_no_time_nothing_is_asked);
	RUN(no_question_is_cut_short);
	RUN(digits_stay_digits);
	RUN(the_generations_are_kept_in_step);
	return unit_end();
}
