/* The numbers of tags on Redis, with scripts and without, and what a server may say to that. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <string.h>

#include "os/clock.h"
#include "tier/generation_check.h"

#include "redis_tier_fixture.h"

#define NAME_7 "db:tag:0000000000000007"
#define NAME_8 "db:tag:0000000000000008"

enum { DAY = 86400 /* seconds */ };

static const uint64_t next = 1000, apart = 1 << 20;

static void begin(void)
{
	begin_with(1, STRATA_REDIS_STANDALONE);
}

static void hold(const char *name, const char *text)
{
	toy_redis_hold(&toys[0], name, text, strlen(text));
}

static strata_tag_question ask(uint64_t id, uint64_t least, uint64_t made)
{
	strata_tag_question question = { .id = id, .least = least, .next = made };
	strata_tag_question *const one[] = { &question };

	tier.ops->read_tags(&tier, &call, one, 1);
	return question;
}

static strata_tag_question raise_tag(uint64_t id, uint64_t made)
{
	strata_tag_question question = { .id = id, .next = made };
	strata_tag_question *const one[] = { &question };

	tier.ops->raise_tags(&tier, &call, one, 1);
	return question;
}

static bool is(strata_tag_question question, strata_result result, uint64_t number)
{
	return question.result == result && question.number == number;
}

/* A number that was set without a script. */
static bool is_about(strata_tag_question question, uint64_t number)
{
	return question.result == STRATA_OK && question.number >= number &&
		   question.number < number + apart;
}

static void a_number_is_read_and_made_where_none_is(void)
{
	begin();
	hold(NAME_7, "500");
	CHECK(is(ask(7, 0, next), STRATA_OK, 500) && heard("GET " NAME_7 "; "));
	CHECK(is(ask(8, 0, 0), STRATA_MISS, 0) && heard("GET " NAME_8 "; "));
	CHECK(is(ask(8, 0, next), STRATA_OK, next) && heard("GET " NAME_8 "; number " NAME_8 "; "));
	CHECK(toy_redis_key(&toys[0], NAME_8).life == 30 * DAY * INT64_C(1000));
	CHECK(is(ask(8, 0, next + 5), STRATA_OK, next) && heard("GET " NAME_8 "; "));
	end();
}

static void what_is_less_than_known_is_made_anew(void)
{
	begin();
	hold(NAME_7, "500");
	CHECK(is(ask(7, 500, next), STRATA_OK, 500) && heard("GET " NAME_7 "; "));
	CHECK(is(ask(7, 501, next), STRATA_OK, next) && heard("GET " NAME_7 "; number " NAME_7 "; "));
	end();
}

static void many_are_asked_for_in_one_round(void)
{
	strata_tag_question questions[] = { { .id = 7, .next = next }, { .id = 8, .next = next },
		{ .id = 9, .next = next } };
	strata_tag_question *const list[] = { &questions[0], &questions[1], &questions[2] };

	begin();
	hold(NAME_7, "500");
	hold(NAME_8, "600");
	tier.ops->read_tags(&tier, &call, list, 3);
	CHECK(is(questions[0], STRATA_OK, 500) && is(questions[1], STRATA_OK, 600));
	CHECK(is(questions[2], STRATA_OK, next) && strcmp(questions[2].node, questions[0].node) == 0);
	CHECK(heard("GET " NAME_7 "; GET " NAME_8
				"; GET db:tag:0000000000000009; number db:tag:0000000000000009; "));
	end();
}

static void a_raise_goes_past_what_is_there(void)
{
	begin();
	hold(NAME_7, "500");
	CHECK(is(raise_tag(7, next), STRATA_OK, next) && is(raise_tag(7, next), STRATA_OK, next + 1));
	CHECK(heard("number " NAME_7 "; number " NAME_7 "; "));
	end();
}

