#include "tier/redis/redis_scan.h"

#include "redis/router.h"

#include "fake_redis.h"
#include "remote_fixture.h"
#include "unit.h"

enum { NODES = 3, LAST_SLOT = 16383 };

static remote_fixture fixture;
static fake_redis nodes[NODES];
static strata_redis_scan scan;

static void begin(void)
{
	remote_fixture_begin(&fixture);
	for (int i = 0; i < NODES; i++) {
		fake_redis_start(&nodes[i]);
	}
	scan = (strata_redis_scan){ 0 };
}

static void end(void)
{
	strata_redis_scan_forget(&scan);
	for (int i = 0; i < NODES; i++) {
		CHECK(fake_redis_end(&nodes[i]));
	}
	remote_fixture_end(&fixture);
}

/* A cluster in which the first node has the slots up to this one, and the other one the rest. */
static strata_redis_client *cluster_of(int first, int last, int other)
{
	strata_hostport seed = { "127.0.0.1", fake_redis_port(&nodes[first]) };
	strata_redis_client *redis;

	fake_redis_set_slots(&nodes[first],
		"*2\r\n*3\r\n:0\r\n:%d\r\n*2\r\n$9\r\n127.0.0.1\r\n:%u\r\n"
		"*3\r\n:%d\r\n:%d\r\n*2\r\n$9\r\n127.0.0.1\r\n:%u\r\n",
		last, fake_redis_port(&nodes[first]), last + 1, LAST_SLOT, fake_redis_port(&nodes[other]));
	REQUIRE(strata_redis_client_new(STRATA_REDIS_CLUSTER, &seed, 1, &fixture.options, 3,
				fixture.stats, &redis) == STRATA_OK);
	return redis;
}

/* Any command makes the cluster learn its map. */
static void learn(strata_redis_client *redis)
{
	strata_call call = { .arena = fixture.arena };
	strata_redis_command command = { .bytes = strata_view_of("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n") };

	strata_router_release(strata_router_run(redis, &call, &command, 1));
	CHECK(command.result == STRATA_OK);
}

static strata_result survey(strata_redis_client *redis)
{
	return strata_redis_scan_survey(&scan, strata_redis_client_cluster(redis), fixture.arena);
}

static strata_scan_progress *lane_of(int node)
{
	char name[32];

	snprintf(name, sizeof(name), "127.0.0.1:%u", fake_redis_port(&nodes[node]));
	for (uint32_t i = 0; i < scan.count; i++) {
		if (strata_scan_progress_is_of(&scan.masters[i], name)) {
			return &scan.masters[i];
		}
	}
	return NULL;
}

static void there_is_no_lane_before_there_is_a_map(void)
{
	strata_redis_client *redis;

	begin();
	redis = cluster_of(0, 99, 1);
	CHECK(survey(redis) == STRATA_NO_OWNER && scan.count == 0);
	strata_redis_client_free(redis);
	end();
}

static void every_master_has_a_lane_and_a_slot_of_its_own(void)
{
	strata_redis_client *redis;

	begin();
	redis = cluster_of(0, 99, 1);
	learn(redis);
	REQUIRE(survey(redis) == STRATA_OK && scan.count == 2);
	REQUIRE(lane_of(0) != NULL && lane_of(1) != NULL);
	CHECK(lane_of(0)->slot <= 99 && lane_of(1)->slot > 99);
	CHECK(strata_redis_scan_count_open(&scan) == 2 && !strata_redis_scan_is_done(&scan));
	CHECK(lane_of(0)->at_once == 500);
	strata_redis_client_free(redis);
	end();
}

static void who_stays_a_master_keeps_its_cursor_and_who_is_none_loses_it(void)
{
	strata_redis_client *before, *after;

	begin();
	before = cluster_of(0, 99, 1);
	learn(before);
	REQUIRE(survey(before) == STRATA_OK);
	lane_of(0)->cursor = 17;
	lane_of(0)->is_resting = true;
	lane_of(1)->cursor = 18;
	after = cluster_of(0, 50, 2);
	learn(after);
	REQUIRE(survey(after) == STRATA_OK && scan.count == 2);
	REQUIRE(lane_of(0) != NULL && lane_of(2) != NULL && lane_of(1) == NULL);
	CHECK(lane_of(0)->cursor == 17 && !lane_of(0)->is_resting);
	CHECK(lane_of(2)->cursor == 0 && lane_of(2)->slot > 50);
	strata_redis_client_free(before);
	strata_redis_client_free(after);
	end();
}

static void a_walk_is_done_when_every_master_is(void)
{
	strata_redis_client *redis;

	begin();
	redis = cluster_of(0, 99, 1);
	learn(redis);
	REQUIRE(survey(redis) == STRATA_OK);
	lane_of(0)->is_done = true;
	CHECK(!strata_redis_scan_is_done(&scan) && strata_redis_scan_count_open(&scan) == 1);
	lane_of(1)->is_done = true;
	CHECK(strata_redis_scan_is_done(&scan) && strata_redis_scan_count_open(&scan) == 0);
	strata_redis_scan_forget(&scan);
	REQUIRE(survey(redis) == STRATA_OK);
	CHECK(!strata_redis_scan_is_done(&scan) && scan.count == 2);
	strata_redis_client_free(redis);
	end();
}

static void one_server_has_one_lane_which_stays(void)
{
	begin();
	CHECK(strata_redis_scan_survey(&scan, NULL, fixture.arena) == STRATA_OK && scan.count == 1);
	scan.masters[0].cursor = 17;
	snprintf(scan.masters[0].name, sizeof(scan.masters[0].name), "/run/redis.sock");
	CHECK(strata_redis_scan_survey(&scan, NULL, fixture.arena) == STRATA_OK && scan.count == 1);
	CHECK(scan.masters[0].cursor == 17);
	end();
}

int main(void)
{
	RUN(there_is_no_lane_before_there_is_a_map);
	RUN(every_master_has_a_lane_and_a_slot_of_its_own);
	RUN(who_stays_a_master_keeps_its_cursor_and_who_is_none_loses_it);
	RUN(a_walk_is_done_when_every_master_is);
	RUN(one_server_has_one_lane_which_stays);
	return unit_end();
}
