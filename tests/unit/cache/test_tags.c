/* Is what a value bears still so? By what the host knows, and by a round of the deepest tier. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cache/tags.h"

#include <unistd.h>

#include "os/clock.h"
#include "os/map.h"
#include "tier/local.h"

#include "unit.h"

enum { HEAP = 1 << 20, TTL = 60000 /* msec */, ROOM = 16 };

static strata_host *host;
static strata_arena *arena;
static strata_store *store;
static void *memory;
static strata_database database;
static strata_call call;

/* The deepest tier, as a server that the test plays. */
static struct {
	uint64_t ids[ROOM], numbers[ROOM];
	size_t count;
	unsigned rounds, questions, along;
	strata_result failure; /* of every question; OK: none */
	uint64_t fails_for;    /* only of this id; 0: of all */
} server;

static uint64_t *number_at(uint64_t id)
{
	for (size_t i = 0; i < server.count; i++) {
		if (server.ids[i] == id) {
			return &server.numbers[i];
		}
	}
	REQUIRE(server.count < ROOM);
	server.ids[server.count] = id;
	server.numbers[server.count] = 0;
	return &server.numbers[server.count++];
}

static bool fails(strata_tag_question *question)
{
	question->result = STRATA_OK;
	question->number = 0;
	question->node = "the server";
	if (server.failure != STRATA_OK &&
		(server.fails_for == 0 || server.fails_for == question->id)) {
		question->result = server.failure;
		return true;
	}
	return false;
}

static void read_tags(strata_tier *tier, strata_call *asker, strata_tag_question *const *questions,
	size_t count)
{
	server.rounds++;
	server.questions += (unsigned) count;
	for (size_t i = 0; i < count; i++) {
		uint64_t *number = number_at(questions[i]->id);

		if (!fails(questions[i])) {
			*number = *number < questions[i]->least || *number == 0 ? questions[i]->next : *number;
			questions[i]->number = *number;
		}
	}
}

static void raise_tags(strata_tier *tier, strata_call *asker, strata_tag_question *const *questions,
	size_t count)
{
	server.rounds++;
	for (size_t i = 0; i < count; i++) {
		uint64_t *number = number_at(questions[i]->id);

		if (!fails(questions[i])) {
			*number = *number < questions[i]->next ? questions[i]->next : *number + 1;
			questions[i]->number = *number;
		}
	}
}

/* A batch of the deepest tier, which sends along what it was given. */
static void get_along(void)
{
	strata_tag_check *check = strata_tag_check_take(&call);

	for (size_t i = 0; check != NULL && i < check->count; i++) {
		if (!fails(check->questions[i])) {
			check->questions[i]->number = *number_at(check->questions[i]->id);
			check->questions[i]->result =
				check->questions[i]->number == 0 ? STRATA_MISS : STRATA_OK;
		}
		check->is_sent = true;
	}
	server.along += check == NULL ? 0 : (unsigned) check->count;
}

static const strata_tier_ops ops = {
	.kind = STRATA_TIER_REDIS,
	.name = "redis",
	.read_tags = read_tags,
	.raise_tags = raise_tags,
};

static void begin_with(strata_usec tag_ttl)
{
	server.count = 0;
	server.rounds = 0;
	server.questions = 0;
	server.along = 0;
	server.failure = STRATA_OK;
	server.fails_for = 0;
	arena = strata_arena_new();
	REQUIRE(arena != NULL && strata_host_new(&host) == STRATA_OK);
	database = (strata_database){ .tier_count = 1,
		.tiers = { { .ops = &ops } },
		.settings.tag_ttl = tag_ttl,
		.tag_space = 99 };
	REQUIRE(strata_tag_table_new(host, &database.tag_table) == STRATA_OK);
	call = (strata_call){ .arena = arena, .now = strata_clock_msec() };
}

static void begin(void)
{
	begin_with(TTL * 1000);
}

