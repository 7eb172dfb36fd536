#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "node/reply_check.h"

#include "unit.h"

/* A protocol whose echo is the nonce itself: replies are views. */
static int ask_nonce(strata_buffer *out, strata_view nonce)
{
	return strata_buffer_append(out, strata_view_of("?")) == 0 &&
				   strata_buffer_append(out, nonce) == 0
			   ? 0
			   : -1;
}

static strata_result check_nonce(const void *reply, strata_view nonce)
{
	if (strata_view_equal(*(const strata_view *) reply, strata_view_of("no echo"))) {
		return STRATA_NOT_READY;
	}
	return strata_view_equal(*(const strata_view *) reply, nonce) ? STRATA_OK : STRATA_DESYNC;
}

static const strata_protocol protocol = { .name = "echo",
	.ask_nonce = ask_nonce,
	.check_nonce = check_nonce };
static const strata_protocol without = { .name = "none" };

static strata_nonce_place place;
static strata_nonce nonce;
static strata_buffer bytes;
static strata_view one, two, echo;
static uint32_t taken;
static strata_result why;

/* Two commands, "ab". */
static void begin(const strata_protocol *of, strata_nonce_place wanted)
{
	place = strata_reply_check_place(of, wanted);
	nonce = strata_nonce_new();
	bytes = (strata_buffer){ 0 };
	taken = 0;
	one = strata_view_of("one");
	two = strata_view_of("two");
	echo = strata_view_of(nonce.text);
	REQUIRE(
		strata_reply_check_compose(&bytes, of, place, &nonce, strata_view_of("ab")) == STRATA_OK);
}

static void end(void)
{
	strata_buffer_fini(&bytes);
}

static strata_reply_kind take(const strata_view *reply)
{
	return strata_reply_check(&protocol, place, &nonce, 2, taken++, reply, &why);
}

static void without_a_reason_a_task_goes_as_it_is(void)
{
	begin(&protocol, STRATA_NONCE_NOWHERE);
	CHECK(strata_view_equal((strata_view){ bytes.data, bytes.size }, strata_view_of("ab")));
	CHECK(strata_reply_check_echoes(place) == 0);
	CHECK(take(&one) == STRATA_REPLY_OF_COMMAND && take(&two) == STRATA_REPLY_OF_COMMAND);
	end();
}

static void a_nonce_in_front_must_come_back_first(void)
{
	begin(&protocol, STRATA_NONCE_BEFORE);
	CHECK(bytes.size == 1 + 32 + 2);
	CHECK(strata_reply_check_echoes(place) == 1);
	CHECK(take(&echo) == STRATA_REPLY_IS_ECHO && take(&one) == STRATA_REPLY_OF_COMMAND);
	end();
	begin(&protocol, STRATA_NONCE_BEFORE);
	CHECK(take(&one) == STRATA_REPLY_IS_OUT_OF_STEP && why == STRATA_DESYNC);
	end();
}

static void a_server_that_gives_no_echo_now_is_not_out_of_step(void)
{
	strata_view refusal = strata_view_of("no echo");

	begin(&protocol, STRATA_NONCE_BEFORE);
	CHECK(take(&refusal) == STRATA_REPLY_REFUSES && why == STRATA_NOT_READY);
	end();
	begin(&protocol, STRATA_NONCE_BEHIND);
	CHECK(take(&refusal) == STRATA_REPLY_OF_COMMAND && why == STRATA_OK);
	CHECK(take(&one) == STRATA_REPLY_OF_COMMAND);
	CHECK(take(&refusal) == STRATA_REPLY_REFUSES && why == STRATA_NOT_READY);
	end();
}

static void with_a_nonce_behind_nothing_counts_before_it(void)
{
	begin(&protocol, STRATA_NONCE_BEHIND);
	CHECK(take(&one) == STRATA_REPLY_OF_COMMAND && take(&two) == STRATA_REPLY_OF_COMMAND);
	CHECK(take(&echo) == STRATA_REPLY_PROVES);
	end();
	begin(&protocol, STRATA_NONCE_BEHIND);
	CHECK(take(&one) == STRATA_REPLY_OF_COMMAND && take(&two) == STRATA_REPLY_OF_COMMAND);
	CHECK(take(&two) == STRATA_REPLY_IS_OUT_OF_STEP);
	end();
}

static void both_are_one_write(void)
{
	begin(&protocol, STRATA_NONCE_AROUND);
	CHECK(bytes.size == 33 + 2 + 33);
	CHECK(strata_reply_check_echoes(place) == 2);
	CHECK(take(&echo) == STRATA_REPLY_IS_ECHO && take(&one) == STRATA_REPLY_OF_COMMAND);
	CHECK(take(&two) == STRATA_REPLY_OF_COMMAND && take(&echo) == STRATA_REPLY_PROVES);
	end();
}

static void no_nonce_is_used_twice(void)
{
	strata_nonce before = strata_nonce_new();
	strata_nonce after = strata_nonce_new();

	CHECK(strcmp(before.text, after.text) != 0 && strlen(after.text) == 32);
}

static void a_protocol_without_an_echo_has_no_guard(void)
{
	begin(&without, STRATA_NONCE_AROUND);
	CHECK(place == STRATA_NONCE_NOWHERE && strata_reply_check_echoes(place) == 0);
	CHECK(bytes.size == 2);
	end();
}

int main(void)
{
	RUN(without_a_reason_a_task_goes_as_it_is);
	RUN(a_nonce_in_front_must_come_back_first);
	RUN(a_server_that_gives_no_echo_now_is_not_out_of_step);
	RUN(with_a_nonce_behind_nothing_counts_before_it);
	RUN(both_are_one_write);
	RUN(no_nonce_is_used_twice);
	RUN(a_protocol_without_an_echo_has_no_guard);
	return unit_end();
}
