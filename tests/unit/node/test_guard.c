#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/guard.h"

#include "unit.h"

/* A protocol whose echo is the nonce itself: replies are views. */
static int ask_nonce(strata_buffer *out, strata_view nonce)
{
	return strata_buffer_append(out, strata_view_of("?")) == 0 &&
				   strata_buffer_append(out, nonce) == 0
			   ? 0
			   : -1;
}

static bool is_nonce(const void *reply, strata_view nonce)
{
	return strata_view_equal(*(const strata_view *) reply, nonce);
}

static const strata_protocol protocol = { .name = "echo",
	.ask_nonce = ask_nonce,
	.is_nonce = is_nonce };
static const strata_protocol without = { .name = "none" };

static void *replies[2];
static strata_task task;
static strata_guard guard;
static strata_view one, two, echo;

static void begin(const strata_protocol *of, bool leads, bool trails)
{
	task = (strata_task){ .request = strata_view_of("ab"), .owed = 2, .replies = replies };
	guard = (strata_guard){ 0 };
	one = strata_view_of("one");
	two = strata_view_of("two");
	REQUIRE(strata_guard_wrap(&guard, of, &task, leads, trails) == STRATA_OK);
	echo = strata_view_of(guard.nonce.text);
}

static strata_result take(strata_view *reply)
{
	return strata_guard_take(&guard, &protocol, &task, reply);
}

static void without_a_reason_a_task_goes_as_it_is(void)
{
	begin(&protocol, false, false);
	CHECK(strata_view_equal(strata_guard_request(&guard, &task), strata_view_of("ab")));
	CHECK(strata_guard_owed(&guard, &task) == 2);
	CHECK(take(&one) == STRATA_OK && task.received == 1);
	CHECK(take(&two) == STRATA_OK && task.received == 2 && replies[1] == &two);
	strata_guard_fini(&guard);
}

static void a_nonce_in_front_must_come_back_first(void)
{
	begin(&protocol, true, false);
	CHECK(strata_guard_request(&guard, &task).size == 1 + 32 + 2);
	CHECK(strata_guard_owed(&guard, &task) == 3);
	CHECK(take(&echo) == STRATA_OK && task.received == 0);
	CHECK(take(&one) == STRATA_OK && task.received == 1 && replies[0] == &one);
	strata_guard_fini(&guard);
	begin(&protocol, true, false);
	CHECK(take(&one) == STRATA_DESYNC && task.received == 0);
	strata_guard_fini(&guard);
}

static void with_a_nonce_behind_nothing_counts_before_it(void)
{
	begin(&protocol, false, true);
	CHECK(take(&one) == STRATA_OK && take(&two) == STRATA_OK && task.received == 0);
	CHECK(take(&echo) == STRATA_OK && task.received == 2 && replies[0] == &one);
	strata_guard_fini(&guard);
	begin(&protocol, false, true);
	CHECK(take(&one) == STRATA_OK && take(&two) == STRATA_OK);
	CHECK(take(&two) == STRATA_DESYNC && task.received == 0);
	strata_guard_fini(&guard);
}

static void both_are_one_write(void)
{
	begin(&protocol, true, true);
	CHECK(strata_guard_request(&guard, &task).size == 33 + 2 + 33);
	CHECK(strata_guard_owed(&guard, &task) == 4);
	CHECK(take(&echo) == STRATA_OK && take(&one) == STRATA_OK && take(&two) == STRATA_OK);
	CHECK(task.received == 0 && take(&echo) == STRATA_OK && task.received == 2);
	strata_guard_fini(&guard);
}

static void no_nonce_is_used_twice(void)
{
	strata_nonce before;

	begin(&protocol, true, false);
	before = guard.nonce;
	REQUIRE(strata_guard_wrap(&guard, &protocol, &task, true, false) == STRATA_OK);
	CHECK(strcmp(before.text, guard.nonce.text) != 0 && strlen(guard.nonce.text) == 32);
	strata_guard_fini(&guard);
}

static void a_protocol_without_an_echo_has_no_guard(void)
{
	begin(&without, true, true);
	CHECK(strata_guard_owed(&guard, &task) == 2);
	strata_guard_fini(&guard);
}

int main(void)
{
	RUN(without_a_reason_a_task_goes_as_it_is);
	RUN(a_nonce_in_front_must_come_back_first);
	RUN(with_a_nonce_behind_nothing_counts_before_it);
	RUN(both_are_one_write);
	RUN(no_nonce_is_used_twice);
	RUN(a_protocol_without_an_echo_has_no_guard);
	return unit_end();
}