static void what_is_no_number_is_missing(void)
{
	static const char *const texts[] = { "text", "-5", "0", "007", "5 ", "", "5.0",
		"9223372036854775808", "1000000000000000000", "18446744073709551617" };

	begin();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		hold(NAME_7, texts[i]);
		CHECK(is(ask(7, 0, 0), STRATA_MISS, 0));
	}
	toy_redis_say(&toys[0], "-WRONGTYPE Operation against a key\r\n");
	CHECK(is(ask(7, 0, 0), STRATA_MISS, 0));
	hold(NAME_7, "999999999999999999");
	CHECK(is(ask(7, 0, 0), STRATA_OK, STRATA_TAG_LIMIT));
	end();
}

static void a_reply_that_cannot_be_ends_the_connection(void)
{
	begin();
	toy_redis_say(&toys[0], ":500\r\n");
	CHECK(is(ask(7, 0, next), STRATA_DESYNC, 0));
	toy_redis_say(&toys[0], "*1\r\n$3\r\n500\r\n");
	CHECK(is(ask(7, 0, next), STRATA_DESYNC, 0));
	toy_redis_say(&toys[0], "-ERR what\r\n");
	CHECK(is(ask(7, 0, next), STRATA_SERVER, 0));
	CHECK(toy_redis_connections(&toys[0]) == 3);
	end();
}

static void without_scripts_set_has_to_do(void)
{
	strata_tag_question made;

	begin();
	toy_redis_refuse(&toys[0], "EVAL");
	made = ask(7, 0, next);
	CHECK(is_about(made, next));
	CHECK(heard("GET " NAME_7 "; number " NAME_7 "; SET " NAME_7 " NX; GET " NAME_7 "; "));
	CHECK(toy_redis_key(&toys[0], NAME_7).life == 30 * DAY * INT64_C(1000));
	CHECK(is(ask(7, 0, next), STRATA_OK, made.number) && heard("GET " NAME_7 "; "));
	/* The server is known by now. */
	CHECK(is_about(raise_tag(7, 2 * apart), 2 * apart));
	CHECK(heard("SET " NAME_7 "; GET " NAME_7 "; "));
	hold(NAME_8, "text");
	CHECK(is_about(ask(8, 0, next), next));
	CHECK(heard(
		"GET " NAME_8 "; SET " NAME_8 " NX; GET " NAME_8 "; SET " NAME_8 "; GET " NAME_8 "; "));
	CHECK(is_about(ask(8, 3 * apart, 4 * apart), 4 * apart));
	end();
}

/* What another host makes between the read and the change. */
static void another_makes_it(toy_redis *toy, const char *verb)
{
	if (strcmp(verb, "GET") != 0) {
		toy_redis_hold_locked(toy, NAME_7, "700", 3);
	}
}

static void the_host_that_was_faster_wins(void)
{
	begin();
	toy_redis_let(&toys[0], another_makes_it);
	CHECK(is(ask(7, 0, 800), STRATA_OK, 700));
	end();
	begin();
	toy_redis_refuse(&toys[0], "EVAL");
	toy_redis_let(&toys[0], another_makes_it);
	CHECK(is(ask(7, 0, 800), STRATA_OK, 700));
	end();
}

static void what_may_not_be_set_is_not_raised(void)
{
	begin();
	toy_redis_refuse(&toys[0], "EVAL");
	toy_redis_refuse(&toys[0], "SET");
	CHECK(is(raise_tag(7, next), STRATA_UNSUPPORTED, 0));
	CHECK(strstr(call.error, "takes EVAL, GET and SET") != NULL);
	CHECK(is(ask(7, 0, next), STRATA_UNSUPPORTED, 0));
	end();
}

/* One reader of 256, so that a hundred times as many are certain to have done it. */
static void an_old_number_lives_on(void)
{
	uint64_t now = strata_clock_wall_msec() * 1000;
	char digits[24];

	begin();
	snprintf(digits, sizeof(digits), "%llu",
		(unsigned long long) (now - 11 * UINT64_C(1000000) * DAY));
	hold(NAME_7, digits);
	for (int i = 0; i < 25600 && toy_redis_key(&toys[0], NAME_7).life == 0; i++) {
		REQUIRE(ask(7, 0, now).result == STRATA_OK);
		(void) toy_redis_heard(&toys[0], "");
		strata_arena_reset(fixture.arena);
	}
	CHECK(toy_redis_key(&toys[0], NAME_7).life == 30 * DAY * INT64_C(1000));
	CHECK(strcmp(toy_redis_key(&toys[0], NAME_7).value, digits) == 0);
	end();
}