static void end(void)
{
	strata_tag_table_free(database.tag_table);
	strata_host_free(host);
	strata_arena_free(arena);
}

static strata_result read_number(strata_tag *tag)
{
	strata_item item = { .tags = tag, .tag_count = 1 };
	strata_item *const one[] = { &item };

	return strata_tags_read(&database, &call, one, 1);
}

static strata_tags_verdict judge(uint64_t id, uint64_t number)
{
	strata_tag tag = { id, number };

	return strata_tags_judge(&database, &tag, 1, strata_clock_msec());
}

/* What becomes of a hit with these tags. */
static strata_item settle(strata_tag *tags, uint16_t count)
{
	strata_item item = { .tags = tags, .tag_count = count, .version = 5, .result = STRATA_OK };
	strata_item *const one[] = { &item };

	strata_tags_settle(&database, &call, one, 1);
	return item;
}

static strata_result settle_one(uint64_t id, uint64_t number)
{
	strata_tag tag = { id, number };

	return settle(&tag, 1).result;
}

/* The host heard it so long ago. */
static void heard(uint64_t id, uint64_t number, strata_msec ago)
{
	(void) strata_tag_table_note(database.tag_table, id ^ database.tag_space,
		(strata_tag_word){ number, strata_clock_msec() - ago }, TTL);
}

static void names_have_ids_of_their_own(void)
{
	uint64_t outer = strata_tags_id_of_namespace(0, strata_view_of("wp"));

	CHECK(strata_tags_id(strata_view_of("wp")) != outer);
	CHECK(strata_tags_id_of_namespace(outer, strata_view_of("wp")) != outer);
	CHECK(strata_tags_id(strata_view_of("")) != 0);
	CHECK(strata_tags_id(strata_view_of("news")) == UINT64_C(0x92E9560651990BAE));
}

static void a_number_is_made_once_and_then_known(void)
{
	strata_tag first = { 7, 0 }, second = { 7, 0 };
	uint64_t wall = strata_clock_wall_msec() * 1000;

	begin();
	CHECK(judge(7, 1) == STRATA_TAGS_UNKNOWN);
	CHECK(read_number(&first) == STRATA_OK && first.number != 0);
	CHECK(first.number >= wall && first.number < wall + 60000000);
	CHECK(read_number(&second) == STRATA_OK && second.number == first.number);
	CHECK(server.rounds == 1);
	CHECK(judge(7, first.number) == STRATA_TAGS_CURRENT);
	CHECK(judge(7, first.number - 1) == STRATA_TAGS_OUTDATED);
	CHECK(settle_one(7, first.number) == STRATA_OK && settle_one(7, 3) == STRATA_MISS);
	CHECK(server.rounds == 1);
	end();
}

/* The number itself tells what made it, so that a tag which is named late is believed. */
static void a_number_tells_whether_it_was_raised(void)
{
	strata_tag tag = { 7, 0 };
	const uint64_t id = 7;

	begin();
	CHECK(read_number(&tag) == STRATA_OK && strata_tags_is_made(tag.number));
	CHECK(strata_tags_invalidate(&database, &call, &id, 1) == STRATA_OK);
	CHECK(!strata_tags_is_made(*number_at(7)));
	/* One more than what is ahead of the clock would look made. */
	*number_at(7) = UINT64_C(9000000000000999);
	CHECK(strata_tags_invalidate(&database, &call, &id, 1) == STRATA_OK);
	CHECK(*number_at(7) > UINT64_C(9000000000000999) && !strata_tags_is_made(*number_at(7)));
	/* It was lost, and with it perhaps an invalidation. */
	*number_at(7) = 0;
	CHECK(settle_one(7, UINT64_C(9000000000009999)) == STRATA_MISS);
	CHECK(*number_at(7) != 0 && !strata_tags_is_made(*number_at(7)));
	end();
}

