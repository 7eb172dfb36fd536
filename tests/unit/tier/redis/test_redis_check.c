/* What a read of the generation costs that goes along with other commands, and what it says. */
#include "tier/generation_check.h"

#include "redis_tier_fixture.h"

static const char *const copy_names[] = { "db:generation:{1e}", "db:generation:{7e}",
	"db:generation:{4e}" };

static strata_generation_check check;

static void begin(void)
{
	begin_with(1, STRATA_REDIS_STANDALONE);
	toy_redis_hold(&toys[0], "db:generation", "7", 1);
}

static strata_result remove_with(strata_check_scope scope, const char *key)
{
	strata_item item = { .key = strata_view_of(key) };
	strata_item *const one[] = { &item };

	check = strata_generation_check_of(scope);
	call.check = &check;
	tier.ops->remove(&tier, &call, one, 1);
	CHECK(call.check == NULL);
	return item.result;
}

static bool held(uint64_t number)
{
	return check.is_sent && check.copies.count == 1 && check.copies.readable == 1 &&
		   check.copies.numbers[0] == number;
}

/* In front, so that the last reply of a connection stays that of an item. */
static void it_is_one_command_in_the_same_write(void)
{
	begin();
	CHECK(remove_with(STRATA_CHECK_ONE_COPY, "a") == STRATA_MISS && held(7));
	CHECK(toy_redis_heard(&toys[0], "MGET db:generation; UNLINK db:7:a; "));
	CHECK(remove_with(STRATA_CHECK_ALL_COPIES, "a") == STRATA_MISS && held(7));
	CHECK(toy_redis_heard(&toys[0], "MGET db:generation; UNLINK db:7:a; "));
	CHECK(toy_redis_connections(&toys[0]) == 1);
	end();
}

static void a_copy_that_is_gone_or_no_number_holds_nothing(void)
{
	begin();
	toy_redis_hold(&toys[0], "db:generation", "text", 4);
	CHECK(remove_with(STRATA_CHECK_ONE_COPY, "a") == STRATA_MISS && held(0));
	end();
}

/* Whatever comes in its place shows: no verb is answered with an array. */
static void a_reply_that_is_no_array_is_another_commands(void)
{
	begin();
	toy_redis_say(&toys[0], "$1\r\n7\r\n");
	CHECK(remove_with(STRATA_CHECK_ONE_COPY, "a") == STRATA_MISS);
	CHECK(check.is_sent && check.copies.readable == 0 && check.copies.failure == STRATA_DESYNC);
	end();
}

static void where_mget_is_refused_get_does(void)
{
	begin();
	toy_redis_refuse(&toys[0], "MGET");
	CHECK(remove_with(STRATA_CHECK_ONE_COPY, "a") == STRATA_MISS);
	CHECK(check.copies.readable == 0 && check.copies.failure == STRATA_UNSUPPORTED);
	CHECK(toy_redis_heard(&toys[0], "MGET db:generation; UNLINK db:7:a; "));
	CHECK(remove_with(STRATA_CHECK_ONE_COPY, "a") == STRATA_MISS && held(7));
	CHECK(toy_redis_heard(&toys[0], "GET db:generation; UNLINK db:7:a; "));
	end();
}

/* ---- a cluster ---- */

/* Three masters with a third each keep one copy each. */
static void begin_cluster(void)
{
	begin_with(3, STRATA_REDIS_CLUSTER);
	for (unsigned i = 0; i < 3; i++) {
		toy_redis_hold(&toys[i], copy_names[i], "7", 1);
	}
	CHECK(remove_with(STRATA_CHECK_ALL_COPIES, "learn the map") == STRATA_MISS);
	for (unsigned i = 0; i < 3; i++) {
		toys[i].heard[0] = '\0';
	}
}

static void the_node_of_the_key_is_asked_for_its_copy_and_no_other(void)
{
	static const char *const keys[] = { "a", "b", "c", "d", "e", "f" };

	begin_cluster();
	for (size_t i = 0; i < 6; i++) {
		unsigned asked = 0;

		CHECK(remove_with(STRATA_CHECK_ONE_COPY, keys[i]) == STRATA_MISS && held(7));
		for (unsigned node = 0; node < 3; node++) {
			char expected[64];

			snprintf(expected, sizeof(expected), "MGET %s; UNLINK db:7:%s; ", copy_names[node],
				keys[i]);
			if (toys[node].heard[0] != '\0') {
				asked++;
				CHECK(toy_redis_heard(&toys[node], expected));
			}
		}
		CHECK(asked == 1);
	}
	end();
}

static void where_all_are_asked_each_node_is_asked_once(void)
{
	begin_cluster();
	CHECK(remove_with(STRATA_CHECK_ALL_COPIES, "a") == STRATA_MISS);
	CHECK(check.copies.count == 3 && check.copies.readable == 3);
	for (unsigned node = 0; node < 3; node++) {
		char expected[64];

		snprintf(expected, sizeof(expected), "MGET %s; ", copy_names[node]);
		CHECK(strncmp(toys[node].heard, expected, strlen(expected)) == 0);
	}
	end();
}

int main(void)
{
	RUN(it_is_one_command_in_the_same_write);
	RUN(a_copy_that_is_gone_or_no_number_holds_nothing);
	RUN(a_reply_that_is_no_array_is_another_commands);
	RUN(where_mget_is_refused_get_does);
	RUN(the_node_of_the_key_is_asked_for_its_copy_and_no_other);
	RUN(where_all_are_asked_each_node_is_asked_once);
	return unit_end();
}