static void in_a_cluster_each_is_where_its_slot_is(void)
{
	strata_tag_question questions[8];
	strata_tag_question *list[8];
	unsigned used = 0;

	begin_with(3, STRATA_REDIS_CLUSTER);
	for (uint64_t i = 0; i < 8; i++) {
		questions[i] = (strata_tag_question){ .id = i + 1, .next = next + i };
		list[i] = &questions[i];
	}
	tier.ops->read_tags(&tier, &call, list, 8);
	for (uint64_t i = 0; i < 8; i++) {
		CHECK(is(questions[i], STRATA_OK, next + i));
	}
	for (unsigned i = 0; i < 3; i++) {
		used += toys[i].count > 0;
	}
	CHECK(used > 1);
	end();
}

/* ---- along with other commands ---- */

static strata_tag_question along[2];

/* A get of "k" with the questions about 7 and 8. */
static strata_result get_along(strata_tag_check *check)
{
	strata_tag_question *const list[] = { &along[0], &along[1] };
	strata_item item = { .key = strata_view_of("k") };
	strata_item *const one[] = { &item };

	along[0] = (strata_tag_question){ .id = 7 };
	along[1] = (strata_tag_question){ .id = 8 };
	*check = (strata_tag_check){ .questions = list, .count = 2 };
	call.tag_check = check;
	tier.ops->get(&tier, &call, one, 1);
	CHECK(call.tag_check == NULL && check->is_sent);
	return item.result;
}

static void numbers_travel_with_a_get(void)
{
	strata_generation_check generation = strata_generation_check_of(STRATA_CHECK_ALL_COPIES);
	strata_tag_check check;

	begin();
	hold(NAME_7, "500");
	CHECK(get_along(&check) == STRATA_MISS && toy_redis_connections(&toys[0]) == 1);
	CHECK(is(along[0], STRATA_OK, 500) && is(along[1], STRATA_MISS, 0));
	CHECK(heard("MGET " NAME_7 "; MGET " NAME_8 "; GET db:7:k; "));
	hold(NAME_8, "-3");
	hold("db:generation", "7");
	call.check = &generation;
	CHECK(get_along(&check) == STRATA_MISS && generation.is_sent);
	CHECK(generation.copies.numbers[0] == 7 && is(along[1], STRATA_NOT_INTEGER, 0));
	CHECK(heard("MGET " NAME_7 "; MGET " NAME_8 "; MGET db:generation; GET db:7:k; "));
	end();
}

static void where_mget_is_refused_get_has_to_do(void)
{
	strata_tag_check check;

	begin();
	hold(NAME_7, "500");
	toy_redis_refuse(&toys[0], "MGET");
	CHECK(get_along(&check) == STRATA_MISS && is(along[0], STRATA_UNSUPPORTED, 0));
	CHECK(get_along(&check) == STRATA_MISS && is(along[0], STRATA_OK, 500));
	end();
}

int main(void)
{
	RUN(a_number_is_read_and_made_where_none_is);
	RUN(what_is_less_than_known_is_made_anew);
	RUN(many_are_asked_for_in_one_round);
	RUN(a_raise_goes_past_what_is_there);
	RUN(what_is_no_number_is_missing);
	RUN(a_reply_that_cannot_be_ends_the_connection);
	RUN(without_scripts_set_has_to_do);
	RUN(the_host_that_was_faster_wins);
	RUN(what_may_not_be_set_is_not_raised);
	RUN(an_old_number_lives_on);
	RUN(in_a_cluster_each_is_where_its_slot_is);
	RUN(numbers_travel_with_a_get);
	RUN(where_mget_is_refused_get_has_to_do);
	return unit_end();
}