static void all_that_is_unknown_is_asked_for_in_one_round(void)
{
	strata_tag tags[3][2] = { { { 1, 10 }, { 2, 20 } }, { { 2, 20 }, { 1, 10 } },
		{ { 3, 31 }, { 1, 10 } } };
	strata_item items[3];
	strata_item *const list[] = { &items[0], &items[1], &items[2] };

	begin();
	*number_at(1) = 10;
	*number_at(2) = 20;
	*number_at(3) = 30;
	for (int i = 0; i < 3; i++) {
		items[i] =
			(strata_item){ .tags = tags[i], .tag_count = 2, .version = 5, .result = STRATA_OK };
	}
	items[1].result = STRATA_STALE;
	strata_tags_settle(&database, &call, list, 3);
	CHECK(items[0].result == STRATA_OK && items[1].result == STRATA_STALE);
	CHECK(server.rounds == 1 && server.questions == 3);
	/* It bears a number that the server lost. */
	CHECK(items[2].result == STRATA_MISS && items[2].fence.version == 5);
	CHECK(*number_at(3) > 31 && settle_one(3, 30) == STRATA_MISS);
	end();
}

static void what_has_no_value_is_not_asked_about(void)
{
	strata_tag tag = { 7, 1 };
	strata_item item = { .tags = &tag, .tag_count = 1, .result = STRATA_TIMEOUT };
	strata_item *const one[] = { &item };

	begin();
	strata_tags_settle(&database, &call, one, 1);
	CHECK(item.result == STRATA_TIMEOUT && server.rounds == 0);
	end();
}

static void an_invalidation_counts_here_at_once(void)
{
	const uint64_t ids[] = { 7, 8 };

	begin();
	*number_at(7) = 100;
	*number_at(8) = 50;
	CHECK(settle_one(7, 100) == STRATA_OK);
	CHECK(strata_tags_invalidate(&database, &call, ids, 2) == STRATA_OK && call.is_urgent);
	server.rounds = 0;
	CHECK(judge(7, 100) == STRATA_TAGS_OUTDATED && judge(8, 50) == STRATA_TAGS_OUTDATED);
	CHECK(judge(7, *number_at(7)) == STRATA_TAGS_CURRENT && server.rounds == 0);
	end();
}

static void an_invalidation_that_failed_leaves_nothing_to_serve(void)
{
	const uint64_t ids[] = { 7, 8 };

	begin();
	*number_at(7) = 100;
	*number_at(8) = 100;
	CHECK(settle_one(7, 100) == STRATA_OK && settle_one(8, 100) == STRATA_OK);
	server.failure = STRATA_TIMEOUT;
	server.fails_for = 8;
	CHECK(strata_tags_invalidate(&database, &call, ids, 2) == STRATA_TIMEOUT);
	CHECK(judge(7, 100) == STRATA_TAGS_OUTDATED && judge(8, 100) == STRATA_TAGS_UNKNOWN);
	CHECK(settle_one(8, 100) == STRATA_TIMEOUT);
	server.failure = STRATA_OK;
	usleep(20000);
	CHECK(settle_one(8, 100) == STRATA_OK && judge(8, 100) == STRATA_TAGS_CURRENT);
	end();
}

static void nothing_is_served_unasked(void)
{
	strata_tag tag = { 7, 100 }, none = { 7, 0 };
	strata_item item;

	begin();
	*number_at(7) = 100;
	server.failure = STRATA_BREAKER_OPEN;
	item = settle(&tag, 1);
	CHECK(item.result == STRATA_BREAKER_OPEN && item.tier == STRATA_TIER_REDIS);
	CHECK(item.node != NULL && strcmp(item.node, "the server") == 0);
	CHECK(read_number(&none) == STRATA_BREAKER_OPEN && none.number == 0);
	database.tier_count = 0;
	CHECK(settle_one(7, 100) == STRATA_UNCONFIGURED);
	database.tier_count = 1;
	end();
}

