#include "protocol/error_reply.h"

#include "unit.h"

static strata_error_reply of(const char *words)
{
	strata_resp_reply reply = { .type = STRATA_RESP_ERROR, .text = strata_view_of(words) };

	return strata_error_reply_classify(&reply);
}

static void what_may_be_asked_again_is_told_from_what_may_not(void)
{
	CHECK(
		of("TRYAGAIN Multiple keys request during rehashing of slot").action == STRATA_RETRY_LATER);
	CHECK(of("NOAUTH Authentication required.").action == STRATA_RETRY_FRESH);
	CHECK(of("READONLY You can't write against a read only replica.").action ==
		  STRATA_RETRY_NEW_OWNER);
	CHECK(of("LOADING Redis is loading the dataset in memory").action == STRATA_RETRY_MASTER);
	CHECK(of("LOADING x").result == STRATA_NOT_READY);
	CHECK(of("MASTERDOWN Link with MASTER is down").action == STRATA_RETRY_MASTER);
	CHECK(of("WRONGPASS invalid username-password pair").action == STRATA_RETRY_NONE);
	CHECK(of("CLUSTERDOWN The cluster is down").action == STRATA_RETRY_MASTER);
}

static void three_texts_say_that_the_cluster_is_down(void)
{
	CHECK(of("CLUSTERDOWN The cluster is down").result == STRATA_NOT_READY);
	CHECK(of("CLUSTERDOWN The cluster is down and only accepts read commands").result ==
		  STRATA_SERVER);
	CHECK(of("CLUSTERDOWN Hash slot not served").result == STRATA_NO_OWNER);
	CHECK(of("CLUSTERDOWN The cluster is down").suspects);
	CHECK(of("CLUSTERDOWN Hash slot not served").suspects);
	CHECK(!of("CLUSTERDOWN The cluster is down").closes);
}

static void a_connection_is_closed_only_where_it_is_to_blame(void)
{
	CHECK(of("READONLY x").closes && of("NOAUTH x").closes && of("WRONGPASS x").closes);
	CHECK(of("ERR max number of clients reached").closes);
	CHECK(of("ERR max number of clients reached").result == STRATA_FULL);
	CHECK(!of("NOPERM x").closes && of("NOPERM x").result == STRATA_AUTH);
}

static void anything_else_is_the_answer(void)
{
	static const char *const words[] = { "", "OOM command not allowed", "MISCONF x", "NOREPLICAS x",
		"BUSY x", "WRONGTYPE x", "ERR unknown command", "TRYAGAINX", "tryagain", "ERR max" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		strata_error_reply reply = of(words[i]);

		CHECK(reply.result == STRATA_SERVER && reply.action == STRATA_RETRY_NONE);
		CHECK(!reply.closes && !reply.suspects);
	}
}

int main(void)
{
	RUN(what_may_be_asked_again_is_told_from_what_may_not);
	RUN(three_texts_say_that_the_cluster_is_down);
	RUN(a_connection_is_closed_only_where_it_is_to_blame);
	RUN(anything_else_is_the_answer);
	return unit_end();
}