static void a_lost_number_is_made_higher_than_what_was_known(void)
{
	uint64_t far = strata_clock_wall_msec() * 1000 + UINT64_C(3600000000);

	begin();
	heard(7, far, TTL);
	CHECK(settle_one(7, far) == STRATA_MISS && *number_at(7) == far + 1);
	/* Known only by what stands beside a value. */
	*number_at(8) = 50;
	CHECK(settle_one(8, 60) == STRATA_MISS && *number_at(8) > 60);
	end();
}

static void a_newer_number_than_the_known_one_is_asked_for(void)
{
	begin();
	heard(7, 100, 0);
	*number_at(7) = 200;
	CHECK(judge(7, 200) == STRATA_TAGS_UNKNOWN);
	CHECK(settle_one(7, 200) == STRATA_OK && server.rounds == 1);
	CHECK(judge(7, 200) == STRATA_TAGS_CURRENT && judge(7, 100) == STRATA_TAGS_OUTDATED);
	end();
}

static void an_absurd_number_is_no_ones_knowledge(void)
{
	begin();
	CHECK(settle_one(7, UINT64_MAX) == STRATA_MISS);
	CHECK(*number_at(7) < UINT64_C(1) << 60 && settle_one(7, *number_at(7)) == STRATA_OK);
	*number_at(8) = STRATA_TAG_LIMIT;
	CHECK(settle_one(8, STRATA_TAG_LIMIT) == STRATA_OK);
	CHECK(settle_one(8, STRATA_TAG_LIMIT - 1) == STRATA_MISS);
	/* What is made next does not come near the end of all numbers. */
	*number_at(8) = STRATA_TAG_LIMIT - 1;
	CHECK(settle_one(8, STRATA_TAG_LIMIT - 1) == STRATA_OK);
	*number_at(8) = 0;
	CHECK(settle_one(8, STRATA_TAG_LIMIT - 1) == STRATA_MISS);
	CHECK(*number_at(8) < STRATA_TAG_LIMIT / 2);
	end();
}

static void a_word_is_over_after_its_time(void)
{
	begin();
	*number_at(7) = 100;
	heard(7, 100, TTL);
	CHECK(judge(7, 100) == STRATA_TAGS_UNKNOWN && judge(7, 99) == STRATA_TAGS_UNKNOWN);
	CHECK(settle_one(7, 100) == STRATA_OK && server.rounds == 1);
	CHECK(settle_one(7, 100) == STRATA_OK && server.rounds == 1);
	end();
}

static void one_caller_asks_before_its_time(void)
{
	begin();
	*number_at(7) = 100;
	heard(7, 100, TTL / 2 + 100);
	CHECK(judge(7, 100) == STRATA_TAGS_UNKNOWN && judge(7, 99) == STRATA_TAGS_OUTDATED);
	/* That fails: the others, and this one, still go by the word. */
	server.failure = STRATA_TIMEOUT;
	CHECK(settle_one(7, 100) == STRATA_OK && server.rounds == 1);
	CHECK(judge(7, 100) == STRATA_TAGS_CURRENT);
	CHECK(settle_one(7, 100) == STRATA_OK && server.rounds == 1);
	end();
}

static void without_a_time_each_use_asks(void)
{
	begin_with(0);
	*number_at(7) = 100;
	for (unsigned i = 1; i <= 3; i++) {
		CHECK(judge(7, 100) == STRATA_TAGS_UNKNOWN);
		CHECK(settle_one(7, 100) == STRATA_OK && server.rounds == i);
	}
	*number_at(7) = 101;
	CHECK(settle_one(7, 100) == STRATA_MISS);
	end();
}

static void pools_on_other_servers_share_nothing(void)
{
	begin();
	heard(7, 100, 0);
	database.tag_space = 98;
	CHECK(judge(7, 100) == STRATA_TAGS_UNKNOWN);
	end();
}

/* ---- along with a get ---- */

static const uint64_t around[] = { 7, 8 };

/* A get of the deepest tier, and what becomes of a value with these tags. */
static strata_result get_with(strata_tag *tags, uint16_t count)
{
	strata_item item = { .tags = tags, .tag_count = count, .version = 5, .result = STRATA_OK };
	strata_item *const one[] = { &item };

	call.expected_tags = around;
	call.expected_tag_count = 2;
	strata_tags_hang(&database, &call);
	get_along();
	strata_tags_settle(&database, &call, one, 1);
	strata_tags_unhang(&database, &call);
	CHECK(call.tag_check == NULL && call.tag_answers == NULL);
	return item.result;
}

static void what_is_expected_is_asked_for_along_with_the_get(void)
{
	strata_tag tags[] = { { 7, 100 }, { 8, 200 } }, old[] = { { 8, 200 }, { 7, 99 } };

	begin();
	*number_at(7) = 100;
	*number_at(8) = 200;
	CHECK(get_with(tags, 2) == STRATA_OK && server.along == 2 && server.rounds == 0);
	CHECK(get_with(tags, 2) == STRATA_OK && server.along == 2 && server.rounds == 0);
	CHECK(judge(7, 100) == STRATA_TAGS_CURRENT && judge(8, 201) == STRATA_TAGS_UNKNOWN);
	CHECK(get_with(old, 2) == STRATA_MISS && server.along == 2 && server.rounds == 0);
	end();
}

static void an_answer_along_counts_for_its_call_alone_where_no_word_is_good(void)
{
	strata_tag tags[] = { { 7, 100 }, { 8, 200 } };

	begin_with(0);
	*number_at(7) = 100;
	*number_at(8) = 200;
	CHECK(get_with(tags, 2) == STRATA_OK && server.along == 2 && server.rounds == 0);
	CHECK(get_with(tags, 2) == STRATA_OK && server.along == 4 && server.rounds == 0);
	CHECK(settle(tags, 2).result == STRATA_OK && server.rounds == 1);
	end();
}

static void what_is_lost_is_made_in_a_round_of_its_own(void)
{
	strata_tag tags[] = { { 7, 100 } };

	begin();
	heard(7, 100, TTL);
	*number_at(7) = 50;
	CHECK(get_with(tags, 1) == STRATA_MISS && server.along == 2 && server.rounds == 1);
	CHECK(*number_at(7) > 100 && *number_at(8) == 0);
	end();
}

static void a_question_along_that_fails_leaves_nothing_served(void)
{
	strata_tag tags[] = { { 7, 100 } };

	begin();
	*number_at(7) = 100;
	server.failure = STRATA_TIMEOUT;
	CHECK(get_with(tags, 1) == STRATA_TIMEOUT);
	end();
}

/* Of another one, which may have had numbers once, nothing is believed. */
static void a_tier_that_does_not_keep_the_numbers_is_not_asked_along(void)
{
	strata_tag tags[] = { { 7, 100 } };

	begin();
	database.tiers[1] = database.tiers[0];
	database.deeper = 1;
	*number_at(7) = 100;
	CHECK(get_with(tags, 1) == STRATA_OK && server.along == 0 && server.rounds == 1);
	database.deeper = 0;
	end();
}

static void nothing_is_left_where_no_batch_was_made(void)
{
	begin();
	call.expected_tags = around;
	call.expected_tag_count = 2;
	strata_tags_hang(&database, &call);
	CHECK(call.tag_check != NULL);
	strata_tags_unhang(&database, &call);
	CHECK(call.tag_check == NULL && call.tag_answers == NULL);
	CHECK(judge(7, 100) == STRATA_TAGS_UNKNOWN);
	end();
}

/* ---- the local tier as the deepest ---- */

static void begin_here(void)
{
	begin();
	REQUIRE(strata_map_lazy(HEAP, &memory) == STRATA_OK);
	REQUIRE(strata_store_new(memory, memory, HEAP, NULL, &store) == STRATA_OK);
	REQUIRE(strata_keyspace_init(&database.keyspace, "test", "", strata_view_of(""), 1000) ==
			STRATA_OK);
	REQUIRE(strata_tier_local_init(&database.tiers[0], store, &database.keyspace,
				(strata_local_limits){ 0 }) == 0);
}

static void end_here(void)
{
	database.tiers[0].ops->fini(&database.tiers[0]);
	strata_keyspace_fini(&database.keyspace);
	strata_store_free(store);
	strata_map_free(memory, HEAP);
	end();
}

static void a_host_alone_keeps_its_numbers(void)
{
	const uint64_t ids[] = { 7 };
	strata_tag tag = { 7, 0 }, again = { 7, 0 };

	begin_here();
	database.settings.tag_ttl = 0;
	CHECK(read_number(&tag) == STRATA_OK && tag.number != 0);
	CHECK(read_number(&again) == STRATA_OK && again.number == tag.number);
	CHECK(settle_one(7, tag.number) == STRATA_OK);
	CHECK(strata_tags_invalidate(&database, &call, ids, 1) == STRATA_OK);
	CHECK(settle_one(7, tag.number) == STRATA_MISS);
	again.number = 0;
	CHECK(read_number(&again) == STRATA_OK && again.number > tag.number);
	end_here();
}

static void a_host_alone_raises_what_is_ahead(void)
{
	strata_tag_question question = { .id = 7, .next = UINT64_C(1) << 58 };
	strata_tag_question *const one[] = { &question };
	strata_tier *tier = &database.tiers[0];

	begin_here();
	tier->ops->read_tags(tier, &call, one, 1);
	CHECK(question.result == STRATA_OK && question.number == question.next);
	question.next = 5;
	tier->ops->raise_tags(tier, &call, one, 1);
	CHECK(question.result == STRATA_OK && question.number == (UINT64_C(1) << 58) + 1);
	question.next = 0;
	tier->ops->read_tags(tier, &call, one, 1);
	CHECK(question.result == STRATA_OK && question.number == (UINT64_C(1) << 58) + 1);
	question.id = 8;
	tier->ops->read_tags(tier, &call, one, 1);
	CHECK(question.result == STRATA_MISS && question.number == 0);
	end_here();
}

int main(void)
{
	RUN(names_have_ids_of_their_own);
	RUN(a_number_is_made_once_and_then_known);
	RUN(a_number_tells_whether_it_was_raised);
	RUN(all_that_is_unknown_is_asked_for_in_one_round);
	RUN(what_has_no_value_is_not_asked_about);
	RUN(an_invalidation_counts_here_at_once);
	RUN(an_invalidation_that_failed_leaves_nothing_to_serve);
	RUN(nothing_is_served_unasked);
	RUN(a_lost_number_is_made_higher_than_what_was_known);
	RUN(a_newer_number_than_the_known_one_is_asked_for);
	RUN(an_absurd_number_is_no_ones_knowledge);
	RUN(a_word_is_over_after_its_time);
	RUN(one_caller_asks_before_its_time);
	RUN(without_a_time_each_use_asks);
	RUN(pools_on_other_servers_share_nothing);
	RUN(what_is_expected_is_asked_for_along_with_the_get);
	RUN(an_answer_along_counts_for_its_call_alone_where_no_word_is_good);
	RUN(what_is_lost_is_made_in_a_round_of_its_own);
	RUN(a_question_along_that_fails_leaves_nothing_served);
	RUN(a_tier_that_does_not_keep_the_numbers_is_not_asked_along);
	RUN(nothing_is_left_where_no_batch_was_made);
	RUN(a_host_alone_keeps_its_numbers);
	RUN(a_host_alone_raises_what_is_ahead);
	return unit_end();
}
